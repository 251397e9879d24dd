//! Decides whom riverd asks, when, and whom it must not ask. Everything that plans or forbids a request is here. This code is
//! pure: `now` and random numbers are arguments, and nothing here sends or stores anything.

pub mod claim_throttle;
pub mod conditions;
pub mod decide;
pub mod guard;
pub mod host;
pub mod incidents;
pub mod network;
pub mod outage;
pub mod pauses;
pub mod replan;
pub mod schedule;
pub mod store_backoff;
pub mod websub;
