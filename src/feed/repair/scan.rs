//! Where tags begin and end in a text that may be broken anywhere.
//!
//! A tokenizer that stops at the first error loses the feed, so this one has no errors: what is no markup is text.
//! quick-xml reads the attributes; finding the tags is ours, because recovering from a missing quote, `]]>` or end
//! tag needs to look ahead, and because whole elements are skipped or taken without an event for each entity in them
//! (measured on an Atom feed of escaped HTML: four times faster). Nothing here recurses, and every look ahead is paid
//! from a budget that is linear in the text.

use memchr::{memchr, memchr2, memmem};
use quick_xml::events::attributes::Attributes;

use super::vocabulary::{self, Meaning, Space};

/// More attributes than any element of any vocabulary has; the rest of a flood is not looked at.
const MAX_ATTRIBUTES: usize = 64;
/// How far an attribute value with a `<` in it may go on, in bytes. XML forbids the `<`, so a longer one is far more
/// likely a missing quote.
const MAX_BROKEN_VALUE: usize = 1024;

/// What stands at a `<`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    /// A start tag.
    Start(Tag<'a>),
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
pub(super) struct Tag<'a> {
    /// With its prefix.
    pub(super) name: &'a str,
    /// All between the name and `>` or `/>`.
    pub(super) attributes: &'a str,
    /// Whether it ends in `/>`.
    pub(super) empty: bool,
}

impl<'a> Tag<'a> {
    /// The attributes with their values as written: references not decoded.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
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
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        if self.attributes.len() <= name.len() {
            return None;
        }
        self.attributes().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A run of characters inside an element.
#[derive(Clone, Copy, Debug)]
pub(super) enum Segment<'a> {
    /// With references to decode.
    Escaped(&'a str),
    /// From a CDATA section, or a lone `<`: as it stands.
    Literal(&'a str),
}

/// What stands between a start tag and its end tag.
#[derive(Debug)]
pub(super) enum Content<'a> {
    /// Characters only.
    Text(Vec<Segment<'a>>),
    /// Child elements too: the text as written.
    Markup(&'a str),
}

/// How an element ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Close {
    /// By its end tag.
    Tag,
    /// It has none; it was taken to end where the next element of a feed begins.
    Missing,
    /// By a CDATA section without an end.
    OpenLiteral,
}

/// A walk over the markup of `text`.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    pos: usize,
    /// Bytes that may still be looked at in vain: searches for end tags that are not there.
    budget: usize,
    unclosed: Unclosed,
}

/// What the rest of the text holds no end of: looked for once, not again at each beginning.
#[derive(Default, Debug)]
struct Unclosed {
    comment: bool,
    literal: bool,
    instruction: bool,
    doctype: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let budget = text.len().saturating_mul(4).saturating_add(4096);
        Self { text, pos: 0, budget, unclosed: Unclosed::default() }
    }

    /// Where the walk stands, as an offset in bytes.
    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    /// The text in `from..to`.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The next markup, and where it starts; what is passed over is text. `None` at the end.
    pub(super) fn next(&mut self) -> Option<(usize, Piece<'a>)> {
        let at = self.pos + memchr(b'<', self.text.as_bytes().get(self.pos..)?)?;
        let (piece, end) = self.piece_at(at);
        self.pos = end;
        Some((at, piece))
    }

    fn find(&self, needle: &str, from: usize) -> Option<usize> {
        memmem::find(self.text.as_bytes().get(from..)?, needle.as_bytes()).map(|at| from + at)
    }

