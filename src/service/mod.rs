//! Starts, wires and stops the daemon.
//!
//! Steps of the start: configuration → sockets → store and migrations → sources → first snapshot → serve → READY →
//! polls. If a step fails, the daemon exits before it reports READY to systemd.
//!
//! Steps of the stop: no new polls → running polls end → subscribers get their answers → the store finishes its writes
//! and closes.

mod daemon;
pub mod listen;
pub mod logging;
mod maintenance_timer;
mod notify;
mod search_filler;
mod signals;
mod watch;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::config;
use crate::http::{self, Heartbeat, HttpState};
use crate::model::{PollCounters, PollObservation};
use crate::poll::{PollOutcome, PollReport, Poller};
use crate::publish::{self, Publisher, StatusPublisher};
use crate::render::{BaseUrl, Scheme};
use crate::store::Store;
use crate::time::Timestamp;
use daemon::{Daemon, DaemonServices};
use maintenance_timer::MaintenanceTimer;
use signals::Signals;
use watch::FileWatch;

/// How long running polls may take to end when the daemon stops. Polls that take longer are abandoned, and their sources are
/// due again when the claims expire.
const POLL_DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Runs the daemon for the configuration at `config_path` with its database at `database` until SIGTERM or SIGINT.
pub async fn run(config_path: &Path, database: &Path) -> anyhow::Result<()> {
    let signals = Signals::catch().context("can't catch signals")?;
    let watch = FileWatch::new(config_path.to_owned());
    let config = Arc::new(config::load(config_path)?);
    let sockets = listen::open_sockets(&config.server.listen)?;
    let local_url = sockets.iter().find_map(listen::Socket::address).or_else(fallback_address);
    let local_url = local_url.context("no address to serve the river at")?;

    let store = Store::open(database, &config.dedup)?;
    let changes = store.sync_sources(&config.sources, &config.dedup, Timestamp::now()).await?;
    store.sync_views(&config.views).await?;
    info!(
        sources = config.sources.len(),
        added = changes.added,
        retired = changes.retired,
        "opened the store"
    );
    if config.contact().is_none() {
        info!("requests name no contact for publishers; hint: set `contact` in `[polling]`");
    }
    store.note_config_errors(None, Timestamp::now()).await?;
    let publisher = Publisher::start(store.clone(), Arc::clone(&config), local_url.clone()).await?;
    let counters = Arc::new(Mutex::new(PollCounters::starting(Timestamp::now())));
    let status = StatusPublisher::new(publisher.clone(), store.clone(), Arc::clone(&counters));
    let poller = poller(&store, &config, &publisher, counters)?;

    let heartbeat = Heartbeat::start();
    let (store_of_site, heartbeat_of_site) = (store.clone(), heartbeat.clone());
    let site = HttpState {
        publisher: publisher.clone(),
        status,
        store: store_of_site,
        heartbeat: heartbeat_of_site,
    };
    let stop_serving = CancellationToken::new();
    let listeners = sockets.into_iter().map(listen::Socket::into_listener).collect::<Result<_, _>>();
    let serving =
        tokio::spawn(http::serve(listeners.context("can't use a socket")?, site, stop_serving.clone()));
    let stop_publishing = CancellationToken::new();
    let publishing = tokio::spawn({
        let (publisher, stop) = (publisher.clone(), stop_publishing.clone());
        async move { publisher.run(stop).await }
    });

    let filling =
        tokio::spawn(search_filler::fill_until(store.clone(), publisher.clone(), stop_publishing.clone()));

    let services =
        DaemonServices { store: store.clone(), poller: poller.clone(), publisher, heartbeat, url: local_url };
    let (maintenance_timer, maintenance_due) =
        MaintenanceTimer::start().await.context("can't start the maintenance timer")?;
    let daemon = Daemon::new(services, config, watch, maintenance_timer);
    daemon.announce_ready();
    daemon.run(signals, maintenance_due).await;

    notify::stopping();
    info!("stopping: finishing what is in flight");
    poller.drain(POLL_DRAIN_TIMEOUT).await;
    stop_publishing.cancel();
    stop_serving.cancel();
    wait_for_end("publishing", publishing).await;
    wait_for_end("filling the search index", filling).await;
    wait_for_end("serving", serving).await;
    store.close().await.context("can't close the database")?;
    info!("stopped");
    Ok(())
}

/// Returns the address to use if there are only unix sockets, which have no address of their own. Behind a proxy the
/// `Host` header of each request counts.
fn fallback_address() -> Option<BaseUrl> {
    BaseUrl::from_request(Scheme::Http, "localhost", "")
}

/// Makes a poller that counts its polls and tells the publisher about new bodies.
fn poller(
    store: &Store,
    config: &config::Config,
    publisher: &Publisher,
    counters: Arc<Mutex<PollCounters>>,
) -> anyhow::Result<Poller> {
    let publisher = publisher.clone();
    Poller::new(store.clone(), config, move |report: &PollReport| {
        let PollReport { outcome, duration, receipt, .. } = report;
        let poll = PollObservation { outcome: *outcome, receipt: receipt.clone(), duration: *duration };
        publish::status::count_poll(&counters, &poll, Timestamp::now());
        // A new body may have a new feed title even if no article changed. If the output is the same, it keeps its
        // ETag.
        if report.outcome == PollOutcome::NewBody {
            publisher.mark_dirty();
        }
    })
}

async fn wait_for_end(what: &str, task: JoinHandle<()>) {
    if let Err(error) = task.await {
        warn!(%error, "{what} did not end cleanly");
    }
}
