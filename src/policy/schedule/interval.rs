//! The usual interval of a source: what the operator set, or what follows from how often the source publishes. What the
//! publisher asks for can raise it.

use std::time::Duration;

use chrono::{Local, TimeZone};
use croner::Cron;

use super::daily_rhythm::DailyRhythm;
use super::{PlanInput, editions, hints, next_time, window};
use crate::model::{Cadence, NextPollReason, SourceState};
use crate::time::{DAY, Timestamp};

/// A wait and its reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Interval {
    /// The time from the end of one poll to the next poll.
    pub(super) wait: Duration,
    /// The reason for this wait.
    pub(super) reason: NextPollReason,
    /// The part of the wait that the publisher or the operator requires. The rest is riverd's own choice.
    pub(super) required: Duration,
}

impl Interval {
    /// Creates an interval that is required in full.
    pub(super) fn required(wait: Duration, reason: NextPollReason) -> Self {
        Self { wait, reason, required: wait }
    }

    /// Raises the interval to `least`, for the reason `reason`, if it is shorter.
    pub(super) fn raised(self, least: Duration, reason: NextPollReason) -> Self {
        let required = self.required.max(least);
        if least > self.wait { Self { wait: least, reason, required } } else { Self { required, ..self } }
    }

    /// Lengthens the interval to `wait`, which is riverd's own choice for the reason `reason`, if it is shorter.
    pub(super) fn stretched(self, wait: Duration, reason: NextPollReason) -> Self {
        if wait > self.wait { Self { wait, reason, ..self } } else { self }
    }

    /// Shortens the part of the wait that is riverd's own choice, so that no more than half of the source's list is replaced
    /// before the next poll. The part that the publisher or the operator requires is not shortened.
    pub(super) fn within_window(self, window: Option<Duration>) -> Self {
        match window.map(|window| window.max(self.required)) {
            Some(most) if most < self.wait => Self { wait: most, reason: NextPollReason::Window, ..self },
            _ => self,
        }
    }
}

/// Returns the interval after a usual poll.
pub(super) fn usual(input: &PlanInput<'_>) -> Interval {
    let source = input.source;
    let own = match &source.cadence {
        Cadence::Every(wait) => Interval::required(*wait, NextPollReason::Every),
        Cadence::Schedule(cron) => {
            Interval::required(until_next(cron, input.now, &Local), NextPollReason::Schedule)
        }
        Cadence::Adaptive { start, min } => Interval {
            wait: adaptive(*start, *min, source.max_every, input.state, input.now),
            reason: NextPollReason::Adaptive,
            required: *min,
        }
        .within_window(window::longest_wait_of(input.source, input.state, input.now)),
    };
    hints::minimum_waits(input.state, input.expires, input.now)
        .into_iter()
        .fold(own, |interval, (least, reason)| interval.raised(least.min(source.max_every), reason))
}

/// A source is polled less once its last entry is more than this many usual gaps old. By chance, entries are often two or three
/// gaps apart. If the source were polled less after so short a time, its next entry would often be found late.
const SLOWER_AFTER_GAPS: u32 = 4;

/// Returns the adaptive interval: the geometric mean of `min` and the gap between the entries of the source. It is shorter in
/// the hours in which the source publishes.
///
/// For a given number of requests, the mean delay is smallest if each source is polled in proportion to the *square root* of
/// how often it publishes (Sia, Cho, Cho: "Efficient Monitoring Algorithm for Fast News Alerts", 2007). Polling in direct
/// proportion wastes requests on busy sources; polling all sources alike wastes them on quiet ones. `√(min × gap)` follows
/// that rule, and a source with a gap of `min` is polled every `min`. The rule also holds for the hours of a day:
/// [`DailyRhythm::wait`]. A source that falls silent is polled less and less, down to once per `max`. When it publishes again,
/// the interval is short again at once.
fn adaptive(start: Duration, min: Duration, max: Duration, state: &SourceState, now: Timestamp) -> Duration {
    let day = DailyRhythm::of(&state.hours);
    let silence = state.last_new_at.map_or(Duration::ZERO, |at| day.weighted_time(at, now));
    let gap = editions::publishing_gap(state).unwrap_or_default().max(silence / SLOWER_AFTER_GAPS);
    let mean = (min.as_secs_f64() * gap.as_secs_f64()).sqrt();
    // While no gap is known, the interval must not be shorter than the configured start.
    let least = if state.publishing_gap.is_some() { min } else { start };
    let most = max.max(min);
    day.wait(now, Duration::from_secs_f64(mean).max(least), most).clamp(min, most)
}

/// Returns the wait for a source whose polls each cost a whole body, between `least` and `most`. It follows the rhythm of the
/// source and the hours in which it publishes. Once the silence of the source is longer than several of its usual gaps, or
/// while no gap is known, the wait is half of the silence.
pub(super) fn by_rhythm(state: &SourceState, now: Timestamp, least: Duration, most: Duration) -> Duration {
    let silence = state.silence(now);
    match editions::publishing_gap(state) {
        Some(gap) if silence <= gap.saturating_mul(SLOWER_AFTER_GAPS) => {
            adaptive(least, least, most, state, now)
        }
        _ => (silence / 2).clamp(least, most),
    }
}

