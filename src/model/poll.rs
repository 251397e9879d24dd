//! One poll: what it found and everything that it stores.

use std::time::Duration;

use serde::Serialize;

use super::article::Article;
use super::document::Defect;
use super::failure::Failure;
use super::left_out::{LeftOut, LeftOutCounts};
use super::next_poll::NextPoll;
use super::source::SourceId;
use super::source_state::SourceState;
use crate::time::{DAY, Timestamp};

/// Everything that one poll stores. Every poll that was not skipped ends in one of these records, and `Store::record_poll`
/// takes nothing else.
#[derive(Clone, Debug)]
pub struct PollRecord {
    /// Source that was polled.
    pub source: SourceId,
    /// When the poll ended.
    pub polled_at: Timestamp,
    /// When the next poll is due, and what decided that.
    pub next: NextPoll,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// New state of the source. It replaces the old one, with the exceptions that [`SourceState`] names.
    pub state: Box<SourceState>,
    /// Pause for all sources of the registrable domain, if the server asked for one.
    pub pause: Option<DomainPause>,
    /// What the poll found.
    pub verdict: PollVerdict,
}

/// What a poll found.
#[derive(Clone, Debug)]
pub enum PollVerdict {
    /// A new body, which was parsed. [`PollOutcome::NewBody`] is its outcome.
    Fresh(Box<DocumentArticles>),
    /// Nothing new: status 304, or a body with the known hash.
    Unchanged,
    /// The server asked for a pause. This does not count as a failure; articles and validators stay.
    Throttled(Failure),
    /// The poll failed.
    Failed(Failure),
    /// The source answered 410.
    Gone(Failure),
}

/// The articles of a parsed body.
#[derive(Clone, Debug)]
pub struct DocumentArticles {
    /// Articles in document order.
    pub articles: Vec<Article>,
    /// Whether an entry that is missing here has left the feed.
    pub listing: Listing,
    /// Entries that the document lists and that are not among `articles`, each with its reason. If `max_entries` or `max_age`
    /// excluded an entry that is stored, the entry counts as listed, so retention keeps it.
    pub left_out: LeftOut,
    /// Repairs that parsing needed.
    pub defects: Vec<Defect>,
    /// Whether an older document came after a newer one.
    pub copy: DocumentCopy,
}

/// Which copy of its feed a document is. A cache may answer with an older document than before.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum DocumentCopy {
    /// Nothing says that the document is older than one that was read before.
    #[default]
    Newest,
    /// The document is older than one that was read before, by the times that it states.
    Older,
    /// The document states an earlier date than one that was read before, but that is the date of its newest entry: it is
    /// older, or its publisher withdrew the newest entry.
    WithoutNewest,
    /// Older versions of entries have come for so long that the publisher went back to them: whatever the document lists
    /// stands.
    Standing,
}

impl DocumentCopy {
    /// How long caches answer with a stale copy at most. If only older versions came for this long, the publisher went back to
    /// them, as after the restoration of a backup, or its clock was wrong before. (CloudFront keeps an answer without `max-age`
    /// for 24 hours.)
    pub const LONGEST_STALE: Duration = DAY;
}

/// Whether a document lists the whole feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listing {
    /// The document lists the whole feed, so a missing entry has left it.
    Whole,
    /// The document lists only new entries (226, RFC 3229), so a missing entry may still be in the feed.
    Delta,
}

/// A pause that a host asked for: until it ends, no source of the registrable domain is polled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DomainPause {
    /// Registrable domain as `policy::host` returns it, such as `example.co.uk`.
    pub domain: String,
    /// End of the pause. `not_before` and `next_poll_at` of every source of the domain become at least this. The source whose
    /// poll brought the pause is polled after the others.
    pub until: Timestamp,
    /// Time after `until` over which the next polls are spread evenly, so that they don't come all at once.
    pub spread: Duration,
}

/// What storing a poll changed, as numbers of articles and entries.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct PollReceipt {
    /// New articles.
    pub added: u32,
    /// Entries that were edited in place.
    pub updated: u32,
    /// Entries that joined an article that other entries have.
    pub grouped: u32,
    /// Entries that change nothing: unchanged entries, pruned entries (which `left_out` counts, too), and articles of this
    /// river that an aggregator carries back to it.
    pub known: u32,
    /// Entries of which the document lists an older version than the stored one, which stays. `known` counts them, too.
    #[serde(skip)]
    pub outdated: u32,
    /// Entries that the document lists without something that the stored version has, which stays for now. `known` counts them,
    /// too.
    #[serde(skip)]
    pub poorer: u32,
    /// Entries of the document that did not reach the river, counted by reason.
    pub left_out: LeftOutCounts,
}

/// How a poll ended, in one word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PollOutcome {
    /// A new body was read. The receipt says how many articles are new.
    #[serde(rename = "new")]
    NewBody,
    /// The server answered 304, or sent the known body.
    Unchanged,
    /// The poll failed.
    Failed,
    /// The server asked for a pause.
    Throttled,
    /// The server answered 410: the document is gone for ever.
    Gone,
    /// No request was sent: the publisher or another server of the domain asked for a pause, the source is gone or disabled, or
    /// a person asked for the poll of a source on a public host within a minute of the last one.
    Skipped,
}

impl PollOutcome {
    /// Every outcome once.
    pub const ALL: [Self; 6] =
        [Self::NewBody, Self::Unchanged, Self::Failed, Self::Throttled, Self::Gone, Self::Skipped];

    /// Returns the word for JSON, logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewBody => "new",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
            Self::Throttled => "throttled",
            Self::Gone => "gone",
            Self::Skipped => "skipped",
        }
    }
}
