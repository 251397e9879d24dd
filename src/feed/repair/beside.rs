//! What a document says that feed-rs has no place for: it comes out beside the XML, entry by entry.

use crate::model::{AlsoIn, FeedFormat, FeedHints, Origin};

/// Beside a whole document.
#[derive(Clone, Debug)]
pub(in crate::feed) struct Beside {
    pub(in crate::feed) format: FeedFormat,
    pub(in crate::feed) language: Option<String>,
    /// All but the links, which feed-rs reads.
    pub(in crate::feed) hints: FeedHints,
    /// One for each entry, in document order.
    pub(in crate::feed) entries: Vec<EntryBeside>,
}

/// Beside one entry.
#[derive(Clone, Default, Debug)]
pub(in crate::feed) struct EntryBeside {
    /// RSS `isPermaLink`, where it was said.
    pub(in crate::feed) id_is_permalink: Option<bool>,
    /// Where an id leads that is said to be a link, absolute.
    pub(in crate::feed) permalink: Option<String>,
    /// `feedburner:origLink` and its like, absolute.
    pub(in crate::feed) original_link: Option<String>,
    /// The `xml:base` in force in its summary, where there is any.
    pub(in crate::feed) summary_base: Option<String>,
    /// And in its content.
    pub(in crate::feed) content_base: Option<String>,
    /// `xml:lang` or `dc:language`.
    pub(in crate::feed) language: Option<String>,
    /// RSS `source`, `atom:source`.
    pub(in crate::feed) origin: Option<Origin>,
    /// Who is named in `atom:source`: the entry's authors where it names none (RFC 4287 §4.2.1).
    pub(in crate::feed) source_authors: Vec<String>,
    /// `river:also-in`.
    pub(in crate::feed) also_in: Vec<AlsoIn>,
}
