//! Prepares a whole web page for a program that builds a tree of it and looks for the article.
//!
//! HTML parsers repair badly nested tags by copying elements, so a small page can become millions of elements, or nest so
//! deep that a recursive program overflows its stack. The result of this module needs no repairs: every element is closed
//! inside its parent (if the page is well nested, where a browser closes it), and the number and the depth of the
//! elements are bounded.

use super::hidden_addresses;
use super::page_marks::{self, PageMark};
use super::style::{LineEnds, Style};
use super::tag_attributes::{is_name_end, lower};
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens};

/// Largest number of elements of a page that is read. The front pages of large newspapers have some ten thousand.
const MAX_ELEMENTS: usize = 50_000;
/// Deepest nesting. Deeper tags of elements with content are dropped, and their text stays. (An end tag of a dropped tag then
/// closes an outer element, so the page only gets flatter.) Real pages are at most some sixty deep.
const MAX_DEPTH: usize = 200;
/// Largest number of elements of [`FORMATTING`] that are open at once, because a parser opens each of them again in every
/// block.
const MAX_FORMATTING: usize = 8;
/// Longest attribute that is kept, in bytes. Pictures in `data:` addresses are longer.
const MAX_ATTRIBUTE: usize = 4096;

/// Elements that a parser opens again in the next block if they were still open when a block around them ended
/// ("formatting" in the HTML standard, §13.2.4.3).
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements that are dropped with their content, because it is never the text of an article. [`balanced_page`] skips the
/// content of `noscript` and `textarea`. [`HtmlTokens`] skips the content of the others, except the description of a graphic
/// and a script that writes an e-mail address. Of an element without an end tag (other than `script` and `style`) only the
/// start tag is dropped.
const LEFT_OUT: [&str; 9] =
    ["script", "style", "title", "textarea", "select", "template", "svg", "datalist", "noscript"];

/// Elements without content and end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements whose tags are dropped, while their content stays.
const UNWRAPPED: [&str; 8] = ["html", "head", "body", "frameset", "plaintext", "xmp", "noembed", "form"];

/// Elements whose start tag ends an open paragraph (HTML standard §13.1.2.4, "p"). This list only decides where the page gets
/// a `</p>`. Which elements are blocks in a sanitised text is decided by `Nesting` in `elements.rs`, and which tags show that
/// a text is HTML by `BLOCKS` in `document/xml/html_elements.rs`.
const END_PARAGRAPH: [&str; 33] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "table",
    "ul",
];

/// Returns the page with every element closed, without those of [`LEFT_OUT`] and without event handlers, with `title` as
/// its title, and with the marks that [`page_marks`] adds for the sanitiser. `None` if it has more than [`MAX_ELEMENTS`]
/// elements.
pub fn balanced_page(html: &str, title: &str) -> Option<String> {
    let mut page = BalancedPage {
        html: String::with_capacity(html.len()),
        open: Vec::new(),
        elements: 0,
        formatting: 0,
        lines_from: None,
    };
    page.html.push_str("<!doctype html><html><head><title>");
    page.text(&title.replace('&', "&amp;"));
    page.html.push_str("</title></head><body>");
    let mut left_out: Option<String> = None;
    let mut tokens = HtmlTokens::of(html);
    while let Some(token) = tokens.next() {
        if let Some(name) = &left_out {
            if matches!(token, HtmlToken::End(end) if end.eq_ignore_ascii_case(name)) {
                left_out = None;
            }
            continue;
        }
        match token {
            HtmlToken::Text(text) => page.text(text),
            HtmlToken::Tex(formula) => page.text(formula.text),
            HtmlToken::AddressScript(script) => {
                page.text(&hidden_addresses::address_of_script(script).unwrap_or_default());
            }
            HtmlToken::Start(tag) => {
                let name = match lower(tag.name) {
                    name if name == "amp-img" || name == "amp-anim" => "img".into(),
                    name if name == "amp-iframe" => "iframe".into(),
                    name => name,
                };
                let added = match page_marks::mark(&name, tag, page.is_in_item()) {
                    PageMark::Frame(attributes) => {
                        page.frame(&attributes)?;
                        let has_content = name != "script" && tokens.ends_soon(&name);
                        left_out = has_content.then(|| name.into_owned());
                        continue;
                    }
                    PageMark::Characters(characters) => {
                        page.text(characters);
                        continue;
                    }
                    PageMark::Attributes(added) => added,
                };
                if LEFT_OUT.contains(&&*name) {
                    let with_content = ["noscript", "textarea"].into_iter().find(|element| *element == name);
                    left_out = with_content.filter(|name| tokens.end_tag(name).is_some()).map(str::to_owned);
                } else {
                    page.start(&name, tag, &added)?;
                }
            }
            HtmlToken::End(name) => page.end(&lower(name)),
        }
    }
    page.close_to(0);
    page.html.push_str("</body></html>");
    Some(page.html)
}

struct BalancedPage {
    html: String,
    /// Names of the open elements.
    open: Vec<String>,
    elements: usize,
    /// How many of the open elements are in [`FORMATTING`].
    formatting: usize,
    /// Index in `open` of the outermost element whose style keeps line ends, and where its content begins in `html`.
    lines_from: Option<(usize, usize)>,
}

