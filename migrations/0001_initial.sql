-- The whole store: sources, the entries that were seen in them, and the articles that entries make up.
--
-- Times are integers, seconds since 1970 in UTC. Lists and structures that are only ever read whole are JSON text.
-- Tables are STRICT: SQLite would otherwise keep a text in an integer column without a word.

-- "rivd": tells our database from any other SQLite file that is put in its place.
pragma application_id = 0x72697664;

-- How many times the writer committed. The lock file remembers it too: a database that holds fewer commits than that has
-- lost its write-ahead log.
create table commits (
    row integer primary key check (row = 1),
    count integer not null
) strict;
insert into commits (row, count) values (1, 0);

-- One row for each subscription that feeds.toml names or named. A source that it names no more is retired, not deleted,
-- as long as it has entries or tombstones: named again, it must not bring them as new.
create table sources (
    -- Stable over renames and moves; entries hang on it.
    id integer primary key,
    -- The identity of a source: its address as configured, password included (the file is readable by its owner only).
    url text not null unique,

    -- As configured. Written by `sync_sources` alone; kept when the source is retired.
    -- Not unique here: two sources that swap their names would collide half-way.
    name text not null,
    title text,
    tags text not null check (json_valid(tags)),
    priority integer not null,
    position integer not null,
    enabled integer not null check (enabled in (0, 1)),
    -- Whose limits count: the host for requests in flight, the registrable domain (public hosts only) for pauses.
    host text,
    domain text,
    -- The cadence and the filters as text: when one differs from the file, the next poll or the stored entries follow.
    cadence text not null,
    filters text not null,
    retired_at integer,
    -- Asked for by `remove --purge`, also while a daemon runs: once it is retired, all of it goes.
    purge integer not null default 0 check (purge in (0, 1)),

    -- As learnt. Written by `record_poll` alone (and moved together with the clock by `mend_clock`).
    etag blob,
    last_modified blob,
    body_at integer,
    body_hash integer,
    failures integer not null default 0,
    throttled integer not null default 0,
    failing_since integer,
    failure_kind text,
    failure_message text,
    failure_hint text,
    last_status integer,
    polled_at integer,
    succeeded_at integer,
    not_before integer,
    gone_at integer,
    moved_to text,
    moved_seen integer not null default 0,
    moved_since integer,
    moved_adopted_at integer,
    identity text not null default 'guid',
    publishing_gap integer,
    -- How many entries appeared in each hour of the day (UTC), a byte each.
    hours blob not null default (zeroblob(24)),
    last_new_at integer,
    max_age integer,
    hints text not null default '{}' check (json_valid(hints)),
    feed_title text,
    feed_link text,
    feed_description text,
    feed_language text,
    feed_rights text,
    -- Since when it has brought entries: until then its entries are placed by their published times, so that a new
    -- subscription with five hundred old posts does not flood the river.
    filled_at integer,

    -- The plan. Written by every poll, by pauses of the whole domain and by `sync_sources`.
    next_poll_at integer not null,
    next_poll_reason text not null,
    -- A claim leaves the plan as it is and only hides the source for a while: a crash needs no recovery.
    claimed_until integer
) strict;

-- What is due, the most overdue first; only what may be polled at all.
create index sources_due on sources (next_poll_at) where retired_at is null and enabled = 1 and gone_at is null;
-- Nearly always empty.
create index sources_purge on sources (id) where purge = 1;
-- A pause that one host asked for holds for its whole domain.
create index sources_domain on sources (domain) where domain is not null;

-- The tags of each source as rows, for the feeds of one tag.
create table source_tags (
    tag text not null,
    source_id integer not null references sources (id) on delete cascade,
    primary key (tag, source_id)
) strict, without rowid;
create index source_tags_source on source_tags (source_id);

-- What had to be repaired in the newest document of a source. Replaced whole by each document that was read.
create table defects (
    source_id integer not null references sources (id) on delete cascade,
    name text not null,
    count integer not null,
    primary key (source_id, name)
) strict, without rowid;

-- One row for each story, however many sources carry it.
create table articles (
    id integer primary key,
    -- The id under which it is published. Follows the representative until it is published, then never changes.
    guid text not null unique,
    -- The entry that stands for it; null while every entry is held back by a filter: then the river doesn't show it.
    -- No foreign key: it would need an index for every deletion of an entry; `groups::settle` alone writes it.
    representative integer,
    -- Dates it inside a document.
    river_at integer not null,
    -- Decides which documents hold it.
    placed_at integer not null,
    -- When it was first shown to subscribers. From then on guid, representative, river_at and placed_at stand.
    published_at integer,
    -- Two articles that were published before an entry showed that they are one story both stay; new entries join this one.
    merged_into integer references articles (id) on delete set null
) strict;

-- The newest N of the river, read at each rebuild; unpublished and hidden articles are not in it.
create index articles_river on articles (placed_at, id) where published_at is not null and representative is not null;
-- What waits for its publication: a handful at any time.
create index articles_unpublished on articles (id) where published_at is null and representative is not null;
-- For the foreign key; nearly always empty.
create index articles_merged on articles (merged_into) where merged_into is not null;

