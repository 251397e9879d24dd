//! Pauses domains whose rate limit is used up. An answer of any status can say so; the next request to the domain would be
//! refused then, whichever source sends it.

use super::PollContext;
use crate::model::{DomainPause, DueSource, EarlierAnswer, FetchOutcome, Freshness, Location, PollRecord};
use crate::policy::host::Scope;
use crate::policy::{replan, schedule};
use crate::time::Timestamp;

/// Returns the pause of the domain whose answer says that a rate limit is used up. The pause ends when the limit is reset. `None` if no
/// limit is used up, and for a private host, where the pause holds for the source alone.
pub(super) fn pause_until_reset<B>(
    due: &DueSource,
    outcome: &FetchOutcome<B>,
    context: &PollContext<'_>,
) -> Option<DomainPause> {
    let reset_at = freshness(outcome)?.limit_reset_at?;
    let until = schedule::not_before(reset_at, context.now);
    let by = match outcome {
        FetchOutcome::Fresh(fetched) => fetched.final_url.clone().map(Location::Http),
        FetchOutcome::Throttled { by, .. } => Some(Location::Http(by.clone())),
        _ => None,
    };
    let scope = Scope::of(&by.unwrap_or_else(|| due.address()));
    let spread = replan::spread_after_pause(until, context.now);
    let domain = scope.domain().filter(|_| until > context.now)?.to_owned();
    Some(DomainPause { domain, until, spread })
}

fn freshness<B>(outcome: &FetchOutcome<B>) -> Option<Freshness> {
    match outcome {
        FetchOutcome::Fresh(fetched) => Some(fetched.freshness),
        FetchOutcome::NotModified { freshness, .. }
        | FetchOutcome::Throttled { freshness, .. }
        | FetchOutcome::Failed { freshness, .. } => Some(*freshness),
        FetchOutcome::Gone { .. } => None,
    }
}

/// Returns the pause of the domain that the answer to a request of a verb asks for: the answer refuses the request, or says that a
/// rate limit is used up.
pub fn pause_of_answer<B>(answer: &EarlierAnswer<B>, now: Timestamp) -> Option<DomainPause> {
    let (by, refused_until) = match &answer.outcome {
        FetchOutcome::Throttled { status, by, .. } if super::speaks_for_domain(*status) => {
            (by, refused_until(answer))
        }
        FetchOutcome::Throttled { by, .. } => (by, None),
        FetchOutcome::Fresh(fetched) => (fetched.final_url.as_ref().unwrap_or(&answer.url), None),
        _ => (&answer.url, None),
    };
    let until = schedule::not_before(refused_until.max(limit_reset_at(answer))?, now);
    let scope = Scope::of_url(by);
    let domain = scope.domain().filter(|_| until > now)?.to_owned();
    Some(DomainPause { domain, until, spread: replan::spread_after_pause(until, now) })
}

/// Returns until when the server wants no request to the address of an answer that a verb got, if the answer says so.
pub fn paused_by_answer<B>(answer: &EarlierAnswer<B>, now: Timestamp) -> Option<Timestamp> {
    let until = schedule::not_before(refused_until(answer).max(limit_reset_at(answer))?, now);
    (until > now).then_some(until)
}

/// Returns when the pause ends that an answer asks for by refusing the request. Without a time in the answer, the pause is as long
/// as after a first throttled poll.
fn refused_until<B>(answer: &EarlierAnswer<B>) -> Option<Timestamp> {
    let FetchOutcome::Throttled { retry_after, .. } = &answer.outcome else { return None };
    Some(retry_after.unwrap_or_else(|| answer.asked_at.saturating_add(schedule::throttled_pause(1))))
}

fn limit_reset_at<B>(answer: &EarlierAnswer<B>) -> Option<Timestamp> {
    freshness(&answer.outcome)?.limit_reset_at
}

/// Adds the pause of a domain to a record. A longer pause of the record stays in force.
pub(super) fn with_pause(record: PollRecord, limit: Option<DomainPause>) -> PollRecord {
    let pause = match (record.pause, limit) {
        (Some(asked), Some(limit)) if asked.until >= limit.until => Some(asked),
        (asked, limit) => limit.or(asked),
    };
    PollRecord { pause, ..record }
}
