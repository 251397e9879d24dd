//! Reading a document: repair in front of feed-rs, and what feed-rs drops put back beside it.

pub(super) mod enclosure;
mod reader;

use url::Url;

use super::repair::defects::Defects;
use super::repair::sniff::{self, Shape};
use super::repair::{clean, decode, page, rebuild};
use super::{confluence, json};
use crate::model::{ParsedFeed, Shown};

/// A document to read.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// As it came, decompressed by HTTP.
    pub body: &'a [u8],
    /// The whole `Content-Type` header, where there was one.
    pub content_type: Option<&'a str>,
    /// Where it was finally found: the base of relative links.
    pub url: Option<&'a Url>,
}

/// A feed that a web page names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// Absolute.
    pub url: String,
    /// What the page calls it.
    pub title: Option<String>,
    /// By `<link rel=alternate>`; otherwise it is a link in the text that looks like a feed.
    pub announced: bool,
}

impl FeedLink {
    /// Their addresses, for a message: without secrets, and one that is no URL is not shown at all.
    pub fn list(feeds: &[Self]) -> String {
        let shown = feeds.iter().filter_map(|feed| Some(Shown(&Url::parse(&feed.url).ok()?).to_string()));
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// Why a document gave no feed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A web page; `feeds` are the feeds it links to, absolute.
    #[error("this is a web page, not a feed")]
    WebPage {
        /// In order; those that are announced, or where none is, those in the text.
        feeds: Vec<FeedLink>,
    },
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// Not XML, JSON or HTML.
    #[error("this is no feed: {what}")]
    NotAFeed {
        /// What it looks like.
        what: String,
    },
    /// A feed that even repair could not read.
    #[error("the feed can't be read: {why}")]
    Malformed {
        /// Why.
        why: String,
    },
    /// The document has entries that did not come out: our fault, never an empty feed.
    #[error("only {read} of the feed's {of} entries can be read")]
    EntriesLost {
        /// How many it has.
        of: usize,
        /// How many came out.
        read: usize,
    },
    /// More than a stated bound.
    #[error("the feed is over a bound: {what}")]
    TooLarge {
        /// Which bound.
        what: String,
    },
}

impl ParseError {
    /// What the operator can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::WebPage { feeds } if feeds.is_empty() => {
                "the page names no feed: look on the site for one, and change the source's `url`".to_owned()
            }
            Self::WebPage { feeds } => {
                format!("change the source's `url`; the page's feeds are: {}", FeedLink::list(feeds))
            }
            Self::Empty => "look in a browser whether the address still serves a feed".to_owned(),
            Self::NotAFeed { .. } => {
                "look in a browser what the address serves, and change the source's `url`".to_owned()
            }
            Self::Malformed { .. } | Self::EntriesLost { .. } => {
                "`riverd preview URL` tries it again; if it stays so, the document is worth a report to its publisher and to us"
                    .to_owned()
            }
            Self::TooLarge { .. } => "look whether the site offers a shorter feed".to_owned(),
        }
    }
}

/// Reads a document. Never panics, never hangs; time and memory are linear in the body.
pub fn parse(document: Document<'_>) -> Result<ParsedFeed, ParseError> {
    let mut defects = Defects::default();
    let mut feed = read(document, &mut defects)?;
    feed.defects = defects.into_vec();
    confluence::take_off_lists(&mut feed);
    Ok(feed)
}

fn read(document: Document<'_>, defects: &mut Defects) -> Result<ParsedFeed, ParseError> {
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
    let rebuilt = rebuild::rebuild(&text, url, defects);
    if !rebuilt.is_feed {
        let root = rebuilt.root.map(|root| format!("its first element is `{root}`"));
        return Err(ParseError::NotAFeed { what: root.unwrap_or_else(|| "it has no element".to_owned()) });
    }
    if rebuilt.beside.entries.is_empty() && rebuilt.strangers > 0 {
        return Err(ParseError::EntriesLost { of: rebuilt.strangers, read: 0 });
    }
    reader::read(&rebuilt.xml, rebuilt.beside)
}

#[cfg(test)]
mod quirks;
#[cfg(test)]
mod tests;
