//! Converts XML of any dialect, however broken, to an Atom document that feed-rs can read.
//!
//! The converter keeps no tree and no stack of open elements. It is either in the feed or in an entry; the elements
//! of both hold text or a few children; every other element is skipped with all its content. So a mismatched or
//! unclosed tag costs at most the element that it is in, and a million levels of nesting are skipped at once.

pub(super) mod atom_writer;
pub(super) mod entities;
mod entry;
mod entry_fields;
mod feed;
mod html_elements;
pub(super) mod html_or_plain;
mod links;
pub(super) mod markup;
mod media;
mod namespaces;
mod people;
mod pictures;
mod podcast;
mod ranks;
mod rights_and_place;
pub(super) mod scan;
mod source;
pub(super) mod tags;
mod text;
pub(super) mod text_kind;
pub(super) mod twice_escaped;
mod vocabulary;

use url::Url;

use self::atom_writer::{AtomDocuments, AtomTexts, AtomWriter};
use self::entities::Entities;
use self::entry::OpenEntry;
use self::feed::FeedState;
use self::namespaces::DeclaredPrefixes;
use self::scan::{Content, Scanner};
use self::tags::{XmlTag, XmlToken};
use self::vocabulary::{Meaning, Namespace};
use super::bounds::MAX_ENTRIES;
use super::defects::Defects;
use super::extras::FeedExtras;
use super::mojibake::Mojibake;
use crate::model::{CUT_OFF, FeedFormat, FeedHints, LeftOutReason};
use crate::text::dates::DateStyle;

/// How many children of an element, such as a person, a source or a media group, are read.
const MAX_CHILDREN: usize = 256;

/// A feed converted to Atom.
#[derive(Debug)]
pub(in crate::document) struct ConvertedFeed {
    /// Well-formed Atom 1.0, with numbers in the place of its texts.
    pub(in crate::document) atom: AtomDocuments,
    /// The texts to which the numbers in `atom` refer.
    pub(in crate::document) texts: AtomTexts,
    /// Values that feed-rs does not read from Atom.
    pub(in crate::document) extras: FeedExtras,
    /// Name of the document's first element, if it has one.
    pub(in crate::document) root: Option<String>,
    /// How many elements have the name of an entry but an unknown namespace.
    pub(in crate::document) unknown_entries: usize,
    /// Whether the document contains a feed.
    pub(in crate::document) is_feed: bool,
}

/// Converts `text`, which was fetched from `url`. `is_encoded_twice` says whether earlier documents of the source were. The
/// cost is linear in the length of the text.
pub(in crate::document) fn to_atom(
    text: &str,
    url: Option<&Url>,
    is_encoded_twice: bool,
    defects: &mut Defects,
) -> ConvertedFeed {
    let mut converter = AtomConverter {
        scanner: Scanner::new(text),
        entities: Entities::default(),
        namespaces: DeclaredPrefixes::default(),
        mojibake: Mojibake::after(is_encoded_twice, text),
        defects,
        out: AtomWriter::default(),
        url: url.cloned(),
        feed: FeedState::default(),
        entry: None,
        extras: FeedExtras {
            format: FeedFormat::Rss,
            language: None,
            hints: FeedHints::default(),
            show: None,
            date_style: DateStyle::default(),
            entries: Vec::new(),
        },
        root: None,
        feed_started: false,
        feed_ended: false,
        unknown_entries: 0,
    };
    converter.convert();
    converter.finish()
}

/// Reads the tokens of one document in order, and writes Atom.
struct AtomConverter<'a, 'd> {
    scanner: Scanner<'a>,
    entities: Entities,
    namespaces: DeclaredPrefixes<'a>,
    mojibake: Mojibake<'a>,
    defects: &'d mut Defects,
    out: AtomWriter,
    /// Address of the document.
    url: Option<Url>,
    feed: FeedState,
    /// The entry that is being read.
    entry: Option<OpenEntry>,
    extras: FeedExtras,
    /// Name of the first element, of which at most 64 characters are kept.
    root: Option<String>,
    /// Whether the root element, a channel or an entry was read.
    feed_started: bool,
    /// Whether the end tag of the feed was read, or the number of entries reached its bound. In both cases the document does
    /// not count as truncated.
    feed_ended: bool,
    unknown_entries: usize,
}

