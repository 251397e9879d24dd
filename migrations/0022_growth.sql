-- How many entries were new on one day (UTC): of each source, and in row 0 of all sources. Polls with few new entries are not
-- counted.
create table growth (
    source_id integer primary key,
    day integer not null,
    new integer not null
) strict;

-- What fills the database, as maintenance measured it last. It has one row at most.
create table storage_reports (
    id integer primary key check (id = 1),
    report text not null check (json_valid(report))
) strict;
