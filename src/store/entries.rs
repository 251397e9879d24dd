//! Entries as rows: found by key or address, inserted, edited in place, listed or not.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::record::StoringContext;
use super::state::{as_json, time};
use super::{StoreError, groups, near_duplicates};
use crate::article::filter;
use crate::article::placement::Place;
use crate::model::{Article, CanonicalUrl, Key, SafeHtml, SourceId};
use crate::text::diff::{self, TextChange};
use crate::text::html;
use crate::time::{DAY, Timestamp};

/// Edits of one entry that only its content showed: pages with clocks or counters in them stop here.
const HASH_EDITS: u32 = 24;

/// What is kept of one entry's former selves, newest last.
const EDITS_KEPT: i64 = 24;

/// Other entries with the same address that are looked at; a home page may be the address of thousands.
pub(super) const SAME_ADDRESS: i64 = 64;

/// How stale the note that a feed lists a pruned entry may be, in days: it spares a write at every poll.
const TOMBSTONE_NOTE: u32 = 7;

/// What is known of an entry, as far as seeing it again needs it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) key: String,
    pub(super) article: i64,
    pub(super) title: String,
    pub(super) published_at: Option<Timestamp>,
    pub(super) content_hash: u64,
    pub(super) shared_url: bool,
    guid: Option<String>,
    url: Option<String>,
    metadata_hash: Option<u64>,
    updated_at: Option<Timestamp>,
    hash_edits: u32,
    arrived_at: Timestamp,
    unlisted_at: Option<Timestamp>,
    held_back: Option<String>,
}

const STORED: &str = "id, key, article_id, title, published_at, content_hash, guid, url, metadata_hash, updated_at, \
                      hash_edits, arrived_at, unlisted_at, held_back, shared_url";

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: row.get("id")?,
        key: row.get("key")?,
        article: row.get("article_id")?,
        title: row.get("title")?,
        published_at: time(row, "published_at")?,
        content_hash: row.get::<_, i64>("content_hash")?.cast_unsigned(),
        guid: row.get("guid")?,
        url: row.get("url")?,
        metadata_hash: row.get::<_, Option<i64>>("metadata_hash")?.map(i64::cast_unsigned),
        shared_url: row.get("shared_url")?,
        updated_at: time(row, "updated_at")?,
        hash_edits: row.get("hash_edits")?,
        arrived_at: Timestamp::from_unix(row.get("arrived_at")?),
        unlisted_at: time(row, "unlisted_at")?,
        held_back: row.get("held_back")?,
    })
}

/// What the newest document of a source listed, by key.
pub(super) fn listed(conn: &Connection, source: SourceId) -> Result<HashMap<String, Stored>, StoreError> {
    let sql = format!("select {STORED} from entries where source_id = ? and unlisted_at is null");
    let mut query = conn.prepare_cached(&sql)?;
    let rows = query.query_map([source.0], |row| stored(row).map(|entry| (entry.key.clone(), entry)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An entry of a source by its key.
pub(super) fn by_key(conn: &Connection, source: SourceId, key: &Key) -> Result<Option<Stored>, StoreError> {
    let sql = format!("select {STORED} from entries where source_id = ? and key = ?");
    Ok(conn.prepare_cached(&sql)?.query_row(params![source.0, key.0], stored).optional()?)
}

/// An entry by its row.
pub(super) fn by_id(conn: &Connection, entry: i64) -> Result<Option<Stored>, StoreError> {
    let sql = format!("select {STORED} from entries where id = ?");
    Ok(conn.prepare_cached(&sql)?.query_row([entry], stored).optional()?)
}

/// The entries of a source with this address, newest first.
pub(super) fn of_address(
    conn: &Connection,
    source: SourceId,
    url: &CanonicalUrl,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "select {STORED} from entries where canonical_url = ? and source_id = ? order by id desc limit {SAME_ADDRESS}"
    );
    let mut query = conn.prepare_cached(&sql)?;
    let rows = query.query_map(params![url.0, source.0], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether retention deleted the entry of this key; then it is noted that the feed still lists it.
pub(super) fn is_pruned(
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
    if context.now.since(Timestamp::from_unix(noted)) >= TOMBSTONE_NOTE * DAY {
        conn.prepare_cached("update tombstones set listed_at = ? where source_id = ? and key = ?")?
            .execute(params![context.now.unix(), context.source.0, key.0])?;
    }
    Ok(true)
}

/// An entry is in the document again, perhaps under another guid than the one that its key was made of.
pub(super) fn relist(conn: &Connection, stored: &Stored, guid: Option<&str>) -> Result<(), StoreError> {
    if stored.unlisted_at.is_some() || stored.guid.as_deref() != guid {
        conn.prepare_cached("update entries set unlisted_at = null, guid = ? where id = ?")?
            .execute(params![guid, stored.id])?;
    }
    Ok(())
}

/// What is stored under a key that a limit left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Beyond {
    /// An entry, which counts as listed.
    Stored,
    /// The tombstone of one that retention deleted.
    Pruned,
    /// Nothing.
    Nothing,
}

/// A key that a limit left out is in the document: what is stored of it counts as listed.
pub(super) fn list_again(
    conn: &Connection,
    context: &StoringContext<'_>,
    key: &Key,
) -> Result<Beyond, StoreError> {
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
            Ok(Beyond::Stored)
        }
        None if is_pruned(conn, context, key)? => Ok(Beyond::Pruned),
        None => Ok(Beyond::Nothing),
    }
}

/// An entry left the document.
pub(super) fn unlist(conn: &Connection, entry: i64, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached("update entries set unlisted_at = ? where id = ?")?
        .execute(params![now.unix(), entry])?;
    Ok(())
}

/// The same entry under another key and guid, those of `article`.
pub(super) fn rename(
    conn: &Connection,
    context: &StoringContext<'_>,
    stored: &Stored,
    article: &Article,
) -> Result<(), StoreError> {
    note_edit(conn, stored, "key", None, context.now)?;
    conn.prepare_cached("update entries set key = ?, guid = ? where id = ?")?.execute(params![
        article.key.0,
        article.guid,
        stored.id
    ])?;
    Ok(())
}

/// An entry that has no row yet, and where it stands alone.
pub(super) struct NewEntry<'a> {
    pub(super) article: &'a Article,
    pub(super) own_guid: &'a str,
    pub(super) place: Place,
    pub(super) shared_url: bool,
    pub(super) own_site: bool,
    pub(super) held_back: Option<String>,
}

