//! A few connections for reading, which run on the blocking pool.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::writer::panicked;
use super::{StoreError, open};

/// How many reads run at the same time: one for the river, and one for a person who asks for the status meanwhile.
const READERS: usize = 2;

/// The connections for reading. They are opened when they are first needed, and kept. The handle is cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    path: Arc<Path>,
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: Arc<Path>, first: Option<Connection>) -> Self {
        Self {
            path,
            permits: Arc::new(Semaphore::new(READERS)),
            idle: Arc::new(Mutex::new(first.into_iter().collect())),
        }
    }

    /// Runs `query` on one consistent state of the database: what was committed when the query began.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let readers = self.clone();
        let ran = tokio::task::spawn_blocking(move || {
            let outcome = readers.run(query).map_err(|error| error.at(&readers.path));
            drop(permit);
            outcome
        });
        // The task can't panic, so it failed because the runtime is shutting down.
        ran.await.map_err(|_| StoreError::Closed)?
    }

    fn run<T>(&self, query: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = idle.map_or_else(|| open::reader(&self.path), Ok)?;
        let outcome = {
            let _snapshot = conn.unchecked_transaction()?;
            catch_unwind(AssertUnwindSafe(|| query(&conn))).unwrap_or_else(|panic| Err(panicked(&*panic)))
        };
        // A connection that failed is not used again; opening another one costs less than a millisecond.
        if outcome.is_ok() && !self.permits.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
        outcome
    }

    /// Lets running reads end, and refuses further reads.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
