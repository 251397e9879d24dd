//! One fetch: an HTTP request or a file read, bounded, guarded, never retried.

pub use crate::model::{FetchOutcome, Fetched, Freshness, LinkHeaders};
