//! Starts the parts of the daemon, connects them, and stops them.
//!
//! Steps of the start: configuration → sockets → store and migrations → sources → first snapshot → serve → READY → polls. If a
//! step fails, the daemon exits before it reports READY to systemd. There is one exception: if systemd started it by its socket
//! and it has no good configuration or no usable database, it reports READY and waits for one (`waiting`).
//!
//! Steps of the stop: no new polls and no new connections → running polls end, and meanwhile subscribers get their answers →
//! the store finishes its writes and closes.
//!
//! | file | what it does |
//! | --- | --- |
//! | `daemon` | runs the loop: ticks, reloads, requests of verbs, maintenance |
//! | `listen`, `serving` | open or inherit the sockets; keep the listeners of the web server |
//! | `watch`, `last_good`, `waiting` | notice changes of feeds.toml; keep its last good version; wait for a first good one, or for a usable database |
//! | `maintenance`, `maintenance_timer` | run maintenance; say when it is due |
//! | `search_filler` | keeps the full-text index complete |
//! | `control` | serves verbs (the other commands of riverd) through the control socket |
//! | `database_file` | notices that the database, its log or the index of the log was deleted or replaced |
//! | `background_check` | looks at files on another thread, because this may hang |
//! | `notices` | keeps a list of what is wrong with the daemon, for systemd and for `riverd status` |
//! | `signals`, `notify`, `watchdog`, `logging` | receive signals; report to systemd; ping its watchdog; set up the log |
//! | `stop_deadline` | ends a process whose stop hangs |

mod background_check;
pub mod control;
mod daemon;
mod database_file;
mod journal;
pub mod last_good;
pub mod listen;
mod log_queue;
pub mod logging;
mod maintenance;
mod maintenance_timer;
pub mod notices;
mod notify;
mod search_filler;
mod serving;
mod signals;
mod stop_deadline;
mod waiting;
mod watch;
mod watchdog;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::config::{self, ConfigErrors};
use crate::http::{Heartbeat, HttpServer, HttpState};
use crate::model::{PollCounters, PollObservation};
use crate::poll::{PollOutcome, PollReport, Poller};
use crate::publish::{self, PublishError, Publisher, StatusPublisher};
use crate::render::{BaseUrl, Scheme};
use crate::store::{self, Store, StoreError};
use crate::time::Timestamp;
use background_check::BackgroundCheck;
use control::{ControlServices, ControlSocket};
use daemon::{ConfigFile, Daemon, DaemonServices, Inbox};
use database_file::DatabaseFiles;
use last_good::{LastGoodConfig, UsableConfig};
use listen::BoundSocket;
use maintenance_timer::MaintenanceTimer;
use serving::Serving;
use signals::Signals;
use stop_deadline::StopDeadline;
use waiting::{WaitingWith, wait_until_usable};
use watch::{BackgroundWatch, FileWatch};

/// How long running polls may take to end when the daemon stops. Polls that take longer are abandoned, and their sources are
/// due again when the claims expire.
const POLL_DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// How long the database may take to close after a part of riverd crashed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many requests of verbs can be queued for the daemon's loop. Further requests wait in their connections.
const LOOP_REQUESTS: usize = 16;

/// Runs the daemon for the configuration at `config_path` with its database at `database` until SIGTERM or SIGINT, or until a
/// part of it crashes, which is an error. `polls` is the runtime of the polls, another one than that of the caller.
pub async fn run(config_path: &Path, database: &Path, polls: &Handle) -> anyhow::Result<()> {
    let mut signals = Signals::catch().context("can't catch signals")?;
    let watch = FileWatch::new(config_path.to_owned());
    let last_good = LastGoodConfig::in_state_dir(state_dir_of(database));
    let inherited = listen::inherited_sockets()?;
    let Some(usable) = usable_config(&last_good, config_path, &inherited, &mut signals).await? else {
        return Ok(());
    };
    let config = Arc::new(usable.config);
    let sockets = listen::use_or_bind(inherited, &config.server.listen)?;
    let opened = usable_store(database, &config, &sockets, &mut signals).await?;
    let Some((store, publisher)) = opened else { return Ok(()) };
    let counters = Arc::new(Mutex::new(PollCounters::starting(Timestamp::now())));
    let status = StatusPublisher::new(publisher.clone(), store.clone(), Arc::clone(&counters));
    let poller = poller((&store, polls), &config, &publisher, counters)?;
    let heartbeat = Heartbeat::start();
    let files = DatabaseFiles::of(database).context("can't look at the database")?;
    let notices = maintenance::resume_notices(&store).await;
    let services = DaemonServices {
        store: store.clone(),
        poller: poller.clone(),
        publisher,
        heartbeat,
        database: BackgroundCheck::new("the database", files),
        notices,
        status: status.clone(),
    };
    let serving = serve(&services, status, sockets)?;
    let (loop_requests, control) = mpsc::channel(LOOP_REQUESTS);
    let mut background = BackgroundTasks::start(database, &services, loop_requests);
    let (maintenance_timer, maintenance_due) =
        MaintenanceTimer::start().await.context("can't start the maintenance timer")?;
    let file = ConfigFile { watch: BackgroundWatch::new(watch), last_good };
    let mut daemon = Daemon::new(services, config, file, maintenance_timer, serving);
    match usable.file {
        Err(errors) => daemon.keep_last_good_config(&errors).await,
        Ok(text) => daemon.keep_copy(text).await,
    }
    daemon.announce_ready();
    let ended = tokio::select! {
        ended = daemon.run(signals, Inbox { maintenance_due, control }) => ended,
        ended = &mut background.publishing => Err(format!("publishing ended: {}", reason(ended))),
    };
    let _deadline = StopDeadline::start();
    let serving = match ended {
        Ok(serving) => serving,
        Err(fault) => return give_up(&store, &fault).await,
    };
    notify::stopping();
    info!("stopping: finishing what is in flight");
    let polls = async {
        poller.drain(POLL_DRAIN_TIMEOUT).await;
        background.stop().await;
    };
    // One after the other, slow polls and slow clients would take longer than a stop may.
    tokio::join!(polls, serving.stop());
    store.close().await.context("can't close the database")?;
    info!("stopped");
    Ok(())
}

