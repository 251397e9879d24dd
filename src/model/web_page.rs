//! The web pages behind entries, for sources with `full_text`.

use std::sync::Arc;

use url::Url;

use super::article::SafeHtml;
use super::poll::DomainPause;
use super::source::{Source, SourceId};
use crate::time::Timestamp;

/// A page that is due to be fetched.
#[derive(Clone, Debug)]
pub struct DuePage {
    /// Row of the entry in the store.
    pub entry: i64,
    /// Row of the source that lists the entry.
    pub source_id: SourceId,
    /// What feeds.toml says of that source.
    pub source: Arc<Source>,
    /// Address of the page.
    pub url: Url,
    /// Title of the entry.
    pub title: String,
    /// Text that the feed gave: the content, or else the summary.
    pub feed_text: Option<SafeHtml>,
    /// How many times the page was fetched before. An attempt that was postponed does not count.
    pub tries: u32,
}

/// How the fetch of a page ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PageOutcome {
    /// The article of the page, which is fuller than the text of the feed.
    Article(SafeHtml),
    /// Why the page is of no use: it has nothing fuller than the text of the feed, or must not be fetched.
    Unusable(String),
    /// Why the page could not be fetched.
    Failed(String),
    /// The server asked for a pause of its domain.
    Throttled {
        /// Address whose server asked for the pause.
        by: Url,
        /// End of the pause, if the server named one.
        until: Option<Timestamp>,
        /// The answer in words.
        message: String,
    },
    /// No request was sent, or riverd's own network failed.
    Postponed {
        /// Before this time the page is not fetched.
        until: Timestamp,
        /// Why it was not fetched now.
        message: String,
    },
}

/// What is stored after the fetch of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageRecord {
    /// Row of the entry in the store.
    pub entry: i64,
    /// Row of the source that lists the entry.
    pub source_id: SourceId,
    /// The article of the page.
    pub text: Option<SafeHtml>,
    /// Why there is no article, if there is none.
    pub message: Option<String>,
    /// How many times the page was fetched. An attempt that was postponed does not count.
    pub tries: u32,
    /// When the page is fetched again; `None` for never.
    pub next_try_at: Option<Timestamp>,
    /// Whether the article still waits for the page before it is published.
    pub still_waits: bool,
    /// Before this time no page of the same host is fetched.
    pub host_until: Option<Timestamp>,
    /// Pause of a domain that the server asked for.
    pub pause: Option<DomainPause>,
}
