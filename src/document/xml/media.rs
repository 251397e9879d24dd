//! Reads the files of an entry: enclosures and Media RSS.

use std::borrow::Cow;

use super::AtomConverter;
use super::links::is_web_address;
use super::pictures::{LONGEST_DESCRIPTION, PictureRank, is_picture_of_author};
use super::scan::Content;
use super::tags::XmlTag;
use super::vocabulary::{self, Meaning};
use crate::document::enclosure::{self, FileMention, PLAYER};
use crate::document::podcast_values::duration;

/// Media type of Flash.
const FLASH: &str = "application/x-shockwave-flash";

/// A `media:content` that is a picture.
#[derive(Clone, Copy)]
struct MediaPicture {
    /// Width in pixels, if it is stated.
    width: Option<u32>,
}

/// What the children of a `media:content` say about its file.
#[derive(Default)]
struct AboutFile {
    title: Option<String>,
    description: Option<String>,
    /// Address of the page that plays the file.
    player: Option<String>,
}

impl<'a> AtomConverter<'a, '_> {
    /// Reads `enclosure`. Programs that serialise objects write the address and the type as children or as text.
    pub(super) fn read_enclosure(&mut self, tag: &XmlTag<'a>) {
        // RSS 1.0 writes `rdf:resource`, or `resource`.
        let names = ["url", "href", "resource", "rdf:resource", "enc:url"];
        let href = names.iter().find_map(|name| self.attribute(tag, name));
        if let Some(href) = href {
            self.add_enclosure(tag, &href);
            // What is inside belongs to the file and not to the entry.
            self.scanner.skip(tag);
            return;
        }
        let (mut url, mut media_type, mut length) = (None, self.attribute(tag, "type"), None);
        match self.read_content(tag) {
            Content::Markup(raw) => {
                for (child, content) in Self::children(raw) {
                    let (_, local) = vocabulary::split(child.name);
                    if let Some(href) = self.attribute(&child, "enc:url") {
                        self.add_enclosure(&child, &href);
                        continue;
                    }
                    let Some(value) = self.value_in(content) else { continue };
                    match local.to_ascii_lowercase().as_str() {
                        "url" | "href" | "link" => url = Some(value),
                        "type" | "mime_type" | "mimetype" => media_type = Some(value),
                        "length" | "size" => length = bytes(&value),
                        _ => {}
                    }
                }
            }
            text @ Content::Text(_) => url = self.value_in(text).filter(|text| text.contains('/')),
        }
        let Some(url) = url.filter(|url| !url.contains(char::is_whitespace)) else { return };
        let Some(url) = self.absolute(tag, &url) else { return };
        self.add_file(FileMention {
            url: &url,
            media_type: media_type.as_deref(),
            length,
            ..FileMention::default()
        });
    }

    /// Adds a file that `tag` names by `href` as an enclosure of RSS or Atom.
    pub(super) fn add_enclosure(&mut self, tag: &XmlTag<'a>, href: &str) {
        let Some(url) = self.absolute(tag, href) else { return };
        let media_type = self.attribute(tag, "type").or_else(|| self.attribute(tag, "enc:type"));
        let title = self.attribute(tag, "title");
        let length = self.attribute(tag, "length").or_else(|| self.attribute(tag, "enc:length"));
        let length = length.and_then(|length| bytes(&length));
        let duration_s = self.attribute(tag, "duration").and_then(|text| duration(&text));
        self.add_file(FileMention {
            url: &url,
            media_type: media_type.as_deref(),
            length,
            duration_s,
            title: title.as_deref(),
            ..FileMention::default()
        });
    }

    fn add_file(&mut self, file: FileMention<'_>) {
        self.update_extras(|extras| extras.files.add(file));
    }

    /// Reads `feedburner:origEnclosureLink`, the address to which the enclosure redirects.
    pub(super) fn read_original_enclosure(&mut self, tag: &XmlTag<'a>) {
        let Some(href) = self.read_value(tag).filter(|href| is_web_address(href)) else { return };
        self.update_extras(|extras| extras.original_enclosure = Some(href.into_owned()));
    }

    /// Reads an element of Media RSS that names files or players.
    pub(super) fn read_media_element(&mut self, tag: &XmlTag<'a>, meaning: Meaning) {
        match meaning {
            Meaning::MediaContent => self.read_media_content(tag),
            Meaning::MediaGroup => self.read_media_group(tag),
            Meaning::Thumbnail => self.read_thumbnail(tag),
            Meaning::PeerLink => {
                self.add_torrent(tag);
                self.scanner.skip(tag);
            }
            _ => {
                let content = self.read_content(tag);
                self.add_player(tag, &content);
            }
        }
    }

    /// Reads `media:content` (Media RSS 1.5.1): a file and its description.
    fn read_media_content(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        let is_picture = tag.attribute("url").is_some_and(|href| is_picture(tag, href));
        self.note_media_file(is_picture);
        self.read_media_file(tag, &content, true);
    }

    fn note_media_file(&mut self, is_picture: bool) {
        if let Some(entry) = &mut self.entry {
            entry.picture_words.add_file(is_picture);
        }
    }

    /// Reads `media:group`: the same content in several formats, of which one is kept: the default, or else the widest picture,
    /// or else the first one.
    fn read_media_group(&mut self, tag: &XmlTag<'a>) {
        let Content::Markup(raw) = self.read_content(tag) else { return };
        let children = Self::children(raw);
        let has_url = |(child, _): &&(XmlTag<'a>, Content<'a>)| {
            child.attribute("url").is_some()
                && vocabulary::split(child.name).1.eq_ignore_ascii_case("content")
        };
        let is_default =
            |(child, _): &&(XmlTag<'a>, Content<'a>)| child.attribute("isDefault") == Some("true");
        let has_default = children.iter().filter(has_url).find(is_default);
        let chosen =
            has_default.or_else(|| self.widest_picture(&children)).or_else(|| children.iter().find(has_url));
        let chosen = chosen.and_then(|(child, _)| child.attribute("url"));
        let files = children.iter().filter(has_url);
        self.note_media_file(
            files
                .clone()
                .all(|(child, _)| child.attribute("url").is_some_and(|href| is_picture(child, href))),
        );
        for (child, content) in children {
            match self.meaning_of_child(&child) {
                // A group may declare Media RSS as its default namespace. Its children then look like those of Atom.
                Meaning::MediaContent | Meaning::Content => {
                    let is_chosen = child.attribute("url") == chosen;
                    self.read_media_file(&child, &content, is_chosen);
                }
                Meaning::Thumbnail => self.add_thumbnail(&child, content),
                Meaning::FallbackTitle => self.entry_text_in(&child, content, "title", 1),
                Meaning::FallbackSummary => self.media_description_in(&child, content),
                Meaning::Rights => self.add_rights_in(content),
                Meaning::License => self.add_license(&child, content),
                Meaning::Player => self.add_player(&child, &content),
                Meaning::PeerLink => self.add_torrent(&child),
                _ => {}
            }
        }
    }

    /// Reads `media:player` or `media:embed` beside the files of an entry. It is kept if none of them is a recording.
    fn add_player(&mut self, tag: &XmlTag<'a>, content: &Content<'a>) {
        if let Some(url) = self.player(tag, content) {
            self.update_extras(|extras| extras.files.add_player(url));
        }
    }

    /// Returns the address of a player, unless it is a file of Flash, which no browser plays.
    fn player(&mut self, tag: &XmlTag<'a>, content: &Content<'a>) -> Option<String> {
        let href = self.attribute(tag, "url").or_else(|| self.attribute(tag, "href"))?;
        let path = href.split(['?', '#']).next().unwrap_or_default();
        // `media:param name="type"` inside `media:embed` has the type of the player.
        let is_flash_file = path.to_ascii_lowercase().ends_with(".swf")
            || matches!(content, Content::Markup(inside) if inside.contains(FLASH));
        if is_flash_file { None } else { self.absolute(tag, &href) }
    }

    /// Reads `media:peerLink`: the same film as a torrent.
    fn add_torrent(&mut self, tag: &XmlTag<'a>) {
        let href = self.attribute(tag, "href").or_else(|| self.attribute(tag, "url"));
        let Some(url) = href.and_then(|href| self.absolute(tag, &href)) else { return };
        let stated = self.attribute(tag, "type");
        let media_type = stated.as_deref().or(Some("application/x-bittorrent"));
        self.add_file(FileMention { url: &url, media_type, is_media_rss: true, ..FileMention::default() });
    }

    /// Returns the widest of the files of a group, if all of them are pictures and one states a width.
    fn widest_picture<'c>(
        &mut self,
        children: &'c [(XmlTag<'a>, Content<'a>)],
    ) -> Option<&'c (XmlTag<'a>, Content<'a>)> {
        let mut widest = None;
        for one in children {
            if !matches!(self.meaning_of_child(&one.0), Meaning::MediaContent | Meaning::Content) {
                continue;
            }
            let Some(href) = one.0.attribute("url") else { continue };
            if !is_picture(&one.0, href) {
                return None;
            }
            let width = self.width_of(&one.0);
            if width.is_some() && widest.as_ref().is_none_or(|(known, _)| width > *known) {
                widest = Some((width, one));
            }
        }
        widest.map(|(_, one)| one)
    }

    /// Reads a `media:content` and its children. Its file is kept only if it `is_chosen` from its group.
    fn read_media_file(&mut self, tag: &XmlTag<'a>, content: &Content<'a>, is_chosen: bool) {
        // YouTube still lists a Flash player for each video.
        let is_flash = tag.attribute("type") == Some(FLASH);
        let Some(href) = self.attribute(tag, "url").filter(|_| !is_flash) else {
            let about = self.about_media_file(content, None);
            if let Some(player) = about.player.as_deref().filter(|_| is_chosen) {
                self.add_file(FileMention { url: player, title: about.title.as_deref(), ..PLAYER });
            }
            return;
        };
        if is_picture_of_author(&href) {
            return;
        }
        let picture = is_picture(tag, &href).then(|| MediaPicture { width: self.width_of(tag) });
        let about = self.about_media_file(content, picture);
        let Some(href) = self.absolute(tag, &href) else { return };
        if is_chosen {
            self.add_media_file(tag, &href, &about);
        }
        if let Some(MediaPicture { width }) = picture {
            self.add_picture(PictureRank::MediaContent, href, about.description, width);
        }
    }

    /// Reads the children of a `media:content`. Its description can be the summary of the entry, with the worst rank. Its
    /// title is never that of the entry, because programs write the name of the file or of its author there. `picture` is given
    /// if the file is a picture: then a thumbnail is left out unless it is known to be wider.
    fn about_media_file(&mut self, content: &Content<'a>, picture: Option<MediaPicture>) -> AboutFile {
        let mut about = AboutFile::default();
        let Content::Markup(raw) = content else { return about };
        for (child, content) in Self::children(raw) {
            match self.meaning_of_child(&child) {
                Meaning::FallbackSummary => {
                    let Content::Text(segments) = content else {
                        self.entry_text_in(&child, content, "summary", 4);
                        continue;
                    };
                    about.description = self.label_in(Content::Text(segments.clone())).map(Cow::into_owned);
                    self.entry_text_in(&child, Content::Text(segments), "summary", 4);
                }
                Meaning::FallbackTitle => about.title = self.label_in(content).map(Cow::into_owned),
                Meaning::Thumbnail => {
                    let width = self.width_of(&child);
                    let is_lesser = picture.is_some_and(|own| width.is_none() || own.width >= width);
                    if !is_lesser {
                        self.add_thumbnail(&child, content);
                    }
                }
                Meaning::Rights => self.add_rights_in(content),
                Meaning::License => self.add_license(&child, content),
                Meaning::Player => about.player = self.player(&child, &content).or(about.player),
                Meaning::PeerLink => self.add_torrent(&child),
                _ if picture.is_some() && vocabulary::split(child.name).1 == "text" => {
                    let text = self.label_in(content).filter(|text| text.len() <= LONGEST_DESCRIPTION);
                    about.description = about.description.or(text.map(Cow::into_owned));
                }
                _ => {}
            }
        }
        about
    }

    fn add_media_file(&mut self, tag: &XmlTag<'a>, href: &str, about: &AboutFile) {
        let media_type = self.attribute(tag, "type");
        let medium = self.attribute(tag, "medium");
        // Media RSS has `fileSize`; FreshRSS writes `length`.
        let length = self.attribute(tag, "fileSize").or_else(|| self.attribute(tag, "length"));
        let length = length.and_then(|length| bytes(&length));
        let duration_s = self.attribute(tag, "duration").and_then(|text| duration(&text));
        // Only a picture is named by its description, because that says what it shows. The description of a recording is a
        // text.
        let description = about.description.as_deref().filter(|_| is_picture(tag, href));
        self.add_file(FileMention {
            url: href,
            media_type: media_type.as_deref(),
            medium: medium.as_deref(),
            length,
            duration_s,
            title: description.or(about.title.as_deref()),
            has_size_in_pixels: has_size_in_pixels(tag),
            is_media_rss: true,
        });
    }
}

/// Returns a length in bytes, whose digits may be grouped: `10,485,760`. A text such as `2 MB` counts as unknown.
fn bytes(text: &str) -> Option<u64> {
    let is_grouped = text.split([',', '.', ' ', '\u{a0}']).skip(1).all(|group| group.len() == 3);
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '.' | ' ' | '\u{a0}')).collect();
    if is_grouped { digits.parse().ok() } else { text.parse().ok() }
}

fn has_size_in_pixels(tag: &XmlTag<'_>) -> bool {
    tag.attribute("width").is_some() || tag.attribute("height").is_some()
}

/// Returns whether a `media:content` is a picture, by its medium or, without one, by its [`enclosure::media_type`].
fn is_picture(tag: &XmlTag<'_>, href: &str) -> bool {
    let mention = FileMention {
        url: href,
        media_type: tag.attribute("type"),
        medium: tag.attribute("medium"),
        has_size_in_pixels: has_size_in_pixels(tag),
        ..FileMention::default()
    };
    match mention.medium {
        Some(medium) if !medium.trim().is_empty() => medium.trim().eq_ignore_ascii_case("image"),
        _ => enclosure::media_type(&mention).starts_with("image/"),
    }
}
