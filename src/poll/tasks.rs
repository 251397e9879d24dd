//! The tasks in which polls run.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// Polls, requests to hubs, and fetches of pages that are under way.
///
/// In the daemon they have a runtime of their own. The HTTP library reads some answers without a pause (floods of informational
/// ones, for example), and a server that sends them keeps a thread busy. Meanwhile riverd must serve, ping the watchdog and
/// stop.
#[derive(Debug)]
pub(super) struct PollTasks {
    tracker: TaskTracker,
    runtime: Option<Handle>,
}

impl PollTasks {
    /// Runs tasks on `runtime`; without one, on that of the caller.
    pub(super) fn on(runtime: Option<Handle>) -> Self {
        Self { tracker: TaskTracker::new(), runtime }
    }

    /// Returns the runtime for a task that is spawned now.
    pub(super) fn runtime(&self) -> Handle {
        self.runtime.clone().unwrap_or_else(Handle::current)
    }

    pub(super) fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.tracker.spawn_on(task, &self.runtime())
    }

    /// Counts a future that the caller runs as a task until it ends.
    pub(super) async fn track<F: Future>(&self, future: F) -> F::Output {
        self.tracker.track_future(future).await
    }

    /// Returns how many tasks are under way.
    pub(super) fn len(&self) -> usize {
        self.tracker.len()
    }

    /// Waits until all tasks have ended. Returns whether they have within `limit`.
    pub(super) async fn end_within(&self, limit: Duration) -> bool {
        self.tracker.close();
        tokio::time::timeout(limit, self.tracker.wait()).await.is_ok()
    }
}
