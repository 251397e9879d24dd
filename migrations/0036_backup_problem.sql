-- Why no scheduled backup could be made when riverd last tried, and since when. It has one row at most, and none if the last
-- backup was made.
create table backup_problems (
    id integer primary key check (id = 1),
    since integer not null,
    cause text not null
) strict;
