//! The full-text index: fills it in small batches beside the polls, and finds articles with it.
//!
//! | file | what it does |
//! | --- | --- |
//! | `fill` | reads what is to be indexed, and writes it |
//! | `words` | the words of the index and how frequent they are |
//! | `expression` | a query in the language of FTS5 |
//! | `lookup` | the newest articles that match a query |

mod expression;
pub(super) mod fill;
pub(super) mod lookup;
mod words;

use super::{RiverSelection, Store, StoreError};
use crate::model::RiverItem;
use crate::text::search::SearchQuery;

/// Begins the words of the column `source` that no text can contain: alone for every entry, with a row for one source.
const SOURCE_MARK: char = '§';

impl Store {
    /// Returns the newest `limit` published articles that match `query`, ordered like [`Store::latest`].
    ///
    /// Fails with [`StoreError::NoSuchTag`], [`StoreError::NoSourceNamed`] or [`StoreError::SearchTooSlow`] if the query can't
    /// be answered.
    pub async fn search(&self, query: &SearchQuery, limit: usize) -> Result<Vec<RiverItem>, StoreError> {
        self.latest(&RiverSelection::Search(query.clone()), limit).await
    }

    /// Writes some entries to the full-text index: those that came, changed or went since it was filled. Returns how many;
    /// 0 once it is complete. Only one task may fill the index at a time.
    pub async fn fill_search_index(&self) -> Result<usize, StoreError> {
        while let Some(batch) = self.readers.read(fill::next_batch).await? {
            let entries = batch.len();
            self.write(move |conn| fill::write(conn, &batch)).await?;
            if entries > 0 {
                return Ok(entries);
            }
        }
        Ok(0)
    }

    /// Returns whether the full-text index has every entry.
    pub async fn search_index_is_complete(&self) -> Result<bool, StoreError> {
        self.readers.read(fill::is_complete).await
    }
}
