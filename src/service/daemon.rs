//! The running daemon: one loop that receives ticks, signals and watchdog intervals, and acts on each in turn.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tracing::{debug, error, info, warn};

use super::control::LoopRequest;
use super::control::protocol::ControlAnswer;
use super::last_good::LastGoodConfig;
use super::maintenance_timer::MaintenanceTimer;
use super::notify;
use super::serving::Serving;
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

/// What the loop receives from other tasks.
pub(super) struct Inbox {
    /// Gets a message whenever maintenance is due.
    pub maintenance_due: mpsc::Receiver<()>,
    /// Gets the requests of verbs that only the loop can carry out.
    pub control: mpsc::Receiver<LoopRequest>,
}

/// feeds.toml and the copy of its last good version.
pub(super) struct ConfigFile {
    pub watch: FileWatch,
    pub last_good: LastGoodConfig,
}

/// The daemon's loop and its state.
pub(super) struct Daemon {
    services: DaemonServices,
    config: Arc<Config>,
    file: ConfigFile,
    /// Summary of the errors in feeds.toml, if the last reload failed.
    config_error: Option<String>,
    maintenance_timer: MaintenanceTimer,
    serving: Serving,
    maintenance: Option<JoinHandle<()>>,
}

impl Daemon {
    pub(super) fn new(
        services: DaemonServices,
        config: Arc<Config>,
        file: ConfigFile,
        maintenance_timer: MaintenanceTimer,
        serving: Serving,
    ) -> Self {
        Self { services, config, file, config_error: None, maintenance_timer, serving, maintenance: None }
    }

    /// Reports to systemd and the log that the river is served, and where.
    pub(super) fn announce_ready(&self) {
        info!(url = %self.services.url, sources = self.config.sources.len(), "serving the river");
        notify::ready(&self.status_line());
        warn_about_keys_without_effect(&self.config);
    }

    /// Runs until a signal asks to stop. Both intervals use the monotonic clock, so changes of the wall clock don't
    /// stop the loop. Returns the listeners, which serve until the end.
    pub(super) async fn run(mut self, mut signals: Signals, mut inbox: Inbox) -> Serving {
        let mut ticks = interval_without_catch_up(TICK_INTERVAL);
        let mut watchdog =
            interval_without_catch_up(notify::watchdog_interval().unwrap_or(IDLE_WATCHDOG_INTERVAL));
        self.plan_maintenance(Timestamp::now()).await;
        loop {
            tokio::select! {
                request = signals.next() => match request {
                    SignalRequest::Stop => break,
                    SignalRequest::Reload => {
                        self.reload().await;
                    }
                },
                _ = ticks.tick() => self.tick(Timestamp::now()).await,
                Some(()) = inbox.maintenance_due.recv() => self.handle_due_maintenance(Timestamp::now()).await,
                Some(request) = inbox.control.recv() => self.answer_control(request).await,
                _ = watchdog.tick() => self.notify_watchdog().await,
            }
        }
        self.maintenance_timer.stop().await;
        self.serving
    }

    async fn tick(&mut self, now: Timestamp) {
        match self.services.poller.tick(now).await {
            Ok(_) => self.services.heartbeat.beat(),
            Err(error) => error!(%error, "can't claim due sources"),
        }
        if self.file.watch.has_changed() {
            self.reload().await;
        }
        if self.maintenance_timer.clock_was_set_back(now) {
            self.plan_maintenance(now).await;
        }
    }