    /// What stands at the `<` at `at`, and where it ends.
    fn piece_at(&mut self, at: usize) -> (Piece<'a>, usize) {
        let stray = (Piece::Stray, at + 1);
        let Some(rest) = self.text.get(at + 1..) else { return stray };
        match rest.as_bytes() {
            [b'!', b'-', b'-', ..] if !self.unclosed.comment => match self.find("-->", at + 4) {
                Some(end) => (Piece::Nothing, end + 3),
                None => {
                    self.unclosed.comment = true;
                    stray
                }
            },
            [b'!', b'[', ..] if starts_with_ignoring_case(rest, "![CDATA[") => {
                let end = if self.unclosed.literal { None } else { self.find("]]>", at + 9) };
                self.unclosed.literal = end.is_none();
                match end {
                    Some(end) => (Piece::Literal(self.slice(at + 9, end)), end + 3),
                    None => (Piece::OpenLiteral(self.slice(at + 9, self.text.len())), self.text.len()),
                }
            }
            [b'!', ..] if !self.unclosed.doctype && starts_with_ignoring_case(rest, "!DOCTYPE") => {
                match self.doctype_end(at) {
                    Some(end) => (Piece::Doctype(self.slice(at, end)), end),
                    None => {
                        self.unclosed.doctype = true;
                        stray
                    }
                }
            }
            [b'?', ..] if !self.unclosed.instruction => match self.find("?>", at + 2) {
                Some(end) => (Piece::Nothing, end + 2),
                None => {
                    self.unclosed.instruction = true;
                    stray
                }
            },
            [b'/', first, ..] if is_name_start(*first) => self.end_tag_at(at),
            [first, ..] if is_name_start(*first) => self.start_tag_at(at),
            [] => (Piece::Cut, self.text.len()),
            _ => stray,
        }
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
        (Piece::Start(Tag { name: self.slice(from, after_name), attributes, empty }), end)
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

    /// What the element whose start tag was just read holds; the walk goes on behind it.
    pub(super) fn content(&mut self, tag: &Tag<'a>) -> (Content<'a>, Close) {
        if tag.empty {
            return (Content::Text(Vec::new()), Close::Tag);
        }
        let start = self.pos;
        let mut segments = Vec::new();
        let mut from = start;
        while let Some((at, piece)) = self.next() {
            if at > from {
                segments.push(Segment::Escaped(self.slice(from, at)));
            }
            from = self.pos;
            match piece {
                Piece::Literal(text) => segments.push(Segment::Literal(text)),
                Piece::Stray => segments.push(Segment::Literal("<")),
                Piece::End(name) if name.eq_ignore_ascii_case(tag.name) => {
                    return (Content::Text(segments), Close::Tag);
                }
                Piece::OpenLiteral(text) => {
                    let (text, length) = until_end_tag(text, tag.name);
                    segments.push(Segment::Literal(text));
                    self.pos = from - length;
                    if let (Piece::End(_), end) = self.piece_at(self.pos) {
                        self.pos = end;
                    }
                    return (Content::Text(segments), Close::OpenLiteral);
                }
                Piece::Start(_) | Piece::End(_) => {
                    self.pos = start;
                    return self.mixed_content(tag, start);
                }
                Piece::Doctype(_) | Piece::Nothing => {}
                Piece::Cut => break,
            }
        }
        if from < self.text.len() && self.pos < self.text.len() {
            segments.push(Segment::Escaped(self.slice(from, self.text.len())));
        }
        self.pos = self.text.len();
        (Content::Text(segments), Close::Missing)
    }

    fn mixed_content(&mut self, tag: &Tag<'a>, start: usize) -> (Content<'a>, Close) {
        if let Some((stop, end)) = self.end_of(tag.name, start) {
            self.pos = end;
            return (Content::Markup(self.slice(start, stop)), Close::Tag);
        }
        self.pos = start;
        while let Some((at, piece)) = self.next() {
            let name = match piece {
                Piece::Start(tag) => tag.name,
                Piece::End(name) => name,
                Piece::Cut => break,
                _ => continue,
            };
            if known_by_prefix(name) {
                self.pos = at;
                return (Content::Markup(self.slice(start, at)), Close::Missing);
            }
        }
        self.pos = self.text.len();
        (Content::Markup(self.slice(start, self.text.len())), Close::Missing)
    }

    /// Skips the element whose start tag was just read, children and all. One without an end tag (HTML's `<br>`, a
    /// mistake) is taken to have none.
    pub(super) fn skip(&mut self, tag: &Tag<'a>) {
        if !tag.empty
            && let Some((_, end)) = self.end_of(tag.name, self.pos)
        {
            self.pos = end;
        }
    }

    /// Where the end tag of the element `name` whose content starts at `from` starts and ends: the one that balances,
    /// or else the last of that name before the entry ends. `None` where there is none, or where too much was looked
    /// at in vain.
    fn end_of(&mut self, name: &str, from: usize) -> Option<(usize, usize)> {
        if self.budget == 0 {
            return None;
        }
        let resume = self.pos;
        self.pos = from;
        let mut depth = 0_usize;
        let mut last = None;
        while let Some((at, piece)) = self.next() {
            match piece {
                Piece::Start(tag) if tag.name.eq_ignore_ascii_case(name) => depth += usize::from(!tag.empty),
                Piece::End(end) if end.eq_ignore_ascii_case(name) => {
                    if depth == 0 {
                        return Some((at, self.pos));
                    }
                    depth -= 1;
                    last = Some((at, self.pos));
                }
                Piece::Start(tag) if bounds_an_entry(tag.name) => break,
                Piece::End(end) if bounds_an_entry(end) => break,
                Piece::Cut | Piece::OpenLiteral(_) => break,
                _ => {}
            }
        }
        self.budget = self.budget.saturating_sub(self.pos - from);
        self.pos = resume;
        last
    }
}

/// `text` up to its first `</name`, and how long what follows is.
fn until_end_tag<'a>(text: &'a str, name: &str) -> (&'a str, usize) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("</")).map(|at| at + from) {
        if text.get(at + 2..).is_some_and(|rest| starts_with_ignoring_case(rest, name)) {
            return (text.get(..at).unwrap_or(text), text.len() - at);
        }
        from = at + 2;
    }
    (text, 0)
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}

/// Whether no text element can reach over a tag of this name.
fn bounds_an_entry(name: &str) -> bool {
    let (prefix, local) = vocabulary::split(name);
    vocabulary::space_of_prefix(prefix) == Some(Space::Core)
        && matches!(
            vocabulary::meaning(Space::Core, local),
            Meaning::Entry | Meaning::Channel | Meaning::Root
        )
}

/// Whether a tag of this name belongs to a feed rather than to HTML in it, judged by its prefix alone.
fn known_by_prefix(name: &str) -> bool {
    let (prefix, local) = vocabulary::split(name);
    vocabulary::space_of_prefix(prefix)
        .is_some_and(|space| vocabulary::meaning(space, local) != Meaning::Unknown)
}
