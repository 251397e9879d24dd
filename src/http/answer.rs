//! Builds responses: 200 or 304 for a rendered document, 226 for the changes of a feed, redirects, and texts and pages for
//! errors.
//!
//! This file chooses the status, the content coding and the headers.

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED, LOCATION, REFERRER_POLICY,
    RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::coding::AcceptedCodings;
use super::conditional::{ClientCopy, check_client_copy};
use crate::config::Config;
use crate::render::{Coding, EncodedDocument, Representation, page_frame};
use crate::time::Timestamp;

/// Header that names how the body of a 226 was made from the document (RFC 3229 §10.5.2).
const IM: HeaderName = HeaderName::from_static("im");

/// The kind of document that a response carries. It decides the headers for caching, security and scripts of other sites.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ContentKind {
    /// A feed or the OPML list, which readers poll. It counts as fresh for one poll interval.
    Feed,
    /// The feed of incidents. It counts as fresh for five minutes only, so that problems are noticed soon.
    Incidents,
    /// A web page, which people look at. Browsers revalidate it on every visit, which costs a 304.
    Page,
    /// Data that programs read. It is revalidated like a page.
    Data,
    /// A file whose address changes with its content, so browsers keep it.
    Asset,
}

/// Where the headers of an answer are written.
pub(super) trait HeaderWriter {
    /// Writes a header that was not written before.
    fn write(&mut self, name: HeaderName, value: &str);
}

impl HeaderWriter for HeaderMap {
    fn write(&mut self, name: HeaderName, value: &str) {
        set_header(self, name, value);
    }
}

/// Answers a GET or HEAD with a rendered document, or with 304 if the client's copy is current.
///
/// `changed_at` is when the document last changed.
pub(super) fn document_response(
    request: &HeaderMap,
    representation: &Representation,
    changed_at: Timestamp,
    kind: ContentKind,
    config: &Config,
) -> Response<Body> {
    let answer = DocumentAnswer::to(request, representation, changed_at);
    let body = answer.document().map_or_else(Body::empty, |document| Body::from(document.bytes));
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    answer.write_headers(kind, config, response.headers_mut());
    response
}

/// The answer to a request for a rendered document.
pub(super) struct DocumentAnswer<'a> {
    /// 200, or 304 if the client's copy is current.
    pub(super) status: StatusCode,
    representation: &'a Representation,
    /// The coding of the document, or of the client's copy.
    coding: Coding,
    last_modified: Timestamp,
}

impl<'a> DocumentAnswer<'a> {
    /// Returns the answer to a request with these headers. `changed_at` is when the document last changed.
    pub(super) fn to(request: &HeaderMap, representation: &'a Representation, changed_at: Timestamp) -> Self {
        let accepted = AcceptedCodings::from_headers(request);
        let (status, coding) = match check_client_copy(request, representation, changed_at, accepted) {
            ClientCopy::Stale => (StatusCode::OK, accepted.choose(representation)),
            ClientCopy::Current(coding) => (StatusCode::NOT_MODIFIED, coding),
        };
        // If the clock was ahead when the document changed, `changed_at` can lie in the future. HTTP forbids a
        // `Last-Modified` that is later than `Date` (RFC 9110 §8.8.2.1).
        Self { status, representation, coding, last_modified: changed_at.min(Timestamp::now()) }
    }

    /// Returns the document in the coding that the client gets. `None` if its copy is current.
    pub(super) fn document(&self) -> Option<EncodedDocument> {
        (self.status == StatusCode::OK).then(|| self.representation.encoded(self.coding))
    }

    /// Writes the headers of the answer.
    pub(super) fn write_headers(&self, kind: ContentKind, config: &Config, headers: &mut impl HeaderWriter) {
        headers.write(ETAG, self.representation.etag(self.coding));
        headers.write(LAST_MODIFIED, &self.last_modified.to_http_date());
        headers.write(CACHE_CONTROL, &cache_control(kind, config));
        headers.write(VARY, "accept-encoding");
        if matches!(kind, ContentKind::Feed | ContentKind::Incidents) {
            allow_scripts(headers, config);
        }
        if self.status == StatusCode::NOT_MODIFIED {
            return;
        }
        headers.write(CONTENT_TYPE, self.representation.media_type);
        headers.write(X_CONTENT_TYPE_OPTIONS, "nosniff");
        if kind == ContentKind::Page {
            write_page_security_headers(headers);
        }
        if self.coding != Coding::Identity {
            headers.write(CONTENT_ENCODING, self.coding.token());
        }
    }
}

