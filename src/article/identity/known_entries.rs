//! Indexes the entries that the store knows of a source, so that an entry of a document is recognised in constant time.

use std::collections::{HashMap, HashSet};

use super::document_counts::DocumentCounts;
use super::evidence::{Says, Surroundings, dates, is_same_on_page};
use super::{EntryIdentity, KnownEntry, KnownKeys, RecognitionRule, possible_keys};
use crate::model::{IdentityScheme, Key};
use crate::time::Timestamp;

/// The stored entries of a source, indexed by everything that an entry can be recognised by.
pub(super) struct KnownEntryIndex<'a> {
    by_key: HashMap<&'a str, &'a KnownEntry>,
    by_page: HashMap<&'a str, PageEntries<'a>>,
    /// By page (`None` for entries without one) and each of the two hashes of the content.
    by_page_and_content: HashMap<(Option<&'a str>, u64), EqualEntries<'a>>,
    /// The same by date too.
    by_page_content_and_date: HashMap<(Option<&'a str>, u64, Option<Timestamp>), EqualEntries<'a>>,
    titles: HashMap<&'a str, usize>,
}

/// Stored entries with the same content on the same page.
#[derive(Default)]
struct EqualEntries<'a> {
    entries: Vec<&'a KnownEntry>,
    /// How many entries at the start are already taken. They are not looked at again, so that a thousand copies of one
    /// entry cost linear time.
    taken: usize,
}

impl<'a> EqualEntries<'a> {
    /// Returns the first entry that is not taken and that `suits` accepts.
    fn free(&mut self, taken: &HashSet<Key>, suits: impl Fn(&KnownEntry) -> bool) -> Option<&'a KnownEntry> {
        let newly_taken =
            self.entries.iter().skip(self.taken).take_while(|known| taken.contains(&known.key)).count();
        self.taken += newly_taken;
        let left = self.entries.iter().skip(self.taken);
        left.copied().find(|known| !taken.contains(&known.key) && suits(known))
    }
}

/// The stored entries on one page.
enum PageEntries<'a> {
    One(&'a KnownEntry),
    Several,
}

impl<'a> KnownEntryIndex<'a> {
    /// Indexes the entries of `known`.
    pub(super) fn of(known: &'a KnownKeys) -> Self {
        let mut index = Self {
            by_key: HashMap::new(),
            by_page: HashMap::new(),
            by_page_and_content: HashMap::new(),
            by_page_content_and_date: HashMap::new(),
            titles: HashMap::new(),
        };
        for entry in &known.entries {
            index.by_key.insert(&entry.key.0, entry);
            let seen = entry.seen_hash.filter(|seen| Some(*seen) != entry.content_hash);
            for hash in entry.content_hash.into_iter().chain(seen) {
                let (page, date) = (entry.page(), entry.dated_at());
                index.by_page_and_content.entry((page, hash)).or_default().entries.push(entry);
                index.by_page_content_and_date.entry((page, hash, date)).or_default().entries.push(entry);
            }
            *index.titles.entry(&entry.title).or_default() += 1;
            if let Some(page) = entry.page() {
                index
                    .by_page
                    .entry(page)
                    .and_modify(|on| *on = PageEntries::Several)
                    .or_insert(PageEntries::One(entry));
            }
        }
        index
    }

