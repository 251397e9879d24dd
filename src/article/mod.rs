//! Turns the entries of a document into articles, and articles into the river. Decides which key an entry has, whether two
//! entries tell one story, where an article stands, and what a feed shows of it. This code is pure: `now` and random numbers
//! are arguments.

pub mod archive;
pub mod completion;
pub mod dedup;
pub mod filter;
pub mod fingerprint;
pub mod full_text;
pub mod identity;
pub mod merge;
pub mod normalize;
mod pictures;
pub mod placement;
mod quick_hash;
