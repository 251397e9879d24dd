//! The river: the chosen, ordered articles of a merged feed, ready to be rendered.

use super::article::{AlsoIn, ArticleId, Enclosure, SafeHtml};
use crate::time::Timestamp;

/// The namespace of what we add to RSS and Atom, prefix `river`. A name, not an address: nothing is fetched there.
///
/// Its one element is `<river:also-in url="PAGE" source="SOURCE TITLE">TITLE THERE</river:also-in>` in an item or entry,
/// once for each other place where the story was found; `url` is left out where that place has no page. JSON Feed has
/// the same as `_river.also_in`: `[{"source", "title", "url"}]`. docs/http.md is the reference.
pub const RIVER_NAMESPACE: &str = "urn:riverd:river";

/// How the list "Also in" that a reader sees begins, at the very end of an article's text. A river that reads another one
/// cuts the text off here: it has the list from the extension, and makes its own.
pub const ALSO_IN_OPENING: &str = "<p class=\"river-also-in\">";

/// What we call ourselves in `generator`: a document whose generator begins with the name comes from a river.
pub const GENERATOR_NAME: &str = "riverd";

/// How much of an article the merged feeds carry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContentDepth {
    /// Everything.
    Full,
    /// The summary only.
    Summary,
}

/// A merged feed: the articles of the river, of a tag or of a source, newest first.
#[derive(Clone, Debug)]
pub struct MergedFeed {
    /// What the feed says about itself.
    pub channel: Channel,
    /// Ordered by river time, newest first.
    pub items: Vec<MergedItem>,
    /// The newest of its articles' times, never the time of the build; `None` while there are none.
    pub updated: Option<Timestamp>,
}

/// What a merged feed says about itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// The route of this feed's folder below the public address: empty for the river, `tags/rust/`.
    pub path: String,
    /// How long a subscriber may wait between two requests, in whole minutes (RSS `ttl`).
    pub ttl_minutes: u64,
}

/// An article as a merged feed shows it; made by `article::merge`.
#[derive(Clone, Debug)]
pub struct MergedItem {
    /// The title or, for an article without one, its first words; never empty.
    pub headline: String,
    /// The beginning of its text, plain, at most a few lines; empty where it has none.
    pub excerpt: String,
    /// The article, its texts as deep as the river carries them.
    pub article: RiverItem,
}

/// One article in the river.
#[derive(Clone, Default, Debug)]
pub struct RiverItem {
    /// The row.
    pub id: ArticleId,
    /// A URI, unique in the world, for ever the same.
    pub guid: String,
    /// Plain text; empty where there was none.
    pub title: String,
    /// The page that a reader opens, absolute.
    pub url: Option<String>,
    /// Names.
    pub author: Option<String>,
    /// Where it stands: fixed when it was first stored.
    pub river_at: Timestamp,
    /// As stated, never later than `river_at`'s arrival.
    pub published_at: Option<Timestamp>,
    /// When it was last edited, as stated or as seen.
    pub updated_at: Option<Timestamp>,
    /// The short text.
    pub summary: Option<SafeHtml>,
    /// The whole text.
    pub content: Option<SafeHtml>,
    /// Each once.
    pub categories: Vec<String>,
    /// Each address once.
    pub enclosures: Vec<Enclosure>,
    /// The page of comments.
    pub comments_url: Option<String>,
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// The source that represents it.
    pub source: RiverSource,
    /// The other places where the story was found.
    pub also_in: Vec<AlsoIn>,
}

impl RiverItem {
    /// The newest time it states: where it stands in the river, or a later edit.
    pub fn changed_at(&self) -> Timestamp {
        self.updated_at.map_or(self.river_at, |updated_at| updated_at.max(self.river_at))
    }
}

/// The source of an article as the river names it: for an entry that an aggregator carried, the original one.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RiverSource {
    /// The name in feeds.toml.
    pub name: String,
    /// Plain text.
    pub title: String,
    /// The address of its feed, without secrets.
    pub feed_url: String,
    /// Its site.
    pub site_url: Option<String>,
    /// Rights statement.
    pub rights: Option<String>,
    /// The tags of the source in feeds.toml.
    pub tags: Vec<String>,
}
