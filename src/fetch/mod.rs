//! One fetch: an HTTP request or a file read, bounded, guarded, never retried.

pub use crate::model::{FetchOutcome, Fetched, Freshness, LinkHeaders};

use crate::config::Config;
use crate::model::{Location, Source, Validators};
use crate::time::Timestamp;

/// What to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Whose headers, credentials and proxy; what of them goes to another origin than its own is none.
    pub source: &'a Source,
    /// Its own address, or the one that permanent redirects led to.
    pub address: &'a Location,
    /// Sent byte for byte; empty: unconditionally.
    pub validators: &'a Validators,
    /// When it is sent: `Retry-After` in seconds counts from the moment the answer came.
    pub now: Timestamp,
}

/// Fetches; cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetcher {}

impl Fetcher {
    /// With the limits, the address policy and the contact of `config`. Fails where no HTTP client can be built (no CA
    /// store).
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let _ = config;
        todo!("fetch helper")
    }

    /// One request, or one file read. Never retried: the schedule is the retry.
    pub async fn fetch(&self, request: Request<'_>) -> FetchOutcome {
        let _ = request;
        todo!("fetch helper")
    }
}
