//! A source: one subscription in feeds.toml, and what past polls taught about it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use regex::Regex;
use url::Url;

use super::redacted_url::RedactedUrl;
use super::secret::Secret;
use crate::time::DAY;

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
            Self::Http(url) => RedactedUrl(url).fmt(f),
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
