//! The running daemon: one loop that acts on ticks, requests to reload, requests of verbs, and due maintenance, each in turn.
//! Signals and pings of the watchdog do not wait for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tracing::{debug, error, info, warn};

use super::background_check::BackgroundCheck;
use super::control::LoopRequest;
use super::control::protocol::ControlAnswer;
use super::database_file::{self, DatabaseFiles};
use super::last_good::LastGoodConfig;
use super::maintenance;
use super::maintenance_timer::MaintenanceTimer;
use super::notices::{Notice, Notices};
use super::notify;
use super::serving::Serving;
use super::signals::{SignalRequest, Signals};
use super::watch::BackgroundWatch;
use super::watchdog::{self, Watchdog};
use crate::config::{self, Config, ConfigErrors};
use crate::http::Heartbeat;
use crate::policy::agreed_clock::AgreedClock;
use crate::poll::Poller;
use crate::publish::Publisher;
use crate::publish::status::StatusPublisher;
use crate::store::{DatabaseFailure, Store, StoreError};
use crate::time::Timestamp;

/// How often the daemon looks for due sources, at feeds.toml and at the files of its database. An idle tick costs a few indexed
/// reads, and a look at the metadata of these files.
const TICK_INTERVAL: Duration = Duration::from_secs(1);

/// How long feeds.toml and the files that it names may take to be read. A network share may hang for ever.
const LOAD_WITHIN: Duration = Duration::from_secs(10);

/// The parts of the program that the loop uses.
pub(super) struct DaemonServices {
    pub store: Store,
    pub poller: Poller,
    pub publisher: Publisher,
    pub heartbeat: Heartbeat,
    /// Looks at the files that the store opened.
    pub database: BackgroundCheck<DatabaseFiles, Option<String>>,
    /// What is wrong with the daemon now.
    pub notices: Notices,
    /// What the pages of the status and the metrics show.
    pub status: StatusPublisher,
}

/// The channels on which the loop receives requests of other tasks.
pub(super) struct Inbox {
    /// Messages that maintenance is due.
    pub maintenance_due: mpsc::Receiver<()>,
    /// Requests of verbs that only the loop can carry out.
    pub control: mpsc::Receiver<LoopRequest>,
}

/// feeds.toml and the copy of its last good version.
pub(super) struct ConfigFile {
    pub watch: BackgroundWatch,
    pub last_good: LastGoodConfig,
}

