-- How many of the next polls of a source are expected to be slow, because a poll was slow not long ago. Such polls get only some of
-- the slots for requests.
alter table sources add column slow_polls_expected integer not null default 0;
