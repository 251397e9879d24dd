//! The running daemon: one loop that receives ticks, signals and watchdog intervals, and acts on each in turn.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tracing::{error, info, warn};

use super::maintenance_timer::MaintenanceTimer;
use super::notify;
use super::signals::{SignalRequest, Signals};
use super::watch::FileWatch;
use crate::config::{self, Config, ConfigErrors};
use crate::http::Heartbeat;
use crate::poll::Poller;
use crate::publish::Publisher;
use crate::render::BaseUrl;
use crate::store::Store;
use crate::time::Timestamp;

/// How often the daemon looks for due sources and at feeds.toml. A due source waits at most this long, and an idle tick
/// costs one indexed read.
const TICK_INTERVAL: Duration = Duration::from_secs(1);
/// How long the database writer may take to answer the watchdog. Its longest transaction is one batch of pruning, so a
/// writer that takes longer is stuck.
const WRITER_TIMEOUT: Duration = Duration::from_secs(30);
/// How often the watchdog branch wakes up if systemd wants no pings.
const IDLE_WATCHDOG_INTERVAL: Duration = Duration::from_hours(1);

/// The parts of the program that the loop uses.
pub(super) struct DaemonServices {
    pub store: Store,
    pub poller: Poller,
    pub publisher: Publisher,
    pub heartbeat: Heartbeat,
    /// Address of the river, for people.
    pub url: BaseUrl,
}

/// The daemon's loop and its state.
pub(super) struct Daemon {
    services: DaemonServices,
    config: Arc<Config>,
    watch: FileWatch,
    /// Summary of the errors in feeds.toml, if the last reload failed.
    config_error: Option<String>,
    maintenance_timer: MaintenanceTimer,
    maintenance: Option<JoinHandle<()>>,
}

impl Daemon {
    pub(super) fn new(
        services: DaemonServices,
        config: Arc<Config>,
        watch: FileWatch,
        maintenance_timer: MaintenanceTimer,
    ) -> Self {
        Self { services, config, watch, config_error: None, maintenance_timer, maintenance: None }
    }

    /// Reports to systemd and the log that the river is served, and where.
    pub(super) fn announce_ready(&self) {
        info!(url = %self.services.url, sources = self.config.sources.len(), "serving the river");
        notify::ready(&self.status_line());
        warn_about_keys_without_effect(&self.config);
    }

    /// Runs until a signal asks to stop. Both intervals use the monotonic clock, so changes of the wall clock don't
    /// stop the loop. `maintenance_due` receives a message whenever maintenance is due.
    pub(super) async fn run(mut self, mut signals: Signals, mut maintenance_due: mpsc::Receiver<()>) {
        let mut ticks = interval_without_catch_up(TICK_INTERVAL);
        let mut watchdog =
            interval_without_catch_up(notify::watchdog_interval().unwrap_or(IDLE_WATCHDOG_INTERVAL));
        self.plan_maintenance(Timestamp::now()).await;
        loop {
            tokio::select! {
                request = signals.next() => match request {
                    SignalRequest::Stop => break,
                    SignalRequest::Reload => self.reload().await,
                },
                _ = ticks.tick() => self.tick(Timestamp::now()).await,
                Some(()) = maintenance_due.recv() => self.handle_due_maintenance(Timestamp::now()).await,
                _ = watchdog.tick() => self.notify_watchdog().await,
            }
        }
        self.maintenance_timer.stop().await;
    }

    async fn tick(&mut self, now: Timestamp) {
        match self.services.poller.tick(now).await {
            Ok(_) => self.services.heartbeat.beat(),
            Err(error) => error!(%error, "can't claim due sources"),
        }
        if self.watch.has_changed() {
            self.reload().await;
        }
        if self.maintenance_timer.clock_was_set_back(now) {
            self.plan_maintenance(now).await;
        }
    }

    async fn plan_maintenance(&mut self, now: Timestamp) {
        if let Err(error) = self.maintenance_timer.plan(&self.config.maintenance.schedule, now).await {
            error!(%error, "can't plan the next maintenance");
        }
    }

    async fn handle_due_maintenance(&mut self, now: Timestamp) {
        self.maintenance_timer.forget_fired_run();
        self.start_maintenance(now);
        self.plan_maintenance(now).await;
    }

