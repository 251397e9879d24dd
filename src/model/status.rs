//! The health of the sources and of the whole river, as stored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::left_out::LeftOutCounts;
use super::next_poll::NextPoll;
use super::source::{Source, SourceId};
use super::source_state::SourceState;
use super::websub::HubSubscription;
use crate::time::Timestamp;

/// Configuration, state and counts of a source, for `status`.
#[derive(Clone, Debug)]
pub struct SourceStatus {
    /// Row id in the store.
    pub id: SourceId,
    /// The source as configured now, or `None` if it is retired.
    pub source: Option<Arc<Source>>,
    /// Name in the last feeds.toml that named the source.
    pub name: String,
    /// Address in the last feeds.toml that named the source, without secrets.
    pub url: String,
    /// What past polls found out about the source.
    pub state: SourceState,
    /// The planned next poll. `None` if the source is retired or gone.
    pub next_poll: Option<NextPoll>,
    /// Number of articles with an entry of this source.
    pub articles: u64,
    /// Names of the repairs that the last document needed, with their counts.
    pub defects: Vec<(String, u32)>,
    /// Entries of the last document that did not reach the river, counted by reason.
    pub left_out: LeftOutCounts,
    /// Subscription at a hub that announces the source's changes, if the source has one or riverd has requested one.
    pub push: Option<HubSubscription>,
}

/// What decides whether a source is polled because a person asks for it. Very many sources may be asked for at once, so it
/// holds nothing else.
#[derive(Clone, Debug)]
pub struct SourcePlan {
    /// Row id in the store.
    pub id: SourceId,
    /// The source as configured now.
    pub source: Arc<Source>,
    /// When the last poll ended.
    pub polled_at: Option<Timestamp>,
    /// Time before which the publisher wants no request.
    pub not_before: Option<Timestamp>,
    /// The planned next poll. `None` if the source is gone.
    pub next_poll: Option<NextPoll>,
}

/// What fills the database.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StorageReport {
    /// When it was measured.
    pub measured_at: Timestamp,
    /// The parts of the database, the largest first. Free space belongs to no part.
    pub parts: Vec<StorageShare>,
    /// The sources whose entries have the most stored text, the largest first. Their sizes are those of the compressed texts.
    pub sources: Vec<StorageShare>,
}

/// The size of one part of the database, or of the texts of one source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StorageShare {
    /// Name of the part or of the source.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Figures of the whole river, for the status page and for metrics.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct StoreFigures {
    /// Number of stored articles.
    pub articles: u64,
    /// Number of stored entries.
    pub entries: u64,
    /// Size of the database in bytes, including the pages that are still in the write-ahead log.
    pub database_bytes: u64,
    /// What fills the database, if that was measured already.
    pub storage: Option<StorageReport>,
    /// Why polls can't be stored now; `None` if they can be stored.
    pub write_problem: Option<String>,
    /// Number of articles by the day (UTC) on which they came into the river, the oldest day first. Days without articles
    /// are included.
    pub articles_by_day: Vec<DayCount>,
}

/// What is wrong with riverd itself, until it is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LastingProblem {
    /// When riverd noticed it.
    pub since: Timestamp,
    /// The last cause. Lines after the first one are hints.
    pub cause: String,
}

/// A day with the number of articles that came on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayCount {
    /// Midnight (UTC) at which the day begins.
    pub day: Timestamp,
    /// Number of articles.
    pub count: u64,
}
