//! Fetches the web pages behind new entries of sources with `full_text`, within the limits of polling and as far as robots.txt
//! allows it.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};
use url::Url;

use super::read::BodyReaders;
use super::robots_cache::RobotsCache;
use super::{PollerShared, Settings};
use crate::article::full_text;
use crate::document::{RawDocument, article_of};
use crate::fetch::{PageRequest, RequestPermit};
use crate::model::{
    DuePage, FailureKind, FetchOutcome, Fetched, Location, PageOutcome, PageRecord, RedactedUrl,
};
use crate::policy::claim_throttle::{PAGES_AT_MOST, page_slots};
use crate::policy::page_fetch;
use crate::policy::robots::{self, ReadRobots, Robots};
use crate::store::{PageClaim, StoreError};
use crate::time::Timestamp;

/// How many servers are asked for one page at most: the server of its address, and those that redirects lead to.
const MOST_SERVERS: usize = 5;
/// For how long the verb `poll` begins to fetch pages after its polls have ended.
const VERB_LIMIT: Duration = Duration::from_mins(5);
/// How long a page waits for its next fetch if it could not be reached because riverd's own network is down.
const AFTER_OUTAGE: Duration = Duration::from_mins(10);

/// State of the fetches of pages.
pub(super) struct PageFetches {
    /// One slot for each page that is being fetched.
    slots: Arc<Semaphore>,
    robots: RobotsCache,
    /// Reads pages one at a time, so that feeds do not have to wait for a core.
    readers: BodyReaders,
    pub(super) on_change: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl PageFetches {
    pub(super) fn new() -> Self {
        Self {
            slots: Arc::new(Semaphore::new(PAGES_AT_MOST)),
            robots: RobotsCache::default(),
            readers: BodyReaders::one_at_a_time(),
            on_change: OnceLock::new(),
        }
    }

    fn note_change(&self) {
        if let Some(on_change) = self.on_change.get() {
            on_change();
        }
    }
}

impl fmt::Debug for PageFetches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageFetches").field("robots", &self.robots).finish_non_exhaustive()
    }
}

/// Begins to fetch as many due pages as there are free slots. If no page is due, this costs two index lookups. If no source has
/// `full_text`, it costs nothing.
pub(super) async fn begin(
    shared: &Arc<PollerShared>,
    settings: &Arc<Settings>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if shared.stopping.is_cancelled() || shared.outage_detector().is_down() {
        return Ok(());
    }
    if shared.store.has_waited_enough(now).await? {
        shared.pages.note_change();
    }
    for page in claim(shared, settings, now).await? {
        let Ok(slot) = Arc::clone(&shared.pages.slots).try_acquire_owned() else { continue };
        let (poller, settings) = (Arc::clone(shared), Arc::clone(settings));
        let permit = settings.limits.queue(&Location::Http(page.url.clone()));
        shared
            .tasks
            .spawn(async move { poller.fetch_and_record(&settings, page, (permit, slot), now).await });
    }
    Ok(())
}

async fn claim(
    shared: &PollerShared,
    settings: &Settings,
    now: Timestamp,
) -> Result<Vec<DuePage>, StoreError> {
    let under_way = PAGES_AT_MOST.saturating_sub(shared.pages.slots.available_permits());
    let total = page_slots(settings.limits.concurrency()).saturating_sub(under_way);
    if total == 0 {
        return Ok(Vec::new());
    }
    shared.store.claim_pages(PageClaim { total, busy_hosts: settings.limits.busy_hosts() }, now).await
}

/// Fetches the pages that are due, and those that become due meanwhile, until none is left, `stop` is cancelled, riverd's own
/// network is down, or [`VERB_LIMIT`] has passed.
pub(super) async fn fetch_now(
    shared: &Arc<PollerShared>,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    let started = Instant::now();
    let settings = shared.settings();
    while started.elapsed() < VERB_LIMIT && !stop.is_cancelled() && !shared.outage_detector().is_down() {
        let now = now.saturating_add(started.elapsed());
        let claim = PageClaim { total: PAGES_AT_MOST, busy_hosts: std::collections::HashSet::new() };
        let pages = shared.store.claim_pages(claim, now).await?;
        if pages.is_empty() {
            break;
        }
        let fetch = |page: DuePage| async {
            let permit = settings.limits.queue(&Location::Http(page.url.clone()));
            let slot = Arc::clone(&shared.pages.slots).acquire_owned().await;
            // This fails only if the semaphore is closed, which never happens.
            if let Ok(slot) = slot {
                shared.fetch_and_record(&settings, page, (permit, slot), now).await;
            }
        };
        stream::iter(pages).for_each_concurrent(PAGES_AT_MOST, fetch).await;
    }
    Ok(())
}

