//! Reads an entry and its elements.

use std::borrow::Cow;

use url::Url;

use super::AtomConverter;
use super::atom_writer::TextKind;
use super::links::is_web_address;
use super::people::EntryPeople;
use super::pictures::{BestPicture, PictureWords};
use super::ranks::FieldRanks;
use super::rights_and_place::Coordinates;
use super::tags::XmlTag;
use super::text::DefaultTextType;
use super::vocabulary::{self, Meaning, Namespace};
use crate::document::extras::EntryExtras;
use crate::document::podcast_values::duration;
use crate::model::{FeedFormat, LONE_ENTRY, LeftOutReason};
use crate::text::html;

/// The entry that is being read.
#[derive(Debug)]
pub(super) struct OpenEntry {
    /// Length of the Atom document before this entry was written.
    pub(super) written_at: usize,
    /// Whether neither an element nor an attribute that is read (`rdf:about`, `href`, `lastmod`) was found in it so far.
    is_empty: bool,
    /// Ranks of the values written so far.
    pub(super) ranks: FieldRanks,
    /// The `xml:base` of the entry.
    pub(super) base: Option<Url>,
    /// The best picture that was found so far.
    pub(super) picture: Option<BestPicture>,
    /// The description that stands beside the pictures of the entry, and how many pictures there are.
    pub(super) picture_words: PictureWords,
    /// Where on the earth the entry's subject is.
    pub(super) coordinates: Coordinates,
    /// Notes of an episode. They become the content if they are longer than the summary and the entry has no content.
    notes: Option<EpisodeNotes>,
    /// Length of the summary as published, in bytes.
    pub(super) summary_length: usize,
    pub(super) people: EntryPeople,
    pub(super) extras: EntryExtras,
}

/// The longest `itunes:summary` or `googleplay:description` of an entry.
#[derive(Debug)]
struct EpisodeNotes {
    kind: TextKind,
    text: String,
    base: Option<String>,
    /// Length as plain text, in bytes.
    length: usize,
}

