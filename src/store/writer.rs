//! The one thread that writes. Waiting writes share a commit, and each of them succeeds or fails alone.

mod task;
mod waiting;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::file_lengths::FileLengths;
use super::files::has_room;
use super::health::HealthNotes;
use super::lock::Lock;
use super::open::{self, Opened};
use task::WriteTask;
pub(super) use task::panicked;
pub(super) use waiting::Priority;
use waiting::WaitingWrites;

/// How many writes may wait in the channel to the thread. As many more may wait in the queues of the thread. Further callers
/// have to wait before they can send a write, which slows polls down to what the disk can take.
const QUEUE: usize = 256;

/// How many writes share one commit at most. The cost of a sync hardly matters when 64 writes share it. If more did, the first
/// of them would wait longer for its answer, and a commit that fails would affect more of them.
const SHARED_COMMIT: usize = 64;

/// After this time a transaction takes no further write and is committed, even if more writes wait. So a write with
/// [`Priority::Soon`] waits for one transaction only, unless many others of this priority wait before it.
const COMMIT_AFTER: Duration = Duration::from_millis(150);

/// How long the next transaction waits for more writes, if the last one had several. It begins at once if a write with
/// [`Priority::Soon`], a checkpoint or a stop waits, or if [`SHARED_COMMIT`] writes wait. It saves work to store several
/// documents in one transaction: they change the same pages, and each page is then written to the log only once.
const GATHERED_FOR: Duration = Duration::from_millis(60);

/// How often the thread looks for further writes while it waits for them.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// How long the writes that still wait at a stop may take. A document that is not stored then is fetched again after the
/// next start, because its validators are not stored either.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);

/// How long the last checkpoint waits for readers, such as one that prepares long texts for the search index. What stays in the
/// log is read from there at the next start.
const LAST_CHECKPOINT_WITHIN: Duration = Duration::from_millis(200);

enum WriterCommand {
    Write(Priority, Box<dyn WriteTask>),
    Checkpoint(oneshot::Sender<Result<(), StoreError>>),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// The handle that sends writes to the thread. It is cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    commands: mpsc::Sender<WriterCommand>,
    path: Arc<Path>,
    health: HealthNotes,
}

