-- How many times in a row the server of a source kept to a long time that it stated in max-age or Expires (the document stood
-- for that time, and then new entries replaced at least half of its list), and whether news within such a time showed that it
-- does not keep to them.
alter table sources add column stated_times_kept integer not null default 0;
alter table sources add column stated_times_broken integer not null default 0;
