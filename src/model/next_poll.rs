//! When a source is polled next, and what decided that.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// When the next poll is planned, and why then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextPoll {
    /// Not before.
    pub at: Timestamp,
    /// What decided it.
    pub reason: Reason,
}

/// What decided the time of the next poll. Stored as text, shown by `status`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Never polled: as soon as there is room.
    New,
    /// The fixed interval.
    Every,
    /// The cron schedule.
    Schedule,
    /// How often the source publishes.
    Adaptive,
    /// RSS `ttl`.
    Ttl,
    /// `sy:updatePeriod`.
    UpdatePeriod,
    /// `skipHours` or `skipDays`.
    Skip,
    /// `Cache-Control: max-age`.
    MaxAge,
    /// `Expires`.
    Expires,
    /// `Retry-After`.
    RetryAfter,
    /// No validators and an unchanged body: a day.
    Unvalidated,
    /// Backing off after failures.
    Backoff,
    /// Our own network was down.
    Outage,
    /// Its host asked for a pause.
    HostThrottled,
    /// A WebSub hub pushes; polls only check it.
    Pushed,
    /// 410: not until feeds.toml changes.
    Gone,
    /// Claimed by a poll that is running.
    Claimed,
}
