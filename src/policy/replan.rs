//! Computes how the planned next poll of a source changes for another reason than a poll of that source: a change of
//! feeds.toml, a pause of its domain, a message or the end of a hub, a clock that is set back. The store keeps the plans.

use std::time::Duration;

use crate::model::{Cadence, DomainPause, NextPoll, NextPollReason, Source, SourceState};
use crate::policy::schedule::{self, Jitter, JitterWidth, PlanInput};
use crate::policy::websub;
use crate::time::{MINUTE, Timestamp};

/// The plan of one source, as the store keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoredPlan {
    /// The next poll and its reason.
    pub next: NextPoll,
    /// End of the pause that the publisher asked for, if it asked for one.
    pub not_before: Option<Timestamp>,
}

/// Plans the first poll of a source that is new, or that is polled again after a 410: now, or when its pause ends.
pub fn first_poll(not_before: Option<Timestamp>, now: Timestamp) -> NextPoll {
    NextPoll { at: now.max(not_before.unwrap_or(now)), reason: NextPollReason::New }
}

/// Plans the next poll of a source that was removed from feeds.toml and added again. If a 410 had ended its polls, they begin
/// again. Otherwise returns `None`, and the stored plan stays.
pub fn after_return(state: &SourceState, now: Timestamp) -> Option<NextPoll> {
    state.gone_at.map(|_| first_poll(state.not_before, now))
}

/// Plans the first poll at the new address of a source. A pause that the old address asked for is kept if `same_host`.
pub fn after_new_address(not_before: Option<Timestamp>, same_host: bool, now: Timestamp) -> StoredPlan {
    let not_before = not_before.filter(|until| same_host && *until > now);
    let next = match not_before {
        Some(at) => NextPoll { at, reason: NextPollReason::RetryAfter },
        None => first_poll(None, now),
    };
    StoredPlan { next, not_before }
}

/// Returns the plan after a change of feeds.toml that concerns when the source is polled. A shorter interval brings the poll
/// forward, but never before the end of a pause; if it lies in the past, the source is due now. A plan that does not follow
/// from the interval (such as one by backoff or `Expires`) stays. `share` (evenly distributed from 0 to 1) is the share of the
/// jitter that is added.
pub fn after_new_interval(source: &Source, state: &SourceState, planned: NextPoll, share: f64) -> NextPoll {
    let by_interval = matches!(
        planned.reason,
        NextPollReason::Every
            | NextPollReason::Schedule
            | NextPollReason::Adaptive
            | NextPollReason::Window
            | NextPollReason::Ttl
            | NextPollReason::UpdatePeriod
            | NextPollReason::MaxAge
    ) || is_own_choice_that_a_fixed_interval_replaces(source, planned);
    let Some(polled_at) = state.polled_at.filter(|_| by_interval) else { return planned };
    let jitter = Jitter::new(share, JitterWidth::Usual);
    let input = PlanInput { source, state, now: polled_at, expires: None, jitter };
    let fresh = schedule::after_success(&input);
    if fresh.at < planned.at { fresh } else { planned }
}

/// Postpones a poll that is overdue by its new interval by a share (evenly distributed from 0 to 1) of up to ten minutes, but
/// not longer than the interval. So sources that are all due after a change of feeds.toml are not polled at one moment.
pub fn spread_overdue(
    source: &Source,
    state: &SourceState,
    next: NextPoll,
    now: Timestamp,
    share: f64,
) -> NextPoll {
    if next.at > now {
        return next;
    }
    let jitter = Jitter::new(share, JitterWidth::Usual);
    let wait = schedule::usual_wait(&PlanInput { source, state, now, expires: None, jitter });
    NextPoll { at: now.saturating_add(jitter.within(wait.min(10 * MINUTE))), ..next }
}

/// Returns whether riverd by itself postponed the next poll, because polls of the source cost its server much, and the operator
/// has set a fixed interval since then. The fixed interval then counts.
fn is_own_choice_that_a_fixed_interval_replaces(source: &Source, planned: NextPoll) -> bool {
    planned.reason == NextPollReason::Unvalidated && !matches!(source.cadence, Cadence::Adaptive { .. })
}

/// Returns the plan after a hub ended the subscription: the plan that the source would have had without a hub.
pub fn without_hub(source: &Source, state: &SourceState, planned: NextPoll, share: f64) -> NextPoll {
    if planned.reason != NextPollReason::Pushed {
        return planned;
    }
    let by_interval = NextPoll { reason: NextPollReason::Every, ..planned };
    let usual = after_new_interval(source, state, by_interval, share);
    if usual.at < planned.at { usual } else { planned }
}

/// Returns the plan after a hub sent news: the source is polled at once, but not during a pause. A source on a public host
/// (`is_public`) is not polled twice within a minute. `None` if the stored plan is as early or earlier.
pub fn after_hub_message(
    plan: StoredPlan,
    polled_at: Option<Timestamp>,
    is_public: bool,
    now: Timestamp,
) -> Option<NextPoll> {
    let gap = if is_public { websub::PUSHED_POLL_GAP } else { Duration::ZERO };
    let after_gap = polled_at.map(|at| at.saturating_add(gap));
    let at = now.max(after_gap.unwrap_or(now)).max(plan.not_before.unwrap_or(now));
    (plan.next.at > at).then_some(NextPoll { at, reason: NextPollReason::Pushed })
}

