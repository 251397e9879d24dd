//! Computes the canonical form of an address, which is the same for all addresses of one page.

use std::borrow::Cow;

use url::Url;

use super::{MAX_LENGTH, aliases, is_clean, is_web, percent, redirectors, tracking::TrackingParameters};
use crate::model::CanonicalUrl;

/// How often the rules are applied again before an address is rejected as hostile. In real addresses at most three forms
/// are nested: a newsletter's redirector around a search engine's redirector around an AMP address.
const MAX_ROUNDS: usize = 10;

/// Names of the fragments that lead to one comment or message of a page: of WordPress, Drupal, GitHub, GitLab, Bugzilla, Jira,
/// phpBB, vBulletin, XenForo and mailing lists.
const COMMENT_NAMES: [&str; 14] = [
    "answer",
    "c",
    "comment",
    "commentaire",
    "discussion_r",
    "discussioncomment",
    "issuecomment",
    "kommentar",
    "message",
    "msg",
    "note",
    "p",
    "post",
    "reply",
];

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
/// - fragments, except `#!…` and `#/…`, which are separate pages, and those of one comment or message (`#comment-5`);
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
    let is_route = |fragment: &&str| fragment.len() > 1 && fragment.starts_with(['!', '/']);
    let route = fragment.filter(|fragment| is_route(fragment) || is_comment(fragment));
    let (hash, route) = route.map_or(("", ""), |route| ("#", route));
    let rest = percent::normalize(&format!("{path}{question}{query}{hash}{route}"));
    Some(format!("https://{host}{port}{rest}"))
}

/// Returns whether a fragment leads to one comment or message of a page: its name and number (`comment-5`, `issuecomment-5`,
/// `p99`). A feed of comments lists each of them as an entry of its own.
fn is_comment(fragment: &str) -> bool {
    let name = fragment.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() < fragment.len() && COMMENT_NAMES.contains(&name.trim_end_matches(['-', '_']))
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
