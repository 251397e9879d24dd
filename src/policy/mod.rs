//! Decides which requests riverd sends, when it sends them, and which it must not send. Everything that plans or forbids a
//! request is here. This code is pure: `now` and random numbers are arguments, and nothing here sends or stores anything.

pub mod agreed_clock;
pub mod claim_throttle;
pub mod conditions;
pub mod decide;
pub mod guard;
pub mod host;
pub mod incidents;
pub mod network;
pub mod outage;
pub mod page_fetch;
pub mod pauses;
pub mod record_backoff;
pub mod replan;
pub mod robots;
pub mod schedule;
pub mod store_backoff;
pub mod websub;
