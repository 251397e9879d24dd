//! Finds the feeds that a web page links to.

mod link_name;

use url::Url;

use super::error::{FeedLink, PageLinks};
use super::sniff::announces_a_feed;
use super::xml::scan::Scanner;
use super::xml::tags::{XmlTag, XmlToken};
use crate::model::RedactedUrl;
use crate::text::url as address;
use link_name::looks_like_a_feed;

/// How many announced feeds of a web page are returned at most.
const MAX_FEEDS: usize = 32;
/// How many links in the text of a page are returned as possible feeds at most. A site that links to its feeds there has one
/// or two.
const MAX_GUESSES: usize = 4;
/// How many frames of a page are returned at most.
const MAX_FRAMES: usize = 3;

/// Returns the links of a page to feeds: those that it announces by `<link>` or `<a>` with `rel=alternate` and the type of a
/// feed, or `rel=feed`. If it announces none, returns the links in its text that look like a feed of the same site. Addresses
/// are absolute, in order, each once, and never that of the page itself.
pub(in crate::document) fn links_of(text: &str, url: Option<&Url>) -> PageLinks {
    let base = first_base(text, url);
    let mut announced: Vec<FeedLink> = Vec::new();
    let mut linked: Vec<FeedLink> = Vec::new();
    let mut page = PageLinks::default();
    for (tag, behind) in tags(text) {
        let is = |name: &str| tag.name.eq_ignore_ascii_case(name);
        // Only `a` has content.
        let behind = if is("a") { behind } else { "" };
        let is_link = is("link") || is("a");
        if is_link && announces_a_feed(&tag) {
            page.is_own_feed |= !is_fragment(&tag)
                && href(&tag, base.as_ref()).is_some_and(|target| is_page_itself(&target, url));
            note(&mut announced, &tag, (base.as_ref(), url), true);
        } else if (is("a") || is_untyped_alternate(&tag))
            && linked.len() < MAX_GUESSES
            && looks_like_a_feed((&tag, behind), base.as_ref(), url)
        {
            note(&mut linked, &tag, (base.as_ref(), url), false);
        } else if is("meta") && page.refresh.is_none() {
            page.refresh = refresh_of(&tag, base.as_ref()).filter(|to| !is_page_itself(to, url));
        } else if is("frame") && page.frames.len() < MAX_FRAMES {
            let frame = address_in(&tag, "src", base.as_ref());
            page.frames.extend(frame.filter(|to| !is_page_itself(to, url) && !page.frames.contains(to)));
        }
        if announced.len() == MAX_FEEDS {
            break;
        }
    }
    page.feeds = if announced.is_empty() { linked } else { announced };
    page
}

/// Returns whether a tag is `<link rel=alternate>` without the type of its document and without its language.
fn is_untyped_alternate(tag: &XmlTag<'_>) -> bool {
    let is_alternate =
        |rel: &str| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("alternate"));
    tag.name.eq_ignore_ascii_case("link")
        && tag.attribute("rel").is_some_and(is_alternate)
        && ["type", "hreflang", "media"].iter().all(|name| tag.attribute(name).is_none())
}

/// Returns the start tags of a page, each with the text behind it, without those inside an element that holds only text or
/// inside a `template`, whose content is no part of the page.
fn tags(text: &str) -> impl Iterator<Item = (XmlTag<'_>, &str)> {
    let mut scanner = Scanner::new(text);
    let mut templates = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let tag = match scanner.next()?.1 {
                XmlToken::Start(tag) => tag,
                XmlToken::End(name) if name.eq_ignore_ascii_case("template") => {
                    templates = templates.saturating_sub(1);
                    continue;
                }
                _ => continue,
            };
            if tag.name.eq_ignore_ascii_case("template") {
                templates = templates.saturating_add(1);
            } else if HOLD_TEXT.into_iter().any(|name| tag.name.eq_ignore_ascii_case(name)) {
                scanner.skip_text(&tag);
            } else if templates == 0 {
                return Some((tag, text.get(scanner.pos()..).unwrap_or_default()));
            }
        }
    })
}

/// Returns the base of the relative links of a page: its first valid `<base href>`, wherever that stands (HTML standard
/// §4.2.3), or else `url`, the address of the page.
pub(in crate::document) fn first_base(text: &str, url: Option<&Url>) -> Option<Url> {
    let stated = tags(text)
        .map(|(tag, _)| tag)
        .filter(|tag| tag.name.eq_ignore_ascii_case("base") && tag.attribute("href").is_some())
        .find_map(|tag| href(&tag, url).and_then(|base| Url::parse(&base).ok()));
    stated.or_else(|| url.cloned())
}

