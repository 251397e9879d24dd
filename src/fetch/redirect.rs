//! Follows redirects: decides where the next request goes, and which redirects are permanent.

use percent_encoding::{CONTROLS, percent_encode};
use reqwest::header::{HeaderMap, LOCATION};
use url::Url;

use super::failure;
use crate::model::{Failure, RedactedUrl};
use crate::policy::host::Scope;

/// How many redirects are followed. Browsers allow 20; real feeds need three (https, www, path).
const MAX_HOPS: usize = 10;

/// Why a redirect is not followed.
#[derive(Debug)]
pub(crate) struct RefusedRedirect {
    /// Cause and hint for the operator.
    pub(crate) failure: Failure,
    /// Whether the redirects do not end.
    pub(crate) is_endless: bool,
}

impl RefusedRedirect {
    fn endless(failure: Failure) -> Self {
        Self { failure, is_endless: true }
    }
}

impl From<Failure> for RefusedRedirect {
    fn from(failure: Failure) -> Self {
        Self { failure, is_endless: false }
    }
}

/// The redirects that a request has followed so far.
#[derive(Debug)]
pub(crate) struct RedirectChain {
    visited: Vec<Url>,
    /// Where the permanent redirects at the beginning led. All redirects after a temporary one count as temporary.
    moved_to: Option<Url>,
    only_permanent: bool,
}

impl RedirectChain {
    /// Creates a chain that starts at the address of the request.
    pub(crate) fn start(at: Url) -> Self {
        Self { visited: vec![at], moved_to: None, only_permanent: true }
    }

    /// Returns where the permanent redirects (301, 308) led, before any temporary one.
    pub(crate) fn moved_to(self) -> Option<Url> {
        self.moved_to
    }

    /// Returns whether no redirect was followed, so that the address of the request itself has answered.
    pub(crate) fn is_direct(&self) -> bool {
        self.visited.len() == 1
    }

    /// Returns the address that a redirect leads to, or why it can't be followed.
    pub(crate) fn follow(&mut self, status: u16, location: Option<&[u8]>) -> Result<Url, RefusedRedirect> {
        let Some(here) = self.visited.last() else {
            return Err(failure::redirect_without_target(status).into());
        };
        let Some(location) = location.filter(|location| !location.is_empty()) else {
            return Err(failure::redirect_without_target(status).into());
        };
        let next = here.join(&ascii(location)).map_err(|_| failure::redirect_without_target(status))?;
        if !matches!(next.scheme(), "http" | "https") {
            return Err(failure::redirect_elsewhere(next.scheme()).into());
        }
        if here.scheme() == "https" && next.scheme() == "http" {
            return Err(failure::redirect_downgraded(RedactedUrl(&next)).into());
        }
        // Credentials in the target of a redirect are ignored.
        let next = bare(next).ok_or_else(|| failure::redirect_without_target(status))?;
        // riverd keeps no cookies, so the same request would get the same redirect again.
        if self.visited.contains(&next) {
            return Err(RefusedRedirect::endless(failure::redirect_loop(RedactedUrl(&next))));
        }
        if self.visited.len() > MAX_HOPS {
            return Err(RefusedRedirect::endless(failure::too_many_redirects(MAX_HOPS)));
        }
        self.only_permanent &= matches!(status, 301 | 308);
        if self.only_permanent {
            self.moved_to = Some(next.clone());
        }
        self.visited.push(next.clone());
        Ok(next)
    }
}

/// Returns a URL without user name, password and fragment, as it is requested, compared and kept. `None` for a URL without a
/// host.
pub(crate) fn bare(mut url: Url) -> Option<Url> {
    url.set_fragment(None);
    url.set_username("").and_then(|()| url.set_password(None)).ok()?;
    Some(url)
}

/// Returns whether the secrets for `source` may be sent to `next`: it has the same origin, or it is the https address of the
/// same host, and both are on the usual ports.
pub(crate) fn may_know_secrets(source: &Url, next: &Url) -> bool {
    let upgraded = source.scheme() == "http" && next.scheme() == "https";
    let usual_ports = source.port().is_none() && next.port().is_none();
    source.origin() == next.origin() || (upgraded && usual_ports && source.host() == next.host())
}

/// Returns whether the answer of `url` is a redirect that is followed. A request with a form follows only those that repeat the
/// form (RFC 9110 §15.4), and those that lead from http to the same address on https, because most servers answer 301 there
/// to any request. A list of choices (300) is followed to the choice that its `Location` prefers, if it names one.
pub(crate) fn is_redirect(url: &Url, status: u16, form: Option<&str>, headers: &HeaderMap) -> bool {
    let is_choice = status == 300 && headers.contains_key(LOCATION);
    let is_followed_with_form = || matches!(status, 301 | 302) && is_https_upgrade(url, headers);
    matches!(status, 307 | 308)
        || (form.is_none() && (is_choice || matches!(status, 301..=303)))
        || (form.is_some() && is_followed_with_form())
}

/// Returns whether a redirect leads to the same path of the same host on https.
fn is_https_upgrade(url: &Url, headers: &HeaderMap) -> bool {
    let target = headers.get(LOCATION).and_then(|target| url.join(&ascii(target.as_bytes())).ok());
    url.scheme() == "http"
        && target.is_some_and(|target| {
            target.scheme() == "https" && target.host() == url.host() && target.path() == url.path()
        })
}

