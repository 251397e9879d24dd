//! Reads Atom with feed-rs, catches its panics, and joins its result with the [`super::extras`].

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model as rs;
use feed_rs::parser::Parser;

use super::error::ParseError;
use super::extras::{EntryExtras, FeedExtras};
use super::language::language_tag;
use super::xml::atom_writer::{AtomDocuments, AtomTexts, BATCH, CONTENT_LINK, unmarked};
use super::xml::markup::alt_texts;
use super::xml::text_kind::{Field, with_text_escaped};
use crate::model::{Author, Entry, Episode, FeedFormat, FeedHints, LeftOutCounts, MarkupText, ParsedFeed};
use crate::text::words::title_on_one_line;
use crate::text::{dates, html};
use crate::time::Timestamp;

/// Reads a converted document, whose texts are `texts`. If feed-rs panics, the document counts as unreadable and the daemon
/// goes on.
pub(super) fn read(
    atom: &AtomDocuments,
    mut texts: AtomTexts,
    mut extras: FeedExtras,
) -> Result<ParsedFeed, ParseError> {
    // feed-rs gets no base: all addresses are absolute, and it would rewrite them. It generates no ids: they would
    // differ at each parse, and `article::identity` gives each entry its key.
    let date_style = extras.date_style;
    let parser = feed_rs::parser::Builder::new()
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(move |text| dates::parse_in(text, date_style).map(Timestamp::to_utc))
        .sanitize_content(false)
        .build();
    let mut extras_of_entries = std::mem::take(&mut extras.entries).into_iter();
    let of = extras_of_entries.len();
    let mut entries = Vec::with_capacity(of);
    let mut first: Option<(rs::Feed, Vec<Author>)> = None;
    for document in atom.iter() {
        let mut feed = parse(&parser, document)?;
        let expected = extras_of_entries.len().min(BATCH);
        if feed.entries.len() != expected {
            return Err(ParseError::EntriesLost { of, read: of - expected + feed.entries.len() });
        }
        put_texts(&mut feed, &mut texts);
        let batch = std::mem::take(&mut feed.entries);
        let (_, inherited) = first.get_or_insert_with(|| {
            let inherited = inherited_authors(&feed, extras.format);
            (feed, inherited)
        });
        let batch = batch.into_iter().zip(&mut extras_of_entries);
        entries.extend(batch.map(|(entry, extras)| to_entry(entry, *extras, inherited)));
    }
    let (feed, _) = first.ok_or(ParseError::EntriesLost { of, read: 0 })?;
    Ok(to_parsed_feed(feed, extras, entries))
}

fn parse(parser: &Parser, document: impl Read) -> Result<rs::Feed, ParseError> {
    match catch_unwind(AssertUnwindSafe(|| parser.parse(document))) {
        Ok(Ok(feed)) => Ok(feed),
        Ok(Err(error)) => Err(ParseError::Malformed { why: error.to_string() }),
        Err(_) => Err(ParseError::Malformed { why: "riverd crashed while parsing it".to_owned() }),
    }
}

/// Returns the authors that an entry inherits if neither the entry nor its source names one. In Atom these are the authors of
/// the feed (RFC 4287 §4.2.1). RSS has no such rule.
fn inherited_authors(feed: &rs::Feed, format: FeedFormat) -> Vec<Author> {
    if format == FeedFormat::Atom { authors_once(&feed.authors) } else { Vec::new() }
}

/// Puts the texts back: the Atom that feed-rs has read holds only their numbers ([`AtomTexts`]).
fn put_texts(feed: &mut rs::Feed, texts: &mut AtomTexts) {
    let of_feed = [&mut feed.title, &mut feed.description, &mut feed.rights];
    let of_entries = feed.entries.iter_mut().flat_map(|entry| [&mut entry.title, &mut entry.summary]);
    for text in of_feed.into_iter().chain(of_entries).flatten() {
        text.content = texts.take(&text.content);
    }
    for body in feed.entries.iter_mut().filter_map(|entry| entry.content.as_mut()?.body.as_mut()) {
        *body = texts.take(body);
    }
}

fn to_parsed_feed(feed: rs::Feed, extras: FeedExtras, entries: Vec<Entry>) -> ParsedFeed {
    let links_of = |rel: &'static str| hrefs(&feed.links, rel).map(str::to_owned);
    let hubs = each_once(links_of("hub"));
    ParsedFeed {
        entries,
        format: extras.format,
        title: feed.title.as_ref().and_then(plain),
        link: page(&feed.links),
        description: feed.description.as_ref().and_then(plain),
        language: extras.language.map(|stated| language_tag(&stated)),
        rights: feed.rights.as_ref().and_then(plain),
        author: joined(feed.authors.iter().filter_map(name)),
        show: extras.show,
        updated: feed.updated.map(Into::into),
        hints: FeedHints { self_link: links_of("self").next(), hubs, ..extras.hints },
        generator: feed.generator.map(|generator| generator.content),
        defects: Vec::new(),
        left_out: LeftOutCounts::default(),
    }
}

