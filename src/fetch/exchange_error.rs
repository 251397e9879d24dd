//! Why an HTTP exchange failed, and the outcome of the fetch that follows from that.

use url::Url;

use crate::model::{Failure, FetchOutcome, Freshness};
use crate::time::Timestamp;

/// Why an exchange failed, and what is known about the answer.
#[derive(Debug)]
pub(super) struct ExchangeError {
    pub(super) status: Option<u16>,
    pub(super) freshness: Freshness,
    pub(super) failure: Failure,
    /// Address that was not requested because its domain has a pause, and the end of the pause.
    pub(super) paused: Option<(Url, Timestamp)>,
    /// Address at another server to which a redirect leads, if the exchange stays at one server.
    pub(super) leads_to: Option<Url>,
}

impl From<Failure> for ExchangeError {
    fn from(failure: Failure) -> Self {
        Self { status: None, freshness: Freshness::default(), failure, paused: None, leads_to: None }
    }
}

impl From<ExchangeError> for FetchOutcome {
    fn from(error: ExchangeError) -> Self {
        let ExchangeError { status, freshness, failure, paused, leads_to: _ } = error;
        match (status, paused) {
            (Some(status), Some((by, until))) => {
                Self::Throttled { status, retry_after: Some(until), freshness, by, failure }
            }
            (status, _) => Self::Failed { status, failure, freshness },
        }
    }
}
