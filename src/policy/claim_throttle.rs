//! Limits how fast due sources are claimed when many are due at once: after a stop, a sleep, or a clock that jumped ahead.

use std::time::Duration;

use crate::time::{MINUTE, Timestamp};

/// Longest usual gap between two ticks, which come once a second. A longer gap means that the machine slept or that the clock
/// jumped ahead.
const MAX_TICK_GAP: Duration = Duration::from_mins(2);

/// A clock that is set back by no more than this is only being corrected.
const CORRECTION: Duration = MINUTE;

/// Time over which overdue polls are spread. It is short enough for fresh news in the morning, and long enough that the name
/// server and a network that is just coming up get only a few requests a second.
const CATCH_UP: Duration = Duration::from_mins(5);

/// What the time of a tick says about the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockChange {
    /// The clock runs steadily.
    Steady,
    /// This is the first tick: many sources may be overdue.
    FirstTick,
    /// The last tick was this long ago by the wall clock, so many sources may be overdue: the machine slept, or the clock was
    /// put forward.
    Gap(Duration),
    /// The clock was set back.
    SetBack,
}

/// Limits how many sources may be claimed at each tick.
#[derive(Default, Debug)]
pub struct ClaimThrottle {
    last_tick: Option<Timestamp>,
    catch_up: Option<CatchUp>,
}

/// Claims that are being spread over [`CATCH_UP`].
#[derive(Clone, Copy, Debug)]
struct CatchUp {
    /// When the spreading began.
    since: Timestamp,
    /// Number of sources that were overdue then.
    overdue: usize,
    /// Number of sources that were claimed since then.
    claimed: usize,
}

impl ClaimThrottle {
    /// Notes the time of a tick, and returns what it says about the clock.
    pub fn tick(&mut self, now: Timestamp) -> ClockChange {
        let last = self.last_tick.replace(now);
        match last {
            Some(last) if last.since(now) > CORRECTION => {
                self.catch_up = None;
                ClockChange::SetBack
            }
            Some(last) if now.since(last) <= MAX_TICK_GAP => ClockChange::Steady,
            Some(last) => ClockChange::Gap(now.since(last)),
            None => ClockChange::FirstTick,
        }
    }

    /// Begins to spread the claims of `overdue` sources if there are more of them than are polled at once (`concurrency`).
    /// Returns whether the claims are spread.
    pub fn catch_up(&mut self, overdue: usize, concurrency: usize, now: Timestamp) -> bool {
        let is_spread = overdue > concurrency;
        if is_spread {
            self.catch_up = Some(CatchUp { since: now, overdue, claimed: 0 });
        }
        is_spread
    }

    /// Returns how many sources may be claimed now.
    pub fn allowance(&mut self, now: Timestamp) -> usize {
        let Some(catch_up) = self.catch_up else { return usize::MAX };
        let elapsed = now.since(catch_up.since);
        if elapsed >= CATCH_UP {
            self.catch_up = None;
            return usize::MAX;
        }
        // The second that begins now counts too, so that the first tick claims something.
        let seconds = elapsed.as_secs() as usize + 1;
        let by_now = catch_up.overdue.saturating_mul(seconds).div_ceil(CATCH_UP.as_secs() as usize);
        by_now.saturating_sub(catch_up.claimed)
    }

    /// Notes that `count` sources were claimed.
    pub fn claimed(&mut self, count: usize) {
        if let Some(catch_up) = &mut self.catch_up {
            catch_up.claimed += count;
        }
    }
}

/// Number of polls that may wait for a host without counting for `concurrency`. A public host gets one request a second, so
/// this is a few minutes' worth of requests.
const WAITING_AT_MOST: usize = 256;

/// Returns how many more polls may begin while `running` polls exist and `concurrency` requests may be in flight. Polls that
/// wait for a free slot at a host (`waiting`) hold no connection, so a bounded number of them does not count.
pub fn free_slots(concurrency: usize, running: usize, waiting: usize) -> usize {
    concurrency.saturating_sub(running.saturating_sub(waiting.min(WAITING_AT_MOST)))
}

/// A poll is slow if its servers take this long. Most servers answer within a second. A server that answers from no cache, or
/// lets its document arrive in drips, takes longer.
const SLOW_POLL: Duration = Duration::from_secs(3);

/// How many polls after a slow one are expected to be slow too. Only as many quick polls in a row end that, so sources that are
/// slow in turns do not take the slots of quick ones.
const SLOW_POLLS_EXPECTED: u32 = 8;

/// Returns how many of the next polls of a source are expected to be slow, after a poll whose servers took `server_time`.
/// Before it, `expected` were.
pub fn slow_polls_expected(expected: u32, server_time: Duration) -> u32 {
    if server_time >= SLOW_POLL { SLOW_POLLS_EXPECTED } else { expected.saturating_sub(1) }
}

