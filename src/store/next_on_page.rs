//! Finds the entry of a document that shows another article than the stored entry with its key: its page always has the same
//! address and title, such as the horoscope of the day, or its guid is that of a topic of a forum. It gets a key of its own, so
//! that it is a new entry.

use rusqlite::Connection;

use super::document_index::DocumentIndex;
use super::entries::{self, StoredEntry};
use super::storing_context::StoringContext;
use super::{StoreError, edits};
use crate::article::identity::{EntryIdentity, next_on_page, next_post};
use crate::article::normalize::fingerprint_of;
use crate::model::{Article, Key};

/// Returns `article` with a key of its own if it is the next one on the page of the stored entry with its key, or another post
/// of its topic.
pub(super) fn as_next(
    conn: &Connection,
    context: &StoringContext<'_>,
    index: &DocumentIndex<'_>,
    stored: &StoredEntry,
    article: &Article,
) -> Result<Option<Article>, StoreError> {
    let is_free = |key: &Key| -> Result<bool, StoreError> {
        Ok(!index.lists(&key.0) && entries::by_key(conn, context.source, key)?.is_none())
    };
    for key in keys_of_next(conn, index, stored, article)? {
        if is_free(&key)? {
            let fingerprint = fingerprint_of(article);
            return Ok(Some(Article { key, fingerprint, ..article.clone() }));
        }
    }
    Ok(None)
}

/// Returns the keys that `article` may have as the next one after a stored entry, the best first. There are none if it is that
/// entry.
fn keys_of_next(
    conn: &Connection,
    index: &DocumentIndex<'_>,
    stored: &StoredEntry,
    article: &Article,
) -> Result<Vec<Key>, StoreError> {
    let (before, now) = (identity_of_stored(stored), identity_of(article));
    let is_alone = article.canonical_url.as_ref().is_some_and(|url| index.count_on(url) == 1);
    if is_alone && next_on_page::may_be_next(&before, &now) {
        let words = edits::stored_words(conn, stored)?.unwrap_or_default();
        let is_next = next_on_page::have_other_words(&words, &edits::words_of(article));
        return Ok(if is_next { vec![next_on_page::key_of_next(&now)] } else { Vec::new() });
    }
    if next_post::may_be_next(&before, &now) {
        let page = entries::canonical_url(conn, stored.id)?;
        let before = EntryIdentity { canonical_url: page.as_deref(), ..before };
        let page = article.canonical_url.as_ref().map(|url| url.0.as_str());
        let now = EntryIdentity { canonical_url: page, ..now };
        let words = edits::stored_own_words(conn, stored)?.unwrap_or_default();
        let is_next = next_post::may_be_next(&before, &now)
            && next_post::have_other_words(&words, &edits::own_words_of(article));
        return Ok(if is_next { next_post::keys_of_next(&now).collect() } else { Vec::new() });
    }
    Ok(Vec::new())
}

/// Returns the properties of an article that its key depends on.
pub(super) fn identity_of(article: &Article) -> EntryIdentity<'_> {
    EntryIdentity {
        guid: article.guid.as_deref(),
        url: article.url.as_deref(),
        canonical_url: None,
        title: &article.title,
        published_at: article.published_at,
        updated_at: article.updated_at,
        content_hash: article.content_hash,
        seen_hash: article.seen_hash,
        words: 0,
        duration_s: None,
        texts: [None; 2],
    }
}

/// Returns the properties of a stored entry that its key depends on.
pub(super) fn identity_of_stored(stored: &StoredEntry) -> EntryIdentity<'_> {
    EntryIdentity {
        guid: stored.guid.as_deref(),
        url: stored.url.as_deref(),
        canonical_url: None,
        title: &stored.title,
        published_at: stored.published_at,
        updated_at: stored.updated_at,
        content_hash: stored.content_hash,
        seen_hash: stored.seen_hash.unwrap_or(stored.content_hash),
        words: 0,
        duration_s: None,
        texts: [None; 2],
    }
}
