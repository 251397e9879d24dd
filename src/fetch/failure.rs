//! Describes everything that can fail in a fetch: with its stable kind, a message that says what failed and why, and a hint for
//! the operator.

mod connection;
mod discovery;
mod redirects;
mod tls;

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;
use url::Url;

use super::body::BodyError;
use super::resolve::LookupError;
use crate::model::{Failure, FailureKind, FailureOrigin};
use crate::policy::guard::Refusal;
pub(crate) use discovery::{
    announced_feed_missing, named_by_public_page, nothing_there, redirected_to_other_site, single_entry,
};
pub(crate) use redirects::{
    redirect_downgraded, redirect_elsewhere, redirect_loop, redirect_without_target, too_many_redirects,
};

/// How far a request got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RequestPhase {
    /// There is no connection yet.
    Connecting,
    /// The request was sent, and no answer has come.
    Waiting,
    /// The body is being read. The number is how many of its bytes have come, after decoding.
    Reading(usize),
}

/// Whether a request goes through a proxy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ProxyUse {
    /// It goes to the server directly.
    Direct,
    /// It goes through the proxy that feeds.toml names.
    Proxied,
}

/// Whether this machine has a CA store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CaStore {
    /// There is one, so certificates can be checked.
    Found,
    /// There is none, so no certificate can be checked.
    Missing,
}

pub(crate) fn failure(kind: FailureKind, message: impl Into<String>, hint: Option<&str>) -> Failure {
    Failure { kind, message: message.into(), hint: hint.map(str::to_owned), origin: FailureOrigin::Elsewhere }
}

/// Marks `failure` as one of riverd's own network.
fn own_network(failure: Failure) -> Failure {
    Failure { origin: FailureOrigin::OwnNetwork, ..failure }
}

/// Describes a request that got no answer, or only a part of one.
pub(crate) fn transport(
    error: &reqwest::Error,
    url: &Url,
    phase: RequestPhase,
    proxy_use: ProxyUse,
    ca_store: CaStore,
) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let causes = causes(error);
    if let Some(lookup) = find::<LookupError>(&causes) {
        return self::lookup(lookup, host);
    }
    if let Some(tls) = find::<rustls::Error>(&causes) {
        return tls::failure(tls, host, ca_store);
    }
    if let Some(http) = find::<hyper::Error>(&causes) {
        if http.is_parse_too_large() {
            return headers_too_large();
        }
        if http.is_parse() {
            let message = format!("the server at `{host}` does not speak HTTP: {http}");
            let hint = Some("check the port and the scheme of the address");
            let failure = failure(FailureKind::Connect, message, hint);
            return Failure { origin: FailureOrigin::GarbledAnswer, ..failure };
        }
    }
    if phase == RequestPhase::Waiting && find::<h2::Error>(&causes).is_some_and(is_flood) {
        return headers_too_large();
    }
    let phase = if error.is_connect() { RequestPhase::Connecting } else { phase };
    let io = find::<io::Error>(&causes).map(io::Error::kind);
    if error.is_timeout() || io == Some(io::ErrorKind::TimedOut) {
        return failure(
            FailureKind::Timeout,
            format!("{}: it took too long", lead(phase, url, proxy_use)),
            None,
        );
    }
    let why = causes.last().map(ToString::to_string).unwrap_or_default();
    connection::broken(find::<io::Error>(&causes), &lead(phase, url, proxy_use), &why)
}

/// Returns whether the HTTP/2 library ended the connection because of a flood of frames. Before a body begins, such frames are
/// headers.
fn is_flood(error: &h2::Error) -> bool {
    error.is_library() && error.is_go_away() && error.reason() == Some(h2::Reason::ENHANCE_YOUR_CALM)
}

/// Describes a body that the server cut short over HTTP/2.
pub(crate) fn cut_short(bytes: usize, url: &Url, proxy_use: ProxyUse) -> Failure {
    let lead = lead(RequestPhase::Reading(bytes), url, proxy_use);
    failure(FailureKind::Connect, format!("{lead}: the server cancelled the rest"), None)
}

