//! Calls that block and can't be interrupted (name lookups, files on a dead network share), kept from using up threads.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

/// A bounded number of threads for calls that may hang.
///
/// Not tokio's blocking pool: a hung call there takes a place from the parsing of other feeds, and keeps the process from
/// ending, since a runtime waits for its blocking tasks. These threads are detached; the process ends without them.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    name: &'static str,
    places: Arc<Semaphore>,
}

/// Why a call gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LaneError {
    /// It, or those before it, took too long. It may still be running, and keeps its place until it ends.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// No thread could be started.
    #[error("no thread could be started: {0}")]
    NoThread(#[from] io::Error),
    /// The call panicked.
    #[error("the call ended without a result")]
    Lost,
}

impl Lane {
    /// At most `places` calls at a time; `name` names their threads.
    pub(crate) fn new(name: &'static str, places: usize) -> Self {
        Self { name, places: Arc::new(Semaphore::new(places)) }
    }

    /// Runs `call` on a thread of its own and waits for it for at most `limit`, the wait for a place included.
    pub(crate) async fn run<T, F>(&self, limit: Duration, call: F) -> Result<T, LaneError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let deadline = Instant::now() + limit;
        let late = |_| LaneError::TimedOut(limit);
        let place = timeout_at(deadline, Arc::clone(&self.places).acquire_owned()).await.map_err(late)?;
        let (answer, answered) = oneshot::channel();
        thread::Builder::new().name(self.name.to_owned()).spawn(move || {
            // The place is given back when the call really ended, not when its caller lost patience.
            let _place = place;
            // An error means that the caller lost patience.
            drop(answer.send(call()));
        })?;
        timeout_at(deadline, answered).await.map_err(late)?.map_err(|_| LaneError::Lost)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_call_gives_its_result() {
        assert_eq!(Lane::new("test", 1).run(LONG, || 6 * 7).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_hung_call_costs_its_caller_the_limit_and_others_only_its_place() {
        let lane = Lane::new("test", 2);
        let (let_go, held) = mpsc::channel::<()>();
        let hung = lane.run(Duration::from_millis(10), move || held.recv()).await;
        assert!(matches!(hung, Err(LaneError::TimedOut(_))));
        assert_eq!(lane.places.available_permits(), 1);
        assert_eq!(lane.run(LONG, || 1).await.unwrap(), 1);

        let_go.send(()).unwrap();
        let both = Arc::clone(&lane.places).acquire_many_owned(2);
        assert!(tokio::time::timeout(LONG, both).await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_panicking_call_is_an_error_and_frees_its_place() {
        let lane = Lane::new("test", 1);
        let lost: Result<(), _> = lane.run(LONG, || panic!("on purpose")).await;
        assert!(matches!(lost, Err(LaneError::Lost)));
        assert_eq!(lane.run(LONG, || 1).await.unwrap(), 1);
    }
}
