//! Writes the Atom 1.0 document that feed-rs reads, without anything that makes feed-rs fail.
//!
//! Atom can express most of what the other dialects can; the rest bypasses feed-rs as [extras](super::super::extras). feed-rs 3
//! rejects a whole feed because of an empty text, an unusual `type` or a missing end tag; this writer writes none of them.
//! Addresses get a mark ([`unmarked`] removes it), because feed-rs would rewrite them (lower-case the host, add a slash), and
//! an address is part of the identity of an entry.

use std::io::Read;

use super::entities::is_xml_char;

/// Character put before each address, so that feed-rs does not parse it as a URL. No URL scheme starts with it.
const MARK: char = '=';

/// Returns an address without its mark.
pub(in crate::document) fn unmarked(address: &str) -> &str {
    address.strip_prefix(MARK).unwrap_or(address)
}

/// Relation of the link to the page that has the content of an entry. The entry's own link is preferred to it.
pub(in crate::document) const CONTENT_LINK: &str = "content";

/// How many links of one entry, or of the feed itself, are written, and as many persons and categories. feed-rs needs some 150
/// bytes for each, so without a limit 16 MiB of `<category>` would take as much memory as eight other documents.
const MAX_OF_A_KIND: usize = 1024;

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
#[derive(Debug, Default)]
pub(super) struct AtomWriter {
    /// The elements of the feed itself.
    feed: String,
    entries: AtomEntries,
    is_in_entry: bool,
    /// What was written of the feed itself.
    of_feed: Written,
    /// What was written of the entry that is open.
    of_entry: Written,
    texts: AtomTexts,
}

/// How many elements that may be repeated were written.
#[derive(Debug, Default)]
struct Written {
    links: usize,
    persons: usize,
    categories: usize,
}

#[derive(Debug, Default)]
struct AtomEntries {
    written: String,
    /// How many entries were written.
    count: usize,
    /// Where the last entry of each full batch ends.
    batch_ends: Vec<usize>,
}

/// How many entries one document has at most: the entries of feed-rs take several times the memory of those of riverd, so
/// those of a batch are converted before feed-rs reads the next one.
pub(in crate::document) const BATCH: usize = 256;

/// A feed as one or more Atom documents.
#[derive(Debug)]
pub(in crate::document) struct AtomDocuments {
    feed: String,
    entries: AtomEntries,
}

impl AtomDocuments {
    /// Returns the documents in order. The first has all elements of the feed itself; each has the next [`BATCH`] entries.
    pub(in crate::document) fn iter(&self) -> impl Iterator<Item = impl Read> {
        let AtomEntries { written, batch_ends, .. } = &self.entries;
        let ends = batch_ends.iter().copied().filter(|end| *end < written.len()).chain([written.len()]);
        let mut from = 0;
        ends.map(move |end| {
            let feed = if from == 0 { self.feed.as_str() } else { "" };
            let entries = written.get(from..end).unwrap_or_default();
            from = end;
            let opened = br#"<feed xmlns="http://www.w3.org/2005/Atom">"#.chain(feed.as_bytes());
            opened.chain(entries.as_bytes()).chain(&b"</feed>"[..])
        })
    }
}

/// The text constructs of the document. The document has only their numbers, because feed-rs would copy each text several
/// times only to return it unchanged.
#[derive(Debug, Default)]
pub(in crate::document) struct AtomTexts(Vec<String>);

impl AtomTexts {
    /// Takes the text whose number is `written` in the document. A text can be taken once.
    pub(in crate::document) fn take(&mut self, written: &str) -> String {
        let index = written.parse::<usize>().ok();
        index.and_then(|index| self.0.get_mut(index)).map(std::mem::take).unwrap_or_default()
    }
}

impl AtomWriter {
    /// Begins an entry: what is written until its end belongs to it. Returns where it begins in the output, in bytes, for
    /// [`AtomWriter::discard_entry`].
    pub(super) fn open_entry(&mut self) -> usize {
        let start = self.entries.written.len();
        self.is_in_entry = true;
        self.of_entry = Written::default();
        self.out().push_str("<entry>");
        start
    }

    /// Removes the entry that is open and began at `start`.
    pub(super) fn discard_entry(&mut self, start: usize) {
        self.entries.written.truncate(start);
        self.is_in_entry = false;
    }

    pub(super) fn close_entry(&mut self) {
        self.out().push_str("</entry>");
        self.is_in_entry = false;
        self.entries.count += 1;
        if self.entries.count.is_multiple_of(BATCH) {
            self.entries.batch_ends.push(self.entries.written.len());
        }
    }

    /// Returns what was written, and the texts to which it refers.
    pub(super) fn finish(self) -> (AtomDocuments, AtomTexts) {
        (AtomDocuments { feed: self.feed, entries: self.entries }, self.texts)
    }

