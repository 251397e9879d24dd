//! Answers the routes of pages: the river, its selections, single articles, and paths that lead nowhere.

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};

use super::HttpState;
use super::answer::{ContentKind, document_response, error_page_response, redirect_response};
use super::errors::{self, not_found_below, unavailable};
use super::query::{WantedPage, filled_parameter};
use crate::article::archive::ArchivePage;
use crate::publish::{ArticleAnswer, FeedPart, PublishError, Snapshot};
use crate::render::{Representation, page as html_page, page_frame, path_segment};
use crate::store::RiverSelection;
use crate::text::search::SearchQuery;
use crate::text::words::printable;
use crate::time::Timestamp;

/// How many folders of an unknown path are counted at most, for the link from its 404 page to the river.
const MAX_FOLDERS: usize = 16;

/// The script of the pages, compressed once.
static SCRIPT: OnceLock<Representation> = OnceLock::new();

/// Answers `/`, `/?tag=TAG`, `/?source=NAME` and `/?q=QUERY`, each with `page=N`: the river, a tag, a source or a search as a
/// web page. With `before=PLACE` instead of `page=N`, the answer has older articles of a tag, a source or a search. A tag and a
/// source narrow a search. Without a search, a source next to a tag is ignored.
pub(super) async fn river(
    State(state): State<HttpState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let query = query.as_deref();
    if let Some(text) = filled_parameter(query, "q") {
        return search_page(&state, &printable(&text), query, &headers).await;
    }
    let selection = match (filled_parameter(query, "tag"), filled_parameter(query, "source")) {
        (Some(tag), _) => RiverSelection::Tag(tag),
        (None, Some(name)) => RiverSelection::Source(name),
        (None, None) => RiverSelection::River,
    };
    page_of(&state, selection, query, &headers).await
}

/// Answers with the articles that a search finds.
async fn search_page(
    state: &HttpState,
    text: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Response<Body> {
    let narrowed = |name| filled_parameter(query, name).into_iter().collect();
    let search = match SearchQuery::narrowed(text, narrowed("tag"), narrowed("source")) {
        Ok(search) => search,
        Err(error) => return search_problem_page(StatusCode::BAD_REQUEST, &error.to_string(), text),
    };
    let Some(wanted) = WantedPage::of(query) else { return not_found_below(0) };
    let (part, number) = wanted.in_part();
    let answer = async {
        match state.publisher.search(search, part).await? {
            Some(snapshot) => snapshot_page(state, &snapshot, (number, 0), headers).await,
            None => Ok(not_found_below(0)),
        }
    };
    answer.await.unwrap_or_else(|error| {
        let (status, message) = errors::search_problem(&error);
        search_problem_page(status, &message, text)
    })
}

/// Answers with a page that says why there is no result, and lets the person correct the search.
fn search_problem_page(status: StatusCode, message: &str, search: &str) -> Response<Body> {
    let words = ("This search has no result", message);
    error_page_response(status, html_page::message_page(0, words, Some(search)))
}

/// Answers `/views/NAME` with a redirect to the page of the view, because the addresses in the page are relative to it.
pub(super) async fn view_without_slash(Path(name): Path<String>) -> Response<Body> {
    redirect_response(StatusCode::PERMANENT_REDIRECT, &format!("{}/", path_segment(&name)))
}

/// Answers `/views/NAME/` and `/views/NAME/?page=N`: a view as a web page.
pub(super) async fn view(
    State(state): State<HttpState>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    page_of(&state, RiverSelection::View(name), query.as_deref(), &headers).await
}

/// Answers `/archive/PAGE/`: a page of the river's archive as a web page.
pub(super) async fn river_archive(
    State(state): State<HttpState>,
    Path(page): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    archive_page(&state, RiverSelection::River, &page, &headers).await
}

/// Answers `/views/NAME/archive/PAGE/`: a page of the archive of a view as a web page.
pub(super) async fn view_archive(
    State(state): State<HttpState>,
    Path((name, page)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    archive_page(&state, RiverSelection::View(name), &page, &headers).await
}

/// Answers with a page of the archive of a selection.
async fn archive_page(
    state: &HttpState,
    selection: RiverSelection,
    page: &str,
    headers: &HeaderMap,
) -> Response<Body> {
    let folders = if selection == RiverSelection::River { 2 } else { 4 };
    let Some(page) = ArchivePage::parse(page) else { return not_found_below(folders) };
    let found = state.publisher.part(selection, FeedPart::Archive(page)).await;
    found_page(state, found, (1, folders), headers).await
}

/// Answers with the page of a selection that `query` asks for.
async fn page_of(
    state: &HttpState,
    selection: RiverSelection,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Response<Body> {
    let folders = if matches!(selection, RiverSelection::View(_)) { 2 } else { 0 };
    let Some(wanted) = WantedPage::of(query) else { return not_found_below(folders) };
    let (part, number) = wanted.in_part();
    let found = state.publisher.part(selection, part).await;
    found_page(state, found, (number, folders), headers).await
}

/// Answers with one page of the snapshot that was found, if any. `at` is as in [`snapshot_page`].
async fn found_page(
    state: &HttpState,
    found: Result<Option<Arc<Snapshot>>, PublishError>,
    at: (usize, usize),
    headers: &HeaderMap,
) -> Response<Body> {
    match found {
        Ok(Some(snapshot)) => snapshot_page(state, &snapshot, at, headers).await,
        Ok(None) => Ok(not_found_below(at.1)),
        Err(error) => Err(error),
    }
    .unwrap_or_else(|error| unavailable(&error))
}

/// Answers with one page of a snapshot, or 404 if the snapshot has fewer pages. `at` is the number of the page, and the number
/// of folders between the root and its path.
async fn snapshot_page(
    state: &HttpState,
    snapshot: &Snapshot,
    at: (usize, usize),
    headers: &HeaderMap,
) -> Result<Response<Body>, PublishError> {
    let (number, folders) = at;
    let Some(page) = snapshot.page(number).await? else { return Ok(not_found_below(folders)) };
    let config = state.publisher.config();
    Ok(document_response(headers, &page, snapshot.changed_at, ContentKind::Page, &config))
}

/// Answers `/articles/ID`. The ID is the UUID in the guid that riverd's feeds give the article, so the address never changes.
/// If the article was merged into another one, the answer is a redirect to that one.
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

/// Answers `/assets/river.js`, the script of the pages.
pub(super) async fn script(State(state): State<HttpState>, headers: HeaderMap) -> Response<Body> {
    let script = SCRIPT.get_or_init(page_frame::script);
    document_response(&headers, script, Timestamp::EPOCH, ContentKind::Asset, &state.publisher.config())
}

/// Answers every other path with 404 and a page that leads to the river.
pub(super) async fn unknown_path(uri: Uri) -> Response<Body> {
    not_found_below(uri.path().matches('/').count().saturating_sub(1).min(MAX_FOLDERS))
}
