-- When the first document of a source was read, whatever it held. A source whose first documents are empty has its first
-- entries later: those that are not much older than this are news, and placed by their arrival.
alter table sources add column first_read_at integer;
