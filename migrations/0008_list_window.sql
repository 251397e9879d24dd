-- How many entries the newest whole document lists; 0 until one was read. A list shows only the newest entries of a feed, so
-- entries that come faster than it is polled are lost.
alter table sources add column list_entries integer not null default 0;
-- Whether the list was seen to drop entries. Until then it may have room for more.
alter table sources add column list_is_full integer not null default 0 check (list_is_full in (0, 1));
-- When the newer part of that list began, as its dates say: the part that may be replaced between two polls. Null without
-- dates, or if the dates are not those of publication.
alter table sources add column list_since integer;
-- How many polls found a list of new entries only, so that entries before them may have been missed, and the last such poll.
alter table sources add column lists_replaced integer not null default 0;
alter table sources add column list_replaced_at integer;
