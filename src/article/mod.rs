//! From the entries of a document to articles, and from articles to the river: who an entry is, whether two entries are
//! one story, where an article stands, and how one feed is made of many. Pure: `now` and randomness are arguments.

pub mod dedup;
pub mod filter;
pub mod fingerprint;
pub mod identity;
pub mod merge;
pub mod normalize;
pub mod placement;
