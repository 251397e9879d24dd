//! The store: SQLite in WAL mode, one writer thread with group commit, readers beside it.

//!
//! | file | is |
//! | --- | --- |
//! | `open`, `lock`, `migrate` | opening: what is refused, what is created, the schema |
//! | `writer` | the one thread that writes, and its group commit |
//! | `readers` | the connections that read |
//! | `sources`, `due`, `state`, `status` | sources: following feeds.toml, the due queue, what is learnt |
//! | `record` → `entries` → `groups`, `near`, `placement` | one poll: entries, the articles they make up, their place |
//! | `hubs` | subscriptions at hubs that push |
//! | `river` | what a merged feed is made of |
//! | `left_out` | what did not reach the river, and why |
//! | `story` | what became of an article |
//! | `refilter`, `upkeep` | filters that changed; retention |

mod due;
mod entries;
pub mod error;
mod groups;
mod hub_pauses;
mod hubs;
mod left_out;
mod lock;
mod migrate;
mod near_duplicates;
mod open;
mod plans;
mod purge;
mod readers;
mod record;
mod refilter;
mod revive;
mod river;
mod sources;
mod state;
mod status;
mod story;
mod upkeep;
mod writer;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use crate::article::identity::KnownKeys;
use crate::config::{Dedup, Retention};
use crate::model::{DueSource, PollReceipt, PollRecord, RiverItem, Source, SourceId, SourceStatus};
use crate::text::url::TrackingParameters;
use crate::time::Timestamp;
pub use error::StoreError;
pub use hubs::HubIntent;
pub use left_out::{LeftOutStory, Unrecorded};
pub use purge::{Wish, note_wish};
use readers::Readers;
pub use revive::ask_again;
pub use story::{ArticleStory, Edit, EntryStory, JoinedBy, Pruned, Story};
use writer::Writer;

/// The handle to the store; cheap to clone. Every method may be called from async code: none blocks it.
#[derive(Clone, Debug)]
pub struct Store {
    path: Arc<Path>,
    /// `None` in a store that was opened for reading.
    writer: Option<Writer>,
    readers: Readers,
    followed: Arc<RwLock<Followed>>,
}

/// What feeds.toml says now.
#[derive(Debug)]
struct Followed {
    dedup: Dedup,
    sources: HashMap<SourceId, Arc<Source>>,
}

/// Articles published in one transaction: a first start with ten thousand sources must not hold up its polls.
const PUBLISHED_TOGETHER: usize = 5000;

/// What `sync_sources` found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SyncReport {
    /// Sources that were not there, or were retired, before.
    pub added: usize,
    /// Sources that feeds.toml no longer names: not polled, their articles stay until retention.
    pub retired: usize,
    /// Articles that went with sources which were to be purged.
    pub purged: u64,
}

/// How much to claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimLimit {
    /// In all.
    pub total: usize,
    /// Of one host; sources without a host (files) count as one each.
    pub per_host: usize,
    /// Hosts (as [`crate::model::Location::host`]) that have no room now: nothing of theirs is claimed. Bounded by the
    /// requests in flight and the hosts asked within the last `per_host_gap`.
    pub busy_hosts: HashSet<String>,
    /// Sources whose poll is under way in this process, however long ago they were claimed. At most as many as there are
    /// polls.
    pub under_way: HashSet<SourceId>,
}

/// Which articles a merged feed is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RiverSelection {
    /// All.
    River,
    /// Those that have an entry in a source with this tag.
    Tag(String),
    /// Those that have an entry in the source of this name.
    Source(String),
}

/// A merged feed that is about to be served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedVersion {
    /// Which feed: [`crate::model::Channel::path`]. One row each, bounded by the tags and sources of feeds.toml.
    pub path: String,
    /// Tells two renderings apart: the hex SHA-256 of its bytes.
    pub digest: String,
}

impl Store {
    /// Opens or creates `riverd.db` at `path`, applies pending migrations and starts the writer thread.
    ///
    /// Refuses, leaving the file untouched: a newer schema, a corrupt file, one that is no database, one that
    /// another riverd has open.
    pub fn open(path: &Path, dedup: &Dedup) -> Result<Self, StoreError> {
        let path: Arc<Path> = path.into();
        let writer = Writer::start(Arc::clone(&path), open::for_writing(&path)?)?;
        Ok(Self {
            readers: Readers::new(Arc::clone(&path), None),
            writer: Some(writer),
            path,
            followed: Arc::new(RwLock::new(Followed { dedup: dedup.clone(), sources: HashMap::new() })),
        })
    }

