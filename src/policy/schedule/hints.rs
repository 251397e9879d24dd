//! What publishers say about when to poll: minimum intervals, and hours and days without polls.

use std::time::Duration;

use chrono::{Datelike as _, Timelike as _};

use super::window::{list_covers, longest_unproven_first_wait, longest_unproven_wait};
use crate::model::{FeedHints, NextPollReason, SourceState};
use crate::time::{DAY, HOUR, Timestamp};

/// Returns the minimum waits that the newest document and the newest answer ask for. The caller has to cap them.
pub(super) fn minimum_waits(
    state: &SourceState,
    expires: Option<Timestamp>,
    now: Timestamp,
) -> impl IntoIterator<Item = (Duration, NextPollReason)> {
    let hints = &state.hints;
    // `policy::decide` shortens the time that the server states to this one, unless the stated time turned out to be true.
    let is_window = |span: Duration| {
        list_covers(state, now).is_some()
            && [longest_unproven_wait, longest_unproven_first_wait]
                .map(|wait| wait(state, now))
                .contains(&Some(span))
    };
    let because = |span: Option<Duration>, reason| {
        if span.is_some_and(is_window) { NextPollReason::Window } else { reason }
    };
    let until_expiry = expires.map(|at| at.since(now));
    [
        (hints.ttl, NextPollReason::Ttl),
        (hints.update_every, NextPollReason::UpdatePeriod),
        (state.max_age, because(state.max_age, NextPollReason::MaxAge)),
        (until_expiry, because(until_expiry, NextPollReason::Expires)),
    ]
    .into_iter()
    .filter_map(|(least, reason)| Some((least?, reason)))
}

/// Returns the beginning of the first hour after `at` that `skipHours` and `skipDays` (both GMT) allow. `None` if they allow
/// `at` itself. `None` also if they allow no hour at all: such a document is wrong, and riverd ignores what it says here.
pub(super) fn first_allowed_hour(at: Timestamp, hints: &FeedHints) -> Option<Timestamp> {
    if !is_skipped(at, hints) {
        return None;
    }
    let this_hour = Timestamp::from_unix(at.unix() - at.unix().rem_euclid(3600));
    // A week has every combination of day and hour.
    (1..=7 * 24)
        .map(|hours| this_hour.saturating_add(HOUR * hours))
        .find(|hour| !is_skipped(*hour, hints))
        .filter(|hour| hour.since(at) <= DAY * 7)
}

/// Returns the longest time without polls that `skipHours` and `skipDays` ask for and that begins in the day after `from`;
/// `None` if they ask for none.
pub fn longest_skip(from: Timestamp, hints: &FeedHints) -> Option<Duration> {
    let hour = from.unix() - from.unix().rem_euclid(3600);
    (0..24)
        .filter_map(|hours| {
            let at = Timestamp::from_unix(hour).saturating_add(HOUR * hours);
            Some(first_allowed_hour(at, hints)?.since(at))
        })
        .max()
}

fn is_skipped(at: Timestamp, hints: &FeedHints) -> bool {
    let moment = at.to_utc();
    let hour = u8::try_from(moment.hour()).unwrap_or(0);
    let day = u8::try_from(moment.weekday().num_days_from_monday()).unwrap_or(0);
    hints.skip_hours.contains(&hour) || hints.skip_days.contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Tuesday.
    const NOON: Timestamp = Timestamp::from_unix(1_795_521_600);

    fn skip(hours: &[u8], days: &[u8]) -> FeedHints {
        FeedHints { skip_hours: hours.to_vec(), skip_days: days.to_vec(), ..FeedHints::default() }
    }

    #[test]
    fn a_poll_in_a_skipped_hour_waits_for_the_next_hour_that_is_not() {
        assert_eq!(NOON.to_rfc2822(), "Tue, 24 Nov 2026 12:00:00 +0000");
        let at = NOON.saturating_add(Duration::from_secs(1234));
        assert_eq!(first_allowed_hour(at, &skip(&[11], &[])), None);
        assert_eq!(first_allowed_hour(at, &skip(&[12, 13], &[])), Some(NOON.saturating_add(2 * HOUR)));
    }

    #[test]
    fn the_longest_time_without_polls_is_found_wherever_in_the_day_it_lies() {
        assert_eq!(longest_skip(NOON, &skip(&[], &[])), None);
        assert_eq!(longest_skip(NOON, &skip(&[3, 20, 21, 22], &[])), Some(3 * HOUR));
        assert_eq!(longest_skip(NOON, &skip(&[23, 0, 1, 2], &[])), Some(4 * HOUR));
        assert_eq!(longest_skip(NOON, &skip(&[], &[2])), Some(24 * HOUR));
    }

    #[test]
    fn a_poll_on_a_skipped_day_waits_for_the_next_day() {
        let midnight = NOON.saturating_add(12 * HOUR);
        assert_eq!(first_allowed_hour(NOON, &skip(&[], &[1])), Some(midnight));
        // If hours of that day are skipped, too, the poll waits for the first hour that is not.
        assert_eq!(first_allowed_hour(NOON, &skip(&[0, 1], &[1])), Some(midnight.saturating_add(2 * HOUR)));
    }

    #[test]
    fn a_document_that_excludes_every_hour_is_ignored() {
        let all_hours: Vec<u8> = (0..24).collect();
        assert_eq!(first_allowed_hour(NOON, &skip(&all_hours, &[])), None);
        assert_eq!(first_allowed_hour(NOON, &skip(&[], &[0, 1, 2, 3, 4, 5, 6])), None);
    }
}
