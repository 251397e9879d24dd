//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde::Serialize;

use super::base::BaseUrl;
use super::{Format, RenderError, item, legal};
use crate::model::{MergedFeed, MergedItem, RiverItem};

#[derive(Serialize)]
struct Feed {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    description: String,
    items: Vec<Item>,
    _river: About,
}

/// `_river` of the feed: JSON Feed has no `generator`.
#[derive(Serialize)]
struct About {
    generator: String,
}

#[derive(Serialize)]
struct Item {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Left out where the article has none: readers of short posts show them better without a made-up one.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(flatten)]
    text: ItemText,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    _river: Extension,
}

/// An item has one of them.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ItemText {
    ContentHtml(String),
    ContentText(String),
}

#[derive(Serialize)]
struct Author {
    name: String,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

/// What JSON Feed has no name for.
#[derive(Serialize)]
struct Extension {
    source: Source,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also_in: Vec<AlsoIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments_url: Option<String>,
}

#[derive(Serialize)]
struct Source {
    title: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    site_url: Option<String>,
}

#[derive(Serialize)]
struct AlsoIn {
    source: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// The document, UTF-8.
pub(super) fn document(feed: &MergedFeed, base: &BaseUrl) -> Result<Vec<u8>, RenderError> {
    let about = &feed.channel;
    let document = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: legal::line(&about.title),
        home_page_url: base.as_str().to_owned(),
        feed_url: base.join(&format!("{}{}", about.path, Format::Json.file_name())),
        description: legal::line(&about.description),
        items: feed.items.iter().map(|item| json_item(item, base)).collect(),
        _river: About {
            generator: format!("{}/{}", crate::model::GENERATOR_NAME, env!("CARGO_PKG_VERSION")),
        },
    };
    serde_json::to_vec(&document).map_err(|why| RenderError { format: Format::Json, why: why.to_string() })
}

fn json_item(merged: &MergedItem, base: &BaseUrl) -> Item {
    let article = &merged.article;
    let texts = item::texts(merged);
    let (text, summary) = match (texts.content, texts.summary) {
        // `summary` is plain text here.
        (Some(content), Some(_)) => (ItemText::ContentHtml(content), Some(legal::line(&merged.excerpt))),
        (Some(html), None) | (None, Some(html)) => (ItemText::ContentHtml(html), None),
        (None, None) => (ItemText::ContentText(String::new()), None),
    };
    let changed_at = article.changed_at();
    Item {
        id: legal::line(&article.guid),
        url: article.url.as_deref().and_then(legal::address),
        title: Some(legal::line(&article.title)).filter(|title| !title.is_empty()),
        text,
        summary: summary.filter(|summary| !summary.is_empty()),
        date_published: article.river_at.to_rfc3339(),
        date_modified: (changed_at != article.river_at).then(|| changed_at.to_rfc3339()),
        authors: item::author(article).into_iter().map(|name| Author { name }).collect(),
        tags: item::categories(article),
        language: article.language.as_deref().and_then(legal::language),
        attachments: attachments(article),
        _river: Extension {
            source: Source {
                title: item::source_title(&article.source),
                url: item::source_address(&article.source, base),
                site_url: article.source.site_url.as_deref().and_then(legal::address),
            },
            also_in: item::also_in(article)
                .into_iter()
                .map(|place| AlsoIn { source: place.source, title: place.title, url: place.url })
                .collect(),
            comments_url: article.comments_url.as_deref().and_then(legal::address),
        },
    }
}

fn attachments(article: &RiverItem) -> Vec<Attachment> {
    let attachment = |file: &crate::model::Enclosure| {
        Some(Attachment {
            url: legal::address(&file.url)?,
            mime_type: legal::media_type(&file.media_type),
            size_in_bytes: file.length,
        })
    };
    article.enclosures.iter().filter_map(attachment).collect()
}
