//! Finds the usual address of a page from its other addresses: mobile and AMP forms, and other hosts of the same site.

use std::borrow::Cow;

use super::domain::registrable_domain_of_name;

/// Removes `www.`, `m.`, `mobile.` and `amp.` from the front of `host`, as long as a registrable domain is left:
/// `m.co.uk` and `amp.dev` are separate sites. Also removes the `m` of Wikimedia's mobile hosts.
pub(super) fn desktop_host(host: &str) -> Cow<'_, str> {
    let mut rest = host;
    while let Some((label, shorter)) = rest.split_once('.') {
        let is_prefix = matches!(label, "www" | "m" | "mobile" | "amp");
        if !is_prefix || registrable_domain_of_name(shorter).is_none() {
            break;
        }
        rest = shorter;
    }
    // Wikimedia puts the `m` after the language: `de.m.wikipedia.org`.
    match rest.split_once(".m.") {
        Some((language, site)) if site.starts_with("wik") => Cow::Owned(format!("{language}.{site}")),
        _ => Cow::Borrowed(rest),
    }
}

/// Returns the path of the page whose AMP form has `path`: `/story` for `/story/amp`, `/story/amp/1`, `/story.amp` and
/// `/amp/story`, and `/story.html` for `/story.amp.html`. Any other path is returned as it is. `path` must have no trailing
/// slash.
pub(super) fn without_amp(path: &str) -> Cow<'_, str> {
    if let Some(page) = path.strip_suffix(".amp.html").filter(|page| is_page(page)) {
        return Cow::Owned(format!("{page}.html"));
    }
    let ending = ["/amp", "/amp/1", ".amp"].iter().find_map(|ending| path.strip_suffix(ending));
    let beginning = path.strip_prefix("/amp").filter(|page| page.starts_with('/'));
    // `/amp` alone is an ordinary page.
    Cow::Borrowed(ending.or(beginning).filter(|page| is_page(page)).unwrap_or(path))
}

fn is_page(path: &str) -> bool {
    !path.trim_end_matches('/').is_empty()
}

/// Returns the usual address of a page that a site serves under several addresses: forms that contain the page's id
/// (`youtu.be/ID`, `/shorts/ID`), and other hosts of the same site. Knows only the few sites whose addresses feeds often
/// mix. Returns `None` for all other sites, and for the usual address itself. `host` must come from [`desktop_host`].
pub(super) fn usual_address(host: &str, path: &str, query: &str) -> Option<String> {
    // These names may stand in the place of the id of a video. The address then leads to a player, whose query says what it
    // plays.
    let is_video = |id: &&str| !matches!(*id, "" | "videoseries" | "live_stream" | "playlist");
    let first = |prefix: &str| path.strip_prefix(prefix)?.split('/').next().filter(is_video);
    let video = |id: &str| format!("https://youtube.com/watch?v={id}");
    match host {
        "youtu.be" => first("/").map(video),
        "youtube.com" | "youtube-nocookie.com" => {
            ["/shorts/", "/embed/", "/live/", "/v/"].iter().find_map(|form| first(form)).map(video)
        }
        "arxiv.org" => arxiv_abstract(path),
        "dx.doi.org" => Some(with_host("doi.org", path, query)),
        // A DOI ignores case (DOI Handbook §2.4).
        "doi.org" if path.contains(|c: char| c.is_ascii_uppercase()) => {
            Some(with_host(host, &path.to_ascii_lowercase(), query))
        }
        "medium.com" => medium_post(path),
        "music.youtube.com" => Some(with_host("youtube.com", path, query)),
        "edition.cnn.com" | "us.cnn.com" => Some(with_host("cnn.com", path, query)),
        // Both hosts have the pages of these two sections.
        "bbc.co.uk" if path.starts_with("/news/") || path.starts_with("/sport/") => {
            Some(with_host("bbc.com", path, query))
        }
        // The page of a single post, in the list for browsers without the program.
        "t.me" => path.strip_prefix("/s/").map(|post| with_host("t.me", &format!("/{post}"), query)),
        "ncbi.nlm.nih.gov" => path
            .strip_prefix("/pubmed/")
            .map(|id| with_host("pubmed.ncbi.nlm.nih.gov", &format!("/{id}"), query)),
        host if host.ends_with(".wikipedia.org") => wiki_page(host, path, query),
        "twitter.com" => Some(with_host("x.com", path, query)),
        "old.reddit.com" | "new.reddit.com" | "np.reddit.com" => Some(with_host("reddit.com", path, query)),
        _ => None,
    }
}

/// Returns the address of the abstract of a paper, for that of its file or of one of its versions: `/pdf/2611.00001v2`.
fn arxiv_abstract(path: &str) -> Option<String> {
    let (form, paper) = path.strip_prefix('/')?.split_once('/')?;
    let paper = paper.strip_suffix(".pdf").unwrap_or(paper);
    let unversioned = paper.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('v').unwrap_or(paper);
    let is_paper = unversioned.ends_with(|c: char| c.is_ascii_digit());
    let is_other = form != "abs" || unversioned != paper;
    (["abs", "pdf", "html"].contains(&form) && is_paper && is_other)
        .then(|| format!("https://arxiv.org/abs/{unversioned}"))
}

/// Returns the usual address of a page of Wikipedia, for that of the program: `/w/index.php?title=Fern`. An old version of a
/// page, its history and the like have more parameters, and are other pages.
fn wiki_page(host: &str, path: &str, query: &str) -> Option<String> {
    let title = query.strip_prefix("title=").filter(|title| path == "/w/index.php" && !title.is_empty())?;
    (!title.contains('&')).then(|| format!("https://{host}/wiki/{title}"))
}

/// Returns the short address of a post of Medium, for one that ends in its id: `/@author/title-0a1b2c3d4e5f`.
fn medium_post(path: &str) -> Option<String> {
    let (directory, name) = path.trim_end_matches('/').rsplit_once('/')?;
    let (_, id) = name.rsplit_once('-')?;
    let is_id = (11..=12).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && !directory.is_empty()).then(|| format!("https://medium.com/p/{id}"))
}

fn with_host(host: &str, path: &str, query: &str) -> String {
    let question = if query.is_empty() { "" } else { "?" };
    format!("https://{host}{path}{question}{query}")
}