/// The shortest time between a poll outside the schedule (the first one, or one that a person asks for) and a scheduled poll.
const SCHEDULED_APART: Duration = Duration::from_mins(10);

/// Returns the time from `now` to the next time of `cron` in the time zone `zone`. It is at least [`SCHEDULED_APART`], or half
/// the time between the next two times of `cron` if that is shorter. It is a day if `cron` never matches; the configuration
/// refuses such a schedule.
fn until_next<Tz: TimeZone>(cron: &Cron, now: Timestamp, zone: &Tz) -> Duration {
    let Some(next) = next_time(cron, now, zone) else { return DAY };
    let between = next_time(cron, next, zone).map_or(DAY, |second| second.since(next));
    next.since(now).max(SCHEDULED_APART.min(between / 2))
}

/// If the first scheduled time after the backoff is farther away than this, a failing source is polled at the last scheduled
/// time before that. It is a day and some more, because a poll ends minutes after its time, and a local day can have 25 hours.
const LONGEST_FOR_BACKOFF: Duration = Duration::from_hours(26);

/// Returns the time from `now` to the first time of `cron` that is at least `backoff` away. If that is more than about a day,
/// returns the time to the last scheduled time before it. So a source that is polled once a day is polled on each day.
pub(super) fn until_scheduled<Tz: TimeZone>(
    cron: &Cron,
    now: Timestamp,
    backoff: Duration,
    zone: &Tz,
) -> Duration {
    let end = now.saturating_add(backoff);
    // A scheduled time exactly at the end of the backoff is not too early.
    let first = next_time(cron, end.saturating_sub(Duration::from_secs(1)), zone);
    let first = first.map_or(backoff, |first| first.since(now));
    if first <= LONGEST_FOR_BACKOFF.max(backoff) {
        return first;
    }
    let before = cron.find_previous_occurrence(&end.to_utc().with_timezone(zone), true);
    before.map_or(first, |before| Timestamp::from_unix(before.timestamp()).since(now))
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    #[test]
    fn a_cron_schedule_is_local_time() {
        let cron: Cron = "0 7,19 * * *".parse().unwrap();
        // 05:30 UTC is 07:30 in a zone two hours east, where the next time is 19:00.
        let now = Timestamp::from_unix(1_795_498_200);
        assert_eq!(now.to_rfc3339(), "2026-11-24T05:30:00Z");
        let east = FixedOffset::east_opt(2 * 3600).unwrap();
        assert_eq!(until_next(&cron, now, &east), Duration::from_mins(11 * 60 + 30));
        let almost = Timestamp::from_unix(1_795_539_540);
        assert_eq!(almost.to_rfc3339(), "2026-11-24T16:59:00Z");
        assert_eq!(
            until_next(&cron, almost, &east),
            Duration::from_mins(10),
            "polled a minute before the scheduled time"
        );
        let west = FixedOffset::west_opt(5 * 3600).unwrap();
        assert_eq!(until_next(&cron, now, &west), Duration::from_mins(6 * 60 + 30));
    }

    #[test]
    fn a_failing_scheduled_source_is_polled_at_the_first_scheduled_time_after_its_backoff() {
        let utc = FixedOffset::east_opt(0).unwrap();
        // Tuesday, 2026-11-24, 21:33 UTC.
        let now = Timestamp::from_unix(1_795_555_980);
        assert_eq!(now.to_rfc3339(), "2026-11-24T21:33:00Z");
        let until = |cron: &str, backoff_minutes| {
            let cron: Cron = cron.parse().unwrap();
            until_scheduled(&cron, now, Duration::from_mins(backoff_minutes), &utc).as_secs() / 60
        };
        assert_eq!(until("0 * * * *", 60), 87, "not at 22:00, because the backoff ends at 22:33");
        assert_eq!(until("0 2-9 * * *", 8 * 60), 8 * 60 + 27, "not at 02:00");
        assert_eq!(until("33 5 * * *", 8 * 60), 8 * 60, "at the very end of the backoff");
        assert_eq!(until("0 8,20 * * *", 16 * 60), 22 * 60 + 27);
    }

    #[test]
    fn a_failing_source_that_is_polled_once_a_day_misses_no_day() {
        let utc = FixedOffset::east_opt(0).unwrap();
        let daily: Cron = "0 6 * * *".parse().unwrap();
        for (now, backoff_hours, expected_minutes) in [
            // 2026-11-24, 06:03: the backoff ends three minutes after the next time.
            (1_795_500_180, 24, 23 * 60 + 57),
            // 21:33: the first time after the backoff is more than a day away.
            (1_795_555_980, 16, 8 * 60 + 27),
            // 05:00 on the day after, an hour after the backoff.
            (1_795_496_400, 24, 25 * 60),
        ] {
            let now = Timestamp::from_unix(now);
            let wait = until_scheduled(&daily, now, Duration::from_hours(backoff_hours), &utc);
            assert_eq!(wait, Duration::from_mins(expected_minutes), "{now:?}");
        }
    }
}
