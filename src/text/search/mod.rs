//! The parts of the full-text search that need no database. They find the words of a text, read a query, and choose which
//! part of a text to show.
//!
//! The index and the queries split a text into words in the same way ([`tokens`]), so a query finds what a reader would take
//! for the same word.

pub mod excerpt;
pub mod query;
pub mod tokens;

pub use excerpt::{ExcerptPart, excerpt, mark};
pub use query::{QueryError, SearchField, SearchQuery, SearchTerm};
pub use tokens::index_text;
