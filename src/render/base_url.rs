//! The public address under which the river is served.

use std::fmt::{self, Write as _};

use url::Url;

/// An absolute http(s) address that ends with a slash: what our own links begin with.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BaseUrl(String);

/// Longer host names don't exist in DNS (RFC 1035 §2.3.4); the rest is for the port.
const HOST_LIMIT: usize = 255 + 6;
/// A proxy's path prefix is a word or two; every one that we accept costs a rendering.
const PREFIX_LIMIT: usize = 128;

impl BaseUrl {
    /// The configured address; `url` is http(s) and may lack its final slash.
    pub fn configured(url: &Url) -> Self {
        let mut base = url.clone();
        base.set_query(None);
        base.set_fragment(None);
        let mut text = base.to_string();
        if !text.ends_with('/') {
            text.push('/');
        }
        Self(text)
    }

    /// From what a request says. `None` where `host` is not a host with or without a port (RFC 9110 §7.2), or `prefix`
    /// not a plain path: both come from outside and end up in every document.
    pub fn requested(scheme: Scheme, host: &str, prefix: &str) -> Option<Self> {
        let host_char = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        if host.is_empty() || host.len() > HOST_LIMIT || !host.bytes().all(host_char) {
            return None;
        }
        let prefix_char = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
        let prefix = prefix.trim_matches('/');
        if prefix.len() > PREFIX_LIMIT || !prefix.bytes().all(prefix_char) {
            return None;
        }
        let gap = if prefix.is_empty() { "" } else { "/" };
        // The parser knows what a host is, resolves dots in the prefix, and leaves out a default port.
        let url = Url::parse(&format!("{}://{host}/{prefix}{gap}", scheme.as_str())).ok()?;
        url.host_str().filter(|host| !host.is_empty())?;
        Some(Self(url.into()))
    }

    /// The address of a route below it, such as `feed.xml`.
    pub fn join(&self, route: &str) -> String {
        format!("{}{route}", self.0)
    }

    /// With its final slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `text` as one segment of a path: everything percent-encoded that is not unreserved (RFC 3986 §2.3).
pub fn path_segment(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` can't fail.
            write!(encoded, "%{byte:02X}").unwrap_or_default();
        }
        encoded
    })
}

/// How a request reached us, or the proxy before us.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scheme {
    /// Plain.
    Http,
    /// Over TLS, which only a proxy can have ended.
    Https,
}

impl Scheme {
    /// As in a URL.
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

    fn requested(host: &str, prefix: &str) -> Option<String> {
        BaseUrl::requested(Scheme::Https, host, prefix).map(|base| base.as_str().to_owned())
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
    fn what_is_no_host_gives_none() {
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
    fn a_configured_address_gets_its_slash() {
        let base = |text: &str| BaseUrl::configured(&Url::parse(text).unwrap()).join("feed.xml");
        assert_eq!(base("https://example.org"), "https://example.org/feed.xml");
        assert_eq!(base("https://example.org/river"), "https://example.org/river/feed.xml");
        assert_eq!(base("https://example.org/river/?x#y"), "https://example.org/river/feed.xml");
    }
}
