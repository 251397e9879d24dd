//! Tags and text, told apart as the HTML standard does (§13.2.5 "Tokenization"), without building anything.

use std::borrow::Cow;

/// A piece of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'a> {
    /// Text as written, entities not decoded.
    Text(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag: its name as written.
    End(&'a str),
}

/// A start tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tag<'a> {
    /// As written.
    pub(super) name: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Name as written, value not decoded.
    pub(super) fn attributes(self) -> Attributes<'a> {
        Attributes { rest: self.attributes }
    }
}

/// Elements whose content is passed over: their text is none for readers. For the first five the standard ends them at
/// the first end tag of their name or the end of the document; the others only where there is such an end tag.
const PASSED_OVER: [&str; 13] = [
    "script",
    "style",
    "iframe",
    "noembed",
    "noframes",
    "title",
    "textarea",
    "svg",
    "select",
    "template",
    "annotation",
    "annotation-xml",
    "datalist",
];
const TO_THE_END: usize = 5;

/// The pieces of `html`, in order. Comments, declarations and what [`PASSED_OVER`] names are left out.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// `<![CDATA[` was seen that often without its `]]>`: XML that was wrapped twice.
    cdata: usize,
    /// How much is left when the last `]]>` of all begins; looked for once.
    last_cdata_end: Option<usize>,
    /// No end tag follows for these: looked for once and not again, which keeps the time linear.
    missing: [bool; PASSED_OVER.len()],
}

impl<'a> Tokens<'a> {
    pub(super) fn of(html: &'a str) -> Self {
        Self { rest: html, cdata: 0, last_cdata_end: None, missing: [false; PASSED_OVER.len()] }
    }

    /// Takes `count` bytes; the caller knows that a character ends there.
    fn take(&mut self, count: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Whether a `]]>` follows.
    fn cdata_ends(&mut self) -> bool {
        let rest = self.rest;
        let last =
            self.last_cdata_end.get_or_insert_with(|| rest.rfind("]]>").map_or(0, |at| rest.len() - at));
        (1..=rest.len()).contains(last)
    }

    /// At a `<`: the tag, or `None` where it is text or something that leaves nothing (then it is gone from `rest`).
    fn markup(&mut self) -> Markup<'a> {
        let after = self.rest.get(1..).unwrap_or_default();
        match after.as_bytes() {
            [b'a'..=b'z' | b'A'..=b'Z', ..] => self.tag(1),
            [b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => self.tag(2),
            [b'!', b'-', b'-', ..] => self.comment(),
            [b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] if self.cdata_ends() => {
                self.cdata += 1;
                self.take("<![CDATA[".len());
                Markup::Nothing
            }
            [b'!' | b'?' | b'/', ..] => {
                let end = self.rest.find('>').map_or(self.rest.len(), |end| end + 1);
                self.take(end);
                Markup::Nothing
            }
            _ => Markup::Text,
        }
    }

    /// A start tag (name at byte 1) or an end tag (at byte 2). One that the document's end cuts is nothing.
    fn tag(&mut self, name_at: usize) -> Markup<'a> {
        let body = self.rest.get(name_at..).unwrap_or_default();
        let name_end = body.find(is_name_end).unwrap_or(body.len());
        let (name, after) = body.split_at_checked(name_end).unwrap_or((body, ""));
        let mut attributes = Attributes { rest: after };
        while attributes.next().is_some() {}
        let Some(rest) = attributes.rest.strip_prefix('>') else {
            self.rest = "";
            return Markup::Nothing;
        };
        self.rest = rest;
        let between = after.len() - attributes.rest.len();
        if name_at == 2 {
            return Markup::Token(Token::End(name));
        }
        self.pass_over(name);
        Markup::Token(Token::Start(Tag { name, attributes: after.get(..between).unwrap_or_default() }))
    }

    /// Past `<!-- … -->`; one that never ends takes the rest, as in browsers.
    fn comment(&mut self) -> Markup<'a> {
        let body = self.rest.get(4..).unwrap_or_default();
        let ends = |at: &usize| {
            let before = body.get(..*at).unwrap_or_default();
            // `<!-->` and `<!--->` are whole comments.
            matches!(before, "" | "-") || before.ends_with("--") || before.ends_with("--!")
        };
        let end = body.match_indices('>').map(|(at, _)| at).find(ends).map_or(body.len(), |at| at + 1);
        self.take(4 + end);
        Markup::Nothing
    }

    /// After the start tag of an element whose content is passed over: to its end tag.
    fn pass_over(&mut self, name: &str) {
        let Some(place) = PASSED_OVER.iter().position(|known| name.eq_ignore_ascii_case(known)) else {
            return;
        };
        if self.missing.get(place) == Some(&true) {
            return;
        }
        match end_tag(self.rest, name) {
            Some(at) => {
                self.take(at);
            }
            None if place < TO_THE_END => self.rest = "",
            None => {
                if let Some(missing) = self.missing.get_mut(place) {
                    *missing = true;
                }
            }
        }
    }
}

