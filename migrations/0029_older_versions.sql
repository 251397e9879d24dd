-- The times that the newest document of a source stated, by which an older copy from a cache is recognised: its own date
-- (`updated`, `lastBuildDate`), its Last-Modified, and the time of the answer less its Age.
alter table sources add column document_stated_at integer;
alter table sources add column document_modified_at integer;
alter table sources add column document_generated_at integer;
-- Since when its documents list older versions of stored entries, which are not stored; null if the newest one lists none.
alter table sources add column older_since integer;
-- The time of change that the feed stated with the stored version, if `updated_at` has another one.
alter table entries add column stated_at integer;
-- The hash of what a reader saw of a former version; null for one that an older riverd kept.
alter table edits add column seen_hash integer;
