//! Describes the list of a source: how long it covers, and why entries may be missed.

use std::time::Duration;

use serde::Serialize;

use crate::model::{Cadence, NextPoll, NextPollReason, SourceStatus};
use crate::policy::{decide, schedule};
use crate::text::words::counted;
use crate::time::{Timestamp, brief};

/// The list of a document, and the entries that may have been missed because they left it before a poll.
#[derive(Clone, Debug, Serialize)]
pub struct ListHealth {
    /// Number of entries in the last whole document, as [`ListWindow::listed`](crate::model::ListWindow::listed) counts them.
    pub entries: u32,
    /// How much time the entries of the list cover at the present rate of new entries, in seconds, if that is known.
    pub covers_s: Option<u64>,
    /// Number of polls that found only new entries in the list, so that entries before them may have been missed.
    pub replaced: u32,
    /// When a poll last found only new entries in the list.
    pub replaced_at: Option<Timestamp>,
    /// Why the next poll may come too late for some entries, in words. `None` if it comes in time.
    pub at_risk: Option<String>,
}

/// Describes the list of the last document. `next` is the planned next poll.
pub(super) fn list_health(status: &SourceStatus, next: Option<NextPoll>) -> Option<ListHealth> {
    let state = &status.state;
    let window = state.window;
    let polled_at = state.polled_at.filter(|_| window.listed > 0)?;
    let covers = schedule::list_covers(state, polled_at);
    let at_risk = next.zip(covers).and_then(|(next, covers)| explain_late_poll(status, next, covers));
    Some(ListHealth {
        entries: window.listed,
        covers_s: covers.map(|covers| covers.as_secs()),
        replaced: window.replaced,
        replaced_at: window.replaced_at,
        at_risk,
    })
}

/// Explains in words why entries may be missed before or after the next poll. `covers` is the time that the list covers.
/// Entries may be missed if the next poll comes so late that more than half of the list can be replaced before it. They may
/// also be missed if the document (skipHours, skipDays) rules out polls for too long in the day after the next poll. Returns
/// `None` in any other case, and for a delay that neither feeds.toml nor the server causes.
fn explain_late_poll(status: &SourceStatus, next: NextPoll, covers: Duration) -> Option<String> {
    let wait = next.at.since(status.state.succeeded_at?);
    // Jitter lengthens a wait by a tenth.
    let in_time = covers.mul_f64(0.6);
    if wait <= in_time {
        let skip = schedule::longest_skip(next.at, &status.state.hints).filter(|skip| *skip > in_time)?;
        return Some(format!(
            "the list covers about {} and its document rules out polls for {} of the next day (skipHours, skipDays), so entries may be missed",
            approximately(covers),
            approximately(skip)
        ));
    }
    let because = match next.reason {
        NextPollReason::Every | NextPollReason::Schedule => {
            "feeds.toml asks to wait that long (`every` or `schedule`)"
        }
        NextPollReason::Ttl => "its document asks to wait that long (ttl)",
        NextPollReason::UpdatePeriod => "its document asks to wait that long (sy:updatePeriod)",
        NextPollReason::Skip => "its document rules out the hours or days before (skipHours, skipDays)",
        NextPollReason::MaxAge | NextPollReason::Expires if decide::keeps_stated_times(&status.state) => {
            "its server asks to wait that long (max-age or Expires), and so far its document did not change before"
        }
        NextPollReason::MaxAge | NextPollReason::Expires => {
            "its server asks to wait that long (max-age or Expires)"
        }
        NextPollReason::RetryAfter | NextPollReason::DomainThrottled => {
            "its server or another one of its site asked for a pause"
        }
        NextPollReason::Backoff => "its server does not answer as it should",
        // Apart from jitter and jumps of the clock, riverd waits that long only because of `min_every`, or because it expects
        // no entries in the hours before the poll.
        NextPollReason::Adaptive | NextPollReason::Window if wait <= min_every(status).mul_f64(1.2) => {
            "`min_every` allows no poll before"
        }
        NextPollReason::Adaptive
        | NextPollReason::Window
        | NextPollReason::New
        | NextPollReason::Unvalidated
        | NextPollReason::Outage
        | NextPollReason::Pushed
        | NextPollReason::Gone
        | NextPollReason::Claimed => return None,
    };
    Some(format!(
        "the list covers about {} and the next poll comes {} after the last one, so entries may be missed: {because}",
        approximately(covers),
        approximately(wait)
    ))
}

/// Returns the shortest interval that feeds.toml allows for an adaptive source. Zero for a source with an interval of its own.
fn min_every(status: &SourceStatus) -> Duration {
    match status.source.as_ref().map(|source| &source.cadence) {
        Some(Cadence::Adaptive { min, .. }) => *min,
        _ => Duration::ZERO,
    }
}

/// Explains in words a next poll that comes before half of the entries in the list can be replaced
/// ([`NextPollReason::Window`]).
pub(super) fn explain_window(status: &SourceStatus, next: NextPoll) -> String {
    match schedule::list_covers(&status.state, next.at) {
        Some(covers) => format!(
            "its document lists {}, which cover about {}: before half of them can be replaced",
            counted(u64::from(status.state.window.listed), "entry"),
            approximately(covers)
        ),
        None => "before half of the entries that its document lists can be replaced".to_owned(),
    }
}

/// Formats an estimate, which is not exact to seconds.
pub(super) fn approximately(span: Duration) -> String {
    brief(Duration::from_secs((span.as_secs() / 60).max(1) * 60))
}
