//! Known sites, whose feeds have addresses that follow a rule, so that their pages need not be searched. All functions here are
//! pure.

use url::Url;

use super::FoundFeed;

/// Known sites: their hosts, their pages, and the feeds of each page.
///
/// The first site whose host matches is used, with the first of its pages that matches. Several hosts or pages are separated by
/// blanks.
///
/// * Host, without `www.`. `*.example.org` is each host below it. `*.blogspot.*` is each host with that label as its second.
///   `*` is any host.
/// * Page: a path. `{name}` stands for one segment, or for what follows a fixed beginning of one: `@{who}`. `*` stands for all
///   further segments. `?list` requires a query parameter of that name. A `{number}` consists of digits. A `{repo}` loses its
///   `.git`.
/// * Feeds, the most specific first: addresses, relative to the page, and titles (`""` if there is none). `{name}`, `{list}`
///   and `{*}` (with its slashes) are replaced by their values.
const SITES: &[(&str, &[Page])] = &[
    (
        "youtube.com m.youtube.com",
        // The page of a handle (`/@name`) announces its feed itself.
        &[
            (
                "/playlist/*?list /watch/*?list",
                &[("https://www.youtube.com/feeds/videos.xml?playlist_id={list}", "")],
            ),
            ("/channel/{id}/*", &[("https://www.youtube.com/feeds/videos.xml?channel_id={id}", "")]),
            ("/user/{name}/*", &[("https://www.youtube.com/feeds/videos.xml?user={name}", "")]),
        ],
    ),
    (
        "github.com",
        &[
            (
                "/{owner}/{repo}",
                &[
                    ("https://github.com/{owner}/{repo}/releases.atom", "{owner}/{repo}: releases"),
                    ("https://github.com/{owner}/{repo}/tags.atom", "{owner}/{repo}: tags"),
                    ("https://github.com/{owner}/{repo}/commits.atom", "{owner}/{repo}: commits"),
                ],
            ),
            (
                "/{owner}/{repo}/releases/*",
                &[("https://github.com/{owner}/{repo}/releases.atom", "{owner}/{repo}: releases")],
            ),
            (
                "/{owner}/{repo}/tags/*",
                &[("https://github.com/{owner}/{repo}/tags.atom", "{owner}/{repo}: tags")],
            ),
            (
                "/{owner}/{repo}/commits/*",
                &[("https://github.com/{owner}/{repo}/commits{*}.atom", "{owner}/{repo}: commits")],
            ),
            ("/{who}", &[("https://github.com/{who}.atom", "{who}")]),
        ],
    ),
    (
        "gitlab.com",
        &[(
            "/{owner}/{repo} /{owner}/{repo}/-/*",
            &[
                ("https://gitlab.com/{owner}/{repo}/-/releases.atom", "{owner}/{repo}: releases"),
                ("https://gitlab.com/{owner}/{repo}/-/tags?format=atom", "{owner}/{repo}: tags"),
            ],
        )],
    ),
    (
        "codeberg.org",
        &[
            (
                "/{owner}/{repo} /{owner}/{repo}/releases/*",
                &[("https://codeberg.org/{owner}/{repo}/releases.rss", "{owner}/{repo}: releases")],
            ),
            ("/{who}", &[("https://codeberg.org/{who}.rss", "{who}")]),
        ],
    ),
    (
        "medium.com",
        &[
            ("/feed/*", &[]),
            ("/tag/{tag}/*", &[("https://medium.com/feed/tag/{tag}", "{tag}")]),
            ("/{who}/*", &[("https://medium.com/feed/{who}", "{who}")]),
        ],
    ),
    (
        "stackoverflow.com",
        &[
            ("/questions/tagged/{tag}/*", &[("https://stackoverflow.com/feeds/tag/{tag}", "{tag}")]),
            ("/questions/{number}/*", &[("https://stackoverflow.com/feeds/question/{number}", "")]),
        ],
    ),
    (
        "reddit.com old.reddit.com new.reddit.com",
        &[
            ("/r/{name}", &[("https://www.reddit.com/r/{name}/.rss", "r/{name}")]),
            ("/u/{name} /user/{name}", &[("https://www.reddit.com/user/{name}/.rss", "u/{name}")]),
        ],
    ),
    ("news.ycombinator.com", &[("/", &[("https://news.ycombinator.com/rss", "Hacker News")])]),
    ("lobste.rs", &[("/", &[("https://lobste.rs/rss", "Lobsters")])]),
    ("arxiv.org", &[("/list/{subject}/*", &[("https://rss.arxiv.org/rss/{subject}", "{subject}")])]),
    ("bsky.app", &[("/profile/{who}/*", &[("https://bsky.app/profile/{who}/rss", "{who}")])]),
    ("crates.io", &[("/crates/{name}/*", &[("https://static.crates.io/rss/crates/{name}.xml", "{name}")])]),
    ("pypi.org", &[("/project/{name}/*", &[("https://pypi.org/rss/project/{name}/releases.xml", "{name}")])]),
    ("letterboxd.com", &[("/{who}", &[("https://letterboxd.com/{who}/rss/", "{who}")])]),
    ("dev.to", &[("/{who}", &[("https://dev.to/feed/{who}", "{who}")])]),
    ("vimeo.com", &[("/{who}", &[("https://vimeo.com/{who}/videos/rss", "{who}")])]),
    // Platforms that give each user a separate host.
    ("*.substack.com *.medium.com", &[("/*", &[("/feed", "")])]),
    ("*.tumblr.com", &[("/*", &[("/rss", "")])]),
    ("*.wordpress.com", &[("/*", &[("/feed/", "")])]),
    ("*.blogspot.*", &[("/*", &[("/feeds/posts/default", "")])]),
    // Mastodon and compatible servers, which anyone may run.
    ("*", &[("/@{who}", &[("/@{who}.rss", "@{who}")])]),
];

