//! Rebuilds the river's snapshot after each change, once a short quiet time has passed.
//!
//! The river's feeds are served from memory: a request for them never waits for the database, the network or a writer's
//! lock. Other feeds, `?limit=` and the pages of archives are built on request, and cached until the river is rebuilt.
//!
//! | file | what it does |
//! | --- | --- |
//! | `plan` | decides what a snapshot holds: articles, title, links |
//! | `snapshot`, `feed_documents` | builds and renders one feed, as it is at one moment; its documents |
//! | `requested_documents` | keeps the documents of a snapshot that were rendered on request |
//! | `selection_cache`, `searches` | keep the feeds that were built on request; those of searches have limits of their own |
//! | `article_cache` | makes and keeps the pages of single articles |
//! | `subscriptions` | makes and keeps the subscriptions as OPML |
//! | `history` | remembers the versions of a feed, to send only what changed since |
//! | `hub` | notifies the WebSub hub of changes |
//! | `status` | keeps the health of the river for the status page, its feed and metrics |

mod article_cache;
mod articles;
mod feed_documents;
mod history;
mod hub;
mod plan;
mod requested_documents;
mod searches;
mod selection_cache;
mod snapshot;
pub mod status;
mod subscriptions;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::policy::repeated_failure::RepeatedFailure;
use crate::render::article_page::ArticlePageContext;
use crate::render::page_frame::{PageRenderError, PageZone};
use crate::render::{BaseUrl, RenderError};
use crate::store::{RiverSelection, Store, StoreError};
use crate::text::search::SearchQuery;
use crate::time::Timestamp;
pub use article_cache::ArticleAnswer;
use article_cache::ArticleCache;
use hub::HubNotices;
pub use plan::FeedPart;
use plan::SnapshotPlan;
use searches::Searches;
use selection_cache::SelectionCache;
pub use snapshot::Snapshot;
pub use status::StatusPublisher;
use subscriptions::Subscriptions;
pub use subscriptions::SubscriptionsDocument;

/// How long nothing must change before a rebuild. When many sources are polled, their changes come close together, and
/// one rebuild serves all of them. It must not be under a second: HTTP dates count whole seconds, and two versions never have
/// the same date, so the later of two snapshots within one second would get a date in the future.
const QUIET_TIME: Duration = Duration::from_secs(1);
/// Memory for cached feeds of tags, sources and views, and for parts of feeds, in bytes. It holds a few dozen feeds of
/// usual size. Building another one takes some tens of milliseconds.
const SELECTIONS_MEMORY: usize = 32 << 20;
/// Memory for cached parts with older articles of tags and sources, in bytes. Clients choose the place at which such a part
/// begins, and can ask for any number of them. So these parts have their own limit, and remove no feed from the cache.
const OLDER_PARTS_MEMORY: usize = 8 << 20;
/// Longest wait of a rebuild for a quiet time, so that a river that changes all the time is rebuilt too.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// Pause after a rebuild, as a multiple of the time that the rebuild took. Rebuilding a large river again and again on a small
/// machine then takes at most a quarter of the time, unless one rebuild takes longer than 20 s ([`MAX_PAUSE`]). For a river of
/// usual size the pause is shorter than the quiet time.
const PAUSE_FACTOR: u32 = 3;
/// Longest pause after a rebuild, so that no change waits longer than this for the next quiet time.
const MAX_PAUSE: Duration = Duration::from_mins(1);
/// How long one rebuild compares articles with views. A new view of a large store takes several rebuilds, and in between the
/// river follows its sources.
const VIEWS_TIME: Duration = Duration::from_secs(2);
/// First pause after a failed rebuild (full disk, locked database). The pause of [`PAUSE_FACTOR`] follows. The old snapshot is
/// served meanwhile.
const FIRST_PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);
/// Longest pause after failed rebuilds.
const LONGEST_PAUSE_AFTER_FAILURE: Duration = Duration::from_mins(1);

