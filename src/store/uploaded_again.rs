//! Finds the stored entry that an episode replaces: it was deleted and uploaded again with another file.

use std::cell::OnceCell;
use std::collections::HashMap;

use rusqlite::Connection;

use super::document_index::DocumentIndex;
use super::entries::StoredEntry;
use super::{StoreError, edits, next_on_page};
use crate::article::identity::{EntryIdentity, uploaded_again};
use crate::model::Article;
use crate::text::byte_runs::count_words;

/// The keys of the entries that a document lists no more, by their titles. They are collected when the first episode asks.
#[derive(Default)]
pub(super) struct GoneEntries(OnceCell<HashMap<String, Vec<String>>>);

impl GoneEntries {
    /// Returns the keys of the entries with this title.
    fn titled(
        &self,
        title: &str,
        index: &DocumentIndex<'_>,
        listed: &HashMap<String, StoredEntry>,
    ) -> &[String] {
        let by_title = self.0.get_or_init(|| {
            let mut by_title: HashMap<String, Vec<String>> = HashMap::new();
            for stored in listed.values().filter(|stored| !index.lists(&stored.key)) {
                by_title.entry(stored.title.clone()).or_default().push(stored.key.clone());
            }
            by_title
        });
        by_title.get(title).map_or(&[], Vec::as_slice)
    }
}

/// Returns the key of the entry of `listed`, which are those of the previous document, that `article` replaces: it is `gone`
/// although older ones are still listed, it has the same title and the same words, and both have files.
pub(super) fn find(
    conn: &Connection,
    index: &DocumentIndex<'_>,
    (listed, gone): (&HashMap<String, StoredEntry>, &GoneEntries),
    article: &Article,
) -> Result<Option<String>, StoreError> {
    if listed.is_empty() || article.enclosures.is_empty() || !index.has_title_once(&article.title) {
        return Ok(None);
    }
    let titled = gone.titled(&article.title, index, listed).iter().filter_map(|key| listed.get(key));
    let mut titled = titled.filter(|stored| index.goes_back_before(stored.published_at));
    let (Some(stored), None) = (titled.next(), titled.next()) else { return Ok(None) };
    let words = edits::words_of(article);
    let now = EntryIdentity { words: count_words(&words), ..next_on_page::identity_of(article) };
    let is_replaced = uploaded_again::may_be_uploaded_again(&next_on_page::identity_of_stored(stored), &now)
        && edits::has_files(conn, stored)?
        && edits::stored_words(conn, stored)?.as_ref() == Some(&words);
    Ok(is_replaced.then(|| stored.key.clone()))
}
