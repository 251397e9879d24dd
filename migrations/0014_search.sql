-- The full-text index. It has no copy of the texts: they are in `entries` and `texts`. What is written to it is already split
-- into folded words, so `ascii` only has to split at spaces. The rows are numbered by `search_docs`.
-- In `source` stand the title and name of the source, `§` and the row of the source (`§7`), and `§` alone in each row.
create virtual table search_index using fts5 (
    title, text, author, source, content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- The number of each entry in the index. Numbers grow with the place in the river, so that the newest are found first:
-- 4096 numbers for each 64 seconds.
create table search_docs (
    doc integer primary key,
    entry_id integer not null unique
) strict;

-- The words of the index, to find those that begin with some letters. A level is about the logarithm (base 2) of the number
-- of entries with the word. Words stay when their entries go: their number grows with the square root of all texts.
create table search_words (
    word text primary key,
    level integer not null
) strict, without rowid;

-- Entries that changed or went since they were indexed.
create table search_queue (
    number integer primary key,
    entry_id integer not null
) strict;

-- Sources with a new name or title, whose entries up to the row `after` were indexed again.
create table search_renamed (
    source_id integer primary key,
    after integer not null
) strict;

-- Which entries the index holds: the rows from `oldest` to `newest`. Those that were there before the index come later, from
-- the newest to the oldest.
create table search_progress (
    row integer primary key check (row = 1),
    newest integer not null,
    oldest integer not null
) strict;
insert into search_progress (row, newest, oldest)
    select 1, coalesce(max(id), 0), coalesce(max(id), 0) + 1 from entries;

create trigger search_entry_changed after update of title, source_id, placed_at on entries begin
    insert into search_queue (entry_id) values (new.id);
end;
create trigger search_entry_deleted after delete on entries begin
    insert into search_queue (entry_id) values (old.id);
end;
create trigger search_source_renamed after update of name, title on sources
when old.name is not new.name or old.title is not new.title begin
    insert or replace into search_renamed (source_id, after) values (new.id, 0);
end;
