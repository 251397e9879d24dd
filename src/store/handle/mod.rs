//! The handle through which the other modules use the store, with one file for each kind of caller.
//!
//! | file | who calls it |
//! | --- | --- |
//! | `configuration` | the start and each reload, which make the store follow feeds.toml |
//! | `polling` | the poller: claims, records of polls, pages behind entries, answers that verbs got |
//! | `hubs` | the poller and the routes of WebSub |
//! | `publishing` | the publisher: publications, views, feeds, archives, articles, searches |
//! | `reporting` | operators: `status`, `why`, the status page, metrics |
//! | `maintenance` | maintenance, the search filler, and verbs that hand their work to a running daemon |
//! | `mending` | the other files here and the poller, after a value could not be read |

mod configuration;
mod hubs;
mod maintenance;
mod mending;
mod polling;
mod publishing;
mod reporting;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::band_index::KnownBands;
use super::health::{HealthNotes, StoreHealth};
use super::kept_answers::KeptAddresses;
use super::plain_servers::PlainServers;
use super::readers::Readers;
use super::views::ViewRules;
use super::writer::{Priority, Writer};
use super::{StoreError, backup, open, source_lookups};
use crate::config::Dedup;
use crate::model::{Source, SourceId};

/// The handle to the store. It is cheap to clone. Every method may be called from async code. Only opening blocks.
#[derive(Clone, Debug)]
pub struct Store {
    path: Arc<Path>,
    /// `None` in a store that was opened for reading only.
    writer: Option<Writer>,
    readers: Readers,
    /// The permit to search. Only one search may run at a time, so that a reader is left for the river and the status.
    searching: Arc<Semaphore>,
    /// The permit to change the search index and its list of words. Each step reads first and writes then, so only one task may
    /// do that at a time.
    indexing: Arc<Semaphore>,
    current: Arc<RwLock<CurrentConfig>>,
    kept_addresses: KeptAddresses,
    plain_servers: PlainServers,
    known_bands: Arc<Mutex<KnownBands>>,
    /// When the last search for values that can't be read began.
    searched_for_damage_at: Arc<Mutex<Option<Instant>>>,
}

/// The settings of feeds.toml that are in force.
#[derive(Debug)]
struct CurrentConfig {
    dedup: Dedup,
    sources: HashMap<SourceId, Arc<Source>>,
    /// Whether articles waited for their pages when the store last followed feeds.toml.
    articles_waited: bool,
    views: Arc<[ViewRules]>,
}

impl CurrentConfig {
    fn new(dedup: &Dedup, sources: HashMap<SourceId, Arc<Source>>) -> Self {
        Self { dedup: dedup.clone(), sources, articles_waited: false, views: Arc::new([]) }
    }
}

impl Store {
    /// Opens or creates `riverd.db` at `path`, applies pending migrations and starts the writer thread.
    ///
    /// Refuses a database with a newer schema, a corrupt file, a file that is no database of riverd, a database that lost
    /// commits, and one that another riverd has open. It leaves such a file as it is. Copies a database before it changes its
    /// schema.
    pub fn open(path: &Path, dedup: &Dedup) -> Result<Self, StoreError> {
        let path: Arc<Path> = path.into();
        let opened = open::for_writing(&path, backup::rotation::back_up_before_upgrade)?;
        backup::remove_interrupted(&path);
        let kept_addresses = KeptAddresses::read(&opened.conn).map_err(|error| error.at(&path))?;
        let plain_servers = PlainServers::read(&opened.conn).map_err(|error| error.at(&path))?;
        let writer = Writer::start(Arc::clone(&path), opened)?;
        Ok(Self {
            readers: Readers::new(Arc::clone(&path), None, writer.health().clone()),
            searching: Arc::new(Semaphore::new(1)),
            indexing: Arc::new(Semaphore::new(1)),
            writer: Some(writer),
            path,
            current: Arc::new(RwLock::new(CurrentConfig::new(dedup, HashMap::new()))),
            kept_addresses,
            plain_servers,
            known_bands: Arc::default(),
            searched_for_damage_at: Arc::default(),
        })
    }

