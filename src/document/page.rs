//! Finds the feeds that a web page links to.

use url::Url;

use super::error::FeedLink;
use super::sniff::announces_a_feed;
use super::xml::scan::Scanner;
use super::xml::tags::{XmlTag, XmlToken};
use crate::text::url as address;

/// How many announced feeds of a web page are returned.
const MAX_FEEDS: usize = 32;
/// How many links in the text of a page are returned as possible feeds. A site that links its feed there has one or
/// two.
const MAX_GUESSES: usize = 4;

/// Returns the feeds that a page announces by `<link rel="alternate">` with the type of a feed. If it announces none,
/// returns the links in its text that look like a feed of the same site. Addresses are absolute, in order, each once.
pub(in crate::document) fn feeds_of(text: &str, url: Option<&Url>) -> Vec<FeedLink> {
    let mut base = url.cloned();
    let mut announced: Vec<FeedLink> = Vec::new();
    let mut linked: Vec<FeedLink> = Vec::new();
    let mut scanner = Scanner::new(text);
    while let Some((_, token)) = scanner.next() {
        let XmlToken::Start(tag) = token else { continue };
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

/// Elements whose content is text, even if it looks like markup (HTML standard §13.2.5.2 to 13.2.5.4).
const HOLD_TEXT: [&str; 7] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed"];

fn href(tag: &XmlTag<'_>, base: Option<&Url>) -> Option<String> {
    address::absolute(&htmlize::unescape_attribute(tag.attribute("href")?.trim()), base)
}

fn note(feeds: &mut Vec<FeedLink>, tag: &XmlTag<'_>, base: Option<&Url>, announced: bool) {
    let Some(url) = href(tag, base).filter(|url| feeds.iter().all(|known| known.url != *url)) else { return };
    let title = tag.attribute("title").map(|title| htmlize::unescape_attribute(title.trim()).into_owned());
    feeds.push(FeedLink { url, title: title.filter(|title| !title.is_empty()), announced });
}

/// Returns whether a link in the text of a page looks like a feed of the same site. Many pages link to feeds of other
/// sites, and many files that end in `.xml` are sitemaps.
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
    fn a_link_in_a_script_a_style_a_title_or_a_comment_is_ignored() {
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
    fn links_in_the_text_that_look_like_a_feed_of_the_site_are_found_if_the_page_announces_none() {
        let page = "<base href='/x/'><a href=about.html>a</a><a href='news.rss'>RSS</a><a href='/feed/'>f</a>\
            <a href=https://www.example.org/atom.xml>b</a><a href=https://other.example/feed>other</a>\
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
    fn only_the_first_few_of_many_links_are_returned() {
        let page: String = (0..1000).map(|n| format!("<a href=/{n}.rss>x</a>")).collect();
        assert_eq!(feeds(&page).len(), MAX_GUESSES);
    }
}
