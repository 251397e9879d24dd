//! Polls sources: claims those that are due, fetches them within limits, and records what `policy::decide` decides.

mod hubs;
mod log;
mod one;
mod pages;
mod queues;
mod read;
pub mod report_lines;
pub mod requested;
mod robots_cache;
mod settings;
pub mod source_check;
mod tasks;
mod two_requests;
mod under_way;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::config::Config;
use crate::fetch::{Limits, RequestPermit};
pub use crate::model::PollOutcome;
use crate::model::{DueSource, Failure, Location, NextPoll, PollReceipt, SourceId};
use crate::policy::claim_throttle::{self, ClaimThrottle, ClockChange};
use crate::policy::outage::OutageDetector;
use crate::policy::record_backoff::RecordBackoff;
use crate::policy::schedule::NotPolled;
use crate::policy::store_backoff::{StoreBackoff, StoreStep};
use crate::store::{ClaimLimit, Store, StoreError};
use crate::time::{Timestamp, brief};
use read::BodyReaders;
pub(crate) use read::read_document;
use settings::Settings;
use tasks::PollTasks;
use under_way::PollsUnderWay;

/// The result of one poll, for the log, the verb `poll`, the counters and the publisher.
#[derive(Clone, Debug)]
pub struct PollReport {
    /// Name of the source.
    pub name: String,
    /// Address of the source.
    pub location: Location,
    /// How the poll ended, in one word.
    pub outcome: PollOutcome,
    /// Why the source was not polled, if it was not.
    pub not_polled: Option<NotPolled>,
    /// HTTP status of the last response, if there was one.
    pub status: Option<u16>,
    /// What was stored.
    pub receipt: PollReceipt,
    /// The failure, if the poll failed, the server asked for a pause, or the source is gone.
    pub failure: Option<Failure>,
    /// The planned next poll and its reason.
    pub next: Option<NextPoll>,
    /// Number of failures in a row up to and including this poll; 0 after a success.
    pub failures: u32,
    /// Time from the request to the commit. Zero for a source that was not polled.
    pub duration: Duration,
}

/// Polls sources. The daemon and the verb `poll` use it. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct Poller {
    shared: Arc<PollerShared>,
}

/// State that all polls share.
struct PollerShared {
    store: Store,
    settings: RwLock<Arc<Settings>>,
    outage_detector: Mutex<OutageDetector>,
    store_backoff: Mutex<StoreBackoff>,
    record_backoff: Mutex<RecordBackoff>,
    claim_throttle: tokio::sync::Mutex<ClaimThrottle>,
    body_readers: BodyReaders,
    hub_round: hubs::HubRoundLock,
    pages: pages::PageFetches,
    tasks: PollTasks,
    under_way: PollsUnderWay,
    stopping: CancellationToken,
    on_report: Box<dyn Fn(&PollReport) + Send + Sync>,
}

/// Overdue sources are counted up to this number.
const MAX_OVERDUE_COUNTED: usize = 1_000_000;

