//! The part of the handle that answers what the store knows: of a source, of an article, and of two entries.

use std::collections::HashMap;
use std::sync::PoisonError;

use super::comparison::{self, Comparison};
use super::history::{self, History};
use super::{Store, StoreError, figures, incidents, status};
use crate::article::identity::KnownEntries;
use crate::model::{Incident, IncidentKind, SourceId, SourceStatus, StoreFigures, SubscriptionInfo};
use crate::text::url::TrackingParameters;
use crate::time::Timestamp;

impl Store {
    /// Returns the status of every source: the configured ones in the order of feeds.toml, then retired ones that still
    /// have articles.
    pub async fn statuses(&self) -> Result<Vec<SourceStatus>, StoreError> {
        let configured = self.current.read().unwrap_or_else(PoisonError::into_inner).sources.clone();
        self.readers.read(move |conn| status::statuses(conn, &configured)).await
    }

    /// Returns the entries that the store knows of a source (the newest few thousand), to recognise entries by.
    pub async fn known_entries(&self, source: SourceId) -> Result<KnownEntries, StoreError> {
        self.readers.read(move |conn| status::known_entries(conn, source)).await
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

    /// Returns what the feeds of the sources say they are, by the name of the source.
    pub async fn feed_links(&self) -> Result<HashMap<String, SubscriptionInfo>, StoreError> {
        self.readers.read(status::feed_links).await
    }

    /// Returns figures of the whole river at `now`: how much is stored, and how many articles came on each of the last days.
    pub async fn figures(&self, now: Timestamp) -> Result<StoreFigures, StoreError> {
        let figures = self.readers.read(move |conn| figures::read(conn, now)).await?;
        Ok(StoreFigures { trouble: self.health().trouble(), ..figures })
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
}
