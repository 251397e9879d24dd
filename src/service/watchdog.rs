//! The pings for systemd's watchdog.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};
use tracing::error;

use super::notify;
use crate::http::Heartbeat;
use crate::store::Store;

/// Pings systemd while the daemon works. systemd restarts a daemon whose pings stop.
pub(super) struct Watchdog {
    pub(super) store: Store,
    pub(super) heartbeat: Heartbeat,
}

impl Watchdog {
    /// Pings until the future is dropped, if systemd asks for pings.
    pub(super) async fn run(self) {
        let Some(period) = notify::watchdog_interval() else { return std::future::pending().await };
        let mut pings = interval_without_catch_up(period);
        loop {
            pings.tick().await;
            self.ping();
        }
    }

    /// Pings only while the poll loop ticks and the database writer does not hang. While the disk can't be written, the pings
    /// go on, because a restart would not help.
    fn ping(&self) {
        if !self.heartbeat.is_alive() {
            error!("the poll loop does not tick: the watchdog gets no ping");
        } else if self.store.health().is_stuck() {
            error!("the database writer hangs: the watchdog gets no ping");
        } else {
            notify::watchdog();
        }
    }
}

/// Makes an interval that skips the ticks that it missed. This does no harm, because the next tick comes soon.
pub(super) fn interval_without_catch_up(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
