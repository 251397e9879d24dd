//! Edits of stored entries: notices them, applies them in place, and keeps former versions for `why`.

use rusqlite::{Connection, OptionalExtension as _, named_params, params};

use super::entries::{StoredEntry, write_texts};
use super::storing_context::StoringContext;
use super::{StoreError, near_duplicates, representative};
use crate::article::filter;
use crate::model::{Article, SafeHtml};
use crate::text::diff::{self, TextChange};
use crate::text::html;
use crate::time::Timestamp;

/// How many edits of one entry are taken that only a hash shows. A page with a clock or a counter in it stops being
/// edited here.
const HASH_EDITS: u32 = 24;

/// How many former versions of one entry are kept.
const EDITS_KEPT: i64 = 24;

/// Gives an entry the key and guid of `article`, which is the same entry under another key.
pub(super) fn rename(
    conn: &Connection,
    context: &StoringContext<'_>,
    stored: &StoredEntry,
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

/// What shows that an entry was edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EditCause {
    /// Its `updated` changed.
    Updated,
    /// Only its content changed.
    Content,
    /// Only the metadata around its content changed.
    Metadata,
}

/// Returns whether an entry that is listed again was edited: whether its `updated` differs, or else its content or
/// metadata. Edits that only a hash shows are taken a bounded number of times.
pub(super) fn cause(stored: &StoredEntry, article: &Article) -> Option<EditCause> {
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

/// Edits an entry in place. Its former version is kept for `why`, and its article keeps guid and place.
pub(super) fn apply(
    conn: &Connection,
    context: &StoringContext<'_>,
    stored: &StoredEntry,
    article: &Article,
    cause: EditCause,
) -> Result<(), StoreError> {
    let (word, hash_edits) = match cause {
        EditCause::Updated => ("updated", stored.hash_edits),
        EditCause::Content => ("content", stored.hash_edits + 1),
        EditCause::Metadata => ("metadata", stored.hash_edits + 1),
    };
    // Feed readers show an edited article as unread. Another category or address is not worth that.
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
        // The river shows the entry for the first time now, so it is placed as if it had arrived now.
        let place = context.place_of_shown(article);
        conn.prepare_cached("update entries set river_at = ?, placed_at = ? where id = ?")?
            .execute(params![place.river_at.unix(), place.placed_at.unix(), stored.id])?;
    }
    near_duplicates::insert_edited(conn, context, stored.id, stored.arrived_at, &article.fingerprint)?;
    if held_back != stored.held_back {
        representative::choose(conn, stored.article)?;
    }
    Ok(())
}

/// Returns where the text of a stored entry differs from that of `article`, in plain text.
fn change(
    conn: &Connection,
    stored: &StoredEntry,
    article: &Article,
) -> Result<Option<TextChange>, StoreError> {
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

/// Keeps the present version of an entry as a former one, and deletes the oldest beyond [`EDITS_KEPT`].
fn note_edit(
    conn: &Connection,
    stored: &StoredEntry,
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
