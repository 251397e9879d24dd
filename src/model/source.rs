//! A source: one subscription in feeds.toml.

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

/// Row id of a source in the store. It stays the same when the source is renamed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(pub i64);

/// A valid subscription from feeds.toml, with the defaults of `[polling]` filled in.
#[derive(Clone, Debug)]
pub struct Source {
    /// Unique name of letters, digits, `.`, `_` and `-`, used in routes and on the command line.
    pub name: String,
    /// Where the document is.
    pub location: Location,
    /// Title that replaces the feed's own.
    pub title: Option<String>,
    /// Tags, each of which is a route `/tags/TAG/…`. They are also written as categories.
    pub tags: Vec<String>,
    /// When the source is polled.
    pub cadence: Cadence,
    /// Longest interval: `polling.max_every`, or the fixed interval if that is longer. It bounds the adaptive interval and the
    /// interval that the feed or the server asks for (`ttl`, `max-age`, …).
    pub max_every: Duration,
    /// Priority among sources that have the same story. The source with the highest priority represents the story. Among
    /// sources with the same priority, `article/placement.rs` chooses.
    pub priority: i64,
    /// Position in feeds.toml, from 0.
    pub position: usize,
    /// Whether the source is polled. If not, its articles stay.
    pub enabled: bool,
    /// Maximum number of a document's newest entries to take.
    pub max_entries: Option<usize>,
    /// Maximum age of the entries to take.
    pub max_age: Option<Duration>,
    /// Which entries reach the river.
    pub filter: EntryFilter,
    /// Whether the address must not be published. An address that seems to hold a secret is never published.
    pub private: bool,
    /// Whether to fetch the linked page and extract its article.
    pub full_text: bool,
    /// Headers to send with every request. Their values are secret.
    pub headers: Vec<(String, Secret)>,
    /// User name and password for HTTP Basic.
    pub credentials: Option<Credentials>,
    /// Proxy for the requests.
    pub proxy: Option<Proxy>,
}

impl Source {
    /// Makes a source with defaults for everything else, at position 0.
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
            private: false,
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
    /// Address with the scheme `http` or `https`.
    Http(Url),
    /// Absolute path of a local file. Relative paths in feeds.toml start at its directory.
    File(PathBuf),
}

impl Location {
    /// Returns the address as text: a URL, or `file:` and the absolute path. The store identifies the source by it.
    pub fn as_url_text(&self) -> String {
        match self {
            Self::Http(url) => url.to_string(),
            Self::File(path) => format!("file:{}", path.display()),
        }
    }

    /// Returns the host that per-host limits apply to, or `None` for a file.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Http(url) => url.host_str(),
            Self::File(_) => None,
        }
    }
}

impl fmt::Display for Location {
    /// Writes the address without secrets ([`RedactedUrl`]).
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
    /// The interval follows how often the source publishes, between `min` and [`Source::max_every`].
    Adaptive {
        /// Interval while the source's rhythm is unknown (`polling.every`).
        start: Duration,
        /// Shortest interval (`polling.min_every`).
        min: Duration,
    },
    /// A fixed interval.
    Every(Duration),
    /// The times of a cron expression, in local time.
    Schedule(Box<Cron>),
}

/// Which entries pass. An entry passes if it matches a `keep` pattern (or the filter has none), matches no `drop` pattern, and
/// passes the filter of the whole river.
#[derive(Clone, Default, Debug)]
pub struct EntryFilter {
    /// If not empty, an entry must match one of these.
    pub keep: Vec<Pattern>,
    /// An entry that matches one of these does not pass.
    pub drop: Vec<Pattern>,
    /// The filter of the whole river, which an entry must pass too. All sources share it.
    pub river: Option<Arc<EntryFilter>>,
}

impl EntryFilter {
    /// Returns whether every entry passes.
    pub fn passes_all(&self) -> bool {
        let river_passes_all = self.river.as_ref().is_none_or(|river| river.passes_all());
        self.keep.is_empty() && self.drop.is_empty() && river_passes_all
    }
}

/// One filter pattern.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// A word or phrase as written. It is compared at word boundaries and without case.
    Word(String),
    /// A regular expression, written `/regex/flags`.
    Regex {
        /// The pattern as the operator wrote it, with slashes and flags.
        text: String,
        /// The compiled expression, limited in size. Sources with the same expression share it. This saves memory, because each
        /// `Regex` has a cache of its own.
        regex: Arc<Regex>,
    },
}

/// User name and password for HTTP Basic.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// User name.
    pub username: String,
    /// Password, read from a file or a systemd credential when the configuration is loaded.
    pub password: Secret,
}

/// A proxy URL (`http`, `https`, `socks5`, `socks5h`). It may contain a password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proxy(pub Secret);
