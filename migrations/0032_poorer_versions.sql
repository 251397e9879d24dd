-- Since when the documents of its source list an entry only without something that the stored version has, such as its file;
-- null if the newest one lists all of it.
alter table entries add column poorer_since integer;
