//! Finds the rows of entries, inserts entries with their texts, and notes which entries a document still lists. These can be
//! stored entries and entries that retention deleted.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::state::as_json;
use super::storing_context::StoringContext;
use super::texts::TextColumns;
use super::{StoreError, former_addresses, views};
use crate::article::placement::Place;
use crate::model::{Article, CanonicalUrl, Key, SafeHtml, SourceId};
use crate::time::{DAY, Timestamp};

/// How many entries with the same address are read at most. A home page may be the address of thousands of entries.
pub(super) const SAME_ADDRESS: i64 = 64;

/// The note that a feed still lists a pruned entry is renewed only after this many days, which saves a write at every poll.
const LISTED_NOTE_DAYS: u32 = 7;

/// A stored entry, with everything that decides what happens when its feed lists it again.
#[derive(Clone, Debug)]
pub(super) struct StoredEntry {
    pub(super) id: i64,
    pub(super) key: String,
    pub(super) article: i64,
    pub(super) title: String,
    pub(super) published_at: Option<Timestamp>,
    pub(super) content_hash: u64,
    pub(super) shared_url: bool,
    pub(super) guid: Option<String>,
    pub(super) url: Option<String>,
    pub(super) metadata_hash: Option<u64>,
    /// `None` if an older riverd stored the entry.
    pub(super) seen_hash: Option<u64>,
    pub(super) updated_at: Option<Timestamp>,
    /// The time of change that the feed stated with the stored version, if it is not `updated_at`. Of an entry without a guid
    /// that states none, the date that the feed stated last, if it is later than `published_at`.
    pub(super) stated_at: Option<Timestamp>,
    pub(super) edited_at: Option<Timestamp>,
    /// Number of announcements that count towards the limit of [`super::edits`], as of `edited_at`.
    pub(super) announcements: u32,
    pub(super) arrived_at: Timestamp,
    pub(super) unlisted_at: Option<Timestamp>,
    pub(super) held_back: Option<String>,
    /// Since when the feed lists it only without something that the stored version has.
    pub(super) poorer_since: Option<Timestamp>,
}

/// The columns that [`read_stored`] reads, in this order.
const STORED_COLUMNS: &str = "id, key, article_id, title, published_at, content_hash, shared_url, guid, url, metadata_hash, \
                      seen_hash, updated_at, stated_at, edited_at, hash_edits, arrived_at, unlisted_at, held_back, \
                      poorer_since";

/// Reads a row that selects [`STORED_COLUMNS`], by place: a document that changed reads all entries that its source listed, and
/// looking for columns by their names takes longer than reading them.
fn read_stored(row: &Row<'_>) -> rusqlite::Result<StoredEntry> {
    let time =
        |place: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(place)?.map(Timestamp::from_unix));
    let hash =
        |place: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(place)?.map(i64::cast_unsigned));
    Ok(StoredEntry {
        id: row.get(0)?,
        key: row.get(1)?,
        article: row.get(2)?,
        title: row.get(3)?,
        published_at: time(4)?,
        content_hash: row.get::<_, i64>(5)?.cast_unsigned(),
        shared_url: row.get(6)?,
        guid: row.get(7)?,
        url: row.get(8)?,
        metadata_hash: hash(9)?,
        seen_hash: hash(10)?,
        updated_at: time(11)?,
        stated_at: time(12)?,
        edited_at: time(13)?,
        announcements: row.get(14)?,
        arrived_at: Timestamp::from_unix(row.get(15)?),
        unlisted_at: time(16)?,
        held_back: row.get(17)?,
        poorer_since: time(18)?,
    })
}

/// Returns the entries of a source that count as listed and whose keys are wanted, by key. The newest document lists them, or
/// an older document does and the documents since list only what is new (RFC 3229, status 226).
pub(super) fn listed(
    conn: &Connection,
    source: SourceId,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<HashMap<String, StoredEntry>, StoreError> {
    let sql = format!("select {STORED_COLUMNS} from entries where source_id = ? and unlisted_at is null");
    let mut query = conn.prepare_cached(&sql)?;
    let mut rows = query.query([source.0])?;
    let mut listed = HashMap::new();
    while let Some(row) = rows.next()? {
        if is_wanted(row.get_ref(1)?.as_str().unwrap_or_default()) {
            let entry = read_stored(row)?;
            listed.insert(entry.key.clone(), entry);
        }
    }
    Ok(listed)
}

/// What the store has of a source. If it has nothing, because the source is read for the first time, no entry needs to be
/// looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredOfSource {
    pub(super) has_entries: bool,
    /// Whether retention deleted entries of the source.
    pub(super) has_tombstones: bool,
}

