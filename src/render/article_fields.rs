//! The fields of an article that are the same in every format, such as texts, categories, author, source, and the other
//! places where the story was found.
//!
//! Every value that leaves this file is valid in every format.

use super::base_url::{BaseUrl, path_segment};
use super::valid;
use crate::model::{ALSO_IN_OPENING, AlsoIn, Author, MergedItem, RiverItem, RiverSource};

/// The texts of an article, ready for output. The text that readers show ends with the list "Also in".
#[derive(PartialEq, Eq, Debug)]
pub(super) struct ItemTexts {
    /// The short text, as HTML.
    pub(super) summary: Option<String>,
    /// The whole text, as HTML.
    pub(super) content: Option<String>,
}

/// Returns the texts of an article.
pub(super) fn texts(item: &MergedItem) -> ItemTexts {
    let html = |html: &crate::model::SafeHtml| valid::text(html.as_str()).into_owned();
    let mut texts = ItemTexts {
        summary: item.article.summary.as_ref().map(html),
        content: item.article.content.as_ref().map(html),
    };
    if !item.article.also_in.is_empty() {
        let shown = if texts.content.is_some() { &mut texts.content } else { &mut texts.summary };
        shown.get_or_insert_default().push_str(&also_in_list(&item.article.also_in));
    }
    texts
}

/// Returns the paragraph `Also in: Title (Source), …`, for readers that don't know riverd's extension.
fn also_in_list(places: &[AlsoIn]) -> String {
    let shown: Vec<_> = places
        .iter()
        .map(|place| {
            let title = escaped(&valid::line(&place.title));
            let source = escaped(&valid::line(&place.source));
            match place.url.as_deref().and_then(valid::address) {
                Some(url) => format!("<a href=\"{}\">{title}</a> ({source})", escaped(&url)),
                None => format!("{title} ({source})"),
            }
        })
        .collect();
    format!("{ALSO_IN_OPENING}Also in: {}</p>", shown.join(", "))
}

fn escaped(text: &str) -> String {
    htmlize::escape_all_quotes(text).into_owned()
}

/// The picture of an article.
#[derive(Clone)]
pub(super) struct Image {
    pub(super) url: String,
    /// Description; empty if there is none.
    pub(super) alt: String,
}

/// Returns the picture of an article.
pub(super) fn image(article: &RiverItem) -> Option<Image> {
    let image = article.details.image.as_ref()?;
    let alt = image.alt.as_deref().map(valid::line).unwrap_or_default();
    Some(Image { url: valid::address(&image.url)?, alt })
}

/// Returns those of `addresses` that are valid or can be made valid.
pub(super) fn addresses(addresses: &[String]) -> Vec<String> {
    addresses.iter().filter_map(|address| valid::address(address)).collect()
}

/// Returns a place as GeoRSS writes it: latitude, blank, longitude.
pub(super) fn point(article: &RiverItem) -> Option<String> {
    let place = article.details.place.as_ref()?;
    Some(format!("{} {}", place.latitude, place.longitude))
}

/// Returns the rights statement of the article itself.
pub(super) fn rights(article: &RiverItem) -> Option<String> {
    article.details.rights.as_deref().map(valid::line).filter(|rights| !rights.is_empty())
}

/// Returns the address of the licence of an article.
pub(super) fn license(article: &RiverItem) -> Option<String> {
    article.details.license.as_deref().and_then(valid::address)
}

/// Returns a title for RSS. RSS does not say whether a title is text or HTML, so most readers take what looks like markup for
/// markup. A title that contains something like a tag or a reference is therefore escaped as HTML. Other titles stay as they
/// are.
pub(super) fn rss_title(title: &str) -> String {
    let line = valid::line(title);
    if has_tag(&line) || has_reference(&line) { htmlize::escape_text(line).into_owned() } else { line }
}

fn has_tag(text: &str) -> bool {
    let starts_tag = |(at, _): (usize, &str)| {
        let next = text.as_bytes().get(at + 1);
        next.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
    };
    text.match_indices('<').any(starts_tag)
}