/// Patterns of pages, and the address and title of each feed that these pages have.
type Page = (&'static str, &'static [(&'static str, &'static str)]);

/// Returns the feeds of a page of a known site, the most specific first. Empty for other sites and pages.
pub(super) fn feeds_of(page: &Url) -> Vec<FoundFeed> {
    let host = page.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let site = SITES.iter().find(|(hosts, _)| hosts.split(' ').any(|pattern| is_host(host, pattern)));
    let found = site.and_then(|(_, pages)| {
        pages.iter().find_map(|(patterns, feeds)| {
            Some((patterns.split(' ').find_map(|pattern| match_page(page, pattern))?, *feeds))
        })
    });
    let (parts, feeds) = found.unwrap_or_default();
    let feed_of = |(address, title): &(&str, &str)| {
        let title = Some(fill_in(title, &parts)).filter(|title| !title.is_empty());
        Some(FoundFeed { url: page.join(&fill_in(address, &parts)).ok()?, title })
    };
    feeds.iter().filter_map(feed_of).collect()
}

fn is_host(host: &str, pattern: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(label) if label.ends_with(".*") => host.split('.').nth(1) == label.strip_suffix(".*"),
        Some(parent) => host.strip_suffix(parent).is_some_and(|user| user.ends_with('.')),
        None => pattern == "*" || pattern == host,
    }
}

/// Matches `page` against `pattern`. Returns the values of the names in the pattern, or `None` if the page does not
/// match.
fn match_page(page: &Url, pattern: &'static str) -> Option<Vec<(&'static str, String)>> {
    let mut parts = Vec::new();
    let (path, parameter) = pattern.split_once('?').unwrap_or((pattern, ""));
    if !parameter.is_empty() {
        // The value stays encoded, as the segments do: a decoded one could add parameters to the address of the feed.
        let pairs = page.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.into_iter().find(|(key, _)| *key == parameter)?;
        parts.push((parameter, value.to_owned()));
    }
    let mut segments = page.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty());
    for expected in path.split('/').filter(|expected| !expected.is_empty()) {
        if expected == "*" {
            parts.push(("*", segments.by_ref().flat_map(|segment| ["/", segment]).collect()));
            continue;
        }
        let segment = segments.next()?;
        let Some((beginning, name)) = expected.strip_suffix('}').and_then(|part| part.split_once('{')) else {
            (segment == expected).then_some(())?;
            continue;
        };
        let part = segment.strip_prefix(beginning).filter(|part| !part.is_empty())?;
        let part = match name {
            "number" if !part.bytes().all(|byte| byte.is_ascii_digit()) => return None,
            "repo" => part.trim_end_matches(".git"),
            _ => part,
        };
        parts.push((name, part.to_owned()));
    }
    segments.next().is_none().then_some(parts)
}

fn fill_in(template: &str, parts: &[(&str, String)]) -> String {
    parts.iter().fold(template.to_owned(), |text, (name, part)| text.replace(&format!("{{{name}}}"), part))
}

