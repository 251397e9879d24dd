//! What the three syntaxes say of an article alike: its texts with the list "Also in", its categories, its source.

use super::base_url::{BaseUrl, path_segment};
use super::valid;
use crate::model::{ALSO_IN_OPENING, AlsoIn, MergedItem, RiverItem, RiverSource};

/// The texts of an article as they go out: legal characters only, the list "Also in" at the end of the one that readers
/// show.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct ItemTexts {
    /// The short text, HTML.
    pub(super) summary: Option<String>,
    /// The whole text, HTML.
    pub(super) content: Option<String>,
}

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

/// `Also in: Title (Source), …`, for readers that know nothing of our extension.
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

/// Where else it was found, as the extension gives it.
pub(super) struct AlsoInPlace {
    pub(super) source: String,
    pub(super) title: String,
    pub(super) url: Option<String>,
}

pub(super) fn also_in(article: &RiverItem) -> Vec<AlsoInPlace> {
    let place = |place: &AlsoIn| AlsoInPlace {
        source: valid::line(&place.source),
        title: valid::line(&place.title),
        url: place.url.as_deref().and_then(valid::address),
    };
    article.also_in.iter().map(place).collect()
}

/// The entry's own categories, then the tags of its source, each once.
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

pub(super) fn author(article: &RiverItem) -> Option<String> {
    article.author.as_deref().map(valid::line).filter(|name| !name.is_empty())
}

/// The title of its source, or its name where the feed has none.
pub(super) fn source_title(source: &RiverSource) -> String {
    let title = valid::line(&source.title);
    if title.is_empty() { valid::line(&source.name) } else { title }
}

/// The address of its source's feed. A source that is a local file has none that a subscriber could open, and its path is
/// nobody's business: then our own feed of that source.
pub(super) fn source_address(source: &RiverSource, base: &BaseUrl) -> String {
    valid::address(&source.feed_url)
        .unwrap_or_else(|| base.join(&format!("sources/{}/feed.xml", path_segment(&source.name))))
}
