-- Whether the process ended during the last poll of a source. Such a source is polled soon after the next start, but not
-- at once again if that start ends the same way: its document may be what kills the process.
alter table sources add column interrupted integer not null default 0 check (interrupted in (0, 1));

-- The outcome of the last check of the whole database, which maintenance runs. It has one row at most.
create table integrity_checks (
    id integer primary key check (id = 1),
    checked_at integer not null,
    damage text
) strict;
