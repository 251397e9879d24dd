-- Since when the feed no longer lists the entry; null while it does. An entry that has left its feed is remembered for `why`, at
-- most 1000 of a source.
alter table left_out add column unlisted_at integer;
