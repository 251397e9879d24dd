//! Telling systemd how it goes (`sd_notify(3)`). Without systemd every call does nothing.

use std::time::Duration;

use sd_notify::NotifyState;

/// The river answers.
pub(super) fn ready(status: &str) {
    send(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// A reload began; [`ready`] ends it. From systemd 253 on, the time must come with it.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => send(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "can't read the monotonic clock"),
    }
}

/// The stop began.
pub(super) fn stopping() {
    send(&[NotifyState::Stopping, NotifyState::Status("stopping: finishing what is in flight")]);
}

/// We are alive.
pub(super) fn watchdog() {
    send(&[NotifyState::Watchdog]);
}

/// How often systemd wants to hear from us: half of its limit, as `sd_watchdog_enabled(3)` advises.
pub(super) fn watchdog_interval() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2)
}

fn send(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "can't notify the service manager");
    }
}
