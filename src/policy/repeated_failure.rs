//! Logs a piece of work that fails again and again only once for each reason, and tries it less and less often.

use std::time::Duration;

/// The failures in a row of a piece of work that is tried until it succeeds.
#[derive(Debug)]
pub struct RepeatedFailure {
    first_pause: Duration,
    longest_pause: Duration,
    /// How often the work failed in a row.
    failures: u32,
    /// The message of the last failure.
    message: String,
}

/// What to do about a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailureStep {
    /// Whether the failure is to be logged: it is the first one in a row, or has another reason than the one before.
    pub is_news: bool,
    /// How long to wait before the next try.
    pub pause: Duration,
}

impl RepeatedFailure {
    /// Makes the record of a work that has not failed. The pause after a failure is `first_pause`, and doubles with each
    /// further one up to `longest_pause`.
    pub fn new(first_pause: Duration, longest_pause: Duration) -> Self {
        Self { first_pause, longest_pause, failures: 0, message: String::new() }
    }

    /// Notes that the work failed with this message.
    pub fn failed(&mut self, message: String) -> FailureStep {
        let is_news = self.failures == 0 || self.message != message;
        let pause =
            self.first_pause.saturating_mul(2_u32.saturating_pow(self.failures)).min(self.longest_pause);
        self.failures = self.failures.saturating_add(1);
        self.message = message;
        FailureStep { is_news, pause }
    }

    /// Notes that the work succeeded. Returns whether it had failed before.
    pub fn succeeded(&mut self) -> bool {
        std::mem::take(&mut self.failures) > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_news_once_for_each_reason_until_the_work_succeeds_and_the_pauses_grow() {
        let seconds = Duration::from_secs;
        let mut failure = RepeatedFailure::new(seconds(5), seconds(60));
        assert!(!failure.succeeded(), "nothing has failed");
        let steps: Vec<FailureStep> = (0..70).map(|_| failure.failed("full".to_owned())).collect();
        let news: Vec<bool> = steps.iter().take(3).map(|step| step.is_news).collect();
        assert_eq!(news, [true, false, false]);
        assert!(steps[1..].iter().all(|step| !step.is_news));
        let pauses: Vec<u64> = steps.iter().take(6).map(|step| step.pause.as_secs()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
        assert_eq!(steps[69].pause, seconds(60), "the pause never overflows");
        assert!(failure.failed("locked".to_owned()).is_news, "another reason");
        assert!(failure.succeeded() && !failure.succeeded());
        let again = failure.failed("locked".to_owned());
        assert_eq!(again, FailureStep { is_news: true, pause: seconds(5) });
    }
}
