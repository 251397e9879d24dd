//! The health of the store, which the watchdog, `/healthz` and the poller read without waiting for the write queue.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::StoreError;
use crate::model::SourceId;
use crate::policy::refused_documents::RefusedDocuments;

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
    /// Why nothing that polls read can be stored, although the database can be written: the documents of several sources are
    /// refused ([`RefusedDocuments`]), no source can be claimed, or the database can't be opened for reading.
    pub refusal: Option<DatabaseFailure>,
    /// Whether another program cut off the database or its log. Nothing is written from then on.
    pub is_cut_off: bool,
}

/// Why the database can't be written, or refuses what polls need.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseFailure {
    /// The error of the last failure, in one line.
    pub message: String,
    /// What would fix it, if anything would.
    pub hint: Option<String>,
    /// How long it has failed.
    pub lasts: Duration,
}

impl StoreHealth {
    /// Returns whether one step of the writer takes so long that the writer must be stuck. A restart may help then.
    pub fn is_stuck(&self) -> bool {
        self.busy_for.is_some_and(|busy| busy > STUCK_AFTER)
    }

    /// Returns whether the database can't be written, or refuses what polls need.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some() || self.refusal.is_some()
    }

    /// Returns why polls can't be stored now, in one line, or `None` if they can.
    pub fn write_problem(&self) -> Option<String> {
        if let Some(failure) = &self.failure {
            return Some(failure.to_string());
        }
        if let Some(DatabaseFailure { message, hint, lasts }) = &self.refusal {
            let hint = hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default();
            return Some(format!("nothing new could be stored for {} s: {message}{hint}", lasts.as_secs()));
        }
        let busy = self.busy_for.filter(|_| self.is_stuck())?;
        Some(format!("the database has not answered for {} s", busy.as_secs()))
    }
}

impl fmt::Display for DatabaseFailure {
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
    is_cut_off: AtomicBool,
    failure: Mutex<Option<NotedFailure>>,
    refusals: Mutex<Refusals>,
}

/// What the store refused although the database can be written.
#[derive(Default, Debug)]
struct Refusals {
    documents: RefusedDocuments,
    /// The last refusal of a document, if the database is at fault.
    of_documents: Option<NotedFailure>,
    /// The last refusal of a claim.
    of_claims: Option<NotedFailure>,
    /// Why the database could not be opened for reading. Then no source is claimed either.
    of_reads: Option<NotedFailure>,
}

#[derive(Debug)]
struct NotedFailure {
    /// Whether there was no room: the disk was full, or a quota or a limit on file sizes was reached.
    is_full: bool,
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
            is_cut_off: AtomicBool::new(false),
            failure: Mutex::new(None),
            refusals: Mutex::default(),
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

    /// Notes an error if it says that the database or its log was cut off.
    pub(super) fn note_cut_off(&self, error: &StoreError) {
        if matches!(error, StoreError::CutOff { .. }) {
            self.0.is_cut_off.store(true, Ordering::Relaxed);
        }
    }

    /// Notes that a commit succeeded. Only the first one after failures is logged. After a failure for a full disk, a commit
    /// shows only that a small write fits. `has_room` then says whether those of polls fit, too.
    pub(super) fn commit_succeeded(&self, has_room: impl FnOnce() -> bool) {
        let was_full = self.failure().as_ref().is_some_and(|failure| failure.is_full);
        if was_full && !has_room() {
            return;
        }
        if let Some(failed_for_s) = NotedFailure::end(&mut self.failure()) {
            tracing::info!(failed_for_s, "the database can be written again");
        }
    }

    /// Notes that the database refused a write or a commit. Only the first failure in a row and each new reason are logged.
    pub(super) fn commit_failed(&self, error: &StoreError) {
        if NotedFailure::note(&mut self.failure(), error) {
            tracing::error!(
                %error,
                hint = error.hint(),
                "the database can't be written: no source is polled until a write succeeds, which is tried every few seconds"
            );
        }
    }

    /// Notes which sources are polled from now on.
    pub(super) fn poll_only(&self, enabled: BTreeSet<SourceId>) {
        let mut refusals = self.refusals();
        refusals.documents.poll_only(enabled);
        refusals.end_of_documents();
    }

    /// Notes that a document, or what the store holds of its source, was refused.
    pub(super) fn document_refused(&self, source: SourceId, error: &StoreError) {
        let mut refusals = self.refusals();
        refusals.documents.refused(source, matches!(error, StoreError::Corrupt { .. }));
        if refusals.documents.concern_all() {
            note_refusal(&mut refusals.of_documents, error, "nothing that polls read can be stored");
        }
    }

