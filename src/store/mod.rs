//! The store: SQLite in WAL mode, with one writer thread that commits in groups, and a few connections that read.
//!
//! | file | what it does |
//! | --- | --- |
//! | `open`, `lock`, `migrate` | open the database: what is refused, what is created, the schema |
//! | `writer` | the one thread that writes, and its group commit |
//! | `health` | whether the database can be written, known without waiting for the writer |
//! | `readers` | the connections that read |
//! | `sources`, `due`, `plans`, `state`, `status` | sources: follow feeds.toml, keep the due queue, store what was learnt |
//! | `record` → `groups`, `edits` → `entries`, `near_duplicates`, `near_cache` | store one poll: new and edited entries, and their articles |
//! | `arriving` | in which order the entries of a document are read, and how many may be new |
//! | `storing_context`, `document_index`, `entry_match` | types that these five share |
//! | `texts` | how summary and content are packed in their rows |
//! | `representative` | which entry represents an article, and where the article stands |
//! | `hubs` | subscriptions at hubs |
//! | `selection` | which articles a feed holds |
//! | `feeds` | the part of the handle that feeds are made with |
//! | `incidents` | what went wrong with sources and feeds.toml |
//! | `figures` | figures of the whole river, for the status page and metrics |
//! | `river` | the articles of a merged feed |
//! | `pages` | the web pages behind entries, for sources with `full_text` |
//! | `article_page` | one article with its edits and neighbours |
//! | `other_entries` | the entries of an article beside the one that is shown |
//! | `views` | which articles belong to which view |
//! | `archive` | publishing, and the pages of archives |
//! | `search` | the full-text index |
//! | `left_out` | the entries that did not reach the river, and why |
//! | `questions` | the part of the handle that answers what the store knows |
//! | `history` | what became of an article |
//! | `comparison` | which rule joins two entries or keeps them apart |
//! | `refilter`, `upkeep`, `integrity` | changed filters; retention; the check of the whole database |
//! | `backup` | copies of the database: made, checked, put back; what is saved of a damaged one |
//! | `purge`, `revive` | what `remove --purge` and `add` ask for beside a running daemon |

mod adopt;
mod archive;
mod arriving;
mod article_page;
pub mod backup;
mod comparison;
mod document_index;
mod due;
mod edits;
mod entries;
mod entry_match;
pub mod error;
mod feeds;
mod figures;
mod files;
mod groups;
mod health;
mod history;
mod hub_pauses;
mod hubs;
mod incidents;
mod integrity;
mod kept_answers;
mod left_out;
mod lock;
mod migrate;
mod near_cache;
mod near_duplicates;
mod open;
mod other_entries;
mod pages;
mod plans;
mod purge;
mod questions;
mod readers;
mod record;
mod refilter;
mod representative;
mod requests;
mod revive;
mod river;
mod robots;
mod search;
mod selection;
mod sources;
mod state;
mod status;
mod storing_context;
mod texts;
mod upkeep;
mod views;
mod writer;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::config::Dedup;
use crate::model::{DueSource, PollReceipt, PollRecord, Source, SourceId};
use crate::policy::outage::NetworkClaims;
use crate::time::Timestamp;
pub use archive::{ArchiveEnd, ArchivedArticles};
pub use comparison::{ComparedEntry, Comparison};
pub use error::StoreError;
pub use health::{StoreHealth, WriteFailure};
pub use history::{ArticleHistory, Edit, EntryHistory, History, JoinedBy, Pruned, ReplacedList};
pub use hubs::HubIntent;
pub use integrity::IntegrityCheck;
use kept_answers::MayHoldAnswers;
pub use left_out::{LeftOutHistory, Unrecorded};
pub use pages::{PageClaim, PageHistory};
pub use purge::{PurgeChoice, note_purge_choice};
use readers::Readers;
use record::RecordStep;
pub use revive::revive_gone_source;
pub use selection::{RenderedFeed, RiverSelection};
pub use views::ViewProgress;
use views::ViewRules;
use writer::{Priority, Writer};

/// The handle to the store. It is cheap to clone. Every method may be called from async code, and none blocks it.
#[derive(Clone, Debug)]
pub struct Store {
    path: Arc<Path>,
    /// `None` in a store that was opened for reading only.
    writer: Option<Writer>,
    readers: Readers,
    /// Held by a search, so that the river and the status always find a free reader.
    searching: Arc<Semaphore>,
    current: Arc<RwLock<CurrentConfig>>,
    may_hold_answers: MayHoldAnswers,
}

/// The settings of feeds.toml that are in force.
#[derive(Debug)]
struct CurrentConfig {
    dedup: Dedup,
    sources: HashMap<SourceId, Arc<Source>>,
    views: Arc<[ViewRules]>,
}

