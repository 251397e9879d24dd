//! The polls that are under way: their sources are not claimed again, though the claim be over (a long timeout, a long wait)
//! or a clock that went back undid it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::SourceId;

/// Whose polls are under way. At most one for each place among all, and for each wait.
#[derive(Clone, Default, Debug)]
pub(super) struct PollsUnderWay(Arc<Mutex<HashSet<SourceId>>>);

impl PollsUnderWay {
    /// All of them.
    pub(super) fn sources(&self) -> HashSet<SourceId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One more, until the mark is dropped.
    pub(super) fn begin(&self, source: SourceId) -> PollUnderWay {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(source);
        PollUnderWay { among: self.clone(), source }
    }
}

/// A poll that is under way.
#[derive(Debug)]
pub(super) struct PollUnderWay {
    among: PollsUnderWay,
    source: SourceId,
}

impl Drop for PollUnderWay {
    fn drop(&mut self) {
        self.among.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.source);
    }
}