    /// Returns whether the store has this key.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.by_key.contains_key(key.0.as_str())
    }

    /// Returns the stored entry on `page`, if it is the only one.
    pub(super) fn alone_on(&self, page: &str) -> Option<&'a KnownEntry> {
        match self.by_page.get(page) {
            Some(PageEntries::One(entry)) => Some(entry),
            _ => None,
        }
    }

    /// Returns whether the store has a key that consists of the entry's guid, alone or with its link.
    pub(super) fn knows_guid_of(&self, entry: &EntryIdentity<'_>) -> bool {
        entry.guid.is_some() && possible_keys::of(entry, IdentityScheme::Guid).iter().any(|key| self.has(key))
    }

    /// Returns whether several stored entries are on `page`.
    pub(super) fn is_shared(&self, page: &str) -> bool {
        matches!(self.by_page.get(page), Some(PageEntries::Several))
    }

    pub(super) fn has_title_once(&self, title: &str) -> bool {
        self.titles.get(title).is_none_or(|count| *count == 1)
    }

    /// Returns whether the text of `known` stands only once on its page.
    pub(super) fn has_text_once(&self, known: &KnownEntry) -> bool {
        let hash = known.seen_hash.or(known.content_hash);
        let equal = hash.and_then(|hash| self.by_page_and_content.get(&(known.page(), hash)));
        equal.is_none_or(|equal| equal.entries.len() == 1)
    }

    /// Returns whether `entry`, which was recognised under `key`, now has a guid that another stored entry had.
    pub(super) fn has_lost_guid(&self, entry: &EntryIdentity<'_>, key: &Key) -> bool {
        let Some(guid) = entry.guid else { return false };
        let guid = possible_keys::bounded(guid);
        !is_key_or_longer(key, &guid) && self.has(&guid)
    }

    /// Returns the key of the stored entry that `rule` recognises `entry` as, unless another entry has taken that key.
    pub(super) fn recognise(
        &mut self,
        entry: &EntryIdentity<'a>,
        rule: RecognitionRule,
        counts: &DocumentCounts<'a>,
        taken: &HashSet<Key>,
    ) -> Option<Key> {
        let free = |known: &&KnownEntry| !taken.contains(&known.key);
        let keys = possible_keys::of(entry, counts.scheme);
        let has_key = |known: &KnownEntry| keys.iter().any(|key| is_key_or_numbered(&known.key, key));
        let found = match rule {
            RecognitionRule::KeyPageContentAndDate => self.equal_and_dated(entry, taken, has_key),
            RecognitionRule::PageContentAndDate => self.equal_and_dated(entry, taken, |known| {
                let still_listed = counts.lists_guid_on_page(&known.key.0, known.page());
                entry.dated_at().is_some() && !still_listed
            }),
            RecognitionRule::KeyPageAndContent if self.is_ambiguous(entry, &keys, counts) => None,
            RecognitionRule::KeyPageAndContent => {
                let around = Surroundings { counts, index: self };
                let same = |known: &&KnownEntry| known.page() == entry.page() && known.has_text_of(entry);
                let known = keys.iter().filter_map(|key| self.by_key(key)).filter(free).filter(same);
                known.into_iter().find(|known| !around.contradicts(known, entry))
            }
            RecognitionRule::KeyAndPage => self.by_key_and_page(entry, &keys, counts, taken),
            RecognitionRule::Key if counts.is_ambiguous(entry) => None,
            RecognitionRule::Key => {
                let around = Surroundings { counts, index: self };
                let known = keys.iter().filter_map(|key| self.by_key(key)).filter(free);
                known.into_iter().find(|known| !around.contradicts(known, entry))
            }
            RecognitionRule::ContentAndPage => self.by_content_and_page(entry, counts, taken),
            RecognitionRule::PageAndDateOrTitle => {
                let page_is_alone = Surroundings { counts, index: self }.page_is_alone(entry);
                let known = self.alone_on(entry.page()?).filter(free).filter(|_| page_is_alone)?;
                let same_title = !entry.title.is_empty() && known.title == entry.title;
                let date = dates(known, entry);
                (date == Says::Same || (same_title && date != Says::Other)).then_some(known)
            }
            RecognitionRule::Page => {
                let page = entry.page().filter(|page| counts.is_alone(page))?;
                self.alone_on(page).filter(free)
            }
        };
        found.map(|known| known.key.clone())
    }

    fn by_key(&self, key: &Key) -> Option<&'a KnownEntry> {
        self.by_key.get(key.0.as_str()).copied()
    }

    /// Returns whether the key of `entry` says nothing, because other entries of the document or the store have it.
    fn is_ambiguous(&self, entry: &EntryIdentity<'_>, keys: &[Key], counts: &DocumentCounts<'_>) -> bool {
        counts.is_ambiguous(entry) || keys.iter().filter(|key| self.has(key)).count() > 1
    }

    /// Returns the first free entry with the same content, page and date that `suits` accepts.
    fn equal_and_dated(
        &mut self,
        entry: &EntryIdentity<'a>,
        taken: &HashSet<Key>,
        suits: impl Fn(&KnownEntry) -> bool,
    ) -> Option<&'a KnownEntry> {
        [entry.content_hash, entry.seen_hash].into_iter().find_map(|hash| {
            let equal = self.by_page_content_and_date.get_mut(&(entry.page(), hash, entry.dated_at()))?;
            equal.free(taken, &suits)
        })
    }

    /// Returns the first free entry with the same content and page that `suits` accepts.
    fn equal(
        &mut self,
        entry: &EntryIdentity<'a>,
        taken: &HashSet<Key>,
        suits: impl Fn(&KnownEntry) -> bool,
    ) -> Option<&'a KnownEntry> {
        [entry.content_hash, entry.seen_hash]
            .into_iter()
            .find_map(|hash| self.by_page_and_content.get_mut(&(entry.page(), hash))?.free(taken, &suits))
    }

    fn by_key_and_page(
        &self,
        entry: &EntryIdentity<'a>,
        keys: &[Key],
        counts: &DocumentCounts<'a>,
        taken: &HashSet<Key>,
    ) -> Option<&'a KnownEntry> {
        let around = Surroundings { counts, index: self };
        let ambiguous = self.is_ambiguous(entry, keys, counts);
        let same_page = |known: &KnownEntry| known.page() == entry.page() || known.page().is_none();
        // Keys with the link come before the bare guid, because another entry may have the same guid.
        let known = keys.iter().rev().filter_map(|key| self.by_key(key));
        known.filter(|known| !taken.contains(&known.key) && same_page(known)).find(|known| {
            if ambiguous { around.supports(known, entry) } else { !around.contradicts(known, entry) }
        })
    }

    fn by_content_and_page(
        &mut self,
        entry: &EntryIdentity<'a>,
        counts: &DocumentCounts<'a>,
        taken: &HashSet<Key>,
    ) -> Option<&'a KnownEntry> {
        let page_is_alone = Surroundings { counts, index: self }.page_is_alone(entry);
        let text_is_alone = counts.has_text_once(entry)
            && [entry.content_hash, entry.seen_hash].into_iter().all(|hash| {
                let equal = self.by_page_and_content.get(&(entry.page(), hash));
                equal.is_none_or(|equal| equal.entries.len() == 1)
            });
        // Where guids do not identify, a repeated text without a date has nothing else to be recognised by.
        let text_is_alone = text_is_alone || counts.scheme != IdentityScheme::Guid || entry.guid.is_none();
        self.equal(entry, taken, |known| {
            let dates = (known.published_at, entry.published_at);
            is_same_on_page(dates, (true, true), (page_is_alone, text_is_alone))
        })
    }
}

/// Returns whether `stored` is `key`, or `key` with a number after it.
fn is_key_or_numbered(stored: &Key, key: &Key) -> bool {
    stored.0.strip_prefix(key.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(" #"))
}

/// Returns whether `stored` is `guid`, or `guid` with a link or a number after it.
fn is_key_or_longer(stored: &Key, guid: &Key) -> bool {
    stored.0.strip_prefix(guid.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}