/// Returns the first half of a message, which says what failed.
fn lead(phase: RequestPhase, url: &Url, proxy_use: ProxyUse) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    match (phase, proxy_use) {
        (RequestPhase::Connecting, ProxyUse::Direct) => format!("can't connect to `{host}:{port}`"),
        (RequestPhase::Connecting, ProxyUse::Proxied) => {
            format!("can't connect to `{host}:{port}` through the proxy")
        }
        (RequestPhase::Waiting, _) => format!("`{host}` gave no answer"),
        (RequestPhase::Reading(bytes), _) => {
            format!("the answer of `{host}` ended after {bytes} bytes of its body")
        }
    }
}

/// Describes a request that did not end before its deadline.
pub(crate) fn timed_out(phase: RequestPhase, url: &Url, limit: Duration) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let limit = limit.as_secs_f64();
    let message = match phase {
        RequestPhase::Connecting => format!("can't connect to `{host}` within {limit} s"),
        RequestPhase::Waiting => format!("`{host}` gave no answer within {limit} s"),
        RequestPhase::Reading(bytes) => {
            format!("`{host}` sent only {bytes} bytes of the body within {limit} s")
        }
    };
    failure(
        FailureKind::Timeout,
        message,
        Some("a server that is always slow needs a longer `timeout` in `[polling]`"),
    )
}

/// Describes a redirect to a host that had no free slot in time.
pub(crate) fn no_room_at_host(url: &Url, waited: Duration) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let waited = waited.as_secs();
    failure(
        FailureKind::Timeout,
        format!("`{host}`, where redirects of many sources lead, had no free slot within {waited} s"),
        Some("a longer `every` for these sources, or a larger `per_host` in `[polling]`, may help"),
    )
}

/// Describes a body for which riverd had no memory, because other bodies held it for too long.
pub(crate) fn no_memory(url: &Url, waited: Duration) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let waited = waited.as_secs();
    failure(
        FailureKind::Timeout,
        format!("the body of `{host}` found no memory within {waited} s, because other bodies arrive slowly"),
        Some("a smaller `concurrency` or `timeout` in `[polling]` lets fewer bodies arrive at a time"),
    )
}

/// Describes a body of which nothing more arrived for too long.
pub(crate) fn stalled(bytes: usize, url: &Url, limit: Duration) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let limit = limit.as_secs_f64();
    failure(
        FailureKind::Timeout,
        format!("`{host}` sent nothing more for {limit} s after {bytes} bytes of the body"),
        None,
    )
}

fn lookup(error: &LookupError, host: &str) -> Failure {
    match error {
        LookupError::Refused(refusal) => refused(refusal),
        LookupError::TimedOut(_) | LookupError::NoPermit(_) | LookupError::NoThread(_) => {
            own_network(failure(
                FailureKind::Dns,
                format!("can't look up `{host}`: {error}"),
                Some("check that this machine's DNS works (`/etc/resolv.conf`)"),
            ))
        }
        LookupError::NoSuchHost => failure(
            FailureKind::Dns,
            format!("can't look up `{host}`: {error}"),
            Some("check the spelling of the host: the name server says that it does not exist"),
        ),
        LookupError::Unknown(_) | LookupError::Empty => own_network(failure(
            FailureKind::Dns,
            format!("can't look up `{host}`: {error}"),
            Some("check the spelling of the host, and that this machine's DNS works"),
        )),
    }
}

/// Describes an address that the address policy forbids.
pub(crate) fn refused(refusal: &Refusal) -> Failure {
    failure(FailureKind::Blocked, refusal.to_string(), Some(refusal.hint))
}

/// Describes an answer with a status that means failure.
pub(crate) fn status(status: StatusCode) -> Failure {
    let hint = match status.as_u16() {
        401 => Some("set `username` and `password_file`, or `headers`, for this source in feeds.toml"),
        402 | 403 => Some(
            "the server refuses riverd: it may require a login, or block feed readers by their User-Agent",
        ),
        404 => {
            Some("the feed may have moved: look for it with `riverd add` and the address of the site's page")
        }
        407 => Some("the proxy asks for a user name and a password: put them into the `proxy` address"),
        500..=599 => Some("the server has a problem of its own, which may be over at the next poll"),
        _ => None,
    };
    failure(FailureKind::Status, format!("the server answered {}", shown_status(status)), hint)
}

/// Describes a 401 to a request that carried the credentials or the headers of the source.
pub(crate) fn login_refused() -> Failure {
    failure(
        FailureKind::Status,
        "the server answered 401 (Unauthorized): it refuses the login that feeds.toml has for this source",
        Some(
            "check the user name, the password and the `headers` of this source: they may be wrong or expired",
        ),
    )
}

