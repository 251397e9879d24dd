//! Writes JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde::Serialize;

use super::base_url::BaseUrl;
use super::channel_fields::ChannelFields;
use super::feed_links::FeedAddresses;
use super::{Format, RenderError, article_fields, valid};
use crate::model::{Author, Episode, GeoPoint, MergedFeed, MergedItem, RiverItem};

/// The whole document.
#[derive(Serialize)]
struct JsonFeed {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    /// Address of the document with the next older articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<JsonFeedHub>,
    items: Vec<JsonFeedItem>,
    _river: JsonFeedGenerator,
}

/// A hub that riverd notifies when the feed changes.
#[derive(Serialize)]
struct JsonFeedHub {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

/// The member `_river` of the feed. It names the generator, for which JSON Feed has no member.
#[derive(Serialize)]
struct JsonFeedGenerator {
    generator: String,
}

#[derive(Serialize)]
struct JsonFeedItem {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Left out if the article has no title, because readers show short posts better without a made-up title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(flatten)]
    text: JsonFeedText,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<String>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    authors: Vec<Author>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<JsonFeedAttachment>,
    _river: JsonFeedExtension,
}

/// The text of an item. Each item has exactly one of these members.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum JsonFeedText {
    ContentHtml(String),
    ContentText(String),
}

#[derive(Serialize)]
struct JsonFeedAttachment {
    url: String,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// The member `_river` of an item. It holds everything for which JSON Feed has no member of its own.
#[derive(Serialize)]
struct JsonFeedExtension {
    source: JsonFeedSource,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also_in: Vec<JsonFeedAlsoIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_alt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    podcast: Option<Episode>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributors: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<GeoPoint>,
    /// Related pages after the first one, which is `external_url`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    via: Vec<String>,
}

#[derive(Serialize)]
struct JsonFeedSource {
    title: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    site_url: Option<String>,
}

#[derive(Serialize)]
struct JsonFeedAlsoIn {
    source: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// Returns the document as UTF-8.
pub(super) fn document(feed: &MergedFeed, base: &BaseUrl) -> Result<Vec<u8>, RenderError> {
    let addresses = FeedAddresses::of(feed, base, Format::Json);
    let hub = |url: &String| JsonFeedHub { kind: "WebSub", url: url.clone() };
    let about = ChannelFields::of(feed);
    let document = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: about.title,
        home_page_url: addresses.page,
        feed_url: addresses.own,
        next_url: addresses.previous_archive.or(addresses.older),
        description: about.description,
        icon: about.picture,
        language: about.language,
        hubs: feed.links.hub.iter().map(hub).collect(),
        items: feed.items.iter().map(|item| json_item(item, base)).collect(),
        _river: JsonFeedGenerator {
            generator: format!("{}/{}", crate::model::GENERATOR_NAME, env!("CARGO_PKG_VERSION")),
        },
    };
    serde_json::to_vec(&document).map_err(|why| RenderError { format: Format::Json, why: why.to_string() })
}

fn json_item(merged: &MergedItem, base: &BaseUrl) -> JsonFeedItem {
    let article = &merged.article;
    let texts = article_fields::texts(merged);
    let (text, summary) = match (texts.content, texts.summary) {
        // In JSON Feed, `summary` is plain text.
        (Some(content), Some(_)) => (JsonFeedText::ContentHtml(content), Some(valid::line(&merged.excerpt))),
        (Some(html), None) | (None, Some(html)) => (JsonFeedText::ContentHtml(html), None),
        (None, None) => (JsonFeedText::ContentText(String::new()), None),
    };
    let changed_at = article.changed_at();
    let image = article_fields::image(article);
    let mut related = article_fields::addresses(&article.details.related).into_iter();
    JsonFeedItem {
        id: valid::line(&article.guid),
        url: article.url.as_deref().and_then(valid::address),
        title: Some(valid::line(&article.title)).filter(|title| !title.is_empty()),
        text,
        summary: summary.filter(|summary| !summary.is_empty()),
        image: image.as_ref().map(|image| image.url.clone()),
        external_url: related.next(),
        date_published: article.river_at.to_rfc3339(),
        date_modified: (changed_at != article.river_at).then(|| changed_at.to_rfc3339()),
        authors: article_fields::authors(article),
        tags: article_fields::categories(article),
        language: article.language.as_deref().and_then(valid::language),
        attachments: attachments(article),
        _river: JsonFeedExtension {
            source: JsonFeedSource {
                title: article_fields::source_title(&article.source),
                url: article_fields::source_address(&article.source, base),
                site_url: article.source.site_url.as_deref().and_then(valid::address),
            },
            also_in: article_fields::also_in(article)
                .into_iter()
                .map(|place| JsonFeedAlsoIn { source: place.source, title: place.title, url: place.url })
                .collect(),
            comments_url: article.comments_url.as_deref().and_then(valid::address),
            image_alt: image.map(|image| image.alt).filter(|alt| !alt.is_empty()),
            podcast: article.details.podcast.clone(),
            contributors: article_fields::contributors(article),
            rights: article_fields::rights(article),
            license: article_fields::license(article),
            place: article.details.place.clone(),
            related: related.collect(),
            via: article_fields::addresses(&article.details.via),
        },
    }
}

fn attachments(article: &RiverItem) -> Vec<JsonFeedAttachment> {
    let attachment = |file: &crate::model::Enclosure| {
        Some(JsonFeedAttachment {
            url: valid::address(&file.url)?,
            mime_type: valid::media_type(&file.media_type),
            size_in_bytes: file.length,
            duration_in_seconds: file.duration_s,
            title: file.title.as_deref().map(valid::line),
        })
    };
    article.enclosures.iter().filter_map(attachment).collect()
}
