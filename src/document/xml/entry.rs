//! What stands in an entry.

use std::borrow::Cow;

use url::Url;

use super::Rebuild;
use super::atom_writer::AtomLink;
use super::links::link_rel;
use super::scan::Content;
use super::tags::XmlTag;
use super::text::{Unstated, readable};
use super::vocabulary::{self, Meaning, Space};
use crate::document::extras::EntryExtras;
use crate::model::{FeedFormat, LeftOutReason};
use crate::text::dates;

/// The scheme of the category by which Blogger says in each entry that it is a post, and not a comment or a page.
const BLOGGERS_KINDS: &str = "http://schemas.google.com/g/2005#kind";

/// How good the best is that was found for one field; lower is better. Since feed-rs keeps the last it reads, a better
/// one found later is simply written after it.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Rank(Option<u8>);

impl Rank {
    /// Whether `rank` is better than the best so far; of equals the first stays.
    pub(super) fn improves(&mut self, rank: u8) -> bool {
        let better = self.0.is_none_or(|best| rank < best);
        if better {
            self.0 = Some(rank);
        }
        better
    }

    /// Whether `rank` is as good as the best so far; of equals the last stays. So it is with dates, in other readers
    /// too: what was changed is often added and not replaced.
    pub(super) fn equals(&mut self, rank: u8) -> bool {
        let as_good = self.0.is_none_or(|best| rank <= best);
        if as_good {
            self.0 = Some(rank);
        }
        as_good
    }
}

/// The ranks of the fields that several elements can fill.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Best {
    pub(super) title: Rank,
    pub(super) summary: Rank,
    pub(super) content: Rank,
    pub(super) id: Rank,
    pub(super) published: Rank,
    pub(super) updated: Rank,
}

/// The entry that the walk is in.
#[derive(Debug)]
pub(super) struct OpenEntry {
    /// Where it starts in the document being written.
    pub(super) written_at: usize,
    /// Whether it has neither an address nor any element so far.
    is_empty: bool,
    best: Best,
    pub(super) base: Option<Url>,
    beside: EntryExtras,
}

