//! Writes Atom 1.0 (RFC 4287) with the crate `atom_syndication`.

use std::collections::{BTreeMap, HashMap};

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{
    Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Source, Text,
};

use super::base_url::BaseUrl;
use super::channel_fields::ChannelFields;
use super::feed_links::{FeedAddresses, HISTORY_NAMESPACE};
use super::rss::{GEORSS_NAMESPACE, MEDIA_NAMESPACE};
use super::{Format, RenderError, article_fields, valid};
use crate::model::{GENERATOR_NAME, MergedFeed, MergedItem, RIVER_NAMESPACE, RiverItem, RiverSource};
use crate::time::Timestamp;

/// Returns the document as UTF-8.
pub(super) fn document(feed: &MergedFeed, base: &BaseUrl) -> Result<Vec<u8>, RenderError> {
    let addresses = FeedAddresses::of(feed, base, Format::Atom);
    let newest = newest_changes(feed);
    let entries: Vec<Entry> = feed.items.iter().map(|item| entry(item, base, &newest)).collect();
    let about = ChannelFields::of(feed);
    let document = Feed {
        authors: vec![person(about.title.clone())],
        title: text_construct(about.title),
        id: addresses.current.clone(),
        // Atom requires a time, which must stay the same while nothing changes. An empty river has none, so it gets a constant.
        updated: atom_date(feed.updated.unwrap_or(Timestamp::EPOCH)),
        generator: Some(Generator {
            value: GENERATOR_NAME.to_owned(),
            uri: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        links: feed_links(feed, &addresses),
        subtitle: Some(text_construct(about.description)),
        logo: about.picture,
        lang: about.language,
        namespaces: namespaces(feed, &entries),
        entries,
        ..Feed::default()
    };
    let failed = |why: atom_syndication::Error| RenderError { format: Format::Atom, why: why.to_string() };
    let written = document.write_to(Vec::new()).map_err(failed)?;
    Ok(if feed.links.archive_page.is_some() { with_archive_mark(written) } else { written })
}

/// Returns the links of the feed to its own documents, its page and its hub.
fn feed_links(feed: &MergedFeed, addresses: &FeedAddresses) -> Vec<Link> {
    let document = |rel: &str, href: String| link(rel, href, Some("application/atom+xml"));
    let mut links = vec![
        document("self", addresses.own.clone()),
        link("alternate", addresses.page.clone(), Some("text/html")),
    ];
    links.extend(addresses.paging_links(feed).into_iter().map(|(rel, href)| document(rel, href)));
    links.extend(feed.links.hub.iter().map(|hub| link("hub", hub.clone(), None)));
    links
}

/// Adds the element that marks a page of the archive (RFC 5005 §4). The schema of RFC 4287 has the entries last, so the element
/// must stand before them. The crate would write it after them.
fn with_archive_mark(document: Vec<u8>) -> Vec<u8> {
    let Ok(mut document) = String::from_utf8(document) else { return Vec::new() };
    if let Some(at) = document.find("<entry>").or_else(|| document.rfind("</feed>")) {
        document.insert_str(at, "<fh:archive/>");
    }
    document.into_bytes()
}

/// Returns the namespaces that the extensions of the feed and its entries use.
fn namespaces(feed: &MergedFeed, entries: &[Entry]) -> BTreeMap<String, String> {
    let known = [
        ("fh", HISTORY_NAMESPACE),
        ("river", RIVER_NAMESPACE),
        ("media", MEDIA_NAMESPACE),
        ("georss", GEORSS_NAMESPACE),
    ];
    let is_used = |prefix: &str| match prefix {
        "fh" => feed.links.archive_page.is_some(),
        _ => entries.iter().any(|entry| entry.extensions.contains_key(prefix)),
    };
    let used = known.into_iter().filter(|(prefix, _)| is_used(prefix));
    used.map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned())).collect()
}

/// Returns when each source last changed, by its feed's address. Only the articles in this document count.
/// `atom:source` requires this time as its `updated`.
fn newest_changes(feed: &MergedFeed) -> HashMap<&str, Timestamp> {
    let mut newest = HashMap::new();
    for MergedItem { article, .. } in &feed.items {
        let known = newest.entry(article.source.feed_url.as_str()).or_insert(article.changed_at());
        *known = article.changed_at().max(*known);
    }
    newest
}

fn entry(merged: &MergedItem, base: &BaseUrl, newest: &HashMap<&str, Timestamp>) -> Entry {
    let article = &merged.article;
    let texts = article_fields::texts(merged);
    let lang = article.language.as_deref().and_then(valid::language);
    let links = links(article);
    let has_page = links.iter().any(|link| link.rel == "alternate");
    let (summary, content) = match (texts.summary, texts.content) {
        (summary, Some(content)) => (summary, Some(("html", content))),
        (Some(summary), None) if has_page => (Some(summary), None),
        // An entry without a link to a page must have content (RFC 4287 §4.1.2).
        (Some(summary), None) => (None, Some(("html", summary))),
        (None, None) => (None, Some(("text", valid::line(&merged.headline)))),
    };
    let source_updated = newest.get(article.source.feed_url.as_str()).copied();
    Entry {
        title: Text { lang: lang.clone(), ..text_construct(valid::line(&merged.headline)) },
        id: valid::line(&article.guid),
        updated: entry_updated(article),
        authors: article_fields::authors(article)
            .into_iter()
            .map(|author| Person { uri: author.url, ..person(author.name) })
            .collect(),
        contributors: article_fields::contributors(article).into_iter().map(person).collect(),
        categories: article_fields::categories(article)
            .into_iter()
            .map(|term| Category { term, ..Category::default() })
            .collect(),
        links,
        published: Some(atom_date(article.river_at)),
        source: Some(source(&article.source, base, source_updated.unwrap_or(article.river_at))),
        summary: summary.map(|value| Text { lang: lang.clone(), ..Text::html(value) }),
        content: content.map(|(kind, value)| Content {
            value: Some(value),
            content_type: Some(kind.to_owned()),
            lang: lang.clone(),
            ..Content::default()
        }),
        rights: article_fields::rights(article).map(text_construct),
        extensions: extensions(article),
        ..Entry::default()
    }
}

