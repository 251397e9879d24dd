//! Answers the routes of feeds.

use std::convert::Infallible;
use std::num::NonZeroUsize;

use axum::body::Body;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode};

use super::access::RequestedBaseUrl;
use super::answer::{ContentKind, changes_response, document_response, text_response};
use super::errors::{not_found_below, unavailable};
use super::query::parameter;
use super::{HttpState, conditional};
use crate::article::archive::ArchivePage;
use crate::model::EntryPlace;
use crate::publish::{FeedPart, Snapshot};
use crate::render::Format;
use crate::store::RiverSelection;

/// Answers `/feed.xml`, `/atom.xml` and `/feed.json`.
pub(super) async fn river(
    State(state): State<HttpState>,
    Path(file): Path<String>,
    request: FeedRequest,
) -> Response<Body> {
    newest(&state, RiverSelection::River, &file, &request).await
}

/// Answers `/tags/TAG/feed.xml` and the other formats.
pub(super) async fn tag(
    State(state): State<HttpState>,
    Path((tag, file)): Path<(String, String)>,
    request: FeedRequest,
) -> Response<Body> {
    newest(&state, RiverSelection::Tag(tag), &file, &request).await
}

/// Answers `/sources/NAME/feed.xml` and the other formats.
pub(super) async fn source(
    State(state): State<HttpState>,
    Path((name, file)): Path<(String, String)>,
    request: FeedRequest,
) -> Response<Body> {
    newest(&state, RiverSelection::Source(name), &file, &request).await
}

/// Answers `/views/NAME/feed.xml` and the other formats.
pub(super) async fn view(
    State(state): State<HttpState>,
    Path((name, file)): Path<(String, String)>,
    request: FeedRequest,
) -> Response<Body> {
    newest(&state, RiverSelection::View(name), &file, &request).await
}

/// Answers `/archive/PAGE/feed.xml` and the other formats.
pub(super) async fn river_archive(
    State(state): State<HttpState>,
    Path((page, file)): Path<(String, String)>,
    request: FeedRequest,
) -> Response<Body> {
    archive(&state, RiverSelection::River, (&page, &file), &request).await
}

/// Answers `/views/NAME/archive/PAGE/feed.xml` and the other formats.
pub(super) async fn view_archive(
    State(state): State<HttpState>,
    Path((name, page, file)): Path<(String, String, String)>,
    request: FeedRequest,
) -> Response<Body> {
    archive(&state, RiverSelection::View(name), (&page, &file), &request).await
}

/// The parts of a request that the routes of feeds need.
pub(super) struct FeedRequest {
    base: RequestedBaseUrl,
    /// Value of `limit` in the query, if there is one.
    limit: Option<String>,
    /// Value of `before` in the query, if there is one.
    before: Option<String>,
    headers: HeaderMap,
}

impl FeedRequest {
    /// Returns the part of a feed that the query asks for: older articles, the newest ones up to a limit, or all of the feed.
    /// Returns what is wrong with the query if it can't be understood.
    fn part(&self) -> Result<FeedPart, &'static str> {
        match (self.older_part()?, &self.limit) {
            (Some(older), _) => Ok(older),
            (None, None) => Ok(FeedPart::Newest),
            (None, Some(limit)) => match limit.parse::<NonZeroUsize>() {
                Ok(limit) => Ok(FeedPart::Limited(limit.get())),
                Err(_) => Err("`limit` must be a whole number from 1 on"),
            },
        }
    }

    /// Returns the part with older articles that the query asks for. `None` if it asks for none.
    pub(super) fn older_part(&self) -> Result<Option<FeedPart>, &'static str> {
        let parse = |place: &String| {
            EntryPlace::parse(place).ok_or("`before` must be as in the `next` link of the feed")
        };
        Ok(self.before.as_ref().map(parse).transpose()?.map(FeedPart::Before))
    }
}

impl<S: Sync> FromRequestParts<S> for FeedRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let base = parts.extensions.get().cloned().unwrap_or(RequestedBaseUrl(None));
        let limit = parameter(parts.uri.query(), "limit");
        let before = parameter(parts.uri.query(), "before");
        Ok(Self { base, limit, before, headers: parts.headers.clone() })
    }
}

/// Answers with the newest articles of a selection: all of its feed, as many as `?limit=` says, or the next ones before the
/// place that `?before=` names.
async fn newest(
    state: &HttpState,
    selection: RiverSelection,
    file: &str,
    request: &FeedRequest,
) -> Response<Body> {
    let folders = if selection == RiverSelection::River { 0 } else { 2 };
    let Some(format) = Format::from_name(file) else { return not_found_below(folders) };
    let part = match request.part() {
        Ok(part) => part,
        Err(problem) => return text_response(StatusCode::BAD_REQUEST, problem),
    };
    match state.publisher.part(selection, part).await {
        Ok(Some(snapshot)) => feed(state, &snapshot, format, request).await,
        Ok(None) => not_found_below(folders),
        Err(error) => unavailable(&error),
    }
}

/// Answers `/opml.xml`: the subscriptions.
pub(super) async fn opml(State(state): State<HttpState>, headers: HeaderMap) -> Response<Body> {
    match state.publisher.subscriptions().await {
        Ok(document) => document_response(
            &headers,
            &document.representation,
            document.changed_at,
            ContentKind::Feed,
            &state.publisher.config(),
        ),
        Err(error) => unavailable(&error),
    }
}

/// Answers with a page of the archive of a selection. `route` is the last two parts of the path.
async fn archive(
    state: &HttpState,
    selection: RiverSelection,
    route: (&str, &str),
    request: &FeedRequest,
) -> Response<Body> {
    let folders = if selection == RiverSelection::River { 2 } else { 4 };
    let (Some(page), Some(format)) = (ArchivePage::parse(route.0), Format::from_name(route.1)) else {
        return not_found_below(folders);
    };
    match state.publisher.part(selection, FeedPart::Archive(page)).await {
        Ok(Some(snapshot)) => feed(state, &snapshot, format, request).await,
        Ok(None) => not_found_below(folders),
        Err(error) => unavailable(&error),
    }
}

/// Answers with one format of a snapshot, with links for the address that the reader used: the whole document, or only what
/// changed since the reader's copy if it asks for that and its copy is remembered.
pub(super) async fn feed(
    state: &HttpState,
    snapshot: &Snapshot,
    format: Format,
    request: &FeedRequest,
) -> Response<Body> {
    let (base, headers, config) = (request.base.0.as_ref(), &request.headers, state.publisher.config());
    let document = match snapshot.document(format, base).await {
        Ok(document) => document,
        Err(error) => return unavailable(&error),
    };
    if let Some(copies) = conditional::copies_to_update(headers, &document) {
        let digests: Vec<&str> = copies.iter().map(String::as_str).collect();
        match snapshot.changes_since(&digests, format, base).await {
            Ok(Some(changes)) => return changes_response(headers, &document, &changes, &config),
            Ok(None) => {}
            Err(error) => return unavailable(&error),
        }
    }
    document_response(headers, &document, snapshot.changed_at, ContentKind::Feed, &config)
}

/// Answers `/robots.txt`: crawlers stay out, because the river repeats what its sources publish.
pub(super) async fn robots() -> Response<Body> {
    text_response(StatusCode::OK, "User-agent: *\nDisallow: /")
}
