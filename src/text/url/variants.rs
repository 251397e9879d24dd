//! Other dresses of the same page: mobile and AMP forms, and hosts that are known to be one.

use std::borrow::Cow;

/// The host of the page that `host` serves in another is_variant: without `www.`, `m.`, `mobile.` and `amp.` in front, as
/// long as a registrable name is left (`m.co.uk` and `amp.dev` are sites of their own).
pub(super) fn desktop_host(host: &str) -> Cow<'_, str> {
    let mut rest = host;
    while let Some((label, shorter)) = rest.split_once('.') {
        let is_variant = matches!(label, "www" | "m" | "mobile" | "amp");
        if !is_variant || psl::domain_str(shorter).is_none() {
            break;
        }
        rest = shorter;
    }
    // `de.m.wikipedia.org`: Wikimedia puts the label in the middle.
    match rest.split_once(".m.") {
        Some((language, site)) if site.starts_with("wik") => Cow::Owned(format!("{language}.{site}")),
        _ => Cow::Borrowed(rest),
    }
}

/// The path of the page that an AMP path leads to: `/story/amp`, `/story/amp/1`, `/story.amp`, `/amp/story`, and
/// `/story.amp.html` of `/story.html`. The path comes without trailing slashes.
pub(super) fn without_amp(path: &str) -> Cow<'_, str> {
    if let Some(page) = path.strip_suffix(".amp.html").filter(|page| is_page(page)) {
        return Cow::Owned(format!("{page}.html"));
    }
    let ending = ["/amp", "/amp/1", ".amp"].iter().find_map(|ending| path.strip_suffix(ending));
    let beginning = path.strip_prefix("/amp").filter(|page| page.starts_with('/'));
    // `/amp` alone is a page about something else.
    Cow::Borrowed(ending.or(beginning).filter(|page| is_page(page)).unwrap_or(path))
}

fn is_page(path: &str) -> bool {
    !path.trim_end_matches('/').is_empty()
}

/// The usual address of a page on a host that has several: short links that carry the whole identity, and names that a
/// site has kept from earlier days. Only pairs that really occur side by side in feeds.
pub(super) fn known_alias(host: &str, path: &str, query: &str) -> Option<String> {
    // What these players play is named by the query.
    let is_video = |id: &&str| !matches!(*id, "" | "videoseries" | "live_stream" | "playlist");
    let first = |prefix: &str| path.strip_prefix(prefix)?.split('/').next().filter(is_video);
    let video = |id: &str| format!("https://youtube.com/watch?v={id}");
    match host {
        "youtu.be" => first("/").map(video),
        "youtube.com" | "youtube-nocookie.com" => {
            ["/shorts/", "/embed/", "/live/", "/v/"].iter().find_map(|form| first(form)).map(video)
        }
        "twitter.com" => Some(with_host("x.com", path, query)),
        "old.reddit.com" | "new.reddit.com" | "np.reddit.com" => Some(with_host("reddit.com", path, query)),
        _ => None,
    }
}

fn with_host(host: &str, path: &str, query: &str) -> String {
    let question = if query.is_empty() { "" } else { "?" };
    format!("https://{host}{path}{question}{query}")
}
