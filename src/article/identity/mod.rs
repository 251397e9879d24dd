//! Who an entry is: the key ladder, and what to do with guids that are blank, repeated or changed wholesale.

mod known_entries;
mod possible_keys;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use self::known_entries::KnownEntryIndex;
use crate::model::{IdentityScheme, Key};
use crate::time::Timestamp;

/// What identity looks at in an entry of a document.
#[derive(Clone, Copy, Debug)]
pub struct EntryIdentity<'a> {
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
    /// As stored.
    pub title: String,
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

/// Who an entry of a document is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Identity {
    /// An entry of its own, under this key.
    Own(Key),
    /// It only says again what another entry of the document says, which has this key.
    RepeatOf(Key),
}

/// A source falls back where more of its guids or links than one in this many are blank or repeated in a document …
const TOLERATED_SHARE: usize = 20;
/// … and it is more than a slip or two.
const TOLERATED_FAULTS: usize = 2;
/// So many entries must come back under new guids before a guid scheme has changed; fewer may be real reposts.
const LEAST_CHANGED: usize = 3;

/// Returns who each of `entries` is, in order, and the scheme that gave the keys. The keys of the own entries are all
/// different.
///
/// `known` answers which keys the store holds for this source: a guid scheme that changes wholesale (same links, new
/// guids) is seen by it, and an entry that is recognised keeps the key it is stored under, whatever scheme is in force.
/// `scheme` is the one of the last poll; it only ever falls back, never forward.
pub fn assign(
    entries: &[EntryIdentity<'_>],
    scheme: IdentityScheme,
    known: &KnownKeys,
) -> (Vec<Identity>, IdentityScheme) {
    let mut index = KnownEntryIndex::of(known);
    let mut counts = DocumentCounts::of(entries, scheme);
    let scheme = fall_back(entries, &index, &counts);
    counts.scheme = scheme;
    let mut keys: Vec<Option<Key>> = vec![None; entries.len()];
    let mut taken: HashSet<Key> = HashSet::with_capacity(entries.len());
    // The surest rule of all entries comes before the next of any, and known entries before new ones: so neither
    // the order of the document nor a new entry in it moves a key from one entry to another.
    for rule in rules(scheme) {
        for (entry, key) in entries.iter().zip(&mut keys).filter(|(_, key)| key.is_none()) {
            *key = index.recognise(entry, *rule, &counts, &taken);
            taken.extend(key.clone());
        }
    }
    if keys.iter().all(Option::is_none) {
        keys = index.moved(entries);
        taken.extend(keys.iter().flatten().cloned());
    }
    let mut allocator = KeyAllocator { index: &index, taken, numbers: HashMap::new() };
    let mut shown: HashMap<ShownContent<'_>, Key> = HashMap::with_capacity(entries.len());
    for (entry, key) in entries.iter().zip(&keys) {
        if let Some(key) = key {
            shown.entry(ShownContent::of(entry)).or_insert_with(|| key.clone());
        }
    }
    let assigned = entries.iter().zip(keys).map(|(entry, key)| match key {
        Some(key) => Identity::Own(key),
        None => match shown.entry(ShownContent::of(entry)) {
            Entry::Occupied(first) => Identity::RepeatOf(first.get().clone()),
            Entry::Vacant(new) => Identity::Own(new.insert(allocator.allocate(entry, scheme)).clone()),
        },
    });
    (assigned.collect(), scheme)
}

/// What an entry says, as a reader sees it. Where two say the same of one page and second, their guids tell nothing; an
/// undated notice may be given out twice on purpose.
#[derive(PartialEq, Eq, Hash)]
struct ShownContent<'a> {
    page: Option<&'a str>,
    title: &'a str,
    published_at: Option<Timestamp>,
    content_hash: u64,
    guid: Option<&'a str>,
}

impl<'a> ShownContent<'a> {
    fn of(entry: &EntryIdentity<'a>) -> Self {
        let (page, published_at) = (entry.page(), entry.published_at);
        let identified = page.is_some() && published_at.is_some();
        let guid = entry.guid.filter(|_| !identified);
        Self { page, title: entry.title, published_at, content_hash: entry.content_hash, guid }
    }
}

/// What makes an entry a stored one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum RecognitionRule {
    /// The same words on the same page, under a key that the scheme may give it.
    KeyPageAndContent,
    /// A key that the scheme may give it, on the same page.
    KeyAndPage,
    /// A key that the scheme may give it, which nothing else in the document has a claim to.
    Key,
    /// The same words on the same page, whatever the key.
    ContentAndPage,
    /// The same page, which neither the document nor the store has twice.
    Page,
}

/// What counts under a scheme, the surest first.
fn rules(scheme: IdentityScheme) -> &'static [RecognitionRule] {
    use RecognitionRule::{ContentAndPage, Key, KeyAndPage, KeyPageAndContent, Page};
    match scheme {
        IdentityScheme::Guid => &[KeyPageAndContent, KeyAndPage, Key, ContentAndPage],
        IdentityScheme::Link => &[KeyPageAndContent, ContentAndPage, Page, KeyAndPage],
        IdentityScheme::LinkDateTitle => &[KeyPageAndContent, ContentAndPage, KeyAndPage],
    }
}

