//! Finds the entry of a document whose page always has the same address and title, such as the horoscope of the day, and shows
//! another article than the stored entry with its key. It gets a key of its own, so that it is a new entry.

use rusqlite::Connection;

use super::document_index::DocumentIndex;
use super::entries::{self, StoredEntry};
use super::storing_context::StoringContext;
use super::{StoreError, edits};
use crate::article::identity::{EntryIdentity, next_on_page};
use crate::model::Article;

/// Returns `article` with a key of its own if it is the next one on the page of the stored entry with its key.
pub(super) fn as_next(
    conn: &Connection,
    context: &StoringContext<'_>,
    index: &DocumentIndex<'_>,
    stored: &StoredEntry,
    article: &Article,
) -> Result<Option<Article>, StoreError> {
    let now = identity_of(article);
    let is_alone = article.canonical_url.as_ref().is_some_and(|url| index.count_on(url) == 1);
    if !is_alone || !next_on_page::may_be_next(&identity_of_stored(stored), &now) {
        return Ok(None);
    }
    let words = edits::stored_words(conn, stored)?.unwrap_or_default();
    if !next_on_page::have_other_words(&words, &edits::words_of(article)) {
        return Ok(None);
    }
    let key = next_on_page::key_of_next(&now);
    let is_free = entries::by_key(conn, context.source, &key)?.is_none();
    Ok(is_free.then(|| Article { key, ..article.clone() }))
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
    }
}