/// Returns what the store has of a source.
pub(super) fn stored_of(conn: &Connection, source: SourceId) -> Result<StoredOfSource, StoreError> {
    let sql = "select exists (select 1 from entries where source_id = ?1),
                   exists (select 1 from tombstones where source_id = ?1)";
    Ok(conn.prepare_cached(sql)?.query_row([source.0], |row| {
        Ok(StoredOfSource { has_entries: row.get(0)?, has_tombstones: row.get(1)? })
    })?)
}

/// Returns the entry of a source with this key.
pub(super) fn by_key(
    conn: &Connection,
    source: SourceId,
    key: &Key,
) -> Result<Option<StoredEntry>, StoreError> {
    let sql = format!("select {STORED_COLUMNS} from entries where source_id = ? and key = ?");
    Ok(conn.prepare_cached(&sql)?.query_row(params![source.0, key.0], read_stored).optional()?)
}

/// Returns the entry in this row.
pub(super) fn by_id(conn: &Connection, entry: i64) -> Result<Option<StoredEntry>, StoreError> {
    let sql = format!("select {STORED_COLUMNS} from entries where id = ?");
    Ok(conn.prepare_cached(&sql)?.query_row([entry], read_stored).optional()?)
}

/// Returns the canonical address of the page of the entry in this row.
pub(super) fn canonical_url(conn: &Connection, entry: i64) -> Result<Option<String>, StoreError> {
    let sql = "select canonical_url from entries where id = ?";
    Ok(conn.prepare_cached(sql)?.query_row([entry], |row| row.get(0)).optional()?.flatten())
}

/// Returns the entries of a source with this address, the newest first.
pub(super) fn of_address(
    conn: &Connection,
    source: SourceId,
    url: &CanonicalUrl,
) -> Result<Vec<StoredEntry>, StoreError> {
    let sql = format!(
        "select {STORED_COLUMNS} from entries where canonical_url = ? and source_id = ? order by id desc limit {SAME_ADDRESS}"
    );
    let mut query = conn.prepare_cached(&sql)?;
    let rows = query.query_map(params![url.0, source.0], read_stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that the feed still lists this key if retention deleted its entry. Returns whether retention deleted it.
pub(super) fn note_listed_tombstone(
    conn: &Connection,
    context: &StoringContext<'_>,
    key: &Key,
) -> Result<bool, StoreError> {
    let noted: Option<i64> = conn
        .prepare_cached(
            "select coalesce(listed_at, pruned_at) from tombstones where source_id = ? and key = ?",
        )?
        .query_row(params![context.source.0, key.0], |row| row.get(0))
        .optional()?;
    let Some(noted) = noted else { return Ok(false) };
    if context.now.since(Timestamp::from_unix(noted)) >= LISTED_NOTE_DAYS * DAY {
        conn.prepare_cached("update tombstones set listed_at = ? where source_id = ? and key = ?")?
            .execute(params![context.now.unix(), context.source.0, key.0])?;
    }
    Ok(true)
}

/// Notes that the document lists a stored entry. Its guid may be another one than the guid that the key was made of.
pub(super) fn note_listed(
    conn: &Connection,
    stored: &StoredEntry,
    guid: Option<&str>,
) -> Result<(), StoreError> {
    if stored.unlisted_at.is_some() || stored.guid.as_deref() != guid {
        conn.prepare_cached("update entries set unlisted_at = null, guid = ? where id = ?")?
            .execute(params![guid, stored.id])?;
    }
    Ok(())
}

/// Notes the date that the feed states of an entry of which nothing else changed, if it has no guid and no time of change. The
/// next document may state a later one again.
pub(super) fn note_date(
    conn: &Connection,
    stored: &StoredEntry,
    article: &Article,
) -> Result<(), StoreError> {
    let has_guid = article.guid.is_some() && article.guid != article.url;
    let states_change = stored.updated_at.is_some() || article.updated_at.is_some();
    let stated_at = article.published_at.filter(|at| Some(*at) > stored.published_at);
    if !has_guid && !states_change && stored.published_at.is_some() && stated_at != stored.stated_at {
        conn.prepare_cached("update entries set stated_at = ? where id = ?")?
            .execute(params![stated_at.map(Timestamp::unix), stored.id])?;
    }
    Ok(())
}

/// Notes since when the feed lists an entry only without something that the stored version has; `None` if it lists all of it.
pub(super) fn note_poorer(
    conn: &Connection,
    stored: &StoredEntry,
    since: Option<Timestamp>,
) -> Result<(), StoreError> {
    if stored.poorer_since != since {
        conn.prepare_cached("update entries set poorer_since = ? where id = ?")?
            .execute(params![since.map(Timestamp::unix), stored.id])?;
    }
    Ok(())
}

/// What is stored of an entry that `max_entries` or `max_age` left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LimitedKey {
    /// An entry. It counts as listed.
    Stored,
    /// The tombstone of an entry that retention deleted.
    Pruned,
    /// Nothing.
    Unknown,
}

/// Notes that the document lists an entry that `max_entries` or `max_age` left out. What is stored under its key counts as
/// listed.
pub(super) fn note_listed_key(
    conn: &Connection,
    context: &StoringContext<'_>,
    key: &Key,
) -> Result<LimitedKey, StoreError> {
    let unlisted: Option<Option<i64>> = conn
        .prepare_cached("select unlisted_at from entries where source_id = ? and key = ?")?
        .query_row(params![context.source.0, key.0], |row| row.get(0))
        .optional()?;
    match unlisted {
        Some(unlisted) => {
            if unlisted.is_some() {
                conn.prepare_cached("update entries set unlisted_at = null where source_id = ? and key = ?")?
                    .execute(params![context.source.0, key.0])?;
            }
            Ok(LimitedKey::Stored)
        }
        None if note_listed_tombstone(conn, context, key)? => Ok(LimitedKey::Pruned),
        None => Ok(LimitedKey::Unknown),
    }
}

/// Notes that the document no longer lists an entry.
pub(super) fn unlist(conn: &Connection, entry: i64, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached("update entries set unlisted_at = ? where id = ?")?
        .execute(params![now.unix(), entry])?;
    Ok(())
}

/// An entry to be inserted.
pub(super) struct NewEntry<'a> {
    pub(super) article: &'a Article,
    /// Guid that its article would have if the entry were alone in it.
    pub(super) own_guid: &'a str,
    /// Place in the river that its article would have if the entry were alone in it.
    pub(super) place: Place,
    /// Whether an earlier entry of its source has the same address.
    pub(super) shared_url: bool,
    /// Whether its source counts as its writer: it names no other feed as its origin, and its page, if it has one, is on the
    /// site of its feed.
    pub(super) source_is_writer: bool,
    /// Reason why a filter holds it back.
    pub(super) held_back: Option<String>,
}

