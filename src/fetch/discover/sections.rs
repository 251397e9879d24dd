//! The sections of a site that a page is in, and the addresses at which their feeds usually are. All functions here are pure.

use url::Url;

use super::MAX_GUESSES;
use crate::text::words::is_all_digits;

/// Paths at which feeds usually are: those of WordPress, Hugo, Jekyll, Ghost and other programs.
const USUAL_PATHS: [&str; 8] =
    ["feed", "rss.xml", "feed.xml", "index.xml", "atom.xml", "rss", "feed.json", "feed.atom"];
/// How many usual paths of the likeliest section are tried before those of the site, and how many of the next section.
const SECTION_GUESSES: [usize; 2] = [6, 2];
/// What frameworks such as Rails append to the address of a list to get its feed.
const LIST_FORMATS: [&str; 2] = ["rss", "atom"];

/// Returns at most [`MAX_GUESSES`] addresses: the usual paths below the sections of the page, the page in the formats of feeds,
/// and the usual paths below the root of the site, in the order in which they are tried. A person who gives a page of a
/// section means the feed of that section.
pub(super) fn usual_addresses(page: &Url) -> Vec<Url> {
    let sections = sections(page);
    let of_list = if sections.is_empty() { Vec::new() } else { as_list(page) };
    let of_sections = sections.iter().zip(SECTION_GUESSES).flat_map(|(section, count)| below(section, count));
    let of_site = page.join("/").into_iter().flat_map(|root| below(&root, USUAL_PATHS.len()));
    let mut addresses: Vec<Url> = of_sections.chain(of_list).chain(of_site).collect();
    addresses.truncate(MAX_GUESSES);
    addresses
}

/// Returns an address with a slash at the end of its path if it has none, and without it if it has one. `None` for the root of
/// a site, and for the name of a file, which has a dot.
pub(super) fn other_spelling(address: &Url) -> Option<Url> {
    let path = address.path();
    let other = match path.strip_suffix('/') {
        Some(shorter) if shorter.trim_matches('/').is_empty() => return None,
        Some(shorter) => shorter.to_owned(),
        None if path.rsplit('/').next().is_some_and(|name| name.contains('.')) => return None,
        None => format!("{path}/"),
    };
    let mut url = address.clone();
    url.set_path(&other);
    Some(url)
}

