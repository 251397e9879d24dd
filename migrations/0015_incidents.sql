-- What went wrong with sources and with feeds.toml, for the status feed: one row for each incident, which stays when it is
-- over. At most 1000 that are over are kept.
create table incidents (
    id integer primary key autoincrement,
    -- The id under which the status feed publishes it. It never changes.
    guid text not null unique,
    -- Null if it concerns feeds.toml, or once its source is deleted.
    source_id integer references sources (id) on delete set null,
    -- Name of the source when it was noticed; null if it concerns feeds.toml.
    source text,
    -- The name of an `IncidentKind`.
    kind text not null,
    since integer not null,
    noticed_at integer not null,
    detail text not null,
    hint text,
    ended_at integer,
    -- 1: it ended because all is well again; 0: because the source was disabled or taken out of feeds.toml.
    recovered integer not null default 0 check (recovered in (0, 1))
) strict;

-- What is wrong now: read at each poll.
create index incidents_open on incidents (source_id) where ended_at is null;
-- For the foreign key.
create index incidents_source on incidents (source_id) where source_id is not null;
