//! A simulated internet with a virtual clock: sites that answer by the virtual time, the real poller with the real store, and
//! real HTTP between them.
//!
//! The sites are behind an HTTP proxy on loopback, which every source of the feeds.toml uses. So they have public names, and
//! riverd applies the rules for public hosts (pauses of a whole domain, gaps).

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use riverd::config::{self, Config};
use riverd::poll::requested::PollRequest;
use riverd::poll::{PollReport, Poller};
use riverd::render::health::SourceHealth;
use riverd::store::Store;
use riverd::time::Timestamp;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::rules;
use super::site::{Answered, Ask, Reply};
use crate::support::daemon::TEST_TIMEOUT;
use crate::support::publisher::{Answer, Publisher, Request};

/// A Tuesday at noon, UTC.
pub(crate) const START: Timestamp = Timestamp::from_unix(1_795_521_600);

type Behaviour = Arc<dyn Fn(&Ask) -> Reply + Send + Sync>;

/// One request that a site saw, and its answer. It keeps only what the rules need, because there can be half a million.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// Virtual time of the request.
    pub(crate) at: Timestamp,
    /// Real time of the request.
    pub(crate) moment: Instant,
    pub(crate) url: Arc<str>,
    /// `If-None-Match`.
    pub(crate) etag: Option<String>,
    /// `If-Modified-Since`.
    pub(crate) last_modified: Option<String>,
    /// What was wrong with its other headers, if anything.
    pub(crate) impolite: Option<String>,
    pub(crate) reply: Answered,
}

/// State that all sites share.
#[derive(Default)]
struct Net {
    clock: AtomicI64,
    sites: Mutex<HashMap<String, Behaviour>>,
    visits: Mutex<Vec<Visit>>,
    counts: Mutex<HashMap<String, usize>>,
    in_flight: Mutex<HashMap<String, usize>>,
    most_in_flight: Mutex<HashMap<String, usize>>,
}

/// The simulated internet, and the riverd that polls it.
pub(crate) struct World {
    net: Arc<Net>,
    proxy: Publisher,
    folder: TempDir,
    polling: String,
    sources: String,
    riverd: Option<Riverd>,
    /// Shortest virtual time between two ticks.
    pub(crate) step: Duration,
}

/// A running riverd.
struct Riverd {
    config: Config,
    store: Store,
    poller: Poller,
    reports: UnboundedReceiver<PollReport>,
}

impl World {
    /// Creates a world with these keys in `[polling]`.
    pub(crate) fn new(polling: &str) -> Self {
        let net = Arc::new(Net::default());
        net.clock.store(START.unix(), Ordering::SeqCst);
        let proxy = Publisher::start();
        let seen = Arc::clone(&net);
        proxy.otherwise(move |request, _| seen.answer(request));
        Self {
            net,
            proxy,
            folder: tempfile::tempdir().unwrap(),
            polling: format!(
                "per_host_gap = \"0s\"\ncontact = \"https://river.example.org/about\"\n{polling}\n"
            ),
            sources: String::new(),
            riverd: None,
            step: Duration::from_secs(1),
        }
    }

    /// Adds a site without a source, as the target of redirects.
    pub(crate) fn site<F>(&mut self, url: &str, behaviour: F)
    where
        F: Fn(&Ask) -> Reply + Send + Sync + 'static,
    {
        self.net.sites.lock().unwrap().insert(url.to_owned(), Arc::new(behaviour));
    }

