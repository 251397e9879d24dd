//! One poll: what it found, and all that it writes.

use std::time::Duration;

use serde::Serialize;

use super::article::{Article, Key};
use super::document::Defect;
use super::failure::Failure;
use super::next_poll::NextPoll;
use super::source::SourceId;
use super::source_state::SourceState;
use crate::time::{MINUTE, Timestamp};

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

impl DomainPause {
    /// The spread after a pause from `now` until `until`: as long as the pause, but ten minutes at most.
    pub fn spread(until: Timestamp, now: Timestamp) -> Duration {
        until.since(now).min(10 * MINUTE)
    }
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

impl PollReceipt {
    /// Whether the river may look different now.
    pub fn changed_anything(&self) -> bool {
        self.added + self.updated + self.grouped > 0
    }
}
