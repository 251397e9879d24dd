//! The rebuild: a walk over broken markup of any dialect that writes the Atom document feed-rs reads.
//!
//! There is no tree and no stack of elements: a feed has two places (the feed, an entry), their elements hold text or
//! a few children, and everything else is skipped whole. So what is mismatched or unclosed costs at most the element
//! it is in, and a million levels of nesting are one skip.

pub(super) mod atom_writer;
pub(super) mod entities;
mod entry;
mod feed;
mod links;
pub(super) mod markup;
mod media;
mod namespaces;
mod origin;
mod people;
pub(super) mod scan;
pub(super) mod tags;
mod text;
mod vocabulary;

use url::Url;

use self::atom_writer::Atom;
use self::entities::Entities;
use self::entry::OpenEntry;
use self::feed::FeedState;
use self::namespaces::NamespaceScope;
use self::scan::{Content, Scanner};
use self::tags::{Piece, XmlTag};
use self::vocabulary::{Meaning, Space};
use super::bounds::MAX_ENTRIES;
use super::defects::Defects;
use super::extras::FeedExtras;
use super::mojibake::Mojibake;
use crate::model::{FeedFormat, FeedHints, LeftOutReason};

/// The most children of a person, a source or a media group that are looked at.
const MAX_CHILDREN: usize = 256;

/// Whether characters that should be plain text are HTML all the same.
pub(super) fn text_is_html(text: &str) -> bool {
    markup::looks_like_html(text)
}

/// What the pictures of a title say: some are nothing else.
pub(super) fn alternatives_to_pictures(html: &str) -> String {
    markup::alternatives(html)
}

/// What the rebuild gives.
#[derive(Debug)]
pub(in crate::document) struct Rebuilt {
    /// Atom 1.0, well-formed.
    pub(in crate::document) xml: String,
    /// What Atom, as feed-rs reads it, has no place for.
    pub(in crate::document) beside: FeedExtras,
    /// The name of the document's first element.
    pub(in crate::document) root: Option<String>,
    /// Elements called like entries that were not taken for any.
    pub(in crate::document) strangers: usize,
    /// Whether a feed began anywhere.
    pub(in crate::document) is_feed: bool,
}

/// Rebuilds `text`, found at `url`. Linear in its length, whatever it holds.
pub(in crate::document) fn read(text: &str, url: Option<&Url>, defects: &mut Defects) -> Rebuilt {
    let mut rebuild = Rebuild {
        scanner: Scanner::new(text),
        entities: Entities::default(),
        names: NamespaceScope::default(),
        mojibake: Mojibake::default(),
        defects,
        out: Atom::with_capacity(text.len()),
        url: url.cloned(),
        feed: FeedState::default(),
        entry: None,
        beside: FeedExtras {
            format: FeedFormat::Rss,
            language: None,
            hints: FeedHints::default(),
            entries: Vec::new(),
        },
        root: None,
        rooted: false,
        ended: false,
        strangers: 0,
    };
    rebuild.walk();
    rebuild.finish()
}

struct Rebuild<'a, 'd> {
    scanner: Scanner<'a>,
    entities: Entities,
    names: NamespaceScope<'a>,
    mojibake: Mojibake,
    defects: &'d mut Defects,
    out: Atom,
    url: Option<Url>,
    feed: FeedState,
    entry: Option<OpenEntry>,
    beside: FeedExtras,
    root: Option<String>,
    rooted: bool,
    ended: bool,
    strangers: usize,
}

