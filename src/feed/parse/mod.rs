//! Reading a document: repair in front of feed-rs, and what feed-rs drops put back beside it.

mod reader;

use url::Url;

use super::repair::decode;
use crate::model::ParsedFeed;

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

/// Why a document gave no feed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A web page; `feeds` are the feeds it links to, absolute.
    #[error("this is a web page, not a feed")]
    WebPage {
        /// From `<link rel=alternate>`, in order.
        feeds: Vec<String>,
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
    /// More than a stated bound.
    #[error("the feed is over a bound: {what}")]
    TooLarge {
        /// Which bound.
        what: String,
    },
}

/// Reads a document. Never panics, never hangs; time and memory are linear in the body.
pub fn parse(document: Document<'_>) -> Result<ParsedFeed, ParseError> {
    let text = decode::decode(document.body, document.content_type);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    if text.get(..200).unwrap_or(text).to_ascii_lowercase().contains("<html") {
        return Err(ParseError::WebPage { feeds: Vec::new() });
    }
    let text = match text.split_once("?>") {
        Some((declaration, rest)) if declaration.starts_with("<?xml") => rest,
        _ => text,
    };
    reader::read(text, document.url)
}