impl BalancedPage {
    /// Writes text, with each `<` escaped. Its character references stay as they are. Spaces after the mark of a task box are
    /// left out, because the mark ends with one.
    fn text(&mut self, text: &str) {
        let is_after_mark = self.html.ends_with("☑ ") || self.html.ends_with("☐ ");
        let text = if is_after_mark { text.trim_start_matches(' ') } else { text };
        if self.lines_from.is_some() && !text.trim().is_empty() {
            self.lines(text);
        } else {
            self.flow(text);
        }
    }

    /// Writes text with a break at each line end, because the program that looks for the article drops the style that
    /// keeps line ends.
    fn lines(&mut self, text: &str) {
        let is_first = self.lines_from.is_some_and(|(_, start)| start == self.html.len());
        let text = text.strip_prefix('\n').filter(|_| is_first).unwrap_or(text);
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 && self.elements < MAX_ELEMENTS {
                self.elements += 1;
                self.html.push_str("<br>");
            }
            self.flow(line);
        }
    }

    fn flow(&mut self, text: &str) {
        let mut parts = text.split('<');
        self.html.push_str(parts.next().unwrap_or_default());
        for part in parts {
            self.html.push_str("&lt;");
            self.html.push_str(part);
        }
    }

    /// Writes a start tag, unless its name is one of [`UNWRAPPED`] or no plain name, or it has content and is nested too deep.
    /// `None` if the page has too many elements.
    fn start(&mut self, name: &str, tag: HtmlTag<'_>, added: &[(&str, String)]) -> Option<()> {
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if UNWRAPPED.contains(&name) || !is_name {
            return Some(());
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return None;
        }
        self.end_implied(name);
        let is_formatting = FORMATTING.contains(&name);
        if !VOID.contains(&name) {
            let is_too_deep =
                self.open.len() >= MAX_DEPTH || (is_formatting && self.formatting >= MAX_FORMATTING);
            if is_too_deep {
                return Some(());
            }
            self.formatting += usize::from(is_formatting);
            self.open.push(name.to_owned());
        }
        self.html.push('<');
        self.html.push_str(name);
        for (attribute, value) in tag.attributes() {
            self.attribute(&lower(attribute), value);
        }
        for (attribute, value) in added {
            self.attribute(attribute, value);
        }
        self.html.push('>');
        let keeps_lines = !VOID.contains(&name)
            && name != "pre"
            && Style::of(tag).lines.is_some_and(|lines| lines != LineEnds::Flow);
        if keeps_lines && self.lines_from.is_none() {
            self.lines_from = Some((self.open.len() - 1, self.html.len()));
        }
        Some(())
    }

    /// Writes a frame. `None` if the page has too many elements.
    fn frame(&mut self, attributes: &[(&str, String)]) -> Option<()> {
        self.elements += 1;
        self.html.push_str("<iframe");
        for (attribute, value) in attributes {
            self.attribute(attribute, value);
        }
        self.html.push_str("></iframe>");
        (self.elements <= MAX_ELEMENTS).then_some(())
    }

    /// Returns whether an item of a list is open.
    fn is_in_item(&self) -> bool {
        self.open.iter().any(|open| open == "li")
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let is_name =
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_'));
        if is_name && !name.starts_with("on") && value.len() <= MAX_ATTRIBUTE {
            let value = value.replace('"', "&quot;");
            self.html.extend([" ", name, "=\"", &value, "\""]);
        }
    }

    /// Closes what a start tag of `name` ends without an end tag (HTML standard §13.1.2.4), and the link around another
    /// link.
    fn end_implied(&mut self, name: &str) {
        let (ended, inside): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "option" | "optgroup" => (&["option"], &["datalist"]),
            "td" | "th" => (&["td", "th"], &["table"]),
            "tr" => (&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot"], &["table"]),
            "a" => (&["a"], &["td", "th"]),
            _ => (&[], &[]),
        };
        self.close_nearest(ended, inside);
        if END_PARAGRAPH.contains(&name) {
            self.close_nearest(&["p"], &["td", "th", "button", "object", "caption"]);
        }
    }

    /// Closes the innermost open element in `names`, unless one in `limits` is open inside it.
    fn close_nearest(&mut self, names: &[&str], limits: &[&str]) {
        let is_either = |open: &&String| names.contains(&open.as_str()) || limits.contains(&open.as_str());
        let nearest = self.open.iter().rev().find(is_either);
        if nearest.is_some_and(|nearest| names.contains(&nearest.as_str()))
            && let Some(at) = self.open.iter().rposition(|open| names.contains(&open.as_str()))
        {
            self.close_to(at);
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(at) = self.open.iter().rposition(|open| open == name) {
            self.close_to(at);
        }
    }

    /// Closes the open elements from index `at` on, the innermost first.
    fn close_to(&mut self, at: usize) {
        self.lines_from = self.lines_from.filter(|(from, _)| *from < at);
        while self.open.len() > at {
            let Some(name) = self.open.pop() else { return };
            self.formatting -= usize::from(FORMATTING.contains(&name.as_str()));
            self.html.push_str("</");
            self.html.push_str(&name);
            self.html.push('>');
        }
    }
}

