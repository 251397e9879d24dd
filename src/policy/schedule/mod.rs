//! Plans the next poll and gives its reason: the interval, what raises it, backoff and jitter. docs/polling.md explains it.

mod cron_times;
mod daily_rhythm;
mod editions;
mod hints;
mod interval;
mod rhythm;
mod window;

use std::time::Duration;

use chrono::Local;

use crate::model::{Cadence, NextPoll, NextPollReason, Source, SourcePlan, SourceState, Validators};
use crate::policy::host::Scope;
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use interval::Interval;

pub use cron_times::next_time;
pub use hints::longest_skip;
pub use rhythm::Rhythm;
pub use window::{
    ListedEntries, after_document, list_covers, longest_unproven_first_wait, longest_unproven_wait,
};

/// What a plan depends on. `state` is the state *after* the poll that is being decided.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    /// The source as configured.
    pub source: &'a Source,
    /// What past polls found out about the source.
    pub state: &'a SourceState,
    /// When the poll ended.
    pub now: Timestamp,
    /// The `Expires` header of the answer.
    pub expires: Option<Timestamp>,
    /// The random delay to add to the interval.
    pub jitter: Jitter,
}

/// A random delay that keeps sources from being polled at the same moment. It never makes a poll earlier than publisher and
/// operator allow.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Jitter {
    share: f64,
    width: JitterWidth,
}

/// How long the random delay can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JitterWidth {
    /// Up to a tenth of the interval: sources that are polled at different times stay apart.
    Usual,
    /// Up to the whole interval, after a poll that many sources made at the same time (the first poll, or the one after a
    /// stop, a sleep or an outage): the next polls of a thousand such sources are spread evenly.
    Wide,
}

impl Jitter {
    /// Creates a delay of the random `share` of `width`. `share` is evenly distributed from 0 to 1; any other number counts as
    /// 0.
    pub fn new(share: f64, width: JitterWidth) -> Self {
        Self { share: if (0.0..=1.0).contains(&share) { share } else { 0.0 }, width }
    }

    /// Returns the wait of `interval` with a random delay. A wait of riverd's own choice stays within `most`: if there is no
    /// room for a delay, it is shortened at random, to no less than half. A required wait may always be delayed by a tenth,
    /// even beyond `most`.
    fn apply(self, interval: &Interval, most: Duration) -> Duration {
        let tenth = interval.wait / 10;
        let width = match self.width {
            JitterWidth::Usual => tenth,
            JitterWidth::Wide => interval.wait,
        };
        let is_required = interval.required >= interval.wait;
        let top =
            if is_required { most.max(interval.wait.saturating_add(tenth)) } else { most.max(interval.wait) };
        let latest = top.min(interval.wait.saturating_add(width));
        let earliest =
            latest.saturating_sub(width).max(interval.wait / 2).max(interval.required).min(interval.wait);
        earliest + (latest.saturating_sub(earliest)).mul_f64(self.share)
    }

    /// Returns a random share of `width`.
    pub(super) fn within(self, width: Duration) -> Duration {
        width.mul_f64(self.share)
    }
}

/// The longest pause that a publisher can ask for. No publisher means more than a month, and one that answers
/// `Retry-After: 1000000000000` by mistake must not lose its subscriber.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_hours(30 * 24);

/// The longest wait after failures, unless the usual interval is longer.
const BACKOFF_AT_MOST: Duration = DAY;

/// The usual wait for a server that gives no validators and whose body changes. It is long because each poll costs the server a
/// whole body.
const UNVALIDATED: Duration = HOUR;

/// The longest wait for a server that gives no validators, while its body stays the same.
const UNVALIDATED_AT_MOST: Duration = DAY;

/// How long after its first failure a source with a cron schedule is tried again, and after its first refusal with a pause also
/// one with an interval of the operator: its next usual poll may be a week away.
const SCHEDULED_RETRY: Duration = Duration::from_mins(30);

/// Where a request that failed in an outage of riverd's own network ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutageRetry {
    /// On this machine. Trying again soon costs no server anything.
    Local,
    /// On its way to the server. The server itself may be down, so it gets requests less often.
    Sent,
}

impl OutageRetry {
    /// Returns the shortest wait before the next request. The longest is three times as long.
    fn wait(self) -> Duration {
        match self {
            Self::Local => Duration::from_secs(10),
            Self::Sent => Duration::from_mins(5),
        }
    }
}

