//! A feed document as published, in our types: what reading gives, before anything is made ours.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::article::{AlsoIn, Enclosure, Origin};
use super::left_out::LeftOutCounts;
use crate::time::Timestamp;

/// What kind of document it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum FeedFormat {
    /// RSS 2.0 and what calls itself 0.91 to 0.94.
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

/// A document that was read.
#[derive(Clone, Serialize, Debug)]
pub struct ParsedFeed {
    /// What kind it was.
    pub format: FeedFormat,
    /// Plain text.
    pub title: Option<String>,
    /// The site, absolute.
    pub link: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// A BCP 47 tag as published.
    pub language: Option<String>,
    /// Plain text.
    pub rights: Option<String>,
    /// Who is named for the whole document; entries without an author of their own inherit it in Atom.
    pub author: Option<String>,
    /// The software that wrote it, plain text.
    pub generator: Option<String>,
    /// The document's own date.
    pub updated: Option<Timestamp>,
    /// What it says about polling it.
    pub hints: FeedHints,
    /// In document order.
    pub entries: Vec<Entry>,
    /// What had to be repaired to read it, each once, in the order found.
    pub defects: Vec<Defect>,
    /// The entries that it lists and that were not read: they are not in `entries`.
    pub left_out: LeftOutCounts,
}

/// What a document says about when and where to poll it. Kept with the source's state: a 304 confirms it.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedHints {
    /// RSS `ttl`.
    pub ttl: Option<Duration>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub update_every: Option<Duration>,
    /// RSS `skipHours`: hours of the day in GMT, 0 to 23, sorted, each once.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`: days from Monday 0 to Sunday 6, sorted, each once.
    pub skip_days: Vec<u8>,
    /// `atom:link rel=self`, absolute.
    pub self_link: Option<String>,
    /// `rel=hub` links, absolute (WebSub).
    pub hubs: Vec<String>,
    /// `itunes:new-feed-url`.
    pub new_feed_url: Option<String>,
}

/// Text as published: plain, or markup that nobody has sanitised.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum MarkupText {
    /// Characters to be shown as they are.
    Plain(String),
    /// HTML from outside: only `text::html` may turn it into something to show.
    UnsafeHtml(String),
}

/// An entry as published, links resolved where a base was known.
#[derive(Clone, Default, Serialize, Debug)]
pub struct Entry {
    /// guid, `atom:id` or `id`, trimmed, not empty.
    pub id: Option<String>,
    /// RSS `isPermaLink`; `None` where it was not said.
    pub id_is_permalink: Option<bool>,
    /// The page it points to, absolute.
    pub link: Option<String>,
    /// `feedburner:origLink` and the like: the page behind a redirecting link.
    pub original_link: Option<String>,
    /// Another site's page that a link post is about (JSON Feed `external_url`, `rel=related`).
    pub external_link: Option<String>,
    /// Plain text, decoded exactly once.
    pub title: Option<String>,
    /// The short text.
    pub summary: Option<MarkupText>,
    /// The whole text.
    pub content: Option<MarkupText>,
    /// `xml:base` in force in the summary, absolute.
    pub summary_base: Option<String>,
    /// `xml:base` in force in the content, absolute.
    pub content_base: Option<String>,
    /// Names, in order, each once.
    pub authors: Vec<String>,
    /// As stated, if it could be understood.
    pub published: Option<Timestamp>,
    /// As stated, if it could be understood.
    pub updated: Option<Timestamp>,
    /// Terms or labels, in order, each once.
    pub categories: Vec<String>,
    /// Audio, video, documents and images attached to it.
    pub enclosures: Vec<Enclosure>,
    /// The page of comments.
    pub comments: Option<String>,
    /// A BCP 47 tag as published.
    pub language: Option<String>,
    /// The feed an aggregator took it from.
    pub origin: Option<Origin>,
    /// Where else it was found, as another river says.
    pub also_in: Vec<AlsoIn>,
}

/// One thing that was wrong with a document. RedactedUrl by `preview`, counted in `status`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Debug)]
pub struct Defect {
    /// Its stable name, in kebab-case: `bare-ampersand`.
    pub name: &'static str,
    /// How often it was found.
    pub count: u32,
}
