//! Makes addresses absolute against a base, and computes their canonical form, which is the same for all addresses of one
//! page.

mod aliases;
mod canonical;
mod domain;
mod percent;
mod redirectors;
mod tracking;

use url::Url;

pub use canonical::{canonical, without_part};
pub use domain::{has_public_suffix, registrable_domain, registrable_domain_of_name};
pub use tracking::TrackingParameters;

use super::words::{self, starts_with_ignoring_case};

/// Longest address that is accepted, in bytes. Signed download links have about 2 KiB, and most servers refuse more than
/// 8 KiB.
const MAX_LENGTH: usize = 8192;

/// What programs write for an address that they do not have.
const NO_VALUES: [&str; 8] =
    ["null", "undefined", "None", "nil", "NaN", "[object Object]", "[object%20Object]", "about:blank"];

/// Makes an http(s) address absolute. Returns `None` for other addresses (`javascript:`, `mailto:`), for a text that
/// can't be an address or says that there is none (`null`), for one of more than 8 KiB, and for a relative address
/// without a base.
///
/// White space and control characters around the address are removed. Otherwise an address that is already absolute stays
/// byte for byte, because encoding it again could change it. Only these repairs are made: `feed:` in front is removed, a
/// missing scheme (`//host/`, `www.host/`) is added, an `&` that is still escaped is decoded, and an address is written as
/// browsers do if it has too few slashes after its scheme or a character that would end it early in a text, such as a space
/// or a quote.
pub fn absolute(text: &str, base: Option<&Url>) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if text.is_empty() || text.len() > MAX_LENGTH || NO_VALUES.contains(&text) {
        return None;
    }
    let text = without_feed_scheme(text);
    let address = if is_plainly_absolute(text) {
        Some(text.to_owned())
    } else if let Ok(url) = Url::parse(text) {
        is_web(&url).then(|| if is_clean(text) { text.to_owned() } else { url.to_string() })
    } else if has_www_prefix(text) {
        // A browser would read this as a path, but feeds mean a host.
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

/// Schemes, besides http and https, that the link of an entry and a link inside a text may have. A browser hands such a link to
/// another program, which fetches something, and none of them runs a script. Every other scheme is refused (`javascript:`,
/// `data:`, `file:`). Links inside a text may also have one to write or speak to somebody (`text/html/attributes.rs`).
pub const NON_WEB_SCHEMES: [&str; 13] = [
    "magnet", "gemini", "spartan", "gopher", "ftp", "ftps", "sftp", "ipfs", "ipns", "dat", "hyper", "ssb",
    "nostr",
];

/// Makes the address of a link absolute. Unlike [`absolute`], it also takes addresses with one of [`NON_WEB_SCHEMES`], and
/// returns them as they are, without the white space around them.
pub fn absolute_link(text: &str, base: Option<&Url>) -> Option<String> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    absolute(text, base).or_else(|| opens_elsewhere(trimmed).then(|| trimmed.to_owned()))
}

/// Returns whether an absolute address has one of [`NON_WEB_SCHEMES`] and can be published unchanged.
pub fn opens_elsewhere(address: &str) -> bool {
    let is_clean = !address.chars().any(ends_address_early);
    let has_scheme =
        |url: Url| NON_WEB_SCHEMES.contains(&url.scheme()) && address.len() > url.scheme().len() + 1;
    is_clean && address.len() <= MAX_LENGTH && Url::parse(address).is_ok_and(has_scheme)
}

/// Removes the scheme of `feed:https://host/` and `feed://host/`, which browsers once passed to feed readers.
fn without_feed_scheme(text: &str) -> &str {
    match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("feed:") => {
            let rest = text.get(5..).unwrap_or_default();
            let bare = rest.trim_start_matches('/');
            // The rest of `feed://host/` has no scheme, so it must keep its slashes.
            if has_web_scheme(bare) { bare } else { rest }
        }
        _ => text,
    }
}

/// What follows the `&` if it is still escaped in a decoded address. No server has a parameter named `amp;b`.
const AMPERSANDS: [&str; 4] = ["amp;", "AMP;", "#38;", "#038;"];

