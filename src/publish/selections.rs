//! The feeds of tags and sources: made when somebody asks, kept while they are current, within a bound of memory.

use std::sync::{Arc, Mutex, PoisonError};

use super::PublishError;
use super::snapshot::{Snapshot, SnapshotPlan};
use crate::store::{RiverSelection, Store};

/// Some dozens of feeds of usual size; the next one is made anew in some tens of milliseconds.
const MEMORY_LIMIT: usize = 32 << 20;

/// What is kept, the least recently asked first.
#[derive(Default, Debug)]
pub(super) struct Selections {
    kept: Mutex<Vec<CachedFeed>>,
    /// One feed is made at a time, however many ask: the others find it made.
    making: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct CachedFeed {
    selection: RiverSelection,
    generation: u64,
    snapshot: Arc<Snapshot>,
}

impl Selections {
    /// The feed that `plan` describes, no older than the river of that `generation`.
    pub(super) async fn current(
        &self,
        store: &Store,
        plan: SnapshotPlan,
        generation: u64,
    ) -> Result<Arc<Snapshot>, PublishError> {
        if let Some(kept) = self.find(&plan.selection, generation) {
            return Ok(kept);
        }
        let _one_at_a_time = self.making.lock().await;
        if let Some(kept) = self.find(&plan.selection, generation) {
            return Ok(kept);
        }
        let selection = plan.selection.clone();
        let snapshot = Arc::new(Snapshot::build(store, plan).await?);
        self.keep(CachedFeed { selection, generation, snapshot: Arc::clone(&snapshot) });
        Ok(snapshot)
    }

    fn find(&self, selection: &RiverSelection, generation: u64) -> Option<Arc<Snapshot>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_wanted = |kept: &CachedFeed| kept.selection == *selection && kept.generation >= generation;
        let at = kept.iter().position(is_wanted)?;
        let found = kept.remove(at);
        let snapshot = Arc::clone(&found.snapshot);
        kept.push(found);
        Some(snapshot)
    }

    fn keep(&self, made: CachedFeed) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|old| old.selection != made.selection);
        kept.push(made);
        let mut size: usize = kept.iter().map(|kept| kept.snapshot.size()).sum();
        while size > MEMORY_LIMIT && kept.len() > 1 {
            size -= kept.remove(0).snapshot.size();
        }
    }
}
