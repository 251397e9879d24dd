//! Writes RSS 2.0 with the crate `rss`.

use std::collections::BTreeMap;

use ::rss::extension::atom::{AtomExtension, Link};
use ::rss::extension::dublincore::DublinCoreExtension;
use ::rss::extension::{Extension, ExtensionMap};
use ::rss::{Category, Channel, Enclosure, Guid, Item, Source};

use super::base_url::BaseUrl;
use super::channel_fields::{ChannelFields, own_show};
use super::feed_links::{FeedAddresses, HISTORY_NAMESPACE};
use super::podcast::{self, text, with_attributes};
use super::{Format, RenderError, article_fields, valid};
use crate::model::{GENERATOR_NAME, MergedFeed, MergedItem, RIVER_NAMESPACE, RiverItem};

/// Namespace of Media RSS. An RSS item can have only one enclosure, so the further files of an article become
/// `media:content`.
pub(super) const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";
/// Namespace of GeoRSS.
pub(super) const GEORSS_NAMESPACE: &str = "http://www.georss.org/georss";
/// Namespace of Creative Commons for RSS.
const LICENSE_NAMESPACE: &str = "http://backend.userland.com/creativeCommonsRssModule";

/// Returns the document as UTF-8.
pub(super) fn document(feed: &MergedFeed, base: &BaseUrl) -> Result<Vec<u8>, RenderError> {
    let channel = &feed.channel;
    let addresses = FeedAddresses::of(feed, base, Format::Rss);
    let items: Vec<Item> = feed.items.iter().map(|item| rss_item(item, base)).collect();
    let mut extensions = ExtensionMap::new();
    if feed.links.archive_page.is_some() {
        podcast::add(&mut extensions, text("fh:archive", String::new()));
    }
    if let Some(source) = &feed.show
        && let Some(about) = &source.show
    {
        podcast::add_show(&mut extensions, source, about);
    }
    let (own, about) = (own_show(feed), ChannelFields::of(feed));
    let site = own.and_then(|source| valid::address(source.site_url.as_deref()?));
    let document = Channel {
        title: article_fields::rss_title(&about.title),
        link: site.unwrap_or_else(|| addresses.page.clone()),
        description: about.description,
        language: about.language,
        copyright: own.and_then(|source| source.rights.as_deref()).map(valid::line),
        last_build_date: feed.updated.map(crate::time::Timestamp::to_rfc2822),
        generator: Some(format!("{GENERATOR_NAME}/{}", env!("CARGO_PKG_VERSION"))),
        ttl: Some(channel.ttl_minutes.to_string()),
        atom_ext: Some(AtomExtension { links: channel_links(feed, &addresses) }),
        namespaces: namespaces(&items, &extensions),
        extensions,
        items,
        ..Channel::default()
    };
    let failed = |why: ::rss::Error| RenderError { format: Format::Rss, why: why.to_string() };
    Ok(with_hexadecimal_references(document.write_to(Vec::new()).map_err(failed)?))
}

/// Returns the links of the channel to its own documents and its hub.
fn channel_links(feed: &MergedFeed, addresses: &FeedAddresses) -> Vec<Link> {
    let document = |rel: &str, href: String| Link {
        rel: rel.to_owned(),
        href,
        mime_type: Some("application/rss+xml".to_owned()),
        ..Link::default()
    };
    let mut links = vec![document("self", addresses.own.clone())];
    links.extend(addresses.paging_links(feed).into_iter().map(|(rel, href)| document(rel, href)));
    let hub = |href: &String| Link { rel: "hub".to_owned(), href: href.clone(), ..Link::default() };
    links.extend(feed.links.hub.iter().map(hub));
    links
}

/// Writes the `&`, `<` and `>` of titles as hexadecimal references, because more readers understand these than other ways to
/// write them (RSS Advisory Board, RSS Profile, "title"). The document has `<title>` only around titles, because sanitised HTML
/// has no such element.
fn with_hexadecimal_references(document: Vec<u8>) -> Vec<u8> {
    let Ok(document) = String::from_utf8(document) else { return Vec::new() };
    let mut written = String::with_capacity(document.len());
    let mut rest = document.as_str();
    while let Some((before, after)) = rest.split_once("<title>") {
        let (title, after) = after.split_once("</title>").unwrap_or((after, ""));
        written.extend([before, "<title>"]);
        written
            .push_str(&title.replace("&amp;", "&#x26;").replace("&lt;", "&#x3C;").replace("&gt;", "&#x3E;"));
        written.push_str("</title>");
        rest = after;
    }
    written.push_str(rest);
    written.into_bytes()
}

/// Returns the namespaces that the extensions use. An unused one is left out, because the validator warns about namespaces
/// that it doesn't know.
fn namespaces(items: &[Item], of_channel: &ExtensionMap) -> BTreeMap<String, String> {
    const KNOWN: [(&str, &str); 8] = [
        ("fh", HISTORY_NAMESPACE),
        ("river", RIVER_NAMESPACE),
        ("media", MEDIA_NAMESPACE),
        ("georss", GEORSS_NAMESPACE),
        ("creativeCommons", LICENSE_NAMESPACE),
        ("itunes", podcast::ITUNES_NAMESPACE),
        ("podcast", podcast::PODCAST_NAMESPACE),
        ("psc", podcast::CHAPTERS_NAMESPACE),
    ];
    let is_used = |prefix: &str| {
        of_channel.contains_key(prefix) || items.iter().any(|item| item.extensions.contains_key(prefix))
    };
    let used = KNOWN.into_iter().filter(|(prefix, _)| is_used(prefix));
    used.map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned())).collect()
}