    /// Opens the database for reading, for verbs that run while a daemon may have it open. Every write fails with
    /// [`StoreError::ReadOnly`]. `sources` and `dedup` are those of feeds.toml.
    pub fn open_read_only(path: &Path, sources: &[Arc<Source>], dedup: &Dedup) -> Result<Self, StoreError> {
        let conn = open::for_reading(path)?;
        let mut rows = HashMap::new();
        for source in sources {
            let id = source_lookups::by_address(&conn, &source.location.as_url_text())
                .map_err(|error| error.at(path))?;
            rows.extend(id.map(|id| (id, Arc::clone(source))));
        }
        let path: Arc<Path> = path.into();
        Ok(Self {
            readers: Readers::new(Arc::clone(&path), Some(conn), HealthNotes::new()),
            searching: Arc::new(Semaphore::new(1)),
            indexing: Arc::new(Semaphore::new(1)),
            writer: None,
            path,
            current: Arc::new(RwLock::new(CurrentConfig::new(dedup, rows))),
            kept_addresses: KeptAddresses::default(),
            plain_servers: PlainServers::default(),
            known_bands: Arc::default(),
            searched_for_damage_at: Arc::default(),
        })
    }

    /// Runs a small write before the longer writes that wait, and returns once it is durable.
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.write(Priority::Soon, work).await
    }

    /// Runs a longer write, which waits for those of [`Store::write`], and returns once it is durable.
    async fn write_in_turn<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.write(Priority::InTurn, work).await
    }

    /// Runs a longer write that may run again if another write of its transaction fails, and returns once it is durable.
    async fn write_repeatably<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.write_repeatably(Priority::InTurn, work).await
    }

    /// Returns the settings in force. The caller must not keep the guard across an await.
    fn current(&self) -> RwLockReadGuard<'_, CurrentConfig> {
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn dedup(&self) -> Dedup {
        self.current().dedup.clone()
    }

    fn source(&self, id: SourceId) -> Option<Arc<Source>> {
        configured_source(&self.current, id)
    }

    /// Returns once the writer thread has run an empty transaction.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.write(|conn| Ok(conn.query_row("select 1", [], |_| Ok(()))?)).await
    }

    /// Returns what the writer is doing and whether the database can be written, without waiting for the writer. A
    /// store that was opened for reading is always idle.
    pub fn health(&self) -> StoreHealth {
        let idle =
            StoreHealth { busy_for: None, waiting: 0, failure: None, refusal: None, is_cut_off: false };
        self.writer.as_ref().map_or(idle, |writer| writer.health().read())
    }

    /// Writes something small, and returns whether the database can be written again after a failure. On a nearly full disk the
    /// small write fits, and the database still counts as one that can't be written.
    pub async fn try_write(&self) -> bool {
        // SQLite counts this statement as a change, although the value stays the same. So the transaction is written and
        // synced.
        let written =
            self.write(|conn| Ok(conn.execute("update commits set count = count", []).map(drop)?));
        written.await.is_ok() && self.health().failure.is_none()
    }

    /// Finishes the waiting writes (within half a second in all), then checkpoints and closes the database. Later calls fail
    /// with [`StoreError::Closed`], but closing again is no error.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        match &self.writer {
            Some(writer) => match writer.close().await {
                // The store was closed before.
                Err(StoreError::Closed) => Ok(()),
                closed => closed,
            },
            None => Ok(()),
        }
    }
}

/// Returns the source of feeds.toml that this row belongs to.
fn configured_source(current: &RwLock<CurrentConfig>, id: SourceId) -> Option<Arc<Source>> {
    current.read().unwrap_or_else(PoisonError::into_inner).sources.get(&id).cloned()
}
