//! The document that feed-rs reads: Atom 1.0, whatever came in, written with nothing in it that feed-rs trips over.
//!
//! Atom is the one dialect that says everything the others do. feed-rs 3 rejects a whole feed for an empty text, an
//! unusual `type`, or a missing end tag; none of them can be written here. Addresses are marked ([`unmarked`]), because
//! feed-rs would write them anew (host lower-cased, slash added), and an address is part of an entry's identity.

use super::entities::is_xml_char;

/// What keeps feed-rs from taking an address apart: no scheme starts with it.
const MARK: char = '=';

/// The address that was written with the mark.
pub(in crate::document) fn unmarked(address: &str) -> &str {
    address.strip_prefix(MARK).unwrap_or(address)
}

/// Whether a text is characters or markup.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextKind {
    Plain,
    Html,
}

/// Where a link leads; only the address is always there.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct AtomLink<'a> {
    pub(super) href: &'a str,
    pub(super) rel: &'a str,
    pub(super) media_type: Option<&'a str>,
    pub(super) length: Option<u64>,
}

/// Writes the document, element by element.
#[derive(Debug)]
pub(super) struct Atom {
    out: String,
}

impl Atom {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let mut out = String::with_capacity(bytes);
        out.push_str(r#"<feed xmlns="http://www.w3.org/2005/Atom">"#);
        Self { out }
    }

    /// How long the document is by now, for [`Atom::cut_back`].
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Forgets what was written since it was `len` long.
    pub(super) fn cut_back(&mut self, len: usize) {
        self.out.truncate(len);
    }

    pub(super) fn open_entry(&mut self) {
        self.out.push_str("<entry>");
    }

    pub(super) fn close_entry(&mut self) {
        self.out.push_str("</entry>");
    }

    pub(super) fn finish(mut self) -> String {
        self.out.push_str("</feed>");
        self.out
    }

    /// A text construct, in CDATA: read back in one piece, where escaped HTML costs feed-rs an event a reference.
    pub(super) fn text(&mut self, name: &str, kind: TextKind, text: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(match kind {
            // The default (RFC 4287 §3.1.1).
            TextKind::Plain => ">",
            TextKind::Html => r#" type="html">"#,
        });
        self.characters(text);
        self.end(name);
    }

    /// An element of characters: an id, a date, a name.
    pub(super) fn simple(&mut self, name: &str, text: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.characters(text);
        self.end(name);
    }

    pub(super) fn link(&mut self, link: &AtomLink<'_>) {
        self.out.push_str("<link href=\"=");
        self.attribute_value(link.href);
        self.out.push_str("\" rel=\"");
        self.attribute_value(link.rel);
        if let Some(media_type) = link.media_type {
            self.out.push_str("\" type=\"");
            self.attribute_value(media_type);
        }
        if let Some(length) = link.length {
            self.out.push_str("\" length=\"");
            self.out.push_str(&length.to_string());
        }
        self.out.push_str("\"/>");
    }

    pub(super) fn person(&mut self, name: Option<&str>, email: Option<&str>) {
        self.out.push_str("<author>");
        if let Some(name) = name {
            self.simple("name", name);
        }
        if let Some(email) = email {
            self.simple("email", email);
        }
        self.out.push_str("</author>");
    }

    pub(super) fn category(&mut self, term: &str) {
        self.out.push_str("<category term=\"");
        self.attribute_value(term);
        self.out.push_str("\"/>");
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn characters(&mut self, text: &str) {
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

    fn attribute_value(&mut self, value: &str) {
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