/// Returns whether HTML would decode something in `text`, such as `&copy` without a semicolon.
fn has_reference(text: &str) -> bool {
    text.contains('&') && htmlize::unescape(text) != text
}

/// Another place where the story was found, with the values for riverd's extensions of the formats (`river:also-in`, `_river`).
pub(super) struct AlsoInPlace {
    pub(super) source: String,
    pub(super) title: String,
    pub(super) url: Option<String>,
    pub(super) is_discussion: bool,
}

/// Returns the other places where the story was found.
pub(super) fn also_in(article: &RiverItem) -> Vec<AlsoInPlace> {
    let place = |place: &AlsoIn| AlsoInPlace {
        source: valid::line(&place.source),
        title: valid::line(&place.title),
        url: place.url.as_deref().and_then(valid::address),
        is_discussion: place.is_discussion,
    };
    article.also_in.iter().map(place).collect()
}

/// Returns the entry's own categories, followed by the tags of its source, without duplicates.
pub(super) fn categories(article: &RiverItem) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for label in article.categories.iter().chain(&article.source.tags) {
        let label = valid::line(label);
        if !label.is_empty() && !found.contains(&label) {
            found.push(label);
        }
    }
    found
}

/// Returns the names of the authors in one text, unless it is empty.
pub(super) fn author(article: &RiverItem) -> Option<String> {
    article.author.as_deref().map(valid::line).filter(|name| !name.is_empty())
}

/// Returns the names of the authors for a page that shows the title of the source beside them. Returns `None` if that title
/// begins with the names: "The Harbour News" by "The Harbour" says the same twice.
pub(super) fn author_beside_source(article: &RiverItem) -> Option<String> {
    let title = source_title(&article.source).to_lowercase();
    let begins_title = |name: &String| {
        let rest = title.strip_prefix(&name.to_lowercase());
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    author(article).filter(|name| !begins_title(name))
}

/// Returns the names of the people who contributed besides the authors.
pub(super) fn contributors(article: &RiverItem) -> Vec<String> {
    let names = article.details.contributors.iter().map(|name| valid::line(name));
    names.filter(|name| !name.is_empty()).collect()
}

/// Returns the authors one by one. If the article names none, an episode has the author of its show, and everything else the
/// title of the source, because readers expect an author.
pub(super) fn authors(article: &RiverItem) -> Vec<Author> {
    let address = |url: &Option<String>| url.as_deref().and_then(valid::address);
    let listed = article.details.authors.iter().map(|author| Author {
        name: valid::line(&author.name),
        url: address(&author.url),
        avatar: address(&author.avatar),
    });
    let listed: Vec<Author> = listed.filter(|author| !author.name.is_empty()).collect();
    match author(article) {
        Some(_) if !listed.is_empty() => listed,
        Some(name) => vec![Author { name, ..Author::default() }],
        None => {
            let of_show = || author_of_show(article).unwrap_or_else(|| source_title(&article.source));
            vec![Author { name: of_show(), ..Author::default() }]
        }
    }
}

/// Returns whether an article is an episode: its entry has fields that only episodes have, or its first file is a recording.
pub(super) fn is_episode(article: &RiverItem) -> bool {
    article.details.podcast.is_some()
        || article.enclosures.first().is_some_and(crate::model::Enclosure::is_recording)
}

/// Returns the author of the show whose episode an article is.
fn author_of_show(article: &RiverItem) -> Option<String> {
    let show = article.source.show.as_ref().filter(|_| is_episode(article))?;
    show.author.as_deref().map(valid::line).filter(|name| !name.is_empty())
}

/// Returns the title of a source, or its name in feeds.toml if it has no title.
pub(super) fn source_title(source: &RiverSource) -> String {
    let title = valid::line(&source.title);
    if title.is_empty() { valid::line(&source.name) } else { title }
}

/// Returns the address of a source's feed.
///
/// For a local file this is riverd's own feed of that source: subscribers can't open the file, and its path should stay
/// private.
pub(super) fn source_address(source: &RiverSource, base: &BaseUrl) -> String {
    valid::address(&source.feed_url)
        .unwrap_or_else(|| base.join(&format!("sources/{}/feed.xml", path_segment(&source.name))))
}
