//! The markup that stands at a `<`: which kind it is, and where it ends, in a text that may be broken anywhere.
//!
//! quick-xml reads the attributes; finding the tags is ours, because recovering from a missing quote or `>` needs to
//! look ahead, and because whole elements are skipped or taken without an event for each entity in them (measured on
//! an Atom feed of escaped HTML: four times faster).

use memchr::{memchr, memchr2, memmem};
use quick_xml::events::attributes::Attributes;

/// More attributes than any element of any vocabulary has; the rest of a flood is not looked at.
const MAX_ATTRIBUTES: usize = 64;
/// How far an attribute value with a `<` in it may go on, in bytes. XML forbids the `<`, so a longer one is far more
/// likely a missing quote.
const MAX_BROKEN_VALUE: usize = 1024;

/// What a CDATA section starts with, behind its `<`.
const CDATA: &str = "![CDATA[";

/// What stands at a `<`.
#[derive(Clone, Copy, Debug)]
pub(in crate::document) enum Piece<'a> {
    /// A start tag.
    Start(XmlTag<'a>),
    /// An end tag's name.
    End(&'a str),
    /// What a CDATA section holds.
    Literal(&'a str),
    /// A CDATA section without an end: the rest of the text.
    OpenLiteral(&'a str),
    /// A DOCTYPE.
    Doctype(&'a str),
    /// A comment or a processing instruction.
    Nothing,
    /// A `<` that opens nothing: text.
    Stray,
    /// A tag that the end of the text cuts off.
    Cut,
}

/// A start tag, as written.
#[derive(Clone, Copy, Debug)]
pub(in crate::document) struct XmlTag<'a> {
    /// With its prefix.
    pub(in crate::document) name: &'a str,
    /// All between the name and `>` or `/>`.
    pub(in crate::document) attributes: &'a str,
    /// Whether it ends in `/>`.
    pub(in crate::document) empty: bool,
}

impl<'a> XmlTag<'a> {
    /// The attributes with their values as written: references not decoded.
    pub(in crate::document) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut attributes = Attributes::html(self.attributes, 0);
        attributes.with_checks(false);
        attributes.take(MAX_ATTRIBUTES).filter_map(Result::ok).map(|attribute| {
            let value = match attribute.value {
                std::borrow::Cow::Borrowed(value) => value,
                std::borrow::Cow::Owned(_) => "",
            };
            (attribute.key.into_inner(), value)
        })
    }

    /// The value of the attribute `name`, as written; case does not matter.
    pub(in crate::document) fn attribute(&self, name: &str) -> Option<&'a str> {
        if self.attributes.len() <= name.len() {
            return None;
        }
        self.attributes().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The markup of a text.
#[derive(Debug)]
pub(in crate::document) struct Markup<'a> {
    text: &'a str,
    unclosed: Unclosed,
}

/// What was found of ends: looked for once, not again at each beginning.
#[derive(Default, Debug)]
struct Unclosed {
    comment: bool,
    instruction: bool,
    doctype: bool,
    /// The next `]]>`, or the end of the text where there is none.
    literal_end: Option<usize>,
}

impl<'a> Markup<'a> {
    pub(in crate::document) fn new(text: &'a str) -> Self {
        Self { text, unclosed: Unclosed::default() }
    }

    /// The whole text.
    pub(in crate::document) fn text(&self) -> &'a str {
        self.text
    }

    /// The text in `from..to`.
    pub(in crate::document) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn find(&self, needle: &str, from: usize) -> Option<usize> {
        memmem::find(self.text.as_bytes().get(from..)?, needle.as_bytes()).map(|at| from + at)
    }

    /// What stands at the `<` at `at`, and where it ends.
    pub(in crate::document) fn piece_at(&mut self, at: usize) -> (Piece<'a>, usize) {
        let stray = (Piece::Stray, at + 1);
        let Some(rest) = self.text.get(at + 1..) else { return stray };
        match rest.as_bytes() {
            [b'!', b'-', b'-', ..] => {
                let end = if self.unclosed.comment { None } else { self.find("-->", at + 4) };
                self.unclosed.comment = end.is_none();
                end.map_or(stray, |end| (Piece::Nothing, end + 3))
            }
            [b'!', b'[', ..] if starts_with_ignoring_case(rest, CDATA) => self.literal_at(at),
            [b'!', ..] if starts_with_ignoring_case(rest, "!DOCTYPE") => {
                let end = if self.unclosed.doctype { None } else { self.doctype_end(at) };
                self.unclosed.doctype = end.is_none();
                end.map_or(stray, |end| (Piece::Doctype(self.slice(at, end)), end))
            }
            [b'?', ..] => {
                let end = if self.unclosed.instruction { None } else { self.find("?>", at + 2) };
                self.unclosed.instruction = end.is_none();
                end.map_or(stray, |end| (Piece::Nothing, end + 2))
            }
            [b'/', first, ..] if is_name_start(*first) => self.end_tag_at(at),
            [first, ..] if is_name_start(*first) => self.start_tag_at(at),
            [] => (Piece::Cut, self.text.len()),
            _ => stray,
        }
    }

    /// A CDATA section. One that goes on over the end of an entry and the start of the next into a further section has no
    /// end of its own. An end alone is no sign: a well-formed article may write of such markup.
    fn literal_at(&mut self, at: usize) -> (Piece<'a>, usize) {
        let (start, length) = (at + 1 + CDATA.len(), self.text.len());
        let end = match self.unclosed.literal_end {
            Some(end) if end >= start => end,
            _ => self.find("]]>", start).unwrap_or(length),
        };
        self.unclosed.literal_end = Some(end);
        let text = self.slice(start, end);
        let between = [("</item>", "<item"), ("</entry>", "<entry")];
        let swallows = text.split_once("<![CDATA[").is_some_and(|(before, _)| {
            between
                .iter()
                .any(|(end, start)| before.split_once(end).is_some_and(|(_, behind)| behind.contains(start)))
        });
        if end == length || swallows {
            return (Piece::OpenLiteral(self.slice(start, length)), length);
        }
        (Piece::Literal(text), end + 3)
    }

    /// Where a DOCTYPE ends, its internal subset included: `[` … `]`, quotes respected.
    fn doctype_end(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes().get(at..)?;
        let (mut in_subset, mut quote) = (false, None);
        for (offset, byte) in bytes.iter().enumerate() {
            match (byte, quote) {
                (b'"' | b'\'', None) => quote = Some(*byte),
                (byte, Some(open)) if *byte == open => quote = None,
                (b'[', None) => in_subset = true,
                (b']', None) => in_subset = false,
                (b'>', None) if !in_subset => return Some(at + offset + 1),
                _ => {}
            }
        }
        None
    }

    fn end_tag_at(&self, at: usize) -> (Piece<'a>, usize) {
        let from = at + 2;
        let bytes = self.text.as_bytes();
        let Some(length) = memchr2(b'>', b'<', bytes.get(from..).unwrap_or_default()) else {
            return (Piece::Cut, self.text.len());
        };
        let to = from + length;
        let name = self.slice(from, to).split_ascii_whitespace().next().unwrap_or_default();
        (Piece::End(name), if bytes.get(to) == Some(&b'>') { to + 1 } else { to })
    }

    fn start_tag_at(&self, at: usize) -> (Piece<'a>, usize) {
        let from = at + 1;
        let rest = self.text.get(from..).unwrap_or_default();
        let name_length = rest
            .bytes()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<' | b'='))
            .unwrap_or(rest.len());
        let after_name = from + name_length;
        let Some((to, end)) = self.tag_end(after_name) else { return (Piece::Cut, self.text.len()) };
        let inside = self.slice(after_name, to);
        let (attributes, empty) = match inside.strip_suffix('/') {
            Some(attributes) => (attributes, true),
            None => (inside, false),
        };
        (Piece::Start(XmlTag { name: self.slice(from, after_name), attributes, empty }), end)
    }

    /// Where the tag that is open at `from` stops, and where the text goes on: at its `>` outside quotes, or at the
    /// `<` of the next tag where its own `>` is missing.
    fn tag_end(&self, from: usize) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        loop {
            let special = |byte: &u8| matches!(byte, b'>' | b'<' | b'"' | b'\'');
            let next = at + bytes.get(at..)?.iter().position(special)?;
            let quote = match *bytes.get(next)? {
                b'>' => return Some((next, next + 1)),
                b'<' => return Some((next, next)),
                quote => quote,
            };
            let opens = bytes.get(from..next)?.iter().rev().find(|byte| !byte.is_ascii_whitespace());
            at = if opens == Some(&b'=') { self.value_end(next, quote)? } else { next + 1 };
        }
    }

    /// Where the attribute value that the `quote` at `open` opens ends. A `<` in it is forbidden: with a `>` before
    /// it, the closing quote is missing, and the tag ends there.
    fn value_end(&self, open: usize, quote: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let value = bytes.get(open + 1..)?;
        let stop = memchr2(quote, b'<', value)?;
        if value.get(stop) == Some(&quote) {
            return Some(open + 1 + stop + 1);
        }
        if let Some(close) = memchr(b'>', value.get(..stop)?) {
            return Some(open + 1 + close);
        }
        let reach = value.get(..(stop + MAX_BROKEN_VALUE).min(value.len()))?;
        match memchr(quote, reach) {
            Some(close) => Some(open + 1 + close + 1),
            None => Some(open + 1),
        }
    }
}

pub(in crate::document) fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}
