//! Addresses: made absolute against a base, and reduced to what tells two pages apart.

mod canonical;
mod domain;
mod percent;
mod redirectors;
mod tracking;
mod variants;

use url::Url;

pub use canonical::canonical;
pub use domain::registrable_domain;
pub use tracking::TrackingParameters;

/// Longest address taken, in bytes. Signed download links have some 2 KiB; most servers refuse more than 8.
const MAX_LENGTH: usize = 8192;

/// An http(s) address made absolute; `None` for what is no link to a page (`javascript:`, `mailto:`, nonsense).
///
/// An address that is absolute already stays byte for byte: re-encoding changes addresses. Mended is what a browser
/// would not understand: `feed:` in front, a missing scheme (`//host/`, `www.host/`), blanks and quotes inside; and an `&`
/// that is still escaped when all that can be decoded was.
pub fn absolute(text: &str, base: Option<&Url>) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let text = without_feed_scheme(text);
    let address = if let Ok(url) = Url::parse(text) {
        is_web(&url).then(|| if is_clean(text) { text.to_owned() } else { url.to_string() })
    } else if has_www_prefix(text) {
        // A browser would take it for a path; feeds mean the host.
        absolute(&format!("http://{text}"), None)
    } else {
        let joined = match base {
            Some(base) => base.join(text).ok()?,
            None => Url::parse(&format!("https:{}", text.strip_prefix("//").map(|_| text)?)).ok()?,
        };
        is_web(&joined).then(|| joined.to_string())
    };
    address.map(with_plain_ampersands)
}

/// `feed:https://host/` and `feed://host/`, as browsers once handed them to feed readers.
fn without_feed_scheme(text: &str) -> &str {
    match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("feed:") => {
            let rest = text.get(5..).unwrap_or_default();
            let bare = rest.trim_start_matches('/');
            // `feed://host/`: what is left has no scheme, so the slashes must stay.
            if has_web_scheme(bare) { bare } else { rest }
        }
        _ => text,
    }
}

/// The references to `&` in an address, which is decoded: none is meant, since no server knows a parameter `amp;b`.
const AMPERSANDS: [&str; 4] = ["amp;", "AMP;", "#38;", "#038;"];

fn with_plain_ampersands(address: String) -> String {
    let mut parts = address.split('&');
    let escaped = |part: &str| AMPERSANDS.iter().any(|reference| part.starts_with(reference));
    if !parts.clone().skip(1).any(escaped) {
        return address;
    }
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for mut part in parts {
        // Escaped twice, it is written twice in a row.
        while let Some(rest) = AMPERSANDS.iter().find_map(|reference| part.strip_prefix(reference)) {
            part = rest;
        }
        plain.push('&');
        plain.push_str(part);
    }
    // What stood behind a `#` may not stand elsewhere.
    if Url::parse(&plain).is_ok_and(|url| is_web(&url)) { plain } else { address }
}

fn has_web_scheme(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| starts_with(text, scheme))
}

fn has_www_prefix(text: &str) -> bool {
    starts_with(text, "www.")
}

/// [`str::starts_with`] for ASCII without case.
fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host().is_some()
}

/// Whether an absolute address can go out as it is: with `://`, and without what would end it early in text or markup.
fn is_clean(text: &str) -> bool {
    has_web_scheme(text)
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '`'))
}

#[cfg(test)]
mod tests;
