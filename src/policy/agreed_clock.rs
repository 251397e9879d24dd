//! Decides which time may be used to delete articles for ever (the time that two clocks agree on), and how many articles may be
//! deleted in one day.
//!
//! A wrong wall clock makes polls early or late, which does no lasting harm. But articles that are deleted because the
//! clock showed next year never come back. So a wall clock that jumps ahead is not trusted for a day.

use std::time::Duration;

use crate::time::{DAY, MINUTE, Timestamp};

/// How far the wall clock may be ahead of the time that the monotonic clock predicts: the system keeps correcting it in small
/// steps.
const TOLERANCE: Duration = MINUTE;

/// How long the wall clock must stay ahead before it is trusted. A machine that was suspended, or that started without
/// the right time, deletes its old articles a day later.
const BELIEVED_AFTER: Duration = DAY;

/// Compares the wall clock with the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct AgreedClock {
    /// Wall clock when both clocks were last read and agreed.
    wall: Timestamp,
    /// Monotonic clock at that moment.
    monotonic: Duration,
    /// When the wall clock jumped ahead, by the monotonic clock.
    jumped_at: Option<Duration>,
}

impl AgreedClock {
    /// Starts with two clocks that agree. `monotonic` is the time since any fixed moment.
    pub fn start(wall: Timestamp, monotonic: Duration) -> Self {
        Self { wall, monotonic, jumped_at: None }
    }

    /// Compares the clocks. The caller has to do this every few seconds.
    pub fn observe(&mut self, wall: Timestamp, monotonic: Duration) {
        let expected = self.expected(monotonic);
        if wall <= expected.saturating_add(TOLERANCE) {
            *self = Self::start(wall, monotonic);
            return;
        }
        let jumped_at = *self.jumped_at.get_or_insert(monotonic);
        if monotonic.saturating_sub(jumped_at) >= BELIEVED_AFTER {
            *self = Self::start(wall, monotonic);
        }
    }

    /// Returns the time that may be used: the wall clock or, if it is earlier, the time that the monotonic clock predicts.
    pub fn time(&self, wall: Timestamp, monotonic: Duration) -> Timestamp {
        wall.min(self.expected(monotonic))
    }

    fn expected(&self, monotonic: Duration) -> Timestamp {
        self.wall.saturating_add(monotonic.saturating_sub(self.monotonic))
    }
}

/// Maintenance may always delete one in this many articles in a day.
const ALWAYS_ONE_IN: u64 = 20;

/// How many articles maintenance may always delete in a day.
const ALWAYS: u64 = 20;

/// Returns how many of `articles` may be deleted in a day if retention keeps articles for `keep`: a twentieth of them, or twice
/// what a steady river loses in a day if that is more, but at least twenty. So if the clock is wrong from the start, or `keep`
/// is wrong, articles are lost slowly enough for the operator to notice it.
pub fn most_pruned_in_a_day(articles: u64, keep: Duration) -> u64 {
    let days = (keep.as_secs() / DAY.as_secs()).max(1);
    let steady = articles.saturating_mul(2) / days;
    (articles / ALWAYS_ONE_IN).max(steady).max(ALWAYS).min(articles.max(ALWAYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

    fn wall(seconds: u64) -> Timestamp {
        NOW.saturating_add(Duration::from_secs(seconds))
    }

    fn monotonic(seconds: u64) -> Duration {
        Duration::from_secs(1000 + seconds)
    }

    #[test]
    fn clocks_that_run_together_give_the_wall_clock() {
        let mut clock = AgreedClock::start(NOW, monotonic(0));
        // A correction of half a minute, and a clock that gains a second in a thousand.
        for second in 0..100_000 {
            let wall = wall(second + second / 1000 + 30);
            clock.observe(wall, monotonic(second));
            assert_eq!(clock.time(wall, monotonic(second)), wall);
        }
    }

    #[test]
    fn a_clock_that_jumps_ahead_and_back_never_counts() {
        let mut clock = AgreedClock::start(NOW, monotonic(0));
        let jump = 400 * 86_400;
        for second in 1..=3600 {
            clock.observe(wall(jump + second), monotonic(second));
            assert_eq!(clock.time(wall(jump + second), monotonic(second)), wall(second));
        }
        clock.observe(wall(3601), monotonic(3601));
        assert_eq!(clock.time(wall(3602), monotonic(3602)), wall(3602));
    }

    #[test]
    fn a_clock_that_stays_ahead_for_a_day_is_believed() {
        let mut clock = AgreedClock::start(NOW, monotonic(0));
        let jump = 30 * 86_400;
        clock.observe(wall(jump), monotonic(1));
        clock.observe(wall(jump + 86_399), monotonic(86_399));
        assert_eq!(clock.time(wall(jump + 86_399), monotonic(86_399)), wall(86_399));
        clock.observe(wall(jump + 86_402), monotonic(86_402));
        assert_eq!(clock.time(wall(jump + 86_403), monotonic(86_403)), wall(jump + 86_403));
    }

    #[test]
    fn a_clock_that_is_set_back_counts_at_once() {
        let mut clock = AgreedClock::start(NOW, monotonic(0));
        let back = NOW.saturating_sub(DAY);
        clock.observe(back, monotonic(1));
        assert_eq!(clock.time(back, monotonic(1)), back);
    }

    #[test]
    fn one_day_deletes_a_share_that_keeps_up_with_a_steady_river() {
        assert_eq!(most_pruned_in_a_day(301, 365 * DAY), 20);
        assert_eq!(most_pruned_in_a_day(100_000, 365 * DAY), 5_000);
        // A river that keeps a week loses a seventh each day.
        assert_eq!(most_pruned_in_a_day(70_000, 7 * DAY), 20_000);
        assert_eq!(most_pruned_in_a_day(1000, DAY), 1000);
        assert_eq!(most_pruned_in_a_day(0, DAY), 20);
    }
}
