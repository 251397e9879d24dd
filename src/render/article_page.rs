//! Renders `/articles/ID`: one whole article with its pictures and players, the other places where the story was found, and
//! its edits.

use std::collections::HashSet;

use askama::Template;
use bytesize::ByteSize;

use super::episode_lines::{EpisodeLines, episode_lines};
use super::page::{article_id, host_of, playing_time};
use super::page_frame::{Frame, PageLink, PageRenderError, PageZone, html_page};
use super::{Representation, article_fields, base_url, valid};
use crate::model::{ArticleEdit, ContentDepth, Enclosure, MAX_CHAPTERS, MergedItem, RiverItem, SafeHtml};
use crate::text::html;
use crate::text::url::without_query;
use crate::text::words::on_one_line;
use crate::time::MINUTE;

/// Longest text that a page shows, in bytes. The longest article in a corpus of 203 real feeds has 0.2 MiB.
const MAX_TEXT: usize = 1 << 20;
/// How many attached pictures a page shows at most.
const MAX_PICTURES: usize = 40;
/// If the name of a file has at least this many bytes, the name alone says which picture it is, without its folder.
const TELLING_NAME: usize = 12;

/// What the page of an article shows.
#[derive(Clone, Debug)]
pub struct ArticlePage {
    /// The article.
    pub item: MergedItem,
    /// Edits of the article, the newest first.
    pub edits: Vec<ArticleEdit>,
    /// Headline and guid of the article that came after it.
    pub newer: Option<(String, String)>,
    /// Headline and guid of the article that came before it.
    pub older: Option<(String, String)>,
}

/// The context that the pages of all articles share.
#[derive(Clone, Debug)]
pub struct ArticlePageContext {
    /// Title of the river.
    pub title: String,
    /// Whether the river shows whole texts or summaries.
    pub depth: ContentDepth,
    /// The zone of the times.
    pub zone: PageZone,
}

#[derive(Template)]
#[template(path = "article.html", whitespace = "minimize")]
struct ArticleTemplate {
    frame: Frame,
    title: String,
    zone: &'static str,
    headline: String,
    url: Option<String>,
    host: String,
    source: String,
    source_query: String,
    author: Option<String>,
    language: Option<String>,
    published: String,
    edited: Option<String>,
    image: Option<article_fields::Image>,
    pictures: Vec<article_fields::Image>,
    contributors: Vec<String>,
    episode: EpisodeLines,
    players: Vec<Player>,
    text: String,
    is_summary: bool,
    chapters: Vec<ChapterLine>,
    files: Vec<PageLink>,
    discussions: Vec<PageLink>,
    also_in: Vec<article_fields::AlsoInPlace>,
    related: Vec<PageLink>,
    edits: Vec<EditLine>,
    categories: Vec<String>,
    rights: Option<String>,
    license: Option<String>,
    newer: Option<Neighbour>,
    older: Option<Neighbour>,
}

struct Player {
    url: String,
    is_video: bool,
    label: String,
    about: String,
}

struct ChapterLine {
    start: String,
    title: String,
    url: Option<String>,
}

struct EditLine {
    at: String,
    title_before: Option<String>,
    title_after: String,
    text_before: Option<String>,
    text_after: Option<String>,
}

struct Neighbour {
    page: String,
    headline: String,
}

