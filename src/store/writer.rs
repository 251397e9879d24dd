//! The one thread that writes. Waiting writes share a commit, and each of them succeeds or fails alone.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::lock::Lock;
use super::open::{self, Opened};

/// How many writes may wait. Further callers wait themselves, which slows polls down to what the disk can take.
const QUEUE: usize = 256;

/// How many writes share one commit. With this many, the cost of a sync no longer counts; still the first of them is
/// answered soon, and a commit that fails affects few.
const SHARED_COMMIT: usize = 64;

/// A write, which gets the connection, or the reason why there is none.
type WriteTask = Box<dyn FnOnce(Result<&Connection, StoreError>) -> RunTask + Send>;

/// Sends the outcome of a write to its caller, once it is known whether the commit succeeded.
type SendOutcome = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A write that ran, but is not committed yet.
struct RunTask {
    /// Why it failed, if it did. What it wrote is rolled back then.
    failure: Option<StoreError>,
    send_outcome: SendOutcome,
}

enum WriterCommand {
    Write(WriteTask),
    Checkpoint(oneshot::Sender<Result<(), StoreError>>),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// The handle that sends writes to the thread. It is cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    commands: mpsc::Sender<WriterCommand>,
    path: Arc<Path>,
}

impl Writer {
    /// Starts the thread. It ends with [`Writer::close`], or when the last `Writer` is dropped.
    pub(super) fn start(path: Arc<Path>, opened: Opened) -> Result<Self, StoreError> {
        let (commands, waiting) = mpsc::channel(QUEUE);
        let Opened { conn, lock } = opened;
        let thread = WriterThread { conn: Some(conn), lock, path: Arc::clone(&path) };
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || thread.run(waiting))
            .map_err(|source| StoreError::NoThread(Arc::new(source)))?;
        Ok(Self { commands, path })
    }

    /// Runs `work` in a transaction and returns once that is durable. `work` sees what earlier writes wrote. If it
    /// fails or panics, only its own changes are rolled back.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let path = Arc::clone(&self.path);
        let command = WriterCommand::Write(Box::new(move |conn| {
            let worked = conn.and_then(|conn| {
                catch_unwind(AssertUnwindSafe(|| work(conn))).unwrap_or_else(|panic| Err(panicked(&*panic)))
            });
            let worked = worked.map_err(|error| error.at(&path));
            let failure = worked.as_ref().err().cloned();
            let send_outcome = move |committed: Result<(), StoreError>| {
                let sent = answer.send(worked.and_then(|value| committed.map(|()| value)));
                // The caller may no longer wait; the write is kept all the same.
                drop(sent);
            };
            RunTask { failure, send_outcome: Box::new(send_outcome) }
        }));
        self.commands.send(command).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Copies the write-ahead log into the database, which is impossible inside a transaction.
    pub(super) async fn checkpoint(&self) -> Result<(), StoreError> {
        self.ask(WriterCommand::Checkpoint).await
    }

    /// Finishes the waiting writes, checkpoints and closes.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.ask(WriterCommand::Close).await
    }

    async fn ask(
        &self,
        command: fn(oneshot::Sender<Result<(), StoreError>>) -> WriterCommand,
    ) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.commands.send(command(answer)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

pub(super) fn panicked(panic: &(dyn Any + Send)) -> StoreError {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    StoreError::Panicked(text.unwrap_or_else(|| "without a message".to_owned()))
}

struct WriterThread {
    /// `None` after a commit failed and before the database is opened again.
    conn: Option<Connection>,
    lock: Lock,
    path: Arc<Path>,
}

impl WriterThread {
    fn run(mut self, mut commands: mpsc::Receiver<WriterCommand>) {
        let mut closers = Vec::new();
        let mut checkpoints = Vec::new();
        while let Some(first) = commands.blocking_recv() {
            let mut batch = Vec::new();
            let mut next = Some(first);
            while let Some(command) = next {
                match command {
                    WriterCommand::Write(work) => batch.push(work),
                    WriterCommand::Checkpoint(answer) => checkpoints.push(answer),
                    WriterCommand::Close(answer) => {
                        closers.push(answer);
                        commands.close();
                    }
                }
                next = if batch.len() < SHARED_COMMIT { commands.try_recv().ok() } else { None };
            }
            self.commit_together(batch);
            if !checkpoints.is_empty() {
                let path = Arc::clone(&self.path);
                let done = self.connection().and_then(|conn| checkpoint(conn, &path));
                answer_all(&mut checkpoints, &done);
            }
        }
        let closed = self.close();
        if let Err(error) = &closed {
            tracing::error!(%error, "the database was not closed cleanly");
        }
        // The callers may open the database again at once, so it is closed first.
        drop(self);
        answer_all(&mut closers, &closed);
    }

    /// Runs `batch` in as few transactions as possible: in one, unless SQLite gives up a transaction half-way.
    fn commit_together(&mut self, batch: Vec<WriteTask>) {
        let mut waiting = batch.into_iter();
        while waiting.len() > 0 {
            let mut outcome_senders = Vec::new();
            let outcome = self.transact(&mut waiting, &mut outcome_senders);
            if let Err(error) = &outcome {
                tracing::error!(%error, records = outcome_senders.len(), "a commit failed");
                // After a failed sync nobody knows what reached the disk, so the database is opened again.
                self.conn = None;
                if outcome_senders.is_empty() {
                    // Not even a transaction could begin, so the other writes would fail too.
                    outcome_senders
                        .extend(waiting.by_ref().map(|task| task(Err(error.clone())).send_outcome));
                }
            }
            for send_outcome in outcome_senders {
                send_outcome(outcome.clone());
            }
        }
    }

    fn transact(
        &mut self,
        waiting: &mut impl Iterator<Item = WriteTask>,
        outcome_senders: &mut Vec<SendOutcome>,
    ) -> Result<(), StoreError> {
        let path = Arc::clone(&self.path);
        let at = |source: rusqlite::Error| StoreError::from(source).at(&path);
        let conn = self.connection()?;
        let changes = conn.total_changes();
        let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(at)?;
        for work in waiting {
            transaction.execute_batch("savepoint work").map_err(at)?;
            let RunTask { failure, send_outcome } = work(Ok(&transaction));
            outcome_senders.push(send_outcome);
            if let Some(failure) = failure {
                // On a full disk or a failed write SQLite rolls the whole transaction back by itself.
                if transaction.is_autocommit() {
                    return Err(failure);
                }
                transaction.execute_batch("rollback to work").map_err(at)?;
            }
            transaction.execute_batch("release work").map_err(at)?;
        }
        if transaction.total_changes() == changes {
            return transaction.commit().map_err(at);
        }
        let counted = transaction
            .prepare_cached("update commits set count = count + 1 returning count")
            .and_then(|mut update| update.query_row([], |row| row.get(0)))
            .map_err(at)?;
        transaction.commit().map_err(at)?;
        if let Err(error) = self.lock.note(counted) {
            // The commit is valid all the same. Without the note, only a deleted log would not be noticed.
            tracing::warn!(%error, path = %self.lock.path().display(), "can't write the lock file");
        }
        Ok(())
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => open::writer(&self.path)?,
        };
        Ok(self.conn.insert(conn))
    }

    fn close(&mut self) -> Result<(), StoreError> {
        let path = Arc::clone(&self.path);
        let conn = self.connection()?;
        conn.execute_batch("pragma optimize").map_err(|source| StoreError::from(source).at(&path))?;
        checkpoint(conn, &path)?;
        match self.conn.take().map(Connection::close) {
            Some(Err((_, source))) => Err(StoreError::from(source).at(&path)),
            Some(Ok(())) | None => Ok(()),
        }
    }
}

fn answer_all(waiting: &mut Vec<oneshot::Sender<Result<(), StoreError>>>, outcome: &Result<(), StoreError>) {
    for answer in waiting.drain(..) {
        // The caller may no longer wait; the command was run all the same.
        drop(answer.send(outcome.clone()));
    }
}

/// Copies the write-ahead log into the database and empties it, unless a reader of another process still uses it.
fn checkpoint(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))
        .map_err(|source| StoreError::from(source).at(path))
}

#[cfg(test)]
mod tests;
