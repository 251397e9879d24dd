//! The store: SQLite in WAL mode, one writer thread with group commit, readers beside it.

pub mod error;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use crate::config::{Dedup, Retention};
use crate::feed::identity::KnownKeys;
use crate::model::{DueSource, NextPoll, PollReceipt, PollRecord, RiverItem, Source, SourceId, SourceState};
use crate::time::Timestamp;
pub use error::StoreError;

/// The handle to the store; cheap to clone. Every method may be called from async code: none blocks it.
#[derive(Clone, Debug)]
pub struct Store {}

/// What `sync_sources` found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SyncReport {
    /// Sources that were not there, or were retired, before.
    pub added: usize,
    /// Sources that feeds.toml no longer names: not polled, their articles stay until retention.
    pub retired: usize,
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
pub struct Edition {
    /// Which feed: [`crate::model::Channel::path`]. One row each, bounded by the tags and sources of feeds.toml.
    pub path: String,
    /// Tells two renderings apart: the hex SHA-256 of its bytes.
    pub digest: String,
}

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
}

impl Store {
    /// Opens the database for reading beside a daemon that has it open, for `status`, `why` and `list`; every method that
    /// writes fails with [`StoreError::ReadOnly`]. `sources` are those of feeds.toml now.
    pub fn open_read_only(path: &Path, sources: &[Arc<Source>], dedup: &Dedup) -> Result<Self, StoreError> {
        let _ = (path, sources, dedup);
        todo!("store helper")
    }

    /// Opens or creates `riverd.db` at `path`, applies pending migrations and starts the writer thread.
    ///
    /// Refuses, leaving the file untouched: a newer schema, a corrupt file, one that is no database, one that
    /// another riverd has open.
    pub fn open(path: &Path, dedup: &Dedup) -> Result<Self, StoreError> {
        let _ = (path, dedup);
        todo!("store helper")
    }

    /// Makes the sources of the store those of feeds.toml: adds, retires, revives, renames, keeps. Filters that changed
    /// are applied to what is stored. A changed interval pulls a later `next_poll_at` forward, never into the past of
    /// what the publisher asked for.
    pub async fn sync_sources(
        &self,
        sources: &[Arc<Source>],
        dedup: &Dedup,
        now: Timestamp,
    ) -> Result<SyncReport, StoreError> {
        let _ = (sources, dedup, now);
        todo!("store helper")
    }

    /// Claims due sources, the most overdue first. A claim only postpones `next_poll_at` a little, so that a crash
    /// needs no recovery.
    pub async fn claim_due(&self, now: Timestamp, limit: ClaimLimit) -> Result<Vec<DueSource>, StoreError> {
        let _ = (now, limit);
        todo!("store helper")
    }

    /// The named sources (all enabled ones if `names` is empty), due or not: for `poll --all` and `poll NAME`. The caller
    /// leaves out those that must not be asked yet.
    pub async fn claim_named(&self, names: &[String], now: Timestamp) -> Result<Vec<DueSource>, StoreError> {
        let _ = (names, now);
        todo!("store helper")
    }

    /// What identity needs to know of a source's stored entries (the newest few thousand).
    pub async fn known_keys(&self, source: SourceId) -> Result<KnownKeys, StoreError> {
        let _ = source;
        todo!("store helper")
    }

    /// Writes one poll: schedule, validators and articles in one transaction that is durable on return.
    pub async fn record_poll(&self, record: PollRecord) -> Result<PollReceipt, StoreError> {
        let _ = record;
        todo!("store helper")
    }

    /// How many enabled sources are due that were polled before, counted up to `limit`: so many have piled up over a sleep,
    /// a clock that jumped ahead or a stop.
    pub async fn count_due(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let _ = (now, limit);
        todo!("store helper")
    }

    /// After the clock went back: what is planned relative to a poll that lies in the future (`polled_at > now`) moves back
    /// with it: `next_poll_at` becomes `now + (next_poll_at - polled_at)`, `polled_at` becomes `now`, `not_before` moves by the
    /// same span. Returns how many sources that were.
    pub async fn mend_clock(&self, now: Timestamp) -> Result<usize, StoreError> {
        let _ = now;
        todo!("store helper")
    }

    /// The earliest `next_poll_at` among enabled sources.
    pub async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        todo!("store helper")
    }

    /// Publishes what is stored: from now on every visible article keeps its guid, place and representative for ever.
    /// Durable on return; called before [`Store::latest`] feeds a snapshot, which shows only what is published, so that an
    /// article that arrives in between can't be shown with a guid that it may still change. Returns how many were new.
    pub async fn publish(&self, now: Timestamp) -> Result<u64, StoreError> {
        let _ = now;
        todo!("store helper")
    }

    /// The newest `limit` published articles of a selection by arrival (a first poll's by published time), ordered by
    /// river time, newest first.
    pub async fn latest(
        &self,
        selection: &RiverSelection,
        limit: usize,
    ) -> Result<Vec<RiverItem>, StoreError> {
        let _ = (selection, limit);
        todo!("store helper")
    }

    /// Gives back claims whose polls will not happen (a stop, a throttled host): due again when they were.
    pub async fn release(&self, sources: Vec<SourceId>) -> Result<(), StoreError> {
        let _ = sources;
        todo!("store helper")
    }

    /// Since when a feed has looked like this: the time stored with the same digest, else `now` (at least a second after
    /// the last one), which is stored with it. So `Last-Modified` survives a restart, and changes with every change that a
    /// reader could see, an edit or a back-dated article included.
    pub async fn stamp_edition(&self, edition: Edition, now: Timestamp) -> Result<Timestamp, StoreError> {
        let _ = (edition, now);
        todo!("store helper")
    }

    /// Every source, configured ones in file order, then retired ones that still have articles.
    pub async fn statuses(&self) -> Result<Vec<SourceStatus>, StoreError> {
        todo!("store helper")
    }

    /// Deletes what retention says, leaving tombstones; then optimises and checkpoints. Returns how many articles went.
    pub async fn upkeep(&self, retention: &Retention, now: Timestamp) -> Result<u64, StoreError> {
        let _ = (retention, now);
        todo!("store helper")
    }

    /// Answers once the writer thread has: for the watchdog and `/healthz`.
    pub async fn ping(&self) -> Result<(), StoreError> {
        todo!("store helper")
    }

    /// Drains the writer, checkpoints, closes. Later calls fail with [`StoreError::Closed`].
    pub async fn close(&self) -> Result<(), StoreError> {
        todo!("store helper")
    }
}
