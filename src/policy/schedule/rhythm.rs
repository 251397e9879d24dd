//! How often a source publishes: the smoothed mean gap between its entries.

use std::time::Duration;

use super::daily_rhythm::{self, DailyRhythm};
use crate::model::{HourCounts, SourceState};
use crate::time::{DAY, MINUTE, Timestamp};

/// The rhythm of a source.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Rhythm {
    /// Smoothed gap between entries, in time weighted by [`DailyRhythm`]. `None` until it can be estimated.
    pub gap: Option<Duration>,
    /// When a new entry last arrived. After a first document, the date of its newest entry, or its arrival if no entry has a
    /// date.
    pub last_new_at: Option<Timestamp>,
    /// How many entries appeared in each hour of the day.
    pub hours: HourCounts,
}

/// Weight of one new entry in the estimate. With it, the estimate depends on about the last ten entries.
const WEIGHT: f64 = 0.2;

/// Shortest gap between entries. Entries that are closer together were published at one time.
pub(super) const SHORTEST_GAP: Duration = MINUTE;
/// Longest gap between entries. With any longer gap, every interval would have its maximum, too.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// How many of the newest dates of a first document are used. How often the source published years ago does not matter.
const DATES: usize = 20;

/// The entries of a list belong to one edition if the list before it lasted more than this many times as long as the span of
/// their dates.
const SPAN_OF_EDITION: u32 = 20;

impl Rhythm {
    /// Returns the rhythm that was known before this poll.
    pub fn of(state: &SourceState) -> Self {
        Self { gap: state.publishing_gap, last_new_at: state.last_new_at, hours: state.hours }
    }

    /// Estimates the rhythm from the dates of a source's first document. Wrong dates cost only a few polls too many or too few,
    /// until later entries correct the estimate.
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

    /// Updates the rhythm after a poll that found a list of new entries only, with these `dates`. More entries may have
    /// appeared than the list shows, so the gap computed from their number may be too long. The gap is therefore at most the
    /// gap between the dates. If the dates lie close together, the entries are one edition, and their dates say nothing about
    /// the time until the next edition. Then the gap follows from how long the list before it lasted: from `came_at` until
    /// `last_poll`, or half of the time since `last_poll` if that is longer.
    #[must_use]
    pub fn after_replaced_list(
        self,
        dates: &[Timestamp],
        came_at: Option<Timestamp>,
        last_poll: Timestamp,
        now: Timestamp,
    ) -> Self {
        let span = dates.iter().max().zip(dates.iter().min()).map(|(newest, oldest)| newest.since(*oldest));
        let lasted = came_at.map_or(Duration::ZERO, |at| last_poll.since(at));
        let lasted = lasted.max(now.since(last_poll) / 2);
        let is_edition = span.is_some_and(|span| span.saturating_mul(SPAN_OF_EDITION) < lasted);
        let shown = u32::try_from(dates.len()).unwrap_or(u32::MAX);
        let most = if is_edition {
            lasted.checked_div(shown).map(bounded)
        } else {
            Self::first(dates.iter().copied(), now).gap
        };
        Self { gap: self.gap.min(most.or(self.gap)), ..self }
    }

    /// Updates the rhythm after a poll that found new entries, one for each of `dates`. Their dates of publication count for
    /// the hours of the day, moved into the time between `last_poll` and `now`.
    ///
    /// The logarithm of the gap is smoothed, so that a weekend without news does not make a daily paper look like a weekly. If
    /// the new entries are dated long before the last poll, the dates of the source do not say when its entries appear. Then
    /// the entries count as published since that poll.
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
        let newest = dates.iter().flatten().max();
        let are_dates_wrong = newest.is_some_and(|newest| last_poll.since(*newest) > DAY);
        let since = if are_dates_wrong { last_new_at.max(last_poll) } else { last_new_at };
        let seen = bounded(DailyRhythm::of(&self.hours).weighted_time(since, now) / new);
        let gap = self.gap.map_or(seen, |known| {
            let weight = 1.0 - (1.0 - WEIGHT).powi(new.min(100).cast_signed());
            let logarithm = (1.0 - weight) * known.as_secs_f64().ln() + weight * seen.as_secs_f64().ln();
            Duration::from_secs_f64(logarithm.exp())
        });
        Self { gap: Some(bounded(gap)), last_new_at: Some(now), hours }
    }
}

fn bounded(gap: Duration) -> Duration {
    gap.clamp(SHORTEST_GAP, LONGEST)
}
