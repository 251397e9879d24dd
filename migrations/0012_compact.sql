-- Near duplicates are found by equal bands. A place is a number that holds the low 30 bits of a band, then in 34 bits the
-- entry, so a row takes half the bytes of a row with these as columns, and a place is found without comparing records. An
-- entry of another band with the same 30 bits is a candidate too, and is judged like any other.
create table band_places (
    place integer primary key,
    source_id integer not null
) strict;
insert or ignore into band_places (place, source_id)
    select (band << 34) | entry_id as place, source_id from bands order by place;
drop table bands;

-- Summary and content, compressed together; null if they are short or an older riverd stored them, and then they are in
-- `summary` and `content`.
alter table texts add column packed blob;
