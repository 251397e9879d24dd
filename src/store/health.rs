//! The health of the store, which the watchdog, `/healthz` and the poller read without waiting for the write queue.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::StoreError;

/// How long one step of the writer may take. A step stores at most a few hundred entries or deletes one batch of old
/// articles, and the longest ones wait five seconds for a lock, so a writer that takes longer is stuck.
const STUCK_AFTER: Duration = Duration::from_secs(30);

/// What the writer is doing, and whether the database can be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreHealth {
    /// How long the present step of the writer has been running. `None` if it has nothing to do.
    pub busy_for: Option<Duration>,
    /// How many writes waited when the writer last counted them.
    pub waiting: usize,
    /// Why the database can't be written. It is noted when the database refuses a write or a commit. It is `None` again after
    /// the next commit without a refused write.
    pub failure: Option<DatabaseFailure>,
    /// Why the database can't be opened for reading. Then no source is claimed, so none is polled.
    pub read_failure: Option<DatabaseFailure>,
}

/// Why the database can't be written or read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseFailure {
    /// The error of the last failure, in one line.
    pub message: String,
    /// What would fix it, if anything would.
    pub hint: Option<String>,
    /// How long writing or reading has failed.
    pub lasts: Duration,
}

impl StoreHealth {
    /// Returns whether one step of the writer takes so long that the writer must be stuck. A restart may help then.
    pub fn is_stuck(&self) -> bool {
        self.busy_for.is_some_and(|busy| busy > STUCK_AFTER)
    }

    /// Returns the error for which the database can't be written or read, or `None` if it can.
    pub fn error(self) -> Option<String> {
        self.failure.or(self.read_failure).map(|failure| failure.message)
    }

    /// Returns why polls can't be stored now, in one line, or `None` if they can.
    pub fn write_problem(&self) -> Option<String> {
        let reason = |what: &str, failure: &DatabaseFailure| {
            format!("the database has not been {what} for {} s: {}", failure.lasts.as_secs(), failure.message)
        };
        let failure = self.failure.as_ref().map(|failure| reason("writable", failure));
        if let Some(reason) =
            failure.or_else(|| self.read_failure.as_ref().map(|failure| reason("readable", failure)))
        {
            return Some(reason);
        }
        let busy = self.busy_for.filter(|_| self.is_stuck())?;
        Some(format!("the database has not answered for {} s", busy.as_secs()))
    }
}

/// The writer's notes about its health. All clones share the same notes.
#[derive(Clone, Debug)]
pub(super) struct HealthNotes(Arc<Notes>);

#[derive(Debug)]
struct Notes {
    started_at: Instant,
    /// When the present step began: milliseconds from `started_at`, plus one. 0 if the writer has nothing to do.
    step_began: AtomicU64,
    waiting: AtomicUsize,
    failure: Mutex<Option<NotedFailure>>,
    read_failure: Mutex<Option<NotedFailure>>,
}

#[derive(Debug)]
struct NotedFailure {
    message: String,
    hint: Option<String>,
    since: Instant,
}

impl HealthNotes {
    pub(super) fn new() -> Self {
        Self(Arc::new(Notes {
            started_at: Instant::now(),
            step_began: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            failure: Mutex::default(),
            read_failure: Mutex::default(),
        }))
    }

    /// Notes that the writer begins a step.
    pub(super) fn begin_step(&self) {
        let now = self.0.started_at.elapsed().as_millis() as u64 + 1;
        self.0.step_began.store(now, Ordering::Relaxed);
    }

    /// Notes that the writer has nothing to do.
    pub(super) fn idle(&self) {
        self.0.step_began.store(0, Ordering::Relaxed);
    }

    /// Notes how many writes wait.
    pub(super) fn waiting(&self, writes: usize) {
        self.0.waiting.store(writes, Ordering::Relaxed);
    }

    /// Notes that a commit succeeded. Only the first one after failures is logged.
    pub(super) fn commit_succeeded(&self) {
        if let Some(failed_for_s) = ended(&self.0.failure) {
            tracing::info!(failed_for_s, "the database can be written again");
        }
    }

    /// Notes that the database refused a write or a commit. Only the first failure in a row and each new reason are logged.
    pub(super) fn commit_failed(&self, error: &StoreError) {
        if note_failure(&self.0.failure, error) {
            tracing::error!(
                %error,
                hint = error.hint(),
                "the database can't be written: no source is polled until a write succeeds, which is tried every few seconds"
            );
        }
    }

    /// Notes that a read succeeded. Only the first one after failures is logged.
    pub(super) fn read_succeeded(&self) {
        if let Some(failed_for_s) = ended(&self.0.read_failure) {
            tracing::info!(failed_for_s, "the database can be read again");
        }
    }

    /// Notes that the database could not be opened for reading. Only the first failure in a row and each new reason are logged.
    pub(super) fn read_failed(&self, error: &StoreError) {
        if note_failure(&self.0.read_failure, error) {
            tracing::error!(%error, hint = error.hint(), "the database can't be read: no source is polled until it can");
        }
    }

    /// Returns the health now.
    pub(super) fn read(&self) -> StoreHealth {
        let began = self.0.step_began.load(Ordering::Relaxed);
        let busy_for = began
            .checked_sub(1)
            .map(|began| self.0.started_at.elapsed().saturating_sub(Duration::from_millis(began)));
        StoreHealth {
            busy_for,
            waiting: self.0.waiting.load(Ordering::Relaxed),
            failure: present(&self.0.failure),
            read_failure: present(&self.0.read_failure),
        }
    }
}

/// Removes the noted failure, and returns how long it lasted, in seconds.
fn ended(noted: &Mutex<Option<NotedFailure>>) -> Option<u64> {
    let failure = noted.lock().unwrap_or_else(PoisonError::into_inner).take()?;
    Some(failure.since.elapsed().as_secs())
}

/// Notes a failure. Returns whether it is the first one in a row or has a new reason.
fn note_failure(noted: &Mutex<Option<NotedFailure>>, error: &StoreError) -> bool {
    let message = error.to_string();
    let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
    let is_news = noted.as_ref().is_none_or(|failure| failure.message != message);
    let since = noted.as_ref().map_or_else(Instant::now, |failure| failure.since);
    *noted = Some(NotedFailure { message, hint: error.hint(), since });
    is_news
}

/// Returns the noted failure.
fn present(noted: &Mutex<Option<NotedFailure>>) -> Option<DatabaseFailure> {
    let noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
    noted.as_ref().map(|failure| DatabaseFailure {
        message: failure.message.clone(),
        hint: failure.hint.clone(),
        lasts: failure.since.elapsed(),
    })
}
