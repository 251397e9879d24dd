//! Who asks, under which public address, and whether they may.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, Response, StatusCode, Version};
use axum::middleware::Next;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::HttpState;
use super::answer::{plain_text, set};
use crate::config::Config;
use crate::model::Secret;
use crate::render::{BaseUrl, Scheme};

/// Who is at the other end of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    /// A host.
    Tcp(IpAddr),
    /// A process on this machine that may open our socket, which file permissions decide: a proxy, as a rule.
    Unix,
}

/// The public address that a request used, put into its extensions by [`reject_malformed`] and [`admit`].
#[derive(Clone, Debug)]
pub(super) struct RequestedBase(pub(super) Option<BaseUrl>);

/// Refuses requests that are no HTTP/1.1: without a Host, with two, or with one that is no host (RFC 9112 §3.2), and those
/// whose end two servers could see at different places (§6.1, request smuggling).
pub(super) async fn reject_malformed(request: Request, next: Next) -> Response<Body> {
    let headers = request.headers();
    let mut hosts = headers.get_all(HOST).iter();
    let host_is_well_formed = match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => {
            host.to_str().is_ok_and(|host| BaseUrl::requested(Scheme::Http, host, "").is_some())
        }
        (Some(_), Some(_)) => false,
    };
    if !host_is_well_formed {
        return close(plain_text(StatusCode::BAD_REQUEST, "the Host header must name one host"));
    }
    let is_chunked = headers.contains_key(TRANSFER_ENCODING);
    let lengths = headers.get_all(CONTENT_LENGTH).iter().count();
    if is_chunked && lengths > 0 {
        return close(plain_text(
            StatusCode::BAD_REQUEST,
            "a request has a Content-Length or a Transfer-Encoding",
        ));
    }
    // Only hubs send bodies that are read. Any body ends the connection, so that its bytes are never taken for a request.
    let has_body = is_chunked || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0");
    let response = next.run(request).await;
    if has_body { close(response) } else { response }
}

fn close(mut response: Response<Body>) -> Response<Body> {
    set(response.headers_mut(), CONNECTION, "close");
    response
}

/// Lets in whoever may read the river, and notes under which address it was asked for.
pub(super) async fn admit(State(site): State<HttpState>, mut request: Request, next: Next) -> Response<Body> {
    let config = site.publisher.config();
    if let Some(token) = &config.server.access_token
        && !knows(token, &request)
    {
        let mut response = plain_text(StatusCode::UNAUTHORIZED, "this river asks for an access token");
        set(response.headers_mut(), WWW_AUTHENTICATE, "Basic realm=\"riverd\", charset=\"UTF-8\"");
        return response;
    }
    let base = requested_base(&request, &config);
    request.extensions_mut().insert(RequestedBase(base));
    next.run(request).await
}

/// Whether the request carries the token: in the query (`?token=…`), or as the password of HTTP Basic, whatever the user.
fn knows(token: &Secret, request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let in_query = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token");
    if in_query.is_some_and(|(_, offered)| is_same(token, offered.as_bytes())) {
        return true;
    }
    let basic =
        request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
            let (scheme, encoded) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()).ok())?
        });
    basic.is_some_and(|credentials| {
        let password = credentials.splitn(2, |byte| *byte == b':').nth(1).unwrap_or_default();
        is_same(token, password)
    })
}

/// Compares digests: how long it takes tells nothing of the token that could be used to guess it.
fn is_same(token: &Secret, offered: &[u8]) -> bool {
    Sha256::digest(token.expose()) == Sha256::digest(offered)
}

/// The address that the reader used, where the configuration gives none. `None`: our own.
fn requested_base(request: &Request, config: &Config) -> Option<BaseUrl> {
    if config.river.base_url.is_some() {
        return None;
    }
    let headers = request.headers();
    let is_trusted = match request.extensions().get::<Peer>() {
        Some(Peer::Unix) => true,
        Some(Peer::Tcp(address)) => {
            config.server.trusted_proxies.iter().any(|net| net.contains(&address.to_canonical()))
        }
        None => false,
    };
    let forwarded = |name: &str| is_trusted.then(|| first_of(headers, name)).flatten();
    let scheme = match forwarded("x-forwarded-proto") {
        Some(proto) if proto.eq_ignore_ascii_case("https") => Scheme::Https,
        _ => Scheme::Http,
    };
    // The target of a request wins over its Host (RFC 9112 §3.2.2).
    let named = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| first_of(headers, HOST.as_str()));
    let host = forwarded("x-forwarded-host").or(named)?;
    BaseUrl::requested(scheme, host, forwarded("x-forwarded-prefix").unwrap_or_default())
}

/// The first of a header's values: proxies in a row append theirs.
fn first_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?;
    value.split(',').next().map(str::trim)
}
