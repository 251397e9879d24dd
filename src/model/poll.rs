//! One poll: what it found, and all that it writes.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::article::{Article, Key};
use super::document::Defect;
use super::source::{SourceId, SourceState};
use crate::time::Timestamp;

/// What a server gave to ask it later whether a document changed, byte for byte as received.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Validators {
    /// `ETag`, weak prefix and quotes included.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, whatever its spelling.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// Whether there is nothing to ask with.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// The stable kinds of failure: names for status, metrics and backoff.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The name has no address.
    Dns,
    /// Nobody answers there, or the connection broke.
    Connect,
    /// The certificate or the handshake is wrong.
    Tls,
    /// It took too long.
    Timeout,
    /// An HTTP status that is no answer (4xx, 5xx).
    Status,
    /// Over the cap on the body, the headers or the redirects.
    TooLarge,
    /// A web page, an image, nothing at all.
    NotAFeed,
    /// A feed that even repair could not read.
    Malformed,
    /// The address policy forbids it, or the file cannot be read.
    Blocked,
    /// 429, 503, a rate-limit 403.
    Throttled,
    /// 410.
    Gone,
}

impl FailureKind {
    /// As in status, metrics and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Status => "status",
            Self::TooLarge => "too_large",
            Self::NotAFeed => "not_a_feed",
            Self::Malformed => "malformed",
            Self::Blocked => "blocked",
            Self::Throttled => "throttled",
            Self::Gone => "gone",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a poll failed, for people and for status.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Failure {
    /// The stable kind.
    pub kind: FailureKind,
    /// What failed: why. Lower case, no secret in it.
    pub message: String,
    /// What would mend it, if anything would.
    pub hint: Option<String>,
}

/// When the next poll is planned, and why then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextPoll {
    /// Not before.
    pub at: Timestamp,
    /// What decided it.
    pub reason: Reason,
}

/// What decided the time of the next poll. Stored as text, shown by `status`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Never polled: as soon as there is room.
    New,
    /// The fixed interval.
    Every,
    /// The cron schedule.
    Schedule,
    /// How often the source publishes.
    Adaptive,
    /// RSS `ttl`.
    Ttl,
    /// `sy:updatePeriod`.
    UpdatePeriod,
    /// `skipHours` or `skipDays`.
    Skip,
    /// `Cache-Control: max-age`.
    MaxAge,
    /// `Expires`.
    Expires,
    /// `Retry-After`.
    RetryAfter,
    /// No validators and an unchanged body: a day.
    Unvalidated,
    /// Backing off after failures.
    Backoff,
    /// Our own network was down.
    Outage,
    /// Its host asked for a pause.
    HostThrottled,
    /// A WebSub hub pushes; polls only check it.
    Pushed,
    /// 410: not until feeds.toml changes.
    Gone,
    /// Claimed by a poll that is running.
    Claimed,
}

/// All that one poll writes. Every outcome of a poll becomes one; `Store::record_poll` takes nothing else.
#[derive(Clone, Debug)]
pub struct PollRecord {
    /// Whose poll.
    pub source: SourceId,
    /// When it ended.
    pub polled_at: Timestamp,
    /// When the next one is due.
    pub next: NextPoll,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// All that is known of the source from now on: it replaces what was known, column by column.
    pub state: Box<SourceState>,
    /// The other sources of its registrable domain wait too.
    pub pause: Option<DomainPause>,
    /// What was found.
    pub verdict: PollVerdict,
}

/// What a poll found.
#[derive(Clone, Debug)]
pub enum PollVerdict {
    /// A body that was read.
    Fresh(Box<DocumentArticles>),
    /// 304, or the body that we knew.
    Unchanged,
    /// The server asked for a pause. No failure of the source: its articles and validators stay.
    Throttled(Failure),
    /// It failed.
    Failed(Failure),
    /// 410.
    Gone(Failure),
}

/// The articles of a body that was read.
#[derive(Clone, Debug)]
pub struct DocumentArticles {
    /// In document order.
    pub articles: Vec<Article>,
    /// Whether an entry that is missing here has left the feed.
    pub listing: Listing,
    /// Keys of entries that the document lists but limits left out (`max_entries`, `max_age`): what is stored of them
    /// counts as listed, so retention leaves it alone.
    pub left_out: Vec<Key>,
    /// What had to be repaired.
    pub defects: Vec<Defect>,
}

/// What a document lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listing {
    /// All that the feed holds: what is missing has left it.
    Whole,
    /// Only what is new (226, RFC 3229): what is missing may still be in the feed.
    Delta,
}

/// A host asked for a pause: no source of its registrable domain is asked before it ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DomainPause {
    /// The registrable domain, `example.co.uk`, as `policy::host` gives it.
    pub domain: String,
    /// The end: each of its sources gets `not_before` and `next_poll_at` of at least this.
    pub until: Timestamp,
    /// Their next polls are spread evenly over so long after `until` (by row id, say), so that they don't line up there.
    pub spread: Duration,
}

/// What a poll changed.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct PollReceipt {
    /// New articles.
    pub added: u32,
    /// Articles edited in place.
    pub updated: u32,
    /// Entries that joined an article of another source.
    pub grouped: u32,
    /// Entries that were known and unchanged, pruned before, or our own river's come back.
    pub known: u32,
    /// New entries that a filter of their source keeps out of the river.
    pub held_back: u32,
}
