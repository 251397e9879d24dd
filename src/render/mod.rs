//! A merged feed as bytes: RSS, Atom, JSON Feed, a page. Pure.
//!
//! | file | is |
//! | --- | --- |
//! | [`base`] | the public address that our own links begin with |
//! | [`legal`] | what may stand in a feed that validates |
//! | `item` | what the three syntaxes say of an article alike |
//! | `rss`, `atom`, `json_feed` | one syntax each |
//! | [`page`] | the river as a web page |
//! | [`representation`] | bytes, compressed ahead of requests, and their entity tags |

mod article_fields;
mod atom;
pub mod base_url;
pub mod health;
mod json_feed;
pub mod page;
pub mod representation;
mod rss;
pub mod valid;

use std::fmt;

pub use base_url::{BaseUrl, Scheme};
pub use representation::{Coding, Representation};

use crate::model::MergedFeed;

/// The syntaxes of a merged feed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// Each once.
    pub const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// The last part of its route.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Rss => "feed.xml",
            Self::Atom => "atom.xml",
            Self::Json => "feed.json",
        }
    }

    /// The format whose route ends in `file_name`.
    pub fn named(file_name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.file_name() == file_name)
    }

    /// With charset: for XML it wins over the declaration (RFC 7303 §3.2), so it has to be there and right.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file_name())
    }
}

/// A document could not be written. The writers fail only where their output does, which is memory.
#[derive(Debug, thiserror::Error)]
#[error("can't write `{format}`: {why}")]
pub struct RenderError {
    /// Which.
    pub format: Format,
    /// As the writer says it.
    pub why: String,
}

/// `feed` in one syntax, with `base` in front of our own links. The same input gives the same bytes.
pub fn render(format: Format, feed: &MergedFeed, base: &BaseUrl) -> Result<Representation, RenderError> {
    let bytes = match format {
        Format::Rss => rss::document(feed, base)?,
        Format::Atom => atom::document(feed, base)?,
        Format::Json => json_feed::document(feed, base)?,
    };
    Ok(Representation::new(format.media_type(), bytes))
}