/// Returns where a `<meta http-equiv=refresh content="0; url=/en/">` leads.
fn refresh_of(tag: &XmlTag<'_>, base: Option<&Url>) -> Option<String> {
    let is_refresh =
        tag.attribute("http-equiv").is_some_and(|name| name.trim().eq_ignore_ascii_case("refresh"));
    refresh_target(&htmlize::unescape_attribute(tag.attribute("content").filter(|_| is_refresh)?), base)
}

/// Returns where a refresh leads, by the value of the `Refresh` header or by the `content` of the element that stands for it:
/// `0; url=/en/`.
pub(crate) fn refresh_target(content: &str, base: Option<&Url>) -> Option<String> {
    let (_, target) = content.split_once([';', ','])?;
    let target = target.trim();
    let named = target.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).and_then(|_| target.get(3..));
    let target = match named.map(str::trim_start).and_then(|rest| rest.strip_prefix('=')) {
        Some(address) => address.trim(),
        None => target,
    };
    address::absolute(target.trim_matches(['"', '\'']), base)
}

/// Returns the address that a document names in the form of Radio UserLand:
/// `<redirect><newLocation>https://example.org/feed</newLocation></redirect>`. Its secrets are hidden.
pub(in crate::document) fn new_location(text: &str) -> Option<String> {
    let (_, named) = text.split_once("<newLocation>")?;
    let (address, _) = named.split_once("</newLocation>")?;
    let address = Url::parse(htmlize::unescape(address.trim()).as_ref()).ok()?;
    text.contains("<redirect").then(|| RedactedUrl(&address).to_string())
}

/// Returns whether an address is that of the page itself.
fn is_page_itself(target: &str, page: Option<&Url>) -> bool {
    Url::parse(target).is_ok_and(|target| page.is_some_and(|page| is_same_page(page, &target)))
}

/// Returns whether two addresses are those of one page: they differ at most in the fragment and in an empty query.
pub(crate) fn is_same_page(one: &Url, other: &Url) -> bool {
    let page_of = |url: &Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        if url.query() == Some("") {
            url.set_query(None);
        }
        url
    };
    page_of(one) == page_of(other)
}

/// Elements whose content is text, even if it looks like markup (HTML standard §13.2.5.2 to 13.2.5.4).
const HOLD_TEXT: [&str; 7] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed"];

fn href(tag: &XmlTag<'_>, base: Option<&Url>) -> Option<String> {
    address_in(tag, "href", base)
}

/// Returns the absolute address in the attribute `name`.
fn address_in(tag: &XmlTag<'_>, name: &str, base: Option<&Url>) -> Option<String> {
    let written = tag.attribute(name)?.trim();
    // The slash before the `>` belongs to a value without quotes (HTML standard §13.2.5.38).
    let has_slash = tag.empty
        && !written.is_empty()
        && tag.attributes().last().is_some_and(|(last, _)| last.eq_ignore_ascii_case(name))
        && tag.attributes.ends_with(written);
    let slash = if has_slash { "/" } else { "" };
    address::absolute(&format!("{}{slash}", htmlize::unescape_attribute(written)), base)
}

/// Returns whether a link leads to a part of the page on which it stands.
fn is_fragment(tag: &XmlTag<'_>) -> bool {
    tag.attribute("href").is_some_and(|href| href.trim().starts_with('#'))
}

fn note(
    feeds: &mut Vec<FeedLink>,
    tag: &XmlTag<'_>,
    (base, page): (Option<&Url>, Option<&Url>),
    announced: bool,
) {
    let Some(url) = href(tag, base).filter(|url| feeds.iter().all(|known| known.url != *url)) else { return };
    if is_fragment(tag) || is_page_itself(&url, page) {
        return;
    }
    let title = tag.attribute("title").map(|title| htmlize::unescape_attribute(title.trim()).into_owned());
    feeds.push(FeedLink { url, title: title.filter(|title| !title.is_empty()), announced });
}