/// Applies the pause of a domain to the plans of its sources. `asked` is the source whose request led to the pause, if there is
/// one. None of `others` is polled before the pause ends. After it, those that were due during the pause are polled in their
/// order, spread evenly. `asked` comes after them, because its request may well cause the next pause. No plan is brought
/// forward.
pub fn pause_domain<'p>(
    others: impl IntoIterator<Item = &'p mut StoredPlan>,
    asked: Option<&mut StoredPlan>,
    pause: &DomainPause,
) {
    let mut waiting = Vec::new();
    for plan in others {
        plan.not_before = plan.not_before.max(Some(pause.until));
        if plan.next.at < pause.until {
            waiting.push(plan);
        }
    }
    let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    for (position, plan) in (0..count).zip(waiting) {
        let at = pause.until.saturating_add(pause.spread * position / count);
        plan.next = NextPoll { at, reason: NextPollReason::DomainThrottled };
    }
    let last = pause.until.saturating_add(pause.spread);
    let Some(asked) = asked else { return };
    asked.not_before = asked.not_before.max(Some(pause.until));
    if asked.next.at < pause.until {
        asked.next = NextPoll { at: last, reason: NextPollReason::DomainThrottled };
    } else if count > 0 && asked.next.at < last {
        asked.next.at = last;
    }
}

/// Applies the pause of a domain, which ends at `until`, to a source that is added to the domain at `now` (it is new, its
/// address changed, or it is named again). `share` is evenly distributed from 0 to 1.
pub fn join_paused_domain(plan: StoredPlan, until: Timestamp, now: Timestamp, share: f64) -> StoredPlan {
    let mut next = plan.next;
    if next.at < until {
        let delay = Jitter::new(share, JitterWidth::Usual).within(spread_after_pause(until, now));
        next = NextPoll { at: until.saturating_add(delay), reason: NextPollReason::DomainThrottled };
    }
    StoredPlan { next, not_before: plan.not_before.max(Some(until)) }
}

/// Returns over how long the polls after a pause from `now` until `until` are spread: as long as the pause, but at most ten
/// minutes.
pub fn spread_after_pause(until: Timestamp, now: Timestamp) -> Duration {
    until.since(now).min(10 * MINUTE)
}

/// Moves a plan back after the clock was set back to `now`. The last poll ended at `polled_at` by the old clock.
pub fn after_clock_set_back(plan: StoredPlan, polled_at: Timestamp, now: Timestamp) -> StoredPlan {
    let next = NextPoll { at: moved_back(plan.next.at, polled_at, now), ..plan.next };
    let not_before = plan.not_before.map(|until| moved_back(until, polled_at, now));
    StoredPlan { next, not_before }
}

/// Moves the plan of a source back after the clock was set back to `now`, as its cadence requires. `state` is the state of the
/// source by the new clock.
///
/// A wait that followed from the rhythm of the source may have been chosen by a wrong clock. It gets shorter if the new clock
/// says so. A scheduled poll is planned for the next scheduled time by the new clock. If the clock was only set back a little
/// (at most by a tenth of the planned wait), that plan stays, because the last scheduled time has already had its poll.
pub fn configured_after_clock_set_back(
    (source, state): (&Source, &SourceState),
    plan: StoredPlan,
    polled_at: Timestamp,
    now: Timestamp,
    share: f64,
) -> StoredPlan {
    let moved = after_clock_set_back(plan, polled_at, now);
    if matches!(plan.next.reason, NextPollReason::Adaptive | NextPollReason::Window) {
        return StoredPlan { next: after_new_interval(source, state, moved.next, share), ..moved };
    }
    if plan.next.reason != NextPollReason::Schedule || !matches!(source.cadence, Cadence::Schedule(_)) {
        return moved;
    }
    let has_had_its_poll = polled_at.since(now) <= plan.next.at.since(polled_at) / 10;
    if has_had_its_poll {
        return StoredPlan { next: plan.next, ..moved };
    }
    let jitter = Jitter::new(share, JitterWidth::Usual);
    let next = schedule::after_success(&PlanInput { source, state, now, expires: None, jitter });
    StoredPlan { next, ..moved }
}

/// Moves the pause of a source back after the clock was set back to `now`. A host asked for the pause at `asked_at` by the old
/// clock. Only a next poll that waits for that pause moves with it.
pub fn paused_after_clock_set_back(plan: StoredPlan, asked_at: Timestamp, now: Timestamp) -> StoredPlan {
    let moved = after_clock_set_back(plan, asked_at, now);
    let waits = plan.next.reason == NextPollReason::DomainThrottled;
    StoredPlan { next: if waits { moved.next } else { plan.next }, ..moved }
}

/// Moves `at` back by the time from `now` to `reference`, a moment by the old clock.
pub fn moved_back(at: Timestamp, reference: Timestamp, now: Timestamp) -> Timestamp {
    at.saturating_sub(reference.since(now))
}

#[cfg(test)]
mod tests;
