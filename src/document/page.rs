//! The feeds that a web page leads to.

use url::Url;

use super::error::FeedLink;
use super::sniff::announces_a_feed;
use super::xml::scan::Scanner;
use super::xml::tags::{Piece, XmlTag};
use crate::text::url as address;

/// The most feeds that are named of a web page.
const MAX_FEEDS: usize = 32;
/// Links in a page's text that are taken for its feed: a site that hides it there has one or two, and each is a guess.
const MAX_GUESSES: usize = 4;

/// What a page leads to, absolute, each once, in order: its `<link rel="alternate">` with a feed's type, or, where there is
/// none, the links in its text that look like a feed of its own site.
pub(in crate::document) fn feeds_of(text: &str, url: Option<&Url>) -> Vec<FeedLink> {
    let mut base = url.cloned();
    let mut announced: Vec<FeedLink> = Vec::new();
    let mut linked: Vec<FeedLink> = Vec::new();
    let mut scanner = Scanner::new(text);
    while let Some((_, piece)) = scanner.next() {
        let Piece::Start(tag) = piece else { continue };
        let is = |name: &str| tag.name.eq_ignore_ascii_case(name);
        if HOLD_TEXT.into_iter().any(is) {
            scanner.skip_text(&tag);
            continue;
        }
        if is("base") {
            base = href(&tag, base.as_ref()).and_then(|base| Url::parse(&base).ok()).or(base);
        } else if is("link") && announces_a_feed(&tag) {
            note(&mut announced, &tag, base.as_ref(), true);
        } else if is("a") && linked.len() < MAX_GUESSES && looks_like_a_feed(&tag, base.as_ref(), url) {
            note(&mut linked, &tag, base.as_ref(), false);
        }
        if announced.len() == MAX_FEEDS {
            break;
        }
    }
    if announced.is_empty() { linked } else { announced }
}

/// What these elements hold is no markup (HTML standard §13.2.5.2 to 13.2.5.4).
const HOLD_TEXT: [&str; 7] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed"];

fn href(tag: &XmlTag<'_>, base: Option<&Url>) -> Option<String> {
    address::absolute(&htmlize::unescape_attribute(tag.attribute("href")?.trim()), base)
}

fn note(feeds: &mut Vec<FeedLink>, tag: &XmlTag<'_>, base: Option<&Url>, announced: bool) {
    let Some(url) = href(tag, base).filter(|url| feeds.iter().all(|known| known.url != *url)) else { return };
    let title = tag.attribute("title").map(|title| htmlize::unescape_attribute(title.trim()).into_owned());
    feeds.push(FeedLink { url, title: title.filter(|title| !title.is_empty()), announced });
}

/// Whether a link in a page's text leads to a feed of the page's site by its looks: the feeds of others stand in many a
/// page, and `.xml` is a sitemap as often.
fn looks_like_a_feed(tag: &XmlTag<'_>, base: Option<&Url>, page: Option<&Url>) -> bool {
    let Some(url) = href(tag, base).and_then(|href| Url::parse(&href).ok()) else { return false };
    let of_the_site = page.is_none_or(|page| url.host() == page.host() || is_of_its_domain(&url, page));
    let last = url.path_segments().into_iter().flatten().rfind(|part| !part.is_empty()).unwrap_or_default();
    let (stem, end) = last.rsplit_once('.').unwrap_or((last, ""));
    let by_name = matches!(end, "rss" | "atom" | "rdf")
        || matches!(stem, "feed" | "feeds" | "rss" | "atom") && matches!(end, "" | "xml" | "json" | "php");
    of_the_site && by_name
}

fn is_of_its_domain(url: &Url, page: &Url) -> bool {
    address::registrable_domain(url).is_some_and(|domain| address::registrable_domain(page) == Some(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeds(page: &str) -> Vec<String> {
        let url = Url::parse("https://blog.example.org/a/b").unwrap();
        feeds_of(page, Some(&url)).into_iter().map(|feed| feed.url).collect()
    }

    #[test]
    fn what_stands_in_a_script_or_a_comment_is_no_link() {
        let link = |href: &str| format!("<link rel=alternate type=application/rss+xml href={href}>");
        let page = format!(
            "<title>{t}</title><!-- {c} --><script>if (a<b && c == \"x) {{ var l = '{s}' }}</SCRIPT><style>{s}</style>{real}",
            t = link("/title"),
            c = link("/comment"),
            s = link("/script"),
            real = link("/real"),
        );
        assert_eq!(feeds(&page), ["https://blog.example.org/real"]);
    }

    #[test]
    fn links_in_the_text_that_look_like_a_feed_of_the_site_are_taken_where_it_announces_none() {
        let page = "<base href='/x/'><a href=about.html>a</a><a href='news.rss'>RSS</a><a href='/feed/'>f</a>\
            <a href=https://www.example.org/atom.xml>b</a><a href=https://other.example/feed>theirs</a>\
            <a href=/sitemap.xml>map</a><a href=news.rss>again</a>";
        let expected = [
            "https://blog.example.org/x/news.rss",
            "https://blog.example.org/feed/",
            "https://www.example.org/atom.xml",
        ];
        assert_eq!(feeds(page), expected);
        let announced = "<link rel=alternate type=application/atom+xml href=/atom>";
        assert_eq!(feeds(&format!("{page}{announced}")), ["https://blog.example.org/atom"]);
    }

    #[test]
    fn a_flood_of_links_names_a_few() {
        let page: String = (0..1000).map(|n| format!("<a href=/{n}.rss>x</a>")).collect();
        assert_eq!(feeds(&page).len(), MAX_GUESSES);
    }
}