/// Where `</name` begins, without case.
fn end_tag(html: &str, name: &str) -> Option<usize> {
    html.match_indices("</").map(|(at, _)| at).find(|at| {
        let after = html.get(at + 2..).unwrap_or_default();
        let named = after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        named && after.get(name.len()..).is_some_and(|rest| rest.starts_with(is_name_end))
    })
}

enum Markup<'a> {
    Token(Token<'a>),
    /// The `<` is text.
    Text,
    /// A comment or the like.
    Nothing,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            if self.cdata > 0 && self.rest.starts_with("]]>") {
                self.cdata -= 1;
                self.take(3);
                continue;
            }
            let mut from = 0;
            if self.rest.starts_with('<') {
                match self.markup() {
                    Markup::Token(token) => return Some(token),
                    Markup::Nothing => continue,
                    Markup::Text => from = 1,
                }
            }
            let after = self.rest.get(from..).unwrap_or_default();
            let mut end = after.find('<').map_or(self.rest.len(), |at| from + at);
            if self.cdata > 0 {
                let closed = self.rest.get(..end).and_then(|text| text.find("]]>"));
                end = closed.filter(|at| *at > 0).unwrap_or(end);
            }
            return Some(Token::Text(self.take(end)));
        }
        None
    }
}

/// The attributes of a tag. What is left when it ends begins with the tag's `>`, or is empty where the document ends
/// in the middle of the tag.
pub(super) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        self.rest = self.rest.trim_start_matches(|c| is_space(c) || c == '/');
        if self.rest.is_empty() || self.rest.starts_with('>') {
            return None;
        }
        // A `=` that comes first belongs to the name.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let after = self.rest.get(first..).unwrap_or_default();
        let end = first + after.find(|c| is_name_end(c) || c == '=').unwrap_or(after.len());
        let (name, rest) = self.rest.split_at_checked(end)?;
        let Some(value) = rest.trim_start_matches(is_space).strip_prefix('=') else {
            self.rest = rest;
            return Some((name, ""));
        };
        let value = value.trim_start_matches(is_space);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, rest) = if let Some(quote) = quote {
            value.get(1..).and_then(|value| value.split_once(quote)).unwrap_or_default()
        } else {
            let end = value.find(|c| is_space(c) || c == '>').unwrap_or(value.len());
            value.split_at_checked(end)?
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// White space as HTML counts it.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

fn is_name_end(c: char) -> bool {
    is_space(c) || matches!(c, '/' | '>')
}

/// A name in lower case.
pub(super) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> Vec<String> {
        let show = |token| match token {
            Token::Text(text) => text.to_owned(),
            Token::End(name) => format!("</{name}>"),
            Token::Start(tag) => {
                let attributes: Vec<_> =
                    tag.attributes().map(|(name, value)| format!(" {name}=[{value}]")).collect();
                format!("<{}{}>", tag.name, attributes.concat())
            }
        };
        Tokens::of(html).map(show).collect()
    }

    #[test]
    fn tags_are_read_as_browsers_read_them() {
        for (html, expected) in [
            ("a<b>c</b>", "a|<b>|c|</b>"),
            ("<a href=x title='>' b>", "<a href=[x] title=[>] b=[]>"),
            ("<a\n href = \"x y\" / z=1/>", "<a href=[x y] z=[1/]>"),
            ("<br/>", "<br>"),
            ("<a =b=c \"d>e", "<a =b=[c] \"d=[]>|e"),
            ("1 < 2 <3", "1 |< 2 |<3"),
            ("x</>y</ z>w", "x|y|w"),
            ("a<!-- <b> -->c<!--->d<!---->e<!----->f<!--x--!>g", "a|c|d|e|f|g"),
            ("a<!-- - -- --- x --->b", "a|b"),
            ("a<!doctype html>b<?php x?>c", "a|b|c"),
            ("a<![CDATA[b<i>c]]>d]]>e", "a|b|<i>|c|d]]>e"),
            ("a<![CDATA[b>c", "a|c"),
            ("a<b", "a"),
            ("a<b c=\"d", "a"),
            ("a<!-- b", "a"),
            ("<script>if (a<b) '</scripty>'</SCRIPT >x", "<script>|</SCRIPT>|x"),
            ("<script>x", "<script>"),
            ("<svg>x<svg>y", "<svg>|x|<svg>|y"),
            ("<svg><b>x</b></svg>y", "<svg>|</svg>|y"),
        ] {
            assert_eq!(shown(html).join("|"), expected, "{html}");
        }
    }
}
