//! A feed document as published, in types that are the same for all formats.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::article::{AlsoIn, Enclosure, Origin};
use super::article_details::ArticleImage;
use super::boxed_details::BoxedDetails;
use super::left_out::LeftOutCounts;
use super::podcast::Show;
use crate::time::Timestamp;

/// Format of a feed document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum FeedFormat {
    /// RSS 2.0, documents that claim to be 0.91 to 0.94, and other dialects that are not RDF or Atom, such as Microsoft's CDF.
    #[serde(rename = "rss")]
    Rss,
    /// RSS 0.90, 1.0 and 1.1, which are RDF.
    #[serde(rename = "rdf")]
    Rdf,
    /// Atom 1.0 (RFC 4287) and 0.3.
    #[serde(rename = "atom")]
    Atom,
    /// JSON Feed 1.0 and 1.1.
    #[serde(rename = "json")]
    Json,
}

/// A feed document after parsing.
#[derive(Clone, Serialize, Debug)]
pub struct ParsedFeed {
    /// Format of the document.
    pub format: FeedFormat,
    /// Title as plain text.
    pub title: Option<String>,
    /// Absolute address of the site.
    pub link: Option<String>,
    /// Description as plain text.
    pub description: Option<String>,
    /// Language as a BCP 47 tag, as published.
    pub language: Option<String>,
    /// Rights statement as plain text.
    pub rights: Option<String>,
    /// Authors of the whole document, joined with commas. In Atom and JSON Feed, entries without an author have these authors.
    pub author: Option<String>,
    /// Name of the software that wrote the document, as plain text.
    pub generator: Option<String>,
    /// What the document says about itself as a podcast.
    pub show: Option<Show>,
    /// The document's own date.
    pub updated: Option<Timestamp>,
    /// What the document says about polling it.
    pub hints: FeedHints,
    /// Entries in document order.
    pub entries: Vec<Entry>,
    /// Repairs that parsing needed, each once, in the order in which they were found.
    pub defects: Vec<Defect>,
    /// Number of entries of the document that were not read, and so are not in `entries`, by reason.
    pub left_out: LeftOutCounts,
}

/// What a document says about when and where to poll it, and how the next document of its source is to be read. It is stored
/// with the source's state, because a 304 confirms it.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedHints {
    /// RSS `ttl`.
    pub ttl: Option<Duration>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub update_every: Option<Duration>,
    /// RSS `skipHours`: hours in GMT from 0 to 23, sorted, without repetitions.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`: days from Monday (0) to Sunday (6), sorted, without repetitions.
    pub skip_days: Vec<u8>,
    /// Absolute address of the feed itself: from a `Link` header (`rel=self`), or else from `atom:link rel=self` or the
    /// `feed_url` of JSON Feed. In the state of a source, it changes at most once a day if there are hubs, as `hubs` do.
    pub self_link: Option<String>,
    /// Absolute addresses of the hubs (WebSub): from `Link` headers, or else from the `rel=hub` links or the `hubs` of the
    /// document. In the state of a source, they change at most once a day (`policy::websub::limit_changes`).
    pub hubs: Vec<String>,
    /// When `self_link` or `hubs` last changed while the source had a hub. `policy::websub` notes this time; it is not in the
    /// document.
    pub hubs_changed_at: Option<Timestamp>,
    /// `itunes:new-feed-url`.
    pub new_feed_url: Option<String>,
    /// How documents of this source are to be read, as this one and earlier ones showed.
    #[serde(skip_serializing_if = "SettledReading::is_empty")]
    pub settled: SettledReading,
}

/// What the documents of a source showed about how they are to be read. It also holds for the next document, even if its
/// entries no longer show it, because a list loses its oldest entries.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SettledReading {
    /// Whether the day comes before the month in dates with slashes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_day_first_with_slashes: Option<bool>,
    /// Whether the day comes before the month in dates with hyphens or spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_day_first_otherwise: Option<bool>,
    /// Whether the texts are encoded twice.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_encoded_twice: bool,
    /// Addresses of pictures that all entries of a document had in common, the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_pictures: Vec<String>,
}

impl SettledReading {
    /// Returns whether nothing is settled.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Text as published: plain text or markup that is not sanitised.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum MarkupText {
    /// Plain text, shown as it is.
    Plain(String),
    /// HTML from outside. Only `text::html` may turn it into something to show.
    UnsafeHtml(String),
}

/// An entry as published. Its links are absolute if a base address was known.
#[derive(Clone, Default, Serialize, Debug)]
pub struct Entry {
    /// guid, `atom:id` or `id`, trimmed and not empty.
    pub id: Option<String>,
    /// RSS `isPermaLink`, or `None` if it is absent.
    pub id_is_permalink: Option<bool>,
    /// Absolute address of the entry's page.
    pub link: Option<String>,
    /// Address behind a redirecting link, from `feedburner:origLink` and similar elements.
    pub original_link: Option<String>,
    /// Title as plain text, decoded as many times as it was escaped.
    pub title: Option<String>,
    /// The short text.
    pub summary: Option<MarkupText>,
    /// The whole text.
    pub content: Option<MarkupText>,
    /// Absolute `xml:base` of the summary.
    pub summary_base: Option<String>,
    /// Absolute `xml:base` of the content.
    pub content_base: Option<String>,
    /// Names of the authors in order, without repetitions.
    pub authors: Vec<String>,
    /// Publication time as stated, if it can be parsed.
    pub published: Option<Timestamp>,
    /// Time of the last change as stated, if it can be parsed.
    pub updated: Option<Timestamp>,
    /// Terms or labels in order, without repetitions.
    pub categories: Vec<String>,
    /// Attached audio, video, documents and images.
    pub enclosures: Vec<Enclosure>,
    /// Address of the page with comments.
    pub comments: Option<String>,
    /// Language as a BCP 47 tag, as published.
    pub language: Option<String>,
    /// The feed that an aggregator took the entry from.
    pub origin: Option<Origin>,
    /// Other places where the story was found, according to another river that was read.
    pub also_in: Vec<AlsoIn>,
    /// A picture that is used only if the text has none.
    pub small_picture: Option<ArticleImage>,
    /// Its picture, its data as an episode, its rights, its place, and the pages that it refers to.
    pub details: BoxedDetails,
}

/// Name of the defect of a document that ends before its feed does.
pub const CUT_OFF: &str = "cut-off";

/// Name of the defect of a document that is a single Atom entry and no feed.
pub const LONE_ENTRY: &str = "lone-entry";

/// One kind of defect that was repaired in a document. `preview` lists it, and `status` counts it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Debug)]
pub struct Defect {
    /// Stable name in kebab-case, such as `bare-ampersand`.
    pub name: &'static str,
    /// Number of times it was found.
    pub count: u32,
}
