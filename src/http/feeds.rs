//! Answers the routes of feeds and pages.

use std::sync::{Arc, OnceLock};

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};

use super::HttpState;
use super::access::RequestedBaseUrl;
use super::answer::{ContentKind, document_response, error_page_response, redirect_response, text_response};
use crate::publish::{ArticleAnswer, PublishError, Snapshot};
use crate::render::{Format, Representation, page as html_page, page_frame};
use crate::store::RiverSelection;
use crate::time::Timestamp;

/// Answers `/`, `/?tag=TAG` and `/?source=NAME`, each with `page=N`: the river, a tag or a source as a web page.
pub(super) async fn page(
    State(state): State<HttpState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let query = query.as_deref();
    let Some(number) = page_number(query) else { return not_found().await };
    let found = async {
        let snapshot = match (parameter(query, "tag"), parameter(query, "source")) {
            (Some(tag), _) => state.publisher.selection(RiverSelection::Tag(tag)).await?,
            (None, Some(name)) => state.publisher.selection(RiverSelection::Source(name)).await?,
            (None, None) => Some(state.publisher.river()),
        };
        let Some(snapshot) = snapshot else { return Ok(None) };
        Ok(snapshot.page(number).await?.map(|page| (page, snapshot.changed_at)))
    };
    match found.await {
        Ok(Some((page, changed_at))) => {
            document_response(&headers, &page, changed_at, ContentKind::Page, &state.publisher.config())
        }
        Ok(None) => not_found().await,
        Err(error) => unavailable(&error),
    }
}

/// Answers `/articles/ID`. The ID is the UUID of the article's guid, so the address never changes.
pub(super) async fn article(
    State(state): State<HttpState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let guid = format!("urn:uuid:{id}");
    if html_page::article_id(&guid).is_none() {
        return not_found_below(1);
    }
    match state.publisher.article(guid.to_ascii_lowercase()).await {
        Ok(Some(ArticleAnswer::Page(page, made_at))) => {
            document_response(&headers, &page, made_at, ContentKind::Page, &state.publisher.config())
        }
        Ok(Some(ArticleAnswer::MovedTo(guid))) => match html_page::article_id(&guid) {
            Some(id) => redirect_response(StatusCode::PERMANENT_REDIRECT, id),
            None => not_found_below(1),
        },
        Ok(None) => not_found_below(1),
        Err(error) => unavailable(&error),
    }
}

/// Answers 404 for a path that is this many folders below the root.
fn not_found_below(folders: usize) -> Response<Body> {
    error_page_response(StatusCode::NOT_FOUND, html_page::not_found_page(folders))
}

/// Returns a parameter of a query, unless it is empty.
fn parameter(query: Option<&str>, wanted: &str) -> Option<String> {
    let mut parameters = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let (_, value) = parameters.find(|(name, _)| name == wanted)?;
    (!value.is_empty()).then(|| value.into_owned())
}

/// Returns the number of the page that a query asks for: the first if it names none, and `None` if it names no number.
pub(super) fn page_number(query: Option<&str>) -> Option<usize> {
    let mut parameters = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let number = parameters.find(|(name, _)| name == "page");
    number.map_or(Some(1), |(_, number)| number.parse().ok())
}

/// Answers `/assets/river.js`, the script of the pages.
pub(super) async fn script(State(state): State<HttpState>, headers: HeaderMap) -> Response<Body> {
    let script = SCRIPT.get_or_init(page_frame::script);
    document_response(&headers, script, Timestamp::EPOCH, ContentKind::Asset, &state.publisher.config())
}

/// The script of the pages, compressed once.
static SCRIPT: OnceLock<Representation> = OnceLock::new();

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

/// Answers with the feed of one tag or one source.
async fn selection(
    state: &HttpState,
    selection: RiverSelection,
    file: &str,
    base: &RequestedBaseUrl,
    headers: &HeaderMap,
) -> Response<Body> {
    let Some(format) = Format::from_name(file) else { return not_found_below(2) };
    match state.publisher.selection(selection).await {
        Ok(Some(snapshot)) => feed(state, &snapshot, format, base, headers).await,
        Ok(None) => not_found_below(2),
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

/// Answers that a document can't be built just now.
pub(super) fn unavailable(error: &PublishError) -> Response<Body> {
    tracing::error!(%error, "can't build a requested feed");
    text_response(StatusCode::SERVICE_UNAVAILABLE, "this feed is not available just now; try again later")
}

/// Answers every other path with 404 and a page that leads to the river.
pub(super) async fn unknown_path(uri: Uri) -> Response<Body> {
    not_found_below(uri.path().matches('/').count().saturating_sub(1).min(MAX_FOLDERS))
}

/// Most folders of a path that are counted for the way home.
const MAX_FOLDERS: usize = 16;

/// Answers 404 for a path at the root.
pub(super) async fn not_found() -> Response<Body> {
    not_found_below(0)
}
