//! A source: one subscription in feeds.toml, and what past polls taught about it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use regex::Regex;
use serde::{Deserialize, Serialize};
use url::Url;

use super::document::FeedHints;
use super::poll::{Failure, NextPoll, Validators};
use super::websub::HubSubscription;
use crate::time::{DAY, Timestamp};

/// The row id of a source in the store; stable over renames of the source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(pub i64);

/// A subscription as the operator wrote it, validated, with the defaults of `[polling]` filled in.
#[derive(Clone, Debug)]
pub struct Source {
    /// Unique; `[a-z0-9._-]`, as it stands in routes and on the command line.
    pub name: String,
    /// Where the document is.
    pub location: Location,
    /// Overrides the feed's own title.
    pub title: Option<String>,
    /// For `/tags/TAG/…`; also written as categories.
    pub tags: Vec<String>,
    /// When to poll.
    pub cadence: Cadence,
    /// `polling.max_every`: an adaptive interval grows no further, and what feeds and servers ask for (ttl, max-age, …)
    /// raises none beyond it. At least a fixed interval.
    pub max_every: Duration,
    /// Who represents a story found in several sources: the higher, then the earlier in the file.
    pub priority: i64,
    /// Place in feeds.toml, from 0.
    pub position: usize,
    /// `false`: kept in the file and the store, but not polled.
    pub enabled: bool,
    /// At most so many of a document's newest entries are taken.
    pub max_entries: Option<usize>,
    /// Older entries are not taken.
    pub max_age: Option<Duration>,
    /// Which entries reach the river.
    pub filter: EntryFilter,
    /// Fetch the linked page and extract its article.
    pub full_text: bool,
    /// Sent with every request; values are secrets.
    pub headers: Vec<(String, Secret)>,
    /// HTTP Basic.
    pub credentials: Option<Credentials>,
    /// The proxy to go through.
    pub proxy: Option<Proxy>,
}

impl Source {
    /// One of whose table in feeds.toml nothing else is known, the first there.
    pub fn new(name: impl Into<String>, location: Location, cadence: Cadence) -> Self {
        let fixed = if let Cadence::Every(every) = cadence { every } else { Duration::ZERO };
        Self {
            name: name.into(),
            location,
            title: None,
            tags: Vec::new(),
            cadence,
            max_every: DAY.max(fixed),
            priority: 0,
            position: 0,
            enabled: true,
            max_entries: None,
            max_age: None,
            filter: EntryFilter::default(),
            full_text: false,
            headers: Vec::new(),
            credentials: None,
            proxy: None,
        }
    }
}

/// Where a source's document is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Location {
    /// `http:` or `https:`.
    Http(Url),
    /// A local file, absolute (relative ones are resolved against the directory of feeds.toml).
    File(PathBuf),
}

impl Location {
    /// The address as text, the identity of the source in the store: a URL, or `file:` and the absolute path.
    pub fn as_url_text(&self) -> String {
        match self {
            Self::Http(url) => url.to_string(),
            Self::File(path) => format!("file:{}", path.display()),
        }
    }

    /// The host whose limits apply; `None` for a file.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Http(url) => url.host_str(),
            Self::File(_) => None,
        }
    }
}

impl fmt::Display for Location {
    /// For people: without secrets ([`super::RedactedUrl`]).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(url) => super::redacted_url::RedactedUrl(url).fmt(f),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// When a source is polled.
#[derive(Clone, Debug)]
pub enum Cadence {
    /// By how often the source publishes, between `min` and [`Source::max_every`], from `start` while nothing is known.
    Adaptive {
        /// The interval while nothing is known yet (`polling.every`).
        start: Duration,
        /// `polling.min_every`.
        min: Duration,
    },
    /// A fixed interval.
    Every(Duration),
    /// At the times of a cron expression, local time.
    Schedule(Box<Cron>),
}

/// Which entries of a source reach the river: any `keep` (or none given), and no `drop`.
#[derive(Clone, Default, Debug)]
pub struct EntryFilter {
    /// If not empty, an entry must match one.
    pub keep: Vec<Pattern>,
    /// An entry that matches one is not published.
    pub drop: Vec<Pattern>,
}

/// One filter pattern.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// A word or phrase, compared without case at word boundaries. Holds the text as written.
    Word(String),
    /// `/regex/flags`.
    Regex {
        /// As the operator wrote it, slashes and flags included.
        written: String,
        /// Compiled, with a bounded size. Sources with the same expression share it, and with it the memory that
        /// matching takes: a `Regex` of one's own would have a cache of its own.
        regex: Arc<Regex>,
    },
}

/// A value that must never be shown: its `Debug` and `Display` print `…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps `value`.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value, to be put on the wire and nowhere else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// HTTP Basic credentials.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// Read from a file or a systemd credential when the configuration was loaded.
    pub password: Secret,
}

