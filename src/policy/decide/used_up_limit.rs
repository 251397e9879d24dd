//! Pauses domains whose rate limit is used up. An answer of any status can say that it is. The next request to the domain would
//! then be refused, whichever source it is for.

use super::PollContext;
use crate::model::{DomainPause, DueSource, EarlierAnswer, FetchOutcome, Location, PollRecord};
use crate::policy::host::Scope;
use crate::policy::{replan, schedule};
use crate::time::Timestamp;

/// Returns the pause of the domain whose answer, or whose redirect, says that a rate limit is used up. The pause ends when the
/// limit is reset. `None` if no limit is used up, and for a private host, where the pause holds for the source alone.
pub(super) fn pause_until_reset<B>(
    due: &DueSource,
    outcome: &FetchOutcome<B>,
    context: &PollContext<'_>,
) -> Option<DomainPause> {
    let freshness = outcome.freshness()?;
    let by = match outcome {
        FetchOutcome::Fresh(fetched) => fetched.final_url.clone().map(Location::Http),
        FetchOutcome::Throttled { by, .. } => Some(Location::Http(by.clone())),
        _ => None,
    };
    let answering = Scope::of(&by.unwrap_or_else(|| due.address()));
    let by_answer = pause(&answering, freshness.limit_reset_at, context.now);
    let by_redirect = pause(&Scope::of(&due.address()), freshness.redirect_limit_reset_at, context.now);
    longer(by_answer, by_redirect)
}

/// Returns the pause of a domain whose limit is reset at `reset_at`.
fn pause(scope: &Scope, reset_at: Option<Timestamp>, now: Timestamp) -> Option<DomainPause> {
    let until = schedule::not_before(reset_at?, now);
    let domain = scope.domain().filter(|_| until > now)?.to_owned();
    Some(DomainPause { domain, until, spread: replan::spread_after_pause(until, now) })
}

/// Returns the longer of two pauses; the first one if they are equally long.
fn longer(one: Option<DomainPause>, other: Option<DomainPause>) -> Option<DomainPause> {
    match (one, other) {
        (Some(one), Some(other)) if one.until >= other.until => Some(one),
        (one, other) => other.or(one),
    }
}

/// Returns the pause of a whole domain that follows from the answer to a verb's request: the answer refuses the request because
/// of a rate limit, or says that a limit is used up.
pub fn pause_of_answer<B>(answer: &EarlierAnswer<B>, now: Timestamp) -> Option<DomainPause> {
    let (by, refused_until) = match &answer.outcome {
        FetchOutcome::Throttled { status, by, .. } if speaks_for_domain(*status) => {
            (by, refused_until(answer))
        }
        FetchOutcome::Throttled { by, .. } => (by, None),
        FetchOutcome::Fresh(fetched) => (fetched.final_url.as_ref().unwrap_or(&answer.url), None),
        _ => (&answer.url, None),
    };
    let freshness = answer.outcome.freshness();
    let reset_at = freshness.and_then(|freshness| freshness.limit_reset_at);
    let by_answer = pause(&Scope::of_url(by), refused_until.max(reset_at), now);
    let redirect_reset_at = freshness.and_then(|freshness| freshness.redirect_limit_reset_at);
    longer(by_answer, pause(&Scope::of_url(&answer.url), redirect_reset_at, now))
}

/// Returns until when the server wants no request to the address of an answer that a verb got, if the answer says so.
pub fn paused_by_answer<B>(answer: &EarlierAnswer<B>, now: Timestamp) -> Option<Timestamp> {
    let until = schedule::not_before(refused_until(answer).max(limit_reset_at(answer))?, now);
    (until > now).then_some(until)
}

/// Returns the end of the pause that an answer asks for by refusing the request. Without a time in the answer, the pause is as
/// long as after a first throttled poll.
fn refused_until<B>(answer: &EarlierAnswer<B>) -> Option<Timestamp> {
    let FetchOutcome::Throttled { retry_after, .. } = &answer.outcome else { return None };
    Some(retry_after.unwrap_or_else(|| answer.asked_at.saturating_add(schedule::throttled_pause(1))))
}

/// Returns when the rate limits that are used up are reset.
fn limit_reset_at<B>(answer: &EarlierAnswer<B>) -> Option<Timestamp> {
    let freshness = answer.outcome.freshness()?;
    freshness.limit_reset_at.max(freshness.redirect_limit_reset_at)
}

/// Adds the pause of a domain to a record. A longer pause of the record stays in force.
pub(super) fn with_pause(record: PollRecord, limit: Option<DomainPause>) -> PollRecord {
    let PollRecord { pause, .. } = record;
    PollRecord { pause: longer(pause, limit), ..record }
}

/// Returns whether a request for a pause with this status concerns the whole domain. A rate limit (429, 420, or 403 with the
/// signs of one) counts all requests of a client. A server error (503, 509) concerns only the address that was requested: one
/// broken script says nothing about the other feeds of its site. A redirect (3xx) to a paused domain starts no new pause.
pub(super) fn speaks_for_domain(status: u16) -> bool {
    (400..500).contains(&status)
}