/// Why a feed or a page could not be built.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document could not be written.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A page could not be rendered.
    #[error(transparent)]
    Page(#[from] PageRenderError),
    /// The river could not be read. It always exists, so this does not happen.
    #[error("there is no river")]
    NoRiver,
    /// The stored articles are still being compared with a view that is new in feeds.toml.
    #[error("the view `{0}` is new and not complete yet")]
    ViewIsNew(String),
    /// Too many requests wait for the feeds of searches.
    #[error("too many searches wait for an answer")]
    Busy,
    /// Rendering panicked, or the runtime is shutting down.
    #[error("rendering was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Holds the snapshot that is served, and replaces it after each change. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct Publisher {
    shared: Arc<PublisherShared>,
}

#[derive(Debug)]
struct PublisherShared {
    store: Store,
    config: ArcSwap<Config>,
    /// The address at which riverd listens. Links begin with it if neither feeds.toml nor the request states a public
    /// one.
    local_url: BaseUrl,
    river: ArcSwap<Snapshot>,
    /// Number of rebuilds of the river so far. A selection that was built for a lower number may be stale.
    generation: AtomicU64,
    selections: SelectionCache,
    older_parts: SelectionCache,
    articles: ArticleCache,
    searches: Searches,
    subscriptions: Subscriptions,
    /// Notified after each change that readers may see.
    dirty: Notify,
    hub: HubNotices,
}