/// Renders the page of an article.
pub fn article_page(
    page: &ArticlePage,
    context: &ArticlePageContext,
) -> Result<Representation, PageRenderError> {
    let (article, zone) = (&page.item.article, context.zone);
    let url = article.url.as_deref().and_then(valid::address);
    let text = text(article);
    // A recording that the text plays is only listed.
    let (recordings, files): (Vec<_>, Vec<_>) =
        article.enclosures.iter().partition(|file| file.is_recording() && !plays(&text, &file.url));
    html_page(&ArticleTemplate {
        frame: Frame::at_depth(1),
        title: valid::line(&context.title),
        zone: zone.words(),
        headline: valid::line(&page.item.headline),
        host: url.as_deref().map(host_of).unwrap_or_default(),
        url,
        source: article_fields::source_title(&article.source),
        source_query: base_url::path_segment(&article.source.name),
        author: article_fields::author_beside_source(article),
        language: article.language.as_deref().and_then(valid::language),
        published: zone.moment(article.published_at.unwrap_or(article.river_at)),
        // The page shows times in minutes, so an edit within the first minute would only repeat the time.
        edited: article
            .updated_at
            .filter(|at| at.since(article.river_at) >= MINUTE)
            .map(|at| zone.moment(at)),
        image: article_fields::image(article).filter(|image| !shows_picture(&text, &image.url)),
        pictures: further_pictures(article, &text),
        contributors: article_fields::contributors(article),
        episode: episode_lines(article),
        players: recordings.into_iter().filter_map(player).collect(),
        is_summary: article.content.is_none(),
        text,
        chapters: chapters(article),
        files: files.into_iter().filter(|file| !file.is_picture()).filter_map(file_link).collect(),
        discussions: discussions(article),
        also_in: article_fields::also_in(article),
        related: links(&[&article.details.related[..], &article.details.via[..]].concat()),
        edits: page.edits.iter().map(|edit| edit_line(edit, zone)).collect(),
        categories: article_fields::categories(article),
        rights: article_fields::rights(article).or_else(|| article.source.rights.as_deref().map(valid::line)),
        license: article_fields::license(article),
        newer: page.newer.as_ref().and_then(neighbour),
        older: page.older.as_ref().and_then(neighbour),
    })
}

/// Returns the text of an article as HTML for the page: the whole text or, if there is none, the summary. If the text is
/// longer than [`MAX_TEXT`], only its beginning is returned, without its markup.
fn text(article: &RiverItem) -> String {
    let shown: Option<&SafeHtml> = article.content.as_ref().or(article.summary.as_ref());
    let Some(shown) = shown else { return String::new() };
    if shown.as_str().len() > MAX_TEXT {
        let plain = html::to_plain(shown.as_str());
        let cut: String = plain.chars().take(MAX_TEXT / 4).collect();
        return html::from_plain(&cut).map(|text| text.html.as_str().to_owned()).unwrap_or_default();
    }
    valid::text(html::for_page(shown).as_str()).into_owned()
}

/// Returns whether the text itself shows a picture. If the name of its file is long enough ([`TELLING_NAME`]), only the name is
/// compared, because the same picture often has another path or query in another size.
fn shows_picture(text: &str, picture: &str) -> bool {
    let path = without_query(picture);
    let path = path.split_once("://").map_or(path, |(_, path)| path);
    // A short name, such as `1.jpg`, says which picture it is only with its folder.
    let file = path.rsplit('/').next().filter(|file| file.len() >= TELLING_NAME).unwrap_or(path);
    let has_name =
        || html::names_picture(picture) && text.contains(&htmlize::escape_all_quotes(file).into_owned());
    text.contains("<img ") && (has_name() || shows_other_size(text, picture))
}

/// Returns whether the text shows a picture in another size, which has another name.
fn shows_other_size(text: &str, picture: &str) -> bool {
    let key = html::picture_without_size(picture);
    let images = text.split("<img ").skip(1).take(MAX_PICTURES);
    let mut sources = images.filter_map(|tag| tag.split("src=\"").nth(1)?.split('"').next());
    sources.any(|source| html::picture_without_size(&htmlize::unescape(source)) == key)
}

/// Returns the attached pictures that are neither the picture of the article nor shown by its text.
fn further_pictures(article: &RiverItem, text: &str) -> Vec<article_fields::Image> {
    let lead = article_fields::image(article).map(|image| html::picture_without_size(&image.url));
    let mut seen: HashSet<String> = lead.into_iter().collect();
    let mut further = Vec::new();
    for file in article.enclosures.iter().filter(|file| file.is_picture()).take(MAX_PICTURES) {
        let Some(url) = valid::address(&file.url).filter(|url| !shows_picture(text, url)) else { continue };
        if seen.insert(html::picture_without_size(&url)) {
            further.push(article_fields::Image {
                alt: file.title.as_deref().map(valid::line).unwrap_or_default(),
                url,
            });
        }
    }
    further
}

