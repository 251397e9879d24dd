//! Indexes the entries that the store knows of a source, so that an entry of a document is recognised in constant time.

use std::collections::{HashMap, HashSet};

use super::{
    DocumentCounts, EntryIdentity, KnownEntry, KnownKeys, LEAST_CHANGED, RecognitionRule, possible_keys,
};
use crate::article::fingerprint::token::tokens;
use crate::model::{IdentityScheme, Key};
use crate::time::Timestamp;

/// How many words of a title are compared. Titles of megabytes exist.
const TITLE_WORDS: usize = 60;

/// The stored entries of a source, indexed by everything that an entry can be recognised by.
pub(super) struct KnownEntryIndex<'a> {
    by_key: HashMap<&'a str, &'a KnownEntry>,
    by_page: HashMap<&'a str, PageEntries<'a>>,
    /// By page (`None` for entries without one) and content hash.
    by_page_and_content: HashMap<(Option<&'a str>, u64), EqualEntries<'a>>,
    known: &'a KnownKeys,
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
            known,
        };
        for entry in &known.entries {
            index.by_key.insert(&entry.key.0, entry);
            if let Some(hash) = entry.content_hash {
                index.by_page_and_content.entry((entry.page(), hash)).or_default().entries.push(entry);
            }
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

    /// Returns the key of the stored entry that `rule` recognises `entry` as, unless another entry has taken that key.
    pub(super) fn recognise(
        &mut self,
        entry: &EntryIdentity<'a>,
        rule: RecognitionRule,
        counts: &DocumentCounts<'_>,
        taken: &HashSet<Key>,
    ) -> Option<Key> {
        let free = |known: &&KnownEntry| !taken.contains(&known.key);
        let same_page = |known: &KnownEntry| known.page() == entry.page() || known.page().is_none();
        let equal = self.by_page_and_content.get_mut(&(entry.page(), entry.content_hash));
        let possible = || possible_keys::of(entry, counts.scheme);
        let by_key = |key: &Key| self.by_key.get(key.0.as_str()).copied();
        let found = match rule {
            RecognitionRule::KeyPageAndContent => {
                let keys = possible();
                equal?.free(taken, |known| keys.iter().any(|key| is_key_or_numbered(&known.key, key)))
            }
            RecognitionRule::KeyAndPage => {
                // Keys with the link come before the bare guid, because another entry may have the same guid.
                let mut keys = possible();
                keys.reverse();
                keys.iter().filter_map(by_key).filter(|known| same_page(known)).find(free)
            }
            RecognitionRule::Key if counts.is_ambiguous(entry) => None,
            RecognitionRule::Key => {
                possible().iter().filter_map(by_key).filter(free).find(|known| !is_reused(known, entry))
            }
            RecognitionRule::ContentAndPage => equal?.free(taken, |_| true),
            RecognitionRule::Page => {
                let page = entry.page().filter(|page| counts.is_alone(page))?;
                self.alone_on(page).filter(free)
            }
        };
        found.map(|known| known.key.clone())
    }

    /// Returns the keys of a document in which no guid and no page is known, because the whole site has moved to
    /// another address. An entry gets the key of the stored entry with the same title and publication second, if at
    /// least [`LEAST_CHANGED`] entries find one. A title and second that several entries share are not used.
    pub(super) fn moved(&self, entries: &[EntryIdentity<'a>]) -> Vec<Option<Key>> {
        let dated = |known: &'a KnownEntry| Some((title_and_time(&known.title, known.published_at)?, known));
        let stored = unique(self.known.entries.iter().filter_map(dated));
        let stamped = |(at, entry): (usize, &EntryIdentity<'a>)| {
            Some((title_and_time(entry.title, entry.published_at)?, at))
        };
        let mut keys = vec![None; entries.len()];
        let mut met = 0;
        for (stamp, at) in unique(entries.iter().enumerate().filter_map(stamped)) {
            if let (Some(known), Some(key)) = (stored.get(&stamp), keys.get_mut(at)) {
                *key = Some(known.key.clone());
                met += 1;
            }
        }
        if met >= LEAST_CHANGED { keys } else { vec![None; entries.len()] }
    }
}

type TitleAndTime<'a> = (&'a str, Timestamp);

fn title_and_time(title: &str, published_at: Option<Timestamp>) -> Option<TitleAndTime<'_>> {
    published_at.filter(|_| !title.is_empty()).map(|at| (title, at))
}

/// Returns the values whose title and time no other value has.
fn unique<'a, T>(stamped: impl Iterator<Item = (TitleAndTime<'a>, T)>) -> HashMap<TitleAndTime<'a>, T> {
    let mut found: HashMap<TitleAndTime<'a>, Option<T>> = HashMap::new();
    for (stamp, what) in stamped {
        found.entry(stamp).and_modify(|one| *one = None).or_insert(Some(what));
    }
    found.into_iter().filter_map(|(stamp, what)| Some((stamp, what?))).collect()
}

/// Returns whether the publisher gave the guid of `known` to another article: one on another page, with another text,
/// published later, under a title that shares at most half its words. An edit changes only one or two of these.
fn is_reused(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let later = known.published_at.zip(entry.published_at).is_some_and(|(before, now)| now > before);
    let other_page = known.page().zip(entry.page()).is_some_and(|(before, now)| before != now);
    let other_text = known.content_hash.is_some_and(|before| before != entry.content_hash);
    later && other_page && other_text && have_little_in_common(&known.title, entry.title)
}

/// Returns whether at most half the words of the longer title stand in both titles.
fn have_little_in_common(one: &str, other: &str) -> bool {
    let words = |title: &str| -> HashSet<u32> {
        tokens(title, TITLE_WORDS).0.iter().map(|token| token.word()).collect()
    };
    let (one, other) = (words(one), words(other));
    let most = one.len().max(other.len());
    most > 0 && 2 * one.intersection(&other).count() <= most
}

/// Returns whether `stored` is `key`, or `key` with a number after it.
fn is_key_or_numbered(stored: &Key, key: &Key) -> bool {
    stored.0.strip_prefix(key.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(" #"))
}
