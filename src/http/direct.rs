//! Answers requests for the river's feeds without the router, which would cost more than the answer.
//!
//! Nearly all requests are for `/feed.xml`, `/atom.xml` or `/feed.json`. The answers are those that [`super::feeds`] would
//! give. A request that needs any further check or step goes to the router.

use axum::http::header::{CONTENT_LENGTH, HOST, HeaderName, TRANSFER_ENCODING};
use axum::http::response::Parts;
use axum::http::{HeaderMap, Method, Request, Version};

use super::HttpState;
use super::access::{FORWARDED_HOST, FORWARDED_PREFIX, FORWARDED_PROTO};
use super::answer::{ContentKind, document_parts};
use super::conditional::A_IM;
use crate::render::{BaseUrl, EncodedDocument, Format, Scheme};

/// Headers by which a proxy states the public address. A request with one of them goes to the router, which checks whether the
/// proxy is trusted.
static FORWARDED: [HeaderName; 3] = [
    HeaderName::from_static(FORWARDED_PROTO),
    HeaderName::from_static(FORWARDED_HOST),
    HeaderName::from_static(FORWARDED_PREFIX),
];

/// The head of an answer, and the document that follows it. A 304 has no document.
pub(super) type DirectAnswer = (Parts, Option<EncodedDocument>);

/// Answers a GET for one of the river's feeds. Returns `None` if the router must answer:
///
/// - The request is not a GET of one of these feeds by HTTP/1.1.
/// - It has a query, a body or a host in its target, asks only for changes, or does not have exactly one valid `Host`.
/// - It comes through a proxy that states the public address.
/// - An access token is configured.
/// - The feed was not yet rendered for the address that the request used.
pub(super) fn answer_directly<B>(state: &HttpState, request: &Request<B>) -> Option<DirectAnswer> {
    let format = requested_format(request)?;
    let config = state.publisher.config();
    if config.server.access_token.is_some() {
        return None;
    }
    let river = state.publisher.river();
    let host = host_of(request.headers())?;
    let used = if river.own_base().is_address_of(host) {
        None
    } else {
        let used = BaseUrl::from_request(Scheme::Http, host, "")?;
        config.river.base_url.is_none().then_some(used)
    };
    let document = river.ready_document(format, used.as_ref())?;
    Some(document_parts(request.headers(), &document, river.changed_at, ContentKind::Feed, &config))
}

/// Returns the format of the river's feed that a plain GET asks for.
fn requested_format<B>(request: &Request<B>) -> Option<Format> {
    let headers = request.headers();
    let is_plain = request.method() == Method::GET
        && request.version() == Version::HTTP_11
        && request.uri().authority().is_none()
        && request.uri().query().is_none()
        && !headers.contains_key(&A_IM)
        && !headers.contains_key(CONTENT_LENGTH)
        && !headers.contains_key(TRANSFER_ENCODING)
        && !FORWARDED.iter().any(|name| headers.contains_key(name));
    if !is_plain {
        return None;
    }
    Format::from_name(request.uri().path().strip_prefix('/')?)
}

/// Returns the one `Host` of a request.
fn host_of(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}