impl PollerShared {
    /// Fetches a page, and stores its article or the reason why there is none.
    async fn fetch_and_record(
        &self,
        settings: &Settings,
        page: DuePage,
        (mut permit, slot): (RequestPermit, OwnedSemaphorePermit),
        now: Timestamp,
    ) {
        let started = Instant::now();
        let mut fetch = PageFetch { shared: self, settings, page: &page, now, used_up: None };
        let outcome = fetch.run(&mut permit).await;
        drop((permit, slot));
        let used_up = fetch.used_up;
        let now = now.saturating_add(started.elapsed());
        let mut record = page_fetch::decide(&page, outcome, now);
        if let Some((by, until)) = used_up
            && record.pause.is_none()
        {
            record.pause = page_fetch::pause_of(&by, until, now);
        }
        if let Some(pause) = &record.pause {
            settings.limits.pauses().add(&pause.domain, pause.until, now);
        }
        log(&page, &record);
        let is_settled = !record.still_waits;
        match self.store.record_page(record, now).await {
            Ok(()) if is_settled => self.pages.note_change(),
            Ok(()) | Err(StoreError::Closed) => {}
            Err(error) => error!(source = page.source.name, %error, "can't store the article of a page"),
        }
    }
}

/// The fetch of one page.
struct PageFetch<'a> {
    shared: &'a PollerShared,
    settings: &'a Settings,
    page: &'a DuePage,
    now: Timestamp,
    /// The server whose rate limit is used up, and when that limit is reset.
    used_up: Option<(Url, Timestamp)>,
}