/// Inserts an entry of the article `belongs_to`, and its texts.
pub(super) fn insert(
    conn: &Connection,
    context: &StoringContext<'_>,
    new: &NewEntry<'_>,
    belongs_to: i64,
) -> Result<i64, StoreError> {
    let article = new.article;
    conn.prepare_cached(
        "insert into entries (source_id, key, article_id, guid, url, canonical_url, shared_url, own_site, own_guid,
             title, author, published_at, updated_at, content_hash, metadata_hash, arrived_at, river_at, placed_at,
             held_back)
         values (:source_id, :key, :article_id, :guid, :url, :canonical_url, :shared_url, :own_site, :own_guid,
             :title, :author, :published_at, :updated_at, :content_hash, :metadata_hash, :arrived_at, :river_at,
             :placed_at, :held_back)",
    )?
    .execute(named_params! {
        ":source_id": context.source.0,
        ":key": article.key.0,
        ":article_id": belongs_to,
        ":guid": article.guid,
        ":url": article.url,
        ":canonical_url": article.canonical_url.as_ref().map(|url| &url.0),
        ":shared_url": new.shared_url,
        ":own_site": new.own_site,
        ":own_guid": new.own_guid,
        ":title": article.title,
        ":author": article.author,
        ":published_at": article.published_at.map(Timestamp::unix),
        ":updated_at": article.updated_at.map(Timestamp::unix),
        ":content_hash": article.content_hash.cast_signed(),
        ":metadata_hash": article.metadata_hash.cast_signed(),
        ":arrived_at": context.now.unix(),
        ":river_at": new.place.river_at.unix(),
        ":placed_at": new.place.placed_at.unix(),
        ":held_back": new.held_back,
    })?;
    let id = conn.last_insert_rowid();
    write_texts(conn, id, article)?;
    Ok(id)
}

fn write_texts(conn: &Connection, id: i64, article: &Article) -> Result<(), StoreError> {
    conn.prepare_cached(
        "insert or replace into texts (entry_id, summary, content, categories, enclosures, comments_url, language,
                                       origin, also_in, details)
         values (:entry_id, :summary, :content, :categories, :enclosures, :comments_url, :language, :origin, :also_in,
                 :details)",
    )?
    .execute(named_params! {
        ":entry_id": id,
        ":summary": article.summary.as_ref().map(SafeHtml::as_str),
        ":content": article.content.as_ref().map(SafeHtml::as_str),
        ":categories": as_json(&article.categories),
        ":enclosures": as_json(&article.enclosures),
        ":comments_url": article.comments_url,
        ":language": article.language,
        ":origin": article.origin.as_ref().map(as_json),
        ":also_in": as_json(&article.also_in),
        ":details": as_json(&article.details),
    })?;
    Ok(())
}

/// What shows that an entry was edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EditCause {
    /// The feed says so.
    Updated,
    /// Only its content does.
    Content,
    /// Only what stands around its content does.
    Metadata,
}

