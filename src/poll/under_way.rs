//! The polls that are under way. Their sources are not claimed again, even if the claim has expired during a long poll or was
//! undone when the clock was set back.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::PollReport;
use crate::model::{DueSource, SourceId};

/// The sources whose polls are under way, each with a sender for every request that waits for the report of the poll.
/// feeds.toml bounds the number of sources, and the connections to the control socket bound the number of requests.
#[derive(Clone, Default, Debug)]
pub(super) struct PollsUnderWay(Arc<Mutex<HashMap<SourceId, RunningPoll>>>);

/// A poll that is under way.
#[derive(Default, Debug)]
struct RunningPoll {
    /// Whether the source failed at the poll before this one.
    is_failing: bool,
    /// A sender for every request that waits for the report.
    senders: Vec<oneshot::Sender<PollReport>>,
}

impl PollsUnderWay {
    /// Returns all sources whose polls are under way.
    pub(super) fn sources(&self) -> HashSet<SourceId> {
        self.lock().keys().copied().collect()
    }

    /// Returns how many of the sources whose polls are under way failed at the poll before.
    pub(super) fn failing(&self) -> usize {
        self.lock().values().filter(|poll| poll.is_failing).count()
    }

    /// Adds a source. It is removed when the returned value is dropped.
    pub(super) fn begin(&self, due: &DueSource) -> PollUnderWay {
        self.lock().entry(due.id).or_default().is_failing = due.state.failures > 0;
        PollUnderWay { polls: self.clone(), source: due.id }
    }

    /// Returns a receiver of the report of a poll that is under way, or `None` if no poll of the source is. If the poll ends
    /// without a report, the sender is dropped.
    pub(super) fn wait_for(&self, source: SourceId) -> Option<oneshot::Receiver<PollReport>> {
        let (sender, receiver) = oneshot::channel();
        self.lock().get_mut(&source)?.senders.push(sender);
        Some(receiver)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SourceId, RunningPoll>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a poll in the list of those under way until it is dropped.
#[derive(Debug)]
pub(super) struct PollUnderWay {
    polls: PollsUnderWay,
    source: SourceId,
}

impl PollUnderWay {
    /// Sends the report to every request that waits for it.
    pub(super) fn finish(&self, report: &PollReport) {
        let poll = self.polls.lock().get_mut(&self.source).map(std::mem::take).unwrap_or_default();
        for sender in poll.senders {
            // Sending fails if nobody waits for the report any more.
            drop(sender.send(report.clone()));
        }
    }
}

impl Drop for PollUnderWay {
    fn drop(&mut self) {
        self.polls.lock().remove(&self.source);
    }
}
