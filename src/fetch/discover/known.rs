//! Sites whose feeds have addresses by rule, so that no page has to be searched for them. Pure.

use url::Url;

use super::FoundFeed;

/// The feeds that belong to a page of a well-known site; empty for other sites and pages. Most specific first.
pub(super) fn feeds_of(page: &Url) -> Vec<FoundFeed> {
    let host = page.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let path: Vec<&str> =
        page.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let found = match host {
        "youtube.com" | "m.youtube.com" => youtube(page, &path),
        "github.com" => github(&path),
        "medium.com" => medium(&path),
        "stackoverflow.com" => stack_overflow(&path),
        "reddit.com" | "old.reddit.com" | "new.reddit.com" => reddit(&path),
        "news.ycombinator.com" if path.is_empty() => one("https://news.ycombinator.com/rss", "Hacker News"),
        "lobste.rs" if path.is_empty() => one("https://lobste.rs/rss", "Lobsters"),
        "arxiv.org" => under(&path, "list", |subject| format!("https://rss.arxiv.org/rss/{subject}")),
        "bsky.app" => under(&path, "profile", |who| format!("https://bsky.app/profile/{who}/rss")),
        "crates.io" => {
            under(&path, "crates", |name| format!("https://static.crates.io/rss/crates/{name}.xml"))
        }
        "pypi.org" => {
            under(&path, "project", |name| format!("https://pypi.org/rss/project/{name}/releases.xml"))
        }
        "codeberg.org" => forgejo(host, &path),
        "gitlab.com" => gitlab(&path),
        "letterboxd.com" => whose(&path, |who| format!("https://letterboxd.com/{who}/rss/")),
        "dev.to" => whose(&path, |who| format!("https://dev.to/feed/{who}")),
        "vimeo.com" => whose(&path, |who| format!("https://vimeo.com/{who}/videos/rss")),
        _ => by_platform(page, host, &path),
    };
    found
        .into_iter()
        .filter_map(|(url, title)| Some(FoundFeed { url: Url::parse(&url).ok()?, title }))
        .collect()
}

type Found = Vec<(String, Option<String>)>;

fn one(url: &str, title: &str) -> Found {
    vec![(url.to_owned(), Some(title.to_owned()))]
}

/// The page `/first/WHAT/…`.
fn under(path: &[&str], first: &str, address: impl Fn(&str) -> String) -> Found {
    match path {
        [kind, what, ..] if *kind == first => vec![(address(what), Some((*what).to_owned()))],
        _ => Vec::new(),
    }
}

/// The page `/WHO`.
fn whose(path: &[&str], address: impl Fn(&str) -> String) -> Found {
    match path {
        [who] => vec![(address(who), Some((*who).to_owned()))],
        _ => Vec::new(),
    }
}

/// Channels by id and playlists; the page of a handle names its feed itself.
fn youtube(page: &Url, path: &[&str]) -> Found {
    let feed = |key: &str, value: &str| {
        vec![(format!("https://www.youtube.com/feeds/videos.xml?{key}={value}"), None)]
    };
    let list = page.query_pairs().find(|(key, _)| key == "list").map(|(_, list)| list.into_owned());
    match (path, list) {
        (["playlist" | "watch", ..], Some(list)) => feed("playlist_id", &list),
        (["channel", id, ..], _) => feed("channel_id", id),
        (["user", name, ..], _) => feed("user", name),
        _ => Vec::new(),
    }
}

fn github(path: &[&str]) -> Found {
    let repository = |owner: &str, name: &str, what: &str, title: &str| {
        (format!("https://github.com/{owner}/{name}/{what}.atom"), Some(format!("{owner}/{name}: {title}")))
    };
    match path {
        [owner, name] => {
            let name = name.trim_end_matches(".git");
            vec![
                repository(owner, name, "releases", "releases"),
                repository(owner, name, "tags", "tags"),
                repository(owner, name, "commits", "commits"),
            ]
        }
        [owner, name, "releases", ..] => vec![repository(owner, name, "releases", "releases")],
        [owner, name, "tags", ..] => vec![repository(owner, name, "tags", "tags")],
        [owner, name, "commits", branch @ ..] => {
            vec![repository(
                owner,
                name,
                &["commits"].iter().chain(branch).copied().collect::<Vec<_>>().join("/"),
                "commits",
            )]
        }
        [who] => vec![(format!("https://github.com/{who}.atom"), Some((*who).to_owned()))],
        _ => Vec::new(),
    }
}