/// Whether an entry that is seen again was edited: its `updated` differs, or else its content or what stands around it, a
/// bounded number of times.
pub(super) fn edit_cause(stored: &Stored, article: &Article) -> Option<EditCause> {
    if article.updated_at.is_some() && article.updated_at != stored.updated_at {
        return Some(EditCause::Updated);
    }
    if stored.hash_edits >= HASH_EDITS {
        return None;
    }
    if article.content_hash != stored.content_hash {
        return Some(EditCause::Content);
    }
    stored.metadata_hash.is_some_and(|known| known != article.metadata_hash).then_some(EditCause::Metadata)
}

/// Edits an entry in place: what it was is kept for `why`, its article keeps guid and place.
pub(super) fn edit(
    conn: &Connection,
    context: &StoringContext<'_>,
    stored: &Stored,
    article: &Article,
    cause: EditCause,
) -> Result<(), StoreError> {
    let (word, hash_edits) = match cause {
        EditCause::Updated => ("updated", stored.hash_edits),
        EditCause::Content => ("content", stored.hash_edits + 1),
        EditCause::Metadata => ("metadata", stored.hash_edits + 1),
    };
    // A reader shows what was edited as unread: another category or address is not worth that.
    let edited_at = (cause != EditCause::Metadata).then_some(context.now.unix());
    note_edit(conn, stored, word, change(conn, stored, article)?.as_ref(), context.now)?;
    let held_back = filter::held_back_article(&context.filter, article);
    conn.prepare_cached(
        "update entries set guid = :guid, url = :url, canonical_url = :canonical_url, title = :title,
             author = :author, published_at = :published_at, updated_at = coalesce(:updated_at, updated_at),
             content_hash = :content_hash, metadata_hash = :metadata_hash, edited_at = coalesce(:edited_at, edited_at),
             hash_edits = :hash_edits, held_back = :held_back
         where id = :id",
    )?
    .execute(named_params! {
        ":guid": article.guid,
        ":url": article.url,
        ":canonical_url": article.canonical_url.as_ref().map(|url| &url.0),
        ":title": article.title,
        ":author": article.author,
        ":published_at": article.published_at.map(Timestamp::unix),
        ":updated_at": article.updated_at.map(Timestamp::unix),
        ":content_hash": article.content_hash.cast_signed(),
        ":metadata_hash": article.metadata_hash.cast_signed(),
        ":edited_at": edited_at,
        ":hash_edits": hash_edits,
        ":held_back": held_back,
        ":id": stored.id,
    })?;
    write_texts(conn, stored.id, article)?;
    if stored.held_back.is_some() && held_back.is_none() {
        // The river shows it now for the first time, so now is when it arrives there.
        let place = context.place_of_shown(article);
        conn.prepare_cached("update entries set river_at = ?, placed_at = ? where id = ?")?
            .execute(params![place.river_at.unix(), place.placed_at.unix(), stored.id])?;
    }
    near_duplicates::insert_edited(conn, context, stored.id, stored.arrived_at, &article.fingerprint)?;
    if held_back != stored.held_back {
        groups::settle(conn, stored.article)?;
    }
    Ok(())
}

/// Where the text of a stored entry differs from that of `article`, as a reader reads them.
fn change(conn: &Connection, stored: &Stored, article: &Article) -> Result<Option<TextChange>, StoreError> {
    if article.content_hash == stored.content_hash {
        return Ok(None);
    }
    let before = conn
        .prepare_cached("select summary, content from texts where entry_id = ?")?
        .query_row([stored.id], |row| Ok([row.get::<_, Option<String>>(0)?, row.get(1)?]))
        .optional()?;
    let Some([summary, content]) = before else { return Ok(None) };
    let before = plain([summary.as_deref(), content.as_deref()]);
    let after = [&article.summary, &article.content].map(|text| text.as_ref().map(SafeHtml::as_str));
    Ok(diff::between(&before, &plain(after)))
}

fn plain(texts: [Option<&str>; 2]) -> String {
    texts.into_iter().flatten().map(html::to_plain).collect::<Vec<_>>().join("\n")
}

fn note_edit(
    conn: &Connection,
    stored: &Stored,
    cause: &str,
    change: Option<&TextChange>,
    edited_at: Timestamp,
) -> Result<(), StoreError> {
    let last: i64 = conn
        .prepare_cached("select coalesce(max(number), 0) from edits where entry_id = ?")?
        .query_row([stored.id], |row| row.get(0))?;
    conn.prepare_cached(
        "insert into edits (entry_id, number, edited_at, cause, title, content_hash, updated_at, url, guid, text_before,
                            text_after)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        stored.id,
        last + 1,
        edited_at.unix(),
        cause,
        stored.title,
        stored.content_hash.cast_signed(),
        stored.updated_at.map(Timestamp::unix),
        stored.url,
        stored.guid,
        change.map(|change| &change.before),
        change.map(|change| &change.after),
    ])?;
    conn.prepare_cached("delete from edits where entry_id = ? and number <= ?")?
        .execute(params![stored.id, last + 1 - EDITS_KEPT])?;
    Ok(())
}
