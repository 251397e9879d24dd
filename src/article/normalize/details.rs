//! Chooses the picture of an article, and makes the addresses of its other details absolute and their lengths bounded.

use std::borrow::Cow;

use url::Url;

use super::{LONGEST_LABEL, is_language, shortened};
use crate::model::{ArticleDetails, ArticleImage, Enclosure, Episode, LinkedFile, PodcastPerson, SafeHtml};
use crate::text::url::absolute;
use crate::text::words::on_one_line;

/// Length of the longest list of an article's details: transcripts, persons, soundbites, related pages.
const LONGEST_DETAIL_LIST: usize = 64;
/// How many chapters of an episode are kept.
const MOST_CHAPTERS: usize = 256;
/// Width or height in pixels below which a picture of the text does not stand for the article. Smaller pictures are icons,
/// buttons and pixels that count readers.
const SMALLEST: u32 = 64;
/// How many pictures of a text are looked at.
const MOST_PICTURES: usize = 32;

/// Returns the details of an entry with absolute addresses and within bounds.
pub(super) fn of_entry(details: ArticleDetails, base: Option<&Url>) -> ArticleDetails {
    let addresses = |found: Vec<String>| -> Vec<String> {
        found.iter().filter_map(|address| absolute(address, base)).take(LONGEST_DETAIL_LIST).collect()
    };
    ArticleDetails {
        image: details.image.and_then(|image| absolute_image(image, base)),
        podcast: details.podcast.map(|episode| bounded_episode(episode, base)),
        rights: details.rights.and_then(label),
        license: details.license.and_then(|address| absolute(&address, base)),
        place: details.place,
        related: addresses(details.related),
        via: addresses(details.via),
    }
}

/// Returns a picture with an absolute web address.
pub(super) fn absolute_image(image: ArticleImage, base: Option<&Url>) -> Option<ArticleImage> {
    let url = absolute(&image.url, base).filter(|url| is_web_address(url))?;
    Some(ArticleImage { url, alt: image.alt.and_then(label) })
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

fn label(text: impl AsRef<str>) -> Option<String> {
    Some(shortened(&on_one_line(text.as_ref()), LONGEST_LABEL)).filter(|text| !text.is_empty())
}

fn bounded_episode(episode: Episode, base: Option<&Url>) -> Episode {
    let absolute_or_none = |url: Option<String>| url.and_then(|url| absolute(&url, base));
    let file = |file: LinkedFile| {
        Some(LinkedFile {
            url: absolute(&file.url, base)?,
            media_type: file.media_type.and_then(label),
            language: file.language.filter(|tag| is_language(tag)),
            rel: file.rel.and_then(label),
        })
    };
    let person = |person: PodcastPerson| {
        Some(PodcastPerson {
            name: label(person.name)?,
            role: person.role.and_then(label),
            group: person.group.and_then(label),
            image: absolute_or_none(person.image),
            url: absolute_or_none(person.url),
        })
    };
    Episode {
        season_name: episode.season_name.and_then(label),
        episode_name: episode.episode_name.and_then(label),
        episode_type: episode.episode_type.and_then(label),
        chapters: episode.chapters.and_then(file),
        chapter_list: episode
            .chapter_list
            .into_iter()
            .take(MOST_CHAPTERS)
            .map(|mut chapter| {
                chapter.title = label(chapter.title).unwrap_or_default();
                (chapter.url, chapter.image) =
                    (absolute_or_none(chapter.url), absolute_or_none(chapter.image));
                chapter
            })
            .collect(),
        transcripts: episode.transcripts.into_iter().filter_map(file).take(LONGEST_DETAIL_LIST).collect(),
        soundbites: episode
            .soundbites
            .into_iter()
            .take(LONGEST_DETAIL_LIST)
            .map(|mut soundbite| {
                soundbite.title = soundbite.title.and_then(label);
                soundbite
            })
            .collect(),
        persons: episode.persons.into_iter().filter_map(person).take(LONGEST_DETAIL_LIST).collect(),
        ..episode
    }
}

/// Returns the first picture among the attached files.
pub(super) fn picture_among(enclosures: &[Enclosure]) -> Option<ArticleImage> {
    let file = enclosures.iter().find(|file| file.is_picture() && is_web_address(&file.url))?;
    Some(ArticleImage { url: file.url.clone(), alt: file.title.clone() })
}

/// Returns the first picture of a sanitised text that is no icon, with its description.
pub(super) fn picture_in(text: &SafeHtml) -> Option<ArticleImage> {
    let html = text.as_str();
    let tags = memchr::memmem::find_iter(html.as_bytes(), "<img ").take(MOST_PICTURES);
    tags.filter_map(|at| html.get(at + 5..)).find_map(picture_of_tag)
}

/// Reads the attributes of an `img`, which `attributes` begins with. Sanitised HTML has every value in double quotes.
fn picture_of_tag(attributes: &str) -> Option<ArticleImage> {
    let attribute = |name: &str| -> Option<Cow<'_, str>> {
        let mut rest = attributes;
        loop {
            let (key, after) = rest.split_once("=\"")?;
            if key.contains('>') {
                return None;
            }
            let (value, after) = after.split_once('"')?;
            if key.trim() == name {
                return Some(htmlize::unescape(value));
            }
            rest = after;
        }
    };
    let is_small = |name: &str| {
        attribute(name).and_then(|pixels| pixels.parse::<u32>().ok()).is_some_and(|pixels| pixels < SMALLEST)
    };
    let url = attribute("src").filter(|url| is_web_address(url))?;
    let is_icon = is_small("width") || is_small("height") || is_counter_or_icon(&url);
    let alt = attribute("alt").and_then(|alt| label(&alt));
    (!is_icon).then(|| ArticleImage { url: url.into_owned(), alt })
}

