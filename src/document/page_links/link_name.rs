//! Recognises links in the text of a page that lead to feeds, by their addresses and by what they are called.

use url::Url;

use super::super::sniff::is_type_of_feed;
use super::super::xml::scan::Scanner;
use super::super::xml::tags::{XmlTag, XmlToken};
use super::href;
use crate::text::url as address;
use crate::text::words::is_all_digits;

/// How many words a link text may have in which the word RSS names the link. A longer text is a sentence about RSS.
const MAX_NAME_WORDS: usize = 8;
/// How many bytes behind a link are searched for its end.
const MAX_LINK_CONTENT: usize = 4096;

/// Returns whether a link in the text of a page looks like a feed of the same site: by its address, its type, or the words that
/// describe it. Many pages link to feeds of other sites, and many files that end in `.xml` are sitemaps. `behind` is the text
/// of the page behind the start tag of the link.
pub(super) fn looks_like_a_feed(
    (tag, behind): (&XmlTag<'_>, &str),
    base: Option<&Url>,
    page: Option<&Url>,
) -> bool {
    let Some(url) = href(tag, base).and_then(|href| Url::parse(&href).ok()) else { return false };
    let of_the_site = page.is_none_or(|page| url.host() == page.host() || is_of_its_domain(&url, page));
    if !of_the_site && !is_host_of_feeds(&url) {
        return false;
    }
    let last = url.path_segments().into_iter().flatten().rfind(|part| !part.is_empty()).unwrap_or_default();
    let (stem, end) = last.rsplit_once('.').unwrap_or((last, ""));
    let is_named_feed = matches!(end, "rss" | "atom" | "rdf")
        || matches!(stem, "feed" | "feeds" | "rss" | "atom") && matches!(end, "" | "xml" | "json" | "php");
    if of_the_site && is_named_feed {
        return true;
    }
    let name = LinkName::of(tag, behind);
    name.is_sure || name.is_about_feeds && may_be_a_document(&url, end)
}

fn is_of_its_domain(url: &Url, page: &Url) -> bool {
    address::registrable_domain(url).is_some_and(|domain| address::registrable_domain(page) == Some(domain))
}

/// Returns whether a host is one of a service that serves feeds for other sites: `feeds.feedburner.com`.
fn is_host_of_feeds(url: &Url) -> bool {
    let label = url.host_str().unwrap_or_default().split('.').next().unwrap_or_default();
    matches!(label, "feed" | "feeds" | "rss")
}

/// Returns whether an address that ends in `end` is that of a file or a program, or has a query that names a format.
fn may_be_a_document(url: &Url, end: &str) -> bool {
    let names_format = |text: &str| {
        let text = text.to_ascii_lowercase();
        words(&text).any(|word| is_rss(word) || matches!(word, "feed" | "atom" | "xml"))
    };
    matches!(end, "xml" | "json" | "php" | "cgi" | "asp" | "aspx" | "ashx" | "jsp" | "cfm" | "pl")
        || url.query_pairs().any(|(name, value)| names_format(&name) || names_format(&value))
}

/// What a link is called.
struct LinkName {
    /// Whether the link has the type of a feed or is called RSS. Then it is a feed, whatever its address.
    is_sure: bool,
    /// Whether its text or its picture has a word about feeds. Its address must then look like a document, too, because a
    /// "feed" may also be the page of a social network, and a page about feeds may be help.
    is_about_feeds: bool,
}

impl LinkName {
    /// Reads the attributes of a link, and its content: the text, and the descriptions, file names and classes of its pictures.
    fn of(tag: &XmlTag<'_>, behind: &str) -> Self {
        let is_typed = is_type_of_feed(&decoded(tag, "type"));
        let is_titled = ["title", "aria-label"].iter().any(|name| {
            words(&decoded(tag, name)).any(|word| is_rss(word) || matches!(word, "atom" | "feed"))
        });
        let mut looks = decoded(tag, "class");
        let mut scanner = Scanner::new(content_of_link(behind));
        let mut text = scanner.text_ahead().to_owned();
        while let Some((_, token)) = scanner.next() {
            if let XmlToken::Start(child) = token {
                for name in ["alt", "title", "aria-label", "class", "src", "href", "xlink:href"] {
                    looks.push(' ');
                    looks.push_str(&decoded(&child, name));
                }
            }
            text.push(' ');
            text.push_str(scanner.text_ahead());
        }
        let text = htmlize::unescape(&text).to_ascii_lowercase();
        let is_called_rss = words(&text).count() <= MAX_NAME_WORDS && words(&text).any(is_rss);
        let shows_feed = words(&looks).any(|word| matches!(word, "atom" | "feed" | "podcast"));
        let is_about_feeds = shows_feed
            || words(&text).any(|word| {
                is_rss(word) || matches!(word, "atom" | "feed" | "feeds" | "xml" | "podcast" | "subscribe")
            });
        Self { is_sure: is_typed || is_titled || is_called_rss || words(&looks).any(is_rss), is_about_feeds }
    }
}

/// Returns an attribute in lower case, with its references decoded.
fn decoded(tag: &XmlTag<'_>, name: &str) -> String {
    htmlize::unescape_attribute(tag.attribute(name).unwrap_or_default()).to_ascii_lowercase()
}

/// Returns the content of a link, up to its end tag or to the next link.
fn content_of_link(behind: &str) -> &str {
    let inside = behind.get(..behind.floor_char_boundary(MAX_LINK_CONTENT)).unwrap_or(behind);
    let is_end = |at: usize| {
        let tag = inside.get(at + 1..).unwrap_or_default();
        let name = tag.strip_prefix('/').unwrap_or(tag).as_bytes();
        matches!(name, [b'a' | b'A', next, ..] if !next.is_ascii_alphanumeric() && *next != b'-')
    };
    let end = memchr::memchr_iter(b'<', inside.as_bytes()).find(|at| is_end(*at));
    end.and_then(|end| inside.get(..end)).unwrap_or(inside)
}

/// Returns the words of a text. Only ASCII letters and digits belong to words, so `RSS` is a word even right before Chinese
/// characters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// Returns whether a word is `rss`, alone or together with what is often written behind it: `rss2`, `rssfeed`.
fn is_rss(word: &str) -> bool {
    word.strip_prefix("rss")
        .is_some_and(|rest| matches!(rest, "" | "feed" | "feeds" | "icon") || is_all_digits(rest))
}

#[cfg(test)]
mod tests {
    use super::super::feeds;

    #[test]
    fn links_that_are_called_a_feed_are_found_whatever_their_address() {
        for link in [
            "<a href=/x?y type='application/rss+xml; charset=utf-8'>Subscribe</a>",
            "<a href=/x?y title='Our RSS-Feed'><img src=p.png></a>",
            "<a href=/x?y aria-label=RSS><svg/></a>",
            "<a href=/x?y class='fa icon-rss'></a>",
            "<a href=/x?y>RSS</a>",
            "<a href=/x?y><b>R</b>ead us: RSS 2.0</a>",
            "<a href=/x?y>RSS\u{8ba2}\u{9605}</a>",
            "<a href=/x?y><svg viewBox='0 0 1 1'><title>RSS</title><path d=M0/></svg></a>",
            "<a href=/x?y><svg><use xlink:href='/sprite.svg#icon-rss'/></svg></a>",
            "<a href=/x?y><img alt='' src=/img/rss_16.png></a>",
            "<a href=/x?y><i class='fas fa-rss'></i> Follow</a>",
        ] {
            assert_eq!(feeds(link), ["https://blog.example.org/x?y"], "{link}");
        }
    }

    #[test]
    fn words_about_feeds_name_a_feed_only_if_the_address_may_be_that_of_a_document() {
        for (link, is_found) in [
            ("<a href=/f.xml>Subscribe via our feed</a>", true),
            ("<a href=/show.xml>Listen in your podcast app</a>", true),
            ("<a href='/?format=rss'>Subscribe</a>", true),
            ("<a class=feed-icon href=/blog/index.xml></a>", true),
            ("<a href=/blog/index.xml><img alt='Atom feed' src=a.png></a>", true),
            ("<a class=feed-item href=/blog/post>Post</a>", false),
            ("<a href='/index.php?type=100&amp;feed=1'>News feed</a>", true),
            ("<a href=/subscribe>Subscribe</a>", false),
            ("<a href=/social>Our feed</a>", false),
            ("<a href=/sitemap.xml>Map of the site</a>", false),
            ("<a href=/f.xml>About</a><p>RSS", false),
            ("<a href=/f.html>About</a> <a>RSS</a>", false),
            ("<a href=/help>Here you read why so many of us still like RSS</a>", false),
            ("<a href=https://other.example/x title=RSS>x</a>", false),
            ("<a href=https://feeds.feedburner.com/blog>RSS</a>", true),
            ("<a href=https://feeds.feedburner.com/blog>Blog</a>", false),
        ] {
            assert_eq!(!feeds(link).is_empty(), is_found, "{link}");
        }
    }
}
