//! The shape of a source's day: at which hours it publishes, and the source's own clock, which runs by it.

use std::time::Duration;

use chrono::Timelike as _;

use crate::model::HourCounts;
use crate::time::{DAY, Timestamp};

/// Counts are halved when they reach this in sum, so that the newest months of a busy source and the newest years of a
/// quiet one make the shape.
const FULL: u32 = 240;

/// What is taken for granted before anything is counted: so many entries, spread evenly. A source needs a few dozen before
/// its nights are believed.
const PRIOR: f64 = 24.0;

/// How busy each hour of the day (UTC) is, as a multiple of the mean: the mean of all is 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct DailyRhythm([f64; 24]);

/// Counts one more entry that appeared at `at`.
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
    /// The shape that the counts give. Neighbouring hours count too: people are not punctual, and summer time moves all.
    pub(super) fn of(counts: &HourCounts) -> Self {
        let at = |hour: usize| f64::from(counts.0.get(hour % 24).copied().unwrap_or(0));
        let total: f64 = (0..24).map(at).sum();
        Self(std::array::from_fn(|hour| {
            let near = (at(hour + 23) + 2.0 * at(hour) + at(hour + 1)) / 4.0;
            (24.0 * near + PRIOR) / (total + PRIOR)
        }))
    }

    fn weight(&self, hour: i64) -> f64 {
        self.0.get(hour.rem_euclid(24) as usize).copied().unwrap_or(1.0)
    }

    /// How much time passes on the source's own clock, which runs fast in its busy hours and slow in its nights.
    pub(super) fn own_time(&self, from: Timestamp, until: Timestamp) -> Duration {
        let span = until.since(from);
        // Whole days are as long on any clock.
        let days = span.as_secs() / DAY.as_secs();
        let start = until.unix() - (span.as_secs() % DAY.as_secs()).cast_signed();
        let rest: f64 =
            hours_between(start, until.unix()).map(|(hour, seconds)| self.weight(hour) * seconds).sum();
        DAY * u32::try_from(days).unwrap_or(u32::MAX) + Duration::from_secs_f64(rest)
    }

    /// How long from `now` until polls that are `interval` apart on average, and denser by the root of how busy the hours
    /// are, have the next one; at most `most`.
    pub(super) fn wait(&self, now: Timestamp, interval: Duration, most: Duration) -> Duration {
        let end = now.saturating_add(most).unix();
        let mut left = interval.as_secs_f64();
        let mut waited = 0.0;
        for (hour, seconds) in hours_between(now.unix(), end) {
            let pace = self.weight(hour).sqrt();
            if pace * seconds >= left {
                return Duration::from_secs_f64(waited + left / pace);
            }
            left -= pace * seconds;
            waited += seconds;
        }
        most
    }
}

/// The hours that touch a span of unix time, and how many seconds of each lie in it.
fn hours_between(from: i64, until: i64) -> impl Iterator<Item = (i64, f64)> {
    (from.div_euclid(3600)..=until.div_euclid(3600)).map(move |hour| {
        let begins = from.max(hour * 3600);
        let ends = until.min((hour + 1) * 3600);
        (hour, (ends - begins).max(0) as f64)
    })
}
