//! Makes the addresses in the details of an article absolute, bounds the lengths of its texts and lists, and gives the attached
//! file that is the article's picture a title.

use url::Url;

use super::{LONGEST_LABEL, is_language, shortened};
use crate::article::pictures::is_web_address;
use crate::model::{
    Article, ArticleDetails, ArticleImage, Author, BoxedDetails, ContentLink, Episode, LinkedFile,
    MAX_CHAPTERS, PodcastLocation, PodcastPerson,
};
use crate::text::url::absolute;
use crate::text::words::on_one_line;

/// Length of the longest list of an article's details: transcripts, persons, soundbites, contributors, and the pages that it
/// refers to or comes from (`via`).
const LONGEST_DETAIL_LIST: usize = 64;

/// Returns the details of an entry with absolute addresses and within bounds, and its authors one by one.
pub(super) fn of_entry(details: BoxedDetails, author_names: &[String], base: Option<&Url>) -> BoxedDetails {
    let authors = authors(author_names, &details.authors, base);
    if details.is_empty() && authors.is_empty() {
        return BoxedDetails::default();
    }
    let details = details.into_details().unwrap_or_default();
    let addresses = |found: Vec<String>| -> Vec<String> {
        found.iter().filter_map(|address| absolute(address, base)).take(LONGEST_DETAIL_LIST).collect()
    };
    let details = ArticleDetails {
        image: details.image.and_then(|image| absolute_image(image, base)),
        podcast: details.podcast.map(|episode| bounded_episode(episode, base)),
        rights: details.rights.and_then(label),
        license: details.license.and_then(|address| absolute(&address, base)),
        place: details.place,
        related: addresses(details.related),
        via: addresses(details.via),
        authors,
        contributors: details.contributors.into_iter().filter_map(label).take(LONGEST_DETAIL_LIST).collect(),
    };
    details.into()
}

/// Returns a picture with an absolute web address, or `None` if it has none.
pub(super) fn absolute_image(image: ArticleImage, base: Option<&Url>) -> Option<ArticleImage> {
    let url = absolute(&image.url, base).filter(|url| is_web_address(url))?;
    Some(ArticleImage { url, alt: image.alt.and_then(label) })
}

/// Returns the authors one by one: each of the `names`, with the page and the portrait that `known` has for it. Returns an
/// empty list for a single author without a page and a portrait, because the joined names say as much.
fn authors(names: &[String], known: &[Author], base: Option<&Url>) -> Vec<Author> {
    let web_address =
        |url: &Option<String>| absolute(url.as_deref()?, base).filter(|url| is_web_address(url));
    let author = |name: &String| {
        let known = known.iter().find(|known| known.name == *name);
        Some(Author {
            name: label(name)?,
            url: known.and_then(|known| web_address(&known.url)),
            avatar: known.and_then(|known| web_address(&known.avatar)),
        })
    };
    let authors: Vec<Author> = names.iter().filter_map(author).take(LONGEST_DETAIL_LIST).collect();
    let says_more =
        authors.len() > 1 || authors.iter().any(|author| author.url.is_some() || author.avatar.is_some());
    if says_more { authors } else { Vec::new() }
}

/// Takes the description of an article's picture as the title of the attached file that is this picture, if that file has no
/// title. RSS and JSON Feed can state a title with a file.
pub(super) fn describe_file(article: &mut Article) {
    let Some(ArticleImage { url, alt: Some(alt) }) = &article.details.image else { return };
    let file = article.enclosures.iter_mut().find(|file| file.url == *url && file.is_picture());
    if let Some(file) = file {
        file.title.get_or_insert_with(|| shortened(alt, LONGEST_LABEL));
    }
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
    let location = |place: PodcastLocation| {
        let (geo, osm) = (place.geo.and_then(label), place.osm.and_then(label));
        Some(PodcastLocation { name: label(place.name)?, geo, osm })
    };
    let link = |link: ContentLink| {
        Some(ContentLink { url: absolute(&link.url, base)?, text: label(link.text).unwrap_or_default() })
    };
    Episode {
        title: episode.title.and_then(label),
        season_name: episode.season_name.and_then(label),
        episode_name: episode.episode_name.and_then(label),
        episode_type: episode.episode_type.and_then(label),
        chapters: episode.chapters.and_then(file),
        chapter_list: episode
            .chapter_list
            .into_iter()
            .take(MAX_CHAPTERS)
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
        locations: episode.locations.into_iter().filter_map(location).take(LONGEST_DETAIL_LIST).collect(),
        content_links: episode.content_links.into_iter().filter_map(link).take(LONGEST_DETAIL_LIST).collect(),
        persons: episode.persons.into_iter().filter_map(person).take(LONGEST_DETAIL_LIST).collect(),
        ..episode
    }
}
