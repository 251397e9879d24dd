//! Tags and text, told apart as the HTML standard does (§13.2.5 "Tokenization"), without building anything.

use std::borrow::Cow;

/// A piece of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HtmlToken<'a> {
    /// Text as written, entities not decoded.
    Text(&'a str),
    /// A start tag.
    Start(HtmlTag<'a>),
    /// An end tag: its name as written.
    End(&'a str),
}

/// A start tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct HtmlTag<'a> {
    /// As written.
    pub(super) name: &'a str,
    attributes: &'a str,
}

impl<'a> HtmlTag<'a> {
    /// Name as written, value not decoded.
    pub(super) fn attributes(self) -> Attributes<'a> {
        Attributes { rest: self.attributes }
    }
}

/// Elements whose content is passed over: their text is none for readers. The first two end at the first end tag of
/// their name or the end of the document, as the standard says; the others only where there is such an end tag.
/// What stands within `iframe`, `noembed` and `noframes` is for readers who do not see the frame.
const SKIPPED_ELEMENTS: [&str; 10] = [
    "script",
    "style",
    "title",
    "textarea",
    "svg",
    "select",
    "template",
    "annotation",
    "annotation-xml",
    "datalist",
];
const SKIPPED_TO_THE_END: usize = 2;

/// How drawing programs sign in a graphic's description: `Created with Sketch.`, `Created using Figma`.
const PROGRAM_CREDITS: [&str; 2] = ["Created with", "Created using"];

/// The pieces of `html`, in order. Comments, declarations and what [`SKIPPED_ELEMENTS`] names are left out.
///
/// Where a browser would drop the rest of the document for an end that never comes, the rest is read: a subscriber
/// would rather see a stray mark than lose the article.
#[derive(Default)]
pub(super) struct HtmlTokens<'a> {
    rest: &'a str,
    /// `<![CDATA[` was seen that often without its `]]>`: XML that was wrapped twice.
    open_cdata: usize,
    last_cdata_end: LastOccurrence,
    last_escaped_cdata_end: LastOccurrence,
    last_comment_end: LastOccurrence,
    last_bracket: LastOccurrence,
    /// In the description of a graphic whose other content is passed over.
    in_description: bool,
    /// No end tag follows for these: looked for once and not again, which keeps the time linear.
    missing: [bool; SKIPPED_ELEMENTS.len()],
}

/// How much of the document is left where something stands for the last time; looked for once, which keeps the time
/// linear.
#[derive(Clone, Copy, Default)]
struct LastOccurrence(Option<usize>);

impl LastOccurrence {
    /// Whether one of `marks` is still to come in `rest`.
    fn follows(&mut self, marks: &[&str], rest: &str) -> bool {
        let last_of = |mark: &&str| rest.rfind(mark).map_or(0, |at| rest.len() - at);
        let nearest_to_end = || marks.iter().map(last_of).filter(|left| *left > 0).min().unwrap_or(0);
        (1..=rest.len()).contains(self.0.get_or_insert_with(nearest_to_end))
    }
}

impl<'a> HtmlTokens<'a> {
    pub(super) fn of(html: &'a str) -> Self {
        Self { rest: html, ..Self::default() }
    }

