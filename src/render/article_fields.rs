//! The fields of an article that are the same in every format: texts, categories, author, source, and the other places.
//!
//! Every value that leaves this file is valid in every format.

use super::base_url::{BaseUrl, path_segment};
use super::valid;
use crate::model::{ALSO_IN_OPENING, AlsoIn, MergedItem, RiverItem, RiverSource};

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

/// Another place where the story was found, as the extension names it.
pub(super) struct AlsoInPlace {
    pub(super) source: String,
    pub(super) title: String,
    pub(super) url: Option<String>,
}

/// Returns the other places where the story was found.
pub(super) fn also_in(article: &RiverItem) -> Vec<AlsoInPlace> {
    let place = |place: &AlsoIn| AlsoInPlace {
        source: valid::line(&place.source),
        title: valid::line(&place.title),
        url: place.url.as_deref().and_then(valid::address),
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

/// Returns the author's name, unless it is empty.
pub(super) fn author(article: &RiverItem) -> Option<String> {
    article.author.as_deref().map(valid::line).filter(|name| !name.is_empty())
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