impl<'a> Rebuild<'a, '_> {
    fn walk(&mut self) {
        while let Some((_, piece)) = self.scanner.next() {
            match piece {
                Piece::Start(tag) => self.start(&tag),
                Piece::End(name) => self.end(name),
                Piece::Doctype(doctype) => self.entities.declare(doctype),
                Piece::Cut => break,
                Piece::Literal(_) | Piece::OpenLiteral(_) | Piece::Nothing | Piece::Stray => {}
            }
            if self.beside.entries.len() >= MAX_ENTRIES {
                self.leave_out_the_rest();
                break;
            }
        }
    }

    /// Counts the entries beyond the bound: their start tags alone are looked at.
    fn leave_out_the_rest(&mut self) {
        self.ended = true;
        let mut beyond = 0;
        // An unclosed entry ends where the next begins, which is one too many.
        if let Some(open) = self.entry.take() {
            self.out.cut_back(open.written_at);
            beyond += 1;
        }
        while let Some((_, piece)) = self.scanner.next() {
            if let Piece::Start(tag) = piece {
                let (prefix, local) = vocabulary::split(tag.name);
                let meaning = vocabulary::meaning(self.names.space_of_prefix(prefix), local);
                beyond += usize::from(meaning == Meaning::Entry);
            }
        }
        if beyond > 0 {
            self.defects.note("too-many-entries");
            self.defects.leave_out(LeftOutReason::TooManyEntries, beyond);
        }
    }

    fn start(&mut self, tag: &XmlTag<'a>) {
        let (prefix, local) = vocabulary::split(tag.name);
        let mut space = self.names.space_of(tag, prefix, self.defects);
        let first = self.root.is_none();
        if first {
            self.root = Some(tag.name.chars().take(64).collect());
            if space == Space::Other && vocabulary::meaning(Space::Core, local) == Meaning::Root {
                // A prefix for a namespace of the publisher's own, as others have it without one.
                self.defects.note("odd-namespace");
                self.names.adopt(prefix);
                space = Space::Core;
            }
        }
        let meaning = vocabulary::meaning(space, local);
        if meaning == Meaning::Unknown && vocabulary::meaning(Space::Core, local) == Meaning::Entry {
            self.strangers += 1;
            if self.rooted && self.entry.is_none() {
                self.defects.leave_out(LeftOutReason::UnknownNamespace, 1);
            }
        }
        match meaning {
            Meaning::Root | Meaning::Channel => self.open_feed(tag, local),
            Meaning::Entry if self.rooted || first => self.open_entry(tag, local),
            _ if !self.rooted => {}
            _ if self.entry.is_some() => self.entry_element(tag, meaning, space),
            _ => self.feed_element(tag, meaning, space),
        }
    }

    fn end(&mut self, name: &str) {
        let (prefix, local) = vocabulary::split(name);
        self.ended |= self.root.as_deref().is_some_and(|root| root.eq_ignore_ascii_case(name));
        match vocabulary::meaning(self.names.space_of_prefix(prefix), local) {
            Meaning::Entry => self.close_entry(),
            meaning @ (Meaning::Channel | Meaning::Root) => {
                if self.entry.is_some() {
                    self.defects.note("unclosed-entry");
                    self.close_entry();
                }
                self.ended |= self.rooted && meaning == Meaning::Root;
            }
            Meaning::AtomLink
            | Meaning::Category
            | Meaning::Enclosure
            | Meaning::MediaContent
            | Meaning::Wrapper => {}
            _ if self.rooted && !self.ended => self.defects.note("stray-end-tag"),
            _ => {}
        }
    }

    /// The children of an element, for the few that have some of their own. Not recursive.
    fn children(raw: &'a str) -> Vec<(XmlTag<'a>, Content<'a>)> {
        let mut scanner = Scanner::new(raw);
        let mut children = Vec::new();
        while let Some((_, piece)) = scanner.next() {
            if let Piece::Start(tag) = piece {
                let (content, _) = scanner.content(&tag);
                children.push((tag, content));
            }
            if children.len() == MAX_CHILDREN {
                break;
            }
        }
        children
    }

    /// What a child means.
    fn child_meaning(&mut self, tag: &XmlTag<'a>) -> Meaning {
        let (prefix, local) = vocabulary::split(tag.name);
        vocabulary::meaning(self.names.space_of(tag, prefix, self.defects), local)
    }

    fn finish(mut self) -> Rebuilt {
        if !self.ended && self.rooted {
            self.defects.note("cut-off");
        }
        // A cut-off document keeps its whole entries. The one that was cut would come back whole at the next poll,
        // perhaps with another identity; only where it is all there is, it is better than nothing.
        if let Some(open) = self.entry.take() {
            if self.ended || self.beside.entries.is_empty() {
                self.entry = Some(open);
                self.close_entry();
            } else {
                self.defects.leave_out(LeftOutReason::CutOff, 1);
                self.out.cut_back(open.written_at);
            }
        }
        self.finish_feed();
        Rebuilt {
            xml: self.out.finish(),
            beside: self.beside,
            root: self.root,
            strangers: self.strangers,
            is_feed: self.rooted,
        }
    }
}
