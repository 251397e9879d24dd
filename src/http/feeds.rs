//! Answers the routes of feeds and pages.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode};

use super::HttpState;
use super::access::RequestedBaseUrl;
use super::answer::{ContentKind, document_response, error_page_response, text_response};
use crate::publish::{PublishError, Snapshot};
use crate::render::{Format, page as html_page};
use crate::store::RiverSelection;

/// Answers `/` and `/?page=N`: the river as a web page.
pub(super) async fn page(
    State(state): State<HttpState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    page_of(&state, &state.publisher.river(), query.as_deref(), &headers).await
}

/// Answers `/views/NAME/` and `/views/NAME/?page=N`: a view as a web page.
pub(super) async fn view_page(
    State(state): State<HttpState>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    match state.publisher.selection(RiverSelection::View(name)).await {
        Ok(Some(snapshot)) => page_of(&state, &snapshot, query.as_deref(), &headers).await,
        Ok(None) => not_found().await,
        Err(error) => unavailable(&error),
    }
}

/// Answers with the page of a snapshot that `query` asks for.
async fn page_of(
    state: &HttpState,
    snapshot: &Snapshot,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    let number = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
    let number = number.map_or(Some(1), |(_, number)| number.parse().ok());
    match number.and_then(|number| snapshot.page(number)) {
        Some(page) => {
            let config = state.publisher.config();
            document_response(headers, page, snapshot.changed_at, ContentKind::Page, &config)
        }
        None => not_found().await,
    }
}

/// Answers `/feed.xml`, `/atom.xml` and `/feed.json`.
pub(super) async fn river(
    State(state): State<HttpState>,
    Path(file): Path<String>,
    Extension(base): Extension<RequestedBaseUrl>,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(format) = Format::from_name(&file) else { return not_found().await };
    feed(&state, &state.publisher.river(), format, &base, &headers).await
}

/// Answers `/tags/TAG/feed.xml` and the other formats.
pub(super) async fn tag(
    State(state): State<HttpState>,
    Path((tag, file)): Path<(String, String)>,
    Extension(base): Extension<RequestedBaseUrl>,
    headers: HeaderMap,
) -> Response<Body> {
    selection(&state, RiverSelection::Tag(tag), &file, &base, &headers).await
}

/// Answers `/sources/NAME/feed.xml` and the other formats.
pub(super) async fn source(
    State(state): State<HttpState>,
    Path((name, file)): Path<(String, String)>,
    Extension(base): Extension<RequestedBaseUrl>,
    headers: HeaderMap,
) -> Response<Body> {
    selection(&state, RiverSelection::Source(name), &file, &base, &headers).await
}

/// Answers `/views/NAME/feed.xml` and the other formats.
pub(super) async fn view(
    State(state): State<HttpState>,
    Path((name, file)): Path<(String, String)>,
    Extension(base): Extension<RequestedBaseUrl>,
    headers: HeaderMap,
) -> Response<Body> {
    selection(&state, RiverSelection::View(name), &file, &base, &headers).await
}

/// Answers with the feed of one tag, source or view.
async fn selection(
    state: &HttpState,
    selection: RiverSelection,
    file: &str,
    base: &RequestedBaseUrl,
    headers: &HeaderMap,
) -> Response<Body> {
    let Some(format) = Format::from_name(file) else { return not_found().await };
    match state.publisher.selection(selection).await {
        Ok(Some(snapshot)) => feed(state, &snapshot, format, base, headers).await,
        Ok(None) => not_found().await,
        Err(error) => unavailable(&error),
    }
}

/// Answers with one format of a snapshot, with links for the address that the reader used.
async fn feed(
    state: &HttpState,
    snapshot: &Arc<Snapshot>,
    format: Format,
    base: &RequestedBaseUrl,
    headers: &HeaderMap,
) -> Response<Body> {
    match snapshot.document(format, base.0.as_ref()).await {
        Ok(document) => document_response(
            headers,
            &document,
            snapshot.changed_at,
            ContentKind::Feed,
            &state.publisher.config(),
        ),
        Err(error) => unavailable(&error),
    }
}

fn unavailable(error: &PublishError) -> Response<Body> {
    if let PublishError::ViewIsNew(_) = error {
        return text_response(StatusCode::SERVICE_UNAVAILABLE, &error.to_string());
    }
    tracing::error!(%error, "can't build a requested feed");
    text_response(StatusCode::SERVICE_UNAVAILABLE, "this feed is not available just now; try again later")
}

/// Answers every other path with 404 and a page that says where the river is.
pub(super) async fn not_found() -> Response<Body> {
    error_page_response(StatusCode::NOT_FOUND, html_page::not_found_page())
}
