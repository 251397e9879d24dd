//! Stops polls while the store refuses records although the database can be written: publishers must not get requests whose
//! answers can't be stored.

use std::time::Duration;

use crate::time::{HOUR, MINUTE, Timestamp};

/// The wait of all polls after records could not be written.
#[derive(Default, Debug)]
pub struct RecordBackoff {
    /// How often in a row the store failed, counting records that fail together once.
    failures: u32,
    /// When the next poll may begin. `None` if the last record was written.
    until: Option<Timestamp>,
}

impl RecordBackoff {
    /// Notes that a record was written.
    pub fn write_succeeded(&mut self) {
        *self = Self::default();
    }

    /// Notes that a record could not be written: no poll begins for 1, 2, 4, … minutes, up to an hour. Records that fail during
    /// such a wait do not lengthen it.
    pub fn write_failed(&mut self, now: Timestamp) {
        if self.until.is_some_and(|until| now < until) {
            return;
        }
        self.failures = self.failures.saturating_add(1);
        let wait: Duration = (MINUTE * 2_u32.pow(self.failures.min(7) - 1)).min(HOUR);
        self.until = Some(now.saturating_add(wait));
    }

    /// Returns how many polls may begin now, if `slots` are free: none during the wait, and one after it, which tests the
    /// store. While the last record was written, as many as there are slots.
    pub fn allowance(&self, slots: usize, now: Timestamp) -> usize {
        match self.until {
            None => slots,
            // A longer wait than an hour means that the clock was set back.
            Some(until) if now < until && until.since(now) <= HOUR => 0,
            Some(_) => slots.min(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

    #[test]
    fn a_store_that_cant_write_is_tested_with_one_poll_after_longer_and_longer_waits() {
        let mut backoff = RecordBackoff::default();
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..9 {
            assert_eq!(backoff.allowance(64, now), if waits.is_empty() { 64 } else { 1 });
            // All polls in flight fail together.
            for _ in 0..5 {
                backoff.write_failed(now);
            }
            let until = backoff.until.unwrap();
            assert_eq!(backoff.allowance(64, until.saturating_sub(Duration::from_secs(1))), 0);
            waits.push(until.since(now).as_secs() / 60);
            now = until;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        backoff.write_succeeded();
        assert_eq!(backoff.allowance(64, now), 64);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_prolong_the_wait() {
        let mut backoff = RecordBackoff::default();
        backoff.write_failed(NOW);
        assert_eq!(backoff.allowance(64, NOW.saturating_sub(HOUR * 48)), 1);
    }
}