/// Percent-encodes the bytes of a `Location` that are not printable ASCII: servers send raw UTF-8 and Latin-1 in it.
fn ascii(location: &[u8]) -> String {
    percent_encode(location, CONTROLS).to_string()
}

/// Returns whether two addresses have one registrable domain, or one private host.
pub(super) fn is_of_one_site(one: &Url, other: &Url) -> bool {
    match (Scope::of_url(one).domain(), Scope::of_url(other).domain()) {
        (None, None) => one.host() == other.host(),
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;

    fn chain(start: &str) -> RedirectChain {
        RedirectChain::start(Url::parse(start).unwrap())
    }

    fn kind(chain: &mut RedirectChain, location: &str) -> FailureKind {
        chain.follow(302, Some(location.as_bytes())).unwrap_err().failure.kind
    }

    #[test]
    fn relative_raw_and_odd_targets_are_followed() {
        let next = |location: &[u8]| {
            chain("https://example.org/a/feed?x=1").follow(302, Some(location)).unwrap().to_string()
        };
        assert_eq!(next(b"../b"), "https://example.org/b");
        assert_eq!(next(b"//other.example/f"), "https://other.example/f");
        assert_eq!(next(b"?x=2"), "https://example.org/a/feed?x=2");
        assert_eq!(next("/é".as_bytes()), "https://example.org/%C3%A9");
        assert_eq!(next(b"/\xe9"), "https://example.org/%E9");
        assert_eq!(next("https://exämple.org/".as_bytes()), "https://xn--exmple-cua.org/");
        assert_eq!(next(b"https://u:p@other.example/f#part"), "https://other.example/f");
    }

    #[test]
    fn only_permanent_redirects_from_the_start_count() {
        let mut redirects = chain("http://a.example/");
        redirects.follow(301, Some(b"https://a.example/")).unwrap();
        redirects.follow(308, Some(b"https://b.example/")).unwrap();
        redirects.follow(302, Some(b"https://cdn.example/1")).unwrap();
        redirects.follow(301, Some(b"https://cdn.example/2")).unwrap();
        assert_eq!(redirects.moved_to().unwrap().as_str(), "https://b.example/");

        let mut redirects = chain("http://a.example/");
        redirects.follow(307, Some(b"/b")).unwrap();
        redirects.follow(301, Some(b"/c")).unwrap();
        assert_eq!(redirects.moved_to(), None);
    }

    #[test]
    fn loops_long_chains_and_redirects_to_nowhere_are_refused() {
        assert_eq!(kind(&mut chain("http://a.example/"), "/"), FailureKind::Status);
        assert_eq!(kind(&mut chain("http://a.example/"), "/#part"), FailureKind::Status);
        let mut redirects = chain("http://a.example/0");
        for n in 1..=10 {
            redirects.follow(302, Some(format!("/{n}").as_bytes())).unwrap();
        }
        assert_eq!(kind(&mut redirects, "/11"), FailureKind::Status);
        for location in
            ["file:///etc/passwd", "ftp://a.example/", "data:text/xml,<rss/>", "javascript:alert(1)"]
        {
            assert_eq!(kind(&mut chain("http://a.example/"), location), FailureKind::Blocked, "{location}");
        }
        assert_eq!(kind(&mut chain("http://a.example/"), "http://"), FailureKind::Status);
        assert_eq!(
            chain("http://a.example/").follow(301, None).unwrap_err().failure.kind,
            FailureKind::Status
        );
    }

    #[test]
    fn a_redirect_from_https_to_http_is_never_followed() {
        assert_eq!(kind(&mut chain("https://a.example/"), "http://a.example/"), FailureKind::Blocked);
    }

    #[test]
    fn secrets_stay_with_their_origin_or_its_https_address() {
        let may =
            |from: &str, to: &str| may_know_secrets(&Url::parse(from).unwrap(), &Url::parse(to).unwrap());
        assert!(may("https://a.example/x", "https://a.example/y"));
        assert!(may("http://a.example/x", "https://a.example/x"));
        assert!(!may("https://a.example/", "https://b.example/"));
        assert!(!may("https://a.example/", "https://a.example:8443/"));
        assert!(!may("http://a.example:81/", "https://a.example/"));
        assert!(!may("https://a.example/", "https://sub.a.example/"));
    }

    #[test]
    fn a_form_is_repeated_only_where_the_redirect_says_so_or_leads_to_https() {
        let hub = Url::parse("http://hub.example/subscribe").unwrap();
        let is_followed = |status: u16, target: &str| {
            let headers = HeaderMap::from_iter([(LOCATION, target.parse().unwrap())]);
            is_redirect(&hub, status, Some("hub.mode=subscribe"), &headers)
        };
        for (status, target, expected) in [
            (307, "https://other.example/", true),
            (308, "/elsewhere", true),
            (301, "https://hub.example/subscribe", true),
            (302, "https://hub.example/subscribe", true),
            (303, "https://hub.example/subscribe", false),
            (301, "https://hub.example/", false),
            (301, "https://other.example/subscribe", false),
            (302, "/subscribe/", false),
            (200, "https://hub.example/subscribe", false),
        ] {
            assert_eq!(is_followed(status, target), expected, "{status} {target}");
        }
    }
}