/// Returns whether an address looks like that of a feed (of the whole site or of one category). Such an address is tried before
/// the rule of its site.
pub(super) fn looks_like_a_feed(address: &Url) -> bool {
    let is_format = |word: &str| matches!(word, "rss" | "rss2" | "atom" | "rdf" | "xml" | "json");
    let is_feed = |part: &str| {
        let end = part.rsplit('.').next().unwrap_or_default();
        matches!(part, "feed" | "feeds") || is_format(end)
    };
    address.path_segments().into_iter().flatten().any(is_feed)
        || address.query_pairs().any(|(_, value)| is_format(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeds(page: &str) -> Vec<String> {
        feeds_of(&Url::parse(page).unwrap()).into_iter().map(|feed| feed.url.to_string()).collect()
    }

    #[test]
    fn pages_of_known_sites_have_the_feeds_of_their_rules() {
        let expected = [
            (
                "https://www.youtube.com/channel/UCabc/videos",
                "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc",
            ),
            (
                "https://youtube.com/playlist?list=PLx&y=z",
                "https://www.youtube.com/feeds/videos.xml?playlist_id=PLx",
            ),
            (
                "https://youtube.com/watch?v=1&list=PLx%26channel_id%3Dy%23z",
                "https://www.youtube.com/feeds/videos.xml?playlist_id=PLx%26channel_id%3Dy%23z",
            ),
            ("https://www.reddit.com/r/rust/", "https://www.reddit.com/r/rust/.rss"),
            ("https://github.com/rust-lang/rust", "https://github.com/rust-lang/rust/releases.atom"),
            ("https://github.com/o/r.git", "https://github.com/o/r/releases.atom"),
            ("https://codeberg.org/o/r.git", "https://codeberg.org/o/r/releases.rss"),
            ("https://github.com/o/r/commits/main", "https://github.com/o/r/commits/main.atom"),
            ("https://github.com/someone", "https://github.com/someone.atom"),
            ("https://mastodon.social/@Gargron", "https://mastodon.social/@Gargron.rss"),
            ("https://medium.com/@someone/a-story-1", "https://medium.com/feed/@someone"),
            ("https://letter.substack.com/p/issue-1", "https://letter.substack.com/feed"),
            ("https://pics.tumblr.com/", "https://pics.tumblr.com/rss"),
            (
                "https://diary.blogspot.co.uk/2020/01/x.html",
                "https://diary.blogspot.co.uk/feeds/posts/default",
            ),
            ("https://diary.wordpress.com/about/", "https://diary.wordpress.com/feed/"),
            (
                "https://stackoverflow.com/questions/tagged/rust?tab=new",
                "https://stackoverflow.com/feeds/tag/rust",
            ),
            ("https://crates.io/crates/serde", "https://static.crates.io/rss/crates/serde.xml"),
        ];
        for (page, feed) in expected {
            assert_eq!(feeds(page).first().map(String::as_str), Some(feed), "{page}");
        }
        assert_eq!(feeds("https://github.com/rust-lang/rust").len(), 3);
    }

    #[test]
    fn other_pages_have_no_feeds_by_rule() {
        for page in [
            "https://example.org/",
            "https://www.youtube.com/@handle",
            "https://github.com/",
            "https://example.org/@",
            "https://www.reddit.com/r/rust/comments/1/x/",
            "https://notgithub.com/a/b",
        ] {
            assert_eq!(feeds(page), Vec::<String>::new(), "{page}");
        }
    }

    #[test]
    fn an_address_that_looks_like_a_feed_is_recognised() {
        for feed in [
            "https://www.reddit.com/r/rust.rss",
            "https://www.reddit.com/r/rust/.rss",
            "https://www.reddit.com/user/joe.rss",
            "https://github.com/o.atom",
            "https://github.com/o/r.atom",
            "https://github.com/o/r/commits/main.atom",
            "https://gitlab.com/o/r.atom",
            "https://gitlab.com/o/r/-/tags?format=atom",
            "https://codeberg.org/o.rss",
            "https://dev.to/feed",
            "https://pics.tumblr.com/tagged/cats/rss",
            "https://diary.wordpress.com/category/a/feed/",
            "https://mastodon.social/@Gargron.rss",
        ] {
            assert!(looks_like_a_feed(&Url::parse(feed).unwrap()), "{feed}");
        }
        for page in [
            "https://github.com/rust-lang/rust",
            "https://mastodon.social/@Gargron",
            "https://letterboxd.com/film",
        ] {
            assert!(!looks_like_a_feed(&Url::parse(page).unwrap()), "{page}");
        }
    }
}
