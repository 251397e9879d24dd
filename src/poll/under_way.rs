//! The polls that are under way. Their sources are not claimed again, even if the claim has expired during a long poll or was
//! undone when the clock was set back.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::PollReport;
use crate::model::SourceId;

/// The sources whose polls are under way, each with a sender for every request that waits for the report of the poll.
/// feeds.toml bounds the number of sources, and the connections to the control socket bound the number of requests.
#[derive(Clone, Default, Debug)]
pub(super) struct PollsUnderWay(Arc<Mutex<RunningPolls>>);

#[derive(Default, Debug)]
struct RunningPolls {
    polls: HashMap<SourceId, RunningPoll>,
    /// Whether a poll that began before the clock was set back has ended.
    has_ended_by_old_clock: bool,
}

/// A poll that is under way.
#[derive(Default, Debug)]
struct RunningPoll {
    /// Whether the poll may be slow, by the polls before it.
    may_be_slow: bool,
    /// Whether the clock was set back since the poll began. The poll still records times of the old clock.
    is_by_old_clock: bool,
    /// A sender for every request that waits for the report.
    senders: Vec<oneshot::Sender<PollReport>>,
}

impl PollsUnderWay {
    /// Returns all sources whose polls are under way.
    pub(super) fn sources(&self) -> HashSet<SourceId> {
        self.lock().polls.keys().copied().collect()
    }

    /// Returns how many of the polls under way may be slow, by the polls before them.
    pub(super) fn slow(&self) -> usize {
        self.lock().polls.values().filter(|poll| poll.may_be_slow).count()
    }

    /// Adds a source. It is removed when the returned value is dropped.
    pub(super) fn begin(&self, source: SourceId, may_be_slow: bool) -> PollUnderWay {
        self.lock().polls.entry(source).or_default().may_be_slow = may_be_slow;
        PollUnderWay { polls: self.clone(), source }
    }

    /// Returns a receiver of the report of a poll that is under way, or `None` if no poll of the source is. If the poll ends
    /// without a report, the sender is dropped.
    pub(super) fn wait_for(&self, source: SourceId) -> Option<oneshot::Receiver<PollReport>> {
        let (sender, receiver) = oneshot::channel();
        self.lock().polls.get_mut(&source)?.senders.push(sender);
        Some(receiver)
    }

    /// Notes that the clock was set back.
    pub(super) fn note_clock_set_back(&self) {
        self.lock().polls.values_mut().for_each(|poll| poll.is_by_old_clock = true);
    }

    /// Returns whether a poll that began before the clock was set back has ended since this was asked last.
    pub(super) fn take_ended_by_old_clock(&self) -> bool {
        std::mem::take(&mut self.lock().has_ended_by_old_clock)
    }

    fn lock(&self) -> MutexGuard<'_, RunningPolls> {
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
        let senders = |poll: &mut RunningPoll| std::mem::take(&mut poll.senders);
        let senders = self.polls.lock().polls.get_mut(&self.source).map(senders).unwrap_or_default();
        for sender in senders {
            // Sending fails if nobody waits for the report any more.
            drop(sender.send(report.clone()));
        }
    }
}

impl Drop for PollUnderWay {
    fn drop(&mut self) {
        let mut running = self.polls.lock();
        let ended = running.polls.remove(&self.source);
        running.has_ended_by_old_clock |= ended.is_some_and(|poll| poll.is_by_old_clock);
    }
}