impl CurrentConfig {
    fn new(dedup: &Dedup, sources: HashMap<SourceId, Arc<Source>>) -> Self {
        Self { dedup: dedup.clone(), sources, views: Arc::new([]) }
    }
}

/// What [`Store::sync_sources`] changed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SyncReport {
    /// How many sources were new, or had been retired before.
    pub added: usize,
    /// How many sources feeds.toml no longer names. They are not polled, and their articles stay until retention
    /// deletes them.
    pub retired: usize,
    /// How many articles were deleted with sources that were to be purged.
    pub purged: u64,
}

/// How many sources to claim, and which to skip.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimLimit {
    /// Most sources in all.
    pub total: usize,
    /// Most sources of one host. Sources without a host (files) are not limited by it.
    pub per_host: usize,
    /// Most sources of one private host, which needs no gap between two requests.
    pub per_private_host: usize,
    /// Most sources by the network that they need.
    pub network: NetworkClaims,
    /// Hosts (as [`crate::model::Location::host`]) that have no room now; none of their sources is claimed. There are
    /// no more than requests in flight and hosts that were asked within the last `per_host_gap`.
    pub busy_hosts: HashSet<String>,
    /// Sources whose poll is under way in this process, however long ago they were claimed. There are no more than
    /// polls.
    pub under_way: HashSet<SourceId>,
}

impl Store {
    /// Opens or creates `riverd.db` at `path`, applies pending migrations and starts the writer thread.
    ///
    /// Refuses a database with a newer schema, a corrupt file, a file that is no database, and a database that another
    /// riverd has open. The file stays untouched then.
    pub fn open(path: &Path, dedup: &Dedup) -> Result<Self, StoreError> {
        let path: Arc<Path> = path.into();
        let writer = Writer::start(
            Arc::clone(&path),
            open::for_writing(&path, backup::rotation::back_up_before_upgrade)?,
        )?;
        Ok(Self {
            readers: Readers::new(Arc::clone(&path), None),
            searching: Arc::new(Semaphore::new(1)),
            writer: Some(writer),
            path,
            current: Arc::new(RwLock::new(CurrentConfig::new(dedup, HashMap::new()))),
            may_hold_answers: MayHoldAnswers::default(),
        })
    }

