//! Loads everything that storing a document needs to know about its source.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::band_index::KnownBands;
use super::growth::NewEntries;
use super::near_cache::NearCache;
use super::{StoreError, state};
use crate::article::arrival_time::ArrivalTime;
use crate::article::placement::{self, AmongNew, Arrival, Place, SourceHistory};
use crate::config::Dedup;
use crate::model::{Article, EntryFilter, Location, PollRecord, Source, SourceId};
use crate::policy::host::Scope;
use crate::time::Timestamp;

/// Everything that storing a document needs to know, apart from the document itself.
pub(super) struct StoringContext<'a> {
    pub(super) source: SourceId,
    /// Address of the feed in feeds.toml.
    pub(super) url: String,
    /// Filter of the source now.
    pub(super) filter: EntryFilter,
    /// Registrable domain (or host) of the feed's site. Entries with pages on other sites count as written by others, as do
    /// entries that name another feed as their origin.
    pub(super) site: Option<String>,
    /// What riverd has read of the source so far.
    pub(super) history: SourceHistory,
    /// When the source was last read before this poll, unless it failed or asked to wait since.
    last_read: Option<Timestamp>,
    /// Place of the newest published article that is visible.
    newest: Option<Timestamp>,
    /// When the poll ended.
    pub(super) now: Timestamp,
    pub(super) dedup: &'a Dedup,
    /// Parts of the index of near duplicates that are kept in memory while the document is stored.
    pub(super) near: RefCell<NearCache>,
    /// Which bands the index of near duplicates may have. Only the writer asks.
    known_bands: &'a Mutex<KnownBands>,
}

/// Loads the context for storing `record`. `source` is what feeds.toml says of the source now. `known_bands` belongs to the
/// database.
pub(super) fn for_record<'a>(
    conn: &Connection,
    record: &PollRecord,
    source: Option<&Arc<Source>>,
    dedup: &'a Dedup,
    known_bands: &'a Mutex<KnownBands>,
) -> Result<StoringContext<'a>, StoreError> {
    // Until the last part of a document is stored, these are the times of the polls before.
    let sql = "select url, filled_at, first_read_at,
                   iif(failures = 0 and throttled = 0 and gone_at is null, succeeded_at, null) as last_read_at
               from sources where id = ?";
    let (url, history, last_read) = conn
        .prepare_cached(sql)?
        .query_row([record.source.0], |row| {
            Ok((row.get::<_, String>("url")?, read_history(row)?, state::time(row, "last_read_at")?))
        })
        .optional()?
        .ok_or(StoreError::NoSuchSource(record.source))?;
    let site = record.state.feed.link.as_deref().and_then(site_of).or_else(|| site_of(&url));
    Ok(StoringContext {
        source: record.source,
        site,
        url,
        filter: source.map(|source| source.filter.clone()).unwrap_or_default(),
        history,
        last_read,
        newest: newest_place(conn)?,
        now: record.state.polled_at.unwrap_or(record.polled_at),
        dedup,
        near: RefCell::default(),
        known_bands,
    })
}

/// Returns the place of the newest published article that is visible.
pub(super) fn newest_place(conn: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let newest: Option<i64> = conn
        .prepare_cached(
            "select placed_at from articles where published_at is not null and representative is not null
             order by placed_at desc limit 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(newest.map(Timestamp::from_unix))
}

fn read_history(row: &Row<'_>) -> rusqlite::Result<SourceHistory> {
    let first_read_at = state::time(row, "first_read_at")?;
    Ok(match row.get::<_, Option<i64>>("filled_at")? {
        Some(_) => SourceHistory::Entries,
        None => first_read_at.map_or(SourceHistory::Nothing, SourceHistory::EmptyDocuments),
    })
}

impl StoringContext<'_> {
    /// Returns which bands the index of near duplicates may have.
    pub(super) fn known_bands(&self) -> MutexGuard<'_, KnownBands> {
        // A panic leaves no more than a band too many.
        self.known_bands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Describes the new entries of the document, `count` of them.
    pub(super) fn new_entries(&self, count: u64) -> NewEntries<'_> {
        NewEntries { source: self.source, url: &self.url, count, now: self.now }
    }

    /// Returns when the document arrives, and what was read before it.
    pub(super) fn arrival_time(&self) -> ArrivalTime {
        ArrivalTime::new(self.now, self.newest, self.last_read)
    }

    /// Returns the place of an entry that a filter held back until now.
    pub(super) fn place_of_shown(&self, article: &Article) -> Place {
        let time = ArrivalTime::new(self.now, self.newest, None);
        placement::place(Arrival::Later, article.dated_at(), AmongNew::default(), &time)
    }
}

/// Returns the site of an address, by which a page is compared with its feed: the registrable domain of a public host, or else
/// the host.
pub(super) fn site_of(url: &str) -> Option<String> {
    let location = Location::Http(url::Url::parse(url).ok()?);
    let domain = Scope::of(&location).domain().map(str::to_owned);
    domain.or_else(|| location.host().map(str::to_owned))
}
