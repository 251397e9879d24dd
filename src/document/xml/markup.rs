//! Writes the markup inside a text as HTML.

use std::collections::HashSet;

use super::html_elements::{is_html_element, is_void};
use super::scan::Scanner;
use super::tags::{XmlTag, XmlToken};
use super::vocabulary;

/// Which kind of markup a text contains.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum MarkupKind {
    /// XHTML. A CDATA section contains characters, and prefixes stand for namespaces.
    Xhtml,
    /// HTML that should have been escaped. A CDATA section contains more HTML.
    UnescapedHtml,
}

/// Writes markup as HTML. Texts and attribute values are copied, since XML and HTML escape them in the same way.
/// Nothing is decoded, so no escaped text can become a tag. A single `div` around XHTML is part of Atom and is left
/// out (RFC 4287 §3.1.1.3).
pub(in crate::document) fn to_html(raw: &str, kind: MarkupKind, out: &mut String) {
    let raw = if kind == MarkupKind::Xhtml { without_div(raw) } else { raw };
    let mut scanner = Scanner::new(raw);
    let mut end_tags = EndTagNames { raw, names: None };
    let mut from = 0;
    while let Some((at, token)) = scanner.next() {
        out.push_str(scanner.slice(from, at));
        from = scanner.pos();
        match token {
            XmlToken::Start(tag)
                if kind == MarkupKind::UnescapedHtml
                    && is_text_like_a_tag(&tag, scanner.slice(at, from), &mut end_tags) =>
            {
                out.push_str("&lt;");
                from = at + 1;
            }
            XmlToken::CutOffTag
                if kind == MarkupKind::UnescapedHtml && !scanner.slice(at, from).contains('=') =>
            {
                out.push_str("&lt;");
                from = at + 1;
            }
            XmlToken::Start(tag) => {
                let name = html_name(tag.name, kind);
                out.push('<');
                out.push_str(name);
                out.push_str(tag.attributes);
                out.push('>');
                if tag.empty && !is_void(name) {
                    out.push_str("</");
                    out.push_str(name);
                    out.push('>');
                }
            }
            XmlToken::End(name) => {
                out.push_str("</");
                out.push_str(html_name(name, kind));
                out.push('>');
            }
            XmlToken::CData(text) | XmlToken::UnclosedCData(text) => match kind {
                MarkupKind::Xhtml => escape(text, out),
                MarkupKind::UnescapedHtml => out.push_str(text),
            },
            XmlToken::LoneLessThan => out.push_str("&lt;"),
            XmlToken::Doctype(_) | XmlToken::Ignored => {}
            XmlToken::CutOffTag => return,
        }
    }
    out.push_str(scanner.slice(from, raw.len()));
}

/// Returns whether markup has an element of HTML, with or without a prefix, or no element at all.
pub(super) fn has_html(raw: &str) -> bool {
    let mut scanner = Scanner::new(raw);
    let mut has_element = false;
    while let Some((_, token)) = scanner.next() {
        let XmlToken::Start(tag) = token else { continue };
        has_element = true;
        if is_html_element(html_name(tag.name, MarkupKind::Xhtml)) {
            return true;
        }
    }
    !has_element
}

/// Names of the elements that have an end tag in a text. They are collected when they are first needed.
struct EndTagNames<'a> {
    raw: &'a str,
    names: Option<HashSet<String>>,
}

impl EndTagNames<'_> {
    fn has(&mut self, name: &str) -> bool {
        let names = self.names.get_or_insert_with(|| {
            let mut scanner = Scanner::new(self.raw);
            let mut names = HashSet::new();
            while let Some((_, token)) = scanner.next() {
                if let XmlToken::End(name) = token {
                    names.insert(name.to_ascii_lowercase());
                }
            }
            names
        });
        names.contains(&name.to_ascii_lowercase())
    }
}

/// Returns whether a tag in unescaped HTML is in fact text with a `<` in it: `Vec<T>`, `<stdio.h>`, `if a<b then c`. Such a tag
/// has no end tag and no attribute with a value. If its name is that of an element of HTML, more words follow the name and the
/// `>` is missing. Any other name has no prefix.
fn is_text_like_a_tag(tag: &XmlTag<'_>, written: &str, end_tags: &mut EndTagNames<'_>) -> bool {
    if tag.empty || tag.attributes.contains('=') {
        return false;
    }
    let may_be_text = if is_html_element(tag.name) {
        !written.ends_with('>') && !tag.attributes.trim().is_empty()
    } else {
        // A name with a prefix belongs to another vocabulary, such as that of a word processor.
        !tag.name.contains(':')
    };
    may_be_text && !end_tags.has(tag.name)
}

/// Appends characters as HTML text.
pub(in crate::document) fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
}

fn html_name(name: &str, kind: MarkupKind) -> &str {
    match kind {
        MarkupKind::Xhtml => vocabulary::split(name).1,
        MarkupKind::UnescapedHtml => name,
    }
}

/// Returns the text of markup that consists of one `div` with text only.
pub(in crate::document) fn only_text_in_a_div(raw: &str) -> Option<&str> {
    let inside = without_div(raw);
    (inside.len() < raw.len() && !inside.contains('<')).then_some(inside)
}

/// Returns the start tag of the `div` around all of `raw`, if it has attributes.
pub(in crate::document) fn div_around(raw: &str) -> Option<XmlTag<'_>> {
    let div = opening_div(&mut Scanner::new(raw.trim()))?;
    (!div.attributes.trim().is_empty() && without_div(raw).len() < raw.len()).then_some(div)
}

/// Returns the start tag of the `div` with which a text begins.
fn opening_div<'a>(scanner: &mut Scanner<'a>) -> Option<XmlTag<'a>> {
    let Some((0, XmlToken::Start(tag))) = scanner.next() else { return None };
    (vocabulary::split(tag.name).1 == "div" && !tag.empty).then_some(tag)
}

fn without_div(raw: &str) -> &str {
    let trimmed = raw.trim();
    let mut scanner = Scanner::new(trimmed);
    let Some(tag) = opening_div(&mut scanner) else { return raw };
    let start = scanner.pos();
    scanner.skip(&tag);
    if scanner.pos() != trimmed.len() {
        return raw;
    }
    let inside = scanner.slice(start, trimmed.len());
    inside.rfind("</").and_then(|end| inside.get(..end)).unwrap_or(raw)
}

/// Returns the `alt` texts of the images in `html`, as HTML without tags.
pub(in crate::document) fn alt_texts(html: &str) -> String {
    let mut scanner = Scanner::new(html);
    let mut found = Vec::new();
    while let Some((_, token)) = scanner.next() {
        if let XmlToken::Start(tag) = token
            && tag.name.eq_ignore_ascii_case("img")
        {
            found.extend(tag.attribute("alt").map(|alt| alt.replace('<', "&lt;")));
        }
    }
    found.join(" ")
}

/// Returns whether `text` contains one of these beginnings of a start tag; case does not matter.
pub(in crate::document) fn has_start_tag(text: &str, openings: &[&str]) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        openings.iter().any(|opening| {
            let (start, after) = rest.split_at_checked(opening.len()).unwrap_or_default();
            let is_whole_name = after.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>');
            !start.is_empty() && start.eq_ignore_ascii_case(opening.as_bytes()) && is_whole_name
        })
    })
}
