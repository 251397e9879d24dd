//! Finds the article of a web page.

use dom_smoothie::{Config, Readability};
use url::Url;

use super::{RawDocument, decode, defects::Defects, page_links};
use crate::text::html;

/// Largest page that is read, in bytes. Pages of newspapers have up to two million, most of them scripts.
const MAX_PAGE: usize = 4 << 20;

/// The article of a web page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageArticle {
    /// Its HTML, which is not sanitised.
    pub unsafe_html: String,
    /// Base of its relative links.
    pub base: Option<Url>,
}

/// Why a page has no article.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PageError {
    /// Its media type is not that of a web page.
    #[error("the address leads to no web page")]
    NotAPage,
    /// It has too many bytes or elements.
    #[error("the page is too large")]
    TooLarge,
    /// Nothing on it looks like an article.
    #[error("no article was found on the page")]
    NoArticle,
}

/// Returns the article of a page, or of the part of it to which `fragment` leads, if it has that part. `title` is that of the
/// entry: a heading that repeats it is left out. Time and memory are bounded by the size limits. The crate dom_smoothie may
/// panic, which the caller must catch.
pub fn article_of(
    document: RawDocument<'_>,
    title: &str,
    fragment: Option<&str>,
) -> Result<PageArticle, PageError> {
    if document.body.len() > MAX_PAGE {
        return Err(PageError::TooLarge);
    }
    if !is_page_type(document.content_type) {
        return Err(PageError::NotAPage);
    }
    let stated = document.content_type.filter(|value| value.to_ascii_lowercase().contains("charset"));
    let declared =
        html::declared_charset(document.body).map(|charset| format!("text/html; charset={charset}"));
    // Many servers state `charset=utf-8` for every page, so this value counts only if the page agrees with it.
    let is_utf_8 = stated.is_some_and(|value| value.to_ascii_lowercase().contains("utf-8"));
    let stated =
        stated.filter(|_| declared.is_none() || !is_utf_8 || std::str::from_utf8(document.body).is_ok());
    let text = decode::decode(document.body, stated.or(declared.as_deref()), &mut Defects::default());
    let base = page_links::first_base(&text, document.url);
    let direction = html::direction_of_page(&text);
    let directed = |content: &str| match direction {
        Some(direction) => format!("<div dir=\"{direction}\">{content}</div>"),
        None => content.to_owned(),
    };
    if let Some(part) = fragment.and_then(|fragment| html::section_of(&text, fragment)) {
        return Ok(PageArticle { unsafe_html: directed(part), base });
    }
    let balanced = html::balanced_page(&text, title).ok_or(PageError::TooLarge)?;
    drop(text);
    // The sanitiser reads classes: those of formulas, of emoji and of text for screen readers.
    let config = Config { disable_json_ld: true, keep_classes: true, ..Config::default() };
    let article = Readability::new(balanced, None, Some(config)).and_then(|mut page| page.parse());
    let article = article.map_err(|_| PageError::NoArticle)?;
    Ok(PageArticle { unsafe_html: directed(&article.content), base })
}

