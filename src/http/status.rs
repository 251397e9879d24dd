//! Answers the routes of the status: the page, the data, the feed of incidents, and metrics.

use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Response};

use super::HttpState;
use super::access::RequestedBaseUrl;
use super::answer::{ContentKind, document_response};
use super::errors::{not_found_below, unavailable};
use super::query::page_number;
use crate::publish::PublishError;
use crate::render::Representation;
use crate::time::Timestamp;

/// Answers `/status` and `/status?page=N`.
pub(super) async fn page(
    State(state): State<HttpState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(number) = page_number(query.as_deref()) else { return not_found_below(0) };
    let made = async {
        let status = state.status.current().await?;
        Ok(status.page(number).await?.map(|page| (page, status.made_at())))
    };
    match made.await {
        Ok(Some(page)) => answer(&state, &headers, Ok(page), ContentKind::Page),
        Ok(None) => not_found_below(0),
        Err(error) => answer(&state, &headers, Err(error), ContentKind::Page),
    }
}

/// Answers `/status.json`.
pub(super) async fn json(State(state): State<HttpState>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let status = state.status.current().await?;
        Ok((status.json().await?, status.made_at()))
    };
    answer(&state, &headers, made.await, ContentKind::Data)
}

/// Answers `/metrics`.
pub(super) async fn metrics(State(state): State<HttpState>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let status = state.status.current().await?;
        Ok((status.metrics().await, status.made_at()))
    };
    answer(&state, &headers, made.await, ContentKind::Data)
}

/// Answers `/status/feed.xml`.
pub(super) async fn feed(
    State(state): State<HttpState>,
    Extension(base): Extension<RequestedBaseUrl>,
    headers: HeaderMap,
) -> Response<Body> {
    let made = async {
        let status = state.status.current().await?;
        Ok((status.feed(base.0.as_ref()).await?, status.feed_changed_at))
    };
    answer(&state, &headers, made.await, ContentKind::Incidents)
}

fn answer(
    state: &HttpState,
    headers: &HeaderMap,
    made: Result<(Representation, Timestamp), PublishError>,
    kind: ContentKind,
) -> Response<Body> {
    match made {
        Ok((document, changed_at)) => {
            document_response(headers, &document, changed_at, kind, &state.publisher.config())
        }
        Err(error) => unavailable(&error),
    }
}
