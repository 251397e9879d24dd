//! The health of a source, as the store knows it.

use std::sync::Arc;

use super::next_poll::NextPoll;
use super::source::{Source, SourceId};
use super::source_state::SourceState;
use super::websub::HubSubscription;

/// A source's health: configuration, state and counts, for `status`.
#[derive(Clone, Debug)]
pub struct SourceStatus {
    /// The row.
    pub id: SourceId,
    /// As configured now; `None` for a retired source.
    pub source: Option<Arc<Source>>,
    /// As last configured.
    pub name: String,
    /// As last configured.
    pub url: String,
    /// As learnt.
    pub state: SourceState,
    /// Planned.
    pub next_poll: Option<NextPoll>,
    /// Articles with an entry of this source.
    pub articles: u64,
    /// Repairs that the last document needed, with their counts.
    pub defects: Vec<(String, u32)>,
    /// The hub that tells of its news, if one does or was asked to.
    pub push: Option<HubSubscription>,
}
