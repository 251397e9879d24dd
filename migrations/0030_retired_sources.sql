-- The sources that feeds.toml no longer names. The first document of each new source asks whether there is one; without the
-- index each looked at all sources.
create index sources_retired on sources (id) where retired_at is not null and purge = 0;
