//! Recognises the entries of a list whose guids or addresses are positions: `?item=1` is always the newest entry.

use std::collections::{HashMap, HashSet};

use super::comparisons::{Evidence, dates, has_other_words};
use super::known_entries::KnownEntryIndex;
use super::{EntryIdentity, KnownEntries, KnownEntry, possible_keys};
use crate::model::Key;

/// How many entries must have changed places with others before their guids and addresses count as positions. A publisher
/// that corrects a wrong link changes one or two.
const LEAST_MOVED: usize = 2;

/// Returns whether guids and addresses are positions in the list, and so say nothing: at least [`LEAST_MOVED`] entries, and
/// most of those with a known guid or address, moved to the place of another stored entry. If so, gives their stored keys to
/// these entries and to those that stayed where they were.
///
/// An entry moved if no other has its title and text, if exactly one stored entry has both and no different date, and if the
/// guid or the address that it has now was that of a stored entry with other words.
pub(super) fn recognise<'a>(
    entries: &[EntryIdentity<'a>],
    known: &'a KnownEntries,
    index: &KnownEntryIndex<'a>,
    (keys, taken): (&mut [Option<Key>], &mut HashSet<Key>),
) -> bool {
    let places = Places::of(known, index);
    let mut on_known_places = 0;
    let mut first_with_words: HashMap<(&str, u64), Option<FoundEntry<'_>>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let holder = places.holder_before(entry);
        on_known_places += usize::from(holder.is_some());
        let found = holder.and_then(|holder| {
            let known = places.with_words(entry)?;
            Some(FoundEntry { at, known, has_moved: has_other_words(holder, entry) })
        });
        first_with_words
            .entry((entry.title, entry.seen_hash))
            .and_modify(|found| *found = None)
            .or_insert(found);
    }
    let moved = first_with_words.values().flatten().filter(|found| found.has_moved).count();
    if moved < LEAST_MOVED || moved * 2 <= on_known_places {
        return false;
    }
    for FoundEntry { at, known, .. } in first_with_words.into_values().flatten() {
        if let Some(key) = keys.get_mut(at) {
            *key = Some(known.key.clone());
            taken.insert(known.key.clone());
        }
    }
    true
}

/// An entry of the document that is found among the stored ones by its words.
struct FoundEntry<'a> {
    /// Its place in the document.
    at: usize,
    known: &'a KnownEntry,
    /// Whether it has the guid or the address that another stored entry had.
    has_moved: bool,
}

/// The stored entries by what may be a position, and by their words.
struct Places<'i, 'a> {
    index: &'i KnownEntryIndex<'a>,
    by_url: HashMap<&'a str, &'a KnownEntry>,
    /// The stored entry with this title and text; `None` if several have them.
    by_words: HashMap<(&'a str, u64), Option<&'a KnownEntry>>,
}

impl<'i, 'a> Places<'i, 'a> {
    fn of(known: &'a KnownEntries, index: &'i KnownEntryIndex<'a>) -> Self {
        let mut places = Self { index, by_url: HashMap::new(), by_words: HashMap::new() };
        for entry in &known.entries {
            if let Some(url) = &entry.url {
                places.by_url.insert(url, entry);
            }
            if let Some(hash) = entry.seen_hash.or(entry.content_hash) {
                let words = places.by_words.entry((&entry.title, hash));
                words.and_modify(|found| *found = None).or_insert(Some(entry));
            }
        }
        places
    }

    /// Returns the stored entry that had the guid of `entry`, or its address if no entry had the guid.
    fn holder_before(&self, entry: &EntryIdentity<'_>) -> Option<&'a KnownEntry> {
        let by_guid = entry.guid.and_then(|guid| self.index.by_key(&possible_keys::bounded(guid)));
        by_guid.or_else(|| self.by_url.get(entry.url?).copied())
    }

    /// Returns the only stored entry with the title and the text of `entry`, if no date says that it is another one.
    fn with_words(&self, entry: &EntryIdentity<'_>) -> Option<&'a KnownEntry> {
        let words = [entry.seen_hash, entry.content_hash].map(|hash| (entry.title, hash));
        let known = words.iter().find_map(|words| *self.by_words.get(words)?)?;
        (!entry.title.is_empty() && dates(known, entry) != Evidence::Different).then_some(known)
    }
}
