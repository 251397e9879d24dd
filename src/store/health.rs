//! The health of the store, which the watchdog, `/healthz` and the poller read without waiting for the write queue.

use std::fmt;
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
    pub failure: Option<WriteFailure>,
}

/// Why the database can't be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WriteFailure {
    /// The error of the last failed write, in one line.
    pub message: String,
    /// What would fix it, if anything would.
    pub hint: Option<String>,
    /// How long writing has failed.
    pub lasts: Duration,
}

impl StoreHealth {
    /// Returns whether one step of the writer takes so long that the writer must be stuck. A restart may help then.
    pub fn is_stuck(&self) -> bool {
        self.busy_for.is_some_and(|busy| busy > STUCK_AFTER)
    }

    /// Returns why polls can't be stored now, in one line, or `None` if they can.
    pub fn write_problem(&self) -> Option<String> {
        if let Some(failure) = &self.failure {
            return Some(failure.to_string());
        }
        let busy = self.busy_for.filter(|_| self.is_stuck())?;
        Some(format!("the database has not answered for {} s", busy.as_secs()))
    }
}

impl fmt::Display for WriteFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database has not been writable for {} s: {}", self.lasts.as_secs(), self.message)
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
            failure: Mutex::new(None),
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
        let failure = self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(failure) = failure {
            let failed_for_s = failure.since.elapsed().as_secs();
            tracing::info!(failed_for_s, "the database can be written again");
        }
    }

    /// Notes that the database refused a write or a commit. Only the first failure in a row and each new reason are logged.
    pub(super) fn commit_failed(&self, error: &StoreError) {
        let message = error.to_string();
        let mut failure = self.0.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = failure.as_ref().is_none_or(|failure| failure.message != message);
        let since = failure.as_ref().map_or_else(Instant::now, |failure| failure.since);
        let hint = error.hint();
        if is_news {
            tracing::error!(
                %error,
                hint = hint.as_deref(),
                "the database can't be written: no source is polled until a write succeeds, which is tried every few seconds"
            );
        }
        *failure = Some(NotedFailure { message, hint, since });
    }

    /// Returns the health now.
    pub(super) fn read(&self) -> StoreHealth {
        let began = self.0.step_began.load(Ordering::Relaxed);
        let busy_for = began
            .checked_sub(1)
            .map(|began| self.0.started_at.elapsed().saturating_sub(Duration::from_millis(began)));
        let failure = self.0.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = failure.as_ref().map(|failure| WriteFailure {
            message: failure.message.clone(),
            hint: failure.hint.clone(),
            lasts: failure.since.elapsed(),
        });
        StoreHealth { busy_for, waiting: self.0.waiting.load(Ordering::Relaxed), failure }
    }
}
