//! Atom 1.0 (RFC 4287), by the crate `atom_syndication`.

use std::collections::{BTreeMap, HashMap};

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{
    Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Source, Text,
};

use super::base_url::BaseUrl;
use super::{Format, RenderError, article_fields, valid};
use crate::model::{GENERATOR_NAME, MergedFeed, MergedItem, RIVER_NAMESPACE, RiverItem, RiverSource};
use crate::time::Timestamp;

/// The document, UTF-8.
pub(super) fn document(feed: &MergedFeed, base: &BaseUrl) -> Result<Vec<u8>, RenderError> {
    let about = &feed.channel;
    let own_address = base.join(&format!("{}{}", about.path, Format::Atom.file_name()));
    let newest = newest_of_sources(feed);
    let uses_extension = feed.items.iter().any(|item| !item.article.also_in.is_empty());
    let document = Feed {
        title: plain(valid::line(&about.title)),
        id: own_address.clone(),
        // An empty river has no time of its own, and Atom wants one that stays the same.
        updated: moment(feed.updated.unwrap_or(Timestamp::EPOCH)),
        authors: vec![person(valid::line(&about.title))],
        generator: Some(Generator {
            value: GENERATOR_NAME.to_owned(),
            uri: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        links: vec![
            link("self", own_address, Some("application/atom+xml")),
            link("alternate", base.as_str().to_owned(), Some("text/html")),
        ],
        subtitle: Some(plain(valid::line(&about.description))),
        entries: feed.items.iter().map(|item| entry(item, base, &newest)).collect(),
        namespaces: if uses_extension {
            BTreeMap::from([("river".to_owned(), RIVER_NAMESPACE.to_owned())])
        } else {
            BTreeMap::new()
        },
        ..Feed::default()
    };
    let failed = |why: atom_syndication::Error| RenderError { format: Format::Atom, why: why.to_string() };
    document.write_to(Vec::new()).map_err(failed)
}

/// When each source last changed as far as this document shows it: `atom:source` wants the source's `updated`.
fn newest_of_sources(feed: &MergedFeed) -> HashMap<&str, Timestamp> {
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
        // An entry without a page to go to must have content (RFC 4287 §4.1.2), and every entry some text.
        (Some(summary), None) => (None, Some(("html", summary))),
        (None, None) => (None, Some(("text", valid::line(&merged.headline)))),
    };
    let source_updated = newest.get(article.source.feed_url.as_str()).copied();
    Entry {
        title: Text { lang: lang.clone(), ..plain(valid::line(&merged.headline)) },
        id: valid::line(&article.guid),
        updated: moment(article.changed_at()),
        authors: vec![person(
            article_fields::author(article).unwrap_or_else(|| article_fields::source_title(&article.source)),
        )],
        categories: article_fields::categories(article)
            .into_iter()
            .map(|term| Category { term, ..Category::default() })
            .collect(),
        links,
        published: Some(moment(article.river_at)),
        source: Some(source(&article.source, base, source_updated.unwrap_or(article.river_at))),
        summary: summary.map(|value| Text { lang: lang.clone(), ..Text::html(value) }),
        content: content.map(|(kind, value)| Content {
            value: Some(value),
            content_type: Some(kind.to_owned()),
            lang: lang.clone(),
            ..Content::default()
        }),
        extensions: extensions(article),
        ..Entry::default()
    }
}

fn links(article: &RiverItem) -> Vec<Link> {
    let page = article.url.as_deref().and_then(valid::address).map(|url| link("alternate", url, None));
    let comments = article.comments_url.as_deref().and_then(valid::address);
    // RFC 4685 §4.
    let comments = comments.map(|url| link("replies", url, Some("text/html")));
    let enclosures = article.enclosures.iter().filter_map(|file| {
        let address = valid::address(&file.url)?;
        let mut found = link("enclosure", address, Some(&valid::media_type(&file.media_type)));
        found.length = file.length.map(|bytes| bytes.to_string());
        Some(found)
    });
    page.into_iter().chain(comments).chain(enclosures).collect()
}

/// The whole of it, as RFC 4287 §4.2.11 asks: a reader can subscribe to the source from here.
fn source(source: &RiverSource, base: &BaseUrl, updated: Timestamp) -> Source {
    let address = article_fields::source_address(source, base);
    let site = source.site_url.as_deref().and_then(valid::address);
    let rights = source.rights.as_deref().map(valid::line).filter(|rights| !rights.is_empty());
    Source {
        title: plain(article_fields::source_title(source)),
        id: address.clone(),
        updated: moment(updated),
        links: std::iter::once(link("self", address, None))
            .chain(site.map(|site| link("alternate", site, Some("text/html"))))
            .collect(),
        rights: rights.map(plain),
        ..Source::default()
    }
}

fn extensions(article: &RiverItem) -> ExtensionMap {
    let places: Vec<_> = article_fields::also_in(article).into_iter().map(also_in_element).collect();
    if places.is_empty() {
        return ExtensionMap::new();
    }
    ExtensionMap::from([("river".to_owned(), BTreeMap::from([("also-in".to_owned(), places)]))])
}

/// The crate escapes an extension's text, but writes its attributes as they are.
fn also_in_element(place: article_fields::AlsoInPlace) -> Extension {
    let escaped = |text: String| htmlize::escape_attribute(text).into_owned();
    let mut attrs = BTreeMap::from([("source".to_owned(), escaped(place.source))]);
    attrs.extend(place.url.map(|url| ("url".to_owned(), escaped(url))));
    Extension { name: "river:also-in".to_owned(), value: Some(place.title), attrs, ..Extension::default() }
}

/// Plain text. Readers that have met mislabelled feeds guess whether `&amp;` and `<b>` in a text are meant as markup;
/// where there is something to guess about, the text is said to be HTML and escaped as such.
fn plain(text: String) -> Text {
    if text.contains(['&', '<']) { Text::html(htmlize::escape_text(text)) } else { Text::plain(text) }
}

fn link(rel: &str, href: String, media_type: Option<&str>) -> Link {
    Link { rel: rel.to_owned(), href, mime_type: media_type.map(str::to_owned), ..Link::default() }
}

fn person(name: String) -> Person {
    Person { name, ..Person::default() }
}

fn moment(at: Timestamp) -> FixedDateTime {
    at.to_utc().fixed_offset()
}
