-- The rows of `band_places` of the newest entries. The bands of an entry lie all over the index, so a transaction that wrote
-- them there would change most of its pages. They are gathered here, in few pages, and go over to `band_places` in order.
create table recent_band_places (
    place integer primary key,
    source_id integer not null
) strict;
