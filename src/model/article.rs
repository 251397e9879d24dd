//! An article: an entry made ours, with an identity, clean HTML and a fingerprint.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The row id of an article in the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct ArticleId(pub i64);

/// Our identity of an entry, unique within its source; made by `article::identity`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize)]
pub struct Key(pub String);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address reduced to what tells two pages apart; made by `text::url`. For comparing, never for opening.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct CanonicalUrl(pub String);

/// HTML that was sanitised: safe to put in a page or a feed.
///
/// Only `text::html` makes it from outside text, and only the store reads it back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Marks `html` as sanitised. The layering test allows the call in `text::html` and the store's row reader only.
    pub fn assume_sanitised(html: String) -> Self {
        Self(html)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file attached to an article.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Enclosure {
    /// Absolute.
    pub url: String,
    /// The media type as stated, or guessed from the address; never empty.
    #[serde(rename = "type")]
    pub media_type: String,
    /// In bytes, where stated.
    pub length: Option<u64>,
}

/// The feed that an aggregated entry came from (RSS `source`, `atom:source`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// Plain text.
    pub title: Option<String>,
    /// The feed's address, absolute.
    pub url: Option<String>,
}

/// Another place where the same story was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlsoIn {
    /// The title of that source.
    pub source: String,
    /// The title that the story has there.
    pub title: String,
    /// The page there.
    pub url: Option<String>,
}

/// What near-duplicate search needs of a text; made by `article::fingerprint`.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Fingerprint {
    /// The keys under which it is found again: one equal band makes two entries candidates. At most 13, each once;
    /// empty for texts too short to compare. Only worth keeping for `[dedup] window` after the arrival.
    pub bands: Vec<i64>,
    /// What `article::dedup::judge` compares: title and text as hashed words. At most 4 KiB, some 4 bytes a word; empty
    /// where `bands` is. Only worth keeping as long as they are.
    pub sketch: Vec<u8>,
}

/// An entry made ours. Made by `article::normalize`, stored by `Store::record_poll`.
#[derive(Clone, Default, Debug)]
pub struct Article {
    /// Unique within the source.
    pub key: Key,
    /// guid or `atom:id` as published.
    pub guid: Option<String>,
    /// The guid it has in another river, which it keeps in ours: set by `article::normalize` to `guid` where the document's
    /// generator is another riverd, `None` otherwise.
    pub river_guid: Option<String>,
    /// The page that a reader opens, absolute.
    pub url: Option<String>,
    /// For finding it in other sources.
    pub canonical_url: Option<CanonicalUrl>,
    /// Plain text; empty where there was none.
    pub title: String,
    /// Names, joined with commas.
    pub author: Option<String>,
    /// As stated, `None` where missing or impossible; not clamped.
    pub published_at: Option<Timestamp>,
    /// As stated.
    pub updated_at: Option<Timestamp>,
    /// The short text.
    pub summary: Option<SafeHtml>,
    /// The whole text.
    pub content: Option<SafeHtml>,
    /// Each once.
    pub categories: Vec<String>,
    /// Each address once.
    pub enclosures: Vec<Enclosure>,
    /// The page of comments.
    pub comments_url: Option<String>,
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// The feed that an aggregator took it from.
    pub origin: Option<Origin>,
    /// Where else it was found, as another river says.
    pub also_in: Vec<AlsoIn>,
    /// For near-duplicate search.
    pub fingerprint: Fingerprint,
    /// Changes when what a reader sees changes: title, texts, author, enclosures; not the dates.
    pub content_hash: u64,
    /// Changes when what stands around the texts does: the address, categories, the page of comments, the original
    /// source, the other places. Apart from `content_hash`, since an entry without a guid is known by its content.
    pub metadata_hash: u64,
}

impl Article {
    /// When it was published or, where that is not said, last changed: `updated` is the one date that Atom requires
    /// (RFC 4287 §4.2.15), and all that GitHub's feeds of releases have.
    pub fn dated_at(&self) -> Option<Timestamp> {
        self.published_at.or(self.updated_at)
    }
}