/// Returns whether the text itself plays a recording. The address in the text often has another query. The address in the feed
/// is often that of a service that counts downloads, and ends with the address of the file.
fn plays(text: &str, recording: &str) -> bool {
    let path = |address: &str| without_query(address).split_once("://").map(|(_, path)| path.to_owned());
    let Some(recording) = path(recording) else { return false };
    let players = ["<audio ", "<video ", "<source "].into_iter().flat_map(|tag| text.split(tag).skip(1));
    let sources = players.filter_map(|tag| tag.split('>').next()?.split("src=\"").nth(1)?.split('"').next());
    let mut sources = sources.filter_map(|source| path(&htmlize::unescape(source)));
    sources.any(|source| {
        recording.strip_suffix(&*source).is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('/'))
    })
}

fn player(file: &Enclosure) -> Option<Player> {
    let link = file_link(file)?;
    Some(Player {
        url: link.url,
        is_video: file.media_type.starts_with("video/"),
        label: link.label,
        about: link.about,
    })
}

/// Returns a link to a file with its title or name, and its playing time and size.
fn file_link(file: &Enclosure) -> Option<PageLink> {
    let url = valid::address(&file.url)?;
    let title = file.title.as_deref().map(valid::line).filter(|title| !title.is_empty());
    let name = || url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
    let label = title.or_else(name).filter(|label| !label.is_empty()).unwrap_or_else(|| host_of(&url));
    let size = file.length.filter(|length| *length > 0).map(|length| ByteSize::b(length).to_string());
    let about: Vec<String> = playing_time(file).into_iter().chain(size).collect();
    Some(PageLink { label, about: about.join(", "), url })
}

fn chapters(article: &RiverItem) -> Vec<ChapterLine> {
    let listed = article.details.podcast.iter().flat_map(|episode| &episode.chapter_list);
    let line = |chapter: &crate::model::Chapter| ChapterLine {
        start: valid::line(chapter.start.split('.').next().unwrap_or_default()),
        title: valid::line(&chapter.title),
        url: chapter.url.as_deref().and_then(valid::address),
    };
    listed.take(MAX_CHAPTERS).map(line).collect()
}

/// Returns the page on which readers discuss the article, if it names one.
fn discussions(article: &RiverItem) -> Vec<PageLink> {
    let comments: Vec<String> = article.comments_url.iter().cloned().collect();
    let named = |link: PageLink| PageLink { label: format!("Comments at {}", link.label), ..link };
    links(&comments).into_iter().map(named).collect()
}

fn links(addresses: &[String]) -> Vec<PageLink> {
    let link = |url: String| PageLink { label: host_of(&url), about: String::new(), url };
    article_fields::addresses(addresses).into_iter().map(link).collect()
}

fn edit_line(edit: &ArticleEdit, zone: PageZone) -> EditLine {
    let text = |text: &Option<String>| text.as_deref().map(valid::line).filter(|text| !text.is_empty());
    // If only the spaces of a title changed, a reader sees no edit.
    let has_new_title = on_one_line(&edit.title_before) != on_one_line(&edit.title_after);
    EditLine {
        at: zone.moment(edit.at),
        title_before: has_new_title.then(|| valid::line(&edit.title_before)),
        title_after: valid::line(&edit.title_after),
        text_before: text(&edit.text_before),
        text_after: text(&edit.text_after),
    }
}

fn neighbour((headline, guid): &(String, String)) -> Option<Neighbour> {
    Some(Neighbour { page: article_id(guid)?.to_owned(), headline: valid::line(headline) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_that_the_text_plays_is_known_by_its_address_whatever_counts_its_downloads() {
        let file = "https://cdn.example/show/1.mp3";
        let element =
            r#"<audio controls=""><source src="https://cdn.example/show/1.mp3?_=1&amp;a=2"></audio>"#;
        for (text, recording, expected) in [
            (element, file, true),
            (element, "http://cdn.example/show/1.mp3?source=feed", true),
            (element, "https://count.example/e/cdn.example/show/1.mp3", true),
            (element, "https://count.example/redirect/https://cdn.example/show/1.mp3", true),
            (r#"<video src="https://cdn.example/show/1.mp3"></video>"#, file, true),
            (element, "https://cdn.example/show/2.mp3", false),
            (element, "https://cdn.example/show/1.mp3.m4a", false),
            (r#"<a href="https://cdn.example/show/1.mp3">Listen</a>"#, file, false),
            (r#"<audio controls=""></audio><img src="https://cdn.example/show/1.mp3">"#, file, false),
            ("", file, false),
        ] {
            assert_eq!(plays(text, recording), expected, "{text} {recording}");
        }
    }
}
