//! Finds the stored entry that an episode replaces: it was deleted and uploaded again with another file.

use std::collections::HashMap;

use rusqlite::Connection;

use super::document_index::DocumentIndex;
use super::entries::StoredEntry;
use super::{StoreError, edits, next_on_page};
use crate::article::identity::{EntryIdentity, uploaded_again};
use crate::model::Article;
use crate::text::byte_runs::count_words;

/// Returns the key of the entry of `listed`, which are those of the previous document, that `article` replaces: it is not
/// listed any more although older ones are, it has the same title and the same words, and both have files.
pub(super) fn find(
    conn: &Connection,
    index: &DocumentIndex<'_>,
    listed: &HashMap<String, StoredEntry>,
    article: &Article,
) -> Result<Option<String>, StoreError> {
    let is_gone = |stored: &&StoredEntry| {
        stored.title == article.title
            && !index.lists(&stored.key)
            && index.goes_back_before(stored.published_at)
    };
    let gone = || listed.values().filter(is_gone);
    let (Some(stored), None) = (gone().next(), gone().nth(1)) else { return Ok(None) };
    if article.enclosures.is_empty() || !index.has_title_once(&article.title) {
        return Ok(None);
    }
    let words = edits::words_of(article);
    let now = EntryIdentity { words: count_words(&words), ..next_on_page::identity_of(article) };
    let is_replaced = uploaded_again::may_be_uploaded_again(&next_on_page::identity_of_stored(stored), &now)
        && edits::has_files(conn, stored)?
        && edits::stored_words(conn, stored)?.as_ref() == Some(&words);
    Ok(is_replaced.then(|| stored.key.clone()))
}
