//! Limits the number of open connections, and the memory of the documents that only their clients keep. Closes idle or slow
//! connections when a limit is reached.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustix::process::{Resource, getrlimit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::held_documents::{HeldDocuments, MemoryRange};

/// Largest number of open connections. Each costs a few kilobytes and a file descriptor. A reader connects about twice
/// an hour and stays for a moment, so this many are rarely open at once.
const MAX_CONNECTIONS: u64 = 4096;
/// Smallest limit. Even if the system allows very few file descriptors, this many readers can be connected.
const MIN_CONNECTIONS: u64 = 16;
/// A client counts as slow if a write of an answer had to wait for it longer ago than this, and the whole answer has still not
/// been sent. A slow connection may be closed when the limit is reached.
const SLOW_AFTER: Duration = Duration::from_secs(10);

/// How many bytes of documents may be in memory only because clients still receive them. Readers receive a feed within a second
/// or two, so a few documents are usual.
const MAX_ORPHANED_BYTES: usize = 32 * 1024 * 1024;

/// Every open connection, the limit of their number, and the documents that their clients receive.
///
/// When the limit is reached, a new connection replaces the oldest one that waits for a request or receives very
/// slowly. So even ten thousand idle connections keep no reader waiting.
#[derive(Debug)]
pub(super) struct ConnectionLimit {
    permits: Arc<Semaphore>,
    /// The open connections by their number, so the oldest comes first.
    open: Mutex<BTreeMap<u64, OpenConnection>>,
    next_number: AtomicU64,
    tasks: TaskTracker,
    documents: Arc<HeldDocuments>,
    max_orphaned_bytes: usize,
}

#[derive(Debug)]
struct OpenConnection {
    activity: Arc<ConnectionActivity>,
    task: AbortHandle,
}

/// What a connection is doing. The connection writes it, and [`ConnectionLimit`] reads it.
#[derive(Debug)]
pub(super) struct ConnectionActivity {
    opened_at: Instant,
    is_answering: AtomicBool,
    /// Whether a request has come.
    has_request: AtomicBool,
    /// Cancelled when the first request comes.
    first_request: CancellationToken,
    /// When a write of the current answer first had to wait for the client: milliseconds since `opened_at`, plus one.
    /// Zero means that no write had to wait so far.
    blocked_at: AtomicU64,
    /// The large document that the client receives.
    document: Mutex<Option<MemoryRange>>,
}

impl ConnectionActivity {
    pub(super) fn new() -> Self {
        Self {
            opened_at: Instant::now(),
            is_answering: AtomicBool::new(false),
            has_request: AtomicBool::new(false),
            first_request: CancellationToken::new(),
            blocked_at: AtomicU64::new(0),
            document: Mutex::default(),
        }
    }

    /// Notes whether an answer is being prepared.
    pub(super) fn set_answering(&self, is_answering: bool) {
        self.is_answering.store(is_answering, Ordering::Relaxed);
        self.note_request();
    }

    /// Notes that a request has come.
    pub(super) fn note_request(&self) {
        // Cancelling takes a lock, so it is done only once.
        if !self.has_request.swap(true, Ordering::Relaxed) {
            self.first_request.cancel();
        }
    }

    /// Waits until the first request has come.
    pub(super) async fn first_request(&self) {
        self.first_request.cancelled().await;
    }

    /// Notes that a write has to wait for the client.
    pub(super) fn mark_write_blocked(&self) {
        if self.blocked_at.load(Ordering::Relaxed) == 0 {
            self.blocked_at.store(self.opened_at.elapsed().as_millis() as u64 + 1, Ordering::Relaxed);
        }
    }

    /// Notes that everything so far has been sent to the client.
    pub(super) fn mark_all_sent(&self) {
        self.blocked_at.store(0, Ordering::Relaxed);
        self.set_document(None);
    }

    fn set_document(&self, document: Option<MemoryRange>) {
        *self.document.lock().unwrap_or_else(PoisonError::into_inner) = document;
    }