    /// Notes that a document of `source` was stored. `is_news` says whether an article was added or changed.
    pub(super) fn document_stored(&self, source: SourceId, is_news: bool) {
        let mut refusals = self.refusals();
        refusals.documents.stored(source, is_news);
        refusals.end_of_documents();
    }

    /// Notes whether sources that are due could be claimed.
    pub(super) fn claimed(&self, error: Option<&StoreError>) {
        let mut refusals = self.refusals();
        match error {
            Some(error) => note_refusal(&mut refusals.of_claims, error, "no source can be polled"),
            None => end_refusal(&mut refusals.of_claims),
        }
    }

    /// Notes that a read succeeded.
    pub(super) fn read_succeeded(&self) {
        end_refusal(&mut self.refusals().of_reads);
    }

    /// Notes that the database could not be opened for reading.
    pub(super) fn read_failed(&self, error: &StoreError) {
        note_refusal(&mut self.refusals().of_reads, error, "no source can be polled");
    }

    fn failure(&self) -> MutexGuard<'_, Option<NotedFailure>> {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusals(&self) -> MutexGuard<'_, Refusals> {
        self.0.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the health now.
    pub(super) fn read(&self) -> StoreHealth {
        let began = self.0.step_began.load(Ordering::Relaxed);
        let busy_for = began
            .checked_sub(1)
            .map(|began| self.0.started_at.elapsed().saturating_sub(Duration::from_millis(began)));
        let failure = self.failure().as_ref().map(NotedFailure::until_now);
        let refusals = self.refusals();
        let Refusals { of_reads, of_claims, of_documents, .. } = &*refusals;
        let refusal = of_reads.as_ref().or(of_claims.as_ref()).or(of_documents.as_ref());
        let refusal = refusal.map(NotedFailure::until_now);
        StoreHealth {
            busy_for,
            waiting: self.0.waiting.load(Ordering::Relaxed),
            failure,
            refusal,
            is_cut_off: self.0.is_cut_off.load(Ordering::Relaxed),
        }
    }
}

impl Refusals {
    /// Forgets the refusal of documents if the database is no longer at fault.
    fn end_of_documents(&mut self) {
        if !self.documents.concern_all() {
            end_refusal(&mut self.of_documents);
        }
    }
}

impl NotedFailure {
    /// Notes a failure, which began with the first one in a row. Returns whether it has another reason than the one before.
    fn note(noted: &mut Option<Self>, error: &StoreError) -> bool {
        let message = error.to_string();
        let is_news = noted.as_ref().is_none_or(|noted| noted.message != message);
        let since = noted.as_ref().map_or_else(Instant::now, |noted| noted.since);
        *noted = Some(Self { is_full: error.is_out_of_room(), message, hint: error.hint(), since });
        is_news
    }

    /// Forgets the failures. Returns for how many seconds they lasted.
    fn end(noted: &mut Option<Self>) -> Option<u64> {
        noted.take().map(|failure| failure.since.elapsed().as_secs())
    }

    fn until_now(&self) -> DatabaseFailure {
        DatabaseFailure {
            message: self.message.clone(),
            hint: self.hint.clone(),
            lasts: self.since.elapsed(),
        }
    }
}

/// Notes a refusal. Only the first in a row and each new reason are logged.
fn note_refusal(noted: &mut Option<NotedFailure>, error: &StoreError, what: &str) {
    if NotedFailure::note(noted, error) {
        tracing::error!(%error, hint = error.hint(), "{what}: the database refuses it");
    }
}

fn end_refusal(noted: &mut Option<NotedFailure>) {
    if let Some(refused_for_s) = NotedFailure::end(noted) {
        tracing::info!(refused_for_s, "the database takes again what it refused");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_was_full_is_writable_again_only_once_it_has_room() {
        let failure =
            |code| StoreError::from(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None));
        let health = HealthNotes::new();
        health.commit_failed(&failure(rusqlite::ffi::SQLITE_FULL).at("riverd.db".as_ref()));
        health.commit_succeeded(|| false);
        assert!(health.read().failure.is_some(), "the small write that tests the database fits");
        health.commit_succeeded(|| true);
        assert_eq!(health.read().failure, None);
        health.commit_failed(&failure(rusqlite::ffi::SQLITE_IOERR));
        health.commit_succeeded(|| false);
        assert_eq!(health.read().failure, None, "room was not what it lacked");
    }
}
