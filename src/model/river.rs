//! A merged feed, ready to be rendered, and the marks by which riverd recognises the feed of another riverd.

use std::sync::Arc;

use super::article::{AlsoIn, ArticleId, Enclosure, SafeHtml};
use super::article_details::ArticleDetails;
use super::podcast::Show;
use crate::time::Timestamp;

/// Namespace of riverd's own elements in RSS and Atom and of its attributes in OPML, with the prefix `river`. Nothing can be
/// fetched from this address.
///
/// Its only element, in an item or entry, is `<river:also-in url="PAGE" source="SOURCE TITLE">TITLE
/// THERE</river:also-in>`. It occurs once for each other place where the story was found, without `url` if that place
/// has no page. JSON Feed has the same as `_river.also_in`: `[{"source", "title", "url"}]`. docs/http.md is the
/// reference. `river:name`, `river:every`, `river:schedule`, `river:enabled` and `river:private` of an OPML outline are the
/// keys of the source in feeds.toml.
pub const RIVER_NAMESPACE: &str = "urn:riverd:river";

/// Start of the list "Also in" at the end of an article's text. Another riverd that reads this river cuts the text here,
/// because it reads the other places from the elements of [`RIVER_NAMESPACE`] and writes a list of its own.
pub const ALSO_IN_OPENING: &str = "<p class=\"river-also-in\">";

/// Name of riverd in `generator`. A document whose generator begins with it comes from another river.
pub const GENERATOR_NAME: &str = "riverd";

/// How much of an article the merged feeds carry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContentDepth {
    /// The whole text.
    Full,
    /// Only the summary, or else an excerpt of the text.
    Summary,
}

/// A merged feed: the articles of the river, or of a tag, a source, a view or a search, newest first.
#[derive(Clone, Debug)]
pub struct MergedFeed {
    /// What the feed says about itself.
    pub channel: Channel,
    /// Articles by river time, newest first.
    pub items: Vec<MergedItem>,
    /// The latest [`RiverItem::changed_at`] of the articles, not the time of rendering. `None` if there are no articles.
    pub updated: Option<Timestamp>,
    /// The source of all articles, if there is only one and it is a podcast.
    pub show: Option<RiverSource>,
    /// Addresses of the documents that belong to this one.
    pub links: FeedLinks,
}

/// Addresses of the documents that belong to a merged feed. Paths are below [`Channel::path`].
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FeedLinks {
    /// Whether the feed has a web page of its own. Otherwise its page is that of the river.
    pub has_page: bool,
    /// Query of the address that was asked for, without its `?`, such as `limit=20`. Empty for the whole feed.
    pub query: String,
    /// Path of this document if it is a page of the archive (RFC 5005 §4): `archive/12/`.
    pub archive_page: Option<String>,
    /// Path of the archive page with the next older articles.
    pub previous_archive: Option<String>,
    /// Path of the archive page with the next newer articles.
    pub next_archive: Option<String>,
    /// Path of the archive page to which "Older" on the last web page of this feed leads. It has the newest article that the
    /// feed leaves out. In a page of the archive it is the same as [`FeedLinks::previous_archive`].
    pub older_page: Option<String>,
    /// Whether this document is a page of older articles of a feed without an archive: a tag, a source or a search.
    pub is_older_page: bool,
    /// Query of the document with the next older articles, such as `before=1764144000-7`, if the feed has no archive.
    pub older_query: Option<String>,
    /// Query of the page with the next newer articles. `None` if that is the first page. Set only for a page of older articles.
    pub newer_query: Option<String>,
    /// Address of the WebSub hub that riverd notifies when this feed changes.
    pub hub: Option<String>,
}

/// What a merged feed says about itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// Title as plain text.
    pub title: String,
    /// Description as plain text.
    pub description: String,
    /// Path of this feed's routes below the public address: empty for the river, `tags/rust/` for a tag.
    pub path: String,
    /// Query that all addresses of this feed have, with its `?`. Empty unless the feed is a search.
    pub query: String,
    /// How many minutes a subscriber may wait between two requests (RSS `ttl`).
    pub ttl_minutes: u64,
}

impl Channel {
    /// Returns the address of a document of this feed, such as `feed.xml`, below the public address.
    pub fn route(&self, file_name: &str) -> String {
        format!("{}{file_name}{}", self.path, self.query)
    }
}

/// An article as a merged feed shows it. `article::merge` makes it.
#[derive(Clone, Debug)]
pub struct MergedItem {
    /// Title of the article. If it has none, this is the first of these that exists: the first words of its text, those of its
    /// picture or file, its address, the title of its source, or else `Untitled`.
    pub headline: String,
    /// First lines of the summary, or else of the content, as plain text. Empty if there is no text.
    pub excerpt: String,
    /// The article itself, with whole texts or summaries as configured.
    pub article: RiverItem,
}

/// One article in the river.
#[derive(Clone, Default, Debug)]
pub struct RiverItem {
    /// Row id in the store.
    pub id: ArticleId,
    /// Globally unique URI that never changes.
    pub guid: String,
    /// Title as plain text. Empty if there is none.
    pub title: String,
    /// Absolute address of the page that a reader opens.
    pub url: Option<String>,
    /// Names of the authors, in one text.
    pub author: Option<String>,
    /// Time that is shown and by which the articles of a feed are sorted. It is fixed when the article is published.
    pub river_at: Timestamp,
    /// Publication time as stated, but not later than the arrival.
    pub published_at: Option<Timestamp>,
    /// Time of the last edit, as stated or as noticed.
    pub updated_at: Option<Timestamp>,
    /// Whether riverd chose the time of [`RiverItem::changed_at`], because the feed states no time that can be used.
    pub is_dated_by_riverd: bool,
    /// The short text.
    pub summary: Option<SafeHtml>,
    /// The whole text.
    pub content: Option<SafeHtml>,
    /// Categories without repetitions.
    pub categories: Vec<String>,
    /// Attached files, each address once.
    pub enclosures: Vec<Enclosure>,
    /// Address of the page with comments.
    pub comments_url: Option<String>,
    /// Language as a BCP 47 tag.
    pub language: Option<String>,
    /// The source of the entry that is shown: of the representative or, in the feed of one source, of the entry of that source.
    pub source: RiverSource,
    /// Other places where the story was found.
    pub also_in: Vec<AlsoIn>,
    /// Further details, such as its picture, its data as an episode of a podcast, and its rights.
    pub details: ArticleDetails,
}

impl RiverItem {
    /// Returns the later of the article's river time and its last edit.
    pub fn changed_at(&self) -> Timestamp {
        self.updated_at.map_or(self.river_at, |updated_at| updated_at.max(self.river_at))
    }
}

/// The source of an article as the river names it. If the entry names the feed that an aggregator took it from, the title and
/// the address are those of that feed, as far as the entry states them. If the entry states the address of that feed, all
/// fields that can be `None` are `None`, because riverd does not know them. `name` and `tags` are always those of the source.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RiverSource {
    /// Name of the source in feeds.toml.
    pub name: String,
    /// Title as plain text.
    pub title: String,
    /// Address of the feed without secrets.
    pub feed_url: String,
    /// Address of the site.
    pub site_url: Option<String>,
    /// Rights statement.
    pub rights: Option<String>,
    /// Tags of the source in feeds.toml.
    pub tags: Vec<String>,
    /// Language of the feed.
    pub language: Option<String>,
    /// Description of the feed as plain text.
    pub description: Option<String>,
    /// What the feed says about itself as a podcast.
    pub show: Option<Arc<Show>>,
}
