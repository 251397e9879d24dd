-- The entries that the newest documents of a source list and that did not reach the river, for `why`. At most 200 of a source:
-- how many there are in all is in `left_out_counts`.
create table left_out (
    source_id integer not null references sources (id) on delete cascade,
    number integer not null,
    -- The name of a `LeftOutReason`.
    reason text not null,
    detail text,
    -- The key of the entry; of a repeated entry that of the entry which it repeats; null where it has none.
    key text,
    guid text,
    url text,
    canonical_url text,
    title text not null,
    -- Since when it has been left out, without a document in between that did not list it.
    since integer not null,
    primary key (source_id, number)
) strict, without rowid;

-- How many entries of the newest document of a source did not reach the river, by reason. Replaced whole by each document
-- that was read. What filters hold back is not in it: `entries` says that, also after a filter changed.
create table left_out_counts (
    source_id integer not null references sources (id) on delete cascade,
    reason text not null,
    count integer not null,
    primary key (source_id, reason)
) strict, without rowid;

-- What the filters of a source hold back of what its feed lists, to count it; empty without filters.
create index entries_held_back on entries (source_id) where held_back is not null and unlisted_at is null;
