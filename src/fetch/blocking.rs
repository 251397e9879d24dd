//! Runs calls that block and can't be interrupted (name lookups, files on a dead network share) on a bounded number of threads.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

/// A bounded number of detached threads for calls that may hang.
///
/// This is not tokio's blocking pool. A call that hangs there takes a thread from the parsing of other feeds, and it keeps
/// the process from ending, since a runtime waits for its blocking tasks. The process ends without waiting for these threads.
#[derive(Clone, Debug)]
pub(crate) struct BlockingPool {
    name: &'static str,
    permits: Arc<Semaphore>,
}

/// A permit for one call.
pub(crate) type CallPermit = OwnedSemaphorePermit;

/// Why a call gave no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BlockingError {
    /// There was no free permit in time, or the call did not end in time. A call that has begun may still be running, and keeps
    /// its permit until it ends.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// No thread could be started.
    #[error("no thread could be started: {0}")]
    NoThread(#[from] io::Error),
    /// The call panicked.
    #[error("the call ended without a result")]
    Lost,
}

impl BlockingPool {
    /// Creates a pool for at most `limit` calls at a time. `name` is the name of their threads.
    pub(crate) fn new(name: &'static str, limit: usize) -> Self {
        Self { name, permits: Arc::new(Semaphore::new(limit)) }
    }

    /// Waits for a permit until `deadline`. Returns `None` if none became free.
    pub(crate) async fn permit(&self, deadline: Instant) -> Option<CallPermit> {
        timeout_at(deadline, Arc::clone(&self.permits).acquire_owned()).await.ok()?.ok()
    }

    /// Runs `call` on a thread of its own and waits for its result for at most `limit`, the wait for a permit included.
    pub(crate) async fn run<T, F>(&self, limit: Duration, call: F) -> Result<T, BlockingError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let deadline = Instant::now() + limit;
        let late = BlockingError::TimedOut(limit);
        let Some(permit) = self.permit(deadline).await else { return Err(late) };
        let (answer, answered) = oneshot::channel();
        // Sending fails only if the caller has stopped waiting.
        self.start(permit, move || drop(answer.send(call())))?;
        match timeout_at(deadline, answered).await {
            Ok(result) => result.map_err(|_| BlockingError::Lost),
            Err(_) => Err(late),
        }
    }

    /// Runs `call` on a thread of its own. The permit is returned when the call ends, not when its caller stops waiting.
    pub(crate) fn start(&self, permit: CallPermit, call: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let held = move || {
            let _permit = permit;
            call();
        };
        thread::Builder::new().name(self.name.to_owned()).spawn(held).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_call_gives_its_result() {
        assert_eq!(BlockingPool::new("test", 1).run(LONG, || 6 * 7).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_hung_call_costs_its_caller_the_limit_and_others_only_its_place() {
        let pool = BlockingPool::new("test", 2);
        let (let_go, held) = mpsc::channel::<()>();
        let hung = pool.run(Duration::from_millis(10), move || held.recv()).await;
        assert!(matches!(hung, Err(BlockingError::TimedOut(_))));
        assert_eq!(pool.permits.available_permits(), 1);
        assert_eq!(pool.run(LONG, || 1).await.unwrap(), 1);

        let_go.send(()).unwrap();
        let both = Arc::clone(&pool.permits).acquire_many_owned(2);
        assert!(tokio::time::timeout(LONG, both).await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_panicking_call_is_an_error_and_frees_its_place() {
        let pool = BlockingPool::new("test", 1);
        let lost: Result<(), _> = pool.run(LONG, || panic!("on purpose")).await;
        assert!(matches!(lost, Err(BlockingError::Lost)));
        assert_eq!(pool.run(LONG, || 1).await.unwrap(), 1);
    }
}
