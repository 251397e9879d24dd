//! A few connections for reading, which run on the blocking pool.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::health::HealthNotes;
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
    health: HealthNotes,
}

impl Readers {
    pub(super) fn new(path: Arc<Path>, first: Option<Connection>, health: HealthNotes) -> Self {
        Self {
            path,
            permits: Arc::new(Semaphore::new(READERS)),
            idle: Arc::new(Mutex::new(first.into_iter().collect())),
            health,
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
            outcome.as_ref().err().inspect(|error| readers.health.note_cut_off(error));
            drop(permit);
            outcome
        });
        // The task can't panic, so it failed because the runtime is shutting down.
        ran.await.map_err(|_| StoreError::Closed)?
    }

    fn run<T>(&self, query: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => open::reader(&self.path).inspect_err(|error| self.health.read_failed(error))?,
        };
        let outcome = {
            let _snapshot = conn.unchecked_transaction()?;
            catch_unwind(AssertUnwindSafe(|| query(&conn))).unwrap_or_else(|panic| Err(panicked(&*panic)))
        };
        // A connection that failed is not used again; opening another one costs less than a millisecond.
        if outcome.is_ok() {
            self.health.read_succeeded();
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_health_says_that_the_database_cant_be_opened_until_it_can() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("riverd.db");
        let health = HealthNotes::new();
        let readers = Readers::new(path.as_path().into(), None, health.clone());
        let read = || readers.read(|conn| Ok(conn.query_row("select 1", [], |row| row.get::<_, i64>(0))?));
        assert!(read().await.is_err());
        let problem = health.read().write_problem().unwrap();
        assert!(
            problem.contains("nothing new could be stored for 0 s") && problem.contains("riverd.db"),
            "{problem}"
        );
        Connection::open(&path).unwrap().execute_batch("create table a (b)").unwrap();
        assert_eq!(read().await.unwrap(), 1);
        assert_eq!(health.read().write_problem(), None);
    }
}
