//! feed-rs as the reader: called behind a guard, its model mapped to ours.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model as rs;
use url::Url;

use super::ParseError;
use crate::feed::{dates, html, url as address};
use crate::model::{Enclosure, Entry, FeedFormat, FeedHints, MarkupText, ParsedFeed};

/// Reads repaired XML. A panic in feed-rs is a document that can't be read, not the end of the daemon.
pub(super) fn read(xml: &str, base: Option<&Url>) -> Result<ParsedFeed, ParseError> {
    let parser = feed_rs::parser::Builder::new()
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|text| dates::parse(text).map(crate::time::Timestamp::to_utc))
        .base_uri(base.map(Url::as_str))
        .build();
    let read = catch_unwind(AssertUnwindSafe(|| parser.parse(xml.as_bytes())));
    match read {
        Ok(Ok(feed)) => Ok(ours(feed, base)),
        Ok(Err(error)) => Err(ParseError::Malformed { why: error.to_string() }),
        Err(_) => Err(ParseError::Malformed { why: "the reader gave up on it".to_owned() }),
    }
}

fn ours(feed: rs::Feed, base: Option<&Url>) -> ParsedFeed {
    let format = match feed.feed_type {
        rs::FeedType::Atom => FeedFormat::Atom,
        rs::FeedType::JSON => FeedFormat::Json,
        rs::FeedType::RSS1 => FeedFormat::Rdf,
        rs::FeedType::RSS0 | rs::FeedType::RSS2 => FeedFormat::Rss,
    };
    let hub = |rel: &str| {
        feed.links
            .iter()
            .filter(|link| link.rel.as_deref() == Some(rel))
            .filter_map(|link| address::absolute(&link.href, base))
            .collect::<Vec<_>>()
    };
    ParsedFeed {
        format,
        hints: FeedHints {
            ttl: feed.ttl.map(|minutes| std::time::Duration::from_secs(60 * u64::from(minutes))),
            self_link: hub("self").into_iter().next(),
            hubs: hub("hub"),
            ..FeedHints::default()
        },
        title: feed.title.as_ref().and_then(plain),
        link: page(&feed.links).and_then(|href| address::absolute(href, base)),
        description: feed.description.as_ref().and_then(plain),
        language: feed.language,
        rights: feed.rights.as_ref().and_then(plain),
        author: feed.authors.first().and_then(name),
        generator: feed.generator.map(|generator| generator.content),
        updated: feed.updated.or(feed.published).map(Into::into),
        entries: feed.entries.into_iter().map(|entry| our_entry(entry, base)).collect(),
        defects: Vec::new(),
    }
}

fn our_entry(entry: rs::Entry, base: Option<&Url>) -> Entry {
    let mut categories: Vec<String> = Vec::new();
    for category in entry.categories {
        let term = category.label.unwrap_or(category.term);
        if !term.is_empty() && !categories.contains(&term) {
            categories.push(term);
        }
    }
    let mut enclosures: Vec<Enclosure> = Vec::new();
    let linked = entry
        .links
        .iter()
        .filter(|link| link.rel.as_deref() == Some("enclosure"))
        .map(|link| (link.href.clone(), link.media_type.clone(), link.length));
    let media = entry.media.iter().flat_map(|media| &media.content).filter_map(|content| {
        let url = content.url.as_ref()?.to_string();
        Some((url, content.content_type.as_ref().map(ToString::to_string), content.size))
    });
    for (url, media_type, length) in linked.chain(media) {
        let Some(url) = address::absolute(&url, base) else { continue };
        if !enclosures.iter().any(|known| known.url == url) {
            let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
            enclosures.push(Enclosure { url, media_type, length });
        }
    }
    let comments = entry.links.iter().find(|link| link.target == Some(rs::LinkTarget::Comments));
    Entry {
        id: Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty()),
        link: page(&entry.links).and_then(|href| address::absolute(href, base)),
        title: entry.title.as_ref().and_then(plain),
        summary: entry.summary.and_then(|text| markup(text.content, text.content_type.as_str())),
        content: entry
            .content
            .and_then(|content| Some((content.body?, content.content_type)))
            .and_then(|(body, kind)| markup(body, kind.as_str())),
        base: entry.base,
        authors: entry.authors.iter().filter_map(name).collect(),
        published: entry.published.map(Into::into),
        updated: entry.updated.map(Into::into),
        categories,
        enclosures,
        comments: comments.and_then(|link| address::absolute(&link.href, base)),
        language: entry.language,
        ..Entry::default()
    }
}

fn page(links: &[rs::Link]) -> Option<&str> {
    links
        .iter()
        .find(|link| link.target.is_none() && matches!(link.rel.as_deref(), None | Some("alternate")))
        .map(|link| link.href.as_str())
}

fn plain(text: &rs::Text) -> Option<String> {
    Some(html::to_plain(&text.content)).filter(|text| !text.is_empty())
}

fn name(person: &rs::Person) -> Option<String> {
    person.name.clone().or_else(|| person.email.clone())
}

fn markup(body: String, media_type: &str) -> Option<MarkupText> {
    if body.trim().is_empty() {
        return None;
    }
    Some(if media_type == "text/plain" { MarkupText::Plain(body) } else { MarkupText::UnsafeHtml(body) })
}
