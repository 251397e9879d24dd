//! The pure core: what a document means, who an entry is, what is a duplicate, when to ask again.
//!
//! No clock, no I/O: `now` and randomness are arguments.

pub mod change;
mod confluence;
pub mod dates;
pub mod decide;
pub mod dedup;
pub mod filter;
pub mod fingerprint;
pub mod host;
pub mod html;
pub mod identity;
pub mod json;
pub mod merge;
pub mod network;
pub mod normalize;
pub mod parse;
pub mod push;
pub mod repair;
pub mod schedule;
pub mod url;
pub mod words;
