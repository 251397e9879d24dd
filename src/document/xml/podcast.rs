//! Reads the elements that only podcasts have, of the namespaces of iTunes, the Podcast Index and Podlove.

use std::borrow::Cow;

use super::AtomConverter;
use super::scan::Content;
use super::tags::XmlTag;
use super::vocabulary::{self, PodcastMeaning};
use crate::document::podcast_values::{number, whole_number, yes_or_no};
use crate::model::{
    Chapter, ContentLink, Episode, Funding, LinkedFile, MAX_CHAPTERS, PodcastLocation, PodcastPerson, Show,
    ShowCategory, Soundbite,
};

/// How many transcripts, persons and other repeated elements of an episode or a show are kept.
const MAX_REPEATED: usize = 64;
/// Length in characters to which the values of a show or a person are shortened.
const LONGEST_VALUE: usize = 500;

impl<'a> AtomConverter<'a, '_> {
    /// Reads an element of an entry that only podcasts have.
    pub(super) fn read_episode_element(&mut self, tag: &XmlTag<'a>, meaning: PodcastMeaning) {
        match meaning {
            PodcastMeaning::Season => {
                let name = self.attribute(tag, "name").map(Cow::into_owned);
                let season = self.read_value(tag).and_then(|text| whole_number(&text));
                self.update_episode(|episode| {
                    episode.season = episode.season.or(season);
                    episode.season_name = episode.season_name.take().or(name);
                });
            }
            PodcastMeaning::Episode => {
                let name = self.attribute(tag, "display").map(Cow::into_owned);
                let found = self
                    .read_value(tag)
                    .and_then(|text| number(&text).or_else(|| whole_number(&text).map(Into::into)));
                self.update_episode(|episode| {
                    episode.episode = episode.episode.take().or(found);
                    episode.episode_name = episode.episode_name.take().or(name);
                });
            }
            PodcastMeaning::EpisodeType => {
                let found = self.read_value(tag).map(|text| text.to_ascii_lowercase());
                let found = found.filter(|kind| matches!(kind.as_str(), "full" | "trailer" | "bonus"));
                self.update_episode(|episode| episode.episode_type = found.or(episode.episode_type.take()));
            }
            PodcastMeaning::Explicit => {
                let found = self.read_value(tag).and_then(|text| yes_or_no(&text));
                self.update_episode(|episode| episode.explicit = found.or(episode.explicit));
            }
            PodcastMeaning::ChaptersFile | PodcastMeaning::Transcript => self.read_linked_file(tag, meaning),
            PodcastMeaning::ChapterList => self.read_chapter_list(tag),
            PodcastMeaning::Soundbite => self.read_soundbite(tag),
            PodcastMeaning::Person => {
                if let Some(person) = self.read_podcast_person(tag) {
                    self.update_episode(|episode| push(&mut episode.persons, person));
                }
            }
            PodcastMeaning::Location => {
                if let Some(place) = self.read_location(tag) {
                    self.update_episode(|episode| push(&mut episode.locations, place));
                }
            }
            PodcastMeaning::ContentLink => self.read_content_link(tag),
            PodcastMeaning::License => self.read_license(tag),
            // The other elements, such as categories, belong to shows.
            _ => self.scanner.skip(tag),
        }
    }

    /// Reads `itunes:title`. It is also the title of an entry that has no other.
    pub(super) fn read_episode_title(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        if let Content::Text(segments) = &content {
            let title = self.label_in(Content::Text(segments.clone())).map(Cow::into_owned);
            self.update_episode(|episode| episode.title = title.or(episode.title.take()));
        }
        self.entry_text_in(tag, content, "title", 1);
    }

    fn update_episode(&mut self, change: impl FnOnce(&mut Episode)) {
        self.update_extras(|extras| change(extras.details.podcast.get_or_insert_default()));
    }

    /// Reads the file with the chapters, or else a transcript.
    fn read_linked_file(&mut self, tag: &XmlTag<'a>, meaning: PodcastMeaning) {
        if let Some(file) = self.linked_file(tag) {
            self.update_episode(|episode| match meaning {
                PodcastMeaning::ChaptersFile => episode.chapters = Some(file),
                _ => push(&mut episode.transcripts, file),
            });
        }
        self.scanner.skip(tag);
    }

    fn linked_file(&mut self, tag: &XmlTag<'a>) -> Option<LinkedFile> {
        let url = self.attribute(tag, "url").or_else(|| self.attribute(tag, "href"))?;
        Some(LinkedFile {
            url: self.absolute(tag, &url)?,
            media_type: self.attribute(tag, "type").map(Cow::into_owned),
            language: self.attribute(tag, "language").map(Cow::into_owned),
            rel: self.attribute(tag, "rel").map(Cow::into_owned),
        })
    }

    /// Reads `psc:chapters`: a list of `psc:chapter start="…" title="…"`.
    fn read_chapter_list(&mut self, tag: &XmlTag<'a>) {
        let Content::Markup(raw) = self.read_content(tag) else { return };
        let mut chapters = Vec::new();
        for (child, _) in Self::children(raw) {
            let (Some(start), Some(title)) =
                (self.attribute(&child, "start"), self.attribute(&child, "title"))
            else {
                continue;
            };
            let is_time = start.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
            if !is_time || chapters.len() == MAX_CHAPTERS {
                continue;
            }
            let (start, title) = (start.into_owned(), title.into_owned());
            let url = self.attribute(&child, "href").and_then(|href| self.absolute(&child, &href));
            let image = self.attribute(&child, "image").and_then(|href| self.absolute(&child, &href));
            chapters.push(Chapter { start, title, url, image });
        }
        if !chapters.is_empty() {
            self.update_episode(|episode| episode.chapter_list = chapters);
        }
    }

    fn read_content_link(&mut self, tag: &XmlTag<'a>) {
        let url = self.attribute(tag, "href").and_then(|url| self.absolute(tag, &url));
        let text = self.read_label(tag).map(shortened).unwrap_or_default();
        if let Some(url) = url {
            self.update_episode(|episode| push(&mut episode.content_links, ContentLink { url, text }));
        }
    }

    fn read_location(&mut self, tag: &XmlTag<'a>) -> Option<PodcastLocation> {
        let geo = self.attribute(tag, "geo").filter(|geo| geo.starts_with("geo:")).map(shortened);
        let osm = self.attribute(tag, "osm").map(shortened);
        let name = shortened(self.read_label(tag)?);
        Some(PodcastLocation { name, geo, osm })
    }

    fn read_soundbite(&mut self, tag: &XmlTag<'a>) {
        let start = self.attribute(tag, "startTime").and_then(|text| number(&text));
        let length = self.attribute(tag, "duration").and_then(|text| number(&text));
        let title = self.read_label(tag).map(Cow::into_owned);
        if let (Some(start_s), Some(duration_s)) = (start, length) {
            self.update_episode(|episode| {
                push(&mut episode.soundbites, Soundbite { start_s, duration_s, title });
            });
        }
    }

    fn read_podcast_person(&mut self, tag: &XmlTag<'a>) -> Option<PodcastPerson> {
        let role = self.attribute(tag, "role").map(shortened);
        let group = self.attribute(tag, "group").map(shortened);
        let image = self.attribute(tag, "img").and_then(|href| self.absolute(tag, &href));
        let url = self.attribute(tag, "href").and_then(|href| self.absolute(tag, &href));
        let name = shortened(self.read_label(tag)?);
        Some(PodcastPerson { name, role, group, image, url })
    }

    /// Reads an element of the feed that only podcasts have.
    pub(super) fn read_show_element(&mut self, tag: &XmlTag<'a>, meaning: PodcastMeaning) {
        match meaning {
            PodcastMeaning::ShowCategory => self.read_show_category(tag),
            PodcastMeaning::Owner => self.read_owner(tag),
            PodcastMeaning::Person => {
                if let Some(person) = self.read_podcast_person(tag) {
                    push(&mut self.show().persons, person);
                }
            }
            PodcastMeaning::Location => {
                if let Some(location) = self.read_location(tag) {
                    push(&mut self.show().locations, location);
                }
            }
            PodcastMeaning::License => {
                let url = self.attribute(tag, "url").and_then(|url| self.absolute(tag, &url));
                let license = self.read_label(tag).map(shortened);
                let show = self.show();
                (show.license, show.license_url) = (license, url);
            }
            PodcastMeaning::UpdateFrequency => {
                let rule = self.attribute(tag, "rrule").map(shortened);
                let words = self.read_label(tag).map(shortened);
                let show = self.show();
                (show.update_frequency, show.update_rule) = (words, rule);
            }
            PodcastMeaning::Funding => {
                let url = self.attribute(tag, "url").and_then(|url| self.absolute(tag, &url));
                let text = self.read_label(tag).map(shortened).unwrap_or_default();
                if let Some(url) = url {
                    push(&mut self.show().funding, Funding { url, text });
                }
            }
            _ => {
                if let Some(text) = self.read_value(tag).map(shortened) {
                    set_show_value(self.show(), meaning, &text);
                }
            }
        }
    }

    /// Returns what was read of the show so far.
    pub(super) fn show(&mut self) -> &mut Show {
        self.extras.show.get_or_insert_default()
    }

    /// Reads `itunes:category text="…"`, with its subcategories inside. `googleplay:category` has the same form.
    fn read_show_category(&mut self, tag: &XmlTag<'a>) {
        let name = self.attribute(tag, "text").map(shortened);
        let content = self.read_content(tag);
        let mut subcategories = Vec::new();
        if let Content::Markup(raw) = content {
            for (child, _) in Self::children(raw) {
                subcategories.extend(self.attribute(&child, "text").map(shortened));
            }
        }
        let Some(name) = name else { return };
        let categories = &mut self.show().categories;
        match categories.iter_mut().find(|category| category.name == name) {
            Some(known) => subcategories.into_iter().for_each(|name| push(&mut known.subcategories, name)),
            None => push(categories, ShowCategory { name, subcategories }),
        }
    }

    /// Reads `itunes:owner` with a name and an e-mail address, or `googleplay:owner` with only the address.
    fn read_owner(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        let Content::Markup(raw) = content else {
            let email = self.value_in(content).filter(|text| text.contains('@')).map(shortened);
            let show = self.show();
            show.owner_email = show.owner_email.take().or(email);
            return;
        };
        for (child, content) in Self::children(raw) {
            let (_, local) = vocabulary::split(child.name);
            let (is_name, is_email) =
                (local.eq_ignore_ascii_case("name"), local.eq_ignore_ascii_case("email"));
            let text = self.label_in(content).map(shortened);
            let show = self.show();
            if is_name {
                show.owner_name = text.or(show.owner_name.take());
            } else if is_email {
                show.owner_email = text.or(show.owner_email.take());
            }
        }
    }
}

fn set_show_value(show: &mut Show, meaning: PodcastMeaning, text: &str) {
    let folded = text.to_ascii_lowercase();
    match meaning {
        PodcastMeaning::ShowGuid => show.guid = Some(text.to_owned()),
        PodcastMeaning::ShowType if matches!(folded.as_str(), "episodic" | "serial") => {
            show.show_type = Some(folded);
        }
        PodcastMeaning::Explicit => show.explicit = yes_or_no(text).or(show.explicit),
        PodcastMeaning::Complete => show.complete = folded == "yes",
        PodcastMeaning::Block => show.block = folded == "yes",
        PodcastMeaning::Locked => show.locked = yes_or_no(text),
        PodcastMeaning::Medium => show.medium = Some(folded),
        _ => {}
    }
}

/// Returns a text, or its beginning if it is longer than [`LONGEST_VALUE`].
fn shortened(text: impl AsRef<str>) -> String {
    text.as_ref().chars().take(LONGEST_VALUE).collect()
}

/// Adds an element, up to [`MAX_REPEATED`].
fn push<T>(list: &mut Vec<T>, element: T) {
    if list.len() < MAX_REPEATED {
        list.push(element);
    }
}
