//! Which document or page a route gives.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode};

use super::HttpState;
use super::answer::{Use, document, plain_text, refusal_page};
use super::visit::RequestedBase;
use crate::publish::{PublishError, Snapshot};
use crate::render::{Format, page as pages};
use crate::store::RiverSelection;

/// `/`: the river as a page.
pub(super) async fn page(
    State(site): State<HttpState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    let number = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
    let number = number.map_or(Some(1), |(_, number)| number.parse().ok());
    let river = site.publisher.river();
    match number.and_then(|number| river.page(number)) {
        Some(page) => document(&headers, page, river.changed_at, Use::Page, &site.publisher.config()),
        None => not_found().await,
    }
}

/// `/feed.xml`, `/atom.xml`, `/feed.json`.
pub(super) async fn river(
    State(site): State<HttpState>,
    Path(file): Path<String>,
    Extension(asked): Extension<RequestedBase>,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(format) = Format::named(&file) else { return not_found().await };
    feed(&site, &site.publisher.river(), format, &asked, &headers).await
}

/// `/tags/TAG/…`.
pub(super) async fn tag(
    State(site): State<HttpState>,
    Path((tag, file)): Path<(String, String)>,
    Extension(asked): Extension<RequestedBase>,
    headers: HeaderMap,
) -> Response<Body> {
    selection(&site, RiverSelection::Tag(tag), &file, &asked, &headers).await
}

/// `/sources/NAME/…`.
pub(super) async fn source(
    State(site): State<HttpState>,
    Path((name, file)): Path<(String, String)>,
    Extension(asked): Extension<RequestedBase>,
    headers: HeaderMap,
) -> Response<Body> {
    selection(&site, RiverSelection::Source(name), &file, &asked, &headers).await
}

async fn selection(
    site: &HttpState,
    wanted: RiverSelection,
    file: &str,
    asked: &RequestedBase,
    headers: &HeaderMap,
) -> Response<Body> {
    let Some(format) = Format::named(file) else { return not_found().await };
    match site.publisher.selection(wanted).await {
        Ok(Some(snapshot)) => feed(site, &snapshot, format, asked, headers).await,
        Ok(None) => not_found().await,
        Err(error) => unavailable(&error),
    }
}

async fn feed(
    site: &HttpState,
    snapshot: &Arc<Snapshot>,
    format: Format,
    asked: &RequestedBase,
    headers: &HeaderMap,
) -> Response<Body> {
    match snapshot.document(format, asked.0.as_ref()).await {
        Ok(found) => document(headers, &found, snapshot.changed_at, Use::Feed, &site.publisher.config()),
        Err(error) => unavailable(&error),
    }
}

fn unavailable(error: &PublishError) -> Response<Body> {
    tracing::error!(%error, "can't make a feed that was asked for");
    plain_text(StatusCode::SERVICE_UNAVAILABLE, "this feed can't be made just now; ask again later")
}

/// Everything else.
pub(super) async fn not_found() -> Response<Body> {
    refusal_page(StatusCode::NOT_FOUND, pages::not_found())
}
