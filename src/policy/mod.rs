//! Whom to ask, when, and whom not to ask: everything that plans or forbids a request. Pure: `now` and randomness are
//! arguments, and nothing here sends or stores anything.

pub mod claim_throttle;
pub mod decide;
pub mod guard;
pub mod host;
pub mod network;
pub mod outage;
pub mod pauses;
pub mod replan;
pub mod schedule;
pub mod store_backoff;
pub mod websub;