impl Publisher {
    /// Builds the first snapshot from the stored articles. [`Publisher::run`] completes it, because compressing takes as long
    /// as the rest of the start. Requests wait for that.
    pub async fn start(store: Store, config: Arc<Config>, local_url: BaseUrl) -> Result<Self, PublishError> {
        let started_at = Timestamp::now();
        let plan = SnapshotPlan::new(RiverSelection::River, &config, &local_url);
        let river = Snapshot::draft(&store, plan, None).await?.ok_or(PublishError::NoRiver)?;
        river.note_served();
        let shared = PublisherShared {
            store,
            config: ArcSwap::new(config),
            local_url,
            river: ArcSwap::from_pointee(river),
            generation: AtomicU64::new(0),
            articles: ArticleCache::default(),
            selections: SelectionCache::new(SELECTIONS_MEMORY),
            older_parts: SelectionCache::new(OLDER_PARTS_MEMORY),
            searches: Searches::new(),
            subscriptions: Subscriptions::default(),
            dirty: Notify::new(),
            hub: HubNotices::default(),
        };
        // The hub does not know yet what changed since the last stop.
        if shared.river.load().changed_at >= started_at {
            shared.hub.add(&RiverSelection::River);
        }
        // The views are brought up to date once the river is served.
        shared.dirty.notify_one();
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Notes that something changed that readers may see. Returns at once; [`Publisher::run`] rebuilds the river later.
    pub fn mark_dirty(&self) {
        self.shared.dirty.notify_one();
    }

    /// Replaces the configuration and asks for a rebuild.
    pub fn reconfigure(&self, config: &Arc<Config>) {
        let old = self.shared.config.swap(Arc::clone(config));
        self.shared.hub.note_new_config(&old, config);
        self.mark_dirty();
    }

    /// Returns the address at which riverd listens.
    pub(super) fn local_url(&self) -> &BaseUrl {
        &self.shared.local_url
    }

    /// Returns the configuration in force.
    pub fn config(&self) -> Arc<Config> {
        self.shared.config.load_full()
    }

    /// Returns the snapshot of the river that is served now.
    pub fn river(&self) -> Arc<Snapshot> {
        self.shared.river.load_full()
    }

    /// Rebuilds the river after each change, and notifies the hub of it, until `stop` is cancelled.
    pub async fn run(&self, stop: CancellationToken) {
        // A rebuild may be dropped half-way: the new snapshot is put in place only when it is complete.
        let notify_hub = self.shared.hub.notify_until_dropped(|| self.config());
        let rebuild = Box::pin(async {
            if let Err(error) = self.river().complete().await {
                tracing::error!(%error, "can't prepare the river for its readers");
            }
            self.rebuild_for_ever().await;
        });
        stop.run_until_cancelled(async { tokio::join!(rebuild, notify_hub) }).await;
    }

    async fn rebuild_for_ever(&self) {
        let mut failure = RepeatedFailure::new(FIRST_PAUSE_AFTER_FAILURE, LONGEST_PAUSE_AFTER_FAILURE);
        loop {
            self.shared.dirty.notified().await;
            self.wait_for_quiet().await;
            let started = Instant::now();
            let rebuilt = self.rebuild().await;
            let took = started.elapsed();
            match rebuilt {
                Ok(()) if failure.succeeded() => tracing::info!("the river can be rebuilt again"),
                Ok(()) => {}
                Err(error) => {
                    let step = failure.failed(error.to_string());
                    if step.is_news {
                        tracing::error!(%error, "can't rebuild the river: the old one is served until a rebuild succeeds");
                    }
                    sleep(step.pause).await;
                    self.mark_dirty();
                }
            }
            sleep((took * PAUSE_FACTOR).min(MAX_PAUSE)).await;
        }
    }

    /// Waits until nothing has changed for [`QUIET_TIME`], but at most [`MAX_WAIT`].
    async fn wait_for_quiet(&self) {
        let latest = Instant::now() + MAX_WAIT;
        loop {
            let quiet_at = (Instant::now() + QUIET_TIME).min(latest);
            tokio::select! {
                () = sleep_until(quiet_at) => return,
                () = self.shared.dirty.notified() => {}
            }
        }
    }

    /// Renders a new snapshot of the river, and serves it from now on. An unchanged river keeps its old snapshot. Then brings
    /// the views up to date, and notes for the hub what changed.
    pub async fn rebuild(&self) -> Result<(), PublishError> {
        let started = Instant::now();
        let shared = &*self.shared;
        let plan = SnapshotPlan::new(RiverSelection::River, &self.config(), &shared.local_url);
        let old = self.river();
        let snapshot =
            Snapshot::draft(&shared.store, plan, Some(&old)).await?.ok_or(PublishError::NoRiver)?;
        let changed = !snapshot.is_same_as(&old);
        if changed {
            // If nobody read the version before, probably nobody reads this one. Otherwise its first reader waits for it.
            if old.is_read() {
                snapshot.complete().await?;
            }
            snapshot.note_served();
            shared.river.store(Arc::new(snapshot));
            shared.hub.add(&RiverSelection::River);
        }
        let changed_views = self.update_views().await?;
        shared.generation.fetch_add(1, Ordering::AcqRel);
        for view in &changed_views {
            shared.hub.add(&RiverSelection::View(view.clone()));
        }
        let duration_ms = started.elapsed().as_millis() as u64;
        tracing::debug!(changed, changed_views = changed_views.len(), duration_ms, "rebuilt the river");
        Ok(())
    }

    /// Brings the views up to date. If that takes longer than [`VIEWS_TIME`], the next rebuild goes on. Returns the names of
    /// the views that changed.
    async fn update_views(&self) -> Result<BTreeSet<String>, PublishError> {
        let mut changed = BTreeSet::new();
        let until = Instant::now() + VIEWS_TIME;
        loop {
            let progress = self.shared.store.update_views().await?;
            changed.extend(progress.changed);
            if !progress.more {
                return Ok(changed);
            }
            if Instant::now() >= until {
                self.mark_dirty();
                return Ok(changed);
            }
        }
    }

    /// Returns the feed of a selection. The river is served from memory; other feeds are built now unless a current one is
    /// cached. Returns `None` if feeds.toml has no such tag, source or view.
    pub async fn selection(&self, selection: RiverSelection) -> Result<Option<Arc<Snapshot>>, PublishError> {
        if selection == RiverSelection::River {
            return Ok(Some(self.river()));
        }
        self.cached(selection, FeedPart::Newest, None).await
    }

    /// Returns a part of the feed of a selection. It is built now unless a current one is cached. Returns `None` if there is no
    /// such feed or no such part of it.
    pub async fn part(
        &self,
        selection: RiverSelection,
        part: FeedPart,
    ) -> Result<Option<Arc<Snapshot>>, PublishError> {
        let whole = match part {
            FeedPart::Archive(_) | FeedPart::Before(_) => None,
            FeedPart::Newest | FeedPart::Limited(_) => self.selection(selection.clone()).await?,
        };
        let plan = SnapshotPlan::new(selection.clone(), &self.config(), &self.shared.local_url);
        if plan.with_part(part).part == FeedPart::Newest {
            return Ok(whole);
        }
        self.cached(selection, part, whole.map(|whole| whole.changed_at)).await
    }

    async fn cached(
        &self,
        selection: RiverSelection,
        part: FeedPart,
        whole_changed_at: Option<Timestamp>,
    ) -> Result<Option<Arc<Snapshot>>, PublishError> {
        let shared = &*self.shared;
        let config = self.config();
        if !is_configured(&selection, &config) {
            return Ok(None);
        }
        let generation = shared.generation.load(Ordering::Acquire);
        let plan = SnapshotPlan::new(selection, &config, &shared.local_url).with_part(part);
        let plan = SnapshotPlan { whole_changed_at, ..plan };
        let cache = match part {
            FeedPart::Before(_) => &shared.older_parts,
            _ => &shared.selections,
        };
        cache.get_or_build(&shared.store, plan, generation).await
    }

    /// Returns a part of the feed of a search. It is built now unless a current one is cached. Returns `None` if the feed has
    /// no such part.
    pub async fn search(
        &self,
        query: SearchQuery,
        part: FeedPart,
    ) -> Result<Option<Arc<Snapshot>>, PublishError> {
        let shared = &*self.shared;
        let generation = shared.generation.load(Ordering::Acquire);
        let plan = SnapshotPlan::new(RiverSelection::Search(query), &self.config(), &shared.local_url);
        let plan = plan.with_part(part);
        shared.searches.get_or_build(&shared.store, plan, generation).await
    }

    /// Returns the subscriptions as OPML. The document is built now unless a current one is kept.
    pub async fn subscriptions(&self) -> Result<Arc<SubscriptionsDocument>, PublishError> {
        let shared = &*self.shared;
        let generation = shared.generation.load(Ordering::Acquire);
        shared.subscriptions.get_or_build(&shared.store, self.config(), generation).await
    }

    /// Notes that the full-text index has changed, so that searches find what is new.
    pub fn note_search_index_changed(&self) {
        self.shared.searches.note_index_changed();
    }

    /// Returns what is under the guid of an article: its page, which is made now unless a current one is cached, or the guid of
    /// the article that tells its story now. `None` if there is no such article.
    pub async fn article(&self, guid: String) -> Result<Option<ArticleAnswer>, PublishError> {
        let shared = &*self.shared;
        let config = self.config();
        let context = ArticlePageContext {
            title: config.river.title.clone(),
            depth: config.river.content,
            zone: PageZone::Operator,
        };
        let generation = shared.generation.load(Ordering::Acquire);
        shared.articles.get_or_make(&shared.store, guid, generation, context).await
    }
}

/// Returns whether feeds.toml has the tag, source or view of `selection`.
fn is_configured(selection: &RiverSelection, config: &Config) -> bool {
    match selection {
        RiverSelection::River | RiverSelection::Search(_) => true,
        RiverSelection::Tag(tag) => config.sources.iter().any(|source| source.tags.contains(tag)),
        RiverSelection::Source(name) => config.sources.iter().any(|source| source.name == *name),
        RiverSelection::View(name) => config.view(name).is_some(),
    }
}
