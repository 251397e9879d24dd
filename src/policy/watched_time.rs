//! Decides what counts as silence of a source, or as a time of failures: only time in which riverd polled it. A stop, a machine
//! that slept, and a clock that was wrong for a while make a poll late, and say nothing about the source.
//!
//! `SourceState` remembers moments of riverd's own clock, and some of its decisions follow from the time since such a moment.
//! If the clock is put forward by forty days, the last news seem to be forty days old. So the moment moves on by the time in
//! which nothing was polled. If the clock is set back later, the moment moves back with it.

use std::time::Duration;

use crate::model::SourceState;
use crate::time::{DAY, Timestamp};

/// The longest time by which a poll may be late so that all of the time before it still counts. It is longer than a night in
/// which a machine is off, which is short for all that follows from a silence.
const LATE: Duration = DAY;

/// Returns for how long a source was not watched before a poll that was planned for `planned_at` and began at `asked_at`. Zero
/// unless it is more than a day.
pub fn unwatched(planned_at: Timestamp, asked_at: Timestamp) -> Duration {
    Some(asked_at.since(planned_at)).filter(|late| *late > LATE).unwrap_or_default()
}

/// Moves on the moments of `state` from which silence and failures are counted, by the time for which the source was not
/// watched before the present poll. They do not come later than `now`.
pub fn leave_out(state: &mut SourceState, unwatched: Duration, now: Timestamp) {
    if unwatched.is_zero() {
        return;
    }
    let moved = |from: Timestamp| from.saturating_add(unwatched).min(now.max(from));
    state.last_new_at = state.last_new_at.map(moved);
    state.failing_since = state.failing_since.map(moved);
}

/// Moves the same moments of `state` back after the clock was set back to `now`. The source was polled at `polled_at`, which is
/// in the future now. Its first document was read at `first_read_at`.
///
/// A clock that was put forward by more than a day moved the moments on ([`leave_out`]), so they move back by as much. The date
/// of an entry in a first document that was read by the wrong clock is no moment of that clock, and stays.
pub fn after_clock_set_back(
    state: &mut SourceState,
    first_read_at: Option<Timestamp>,
    polled_at: Timestamp,
    now: Timestamp,
) {
    let by = Some(polled_at.since(now)).filter(|by| *by > LATE).unwrap_or_default();
    let moved = |from: Timestamp| from.saturating_sub(by).min(now);
    let is_date = |from: Timestamp| from <= now && first_read_at.is_some_and(|at| at > now);
    state.last_new_at = state.last_new_at.map(|from| if is_date(from) { from } else { moved(from) });
    state.failing_since = state.failing_since.map(moved);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR, MINUTE};

    /// A Tuesday at noon, UTC.
    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

    fn ago(span: Duration) -> Timestamp {
        NOW.saturating_sub(span)
    }

    fn later(span: Duration) -> Timestamp {
        NOW.saturating_add(span)
    }

    fn quiet_since(at: Timestamp) -> SourceState {
        SourceState { last_new_at: Some(at), failing_since: Some(at), ..SourceState::default() }
    }

    fn assert_moments(state: &SourceState, expected: Timestamp) {
        assert_eq!((state.last_new_at, state.failing_since), (Some(expected), Some(expected)));
    }

    #[test]
    fn a_poll_that_is_late_by_a_night_leaves_nothing_out_and_one_that_is_late_by_days_all_of_it() {
        assert_eq!(unwatched(ago(DAY), NOW), Duration::ZERO);
        assert_eq!(unwatched(later(DAY * 40), NOW), Duration::ZERO, "a person asked for it");
        assert_eq!(unwatched(ago(DAY * 40), NOW), DAY * 40);
        assert_eq!(unwatched(Timestamp::MIN, Timestamp::MAX).as_secs() / DAY.as_secs(), 3_652_058);
    }

    #[test]
    fn time_in_which_a_source_was_not_watched_is_no_silence() {
        let mut state = quiet_since(ago(DAY * 40 + HOUR * 3));
        leave_out(&mut state, DAY * 40, NOW);
        assert_moments(&state, ago(HOUR * 3));
        leave_out(&mut state, Duration::MAX, NOW);
        assert_moments(&state, NOW);
        let mut future = quiet_since(later(HOUR));
        leave_out(&mut future, DAY * 2, NOW);
        assert_moments(&future, later(HOUR));
    }

    /// Polls at `asked_at` what was planned for `planned_at`, without news.
    fn poll(state: &mut SourceState, planned_at: Timestamp, asked_at: Timestamp) {
        leave_out(state, unwatched(planned_at, asked_at), asked_at);
    }

    #[test]
    fn a_clock_that_is_wrong_for_a_while_and_right_again_makes_no_silence() {
        let (last_new, planned) = (ago(HOUR * 2), later(MINUTE * 20));
        for jump in [DAY * 2, DAY * 40, DAY * 730] {
            // It goes ahead and back.
            let mut state = quiet_since(last_new);
            let polled_at = NOW.saturating_add(jump + MINUTE);
            poll(&mut state, planned, polled_at);
            assert!(polled_at.since(state.last_new_at.unwrap()) < HOUR * 3, "{state:?}");
            after_clock_set_back(&mut state, Some(ago(DAY)), polled_at, later(MINUTE * 2));
            let silence = NOW.since(state.last_new_at.unwrap());
            assert!(silence > HOUR && silence < HOUR * 3, "{jump:?}: {silence:?}");

            // It goes back and ahead. The plan has moved back with it.
            let mut state = quiet_since(last_new);
            after_clock_set_back(&mut state, Some(ago(DAY)), NOW, NOW.saturating_sub(jump));
            assert_moments(&state, last_new.saturating_sub(jump));
            poll(&mut state, planned.saturating_sub(jump), NOW);
            let silence = NOW.since(state.last_new_at.unwrap());
            assert!(silence > HOUR && silence < HOUR * 3, "{jump:?}: {silence:?}");
        }
    }

    #[test]
    fn a_real_silence_outlasts_a_wrong_clock() {
        let mut state = quiet_since(ago(DAY * 50));
        after_clock_set_back(&mut state, Some(ago(DAY * 90)), NOW, ago(DAY * 40));
        assert_moments(&state, ago(DAY * 90));
        poll(&mut state, ago(DAY * 40), NOW);
        assert_moments(&state, ago(DAY * 50));
    }

    #[test]
    fn the_date_of_an_entry_that_a_wrong_clock_read_first_is_kept() {
        let read_at = later(DAY * 730);
        let mut state = quiet_since(ago(HOUR));
        after_clock_set_back(&mut state, Some(read_at), read_at, NOW);
        assert_eq!(state.last_new_at, Some(ago(HOUR)));
        let mut undated = quiet_since(read_at);
        after_clock_set_back(&mut undated, Some(read_at), read_at, NOW);
        assert_moments(&undated, NOW);
    }

    #[test]
    fn a_small_step_back_leaves_what_lies_in_the_past() {
        let mut state = quiet_since(ago(HOUR));
        after_clock_set_back(&mut state, None, later(HOUR * 2), NOW);
        assert_moments(&state, ago(HOUR));
        let mut future = quiet_since(later(HOUR));
        after_clock_set_back(&mut future, None, later(HOUR * 2), NOW);
        assert_moments(&future, NOW);
    }
}
