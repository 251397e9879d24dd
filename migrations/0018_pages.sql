-- The web pages behind entries, for sources with `full_text`. An entry whose page is not wanted has no row.
create table pages (
    entry_id integer primary key references entries (id) on delete cascade,
    source_id integer not null,
    host text not null,
    url text not null,
    -- How many times it has been fetched, and when it is fetched next; null for never again. Written before a fetch, so
    -- that a page that ends the process is not fetched for ever.
    tries integer not null default 0,
    next_try_at integer,
    -- Until when its article waits to be published; null once it does not wait.
    waits_until integer,
    fetched_at integer,
    -- The sanitised article of the page; null without a usable one. The text of the feed stays in `texts`.
    content text,
    -- Why there is none.
    message text
) strict;

create index pages_due on pages (next_try_at) where next_try_at is not null;
-- A handful at any time.
create index pages_waiting on pages (waits_until) where waits_until is not null;
