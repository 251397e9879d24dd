-- Numbers the published articles in the order of their publication, for the archive: one page holds a fixed range of numbers, so
-- what it lists never grows. A number is never used again.
alter table articles add column archive_number integer;
update articles set archive_number = numbered.number
from (select id, row_number() over (order by published_at, placed_at, id) as number
      from articles where published_at is not null) as numbered
where numbered.id = articles.id;
create unique index articles_archive on articles (archive_number) where archive_number is not null;

-- One row for each view of feeds.toml, and row 0 for the river itself.
create table views (
    id integer primary key,
    -- Empty for the river.
    name text not null unique,
    -- What decides which articles belong to it, as text; null for a view that feeds.toml no longer has, whose rows are being
    -- deleted.
    definition text,
    -- The last number that was given in its archive.
    last_number integer not null default 0,
    -- All articles up to this number of the river were compared with the definition; null once all were.
    compared_to integer,
    -- 1: all articles were compared once, so the view can be served.
    filled integer not null default 0 check (filled in (0, 1))
) strict;
insert into views (id, name, definition, last_number, filled)
select 0, '', '', coalesce(max(archive_number), 0), 1 from articles;

-- The articles of each view. An article stays under its number as long as it belongs to the view.
create table view_articles (
    view_id integer not null references views (id) on delete cascade,
    number integer not null,
    article_id integer not null references articles (id) on delete cascade,
    -- When it reached the view: decides which documents hold it.
    placed_at integer not null,
    primary key (view_id, number)
) strict, without rowid;
create unique index view_articles_article on view_articles (article_id, view_id);
create index view_articles_newest on view_articles (view_id, placed_at, number);

-- Articles with an entry that is new or changed: they are compared with the views before the next snapshot.
create table view_queue (
    article_id integer primary key
) strict;

-- Triggers fill the queue, so that no statement that changes an entry can forget it. Without views they cost one look at a
-- table of one row.
create trigger entries_added_to_view_queue after insert on entries
when exists (select 1 from views where id > 0) begin
    insert or ignore into view_queue (article_id) values (new.article_id);
end;
create trigger entries_changed_to_view_queue
after update of article_id, held_back, title, author, url, content_hash, metadata_hash on entries
when exists (select 1 from views where id > 0) begin
    insert or ignore into view_queue (article_id) values (old.article_id), (new.article_id);
end;
