//! Checks requests before they reach a route: whether they are well-formed, and whether they carry the access token.
//!
//! It also finds the public address that a request used, which the feeds' own links begin with.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, ORIGIN,
    TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, Method, Response, StatusCode, Version};
use axum::middleware::Next;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::answer::{error_page_response, preflight_response, set_header, text_response};
use super::query::parameter;
use super::{HttpState, token_cookie};
use crate::config::Config;
use crate::model::Secret;
use crate::render::{BaseUrl, Scheme, page};

/// Headers by which a trusted proxy states the public address.
pub(super) const FORWARDED_PROTO: &str = "x-forwarded-proto";
pub(super) const FORWARDED_HOST: &str = "x-forwarded-host";
pub(super) const FORWARDED_PREFIX: &str = "x-forwarded-prefix";

/// The other end of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientAddress {
    /// A host, by its IP address.
    Tcp(IpAddr),
    /// A process on this machine that connected to the unix socket, usually a proxy. File permissions decide who may open it.
    Unix,
}

/// The public address that a request used. `None` if feeds.toml sets `base_url` or the request names no valid address; links
/// then begin with `base_url` or, if that is not set, with the address that riverd listens on. [`check_token_and_note_base`]
/// adds it to the request's extensions.
#[derive(Clone, Debug)]
pub(super) struct RequestedBaseUrl(pub(super) Option<BaseUrl>);

/// Refuses with 400 the malformed requests that hyper lets through.
///
/// A request must have exactly one valid `Host` (RFC 9112 §3.2); HTTP/1.0 may leave it out. It must not state both a
/// length and a transfer encoding: two servers could then disagree on where it ends (§6.1, request smuggling).
pub(super) async fn reject_malformed(request: Request, next: Next) -> Response<Body> {
    let headers = request.headers();
    let mut hosts = headers.get_all(HOST).iter();
    let host_is_well_formed = match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => {
            host.to_str().is_ok_and(|host| BaseUrl::from_request(Scheme::Http, host, "").is_some())
        }
        (Some(_), Some(_)) => false,
    };
    if !host_is_well_formed {
        return with_connection_close(text_response(
            StatusCode::BAD_REQUEST,
            "the Host header must name one host",
        ));
    }
    let has_transfer_encoding = headers.contains_key(TRANSFER_ENCODING);
    let length_count = headers.get_all(CONTENT_LENGTH).iter().count();
    if has_transfer_encoding && length_count > 0 {
        return with_connection_close(text_response(
            StatusCode::BAD_REQUEST,
            "a request must not have both a Content-Length and a Transfer-Encoding",
        ));
    }
    // Only hubs send bodies that are read. After any request with a body the connection closes, so that no part of a
    // body is ever taken for the next request.
    let has_body = has_transfer_encoding || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0");
    let response = next.run(request).await;
    if has_body { with_connection_close(response) } else { response }
}

/// Tells the server to close the connection after this response.
fn with_connection_close(mut response: Response<Body>) -> Response<Body> {
    set_header(response.headers_mut(), CONNECTION, "close");
    response
}

/// Refuses requests without the access token, if one is configured, and notes the public address that a request used.
/// Redirects a browser that has the token in the query to the same address without it. If no token is configured, answers
/// CORS preflights, because scripts of other sites may then read the river.
pub(super) async fn check_token_and_note_base(
    State(state): State<HttpState>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let config = state.publisher.config();
    if config.server.access_token.is_none() && is_preflight(&request) {
        return preflight_response();
    }
    if let Some(token) = &config.server.access_token
        && !has_token(&request, token)
    {
        let mut response = token_required(&request);
        set_header(response.headers_mut(), WWW_AUTHENTICATE, "Basic realm=\"riverd\", charset=\"UTF-8\"");
        return response;
    }
    let base = requested_base(&request, &config);
    if let Some(token) = &config.server.access_token {
        let configured = config.river.base_url.as_ref().map(BaseUrl::from_config);
        if let Some(redirect) =
            token_cookie::redirect_to_cookie(&request, token, configured.as_ref().or(base.as_ref()))
        {
            return redirect;
        }
    }
    request.extensions_mut().insert(RequestedBaseUrl(base));
    next.run(request).await
}

/// Returns whether the request is a CORS preflight: a browser asks what a script of another site may request.
fn is_preflight(request: &Request) -> bool {
    *request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Returns the answer to a request without the token. A browser gets a page with a form for the token.
fn token_required(request: &Request) -> Response<Body> {
    let status = StatusCode::UNAUTHORIZED;
    if !token_cookie::is_page_request(request) {
        return text_response(status, "this river requires an access token");
    }
    let path = request.uri().path();
    let file = path.rsplit('/').next().unwrap_or_default();
    let folders = path.matches('/').count().saturating_sub(1);
    error_page_response(status, page::token_page(folders, &format!("./{file}")))
}

/// Returns whether the request carries the token: in the query (`?token=…`), as the password of HTTP Basic with any user
/// name, or by the cookie that a browser got for it.
fn has_token(request: &Request, token: &Secret) -> bool {
    if token_cookie::has_cookie(request.headers(), token) {
        return true;
    }
    let offered_in_query = parameter(request.uri().query(), "token");
    if offered_in_query.is_some_and(|offered| is_right_token(offered.as_bytes(), token)) {
        return true;
    }
    let basic_credentials =
        request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
            let (scheme, encoded) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()).ok())?
        });
    basic_credentials.is_some_and(|credentials| {
        let password = credentials.splitn(2, |byte| *byte == b':').nth(1).unwrap_or_default();
        is_right_token(password, token)
    })
}

/// Returns whether the offered token is right. It compares digests, so that the time it takes reveals nothing about the
/// token.
fn is_right_token(offered: &[u8], token: &Secret) -> bool {
    token.is_known() && Sha256::digest(token.expose()) == Sha256::digest(offered)
}

/// Returns the public address that the reader used. Returns `None` if feeds.toml sets `base_url`, or if the request
/// names no valid address.
fn requested_base(request: &Request, config: &Config) -> Option<BaseUrl> {
    if config.river.base_url.is_some() {
        return None;
    }
    let headers = request.headers();
    let is_trusted = match request.extensions().get::<ClientAddress>() {
        Some(ClientAddress::Unix) => true,
        Some(ClientAddress::Tcp(address)) => {
            config.server.trusted_proxies.iter().any(|net| net.contains(&address.to_canonical()))
        }
        None => false,
    };
    let forwarded = |name: &str| is_trusted.then(|| first_value(headers, name)).flatten();
    let scheme = match forwarded(FORWARDED_PROTO) {
        Some(proto) if proto.eq_ignore_ascii_case("https") => Scheme::Https,
        _ => Scheme::Http,
    };
    // If the request target names a host, the Host header is ignored (RFC 9112 §3.2.2).
    let named_host = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| first_value(headers, HOST.as_str()));
    let host = forwarded(FORWARDED_HOST).or(named_host)?;
    BaseUrl::from_request(scheme, host, forwarded(FORWARDED_PREFIX).unwrap_or_default())
}

/// Returns the first comma-separated value of the first header line of this name. Each proxy of a chain appends its value, so
/// the first one is what the client used.
fn first_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?;
    value.split(',').next().map(str::trim)
}