    fn document(&self) -> Option<MemoryRange> {
        *self.document.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when a write of the current answer first had to wait for the client; `None` if no write had to wait.
    fn blocked_since(&self) -> Option<Instant> {
        let milliseconds = self.blocked_at.load(Ordering::Relaxed).checked_sub(1)?;
        Some(self.opened_at + Duration::from_millis(milliseconds))
    }

    /// Returns whether the connection waits for a request, or for a slow client.
    fn is_idle_or_slow(&self) -> bool {
        if self.is_answering.load(Ordering::Relaxed) {
            return false;
        }
        match self.blocked_at.load(Ordering::Relaxed) {
            0 => true,
            at => self.opened_at.elapsed().saturating_sub(Duration::from_millis(at)) > SLOW_AFTER,
        }
    }
}

impl ConnectionLimit {
    /// Creates a limit that fits the number of file descriptors of this process.
    pub(super) fn new() -> Self {
        // Only half of the descriptors: the store, the polls and the listeners need some too.
        let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        Self::with_limit((descriptors / 2).clamp(MIN_CONNECTIONS, MAX_CONNECTIONS) as usize)
    }

    /// Creates a limit of `max_connections`.
    pub(super) fn with_limit(max_connections: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(max_connections)),
            open: Mutex::default(),
            next_number: AtomicU64::new(0),
            tasks: TaskTracker::new(),
            documents: Arc::default(),
            max_orphaned_bytes: MAX_ORPHANED_BYTES,
        }
    }

    /// Waits for a permit to open a connection. If none is free, it closes the oldest idle or slow connection first.
    pub(super) async fn acquire(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Some(permit);
        }
        self.close_oldest_idle();
        // This fails only for a closed semaphore, and this one is never closed.
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }

    /// Closes the oldest connection that is idle or slow, if there is one.
    pub(super) fn close_oldest_idle(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = open.iter().find(|(_, connection)| connection.activity.is_idle_or_slow());
        let oldest = oldest.map(|(number, _)| *number);
        if let Some(connection) = oldest.and_then(|number| open.remove(&number)) {
            connection.task.abort();
        }
    }

    /// Counts a document that the client of this connection is to receive, and returns bytes with the same content. If too many
    /// documents are in memory only because clients still receive them, closes the connections that have been waiting for their
    /// clients the longest.
    pub(super) fn hold(&self, bytes: Bytes, activity: &ConnectionActivity) -> Bytes {
        let (bytes, range) = self.documents.hold(bytes);
        activity.set_document(range);
        if range.is_none() {
            return bytes;
        }
        let orphans = self.documents.orphans_beyond(self.max_orphaned_bytes);
        let orphaned: usize = orphans.iter().map(|(_, length)| length).sum();
        if orphaned > self.max_orphaned_bytes {
            self.close_receivers(orphans, orphaned - self.max_orphaned_bytes);
        }
        bytes
    }

    /// Closes connections that wait for their clients to receive one of `documents`, the longest waiting first, until documents
    /// of `excess` bytes have no client left.
    fn close_receivers(&self, documents: Vec<MemoryRange>, mut excess: usize) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut clients: HashMap<MemoryRange, usize> =
            documents.into_iter().map(|range| (range, 0)).collect();
        let mut waiting = Vec::new();
        for (number, connection) in open.iter() {
            let Some(range) = connection.activity.document() else { continue };
            let Some(count) = clients.get_mut(&range) else { continue };
            *count += 1;
            waiting.extend(connection.activity.blocked_since().map(|since| (since, *number, range)));
        }
        waiting.sort_unstable();
        for (_, number, range) in waiting {
            if excess == 0 {
                return;
            }
            if let Some(connection) = open.remove(&number) {
                connection.task.abort();
            }
            if let Some(count) = clients.get_mut(&range) {
                *count -= 1;
                excess = if *count == 0 { excess.saturating_sub(range.1) } else { excess };
            }
        }
    }

    /// Runs a connection in a task of its own. The permit is returned when the connection ends.
    pub(super) fn spawn<F>(
        self: &Arc<Self>,
        permit: OwnedSemaphorePermit,
        connection: impl FnOnce(Arc<ConnectionActivity>) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let activity = Arc::new(ConnectionActivity::new());
        let guard = ConnectionGuard { limit: Arc::clone(self), number, _permit: permit };
        let connection = connection(Arc::clone(&activity));
        // The lock is held during the spawn, so that a connection can't end before it is listed.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let task = self.tasks.spawn(async move {
            let _guard = guard;
            connection.await;
        });
        open.insert(number, OpenConnection { activity, task: task.abort_handle() });
    }

    /// Waits until every connection has ended. No new one may be started after this call.
    pub(super) async fn wait_until_all_closed(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Removes a connection from the list and returns its permit when it ends, however it ends.
struct ConnectionGuard {
    limit: Arc<ConnectionLimit>,
    number: u64,
    _permit: OwnedSemaphorePermit,
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.limit.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}
