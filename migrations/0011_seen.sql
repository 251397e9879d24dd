-- A hash over what a reader sees of an entry: a change of it is an edit that is announced. Null in rows from before; the next
-- document that lists them sets it.
alter table entries add column seen_hash integer;
-- How many announcements of edits an entry has used up lately is in `hash_edits`.