impl PageFetch<'_> {
    async fn run(&mut self, permit: &mut RequestPermit) -> PageOutcome {
        let mut url = self.page.url.clone();
        permit.begin().await;
        for _ in 0..MOST_SERVERS {
            if let Some(refusal) = self.refusal(&url, permit).await {
                return refusal;
            }
            let request = PageRequest { source: &self.page.source, url: &url, now: self.now };
            match self.settings.fetcher.fetch_page(request, permit).await {
                Ok(FetchOutcome::Fresh(fetched)) => {
                    if let Some(until) = fetched.freshness.limit_reset_at {
                        self.used_up = Some((fetched.final_url.clone().unwrap_or(url), until));
                    }
                    return self.read(*fetched).await;
                }
                Ok(other) => return self.without_page(other),
                // The robots.txt of the next server may forbid the page.
                Err(target) => {
                    self.wait_again(&target, permit).await;
                    url = target;
                }
            }
        }
        PageOutcome::Failed(format!("its redirects lead to more than {MOST_SERVERS} servers"))
    }

    /// Returns why the page at `url` must not be fetched now; `None` if it may be fetched with `permit`.
    async fn refusal(&self, url: &Url, permit: &mut RequestPermit) -> Option<PageOutcome> {
        if let Some(paused) = self.paused(url) {
            return Some(paused);
        }
        match self.robots(url, permit).await {
            Ok(robots) => forbidden(&robots, url).or_else(|| self.paused(url)),
            Err(outcome) => Some(outcome),
        }
    }

    fn paused(&self, url: &Url) -> Option<PageOutcome> {
        let location = Location::Http(url.clone());
        let until = self.settings.limits.pauses().until(&location, self.now)?;
        Some(PageOutcome::Postponed { until, message: "its site has asked for a pause".to_owned() })
    }

    /// Gives up `permit`, and replaces it with one for the server of `url`. Waits until that server may get the next request.
    async fn wait_again(&self, url: &Url, permit: &mut RequestPermit) {
        *permit = self.settings.limits.queue_again(permit, &Location::Http(url.clone()));
        permit.begin().await;
    }

    /// Returns the robots.txt of the server of `url`. If it was not read lately, it is fetched, and then `permit` waits for the
    /// next request to the server. The error says why the page is not fetched.
    async fn robots(&self, url: &Url, permit: &mut RequestPermit) -> Result<Arc<Robots>, PageOutcome> {
        let origin = url.origin().ascii_serialization();
        if let Some(robots) = self.shared.pages.robots.get(&origin, self.now) {
            return Ok(robots);
        }
        if let Some(kept) = self.kept_robots(&origin).await {
            return Ok(self.shared.pages.robots.put(origin, kept));
        }
        let Some(address) = robots::address(url) else { return Ok(Arc::default()) };
        let request = PageRequest { source: &self.page.source, url: &address, now: self.now };
        let robots = match self.settings.fetcher.fetch_robots(request, permit).await {
            FetchOutcome::Fresh(fetched) => Robots::parse(&fetched.body),
            // RFC 9309 §2.3.1.3: without a robots.txt every page may be fetched.
            FetchOutcome::Gone { .. } | FetchOutcome::Failed { status: Some(400..=499), .. } => {
                Robots::default()
            }
            throttled @ FetchOutcome::Throttled { .. } => return Err(self.without_page(throttled)),
            // No request may be sent to such an address.
            FetchOutcome::Failed { failure, .. } if failure.kind == FailureKind::Blocked => {
                return Err(PageOutcome::Unusable(failure.message));
            }
            FetchOutcome::Failed { failure, .. } if failure.is_local() => {
                return Err(self.network_down(failure.message));
            }
            FetchOutcome::Failed { .. } | FetchOutcome::NotModified { .. } => Robots::unreachable(),
        };
        let read = ReadRobots { robots: Arc::new(robots), read_at: self.now };
        self.keep_robots(&origin, &read).await;
        self.wait_again(url, permit).await;
        Ok(self.shared.pages.robots.put(origin, read))
    }

    /// Returns the rules of an origin that this or another process stored within a day.
    async fn kept_robots(&self, origin: &str) -> Option<ReadRobots> {
        match self.shared.store.robots(origin.to_owned(), self.now).await {
            Ok(found) => found,
            Err(error) => {
                debug!(origin, %error, "can't read the stored robots.txt");
                None
            }
        }
    }

    /// Stores the rules of an origin, unless its robots.txt could not be read. If they can't be stored, the next process reads
    /// the file again, which is no reason to fail.
    async fn keep_robots(&self, origin: &str, read: &ReadRobots) {
        if *read.robots != Robots::unreachable()
            && let Err(error) = self.shared.store.keep_robots(origin.to_owned(), read.clone()).await
        {
            debug!(origin, %error, "can't store a robots.txt");
        }
    }

    fn network_down(&self, message: String) -> PageOutcome {
        PageOutcome::Postponed { until: self.now.saturating_add(AFTER_OUTAGE), message }
    }

    fn without_page(&self, outcome: FetchOutcome) -> PageOutcome {
        match outcome {
            FetchOutcome::Throttled { by, retry_after, failure, .. } => {
                PageOutcome::Throttled { by, until: retry_after, message: failure.message }
            }
            FetchOutcome::Gone { .. } => {
                PageOutcome::Unusable("the server says that the page is gone (410)".to_owned())
            }
            FetchOutcome::Failed { failure, .. } if failure.is_local() => self.network_down(failure.message),
            FetchOutcome::Failed { failure, .. } if failure.kind == FailureKind::Blocked => {
                PageOutcome::Unusable(failure.message)
            }
            FetchOutcome::Failed { failure, .. } => PageOutcome::Failed(failure.message),
            FetchOutcome::NotModified { .. } | FetchOutcome::Fresh(_) => {
                PageOutcome::Failed("the server sent no page".to_owned())
            }
        }
    }

    /// Looks for the article of a page, on the blocking pool.
    async fn read(&self, fetched: Fetched<Bytes>) -> PageOutcome {
        if fetched.stand_in.is_some() {
            return PageOutcome::Failed("the server sent a challenge or login page".to_owned());
        }
        let (title, feed_text) = (self.page.title.clone(), self.page.feed_text.clone());
        let fragment = self.page.url.fragment().map(percent_encoding::percent_decode_str);
        let fragment = fragment.map(|fragment| fragment.decode_utf8_lossy().into_owned());
        let work = move || {
            let document = RawDocument {
                body: &fetched.body,
                content_type: fetched.content_type.as_deref(),
                url: fetched.final_url.as_ref(),
            };
            let article =
                article_of(document, &title, fragment.as_deref()).map_err(|error| error.to_string())?;
            full_text::usable(&article.unsafe_html, article.base.as_ref(), feed_text.as_ref())
                .map_err(str::to_owned)
        };
        match self.shared.pages.readers.run(work).await {
            Ok(Ok(text)) => PageOutcome::Article(text),
            Ok(Err(why)) => PageOutcome::Unusable(why),
            Err(panic) => PageOutcome::Unusable(format!("riverd crashed while reading the page: {panic}")),
        }
    }
}

/// Returns why a page must not be fetched: the robots.txt of its server forbids it, or can't be read. `None` if it may be
/// fetched.
fn forbidden(robots: &Robots, url: &Url) -> Option<PageOutcome> {
    if robots.allows(url) {
        return None;
    }
    Some(if *robots == Robots::unreachable() {
        PageOutcome::Failed("the robots.txt of its server can't be read".to_owned())
    } else {
        PageOutcome::Unusable("the robots.txt of its server forbids fetching the page".to_owned())
    })
}

fn log(page: &DuePage, record: &PageRecord) {
    let (source, url) = (page.source.name.as_str(), RedactedUrl(&page.url));
    match (&record.message, record.still_waits) {
        (None, _) => debug!(source, page = %url, "stored the article of a page"),
        (Some(why), true) => debug!(source, page = %url, "a page is fetched later: {why}"),
        (Some(why), false) => info!(source, page = %url, "found no article on a page: {why}"),
    }
}
