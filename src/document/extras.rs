//! The values of a document for which feed-rs has no field. They are kept apart from the Atom that feed-rs reads.

use crate::model::{AlsoIn, FeedFormat, FeedHints, Origin};

/// Values of the feed for which feed-rs has no field.
#[derive(Clone, Debug)]
pub(in crate::document) struct FeedExtras {
    /// Dialect in which the document was published.
    pub(in crate::document) format: FeedFormat,
    /// Language of the feed as it states it.
    pub(in crate::document) language: Option<String>,
    /// Hints for polling, without the links, which feed-rs reads.
    pub(in crate::document) hints: FeedHints,
    /// Values of each entry, in document order.
    pub(in crate::document) entries: Vec<EntryExtras>,
}

/// Values of one entry for which feed-rs has no field.
#[derive(Clone, Default, Debug)]
pub(in crate::document) struct EntryExtras {
    /// RSS `isPermaLink`, if the guid has it.
    pub(in crate::document) id_is_permalink: Option<bool>,
    /// Absolute address of an id that says it is a permalink.
    pub(in crate::document) permalink: Option<String>,
    /// Absolute address in `feedburner:origLink` or a similar element.
    pub(in crate::document) original_link: Option<String>,
    /// The `xml:base` that applies to the summary, if any.
    pub(in crate::document) summary_base: Option<String>,
    /// The `xml:base` that applies to the content, if any.
    pub(in crate::document) content_base: Option<String>,
    /// Language by `xml:lang` or `dc:language`.
    pub(in crate::document) language: Option<String>,
    /// Feed named by RSS `source` or `atom:source`.
    pub(in crate::document) origin: Option<Origin>,
    /// Authors in `atom:source`. They are the authors of an entry that names none (RFC 4287 §4.2.1).
    pub(in crate::document) source_authors: Vec<String>,
    /// Other sources with the same story, by `river:also-in`.
    pub(in crate::document) also_in: Vec<AlsoIn>,
}
