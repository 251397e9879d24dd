//! feed-rs as the reader: called behind a guard, its model and what it drops put together in our types.

use super::error::ParseError;
use super::extras::{EntryExtras, FeedExtras};
use super::xml::alternatives_to_pictures;
use super::xml::atom_writer::unmarked;
use crate::text::words::on_one_line;
use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model as rs;

use super::enclosure;
use crate::model::{Entry, FeedFormat, FeedHints, LeftOutCounts, MarkupText, ParsedFeed};
use crate::text::{dates, html};
use crate::time::Timestamp;

/// Reads a rebuilt document. A panic in feed-rs is a document that can't be read, not the end of the daemon.
pub(super) fn read(xml: &str, beside: FeedExtras) -> Result<ParsedFeed, ParseError> {
    // No base: addresses are absolute by now, and feed-rs would write them anew. No ids of its own making: it invents
    // a new one at every parse, and identity is assigned elsewhere.
    let parser = feed_rs::parser::Builder::new()
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|text| dates::parse(text).map(Timestamp::to_utc))
        .sanitize_content(false)
        .build();
    match catch_unwind(AssertUnwindSafe(|| parser.parse(xml.as_bytes()))) {
        Ok(Ok(feed)) if feed.entries.len() == beside.entries.len() => Ok(ours(feed, beside)),
        Ok(Ok(feed)) => Err(ParseError::EntriesLost { of: beside.entries.len(), read: feed.entries.len() }),
        Ok(Err(error)) => Err(ParseError::Malformed { why: error.to_string() }),
        Err(_) => Err(ParseError::Malformed { why: "the reader gave up on it".to_owned() }),
    }
}

fn ours(feed: rs::Feed, beside: FeedExtras) -> ParsedFeed {
    let linked = |rel: &'static str| hrefs(&feed.links, rel).map(str::to_owned);
    let hubs = each_once(linked("hub"));
    // RFC 4287 §4.2.1: an entry without an author has its source's, or else the feed's. RSS knows no such rule.
    let inherited = if beside.format == FeedFormat::Atom {
        each_once(feed.authors.iter().filter_map(name))
    } else {
        Vec::new()
    };
    let entries = feed
        .entries
        .into_iter()
        .zip(beside.entries)
        .map(|(entry, beside)| our_entry(entry, beside, &inherited));
    ParsedFeed {
        entries: entries.collect(),
        format: beside.format,
        title: feed.title.as_ref().and_then(plain),
        link: page(&feed.links),
        description: feed.description.as_ref().and_then(plain),
        language: beside.language,
        rights: feed.rights.as_ref().and_then(plain),
        author: joined(feed.authors.iter().filter_map(name)),
        updated: feed.updated.map(Into::into),
        hints: FeedHints { self_link: linked("self").next(), hubs, ..beside.hints },
        generator: feed.generator.map(|generator| generator.content),
        defects: Vec::new(),
        left_out: LeftOutCounts::default(),
    }
}

fn our_entry(entry: rs::Entry, beside: EntryExtras, inherited: &[String]) -> Entry {
    let id = Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty());
    let link = page(&entry.links).or(beside.permalink);
    let link = link.or_else(|| permalink(id.as_deref(), beside.id_is_permalink));
    let external_link = hrefs(&entry.links, "related").next().map(str::to_owned);
    let comments = entry.links.iter().find(|link| link.rel.as_deref() == Some("replies") && is_page(link));
    let mut authors = each_once(entry.authors.iter().filter_map(name));
    if authors.is_empty() {
        authors = each_once(beside.source_authors.into_iter());
    }
    if authors.is_empty() {
        authors = inherited.to_vec();
    }
    let categories = each_once(entry.categories.into_iter().map(|category| category.term));
    Entry {
        id_is_permalink: beside.id_is_permalink,
        title: entry.title.as_ref().and_then(plain),
        summary: entry.summary.and_then(|text| markup(text.content, text.content_type.as_str())),
        content: entry.content.and_then(|content| markup(content.body?, content.content_type.as_str())),
        published: entry.published.map(Into::into),
        updated: entry.updated.map(Into::into),
        enclosures: enclosure::linked(&entry.links),
        comments: comments.map(|link| unmarked(&link.href).to_owned()),
        summary_base: beside.summary_base,
        content_base: beside.content_base,
        language: beside.language,
        original_link: beside.original_link,
        origin: beside.origin,
        also_in: beside.also_in,
        id,
        link,
        external_link,
        authors,
        categories,
    }
}

/// How many of one kind (authors, categories, hubs) are kept of an entry or a feed.
const MAX_LISTED: usize = 256;

fn each_once(found: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for one in found.take(MAX_LISTED) {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

fn joined(names: impl Iterator<Item = String>) -> Option<String> {
    let names = each_once(names);
    (!names.is_empty()).then(|| names.join(", "))
}

fn hrefs<'a>(links: &'a [rs::Link], rel: &'static str) -> impl Iterator<Item = &'a str> {
    links.iter().filter(move |link| link.rel.as_deref() == Some(rel)).map(|link| unmarked(&link.href))
}

/// The page that a feed or an entry is the feed of: its alternate, and of several the one in HTML.
fn page(links: &[rs::Link]) -> Option<String> {
    let mut alternates = links.iter().filter(|link| link.rel.as_deref() == Some("alternate"));
    let first = alternates.clone().next();
    alternates.find(|link| is_page(link)).or(first).map(|link| unmarked(&link.href).to_owned())
}

fn is_page(link: &rs::Link) -> bool {
    link.media_type.as_deref().is_none_or(|kind| kind.contains("html"))
}

/// RSS: a guid is the page's address unless it says that it is not. Atom ids are often so too.
fn permalink(id: Option<&str>, is_permalink: Option<bool>) -> Option<String> {
    let id = id.filter(|id| id.starts_with("http://") || id.starts_with("https://"))?;
    (is_permalink != Some(false)).then(|| id.to_owned())
}

fn plain(text: &rs::Text) -> Option<String> {
    let plain = if text.content_type.subty() == "plain" {
        on_one_line(&text.content)
    } else {
        Some(html::to_plain(&text.content))
            .filter(|plain| !plain.is_empty())
            .unwrap_or_else(|| html::to_plain(&alternatives_to_pictures(&text.content)))
    };
    (!plain.is_empty()).then_some(plain)
}

fn name(person: &rs::Person) -> Option<String> {
    person.name.clone().or_else(|| person.email.clone())
}

fn markup(body: String, media_type: &str) -> Option<MarkupText> {
    if body.is_empty() {
        return None;
    }
    Some(if media_type == "text/plain" { MarkupText::Plain(body) } else { MarkupText::UnsafeHtml(body) })
}