    /// Carries out what a verb asks for through the control socket.
    async fn answer_control(&mut self, request: LoopRequest) {
        match request {
            LoopRequest::ReloadIfChanged(done) => {
                if self.file.watch.has_changed_at_all() {
                    self.reload().await;
                }
                if done.send(()).is_err() {
                    debug!("the verb left before feeds.toml was read");
                }
            }
            LoopRequest::Reload(answer) => {
                self.file.watch.has_changed_at_all();
                let purged = self.reload().await;
                // Sending fails if the verb is gone.
                drop(answer.send(match (&self.config_error, purged) {
                    (Some(error), _) => ControlAnswer::error(&format!("feeds.toml is broken: {error}")),
                    (None, Some(purged)) => ControlAnswer::Done { purged },
                    (None, None) => {
                        ControlAnswer::error(&"feeds.toml can't be put in force; the log says why")
                    }
                }));
            }
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
            back_up(&store, &config, now).await;
        }));
    }

    /// Reloads feeds.toml. Everything new is built before anything is replaced, and a broken file changes nothing. Returns how many
    /// articles were deleted with purged sources, or `None` if the file is not in force.
    async fn reload(&mut self) -> Option<u64> {
        notify::reloading();
        let path = self.config.path.clone();
        let current = Arc::clone(&self.config);
        let load = move || {
            let loaded = config::load_with_text(&path)?;
            config::check_replacement(&current, &loaded.config, &loaded.text)?;
            Ok(loaded)
        };
        let purged = match tokio::task::spawn_blocking(load).await {
            Ok(Ok(loaded)) => {
                let purged = self.apply_config(Arc::new(loaded.config)).await;
                if purged.is_some() {
                    self.keep_copy(loaded.text).await;
                }
                purged
            }
            Ok(Err(errors)) => {
                self.keep_last_good_config(&errors).await;
                None
            }
            Err(error) => {
                error!(%error, "can't read feeds.toml: the last configuration stays in force");
                None
            }
        };
        notify::ready(&self.status_line());
        purged
    }

    /// Puts `config` in force, and returns how many articles were deleted with purged sources. If a step fails, the error is logged
    /// and the last configuration stays.
    async fn apply_config(&mut self, config: Arc<Config>) -> Option<u64> {
        if let Err(error) = self.services.poller.reconfigure(&config) {
            error!(%error, "can't apply feeds.toml: the last configuration stays in force");
            return None;
        }
        let now = Timestamp::now();
        let purged = match self.services.store.sync_sources(&config.sources, &config.dedup, now).await {
            Ok(changes) => {
                let what = config::describe_changes(&self.config, &config);
                info!(
                    sources = config.sources.len(),
                    added = changes.added,
                    retired = changes.retired,
                    purged = changes.purged,
                    "reloaded feeds.toml: {}",
                    if what.is_empty() { "nothing that matters changed" } else { what.as_str() }
                );
                changes.purged
            }
            Err(error) => {
                error!(%error, "can't store the sources of feeds.toml: the last ones stay in force");
                return None;
            }
        };
        if let Err(error) = self.services.store.sync_views(&config.views).await {
            error!(%error, "can't store the views of feeds.toml: the last ones stay in force");
            return None;
        }
        if let Err(error) = self.serving.listen_on(&config.server.listen) {
            error!("`server.listen` changed, and the addresses before stay in use: {error}");
        }
        warn_about_keys_without_effect(&config);
        self.services.publisher.reconfigure(&config);
        self.config = config;
        self.config_error = None;
        self.note_config_errors().await;
        self.plan_maintenance(now).await;
        Some(purged)
    }

    /// Keeps a copy of the file that was read at the start.
    pub(super) async fn note_good_config(&self) {
        let path = self.config.path.clone();
        // If the file has just become unreadable, the next check reports it.
        if let Ok(Ok(loaded)) = tokio::task::spawn_blocking(move || config::load_with_text(&path)).await {
            self.keep_copy(loaded.text).await;
        }
    }

    /// Keeps a copy of a feeds.toml that is in force.
    async fn keep_copy(&self, text: String) {
        let last_good = self.file.last_good.clone();
        match tokio::task::spawn_blocking(move || last_good.keep(&text)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                warn!(%error, "can't keep a copy of feeds.toml: a start with a broken file will fail");
            }
            Err(error) => warn!(%error, "can't keep a copy of feeds.toml"),
        }
    }

    pub(super) async fn keep_last_good_config(&mut self, errors: &ConfigErrors) {
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

/// Makes the scheduled backup, if feeds.toml names a directory for it.
async fn back_up(store: &Store, config: &Config, now: Timestamp) {
    let Some(folder) = &config.maintenance.backup_dir else { return };
    match store.back_up_into(folder, config.maintenance.backup_keep, now).await {
        Ok(made) => {
            info!(path = %made.path.display(), bytes = made.bytes, articles = made.articles, "backed up the database");
        }
        Err(error) => error!(%error, "the backup failed: it is tried again at the next maintenance"),
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
