//! Keeps the health of the river for the status page, its feed and metrics. It is read from the database when someone asks for
//! it, and then kept for a while, so that no client can keep the database busy.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::{PublishError, Publisher};
use crate::model::{LastingProblem, PollCounters, PollObservation};
use crate::render::page_frame::PageZone;
use crate::render::status_report::{self, StatusReport};
use crate::render::{BaseUrl, Representation, metrics, status_feed, status_page};
use crate::store::{RenderedFeed, Store};
use crate::time::Timestamp;

/// Shortest time for which a report is kept.
const KEPT_AT_LEAST: Duration = Duration::from_secs(2);
/// How long a report is kept, as a multiple of the time that it took to make. So at most a tenth of one processor makes
/// reports, whatever clients do.
const KEPT_FACTOR: u32 = 10;
/// How many incidents are read. The feed has at most 100 items, and each incident gives one or two.
const INCIDENTS: usize = 100;
/// For how many public addresses other than riverd's own a report keeps a feed. Further addresses get the feed with
/// riverd's own address.
const MAX_OTHER_FEEDS: usize = 8;

/// Publishes the health of the river. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct StatusPublisher {
    shared: Arc<StatusShared>,
}

#[derive(Debug)]
struct StatusShared {
    publisher: Publisher,
    store: Store,
    counters: Arc<Mutex<PollCounters>>,
    /// Why no scheduled backup is made, as the daemon noted it last.
    backup_problem: Mutex<Option<LastingProblem>>,
    /// The last report. The lock is held while one is made, so that only one is made at a time.
    last: tokio::sync::Mutex<Option<KeptReport>>,
}

#[derive(Debug)]
struct KeptReport {
    status: Arc<StatusSnapshot>,
    until: Instant,
}

/// The health of the river at one moment, and what was rendered of it so far.
#[derive(Debug)]
pub struct StatusSnapshot {
    report: Arc<StatusReport>,
    own_base: BaseUrl,
    /// When the feed of incidents last changed.
    pub feed_changed_at: Timestamp,
    feed: Representation,
    pages: OnceCell<Vec<Representation>>,
    json: OnceCell<Representation>,
    metrics: OnceCell<Representation>,
    other_feeds: tokio::sync::Mutex<Vec<(BaseUrl, Representation)>>,
}

impl StatusPublisher {
    /// Creates a publisher of the status. `counters` are those in which [`count_poll`] counts the polls.
    pub fn new(publisher: Publisher, store: Store, counters: Arc<Mutex<PollCounters>>) -> Self {
        let last = tokio::sync::Mutex::default();
        let backup_problem = Mutex::default();
        Self { shared: Arc::new(StatusShared { publisher, store, counters, backup_problem, last }) }
    }

    /// Notes why the last scheduled backup was not made or the next one can't be written. `None` if that works, or if there are
    /// no scheduled backups.
    pub fn note_backup(&self, problem: Option<LastingProblem>) {
        *self.shared.backup_problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    /// Returns the health of the river. It is that of the last report while that report is kept; then a new one is made. A
    /// report is kept for some seconds, or longer if making it took long ([`KEPT_FACTOR`]).
    pub async fn current(&self) -> Result<Arc<StatusSnapshot>, PublishError> {
        let mut last = self.shared.last.lock().await;
        if let Some(kept) = last.as_ref().filter(|kept| Instant::now() < kept.until) {
            return Ok(Arc::clone(&kept.status));
        }
        let started = Instant::now();
        let status = Arc::new(self.shared.make(Timestamp::now()).await?);
        let until = Instant::now() + (started.elapsed() * KEPT_FACTOR).max(KEPT_AT_LEAST);
        *last = Some(KeptReport { status: Arc::clone(&status), until });
        Ok(status)
    }
}

impl StatusShared {
    async fn make(&self, now: Timestamp) -> Result<StatusSnapshot, PublishError> {
        let statuses = self.store.statuses().await?;
        let (incidents, open_incidents) = self.store.incidents(INCIDENTS).await?;
        let figures = self.store.figures(now).await?;
        let polls = self.counters.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let config = self.publisher.config();
        let report = Arc::new(StatusReport {
            title: config.river.title.clone(),
            made_at: now,
            sources: StatusReport::describe_sources(&statuses, now),
            incidents,
            open_incidents,
            figures,
            polls,
            backup_problem: self.backup_problem.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        });
        let own_base = config.river.base_url.as_ref().map(BaseUrl::from_config);
        let own_base = own_base.unwrap_or_else(|| self.publisher.local_url().clone());
        let feed = feed_blocking(&report, &own_base).await?;
        let rendered = RenderedFeed { path: "status/".to_owned(), digest: feed.digest.clone() };
        let feed_changed_at = self.store.note_rendered_feed(rendered, now).await?;
        Ok(StatusSnapshot {
            report,
            own_base,
            feed_changed_at,
            feed,
            pages: OnceCell::new(),
            json: OnceCell::new(),
            metrics: OnceCell::new(),
            other_feeds: tokio::sync::Mutex::default(),
        })
    }
}

impl StatusSnapshot {
    /// Returns the moment that the snapshot describes.
    pub fn made_at(&self) -> Timestamp {
        self.report.made_at
    }

    /// Returns the page with that number; the first is 1.
    pub async fn page(&self, number: usize) -> Result<Option<Representation>, PublishError> {
        let report = Arc::clone(&self.report);
        let make = || async move {
            let pages =
                spawn_blocking(move || status_page::status_pages(&report, PageZone::Operator)).await??;
            Ok::<_, PublishError>(pages)
        };
        let pages = self.pages.get_or_try_init(make).await?;
        Ok(number.checked_sub(1).and_then(|index| pages.get(index)).cloned())
    }

    /// Returns `/status.json`.
    pub async fn json(&self) -> Result<Representation, PublishError> {
        let report = Arc::clone(&self.report);
        let make = || async move {
            Ok::<_, PublishError>(spawn_blocking(move || status_report::json(&report)).await??)
        };
        Ok(self.json.get_or_try_init(make).await?.clone())
    }

    /// Returns `/metrics`.
    pub async fn metrics(&self) -> Representation {
        self.metrics.get_or_init(|| async { metrics::metrics(&self.report) }).await.clone()
    }

    /// Returns the feed of incidents, with links that begin with `base`. The links begin with riverd's own address if there is
    /// no `base`, or if the feed was rendered for too many other addresses.
    pub async fn feed(&self, base: Option<&BaseUrl>) -> Result<Representation, PublishError> {
        let Some(base) = base.filter(|base| **base != self.own_base) else { return Ok(self.feed.clone()) };
        let mut others = self.other_feeds.lock().await;
        if let Some((_, feed)) = others.iter().find(|(known, _)| known == base) {
            return Ok(feed.clone());
        }
        if others.len() >= MAX_OTHER_FEEDS {
            return Ok(self.feed.clone());
        }
        let feed = feed_blocking(&self.report, base).await?;
        others.push((base.clone(), feed.clone()));
        Ok(feed)
    }
}

/// Counts a poll.
pub fn count_poll(counters: &Mutex<PollCounters>, poll: &PollObservation, now: Timestamp) {
    counters.lock().unwrap_or_else(PoisonError::into_inner).note(poll, now);
}

async fn feed_blocking(report: &Arc<StatusReport>, base: &BaseUrl) -> Result<Representation, PublishError> {
    let (report, base) = (Arc::clone(report), base.clone());
    Ok(spawn_blocking(move || status_feed::status_feed(&report, &base)).await??)
}
