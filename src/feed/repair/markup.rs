//! Markup inside text: written out again as HTML, and told apart from text that only mentions it.

use super::entities::Entities;
use super::scan::Scanner;
use super::tags::{Piece, Tag};
use super::vocabulary;

/// The elements of HTML that have no content: all others need an end tag where XML wrote `<p/>`.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements whose tags in a text say that it is HTML, not a text about HTML: those that formatted titles and
/// summaries use.
const FORMATTING: [&str; 46] = [
    "a",
    "abbr",
    "acronym",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
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
    "li",
    "nobr",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "tr",
    "tt",
    "u",
    "ul",
];

/// How XML markup is to be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Syntax {
    /// XHTML: a CDATA section holds characters, prefixes name namespaces.
    Xhtml,
    /// HTML that nobody escaped: a CDATA section holds more of it.
    Inline,
}

/// Writes markup as HTML. Text and attribute values stay as they are written, since both languages escape them alike:
/// nothing is decoded, so nothing can come alive. A single `div` around XHTML is Atom's (RFC 4287 §3.1.1.3), and goes.
pub(super) fn to_html(raw: &str, syntax: Syntax, out: &mut String) {
    let raw = if syntax == Syntax::Xhtml { without_div(raw) } else { raw };
    let mut scanner = Scanner::new(raw);
    let mut from = 0;
    while let Some((at, piece)) = scanner.next() {
        out.push_str(scanner.slice(from, at));
        from = scanner.pos();
        match piece {
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

/// Characters as HTML text.
pub(super) fn escape(text: &str, out: &mut String) {
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
pub(super) fn only_text_in_a_div(raw: &str) -> Option<&str> {
    let inside = without_div(raw);
    (inside.len() < raw.len() && !inside.contains('<')).then_some(inside)
}

/// The `div` around all of `raw`, if it has attributes.
pub(super) fn div_around(raw: &str) -> Option<Tag<'_>> {
    let div = opening_div(&mut Scanner::new(raw.trim()))?;
    (!div.attributes.trim().is_empty() && without_div(raw).len() < raw.len()).then_some(div)
}

/// The `div` that a text begins with.
fn opening_div<'a>(scanner: &mut Scanner<'a>) -> Option<Tag<'a>> {
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
pub(super) fn looks_like_html(text: &str) -> bool {
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
            Piece::Nothing => continue,
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

/// Whether a start tag of one of these names stands in `text`, case ignored.
pub(super) fn mentions_any(text: &str, openings: &[&str]) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        openings.iter().any(|opening| {
            let (start, after) = rest.split_at_checked(opening.len()).unwrap_or_default();
            let ends = after.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>');
            !start.is_empty() && start.eq_ignore_ascii_case(opening.as_bytes()) && ends
        })
    })
}