/// Returns how many of `concurrency` polls may be polls that may be slow
/// ([`may_be_slow`](crate::model::SourceState::may_be_slow)): half of them.
pub fn slow_slots(concurrency: usize) -> usize {
    concurrency.div_ceil(2)
}

/// How many pages behind entries are fetched at a time at most. One claim takes at most one page of each host.
pub const PAGES_AT_MOST: usize = 8;

/// Returns how many of `concurrency` requests may be for pages behind entries: a quarter of them, so that polls that are not
/// slow find slots even while pages and slow polls take all that they may have.
pub fn page_slots(concurrency: usize) -> usize {
    (concurrency / 4).clamp(1, PAGES_AT_MOST)
}

/// Number of sources of one private host that may be claimed in one tick, even if fewer requests may be in flight to that host,
/// unless many polls wait already. The sources are polled without a gap between requests.
const PRIVATE_BATCH: usize = 32;

/// Returns how many sources of one private host may be claimed in one tick. `per_host` requests to it may be in flight at once,
/// and `waiting` polls wait for a free slot at some host. A private host needs no gap between requests, so it gets at least
/// [`PRIVATE_BATCH`]: with one claim a tick, it would get only one request a second. While many polls wait already, the host
/// may hang, so only as many are claimed as may be in flight to it.
pub fn private_batch(per_host: usize, waiting: usize) -> usize {
    if waiting < WAITING_AT_MOST / 2 { per_host.max(PRIVATE_BATCH) } else { per_host }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_unix(1_795_521_600);

    fn after(seconds: u64) -> Timestamp {
        NOON.saturating_add(Duration::from_secs(seconds))
    }

    #[test]
    fn a_sleep_and_a_clock_that_is_set_back_are_recognised() {
        let mut throttle = ClaimThrottle::default();
        assert_eq!(throttle.tick(NOON), ClockChange::FirstTick, "the first tick may find much overdue");
        assert_eq!(throttle.tick(after(1)), ClockChange::Steady);
        assert_eq!(throttle.tick(after(3600)), ClockChange::Gap(Duration::from_secs(3599)));
        assert_eq!(throttle.tick(after(3590)), ClockChange::Steady, "a correction");
        assert_eq!(throttle.tick(after(0)), ClockChange::SetBack);
    }

    #[test]
    fn polls_that_wait_for_a_host_take_no_slot_but_only_a_bounded_number_of_them() {
        assert_eq!(free_slots(64, 10, 0), 54);
        assert_eq!(free_slots(64, 64, 20), 20);
        assert_eq!(free_slots(64, 64 + WAITING_AT_MOST, 1000), 0);
    }

    #[test]
    fn a_private_host_gets_a_batch_of_polls_unless_many_wait_already() {
        assert_eq!(private_batch(1, 0), PRIVATE_BATCH);
        assert_eq!(private_batch(64, 0), 64);
        assert_eq!(private_batch(2, WAITING_AT_MOST), 2);
    }

    #[test]
    fn a_source_is_expected_to_be_slow_until_it_was_quick_several_times_in_a_row() {
        let (quick, slow) = (Duration::from_millis(900), Duration::from_secs(28));
        assert_eq!(slow_polls_expected(0, quick), 0);
        let mut expected = slow_polls_expected(0, slow);
        for _ in 0..7 {
            expected = slow_polls_expected(expected, quick);
            assert!(expected > 0, "a source that is slow now and then is not quick");
        }
        assert_eq!(slow_polls_expected(expected, quick), 0);
        assert_eq!(slow_polls_expected(expected, slow), slow_polls_expected(0, slow));
    }

    #[test]
    fn slow_polls_and_pages_together_leave_slots_for_quick_polls() {
        for concurrency in 3..1000 {
            let taken = slow_slots(concurrency) + page_slots(concurrency);
            assert!(taken <= concurrency, "{taken} of {concurrency}");
        }
        assert_eq!((slow_slots(64), page_slots(64)), (32, 8));
        assert_eq!((slow_slots(1), page_slots(1)), (1, 1));
    }

    #[test]
    fn overdue_sources_are_claimed_evenly_over_five_minutes() {
        let mut throttle = ClaimThrottle::default();
        assert!(!throttle.catch_up(64, 64, NOON), "no more than are polled at once");
        assert_eq!(throttle.allowance(NOON), usize::MAX);
        assert!(throttle.catch_up(3000, 64, NOON));
        let mut most = 0;
        let mut total = 0;
        for second in 0..300 {
            let allowed = throttle.allowance(after(second));
            most = most.max(allowed);
            total += allowed;
            throttle.claimed(allowed);
        }
        assert_eq!((most, total), (10, 3000));
        assert_eq!(throttle.allowance(after(300)), usize::MAX, "then there is no limit any more");
    }
}