/// Returns how many segments the paths of a page and a feed have in common from their start. 0 if their hosts differ.
pub(super) fn shared_segments(page: &Url, feed: &Url) -> usize {
    if page.host() != feed.host() {
        return 0;
    }
    let parts = |url: &Url| -> Vec<String> {
        url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    parts(page).iter().zip(parts(feed)).take_while(|(one, other)| *one == other).count()
}

/// Returns the sections of the site that a page may be in, the likeliest first. Empty for the front page, and for a path whose
/// first segment has a dot, such as a file in the root directory.
///
/// A path that ends in a slash is a section itself, like `/category/tech/`. Otherwise its first directory is likelier. A path
/// with a segment of digits is that of an article, whose own feed would have its comments; for it, and for a file, only the
/// first directory is returned.
fn sections(page: &Url) -> Vec<Url> {
    let path = page.path().trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let Some(first) = parts.first().filter(|first| !first.contains('.')) else { return Vec::new() };
    let is_article = parts.iter().any(|part| is_all_digits(part));
    let is_file = parts.last().is_some_and(|last| last.contains('.'));
    let mut sections = vec![format!("/{first}/")];
    if parts.len() > 1 && !is_article && !is_file {
        sections.push(format!("/{}/", parts.join("/")));
        if page.path().ends_with('/') {
            sections.reverse();
        }
    }
    sections.iter().filter_map(|section| page.join(section).ok()).collect()
}

/// Returns the addresses of a page in the formats of feeds: `/posts.rss` and `/posts.atom` for `/posts`, and only the first for
/// a directory. Empty for a file and an article.
fn as_list(page: &Url) -> Vec<Url> {
    let path = page.path().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_article = path.split('/').any(is_all_digits);
    if last.is_empty() || last.contains('.') || is_article {
        return Vec::new();
    }
    let count = if page.path().ends_with('/') { 1 } else { LIST_FORMATS.len() };
    let formats = LIST_FORMATS.iter().take(count);
    formats.filter_map(|format| page.join(&format!("{path}.{format}")).ok()).collect()
}

fn below(base: &Url, count: usize) -> Vec<Url> {
    USUAL_PATHS.iter().take(count).filter_map(|path| base.join(path).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(page: &str) -> Vec<String> {
        usual_addresses(&Url::parse(page).unwrap()).iter().map(Url::to_string).collect()
    }

    #[test]
    fn the_likeliest_usual_paths_are_tried_first_and_their_number_is_bounded() {
        let root = addresses("https://example.org/?x=1");
        assert_eq!((root.len(), root[0].as_str()), (8, "https://example.org/feed"));
        let deep = addresses("https://example.org/blog#top");
        assert_eq!(
            (deep.len(), deep[0].as_str(), deep[8].as_str()),
            (12, "https://example.org/blog/feed", "https://example.org/feed")
        );
        let paths = |page: &str| addresses(&format!("https://example.org{page}")).join(" ");
        for (page, found) in [
            ("/blog", "/blog/feed.xml"),
            ("/blog", "/blog/rss "),
            ("/blog/", "/blog/rss "),
            ("/posts", "/posts.atom"),
            ("/posts?page=2", "/posts.atom"),
            ("/u/ann", "/u/ann.rss"),
            ("/u/ann/", "/u/ann.rss"),
        ] {
            assert!(paths(page).contains(&format!("https://example.org{found}")), "{page}: {}", paths(page));
        }
        for page in ["/2026/11/post", "/about.html", "/"] {
            assert!(!paths(page).contains(".rss"), "{page}: {}", paths(page));
        }
        assert_eq!(addresses("https://example.org/about.html").len(), 8, "a page has nothing below it");
    }

    #[test]
    fn the_section_of_the_page_is_tried_before_its_parent_and_the_site() {
        for (page, expected) in [
            ("/category/tech/", ["/category/tech/feed", "/category/feed", "/feed"]),
            ("/users/ann/", ["/users/ann/feed", "/users/feed", "/feed"]),
            ("/a/b/c/", ["/a/b/c/feed", "/a/feed", "/feed"]),
            ("/blog/post", ["/blog/feed", "/blog/post/feed", "/feed"]),
            ("/blog/2026/11/post/", ["/blog/feed", "/feed", ""]),
            ("/news/2026/x", ["/news/feed", "/feed", ""]),
            ("/docs/intro.html", ["/docs/feed", "/feed", ""]),
        ] {
            let found = addresses(&format!("https://example.org{page}"));
            let found: Vec<&str> =
                found.iter().filter(|url| url.ends_with("/feed")).map(String::as_str).collect();
            let expected: Vec<String> = expected
                .iter()
                .filter(|path| !path.is_empty())
                .map(|path| format!("https://example.org{path}"))
                .collect();
            assert_eq!(found, expected, "{page}");
        }
    }

    #[test]
    fn the_other_spelling_of_an_address_has_a_slash_more_or_less() {
        for (address, expected) in [
            ("https://a.example/en/blog/feed", Some("https://a.example/en/blog/feed/")),
            ("https://a.example/en/blog/feed/?x=1", Some("https://a.example/en/blog/feed?x=1")),
            ("https://a.example/feed.xml", None),
            ("https://a.example/", None),
            ("https://a.example//", None),
            ("https://a.example", None),
        ] {
            let other = other_spelling(&Url::parse(address).unwrap()).map(String::from);
            assert_eq!(other.as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn the_deeper_a_feed_stands_in_the_section_of_the_page_the_more_it_belongs_to_it() {
        let shared =
            |page: &str, feed: &str| shared_segments(&Url::parse(page).unwrap(), &Url::parse(feed).unwrap());
        assert_eq!(shared("https://a.example/docs/", "https://a.example/docs/feed.xml"), 1);
        assert_eq!(shared("https://a.example/docs/", "https://a.example/feed.xml"), 0);
        assert_eq!(shared("https://a.example/a/b/", "https://a.example/a/b/rss"), 2);
        assert_eq!(shared("https://a.example/docs/", "https://b.example/docs/feed.xml"), 0);
    }
}
