//! Answers requests that can't be served: the path leads nowhere, or a document can't be built just now.

use axum::body::Body;
use axum::http::{Response, StatusCode};

use super::answer::{error_page_response, text_response};
use crate::publish::PublishError;
use crate::render::page;
use crate::store::StoreError;

/// Answers 404 for a path that is this many folders below the root.
pub(super) fn not_found_below(folders: usize) -> Response<Body> {
    error_page_response(StatusCode::NOT_FOUND, page::not_found_page(folders))
}

/// Answers 503 because a document can't be built just now. Logs the error, unless the view is new in feeds.toml and still
/// being filled.
pub(super) fn unavailable(error: &PublishError) -> Response<Body> {
    if let PublishError::ViewIsNew(_) = error {
        return text_response(StatusCode::SERVICE_UNAVAILABLE, &error.to_string());
    }
    tracing::error!(%error, "can't build a requested feed");
    text_response(StatusCode::SERVICE_UNAVAILABLE, "this feed is not available just now; try again later")
}

/// Returns the status and the message for a search that can't be built. Logs the error unless the reader or the load caused it.
pub(super) fn search_problem(error: &PublishError) -> (StatusCode, String) {
    match error {
        PublishError::Store(error @ (StoreError::NoSuchTag(_) | StoreError::NoSourceNamed(_))) => {
            (StatusCode::NOT_FOUND, error.to_string())
        }
        PublishError::Store(error @ StoreError::SearchTooSlow) => {
            let hint = error.hint().unwrap_or_default();
            (StatusCode::SERVICE_UNAVAILABLE, format!("{error}: {hint}"))
        }
        PublishError::Busy => {
            let message = "too many searches wait for an answer; try again later";
            (StatusCode::SERVICE_UNAVAILABLE, message.to_owned())
        }
        error => {
            tracing::error!(%error, "can't build a requested search");
            let message = "this search is not available just now; try again later";
            (StatusCode::SERVICE_UNAVAILABLE, message.to_owned())
        }
    }
}
