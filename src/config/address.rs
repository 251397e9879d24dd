//! How a source is reached: its address, the headers and the user name that go with a request, its proxy.

use std::path::Path;

use toml::Spanned;
use toml::de::DeValue;
use url::Url;

use super::report::{Flaw, Report};
use super::section::{Section, blame};
use super::values::{self, Read};
use crate::model::{Location, Proxy, RedactedUrl, Secret};

/// Bytes of an address: what servers commonly take.
const LONGEST_URL: usize = 8_000;
/// Headers of one source, and bytes of one value: far below what servers refuse.
const MOST_HEADERS: usize = 32;
const LONGEST_HEADER: usize = 4_096;

/// Headers that a request needs as they are: the connection's own (RFC 9110 §7.6.1, RFC 9112 §6.1), and those
/// by which riverd asks whether a document changed and how it may be packed.
const OWN_HEADERS: [&str; 15] = [
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

/// `http:`, `https:`, or `file:` with a path (relative ones from `folder`). No message holds the address itself.
pub(super) fn location(value: &DeValue<'_>, folder: &Path) -> Read<Location> {
    parse(values::text(value)?, folder)
}

/// What [`location`] makes of a text, which may be given on the command line too.
pub(super) fn parse(text: &str, folder: &Path) -> Read<Location> {
    let text = text.trim();
    if text.len() > LONGEST_URL {
        return Err(Flaw::new(format!("has {} bytes; at most {LONGEST_URL} are taken", text.len())));
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    if scheme.as_deref() == Some("file") {
        return file(text, folder);
    }
    let url = Url::parse(text).map_err(|error| not_a_url(text, error))?;
    match url.scheme() {
        "http" | "https" => {
            let mut url = url;
            // It is never sent (RFC 9110 §4.2.5), so it makes no other document.
            url.set_fragment(None);
            Ok(Location::Http(url))
        }
        "feed" => {
            let hint = "write `https://` for `feed://` or `feed:`";
            Err(Flaw::with_hint("has the scheme `feed`, which is no way to fetch", hint))
        }
        other => {
            let message =
                format!("has the scheme `{}`; `http`, `https` and `file` are known", values::clip(other));
            Err(Flaw::new(message))
        }
    }
}

/// `file:/absolute`, `file:///absolute`, `file:relative`; `%20` and the like as they are written.
fn file(text: &str, folder: &Path) -> Read<Location> {
    let (_, path) = text.split_once(':').unwrap_or_default();
    let path = match path.strip_prefix("//") {
        // RFC 8089: an authority of nothing or `localhost` is this machine.
        Some(rest) if rest.starts_with('/') => rest,
        Some(rest) if rest.starts_with("localhost/") => rest.trim_start_matches("localhost"),
        Some(_) => {
            let hint = "write `file:feeds/a.xml` for a path relative to feeds.toml, or `file:///srv/a.xml`";
            return Err(Flaw::with_hint("names a file on another host", hint));
        }
        None => path,
    };
    if path.is_empty() || path.contains('\0') {
        return Err(Flaw::with_hint("names no file", "write `file:feeds/a.xml` or `file:/srv/feeds/a.xml`"));
    }
    Ok(Location::File(tidy(&folder.join(path))))
}

/// Without `.` and without doubled slashes, so that one file has one address. `..` stays: behind a symbolic link
/// it is not what it looks like.
fn tidy(path: &Path) -> std::path::PathBuf {
    path.components().collect()
}

fn not_a_url(text: &str, error: url::ParseError) -> Flaw {
    match error {
        url::ParseError::RelativeUrlWithoutBase
            if text.contains('.') && !text.contains(char::is_whitespace) =>
        {
            Flaw::with_hint("has no scheme", "start it with `https://`, or with `file:` for a file")
        }
        url::ParseError::RelativeUrlWithoutBase => {
            Flaw::with_hint("is no address", "write `https://example.org/feed.xml`, or `file:feeds/a.xml`")
        }
        other => Flaw::new(format!("is no address: {other}")),
    }
}

/// Keeps what may be secret in an address out of the lines that are shown.
pub(super) fn hide_secrets(value: &Spanned<DeValue<'_>>, report: &mut Report<'_>) {
    let Some(text) = value.get_ref().as_str() else { return };
    match Url::parse(text.trim()) {
        Ok(url) if url.has_host() => {
            let shown = RedactedUrl(&url).to_string();
            if shown != url.as_str() {
                report.hide_as(value.span(), format!("\"{shown}\""));
            }
        }
        Err(_) if text.contains(['@', '?']) => report.hide(value),
        _ => {}
    }
}

/// The `headers` of a source; wrong ones are reported, and no value is ever shown.
pub(super) fn headers(section: &Section<'_, '_>, report: &mut Report<'_>) -> Vec<(String, Secret)> {
    const KEY: &str = "headers";
    let Some(value) = section.get(KEY) else { return Vec::new() };
    report.hide(value);
    let DeValue::Table(table) = value.get_ref() else {
        let message = format!("must be a table, not {}", values::kind(value.get_ref()));
        blame(report, KEY, value.span(), Flaw::with_hint(message, "write `headers = { \"X-Key\" = \"…\" }`"));
        return Vec::new();
    };
    if table.len() > MOST_HEADERS {
        let flaw = Flaw::new(format!("holds {} headers; at most {MOST_HEADERS} are taken", table.len()));
        blame(report, KEY, value.span(), flaw);
        return Vec::new();
    }
    let mut all: Vec<(String, Secret)> = Vec::with_capacity(table.len());
    for (name, value) in table {
        let written = name.get_ref().as_ref();
        if let Err(flaw) = header_name(written, section) {
            blame(report, KEY, name.span(), flaw);
        } else if all.iter().any(|(known, _)| known.eq_ignore_ascii_case(written)) {
            let flaw = Flaw::new(format!("holds `{written}` twice: case makes no difference"));
            blame(report, KEY, name.span(), flaw);
        } else {
            match header_value(value.get_ref()) {
                Ok(secret) => all.push((written.to_owned(), secret)),
                Err(flaw) => blame(report, KEY, value.span(), flaw),
            }
        }
    }
    all
}

fn header_name(name: &str, section: &Section<'_, '_>) -> Read<()> {
    // RFC 9110 §5.6.2: a token.
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || name.len() > 200 || !name.chars().all(fits) {
        return Err(Flaw::new(format!("holds `{}`, which is no header's name", values::clip(name))));
    }
    let lower = name.to_ascii_lowercase();
    if OWN_HEADERS.contains(&lower.as_str()) {
        return Err(Flaw::new(format!("holds `{name}`, which riverd sets itself")));
    }
    if lower == "authorization" && section.get("username").is_some() {
        return Err(Flaw::with_hint("holds `Authorization` beside `username`", "remove one of the two"));
    }
    Ok(())
}

fn header_value(value: &DeValue<'_>) -> Read<Secret> {
    let Some(text) = value.as_str() else {
        return Err(Flaw::with_hint(
            format!("holds {} where a header's value must be a string", values::kind(value)),
            "write it in quotes",
        ));
    };
    // RFC 9110 §5.5: no control characters; a line end would start a header of someone else's choice.
    if text.len() > LONGEST_HEADER || text.chars().any(|c| c.is_control() && c != '\t') {
        let message =
            format!("holds a value with control characters, or of more than {LONGEST_HEADER} bytes");
        return Err(Flaw::new(message));
    }
    Ok(Secret::new(text.trim().to_owned()))
}

/// For HTTP Basic (RFC 7617 §2: no colon, no control characters).
pub(super) fn username(value: &DeValue<'_>) -> Read<String> {
    let name = values::line(value, 256)?;
    if name.contains(':') {
        return Err(Flaw::new("must hold no colon: HTTP Basic could not tell it from the password"));
    }
    Ok(name)
}

/// `http`, `https`, `socks5` (names are looked up here) or `socks5h` (by the proxy), with a host.
pub(super) fn proxy(value: &DeValue<'_>) -> Read<Proxy> {
    const HINT: &str = "write `socks5://127.0.0.1:9050` or `http://proxy.example.org:3128`";
    let text = values::text(value)?.trim();
    let url = Url::parse(text).map_err(|_| Flaw::with_hint("is no address", HINT))?;
    let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
    if !known || !url.has_host() || text.len() > LONGEST_URL {
        return Err(Flaw::with_hint("must be an `http`, `https`, `socks5` or `socks5h` address", HINT));
    }
    Ok(Proxy(Secret::new(text.to_owned())))
}
