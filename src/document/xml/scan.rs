//! Reads markup token by token, skips whole elements, and reads the content of an element.
//!
//! A scanner that stopped at the first error would lose the feed, so this one has no errors: a `<` that starts no
//! markup is text. Nothing here recurses. Looking ahead for end tags is limited by a budget that is linear in the
//! length of the text.

use memchr::memchr;

use super::tags::{XmlTag, XmlToken, XmlTokenizer};
use super::vocabulary::{self, Meaning, Namespace};
use crate::text::words::starts_with_ignoring_case;

/// A part of the text inside an element.
#[derive(Clone, Copy, Debug)]
pub(in crate::document) enum TextSegment<'a> {
    /// Text in which references are to be decoded. A `<` in it starts no markup.
    Escaped(&'a str),
    /// Text from a CDATA section. It is taken as it is written.
    Verbatim(&'a str),
}

/// Content between a start tag and its end tag.
#[derive(Debug)]
pub(in crate::document) enum Content<'a> {
    /// Text only.
    Text(Vec<TextSegment<'a>>),
    /// Text with child elements, as it is written. It may be text alone if the end tag is missing.
    Markup(&'a str),
}

/// How an element ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum ElementEnd {
    /// With its end tag.
    EndTag,
    /// Without an end tag. The element is taken to end at the next tag that belongs to a feed, or else at the end of the text.
    Missing,
    /// In a CDATA section that has no end.
    UnclosedCData,
}

/// Reads the markup of a text from its start to its end.
#[derive(Debug)]
pub(in crate::document) struct Scanner<'a> {
    tokenizer: XmlTokenizer<'a>,
    pos: usize,
    /// How many bytes may still be searched for end tags that turn out to be missing.
    budget: usize,
}

impl<'a> Scanner<'a> {
    pub(in crate::document) fn new(text: &'a str) -> Self {
        let budget = text.len().saturating_mul(4).saturating_add(4096);
        Self { tokenizer: XmlTokenizer::new(text), pos: 0, budget }
    }

    /// Returns the current position as an offset in bytes.
    pub(in crate::document) fn pos(&self) -> usize {
        self.pos
    }

