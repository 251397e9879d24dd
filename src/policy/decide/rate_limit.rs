//! Pauses domains whose rate limit is used up. An answer of any status can say so; the next request to the domain would be
//! refused then, whichever source sends it.

use super::PollContext;
use crate::model::{DomainPause, DueSource, FetchOutcome, Freshness, Location, PollRecord};
use crate::policy::host::Scope;
use crate::policy::{replan, schedule};
use crate::time::Timestamp;

/// Returns the pause of the domain whose answer says that a rate limit is used up. It ends when the limit is reset. `None` if no
/// limit is used up, and for a private host, where the pause holds for the source alone.
pub(super) fn pause_of_domain<B>(
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

/// Returns the pause of the domain that the answer to a request of a verb asks for. It is as long as after a first throttled
/// poll.
pub fn pause_of_answer(outcome: &FetchOutcome, now: Timestamp) -> Option<DomainPause> {
    let FetchOutcome::Throttled { status, retry_after, freshness, by, .. } = outcome else { return None };
    let asked_until = retry_after.unwrap_or_else(|| now.saturating_add(schedule::throttled_pause(1)));
    let until = schedule::not_before(
        freshness.limit_reset_at.map_or(asked_until, |reset| reset.max(asked_until)),
        now,
    );
    let scope = Scope::of_url(by);
    let domain = scope.domain().filter(|_| super::speaks_for_domain(*status) && until > now)?.to_owned();
    Some(DomainPause { domain, until, spread: replan::spread_after_pause(until, now) })
}

/// Adds the pause of a domain to a record. A longer pause of the record stays in force.
pub(super) fn with_pause(record: PollRecord, limit: Option<DomainPause>) -> PollRecord {
    let pause = match (record.pause, limit) {
        (Some(asked), Some(limit)) if asked.until >= limit.until => Some(asked),
        (asked, limit) => limit.or(asked),
    };
    PollRecord { pause, ..record }
}
