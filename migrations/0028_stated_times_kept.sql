-- How many times in a row the server of a source kept to a long time that it stated in max-age or Expires: the document stood
-- for that time, and then new entries replaced at least half of its list.
alter table sources add column stated_times_kept integer not null default 0;
