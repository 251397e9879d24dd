//! When a source is polled next, and what decided that.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// When the next poll is planned, and what decided that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextPoll {
    /// Earliest time of the poll.
    pub at: Timestamp,
    /// What decided the time.
    pub reason: NextPollReason,
}

/// What decided the time of the next poll. It is stored as text and shown by `status`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextPollReason {
    /// The source was never polled at its address, or is polled again after a 410: as soon as possible.
    New,
    /// The fixed interval `every`.
    Every,
    /// The cron expression `schedule`.
    Schedule,
    /// The adaptive interval, which follows how often the source publishes.
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
    /// A pause that the publisher asked for: by `Retry-After`, by a used-up rate limit, or by a 429 or a similar status without
    /// a time.
    RetryAfter,
    /// The server sends no validators, so each poll costs it a whole body. So the source is polled less often, and less and
    /// less often while the body stays the same.
    Unvalidated,
    /// The list of the document is short for the rate of its entries: a later poll could miss some.
    Window,
    /// The backoff after failures.
    Backoff,
    /// riverd's own network was down, or its machine had no room for a connection.
    Outage,
    /// A server of the same registrable domain asked for a pause. It did so at the poll of another source, at the request of a
    /// verb, or at the fetch of a page.
    #[serde(rename = "host_throttled")]
    DomainThrottled,
    /// A WebSub hub announced a change, so the source is polled at once. It is also the reason for the rare polls that only
    /// check whether a hub still announces changes.
    Pushed,
    /// The source answered 410. It is not polled until its address in feeds.toml changes, or it is removed and added again.
    Gone,
    /// A running poll has claimed the source.
    Claimed,
}
