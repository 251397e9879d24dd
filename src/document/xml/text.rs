//! Reads texts, and decides whether each is plain text or HTML. The `type` and `mode` that an element declares are
//! often wrong.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::AtomConverter;
use super::atom_writer::TextKind;
use super::entities::is_xml_char;
use super::html_or_plain::html_or_plain;
use super::markup::{self, MarkupKind};
use super::scan::{Content, ElementEnd, TextSegment};
use super::tags::XmlTag;
use super::text_kind::{self, Field, without_cdata_marks};
use crate::text::html;

/// The type of a text that declares none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DefaultTextType {
    /// HTML, as in RSS `description` and `content:encoded`.
    Html,
    /// XHTML, for an element in the namespace of XHTML.
    Xhtml,
    /// Plain text unless it contains markup, as in Atom.
    Guess,
    /// Plain text unless it contains markup, in a title or a name, which may name a tag (`The <hr> element`).
    Title,
}

/// The type that the `type` and `mode` attributes of an element declare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum DeclaredTextType {
    Undeclared,
    Text,
    Html,
    /// XHTML or other XML.
    Xml,
    /// Base64, which RFC 4287 §4.1.3.3 requires for any other type and Atom 0.3 declares by `mode`. `html` says
    /// whether the decoded text is HTML.
    Base64 {
        html: bool,
    },
    /// An image, a sound or a video, which has no text.
    Binary,
}

