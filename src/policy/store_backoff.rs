//! Stops polls while the database can't be written: publishers must not get requests whose answers can't be stored.

use std::time::Duration;

use crate::time::Timestamp;

/// Time between two small writes that test the database while it can't be written. A test costs one sync of the disk, and polls
/// go on within seconds after the fault has ended.
const TRY_EVERY: Duration = Duration::from_secs(3);

/// What to do about the database at a tick.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreStep {
    /// The database can be written.
    GoOn,
    /// The database can be written again. Sources that were claimed before it failed are due now.
    Recover,
    /// The database can't be written, and a small write has to be tried now.
    Try,
    /// The database can't be written, and a write was tried a moment ago.
    Wait,
}

/// Remembers that the database could not be written, and when a write was tried last.
#[derive(Default, Debug)]
pub struct StoreBackoff {
    /// When the last write was tried. `None` while the database can be written.
    tried_at: Option<Timestamp>,
}

impl StoreBackoff {
    /// Returns what to do at a tick. `can_write` says whether the last write succeeded.
    pub fn step(&mut self, can_write: bool, now: Timestamp) -> StoreStep {
        if can_write {
            return if self.tried_at.take().is_some() { StoreStep::Recover } else { StoreStep::GoOn };
        }
        match self.tried_at {
            // A clock that was set back must not prolong the wait.
            Some(tried_at) if tried_at <= now && now.since(tried_at) < TRY_EVERY => StoreStep::Wait,
            _ => {
                self.tried_at = Some(now);
                StoreStep::Try
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

    fn after(seconds: u64) -> Timestamp {
        NOW.saturating_add(Duration::from_secs(seconds))
    }

    #[test]
    fn a_database_that_cant_be_written_is_tried_every_few_seconds_until_it_can() {
        use StoreStep::{Try, Wait};
        let mut backoff = StoreBackoff::default();
        assert_eq!(backoff.step(true, NOW), StoreStep::GoOn);
        let steps: Vec<StoreStep> = (0..8).map(|second| backoff.step(false, after(second))).collect();
        assert_eq!(steps, [Try, Wait, Wait, Try, Wait, Wait, Try, Wait]);
        assert_eq!(backoff.step(true, after(8)), StoreStep::Recover);
        assert_eq!(backoff.step(true, after(9)), StoreStep::GoOn);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_prolong_the_wait() {
        let mut backoff = StoreBackoff::default();
        assert_eq!(backoff.step(false, after(86_400)), StoreStep::Try);
        assert_eq!(backoff.step(false, NOW), StoreStep::Try);
    }
}