/// Inserts an entry of the article in row `belongs_to`, with its texts, and returns its row.
pub(super) fn insert(
    conn: &Connection,
    context: &StoringContext<'_>,
    new: &NewEntry<'_>,
    belongs_to: i64,
) -> Result<i64, StoreError> {
    let article = new.article;
    conn.prepare_cached(
        "insert into entries (source_id, key, article_id, guid, url, canonical_url, shared_url, own_site, own_guid,
             title, author, published_at, updated_at, content_hash, seen_hash, metadata_hash, arrived_at, river_at,
             placed_at, held_back)
         values (:source_id, :key, :article_id, :guid, :url, :canonical_url, :shared_url, :own_site, :own_guid,
             :title, :author, :published_at, :updated_at, :content_hash, :seen_hash, :metadata_hash, :arrived_at,
             :river_at, :placed_at, :held_back)",
    )?
    .execute(params![
        context.source.0,
        article.key.0,
        belongs_to,
        article.guid,
        article.url,
        article.canonical_url.as_ref().map(|url| &url.0),
        new.shared_url,
        new.source_is_writer,
        new.own_guid,
        article.title,
        article.author,
        article.published_at.map(Timestamp::unix),
        article.updated_at.map(Timestamp::unix),
        article.content_hash.cast_signed(),
        article.seen_hash.cast_signed(),
        article.metadata_hash.cast_signed(),
        context.now.unix(),
        new.place.river_at.unix(),
        new.place.placed_at.unix(),
        new.held_back,
    ])?;
    let id = conn.last_insert_rowid();
    insert_texts(conn, id, article)?;
    views::queue(conn, belongs_to)?;
    Ok(id)
}

/// Replaces the texts of an entry, and notes the addresses that it no longer has.
pub(super) fn replace_texts(conn: &Connection, id: i64, article: &Article) -> Result<(), StoreError> {
    former_addresses::note(conn, id, article)?;
    conn.prepare_cached("delete from texts where entry_id = ?")?.execute([id])?;
    insert_texts(conn, id, article)
}

/// Inserts the texts of an entry that has none. (`insert or replace` would keep a copy of every page that it changes, to
/// undo the statement.)
fn insert_texts(conn: &Connection, id: i64, article: &Article) -> Result<(), StoreError> {
    let texts = TextColumns::of(
        article.summary.as_ref().map(SafeHtml::as_str),
        article.content.as_ref().map(SafeHtml::as_str),
    );
    conn.prepare_cached(
        "insert into texts (entry_id, summary, content, packed, categories, enclosures, comments_url, language, origin,
                            also_in, details)
         values (:entry_id, :summary, :content, :packed, :categories, :enclosures, :comments_url, :language, :origin,
                 :also_in, :details)",
    )?
    .execute(params![
        id,
        texts.summary,
        texts.content,
        texts.packed,
        as_json(&article.categories),
        as_json(&article.enclosures),
        article.comments_url,
        article.language,
        article.origin.as_ref().map(as_json),
        as_json(&article.also_in),
        as_json(&article.details),
    ])?;
    Ok(())
}
