//! The feeds of searches. Clients can send any number of different searches, so their feeds have limits of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;

use super::PublishError;
use super::plan::SnapshotPlan;
use super::selection_cache::SelectionCache;
use super::snapshot::Snapshot;
use crate::store::Store;

/// Memory for the feeds of searches, in bytes. It holds a dozen feeds of usual size.
const MEMORY_LIMIT: usize = 16 << 20;

/// How many requests may wait for the feed of a search. Further ones are refused until some are answered. Only one feed is
/// built at a time.
const MAX_WAITING: usize = 16;

/// The feeds of searches that were requested lately.
#[derive(Debug)]
pub(super) struct Searches {
    cache: SelectionCache,
    waiting: Semaphore,
    /// How many times the full-text index has changed.
    index_generation: AtomicU64,
}

impl Searches {
    pub(super) fn new() -> Self {
        Self {
            cache: SelectionCache::new(MEMORY_LIMIT),
            waiting: Semaphore::new(MAX_WAITING),
            index_generation: AtomicU64::new(0),
        }
    }

    /// Notes that the full-text index has changed. Feeds that were built before are built again when they are requested.
    pub(super) fn note_index_changed(&self) {
        self.index_generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Returns the part of a search that `plan` describes. It is built now, unless it was built since the river and the index
    /// last changed. Returns `None` if the search has no such part.
    pub(super) async fn get_or_build(
        &self,
        store: &Store,
        plan: SnapshotPlan,
        river_generation: u64,
    ) -> Result<Option<Arc<Snapshot>>, PublishError> {
        // Both numbers only grow, so their sum grows if and only if one of them does.
        let generation = river_generation + self.index_generation.load(Ordering::Acquire);
        let Ok(_place) = self.waiting.try_acquire() else { return Err(PublishError::Busy) };
        self.cache.get_or_build(store, plan, generation).await
    }
}
