//! Text constructs: characters or markup, whatever their `type` and `mode` say.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Rebuild;
use super::atom_writer::TextKind;
use super::entities::is_xml_char;
use super::markup::{self, Syntax};
use super::scan::{Close, Content, Segment};
use super::tags::XmlTag;
use crate::text::html;

/// What a text is taken for where nothing says what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unstated {
    /// RSS `description`, `content:encoded`.
    Html,
    /// An element of XHTML itself.
    Xhtml,
    /// Atom, and every title: characters, unless it plainly is HTML.
    Guess,
}

/// What the `type` and `mode` attributes of an element say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stated {
    Nothing,
    Text,
    Html,
    /// XHTML, or XML of another kind.
    Xml,
    /// RFC 4287 §4.1.3.3 for any other type, or Atom 0.3's `mode`; whether it is HTML.
    Base64 {
        html: bool,
    },
    /// An image, a sound: nothing to read.
    Binary,
}

impl<'a> Rebuild<'a, '_> {
    /// The text of the element whose start tag was just read; `None` where there is nothing in it.
    pub(super) fn text(&mut self, tag: &XmlTag<'a>, unstated: Unstated) -> Option<(TextKind, Cow<'a, str>)> {
        let content = self.content(tag);
        self.text_of(tag, content, unstated)
    }

    /// The text of `content`, which `tag` opened.
    pub(super) fn text_of(
        &mut self,
        tag: &XmlTag<'a>,
        content: Content<'a>,
        unstated: Unstated,
    ) -> Option<(TextKind, Cow<'a, str>)> {
        let stated = match stated(tag) {
            Stated::Nothing if unstated == Unstated::Xhtml => Stated::Xml,
            stated => stated,
        };
        let content = match content {
            // TypePad wraps escaped HTML in the `div` of XHTML.
            Content::Markup(raw) if stated == Stated::Html => match markup::only_text_in_a_div(raw) {
                Some(text) => Content::Text(vec![Segment::Escaped(text)]),
                None => Content::Markup(raw),
            },
            content => content,
        };
        let (kind, text) = match content {
            Content::Markup(raw) => {
                if stated == Stated::Html || stated == Stated::Nothing && unstated == Unstated::Html {
                    self.defects.note("unescaped-markup");
                }
                let syntax = if stated == Stated::Xml { Syntax::Xhtml } else { Syntax::Inline };
                let mut out = String::with_capacity(raw.len());
                markup::to_html(raw, syntax, &mut out);
                (TextKind::Html, Cow::Owned(out))
            }
            Content::Text(segments) => {
                let text = self.characters(&segments);
                kind_of(text, stated, unstated)?
            }
        };
        let text = trimmed(text);
        (!text.is_empty()).then(|| (kind, self.bounded(text)))
    }

    /// The characters of an element that holds no markup by right: an address, a date, a name. Markup in it is
    /// reduced to its text.
    pub(super) fn simple(&mut self, tag: &XmlTag<'a>) -> Option<Cow<'a, str>> {
        let content = self.content(tag);
        self.simple_of(content)
    }

    pub(super) fn simple_of(&mut self, content: Content<'a>) -> Option<Cow<'a, str>> {
        let text = match content {
            Content::Text(segments) => self.characters(&segments),
            Content::Markup(raw) => {
                let mut out = String::new();
                markup::to_html(raw, Syntax::Inline, &mut out);
                Cow::Owned(html::to_plain(&out))
            }
        };
        let text = trimmed(text);
        (!text.is_empty()).then(|| self.bounded(text))
    }

    /// The characters of an element that names something to people: a category, a person, a source. As with titles,
    /// nobody says whether they are HTML, and WordPress writes `<![CDATA[Arts &amp; Culture]]>`.
    pub(super) fn label(&mut self, tag: &XmlTag<'a>) -> Option<Cow<'a, str>> {
        let content = self.content(tag);
        self.label_of(content)
    }

    pub(super) fn label_of(&mut self, content: Content<'a>) -> Option<Cow<'a, str>> {
        let is_decoded = matches!(content, Content::Markup(_));
        let text = self.simple_of(content)?;
        if is_decoded { Some(text) } else { readable(text) }
    }

    /// The value of an attribute, references decoded, trimmed; `None` where it is absent or empty.
    pub(super) fn attribute(&mut self, tag: &XmlTag<'a>, name: &str) -> Option<Cow<'a, str>> {
        let raw = tag.attribute(name)?;
        let value = trimmed(self.characters(&[Segment::Escaped(raw)]));
        (!value.is_empty()).then_some(value)
    }

    pub(super) fn content(&mut self, tag: &XmlTag<'a>) -> Content<'a> {
        let (content, close) = self.scanner.content(tag);
        match close {
            Close::XmlTag => {}
            Close::Missing => self.defects.note("unclosed-tag"),
            Close::OpenLiteral => self.defects.note("unclosed-cdata"),
        }
        content
    }

    fn characters(&mut self, segments: &[Segment<'a>]) -> Cow<'a, str> {
        match segments {
            [] => Cow::Borrowed(""),
            [Segment::Literal(text)] => Cow::Borrowed(text),
            [Segment::Escaped(text)] if !text.contains('&') => Cow::Borrowed(text),
            segments => {
                let length = segments.iter().map(|segment| match segment {
                    Segment::Escaped(text) | Segment::Literal(text) => text.len(),
                });
                let mut out = String::with_capacity(length.sum());
                for segment in segments {
                    match segment {
                        Segment::Escaped(text) => self.entities.decode(text, &mut out, self.defects),
                        Segment::Literal(text) => out.push_str(text),
                    }
                }
                Cow::Owned(out)
            }
        }
    }

    fn bounded(&mut self, text: Cow<'a, str>) -> Cow<'a, str> {
        let text = match self.mojibake.undo(&text) {
            Some(meant) => {
                self.defects.note("encoded-twice");
                Cow::Owned(meant)
            }
            None => text,
        };
        if text.len() <= html::MAX_LENGTH {
            return text;
        }
        self.defects.note("text-too-long");
        let end = text.floor_char_boundary(html::MAX_LENGTH);
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..end).unwrap_or_default()),
            Cow::Owned(mut text) => {
                text.truncate(end);
                Cow::Owned(text)
            }
        }
    }
}

/// What characters are, by what is stated, what goes without saying, or how they look.
fn kind_of(text: Cow<'_, str>, stated: Stated, unstated: Unstated) -> Option<(TextKind, Cow<'_, str>)> {
    Some(match stated {
        Stated::Binary => return None,
        Stated::Base64 { html } => {
            let text = from_base64(&text)?;
            (if html { TextKind::Html } else { guess(&text) }, Cow::Owned(text))
        }
        Stated::Html | Stated::Xml => (TextKind::Html, text),
        Stated::Text => (TextKind::Plain, text),
        Stated::Nothing if unstated == Unstated::Html => (TextKind::Html, text),
        Stated::Nothing => (guess(&text), text),
    })
}

fn guess(text: &str) -> TextKind {
    if markup::looks_like_html(text) { TextKind::Html } else { TextKind::Plain }
}

/// Characters as people read them; `None` where they are tags without a text.
pub(super) fn readable(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    match guess(&text) {
        TextKind::Plain => Some(text),
        TextKind::Html => Some(html::to_plain(&text)).filter(|plain| !plain.is_empty()).map(Cow::Owned),
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// RFC 4287 §3.1.1 and §4.1.3.3, Atom 0.3's `mode`, and what publishers write instead.
fn stated(tag: &XmlTag<'_>) -> Stated {
    let mode = tag.attribute("mode").unwrap_or_default();
    if mode.eq_ignore_ascii_case("base64") {
        let html = tag.attribute("type").is_some_and(|kind| kind.contains("html"));
        return Stated::Base64 { html };
    }
    if mode.eq_ignore_ascii_case("xml") {
        return Stated::Xml;
    }
    let Some(media_type) = tag.attribute("type") else { return Stated::Nothing };
    let folded = media_type.trim().to_ascii_lowercase();
    let essence = folded.split(';').next().unwrap_or_default().trim();
    match essence {
        "text" | "text/plain" | "plain" => Stated::Text,
        "html" | "text/html" | "application/html" => Stated::Html,
        "xhtml" | "application/xhtml" | "xml" | "text/xhtml" => Stated::Xml,
        "" => Stated::Nothing,
        other if other.ends_with("+xml") || other.ends_with("/xml") => Stated::Xml,
        other if other.starts_with("text/") || !other.contains('/') => Stated::Nothing,
        other if is_media(other) => Stated::Binary,
        _ => Stated::Base64 { html: false },
    }
}

fn is_media(essence: &str) -> bool {
    ["image/", "audio/", "video/"].iter().any(|kind| essence.starts_with(kind))
}

fn from_base64(text: &str) -> Option<String> {
    let packed: String = text.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(packed).ok()?; // not base64 after all: nothing that can be shown
    let text = String::from_utf8(bytes).ok()?; // a file, not a text
    Some(text.chars().filter(|character| is_xml_char(*character)).collect())
}
