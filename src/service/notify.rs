//! Reports the daemon's state to systemd (`sd_notify(3)`). Without systemd the functions do nothing.
//!
//! Sending waits while the service manager reads nothing, and one that hangs must not stop riverd. So a thread sends the messages.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use std::{env, thread};

use sd_notify::NotifyState;

/// How many messages wait to be sent. With one for each ping and each change of the status line, this is at least some seconds.
const MAX_WAITING: usize = 64;

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

/// Leaves a message to the thread that sends. Drops it if too many wait.
fn send(states: &[NotifyState]) {
    static QUEUE: LazyLock<Option<SyncSender<String>>> = LazyLock::new(start_thread);
    static HAS_DROPPED: AtomicBool = AtomicBool::new(false);
    let Some(queue) = &*QUEUE else { return };
    let lines: Vec<String> = states.iter().map(ToString::to_string).collect();
    if queue.try_send(lines.join("\n")).is_err() && !HAS_DROPPED.swap(true, Ordering::Relaxed) {
        tracing::warn!("the service manager does not read what riverd reports to it");
    }
}

/// Starts the thread that sends, if there is a service manager.
fn start_thread() -> Option<SyncSender<String>> {
    env::var_os("NOTIFY_SOCKET")?;
    let (queue, messages) = sync_channel(MAX_WAITING);
    let started = thread::Builder::new().name("notify".to_owned()).spawn(move || send_all(&messages));
    if let Err(error) = started {
        tracing::warn!(%error, "can't start the thread that notifies the service manager");
        return None;
    }
    Some(queue)
}

fn send_all(messages: &Receiver<String>) {
    for message in messages {
        if let Err(error) = sd_notify::notify(&[NotifyState::Custom(&message)]) {
            tracing::warn!(%error, "can't notify the service manager");
        }
    }
}