/// Returns the configuration to start with. If there is none and sockets were inherited, waits until there is one. If there is
/// none and no sockets were inherited, fails. Returns `None` if a signal asks to stop while it waits.
async fn usable_config(
    last_good: &LastGoodConfig,
    path: &Path,
    inherited: &[listen::Socket],
    signals: &mut Signals,
) -> anyhow::Result<Option<UsableConfig>> {
    match last_good.load_or_last_good(path) {
        Err(errors) if !inherited.is_empty() => {
            let announce = |errors: &ConfigErrors| {
                error!("feeds.toml is broken, and riverd waits until it is repaired:\n{errors}");
                notify::ready(&format!("waiting, because feeds.toml is broken: {}", errors.summary()));
            };
            // There is no last good configuration, so only the file itself can be usable.
            let retry = async || LastGoodConfig::load_file(path);
            let with = WaitingWith { sockets: inherited.iter().collect(), files: vec![path.to_owned()] };
            let repaired = wait_until_usable(with, signals, errors, announce, retry).await;
            repaired.context("can't use a socket")
        }
        loaded => Ok(Some(loaded?)),
    }
}

/// Opens the store and builds the first snapshot. If the database can't be used until a person repairs it, and the sockets were
/// inherited, waits until it can be used. Returns `None` if a signal asks to stop while it waits.
async fn usable_store(
    database: &Path,
    config: &Arc<config::Config>,
    sockets: &[BoundSocket],
    signals: &mut Signals,
) -> anyhow::Result<Option<(Store, Publisher)>> {
    let url = url_of(sockets)?;
    let open = async || open_and_publish(database, config, url.clone()).await;
    let error = match open().await {
        Ok(opened) => return Ok(Some(opened)),
        Err(error) => error,
    };
    let is_inherited = sockets.iter().all(|bound| bound.address.is_none());
    if !is_inherited || !error.downcast_ref().is_some_and(StoreError::is_permanent) {
        return Err(error);
    }
    let announce = |error: &anyhow::Error| {
        let hint = error.downcast_ref().and_then(StoreError::hint);
        let hint = hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        error!("riverd waits, because it can't use its database: {error}{hint}");
        notify::ready(&format!("waiting, because the database can't be used: {error}"));
    };
    let files = vec![database.to_owned(), store::log_of(database)];
    let with = WaitingWith { sockets: sockets.iter().map(|bound| &bound.socket).collect(), files };
    let opened = wait_until_usable(with, signals, error, announce, open).await;
    opened.context("can't use a socket")
}

/// Opens the store, makes its sources and views those of feeds.toml, and builds the first snapshot. If this fails, the database
/// is closed again.
async fn open_and_publish(
    database: &Path,
    config: &Arc<config::Config>,
    url: BaseUrl,
) -> anyhow::Result<(Store, Publisher)> {
    let store = Store::open(database, &config.dedup)?;
    let prepared = async {
        follow_config(&store, config).await?;
        Publisher::start(store.clone(), Arc::clone(config), url).await.map_err(|error| match error {
            PublishError::Store(error) => error.into(),
            other => anyhow::Error::from(other),
        })
    };
    match prepared.await {
        Ok(publisher) => Ok((store, publisher)),
        Err(error) => {
            // The first error says what is wrong with the database.
            drop(store.close().await);
            Err(error)
        }
    }
}

/// Makes the sources and views of the store those of feeds.toml.
async fn follow_config(store: &Store, config: &config::Config) -> anyhow::Result<()> {
    let changes = store.sync_sources(&config.sources, &config.dedup, Timestamp::now()).await?;
    store.sync_views(&config.views).await?;
    info!(
        sources = config.sources.len(),
        added = changes.added,
        retired = changes.retired,
        "opened the store"
    );
    if config.contact().is_none() {
        info!(
            "requests name no contact for publishers; hint: set `contact` in `[polling]` or `base_url` in `[river]`"
        );
    }
    store.note_config_errors(None, Timestamp::now()).await?;
    Ok(())
}