    /// Adds a site and a source for it, with these keys in its table.
    pub(crate) fn source<F>(&mut self, url: &str, keys: &str, behaviour: F)
    where
        F: Fn(&Ask) -> Reply + Send + Sync + 'static,
    {
        self.site(url, behaviour);
        let proxy = self.proxy.address();
        let table = format!("\n[[source]]\nurl = {url:?}\nproxy = \"http://{proxy}\"\n{keys}\n");
        self.sources += &table;
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.net.clock.load(Ordering::SeqCst))
    }

    pub(crate) fn set_clock(&self, now: Timestamp) {
        self.net.clock.store(now.unix(), Ordering::SeqCst);
    }

    /// Advances the clock while riverd sleeps or is stopped.
    pub(crate) fn skip(&self, span: Duration) {
        self.set_clock(self.now().saturating_add(span));
    }

    fn load(&self) -> Config {
        let path: PathBuf = self.folder.path().join("feeds.toml");
        let text = format!("[polling]\n{}{}", self.polling, self.sources);
        std::fs::write(&path, text).unwrap();
        config::load(&path).unwrap()
    }

    /// Starts riverd.
    pub(crate) async fn open(&mut self) {
        let config = self.load();
        let (path, deadline) = (self.folder.path().join("riverd.db"), Instant::now() + TEST_TIMEOUT);
        // The lock is free once the last thread of a riverd that was stopped has let go of its store.
        let store = loop {
            match Store::open(&path, &config.dedup) {
                Ok(store) => break store,
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        store.sync_sources(&config.sources, &config.dedup, self.now()).await.unwrap();
        let (tell, reports) = unbounded_channel();
        let report = move |report: &PollReport| {
            // At the end of a test, the receiver is gone.
            drop(tell.send(report.clone()));
        };
        let poller = Poller::new(store.clone(), &config, None, report).unwrap();
        self.riverd = Some(Riverd { config, store, poller, reports });
    }

    /// Stops riverd.
    pub(crate) async fn close(&mut self) {
        let riverd = self.riverd.take().unwrap();
        riverd.poller.drain(TEST_TIMEOUT).await;
        riverd.store.close().await.unwrap();
    }

    /// Stops riverd and starts it again.
    pub(crate) async fn restart(&mut self) {
        self.close().await;
        self.open().await;
    }

    /// Reloads feeds.toml.
    pub(crate) async fn reload(&mut self) {
        let now = self.now();
        let config = self.load();
        let riverd = self.riverd.as_mut().unwrap();
        riverd.store.sync_sources(&config.sources, &config.dedup, now).await.unwrap();
        riverd.poller.reconfigure(&config).unwrap();
        riverd.config = config;
    }

    /// Replaces text in the tables of the sources. This takes effect at the next reload or start.
    pub(crate) fn edit(&mut self, from: &str, to: &str) {
        assert!(self.sources.contains(from), "`{from}` is not in the sources");
        self.sources = self.sources.replace(from, to);
    }

    /// Replaces text in `[polling]`.
    pub(crate) fn edit_polling(&mut self, from: &str, to: &str) {
        assert!(self.polling.contains(from), "`{from}` is not in [polling]");
        self.polling = self.polling.replace(from, to);
    }

    /// Advances the clock by the whole seconds that have really passed since `began`. riverd adds the duration of a poll to the
    /// time of its tick; without this, a poll that takes a second on a busy machine would be recorded in the future.
    fn keep_up(&self, began: Instant) {
        self.skip(Duration::from_secs(began.elapsed().as_secs()));
    }

    /// Runs one tick, and waits for the end of the polls that it began.
    pub(crate) async fn tick(&mut self) -> usize {
        let (now, began) = (self.now(), Instant::now());
        let riverd = self.riverd.as_mut().unwrap();
        let claimed = riverd.poller.tick(now).await.unwrap();
        for _ in 0..claimed {
            let report = tokio::time::timeout(TEST_TIMEOUT, riverd.reports.recv()).await;
            report.expect("a claimed poll ends").expect("the poller lives");
        }
        // The visits keep what is needed.
        drop(self.proxy.take_requests());
        self.keep_up(began);
        claimed
    }

    /// Begins the polls of one tick without waiting for them.
    pub(crate) async fn tick_and_leave(&mut self) -> usize {
        let now = self.now();
        self.riverd.as_mut().unwrap().poller.tick(now).await.unwrap()
    }

    /// Runs for a span of virtual time.
    pub(crate) async fn run_for(&mut self, span: Duration) {
        let end = self.now().saturating_add(span);
        while self.now() < end {
            while self.tick().await > 0 {}
            let next = self.now().saturating_add(self.step).max(self.next_due().unwrap_or(end)).min(end);
            self.set_clock(next);
        }
    }

    /// Does what `riverd poll --all` does.
    pub(crate) async fn poll_all(&mut self) {
        let (now, began) = (self.now(), Instant::now());
        let riverd = self.riverd.as_mut().unwrap();
        let polls = riverd.poller.claim_requested(&PollRequest::All, now).await.unwrap();
        riverd.poller.poll_requested(polls, &CancellationToken::new(), |_| {}).await.unwrap();
        while riverd.reports.try_recv().is_ok() {}
        self.keep_up(began);
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("riverd.db")).unwrap()
    }

    /// Executes a statement in the database, without riverd.
    pub(crate) fn sql(&self, statement: &str) {
        self.database().execute_batch(statement).unwrap();
    }

    /// Returns when the next source is due, taking claims into account.
    fn next_due(&self) -> Option<Timestamp> {
        let sql = "select min(max(next_poll_at, coalesce(claimed_until, next_poll_at))) from sources
                   where retired_at is null and enabled = 1 and gone_at is null";
        let at: Option<i64> = self.database().query_row(sql, [], |row| row.get(0)).unwrap();
        at.map(Timestamp::from_unix)
    }

    /// Returns the health of every source, by address.
    pub(crate) async fn healths(&self) -> HashMap<String, SourceHealth> {
        let statuses = self.riverd.as_ref().unwrap().store.statuses().await.unwrap();
        let now = self.now();
        statuses.iter().map(|status| (status.url.clone(), SourceHealth::of(status, now))).collect()
    }

    /// Returns all visits so far, in order.
    pub(crate) fn visits(&self) -> Vec<Visit> {
        self.net.visits.lock().unwrap().clone()
    }

    /// Returns the visits at one address.
    pub(crate) fn visits_at(&self, url: &str) -> Vec<Visit> {
        self.net.visits.lock().unwrap().iter().filter(|visit| &*visit.url == url).cloned().collect()
    }

    /// Returns the largest number of requests that one host got at the same time.
    pub(crate) fn most_in_flight(&self) -> usize {
        self.net.most_in_flight.lock().unwrap().values().copied().max().unwrap_or(0)
    }
}