/// Returns whether a media type is that of a web page. A server that states no type may send a page, too.
fn is_page_type(content_type: Option<&str>) -> bool {
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    essence.is_empty()
        || ["text/html", "application/xhtml+xml"].iter().any(|page| essence.eq_ignore_ascii_case(page))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// How long a page may take at most, on a busy machine and in an unoptimised build.
    const LONGEST: Duration = Duration::from_mins(1);

    fn read(body: &[u8], content_type: Option<&str>) -> Result<PageArticle, PageError> {
        let url = Url::parse("https://news.example/2026/quay").unwrap();
        article_of(RawDocument { body, content_type, url: Some(&url) }, "A quay opens", None)
    }

    #[test]
    fn the_article_of_an_address_with_a_fragment_is_the_part_of_the_page_to_which_it_leads() {
        let url = Url::parse("https://news.example/changes").unwrap();
        let text = page(&format!(
            "<h2 id=v3>3</h2>{0}<h2 id=v2>2</h2><p>The second.</p><h2 id=v1>1</h2>{0}",
            story()
        ));
        let read = |fragment: Option<&str>| {
            let document = RawDocument { body: text.as_bytes(), content_type: None, url: Some(&url) };
            article_of(document, "Changes", fragment).unwrap().unsafe_html
        };
        assert_eq!(read(Some("v2")), "<p>The second.</p>");
        assert!(read(Some("v1")).starts_with("<p>0. "), "{}", read(Some("v1")));
        assert_eq!(read(Some("elsewhere")), read(None));
    }

    fn story() -> String {
        let sentence = "The harbour opens its northern quay to cargo ships, after many years, in spring. ";
        (0..8).map(|n| format!("<p>{n}. {}</p>", sentence.repeat(4))).collect()
    }

    fn page(middle: &str) -> String {
        format!(
            "<!doctype html><html><head><meta charset=utf-8><title>A quay opens | News</title><script>var a = '<p>no</p>'</script></head>\
             <body><nav><ul><li><a href=/a>Home</a><li><a href=/b>Sport</a></ul></nav><main><h1>A quay opens</h1>\
             <article class=story>{middle}</article></main><aside class=related><p><a href=/c>Read also this</a></aside>\
             <footer>Imprint, all rights reserved</footer></body></html>"
        )
    }

    #[test]
    fn the_article_is_found_without_menus_and_headings() {
        let found = read(page(&story()).as_bytes(), Some("text/html")).unwrap();
        assert!(found.unsafe_html.contains("7. The harbour opens"), "{}", found.unsafe_html);
        for other in ["Sport", "Read also", "Imprint", "var a", "<h1"] {
            assert!(!found.unsafe_html.contains(other), "{other} in {}", found.unsafe_html);
        }
    }

    #[test]
    fn the_article_of_a_page_keeps_what_the_same_html_in_a_feed_keeps() {
        let middle = format!(
            "{}<p>Now <span style='text-decoration:line-through'>100</span> 80, 10<span style='vertical-align:super'>3</span></p>\
             <p style='direction:rtl'>שלום</p><div style='white-space:pre-wrap'>one\ntwo</div>\
             <script src='https://gist.github.com/ana/01.js'></script><ul><li><input type=checkbox checked disabled> Done</ul>\
             <p><lite-vimeo videoid=17></lite-vimeo></p><p><iframe src='//open.spotify.com/embed/track/1'></iframe></p>\
             <div><iframe title='A chart' src='/charts/1/'></iframe></div><p><amp-img src='/crane.jpg' width=640 height=480></amp-img></p>{}",
            story(),
            story()
        );
        let found = read(page(&middle).as_bytes(), Some("text/html")).unwrap();
        let shown = html::sanitise(&found.unsafe_html, found.base.as_ref()).unwrap().html;
        for part in [
            "<s>100</s>",
            "<sup>3</sup>",
            "dir=\"rtl\"",
            "one<br>two",
            "<a href=\"https://gist.github.com/ana/01\"",
            "☑ Done",
            "<a href=\"https://vimeo.com/17\"",
            "https://open.spotify.com/embed/track/1",
            "<a href=\"https://news.example/charts/1/\" rel=\"noreferrer\">A chart</a>",
            "<img src=\"https://news.example/crane.jpg\"",
        ] {
            assert!(shown.as_str().contains(part), "{part} in {}", shown.as_str());
        }
        assert!(!shown.as_str().contains("data-river"), "{}", shown.as_str());
    }

    #[test]
    fn the_article_of_a_page_from_right_to_left_is_so_too() {
        for (tag, is_directed) in [
            ("<html dir=RTL>", true),
            ("<html><body style='direction:rtl'>", true),
            ("<html dir=ltr>", false),
        ] {
            let text = page(&story()).replace("<html>", tag);
            let found = read(text.as_bytes(), Some("text/html")).unwrap();
            assert_eq!(found.unsafe_html.starts_with("<div dir=\"rtl\">"), is_directed, "{tag}");
        }
    }

    #[test]
    fn the_charset_and_the_base_of_the_page_count() {
        let text = page(&story())
            .replace("charset=utf-8>", "charset=windows-1251><base href='/other/'>")
            .replace("quay", "причал");
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(&text);
        let found = read(&bytes, Some("text/html")).unwrap();
        assert!(found.unsafe_html.contains("причал"), "{}", found.unsafe_html);
        assert_eq!(found.base.unwrap().as_str(), "https://news.example/other/");
    }

    #[test]
    fn what_is_no_page_has_no_article() {
        assert_eq!(read(b"%PDF", Some("application/pdf")), Err(PageError::NotAPage));
        assert_eq!(read(&vec![b'x'; MAX_PAGE + 1], None), Err(PageError::TooLarge));
        assert!(read(b"", None).is_err() || read(b"", None).unwrap().unsafe_html.len() < 100);
    }

    #[test]
    fn hostile_pages_end_soon() {
        let blocks = |part: &str, count: usize| format!("<body>{}", part.repeat(count));
        for (name, page) in [
            ("nesting", blocks("<div>", 200_000)),
            ("nesting with text", blocks("<div>some words, and more of them ", 40_000)),
            ("formatting", blocks("<b class=a><i><u><p>words, words ", 12_000)),
            ("tables", blocks("<table><tr><td>x", 16_000)),
            ("lists", blocks("<ul><li>word, word", 20_000)),
            ("paragraphs", blocks("<p>some words, and more of them, as in a text", 49_000)),
            ("breaks", blocks("<br>", 49_000)),
            ("links", blocks("<a href=/x>x</a> ", 40_000)),
            ("spans", blocks("<span>x</span>", 40_000)),
            ("comments", blocks("<!--x-->", 400_000)),
            ("text", blocks("lorem, ipsum ", 300_000)),
            ("attributes", format!("<body><p {}>x", "a=b ".repeat(500_000))),
        ] {
            let begun = Instant::now();
            drop(read(page.as_bytes(), Some("text/html")));
            assert!(begun.elapsed() < LONGEST, "{name}");
        }
    }
}