    /// Takes `count` bytes; the caller knows that a character ends there.
    fn take(&mut self, count: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// At a `<`: the tag, or that it is text or something that leaves nothing (then it is gone from `rest`).
    fn markup(&mut self) -> Markup<'a> {
        let after = self.rest.get(1..).unwrap_or_default();
        match after.as_bytes() {
            [b'a'..=b'z' | b'A'..=b'Z', ..] => self.tag(1),
            [b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => self.tag(2),
            [b'!', b'-', b'-', ..] => self.comment(),
            [b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => self.cdata(),
            [b'!', b'a'..=b'z' | b'A'..=b'Z' | b'[' | b'>', ..] | [b'?' | b'/', ..]
                if self.last_bracket.follows(&[">"], self.rest) =>
            {
                self.take_through_bracket()
            }
            _ => Markup::Text,
        }
    }

    /// Takes all through the next `>`, or all there is.
    fn take_through_bracket(&mut self) -> Markup<'a> {
        let end = self.rest.find('>').map_or(self.rest.len(), |at| at + 1);
        self.take(end);
        Markup::Nothing
    }

    /// At `<![CDATA[`. One whose end is escaped is shown and not meant: in a feed whose texts are CDATA themselves that
    /// is the only way to write of one. One that never ends was cut off.
    fn cdata(&mut self) -> Markup<'a> {
        if self.last_cdata_end.follows(&["]]>"], self.rest) {
            self.open_cdata += 1;
        } else if self.last_escaped_cdata_end.follows(&["]]&gt;"], self.rest) {
            return Markup::Text;
        }
        self.take("<![CDATA[".len());
        Markup::Nothing
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
            if self.in_description && name == "desc" {
                self.skip_content("svg");
            }
            return Markup::Token(HtmlToken::End(name));
        }
        let written = after.get(..between).unwrap_or_default();
        if !is_self_closing(written) {
            self.skip_content(name);
        }
        Markup::Token(HtmlToken::Start(HtmlTag { name, attributes: written }))
    }

    /// Past `<!-- … -->`. One that never ends gives way to the first `>` or the next markup; but a conditional one
    /// (`<!--[if …`), which holds what word processors tell each other, takes the rest.
    fn comment(&mut self) -> Markup<'a> {
        let body = self.rest.get(4..).unwrap_or_default();
        // `<!-->` and `<!--->` are whole comments.
        if body.starts_with('>') || body.starts_with("->") {
            return self.take_through_bracket();
        }
        if !self.last_comment_end.follows(&["-->", "--!>"], self.rest) {
            self.rest = if body.starts_with("[if") {
                ""
            } else {
                body.trim_start_matches(|c| !matches!(c, '<' | '>'))
            };
            self.rest = self.rest.strip_prefix('>').unwrap_or(self.rest);
            return Markup::Nothing;
        }
        let ends = |at: &usize| {
            let before = body.get(..*at).unwrap_or_default();
            before.ends_with("--") || before.ends_with("--!")
        };
        let end = body.match_indices('>').map(|(at, _)| at).find(ends).map_or(body.len(), |at| at + 1);
        self.take(4 + end);
        Markup::Nothing
    }

    /// After the start tag of an element whose content is passed over: to its end tag, or to the description of a graphic.
    fn skip_content(&mut self, name: &str) {
        let Some(place) = SKIPPED_ELEMENTS.iter().position(|known| name.eq_ignore_ascii_case(known)) else {
            return;
        };
        if self.missing.get(place) == Some(&true) {
            return;
        }
        match end_tag(self.rest, name) {
            Some(at) => {
                let content = self.rest.get(..at).unwrap_or_default();
                let may_describe = name.eq_ignore_ascii_case("svg") && !self.in_description;
                let description = may_describe.then(|| description(content)).flatten();
                self.in_description = description.is_some();
                self.take(description.unwrap_or(at));
            }
            None if place < SKIPPED_TO_THE_END => self.rest = "",
            None => {
                if let Some(missing) = self.missing.get_mut(place) {
                    *missing = true;
                }
            }
        }
    }
}

/// Where the description begins that stands for a graphic where it is not shown (SVG 2 §5.8), if it has one that says
/// more than which program drew it.
fn description(graphic: &str) -> Option<usize> {
    let start = graphic.find("<desc")?;
    let after = graphic.get(start + "<desc".len()..).filter(|after| after.starts_with(is_name_end))?;
    let (_, after) = after.split_once('>')?;
    let text = after.get(..after.find("</desc>")?)?.trim_start();
    (!PROGRAM_CREDITS.iter().any(|signature| text.starts_with(signature))).then_some(start)
}

/// Whether a tag ends with `/>` and means it: tools that write XML close scripts, frames and graphics so, and a browser
/// would take the article after it for their content. `<a href=x/>` ends with an address.
fn is_self_closing(attributes: &str) -> bool {
    let before = attributes.strip_suffix('/');
    before.is_some_and(|before| {
        before.is_empty() || before.ends_with(|c| is_space(c) || matches!(c, '"' | '\'' | '/'))
    })
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
    Token(HtmlToken<'a>),
    /// The `<` is text.
    Text,
    /// A comment or the like.
    Nothing,
}

impl<'a> Iterator for HtmlTokens<'a> {
    type Item = HtmlToken<'a>;

    fn next(&mut self) -> Option<HtmlToken<'a>> {
        while !self.rest.is_empty() {
            if self.open_cdata > 0 && self.rest.starts_with("]]>") {
                self.open_cdata -= 1;
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
            if self.open_cdata > 0 {
                let closed = self.rest.get(..end).and_then(|text| text.find("]]>"));
                end = closed.filter(|at| *at > 0).unwrap_or(end);
            }
            return Some(HtmlToken::Text(self.take(end)));
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
            let value = value.get(1..).unwrap_or_default();
            // A quote that is never closed ends with the tag.
            value.split_once(quote).unwrap_or_else(|| value.split_at(value.find('>').unwrap_or(value.len())))
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
mod tests;
