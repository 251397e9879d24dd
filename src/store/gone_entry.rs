//! Finds the stored entry that a new one replaces, which the document lists no more although it lists older ones: an episode
//! that was uploaded again with another file, or a post that got another address and time of change when it was edited.

use std::cell::OnceCell;
use std::collections::HashMap;

use rusqlite::Connection;

use super::document_index::DocumentIndex;
use super::entries::StoredEntry;
use super::{StoreError, edits, next_on_page};
use crate::article::identity::{EntryIdentity, changed_address, next_on_page as words, uploaded_again};
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
            for stored in listed.values().filter(|stored| !index.still_lists(&stored.key, None)) {
                by_title.entry(stored.title.clone()).or_default().push(stored.key.clone());
            }
            by_title
        });
        by_title.get(title).map_or(&[], Vec::as_slice)
    }
}

/// Returns the key of the entry of `listed`, which are those of the previous document, that `article` replaces: it is `gone`
/// although older ones are still listed, and it has the same title. An episode has the same words and a file, as before. A post
/// that states no time of publication may differ in a few words.
pub(super) fn find(
    conn: &Connection,
    index: &DocumentIndex<'_>,
    (listed, gone): (&HashMap<String, StoredEntry>, &GoneEntries),
    article: &Article,
) -> Result<Option<String>, StoreError> {
    let may_replace = !article.enclosures.is_empty() || article.published_at.is_none();
    if listed.is_empty() || !may_replace || !index.has_title_once(&article.title) {
        return Ok(None);
    }
    let titled = gone.titled(&article.title, index, listed).iter().filter_map(|key| listed.get(key));
    let mut titled =
        titled.filter(|stored| index.goes_back_before(stored.published_at.or(stored.updated_at)));
    let (Some(stored), None) = (titled.next(), titled.next()) else { return Ok(None) };
    let words = edits::words_of(article);
    let before = next_on_page::identity_of_stored(stored);
    let now = EntryIdentity { words: count_words(&words), ..next_on_page::identity_of(article) };
    let is_replaced = if changed_address::may_be_changed(&before, &now) {
        edits::stored_words(conn, stored)?.is_some_and(|before| {
            words::differ_in_few_words(&before, &words) && words::keeps_facts(&before, &words)
        })
    } else {
        uploaded_again::may_be_uploaded_again(&before, &now)
            && edits::has_files(conn, stored)?
            && !article.enclosures.is_empty()
            && edits::stored_words(conn, stored)?.as_ref() == Some(&words)
    };
    Ok(is_replaced.then(|| stored.key.clone()))
}