    /// Starts maintenance, unless the last run is not over: on a slow disk, several runs could pile up.
    fn start_maintenance(&mut self, now: Timestamp) {
        if self.maintenance.as_ref().is_some_and(|task| !task.is_finished()) {
            warn!("maintenance is still running: this run is skipped");
            return;
        }
        let (store, config, publisher) =
            (self.services.store.clone(), Arc::clone(&self.config), self.services.publisher.clone());
        self.maintenance = Some(tokio::spawn(async move {
            match store.upkeep(&config.retention, now).await {
                Ok(pruned) => {
                    info!(pruned, "maintenance is done");
                    if pruned > 0 {
                        publisher.mark_dirty();
                    }
                }
                Err(error) => error!(%error, "maintenance failed: it runs again at its next time"),
            }
        }));
    }

    /// Reloads feeds.toml. Everything new is built before anything is replaced, and a broken file changes nothing.
    async fn reload(&mut self) {
        notify::reloading();
        let path = self.config.path.clone();
        let result = tokio::task::spawn_blocking(move || config::load(&path)).await;
        match result {
            Ok(Ok(config)) => self.apply_config(Arc::new(config)).await,
            Ok(Err(errors)) => self.keep_last_good_config(&errors).await,
            Err(error) => error!(%error, "can't read feeds.toml: the last configuration stays in force"),
        }
        notify::ready(&self.status_line());
    }

    /// Puts `config` in force. If a step fails, the error is logged and the last configuration stays.
    async fn apply_config(&mut self, config: Arc<Config>) {
        if let Err(error) = self.services.poller.reconfigure(&config) {
            error!(%error, "can't apply feeds.toml: the last configuration stays in force");
            return;
        }
        let now = Timestamp::now();
        match self.services.store.sync_sources(&config.sources, &config.dedup, now).await {
            Ok(changes) => {
                info!(
                    sources = config.sources.len(),
                    added = changes.added,
                    retired = changes.retired,
                    purged = changes.purged,
                    "feeds.toml is in force"
                );
            }
            Err(error) => {
                error!(%error, "can't store the sources of feeds.toml: the last ones stay in force");
                return;
            }
        }
        if let Err(error) = self.services.store.sync_views(&config.views).await {
            error!(%error, "can't store the views of feeds.toml: the last ones stay in force");
            return;
        }
        if config.server.listen != self.config.server.listen {
            warn!("`server.listen` changed: it takes effect at the next start");
        }
        warn_about_keys_without_effect(&config);
        self.services.publisher.reconfigure(&config);
        self.config = config;
        self.config_error = None;
        self.note_config_errors().await;
        self.plan_maintenance(now).await;
    }

    async fn keep_last_good_config(&mut self, errors: &ConfigErrors) {
        error!("feeds.toml is broken, the last good configuration stays in force:\n{errors}");
        self.config_error = Some(errors.summary());
        self.note_config_errors().await;
    }

    /// Notes for the status page and feed whether feeds.toml is broken.
    async fn note_config_errors(&self) {
        let noted = self.services.store.note_config_errors(self.config_error.clone(), Timestamp::now()).await;
        if let Err(error) = noted {
            error!(%error, "can't note the state of feeds.toml: the status page may be wrong about it");
        }
    }

    fn status_line(&self) -> String {
        let config_error = self
            .config_error
            .as_ref()
            .map(|error| format!("; feeds.toml is broken: {error}"))
            .unwrap_or_default();
        format!("serving {} from {} sources{config_error}", self.services.url, self.config.sources.len())
    }

    /// Pings the watchdog only while the writer answers and the poll loop ticks. systemd restarts a hung daemon.
    async fn notify_watchdog(&self) {
        if notify::watchdog_interval().is_none() {
            return;
        }
        match timeout(WRITER_TIMEOUT, self.services.store.ping()).await {
            Ok(Ok(())) if self.services.heartbeat.is_alive() => notify::watchdog(),
            Ok(Ok(())) => error!("the poll loop does not tick: the watchdog gets no ping"),
            Ok(Err(error)) => error!(%error, "the database does not answer: the watchdog gets no ping"),
            Err(_) => error!("the database does not answer in time: the watchdog gets no ping"),
        }
    }
}

fn warn_about_keys_without_effect(config: &Config) {
    for key in config.keys_without_effect() {
        warn!(key, "this version checks the key but does not use it yet");
    }
}

/// Makes an interval that does not make up for missed ticks, because the next tick comes soon anyway.
fn interval_without_catch_up(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
