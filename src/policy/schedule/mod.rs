//! When to poll next, and why then: the interval, what raises it, backoff, jitter. docs/polling.md tells it in words.

mod daily_rhythm;
mod hints;
mod interval;
mod rhythm;

use std::time::Duration;

use crate::model::{Cadence, NextPoll, Reason, Source, SourceState, SourceStatus, Validators};
use crate::policy::host::Scope;
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use interval::Interval;

pub use rhythm::Rhythm;

/// What a plan is made of. The state is the one *after* the poll that is being decided.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// As configured.
    pub source: &'a Source,
    /// As learnt.
    pub state: &'a SourceState,
    /// When the poll ended.
    pub now: Timestamp,
    /// `Expires` of the answer.
    pub expires: Option<Timestamp>,
    /// How far in time the plan is blurred.
    pub jitter: Jitter,
}

/// A random share that keeps sources from meeting at one moment. What was promised it only ever delays.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Jitter {
    share: f64,
    spread: Spread,
}

/// How wide jitter spreads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spread {
    /// By a tenth of the interval: sources that are apart stay apart.
    Usual,
    /// By the whole interval, for polls that many sources make at one time (the first ones, those after a stop, a sleep
    /// or an outage): a thousand sources polled together are evenly apart one interval later.
    Wide,
}

impl Jitter {
    /// `share` is evenly distributed from 0 to 1; anything else counts as 0.
    pub fn new(share: f64, spread: Spread) -> Self {
        Self { share: if (0.0..=1.0).contains(&share) { share } else { 0.0 }, spread }
    }

    /// The wait of `interval`, blurred. A wait of our own choice stays within `most`: where there is no room above it, it
    /// is blurred downwards, at most to its half. A promised one goes beyond `most` by the usual tenth only.
    fn of(self, interval: &Interval, most: Duration) -> Duration {
        let tenth = interval.wait / 10;
        let width = match self.spread {
            Spread::Usual => tenth,
            Spread::Wide => interval.wait,
        };
        let is_promised = interval.promised >= interval.wait;
        let top =
            if is_promised { most.max(interval.wait.saturating_add(tenth)) } else { most.max(interval.wait) };
        let latest = top.min(interval.wait.saturating_add(width));
        let earliest =
            latest.saturating_sub(width).max(interval.wait / 2).max(interval.promised).min(interval.wait);
        earliest + (latest.saturating_sub(earliest)).mul_f64(self.share)
    }

    /// A share of `width`, whatever the spread.
    pub(super) fn within(self, width: Duration) -> Duration {
        width.mul_f64(self.share)
    }
}

/// Longer requests to wait are cut to this: no publisher means more than a month, and one that answers
/// `Retry-After: 1000000000000` by mistake must not lose its subscriber.
const RETRY_AFTER_AT_MOST: Duration = Duration::from_hours(30 * 24);

/// Failures back off to this, or to the usual interval where that is longer, and stay there for ever.
const BACKOFF_AT_MOST: Duration = DAY;

/// A server that gives nothing to ask with sends the whole body each time.
const UNVALIDATED_AT_LEAST: Duration = DAY;

/// A source with a cron schedule tries again so long after its first failure: its next time may be a week away.
const SCHEDULED_RETRY: Duration = Duration::from_mins(30);

/// When our own network is down, sources come back between once and three times this.
const OUTAGE_RETRY: Duration = Duration::from_mins(5);

/// Servers that wrongly answer 304 for ever are found out by one request without validators in so long.
const UNCONDITIONAL_AFTER: Duration = Duration::from_hours(8 * 24);

/// How late a source with a cron schedule may be for the sake of others with the same one.
const SCHEDULE_JITTER: Duration = Duration::from_mins(5);

/// While a hub pushes, one poll in so long checks that it misses nothing.
const PUSHED_CHECK: Duration = DAY;

/// The validators that the next request carries: none once bodies have not come for eight days.
pub fn validators_to_send(state: &SourceState, now: Timestamp) -> Validators {
    match state.body_at {
        Some(body_at) if now.since(body_at) < UNCONDITIONAL_AFTER => state.validators.clone(),
        // A state with validators has had a body; without the time of it there is nothing to trust them by.
        _ => Validators::default(),
    }
}

/// When a publisher that asked for a pause until `asked` may be asked again.
pub fn not_before(asked: Timestamp, now: Timestamp) -> Timestamp {
    asked.min(now.saturating_add(RETRY_AFTER_AT_MOST))
}

/// A person who asks for a source again and again asks a public host at most so often.
const REFRESH_GAP: Duration = MINUTE;

/// Whether the source may be asked by hand now: not before what its publisher asked for, and a public host not more than
/// once a minute (F19 of the rules of well-behaved fetchers: a manual refresh is limited too).
pub fn may_be_asked(status: &SourceStatus, now: Timestamp) -> bool {
    let Some(source) = &status.source else { return false };
    let state = &status.state;
    source.enabled && state.gone_at.is_none() && may_refresh(source, state, now)
}

