//! An article: an entry with an identity, sanitised HTML and a fingerprint, ready to be stored.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::boxed_details::BoxedDetails;
use crate::time::Timestamp;

/// Row id of an article in the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct ArticleId(pub i64);

/// Identity that riverd gives an entry, unique within its source. `article::identity` makes it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize)]
pub struct Key(pub String);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address reduced to the parts that distinguish pages. `text::url` makes it. It serves for comparing, never for
/// opening.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct CanonicalUrl(pub String);

/// Sanitised HTML, which is safe to put in a page or a feed.
///
/// Only `text::html` makes it from outside text, and only the store reads it back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Marks `html` as sanitised. The layering test allows this call only in `text::html` and in the store's row
    /// reader.
    pub fn assume_sanitised(html: String) -> Self {
        Self(html)
    }

    /// Returns the markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file attached to an article.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Enclosure {
    /// Absolute address.
    pub url: String,
    /// Media type as published or, if that says nothing, as guessed. Never empty.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Size in bytes, if the feed gives it.
    pub length: Option<u64>,
    /// Playing time in seconds, if the feed gives it.
    #[serde(default)]
    pub duration_s: Option<u64>,
    /// Title of the file as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Enclosure {
    /// Returns whether it is a picture.
    pub fn is_picture(&self) -> bool {
        self.media_type.starts_with("image/")
    }

    /// Returns whether it is a recording: audio or video.
    pub fn is_recording(&self) -> bool {
        self.media_type.starts_with("audio/") || self.media_type.starts_with("video/")
    }

    /// Returns a rank that is lower for a file that comes first: recordings, then documents, then pictures.
    pub fn rank(&self) -> (bool, bool) {
        (self.is_picture(), !self.is_recording())
    }
}

/// The feed that an aggregator took an entry from (RSS `source`, `atom:source`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// Title of that feed as plain text.
    pub title: Option<String>,
    /// Absolute address of that feed.
    pub url: Option<String>,
}

/// Another place where the same story was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlsoIn {
    /// Title of the other source.
    pub source: String,
    /// Title of the story in that source.
    pub title: String,
    /// Address of the page there.
    pub url: Option<String>,
    /// Whether the page is where the readers of an aggregator discuss the story.
    #[serde(skip)]
    pub is_discussion: bool,
}

/// Data of a text for finding near duplicates. `article::fingerprint` makes it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Fingerprint {
    /// Keys for finding similar entries: two entries that have a band in common are compared. There are at most 13 different
    /// bands, and none for a text that is too short to compare. The store keeps them for `[dedup] window` after the arrival.
    pub bands: Vec<i64>,
    /// Title and text as hashed words, which `article::dedup::judge` compares. At most 4 KiB, about 4 bytes a word.
    /// Empty if `bands` is empty. The store keeps it as long as the bands.
    pub sketch: Vec<u8>,
}

/// An entry that was made ready to be stored. `article::normalize` makes it, and `Store::record_poll` adds it to a new article
/// of the river or to one that is stored.
#[derive(Clone, Default, Debug)]
pub struct Article {
    /// Identity of the entry, unique within its source.
    pub key: Key,
    /// The publisher's guid or `atom:id`, as published.
    pub guid: Option<String>,
    /// The guid to keep in the river if the entry comes from another riverd. `article::normalize` sets it to `guid` if
    /// the generator of the document is riverd, otherwise to `None`.
    pub river_guid: Option<String>,
    /// Absolute address of the page that a reader opens.
    pub url: Option<String>,
    /// The address in its comparable form, for finding the article in other sources.
    pub canonical_url: Option<CanonicalUrl>,
    /// Title as plain text. Empty if there is none.
    pub title: String,
    /// Names of the authors, joined with commas.
    pub author: Option<String>,
    /// Publication time as stated, even if it lies in the future. `None` if it is missing or impossible.
    pub published_at: Option<Timestamp>,
    /// Time of the last change as stated.
    pub updated_at: Option<Timestamp>,
    /// The short text.
    pub summary: Option<SafeHtml>,
    /// The whole text.
    pub content: Option<SafeHtml>,
    /// Categories without repetitions.
    pub categories: Vec<String>,
    /// Attached files, each address once.
    pub enclosures: Vec<Enclosure>,
    /// Address of the page with comments.
    pub comments_url: Option<String>,
    /// Language as a BCP 47 tag.
    pub language: Option<String>,
    /// The feed that an aggregator took the entry from.
    pub origin: Option<Origin>,
    /// Other places where the story was found, according to another river that was read.
    pub also_in: Vec<AlsoIn>,
    /// Further details, such as its picture, its data as an episode of a podcast, and its rights.
    pub details: BoxedDetails,
    /// Data for finding near duplicates. It is empty if the source has an entry with this key: the store makes it if a change is
    /// to be announced, or if the entry is another one after all.
    pub fingerprint: Fingerprint,
    /// Hash of title, texts, author and enclosures: of their words, and of the addresses of links, pictures and files. The
    /// dates and the markup do not count.
    pub content_hash: u64,
    /// Hash of what a reader sees: of the words, of what is struck out, and of the names of the pictures and files that are
    /// shown, whatever server holds them.
    pub seen_hash: u64,
    /// Hash of the rest: address, categories, page of comments, original feed, other places, details, markup, and sizes of
    /// files. It is separate because `content_hash` identifies an entry without a guid.
    pub metadata_hash: u64,
}

impl Article {
    /// Returns the publication time or, if it is unknown, the time of the last change. Atom requires only `updated`
    /// (RFC 4287 §4.2.15), and GitHub's release feeds have nothing else.
    pub fn dated_at(&self) -> Option<Timestamp> {
        self.published_at.or(self.updated_at)
    }
}
