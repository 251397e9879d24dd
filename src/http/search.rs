//! Answers `/search/feed.xml?q=…` and the other formats: a search as a feed.

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{Response, StatusCode};

use super::HttpState;
use super::answer::text_response;
use super::errors::{not_found_below, search_problem};
use super::feeds::{self, FeedRequest};
use crate::publish::{FeedPart, PublishError};
use crate::render::Format;
use crate::text::search::SearchQuery;
use crate::text::words::printable;

/// Answers `/search/feed.xml?q=QUERY`, narrowed by `tag=TAG` and `source=NAME`, and the other formats.
pub(super) async fn search(
    State(state): State<HttpState>,
    Path(file): Path<String>,
    RawQuery(parameters): RawQuery,
    request: FeedRequest,
) -> Response<Body> {
    let Some(format) = Format::from_name(&file) else { return not_found_below(1) };
    let values = |wanted: &str| -> Vec<String> {
        url::form_urlencoded::parse(parameters.as_deref().unwrap_or_default().as_bytes())
            .filter(|(name, value)| name == wanted && !value.trim().is_empty())
            .map(|(_, value)| printable(value.trim()))
            .collect()
    };
    let part = match request.older_part() {
        Ok(older) => older.unwrap_or(FeedPart::Newest),
        Err(problem) => return text_response(StatusCode::BAD_REQUEST, problem),
    };
    match SearchQuery::narrowed(&values("q").join(" "), values("tag"), values("source")) {
        Ok(query) => match state.publisher.search(query, part).await {
            Ok(Some(snapshot)) => feeds::feed(&state, &snapshot, format, &request).await,
            Ok(None) => not_found_below(1),
            Err(error) => failed(&error),
        },
        Err(error) => text_response(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

/// Answers a search that can't be built. The answer has the reason, if the reader can do something about it.
fn failed(error: &PublishError) -> Response<Body> {
    let (status, message) = search_problem(error);
    text_response(status, &message)
}
