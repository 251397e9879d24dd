//! Writes the Atom 1.0 document that feed-rs reads, without anything that makes feed-rs fail.
//!
//! Atom can express most of what the other dialects can; the rest bypasses feed-rs as [extras](super::super::extras). feed-rs 3
//! rejects a whole feed because of an empty text, an unusual `type` or a missing end tag; this writer writes none of them.
//! Addresses get a mark ([`unmarked`] removes it), because feed-rs would rewrite them (lower-case the host, add a slash), and
//! an address is part of the identity of an entry.

use super::entities::is_xml_char;

/// Character put before each address, so that feed-rs does not parse it as a URL. No URL scheme starts with it.
const MARK: char = '=';

/// Returns an address without its mark.
pub(in crate::document) fn unmarked(address: &str) -> &str {
    address.strip_prefix(MARK).unwrap_or(address)
}

/// Relation of the link to the page that has the content of an entry. The entry's own link is preferred to it.
pub(in crate::document) const CONTENT_LINK: &str = "content";

/// Whether a text is plain text or HTML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextKind {
    Plain,
    Html,
}

/// The attributes of a link.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct AtomLink<'a> {
    pub(super) href: &'a str,
    pub(super) rel: &'a str,
    pub(super) media_type: Option<&'a str>,
}

/// Writes the document, element by element.
#[derive(Debug)]
pub(super) struct AtomWriter {
    out: String,
    texts: AtomTexts,
}

/// The text constructs of the document. The document has only their numbers, because feed-rs would copy each text several
/// times only to return it unchanged.
#[derive(Debug, Default)]
pub(in crate::document) struct AtomTexts(Vec<String>);

impl AtomTexts {
    /// Takes the text whose number is `written` in the document. A text can be taken once.
    pub(in crate::document) fn take(&mut self, written: &str) -> String {
        let place = written.parse::<usize>().ok();
        place.and_then(|place| self.0.get_mut(place)).map(std::mem::take).unwrap_or_default()
    }
}

impl AtomWriter {
    pub(super) fn new() -> Self {
        Self { out: r#"<feed xmlns="http://www.w3.org/2005/Atom">"#.to_owned(), texts: AtomTexts::default() }
    }

    /// Returns the length of the document so far, for [`AtomWriter::truncate`].
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Removes everything that was written since the document was `len` bytes long.
    pub(super) fn truncate(&mut self, len: usize) {
        self.out.truncate(len);
    }

    pub(super) fn open_entry(&mut self) {
        self.out.push_str("<entry>");
    }

    pub(super) fn close_entry(&mut self) {
        self.out.push_str("</entry>");
    }

    /// Ends the document, and returns it with its texts.
    pub(super) fn finish(mut self) -> (String, AtomTexts) {
        self.out.push_str("</feed>");
        (self.out, self.texts)
    }

    /// Writes a text construct, which must not be empty.
    pub(super) fn write_text(&mut self, name: &str, kind: TextKind, text: impl Into<String>) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(match kind {
            // Without a `type`, a text is plain (RFC 4287 §3.1.1).
            TextKind::Plain => ">",
            TextKind::Html => r#" type="html">"#,
        });
        self.out.push_str(&self.texts.0.len().to_string());
        let text = text.into();
        // Repairs may have brought white space to its ends.
        let trimmed = text.trim();
        let text = if trimmed.len() == text.len() { text } else { trimmed.to_owned() };
        self.texts.0.push(text);
        self.write_end_tag(name);
    }

    /// Writes an element with plain characters, such as an id, a date or a name.
    pub(super) fn write_value(&mut self, name: &str, text: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.write_characters(text);
        self.write_end_tag(name);
    }

    pub(super) fn write_link(&mut self, link: &AtomLink<'_>) {
        self.out.push_str("<link href=\"=");
        self.write_attribute_value(link.href);
        self.out.push_str("\" rel=\"");
        self.write_attribute_value(link.rel);
        if let Some(media_type) = link.media_type {
            self.out.push_str("\" type=\"");
            self.write_attribute_value(media_type);
        }
        self.out.push_str("\"/>");
    }

    pub(super) fn write_person(&mut self, name: Option<&str>, email: Option<&str>) {
        self.out.push_str("<author>");
        if let Some(name) = name {
            self.write_value("name", name);
        }
        if let Some(email) = email {
            self.write_value("email", email);
        }
        self.out.push_str("</author>");
    }

    pub(super) fn write_category(&mut self, term: &str) {
        self.out.push_str("<category term=\"");
        self.write_attribute_value(term);
        self.out.push_str("\"/>");
    }

    fn write_end_tag(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Writes characters, in CDATA if some of them would have to be escaped.
    fn write_characters(&mut self, text: &str) {
        if !text.contains(['<', '&']) && !text.contains("]]>") {
            self.out.push_str(text);
            return;
        }
        self.out.push_str("<![CDATA[");
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("]]>") {
            self.out.push_str(before);
            self.out.push_str("]]]]><![CDATA[>");
            rest = after;
        }
        self.out.push_str(rest);
        self.out.push_str("]]>");
    }

    fn write_attribute_value(&mut self, value: &str) {
        let is_special = |c: char| matches!(c, '&' | '<' | '"') || !is_xml_char(c);
        let mut rest = value;
        while let Some((before, special)) = rest.find(is_special).and_then(|at| rest.split_at_checked(at)) {
            self.out.push_str(before);
            let mut after = special.chars();
            match after.next() {
                Some('&') => self.out.push_str("&amp;"),
                Some('<') => self.out.push_str("&lt;"),
                Some('"') => self.out.push_str("&quot;"),
                _ => {}
            }
            rest = after.as_str();
        }
        self.out.push_str(rest);
    }
}