impl<'a> AtomConverter<'a, '_> {
    /// Reads the text of the element whose start tag was just read. `None` if it is empty.
    pub(super) fn read_text(
        &mut self,
        tag: &XmlTag<'a>,
        default_type: DefaultTextType,
    ) -> Option<(TextKind, Cow<'a, str>)> {
        let content = self.read_content(tag);
        self.text_in(tag, content, default_type)
    }

    /// Returns the text in `content`, which is the content of `tag`. `None` if it is empty or can't be shown.
    pub(super) fn text_in(
        &mut self,
        tag: &XmlTag<'a>,
        content: Content<'a>,
        default_type: DefaultTextType,
    ) -> Option<(TextKind, Cow<'a, str>)> {
        let declared = match declared_type(tag) {
            DeclaredTextType::Undeclared if default_type == DefaultTextType::Xhtml => DeclaredTextType::Xml,
            declared => declared,
        };
        let content = match content {
            // TypePad puts escaped HTML into the `div` of XHTML.
            Content::Markup(raw) if declared == DeclaredTextType::Html => {
                match markup::only_text_in_a_div(raw) {
                    Some(text) => Content::Text(vec![TextSegment::Escaped(text)]),
                    None => Content::Markup(raw),
                }
            }
            content => content,
        };
        let (kind, text) = match content {
            Content::Markup(raw) if is_data(tag) && !markup::has_html(raw) => return None,
            Content::Markup(raw) => {
                if declared == DeclaredTextType::Html
                    || declared == DeclaredTextType::Undeclared && default_type == DefaultTextType::Html
                {
                    self.defects.note("unescaped-markup");
                }
                let kind = if declared == DeclaredTextType::Xml {
                    MarkupKind::Xhtml
                } else {
                    MarkupKind::UnescapedHtml
                };
                let mut out = String::with_capacity(raw.len());
                markup::to_html(raw, kind, &mut out);
                let html = Cow::Owned(out);
                if kind == MarkupKind::Xhtml { (TextKind::Html, html) } else { html_text(html, default_type) }
            }
            Content::Text(segments) => {
                let text = without_cdata_marks(self.decode_segments(&segments));
                typed_text(text, declared, default_type)?
            }
        };
        let text = trimmed(text);
        (!text.is_empty()).then(|| (kind, self.clean_text(text)))
    }

    /// Reads the value of an element that should contain no markup, such as an address, a date or a name. If there is
    /// markup, returns its text.
    pub(super) fn read_value(&mut self, tag: &XmlTag<'a>) -> Option<Cow<'a, str>> {
        let content = self.read_content(tag);
        self.value_in(content)
    }

    pub(super) fn value_in(&mut self, content: Content<'a>) -> Option<Cow<'a, str>> {
        let text = match content {
            Content::Text(segments) => without_cdata_marks(self.decode_segments(&segments)),
            Content::Markup(raw) => {
                let mut out = String::new();
                markup::to_html(raw, MarkupKind::UnescapedHtml, &mut out);
                Cow::Owned(html::to_plain(&out))
            }
        };
        let text = trimmed(text);
        (!text.is_empty()).then(|| self.clean_text(text))
    }

    /// Reads the name of a category, a person or a source. As with titles, no specification says whether it is HTML;
    /// WordPress writes `<![CDATA[Arts &amp; Culture]]>`.
    pub(super) fn read_label(&mut self, tag: &XmlTag<'a>) -> Option<Cow<'a, str>> {
        let content = self.read_content(tag);
        self.label_in(content)
    }

    pub(super) fn label_in(&mut self, content: Content<'a>) -> Option<Cow<'a, str>> {
        let is_plain = matches!(content, Content::Markup(_));
        let text = self.value_in(content)?;
        if is_plain { Some(text) } else { readable(text) }
    }

    /// Returns the value of an attribute, decoded and trimmed. `None` if it is absent or empty.
    pub(super) fn attribute(&mut self, tag: &XmlTag<'a>, name: &str) -> Option<Cow<'a, str>> {
        let raw = tag.attribute(name)?;
        let value = trimmed(self.decode_segments(&[TextSegment::Escaped(raw)]));
        (!value.is_empty()).then_some(value)
    }

    /// Reads the content of the element whose start tag was just read, and notes a missing end.
    pub(super) fn read_content(&mut self, tag: &XmlTag<'a>) -> Content<'a> {
        let (content, end) = self.scanner.content(tag);
        match end {
            ElementEnd::EndTag => {}
            ElementEnd::Missing => self.defects.note("unclosed-tag"),
            ElementEnd::UnclosedCData => self.defects.note("unclosed-cdata"),
        }
        content
    }

    /// Returns the text of the segments, with their references decoded.
    fn decode_segments(&mut self, segments: &[TextSegment<'a>]) -> Cow<'a, str> {
        match segments {
            [] => Cow::Borrowed(""),
            [TextSegment::Verbatim(text)] => Cow::Borrowed(text),
            [TextSegment::Escaped(text)] if !text.contains('&') => Cow::Borrowed(text),
            segments => {
                let length = segments.iter().map(|segment| match segment {
                    TextSegment::Escaped(text) | TextSegment::Verbatim(text) => text.len(),
                });
                let mut out = String::with_capacity(length.sum());
                for segment in segments {
                    match segment {
                        TextSegment::Escaped(text) => self.entities.decode(text, &mut out, self.defects),
                        TextSegment::Verbatim(text) => out.push_str(text),
                    }
                }
                Cow::Owned(out)
            }
        }
    }

    /// Undoes double encoding in a text, and shortens it to [`html::MAX_LENGTH`].
    fn clean_text(&mut self, text: Cow<'a, str>) -> Cow<'a, str> {
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

/// Returns the text with its kind, by its declared type, or else its default type, or else its tags. `None` if it can't be
/// shown.
fn typed_text(
    text: Cow<'_, str>,
    declared: DeclaredTextType,
    default_type: DefaultTextType,
) -> Option<(TextKind, Cow<'_, str>)> {
    Some(match declared {
        DeclaredTextType::Binary => return None,
        DeclaredTextType::Base64 { html } => {
            let text = Cow::Owned(from_base64(&text)?);
            if html { (TextKind::Html, text) } else { guess(text, Field::Untyped) }
        }
        DeclaredTextType::Xml => (TextKind::Html, text),
        DeclaredTextType::Html => html_text(text, default_type),
        DeclaredTextType::Text => (TextKind::Plain, text),
        DeclaredTextType::Undeclared if default_type == DefaultTextType::Html => {
            html_text(text, default_type)
        }
        DeclaredTextType::Undeclared if default_type == DefaultTextType::Title => guess(text, Field::Title),
        DeclaredTextType::Undeclared => guess(text, Field::Untyped),
    })
}

/// Returns a text that is HTML by its declaration or by its dialect: as HTML if it contains markup, else as plain text.
fn html_text(text: Cow<'_, str>, default_type: DefaultTextType) -> (TextKind, Cow<'_, str>) {
    match html_or_plain(text, default_type == DefaultTextType::Title) {
        Ok(html) => (TextKind::Html, html),
        Err(plain) => (TextKind::Plain, plain),
    }
}

/// Returns a text that declares no type: as HTML if it contains markup, else as plain text.
fn guess(text: Cow<'_, str>, field: Field) -> (TextKind, Cow<'_, str>) {
    match text_kind::as_html(&text, field) {
        None => (TextKind::Plain, text),
        Some(Cow::Borrowed(_)) => (TextKind::Html, text),
        Some(Cow::Owned(html)) => (TextKind::Html, Cow::Owned(html)),
    }
}

/// Returns the text without its tags. `None` if there is nothing but tags.
pub(super) fn readable(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    match text_kind::as_html(&text, Field::Title) {
        None => Some(text),
        Some(html) => Some(html::to_plain(&html)).filter(|plain| !plain.is_empty()).map(Cow::Owned),
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// Returns the type that an element declares: by RFC 4287 §3.1.1 and §4.1.3.3, by Atom 0.3's `mode`, or by a value
/// that publishers use instead.
fn declared_type(tag: &XmlTag<'_>) -> DeclaredTextType {
    let mode = tag.attribute("mode").unwrap_or_default();
    if mode.eq_ignore_ascii_case("base64") {
        let html = tag.attribute("type").is_some_and(|kind| kind.contains("html"));
        return DeclaredTextType::Base64 { html };
    }
    if mode.eq_ignore_ascii_case("xml") {
        return DeclaredTextType::Xml;
    }
    let Some(media_type) = tag.attribute("type") else { return DeclaredTextType::Undeclared };
    let folded = media_type.trim().to_ascii_lowercase();
    let essence = folded.split(';').next().unwrap_or_default().trim();
    match essence {
        "text" | "text/plain" | "plain" => DeclaredTextType::Text,
        "html" | "text/html" | "application/html" => DeclaredTextType::Html,
        "xhtml" | "application/xhtml" | "xml" | "text/xhtml" => DeclaredTextType::Xml,
        "" => DeclaredTextType::Undeclared,
        other if other.ends_with("+xml") || other.ends_with("/xml") => DeclaredTextType::Xml,
        other if other.starts_with("text/") || !other.contains('/') => DeclaredTextType::Undeclared,
        other if is_media(other) => DeclaredTextType::Binary,
        _ => DeclaredTextType::Base64 { html: false },
    }
}

/// Returns whether an element declares its content as XML that need not be XHTML. It may then be data for programs, which has
/// no text for readers.
fn is_data(tag: &XmlTag<'_>) -> bool {
    let media_type = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    (essence.ends_with("+xml") || essence.ends_with("/xml")) && !essence.contains("xhtml")
}

fn is_media(essence: &str) -> bool {
    ["image/", "audio/", "video/"].iter().any(|kind| essence.starts_with(kind))
}

fn from_base64(text: &str) -> Option<String> {
    let packed: String = text.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(packed).ok()?; // invalid base64 can't be shown
    let text = String::from_utf8(bytes).ok()?; // anything but UTF-8 is a file and not a text
    Some(text.chars().filter(|character| is_xml_char(*character)).collect())
}
