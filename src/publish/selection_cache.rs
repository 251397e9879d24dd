//! Caches the feeds of tags and sources. They are built on request and kept while they are current, within a memory
//! limit.

use std::sync::{Arc, Mutex, PoisonError};

use super::PublishError;
use super::snapshot::{Snapshot, SnapshotPlan};
use crate::store::{RiverSelection, Store};

/// The cached feeds of tags and sources, or of searches.
#[derive(Debug)]
pub(super) struct SelectionCache {
    /// Memory for the feeds, in bytes.
    memory_limit: usize,
    /// The feeds, the least recently requested first.
    feeds: Mutex<Vec<CachedFeed>>,
    /// Held while a feed is built, so that only one is built at a time. Other requests for the same feed wait, and then
    /// find it in `feeds`.
    building: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct CachedFeed {
    selection: RiverSelection,
    /// Number of the river's rebuild that the feed was built after.
    generation: u64,
    snapshot: Arc<Snapshot>,
}

impl SelectionCache {
    /// Returns an empty cache that keeps feeds of up to `memory_limit` bytes together.
    pub(super) fn new(memory_limit: usize) -> Self {
        Self { memory_limit, feeds: Mutex::default(), building: tokio::sync::Mutex::default() }
    }

    /// Returns the feed that `plan` describes. It is taken from the cache if it was built at `generation` or later.
    pub(super) async fn get_or_build(
        &self,
        store: &Store,
        plan: SnapshotPlan,
        generation: u64,
    ) -> Result<Arc<Snapshot>, PublishError> {
        if let Some(snapshot) = self.find(&plan.selection, generation) {
            return Ok(snapshot);
        }
        let _one_at_a_time = self.building.lock().await;
        if let Some(snapshot) = self.find(&plan.selection, generation) {
            return Ok(snapshot);
        }
        let selection = plan.selection.clone();
        let last = self.find(&plan.selection, 0);
        let snapshot = Arc::new(Snapshot::build(store, plan, last.as_deref()).await?);
        self.insert(CachedFeed { selection, generation, snapshot: Arc::clone(&snapshot) });
        Ok(snapshot)
    }

    /// Finds a current feed and marks it as the most recently requested.
    fn find(&self, selection: &RiverSelection, generation: u64) -> Option<Arc<Snapshot>> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = |feed: &CachedFeed| feed.selection == *selection && feed.generation >= generation;
        let index = feeds.iter().position(is_current)?;
        let feed = feeds.remove(index);
        let snapshot = Arc::clone(&feed.snapshot);
        feeds.push(feed);
        Some(snapshot)
    }

    /// Adds a feed, or replaces its older version. Removes the least recently requested feeds while all together exceed
    /// the memory limit.
    fn insert(&self, new: CachedFeed) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.retain(|old| old.selection != new.selection);
        feeds.push(new);
        let mut size: usize = feeds.iter().map(|feed| feed.snapshot.size()).sum();
        while size > self.memory_limit && feeds.len() > 1 {
            size -= feeds.remove(0).snapshot.size();
        }
    }
}