/// Describes a chain of redirects that would end only if riverd sent back a cookie.
pub(crate) fn cookie_needed(url: &Url) -> Failure {
    let host = url.host_str().unwrap_or_default();
    failure(
        FailureKind::Status,
        format!("`{host}` sets a cookie and redirects until it comes back, but riverd keeps no cookies"),
        Some(
            "look for another address of the feed, or set a `Cookie` in the `headers` of this source in feeds.toml",
        ),
    )
}

/// Describes a 304 to an unconditional request (RFC 9110 §15.4.5).
pub(crate) fn unasked_not_modified() -> Failure {
    failure(
        FailureKind::Status,
        "the server answered 304 (Not Modified) to a request without conditions",
        Some("the server, or a cache in front of it, is faulty; riverd keeps asking without conditions"),
    )
}

/// Describes an answer that asks for a pause: any with 429, most with 420, 503 or 509, and some with 403.
pub(crate) fn throttled(status: StatusCode) -> Failure {
    failure(
        FailureKind::Throttled,
        format!("the server asks for a pause: {}", shown_status(status)),
        Some("a longer `every` for this source may help"),
    )
}

/// Describes a redirect to a domain that has asked for a pause.
pub(crate) fn paused(url: &Url) -> Failure {
    let host = url.host_str().unwrap_or_default();
    failure(
        FailureKind::Throttled,
        format!("a redirect leads to `{host}`, whose site has asked for a pause"),
        None,
    )
}

/// Describes a 410.
pub(crate) fn gone() -> Failure {
    failure(
        FailureKind::Gone,
        "the server says that the feed is gone for ever (410)",
        Some("remove the source from feeds.toml, or give it the feed's new address"),
    )
}

fn shown_status(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} ({reason})", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// Describes a body that is too large or can't be decoded.
pub(crate) fn body(error: &BodyError, cap: u64) -> Failure {
    match error {
        BodyError::TooLarge => failure(
            FailureKind::TooLarge,
            format!("the document is larger than {}", bytesize::ByteSize(cap)),
            Some("raise `max_body` in `[polling]` if the document is really that large"),
        ),
        _ => failure(FailureKind::Malformed, format!("the document can't be decoded: {error}"), None),
    }
}

/// Describes an answer that holds only a part of the document (206), which nobody asked for.
pub(crate) fn only_a_part() -> Failure {
    failure(
        FailureKind::Status,
        "the server answered 206 (Partial Content) and sent only a part of the document",
        Some("the server, or a cache in front of it, is faulty: riverd asked for the whole document"),
    )
}

/// Describes an answer with too many or too large headers.
pub(crate) fn headers_too_large() -> Failure {
    failure(FailureKind::TooLarge, "the answer has more headers than any feed needs", None)
}

/// Describes a proxy address that can't be used.
pub(crate) fn bad_proxy(why: &reqwest::Error) -> Failure {
    let why = causes(why).last().map(ToString::to_string).unwrap_or_default();
    failure(
        FailureKind::Blocked,
        format!("the source's `proxy` can't be used: {why}"),
        Some("write it as `http://host:port`, `https://host:port` or `socks5://host:port`"),
    )
}

/// Describes a request that can't be sent, because only the service can read the password of the source.
pub(crate) fn unknown_password() -> Failure {
    failure(
        FailureKind::Blocked,
        "the password of this source is a credential that only the service can read",
        Some("`sudo riverd poll NAME` lets the running service poll it"),
    )
}

/// Describes a request that can't be created.
pub(crate) fn bad_request(why: &str) -> Failure {
    failure(
        FailureKind::Blocked,
        why,
        Some("correct the source's `headers`, `username` or password in feeds.toml"),
    )
}

/// Returns an error and its causes, outermost first, including errors that an `io::Error` wraps, which `source` skips.
pub(crate) fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut causes: Vec<&'a (dyn Error + 'static)> = Vec::new();
    let mut next = Some(error);
    // The limit is far above the real depth.
    while let Some(error) = next.filter(|_| causes.len() < 32) {
        causes.push(error);
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    causes
}

/// Returns the first of these errors that has the type `E`.
pub(crate) fn find<'a, E: Error + 'static>(causes: &[&'a (dyn Error + 'static)]) -> Option<&'a E> {
    causes.iter().find_map(|error| error.downcast_ref::<E>())
}
