//! A write that waits for the writer thread, and what becomes of it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::super::StoreError;
use crate::text::panics::panic_message;

/// A write that waits, runs, and is answered once it is known whether its commit succeeded.
pub(super) trait WriteTask: Send {
    /// Runs the write with the connection, or with the reason why there is no connection. Returns why the write failed, if it
    /// did. The caller must then roll back what the write wrote.
    fn run(&mut self, conn: Result<&Connection, StoreError>) -> Option<StoreError>;

    /// Returns whether the write can run again after it was rolled back.
    fn is_repeatable(&self) -> bool;

    /// Sends the outcome to the caller.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// A write with its caller.
struct CalledWrite<T, F> {
    work: F,
    is_repeatable: bool,
    /// What the last run returned.
    worked: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
    path: Arc<Path>,
}

impl<T, F> WriteTask for CalledWrite<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, conn: Result<&Connection, StoreError>) -> Option<StoreError> {
        let work = &mut self.work;
        let worked = conn.and_then(|conn| {
            catch_unwind(AssertUnwindSafe(|| work(conn))).unwrap_or_else(|panic| Err(panicked(&*panic)))
        });
        let worked = worked.map_err(|error| error.at(&self.path));
        let failure = worked.as_ref().err().cloned();
        self.worked = Some(worked);
        failure
    }

    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let worked = self.worked.unwrap_or(Err(StoreError::Closed));
        let sent = self.caller.send(worked.and_then(|value| committed.map(|()| value)));
        // The write is kept even if its caller no longer waits for the answer.
        drop(sent);
    }
}

/// Returns a write that runs at most once.
pub(super) fn once<T, F>(
    work: F,
    path: Arc<Path>,
    caller: oneshot::Sender<Result<T, StoreError>>,
) -> Box<dyn WriteTask>
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
{
    let mut work = Some(work);
    let work = move |conn: &Connection| match work.take() {
        Some(work) => work(conn),
        None => Err(StoreError::Panicked("a write ran twice".to_owned())),
    };
    Box::new(CalledWrite { work, is_repeatable: false, worked: None, caller, path })
}

/// Returns a write that may run again after it was rolled back.
pub(super) fn repeatable<T, F>(
    work: F,
    path: Arc<Path>,
    caller: oneshot::Sender<Result<T, StoreError>>,
) -> Box<dyn WriteTask>
where
    T: Send + 'static,
    F: Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
{
    Box::new(CalledWrite { work, is_repeatable: true, worked: None, caller, path })
}

/// Returns the error of a write or read that panicked.
pub(in crate::store) fn panicked(panic: &(dyn Any + Send)) -> StoreError {
    StoreError::Panicked(panic_message(panic).to_owned())
}
