//! The full-text index: fills it in small batches between the polls, and finds articles with it.
//!
//! | file | what it does |
//! | --- | --- |
//! | `fill` | reads what is to be indexed, and writes it |
//! | `words` | the words of the index and how frequent they are; deletes those that no entry has any more |
//! | `expression` | a query in the language of FTS5 |
//! | `lookup` | the articles that match a query |

mod expression;
pub(super) mod fill;
pub(super) mod lookup;
pub(super) mod words;

/// Begins words of the column `source` that no text can contain. Every entry has the mark alone, and the mark followed
/// by the row of its source.
const SOURCE_MARK: char = '§';
