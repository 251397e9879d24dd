//! An article with its place among those of a tag, a source or a search.

use rusqlite::Row;

use crate::model::EntryPlace;

/// An article at the place of its newest entry among those that count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct PlacedArticle {
    pub(super) place: EntryPlace,
    pub(super) article: i64,
}

/// Where to begin, and in which direction to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// From the newest article to older ones.
    Newest,
    /// From the next article before a place to older ones.
    Before(EntryPlace),
    /// From a place to newer articles.
    From(EntryPlace),
}

/// Reads an article from the columns `placed_at` and row of its entry, and its own row.
pub(super) fn placed_article(row: &Row<'_>) -> rusqlite::Result<PlacedArticle> {
    let place = EntryPlace { placed_at: row.get(0)?, entry: row.get(1)? };
    Ok(PlacedArticle { place, article: row.get(2)? })
}
