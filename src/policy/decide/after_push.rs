//! Plans another poll after a poll that a message of a hub caused, because that poll may have read from a stale cache.

use crate::model::{DueSource, NextPollReason, PollRecord, PollVerdict};
use crate::policy::websub::{self, FoundByPoll};

/// Plans another poll soon if the poll that a message of a hub caused found nothing new.
pub(super) fn follow_up(due: &DueSource, record: PollRecord) -> PollRecord {
    let found = match &record.verdict {
        PollVerdict::Unchanged => FoundByPoll::Nothing,
        PollVerdict::Fresh(_) if record.state.last_new_at == due.state.last_new_at => {
            FoundByPoll::ChangeWithoutNews
        }
        // The message says that the publisher has news, and the server may soon be back, or says when the pause ends that it
        // asks for.
        PollVerdict::Throttled(_) if record.next.reason != NextPollReason::Backoff => FoundByPoll::Nothing,
        PollVerdict::Failed(_) if record.status.is_none_or(|status| status >= 500) => FoundByPoll::Nothing,
        _ => FoundByPoll::NewsOrRefusal,
    };
    let next = websub::follow_up(due, &record.state, found, record.next, record.polled_at);
    PollRecord { next, ..record }
}
