//! Renders a merged feed as RSS, Atom, JSON Feed and a web page, and describes the health of sources. All functions here are
//! pure, except that pages may write times in the time zone of the machine.
//!
//! | file | contains |
//! | --- | --- |
//! | [`base_url`] | the public address that riverd's own links begin with |
//! | [`valid`] | functions that make values valid for output |
//! | `article_fields` | the fields of an article that are the same in every format |
//! | `feed_links` | the addresses of a feed's documents: its own, its archive, its page |
//! | `rss`, `atom`, `json_feed` | one format each |
//! | [`opml`] | the subscriptions as OPML |
//! | `podcast` | what only podcasts have, in RSS |
//! | `episode_lines` | what only podcasts have, on the page of an article |
//! | [`page`] | the river as a web page |
//! | [`navigation`] | the tags, sources and views that the pages link to |
//! | [`article_page`] | one whole article as a web page |
//! | [`page_frame`] | what all web pages share |
//! | [`health`] | the health of a source, as `status` shows it |
//! | [`status_report`] | the health of the whole river, and `/status.json` |
//! | [`status_page`], [`status_feed`], [`metrics`] | the status as web pages, as a feed of incidents, and for Prometheus |
//! | `plot` | bar charts as SVG |
//! | [`representation`] | a rendered document, compressed before it is served, with its entity tags |

mod article_fields;
pub mod article_page;
mod atom;
pub mod base_url;
mod channel_fields;
mod episode_lines;
mod feed_links;
pub mod health;
mod json_feed;
pub mod metrics;
pub mod navigation;
pub mod opml;
pub mod page;
pub mod page_frame;
mod plot;
mod podcast;
mod podcast_roles;
pub mod representation;
mod rss;
pub mod status_feed;
pub mod status_page;
pub mod status_report;
pub mod valid;

use std::fmt;

pub use base_url::{BaseUrl, Scheme, path_segment};
pub use representation::{Coding, EncodedDocument, Representation};

use crate::model::MergedFeed;

/// The formats of a merged feed.
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
    /// Every format once.
    pub const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// Returns the last part of the format's route.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Rss => "feed.xml",
            Self::Atom => "atom.xml",
            Self::Json => "feed.json",
        }
    }

    /// Returns the format whose route ends in `file_name`.
    pub fn from_name(file_name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.file_name() == file_name)
    }

    /// Returns the media type with its charset. For XML this charset overrides the XML declaration (RFC 7303 §3.2), so
    /// it must be right.
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

/// Why a document could not be written. In practice this does not happen: a writer fails only if it can't write its output, and
/// here the output is memory.
#[derive(Debug, thiserror::Error)]
#[error("can't write `{format}`: {why}")]
pub struct RenderError {
    /// The format that failed.
    pub format: Format,
    /// The writer's own message.
    pub why: String,
}

/// Renders a feed in one format. riverd's own links begin with `base`. The same input always gives the same bytes.
pub fn render(format: Format, feed: &MergedFeed, base: &BaseUrl) -> Result<Representation, RenderError> {
    let representation = render_uncompressed(format, feed, base)?;
    representation.compress();
    Ok(representation)
}

/// Does the same as [`render`] in about half of the time. The representation is not compressed yet
/// ([`Representation::compress`]).
pub fn render_uncompressed(
    format: Format,
    feed: &MergedFeed,
    base: &BaseUrl,
) -> Result<Representation, RenderError> {
    let bytes = match format {
        Format::Rss => rss::document(feed, base)?,
        Format::Atom => atom::document(feed, base)?,
        Format::Json => json_feed::document(feed, base)?,
    };
    Ok(Representation::uncompressed(format.media_type(), bytes))
}
