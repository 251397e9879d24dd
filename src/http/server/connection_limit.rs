//! All open connections together: how many there may be, and who goes when there is no room.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A connection costs a few kilobytes and a descriptor; readers come once in half an hour and stay for a moment.
const MOST_CONNECTIONS: u64 = 4096;
/// Even with the smallest limits a few readers are served.
const FEWEST_CONNECTIONS: u64 = 16;
/// A reader that has been receiving one answer for so long may be closed when there is no room: it is very slow, or means
/// no good.
const SLOW_AFTER: Duration = Duration::from_secs(10);

/// The open connections.
///
/// When all seats are taken, a new connection gets the seat of the oldest one that waits for a request or receives very
/// slowly: ten thousand idle connections cost a reader nothing.
#[derive(Debug)]
pub(super) struct ConnectionLimit {
    seats: Arc<Semaphore>,
    members: Mutex<BTreeMap<u64, OpenConnection>>,
    arrivals: AtomicU64,
    tasks: TaskTracker,
}

#[derive(Debug)]
struct OpenConnection {
    activity: Arc<ConnectionActivity>,
    task: AbortHandle,
}

/// What a connection is doing. Written by it, read by the crowd.
#[derive(Debug)]
pub(super) struct ConnectionActivity {
    since: Instant,
    is_answering: AtomicBool,
    /// Opens at the first request, and stays open.
    first_request: CancellationToken,
    /// Milliseconds from `since` to when the client first kept us waiting with this answer, plus one; 0: it does not.
    sending_since: AtomicU64,
}

impl ConnectionActivity {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            is_answering: AtomicBool::new(false),
            first_request: CancellationToken::new(),
            sending_since: AtomicU64::new(0),
        }
    }

    /// A request is being answered, or no longer is.
    pub(super) fn set_answering(&self, is_answering: bool) {
        self.is_answering.store(is_answering, Ordering::Relaxed);
        self.first_request.cancel();
    }

    /// Waits until the first request has come; returns at once after it.
    pub(super) async fn first_request(&self) {
        self.first_request.cancelled().await;
    }

    /// The client does not take what we send.
    pub(super) fn client_keeps_us_waiting(&self) {
        if self.sending_since.load(Ordering::Relaxed) == 0 {
            self.sending_since.store(self.since.elapsed().as_millis() as u64 + 1, Ordering::Relaxed);
        }
    }

    /// All that we had to send was taken.
    pub(super) fn everything_sent(&self) {
        self.sending_since.store(0, Ordering::Relaxed);
    }

    fn may_be_closed(&self) -> bool {
        let is_slow = match self.sending_since.load(Ordering::Relaxed) {
            0 => true,
            at => self.since.elapsed().saturating_sub(Duration::from_millis(at)) > SLOW_AFTER,
        };
        is_slow && !self.is_answering.load(Ordering::Relaxed)
    }
}

impl ConnectionLimit {
    pub(super) fn new() -> Self {
        // Half of the descriptors: the store, the polls and the listeners need some too.
        let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        Self::with_seats((descriptors / 2).clamp(FEWEST_CONNECTIONS, MOST_CONNECTIONS) as usize)
    }

    pub(super) fn with_seats(seats: usize) -> Self {
        Self {
            seats: Arc::new(Semaphore::new(seats)),
            members: Mutex::default(),
            arrivals: AtomicU64::new(0),
            tasks: TaskTracker::new(),
        }
    }

    /// Waits for a seat; makes somebody leave where there is none.
    pub(super) async fn seat(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(seat) = Arc::clone(&self.seats).try_acquire_owned() {
            return Some(seat);
        }
        self.make_room();
        // Only a closed semaphore fails, and nobody closes this one.
        Arc::clone(&self.seats).acquire_owned().await.ok()
    }

    /// Closes the oldest connection that may be closed.
    pub(super) fn make_room(&self) {
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = members.iter().find(|(_, member)| member.activity.may_be_closed()).map(|(id, _)| *id);
        if let Some(member) = oldest.and_then(|id| members.remove(&id)) {
            member.task.abort();
        }
    }

    /// Runs a connection in its seat.
    pub(super) fn spawn<F>(
        self: &Arc<Self>,
        seat: OwnedSemaphorePermit,
        connection: impl FnOnce(Arc<ConnectionActivity>) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let id = self.arrivals.fetch_add(1, Ordering::Relaxed);
        let activity = Arc::new(ConnectionActivity::new());
        let membership = ConnectionSlot { crowd: Arc::clone(self), id, _seat: seat };
        let connection = connection(Arc::clone(&activity));
        // Locked over the spawn, so that a connection can't end before it is listed.
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        let task = self.tasks.spawn(async move {
            let _membership = membership;
            connection.await;
        });
        members.insert(id, OpenConnection { activity, task: task.abort_handle() });
    }

    /// Waits until all have left.
    pub(super) async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Leaves the list when the connection ends, however it ends.
struct ConnectionSlot {
    crowd: Arc<ConnectionLimit>,
    id: u64,
    _seat: OwnedSemaphorePermit,
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.crowd.members.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
