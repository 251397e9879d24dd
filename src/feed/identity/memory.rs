//! What the store knows of a source, arranged so that an entry of a document is recognised in constant time.

use std::collections::{HashMap, HashSet};

use super::{Candidate, Census, Evidence, KnownEntry, KnownKeys, rungs};
use crate::model::{IdentityScheme, Key};

/// The stored entries of the source.
pub(super) struct Memory<'a> {
    by_key: HashMap<&'a str, &'a KnownEntry>,
    by_page: HashMap<&'a str, OnPage<'a>>,
    /// By page (`None`: without one) and content.
    by_words: HashMap<(Option<&'a str>, u64), Twins<'a>>,
}

/// Entries that say the same on the same page.
#[derive(Default)]
struct Twins<'a> {
    entries: Vec<&'a KnownEntry>,
    /// So many of the first are taken: not looked at again, so that a flood of the same entry stays linear.
    taken: usize,
}

impl<'a> Twins<'a> {
    /// The first that nobody has taken and that `suits`.
    fn free(&mut self, taken: &HashSet<Key>, suits: impl Fn(&KnownEntry) -> bool) -> Option<&'a KnownEntry> {
        let gone =
            self.entries.iter().skip(self.taken).take_while(|known| taken.contains(&known.key)).count();
        self.taken += gone;
        let left = self.entries.iter().skip(self.taken);
        left.copied().find(|known| !taken.contains(&known.key) && suits(known))
    }
}

/// Who is on a page.
enum OnPage<'a> {
    One(&'a KnownEntry),
    Several,
}

impl<'a> Memory<'a> {
    pub(super) fn of(known: &'a KnownKeys) -> Self {
        let mut memory = Self { by_key: HashMap::new(), by_page: HashMap::new(), by_words: HashMap::new() };
        for entry in &known.entries {
            memory.by_key.insert(&entry.key.0, entry);
            if let Some(hash) = entry.content_hash {
                memory.by_words.entry((entry.page(), hash)).or_default().entries.push(entry);
            }
            if let Some(page) = entry.page() {
                memory
                    .by_page
                    .entry(page)
                    .and_modify(|on| *on = OnPage::Several)
                    .or_insert(OnPage::One(entry));
            }
        }
        memory
    }

    pub(super) fn has(&self, key: &Key) -> bool {
        self.by_key.contains_key(key.0.as_str())
    }

    /// The only stored entry on `page`.
    pub(super) fn alone_on(&self, page: &str) -> Option<&'a KnownEntry> {
        match self.by_page.get(page) {
            Some(OnPage::One(entry)) => Some(entry),
            _ => None,
        }
    }

    /// Whether the entry's guid, alone or with its link, is a key of the store.
    pub(super) fn knows_guid_of(&self, entry: &Candidate<'_>) -> bool {
        entry.guid.is_some() && rungs::of(entry, IdentityScheme::Guid).iter().any(|rung| self.has(rung))
    }

    /// The key of the stored entry that `entry` is by this evidence, unless another entry has taken it.
    pub(super) fn recognise(
        &mut self,
        entry: &Candidate<'a>,
        evidence: Evidence,
        census: &Census<'_>,
        taken: &HashSet<Key>,
    ) -> Option<Key> {
        let free = |known: &&KnownEntry| !taken.contains(&known.key);
        let same_page = |known: &KnownEntry| known.page() == entry.page() || known.page().is_none();
        let twins = self.by_words.get_mut(&(entry.page(), entry.content_hash));
        let named = || rungs::of(entry, census.scheme);
        let by_key = |rung: &Key| self.by_key.get(rung.0.as_str()).copied();
        let found = match evidence {
            Evidence::SameInAll => {
                let rungs = named();
                twins?.free(taken, |known| rungs.iter().any(|rung| is_named(&known.key, rung)))
            }
            Evidence::KeyAndPage => {
                // With the link in its key before the bare guid, which a namesake may have.
                let mut rungs = named();
                rungs.reverse();
                rungs.iter().filter_map(by_key).filter(|known| same_page(known)).find(free)
            }
            Evidence::Key if census.is_ambiguous(entry) => None,
            Evidence::Key => named().iter().filter_map(by_key).find(free),
            Evidence::WordsAndPage => twins?.free(taken, |_| true),
            Evidence::Page => {
                let page = entry.page().filter(|page| census.is_alone(page))?;
                self.alone_on(page).filter(free)
            }
        };
        found.map(|known| known.key.clone())
    }
}

/// Whether `key` is the rung, or one of those that were numbered after it.
fn is_named(key: &Key, rung: &Key) -> bool {
    key.0.strip_prefix(rung.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(" #"))
}