impl<'a> Rebuild<'a, '_> {
    pub(super) fn open_entry(&mut self, tag: &XmlTag<'a>, local: &str) {
        // RSS 1.0 names an item by its address; CDF has attributes for what others have elements for.
        let (about, href) = (self.rdf_about(tag), self.attribute(tag, "href"));
        let is_empty = about.is_none() && href.is_none() && tag.attribute("lastmod").is_none();
        if self.entry.is_some() {
            if tag.empty && is_empty {
                // Not the next entry, which would have something in it, and so no sign that this one has no end.
                self.leave_out_empty();
                return;
            }
            self.defects.note("unclosed-entry");
            self.close_entry();
        }
        if !self.rooted {
            self.rooted = true;
            self.beside.format = if local == "entry" { FeedFormat::Atom } else { FeedFormat::Rss };
        }
        let written_at = self.out.len();
        self.out.open_entry();
        let base = self.base_of(tag);
        let language = self.attribute(tag, "xml:lang").map(Cow::into_owned);
        self.entry = Some(OpenEntry {
            written_at,
            is_empty,
            best: Best::default(),
            base,
            beside: EntryExtras { language, ..EntryExtras::default() },
        });
        if let Some(about) = about {
            self.id(&about, 1);
        }
        if let Some(href) = href {
            self.entry_link(tag, &href, "alternate");
        }
        if let Some(modified) = self.attribute(tag, "lastmod")
            && self.is_readable_date(&modified)
        {
            self.date("updated", &modified, 1);
        }
        if tag.empty {
            self.close_entry();
        }
    }

    /// RDF's `about`, under whatever prefix; the first RDF had it without one.
    fn rdf_about(&mut self, tag: &XmlTag<'a>) -> Option<Cow<'a, str>> {
        if !tag.attributes.contains("about") {
            return None;
        }
        let names = &self.names;
        let is_about = |key: &str| {
            let (prefix, local) = vocabulary::split(key);
            local == "about" && names.space_of_prefix(prefix) == Space::Core
        };
        let (key, _) = tag.attributes().find(|(key, _)| is_about(key))?;
        self.attribute(tag, key)
    }

    pub(super) fn close_entry(&mut self) {
        let Some(entry) = self.entry.take() else {
            if self.rooted {
                self.defects.note("stray-end-tag");
            }
            return;
        };
        if entry.is_empty {
            self.leave_out_empty();
            self.out.cut_back(entry.written_at);
            return;
        }
        self.out.close_entry();
        self.beside.entries.push(entry.beside);
    }

    fn leave_out_empty(&mut self) {
        self.defects.note("empty-entry");
        self.defects.leave_out(LeftOutReason::Empty, 1);
    }

    pub(super) fn entry_element(&mut self, tag: &XmlTag<'a>, meaning: Meaning, space: Space) {
        if let Some(entry) = &mut self.entry {
            entry.is_empty = false;
        }
        match meaning {
            Meaning::Title => self.entry_text(tag, "title", 0),
            Meaning::TitleElse => self.entry_text(tag, "title", 1),
            Meaning::Summary => self.entry_text(tag, "summary", 0),
            Meaning::SummaryElse => self.entry_text(tag, "summary", fallback_rank(tag, space)),
            Meaning::Content => self.entry_content(tag, space),
            Meaning::AtomLink => self.entry_link_element(tag),
            Meaning::Id => self.entry_id(tag),
            Meaning::Published | Meaning::Updated | Meaning::Date | Meaning::DateElse => {
                self.entry_date(tag, meaning);
            }
            Meaning::Person => self.person(tag),
            Meaning::Category => self.category(tag),
            Meaning::Keywords => self.keywords(tag),
            Meaning::Enclosure => self.enclosure(tag),
            Meaning::MediaContent => self.media_content(tag),
            Meaning::MediaGroup => self.media_group(tag),
            Meaning::Comments => {
                if let Some(href) = self.simple(tag) {
                    self.entry_link(tag, &href, "replies");
                }
            }
            Meaning::Source => self.source(tag),
            Meaning::OriginalLink => {
                if let Some(href) = self.simple(tag) {
                    let original = self.resolved(tag, &href);
                    self.beside_entry(|beside| beside.original_link = original);
                }
            }
            Meaning::AlsoIn => self.also_in(tag),
            // The walk meets what is in it.
            Meaning::Wrapper => {}
            Meaning::Language => {
                if let Some(language) = self.simple(tag) {
                    self.beside_entry(|beside| {
                        beside.language.get_or_insert(language.into_owned());
                    });
                }
            }
            _ => self.scanner.skip(tag),
        }
    }

    pub(super) fn beside_entry(&mut self, change: impl FnOnce(&mut EntryExtras)) {
        if let Some(entry) = &mut self.entry {
            change(&mut entry.beside);
        }
    }

    fn entry_text(&mut self, tag: &XmlTag<'a>, name: &str, rank: u8) {
        let content = self.content(tag);
        self.entry_text_of(tag, content, name, rank);
    }

    pub(super) fn entry_text_of(&mut self, tag: &XmlTag<'a>, content: Content<'a>, name: &str, rank: u8) {
        let base = if name == "title" { None } else { self.text_base(tag, &content) };
        let html_by_right = name == "summary" && self.beside.format != FeedFormat::Atom && rank == 0;
        let unstated = if html_by_right { Unstated::Html } else { Unstated::Guess };
        let Some((kind, text)) = self.text_of(tag, content, unstated) else { return };
        let Some(entry) = &mut self.entry else { return };
        if name == "title" {
            if entry.best.title.improves(rank) {
                self.out.text("title", kind, &text);
            }
        } else if entry.best.summary.improves(rank) {
            self.out.text("summary", kind, &text);
            entry.beside.summary_base = base;
            self.inherit_language(tag);
        } else if rank == 0 && entry.best.content.improves(1) {
            // A description and a summary: one of them is the whole text, and none is lost.
            self.out.text("content", kind, &text);
            entry.beside.content_base = base;
        }
    }

    fn entry_content(&mut self, tag: &XmlTag<'a>, space: Space) {
        if let Some(href) = self.attribute(tag, "src") {
            // RFC 4287 §4.1.3.2: the content is elsewhere. A page is what an entry links to; a file is attached.
            self.linked_content(tag, &href);
        }
        let unstated = match (space, self.beside.format) {
            (Space::Xhtml, _) => Unstated::Xhtml,
            (_, FeedFormat::Atom) => Unstated::Guess,
            _ => Unstated::Html,
        };
        let content = self.content(tag);
        let base = self.text_base(tag, &content);
        let Some((kind, text)) = self.text_of(tag, content, unstated) else { return };
        let Some(entry) = &mut self.entry else { return };
        if entry.best.content.improves(0) {
            self.out.text("content", kind, &text);
            entry.beside.content_base = base;
            self.inherit_language(tag);
        }
    }

    fn linked_content(&mut self, tag: &XmlTag<'a>, href: &str) {
        let media_type = self.attribute(tag, "type");
        let is_page = media_type.as_deref().is_none_or(|kind| kind.contains("html"));
        let Some(href) = self.resolved(tag, href) else { return };
        let rel = if is_page { "alternate" } else { "enclosure" };
        self.out.link(&AtomLink { href: &href, rel, media_type: media_type.as_deref(), length: None });
    }

    /// Takes the language of a text for that of the entry: an entry's texts seldom have two.
    fn inherit_language(&mut self, tag: &XmlTag<'a>) {
        if let Some(language) = self.attribute(tag, "xml:lang") {
            self.beside_entry(|beside| beside.language = Some(language.into_owned()));
        }
    }

    fn entry_id(&mut self, tag: &XmlTag<'a>) {
        let permalink = tag.attribute("isPermaLink").map(|value| value.trim().eq_ignore_ascii_case("true"));
        let Some(id) = self.simple(tag) else { return };
        if self.id(&id, 0) {
            // RSS 2.0: then it is an address, and so it may be relative. Only nobody writes blanks into one.
            let is_address = permalink == Some(true) && !id.contains(char::is_whitespace);
            let address = if is_address { self.resolved(tag, &id) } else { None };
            self.beside_entry(|beside| {
                beside.id_is_permalink = permalink;
                beside.permalink = address;
            });
        }
    }

    fn id(&mut self, id: &str, rank: u8) -> bool {
        let better = self.entry.as_mut().is_some_and(|entry| entry.best.id.improves(rank));
        if better {
            self.out.simple("id", id);
        }
        better
    }

    fn entry_date(&mut self, tag: &XmlTag<'a>, meaning: Meaning) {
        let Some(text) = self.simple(tag) else { return };
        if !self.is_readable_date(&text) {
            return;
        }
        match meaning {
            Meaning::Published => self.date("published", &text, 0),
            Meaning::Updated => self.date("updated", &text, 0),
            Meaning::DateElse => self.date("published", &text, 2),
            _ => {
                self.date("published", &text, 1);
                self.date("updated", &text, 1);
            }
        }
    }

    /// Returns whether a date can be read. One that can't is noted, and never stands in the way of another.
    pub(super) fn is_readable_date(&mut self, text: &str) -> bool {
        let is_readable = dates::parse(text).is_some();
        if !is_readable {
            self.defects.note(dates::UNREADABLE);
        }
        is_readable
    }

    /// Writes a date that can be read.
    fn date(&mut self, name: &str, text: &str, rank: u8) {
        let Some(entry) = &mut self.entry else { return };
        let slot = if name == "published" { &mut entry.best.published } else { &mut entry.best.updated };
        if slot.equals(rank) {
            self.out.simple(name, text);
        }
    }

    fn entry_link_element(&mut self, tag: &XmlTag<'a>) {
        if let Some(href) = self.attribute(tag, "href") {
            let rel = link_rel(self.attribute(tag, "rel"));
            self.entry_link(tag, &href, &rel);
        } else if let Some(href) = self.link_text(tag) {
            self.entry_link(tag, &href, "alternate");
        }
    }

    pub(super) fn entry_link(&mut self, tag: &XmlTag<'a>, href: &str, rel: &str) {
        let Some(href) = self.resolved(tag, href) else { return };
        let media_type = self.attribute(tag, "type");
        let length = self.attribute(tag, "length").and_then(|length| length.parse().ok()); // "1,024": unknown
        self.out.link(&AtomLink { href: &href, rel, media_type: media_type.as_deref(), length });
    }

    fn category(&mut self, tag: &XmlTag<'a>) {
        if tag.attribute("scheme") == Some(BLOGGERS_KINDS) {
            return;
        }
        let label = self.attribute(tag, "label").or_else(|| self.attribute(tag, "term"));
        let label = if label.is_some() { label.and_then(readable) } else { self.label(tag) };
        if let Some(label) = label {
            self.out.category(&label);
        }
    }

    fn keywords(&mut self, tag: &XmlTag<'a>) {
        let Some(text) = self.label(tag) else { return };
        for keyword in text.split(',').map(str::trim).filter(|keyword| !keyword.is_empty()) {
            self.out.category(keyword);
        }
    }
}

/// How good a summary is that stands in for a description: a subtitle is a line, a media description is of the media.
fn fallback_rank(tag: &XmlTag<'_>, space: Space) -> u8 {
    let is_line = tag.name.ends_with("subtitle");
    match space {
        Space::Media => 2,
        _ if is_line => 3,
        _ => 1,
    }
}