impl<'a> AtomConverter<'a, '_> {
    fn convert(&mut self) {
        while let Some((_, token)) = self.scanner.next() {
            match token {
                XmlToken::Start(tag) => self.read_start_tag(&tag),
                XmlToken::End(name) => self.read_end_tag(name),
                XmlToken::Doctype(doctype) => self.entities.read_doctype(doctype),
                XmlToken::CutOffTag => break,
                XmlToken::CData(_)
                | XmlToken::UnclosedCData(_)
                | XmlToken::Ignored
                | XmlToken::LoneLessThan => {}
            }
            if self.extras.entries.len() >= MAX_ENTRIES {
                self.count_entries_over_the_bound();
                break;
            }
        }
    }

    /// Counts the entries after the first [`MAX_ENTRIES`] by their start tags.
    fn count_entries_over_the_bound(&mut self) {
        self.feed_ended = true;
        let mut over = 0;
        // An unclosed entry ends where the next one starts. It is still open here, so it is over the bound, too.
        if let Some(open) = self.entry.take() {
            self.out.discard_entry(open.written_at);
            over += 1;
        }
        while let Some((_, token)) = self.scanner.next() {
            if let XmlToken::Start(tag) = token {
                let (prefix, local) = vocabulary::split(tag.name);
                let meaning = vocabulary::meaning(self.namespaces.namespace_of_prefix(prefix), local);
                over += usize::from(meaning == Meaning::Entry);
            }
        }
        if over > 0 {
            self.defects.note("too-many-entries");
            self.defects.leave_out(LeftOutReason::TooManyEntries, over);
        }
    }

    fn read_start_tag(&mut self, tag: &XmlTag<'a>) {
        let (prefix, local) = vocabulary::split(tag.name);
        let mut namespace = self.namespaces.namespace_of(tag, prefix, self.defects);
        let is_root = self.root.is_none();
        if is_root {
            self.root = Some(tag.name.chars().take(64).collect());
            if namespace == Namespace::Other && vocabulary::meaning(Namespace::Core, local) == Meaning::Root {
                // The publisher declared its own namespace for RSS, with a prefix.
                self.defects.note("odd-namespace");
                self.namespaces.declare_core(prefix);
                namespace = Namespace::Core;
            }
        }
        let meaning = vocabulary::meaning(namespace, local);
        if meaning == Meaning::Unknown && vocabulary::meaning(Namespace::Core, local) == Meaning::Entry {
            self.unknown_entries += 1;
            if self.feed_started && self.entry.is_none() {
                self.defects.leave_out(LeftOutReason::UnknownNamespace, 1);
            }
        }
        match meaning {
            Meaning::Root | Meaning::Channel => self.open_feed(tag, local),
            Meaning::Entry if self.feed_started || is_root => self.open_entry(tag, local),
            _ if !self.feed_started => {}
            _ if self.entry.is_some() => self.read_entry_element(tag, meaning, namespace),
            _ => self.read_feed_element(tag, meaning, namespace),
        }
    }

    fn read_end_tag(&mut self, name: &str) {
        let (prefix, local) = vocabulary::split(name);
        self.feed_ended |= self.root.as_deref().is_some_and(|root| root.eq_ignore_ascii_case(name));
        match vocabulary::meaning(self.namespaces.namespace_of_prefix(prefix), local) {
            Meaning::Entry => self.close_entry(),
            meaning @ (Meaning::Channel | Meaning::Root) => {
                if self.entry.is_some() {
                    self.defects.note("unclosed-entry");
                    self.close_entry();
                }
                self.feed_ended |= self.feed_started && meaning == Meaning::Root;
            }
            Meaning::Link
            | Meaning::Category
            | Meaning::Enclosure
            | Meaning::MediaContent
            | Meaning::Wrapper => {}
            _ if self.feed_started && !self.feed_ended => self.defects.note("stray-end-tag"),
            _ => {}
        }
    }

    /// Returns the first [`MAX_CHILDREN`] direct children in the content of an element.
    fn children(raw: &'a str) -> Vec<(XmlTag<'a>, Content<'a>)> {
        let mut scanner = Scanner::new(raw);
        let mut children = Vec::new();
        while let Some((_, token)) = scanner.next() {
            if let XmlToken::Start(tag) = token {
                let (content, _) = scanner.content(&tag);
                children.push((tag, content));
            }
            if children.len() == MAX_CHILDREN {
                break;
            }
        }
        children
    }

    /// Returns the meaning of a child element.
    fn meaning_of_child(&mut self, tag: &XmlTag<'a>) -> Meaning {
        let (prefix, local) = vocabulary::split(tag.name);
        vocabulary::meaning(self.namespaces.namespace_of(tag, prefix, self.defects), local)
    }

    fn finish(mut self) -> ConvertedFeed {
        if !self.feed_ended && self.feed_started {
            self.defects.note(CUT_OFF);
        }
        // Of a truncated document only the complete entries are kept. The truncated entry will probably be complete at the next
        // poll, and might then get another key. If it is the only entry, it is kept all the same.
        if let Some(open) = self.entry.take() {
            if self.feed_ended || self.extras.entries.is_empty() {
                self.entry = Some(open);
                self.close_entry();
            } else {
                self.defects.leave_out(LeftOutReason::CutOff, 1);
                self.out.discard_entry(open.written_at);
            }
        }
        self.finish_feed();
        self.extras.hints.settled.is_encoded_twice = self.mojibake.is_settled();
        let (atom, texts) = self.out.finish();
        ConvertedFeed {
            atom,
            texts,
            extras: self.extras,
            root: self.root,
            unknown_entries: self.unknown_entries,
            is_feed: self.feed_started,
        }
    }
}
