//! Claims due sources, fetches them within limits, decides, records.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::model::{DueSource, Failure, PollReceipt, PollVerdict};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// What one poll did, for the log, the verb `poll` and the publisher.
#[derive(Clone, Debug)]
pub struct PollReport {
    /// Whose.
    pub name: String,
    /// Its address as shown.
    pub url: String,
    /// `new`, `unchanged`, `failed`, `throttled`, `gone` or `skipped`.
    pub outcome: &'static str,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// What was stored.
    pub receipt: PollReceipt,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// When it is asked again.
    pub next_poll_at: Option<Timestamp>,
    /// From the permit to the commit.
    pub duration: std::time::Duration,
}

/// Polls; shared by the daemon and the verb `poll`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Poller {}

impl Poller {
    /// A poller over `store` for `config` that tells `report` of each poll as it ends (from many tasks at once; it must not
    /// block). Fails where the HTTP client can't be built (no CA store).
    pub fn new<F>(store: Store, config: Arc<Config>, report: F) -> anyhow::Result<Self>
    where
        F: Fn(&PollReport) + Send + Sync + 'static,
    {
        let _ = (store, config, report);
        todo!("poll helper")
    }

    /// From the next claim on, `config` holds.
    pub fn reconfigure(&self, config: Arc<Config>) -> anyhow::Result<()> {
        let _ = config;
        todo!("poll helper")
    }

    /// Polls `due`, each under its permits. Returns when all ended or, after `stop`, when those in flight have.
    pub async fn poll_each(&self, due: Vec<DueSource>, now: Timestamp, stop: &CancellationToken) {
        let _ = (due, now, stop);
        todo!("poll helper")
    }

    /// One tick of the due queue: claims what is due and there is room for, and spawns its polls. Never waits for them.
    pub async fn tick(&self, now: Timestamp) -> Result<usize, StoreError> {
        let _ = now;
        todo!("poll helper")
    }

    /// Stops claiming, waits for the polls in flight until `deadline` has passed, then abandons them: their claims run
    /// out by themselves.
    pub async fn drain(&self, deadline: std::time::Duration) {
        let _ = deadline;
        todo!("poll helper")
    }
}

/// The outcome word of a verdict.
pub fn outcome_word(verdict: &PollVerdict) -> &'static str {
    match verdict {
        PollVerdict::Fresh(_) => "new",
        PollVerdict::Unchanged => "unchanged",
        PollVerdict::Throttled(_) => "throttled",
        PollVerdict::Failed(_) => "failed",
        PollVerdict::Gone(_) => "gone",
    }
}