impl Poller {
    /// Creates a poller over `store` with the settings of `config`. Its polls run on `runtime`, or without one on that of the
    /// caller. It calls `on_report` at the end of each poll, from many tasks at once, so `on_report` must not block. Fails if
    /// the HTTP client can't be set up.
    pub fn new<F>(
        store: Store,
        config: &Config,
        runtime: Option<Handle>,
        on_report: F,
    ) -> anyhow::Result<Self>
    where
        F: Fn(&PollReport) + Send + Sync + 'static,
    {
        let shared = PollerShared {
            store,
            settings: RwLock::new(Arc::new(Settings::of(config, Limits::new(&config.polling))?)),
            outage_detector: Mutex::default(),
            store_backoff: Mutex::default(),
            record_backoff: Mutex::default(),
            claim_throttle: tokio::sync::Mutex::default(),
            body_readers: BodyReaders::new(),
            hub_round: hubs::HubRoundLock::default(),
            pages: pages::PageFetches::new(),
            tasks: PollTasks::on(runtime),
            under_way: PollsUnderWay::default(),
            stopping: CancellationToken::new(),
            on_report: Box::new(on_report),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Uses `config` from the next claim on. Requests in flight end under the old configuration, but count towards the new
    /// limits, as [`Limits::renewed`] says.
    pub fn reconfigure(&self, config: &Config) -> anyhow::Result<()> {
        let limits = self.shared.settings().limits.renewed(&config.polling);
        let settings = Arc::new(Settings::of(config, limits)?);
        *self.shared.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
        Ok(())
    }

    /// Returns the runtime on which polls run.
    pub fn runtime(&self) -> Handle {
        self.shared.tasks.runtime()
    }

    /// Calls `on_change` whenever an article gets the text of its page, or no longer waits for it. Only the first call has an
    /// effect.
    pub fn on_page<F: Fn() + Send + Sync + 'static>(&self, on_change: F) {
        drop(self.shared.pages.on_change.set(Box::new(on_change)));
    }

    /// Makes one tick: follows the clock, begins a round of requests to hubs, claims due sources (at most as many as there are
    /// free slots), and begins to fetch due pages. Polls are spawned, not awaited. Returns how many sources it claimed. While
    /// another tick runs or the database can't be written, begins nothing and returns 0.
    pub async fn tick(&self, now: Timestamp) -> Result<usize, StoreError> {
        let Ok(mut claim_throttle) = self.shared.claim_throttle.try_lock() else { return Ok(0) };
        let settings = self.shared.settings();
        if !self.store_can_be_written(now).await {
            return Ok(0);
        }
        self.follow_clock(&mut claim_throttle, &settings, now).await?;
        hubs::begin_round(&self.shared, &settings, now).await?;
        let claimed = self.claim_and_poll(&mut claim_throttle, &settings, now).await?;
        // Pages come last: polls go before them at a host that takes one request at a time.
        pages::begin(&self.shared, &settings, now).await?;
        Ok(claimed)
    }

    async fn claim_and_poll(
        &self,
        claim_throttle: &mut ClaimThrottle,
        settings: &Arc<Settings>,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let free = self.shared.free_slots(&settings.limits).min(claim_throttle.allowance(now));
        let slots = self.shared.record_backoff().allowance(free, now);
        if slots == 0 || self.shared.stopping.is_cancelled() {
            return Ok(0);
        }
        let limit = ClaimLimit {
            total: slots,
            slow: claim_throttle::slow_slots(settings.limits.concurrency())
                .saturating_sub(self.shared.under_way.slow()),
            per_host: settings.limits.per_host(),
            per_private_host: claim_throttle::private_batch(
                settings.limits.per_host(),
                settings.limits.waiting(),
            ),
            network: self.shared.outage_detector().claims(now),
            busy_hosts: settings.limits.busy_hosts(),
            under_way: self.shared.under_way.sources(),
        };
        let claimed = self.shared.store.claim_due(now, limit).await?;
        claim_throttle.claimed(claimed.len());
        let count = claimed.len();
        for due in claimed {
            self.spawn_poll(Arc::clone(settings), due, now);
        }
        Ok(count)
    }

    /// Returns whether the database can be written. While it can't, a small write is tried every few seconds. Once that
    /// succeeds, the sources that were claimed meanwhile are due again.
    async fn store_can_be_written(&self, now: Timestamp) -> bool {
        let can_write = self.shared.store.health().failure.is_none();
        let step = self.shared.store_backoff().step(can_write, now);
        let recovers = match step {
            StoreStep::GoOn => return true,
            StoreStep::Wait => return false,
            StoreStep::Recover => true,
            // The store logs and counts a failure; a later tick tries again.
            StoreStep::Try => self.shared.store.try_write().await,
        };
        recovers && self.shared.store.release_abandoned(self.shared.under_way.sources()).await.is_ok()
    }

    /// Adjusts plans and claims at the first tick, and if the clock was set back or jumped ahead since the last one. A poll
    /// that was under way when the clock was set back records times of the old clock, so plans are adjusted again after its
    /// end.
    async fn follow_clock(
        &self,
        claim_throttle: &mut ClaimThrottle,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let change = claim_throttle.tick(now);
        if let ClockChange::Gap(span) = change {
            info!("the clock went ahead by {}: it was set, or the machine slept", brief(span));
        }
        match change {
            ClockChange::Steady if !self.shared.under_way.take_ended_by_old_clock() => return Ok(()),
            ClockChange::Steady | ClockChange::SetBack => {
                if change == ClockChange::SetBack {
                    self.shared.under_way.note_clock_set_back();
                }
                settings.limits.pauses().forget();
                self.move_plans_back(now).await?;
            }
            ClockChange::FirstTick | ClockChange::Gap(_) => {
                self.move_plans_back(now).await?;
                let overdue = self.shared.store.count_due(now, MAX_OVERDUE_COUNTED).await?;
                if claim_throttle.catch_up(overdue, settings.limits.concurrency(), now) {
                    info!(overdue, "many sources are due at once: their polls are spread out");
                }
            }
        }
        self.shared.load_pauses(settings, now).await
    }

    /// Spawns the poll of a claimed source, which begins when its host has a free slot.
    fn spawn_poll(&self, settings: Arc<Settings>, due: DueSource, now: Timestamp) {
        let shared = Arc::clone(&self.shared);
        let mut permit = settings.limits.queue(&due.address());
        let claimed_at = Instant::now();
        let under_way = shared.under_way.begin(due.id, due.state.may_be_slow());
        self.shared.tasks.spawn(async move {
            permit.begin().await;
            let name = due.source.name.clone();
            let now = now.saturating_add(claimed_at.elapsed());
            // A poll needs many times the memory of one that waits for its turn, so it is allocated only now.
            match Box::pin(shared.poll_one(&settings, due, &mut permit, now)).await {
                Ok(Some(report)) => under_way.finish(&report),
                Ok(None) => {}
                Err(error) if shared.store.health().failure.is_some() => {
                    // The store has logged once that the database can't be written.
                    debug!(source = name, %error, "can't record a poll");
                }
                Err(error) => {
                    let hint = error.hint();
                    error!(source = name, %error, hint, "can't record a poll; no poll begins for a while");
                }
            }
        });
    }

    /// Fetches the pages behind new entries that are due, within the limits. Returns when none is left, `stop` is cancelled,
    /// riverd's own network is down, or a few minutes have passed.
    pub async fn fetch_pages_now(&self, now: Timestamp, stop: &CancellationToken) -> Result<(), StoreError> {
        pages::fetch_now(&self.shared, now, stop).await
    }

    /// Stops claiming and waits for the polls in flight, for at most `deadline`. After that they are abandoned, and their
    /// claims are given back: their sources are due at the next start, which knows that no document killed riverd.
    pub async fn drain(&self, deadline: Duration) {
        self.shared.stopping.cancel();
        if !self.shared.tasks.end_within(deadline).await {
            let polls = self.shared.tasks.len();
            info!(polls, "abandoning the polls that are still running");
            let abandoned = self.shared.under_way.sources().into_iter().collect();
            if let Err(error) = self.shared.store.release(abandoned).await {
                warn!(%error, "can't release the claims of abandoned polls: they will expire");
            }
        }
    }

    async fn move_plans_back(&self, now: Timestamp) -> Result<(), StoreError> {
        let sources = self.shared.store.adjust_to_clock(now).await?;
        if sources > 0 {
            info!(sources, "the clock was set back: the next polls of these sources move back, too");
        }
        Ok(())
    }
}

impl PollerShared {
    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn free_slots(&self, limits: &Limits) -> usize {
        claim_throttle::free_slots(limits.concurrency(), self.tasks.len(), limits.waiting())
    }

