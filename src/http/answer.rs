//! An answer from a rendered document: 200 or 304, in which coding, with which headers.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED,
    REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::coding::Accepted;
use super::conditional::{ClientCopy, judge};
use crate::config::Config;
use crate::render::{Coding, Representation, page};
use crate::time::Timestamp;

/// What kind of document it is, as far as headers go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    /// Polled by readers: fresh for as long as a poll interval.
    Feed,
    /// Looked at by people: always asked for anew, which costs a 304.
    Page,
}

/// Answers a GET or HEAD with a document that has looked like this since `changed_at`.
pub(super) fn document(
    request: &HeaderMap,
    representation: &Representation,
    changed_at: Timestamp,
    kind: Use,
    config: &Config,
) -> Response<Body> {
    let accepted = Accepted::of(request);
    // A clock that was ahead when the river changed: HTTP forbids a time later than `Date` (RFC 9110 §8.8.2.1).
    let last_modified = changed_at.min(Timestamp::now());
    let (status, coding) = match judge(request, representation, changed_at, accepted) {
        ClientCopy::Stale => (StatusCode::OK, accepted.best_of(representation)),
        ClientCopy::Current(coding) => (StatusCode::NOT_MODIFIED, coding),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    set(headers, ETAG, &representation.etag(coding));
    set(headers, LAST_MODIFIED, &last_modified.to_http_date());
    set(headers, CACHE_CONTROL, &cache_control(kind, config));
    set(headers, VARY, "accept-encoding");
    if status == StatusCode::NOT_MODIFIED {
        return response;
    }
    set(headers, CONTENT_TYPE, representation.media_type);
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    if kind == Use::Page {
        protect_page(headers);
    }
    if coding != Coding::Identity {
        set(headers, CONTENT_ENCODING, coding.token());
    }
    // `best_of` names only codings that are there.
    let body = representation.body(coding).unwrap_or_else(|| representation.identity());
    *response.body_mut() = Body::from(body.clone());
    response
}

/// Where a token is asked for, shared caches must not hand the answer to others.
fn cache_control(kind: Use, config: &Config) -> String {
    let whose = if config.server.access_token.is_some() { "private" } else { "public" };
    match kind {
        Use::Feed => format!("{whose}, max-age={}", config.polling.every.as_secs()),
        Use::Page => format!("{whose}, no-cache"),
    }
}

/// A small page or text that says what is wrong.
pub(super) fn plain_text(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{text}\n")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    set(headers, CONTENT_TYPE, "text/plain; charset=utf-8");
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, CACHE_CONTROL, "no-store");
    if status == StatusCode::SERVICE_UNAVAILABLE {
        set(headers, RETRY_AFTER, "10");
    }
    response
}

/// The same for people who followed a link.
pub(super) fn refusal_page(status: StatusCode, page: String) -> Response<Body> {
    let mut response = plain_text(status, "");
    let headers = response.headers_mut();
    set(headers, CONTENT_TYPE, "text/html; charset=utf-8");
    protect_page(headers);
    *response.body_mut() = Body::from(page);
    response
}

fn protect_page(headers: &mut HeaderMap) {
    set(headers, CONTENT_SECURITY_POLICY, &page::CONTENT_SECURITY_POLICY);
    // A link followed from here would carry our address, and a token in it, to the publisher.
    set(headers, REFERRER_POLICY, "no-referrer");
}

pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            headers.insert(name, value);
        }
        Err(error) => tracing::error!(%name, %error, "a header of ours is no header"),
    }
}