impl Net {
    fn answer(&self, request: &Request) -> Answer {
        let url = request.target.clone();
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        {
            let mut in_flight = self.in_flight.lock().unwrap();
            let count = in_flight.entry(host.clone()).or_default();
            *count += 1;
            let mut most = self.most_in_flight.lock().unwrap();
            let most = most.entry(host.clone()).or_default();
            *most = (*most).max(*count);
        }
        let nth = {
            let mut counts = self.counts.lock().unwrap();
            let count = counts.entry(url.clone()).or_default();
            *count += 1;
            *count - 1
        };
        let at = Timestamp::from_unix(self.clock.load(Ordering::SeqCst));
        let behaviour = self.sites.lock().unwrap().get(&url).cloned();
        let text = |name: &str| request.header_text(name).map(ToOwned::to_owned);
        let ask = Ask { at, nth, etag: text("if-none-match"), last_modified: text("if-modified-since") };
        let reply = behaviour.map_or_else(|| Reply::status(404), |behaviour| behaviour(&ask));
        let visit = Visit {
            at,
            moment: request.at,
            url: url.into(),
            etag: ask.etag,
            last_modified: ask.last_modified,
            impolite: rules::impoliteness(request),
            reply: reply.answered(),
        };
        self.visits.lock().unwrap().push(visit);
        *self.in_flight.lock().unwrap().get_mut(&host).unwrap() -= 1;
        reply.into_answer()
    }
}