/// Returns whether an address is that of a picture of an emoji, of an author, or of a pixel that counts readers.
fn is_counter_or_icon(url: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "/emoji/",
        "/smilies/",
        "gravatar.com/avatar/",
        "feedburner.com/~r/",
        "feeds.feedburner.com/~",
        "pixel.wp.com/",
        "stats.wordpress.com/",
        "/pixel.",
    ];
    SIGNS.iter().any(|sign| url.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(html: &str) -> Option<(String, Option<String>)> {
        let image = picture_in(&SafeHtml::assume_sanitised(html.to_owned()))?;
        Some((image.url, image.alt))
    }

    #[test]
    fn the_first_picture_of_a_text_that_is_no_icon_stands_for_the_article() {
        let html = r#"<p>Text <img src="https://a.example/dot.gif" width="1" height="1">
            <img alt="" src="https://a.example/wp/emoji/1f600.png"><img src="data:image/png;base64,AA">
            <img alt="Two &quot;boats&quot; &amp; a crane" src="https://a.example/1.jpg?a=1&amp;b=2" width="640"></p>"#;
        let found =
            ("https://a.example/1.jpg?a=1&b=2".to_owned(), Some("Two \"boats\" & a crane".to_owned()));
        assert_eq!(picture(html), Some(found));
        assert_eq!(picture("<p>No picture, only <code>&lt;img src=</code>.</p>"), None);
    }

    #[test]
    fn a_picture_among_the_files_has_the_title_of_its_file() {
        let file = |url: &str, media_type: &str| Enclosure {
            url: url.to_owned(),
            media_type: media_type.to_owned(),
            length: None,
            duration_s: None,
            title: Some("The quay".to_owned()),
        };
        let files =
            [file("https://a.example/1.mp3", "audio/mpeg"), file("https://a.example/1.png", "image/png")];
        let found = picture_among(&files).unwrap();
        assert_eq!((found.url.as_str(), found.alt.as_deref()), ("https://a.example/1.png", Some("The quay")));
    }
}
