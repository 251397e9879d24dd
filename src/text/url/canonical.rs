//! Computes the canonical form of an address, which is the same for all addresses of one page.

use std::borrow::Cow;

use url::Url;

use super::{MAX_LENGTH, aliases, is_clean, is_web, percent, redirectors, tracking::TrackingParameters};
use crate::model::CanonicalUrl;

/// How often the rules are applied again before an address is rejected as hostile. In real addresses at most three forms
/// are nested: a newsletter's redirector around a search engine's redirector around an AMP address.
const MAX_ROUNDS: usize = 10;

/// Returns the canonical form of `url`. Returns `None` if it is not an http(s) address, has more than 8 KiB, or still
/// changes after [`MAX_ROUNDS`]. `feed_host` is the host of the feed that contains the address: a `ref=` parameter is
/// removed only if it names that host or its site.
///
/// These differences are removed:
///
/// - http and https, the default port, user names and passwords;
/// - upper and lower case in the host, `www.`, `m.`, `mobile.` and `amp.` in front of it, and a dot after it;
/// - slashes at the end of the path, `index.html` (also `.htm`, `.php` and `.shtml`), and session ids;
/// - tracking parameters and empty ones (`&&`);
/// - fragments, except `#!…` and `#/…`, which are separate pages, and those that name a part of a page by a number, such as a
///   comment ([`without_part`]);
/// - AMP forms and caches, redirectors with the target in their query, and other hosts and forms of a few sites
///   (`twitter.com` and `x.com`);
/// - different encodings of one character (`é`, `%C3%A9`, `%c3%a9`; RFC 3986 §6.2.2).
///
/// Otherwise path and query stay byte for byte, unless a character in them must be encoded. The rules are applied until they
/// change nothing, so a canonical form is its own canonical form.
pub fn canonical(url: &str, feed_host: Option<&str>, tracking: &TrackingParameters) -> Option<CanonicalUrl> {
    let mut current = apply_rules(url.trim(), feed_host, tracking)?;
    for _ in 0..MAX_ROUNDS {
        let next = apply_rules(&current, feed_host, tracking)?;
        if next == current {
            return Some(CanonicalUrl(current));
        }
        current = next;
    }
    None
}

/// Applies the rules once. A rule that gives a whole new address (a redirector's target, or the usual address of a page) is
/// applied alone.
fn apply_rules(url: &str, feed_host: Option<&str>, tracking: &TrackingParameters) -> Option<String> {
    if url.len() > MAX_LENGTH {
        return None;
    }
    let parsed = Url::parse(url).ok().filter(is_web)?;
    let text = if is_clean(url) { Cow::Borrowed(url) } else { Cow::Owned(parsed.to_string()) };
    let UrlParts { path, query, fragment } = UrlParts::of(&text)?;
    let host = parsed.host_str()?.trim_end_matches('.');
    let host = aliases::desktop_host(host);

    if let Some(target) = redirectors::target(&host, path, query) {
        return Some(target);
    }
    if let Some(usual) = aliases::usual_address(&host, path, query) {
        return Some(usual);
    }
    // The canonical scheme is https, whose default port is 443.
    let port = parsed.port().filter(|port| *port != 443).map(|port| format!(":{port}")).unwrap_or_default();
    let path = canonical_path(path);
    let query = tracking.strip(query, &host, feed_host);
    let question = if query.is_empty() { "" } else { "?" };
    let fragment = fragment.filter(|fragment| is_route(fragment) || names_part(fragment));
    let (hash, fragment) = fragment.map_or(("", ""), |fragment| ("#", fragment));
    let rest = percent::normalize(&format!("{path}{question}{query}{hash}{fragment}"));
    Some(format!("https://{host}{port}{rest}"))
}

/// Returns whether a fragment is the route of a program in the page.
fn is_route(fragment: &str) -> bool {
    fragment.len() > 1 && fragment.starts_with(['!', '/'])
}

/// Beginnings of fragments that have a number and name no part: where WordPress lets a text go on, and what a button for
/// sharing (ShareThis) adds.
const NO_PARTS: [&str; 2] = ["more-", "sthash"];

/// Returns whether a fragment names a part of a page by a number: a comment (`comment-5`), a post of a thread (`p99`), a
/// version (`v2-1`). Words do so for the sections of one article. A single digit is the revision that the BBC writes in its
/// guids, and parameters (`xtor=RSS-1`) and directives (`:~:text=`) say how a reader came.
fn names_part(fragment: &str) -> bool {
    fragment.len() > 1
        && fragment.starts_with(|c: char| c.is_ascii_alphanumeric())
        && fragment.contains(|c: char| c.is_ascii_digit())
        && !fragment.contains(['=', '~'])
        && !NO_PARTS.iter().any(|start| fragment.starts_with(start))
}

/// Returns a canonical address without the fragment that names a part of its page.
pub fn without_part(canonical: &str) -> &str {
    canonical.split_once('#').filter(|(_, part)| !is_route(part)).map_or(canonical, |(page, _)| page)
}

/// The parts of an address after the host and port, byte for byte.
struct UrlParts<'a> {
    path: &'a str,
    query: &'a str,
    fragment: Option<&'a str>,
}

impl<'a> UrlParts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (_, rest) = text.split_once("://")?;
        let (rest, fragment) =
            rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/");
        Some(Self { path, query, fragment })
    }
}

/// Removes the parts of a path that do not select another page: session ids, AMP forms, default documents, trailing slashes.
fn canonical_path(path: &str) -> Cow<'_, str> {
    let path = match path.rsplit_once(';') {
        Some((page, parameter)) if parameter.to_ascii_lowercase().starts_with("jsessionid=") => page,
        _ => path,
    };
    let path = match aliases::without_amp(path.trim_end_matches('/')) {
        Cow::Borrowed(path) => path,
        without_amp @ Cow::Owned(_) => return without_amp,
    };
    let path = match path.rsplit_once('/') {
        Some((directory, "index.html" | "index.htm" | "index.php" | "index.shtml")) => directory,
        _ => path,
    };
    let path = path.trim_end_matches('/');
    Cow::Borrowed(if path.is_empty() { "/" } else { path })
}
