//! Writes RSS 2.0 with the crate `rss`.

use std::collections::BTreeMap;

use ::rss::extension::atom::{AtomExtension, Link};
use ::rss::extension::dublincore::DublinCoreExtension;
use ::rss::extension::{Extension, ExtensionMap};
use ::rss::{Category, Channel, Enclosure, Guid, Item, Source};

use super::base_url::BaseUrl;
use super::{Format, RenderError, article_fields, valid};
use crate::model::{GENERATOR_NAME, MergedFeed, MergedItem, RIVER_NAMESPACE, RiverItem};

/// Namespace of Media RSS. An RSS item can have only one enclosure, so the further files of an article become
/// `media:content`.
const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// Returns the document as UTF-8.
pub(super) fn document(feed: &MergedFeed, base: &BaseUrl) -> Result<Vec<u8>, RenderError> {
    let channel = &feed.channel;
    let own_address = base.join(&format!("{}{}", channel.path, Format::Rss.file_name()));
    let document = Channel {
        title: valid::line(&channel.title),
        link: base.as_str().to_owned(),
        description: valid::line(&channel.description),
        last_build_date: feed.updated.map(crate::time::Timestamp::to_rfc2822),
        generator: Some(format!("{GENERATOR_NAME}/{}", env!("CARGO_PKG_VERSION"))),
        ttl: Some(channel.ttl_minutes.to_string()),
        atom_ext: Some(AtomExtension {
            links: vec![Link {
                rel: "self".to_owned(),
                href: own_address,
                mime_type: Some("application/rss+xml".to_owned()),
                ..Link::default()
            }],
        }),
        namespaces: namespaces(feed),
        items: feed.items.iter().map(|item| rss_item(item, base)).collect(),
        ..Channel::default()
    };
    let failed = |why: ::rss::Error| RenderError { format: Format::Rss, why: why.to_string() };
    document.write_to(Vec::new()).map_err(failed)
}

/// Returns the namespaces that the document uses. An unused one is left out, because the validator warns about
/// namespaces that it doesn't know.
fn namespaces(feed: &MergedFeed) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if feed.items.iter().any(|item| !item.article.also_in.is_empty()) {
        found.insert("river".to_owned(), RIVER_NAMESPACE.to_owned());
    }
    if feed.items.iter().any(|item| item.article.enclosures.len() > 1) {
        found.insert("media".to_owned(), MEDIA_NAMESPACE.to_owned());
    }
    found
}

fn rss_item(merged: &MergedItem, base: &BaseUrl) -> Item {
    let article = &merged.article;
    let texts = article_fields::texts(merged);
    let mut enclosures = article.enclosures.iter().filter_map(enclosure);
    Item {
        title: Some(valid::line(&merged.headline)),
        link: article.url.as_deref().and_then(valid::address),
        description: texts.summary,
        categories: article_fields::categories(article)
            .into_iter()
            .map(|name| Category { name, domain: None })
            .collect(),
        comments: article.comments_url.as_deref().and_then(valid::address),
        enclosure: enclosures.next(),
        guid: Some(Guid { value: valid::line(&article.guid), permalink: false }),
        pub_date: Some(article.river_at.to_rfc2822()),
        source: Some(Source {
            url: article_fields::source_address(&article.source, base),
            title: Some(article_fields::source_title(&article.source)),
        }),
        content: texts.content,
        extensions: extensions(article, enclosures),
        dublin_core_ext: dublin_core(article),
        ..Item::default()
    }
}

/// Builds an enclosure. RSS requires a length; an unknown one is written as `0` (RSS Advisory Board, best practices,
/// "enclosure").
fn enclosure(file: &crate::model::Enclosure) -> Option<Enclosure> {
    Some(Enclosure {
        url: valid::address(&file.url)?,
        length: file.length.unwrap_or(0).to_string(),
        mime_type: valid::media_type(&file.media_type),
    })
}

/// Returns the author and the language as Dublin Core. `dc:creator` is used because RSS's `author` must be an e-mail
/// address.
fn dublin_core(article: &RiverItem) -> Option<DublinCoreExtension> {
    let creators: Vec<_> = article_fields::author(article).into_iter().collect();
    let languages: Vec<_> = article.language.as_deref().and_then(valid::language).into_iter().collect();
    let found = DublinCoreExtension { creators, languages, ..DublinCoreExtension::default() };
    (found != DublinCoreExtension::default()).then_some(found)
}

fn extensions(article: &RiverItem, further_files: impl Iterator<Item = Enclosure>) -> ExtensionMap {
    let mut found = ExtensionMap::new();
    let also_in: Vec<_> = article_fields::also_in(article).into_iter().map(also_in_element).collect();
    if !also_in.is_empty() {
        found.insert("river".to_owned(), BTreeMap::from([("also-in".to_owned(), also_in)]));
    }
    let media: Vec<_> = further_files.map(media_element).collect();
    if !media.is_empty() {
        found.insert("media".to_owned(), BTreeMap::from([("content".to_owned(), media)]));
    }
    found
}

fn also_in_element(place: article_fields::AlsoInPlace) -> Extension {
    let mut attrs = BTreeMap::from([("source".to_owned(), place.source)]);
    attrs.extend(place.url.map(|url| ("url".to_owned(), url)));
    Extension { name: "river:also-in".to_owned(), value: Some(place.title), attrs, ..Extension::default() }
}

fn media_element(file: Enclosure) -> Extension {
    let mut attrs = BTreeMap::from([("url".to_owned(), file.url), ("type".to_owned(), file.mime_type)]);
    if file.length != "0" {
        attrs.insert("fileSize".to_owned(), file.length);
    }
    Extension { name: "media:content".to_owned(), attrs, ..Extension::default() }
}
