//! Finds the stored entry that an entry of a list is an edit of, if all entries of the list share one page or have none, have
//! no guids, and the edit got a new date or no entry has a date.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::document_index::DocumentIndex;
use super::entries::StoredEntry;
use super::storing_context::StoringContext;
use super::{StoreError, edits, next_on_page};
use crate::article::identity::EntryIdentity;
use crate::article::identity::next_on_page::{
    differ_in_few_words, is_undated, keeps_facts, may_be_edit_in_list,
};
use crate::model::Article;

/// How many entries such a list has at most. The states of services and the forecasts for towns are short lists.
const LONGEST_LIST: usize = 64;

/// Returns the key of the entry of `listed`, which are those of the previous document, that `article` is an edit of: no
/// document lists it any more, `article` stands in its place, and their texts differ only in a few words.
pub(super) fn find(
    conn: &Connection,
    context: &StoringContext<'_>,
    index: &DocumentIndex<'_>,
    listed: &HashMap<String, StoredEntry>,
    article: &Article,
) -> Result<Option<String>, StoreError> {
    let count = index.articles().len();
    let have_one_page = match &article.canonical_url {
        Some(url) => index.count_on(url) == count,
        None => index.articles().iter().all(|article| article.url.is_none()),
    };
    if !(2..=LONGEST_LIST).contains(&count) || !have_one_page {
        return Ok(None);
    }
    let now = next_on_page::identity_of(article);
    let keeps_facts = |before: &str, words: &str| !is_undated(&now) || keeps_facts(before, words);
    let is_candidate = |stored: &&StoredEntry| {
        let before = next_on_page::identity_of_stored(stored);
        let restated = stored.stated_at.filter(|_| stored.updated_at.is_none());
        let before = EntryIdentity { published_at: before.published_at.max(restated), ..before };
        !index.lists(&stored.key) && may_be_edit_in_list(&before, &now)
    };
    let candidates: Vec<&StoredEntry> = listed.values().filter(is_candidate).collect();
    if candidates.is_empty() {
        return Ok(None);
    }
    let before = listed_before(conn, context)?;
    let words = edits::words_of(article);
    for stored in candidates {
        if stands_in_place(index, &before, &stored.key, article)
            && edits::stored_words(conn, stored)?
                .is_some_and(|stored| differ_in_few_words(&stored, &words) && keeps_facts(&stored, &words))
        {
            return Ok(Some(stored.key.clone()));
        }
    }
    Ok(None)
}

/// Returns the keys of the entries that the document before listed, the newest first. They are one too many if the list is
/// longer than [`LONGEST_LIST`].
fn listed_before(conn: &Connection, context: &StoringContext<'_>) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "select key from entries where source_id = ? and unlisted_at is null and arrived_at < ? order by id desc limit {}",
        LONGEST_LIST + 1
    );
    let mut query = conn.prepare_cached(&sql)?;
    let rows = query.query_map(params![context.source.0, context.now.unix()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns whether `article` has the place in the document that the stored entry with this key had among those listed `before`,
/// in the same order or in the reverse one, and every other entry that was listed kept its place. If a new entry came, at least
/// two others moved on.
fn stands_in_place(index: &DocumentIndex<'_>, before: &[String], key: &str, article: &Article) -> bool {
    let articles = index.articles();
    let keeps_places = |before: &mut dyn Iterator<Item = &String>| {
        articles.iter().zip(before).all(|(listed, stored)| {
            if listed.key == article.key {
                stored == key
            } else {
                listed.key.0 == *stored || !index.lists(stored)
            }
        })
    };
    before.len() == articles.len()
        && (keeps_places(&mut before.iter()) || keeps_places(&mut before.iter().rev()))
}
