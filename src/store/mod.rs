//! The store: SQLite in WAL mode, with one writer thread that commits in groups, and a few connections that read.
//!
//! | file | what it does |
//! | --- | --- |
//! | `open`, `lock`, `migrate` | open the database: what is refused, what is created, the schema |
//! | `writer` | the one thread that writes, and its group commit |
//! | `readers` | the connections that read |
//! | `sources`, `due`, `plans`, `state`, `status` | sources: follow feeds.toml, keep the due queue, store what was learnt |
//! | `record` → `groups`, `edits` → `entries`, `near_duplicates`, `near_cache` | store one poll: new and edited entries, and their articles |
//! | `storing_context`, `document_index`, `entry_match` | types that these five share |
//! | `texts` | how summary and content are packed in their rows |
//! | `representative` | which entry represents an article, and where the article stands |
//! | `hubs` | subscriptions at hubs |
//! | `river` | the articles of a merged feed |
//! | `left_out` | the entries that did not reach the river, and why |
//! | `history` | what became of an article |
//! | `comparison` | which rule joins two entries or keeps them apart |
//! | `refilter`, `upkeep` | changed filters; retention |
//! | `purge`, `revive` | what `remove --purge` and `add` ask for beside a running daemon |

mod adopt;
mod comparison;
mod document_index;
mod due;
mod edits;
mod entries;
mod entry_match;
pub mod error;
mod groups;
mod history;
mod hub_pauses;
mod hubs;
mod left_out;
mod lock;
mod migrate;
mod near_cache;
mod near_duplicates;
mod open;
mod plans;
mod purge;
mod readers;
mod record;
mod refilter;
mod representative;
mod revive;
mod river;
mod sources;
mod state;
mod status;
mod storing_context;
mod texts;
mod upkeep;
mod writer;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use crate::article::identity::KnownKeys;
use crate::config::{Dedup, Retention};
use crate::model::{DueSource, PollReceipt, PollRecord, RiverItem, Source, SourceId, SourceStatus};
use crate::policy::outage::NetworkClaims;
use crate::text::url::TrackingParameters;
use crate::time::Timestamp;
pub use comparison::{ComparedEntry, Comparison};
pub use error::StoreError;
pub use history::{ArticleHistory, Edit, EntryHistory, History, JoinedBy, Pruned};
pub use hubs::HubIntent;
pub use left_out::{LeftOutHistory, Unrecorded};
pub use purge::{PurgeChoice, note_purge_choice};
use readers::Readers;
pub use revive::revive_gone_source;
use writer::Writer;

/// The handle to the store. It is cheap to clone. Every method may be called from async code, and none blocks it.
#[derive(Clone, Debug)]
pub struct Store {
    path: Arc<Path>,
    /// `None` in a store that was opened for reading only.
    writer: Option<Writer>,
    readers: Readers,
    current: Arc<RwLock<CurrentConfig>>,
}

/// The settings of feeds.toml that are in force.
#[derive(Debug)]
struct CurrentConfig {
    dedup: Dedup,
    sources: HashMap<SourceId, Arc<Source>>,
}

/// How many articles are published in one transaction. A first start with ten thousand sources must not hold up its
/// polls.
const PUBLISHED_TOGETHER: usize = 5000;

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

/// Which articles a merged feed holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RiverSelection {
    /// All articles.
    River,
    /// Articles with an entry in a source that has this tag.
    Tag(String),
    /// Articles with an entry in the source of this name.
    Source(String),
}

/// A rendered merged feed that is about to be served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderedFeed {
    /// Path of the feed ([`crate::model::Channel::path`]). Each path has one row, so the table is bounded by the tags
    /// and sources of feeds.toml.
    pub path: String,
    /// Tells two renderings apart: the hex SHA-256 of the bytes.
    pub digest: String,
}

