-- The rules of robots.txt files that hold for riverd, by scheme, host and port, so that each is read once a day.
create table robots (
    origin text primary key,
    rules text not null,
    read_at integer not null
) strict, without rowid;
