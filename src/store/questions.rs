//! The part of the handle that answers what the store knows: of a source, of an article, and of two entries.

use std::sync::PoisonError;

use super::comparison::{self, Comparison};
use super::history::{self, History};
use super::{Store, StoreError, status};
use crate::article::identity::KnownKeys;
use crate::model::{SourceId, SourceStatus};
use crate::text::url::TrackingParameters;

impl Store {
    /// Returns the status of every source: the configured ones in the order of feeds.toml, then retired ones that still
    /// have articles.
    pub async fn statuses(&self) -> Result<Vec<SourceStatus>, StoreError> {
        let configured = self.current.read().unwrap_or_else(PoisonError::into_inner).sources.clone();
        self.readers.read(move |conn| status::statuses(conn, &configured)).await
    }

    /// Returns the entries that the store knows of a source (the newest few thousand), to recognise entries by.
    pub async fn known_keys(&self, source: SourceId) -> Result<KnownKeys, StoreError> {
        self.readers.read(move |conn| status::known_keys(conn, source)).await
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
}