    /// Counts one more element of a kind. Returns whether it is one of the first [`MAX_OF_A_KIND`], and so may be written.
    fn has_room(&mut self, kind: fn(&mut Written) -> &mut usize) -> bool {
        let written = kind(if self.is_in_entry { &mut self.of_entry } else { &mut self.of_feed });
        *written += 1;
        *written <= MAX_OF_A_KIND
    }

    fn out(&mut self) -> &mut String {
        if self.is_in_entry { &mut self.entries.written } else { &mut self.feed }
    }

    /// Writes a text construct, which must not be empty.
    pub(super) fn write_text(&mut self, name: &str, kind: TextKind, text: impl Into<String>) {
        self.out().push('<');
        self.out().push_str(name);
        self.out().push_str(match kind {
            // Without a `type`, a text is plain (RFC 4287 §3.1.1).
            TextKind::Plain => ">",
            TextKind::Html => r#" type="html">"#,
        });
        let number = self.texts.0.len().to_string();
        self.out().push_str(&number);
        let text = text.into();
        // Repairs may have brought white space to its ends.
        let trimmed = text.trim();
        let text = if trimmed.len() == text.len() { text } else { trimmed.to_owned() };
        self.texts.0.push(text);
        self.write_end_tag(name);
    }

    /// Writes an element with plain characters, such as an id, a date or a name.
    pub(super) fn write_value(&mut self, name: &str, text: &str) {
        self.out().push('<');
        self.out().push_str(name);
        self.out().push('>');
        self.write_characters(text);
        self.write_end_tag(name);
    }

    pub(super) fn write_link(&mut self, link: &AtomLink<'_>) {
        if !self.has_room(|written| &mut written.links) {
            return;
        }
        self.out().push_str("<link href=\"=");
        self.write_attribute_value(link.href);
        self.out().push_str("\" rel=\"");
        self.write_attribute_value(link.rel);
        if let Some(media_type) = link.media_type {
            self.out().push_str("\" type=\"");
            self.write_attribute_value(media_type);
        }
        self.out().push_str("\"/>");
    }

    /// Writes an author. `elements` are the child elements with their values; one without a value is left out.
    pub(super) fn write_person(&mut self, elements: [(&str, Option<&str>); 3]) {
        if !self.has_room(|written| &mut written.persons) {
            return;
        }
        self.out().push_str("<author>");
        for (element, value) in elements {
            if let Some(value) = value {
                self.write_value(element, value);
            }
        }
        self.out().push_str("</author>");
    }

    pub(super) fn write_category(&mut self, term: &str) {
        if !self.has_room(|written| &mut written.categories) {
            return;
        }
        self.out().push_str("<category term=\"");
        self.write_attribute_value(term);
        self.out().push_str("\"/>");
    }

    fn write_end_tag(&mut self, name: &str) {
        self.out().push_str("</");
        self.out().push_str(name);
        self.out().push('>');
    }

    /// Writes characters, in CDATA if some of them would have to be escaped.
    fn write_characters(&mut self, text: &str) {
        if !text.contains(['<', '&']) && !text.contains("]]>") {
            self.out().push_str(text);
            return;
        }
        self.out().push_str("<![CDATA[");
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("]]>") {
            self.out().push_str(before);
            self.out().push_str("]]]]><![CDATA[>");
            rest = after;
        }
        self.out().push_str(rest);
        self.out().push_str("]]>");
    }

    fn write_attribute_value(&mut self, value: &str) {
        let is_special = |c: char| matches!(c, '&' | '<' | '"') || !is_xml_char(c);
        let mut rest = value;
        while let Some((before, special)) = rest.find(is_special).and_then(|at| rest.split_at_checked(at)) {
            self.out().push_str(before);
            let mut after = special.chars();
            match after.next() {
                Some('&') => self.out().push_str("&amp;"),
                Some('<') => self.out().push_str("&lt;"),
                Some('"') => self.out().push_str("&quot;"),
                _ => {}
            }
            rest = after.as_str();
        }
        self.out().push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_kind_the_first_elements_of_every_entry_are_written() {
        let mut writer = AtomWriter::default();
        let write_many = |writer: &mut AtomWriter| {
            for _ in 0..2 * MAX_OF_A_KIND {
                writer.write_category("a");
                writer.write_person([("name", Some("b")), ("uri", None), ("email", None)]);
                writer.write_link(&AtomLink { href: "c", rel: "via", media_type: None });
            }
        };
        write_many(&mut writer);
        for _ in 0..2 {
            writer.open_entry();
            write_many(&mut writer);
            writer.close_entry();
        }
        let (documents, _) = writer.finish();
        let counts =
            |written: &str| ["<category", "<author", "<link"].map(|tag| written.matches(tag).count());
        assert_eq!(counts(&documents.feed), [MAX_OF_A_KIND; 3]);
        assert_eq!(counts(&documents.entries.written), [2 * MAX_OF_A_KIND; 3]);
    }
}
