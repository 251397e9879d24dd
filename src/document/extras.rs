//! The values of a document for which feed-rs has no field. They bypass feed-rs, and are joined with what it reads.

use super::enclosure::FileList;
use crate::model::{AlsoIn, ArticleImage, BoxedDetails, FeedFormat, FeedHints, Origin, Show};
use crate::text::dates::DateStyle;

/// Values of the feed for which feed-rs has no field.
#[derive(Clone, Debug)]
pub(in crate::document) struct FeedExtras {
    /// Dialect in which the document was published.
    pub(in crate::document) format: FeedFormat,
    /// Language of the feed as it states it.
    pub(in crate::document) language: Option<String>,
    /// Hints for polling, without the feed's own address and its hubs, which feed-rs reads as links.
    pub(in crate::document) hints: FeedHints,
    /// What the feed says about itself as a podcast.
    pub(in crate::document) show: Option<Show>,
    /// How the document writes its dates.
    pub(in crate::document) date_style: DateStyle,
    /// Values of each entry, in document order.
    #[allow(
        clippy::vec_box,
        reason = "20 000 of them in place are 28 MB, which would stay until the last one is used"
    )]
    pub(in crate::document) entries: Vec<Box<EntryExtras>>,
}

/// Values of one entry for which feed-rs has no field.
#[derive(Clone, Default, Debug)]
pub(in crate::document) struct EntryExtras {
    /// RSS `isPermaLink`, if the guid has it.
    pub(in crate::document) id_is_permalink: Option<bool>,
    /// Absolute address in an id that is marked as a permalink.
    pub(in crate::document) permalink: Option<String>,
    /// Absolute address in `feedburner:origLink` or a similar element.
    pub(in crate::document) original_link: Option<String>,
    /// The `xml:base` that applies to the summary, if any.
    pub(in crate::document) summary_base: Option<String>,
    /// The `xml:base` that applies to the content, if any.
    pub(in crate::document) content_base: Option<String>,
    /// Language by `xml:lang`, `dc:language` or `language`.
    pub(in crate::document) language: Option<String>,
    /// Feed named by RSS `source` or `atom:source`.
    pub(in crate::document) origin: Option<Origin>,
    /// Authors in `atom:source`. They are the authors of an entry that names none (RFC 4287 §4.2.1).
    pub(in crate::document) source_authors: Vec<String>,
    /// Other sources with the same story, by `river:also-in`.
    pub(in crate::document) also_in: Vec<AlsoIn>,
    /// Attached files.
    pub(in crate::document) files: FileList,
    /// Absolute address to which the enclosure redirects.
    pub(in crate::document) original_enclosure: Option<String>,
    /// Playing time of the entry in seconds.
    pub(in crate::document) duration_s: Option<u64>,
    /// A picture that is used only if the text has none.
    pub(in crate::document) small_picture: Option<ArticleImage>,
    /// Picture, episode, rights, licence, place, related pages and contributors.
    pub(in crate::document) details: BoxedDetails,
}
