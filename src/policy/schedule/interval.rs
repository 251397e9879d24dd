//! The usual interval of a source: what the operator set or the source's rhythm gives, raised by what the publisher asks.

use std::time::Duration;

use chrono::{Local, TimeZone};
use croner::Cron;

use super::daily_rhythm::DailyRhythm;
use super::{Basis, hints};
use crate::model::{Cadence, Reason, SourceState};
use crate::time::{DAY, Timestamp};

/// A wait and what decided it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Interval {
    /// From the end of one poll to the next.
    pub(super) wait: Duration,
    /// What decided it.
    pub(super) reason: Reason,
    /// As much of it as was promised, to the publisher or to the operator; the rest is our own choice.
    pub(super) promised: Duration,
}

impl Interval {
    /// A wait that is promised.
    pub(super) fn promised(wait: Duration, reason: Reason) -> Self {
        Self { wait, reason, promised: wait }
    }

    /// At least `least`, which is then the reason.
    pub(super) fn raised(self, least: Duration, reason: Reason) -> Self {
        let promised = self.promised.max(least);
        if least > self.wait { Self { wait: least, reason, promised } } else { Self { promised, ..self } }
    }
}

/// The interval after a poll that found nothing unusual.
pub(super) fn usual(basis: &Basis<'_>) -> Interval {
    let source = basis.source;
    let own = match &source.cadence {
        Cadence::Every(wait) => Interval::promised(*wait, Reason::Every),
        Cadence::Schedule(cron) => Interval::promised(until_next(cron, basis.now, &Local), Reason::Schedule),
        Cadence::Adaptive { start, min } => Interval {
            wait: adaptive(*start, *min, source.max_every, basis.state, basis.now),
            reason: Reason::Adaptive,
            promised: *min,
        },
    };
    hints::raisers(basis.state, basis.expires, basis.now)
        .into_iter()
        .fold(own, |interval, (least, reason)| interval.raised(least.min(source.max_every), reason))
}

/// A source is silent once so many of its usual gaps have passed. Entries that come by chance are often two or three gaps
/// apart, and asking less for that would find the next one late.
const SILENT_GAPS: u32 = 4;

/// Jitter only delays, by a tenth at most: so much less makes the mean interval the one meant.
const MEAN_JITTER: f64 = 1.05;

/// The interval that follows a source's rhythm: the geometric mean of `min` and the gap between its entries, denser in the
/// hours in which it publishes.
///
/// For sources that publish independently of when they are asked, the least mean delay for a number of requests is had by
/// asking each in proportion to the *square root* of how often it publishes (Sia, Cho, Cho: "Efficient Monitoring Algorithm
/// for Fast News Alerts", 2007): asking in proportion wastes requests on the busy ones, asking all alike on the quiet.
/// `√(min × gap)` is that law, set so that a source with a gap of `min` is asked each `min`. It holds for the hours of a
/// day as it does for sources: [`DailyRhythm::wait`]. A source that falls asleep is asked ever less, up to `max`, and at once more
/// when it wakes.
fn adaptive(start: Duration, min: Duration, max: Duration, state: &SourceState, now: Timestamp) -> Duration {
    let day = DailyRhythm::of(&state.hours);
    let silence = state.last_new_at.map_or(Duration::ZERO, |at| day.own_time(at, now));
    let gap = state.publishing_gap.unwrap_or_default().max(silence / SILENT_GAPS);
    let mean = (min.as_secs_f64() * gap.as_secs_f64()).sqrt() / MEAN_JITTER;
    // While no gap is known, silence alone must not make the interval shorter than the operator's start.
    let least = if state.publishing_gap.is_some() { min } else { start };
    let most = max.max(min);
    day.wait(now, Duration::from_secs_f64(mean).max(least), most).clamp(min, most)
}

/// A scheduled time that follows so soon on a poll of another kind (the first one, one by hand) is put off.
const SCHEDULED_APART: Duration = Duration::from_mins(10);

/// How long until the next time of `cron` after `now`, in the time zone `zone`; a day where it has none (an expression that
/// never matches was refused when feeds.toml was read). At least [`SCHEDULED_APART`], or half the time between the next two
/// where that is less.
fn until_next<Tz: TimeZone>(cron: &Cron, now: Timestamp, zone: &Tz) -> Duration {
    let after = |time: Timestamp| {
        let from = time.to_utc().with_timezone(zone);
        cron.find_next_occurrence(&from, false).map(|next| Timestamp::from_unix(next.timestamp()))
    };
    let Ok(next) = after(now) else { return DAY };
    let between = after(next).map_or(DAY, |second| second.since(next));
    next.since(now).max(SCHEDULED_APART.min(between / 2))
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    #[test]
    fn a_cron_schedule_is_local_time() {
        let cron: Cron = "0 7,19 * * *".parse().unwrap();
        // 05:30 UTC is 07:30 two hours east: the next time is 19:00 there.
        let now = Timestamp::from_unix(1_795_498_200);
        assert_eq!(now.to_rfc3339(), "2026-11-24T05:30:00Z");
        let east = FixedOffset::east_opt(2 * 3600).unwrap();
        assert_eq!(until_next(&cron, now, &east), Duration::from_mins(11 * 60 + 30));
        let almost = Timestamp::from_unix(1_795_539_540);
        assert_eq!(almost.to_rfc3339(), "2026-11-24T16:59:00Z");
        assert_eq!(until_next(&cron, almost, &east), Duration::from_mins(10), "asked a minute before");
        let west = FixedOffset::west_opt(5 * 3600).unwrap();
        assert_eq!(until_next(&cron, now, &west), Duration::from_mins(6 * 60 + 30));
    }
}
