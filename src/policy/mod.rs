//! Decides which requests riverd sends, when it sends them, and which it must not send. Everything that plans or forbids a
//! request is here. This code is pure: `now` and random numbers are arguments, and nothing here sends or stores anything.
//!
//! | file | what it decides |
//! | --- | --- |
//! | [`decide`] | what follows from a poll: when the next one is due, and what is remembered of the source |
//! | [`schedule`] | when a source is polled, from how often it publishes and what its document asks for |
//! | [`replan`] | when a source is polled after a change of feeds.toml, a pause of its domain, a notification or a clock set back |
//! | [`pauses`] | which domains asked for a pause, until the store has it |
//! | [`conditions`], [`plain_servers`] | whether a request asks only for what has changed |
//! | [`claim_throttle`] | how many due sources are claimed at once |
//! | [`store_backoff`], [`record_backoff`] | whether polls stop because their results can't be stored |
//! | [`repeated_failure`] | when work that fails again and again is tried again and logged |
//! | [`refused_documents`] | whether the database is at fault when documents can't be stored |
//! | [`outage`] | whether riverd's own network is at fault |
//! | [`guard`], [`network`], [`host`] | which addresses may be contacted |
//! | [`page_fetch`], [`robots`] | when the page behind an entry is fetched, and whether it may be |
//! | [`websub`] | which hubs are asked, and when riverd relies on one |
//! | [`incidents`] | which problems the operator should hear of |
//! | [`agreed_clock`] | which time may delete articles |
//! | [`watched_time`] | which time counts as silence of a source |

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
pub mod plain_servers;
pub mod record_backoff;
pub mod refused_documents;
pub mod repeated_failure;
pub mod replan;
pub mod robots;
pub mod schedule;
pub mod store_backoff;
pub mod watched_time;
pub mod websub;