/// Returns the charset that a page declares in its first 1024 bytes, where the HTML standard requires it (§4.2.5.4).
pub fn declared_charset(page: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(page.get(..1024).unwrap_or(page)).to_ascii_lowercase();
    // The word may also occur in the title or in a comment.
    start.split("charset").skip(1).find_map(|after| {
        let value = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let is_end = |c: char| is_name_end(c) || matches!(c, '"' | '\'' | ';');
        let end = value.find(is_end).unwrap_or(value.len());
        value.get(..end).filter(|charset| !charset.is_empty()).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(html: &str) -> String {
        let page = balanced_page(html, "T").unwrap();
        let (_, body) = page.split_once("<body>").unwrap();
        body.strip_suffix("</body></html>").unwrap().to_owned()
    }

    #[test]
    fn every_element_is_closed_where_a_browser_closes_it() {
        for (html, expected) in [
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
            ("<p><b>a<div>x</div>", "<p><b>a</b></p><div>x</div>"),
            (
                "<table><tr><td>a<td>b<tr><td>c</table>",
                "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            ),
            ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
            ("<img src=a.png alt='1 \"2\"'>x<br>", "<img src=\"a.png\" alt=\"1 &quot;2&quot;\">x<br>"),
            ("a < b &amp; c", "a &lt; b &amp; c"),
            ("<div onclick=\"x()\" class=c>x", "<div class=\"c\">x</div>"),
        ] {
            assert_eq!(body(html), expected, "{html}");
        }
    }

    #[test]
    fn what_only_a_style_a_script_or_a_check_box_says_is_written_into_the_page() {
        for (html, expected) in [
            ("<s style=color:red>x</s>", "<s style=\"color:red\">x</s>"),
            (
                "<b style='text-decoration:line-through'>x</b>",
                "<b style=\"text-decoration:line-through\" data-river-style=\"text-decoration:line-through\">x</b>",
            ),
            (
                "<script src=https://gist.github.com/jo/1.js></script>x",
                "<iframe data-river-link=\"https://gist.github.com/jo/1\" title=\"https://gist.github.com/jo/1\" \
                 data-river-frame=\"//www.youtube.com/\"></iframe>x",
            ),
            (
                "<object data=/plan.pdf title=Plan>No viewer</object>x<object data=javascript:y>z</object>",
                "<iframe data-river-link=\"/plan.pdf\" title=\"Plan\" data-river-frame=\"//www.youtube.com/\"></iframe>x\
                 <object data=\"javascript:y\">z</object>",
            ),
            (
                "<iframe data-cookieblock-src=https://www.youtube.com/embed/x></iframe>",
                "<iframe data-cookieblock-src=\"https://www.youtube.com/embed/x\" data-river-frame=\"//www.youtube.com/\"></iframe>",
            ),
            ("<ul><li><input type=checkbox checked> a</ul>", "<ul><li>☑ a</li></ul>"),
            (
                "<div style='white-space:pre-wrap'>a\nb<i>c</i>\n</div>d\ne",
                "<div style=\"white-space:pre-wrap\" data-river-style=\"white-space:pre-wrap\">a<br>b<i>c</i>\n</div>d\ne",
            ),
            (
                "<lite-vimeo videoid=17><i>Play</i></lite-vimeo>x",
                "<iframe data-river-link=\"https://vimeo.com/17\" title=\"https://vimeo.com/17\" \
                 data-river-frame=\"//www.youtube.com/\"></iframe>x",
            ),
        ] {
            assert_eq!(body(html), expected, "{html}");
        }
    }

    #[test]
    fn scripts_graphics_and_the_content_of_noscript_are_dropped() {
        let html = "<html><head><title>x</title><script>if (a < b) '<p>'</script></head><body>a<noscript><img src=x></noscript>b<svg><p>c</svg>";
        assert_eq!(body(html), "ab");
        assert_eq!(body("a<noscript>b<textarea>c<noscript>d</noscript>e"), "ae");
        assert_eq!(body("a<textarea>b<noscript>c"), "abc");
    }

    #[test]
    fn depth_formatting_and_number_of_elements_are_bounded() {
        let deep = body(&"<div>".repeat(10_000));
        assert_eq!(deep.matches("<div>").count(), MAX_DEPTH);
        let bold = body(&"<b>".repeat(1000));
        assert_eq!(bold.matches("<b>").count(), MAX_FORMATTING);
        assert!(balanced_page(&"<i></i>".repeat(MAX_ELEMENTS + 1), "").is_none());
    }

    #[test]
    fn the_charset_is_read_from_either_form_of_its_declaration() {
        for page in [
            "<meta charset=GBK>",
            "<meta http-equiv=content-type content=\"text/html; charset=gbk\">",
            "<title>About charset names</title><meta charset=gbk>",
        ] {
            assert_eq!(declared_charset(page.as_bytes()).as_deref(), Some("gbk"), "{page}");
        }
        assert_eq!(declared_charset(b"<p>charset</p>"), None);
    }
}
