//! A store in a temporary folder, with sources and documents made by hand, and a time that changes only when a test
//! changes it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use riverd::config::{Dedup, NearDuplicates, Retention};
use riverd::model::{
    Article, Cadence, CanonicalUrl, DocumentArticles, DocumentCopy, Key, LeftOut, Listing, Location,
    NextPoll, NextPollReason, PollReceipt, PollRecord, PollVerdict, RiverItem, SafeHtml, Source, SourceId,
    SourceState,
};
use riverd::policy::outage::NetworkClaims;
use riverd::store::{ArchiveEnd, ClaimLimit, RiverSelection, Store, StoreError};
use riverd::time::{DAY, HOUR, Timestamp};
use tempfile::TempDir;
use url::Url;

/// 2027-01-15T08:00:00Z, the time when every fixture begins.
pub(super) const START: Timestamp = Timestamp::from_unix(1_800_000_000);

/// Returns settings that group entries by address only, which most tests need.
pub(super) fn exact() -> Dedup {
    Dedup {
        window: 7 * DAY,
        near_duplicates: NearDuplicates::Off,
        similarity: 0.8,
        tracking_parameters: Vec::new(),
    }
}

pub(super) struct StoreFixture {
    folder: TempDir,
    pub(super) store: Store,
    pub(super) now: Timestamp,
    pub(super) dedup: Dedup,
    sources: Vec<Arc<Source>>,
}

impl StoreFixture {
    /// Opens a store that follows `sources`, in this order.
    pub(super) async fn with(sources: &[Source]) -> Self {
        Self::deduplicating(sources, exact()).await
    }

    pub(super) async fn deduplicating(sources: &[Source], dedup: Dedup) -> Self {
        let folder = new_folder();
        let store = Store::open(&folder.path().join("riverd.db"), &dedup).unwrap();
        let mut fixture = Self { folder, store, now: START, dedup, sources: Vec::new() };
        fixture.follow(sources).await;
        fixture
    }

    pub(super) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("riverd.db")
    }

    /// Replaces feeds.toml.
    pub(super) async fn follow(&mut self, sources: &[Source]) -> riverd::store::SyncReport {
        let placed = sources.iter().cloned().enumerate();
        self.sources = placed.map(|(position, source)| Arc::new(Source { position, ..source })).collect();
        self.store.sync_sources(&self.sources, &self.dedup, self.now).await.unwrap()
    }

    /// Closes the store and opens it again, as a restart does.
    pub(super) async fn restart(&mut self) {
        self.store.close().await.unwrap();
        self.store = Store::open(&self.path(), &self.dedup).unwrap();
        self.store.sync_sources(&self.sources, &self.dedup, self.now).await.unwrap();
    }

    /// Goes on with a copy of the files as they are now, as a kill leaves them.
    pub(super) async fn kill(&mut self) {
        let folder = new_folder();
        for name in ["riverd.db", "riverd.db-wal"] {
            std::fs::copy(self.folder.path().join(name), folder.path().join(name)).unwrap();
        }
        self.store.close().await.unwrap();
        self.folder = folder;
        self.store = Store::open(&self.path(), &self.dedup).unwrap();
        self.store.sync_sources(&self.sources, &self.dedup, self.now).await.unwrap();
    }

    /// Follows the same feeds.toml again.
    pub(super) async fn follow_again(&self) -> Result<riverd::store::SyncReport, StoreError> {
        self.store.sync_sources(&self.sources, &self.dedup, self.now).await
    }

    pub(super) async fn id(&self, name: &str) -> SourceId {
        let statuses = self.store.statuses().await.unwrap();
        statuses.iter().find(|status| status.name == name).unwrap().id
    }

    pub(super) fn wait(&mut self, span: Duration) {
        self.now = self.now.saturating_add(span);
    }

    /// Records a poll of `name` that finds these entries. The next poll is in an hour.
    pub(super) async fn poll(&self, name: &str, articles: Vec<Article>) -> PollReceipt {
        self.try_poll(self.id(name).await, Listing::Whole, articles).await.unwrap()
    }

    pub(super) async fn try_poll(
        &self,
        source: SourceId,
        listing: Listing,
        articles: Vec<Article>,
    ) -> Result<PollReceipt, StoreError> {
        self.store.record_poll(self.record(source, document_articles(listing, articles))).await
    }

    pub(super) fn record(&self, source: SourceId, document: DocumentArticles) -> PollRecord {
        let state = SourceState {
            polled_at: Some(self.now),
            succeeded_at: Some(self.now),
            body_at: Some(self.now),
            ..SourceState::default()
        };
        PollRecord {
            source,
            polled_at: self.now,
            next: NextPoll { at: self.now.saturating_add(HOUR), reason: NextPollReason::Every },
            status: Some(200),
            state: Box::new(state),
            pause: None,
            verdict: PollVerdict::Fresh(Box::new(document)),
        }
    }

    /// Publishes, and returns the newest `limit` articles of the river.
    pub(super) async fn river(&self, limit: usize) -> Vec<RiverItem> {
        self.store.publish(self.now).await.unwrap();
        self.store.latest(&RiverSelection::River, limit).await.unwrap()
    }

    pub(super) async fn titles(&self) -> Vec<String> {
        self.river(1000).await.into_iter().map(|item| item.title).collect()
    }

    /// Claims what is due now, and returns the names.
    pub(super) async fn due(&self) -> Vec<String> {
        let limit = ClaimLimit {
            total: 1000,
            slow: 1000,
            per_host: 1000,
            per_private_host: 1000,
            network: NetworkClaims::ALL,
            busy_hosts: HashSet::new(),
            under_way: HashSet::new(),
        };
        let due = self.store.claim_due(self.now, limit).await.unwrap();
        due.into_iter().map(|due| due.source.name.clone()).collect()
    }
}

