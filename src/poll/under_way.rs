//! The polls that are under way. Their sources are not claimed again, even if the claim has expired during a long poll or was
//! undone when the clock was set back.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::SourceId;

/// The sources whose polls are under way. Their number is bounded by the limits of polling.
#[derive(Clone, Default, Debug)]
pub(super) struct PollsUnderWay(Arc<Mutex<HashSet<SourceId>>>);

impl PollsUnderWay {
    /// Returns all sources whose polls are under way.
    pub(super) fn sources(&self) -> HashSet<SourceId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds a source until the returned value is dropped.
    pub(super) fn begin(&self, source: SourceId) -> PollUnderWay {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(source);
        PollUnderWay { polls: self.clone(), source }
    }
}

/// A poll that is under way. Dropping it ends the poll.
#[derive(Debug)]
pub(super) struct PollUnderWay {
    polls: PollsUnderWay,
    source: SourceId,
}

impl Drop for PollUnderWay {
    fn drop(&mut self) {
        self.polls.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.source);
    }
}