-- One row for each sighting: an entry of one source. Texts are apart, so that the frequent small changes here
-- (listed or not, filtered or not, article) rewrite no kilobytes of HTML.
create table entries (
    -- Never reused (autoincrement): `bands` may still name an entry that is gone.
    id integer primary key autoincrement,
    source_id integer not null references sources (id) on delete cascade,
    -- Its identity in the source, made by `feed::identity`.
    key text not null,
    article_id integer not null references articles (id) on delete cascade,
    -- As published by the source.
    guid text,
    url text,
    canonical_url text,
    -- 1: several entries of this source have this address (a home page, a weather page), so it tells no story from another.
    shared_url integer not null default 0 check (shared_url in (0, 1)),
    -- 1: the page is on the site of the feed, so the source is its author rather than an aggregator.
    own_site integer not null check (own_site in (0, 1)),
    -- The guid of the article that it would be alone.
    own_guid text not null,
    title text not null,
    author text,
    published_at integer,
    updated_at integer,
    content_hash integer not null,
    -- When it was first seen, and where it would stand alone.
    arrived_at integer not null,
    river_at integer not null,
    placed_at integer not null,
    -- When it was last edited, and how many edits only its content showed (bounded: pages with clocks in them).
    edited_at integer,
    hash_edits integer not null default 0,
    -- Since when its feed lists it no more; null while it does, and then retention leaves it alone.
    unlisted_at integer,
    -- Why a filter of its source keeps it out of the river.
    held_back text,
    -- The first sighting of a key counts; later ones are the same entry.
    unique (source_id, key)
) strict;

-- The entries of an article.
create index entries_article on entries (article_id);
-- The same page in other sources.
create index entries_canonical on entries (canonical_url) where canonical_url is not null;
-- The newest entries of a source: its own feed, a tag's, retention, and counting.
create index entries_source on entries (source_id, placed_at, id, article_id);
-- What a source's feed lists now, to find what has left it without touching what has not.
create index entries_listed on entries (source_id) where unlisted_at is null;

-- What only rendering reads.
create table texts (
    entry_id integer primary key references entries (id) on delete cascade,
    summary text,
    content text,
    categories text not null check (json_valid(categories)),
    enclosures text not null check (json_valid(enclosures)),
    comments_url text,
    language text,
    -- Said in full: the integrity_check of SQLite 3.40 (Debian 12) takes a check that gives null for a failed one.
    origin text check (origin is null or json_valid(origin)),
    also_in text not null check (json_valid(also_in))
) strict;

-- What an entry was before an edit, newest last, bounded for each entry.
create table edits (
    entry_id integer not null references entries (id) on delete cascade,
    number integer not null,
    edited_at integer not null,
    -- `updated`: the feed said so; `content`: only the text showed it; `key`: the feed gave it a new id.
    cause text not null,
    title text not null,
    content_hash integer not null,
    updated_at integer,
    primary key (entry_id, number)
) strict, without rowid;

-- Why an entry belongs to the article of another one: for `why`.
create table links (
    entry_id integer not null references entries (id) on delete cascade,
    -- No foreign key: what a pruned entry once explained stays explained.
    other_id integer not null,
    rule text not null,
    -- How alike the texts are, 0 to 1; null for rules that compare no texts.
    score real,
    primary key (entry_id, other_id)
) strict, without rowid;

-- Near duplicates are found by equal bands. The span of days comes first, so that new rows fall close together and old
-- spans go as ranges; the source is here so that its own series are passed over without looking at each entry.
-- No foreign key: a row may outlive its entry until its span goes.
create table bands (
    span integer not null,
    band integer not null,
    entry_id integer not null,
    source_id integer not null,
    primary key (span, band, entry_id)
) strict, without rowid;

-- What the judge of near duplicates compares; kept as long as the bands. Entry ids grow with time, so old ones go as ranges.
create table sketches (
    entry_id integer primary key,
    arrived_at integer not null,
    sketch blob not null
) strict;

-- Entries that retention deleted. A feed that lists one again must not bring it back.
create table tombstones (
    source_id integer not null references sources (id) on delete cascade,
    key text not null,
    -- As `feed::identity` compares them, for a feed that gives what was pruned a new guid.
    url text,
    canonical_url text,
    published_at integer,
    content_hash integer not null,
    -- For `why`.
    title text not null,
    arrived_at integer not null,
    pruned_at integer not null,
    -- When the feed last listed it again after it was pruned; they go when that is long past.
    listed_at integer,
    primary key (source_id, key)
) strict, without rowid;
-- What became of an address: for `why`.
create index tombstones_canonical on tombstones (canonical_url) where canonical_url is not null;

-- Since when each merged feed has looked as it does: `Last-Modified` over restarts. One row a feed.
create table editions (
    path text primary key,
    digest text not null,
    since integer not null
) strict, without rowid;
