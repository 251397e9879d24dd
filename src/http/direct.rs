//! Answers requests for the river's feeds without the router, which would cost more than the answer.
//!
//! Nearly all requests are for `/feed.xml`, `/atom.xml` or `/feed.json`. The answers are those that [`super::feeds`] would
//! give. A request that needs any further check or step goes to the router.

use axum::http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    TRANSFER_ENCODING, UPGRADE,
};
use axum::http::{HeaderMap, HeaderValue};

use super::HttpState;
use super::access::{FORWARDED_HOST, FORWARDED_PREFIX, FORWARDED_PROTO};
use super::answer::{ContentKind, DocumentAnswer};
use super::answer_head::AnswerHead;
use super::conditional::A_IM;
use crate::render::{BaseUrl, EncodedDocument, Format, Scheme};

/// The headers that an answer without the router depends on.
static READ: [HeaderName; 4] = [HOST, ACCEPT_ENCODING, IF_NONE_MATCH, IF_MODIFIED_SINCE];

/// A request with one of these headers goes to the router: it has a body, asks for another protocol or only for changes, or
/// comes through a proxy that states the public address. The router checks whether that proxy is trusted.
static NEED_ROUTER: [HeaderName; 8] = [
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    EXPECT,
    UPGRADE,
    HeaderName::from_static(A_IM),
    HeaderName::from_static(FORWARDED_PROTO),
    HeaderName::from_static(FORWARDED_HOST),
    HeaderName::from_static(FORWARDED_PREFIX),
];

/// A GET by HTTP/1.1 for one of the river's feeds.
#[derive(Debug)]
pub(super) struct FeedRequest {
    format: Format,
    /// The headers of [`READ`]. All others are left out, because copying them costs more than the rest.
    headers: HeaderMap,
}

impl FeedRequest {
    /// Returns the request for `target` with these headers. `None` if it is no request for one of the river's feeds, if it has
    /// a query, or if a header asks for more than the answer and an open connection.
    pub(super) fn new(target: &str, lines: &[httparse::Header<'_>]) -> Option<Self> {
        let format = Format::from_name(target.strip_prefix('/')?)?;
        let mut headers = HeaderMap::with_capacity(READ.len());
        for line in lines {
            let is_named = |name: &HeaderName| line.name.eq_ignore_ascii_case(name.as_str());
            let closes = || is_named(&CONNECTION) && !line.value.eq_ignore_ascii_case(b"keep-alive");
            if let Some(name) = READ.iter().find(|name| is_named(name)) {
                headers.append(name, HeaderValue::from_bytes(line.value).ok()?);
            } else if NEED_ROUTER.iter().any(is_named) || closes() {
                return None;
            }
        }
        Some(Self { format, headers })
    }

    /// Returns the one `Host` of the request.
    fn host(&self) -> Option<&str> {
        let mut hosts = self.headers.get_all(HOST).iter();
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok(),
            _ => None,
        }
    }
}

/// An answer that is ready to be sent.
pub(super) struct DirectAnswer {
    /// The status line and the headers, up to and including the empty line.
    pub(super) head: Vec<u8>,
    /// The body. `None` if the client's copy is current.
    pub(super) document: Option<EncodedDocument>,
}

/// Answers a request for one of the river's feeds. Returns `None` if the router must answer:
///
/// - The request does not have exactly one valid `Host`.
/// - An access token is configured.
/// - The feed was not yet rendered for the address that the request used.
pub(super) fn answer_directly(state: &HttpState, request: &FeedRequest) -> Option<DirectAnswer> {
    let config = state.publisher.config();
    if config.server.access_token.is_some() {
        return None;
    }
    let river = state.publisher.river();
    let host = request.host()?;
    let used = if river.own_base().is_address_of(host) {
        None
    } else {
        let used = BaseUrl::from_request(Scheme::Http, host, "")?;
        config.river.base_url.is_none().then_some(used)
    };
    let representation = river.ready_document(request.format, used.as_ref())?;
    let answer = DocumentAnswer::to(&request.headers, &representation, river.changed_at);
    let mut head = AnswerHead::new(answer.status);
    answer.write_headers(ContentKind::Feed, &config, &mut head);
    let document = answer.document();
    let head = head.finish(document.as_ref().map(|document| document.bytes.len()));
    Some(DirectAnswer { head, document })
}