/// Answers 226 with what changed in a feed (RFC 3229 with `A-IM: feed`). The entity tag is that of the whole document, because
/// the reader has the whole document once it has applied the changes.
pub(super) fn changes_response(
    request: &HeaderMap,
    whole: &Representation,
    changes: &Representation,
    config: &Config,
) -> Response<Body> {
    let coding = AcceptedCodings::from_headers(request).choose(changes);
    let body = changes.body(coding).unwrap_or_else(|| changes.identity());
    let mut response = Response::new(Body::from(body.clone()));
    *response.status_mut() = StatusCode::IM_USED;
    let headers = response.headers_mut();
    set_header(headers, IM, "feed");
    set_header(headers, ETAG, whole.etag(coding));
    // A cache that does not know the status must not take the changes for the whole.
    set_header(headers, CACHE_CONTROL, "no-store, im");
    set_header(headers, VARY, "accept-encoding, a-im, if-none-match");
    set_header(headers, CONTENT_TYPE, changes.media_type);
    set_header(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    if coding != Coding::Identity {
        set_header(headers, CONTENT_ENCODING, coding.token());
    }
    allow_scripts(headers, config);
    response
}

/// Lets scripts of any web page read a feed (CORS). If an access token is required, lets only scripts of the river's own pages
/// read it.
fn allow_scripts(headers: &mut impl HeaderWriter, config: &Config) {
    if config.server.access_token.is_none() {
        headers.write(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        headers.write(ACCESS_CONTROL_EXPOSE_HEADERS, "etag");
    }
}

/// Answers a CORS preflight ("CORS protocol" in the Fetch standard). With it, a browser asks whether a script of another site
/// may send a conditional request, or a request that asks only for changes. No browser keeps the answer for longer than a day.
pub(super) fn preflight_response() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    set_header(headers, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set_header(headers, ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
    set_header(headers, ACCESS_CONTROL_ALLOW_HEADERS, "if-none-match, if-modified-since, a-im");
    set_header(headers, ACCESS_CONTROL_MAX_AGE, "86400");
    response
}

/// Returns the value of `Cache-Control`. If an access token is configured, it is `private`: a shared cache must not
/// give one reader's answer to another reader.
fn cache_control(kind: ContentKind, config: &Config) -> String {
    let visibility = if config.server.access_token.is_some() { "private" } else { "public" };
    match kind {
        ContentKind::Feed => format!("{visibility}, max-age={}", config.polling.every.as_secs()),
        ContentKind::Incidents => format!("{visibility}, max-age=300"),
        ContentKind::Page | ContentKind::Data => format!("{visibility}, no-cache"),
        ContentKind::Asset => format!("{visibility}, max-age=31536000, immutable"),
    }
}

/// Returns a response with `text` as plain text, which no cache keeps. A 503 asks the client to retry after ten seconds.
pub(super) fn text_response(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{text}\n")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    set_header(headers, CONTENT_TYPE, "text/plain; charset=utf-8");
    set_header(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set_header(headers, CACHE_CONTROL, "no-store");
    if status == StatusCode::SERVICE_UNAVAILABLE {
        set_header(headers, RETRY_AFTER, "10");
    }
    response
}

/// Returns an error response with an HTML page, for people.
pub(super) fn error_page_response(status: StatusCode, page: String) -> Response<Body> {
    let mut response = text_response(status, "");
    let headers = response.headers_mut();
    set_header(headers, CONTENT_TYPE, "text/html; charset=utf-8");
    write_page_security_headers(headers);
    *response.body_mut() = Body::from(page);
    response
}

/// Returns a redirect to `location`: a path, or an address relative to that of the request.
pub(super) fn redirect_response(status: StatusCode, location: &str) -> Response<Body> {
    let mut response = text_response(status, "see the other address");
    set_header(response.headers_mut(), LOCATION, location);
    response
}

/// Writes the headers that protect the readers of a page.
fn write_page_security_headers(headers: &mut impl HeaderWriter) {
    headers.write(CONTENT_SECURITY_POLICY, &page_frame::CONTENT_SECURITY_POLICY);
    // Otherwise a followed link would send this page's address, which may contain the token, to the publisher.
    headers.write(REFERRER_POLICY, "no-referrer");
}

/// Sets a header. Logs an error and leaves the header out if the value is not allowed in HTTP.
pub(super) fn set_header(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            headers.insert(name, value);
        }
        Err(error) => tracing::error!(%name, %error, "can't send a header: its value is not allowed in HTTP"),
    }
}