/// How long after the last body a request is sent without validators, to detect servers that wrongly answer 304 for ever.
const UNCONDITIONAL_AFTER: Duration = Duration::from_hours(8 * 24);

/// The longest random delay of a source with a cron schedule. It spreads the sources that have the same schedule.
const SCHEDULE_JITTER: Duration = Duration::from_mins(5);

/// Interval of the polls that check that a hub misses nothing while it sends the news of a source.
const PUSHED_CHECK: Duration = DAY;

/// Returns the validators of a source, or none if no body has come for eight days.
pub fn trusted_validators(state: &SourceState, now: Timestamp) -> Validators {
    match state.body_at {
        Some(body_at) if now.since(body_at) < UNCONDITIONAL_AFTER => state.validators.clone(),
        // Without the time of the last body, validators can't be trusted.
        _ => Validators::default(),
    }
}

/// Returns when a publisher that asked for a pause until `asked_until` may get the next request: at `asked_until`, or in a
/// month if that is sooner.
pub fn not_before(asked_until: Timestamp, now: Timestamp) -> Timestamp {
    asked_until.min(now.saturating_add(LONGEST_PAUSE))
}

/// The shortest time between two polls that a person asks for, of a source on a public host.
pub const REFRESH_GAP: Duration = MINUTE;

/// Why a source is not polled, although a person asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotPolled {
    /// The source is disabled in feeds.toml, or feeds.toml no longer names it.
    Disabled,
    /// The server of the source answered 410.
    Gone,
    /// The server of the source wants no request before this time.
    Paused(Timestamp),
    /// The source was polled less than a minute before. It may be polled from this time on.
    JustPolled(Timestamp),
}

/// Returns why a source may not be polled now, although a person asks for it; `None` if it may be polled. No source is polled
/// during a pause that its publisher asked for. A source on a public host is not polled twice within a minute.
pub fn why_not_on_request(plan: &SourcePlan, now: Timestamp) -> Option<NotPolled> {
    if !plan.source.enabled {
        return Some(NotPolled::Disabled);
    }
    if plan.next_poll.is_none() {
        return Some(NotPolled::Gone);
    }
    let paused = plan.not_before.filter(|until| *until > now).map(NotPolled::Paused);
    paused.or_else(|| just_polled_until(&plan.source, plan.polled_at, now).map(NotPolled::JustPolled))
}

/// Returns from when on a person may have a source polled again that was last polled at `polled_at`, if that is too recent;
/// `None` if it may be polled now.
pub fn just_polled_until(source: &Source, polled_at: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let polled_at = polled_at.filter(|at| *at <= now)?;
    let until = polled_at.saturating_add(REFRESH_GAP);
    (until > now && Scope::of(&source.location) != Scope::Private).then_some(until)
}

/// Plans the next poll after a success: a new body was read, or the answer confirmed the known one.
pub fn after_success(input: &PlanInput<'_>) -> NextPoll {
    plan(input, &interval::usual(input))
}

/// Plans the next poll after the first document of a source. One document does not show how often it changes: its list may be
/// short for its rate, and its dates may lie long before its entries appear.
pub fn after_first_document(input: &PlanInput<'_>) -> NextPoll {
    let usual = interval::usual(input);
    let Cadence::Adaptive { .. } = input.source.cadence else { return plan(input, &usual) };
    let interval = usual.within_window(window::longest_first_wait(input.state, input.now));
    // If the list may be replaced within this time, the next poll comes before that, even if it is not known how many entries
    // the list has room for.
    let is_replaced = window::short_list_covers(input.state, input.now)
        .is_some_and(|covers| covers < interval.wait.saturating_mul(2));
    let width = if is_replaced { JitterWidth::Usual } else { input.jitter.width };
    plan(&PlanInput { jitter: Jitter { width, ..input.jitter }, ..*input }, &interval)
}

/// Plans the next poll after a server without validators sent a new body: after an hour at least, because each poll costs it a
/// whole body, but before half of the list can have been replaced. An interval that the operator set is not changed.
pub fn after_unvalidated_change(input: &PlanInput<'_>) -> NextPoll {
    match input.source.cadence {
        Cadence::Adaptive { .. } => plan(input, &unvalidated(input, UNVALIDATED)),
        Cadence::Every(_) | Cadence::Schedule(_) => after_success(input),
    }
}

