//! Keeps a digest of the access token in a cookie of the browser, so that the token need not be in the address of each page.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CACHE_CONTROL, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::answer::{redirect_response, set_header};
use crate::model::Secret;
use crate::render::BaseUrl;

/// How long a browser keeps the cookie: a year, in seconds.
const MAX_AGE_S: u32 = 365 * 86_400;

/// Returns whether the request carries the cookie of this token.
pub(super) fn has_cookie(headers: &HeaderMap, token: &Secret) -> bool {
    let expected = Cookie::of(token);
    let cookies = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    // Digests of the values are compared, so the time that the comparison takes reveals nothing about the right value.
    pairs.any(|(name, value)| {
        name == expected.name && Sha256::digest(value) == Sha256::digest(&expected.value)
    })
}

/// If a browser asks for a page with a `token` in the query, returns a redirect to the same page without the token. The
/// redirect sets the cookie. The caller has checked that the request carries the right token. `base` is the public address, if
/// it is known. Feed readers and programs get no cookie, so they go on using the query or HTTP Basic.
pub(super) fn redirect_to_cookie(
    request: &Request,
    token: &Secret,
    base: Option<&BaseUrl>,
) -> Option<Response<Body>> {
    if !is_page_request(request) {
        return None;
    }
    let location = location_without_token(request.uri())?;
    let Cookie { name, value } = Cookie::of(token);
    let url = base.and_then(|base| url::Url::parse(base.as_str()).ok());
    let path = url.as_ref().map_or("/", url::Url::path);
    let secure = if url.as_ref().is_some_and(|url| url.scheme() == "https") { "; Secure" } else { "" };
    let mut response = redirect_response(StatusCode::SEE_OTHER, &location);
    let cookie = format!("{name}={value}; Path={path}; Max-Age={MAX_AGE_S}; HttpOnly; SameSite=Lax{secure}");
    set_header(response.headers_mut(), SET_COOKIE, &cookie);
    set_header(response.headers_mut(), CACHE_CONTROL, "no-store");
    Some(response)
}

/// The cookie of a token. It holds a digest: a cookie that is seen elsewhere does not reveal the token.
struct Cookie {
    /// Name of the cookie. It contains a part of the digest, because all ports of a host share their cookies.
    name: String,
    value: String,
}

impl Cookie {
    fn of(token: &Secret) -> Self {
        let value = hex::encode(Sha256::digest([b"riverd cookie\0", token.expose().as_bytes()].concat()));
        Self { name: format!("riverd-{}", value.get(..8).unwrap_or_default()), value }
    }
}

/// Returns whether a browser requests a page: it sends a GET or HEAD that accepts HTML, and the last part of the path has no
/// dot and is not `metrics`. The names of feeds and all other data have a dot.
pub(super) fn is_page_request(request: &Request) -> bool {
    let file = request.uri().path().rsplit('/').next().unwrap_or_default();
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_read = *request.method() == Method::GET || *request.method() == Method::HEAD;
    is_read && !file.contains('.') && file != "metrics" && accept.contains("text/html")
}

/// Returns the address of the same page without the token, relative to the page. Returns `None` if the query has no token.
fn location_without_token(uri: &Uri) -> Option<String> {
    let query = uri.query()?;
    let is_token = |(name, _): &(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| name == "token";
    form_urlencoded::parse(query.as_bytes()).find(is_token)?;
    let mut rest = form_urlencoded::Serializer::new(String::new());
    rest.extend_pairs(form_urlencoded::parse(query.as_bytes()).filter(|pair| !is_token(pair)));
    let rest = rest.finish();
    let file = uri.path().rsplit('/').next().unwrap_or_default();
    let query = if rest.is_empty() { String::new() } else { format!("?{rest}") };
    Some(format!("./{file}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_leaves_the_address() {
        for (address, location) in [
            ("/?token=a", Some("./")),
            ("/?tag=a%26b&token=x&page=2", Some("./?tag=a%26b&page=2")),
            ("/articles/1?token=a", Some("./1")),
            ("/views/x/?token=a&token=b", Some("./")),
            ("/?page=2", None),
            ("/", None),
        ] {
            assert_eq!(location_without_token(&address.parse().unwrap()).as_deref(), location, "{address}");
        }
    }
}
