-- The addresses that the files, the picture and the comments page of an entry had before, for `why`: one in each line, the
-- latest last, at most sixteen; null if none changed.
alter table entries add column former_addresses text;