/// Plans the next poll after a server without validators sent the known body: by the rhythm of the source, as a poll costs a
/// whole body. Once the source has been silent for several of its usual gaps, the wait is half of the silence, from an hour to
/// a day. The wait ends before half of the list can have been replaced. An interval that the operator set is not changed.
pub fn after_unvalidated(input: &PlanInput<'_>) -> NextPoll {
    match input.source.cadence {
        Cadence::Adaptive { .. } => {
            let wait = interval::by_rhythm(input.state, input.now, UNVALIDATED, UNVALIDATED_AT_MOST);
            plan(input, &unvalidated(input, wait))
        }
        Cadence::Every(_) | Cadence::Schedule(_) => after_success(input),
    }
}

/// Returns the usual interval, raised to `wait` within the window of the source. A list that is too short to be known as full
/// is polled before all of it can be replaced.
fn unvalidated(input: &PlanInput<'_>, wait: Duration) -> Interval {
    let short_list = window::short_list_covers(input.state, input.now).map(|covers| covers / 10 * 9);
    let wait = short_list.map_or(wait, |most| wait.min(most));
    let (wait, reason) = within_window(input, wait, NextPollReason::Unvalidated);
    interval::usual(input).raised(wait, reason)
}

/// Plans the next poll while a hub sends the news of the source. A cron schedule of the operator still holds.
pub fn while_pushed(input: &PlanInput<'_>) -> NextPoll {
    let usual = interval::usual(input);
    let (check, reason) =
        within_window(input, PUSHED_CHECK.min(input.source.max_every), NextPollReason::Pushed);
    match input.source.cadence {
        Cadence::Every(_) | Cadence::Adaptive { .. } => plan(input, &usual.stretched(check, reason)),
        Cadence::Schedule(_) => plan(input, &usual),
    }
}

/// Shortens a wait of riverd's own choice so that no more than half of the list of the source is replaced in it, jitter
/// included.
fn within_window(
    input: &PlanInput<'_>,
    wait: Duration,
    reason: NextPollReason,
) -> (Duration, NextPollReason) {
    match window::longest_wait_of(input.source, input.state, input.now).map(|window| window / 10 * 9) {
        Some(most) if most < wait => (most, NextPollReason::Window),
        _ => (wait, reason),
    }
}

/// Plans the next poll after `times` failures in a row (at least one): in 1, 2, 4, … times the usual interval, up to a day, or
/// to the usual interval if that is longer. A wait in which half of the list of the source is replaced is shortened to that
/// time, but not to less than an hour or the usual interval. With a cron schedule, the waits are 30, 60, 120, … minutes while
/// they end before the next scheduled time; later ones end at scheduled times.
pub fn after_failures(input: &PlanInput<'_>, times: u32) -> NextPoll {
    let most = window::longest_wait_after_failure(input.state, input.now).unwrap_or(Duration::MAX);
    after_backoff(input, times, most)
}

/// Plans the next poll after the server refused `times` requests in a row (at least one) because they were too many: in 1, 2,
/// 4, … times the usual interval, like [`after_failures`]. Unlike there, the wait is not shortened if the list is replaced
/// sooner.
pub fn after_refusals(input: &PlanInput<'_>, times: u32) -> NextPoll {
    after_backoff(input, times, Duration::MAX)
}

/// Plans the next poll after the server refused `times` requests in a row (at least one) and said for how long. An interval or
/// a cron schedule of the operator may be much longer than such a pause, and the refused poll brought nothing: the source is
/// polled in 30, 60, 120, … minutes, if that is before the next usual poll, and when the pause is over.
pub fn after_pause(input: &PlanInput<'_>, times: u32) -> NextPoll {
    let wait = backoff(SCHEDULED_RETRY, times);
    let is_by_operator = !matches!(input.source.cadence, Cadence::Adaptive { .. });
    if is_by_operator && wait < interval::usual(input).wait {
        return plan(input, &Interval::required(wait, NextPollReason::Backoff));
    }
    after_success(input)
}