fn to_entry(entry: rs::Entry, extras: EntryExtras, inherited: &[Author]) -> Entry {
    let id = Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty());
    let link = page(&entry.links).or(extras.permalink);
    let link = link.or_else(|| permalink(id.as_deref(), extras.id_is_permalink));
    let comments = entry.links.iter().find(|link| link.rel.as_deref() == Some("replies") && is_page(link));
    let mut authors = authors_once(&entry.authors);
    if authors.is_empty() {
        let of_name = |name| Author { name, ..Author::default() };
        authors = each_once(extras.source_authors.into_iter()).into_iter().map(of_name).collect();
    }
    if authors.is_empty() {
        authors = inherited.to_vec();
    }
    let mut details = extras.details;
    if authors.iter().any(|author| author.url.is_some()) {
        details.authors.clone_from(&authors);
    }
    let mut files = extras.files;
    if let Some(original) = &extras.original_enclosure {
        files.set_original_address(original);
    }
    let enclosures = files.into_enclosures(extras.duration_s, link.as_deref());
    let title = entry.title.as_ref().and_then(plain);
    if details.podcast.as_ref().is_some_and(|episode| episode.title == title) {
        // A title of the episode that repeats the title of the entry adds nothing.
        let rest = details.podcast.take().map(|episode| Episode { title: None, ..episode });
        details.podcast = rest.filter(|episode| *episode != Episode::default());
    }
    let categories = each_once(entry.categories.into_iter().map(|category| category.term));
    Entry {
        id_is_permalink: extras.id_is_permalink,
        title,
        summary: entry.summary.and_then(|text| markup(text.content, text.content_type.as_str())),
        content: entry.content.and_then(|content| markup(content.body?, content.content_type.as_str())),
        published: entry.published.map(Into::into),
        updated: entry.updated.map(Into::into),
        enclosures,
        small_picture: extras.small_picture,
        details,
        comments: comments.map(|link| unmarked(&link.href).to_owned()),
        summary_base: extras.summary_base,
        content_base: extras.content_base,
        language: extras.language.map(|stated| language_tag(&stated)),
        original_link: extras.original_link,
        origin: extras.origin,
        also_in: extras.also_in,
        id,
        link,
        authors: authors.into_iter().map(|author| author.name).collect(),
        categories,
    }
}

/// How many authors, categories or hubs of an entry or a feed are read.
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

/// Returns the authors, each name once.
fn authors_once(people: &[rs::Person]) -> Vec<Author> {
    let mut kept: Vec<Author> = Vec::new();
    for person in people.iter().take(MAX_LISTED) {
        let Some(name) = name(person) else { continue };
        match kept.iter_mut().find(|known| known.name == name) {
            Some(known) => known.url = known.url.take().or_else(|| person.uri.clone()),
            None => kept.push(Author { name, url: person.uri.clone(), avatar: None }),
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

/// Returns the page of a feed or an entry: the first `alternate` link that a browser opens, one that states HTML or no media
/// type before others, or else the first `alternate` link, or else the page where the content of an entry is kept.
fn page(links: &[rs::Link]) -> Option<String> {
    let alternates = links.iter().filter(|link| link.rel.as_deref() == Some("alternate"));
    let best = alternates.min_by_key(|link| (!is_on_web(unmarked(&link.href)), !is_page(link)));
    let content = || links.iter().find(|link| link.rel.as_deref() == Some(CONTENT_LINK));
    best.or_else(content).map(|link| unmarked(&link.href).to_owned())
}

fn is_page(link: &rs::Link) -> bool {
    link.media_type.as_deref().is_none_or(|kind| kind.contains("html"))
}

/// Returns whether an absolute address is one that a browser opens.
fn is_on_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

/// Returns the id as the address of the page if it is a web address and is not marked as no permalink. Many Atom ids are
/// addresses, too.
fn permalink(id: Option<&str>, is_permalink: Option<bool>) -> Option<String> {
    let id = id.filter(|id| is_on_web(id))?;
    (is_permalink != Some(false)).then(|| id.to_owned())
}

/// Returns a title, a description or a rights statement as plain text on one line. If it shows nothing but pictures, returns
/// their `alt` texts.
fn plain(text: &rs::Text) -> Option<String> {
    let plain = if text.content_type.subty() == "plain" {
        title_on_one_line(&text.content)
    } else {
        Some(html::title_to_plain(&with_text_escaped(&text.content, Field::HtmlTitle)))
            .filter(|plain| !plain.is_empty())
            .unwrap_or_else(|| html::title_to_plain(&alt_texts(&text.content)))
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::document::{RawDocument, parse};

    #[test]
    fn a_long_document_is_read_whole_and_in_order_although_feed_rs_reads_it_in_batches() {
        for length in [0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH, 2 * BATCH + 1] {
            let mut text =
                String::from("<feed xmlns='http://www.w3.org/2005/Atom'><author><name>Ida</name></author>");
            for number in 0..length {
                // An empty entry is left out.
                let empty = if number % 100 == 0 { "<entry/>" } else { "" };
                write!(text, "{empty}<entry><id>e{number}</id><title>T{number}</title></entry>").unwrap();
            }
            text.push_str("<title>Long list</title></feed>");
            let feed = parse(RawDocument { body: text.as_bytes(), content_type: None, url: None }).unwrap();
            assert_eq!(feed.title.as_deref(), Some("Long list"));
            assert_eq!(feed.entries.len(), length);
            for (number, entry) in feed.entries.iter().enumerate() {
                assert_eq!(entry.id, Some(format!("e{number}")));
                assert_eq!(entry.title, Some(format!("T{number}")));
                assert_eq!(entry.authors, ["Ida"]);
            }
        }
    }
}