impl Writer {
    /// Starts the thread. It ends with [`Writer::close`], or when the last `Writer` is dropped.
    pub(super) fn start(path: Arc<Path>, opened: Opened) -> Result<Self, StoreError> {
        let (commands, waiting) = mpsc::channel(QUEUE);
        let Opened { conn, lock } = opened;
        let health = HealthNotes::new();
        let thread = WriterThread {
            lengths: FileLengths::of(&path, &conn)?,
            conn: Some(conn),
            lock,
            lock_failure: None,
            path: Arc::clone(&path),
            health: health.clone(),
        };
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || thread.run(waiting))
            .map_err(|source| StoreError::NoThread(Arc::new(source)))?;
        Ok(Self { commands, path, health })
    }

    /// Returns the notes about the writer's health.
    pub(super) fn health(&self) -> &HealthNotes {
        &self.health
    }

    /// Runs `work` in a transaction and returns once that is durable. `work` sees what earlier writes wrote. If it
    /// fails or panics, only its own changes are rolled back.
    pub(super) async fn write<T, F>(&self, priority: Priority, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (caller, answered) = oneshot::channel();
        let task = task::once(work, Arc::clone(&self.path), caller);
        self.commands.send(WriterCommand::Write(priority, task)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Writes as [`Writer::write`] does, at less cost: `work` needs no savepoint, because it may run again if a write that
    /// shares its transaction fails.
    pub(super) async fn write_repeatably<T, F>(&self, priority: Priority, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (caller, answered) = oneshot::channel();
        let task = task::repeatable(work, Arc::clone(&self.path), caller);
        self.commands.send(WriterCommand::Write(priority, task)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Copies the write-ahead log into the database, which is impossible inside a transaction.
    pub(super) async fn checkpoint(&self) -> Result<(), StoreError> {
        self.ask(WriterCommand::Checkpoint).await
    }

    /// Finishes the waiting writes, checkpoints and closes. Writes that are still waiting after [`CLOSE_WITHIN`] fail with
    /// [`StoreError::Closed`].
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

struct WriterThread {
    /// `None` after a commit failed and before the database is opened again.
    conn: Option<Connection>,
    lock: Lock,
    /// Why the lock file could not be written after the last commit. The same failure is logged once.
    lock_failure: Option<String>,
    lengths: FileLengths,
    path: Arc<Path>,
    health: HealthNotes,
}

/// Which writes of a transaction get a savepoint of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Isolation {
    /// The writes that can't run again, and all writes after them.
    WhereNeeded,
    Each,
}

/// Why a transaction was not committed.
enum Interrupted {
    /// The transaction failed, and so did all of its writes.
    Failed(StoreError),
    /// A write without a savepoint failed. All writes were rolled back and can run again.
    ToRunAgain,
}

impl From<StoreError> for Interrupted {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl WriterThread {
    fn run(mut self, mut commands: mpsc::Receiver<WriterCommand>) {
        let mut closers = Vec::new();
        let mut checkpoints = Vec::new();
        let mut waiting = WaitingWrites::default();
        let mut close_at = None;
        let mut gather_until = Instant::now();
        loop {
            let mut next =
                if waiting.len() == 0 { commands.blocking_recv() } else { commands.try_recv().ok() };
            while let Some(command) = next {
                match command {
                    WriterCommand::Write(priority, work) => waiting.add(priority, work),
                    WriterCommand::Checkpoint(answer) => checkpoints.push(answer),
                    WriterCommand::Close(answer) => {
                        closers.push(answer);
                        close_at.get_or_insert_with(|| Instant::now() + CLOSE_WITHIN);
                        commands.close();
                    }
                }
                next = if waiting.len() < QUEUE { commands.try_recv().ok() } else { None };
            }
            self.health.waiting(waiting.len());
            if waiting.len() == 0 && checkpoints.is_empty() {
                // The channel is empty. Either it is closed, or the next pass of the loop waits for a command.
                if commands.is_closed() && commands.is_empty() {
                    break;
                }
                continue;
            }
            if close_at.is_some_and(|at| Instant::now() > at) {
                break;
            }
            let may_gather = !waiting.has_urgent() && checkpoints.is_empty() && close_at.is_none();
            if may_gather && (1..SHARED_COMMIT).contains(&waiting.len()) && Instant::now() < gather_until {
                thread::park_timeout(LOOK_EVERY);
                continue;
            }
            if self.commit_together(&mut waiting) > 1 {
                gather_until = Instant::now() + GATHERED_FOR;
            }
            if !checkpoints.is_empty() {
                self.health.begin_step();
                let path = Arc::clone(&self.path);
                let done = self.connection().and_then(|conn| checkpoint(conn, &path));
                answer_all(&mut checkpoints, &done);
            }
            self.health.idle();
        }
        // So the callers of writes that did not run learn that the store is closed.
        drop(waiting);
        let closed = self.close();
        if let Err(error) = &closed {
            tracing::error!(%error, "the database was not closed cleanly");
        }
        // The callers that wait for the close may open the database again at once, so it is closed before they are answered.
        drop(self);
        answer_all(&mut closers, &closed);
    }

    /// Runs waiting writes in one transaction, as many as its limits allow, the urgent ones first. Writes that arrive meanwhile
    /// run in the next transaction. Returns how many writes ran.
    fn commit_together(&mut self, waiting: &mut WaitingWrites) -> usize {
        if waiting.len() == 0 {
            return 0;
        }
        let commit_at = Instant::now() + COMMIT_AFTER;
        let next = |ran: usize| {
            let may_run = ran == 0 || ran < SHARED_COMMIT && Instant::now() < commit_at;
            if may_run { waiting.next() } else { None }
        };
        let mut ran = Vec::new();
        let mut outcome = self.transact(next, &mut ran, Isolation::WhereNeeded);
        if matches!(outcome, Err(Interrupted::ToRunAgain)) {
            let mut again = std::mem::take(&mut ran).into_iter();
            outcome = self.transact(|_| again.next(), &mut ran, Isolation::Each);
            // If the transaction failed as a whole, the writes that did not run fail, too.
            ran.extend(again);
        }
        let outcome = outcome.map_err(|interrupted| match interrupted {
            Interrupted::Failed(error) => error,
            // This can't happen, because each write had a savepoint the second time.
            Interrupted::ToRunAgain => StoreError::Closed,
        });
        if let Err(error) = &outcome {
            // After a failed sync nobody knows what reached the disk, so the database is opened again.
            self.conn = None;
            self.health.note_cut_off(error);
            if error.concerns_all_writes() {
                self.health.commit_failed(error);
            } else {
                tracing::error!(%error, records = ran.len(), "a commit failed");
            }
            if ran.is_empty() {
                // Not even a transaction could begin, so the other writes would fail too.
                while let Some(mut task) = waiting.next() {
                    task.run(Err(error.clone()));
                    ran.push(task);
                }
            }
        }
        let count = ran.len();
        for task in ran {
            task.answer(outcome.clone());
        }
        count
    }

    /// Runs the writes that `next` gives in one transaction, and adds them to `ran`. `next` gets the number of writes that
    /// have run.
    fn transact(
        &mut self,
        mut next: impl FnMut(usize) -> Option<Box<dyn WriteTask>>,
        ran: &mut Vec<Box<dyn WriteTask>>,
        isolation: Isolation,
    ) -> Result<(), Interrupted> {
        let path = Arc::clone(&self.path);
        let health = self.health.clone();
        let at = |source: rusqlite::Error| StoreError::from(source).at(&path);
        health.begin_step();
        let conn = self.connection()?;
        let changes = conn.total_changes();
        let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(at)?;
        let mut refusal = None;
        while let Some(mut task) = next(ran.len()) {
            health.begin_step();
            // A savepoint costs a copy of every page that is changed after it, so writes that can run again do without one.
            let is_isolated = isolation == Isolation::Each || !ran.iter().all(|task| task.is_repeatable());
            let is_isolated = is_isolated || !task.is_repeatable();
            if is_isolated {
                transaction.execute_batch("savepoint work").map_err(at)?;
            }
            let failure = task.run(Ok(&transaction));
            ran.push(task);
            if let Some(failure) = failure {
                // On a full disk or a failed write SQLite rolls the whole transaction back by itself. Without its log, nothing
                // may be committed.
                if transaction.is_autocommit() || matches!(failure, StoreError::CutOff { .. }) {
                    return Err(Interrupted::Failed(failure));
                }
                if !is_isolated {
                    transaction.rollback().map_err(at)?;
                    return Err(Interrupted::ToRunAgain);
                }
                transaction.execute_batch("rollback to work").map_err(at)?;
                refusal = Some(failure).filter(StoreError::concerns_all_writes).or(refusal);
            }
            if is_isolated {
                transaction.execute_batch("release work").map_err(at)?;
            }
        }
        health.begin_step();
        if transaction.total_changes() == changes {
            return Ok(transaction.commit().map_err(at)?);
        }
        let counted = transaction
            .prepare_cached("update commits set count = count + 1 returning count")
            .and_then(|mut update| update.query_row([], |row| row.get(0)))
            .map_err(at)?;
        transaction.commit().map_err(at)?;
        match &refusal {
            Some(failure) => health.commit_failed(failure),
            None => health.commit_succeeded(|| has_room(&path)),
        }
        self.lengths.note();
        self.note_commits(counted);
        Ok(())
    }

    /// Notes in the lock file how many commits the database holds. If the file can't be written, the commits are still valid,
    /// but riverd may fail to notice that the log was deleted. The same failure is logged once.
    fn note_commits(&mut self, count: i64) {
        let failure = self.lock.note(count).err().map(|error| error.to_string());
        if let Some(error) = failure.as_ref().filter(|_| failure != self.lock_failure) {
            tracing::warn!(%error, path = %self.lock.path().display(), "can't write the lock file");
        }
        self.lock_failure = failure;
    }

    /// Returns the connection. Fails if the database or its log was cut off since the last commit: nothing must be written then.
    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.lengths.check_known()?;
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => open::writer(&self.path)?,
        };
        let conn = self.conn.insert(conn);
        self.lengths.check(conn)?;
        Ok(conn)
    }

    fn close(&mut self) -> Result<(), StoreError> {
        let path = Arc::clone(&self.path);
        let conn = self.connection()?;
        conn.execute_batch("pragma optimize")
            .and_then(|()| conn.busy_timeout(LAST_CHECKPOINT_WITHIN))
            .map_err(|source| StoreError::from(source).at(&path))?;
        checkpoint(conn, &path)?;
        match self.conn.take().map(Connection::close) {
            Some(Err((_, source))) => Err(StoreError::from(source).at(&path)),
            Some(Ok(())) | None => Ok(()),
        }
    }
}

fn answer_all(waiting: &mut Vec<oneshot::Sender<Result<(), StoreError>>>, outcome: &Result<(), StoreError>) {
    for answer in waiting.drain(..) {
        // Sending fails if the caller no longer waits, which does not matter.
        drop(answer.send(outcome.clone()));
    }
}

/// Copies the write-ahead log into the database and empties the log, unless a reader still uses it.
fn checkpoint(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))
        .map_err(|source| StoreError::from(source).at(path))
}

#[cfg(test)]
mod tests;
