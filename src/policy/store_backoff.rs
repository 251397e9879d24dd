//! When the store can't write: publishers must not be asked again and again for answers that nobody can keep.

use std::time::Duration;

use crate::time::{HOUR, MINUTE, Timestamp};

/// What is known of the store's health.
#[derive(Default, Debug)]
pub struct StoreBackoff {
    /// Records in a row that could not be written.
    failures: u32,
    /// No poll before.
    until: Option<Timestamp>,
}

impl StoreBackoff {
    /// A record was written.
    pub fn heal(&mut self) {
        *self = Self::default();
    }

    /// A record could not be written: nothing is asked for a minute, two, four, … up to an hour. Records that fail
    /// while nothing was to be asked belong to the same trouble.
    pub fn worsen(&mut self, now: Timestamp) {
        if self.until.is_some_and(|until| now < until) {
            return;
        }
        self.failures = self.failures.saturating_add(1);
        let wait: Duration = (MINUTE * 2_u32.pow(self.failures.min(7) - 1)).min(HOUR);
        self.until = Some(now.saturating_add(wait));
    }

    /// How many of `room` polls may begin now: none while the store rests, one to see whether it is well again.
    pub fn room(&self, room: usize, now: Timestamp) -> usize {
        match self.until {
            None => room,
            // A clock that was set back would hold it up.
            Some(until) if now < until && until.since(now) <= HOUR => 0,
            Some(_) => room.min(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

    #[test]
    fn a_store_that_cant_write_is_tried_with_one_poll_after_ever_longer_rests() {
        let mut ailment = StoreBackoff::default();
        let mut now = NOW;
        let mut rests = Vec::new();
        for _ in 0..9 {
            assert_eq!(ailment.room(64, now), if rests.is_empty() { 64 } else { 1 });
            // All that were in flight fail together.
            for _ in 0..5 {
                ailment.worsen(now);
            }
            let until = ailment.until.unwrap();
            assert_eq!(ailment.room(64, until.saturating_sub(Duration::from_secs(1))), 0);
            rests.push(until.since(now).as_secs() / 60);
            now = until;
        }
        assert_eq!(rests, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        ailment.heal();
        assert_eq!(ailment.room(64, now), 64);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_prolong_the_rest() {
        let mut ailment = StoreBackoff::default();
        ailment.worsen(NOW);
        assert_eq!(ailment.room(64, NOW.saturating_sub(HOUR * 48)), 1);
    }
}
