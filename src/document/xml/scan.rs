//! A walk over markup: from piece to piece, over whole elements, and into what an element holds.
//!
//! A tokenizer that stops at the first error loses the feed, so this one has no errors: what is no markup is text.
//! Nothing here recurses, and every look ahead is paid from a budget that is linear in the text.

use memchr::memchr;

use super::tags::{Markup, Piece, XmlTag, starts_with_ignoring_case};
use super::vocabulary::{self, Meaning, Space};

/// A run of characters inside an element.
#[derive(Clone, Copy, Debug)]
pub(in crate::document) enum Segment<'a> {
    /// With references to decode.
    Escaped(&'a str),
    /// From a CDATA section, or a lone `<`: as it stands.
    Literal(&'a str),
}

/// What stands between a start tag and its end tag.
#[derive(Debug)]
pub(in crate::document) enum Content<'a> {
    /// Characters only.
    Text(Vec<Segment<'a>>),
    /// Child elements too: the text as written.
    Markup(&'a str),
}

/// How an element ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum Close {
    /// By its end tag.
    XmlTag,
    /// It has none; it was taken to end where the next element of a feed begins.
    Missing,
    /// By a CDATA section without an end.
    OpenLiteral,
}

/// A walk over the markup of `text`.
#[derive(Debug)]
pub(in crate::document) struct Scanner<'a> {
    markup: Markup<'a>,
    pos: usize,
    /// Bytes that may still be looked at in vain: searches for end tags that are not there.
    budget: usize,
}

impl<'a> Scanner<'a> {
    pub(in crate::document) fn new(text: &'a str) -> Self {
        let budget = text.len().saturating_mul(4).saturating_add(4096);
        Self { markup: Markup::new(text), pos: 0, budget }
    }

    /// Where the walk stands, as an offset in bytes.
    pub(in crate::document) fn pos(&self) -> usize {
        self.pos
    }

    /// The text in `from..to`.
    pub(in crate::document) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.markup.slice(from, to)
    }

    fn end(&self) -> usize {
        self.markup.text().len()
    }

    /// The next markup, and where it starts; what is passed over is text. `None` at the end.
    pub(in crate::document) fn next(&mut self) -> Option<(usize, Piece<'a>)> {
        let at = self.pos + memchr(b'<', self.markup.text().as_bytes().get(self.pos..)?)?;
        let (piece, end) = self.markup.piece_at(at);
        self.pos = end;
        Some((at, piece))
    }

    /// The text up to the next `<`; the walk stays where it is.
    pub(in crate::document) fn text_ahead(&self) -> &'a str {
        let rest = self.slice(self.pos, self.end());
        rest.split('<').next().unwrap_or_default()
    }

    /// What the element whose start tag was just read holds; the walk goes on behind it.
    pub(in crate::document) fn content(&mut self, tag: &XmlTag<'a>) -> (Content<'a>, Close) {
        if tag.empty {
            return (Content::Text(Vec::new()), Close::XmlTag);
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
                    return (Content::Text(segments), Close::XmlTag);
                }
                Piece::OpenLiteral(text) => {
                    let (text, length) = until_end_tag(text, tag.name);
                    segments.push(Segment::Literal(text));
                    self.pos = from - length;
                    if let (Piece::End(_), end) = self.markup.piece_at(self.pos) {
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
        if from < self.end() && self.pos < self.end() {
            segments.push(Segment::Escaped(self.slice(from, self.end())));
        }
        self.pos = self.end();
        (Content::Text(segments), Close::Missing)
    }

    fn mixed_content(&mut self, tag: &XmlTag<'a>, start: usize) -> (Content<'a>, Close) {
        if let Some((stop, end)) = self.end_of(tag.name, start) {
            self.pos = end;
            return (Content::Markup(self.slice(start, stop)), Close::XmlTag);
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
        self.pos = self.end();
        (Content::Markup(self.slice(start, self.end())), Close::Missing)
    }

    /// Skips the element whose start tag was just read, children and all. One without an end tag (HTML's `<br>`, a
    /// mistake) is taken to have none.
    pub(in crate::document) fn skip(&mut self, tag: &XmlTag<'a>) {
        if !tag.empty
            && let Some((_, end)) = self.end_of(tag.name, self.pos)
        {
            self.pos = end;
        }
    }

    /// Skips what the element whose start tag was just read holds, which is text whatever it looks like: to its first end
    /// tag, or to the end.
    pub(in crate::document) fn skip_text(&mut self, tag: &XmlTag<'a>) {
        let (text, _) = until_end_tag(self.slice(self.pos, self.end()), tag.name);
        self.pos += text.len();
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
