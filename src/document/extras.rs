//! What a document says that feed-rs has no place for: it comes out beside the XML, entry by entry.

use crate::model::{AlsoIn, FeedFormat, FeedHints, Origin};

/// FeedExtras a whole document.
#[derive(Clone, Debug)]
pub(in crate::document) struct FeedExtras {
    pub(in crate::document) format: FeedFormat,
    pub(in crate::document) language: Option<String>,
    /// All but the links, which feed-rs reads.
    pub(in crate::document) hints: FeedHints,
    /// One for each entry, in document order.
    pub(in crate::document) entries: Vec<EntryExtras>,
}

/// FeedExtras one entry.
#[derive(Clone, Default, Debug)]
pub(in crate::document) struct EntryExtras {
    /// RSS `isPermaLink`, where it was said.
    pub(in crate::document) id_is_permalink: Option<bool>,
    /// Where an id leads that is said to be a link, absolute.
    pub(in crate::document) permalink: Option<String>,
    /// `feedburner:origLink` and its like, absolute.
    pub(in crate::document) original_link: Option<String>,
    /// The `xml:base` in force in its summary, where there is any.
    pub(in crate::document) summary_base: Option<String>,
    /// And in its content.
    pub(in crate::document) content_base: Option<String>,
    /// `xml:lang` or `dc:language`.
    pub(in crate::document) language: Option<String>,
    /// RSS `source`, `atom:source`.
    pub(in crate::document) origin: Option<Origin>,
    /// Who is named in `atom:source`: the entry's authors where it names none (RFC 4287 §4.2.1).
    pub(in crate::document) source_authors: Vec<String>,
    /// `river:also-in`.
    pub(in crate::document) also_in: Vec<AlsoIn>,
}
