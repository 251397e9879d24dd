//! Markup inside text: written out again as HTML, and told apart from text that only mentions it.

use std::collections::HashSet;

use super::entities::Entities;
use super::scan::Scanner;
use super::tags::{Piece, XmlTag};
use super::vocabulary;

/// The elements of HTML that have no content: all others need an end tag where XML wrote `<p/>`.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements whose tags in a text say that it is HTML, not a text about HTML: those that formatted titles and
/// summaries use.
const FORMATTING: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "nobr",
    "ol",
    "p",
    "pre",
    "q",
    "rb",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// The other elements of HTML that a text may open and not end without being about them.
const FORGOTTEN: &[&str] = &[
    "address",
    "article",
    "aside",
    "audio",
    "basefont",
    "bgsound",
    "blink",
    "body",
    "button",
    "caption",
    "colgroup",
    "details",
    "dir",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "head",
    "header",
    "hgroup",
    "html",
    "iframe",
    "input",
    "legend",
    "link",
    "main",
    "marquee",
    "math",
    "menu",
    "meta",
    "nav",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "optgroup",
    "option",
    "param",
    "picture",
    "plaintext",
    "script",
    "section",
    "select",
    "source",
    "spacer",
    "style",
    "svg",
    "tbody",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "track",
    "video",
    "xmp",
];

/// How XML markup is to be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum Syntax {
    /// XHTML: a CDATA section holds characters, prefixes name namespaces.
    Xhtml,
    /// HTML that nobody escaped: a CDATA section holds more of it.
    Inline,
}

/// Writes markup as HTML. Text and attribute values stay as they are written, since both languages escape them alike:
/// nothing is decoded, so nothing can come alive. A single `div` around XHTML is Atom's (RFC 4287 §3.1.1.3), and goes.
pub(in crate::document) fn to_html(raw: &str, syntax: Syntax, out: &mut String) {
    let raw = if syntax == Syntax::Xhtml { without_div(raw) } else { raw };
    let mut scanner = Scanner::new(raw);
    let mut ends = Ends { raw, names: None };
    let mut from = 0;
    while let Some((at, piece)) = scanner.next() {
        out.push_str(scanner.slice(from, at));
        from = scanner.pos();
        match piece {
            Piece::Start(tag)
                if syntax == Syntax::Inline && is_text(&tag, scanner.slice(at, from), &mut ends) =>
            {
                out.push_str("&lt;");
                from = at + 1;
            }
            Piece::Cut if syntax == Syntax::Inline && !scanner.slice(at, from).contains('=') => {
                out.push_str("&lt;");
                from = at + 1;
            }
            Piece::Start(tag) => {
                let name = html_name(tag.name, syntax);
                out.push('<');
                out.push_str(name);
                out.push_str(tag.attributes);
                out.push('>');
                if tag.empty && !VOID.iter().any(|void| name.eq_ignore_ascii_case(void)) {
                    out.push_str("</");
                    out.push_str(name);
                    out.push('>');
                }
            }
            Piece::End(name) => {
                out.push_str("</");
                out.push_str(html_name(name, syntax));
                out.push('>');
            }
            Piece::Literal(text) | Piece::OpenLiteral(text) => match syntax {
                Syntax::Xhtml => escape(text, out),
                Syntax::Inline => out.push_str(text),
            },
            Piece::Stray => out.push_str("&lt;"),
            Piece::Doctype(_) | Piece::Nothing => {}
            Piece::Cut => return,
        }
    }
    out.push_str(scanner.slice(from, raw.len()));
}

/// The elements that end somewhere in a text; looked for once, where it matters.
struct Ends<'a> {
    raw: &'a str,
    names: Option<HashSet<String>>,
}

impl Ends<'_> {
    fn has(&mut self, name: &str) -> bool {
        let names = self.names.get_or_insert_with(|| {
            let mut scanner = Scanner::new(self.raw);
            let mut names = HashSet::new();
            while let Some((_, piece)) = scanner.next() {
                if let Piece::End(name) = piece {
                    names.insert(name.to_ascii_lowercase());
                }
            }
            names
        });
        names.contains(&name.to_ascii_lowercase())
    }
}