/// Returns the addresses of the feeds that a page at `https://blog.example.org/a/b` links to.
#[cfg(test)]
fn feeds(page: &str) -> Vec<String> {
    let url = Url::parse("https://blog.example.org/a/b").unwrap();
    links_of(page, Some(&url)).feeds.into_iter().map(|feed| feed.url).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            <a href=/sitemap.xml>map</a><a href=news.rss>again</a><a href=/about title='Feedback'>c</a>";
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
    fn announced_feeds_are_found_in_every_spelling() {
        let table: &[(&str, &[&str])] = &[
            ("<link rel=alternate type='application/rss&#43;xml' href=/f>", &["/f"]),
            ("<link rel='alternate home' type='Application/Atom+XML; charset=utf-8' href=/f>", &["/f"]),
            ("<link rel=feed href=/f>", &["/f"]),
            ("<a rel=alternate type=application/rss+xml href=/f>RSS</a>", &["/f"]),
            ("<a rel=feed href='/f'>RSS</a>", &["/f"]),
            (
                "<link rel=alternate type=application/rss+xml href=f><base href='/x/'><base href='/y/'>",
                &["/x/f"],
            ),
            ("<link rel=alternate type=application/rss+xml href=/f/>", &["/f/"]),
            ("<link rel=alternate type=application/rss+xml href=/f />", &["/f"]),
            ("<link rel=alternate type=application/rss+xml href='/f'/>", &["/f"]),
            ("<link href=/f rel=alternate type=application/rss+xml />", &["/f"]),
            ("<link rel=alternate type=application/rss href=/f>", &["/f"]),
            ("<link rel=alternate type='application/atom+xml;type=feed' href=/f>", &["/f"]),
            ("<link rel=alternate type='application/atom+xml; TYPE=\"entry\"' href=/entry>", &[]),
            ("<link rel=alternate type=application/x.atom+xml href=/f>", &["/f"]),
            ("<link rel=alternate href=/blog.rss title=RSS>", &["/blog.rss"]),
            ("<link rel=alternate href=/blog title='RSS feed'><p>text", &["/blog"]),
            (
                "<link rel=alternate href=/m/ media=handheld><link rel=alternate href=/de/feed hreflang=de>",
                &[],
            ),
            ("<template><link rel=feed href=/no></template><link rel=feed href=/f>", &["/f"]),
            (
                "<template><template></template><link rel=feed href=/no></template><link rel=feed href=/f>",
                &["/f"],
            ),
            ("<link rel=alternate type=application/rss+xml href='?'>", &[]),
            ("<link rel=alternate type=application/rss+xml href='/a/b?#x'>", &[]),
            ("<link rel=alternate type=application/rss+xml href='#'>", &[]),
            ("<link rel=alternate type=application/rss+xml href=''>", &[]),
            ("<link rel=alternate type=application/rss+xml href='b#top'>", &[]),
            ("<base href='/x/'><link rel=alternate type=application/rss+xml href='#'>", &[]),
            ("<link rel=alternate type=text/html href=/en/><link rel=alternate hreflang=de href=/de/>", &[]),
        ];
        for (page, expected) in table {
            let expected: Vec<String> =
                expected.iter().map(|path| format!("https://blog.example.org{path}")).collect();
            assert_eq!(feeds(page), expected, "{page}");
        }
    }

    #[test]
    fn a_page_may_announce_its_own_address_as_a_feed() {
        let url = Url::parse("https://blog.example.org/a/b").unwrap();
        for (page, expected) in [
            ("<link rel=feed href=/a/b>", true),
            (
                "<base href=/x/><link rel=alternate type=application/rss+xml href='https://blog.example.org/a/b'>",
                true,
            ),
            ("<link rel=feed href=/a/c>", false),
            ("<link rel=feed href='#top'>", false),
            ("<a href=/a/b>this page</a>", false),
        ] {
            assert_eq!(links_of(page, Some(&url)).is_own_feed, expected, "{page}");
        }
    }

    #[test]
    fn a_document_may_say_where_the_feed_is_now() {
        let moved = "<?xml version='1.0'?><redirect>\n<newLocation> https://example.org/rss?a=1&amp;b=2 </newLocation></redirect>";
        assert_eq!(new_location(moved).as_deref(), Some("https://example.org/rss?a=1&b=2"));
        for other in ["<redirect><newLocation>x</newLocation></redirect>", "<redirect/>", "<opml/>"] {
            assert_eq!(new_location(other), None, "{other}");
        }
    }

    #[test]
    fn the_frames_of_a_page_are_found() {
        let url = Url::parse("https://example.org/").unwrap();
        let page = "<frameset cols='20%,*'><frame src=nav.html name=n><frame src='/main.html'/><frame src='/'>\
            <frame><frame src=nav.html><iframe src=ad.html></iframe></frameset>";
        let frames = links_of(page, Some(&url)).frames;
        assert_eq!(frames, ["https://example.org/nav.html", "https://example.org/main.html"]);
    }

    #[test]
    fn a_page_may_send_its_readers_elsewhere() {
        let url = Url::parse("https://blog.example.org/a/b").unwrap();
        let refresh = |content: &str| {
            links_of(&format!("<meta http-equiv=Refresh content=\"{content}\">"), Some(&url)).refresh
        };
        for content in
            ["0; url=/en/", "0;URL='/en/'", "5, url = /en/", "0; /en/", "0;url=https://blog.example.org/en/"]
        {
            assert_eq!(refresh(content).as_deref(), Some("https://blog.example.org/en/"), "{content}");
        }
        for content in ["300", "", "0; url=", "0; url=b", "0; url=javascript:x()"] {
            assert_eq!(refresh(content), None, "{content}");
        }
    }

    #[test]
    fn only_the_first_few_of_many_links_are_returned() {
        let page: String = (0..1000).map(|n| format!("<a href=/{n}.rss>x</a>")).collect();
        assert_eq!(feeds(&page).len(), MAX_GUESSES);
    }
}