/// Plans the next poll after `times` failed polls in a row. Without a cron schedule, the wait is at most `most`, or the usual
/// interval if that is longer.
fn after_backoff(input: &PlanInput<'_>, times: u32, most: Duration) -> NextPoll {
    let usual = interval::usual(input);
    let Cadence::Schedule(cron) = &input.source.cadence else {
        let wait = backoff(usual.wait, times).min(most.max(usual.wait));
        return plan(input, &Interval::required(wait, NextPollReason::Backoff));
    };
    // The first polls after failures come soon, because the next scheduled time may be far. Once the backoff is longer than the
    // time until the next scheduled time, the next poll is at the first scheduled time after the backoff.
    let wait = backoff(SCHEDULED_RETRY, times);
    if wait < usual.wait {
        return plan(input, &Interval::required(wait, NextPollReason::Backoff));
    }
    let wait = interval::until_scheduled(cron, input.now, wait, &Local).max(usual.wait);
    let delay = input.jitter.within(SCHEDULE_JITTER.min(wait / 10));
    let at = input.now.saturating_add(wait).saturating_add(delay);
    after_pauses_and_skips(input, NextPoll { at, reason: NextPollReason::Backoff })
}

/// Plans the next poll while riverd's own network is down. It comes soon, but not for all sources at the same moment.
pub fn after_outage(input: &PlanInput<'_>, retry: OutageRetry) -> NextPoll {
    let wait = interval::usual(input).wait.min(retry.wait());
    let at = input.now.saturating_add(wait).saturating_add(input.jitter.within(wait * 2));
    after_pauses_and_skips(input, NextPoll { at, reason: NextPollReason::Outage })
}

/// Returns the pause after a source was throttled `times` in a row without a `Retry-After`: 1, 2, 4, … minutes, up to an hour.
/// It also holds for polls that a person asks for and, if the status speaks for the whole domain, for the other sources there.
/// The throttled source itself waits for its backoff if that is longer.
pub fn throttled_pause(times: u32) -> Duration {
    doubled(MINUTE, times, HOUR)
}

/// Returns the usual interval of a source, without jitter and without pauses.
pub(super) fn usual_wait(input: &PlanInput<'_>) -> Duration {
    interval::usual(input).wait
}

fn backoff(usual: Duration, times: u32) -> Duration {
    doubled(usual, times, BACKOFF_AT_MOST.max(usual))
}

/// Returns `start`, doubled for each time after the first, but at most `cap`.
fn doubled(start: Duration, times: u32, cap: Duration) -> Duration {
    // 2^20 times the shortest interval of one second is twelve days: that exceeds every cap and can't overflow.
    let doublings = times.saturating_sub(1).min(20);
    start.saturating_mul(1 << doublings).min(cap)
}

/// Turns an interval into a planned poll: adds jitter, then keeps the publisher's pauses.
fn plan(input: &PlanInput<'_>, interval: &Interval) -> NextPoll {
    let wait = match interval.reason {
        NextPollReason::Schedule => {
            interval.wait.saturating_add(input.jitter.within(SCHEDULE_JITTER.min(interval.wait / 10)))
        }
        NextPollReason::Backoff => input.jitter.apply(interval, input.source.max_every.max(BACKOFF_AT_MOST)),
        _ => {
            let window =
                window::longest_wait_of(input.source, input.state, input.now).unwrap_or(Duration::MAX);
            input.jitter.apply(interval, input.source.max_every.min(window))
        }
    };
    let at = input.now.saturating_add(wait);
    after_pauses_and_skips(input, NextPoll { at, reason: interval.reason })
}

/// Moves a planned poll behind the pause that the publisher asked for, and out of hours and days that the document excludes.
fn after_pauses_and_skips(input: &PlanInput<'_>, mut next: NextPoll) -> NextPoll {
    if let Some(not_before) = input.state.not_before
        && not_before > next.at
    {
        let wait = not_before.since(input.now);
        let at = not_before.saturating_add(input.jitter.within((wait / 10).min(10 * MINUTE)));
        next = NextPoll { at, reason: NextPollReason::RetryAfter };
    }
    match hints::first_allowed_hour(next.at, &input.state.hints) {
        Some(hour) => NextPoll {
            at: hour.saturating_add(input.jitter.within(30 * MINUTE)),
            reason: NextPollReason::Skip,
        },
        None => next,
    }
}

#[cfg(test)]
mod tests;
