//! Learns at which hours of the day a source publishes, and weights time by that.

use std::time::Duration;

use chrono::Timelike as _;

use crate::model::HourCounts;
use crate::time::{DAY, HOUR, Timestamp};

/// Once the sum of the counts exceeds this, all of them are halved. So the newest weeks of a busy source count most, or the
/// newest years of a quiet source.
const FULL: u32 = 240;

/// How many entries, spread evenly over the day, are assumed before any is counted. So only after a few dozen entries can a
/// night count as quiet.
const PRIOR: f64 = 24.0;

/// How much is published in each hour of the day (UTC), relative to the mean hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct DailyRhythm([f64; 24]);

/// Counts an entry that appeared at `at`.
pub(super) fn count(counts: &mut HourCounts, at: Timestamp) {
    let hour = at.to_utc().hour() as usize;
    if let Some(count) = counts.0.get_mut(hour) {
        *count = count.saturating_add(1);
    }
    if counts.0.iter().map(|count| u32::from(*count)).sum::<u32>() > FULL {
        for count in &mut counts.0 {
            *count /= 2;
        }
    }
}

impl DailyRhythm {
    /// Computes the weights from the counts. Neighbouring hours count too: people are not punctual, and summer time shifts
    /// every hour.
    pub(super) fn of(counts: &HourCounts) -> Self {
        let at = |hour: usize| f64::from(counts.0.get(hour % 24).copied().unwrap_or(0));
        let total: f64 = (0..24).map(at).sum();
        Self(std::array::from_fn(|hour| {
            let smoothed = (at(hour + 23) + 2.0 * at(hour) + at(hour + 1)) / 4.0;
            (24.0 * smoothed + PRIOR) / (total + PRIOR)
        }))
    }

    fn weight(&self, hour: i64) -> f64 {
        self.0.get(hour.rem_euclid(24) as usize).copied().unwrap_or(1.0)
    }

    /// Returns the time from `from` to `until`, weighted: an hour in which the source publishes much counts for more.
    pub(super) fn weighted_time(&self, from: Timestamp, until: Timestamp) -> Duration {
        let span = until.since(from);
        // A whole day has the same length with and without weights.
        let days = span.as_secs() / DAY.as_secs();
        let start = until.unix() - (span.as_secs() % DAY.as_secs()).cast_signed();
        let rest: f64 =
            hours_between(start, until.unix()).map(|(hour, seconds)| self.weight(hour) * seconds).sum();
        DAY * u32::try_from(days).unwrap_or(u32::MAX) + Duration::from_secs_f64(rest)
    }

    /// Returns the wait from `now` until the next poll, at most `most`. Polls are `interval` apart on average, and in each
    /// hour they are more frequent by the square root of its weight.
    pub(super) fn wait(&self, now: Timestamp, interval: Duration, most: Duration) -> Duration {
        self.spend(now, interval, most, f64::sqrt)
    }

    /// Returns how long it takes from `now` until `weighted` has passed in weighted time. At most `most`.
    pub(super) fn time_until(&self, now: Timestamp, weighted: Duration, most: Duration) -> Duration {
        self.spend(now, weighted, most, |weight| weight)
    }

    /// Returns how long it takes from `now` until `amount` has passed, if time passes in each hour at the rate that `rate`
    /// gives for the weight of that hour. At most `most`.
    fn spend(&self, now: Timestamp, amount: Duration, most: Duration, rate: fn(f64) -> f64) -> Duration {
        let (start, end) = (now.unix(), now.saturating_add(most).unix());
        // The same amount passes on each whole day, so only the hours of the last day are looked at.
        let in_a_day: f64 = self.0.iter().map(|weight| rate(*weight) * HOUR.as_secs_f64()).sum();
        let day = DAY.as_secs().cast_signed();
        let days = ((amount.as_secs_f64() / in_a_day) as i64).min((end - start) / day);
        let mut left = amount.as_secs_f64() - days as f64 * in_a_day;
        let mut waited = days as f64 * DAY.as_secs_f64();
        for (hour, seconds) in hours_between(start + days * day, end) {
            let rate = rate(self.weight(hour));
            if rate * seconds >= left {
                return Duration::from_secs_f64(waited + left / rate);
            }
            left -= rate * seconds;
            waited += seconds;
        }
        most
    }
}

/// Returns the hours that overlap a span of Unix time, each with the number of its seconds in the span.
fn hours_between(from: i64, until: i64) -> impl Iterator<Item = (i64, f64)> {
    (from.div_euclid(3600)..=until.div_euclid(3600)).map(move |hour| {
        let begins = from.max(hour * 3600);
        let ends = until.min((hour + 1) * 3600);
        (hour, (ends - begins).max(0) as f64)
    })
}
