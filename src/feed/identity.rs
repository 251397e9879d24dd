//! Who an entry is: the key ladder, and what to do with guids that are blank, repeated or changed wholesale.

use crate::model::{IdentityScheme, Key};
use crate::time::Timestamp;

/// What identity looks at in an entry of a document.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// guid or `atom:id`, trimmed, not empty.
    pub guid: Option<&'a str>,
    /// The article's page, absolute.
    pub url: Option<&'a str>,
    /// [`url`](Self::url) in its canonical form.
    pub canonical_url: Option<&'a str>,
    /// Plain text, may be empty.
    pub title: &'a str,
    /// As stated.
    pub published_at: Option<Timestamp>,
    /// The article's content hash.
    pub content_hash: u64,
}

/// What the store knows of an entry of the same source: a stored one, or one that retention pruned (its tombstone).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownEntry {
    /// Its key, under whatever scheme it was given.
    pub key: Key,
    /// The article's page as stored.
    pub url: Option<String>,
    /// Its canonical form as stored.
    pub canonical_url: Option<String>,
    /// As stored, unclamped; `None` for a tombstone that doesn't keep it.
    pub published_at: Option<Timestamp>,
    /// As stored; `None` for a tombstone that doesn't keep it.
    pub content_hash: Option<u64>,
}

/// What the store knows of a source's recent entries, for [`assign`]: the newest few thousand, tombstones included, so
/// that what was pruned is recognised under a new guid too.
#[derive(Clone, Default, Debug)]
pub struct KnownKeys {
    entries: Vec<KnownEntry>,
}

impl FromIterator<KnownEntry> for KnownKeys {
    fn from_iter<I: IntoIterator<Item = KnownEntry>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}

impl KnownKeys {
    /// The keys, as the store knows them.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.entries.iter().map(|entry| &entry.key)
    }
}

/// The keys of `entries`, one each in order and all different, and the scheme that gave them.
///
/// `known` answers which keys the store holds for this source: a guid scheme that changes wholesale (same links, new
/// guids) is seen by it, and an entry that is recognised keeps the key it is stored under, whatever scheme is in force.
/// `scheme` is the one of the last poll; it only ever falls back, never forward.
pub fn assign(
    entries: &[Candidate<'_>],
    scheme: IdentityScheme,
    known: &KnownKeys,
) -> (Vec<Key>, IdentityScheme) {
    let _ = (entries, scheme, &known.entries);
    todo!("text helper")
}
