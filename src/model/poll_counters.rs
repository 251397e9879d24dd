//! Counts of the polls of this process, for the status page and for metrics.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::poll::{PollOutcome, PollReceipt};
use crate::time::Timestamp;

/// For how many hours the polls of each hour are kept: two days.
const HOURS: usize = 48;
const HOUR_S: i64 = 3600;

/// What one poll adds to the counters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PollObservation {
    /// How it ended.
    pub outcome: PollOutcome,
    /// What it stored.
    pub receipt: PollReceipt,
    /// Time from the request to the commit.
    pub duration: Duration,
}

/// Counts of the polls of this process since it started.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PollCounters {
    /// When the process started to count.
    pub since: Timestamp,
    /// Number of polls by outcome.
    pub by_outcome: BTreeMap<PollOutcome, u64>,
    /// Number of polls by their duration, without the skipped ones. There is one number for each bound of
    /// [`Self::DURATION_BOUNDS_S`], and a last one for longer polls.
    pub by_duration: [u64; Self::DURATION_BOUNDS_S.len() + 1],
    /// Duration of all polls together, without the skipped ones.
    pub total_duration: Duration,
    /// Number of articles that were new.
    pub added: u64,
    /// Number of entries that were edited in place.
    pub updated: u64,
    /// Number of entries that joined an article that other entries have.
    pub grouped: u64,
    /// Polls of the last hours, the oldest hour first. An hour without polls is missing. At most [`HOURS`] of them.
    hours: VecDeque<HourPolls>,
}

/// Polls of one hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HourPolls {
    /// When the hour began.
    pub hour: Timestamp,
    /// Number of polls that did not fail and whose server asked for no pause: their outcome is new, unchanged or gone.
    pub answered: u64,
    /// Number of polls that failed, or whose server asked for a pause.
    pub failed: u64,
}

impl PollCounters {
    /// Upper bounds of the durations that are counted together, in seconds. A poll of a near server takes a tenth of a
    /// second, and `[polling] timeout` is 30 seconds by default.
    pub const DURATION_BOUNDS_S: [f64; 7] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0];

    /// Starts to count at `now`.
    pub fn starting(now: Timestamp) -> Self {
        Self {
            since: now,
            by_outcome: PollOutcome::ALL.into_iter().map(|outcome| (outcome, 0)).collect(),
            by_duration: [0; Self::DURATION_BOUNDS_S.len() + 1],
            total_duration: Duration::ZERO,
            added: 0,
            updated: 0,
            grouped: 0,
            hours: VecDeque::new(),
        }
    }

    /// Counts a poll that ended at `now`. A skipped poll sent no request, so only its outcome is counted.
    pub fn note(&mut self, poll: &PollObservation, now: Timestamp) {
        *self.by_outcome.entry(poll.outcome).or_default() += 1;
        if poll.outcome == PollOutcome::Skipped {
            return;
        }
        let seconds = poll.duration.as_secs_f64();
        let bounds = Self::DURATION_BOUNDS_S;
        let bucket = bounds.iter().position(|bound| seconds <= *bound).unwrap_or(bounds.len());
        if let Some(count) = self.by_duration.get_mut(bucket) {
            *count += 1;
        }
        self.total_duration += poll.duration;
        self.added += u64::from(poll.receipt.added);
        self.updated += u64::from(poll.receipt.updated);
        self.grouped += u64::from(poll.receipt.grouped);
        self.note_hour(poll.outcome, now);
    }

    fn note_hour(&mut self, outcome: PollOutcome, now: Timestamp) {
        let hour = Timestamp::from_unix(now.unix().div_euclid(HOUR_S) * HOUR_S);
        // After the clock was set back, polls count for the last hour that was seen.
        if self.hours.back().is_none_or(|last| last.hour < hour) {
            self.hours.push_back(HourPolls { hour, answered: 0, failed: 0 });
        }
        if self.hours.len() > HOURS {
            self.hours.pop_front();
        }
        if let Some(last) = self.hours.back_mut() {
            let has_failed = matches!(outcome, PollOutcome::Failed | PollOutcome::Throttled);
            *(if has_failed { &mut last.failed } else { &mut last.answered }) += 1;
        }
    }

    /// Returns the polls of the last two days by hour up to `now`, the oldest hour first. Hours without polls are included.
    pub fn hours(&self, now: Timestamp) -> Vec<HourPolls> {
        let last = now.unix().div_euclid(HOUR_S);
        let hour = |number: i64| {
            let hour = Timestamp::from_unix(number * HOUR_S);
            let found = self.hours.iter().find(|known| known.hour == hour).copied();
            found.unwrap_or(HourPolls { hour, answered: 0, failed: 0 })
        };
        (last + 1 - HOURS as i64..=last).map(hour).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(outcome: PollOutcome, duration_ms: u64) -> PollObservation {
        let receipt = PollReceipt { added: 2, ..PollReceipt::default() };
        PollObservation { outcome, receipt, duration: Duration::from_millis(duration_ms) }
    }

    #[test]
    fn every_poll_is_counted_by_outcome_duration_and_hour() {
        let start = Timestamp::from_unix(1_800_000_000);
        let mut counters = PollCounters::starting(start);
        counters.note(&poll(PollOutcome::NewBody, 100), start);
        counters.note(&poll(PollOutcome::Failed, 200_000), start.saturating_add(Duration::from_hours(1)));
        counters.note(&poll(PollOutcome::Skipped, 0), start);
        assert_eq!(counters.by_outcome.values().sum::<u64>(), 3);
        assert_eq!((counters.by_duration[0], counters.by_duration[7], counters.added), (1, 1, 4));
        let hours = counters.hours(start.saturating_add(Duration::from_hours(2)));
        assert_eq!(hours.len(), 48);
        let counts: Vec<_> = hours[44..].iter().map(|hour| (hour.answered, hour.failed)).collect();
        assert_eq!(counts, [(0, 0), (1, 0), (0, 1), (0, 0)]);
    }

    #[test]
    fn only_two_days_are_kept() {
        let mut counters = PollCounters::starting(Timestamp::EPOCH);
        for hour in 0..100 {
            counters.note(&poll(PollOutcome::Unchanged, 1), Timestamp::from_unix(hour * 3600));
        }
        assert_eq!(counters.hours.len(), 48);
    }
}
