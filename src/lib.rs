//! riverd polls the feeds that a person lists in `feeds.toml`, stores their articles once, and republishes
//! them as one merged feed, *the river*.
//!
//! A pure core decides, a thin shell does, and one record per poll joins them. From the bottom:
//!
//! | module | is |
//! | --- | --- |
//! | [`time`] | instants, durations, the clock |
//! | [`model`] | the plain data that flows |
//! | [`config`] | feeds.toml: read, checked, edited |
//! | [`text`] | pure: what characters mean: HTML, addresses, dates, words |
//! | [`document`] | pure: from bytes to a feed as published |
//! | [`article`] | pure: identity, deduplication, placement, merging |
//! | [`policy`] | pure: whom to ask, when, and whom not |
//! | [`render`] | pure: a merged feed as RSS, Atom, JSON Feed and a page |
//! | [`fetch`] | one HTTP request or file read, bounded and guarded |
//! | [`store`] | SQLite: one writer thread, readers beside it |
//! | [`poll`] | claims due sources, fetches, decides, records |
//! | [`publish`] | rebuilds the river's snapshot when something changed |
//! | [`http`] | serves the snapshot |
//! | [`service`] | starts, wires and stops it all |
//! | [`cli`] | one file a verb |
//!
//! A module uses lower ones and itself, never a sibling or a higher one (`tests/layering.rs`).
//! ARCHITECTURE.md follows one article through all of them.

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
