-- `max_entries` and `max_age` (in seconds) as the newest document was read with; null for none. Where feeds.toml allows more
-- than that, the next poll reads the document anew.
alter table sources add column max_entries integer;
alter table sources add column max_age_s integer;
