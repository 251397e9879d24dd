//! The integration tests in one binary: they use the real `riverd`, real SQLite, and real HTTP on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a panic fails the test, as it should"
)]

mod archive;
mod ask_once;
mod backup;
mod behaviour;
#[cfg(target_env = "gnu")]
mod clock;
mod config;
mod config_safety;
mod control;
mod corpus;
mod daemon_user;
mod dedup;
mod edits;
mod fetch;
mod fetching;
mod full_text;
mod guard;
mod hostile;
mod http;
mod http2;
mod hub;
mod left_out;
mod operator;
mod outputs;
mod page;
mod poll;
mod preview;
mod read_only;
mod reading;
mod render;
mod river;
mod river_chain;
mod search;
mod status;
mod store;
mod subscriptions;
mod support;
mod terminal;
mod trouble;
mod valid;
mod views;
mod websub;
