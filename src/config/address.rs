//! Reads how a source is reached: its address, request headers, user name and proxy.

use std::path::Path;

use toml::de::DeValue;
use url::Url;

use super::diagnostics::Diagnostics;
use super::problem::{Problem, ValueResult};
use super::section::Section;
use super::values;
use crate::model::{Location, Proxy, Secret};

/// Maximum length of an address in bytes. Common servers refuse longer ones.
const MAX_URL_BYTES: usize = 8_000;
/// Maximum number of headers of one source.
const MAX_HEADERS: usize = 32;
/// Maximum length of one header value in bytes. Common servers accept more.
const MAX_HEADER_VALUE_BYTES: usize = 4_096;

/// Headers that a source can't set: they belong to the connection or to the framing of the message (RFC 9110 §7.6.1,
/// RFC 9112 §6.1), or would change what riverd asks for (conditions, ranges, codings).
const RESERVED_HEADERS: [&str; 15] = [
    "accept-encoding",
    "a-im",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Reads the address of a source: `http:`, `https:`, or `file:` with a path. Relative paths start at `folder`. No error
/// message contains the address itself, which may hold a secret.
pub(super) fn location(value: &DeValue<'_>, folder: &Path) -> ValueResult<Location> {
    parse_location(values::string(value)?, folder)
}

/// Parses the text of an address by the rules of [`location`]. The text may also come from the command line.
pub(super) fn parse_location(text: &str, folder: &Path) -> ValueResult<Location> {
    let text = text.trim();
    if text.len() > MAX_URL_BYTES {
        return Err(Problem::new(format!("has {} bytes; at most {MAX_URL_BYTES} are allowed", text.len())));
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    if scheme.as_deref() == Some("file") {
        return file_location(text, folder);
    }
    let url = Url::parse(text).map_err(|error| url_problem(text, error))?;
    match url.scheme() {
        "http" | "https" => {
            let mut url = url;
            // A fragment is never sent (RFC 9110 §4.2.5), so addresses that differ in it name one document.
            url.set_fragment(None);
            Ok(Location::Http(url))
        }
        "feed" => {
            let hint = "write `https://` for `feed://` or `feed:`";
            Err(Problem::with_hint("has the scheme `feed`, which can't be fetched", hint))
        }
        other => {
            let message = format!(
                "has the scheme `{}`; only `http`, `https` and `file` are supported",
                values::shorten(other)
            );
            Err(Problem::new(message))
        }
    }
}

/// Parses `file:/absolute`, `file:///absolute` or `file:relative`. Percent-encoding, such as `%20`, is not decoded.
fn file_location(text: &str, folder: &Path) -> ValueResult<Location> {
    let (_, path) = text.split_once(':').unwrap_or_default();
    let path = match path.strip_prefix("//") {
        // RFC 8089: an empty authority and `localhost` both mean this machine.
        Some(rest) if rest.starts_with('/') => rest,
        Some(rest) if rest.starts_with("localhost/") => rest.trim_start_matches("localhost"),
        Some(_) => {
            let hint = "write `file:feeds/a.xml` for a path relative to feeds.toml, or `file:///srv/a.xml`";
            return Err(Problem::with_hint("names a file on another host", hint));
        }
        None => path,
    };
    if path.is_empty() || path.contains('\0') {
        return Err(Problem::with_hint(
            "does not name a file",
            "write `file:feeds/a.xml` or `file:/srv/feeds/a.xml`",
        ));
    }
    Ok(Location::File(without_redundant_parts(&folder.join(path))))
}

/// Removes `.` and doubled slashes, so that one file has one address. `..` stays, because after a symbolic link it may
/// lead somewhere else than the path suggests.
fn without_redundant_parts(path: &Path) -> std::path::PathBuf {
    path.components().collect()
}

fn url_problem(text: &str, error: url::ParseError) -> Problem {
    match error {
        url::ParseError::RelativeUrlWithoutBase
            if text.contains('.') && !text.contains(char::is_whitespace) =>
        {
            Problem::with_hint("has no scheme", "start it with `https://`, or with `file:` for a file")
        }
        url::ParseError::RelativeUrlWithoutBase => Problem::with_hint(
            "is not an address",
            "write `https://example.org/feed.xml`, or `file:feeds/a.xml`",
        ),
        other => Problem::new(format!("is not an address: {other}")),
    }
}

/// Reads the `headers` of a source. Wrong ones are reported; error messages never show a value.
pub(super) fn headers(section: &Section<'_, '_>, diagnostics: &mut Diagnostics<'_>) -> Vec<(String, Secret)> {
    const KEY: &str = "headers";
    let Some(value) = section.get(KEY) else { return Vec::new() };
    diagnostics.hide(value);
    let DeValue::Table(table) = value.get_ref() else {
        let message = format!("must be a table, not {}", values::type_of(value.get_ref()));
        diagnostics.add_for_key(
            KEY,
            value.span(),
            Problem::with_hint(message, "write `headers = { \"X-Key\" = \"…\" }`"),
        );
        return Vec::new();
    };
    if table.len() > MAX_HEADERS {
        let problem =
            Problem::new(format!("contains {} headers; at most {MAX_HEADERS} are allowed", table.len()));
        diagnostics.add_for_key(KEY, value.span(), problem);
        return Vec::new();
    }
    let mut headers: Vec<(String, Secret)> = Vec::with_capacity(table.len());
    for (name, value) in table {
        let header = name.get_ref().as_ref();
        if let Err(problem) = header_name(header, section) {
            diagnostics.add_for_key(KEY, name.span(), problem);
        } else if headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(header)) {
            let problem = Problem::new(format!("contains `{header}` twice: case is ignored"));
            diagnostics.add_for_key(KEY, name.span(), problem);
        } else {
            match header_value(header, value.get_ref()) {
                Ok(secret) => headers.push((header.to_owned(), secret)),
                Err(problem) => diagnostics.add_for_key(KEY, value.span(), problem),
            }
        }
    }
    headers
}

fn header_name(name: &str, section: &Section<'_, '_>) -> ValueResult<()> {
    // RFC 9110 §5.6.2: a header name is a token.
    let is_token_character = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || name.len() > 200 || !name.chars().all(is_token_character) {
        return Err(Problem::new(format!(
            "contains `{}`, which is not a valid header name",
            values::shorten(name)
        )));
    }
    let lower = name.to_ascii_lowercase();
    if RESERVED_HEADERS.contains(&lower.as_str()) {
        return Err(Problem::new(format!(
            "contains `{name}`, which is reserved for riverd and the connection"
        )));
    }
    if lower == "authorization" && section.get("username").is_some() {
        return Err(Problem::with_hint(
            "contains `Authorization`, but `username` is given too",
            "remove one of the two",
        ));
    }
    Ok(())
}

fn header_value(name: &str, value: &DeValue<'_>) -> ValueResult<Secret> {
    let Some(text) = value.as_str() else {
        return Err(Problem::with_hint(
            format!("contains {}, but a header value must be a string", values::type_of(value)),
            "write it in quotes",
        ));
    };
    // RFC 9110 §5.5 forbids control characters; a line break would let the value add another header.
    if text.len() > MAX_HEADER_VALUE_BYTES || text.chars().any(|c| c.is_control() && c != '\t') {
        return Err(Problem::new(format!(
            "contains a value for `{name}` with control characters or with more than {MAX_HEADER_VALUE_BYTES} bytes"
        )));
    }
    Ok(Secret::new(text.trim().to_owned()))
}

/// Reads a user name for HTTP Basic (RFC 7617 §2: no colon, no control characters).
pub(super) fn username(value: &DeValue<'_>) -> ValueResult<String> {
    let name = values::single_line(value, 256)?;
    if name.contains(':') {
        return Err(Problem::new("must not contain a colon: HTTP Basic uses it to separate the password"));
    }
    Ok(name)
}

/// Reads a proxy address with a host: `http`, `https`, `socks5` (riverd looks names up) or `socks5h` (the proxy does).
pub(super) fn proxy(value: &DeValue<'_>) -> ValueResult<Proxy> {
    const HINT: &str = "write `socks5://127.0.0.1:9050` or `http://proxy.example.org:3128`";
    let text = values::string(value)?.trim();
    let url = Url::parse(text).map_err(|_| Problem::with_hint("is not an address", HINT))?;
    let is_supported_scheme = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
    if !is_supported_scheme || !url.has_host() || text.len() > MAX_URL_BYTES {
        return Err(Problem::with_hint("must be an `http`, `https`, `socks5` or `socks5h` address", HINT));
    }
    Ok(Proxy(Secret::new(text.to_owned())))
}