impl<'a> EntryIdentity<'a> {
    fn page(&self) -> Option<&'a str> {
        self.canonical_url.or(self.url)
    }
}

impl KnownEntry {
    fn page(&self) -> Option<&str> {
        self.canonical_url.as_deref().or(self.url.as_deref())
    }
}

/// How often each guid and each page stands in a document, and the scheme in force for it.
struct DocumentCounts<'a> {
    guids: HashMap<&'a str, usize>,
    pages: HashMap<&'a str, usize>,
    entries: usize,
    scheme: IdentityScheme,
}

impl<'a> DocumentCounts<'a> {
    fn of(entries: &[EntryIdentity<'a>], scheme: IdentityScheme) -> Self {
        let mut counts =
            Self { guids: HashMap::new(), pages: HashMap::new(), entries: entries.len(), scheme };
        for entry in entries {
            if let Some(guid) = entry.guid {
                *counts.guids.entry(guid).or_default() += 1;
            }
            if let Some(page) = entry.page() {
                *counts.pages.entry(page).or_default() += 1;
            }
        }
        counts
    }

    /// Whether the text that names this entry, its guid or else its page, names another one too.
    fn is_ambiguous(&self, entry: &EntryIdentity<'_>) -> bool {
        match (self.scheme, entry.guid) {
            (IdentityScheme::Guid, Some(guid)) => self.guids.get(guid).is_some_and(|count| *count > 1),
            _ => entry.page().is_some_and(|page| !self.is_alone(page)),
        }
    }

    fn is_alone(&self, page: &str) -> bool {
        self.pages.get(page).is_none_or(|count| *count == 1)
    }

    /// Entries that a column of these counts can't tell apart: without a text, or not the first with theirs.
    fn faults(&self, column: &HashMap<&str, usize>) -> usize {
        self.entries - column.len()
    }

    fn tolerates(&self, faults: usize) -> bool {
        faults <= TOLERATED_FAULTS || faults * TOLERATED_SHARE <= self.entries
    }
}

/// The scheme for this document: the one in force, or one below it that tells more entries apart.
fn fall_back(
    entries: &[EntryIdentity<'_>],
    index: &KnownEntryIndex<'_>,
    counts: &DocumentCounts<'_>,
) -> IdentityScheme {
    let (guid_faults, page_faults) = (counts.faults(&counts.guids), counts.faults(&counts.pages));
    let repeated_pages = counts.pages.values().map(|count| count - 1).sum();
    let link_or_worse =
        if counts.tolerates(repeated_pages) { IdentityScheme::Link } else { IdentityScheme::LinkDateTitle };
    match counts.scheme {
        // Guids that tell as many apart as links do are kept: what has no guid gets its link by the ladder.
        IdentityScheme::Guid if !counts.tolerates(guid_faults) && page_faults < guid_faults => link_or_worse,
        // No guids at all, and links that repeat: the ladder would stand on links.
        IdentityScheme::Guid if counts.guids.is_empty() && link_or_worse == IdentityScheme::LinkDateTitle => {
            link_or_worse
        }
        IdentityScheme::Guid if changed_wholesale(entries, index, counts) => link_or_worse,
        IdentityScheme::Link => link_or_worse,
        other => other,
    }
}

/// Most entries whose page is known come under guids that are not. Only pages that one entry has, here and in the
/// store, say so: where all entries link to the front page, new guids are new entries.
fn changed_wholesale(
    entries: &[EntryIdentity<'_>],
    index: &KnownEntryIndex<'_>,
    counts: &DocumentCounts<'_>,
) -> bool {
    let met = entries.iter().filter(|entry| {
        entry.page().is_some_and(|page| counts.is_alone(page) && index.alone_on(page).is_some())
    });
    let renamed: Vec<bool> =
        met.filter(|entry| entry.guid.is_some()).map(|entry| !index.knows_guid_of(entry)).collect();
    let changed = renamed.iter().filter(|renamed| **renamed).count();
    changed >= LEAST_CHANGED && changed * 2 > renamed.len()
}

/// Keys for new entries.
struct KeyAllocator<'a> {
    index: &'a KnownEntryIndex<'a>,
    taken: HashSet<Key>,
    /// The last number given after a key that several entries would have.
    numbers: HashMap<Key, u32>,
}

impl KeyAllocator<'_> {
    /// The best key that nobody else has, neither in this document nor in the store.
    fn allocate(&mut self, entry: &EntryIdentity<'_>, scheme: IdentityScheme) -> Key {
        let keys = possible_keys::of(entry, scheme);
        let last = keys.last().cloned().unwrap_or_else(|| Key(String::new()));
        if let Some(key) = keys.into_iter().find(|key| self.take(key)) {
            return key;
        }
        loop {
            // Entries with one guid, page and title, or with a key that another poll gave away: numbers tell them apart,
            // counted on so that a flood of them stays linear.
            let number = self.numbers.entry(last.clone()).or_insert(1);
            *number += 1;
            let key = Key(format!("{last} #{number}"));
            if self.take(&key) {
                return key;
            }
        }
    }

    fn take(&mut self, key: &Key) -> bool {
        !self.index.has(key) && self.taken.insert(key.clone())
    }
}

#[cfg(test)]
mod tests;
