//! riverd polls the feeds that `feeds.toml` lists, stores each article once, and serves all of them as one merged feed,
//! *the river*.
//!
//! Pure modules make the decisions, and the other modules do the input and output. The modules, from the lowest layer
//! up:
//!
//! | module | does |
//! | --- | --- |
//! | [`time`] | defines instants and durations, reads the clock |
//! | [`model`] | defines the plain data that the other modules exchange |
//! | [`config`] | reads, checks and edits feeds.toml |
//! | [`text`] | pure: interprets HTML, addresses, dates and words |
//! | [`document`] | pure: parses the bytes of a feed |
//! | [`article`] | pure: identifies, deduplicates, places and merges articles |
//! | [`policy`] | pure: decides which source is polled when, and which addresses may be contacted |
//! | [`render`] | pure: renders feeds as RSS, Atom and JSON Feed, and also web pages, OPML and metrics |
//! | [`fetch`] | sends one HTTP request or reads one file, with limits and address checks |
//! | [`store`] | keeps everything in SQLite: one thread writes, others read |
//! | [`poll`] | claims due sources, fetches them, and records the results |
//! | [`publish`] | rebuilds the river's snapshot after each change |
//! | [`http`] | serves the snapshot to readers |
//! | [`service`] | starts, connects and stops all parts of the daemon |
//! | [`cli`] | implements the command line, with a file for each verb or group of similar verbs |
//!
//! A module may use lower layers, but no module of its own layer or a higher one; `tests/layering.rs` checks it.
//! ARCHITECTURE.md follows one article through all the modules.

pub mod article;
pub mod cli;
pub mod config;
pub mod document;
pub mod fetch;
pub mod http;
pub mod model;
pub mod policy;
pub mod poll;
pub mod publish;
pub mod render;
pub mod service;
pub mod store;
pub mod text;
pub mod time;