/// Whether what looks like a tag in HTML that nobody escaped is text that nobody escaped: `Vec<T>`, `<stdio.h>`,
/// `if a<b then c`. It has no attribute and no end, and either HTML has no element of that name or its `>` is missing.
fn is_text(tag: &XmlTag<'_>, written: &str, ends: &mut Ends<'_>) -> bool {
    if tag.empty || tag.attributes.contains('=') {
        return false;
    }
    let is_html = [FORMATTING, FORGOTTEN, &VOID]
        .iter()
        .any(|names| names.iter().any(|name| tag.name.eq_ignore_ascii_case(name)));
    let may_be_text = if is_html {
        !written.ends_with('>') && !tag.attributes.trim().is_empty()
    } else {
        // Of another vocabulary, such as a word processor's.
        !tag.name.contains(':')
    };
    may_be_text && !ends.has(tag.name)
}

/// Characters as HTML text.
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

fn html_name(name: &str, syntax: Syntax) -> &str {
    match syntax {
        Syntax::Xhtml => vocabulary::split(name).1,
        Syntax::Inline => name,
    }
}

/// The characters of markup that is nothing but characters in one `div`.
pub(in crate::document) fn only_text_in_a_div(raw: &str) -> Option<&str> {
    let inside = without_div(raw);
    (inside.len() < raw.len() && !inside.contains('<')).then_some(inside)
}

/// The `div` around all of `raw`, if it has attributes.
pub(in crate::document) fn div_around(raw: &str) -> Option<XmlTag<'_>> {
    let div = opening_div(&mut Scanner::new(raw.trim()))?;
    (!div.attributes.trim().is_empty() && without_div(raw).len() < raw.len()).then_some(div)
}

/// The `div` that a text begins with.
fn opening_div<'a>(scanner: &mut Scanner<'a>) -> Option<XmlTag<'a>> {
    let Some((0, Piece::Start(tag))) = scanner.next() else { return None };
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

/// Whether characters that should be plain text are HTML all the same, as in `Caf&eacute;` or `<b>New</b>` after
/// decoding: there is a reference or an end tag (or `<br>`, `<img>`), every reference is defined, and every tag is
/// one of formatting. So `Vec<T>`, `a < b` and `AT&T` stay what they are.
pub(in crate::document) fn looks_like_html(text: &str) -> bool {
    if !text.contains(['<', '&']) {
        return false;
    }
    let mut evidence = false;
    let mut scanner = Scanner::new(text);
    let mut from = 0;
    while let Some((at, piece)) = scanner.next() {
        evidence |= Entities::mentioned_in(scanner.slice(from, at));
        from = scanner.pos();
        let name = match piece {
            Piece::Start(tag) => tag.name,
            Piece::End(name) => name,
            Piece::Nothing | Piece::Stray => continue,
            _ => return false,
        };
        if !FORMATTING.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return false;
        }
        evidence |=
            matches!(piece, Piece::End(_)) || matches!(name, "br" | "img" | "BR" | "IMG" | "hr" | "HR");
    }
    evidence || Entities::mentioned_in(scanner.slice(from, text.len()))
}

/// What stands for the pictures in `html` where they are not seen, as HTML: their `alt`, in which no tags are.
pub(in crate::document) fn alternatives(html: &str) -> String {
    let mut scanner = Scanner::new(html);
    let mut found = Vec::new();
    while let Some((_, piece)) = scanner.next() {
        if let Piece::Start(tag) = piece
            && tag.name.eq_ignore_ascii_case("img")
        {
            found.extend(tag.attribute("alt").map(|alt| alt.replace('<', "&lt;")));
        }
    }
    found.join(" ")
}

/// Whether a start tag of one of these names stands in `text`, case ignored.
pub(in crate::document) fn mentions_any(text: &str, openings: &[&str]) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        openings.iter().any(|opening| {
            let (start, after) = rest.split_at_checked(opening.len()).unwrap_or_default();
            let ends = after.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>');
            !start.is_empty() && start.eq_ignore_ascii_case(opening.as_bytes()) && ends
        })
    })
}