/// Starts the web server.
fn serve(
    services: &DaemonServices,
    status: StatusPublisher,
    sockets: Vec<BoundSocket>,
) -> anyhow::Result<Serving> {
    let site = HttpState {
        publisher: services.publisher.clone(),
        status,
        store: services.store.clone(),
        heartbeat: services.heartbeat.clone(),
    };
    Serving::start(HttpServer::new(site), sockets).context("can't use a socket")
}

/// The tasks that run beside the daemon's loop, apart from the web server.
struct BackgroundTasks {
    stop: CancellationToken,
    publishing: JoinHandle<()>,
    filling: JoinHandle<()>,
    controlling: JoinHandle<()>,
}

impl BackgroundTasks {
    /// Starts to rebuild the river after changes, to fill the search index, and to serve verbs.
    fn start(
        database: &Path,
        services: &DaemonServices,
        loop_requests: mpsc::Sender<control::LoopRequest>,
    ) -> Self {
        let stop = CancellationToken::new();
        let (publisher, stop_publishing) = (services.publisher.clone(), stop.clone());
        let publishing = tokio::spawn(async move { publisher.run(stop_publishing).await });
        let (store, publisher) = (services.store.clone(), services.publisher.clone());
        let filling = tokio::spawn(search_filler::fill_until(store, publisher, stop.clone()));
        let controlling = start_control(database, services, loop_requests, stop.clone());
        Self { stop, publishing, filling, controlling }
    }

    /// Stops the tasks, and waits until they have ended.
    async fn stop(self) {
        self.stop.cancel();
        wait_for_end("publishing", self.publishing).await;
        wait_for_end("the control socket", self.controlling).await;
        wait_for_end("filling the search index", self.filling).await;
    }
}

/// Closes the database and returns the error, because a part that the daemon can't go on without has crashed. The service
/// manager starts a new process.
async fn give_up(store: &Store, fault: &str) -> anyhow::Result<()> {
    notify::stopping();
    // Closing may hang or fail, too. The database is consistent either way.
    drop(tokio::time::timeout(CLOSE_TIMEOUT, store.close()).await);
    anyhow::bail!("riverd can't go on: {fault}")
}

/// Returns why a task ended that should run until the stop.
fn reason(ended: Result<(), tokio::task::JoinError>) -> String {
    match ended {
        Ok(()) => "its task returned before the stop".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Returns the address of the river. If there are only unix sockets, which have no such address, returns the address of this
/// host. In links, the address in the `Host` header of a request takes precedence.
fn url_of(sockets: &[BoundSocket]) -> anyhow::Result<BaseUrl> {
    let url = sockets.iter().find_map(|bound| bound.socket.url());
    let url = url.or_else(|| BaseUrl::from_request(Scheme::Http, "localhost", ""));
    url.context("no address to serve the river at")
}

fn state_dir_of(database: &Path) -> &Path {
    database.parent().unwrap_or(Path::new("."))
}

/// Starts to serve the control socket, which is beside the database, until `stop` is cancelled. Without the socket, the daemon
/// still works, but verbs that write fail because the daemon has the database open.
fn start_control(
    database: &Path,
    services: &DaemonServices,
    loop_requests: mpsc::Sender<control::LoopRequest>,
    stop: CancellationToken,
) -> JoinHandle<()> {
    let bound = ControlSocket::bind(state_dir_of(database));
    let services = ControlServices {
        store: services.store.clone(),
        poller: services.poller.clone(),
        publisher: services.publisher.clone(),
        notices: services.notices.clone(),
        loop_requests,
    };
    tokio::spawn(async move {
        match bound {
            Ok(socket) => socket.serve(services, stop).await,
            Err(error) => warn!(%error, "can't open the control socket: `riverd poll` can't ask this daemon"),
        }
    })
}

/// Makes a poller that counts its polls, and that notifies the publisher of new bodies and of articles read from pages.
fn poller(
    (store, runtime): (&Store, &Handle),
    config: &config::Config,
    publisher: &Publisher,
    counters: Arc<Mutex<PollCounters>>,
) -> anyhow::Result<Poller> {
    let publisher = publisher.clone();
    let after_page = publisher.clone();
    let poller = Poller::new(store.clone(), config, Some(runtime.clone()), move |report: &PollReport| {
        let PollReport { outcome, duration, receipt, .. } = report;
        let poll = PollObservation { outcome: *outcome, receipt: receipt.clone(), duration: *duration };
        publish::status::count_poll(&counters, &poll, Timestamp::now());
        // A new body may have a new feed title even if no article changed. If the rebuilt river is the same, it keeps its ETag.
        if report.outcome == PollOutcome::NewBody {
            publisher.mark_dirty();
        }
    })?;
    poller.on_page(move || after_page.mark_dirty());
    Ok(poller)
}

async fn wait_for_end(what: &str, task: JoinHandle<()>) {
    if let Err(error) = task.await {
        warn!(%error, "{what} did not end cleanly");
    }
}
