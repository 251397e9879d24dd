//! Rebuilds the river's snapshot when something changed, after a short quiet time.
//!
//! The river's feeds are read from memory: no request for them waits for the database, the network or a lock that a
//! writer holds. The feeds of a tag or a source are made when somebody asks, and kept while they are current.

mod selections;
mod snapshot;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::render::page::PageError;
use crate::render::{BaseUrl, RenderError};
use crate::store::{RiverSelection, Store, StoreError};
use selections::Selections;
pub use snapshot::Snapshot;
use snapshot::SnapshotPlan;

/// A poll of many sources stores for a while: one rebuild for all that comes within a second of each other. Never less,
/// since HTTP dates count whole seconds and two snapshots within one could not be told apart by them.
const QUIET: Duration = Duration::from_secs(1);
/// A river that never rests is rebuilt all the same.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Between two rebuilds passes so many times what one takes: a large river on a small machine that never rests takes a
/// quarter of a processor at most, and one of usual size no longer than without it.
const REST: u32 = 3;
/// A change shows after so long at the latest, whatever rebuilding costs.
const LONGEST_REST: Duration = Duration::from_mins(1);
/// After a rebuild that failed (disk full, a locked database): the old snapshot is served meanwhile.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Why a feed could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document could not be written.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A page could not be rendered.
    #[error(transparent)]
    Page(#[from] PageError),
    /// Rendering panicked, or the runtime is stopping.
    #[error("rendering was cut short: {0}")]
    Cut(#[from] tokio::task::JoinError),
}

/// Holds what is served, and renews it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Publisher {
    shared: Arc<PublisherShared>,
}

#[derive(Debug)]
struct PublisherShared {
    store: Store,
    config: ArcSwap<Config>,
    /// Where we listen, for links where neither the configuration nor a request says better.
    local: BaseUrl,
    river: ArcSwap<Snapshot>,
    /// Counts rebuilds of the river: what was made for an older one may be stale.
    generation: AtomicU64,
    selections: Selections,
    dirty: Notify,
}

impl Publisher {
    /// Builds the first snapshot from what is stored.
    pub async fn start(store: Store, config: Arc<Config>, local: BaseUrl) -> Result<Self, PublishError> {
        let river =
            Snapshot::build(&store, SnapshotPlan::new(RiverSelection::River, &config, &local)).await?;
        let shared = PublisherShared {
            store,
            config: ArcSwap::new(config),
            local,
            river: ArcSwap::from_pointee(river),
            generation: AtomicU64::new(0),
            selections: Selections::default(),
            dirty: Notify::new(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Something was stored that readers may see; returns at once.
    pub fn mark_dirty(&self) {
        self.shared.dirty.notify_one();
    }

    /// From now on `config` holds; the river is rebuilt by it.
    pub fn reconfigure(&self, config: Arc<Config>) {
        self.shared.config.store(config);
        self.mark_dirty();
    }

    /// The configuration in force.
    pub fn config(&self) -> Arc<Config> {
        self.shared.config.load_full()
    }

    /// The river as it is served.
    pub fn river(&self) -> Arc<Snapshot> {
        self.shared.river.load_full()
    }

    /// Rebuilds after each change until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        // Dropping a rebuild half-way is safe: nothing is swapped in before all of it is done.
        stop.run_until_cancelled(self.rebuild_for_ever()).await;
    }

    async fn rebuild_for_ever(&self) {
        loop {
            self.shared.dirty.notified().await;
            self.settle().await;
            let started = Instant::now();
            if let Err(error) = self.rebuild().await {
                tracing::error!(%error, retry_after_s = RETRY_AFTER.as_secs(), "can't rebuild the river; the last one is served");
                sleep(RETRY_AFTER).await;
                self.mark_dirty();
            }
            sleep((started.elapsed() * REST).min(LONGEST_REST)).await;
        }
    }

    /// Waits until nothing has changed for a while.
    async fn settle(&self) {
        let latest = Instant::now() + LONGEST_WAIT;
        loop {
            let quiet_at = (Instant::now() + QUIET).min(latest);
            tokio::select! {
                () = sleep_until(quiet_at) => return,
                () = self.shared.dirty.notified() => {}
            }
        }
    }

    /// Renders what is stored now, and serves it.
    pub async fn rebuild(&self) -> Result<(), PublishError> {
        let started = Instant::now();
        let shared = &*self.shared;
        let plan = SnapshotPlan::new(RiverSelection::River, &self.config(), &shared.local);
        let fresh = Snapshot::build(&shared.store, plan).await?;
        let changed = !fresh.is_same_as(&self.river());
        if changed {
            shared.river.store(Arc::new(fresh));
        }
        shared.generation.fetch_add(1, Ordering::AcqRel);
        let duration_ms = started.elapsed().as_millis() as u64;
        tracing::debug!(changed, duration_ms, "rebuilt the river");
        Ok(())
    }

    /// The feed of one tag or source, made now if what is kept of it is older than the river; `None` where feeds.toml has
    /// no such tag or source.
    pub async fn selection(&self, wanted: RiverSelection) -> Result<Option<Arc<Snapshot>>, PublishError> {
        let shared = &*self.shared;
        let config = self.config();
        if !is_configured(&wanted, &config) {
            return Ok(None);
        }
        let generation = shared.generation.load(Ordering::Acquire);
        let plan = SnapshotPlan::new(wanted, &config, &shared.local);
        shared.selections.current(&shared.store, plan, generation).await.map(Some)
    }
}

fn is_configured(wanted: &RiverSelection, config: &Config) -> bool {
    config.sources.iter().any(|source| match wanted {
        RiverSelection::River => true,
        RiverSelection::Tag(tag) => source.tags.contains(tag),
        RiverSelection::Source(name) => source.name == *name,
    })
}