fn gitlab(path: &[&str]) -> Found {
    match path {
        [owner, name] | [owner, name, "-", ..] => {
            let feed = |what: &str, title: &str| {
                let name = name.trim_end_matches(".git");
                let url = format!("https://gitlab.com/{owner}/{name}/-/{what}");
                (url, Some(format!("{owner}/{name}: {title}")))
            };
            vec![feed("releases.atom", "releases"), feed("tags?format=atom", "tags")]
        }
        _ => Vec::new(),
    }
}

fn forgejo(host: &str, path: &[&str]) -> Found {
    match path {
        [owner, name] | [owner, name, "releases", ..] => {
            let name = name.trim_end_matches(".git");
            let url = format!("https://{host}/{owner}/{name}/releases.rss");
            vec![(url, Some(format!("{owner}/{name}: releases")))]
        }
        [who] => vec![(format!("https://{host}/{who}.rss"), Some((*who).to_owned()))],
        _ => Vec::new(),
    }
}

fn medium(path: &[&str]) -> Found {
    match path {
        ["feed", ..] | [] => Vec::new(),
        ["tag", tag, ..] => vec![(format!("https://medium.com/feed/tag/{tag}"), Some((*tag).to_owned()))],
        [who, ..] => vec![(format!("https://medium.com/feed/{who}"), Some((*who).to_owned()))],
    }
}

fn stack_overflow(path: &[&str]) -> Found {
    match path {
        ["questions", "tagged", tag, ..] => {
            vec![(format!("https://stackoverflow.com/feeds/tag/{tag}"), Some((*tag).to_owned()))]
        }
        ["questions", id, ..] if id.bytes().all(|byte| byte.is_ascii_digit()) => {
            vec![(format!("https://stackoverflow.com/feeds/question/{id}"), None)]
        }
        _ => Vec::new(),
    }
}

fn reddit(path: &[&str]) -> Found {
    match path {
        ["r", name] => vec![(format!("https://www.reddit.com/r/{name}/.rss"), Some(format!("r/{name}")))],
        ["u" | "user", name] => {
            vec![(format!("https://www.reddit.com/user/{name}/.rss"), Some(format!("u/{name}")))]
        }
        _ => Vec::new(),
    }
}

/// Platforms that give each of their users a host, and those that anyone may run.
fn by_platform(page: &Url, host: &str, path: &[&str]) -> Found {
    let root = |feed: &str| page.join(feed).map(|url| vec![(url.to_string(), None)]).unwrap_or_default();
    if host.ends_with(".substack.com") || host.ends_with(".medium.com") {
        return root("/feed");
    }
    if host.ends_with(".tumblr.com") {
        return root("/rss");
    }
    if host.ends_with(".wordpress.com") {
        return root("/feed/");
    }
    if host.split('.').nth(1) == Some("blogspot") {
        return root("/feeds/posts/default");
    }
    // Mastodon and what speaks like it.
    match path {
        [who] if who.starts_with('@') && who.len() > 1 => page
            .join(&format!("/{who}.rss"))
            .map(|url| vec![(url.to_string(), Some((*who).to_owned()))])
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Whether an address is likely to be a feed's own, of a category perhaps, and is to be asked before any rule.
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
    fn the_pages_of_known_sites_lead_to_their_feeds() {
        let expected = [
            (
                "https://www.youtube.com/channel/UCabc/videos",
                "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc",
            ),
            (
                "https://youtube.com/playlist?list=PLx&y=z",
                "https://www.youtube.com/feeds/videos.xml?playlist_id=PLx",
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
    fn other_pages_lead_nowhere() {
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
    fn what_may_be_a_feed_itself_is_asked_before_any_rule() {
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
