//! The health of a source, as stored.

use std::sync::Arc;

use super::left_out::LeftOutCounts;
use super::next_poll::NextPoll;
use super::source::{Source, SourceId};
use super::source_state::SourceState;
use super::websub::HubSubscription;

/// Configuration, state and counts of a source, for `status`.
#[derive(Clone, Debug)]
pub struct SourceStatus {
    /// Row id in the store.
    pub id: SourceId,
    /// The source as configured now, or `None` if it is retired.
    pub source: Option<Arc<Source>>,
    /// Last configured name.
    pub name: String,
    /// Last configured address.
    pub url: String,
    /// What past polls taught about it.
    pub state: SourceState,
    /// The planned next poll.
    pub next_poll: Option<NextPoll>,
    /// Number of articles with an entry of this source.
    pub articles: u64,
    /// Names of the repairs that the last document needed, with their counts.
    pub defects: Vec<(String, u32)>,
    /// Entries of the last document that did not reach the river, counted by reason.
    pub left_out: LeftOutCounts,
    /// Subscription at a hub that announces the source's changes, if there is one or it was requested.
    pub push: Option<HubSubscription>,
}