/// Whether a source may be asked by hand, due or not: not before what its publisher asked for, and a public host not
/// twice within a minute.
pub(super) fn may_refresh(source: &Source, state: &SourceState, now: Timestamp) -> bool {
    let paused = state.not_before.is_some_and(|until| until > now);
    let just_asked = state.polled_at.is_some_and(|at| at <= now && now.since(at) < REFRESH_GAP);
    !(paused || (just_asked && Scope::of(&source.location) != Scope::Private))
}

/// After an answer that was read, or that confirmed what was read before.
pub fn after_success(basis: &Basis<'_>) -> NextPoll {
    finish(basis, &interval::usual(basis))
}

/// After a body that was the known one, from a server that gave nothing to ask with: a day at least. Only where the
/// operator set a fixed interval for a host of their own, that stands.
pub fn after_unvalidated(basis: &Basis<'_>) -> NextPoll {
    finish(basis, &interval::usual(basis).raised(UNVALIDATED_AT_LEAST, Reason::Unvalidated))
}

/// While a hub pushes. Times that the operator set by a cron schedule stand.
pub fn while_pushed(basis: &Basis<'_>) -> NextPoll {
    let usual = interval::usual(basis);
    let check = PUSHED_CHECK.min(basis.source.max_every);
    match basis.source.cadence {
        Cadence::Every(_) | Cadence::Adaptive { .. } if check > usual.wait => {
            finish(basis, &Interval { wait: check, reason: Reason::Pushed, ..usual })
        }
        _ => finish(basis, &usual),
    }
}

/// After `times` failures in a row (at least one): 1, 2, 4, … times the usual interval up to a day, for ever.
pub fn after_failures(basis: &Basis<'_>, times: u32) -> NextPoll {
    let usual = interval::usual(basis);
    let Cadence::Schedule(_) = basis.source.cadence else {
        let wait = backoff(usual.wait, times);
        return finish(basis, &Interval::promised(wait, Reason::Backoff));
    };
    // Soon after the first failure, for a schedule's next time may be far; once the backoff reaches beyond that time,
    // at the first scheduled one after the backoff.
    let wait = backoff(SCHEDULED_RETRY, times);
    if wait < usual.wait {
        return finish(basis, &Interval::promised(wait, Reason::Backoff));
    }
    let later = Basis { now: basis.now.saturating_add(wait.saturating_sub(usual.wait)), ..*basis };
    let scheduled = interval::usual(&later);
    let until = later.now.saturating_add(scheduled.wait);
    finish(basis, &Interval::promised(until.since(basis.now), Reason::Backoff))
}

/// While our own network is down: soon, and apart.
pub fn after_outage(basis: &Basis<'_>) -> NextPoll {
    let wait = interval::usual(basis).wait.min(OUTAGE_RETRY);
    let at = basis.now.saturating_add(wait).saturating_add(basis.jitter.within(wait * 2));
    respectfully(basis, NextPoll { at, reason: Reason::Outage })
}

/// How long nobody asks a source, nor the others of its domain, after it was throttled `times` in a row without a
/// `Retry-After`: a minute, two, four, … up to an hour. It holds by hand too, and its own next poll is later.
pub fn throttled_pause(times: u32) -> Duration {
    doubled(MINUTE, times, HOUR)
}

/// Returns the usual interval of a source, without jitter and without pauses.
pub(super) fn usual_wait(basis: &Basis<'_>) -> Duration {
    interval::usual(basis).wait
}

fn backoff(usual: Duration, times: u32) -> Duration {
    doubled(usual, times, BACKOFF_AT_MOST.max(usual))
}

/// `start`, doubled for each time after the first, at most `cap`.
fn doubled(start: Duration, times: u32, cap: Duration) -> Duration {
    // 2^20 times the shortest interval of a second is twelve days: past every cap, and far from overflow.
    let doublings = times.saturating_sub(1).min(20);
    start.saturating_mul(1 << doublings).min(cap)
}

/// From an interval to a moment: jitter, then what the publisher asked for.
fn finish(basis: &Basis<'_>, interval: &Interval) -> NextPoll {
    let wait = match interval.reason {
        Reason::Schedule => {
            interval.wait.saturating_add(basis.jitter.within(SCHEDULE_JITTER.min(interval.wait / 10)))
        }
        Reason::Backoff => basis.jitter.of(interval, basis.source.max_every.max(BACKOFF_AT_MOST)),
        _ => basis.jitter.of(interval, basis.source.max_every),
    };
    let at = basis.now.saturating_add(wait);
    respectfully(basis, NextPoll { at, reason: interval.reason })
}

/// Not before what the publisher asked for, and not in hours or days that the document rules out.
fn respectfully(basis: &Basis<'_>, mut next: NextPoll) -> NextPoll {
    if let Some(not_before) = basis.state.not_before
        && not_before > next.at
    {
        let wait = not_before.since(basis.now);
        let at = not_before.saturating_add(basis.jitter.within((wait / 10).min(10 * MINUTE)));
        next = NextPoll { at, reason: Reason::RetryAfter };
    }
    match hints::out_of_skipped(next.at, &basis.state.hints) {
        Some(hour) => {
            NextPoll { at: hour.saturating_add(basis.jitter.within(30 * MINUTE)), reason: Reason::Skip }
        }
        None => next,
    }
}

#[cfg(test)]
mod tests;