/// Returns a folder in memory where the system has such a place, because a thousand commits would wait for a disk a thousand
/// times.
fn new_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Returns where the whole archive of a selection ends.
pub(super) async fn archive_end(fixture: &StoreFixture, selection: &RiverSelection) -> Option<ArchiveEnd> {
    fixture.store.archive_ends(selection, HashSet::new()).await.unwrap().whole
}

/// Returns a document with these articles that needed no repair and of which no limit left anything out.
pub(super) fn document_articles(listing: Listing, articles: Vec<Article>) -> DocumentArticles {
    DocumentArticles {
        articles,
        listing,
        left_out: LeftOut::default(),
        defects: Vec::new(),
        copy: DocumentCopy::Newest,
    }
}

/// Returns a source at `https://NAME.example/feed` that is polled each hour.
pub(super) fn source(name: &str) -> Source {
    source_at(name, &format!("https://{name}.example/feed"))
}

pub(super) fn source_at(name: &str, url: &str) -> Source {
    Source::new(name, Location::Http(Url::parse(url).unwrap()), Cadence::Every(HOUR))
}

/// Returns an entry without a date whose page is `https://HOST.example/PAGE`, keyed by its page.
pub(super) fn entry(host: &str, page: &str) -> Article {
    let url = format!("https://{host}.example/{page}");
    let title = format!("{page} of {host}");
    Article {
        guid: Some(format!("guid {page}")),
        canonical_url: Some(CanonicalUrl(url.clone())),
        url: Some(url),
        content: Some(SafeHtml::assume_sanitised(format!("<p>{title}</p>"))),
        content_hash: 1,
        seen_hash: 1,
        key: Key(format!("key {page}")),
        title,
        ..Article::default()
    }
}

/// Returns the entry with a date.
pub(super) fn dated(article: Article, at: Timestamp) -> Article {
    Article { published_at: Some(at), ..article }
}

/// Returns the entry, edited.
pub(super) fn edited(article: Article, title: &str) -> Article {
    Article {
        title: title.to_owned(),
        content_hash: article.content_hash + 1,
        seen_hash: article.seen_hash + 1,
        ..article
    }
}

/// Returns a retention that deletes entries that are older than `days` and no longer listed.
pub(super) fn retention(days: u32, keep_at_least: usize) -> Retention {
    Retention { keep: days * DAY, keep_at_least }
}