    /// Opens the database for reading beside a daemon that has it open, for `status`, `why` and `list`; every method that
    /// writes fails with [`StoreError::ReadOnly`]. `sources` are those of feeds.toml now.
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
            writer: None,
            path,
            followed: Arc::new(RwLock::new(Followed { dedup: dedup.clone(), sources: rows })),
        })
    }

    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.write(work).await
    }

    fn dedup(&self) -> Dedup {
        self.followed.read().unwrap_or_else(PoisonError::into_inner).dedup.clone()
    }

    fn source(&self, id: SourceId) -> Option<Arc<Source>> {
        self.followed.read().unwrap_or_else(PoisonError::into_inner).sources.get(&id).cloned()
    }

    /// Makes the sources of the store those of feeds.toml: adds, retires, revives, renames, keeps, and deletes those that
    /// are to be purged. Filters that changed
    /// are applied to what is stored. A changed interval pulls a later `next_poll_at` forward, never into the past of
    /// what the publisher asked for.
    pub async fn sync_sources(
        &self,
        sources: &[Arc<Source>],
        dedup: &Dedup,
        now: Timestamp,
    ) -> Result<SyncReport, StoreError> {
        let configured = sources.to_vec();
        let synced = self.write(move |conn| sources::sync(conn, &configured, now)).await?;
        let by_row: HashMap<SourceId, Arc<Source>> = synced.rows.into_iter().collect();
        *self.followed.write().unwrap_or_else(PoisonError::into_inner) =
            Followed { dedup: dedup.clone(), sources: by_row.clone() };
        for id in synced.refilter {
            if let Some(source) = by_row.get(&id) {
                self.refilter(id, source).await?;
            }
        }
        Ok(SyncReport { purged: self.purge().await?, ..synced.report })
    }

    /// In steps, so that polls get their turn; a stop in between goes on at the next start.
    async fn purge(&self) -> Result<u64, StoreError> {
        let mut purged = 0;
        while let Some(step) = self.write(purge::step).await? {
            purged += step;
        }
        Ok(purged)
    }

    /// In batches, so that polls get their turn; a stop in between begins anew at the next start.
    async fn refilter(&self, id: SourceId, source: &Arc<Source>) -> Result<(), StoreError> {
        let mut after = Some(0);
        while let Some(last) = after {
            let source = Arc::clone(source);
            after = self.write(move |conn| refilter::batch(conn, id, &source.filter, last)).await?;
        }
        let source = Arc::clone(source);
        self.write(move |conn| sources::note_filtered(conn, id, &source.filter)).await
    }

    /// Claims due sources, the most overdue first. A claim only postpones the poll a little, so that a crash needs no
    /// recovery.
    pub async fn claim_due(&self, now: Timestamp, limit: ClaimLimit) -> Result<Vec<DueSource>, StoreError> {
        let claimed = self.write(move |conn| due::claim(conn, now, &limit)).await?;
        Ok(self.as_configured(claimed))
    }

    /// The named sources (all enabled ones if `names` is empty), due or not: for `poll --all` and `poll NAME`. The caller
    /// leaves out those that must not be asked yet.
    pub async fn claim_named(&self, names: &[String], now: Timestamp) -> Result<Vec<DueSource>, StoreError> {
        let mut chosen: Vec<(usize, SourceId)> = {
            let followed = self.followed.read().unwrap_or_else(PoisonError::into_inner);
            let asked = followed.sources.iter().filter(|(_, source)| {
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

    /// Joins claims to the configuration; a source that was taken out in between is left alone.
    fn as_configured(&self, claimed: Vec<due::Claimed>) -> Vec<DueSource> {
        let configured = |due::Claimed { id, state, planned, push }| {
            self.source(id).map(|source| DueSource { id, source, state, planned, push })
        };
        claimed.into_iter().filter_map(configured).collect()
    }

    /// What identity needs to know of a source's stored entries (the newest few thousand).
    pub async fn known_keys(&self, source: SourceId) -> Result<KnownKeys, StoreError> {
        self.readers.read(move |conn| status::known_keys(conn, source)).await
    }

    /// Writes one poll: schedule, validators and articles in one transaction that is durable on return.
    pub async fn record_poll(&self, record: PollRecord) -> Result<PollReceipt, StoreError> {
        let source = self.source(record.source);
        let dedup = self.dedup();
        self.write(move |conn| record::record(conn, &record, source.as_ref(), &dedup)).await
    }

    /// Writes a poll that was decided anew in the place of what it was recorded as, unless its source was claimed since.
    pub async fn revise_poll(&self, record: PollRecord) -> Result<(), StoreError> {
        let source = self.source(record.source);
        let dedup = self.dedup();
        self.write(move |conn| {
            if due::is_latest(conn, record.source, record.polled_at)? {
                record::record(conn, &record, source.as_ref(), &dedup)?;
            }
            Ok(())
        })
        .await
    }

    /// Publishes what is stored: from now on every visible article keeps its guid, place and representative for ever.
    /// Durable on return; called before [`Store::latest`] feeds a snapshot, which shows only what is published, so that an
    /// article that arrives in between can't be shown with a guid that it may still change. Returns how many were new.
    pub async fn publish(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut published = 0;
        loop {
            let changed = self.write(move |conn| river::publish(conn, now, PUBLISHED_TOGETHER)).await?;
            published += changed as u64;
            if changed < PUBLISHED_TOGETHER {
                return Ok(published);
            }
        }
    }

    /// The newest `limit` published articles of a selection by arrival (a first poll's by published time), ordered by
    /// river time, newest first.
    pub async fn latest(
        &self,
        selection: &RiverSelection,
        limit: usize,
    ) -> Result<Vec<RiverItem>, StoreError> {
        let selection = selection.clone();
        let near = self.dedup().near_duplicates;
        self.readers.read(move |conn| river::latest(conn, &selection, limit, near)).await
    }

    /// Since when a feed has looked like this: the time stored with the same digest, else `now` (at least a second after
    /// the last one), which is stored with it. So `Last-Modified` survives a restart, and changes with every change that a
    /// reader could see, an edit or a back-dated article included.
    pub async fn stamp_edition(&self, edition: FeedVersion, now: Timestamp) -> Result<Timestamp, StoreError> {
        self.write(move |conn| river::stamp(conn, &edition, now)).await
    }

    /// Every source, configured ones in file order, then retired ones that still have articles.
    pub async fn statuses(&self) -> Result<Vec<SourceStatus>, StoreError> {
        let configured = self.followed.read().unwrap_or_else(PoisonError::into_inner).sources.clone();
        self.readers.read(move |conn| status::statuses(conn, &configured)).await
    }

    /// What became of an article, by an address of it, a key, or a guid, its publisher's or ours: for `why`.
    pub async fn story(&self, question: &str) -> Result<Story, StoreError> {
        let question = question.to_owned();
        let tracking = TrackingParameters::with(&self.dedup().tracking_parameters);
        self.readers.read(move |conn| story::tell(conn, &question, &tracking)).await
    }

    /// Deletes what retention says, leaving tombstones; then optimises and checkpoints. Returns how many articles went.
    pub async fn upkeep(&self, retention: &Retention, now: Timestamp) -> Result<u64, StoreError> {
        let mut pruned = 0;
        for source in self.readers.read(upkeep::sources).await? {
            let mut after = Some((i64::MIN, i64::MIN));
            while let Some(cursor) = after {
                let retention = retention.clone();
                let step = move |conn: &Connection| upkeep::prune(conn, source, &retention, now, cursor);
                let (went, next) = self.write(step).await?;
                pruned += went;
                after = next;
            }
            let retention = retention.clone();
            self.write(move |conn| upkeep::forget(conn, source, &retention, now)).await?;
        }
        let window = self.dedup().window;
        while self.write(move |conn| upkeep::shrink_index(conn, window, now)).await? {}
        let path = Arc::clone(&self.path);
        self.readers.read(move |conn| open::quick_check(conn, &path)).await?;
        self.write(upkeep::optimise).await?;
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.checkpoint().await?;
        Ok(pruned)
    }

    /// Answers once the writer thread has: for the watchdog and `/healthz`.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.write(|conn| Ok(conn.query_row("select 1", [], |_| Ok(()))?)).await
    }

    /// Drains the writer, checkpoints, closes. Later calls fail with [`StoreError::Closed`].
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        match &self.writer {
            Some(writer) => writer.close().await,
            None => Ok(()),
        }
    }
}