impl<'a> AtomConverter<'a, '_> {
    /// Starts an entry at its start tag. Ends an entry that is still open.
    pub(super) fn open_entry(&mut self, tag: &XmlTag<'a>, local: &str) {
        // RSS 1.0 identifies an item by `rdf:about`. CDF (Microsoft's Channel Definition Format) uses attributes
        // instead of elements.
        let (about, href) = (self.rdf_about(tag), self.attribute(tag, "href"));
        let is_empty = about.is_none() && href.is_none() && tag.attribute("lastmod").is_none();
        if self.entry.is_some() {
            if tag.empty && is_empty {
                // An empty `<item/>` is not the next entry, so it does not show that the end tag of the open entry is missing.
                self.leave_out_empty();
                return;
            }
            self.defects.note("unclosed-entry");
            self.close_entry();
        }
        if !self.feed_started {
            self.feed_started = true;
            self.extras.format = if local == "entry" { FeedFormat::Atom } else { FeedFormat::Rss };
            if local == "entry" {
                self.defects.note(LONE_ENTRY);
            }
        }
        let written_at = self.out.open_entry();
        let base = self.base_of(tag);
        let language = self.attribute(tag, "xml:lang").map(Cow::into_owned);
        self.entry = Some(OpenEntry {
            written_at,
            is_empty,
            ranks: FieldRanks::default(),
            base,
            picture: None,
            picture_words: PictureWords::default(),
            coordinates: Coordinates::default(),
            notes: None,
            people: EntryPeople::default(),
            summary_length: 0,
            extras: EntryExtras { language, ..EntryExtras::default() },
        });
        if let Some(about) = about {
            self.write_id(&about, 1);
        }
        if let Some(href) = href {
            self.write_entry_link(tag, &href, "alternate");
        }
        if let Some(modified) = self.attribute(tag, "lastmod")
            && self.check_date(&modified)
        {
            self.write_date("updated", &modified, 1);
        }
        if tag.empty {
            self.close_entry();
        }
    }

    /// Returns the value of RDF's `about`, with any prefix. The first version of RDF had no prefix.
    fn rdf_about(&mut self, tag: &XmlTag<'a>) -> Option<Cow<'a, str>> {
        if !tag.attributes.contains("about") {
            return None;
        }
        let namespaces = &self.namespaces;
        let is_about = |key: &str| {
            let (prefix, local) = vocabulary::split(key);
            local == "about" && namespaces.namespace_of_prefix(prefix) == Namespace::Core
        };
        let (key, _) = tag.attributes().find(|(key, _)| is_about(key))?;
        self.attribute(tag, key)
    }

    /// Ends the entry, or leaves it out if it is empty.
    pub(super) fn close_entry(&mut self) {
        let Some(mut entry) = self.entry.take() else {
            if self.feed_started {
                self.defects.note("stray-end-tag");
            }
            return;
        };
        if entry.is_empty {
            self.leave_out_empty();
            self.out.discard_entry(entry.written_at);
            return;
        }
        if let Some(notes) = entry.notes.take().filter(|notes| notes.length > entry.summary_length)
            && entry.ranks.content.accept_better(1)
        {
            self.out.write_text("content", notes.kind, notes.text);
            entry.extras.content_base = notes.base;
        }
        self.write_unnamed_people(&entry.people);
        self.out.close_entry();
        let extras = &mut entry.extras;
        if let Some(place) = entry.coordinates.into_place() {
            extras.details.place = Some(place);
        }
        if let Some((mut image, is_small)) = entry.picture.map(BestPicture::into_image) {
            image.alt = image.alt.or(entry.picture_words.into_description());
            let kept = if is_small { &mut extras.small_picture } else { &mut extras.details.image };
            *kept = Some(image);
        }
        self.extras.entries.push(Box::new(entry.extras));
    }

    fn leave_out_empty(&mut self) {
        self.defects.note("empty-entry");
        self.defects.leave_out(LeftOutReason::Empty, 1);
    }

    /// Reads one element of an entry by its meaning.
    pub(super) fn read_entry_element(&mut self, tag: &XmlTag<'a>, meaning: Meaning, namespace: Namespace) {
        if let Some(entry) = &mut self.entry {
            entry.is_empty = false;
        }
        match meaning {
            Meaning::Title => self.read_entry_text(tag, "title", 0),
            Meaning::FallbackTitle if namespace == Namespace::Itunes => self.read_episode_title(tag),
            Meaning::FallbackTitle => self.read_entry_text(tag, "title", 1),
            Meaning::Summary => self.read_entry_text(tag, "summary", 0),
            Meaning::FallbackSummary if is_notes(tag, namespace) => self.read_episode_notes(tag),
            Meaning::FallbackSummary if namespace == Namespace::Media => self.read_media_description(tag),
            Meaning::FallbackSummary => self.read_entry_text(tag, "summary", fallback_rank(tag)),
            Meaning::Content => self.read_entry_content(tag, namespace, 0),
            Meaning::FallbackContent => self.read_entry_content(tag, namespace, 1),
            Meaning::Link => self.read_entry_link(tag),
            Meaning::Id => self.read_entry_id(tag),
            Meaning::Published | Meaning::Updated | Meaning::Date | Meaning::FallbackDate => {
                self.read_entry_date(tag, meaning);
            }
            Meaning::Person => self.read_person(tag, namespace),
            Meaning::Contributor => self.read_contributor(tag),
            Meaning::Credit => self.read_credit(tag),
            Meaning::Category => self.read_category(tag),
            Meaning::Keywords => self.read_keywords(tag),
            Meaning::Enclosure => self.read_enclosure(tag),
            media if media.is_of_media() => self.read_media_element(tag, media),
            Meaning::Comments => self.read_comments(tag),
            Meaning::Source => self.read_source(tag),
            Meaning::OriginalLink => {
                // Some programs write an id into this element, which is not an address.
                if let Some(href) = self.read_value(tag).filter(|href| is_web_address(href)) {
                    self.update_extras(|extras| extras.original_link = Some(href.into_owned()));
                }
            }
            Meaning::AlsoIn => self.read_also_in(tag),
            // Its children are read like any other element of the entry.
            Meaning::Wrapper => {}
            Meaning::Language => {
                if let Some(language) = self.read_value(tag) {
                    self.update_extras(|extras| {
                        extras.language.get_or_insert(language.into_owned());
                    });
                }
            }
            Meaning::Image => self.read_entry_image(tag, namespace),
            Meaning::OriginalEnclosure => self.read_original_enclosure(tag),
            Meaning::Duration => {
                let seconds = self.read_value(tag).and_then(|text| duration(&text));
                self.update_extras(|extras| extras.duration_s = extras.duration_s.or(seconds));
            }
            Meaning::Rights => self.read_rights(tag),
            Meaning::License => self.read_license(tag),
            Meaning::Point | Meaning::Latitude | Meaning::Longitude | Meaning::Place => {
                self.read_place(tag, meaning);
            }
            Meaning::Podcast(meaning) => self.read_episode_element(tag, meaning),
            _ => self.scanner.skip(tag),
        }
    }

    /// Reads `itunes:summary` or `googleplay:description`. It becomes the summary if there is no other, or only a subtitle. If
    /// it is longer than the summary, as in many podcasts, it becomes the content of an entry that has none.
    fn read_episode_notes(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        let base = self.text_base(tag, &content);
        let Some((kind, text)) = self.text_in(tag, content, DefaultTextType::Guess) else { return };
        let Some(entry) = &mut self.entry else { return };
        let length = plain_length(kind, &text);
        if entry.ranks.summary.accept_better(1) {
            self.out.write_text("summary", kind, &*text);
            entry.extras.summary_base.clone_from(&base);
            entry.summary_length = text.len();
        }
        if entry.notes.as_ref().is_none_or(|known| length > known.length) {
            entry.notes = Some(EpisodeNotes { kind, text: text.into_owned(), base, length });
        }
    }

    /// Changes the extras of the entry that is being read.
    pub(super) fn update_extras(&mut self, change: impl FnOnce(&mut EntryExtras)) {
        if let Some(entry) = &mut self.entry {
            change(&mut entry.extras);
        }
    }
}

/// Returns whether an element that stands in for a description holds the notes of an episode.
fn is_notes(tag: &XmlTag<'_>, namespace: Namespace) -> bool {
    namespace == Namespace::Itunes && !tag.name.ends_with("subtitle")
}

fn plain_length(kind: TextKind, text: &str) -> usize {
    match kind {
        TextKind::Plain => text.trim().len(),
        TextKind::Html => html::to_plain(text).len(),
    }
}

/// Returns the rank of an element that stands in for a description; a lower rank is better. A subtitle is only one line, so
/// most other elements are better.
fn fallback_rank(tag: &XmlTag<'_>) -> u8 {
    let is_subtitle = tag.name.ends_with("subtitle");
    if is_subtitle { 3 } else { 1 }
}
