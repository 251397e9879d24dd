//! Ends a process whose stop hangs.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;
use std::{process, thread};

use tracing::error;

use super::logging;

/// How long a stop may take at most. An ordinary one takes a second or two, and systemd waits 30 s (`TimeoutStopSec=`) before
/// it kills riverd.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Ends the process with exit code 1 unless it is dropped within [`STOP_TIMEOUT`]. It has a thread of its own: after a panic in
/// a thread of the async runtime, tasks and timers may stand still for ever, and with them every timeout of the stop. What is
/// stored is safe at any instant.
pub(super) struct StopDeadline {
    /// Ends the thread when it is dropped.
    _stopped: Sender<()>,
}

impl StopDeadline {
    /// Starts the time. If no thread can be started, the stop has no deadline but that of systemd.
    pub(super) fn start() -> Self {
        let (stopped, waiting) = mpsc::channel();
        let thread = thread::Builder::new().name("stop deadline".to_owned());
        if let Err(error) = thread.spawn(move || end_if_late(&waiting)) {
            error!("no thread can watch over the stop: {error}");
        }
        Self { _stopped: stopped }
    }
}

#[expect(clippy::disallowed_methods, reason = "`main` waits for the runtime, which hangs")]
fn end_if_late(stopped: &Receiver<()>) {
    if is_late(stopped, STOP_TIMEOUT) {
        error!(
            "a part of riverd hangs, so the process ends without it; please report this with the lines above"
        );
        logging::finish();
        process::exit(1);
    }
}

/// Waits until the sender of `stopped` is dropped. Returns whether that took longer than `timeout`.
fn is_late(stopped: &Receiver<()>, timeout: Duration) -> bool {
    stopped.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_late_only_if_it_has_not_ended_in_time() {
        let (stopped, waiting) = mpsc::channel();
        assert!(is_late(&waiting, Duration::from_millis(1)));
        drop(stopped);
        assert!(!is_late(&waiting, Duration::from_hours(1)));
    }
}