    /// Returns the text in `from..to`.
    pub(in crate::document) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.tokenizer.slice(from, to)
    }

    fn end(&self) -> usize {
        self.tokenizer.text().len()
    }

    /// Returns the start of the next token and the token; the characters before it are text. `None` at the end.
    pub(in crate::document) fn next(&mut self) -> Option<(usize, XmlToken<'a>)> {
        let at = self.pos + memchr(b'<', self.tokenizer.text().as_bytes().get(self.pos..)?)?;
        let (token, end) = self.tokenizer.token_at(at);
        self.pos = end;
        Some((at, token))
    }

    /// Returns the text up to the next `<`, without moving on.
    pub(in crate::document) fn text_ahead(&self) -> &'a str {
        let rest = self.slice(self.pos, self.end());
        rest.split('<').next().unwrap_or_default()
    }

    /// Reads the content of the element whose start tag was just read, and moves to the end of the element.
    pub(in crate::document) fn content(&mut self, tag: &XmlTag<'a>) -> (Content<'a>, ElementEnd) {
        if tag.empty {
            return (Content::Text(Vec::new()), ElementEnd::EndTag);
        }
        let start = self.pos;
        let mut segments = Vec::new();
        let mut from = start;
        while let Some((at, token)) = self.next() {
            // A lone `<` stays in the segment of the text around it. A segment of its own for each would take 24 times the
            // memory of the text.
            if matches!(token, XmlToken::LoneLessThan) {
                continue;
            }
            if at > from {
                segments.push(TextSegment::Escaped(self.slice(from, at)));
            }
            from = self.pos;
            match token {
                XmlToken::CData(text) => segments.push(TextSegment::Verbatim(text)),
                XmlToken::End(name) if name.eq_ignore_ascii_case(tag.name) => {
                    return (Content::Text(segments), ElementEnd::EndTag);
                }
                XmlToken::UnclosedCData(text) => {
                    let (text, length) = until_end_tag(text, tag.name);
                    segments.push(TextSegment::Verbatim(text));
                    self.pos = from - length;
                    if let (XmlToken::End(_), end) = self.tokenizer.token_at(self.pos) {
                        self.pos = end;
                    }
                    return (Content::Text(segments), ElementEnd::UnclosedCData);
                }
                XmlToken::Start(_) | XmlToken::End(_) => {
                    self.pos = start;
                    return self.mixed_content(tag, start);
                }
                XmlToken::Doctype(_) | XmlToken::Ignored | XmlToken::LoneLessThan => {}
                XmlToken::CutOffTag => break,
            }
        }
        if from < self.end() {
            segments.push(TextSegment::Escaped(self.slice(from, self.end())));
        }
        self.pos = self.end();
        (Content::Text(segments), ElementEnd::Missing)
    }

    fn mixed_content(&mut self, tag: &XmlTag<'a>, start: usize) -> (Content<'a>, ElementEnd) {
        if let Some((stop, end)) = self.find_end_tag(tag.name, start) {
            self.pos = end;
            return (Content::Markup(self.slice(start, stop)), ElementEnd::EndTag);
        }
        self.pos = start;
        while let Some((at, token)) = self.next() {
            let name = match token {
                XmlToken::Start(tag) => tag.name,
                XmlToken::End(name) => name,
                XmlToken::CutOffTag => break,
                _ => continue,
            };
            if is_feed_element(name) {
                self.pos = at;
                return (Content::Markup(self.slice(start, at)), ElementEnd::Missing);
            }
        }
        self.pos = self.end();
        (Content::Markup(self.slice(start, self.end())), ElementEnd::Missing)
    }

    /// Skips the element whose start tag was just read, with its children. An element without an end tag (`<br>` in
    /// HTML, or an error) is taken to have no content.
    pub(in crate::document) fn skip(&mut self, tag: &XmlTag<'a>) {
        if !tag.empty
            && let Some((_, end)) = self.find_end_tag(tag.name, self.pos)
        {
            self.pos = end;
        }
    }

    /// Skips the text of the element whose start tag was just read, up to its first end tag. This is for
    /// elements like `script`, in which HTML has no tags.
    pub(in crate::document) fn skip_text(&mut self, tag: &XmlTag<'a>) {
        let (text, _) = until_end_tag(self.slice(self.pos, self.end()), tag.name);
        self.pos += text.len();
    }

    /// Returns the start and the end of the end tag of the element `name`, whose content starts at `from`: the
    /// matching one, or else the last one of that name before the end of the entry. `None` if there is none or the
    /// budget is spent.
    fn find_end_tag(&mut self, name: &str, from: usize) -> Option<(usize, usize)> {
        if self.budget == 0 {
            return None;
        }
        let resume = self.pos;
        self.pos = from;
        let mut depth = 0_usize;
        let mut last = None;
        while let Some((at, token)) = self.next() {
            match token {
                XmlToken::Start(tag) if tag.name.eq_ignore_ascii_case(name) => {
                    depth += usize::from(!tag.empty);
                }
                XmlToken::End(end) if end.eq_ignore_ascii_case(name) => {
                    if depth == 0 {
                        return Some((at, self.pos));
                    }
                    depth -= 1;
                    last = Some((at, self.pos));
                }
                XmlToken::Start(tag) if delimits_an_entry(tag.name) => break,
                XmlToken::End(end) if delimits_an_entry(end) => break,
                XmlToken::CutOffTag | XmlToken::UnclosedCData(_) => break,
                _ => {}
            }
        }
        self.budget = self.budget.saturating_sub(self.pos - from);
        self.pos = resume;
        last
    }
}

/// Returns `text` up to its first `</name`, and the length of the rest.
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

/// Returns whether a tag of this name starts or ends an entry or a feed, so that no text extends beyond it.
fn delimits_an_entry(name: &str) -> bool {
    let (prefix, local) = vocabulary::split(name);
    vocabulary::namespace_of_prefix(prefix) == Some(Namespace::Core)
        && matches!(
            vocabulary::meaning(Namespace::Core, local),
            Meaning::Entry | Meaning::Channel | Meaning::Root
        )
}

/// Returns whether an element of this name belongs to a feed and not to HTML in it. Only the well-known prefixes count.
fn is_feed_element(name: &str) -> bool {
    let (prefix, local) = vocabulary::split(name);
    vocabulary::namespace_of_prefix(prefix)
        .is_some_and(|namespace| vocabulary::meaning(namespace, local) != Meaning::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_less_than_that_starts_no_markup_is_part_of_the_text_around_it() {
        let flood = format!("<title>{}", "< ".repeat(1000));
        for (text, expected) in [
            ("<title>1 < 2 << 3 &amp; <</title>", "1 < 2 << 3 &amp; <"),
            ("<title>< <", "< "),
            (&flood, flood.strip_prefix("<title>").unwrap()),
        ] {
            let mut scanner = Scanner::new(text);
            let Some((_, XmlToken::Start(tag))) = scanner.next() else { panic!("{text}") };
            match scanner.content(&tag).0 {
                Content::Text(segments) => match segments.as_slice() {
                    [TextSegment::Escaped(found)] => assert_eq!(*found, expected),
                    other => panic!("{text}: {} segments", other.len()),
                },
                Content::Markup(found) => panic!("{text}: markup {found}"),
            }
        }
    }
}