/// A proxy URL (`http`, `https`, `socks5`, `socks5h`), which may hold a password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proxy(pub Secret);

/// How identity is assigned to the entries of a source.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityScheme {
    /// guid or atom:id, then link, then title and content.
    #[default]
    Guid,
    /// The guids of this source are blank, repeated or changed wholesale: the link identifies.
    Link,
    /// Not even links are unique: link, date and title together.
    LinkDateTitle,
}

/// What a source's document said about itself at the last good poll.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FeedInfo {
    /// Plain text.
    pub title: Option<String>,
    /// The site, absolute.
    pub link: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// A BCP 47 tag as published.
    pub language: Option<String>,
    /// Rights statement, plain text.
    pub rights: Option<String>,
}

/// How many entries appeared in each hour of the day (UTC), the older ones fading. Filled by `policy::schedule`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct HourCounts(pub [u8; 24]);

/// What past polls taught about a source. Decided by `policy::decide` alone, stored as it is by `Store::record_poll`.
///
/// The next poll is not here: claims and pauses of the whole domain move it too.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct SourceState {
    /// Those of the newest answer that was read or confirmed, byte for byte.
    pub validators: Validators,
    /// When a body last came (200 or 226): after eight days of 304s one unconditional request checks the server.
    pub body_at: Option<Timestamp>,
    /// xxh3 of the last whole body that was read.
    pub body_hash: Option<u64>,
    /// Failed polls in a row; frozen during an outage of our own.
    pub failures: u32,
    /// Answers in a row that asked for a pause.
    pub throttled: u32,
    /// Since when polls fail.
    pub failing_since: Option<Timestamp>,
    /// The last failure or throttling, until a poll succeeds.
    pub last_failure: Option<Failure>,
    /// When the last poll ended, however.
    pub polled_at: Option<Timestamp>,
    /// When a poll last succeeded (200, 226, 304).
    pub succeeded_at: Option<Timestamp>,
    /// The publisher asked not to be asked before (Retry-After, or throttling): it holds for `poll --all`, reloads and
    /// restarts too. [`DomainPause`](super::poll::DomainPause) of another source may have set it.
    pub not_before: Option<Timestamp>,
    /// 410: no polls until feeds.toml changes the source.
    pub gone_at: Option<Timestamp>,
    /// Where permanent redirects led, not yet (or already) adopted.
    pub moved: Option<Moved>,
    /// How identity is assigned.
    pub identity: IdentityScheme,
    /// The mean gap between new entries, smoothed; `None` until it could be estimated.
    pub publishing_gap: Option<Duration>,
    /// At which hours of the day it publishes.
    pub hours: HourCounts,
    /// When an entry of this source that was new last arrived; for its first poll, when its newest entry was published.
    pub last_new_at: Option<Timestamp>,
    /// When a poll last found something new that a hub, which had promised to, had not told of.
    pub push_missed_at: Option<Timestamp>,
    /// `Cache-Control: max-age` of the newest answer that was read or confirmed.
    pub max_age: Option<Duration>,
    /// What the document said about polling it.
    pub hints: FeedHints,
    /// What the document said about itself.
    pub feed: FeedInfo,
}

/// A permanent redirect that was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// The address at the end of a chain of only permanent redirects.
    pub to: Url,
    /// Polls in a row that led there.
    pub seen: u32,
    /// When it was first seen.
    pub since: Timestamp,
    /// When it had stood long enough: from then on `to` itself is asked, and `status` shows the line to change.
    pub adopted_at: Option<Timestamp>,
}

/// A claimed unit of work: the source and what is known about it.
#[derive(Clone, Debug)]
pub struct DueSource {
    /// The row.
    pub id: SourceId,
    /// As configured.
    pub source: Arc<Source>,
    /// As learnt.
    pub state: SourceState,
    /// The poll as it was planned before it was claimed.
    pub planned: NextPoll,
    /// The hub that tells of its news, if one does or was asked to.
    pub push: Option<HubSubscription>,
}

impl DueSource {
    /// Whether requests go to the address that permanent redirects led to, not to the one in feeds.toml.
    ///
    /// A source with secrets keeps to the origin that the operator gave them to: there the redirect is followed each time,
    /// without them.
    pub fn is_adopted(&self) -> bool {
        let Location::Http(own) = &self.source.location else { return false };
        let has_secrets = !self.source.headers.is_empty() || self.source.credentials.is_some();
        self.state
            .moved
            .as_ref()
            .filter(|moved| moved.adopted_at.is_some())
            .is_some_and(|moved| !has_secrets || moved.to.origin() == own.origin())
    }

    /// Where the next request goes.
    pub fn address(&self) -> Location {
        match &self.state.moved {
            Some(moved) if self.is_adopted() => Location::Http(moved.to.clone()),
            _ => self.source.location.clone(),
        }
    }
}