/// Replaces escaped `&` in an address by plain ones.
fn with_plain_ampersands(address: String) -> String {
    if memchr::memchr(b'&', address.as_bytes()).is_none() {
        return address;
    }
    let mut parts = address.split('&');
    let escaped = |part: &str| AMPERSANDS.iter().any(|reference| part.starts_with(reference));
    if !parts.clone().skip(1).any(escaped) {
        return address;
    }
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for mut part in parts {
        // An `&` that was escaped twice has two of these in a row.
        while let Some(rest) = AMPERSANDS.iter().find_map(|reference| part.strip_prefix(reference)) {
            part = rest;
        }
        plain.push('&');
        plain.push_str(part);
    }
    // The `#` of `&#38;` may have ended the host. Without it, what follows belongs to the host, and may be invalid there.
    if Url::parse(&plain).is_ok_and(|url| is_web(&url)) { plain } else { address }
}

fn has_web_scheme(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| starts_with_ignoring_case(text, scheme))
}

fn has_www_prefix(text: &str) -> bool {
    starts_with_ignoring_case(text, "www.")
}

/// Returns whether an address is absolute and clean ([`is_clean`]), and its host so simple that [`Url::parse`] would only
/// cost time. Such a host is an IPv4 address, perhaps with a port, or a name without a port. The labels of the name have only
/// ASCII letters, digits and hyphens, and the last one begins with a letter.
fn is_plainly_absolute(text: &str) -> bool {
    let schemes = ["https://", "http://"];
    let scheme = schemes.into_iter().find(|scheme| starts_with_ignoring_case(text, scheme));
    let Some(rest) = scheme.and_then(|scheme| text.get(scheme.len()..)) else { return false };
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let Some(host) = rest.get(..end) else { return false };
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && !bytes.is_empty()
            // A label with `--` after two characters may be Punycode, which must be decoded to be checked.
            && bytes.get(2..4) != Some(b"--")
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_name = host.len() <= 253
        && last.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && host.split('.').all(is_label);
    (is_name || is_plain_ipv4(host)) && is_clean(text)
}

/// Returns whether a host is an IPv4 address, perhaps with a port, whose numbers are written as [`Url::parse`] writes them.
fn is_plain_ipv4(host: &str) -> bool {
    let (address, port) = host.split_once(':').unwrap_or((host, "1"));
    let is_up_to = |text: &str, most: u32| {
        !text.starts_with('0')
            && text.len() <= 5
            && text.parse().is_ok_and(|number: u32| number <= most)
            && words::is_all_digits(text)
    };
    address.split('.').count() == 4
        && address.split('.').all(|number| number == "0" || is_up_to(number, 255))
        && is_up_to(port, 65_535)
}

/// Returns an address without its `?` and everything after it. In the address of a picture or a player, this part often only
/// says in which size or form it is shown.
pub fn without_query(address: &str) -> &str {
    address.split('?').next().unwrap_or(address)
}

/// Returns the numbers in an address after its host and the first slash, as runs of digits. The date or the issue in the
/// address of a page is such a number, and so is the number that a publisher gives an article.
pub fn numbers_after_host(address: &str) -> impl Iterator<Item = &str> {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = address.split_once('/').map_or("", |(_, path)| path);
    path.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty())
}

/// Least number of digits of the number that a publisher gives an article. Pages, days and years have fewer.
const DIGITS_OF_ARTICLE: usize = 5;

/// Returns the numbers in an address that may be those of articles. A day (`20261127`) is none.
pub fn article_numbers(address: &str) -> impl Iterator<Item = &str> {
    let is_day = |digits: &str| {
        matches!(digits.len(), 6 | 8) && (digits.starts_with("20") || digits.starts_with("19"))
    };
    numbers_after_host(address).filter(move |digits| digits.len() >= DIGITS_OF_ARTICLE && !is_day(digits))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host().is_some()
}

/// Returns whether an absolute address can be published unchanged: it begins with `http://` or `https://`, and has no
/// character that would end it early in text or markup.
fn is_clean(text: &str) -> bool {
    has_web_scheme(text)
        && (text.bytes().all(|byte| matches!(byte, b'!'..=b'~') && !b"<>\"\\`".contains(&byte))
            || !text.chars().any(ends_address_early))
}

/// Returns whether a character would end an address early in text or markup.
fn ends_address_early(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '`')
}

#[cfg(test)]
mod tests;
