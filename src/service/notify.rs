//! Reports the daemon's state to systemd (`sd_notify(3)`). Without systemd the functions do nothing.

use std::time::Duration;

use sd_notify::NotifyState;

/// Reports that the daemon is ready: it serves the river, or waits for a good feeds.toml and answers meanwhile.
pub(super) fn ready(status: &str) {
    send(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Reports what the daemon is doing, in one line.
pub(super) fn status(status: &str) {
    send(&[NotifyState::Status(status)]);
}

/// Reports that a reload began; [`ready`] reports its end. systemd 253 and newer also require the time.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => send(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "can't read the monotonic clock"),
    }
}

/// Reports that the daemon is stopping.
pub(super) fn stopping() {
    send(&[NotifyState::Stopping, NotifyState::Status("stopping: finishing what is in flight")]);
}

/// Pings the watchdog.
pub(super) fn watchdog() {
    send(&[NotifyState::Watchdog]);
}

/// Returns how often to ping the watchdog: half of systemd's limit, as `sd_watchdog_enabled(3)` advises. `None` if systemd
/// expects no pings.
pub(super) fn watchdog_interval() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2)
}

fn send(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "can't notify the service manager");
    }
}
