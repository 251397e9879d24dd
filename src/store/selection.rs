//! Which articles a feed holds, and what the store notes of a rendered feed.

use crate::model::{EntryPlace, RiverItem};
use crate::text::search::SearchQuery;

/// Which articles a merged feed holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RiverSelection {
    /// All articles.
    River,
    /// Articles with an entry in a source that has this tag.
    Tag(String),
    /// Articles with an entry in the source of this name.
    Source(String),
    /// Articles of the view of this name, spelt as in feeds.toml.
    View(String),
    /// Articles with an entry that matches this query.
    Search(SearchQuery),
}

/// Some articles of a tag, a source or a search, and where the neighbouring ones are.
#[derive(Clone, Default, Debug)]
pub struct PageOfArticles {
    /// The articles, ordered by river time, the newest first.
    pub articles: Vec<RiverItem>,
    /// The page of the next older articles holds the articles before this place. `None` if there are no older articles.
    pub older_before: Option<EntryPlace>,
    /// The page of the next newer articles holds the articles before this place. `None` if that page is the first one.
    pub newer_before: Option<EntryPlace>,
}

/// A rendered merged feed, feed of incidents or list of subscriptions that is about to be served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderedFeed {
    /// Path of the feed ([`crate::model::Channel::path`]; `status/` for the feed of incidents), or `opml.xml` for the
    /// subscriptions. Each path has one row, so the table is bounded by the names of the tags, sources and views that
    /// feeds.toml ever had.
    pub path: String,
    /// Digest of the bytes, which tells two renderings apart: half of a SHA-256 in hexadecimal, or several such halves in a
    /// row.
    pub digest: String,
}
