-- `max_entries` and `max_age` (in seconds) as configured, null for none. Written by `sync_sources` alone: where feeds.toml
-- allows more than it did, the next poll has to read the document anew, known or not.
alter table sources add column max_entries integer;
alter table sources add column max_age_s integer;
-- 1: a poll that began before that is under way. What it brings was read with the old limits, so the next poll reads anew.
alter table sources add column read_anew integer not null default 0 check (read_anew in (0, 1));