fn rss_item(merged: &MergedItem, base: &BaseUrl) -> Item {
    let article = &merged.article;
    let texts = article_fields::texts(merged);
    let description = texts.summary.or_else(|| Some(description(merged)).filter(|text| !text.is_empty()));
    let files = article.enclosures.iter().filter_map(|file| Some((file, enclosure(file)?)));
    // The feed validator wants an address of the web. Any other file, such as a magnet link, is written as `media:content`.
    let (mut files, mut other): (Vec<_>, Vec<_>) = files.partition(|(_, file)| file.url.starts_with("http"));
    let first_file = files.first().map(|(_, file)| file.clone());
    files.append(&mut other);
    // An `enclosure` has no place for a description, so a picture with one is written as `media:content`, too.
    let is_described = files.first().is_some_and(|(file, _)| file.is_picture() && file.title.is_some());
    // Readers built on feed-rs ignore the enclosure if there is any `media:content`. So either all files are written as
    // `media:content`, or none.
    if files.len() == 1 && first_file.is_some() && !is_described {
        files.clear();
    }
    Item {
        title: Some(article_fields::rss_title(&merged.headline)),
        link: article.url.as_deref().and_then(valid::address),
        description,
        categories: article_fields::categories(article)
            .into_iter()
            .map(|name| Category { name, domain: None })
            .collect(),
        comments: article.comments_url.as_deref().and_then(valid::address),
        enclosure: first_file,
        guid: Some(Guid { value: valid::line(&article.guid), permalink: false }),
        pub_date: Some(article.river_at.to_rfc2822()),
        source: Some(Source {
            url: article_fields::source_address(&article.source, base),
            title: Some(article_fields::source_title(&article.source)),
        }),
        content: texts.content,
        extensions: extensions(article, files.into_iter()),
        atom_ext: related_pages(article),
        dublin_core_ext: Some(dublin_core(article)),
        ..Item::default()
    }
}

/// Returns the first lines of the text, or else the headline, as HTML. Many readers need a description, because they don't read
/// `content:encoded`, which is only an extension.
fn description(merged: &MergedItem) -> String {
    let excerpt = valid::line(&merged.excerpt);
    let lines = if excerpt.is_empty() { valid::line(&merged.headline) } else { excerpt };
    htmlize::escape_text(lines).into_owned()
}

/// Returns the related pages as Atom links, because RSS has no elements for them.
fn related_pages(article: &RiverItem) -> Option<AtomExtension> {
    let links = |rel: &str, pages: &[String]| -> Vec<Link> {
        let link = |href| Link { rel: rel.to_owned(), href, ..Link::default() };
        article_fields::addresses(pages).into_iter().map(link).collect()
    };
    let mut found = links("related", &article.details.related);
    found.extend(links("via", &article.details.via));
    (!found.is_empty()).then_some(AtomExtension { links: found })
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

/// Returns the author, the contributors, the language and the rights as Dublin Core. `dc:creator` is used because RSS's
/// `author` must be an e-mail address. If an article names no author, its source is named instead, as in Atom.
fn dublin_core(article: &RiverItem) -> DublinCoreExtension {
    let creators = article_fields::authors(article).into_iter().map(|author| author.name).collect();
    let languages: Vec<_> = article.language.as_deref().and_then(valid::language).into_iter().collect();
    let rights: Vec<_> = article_fields::rights(article).into_iter().collect();
    let contributors = article_fields::contributors(article);
    DublinCoreExtension { creators, contributors, languages, rights, ..DublinCoreExtension::default() }
}

fn extensions<'a>(
    article: &RiverItem,
    media_files: impl Iterator<Item = (&'a crate::model::Enclosure, Enclosure)>,
) -> ExtensionMap {
    let mut found = ExtensionMap::new();
    for place in article_fields::also_in(article) {
        podcast::add(&mut found, also_in_element(place));
    }
    for (file, enclosure) in media_files {
        podcast::add(&mut found, media_element(file, enclosure));
    }
    if let Some(image) = article_fields::image(article) {
        podcast::add(&mut found, with_attributes("media:thumbnail", [("url", Some(image.url))]));
    }
    if let Some(point) = article_fields::point(article) {
        podcast::add(&mut found, text("georss:point", point));
    }
    if let Some(license) = article_fields::license(article) {
        podcast::add(&mut found, text("creativeCommons:license", license));
    }
    podcast::add_episode(&mut found, article);
    found
}

fn also_in_element(place: article_fields::AlsoInPlace) -> Extension {
    let mut attrs = BTreeMap::from([("source".to_owned(), place.source)]);
    attrs.extend(place.url.map(|url| ("url".to_owned(), url)));
    Extension { name: "river:also-in".to_owned(), value: Some(place.title), attrs, ..Extension::default() }
}

fn media_element(file: &crate::model::Enclosure, enclosure: Enclosure) -> Extension {
    let element = with_attributes(
        "media:content",
        [
            ("url", Some(enclosure.url)),
            ("type", Some(enclosure.mime_type)),
            ("fileSize", file.length.map(|bytes| bytes.to_string())),
            ("duration", file.duration_s.map(|seconds| seconds.to_string())),
        ],
    );
    // The title of a picture says what it shows, so it is written as a description.
    let (name, local) =
        if file.is_picture() { ("media:description", "description") } else { ("media:title", "title") };
    let title = file.title.as_deref().map(|title| vec![text(name, valid::line(title))]);
    let children = title.map(|title| (local.to_owned(), title)).into_iter().collect();
    Extension { children, ..element }
}
