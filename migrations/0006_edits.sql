-- A hash over what an entry says beside its text: address, categories, page of comments, original source, other places.
-- Null in rows from before; the next edit of them sets it.
alter table entries add column metadata_hash integer;

-- What an edit changed, for `why`: the address and guid until then, and where the text differs, how it read before and after
-- (a few lines; null where it stayed).
alter table edits add column url text;
alter table edits add column guid text;
alter table edits add column text_before text;
alter table edits add column text_after text;
