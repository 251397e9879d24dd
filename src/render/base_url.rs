//! The public address at which the river is served.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// An absolute http(s) address that ends with a slash. riverd's own links begin with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BaseUrl(String);

/// Longest accepted host, in bytes. A DNS name has at most 255 bytes (RFC 1035 §2.3.4), and a port with its colon has six.
const MAX_HOST_BYTES: usize = 255 + 6;
/// Longest accepted path prefix, in bytes. A proxy's prefix is usually a word or two.
const MAX_PREFIX_BYTES: usize = 128;

impl BaseUrl {
    /// Makes a base from the configured address. `url` must be http(s). A query and a fragment are removed, and a missing final
    /// slash is added.
    pub fn from_config(url: &Url) -> Self {
        let mut base = url.clone();
        base.set_query(None);
        base.set_fragment(None);
        let mut text = base.to_string();
        if !text.ends_with('/') {
            text.push('/');
        }
        Self(text)
    }

    /// Makes a base from the headers of a request.
    ///
    /// Returns `None` unless `host` is a host with or without a port (RFC 9110 §7.2), and `prefix` is a plain path. Both are
    /// checked, because they come from outside and are written into every document.
    pub fn from_request(scheme: Scheme, host: &str, prefix: &str) -> Option<Self> {
        let is_host_char = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        if host.is_empty() || host.len() > MAX_HOST_BYTES || !host.bytes().all(is_host_char) {
            return None;
        }
        let is_prefix_char = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
        let prefix = prefix.trim_matches('/');
        if prefix.len() > MAX_PREFIX_BYTES || !prefix.bytes().all(is_prefix_char) {
            return None;
        }
        let final_slash = if prefix.is_empty() { "" } else { "/" };
        // The parser checks the host, resolves dots in the prefix, and removes a default port.
        let url = Url::parse(&format!("{}://{host}/{prefix}{final_slash}", scheme.as_str())).ok()?;
        url.host_str().filter(|host| !host.is_empty())?;
        Some(Self(url.into()))
    }

    /// Returns the address of a route below this one, such as `feed.xml`.
    pub fn join(&self, route: &str) -> String {
        format!("{}{route}", self.0)
    }

    /// Returns whether `http://HOST/` is exactly this address. If it is not, `host` may still mean the same host in another
    /// spelling.
    pub fn is_address_of(&self, host: &str) -> bool {
        let own = self.0.strip_prefix("http://").and_then(|rest| rest.strip_suffix('/'));
        own.is_some_and(|own| !own.contains('/') && own == host)
    }

    /// Returns the address with its final slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Encodes `text` as one segment of a path. Every byte that is not unreserved is percent-encoded (RFC 3986 §2.3).
pub fn path_segment(text: &str) -> String {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, ENCODED).to_string()
}

/// The scheme by which a request reached riverd, or the proxy in front of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS, which a proxy has decrypted.
    Https,
}

impl Scheme {
    /// Returns the scheme as it stands in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_that_of_an_address_only_in_the_same_spelling_and_without_a_prefix() {
        let base = |text: &str| BaseUrl::from_config(&Url::parse(text).unwrap());
        assert!(base("http://river.example:8080").is_address_of("river.example:8080"));
        for (address, host) in [
            ("http://river.example:8080", "river.example"),
            ("http://river.example", "River.example"),
            ("https://river.example", "river.example"),
            ("http://river.example/feeds", "river.example"),
            ("http://river.example/feeds", "river.example/feeds"),
        ] {
            assert!(!base(address).is_address_of(host), "{address} {host}");
        }
    }

    fn requested(host: &str, prefix: &str) -> Option<String> {
        BaseUrl::from_request(Scheme::Https, host, prefix).map(|base| base.as_str().to_owned())
    }

    #[test]
    fn hosts_with_and_without_port_give_an_address() {
        for (host, prefix, address) in [
            ("river.example.org", "", "https://river.example.org/"),
            ("River.Example.org:8443", "", "https://river.example.org:8443/"),
            ("river.example.org:443", "", "https://river.example.org/"),
            ("127.0.0.1:8080", "", "https://127.0.0.1:8080/"),
            ("[::1]:8080", "", "https://[::1]:8080/"),
            ("example.org", "/river/", "https://example.org/river/"),
            ("example.org", "a/../b", "https://example.org/b/"),
        ] {
            assert_eq!(requested(host, prefix).as_deref(), Some(address), "{host} {prefix}");
        }
    }

    #[test]
    fn an_invalid_host_or_prefix_gives_none() {
        let long = "a".repeat(300);
        for host in [
            "",
            " ",
            "a b",
            "a/b",
            "user@example.org",
            "a\"b",
            "<script>",
            "example.org:port",
            "example.org:99999",
            "[::1",
            "a\\b",
            "é.example",
            "example.org#",
            "example.org?x",
            ":80",
            &long,
        ] {
            assert_eq!(requested(host, ""), None, "{host}");
        }
        for prefix in ["a b", "\"", "a?b", "a#b", "%2e%2e", &long] {
            assert_eq!(requested("example.org", prefix), None, "{prefix}");
        }
    }

    #[test]
    fn a_tag_in_any_script_is_one_segment() {
        assert_eq!(path_segment("à b/c?"), "%C3%A0%20b%2Fc%3F");
        assert_eq!(path_segment("rust-dev_1.0~"), "rust-dev_1.0~");
    }

    #[test]
    fn a_configured_address_gets_its_final_slash() {
        let base = |text: &str| BaseUrl::from_config(&Url::parse(text).unwrap()).join("feed.xml");
        assert_eq!(base("https://example.org"), "https://example.org/feed.xml");
        assert_eq!(base("https://example.org/river"), "https://example.org/river/feed.xml");
        assert_eq!(base("https://example.org/river/?x#y"), "https://example.org/river/feed.xml");
    }
}
