//! Pairs the entries of a document that have no key yet with the stored entries that have the same property.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::{EntryIdentity, KnownEntry, LEAST_CHANGED};
use crate::model::Key;
use crate::time::{MINUTE, Timestamp};

/// The entries of a document, the stored entries, and the keys that were given so far.
pub(super) struct Moves<'m, 'a> {
    pub(super) entries: &'m [EntryIdentity<'a>],
    pub(super) repeats: &'m HashMap<usize, usize>,
    pub(super) known: &'a [KnownEntry],
    pub(super) keys: &'m mut [Option<Key>],
    pub(super) taken: &'m mut HashSet<Key>,
    /// How many entries have the key of a stored entry and moved.
    pub(super) moved: usize,
}

impl<'a> Moves<'_, 'a> {
    /// Returns the dates of the entries without a key that lie within a minute of two others. Nobody publishes that much
    /// at once, so they are the time of a build or of the request.
    pub(super) fn stamps(&self) -> HashSet<Timestamp> {
        let without_key = |at: &usize| self.keys.get(*at).is_some_and(Option::is_none);
        let entries = (0..).zip(self.entries).filter(|(at, _)| without_key(at));
        let mut dates: Vec<Timestamp> = entries.filter_map(|(_, entry)| entry.dated_at()).collect();
        dates.sort_unstable();
        let mut stamps = HashSet::new();
        for together in dates.windows(LEAST_CHANGED) {
            if let (Some(first), Some(last)) = (together.first(), together.last())
                && last.since(*first) <= MINUTE
            {
                stamps.extend(together);
            }
        }
        stamps
    }

    /// Gives each entry without a key the key of the stored entry with the same property (`of_entry`, `of_known`), if no other
    /// entry of the document and no other stored entry with a free key has that property, and if `suits` accepts the pair. Does
    /// nothing if there are fewer than `least` such pairs. Entries that one document lists with the same property are different
    /// things, even if one of them leaves the list when another one comes.
    pub(super) fn take_pairs<K: Hash + Eq>(
        &mut self,
        least: usize,
        of_entry: impl Fn(&EntryIdentity<'a>) -> Option<K>,
        of_known: impl Fn(&'a KnownEntry) -> Option<K>,
        suits: impl Fn(&KnownEntry, &EntryIdentity<'_>) -> bool,
    ) {
        let mut found = self.pairs(least, of_entry, of_known);
        found.retain(|(at, known)| self.entries.get(*at).is_some_and(|entry| suits(known, entry)));
        if found.len() >= least {
            self.give_keys(found);
        }
    }

    /// Returns the position of each entry without a key, with the stored entry that has the same property, if there can be
    /// `least` such pairs. See [`take_pairs`](Self::take_pairs).
    pub(super) fn pairs<K: Hash + Eq>(
        &self,
        least: usize,
        of_entry: impl Fn(&EntryIdentity<'a>) -> Option<K>,
        of_known: impl Fn(&'a KnownEntry) -> Option<K>,
    ) -> Vec<(usize, &'a KnownEntry)> {
        let mut wanted: HashMap<K, Wanted<'a>> = HashMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if self.keys.get(at).is_some_and(Option::is_none)
                && !self.repeats.contains_key(&at)
                && let Some(property) = of_entry(entry)
            {
                wanted.entry(property).and_modify(|other| other.is_shared = true).or_insert(Wanted {
                    at,
                    known: None,
                    is_shared: false,
                });
            }
        }
        if wanted.len() < least {
            return Vec::new();
        }
        for (at, entry) in self.entries.iter().enumerate() {
            if self.keys.get(at).is_some_and(Option::is_some)
                && let Some(wanted) = of_entry(entry).and_then(|property| wanted.get_mut(&property))
            {
                wanted.is_shared = true;
            }
        }
        for known in self.known.iter().filter(|known| !self.taken.contains(&known.key)) {
            if let Some(wanted) = of_known(known).and_then(|property| wanted.get_mut(&property)) {
                wanted.is_shared |= wanted.known.is_some();
                wanted.known = Some(known);
            }
        }
        wanted
            .into_values()
            .filter(|wanted| !wanted.is_shared)
            .filter_map(|wanted| Some((wanted.at, wanted.known?)))
            .collect()
    }

    /// Returns whether at least [`LEAST_CHANGED`] entries moved, and more than stayed.
    pub(super) fn have_most_moved(&self) -> bool {
        self.moved >= LEAST_CHANGED && 2 * self.moved > self.keys.iter().flatten().count()
    }

    pub(super) fn give_keys(&mut self, pairs: Vec<(usize, &KnownEntry)>) {
        self.moved += pairs.len();
        for (at, known) in pairs {
            if let Some(key) = self.keys.get_mut(at) {
                *key = Some(known.key.clone());
                self.taken.insert(known.key.clone());
            }
        }
    }
}

/// An entry of the document that looks for a stored entry with the same property.
struct Wanted<'a> {
    at: usize,
    known: Option<&'a KnownEntry>,
    /// Whether several entries of the document or the store have the property.
    is_shared: bool,
}
