//! Runs checks that may hang on another thread, so that they never hold up the daemon's loop. For example, a look at a file on
//! a network share may hang.

use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

/// How long the loop waits for the result of a check. A later result counts at the next check.
pub(super) const CHECK_WITHIN: Duration = Duration::from_millis(500);

/// Something that is checked from time to time, with one check at a time.
#[derive(Debug)]
pub(super) struct BackgroundCheck<T, R> {
    what: &'static str,
    state: CheckState<T, R>,
}

#[derive(Debug)]
enum CheckState<T, R> {
    Idle(T),
    /// A check is running.
    Running(JoinHandle<(T, R)>),
    /// A check panicked, or the runtime is shutting down.
    Lost,
}

impl<T: Send + 'static, R: Send + 'static> BackgroundCheck<T, R> {
    /// Makes a check of `value`. `what` names it in the log.
    pub(super) fn new(what: &'static str, value: T) -> Self {
        Self { what, state: CheckState::Idle(value) }
    }

    /// Runs `check`, or takes the result of an earlier one that took too long. Returns `None` if there is no result yet, or if
    /// a check has panicked.
    pub(super) async fn run(&mut self, check: fn(&mut T) -> R) -> Option<R> {
        let (mut running, wait) = match std::mem::replace(&mut self.state, CheckState::Lost) {
            CheckState::Idle(mut value) => {
                let check = move || {
                    let result = check(&mut value);
                    (value, result)
                };
                (spawn_blocking(check), CHECK_WITHIN)
            }
            // The loop has already waited for this check once, so it does not wait again.
            CheckState::Running(running) => (running, Duration::ZERO),
            CheckState::Lost => return None,
        };
        match timeout(wait, &mut running).await {
            Ok(Ok((value, result))) => {
                self.state = CheckState::Idle(value);
                Some(result)
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "{} can't be checked any more", self.what);
                None
            }
            Err(_) => {
                self.state = CheckState::Running(running);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn the_loop_waits_once_for_a_check_that_hangs_and_takes_its_result_later() {
        let mut check = BackgroundCheck::new("a number", 1);
        assert_eq!(check.run(|number| *number + 1).await, Some(2));
        let slow = |number: &mut i32| {
            std::thread::park_timeout(3 * CHECK_WITHIN);
            *number += 10;
            *number
        };
        assert_eq!(check.run(slow).await, None);
        let started = Instant::now();
        let mut result = None;
        let mut looks = 0;
        while result.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            result = check.run(|number| *number).await;
            looks += 1;
        }
        assert!(looks > 5 && started.elapsed() < 10 * CHECK_WITHIN, "{looks} looks");
        assert_eq!((result, check.run(|number| *number).await), (Some(11), Some(11)));
    }

    #[tokio::test]
    async fn a_check_that_panics_is_not_run_again() {
        let mut check = BackgroundCheck::new("a number", 1);
        assert_eq!(check.run(|_| -> i32 { panic!("on purpose") }).await, None);
        assert_eq!(check.run(|number| *number).await, None);
    }
}
