//! Redirects: where the next request goes, and which moves are for ever. Pure.

use percent_encoding::{CONTROLS, percent_encode};
use url::Url;

use super::failure;
use crate::model::{Failure, RedactedUrl};

/// More hops than this are no way to a feed. Browsers allow 20; real feeds need three (http, www, path).
const MAX_HOPS: usize = 10;

/// The way a request has taken so far.
#[derive(Debug)]
pub(crate) struct RedirectChain {
    visited: Vec<Url>,
    /// Where the permanent redirects at its beginning led; what follows a temporary one is temporary too.
    moved_to: Option<Url>,
    only_permanent: bool,
}

impl RedirectChain {
    /// It starts at the address of the source.
    pub(crate) fn start(at: Url) -> Self {
        Self { visited: vec![at], moved_to: None, only_permanent: true }
    }

    /// Where the permanent redirects led (301, 308), before any temporary one.
    pub(crate) fn moved_to(self) -> Option<Url> {
        self.moved_to
    }

    /// Whether no redirect was followed: the address of the source speaks for itself.
    pub(crate) fn is_direct(&self) -> bool {
        self.visited.len() == 1
    }

    /// The next address, or why there is none.
    pub(crate) fn follow(&mut self, status: u16, location: Option<&[u8]>) -> Result<Url, Failure> {
        let Some(here) = self.visited.last() else { return Err(failure::redirect_without_target(status)) };
        let Some(location) = location.filter(|location| !location.is_empty()) else {
            return Err(failure::redirect_without_target(status));
        };
        let next = here.join(&ascii(location)).map_err(|_| failure::redirect_without_target(status))?;
        if !matches!(next.scheme(), "http" | "https") {
            return Err(failure::redirect_elsewhere(next.scheme()));
        }
        if here.scheme() == "https" && next.scheme() == "http" {
            return Err(failure::redirect_downgraded(RedactedUrl(&next)));
        }
        // A redirect does not tell us how to log in.
        let next = bare(next).ok_or_else(|| failure::redirect_without_target(status))?;
        // Without cookies the same outgoing gets the same answer.
        if self.visited.contains(&next) {
            return Err(failure::redirect_loop(RedactedUrl(&next)));
        }
        if self.visited.len() > MAX_HOPS {
            return Err(failure::too_many_redirects(MAX_HOPS));
        }
        self.only_permanent &= matches!(status, 301 | 308);
        if self.only_permanent {
            self.moved_to = Some(next.clone());
        }
        self.visited.push(next.clone());
        Ok(next)
    }
}

/// The address as it is requested, compared and kept: without user name, password and fragment. `None` for a URL without
/// a host, which could have none of them.
pub(crate) fn bare(mut url: Url) -> Option<Url> {
    url.set_fragment(None);
    url.set_username("").and_then(|()| url.set_password(None)).ok()?;
    Some(url)
}

/// Whether `next` may be told the secrets meant for `source`: the same origin, or the same host reached by https on the
/// usual ports.
pub(crate) fn may_know_secrets(source: &Url, next: &Url) -> bool {
    let upgraded = source.scheme() == "http" && next.scheme() == "https";
    let usual_ports = source.port().is_none() && next.port().is_none();
    source.origin() == next.origin() || (upgraded && usual_ports && source.host() == next.host())
}

/// Whether a status is a redirect that is followed: with a form, only those that keep it (RFC 9110 §15.4).
pub(crate) fn is_redirect(status: u16, form: Option<&str>) -> bool {
    matches!(status, 307 | 308) || (form.is_none() && matches!(status, 301..=303))
}

/// A `Location` as a URL can be made of it: servers send raw UTF-8 and Latin-1 in it.
fn ascii(location: &[u8]) -> String {
    percent_encode(location, CONTROLS).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;

    fn chain(start: &str) -> RedirectChain {
        RedirectChain::start(Url::parse(start).unwrap())
    }

    fn kind(chain: &mut RedirectChain, location: &str) -> FailureKind {
        chain.follow(302, Some(location.as_bytes())).unwrap_err().kind
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
    fn only_permanent_moves_from_the_start_count() {
        let mut way = chain("http://a.example/");
        way.follow(301, Some(b"https://a.example/")).unwrap();
        way.follow(308, Some(b"https://b.example/")).unwrap();
        way.follow(302, Some(b"https://cdn.example/1")).unwrap();
        way.follow(301, Some(b"https://cdn.example/2")).unwrap();
        assert_eq!(way.moved_to().unwrap().as_str(), "https://b.example/");

        let mut way = chain("http://a.example/");
        way.follow(307, Some(b"/b")).unwrap();
        way.follow(301, Some(b"/c")).unwrap();
        assert_eq!(way.moved_to(), None);
    }

    #[test]
    fn loops_long_chains_and_redirects_to_nowhere_are_refused() {
        assert_eq!(kind(&mut chain("http://a.example/"), "/"), FailureKind::TooLarge);
        assert_eq!(kind(&mut chain("http://a.example/"), "/#part"), FailureKind::TooLarge);
        let mut way = chain("http://a.example/0");
        for n in 1..=10 {
            way.follow(302, Some(format!("/{n}").as_bytes())).unwrap();
        }
        assert_eq!(kind(&mut way, "/11"), FailureKind::TooLarge);
        for location in
            ["file:///etc/passwd", "ftp://a.example/", "data:text/xml,<rss/>", "javascript:alert(1)"]
        {
            assert_eq!(kind(&mut chain("http://a.example/"), location), FailureKind::Blocked, "{location}");
        }
        assert_eq!(kind(&mut chain("http://a.example/"), "http://"), FailureKind::Status);
        assert_eq!(chain("http://a.example/").follow(301, None).unwrap_err().kind, FailureKind::Status);
    }

    #[test]
    fn https_is_never_given_up() {
        assert_eq!(kind(&mut chain("https://a.example/"), "http://a.example/"), FailureKind::Blocked);
    }

    #[test]
    fn secrets_stay_with_their_origin_or_its_https_twin() {
        let may =
            |from: &str, to: &str| may_know_secrets(&Url::parse(from).unwrap(), &Url::parse(to).unwrap());
        assert!(may("https://a.example/x", "https://a.example/y"));
        assert!(may("http://a.example/x", "https://a.example/x"));
        assert!(!may("https://a.example/", "https://b.example/"));
        assert!(!may("https://a.example/", "https://a.example:8443/"));
        assert!(!may("http://a.example:81/", "https://a.example/"));
        assert!(!may("https://a.example/", "https://sub.a.example/"));
    }
}