    /// Opens the database for reading while a daemon may have it open, for `status`, `why` and `list`. Every method
    /// that writes fails with [`StoreError::ReadOnly`]. `sources` are those of feeds.toml now.
    pub fn open_read_only(path: &Path, sources: &[Arc<Source>], dedup: &Dedup) -> Result<Self, StoreError> {
        let conn = open::for_reading(path)?;
        let mut rows = HashMap::new();
        for source in sources {
            let id =
                sources::by_address(&conn, &source.location.as_url_text()).map_err(|error| error.at(path))?;
            rows.extend(id.map(|id| (id, Arc::clone(source))));
        }
        let path: Arc<Path> = path.into();
        Ok(Self {
            readers: Readers::new(Arc::clone(&path), Some(conn)),
            searching: Arc::new(Semaphore::new(1)),
            writer: None,
            path,
            current: Arc::new(RwLock::new(CurrentConfig::new(dedup, rows))),
            may_hold_answers: MayHoldAnswers::default(),
        })
    }

    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.write(Priority::Soon, work).await
    }

    /// Runs a longer write, which comes after those of [`Store::write`].
    async fn write_in_turn<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.write(Priority::InTurn, work).await
    }

    fn dedup(&self) -> Dedup {
        self.current.read().unwrap_or_else(PoisonError::into_inner).dedup.clone()
    }

    fn source(&self, id: SourceId) -> Option<Arc<Source>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).sources.get(&id).cloned()
    }

    /// Makes the sources of the store those of feeds.toml: adds, retires, revives and renames them, and deletes those
    /// that are to be purged. Filters that changed are applied to the stored entries. A changed interval brings a later
    /// `next_poll_at` forward, but never before the time that the publisher asked for.
    pub async fn sync_sources(
        &self,
        sources: &[Arc<Source>],
        dedup: &Dedup,
        now: Timestamp,
    ) -> Result<SyncReport, StoreError> {
        let configured = sources.to_vec();
        let synced = self.write(move |conn| sources::sync(conn, &configured, now)).await?;
        let by_row: HashMap<SourceId, Arc<Source>> = synced.rows.into_iter().collect();
        {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            (current.dedup, current.sources) = (dedup.clone(), by_row.clone());
        }
        for id in synced.refilter {
            if let Some(source) = by_row.get(&id) {
                self.refilter(id, source).await?;
            }
        }
        self.forget_unwanted_pages().await?;
        Ok(SyncReport { purged: self.purge().await?, ..synced.report })
    }

    /// Deletes what is to be purged in steps, so that polls get their turn. After a stop the next start goes on.
    async fn purge(&self) -> Result<u64, StoreError> {
        let mut purged = 0;
        while let Some(step) = self.write_in_turn(purge::step).await? {
            purged += step;
        }
        Ok(purged)
    }

    /// Applies changed filters in batches, so that polls get their turn. After a stop the next start begins again.
    async fn refilter(&self, id: SourceId, source: &Arc<Source>) -> Result<(), StoreError> {
        let mut after = Some(0);
        while let Some(last) = after {
            let source = Arc::clone(source);
            after = self.write_in_turn(move |conn| refilter::batch(conn, id, &source.filter, last)).await?;
        }
        let source = Arc::clone(source);
        self.write(move |conn| sources::note_filtered(conn, id, &source.filter)).await
    }

    /// Claims due sources, the most overdue first. A claim only postpones the poll a little, so a crash needs no
    /// recovery.
    pub async fn claim_due(&self, now: Timestamp, limit: ClaimLimit) -> Result<Vec<DueSource>, StoreError> {
        let claimed = self.write(move |conn| due::claim(conn, now, &limit)).await?;
        Ok(self.as_configured(claimed))
    }

    /// Claims the named sources (all enabled ones if `names` is empty), due or not, for `poll --all` and `poll NAME`.
    /// The caller leaves out those that must not be asked yet.
    pub async fn claim_named(&self, names: &[String], now: Timestamp) -> Result<Vec<DueSource>, StoreError> {
        let mut chosen: Vec<(usize, SourceId)> = {
            let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
            let asked = current.sources.iter().filter(|(_, source)| {
                names.is_empty()
                    || names.contains(&source.name)
                    || names.contains(&source.location.as_url_text())
            });
            asked.map(|(id, source)| (source.position, *id)).collect()
        };
        chosen.sort_unstable();
        let ids: Vec<SourceId> = chosen.into_iter().map(|(_, id)| id).collect();
        let claimed = self.write(move |conn| due::claim_these(conn, &ids, now)).await?;
        Ok(self.as_configured(claimed))
    }

    /// Joins claims to the configuration. A source that was removed in between is left out.
    fn as_configured(&self, claimed: Vec<due::Claimed>) -> Vec<DueSource> {
        let configured = |due::Claimed { id, state, planned, push }| {
            self.source(id).map(|source| DueSource { id, source, state, planned, push })
        };
        claimed.into_iter().filter_map(configured).collect()
    }

    /// Writes one poll. Returns once everything is durable. Schedule, validators and articles are one transaction;
    /// those of a long document are several, and the validators come with the last one.
    pub async fn record_poll(&self, record: PollRecord) -> Result<PollReceipt, StoreError> {
        let (source, dedup) = (self.source(record.source), self.dedup());
        let record = Arc::new(record);
        let mut progress = None;
        loop {
            let (record, source, dedup) = (Arc::clone(&record), source.clone(), dedup.clone());
            let step =
                move |conn: &Connection| record::step(conn, &record, (source.as_ref(), &dedup), progress);
            match self.write_in_turn(step).await? {
                RecordStep::Stored(receipt) => return Ok(receipt),
                RecordStep::InPart(stored) => progress = Some(stored),
            }
        }
    }

    /// Replaces the record of a poll that was decided again and failed, unless its source was claimed since.
    pub async fn revise_poll(&self, record: PollRecord) -> Result<(), StoreError> {
        let source = self.source(record.source);
        let dedup = self.dedup();
        self.write(move |conn| {
            if due::is_latest(conn, record.source, record.polled_at)? {
                record::step(conn, &record, (source.as_ref(), &dedup), None)?;
            }
            Ok(())
        })
        .await
    }

    /// Returns once the writer thread has answered.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.write(|conn| Ok(conn.query_row("select 1", [], |_| Ok(()))?)).await
    }

    /// Returns what the writer is doing and whether the database can be written, without waiting for the writer. A
    /// store that was opened for reading is always idle.
    pub fn health(&self) -> StoreHealth {
        let idle = StoreHealth { busy_for: None, waiting: 0, failure: None };
        self.writer.as_ref().map_or(idle, |writer| writer.health().read())
    }

    /// Writes something small, to learn whether the database can be written again after a failure.
    pub async fn try_write(&self) -> Result<(), StoreError> {
        // A transaction that changes a row also counts itself, so two rows of the log are written and synced.
        self.write(|conn| Ok(conn.execute("update commits set count = count", []).map(drop)?)).await
    }

    /// Finishes the waiting writes, checkpoints and closes. Later calls fail with [`StoreError::Closed`], but closing again is no
    /// error.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        match &self.writer {
            Some(writer) => match writer.close().await {
                // It was closed before.
                Err(StoreError::Closed) => Ok(()),
                closed => closed,
            },
            None => Ok(()),
        }
    }
}
