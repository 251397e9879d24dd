//! How often a source publishes: the mean gap between its entries, smoothed.

use std::time::Duration;

use super::daily_rhythm::{self, DailyRhythm};
use crate::model::{HourCounts, SourceState};
use crate::time::{DAY, MINUTE, Timestamp};

/// The rhythm of a source.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Rhythm {
    /// The smoothed gap on the source's own clock; `None` until it could be estimated.
    pub gap: Option<Duration>,
    /// When an entry that was new last arrived.
    pub last_new_at: Option<Timestamp>,
    /// At which hours of the day entries appear.
    pub hours: HourCounts,
}

/// How much one new entry moves the estimate. A source is taken for what it did over some ten entries.
const WEIGHT: f64 = 0.2;

/// Gaps are kept between these: below, entries are one burst; above, every interval is at its cap.
const SHORTEST: Duration = MINUTE;
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// The newest so many dates of a first document tell the rhythm: what a source did years ago does not.
const DATES: usize = 20;

impl Rhythm {
    /// What was known before this poll.
    pub fn of(state: &SourceState) -> Self {
        Self { gap: state.publishing_gap, last_new_at: state.last_new_at, hours: state.hours }
    }

    /// From the dates of a source's first document. Dates may be wrong, but the rhythm that they give costs only a few
    /// polls too many or too few, within the bounds, until arrivals correct it.
    #[must_use]
    pub fn first(dates: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> Self {
        let mut past: Vec<Timestamp> = dates
            .into_iter()
            .filter(|date| *date <= now.saturating_add(DAY))
            .map(|date| date.min(now))
            .collect();
        past.sort_unstable_by(|a, b| b.cmp(a));
        past.truncate(DATES);
        let mut hours = HourCounts::default();
        for date in past.iter().rev() {
            daily_rhythm::count(&mut hours, *date);
        }
        let (Some(newest), Some(oldest)) = (past.first().copied(), past.last().copied()) else {
            return Self { gap: None, last_new_at: Some(now), hours };
        };
        let gaps = u32::try_from(past.len() - 1).unwrap_or(0);
        let gap = newest.since(oldest).checked_div(gaps).map(bounded);
        Self { gap, last_new_at: Some(newest), hours }
    }

    /// After a poll that found entries that were not known, published at `dates` if that can be believed.
    ///
    /// Smoothed in the logarithm: a weekend without news must not make a daily paper look like a weekly.
    #[must_use]
    pub fn after(self, dates: &[Option<Timestamp>], last_poll: Timestamp, now: Timestamp) -> Self {
        let Some(new) = u32::try_from(dates.len()).ok().filter(|new| *new > 0) else { return self };
        let mut hours = self.hours;
        for date in dates {
            daily_rhythm::count(&mut hours, date.unwrap_or(now).min(now).max(last_poll));
        }
        let Some(last_new_at) = self.last_new_at else {
            return Self { gap: self.gap, last_new_at: Some(now), hours };
        };
        let seen = bounded(DailyRhythm::of(&self.hours).own_time(last_new_at, now) / new);
        let gap = self.gap.map_or(seen, |known| {
            let weight = 1.0 - (1.0 - WEIGHT).powi(new.min(100).cast_signed());
            let logarithm = (1.0 - weight) * known.as_secs_f64().ln() + weight * seen.as_secs_f64().ln();
            Duration::from_secs_f64(logarithm.exp())
        });
        Self { gap: Some(bounded(gap)), last_new_at: Some(now), hours }
    }
}

fn bounded(gap: Duration) -> Duration {
    gap.clamp(SHORTEST, LONGEST)
}
