//! From bytes to a [`ParsedFeed`]: every document is repaired before feed-rs reads it, and what feed-rs drops is put back.
//!
//! Each stage is pure and notes what it repaired by a stable name ([`defects`]); docs/feeds-in-the-wild.md lists them all.
//!
//! | stage | does |
//! | --- | --- |
//! | [`sniff`] | unpacks the body, and tells XML, JSON, a web page and nothing apart |
//! | [`decode`] | turns bytes into text |
//! | [`clean`] | removes characters that no document may hold |
//! | [`xml`] | reads XML of any dialect, however broken, and writes the Atom that feed-rs reads |
//! | [`feed_rs_reader`] | reads that Atom, and adds the [`extras`] for which feed-rs has no place |
//! | [`json`] | reads JSON Feed |
//! | [`page`] | finds the feeds that a web page names |

mod bounds;
mod clean;
mod decode;
mod defects;
pub(crate) mod enclosure;
mod error;
mod extras;
mod feed_rs_reader;
mod json;
mod mojibake;
mod page;
mod river_lists;
mod sniff;
mod xml;

use url::Url;

pub(crate) use self::defects::Defects;
pub use self::error::{FeedLink, ParseError};
use self::sniff::Shape;
use crate::model::ParsedFeed;

/// A document to read.
#[derive(Clone, Copy, Debug)]
pub struct RawDocument<'a> {
    /// As it came, decompressed by HTTP.
    pub body: &'a [u8],
    /// The whole `Content-Type` header, where there was one.
    pub content_type: Option<&'a str>,
    /// Where it was finally found: the base of relative links.
    pub url: Option<&'a Url>,
}

/// Reads a document. Never panics, never hangs; time and memory are linear in the body.
pub fn parse(document: RawDocument<'_>) -> Result<ParsedFeed, ParseError> {
    let mut defects = Defects::default();
    let mut feed = read(document, &mut defects)?;
    (feed.defects, feed.left_out) = defects.into_parts();
    river_lists::take_off_lists(&mut feed);
    Ok(feed)
}

fn read(document: RawDocument<'_>, defects: &mut Defects) -> Result<ParsedFeed, ParseError> {
    let body = sniff::unpack(document.body, defects)?;
    if let Some(what) = sniff::file_type(&body) {
        return Err(ParseError::NotAFeed { what: format!("it is {what}") });
    }
    let text = decode::decode(&body, document.content_type, defects);
    match sniff::shape(&text) {
        Shape::Empty => Err(ParseError::Empty),
        Shape::Other => Err(ParseError::NotAFeed { what: "it is neither XML nor JSON".to_owned() }),
        Shape::Json => json::read(text.trim_matches(['\u{feff}', '\0']), document.url, defects),
        Shape::Markup => read_markup(&text, document.url, defects),
        Shape::Page => {
            let found = if sniff::may_hold_a_feed(&text) {
                defects.note("feed-in-a-page");
                read_markup(&text, document.url, defects).ok().filter(|feed| !feed.entries.is_empty())
            } else {
                None
            };
            found.ok_or_else(|| ParseError::WebPage { feeds: page::feeds_of(&text, document.url) })
        }
    }
}

fn read_markup(text: &str, url: Option<&Url>, defects: &mut Defects) -> Result<ParsedFeed, ParseError> {
    let text = clean::clean(text, defects);
    let rebuilt = xml::read(&text, url, defects);
    if !rebuilt.is_feed {
        let root = rebuilt.root.map(|root| format!("its first element is `{root}`"));
        return Err(ParseError::NotAFeed { what: root.unwrap_or_else(|| "it has no element".to_owned()) });
    }
    if rebuilt.beside.entries.is_empty() && rebuilt.strangers > 0 {
        return Err(ParseError::EntriesLost { of: rebuilt.strangers, read: 0 });
    }
    feed_rs_reader::read(&rebuilt.xml, rebuilt.beside)
}

#[cfg(test)]
mod quirks;
#[cfg(test)]
mod tests;
