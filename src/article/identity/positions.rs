//! Recognises the entries of a list whose guids or addresses are positions: `?item=1` is always the newest entry.

use std::collections::{HashMap, HashSet};

use super::comparisons::{Evidence, dates, has_other_words};
use super::document_counts::DocumentCounts;
use super::known_entries::KnownEntryIndex;
use super::{EntryIdentity, KnownEntries, KnownEntry, possible_keys};
use crate::model::Key;

/// How many entries must have changed places with others before their guids and addresses count as positions. A publisher
/// that corrects a wrong link changes one or two.
const LEAST_MOVED: usize = 2;

/// How many words an entry without a title of its own must have to say that it moved. A figure of a sensor or the state of a
/// service (`12 °C`, `down`) may be that of another one in the next minute.
const TELLING_WORDS: usize = 5;

/// Which parts of the entries of a document are positions in the list, and so say nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Positions {
    /// Nothing.
    None,
    /// The guids, while each entry that moved kept its page.
    Guids,
    /// Guids and addresses.
    GuidsAndPages,
}

/// Returns what are positions in the list. Something is if at least [`LEAST_MOVED`] entries, and more than stayed where they
/// were, moved to the place of another stored entry, now or at an earlier poll. If so, gives their stored keys to these entries
/// and to those that stayed.
///
/// An entry moved if no other has its title and text, if exactly one stored entry has both and no different date, and if the
/// guid or the address that it has now was that of a stored entry with other words.
pub(super) fn recognise<'a>(
    entries: &[EntryIdentity<'a>],
    known: &'a KnownEntries,
    (counts, index): (&DocumentCounts<'a>, &KnownEntryIndex<'a>),
    (keys, taken): (&mut [Option<Key>], &mut HashSet<Key>),
) -> Positions {
    let places = Places::of(known, counts, index);
    let mut moved_before = 0;
    let mut first_with_words: HashMap<(&str, u64), Option<FoundEntry<'_>>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let holder = places.holder_before(entry);
        moved_before += usize::from(places.was_left(entry));
        let found = places.with_words(entry).map(|known| FoundEntry {
            at,
            known,
            has_moved: holder.and_then(|holder| places.has_moved(holder, entry)),
        });
        first_with_words
            .entry((entry.title, entry.seen_hash))
            .and_modify(|found| *found = None)
            .or_insert(found);
    }
    let found = || first_with_words.values().flatten();
    let moved_now = || found().filter(|found| found.has_moved == Some(true));
    let keeps_page = |found: &FoundEntry<'_>| {
        let page = entries.get(found.at).and_then(EntryIdentity::page);
        page.is_some_and(|page| found.known.page() == Some(page) && !index.is_shared(page))
    };
    let pages_stay = moved_now().count() >= LEAST_MOVED && moved_now().all(keeps_page);
    let moved = moved_now().count().max(moved_before);
    let stayed = found().filter(|found| found.has_moved == Some(false)).count();
    if moved < LEAST_MOVED || moved <= stayed {
        return Positions::None;
    }
    for FoundEntry { at, known, .. } in first_with_words.into_values().flatten() {
        if let Some(key) = keys.get_mut(at) {
            *key = Some(known.key.clone());
            taken.insert(known.key.clone());
        }
    }
    if pages_stay { Positions::Guids } else { Positions::GuidsAndPages }
}

/// An entry of the document that is found among the stored ones by its words.
struct FoundEntry<'a> {
    /// Its place in the document.
    at: usize,
    known: &'a KnownEntry,
    /// See [`Places::has_moved`].
    has_moved: Option<bool>,
}

/// The stored entries by what may be a position, and by their words.
struct Places<'i, 'a> {
    counts: &'i DocumentCounts<'a>,
    index: &'i KnownEntryIndex<'a>,
    by_url: HashMap<&'a str, &'a KnownEntry>,
    /// The stored entry with this title and text; `None` if several have them.
    by_words: HashMap<(&'a str, u64), Option<&'a KnownEntry>>,
}

impl<'i, 'a> Places<'i, 'a> {
    fn of(known: &'a KnownEntries, counts: &'i DocumentCounts<'a>, index: &'i KnownEntryIndex<'a>) -> Self {
        let mut places = Self { counts, index, by_url: HashMap::new(), by_words: HashMap::new() };
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

    /// Returns whether the stored entry whose key is the guid (or else the address) of `entry` has left that place, and has
    /// that of another stored entry.
    fn was_left(&self, entry: &EntryIdentity<'_>) -> bool {
        let with_place = |place: Option<&str>| self.index.by_key(&possible_keys::bounded(place?));
        with_place(entry.guid.or(entry.url)).is_some_and(|holder| {
            with_place(holder.guid.as_deref().or(holder.url.as_deref()))
                .is_some_and(|other| other.key != holder.key)
        })
    }

    /// Returns whether `entry` is another one than the stored entry that had its guid or address (`holder`), by its words. A
    /// missing title says nothing, nor does one that several entries have. Then the text alone counts, if it is not too short
    /// and if the guid or the address is that of this entry alone. Returns `None` if the words do not say it.
    fn has_moved(&self, holder: &KnownEntry, entry: &EntryIdentity<'_>) -> Option<bool> {
        let has_own_title = !entry.title.is_empty() && self.counts.has_title_once(entry);
        let is_telling = has_own_title || entry.words >= TELLING_WORDS && !self.counts.is_ambiguous(entry);
        if holder.has_text_of(entry) {
            Some(false)
        } else {
            (is_telling && (!has_own_title || has_other_words(holder, entry))).then_some(true)
        }
    }

    /// Returns the only stored entry with the title and the text of `entry`, if no date says that it is another one.
    fn with_words(&self, entry: &EntryIdentity<'_>) -> Option<&'a KnownEntry> {
        let words = [entry.seen_hash, entry.content_hash].map(|hash| (entry.title, hash));
        let known = words.iter().find_map(|words| *self.by_words.get(words)?)?;
        (dates(known, entry) != Evidence::Different).then_some(known)
    }
}
