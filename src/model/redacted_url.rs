//! Addresses without their secrets, for logs, status, error messages and pages.

use std::fmt;

use url::Url;

/// Displays a URL without user name, password and fragment, and without query values that look secret.
///
/// Many private feeds have a token in the query (`?token=…`, `?key=…`), which must not appear in a log. A token in the
/// path can't be told from a name and is shown.
#[derive(Clone, Copy, Debug)]
pub struct RedactedUrl<'a>(pub &'a Url);

/// Text that replaces a secret.
const HIDDEN: &str = "…";

/// A query parameter has a secret value if its name contains one of these.
const SECRET_NAMES: [&str; 15] = [
    "token",
    "key",
    "auth",
    "secret",
    "pass",
    "pwd",
    "sig",
    "session",
    "sid",
    "jwt",
    "code",
    "credential",
    "hash",
    "private",
    "user",
];

/// Minimum length in bytes of a random value that is taken for a secret. Shorter values are mostly words or numbers.
const SECRET_LENGTH: usize = 24;

impl fmt::Display for RedactedUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0;
        write!(f, "{}:", url.scheme())?;
        if let Some(host) = url.host_str() {
            write!(f, "//{host}")?;
        }
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(url.path())?;
        for (n, pair) in url.query().into_iter().flat_map(|query| query.split('&')).enumerate() {
            f.write_str(if n == 0 { "?" } else { "&" })?;
            match pair.split_once('=') {
                Some((name, value)) if is_secret(name, value) => write!(f, "{name}={HIDDEN}")?,
                None if looks_random(pair) => f.write_str(HIDDEN)?,
                _ => f.write_str(pair)?,
            }
        }
        Ok(())
    }
}

fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !value.is_empty() && (SECRET_NAMES.iter().any(|secret| name.contains(secret)) || looks_random(value))
}

/// Returns whether a value is long, has no word separators, and mixes digits with letters.
fn looks_random(value: &str) -> bool {
    value.len() >= SECRET_LENGTH
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'%' | b'='))
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        RedactedUrl(&Url::parse(url).unwrap()).to_string()
    }

    #[test]
    fn an_address_without_secrets_is_shown_unchanged() {
        for url in [
            "https://example.org/",
            "http://[::1]:8080/feed.xml?format=rss&page=2&q=%C3%A9",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC_short",
            "https://example.org/?a&b=",
        ] {
            assert_eq!(shown(url), url);
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(shown("https://me:pw@example.org:8443/f"), "https://example.org:8443/f");
        assert_eq!(shown("https://example.org/f?token=abc&x=1#frag"), "https://example.org/f?token=…&x=1");
        assert_eq!(shown("https://example.org/f?Api_Key=abc"), "https://example.org/f?Api_Key=…");
        assert_eq!(
            shown("https://example.org/f?f=0123456789abcdef0123456789abcdef"),
            "https://example.org/f?f=…"
        );
        assert_eq!(
            shown("https://example.org/f?0123456789abcdef0123456789abcdef"),
            "https://example.org/f?…"
        );
    }
}