fn links(article: &RiverItem) -> Vec<Link> {
    let page = article.url.as_deref().and_then(valid::address).map(|url| link("alternate", url, None));
    let comments = article.comments_url.as_deref().and_then(valid::address);
    // The link relation `replies` is defined in RFC 4685 §4.
    let comments = comments.map(|url| link("replies", url, Some("text/html")));
    let enclosures = article.enclosures.iter().filter_map(|file| {
        let address = valid::address(&file.url)?;
        let mut found = link("enclosure", address, Some(&valid::media_type(&file.media_type)));
        found.length = file.length.map(|bytes| bytes.to_string());
        found.title = file.title.as_deref().map(valid::line);
        Some(found)
    });
    // The link relation `preview` is defined in RFC 6903 §3, `license` in RFC 4946.
    let image = article_fields::image(article).map(|image| Link {
        title: Some(image.alt).filter(|alt| !alt.is_empty()),
        ..link("preview", image.url, None)
    });
    let license = article_fields::license(article).map(|url| link("license", url, None));
    let pages = |rel: &'static str, pages: &[String]| {
        article_fields::addresses(pages).into_iter().map(move |url| link(rel, url, None))
    };
    let related = pages("related", &article.details.related).chain(pages("via", &article.details.via));
    page.into_iter().chain(comments).chain(enclosures).chain(image).chain(license).chain(related).collect()
}

/// Builds `atom:source` with the metadata of the source (RFC 4287 §4.2.11) and the address of its feed, so that readers can
/// subscribe to it.
fn source(source: &RiverSource, base: &BaseUrl, updated: Timestamp) -> Source {
    let address = article_fields::source_address(source, base);
    let site = source.site_url.as_deref().and_then(valid::address);
    let rights = source.rights.as_deref().map(valid::line).filter(|rights| !rights.is_empty());
    Source {
        title: text_construct(article_fields::source_title(source)),
        id: address.clone(),
        updated: atom_date(updated),
        links: std::iter::once(link("self", address, None))
            .chain(site.map(|site| link("alternate", site, Some("text/html"))))
            .collect(),
        rights: rights.map(text_construct),
        ..Source::default()
    }
}

fn extensions(article: &RiverItem) -> ExtensionMap {
    let mut found = ExtensionMap::new();
    let places: Vec<_> = article_fields::also_in(article).into_iter().map(also_in_element).collect();
    if !places.is_empty() {
        found.insert("river".to_owned(), BTreeMap::from([("also-in".to_owned(), places)]));
    }
    if let Some(image) = article_fields::image(article) {
        let url = htmlize::escape_attribute(image.url).into_owned();
        let attrs = BTreeMap::from([("url".to_owned(), url)]);
        let element = Extension { name: "media:thumbnail".to_owned(), attrs, ..Extension::default() };
        found.insert("media".to_owned(), BTreeMap::from([("thumbnail".to_owned(), vec![element])]));
    }
    if let Some(point) = article_fields::point(article) {
        let element =
            Extension { name: "georss:point".to_owned(), value: Some(point), ..Extension::default() };
        found.insert("georss".to_owned(), BTreeMap::from([("point".to_owned(), vec![element])]));
    }
    found
}

/// Builds a `river:also-in` element. The crate escapes the text of an extension but not its attributes, so this
/// function escapes them.
fn also_in_element(place: article_fields::AlsoInPlace) -> Extension {
    let escaped = |text: String| htmlize::escape_attribute(text).into_owned();
    let mut attrs = BTreeMap::from([("source".to_owned(), escaped(place.source))]);
    attrs.extend(place.url.map(|url| ("url".to_owned(), escaped(url))));
    Extension { name: "river:also-in".to_owned(), value: Some(place.title), attrs, ..Extension::default() }
}

/// Makes a text construct from plain text.
///
/// Many feeds label their texts wrongly, so some readers guess whether `&amp;` or `<b>` in a plain text is markup. A
/// text with these characters is therefore escaped and labelled as HTML.
fn text_construct(text: String) -> Text {
    if text.contains(['&', '<']) { Text::html(htmlize::escape_text(text)) } else { Text::plain(text) }
}

fn link(rel: &str, href: String, media_type: Option<&str>) -> Link {
    Link { rel: rel.to_owned(), href, mime_type: media_type.map(str::to_owned), ..Link::default() }
}

fn person(name: String) -> Person {
    Person { name, ..Person::default() }
}

/// Returns the `updated` of an entry. If two entries have the same `updated`, the feed validator warns, and readers may show
/// them in any order. So articles that riverd itself dated at one moment, such as edits that one poll found, get different
/// milliseconds.
fn entry_updated(article: &RiverItem) -> FixedDateTime {
    let updated = atom_date(article.changed_at());
    let milliseconds = if article.is_dated_by_riverd { article.id.0.rem_euclid(1_000) } else { 0 };
    updated + chrono::Duration::milliseconds(milliseconds)
}

fn atom_date(at: Timestamp) -> FixedDateTime {
    at.to_utc().fixed_offset()
}
