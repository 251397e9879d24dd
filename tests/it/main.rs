//! The integration tests: one binary, the real `riverd`, real SQLite, real HTTP on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed: that is what it is for"
)]

mod behaviour;
#[cfg(target_env = "gnu")]
mod clock;
mod config;
mod corpus;
mod dedup;
mod edits;
mod fetch;
mod guard;
mod hostile;
mod http;
mod http2;
mod left_out;
mod page;
mod poll;
mod preview;
mod reading;
mod render;
mod river;
mod river_chain;
mod store;
mod support;
mod trouble;
mod valid;
mod websub;
