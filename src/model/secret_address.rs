//! Recognises addresses with a secret in them, which must not be published.

use url::Url;

use super::redacted_url::RedactedUrl;
use super::source::{Location, Source};

/// Returns the address of a source as it may be published. `None` if it must not be published: the source is `private`, or its
/// address seems to hold a secret.
pub fn published_address(source: &Source) -> Option<String> {
    published(&source.location, source.private)
}

/// Returns the address `location` as it may be published; `None` if it must not be published. `private` says whether the
/// operator forbids it.
pub fn published(location: &Location, private: bool) -> Option<String> {
    let holds_secret = matches!(location, Location::Http(url) if holds_secret(url));
    (!private && !holds_secret).then(|| location.to_string())
}

/// Returns what is published in place of an address that must not be published: its site, if it has one, and the name of the
/// source.
pub fn instead_of(location: &Location, name: &str) -> String {
    match location {
        Location::Http(url) => format!("{}/#{name}", url.origin().ascii_serialization()),
        Location::File(_) => format!("file:#{name}"),
    }
}

/// Returns whether an address has a user name or a password, a query value that looks secret, or a part of its path that looks
/// like a token.
pub fn holds_secret(url: &Url) -> bool {
    // The fragment is no secret, and a redacted address has none, so the addresses are compared without it.
    let mut without_fragment = url.clone();
    without_fragment.set_fragment(None);
    RedactedUrl(url).to_string() != without_fragment.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_a_secret_in_path_query_or_user_name_are_recognised() {
        for url in [
            "https://me:pw@a.example/feed",
            "https://token@a.example/feed",
            "https://a.example/feed?token=abc",
            "https://a.example/rss/9f8e7d6c5b4a39281706f5e4d3c2b1a0.xml",
            "https://a.example/u/aB3dE6gH9jK2mN5pQ8/feed",
            "https://a.example/private/x7Yz29/feed",
            "https://a.example/f/0f8fad5b-d9cb-469f-a165-70867728950e",
        ] {
            assert!(holds_secret(&Url::parse(url).unwrap()), "{url}");
        }
    }

    #[test]
    fn names_dates_and_numbers_are_no_secrets() {
        for url in [
            "https://a.example/",
            "https://a.example/feed.xml?format=rss&page=2#top",
            "https://a.example/2026/11/24/a-title-with-many-words-in-it/feed",
            "https://a.example/internationalization/feed",
            "https://a.example/category/python3-and-rust2026/rss.xml",
            "https://a.example/12345678901234567890/feed",
            "https://github.com/owner/repository_with_a_long_name/releases.atom",
        ] {
            assert!(!holds_secret(&Url::parse(url).unwrap()), "{url}");
        }
    }

    #[test]
    fn the_site_and_the_name_are_published_instead() {
        let location = Location::Http(Url::parse("https://a.example:81/key/x7Yz29?x=1").unwrap());
        assert_eq!(published(&location, false), None);
        assert_eq!(instead_of(&location, "mine"), "https://a.example:81/#mine");
        let open = Location::Http(Url::parse("https://a.example/feed").unwrap());
        assert_eq!(published(&open, false).as_deref(), Some("https://a.example/feed"));
        assert_eq!(published(&open, true), None);
    }
}