/// The daemon's loop and its state.
pub(super) struct Daemon {
    services: DaemonServices,
    config: Arc<Config>,
    file: ConfigFile,
    /// The line that was last reported to systemd.
    reported: String,
    /// Whether a good feeds.toml was read that could not be stored, because the database could not be written.
    is_reload_due: bool,
    /// The clock by which maintenance decides what to delete for ever. It follows a wall clock that jumps ahead a day later.
    agreed_clock: AgreedClock,
    /// The moment from which `agreed_clock` counts.
    started_at: Instant,
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
        Self {
            services,
            config,
            file,
            reported: String::new(),
            is_reload_due: false,
            agreed_clock: AgreedClock::start(Timestamp::now(), Duration::ZERO),
            started_at: Instant::now(),
            maintenance_timer,
            serving,
            maintenance: None,
        }
    }

    /// Reports to systemd and the log that the river is served, and where.
    pub(super) fn announce_ready(&mut self) {
        info!(url = %self.serving.shown_address(), sources = self.config.sources.len(), "serving the river");
        self.report_ready();
        self.try_backup_folder();
    }

    /// Runs until a signal asks to stop or the daemon can't go on: a part of it ended by itself, or a file of its database was
    /// lost. Ticks use the monotonic clock, so changes of the wall clock don't stop the loop. Returns the listeners, which are
    /// still serving. The error says why the daemon can't go on.
    ///
    /// Signals and the watchdog never wait for the work, which may wait for the database.
    pub(super) async fn run(mut self, mut signals: Signals, inbox: Inbox) -> Result<Serving, String> {
        let (reload_sender, reload_requests) = mpsc::channel(1);
        let watchdog =
            Watchdog { store: self.services.store.clone(), heartbeat: self.services.heartbeat.clone() };
        let stop = async {
            while signals.next().await == SignalRequest::Reload {
                // If another request to reload already waits, that reload reads the newest file, so this one is not needed.
                reload_sender.try_send(()).unwrap_or_default();
            }
        };
        let fault = tokio::select! {
            () = stop => None,
            () = watchdog.run() => None,
            fault = self.work(reload_requests, inbox) => Some(fault),
        };
        self.maintenance_timer.stop().await;
        fault.map_or(Ok(self.serving), Err)
    }

    /// Acts on ticks, requests to reload, requests of verbs, and due maintenance, each in turn. Returns why the daemon can't go
    /// on: which part of it ended by itself, or which file of its database was lost.
    async fn work(&mut self, mut reload_requests: mpsc::Receiver<()>, mut inbox: Inbox) -> String {
        let mut ticks = watchdog::interval_without_catch_up(TICK_INTERVAL);
        self.plan_maintenance(Timestamp::now()).await;
        loop {
            tokio::select! {
                Some(()) = reload_requests.recv() => {
                    self.reload().await;
                }
                _ = ticks.tick() => {
                    if let Err(fault) = self.tick(Timestamp::now()).await {
                        return fault;
                    }
                }
                Some(()) = inbox.maintenance_due.recv() => self.handle_due_maintenance(Timestamp::now()).await,
                Some(request) = inbox.control.recv() => self.answer_control(request).await,
            }
        }
    }

    async fn tick(&mut self, now: Timestamp) -> Result<(), String> {
        now.clock_problem().map_or(Ok(()), |problem| Err(problem.to_owned()))?;
        self.agreed_clock.observe(now, self.started_at.elapsed());
        match self.services.poller.tick(now).await {
            Ok(_) => self.services.heartbeat.beat(),
            Err(StoreError::Closed) => return Err("the database writer ended".to_owned()),
            // The store logs this failure itself, and only once.
            Err(_) if self.services.store.health().has_failed() => self.services.heartbeat.beat(),
            Err(error) => error!(%error, hint = error.hint(), "can't claim due sources"),
        }
        self.report_problems(now);
        if let Some(Some(loss)) = self.services.database.run(DatabaseFiles::loss).await {
            return Err(loss);
        }
        if self.services.store.health().is_cut_off {
            return Err(database_file::CUT_OFF.to_owned());
        }
        if self.serving.has_ended() {
            return Err("a listener ended".to_owned());
        }
        let is_due = self.is_reload_due && self.services.store.health().failure.is_none();
        if self.file.watch.take_stable_change().await || is_due {
            self.reload().await;
        }
        if self.maintenance_timer.clock_was_set_back(now) {
            self.plan_maintenance(now).await;
        }
        Ok(())
    }

    /// Reports to systemd if a problem, such as a database that can't be written, began or ended since the last report.
    fn report_problems(&mut self, now: Timestamp) {
        let health = self.services.store.health();
        let message = |failure: DatabaseFailure| failure.message;
        self.services.notices.note(Notice::Database, health.failure.map(message), now);
        self.services.notices.note(Notice::Documents, health.refusal.map(message), now);
        self.services.status.note_backup(self.services.notices.problem(Notice::Backup));
        let status_line = self.status_line();
        if status_line != self.reported {
            notify::status(&status_line);
            self.reported = status_line;
        }
    }

    /// Carries out what a verb asks for through the control socket.
    async fn answer_control(&mut self, request: LoopRequest) {
        match request {
            LoopRequest::ReloadIfChanged(done) => {
                if self.file.watch.take_any_change().await {
                    self.reload().await;
                }
                if done.send(()).is_err() {
                    debug!("the verb left before feeds.toml was read");
                }
            }
            LoopRequest::Reload(answer) => {
                self.file.watch.take_any_change().await;
                let purged = self.reload().await;
                // Sending fails if the verb is gone.
                drop(answer.send(match (self.services.notices.cause(Notice::Config), purged) {
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

    /// Starts maintenance, unless the last run still goes on. Otherwise several runs could pile up on a slow disk.
    fn start_maintenance(&mut self, now: Timestamp) {
        if self.maintenance.as_ref().is_some_and(|task| !task.is_finished()) {
            warn!("maintenance is still running: this run is skipped");
            return;
        }
        let (store, config, publisher, notices) = (
            self.services.store.clone(),
            Arc::clone(&self.config),
            self.services.publisher.clone(),
            self.services.notices.clone(),
        );
        let trusted_now = self.agreed_clock.time(now, self.started_at.elapsed());
        self.maintenance = Some(tokio::spawn(async move {
            match maintenance::run(&store, &config, trusted_now).await {
                Ok(pruned) => {
                    info!(pruned, "maintenance is done");
                    if pruned > 0 {
                        publisher.mark_dirty();
                    }
                }
                Err(error) => {
                    error!(%error, hint = error.hint(), "maintenance failed: it runs again at its next time");
                }
            }
            maintenance::back_up(&store, &config, now, &notices).await;
        }));
    }

    /// Reloads feeds.toml. The file is read and checked before anything is replaced, so a broken file changes nothing.
    /// Returns how many articles were deleted with purged sources, or `None` if the file is not in force.
    async fn reload(&mut self) -> Option<u64> {
        notify::reloading();
        self.is_reload_due = false;
        let path = self.config.path.clone();
        let (current, last_good) = (Arc::clone(&self.config), self.file.last_good.clone());
        let load = move || {
            let checked = config::load_with_text(&path).and_then(|loaded| {
                let kept = last_good.text();
                config::check_replacement(&current, &loaded.config, &loaded.text, kept.as_deref())?;
                Ok(loaded)
            });
            checked.map_err(|errors| last_good.name_copy_in(errors))
        };
        let Ok(loaded) = timeout(LOAD_WITHIN, tokio::task::spawn_blocking(load)).await else {
            error!("feeds.toml can't be read in time: the last configuration stays in force");
            self.report_ready();
            return None;
        };
        let purged = match loaded {
            Ok(Ok(loaded)) => {
                let purged = self.apply_config(Arc::new(loaded.config)).await;
                if purged.is_some() {
                    self.keep_copy(loaded.text).await;
                } else {
                    self.is_reload_due = self.services.store.health().failure.is_some();
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
        self.report_ready();
        purged
    }

    /// Puts `config` in force, and returns how many articles were deleted with purged sources. If a step fails, the error is
    /// logged, and what is not replaced yet stays as it is. An exception is a new address that can't be listened on: the
    /// error is logged, and everything else is still replaced.
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
                    self.services.notices.describe_reload(&what, changes.purged)
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
        if self.serving.is_inherited() && self.config.server.listen != config.server.listen {
            warn!(
                "`server.listen` changed without an effect, because systemd passed the sockets; hint: `ListenStream=` of `riverd.socket` says where riverd listens"
            );
        }
        let listening = self.serving.listen_on(&config.server.listen).await;
        if let Err(error) = &listening {
            error!("`server.listen` changed, and the previous addresses stay in use: {error}");
        }
        self.services.notices.note(Notice::Listen, listening.err().map(|error| error.to_string()), now);
        self.services.publisher.reconfigure(&config);
        self.config = config;
        self.note_config_errors(None).await;
        self.plan_maintenance(now).await;
        self.try_backup_folder();
        Some(purged)
    }

    /// Keeps a copy of a feeds.toml that is in force.
    pub(super) async fn keep_copy(&self, text: String) {
        self.file.last_good.keep_or_warn(&self.config.path, text).await;
    }

    /// Reports the errors of a broken feeds.toml. The last good configuration stays in force.
    pub(super) async fn keep_last_good_config(&mut self, errors: &ConfigErrors) {
        error!("feeds.toml is broken, the last good configuration stays in force:\n{errors}");
        self.note_config_errors(Some(errors.summary())).await;
    }

    /// Notes for the status page, the status feed and systemd whether feeds.toml is broken.
    async fn note_config_errors(&self, errors: Option<String>) {
        self.services.notices.note(Notice::Config, errors.clone(), Timestamp::now());
        if let Err(error) = self.services.store.note_config_errors(errors, Timestamp::now()).await {
            error!(%error, "can't note the state of feeds.toml: the status page may be wrong about it");
        }
    }

    /// Finds out whether the folder of the scheduled backups can be written, long before the first one is due.
    pub(super) fn try_backup_folder(&self) {
        let (store, notices) = (self.services.store.clone(), self.services.notices.clone());
        let folder = self.config.maintenance.backup_dir.clone();
        // A network share may hang, so nothing waits for it. The loop reports the result with its next tick.
        tokio::spawn(async move { maintenance::try_backup_folder(&store, folder, &notices).await });
    }

    /// Reports to systemd that the river is served, with the status line.
    fn report_ready(&mut self) {
        self.reported = self.status_line();
        notify::ready(&self.reported);
    }

    fn status_line(&self) -> String {
        self.services.notices.status_line(&self.serving.shown_address(), self.config.sources.len())
    }
}
