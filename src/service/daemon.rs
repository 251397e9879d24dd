//! The daemon while it lives: one loop that hears ticks, signals and the watchdog, and acts on each in turn.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tracing::{error, info, warn};

use super::notify;
use super::signals::{SignalRequest, Signals};
use super::timetable::Timetable;
use super::watch::Watch;
use crate::config::{self, Config, ConfigErrors};
use crate::http::Heartbeat;
use crate::poll::Poller;
use crate::publish::Publisher;
use crate::render::BaseUrl;
use crate::store::Store;
use crate::time::Timestamp;

/// How often the daemon looks at what is due and at feeds.toml: a due source waits at most so long, and an idle tick costs
/// one indexed read.
const TICK: Duration = Duration::from_secs(1);
/// A writer that takes longer is stuck, not busy: its longest transaction is one batch of upkeep.
const WRITER_ANSWERS_WITHIN: Duration = Duration::from_secs(30);
/// Without a watchdog nobody asks; the branch then sleeps for so long at a time.
const NO_WATCHDOG: Duration = Duration::from_hours(1);

/// What the start wired together.
pub(super) struct DaemonParts {
    pub store: Store,
    pub poller: Poller,
    pub publisher: Publisher,
    pub heartbeat: Heartbeat,
    /// Where the river is, for people.
    pub address: BaseUrl,
}

/// What the loop acts on.
pub(super) struct Daemon {
    parts: DaemonParts,
    config: Arc<Config>,
    watch: Watch,
    /// What is wrong with feeds.toml since a reload failed.
    broken: Option<String>,
    timetable: Timetable,
    upkeep: Option<JoinHandle<()>>,
}

impl Daemon {
    pub(super) fn new(parts: DaemonParts, config: Arc<Config>, watch: Watch, timetable: Timetable) -> Self {
        Self { parts, config, watch, broken: None, timetable, upkeep: None }
    }

    /// Tells systemd and the log where the river is.
    pub(super) fn announce(&self) {
        info!(url = %self.parts.address, sources = self.config.sources.len(), "serving the river");
        notify::ready(&self.status());
        warn_of_idle_keys(&self.config);
    }

    /// Until a signal asks to stop. Whatever the wall clock does, this goes on: both intervals are of the monotonic clock.
    /// `upkeep_due` tells of a time of the maintenance schedule.
    pub(super) async fn live(mut self, mut signals: Signals, mut upkeep_due: mpsc::Receiver<()>) {
        let mut ticks = paced(TICK);
        let mut watchdog = paced(notify::watchdog_interval().unwrap_or(NO_WATCHDOG));
        self.plan_upkeep(Timestamp::now()).await;
        loop {
            tokio::select! {
                asked = signals.next() => match asked {
                    SignalRequest::Stop => break,
                    SignalRequest::Reload => self.reload().await,
                },
                _ = ticks.tick() => self.tick(Timestamp::now()).await,
                Some(()) = upkeep_due.recv() => self.upkeep_is_due(Timestamp::now()).await,
                _ = watchdog.tick() => self.feed_watchdog().await,
            }
        }
        self.timetable.stop().await;
    }

    async fn tick(&mut self, now: Timestamp) {
        match self.parts.poller.tick(now).await {
            Ok(_) => self.parts.heartbeat.beat(),
            Err(error) => error!(%error, "can't claim due sources"),
        }
        if self.watch.changed() {
            self.reload().await;
        }
        if self.timetable.is_from_the_future(now) {
            self.plan_upkeep(now).await;
        }
    }

    async fn plan_upkeep(&mut self, now: Timestamp) {
        if let Err(error) = self.timetable.plan(&self.config.maintenance.schedule, now).await {
            error!(%error, "can't plan the next maintenance");
        }
    }

    async fn upkeep_is_due(&mut self, now: Timestamp) {
        self.timetable.told();
        self.start_upkeep(now);
        self.plan_upkeep(now).await;
    }

    /// One at a time: a slow disk must not pile them up.
    fn start_upkeep(&mut self, now: Timestamp) {
        if self.upkeep.as_ref().is_some_and(|task| !task.is_finished()) {
            warn!("the last upkeep still runs: this one is left out");
            return;
        }
        let (store, config, publisher) =
            (self.parts.store.clone(), Arc::clone(&self.config), self.parts.publisher.clone());
        self.upkeep = Some(tokio::spawn(async move {
            match store.upkeep(&config.retention, now).await {
                Ok(pruned) => {
                    info!(pruned, "upkeep is done");
                    if pruned > 0 {
                        publisher.mark_dirty();
                    }
                }
                Err(error) => error!(%error, "upkeep failed: it is tried again at its next time"),
            }
        }));
    }

    /// Everything new is built before anything is replaced; a broken file changes nothing.
    async fn reload(&mut self) {
        notify::reloading();
        let path = self.config.path.clone();
        let loaded = tokio::task::spawn_blocking(move || config::load(&path)).await;
        match loaded {
            Ok(Ok(config)) => self.apply(Arc::new(config)).await,
            Ok(Err(errors)) => self.keep_last_good(&errors),
            Err(error) => error!(%error, "reading feeds.toml was cut short"),
        }
        notify::ready(&self.status());
    }

    async fn apply(&mut self, config: Arc<Config>) {
        if let Err(error) = self.parts.poller.reconfigure(&config) {
            error!(%error, "can't apply feeds.toml: the last configuration runs on");
            return;
        }
        let now = Timestamp::now();
        match self.parts.store.sync_sources(&config.sources, &config.dedup, now).await {
            Ok(synced) => {
                info!(
                    sources = config.sources.len(),
                    added = synced.added,
                    retired = synced.retired,
                    purged = synced.purged,
                    "feeds.toml is in force"
                );
            }
            Err(error) => {
                error!(%error, "can't store the sources of feeds.toml: the last ones run on");
                return;
            }
        }
        if config.server.listen != self.config.server.listen {
            warn!("`server.listen` changed: it takes effect at the next start");
        }
        warn_of_idle_keys(&config);
        self.parts.publisher.reconfigure(Arc::clone(&config));
        self.config = config;
        self.broken = None;
        self.plan_upkeep(now).await;
    }

    fn keep_last_good(&mut self, errors: &ConfigErrors) {
        error!("feeds.toml is broken, the last good configuration runs on:\n{errors}");
        self.broken = Some(errors.summary());
    }

    fn status(&self) -> String {
        let broken =
            self.broken.as_ref().map(|what| format!("; feeds.toml is broken: {what}")).unwrap_or_default();
        format!("serving {} from {} sources{broken}", self.parts.address, self.config.sources.len())
    }

    /// Only while the writer answers and the poll loop ticks: a hung daemon is worse than a restarted one.
    async fn feed_watchdog(&self) {
        if notify::watchdog_interval().is_none() {
            return;
        }
        match timeout(WRITER_ANSWERS_WITHIN, self.parts.store.ping()).await {
            Ok(Ok(())) if self.parts.heartbeat.is_alive() => notify::watchdog(),
            Ok(Ok(())) => error!("the poll loop does not tick: the watchdog is not fed"),
            Ok(Err(error)) => error!(%error, "the database does not answer: the watchdog is not fed"),
            Err(_) => error!("the database does not answer in time: the watchdog is not fed"),
        }
    }
}

fn warn_of_idle_keys(config: &Config) {
    for key in config.idle_keys() {
        warn!(key, "this version checks the key, but does not act on it yet");
    }
}

/// One that was missed is not made up for: the next one is near.
fn paced(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
