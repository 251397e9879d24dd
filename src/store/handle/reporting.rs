//! What operators ask of the store: the status of the sources, incidents, figures, and what became of an article.

use rusqlite::Connection;

use super::Store;
use crate::model::{Incident, IncidentKind, SourcePlan, SourceStatus, StorageReport, StoreFigures};
use crate::store::comparison::{self, Comparison};
use crate::store::history::{self, History};
use crate::store::history_query::HistoryQuery;
use crate::store::integrity::{self, IntegrityCheck};
use crate::store::lock::Lock;
use crate::store::source_lookups::{self, RetiredSource};
use crate::store::status::Pollers;
use crate::store::{StoreError, figures, incidents, status, storage};
use crate::text::url::TrackingParameters;
use crate::time::Timestamp;

impl Store {
    /// Returns the status of every source: the configured ones in the order of feeds.toml, then retired ones that still
    /// have articles.
    pub async fn statuses(&self) -> Result<Vec<SourceStatus>, StoreError> {
        let read = || {
            let configured = self.current().sources.clone();
            let pollers = self.pollers();
            self.readers.read(move |conn| status::statuses(conn, &configured, pollers))
        };
        self.mending(read).await
    }

    /// Returns whether a poll can be running: this process may poll, or another one has the database.
    fn pollers(&self) -> Pollers {
        if self.writer.is_some() || Lock::is_held(&self.path) { Pollers::MayRun } else { Pollers::Absent }
    }

    /// Returns the plans of the configured sources, in the order of feeds.toml.
    pub async fn plans(&self) -> Result<Vec<SourcePlan>, StoreError> {
        let configured = self.current().sources.clone();
        let pollers = self.pollers();
        self.readers.read(move |conn| status::plans(conn, &configured, pollers)).await
    }

    /// Returns the sources with this name or address that feeds.toml no longer names, although they are still stored. The
    /// address is as [`crate::model::Location::as_url_text`].
    pub async fn retired_sources(
        &self,
        name: &str,
        address: Option<&str>,
    ) -> Result<Vec<RetiredSource>, StoreError> {
        let (name, address) = (name.to_owned(), address.map(str::to_owned));
        let configured = self.current().sources.clone();
        let find =
            move |conn: &Connection| source_lookups::retired(conn, (&name, address.as_deref()), &configured);
        self.readers.read(find).await
    }

    /// Returns what became of an article, for `why`. `question` is an address of the article, its key, or its guid (the
    /// publisher's or riverd's).
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
        let queries = [one, other].map(|text| HistoryQuery::new(text, &tracking));
        self.readers.read(move |conn| comparison::of(conn, &queries[0], &queries[1], &dedup)).await
    }

    /// Returns figures of the whole river at `now`: how much is stored, and how many articles came on each of the last days.
    pub async fn figures(&self, now: Timestamp) -> Result<StoreFigures, StoreError> {
        let figures = self.readers.read(move |conn| figures::read(conn, now)).await?;
        Ok(StoreFigures { write_problem: self.health().write_problem(), ..figures })
    }

    /// Returns the incidents that were noticed or ended last, the newest first, and the number of open ones by kind.
    pub async fn incidents(
        &self,
        limit: usize,
    ) -> Result<(Vec<Incident>, Vec<(IncidentKind, u64)>), StoreError> {
        self.readers
            .read(move |conn| Ok((incidents::newest(conn, limit)?, incidents::count_open(conn)?)))
            .await
    }

    /// Returns the size of the database in bytes, including the pages that are still in the write-ahead log.
    pub async fn database_bytes(&self) -> Result<u64, StoreError> {
        self.readers.read(figures::database_bytes).await
    }

    /// Returns what fills the database, as maintenance measured it last.
    pub async fn last_storage_report(&self) -> Result<Option<StorageReport>, StoreError> {
        self.readers.read(storage::last).await
    }

    /// Returns the outcome of the last check of the whole database, if there was one.
    pub async fn last_integrity_check(&self) -> Result<Option<IntegrityCheck>, StoreError> {
        self.readers.read(integrity::last).await
    }
}