    /// Loads the pauses in force from the store: another process may have added some, or the clock may have changed.
    async fn load_pauses(&self, settings: &Settings, now: Timestamp) -> Result<(), StoreError> {
        for (domain, until) in self.store.pauses(now).await? {
            settings.limits.pauses().add(&domain, until, now);
        }
        Ok(())
    }

    /// Releases the claim of a source that is not polled after all. Its planned next poll stays.
    async fn release(&self, source: SourceId) {
        if let Err(error) = self.store.release(vec![source]).await {
            warn!(%error, "can't release a claim: it will expire");
        }
    }

    /// Polls one claimed source and records the result. If its domain has asked for a pause since the claim, releases the
    /// source and reports it as skipped, unless an answer that a verb got spares the request. Returns no report if the store
    /// is closed, because riverd is stopping, or if the source was purged meanwhile.
    async fn poll_one(
        &self,
        settings: &Settings,
        due: DueSource,
        permit: &mut RequestPermit,
        now: Timestamp,
    ) -> Result<Option<PollReport>, StoreError> {
        let address = due.address();
        let paused_until = settings.limits.pauses().until(&address, now);
        if let Some(until) = paused_until
            && !one::has_kept_answer(self, &due.source, due.state.polled_at, now).await?
        {
            self.release(due.id).await;
            let (name, why) = (due.source.name.clone(), NotPolled::Paused(until));
            let report = PollReport::skipped(name, address, Some(due.planned), why);
            (self.on_report)(&report);
            return Ok(Some(report));
        }
        match Box::pin(one::poll(self, settings, due, permit, now)).await {
            Ok(report) => {
                self.record_backoff().write_succeeded();
                (self.on_report)(&report);
                Ok(Some(report))
            }
            // The source may have been purged while it was polled, which says nothing of the store.
            Err(StoreError::Closed | StoreError::NoSuchSource(_)) => Ok(None),
            Err(error) => {
                // If the database can't be written at all, `StoreBackoff` stops the polls.
                if self.store.health().failure.is_none() {
                    self.record_backoff().write_failed(now);
                }
                Err(error)
            }
        }
    }

    fn outage_detector(&self) -> MutexGuard<'_, OutageDetector> {
        self.outage_detector.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record_backoff(&self) -> MutexGuard<'_, RecordBackoff> {
        self.record_backoff.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store_backoff(&self) -> MutexGuard<'_, StoreBackoff> {
        self.store_backoff.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PollReport {
    /// Creates the report of a source that was not polled.
    pub fn skipped(name: String, location: Location, next: Option<NextPoll>, why: NotPolled) -> Self {
        Self {
            name,
            location,
            outcome: PollOutcome::Skipped,
            not_polled: Some(why),
            status: None,
            receipt: PollReceipt::default(),
            failure: None,
            next,
            failures: 0,
            duration: Duration::ZERO,
        }
    }
}

impl fmt::Debug for PollerShared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollerShared")
            .field("store", &self.store)
            .field("polls", &self.tasks.len())
            .finish_non_exhaustive()
    }
}