impl Store {
    /// Opens or creates `riverd.db` at `path`, applies pending migrations and starts the writer thread.
    ///
    /// Refuses a database with a newer schema, a corrupt file, a file that is no database, and a database that another
    /// riverd has open. The file stays untouched then.
    pub fn open(path: &Path, dedup: &Dedup) -> Result<Self, StoreError> {
        let path: Arc<Path> = path.into();
        let writer = Writer::start(Arc::clone(&path), open::for_writing(&path)?)?;
        Ok(Self {
            readers: Readers::new(Arc::clone(&path), None),
            writer: Some(writer),
            path,
            current: Arc::new(RwLock::new(CurrentConfig { dedup: dedup.clone(), sources: HashMap::new() })),
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
            writer: None,
            path,
            current: Arc::new(RwLock::new(CurrentConfig { dedup: dedup.clone(), sources: rows })),
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
        *self.current.write().unwrap_or_else(PoisonError::into_inner) =
            CurrentConfig { dedup: dedup.clone(), sources: by_row.clone() };
        for id in synced.refilter {
            if let Some(source) = by_row.get(&id) {
                self.refilter(id, source).await?;
            }
        }
        Ok(SyncReport { purged: self.purge().await?, ..synced.report })
    }

    /// Deletes what is to be purged in steps, so that polls get their turn. After a stop the next start goes on.
    async fn purge(&self) -> Result<u64, StoreError> {
        let mut purged = 0;
        while let Some(step) = self.write(purge::step).await? {
            purged += step;
        }
        Ok(purged)
    }

    /// Applies changed filters in batches, so that polls get their turn. After a stop the next start begins again.
    async fn refilter(&self, id: SourceId, source: &Arc<Source>) -> Result<(), StoreError> {
        let mut after = Some(0);
        while let Some(last) = after {
            let source = Arc::clone(source);
            after = self.write(move |conn| refilter::batch(conn, id, &source.filter, last)).await?;
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

    /// Returns the entries that the store knows of a source (the newest few thousand), to recognise entries by.
    pub async fn known_keys(&self, source: SourceId) -> Result<KnownKeys, StoreError> {
        self.readers.read(move |conn| status::known_keys(conn, source)).await
    }

    /// Writes one poll: schedule, validators and articles, in one transaction that is durable on return.
    pub async fn record_poll(&self, record: PollRecord) -> Result<PollReceipt, StoreError> {
        let source = self.source(record.source);
        let dedup = self.dedup();
        self.write(move |conn| record::record(conn, &record, source.as_ref(), &dedup)).await
    }

    /// Replaces the record of a poll that was decided again, unless its source was claimed since.
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
    /// Durable on return. It is called before [`Store::latest`] reads the articles of a snapshot, which shows only
    /// published articles. So an article that arrives in between can't be shown with a guid that may still change.
    /// Returns how many articles were new.
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

    /// Returns the newest `limit` published articles of a selection by arrival (those of a first poll by published
    /// time), ordered by river time, the newest first.
    pub async fn latest(
        &self,
        selection: &RiverSelection,
        limit: usize,
    ) -> Result<Vec<RiverItem>, StoreError> {
        let selection = selection.clone();
        let near = self.dedup().near_duplicates;
        self.readers.read(move |conn| river::latest(conn, &selection, limit, near)).await
    }

    /// Notes a rendered feed, and returns since when it has looked like this: the stored time if the digest is the
    /// same, otherwise `now` (at least a second after the last time), which is stored. So `Last-Modified` survives a
    /// restart, and it changes with every visible change, an edit or a back-dated article included.
    pub async fn note_rendered_feed(
        &self,
        feed: RenderedFeed,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        self.write(move |conn| river::note_rendered_feed(conn, &feed, now)).await
    }

    /// Returns the status of every source: the configured ones in the order of feeds.toml, then retired ones that still
    /// have articles.
    pub async fn statuses(&self) -> Result<Vec<SourceStatus>, StoreError> {
        let configured = self.current.read().unwrap_or_else(PoisonError::into_inner).sources.clone();
        self.readers.read(move |conn| status::statuses(conn, &configured)).await
    }

    /// Returns what became of an article, for `why`. `question` is an address of it, its key, or a guid, its
    /// publisher's or riverd's.
    pub async fn history(&self, question: &str) -> Result<History, StoreError> {
        let question = question.to_owned();
        let tracking = TrackingParameters::with(&self.dedup().tracking_parameters);
        self.readers.read(move |conn| history::of(conn, &question, &tracking)).await
    }

    /// Returns which rule joins two entries or keeps them apart, for `why`. Both questions are as for
    /// [`Store::history`]. Returns `None` if one of them means no stored entry.
    pub async fn compare(&self, one: &str, other: &str) -> Result<Option<Comparison>, StoreError> {
        let dedup = self.dedup();
        let tracking = TrackingParameters::with(&dedup.tracking_parameters);
        let queries = [one, other].map(|text| history::HistoryQuery::new(text, &tracking));
        self.readers.read(move |conn| comparison::of(conn, &queries[0], &queries[1], &dedup)).await
    }

    /// Deletes the articles that retention no longer keeps and leaves tombstones; then optimises and checkpoints.
    /// Returns how many articles were deleted.
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
        while self.write(move |conn| upkeep::delete_old_sketches(conn, window, now)).await? {}
        let mut after = Some(i64::MIN);
        while let Some(place) = after {
            after = self.write(move |conn| upkeep::shrink_index(conn, place)).await?;
        }
        let path = Arc::clone(&self.path);
        self.readers.read(move |conn| open::quick_check(conn, &path)).await?;
        self.write(upkeep::optimise).await?;
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.checkpoint().await?;
        Ok(pruned)
    }

    /// Returns once the writer thread has answered, for the watchdog and `/healthz`.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.write(|conn| Ok(conn.query_row("select 1", [], |_| Ok(()))?)).await
    }

    /// Finishes the waiting writes, checkpoints and closes. Later calls fail with [`StoreError::Closed`].
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        match &self.writer {
            Some(writer) => writer.close().await,
            None => Ok(()),
        }
    }
}
