//! Turns the bytes of a document into a [`ParsedFeed`]. XML is repaired and converted to Atom, which feed-rs reads, and the
//! values that feed-rs drops are added afterwards. JSON Feed is read without feed-rs.
//!
//! Each stage is pure. It notes every repair under a stable name ([`defects`]); docs/feeds-in-the-wild.md lists the
//! names.
//!
//! | stage | what it does |
//! | --- | --- |
//! | [`sniff`] | unpacks the body and detects whether it is XML, JSON, a web page or empty |
//! | [`decode`] | decodes the bytes to text, in the encoding that [`detection`] finds if none is known |
//! | [`clean`] | removes what comes before the first tag, and characters that XML forbids |
//! | [`xml`] | converts XML of any dialect, however broken, to Atom |
//! | [`feed_rs_reader`] | has feed-rs read the Atom, and adds the [`extras`] that feed-rs does not keep |
//! | [`json`] | reads JSON Feed |
//! | [`mojibake`] | repairs texts that were encoded twice, while [`xml`] or [`json`] reads them |
//! | [`also_in_list`] | removes the list that another river appended to a text |
//! | [`page_links`] | finds the feeds that a web page links to |
//! | [`article_page`] | finds the article of a web page, or the part to which an address leads |
//! | [`opml`] | reads lists of subscriptions |

mod also_in_list;
mod article_page;
mod bounds;
mod clean;
mod decode;
mod defects;
mod detection;
pub(crate) mod enclosure;
mod error;
mod extras;
mod feed_rs_reader;
mod json;
mod language;
mod mojibake;
pub mod opml;
mod page_links;
mod podcast_values;
mod prior_knowledge;
mod sniff;
mod xml;

use url::Url;

pub use self::article_page::{PageArticle, PageError, article_of};
pub(crate) use self::defects::Defects;
pub use self::error::{FeedLink, PageLinks, ParseError};
pub(crate) use self::page_links::{is_same_page, refresh_target};
pub use self::prior_knowledge::PriorKnowledge;
use self::sniff::DocumentKind;
pub(crate) use self::sniff::is_type_of_feed;
use crate::model::ParsedFeed;

/// A document to parse.
#[derive(Clone, Copy, Debug)]
pub struct RawDocument<'a> {
    /// Body of the response, after its `Content-Encoding` was undone.
    pub body: &'a [u8],
    /// Value of the `Content-Type` header, if there was one.
    pub content_type: Option<&'a str>,
    /// Address after redirects. It is the base of relative links for which the document gives no other.
    pub url: Option<&'a Url>,
}

/// Parses a document. Never panics; time and memory are linear in the length of the body.
pub fn parse(document: RawDocument<'_>) -> Result<ParsedFeed, ParseError> {
    parse_with(document, &PriorKnowledge::default())
}

/// Parses a document, as [`parse`] does, with what is known of its source.
pub fn parse_with(document: RawDocument<'_>, prior: &PriorKnowledge) -> Result<ParsedFeed, ParseError> {
    let mut defects = Defects::default();
    let mut feed = read(document, prior, &mut defects)?;
    (feed.defects, feed.left_out) = defects.into_parts();
    also_in_list::remove_also_in_lists(&mut feed);
    // A riverd writes every title as it is meant.
    if !also_in_list::is_of_riverd(&feed) {
        decode_titles(&mut feed);
    }
    Ok(feed)
}

/// Decodes the titles, authors and categories that a publisher escaped several times.
fn decode_titles(feed: &mut ParsedFeed) {
    let entries = feed.entries.iter_mut().flat_map(|entry| {
        let names = entry.authors.iter_mut().chain(&mut entry.categories);
        // Details without a value take no memory until something is written to them.
        let details = (!entry.details.authors.is_empty()).then_some(&mut entry.details);
        let authors = details.into_iter().flat_map(|details| &mut details.authors);
        entry.title.iter_mut().chain(names).chain(authors.map(|author| &mut author.name))
    });
    for title in feed.title.iter_mut().chain(entries) {
        if let Some(decoded) = xml::twice_escaped::decoded_title(title) {
            *title = decoded;
        }
    }
}

fn read(
    document: RawDocument<'_>,
    prior: &PriorKnowledge,
    defects: &mut Defects,
) -> Result<ParsedFeed, ParseError> {
    let body = sniff::unpack(document.body, defects)?;
    if let Some(what) = sniff::file_type(&body) {
        return Err(ParseError::NotAFeed { what: format!("it is {what}") });
    }
    let text = decode::decode(&body, document.content_type, defects);
    match sniff::document_kind(&text) {
        DocumentKind::Empty => Err(ParseError::Empty),
        DocumentKind::Other => Err(ParseError::NotAFeed { what: "it is neither XML nor JSON".to_owned() }),
        DocumentKind::Json => json::read(text.trim_matches(['\u{feff}', '\0']), document.url, prior, defects),
        DocumentKind::Markup => match read_markup(&text, document.url, prior, defects) {
            // A page may lack all the elements that only pages have.
            Err(ParseError::NotAFeed { .. }) if is_sent_as_page(document.content_type) => {
                Err(ParseError::WebPage(page_links::links_of(&text, document.url)))
            }
            read => read,
        },
        DocumentKind::Page => {
            let found = if sniff::may_hold_a_feed(&text) {
                defects.note("feed-in-a-page");
                read_markup(&text, document.url, prior, defects).ok().filter(|feed| !feed.entries.is_empty())
            } else {
                None
            };
            found.ok_or_else(|| ParseError::WebPage(page_links::links_of(&text, document.url)))
        }
    }
}

/// Returns whether the media type is that of a web page.
fn is_sent_as_page(content_type: Option<&str>) -> bool {
    content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
}

fn read_markup(
    text: &str,
    url: Option<&Url>,
    prior: &PriorKnowledge,
    defects: &mut Defects,
) -> Result<ParsedFeed, ParseError> {
    let text = clean::clean(text, defects);
    let mut converted = xml::to_atom(&text, url, prior.settled.is_encoded_twice, defects);
    let extras = &mut converted.extras;
    extras.date_style = prior.of_dates(extras.date_style);
    let is_encoded_twice = extras.hints.settled.is_encoded_twice;
    extras.hints.settled = prior.settled_after(extras.date_style, is_encoded_twice);
    if !converted.is_feed {
        if let Some(address) = page_links::new_location(text.as_ref()) {
            return Err(ParseError::NotAFeed { what: format!("it says that the feed is now at {address}") });
        }
        let root = converted.root.map(|root| {
            let is_opml = root.eq_ignore_ascii_case("opml");
            if is_opml { error::IS_OPML.to_owned() } else { format!("its first element is `{root}`") }
        });
        return Err(ParseError::NotAFeed { what: root.unwrap_or_else(|| "it has no element".to_owned()) });
    }
    if converted.extras.entries.is_empty() && converted.unknown_entries > 0 {
        return Err(ParseError::EntriesLost { of: converted.unknown_entries, read: 0 });
    }
    feed_rs_reader::read(&converted.atom, converted.texts, converted.extras)
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod publisher_tests;
#[cfg(test)]
mod unusual_tests;
