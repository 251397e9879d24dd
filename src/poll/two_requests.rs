//! Sends the first request of a poll or a check, and the second one that shows whether the source really fails.

use bytes::Bytes;

use crate::fetch::{Fetcher, Limits, Request, RequestPermit};
use crate::model::FetchOutcome;
use crate::policy::conditions::{FirstRequest, SecondRequest};

/// Sends the first request. If it is plain ([`crate::policy::conditions`]), it does not name `text/html` as accepted.
pub(super) async fn fetch_first(
    fetcher: &Fetcher,
    first: &FirstRequest,
    request: Request<'_>,
    permit: &mut RequestPermit,
) -> FetchOutcome<Bytes> {
    if first.is_plain {
        return fetcher.fetch_only_feed_with_permit(request, permit).await;
    }
    fetcher.fetch_with_permit(request, permit).await
}

/// Sends one more request, after the gap that is kept between two requests to the host.
pub(super) async fn fetch_again(
    (fetcher, limits): (&Fetcher, &Limits),
    request: Request<'_>,
    permit: &mut RequestPermit,
    second: SecondRequest,
) -> FetchOutcome<Bytes> {
    *permit = limits.queue_again(permit, request.address);
    permit.begin().await;
    match second {
        SecondRequest::SameTypes => fetcher.fetch_with_permit(request, permit).await,
        SecondRequest::NoPage => fetcher.fetch_only_feed_with_permit(request, permit).await,
    }
}
