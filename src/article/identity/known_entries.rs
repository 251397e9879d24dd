//! What the store knows of a source, arranged so that an entry of a document is recognised in constant time.

use std::collections::{HashMap, HashSet};

use super::{
    DocumentCounts, EntryIdentity, KnownEntry, KnownKeys, LEAST_CHANGED, RecognitionRule, possible_keys,
};
use crate::article::fingerprint::token::tokens;
use crate::model::{IdentityScheme, Key};
use crate::time::Timestamp;

/// Words of a title that are compared; titles of megabytes exist.
const TITLE_WORDS: usize = 60;

/// The stored entries of the source.
pub(super) struct KnownEntryIndex<'a> {
    by_key: HashMap<&'a str, &'a KnownEntry>,
    by_page: HashMap<&'a str, PageEntries<'a>>,
    /// By page (`None`: without one) and content.
    by_page_and_content: HashMap<(Option<&'a str>, u64), EqualEntries<'a>>,
    known: &'a KnownKeys,
}

/// Entries that say the same on the same page.
#[derive(Default)]
struct EqualEntries<'a> {
    entries: Vec<&'a KnownEntry>,
    /// So many of the first are taken: not looked at again, so that a flood of the same entry stays linear.
    taken: usize,
}

impl<'a> EqualEntries<'a> {
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
enum PageEntries<'a> {
    One(&'a KnownEntry),
    Several,
}

impl<'a> KnownEntryIndex<'a> {
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

    pub(super) fn has(&self, key: &Key) -> bool {
        self.by_key.contains_key(key.0.as_str())
    }

    /// The only stored entry on `page`.
    pub(super) fn alone_on(&self, page: &str) -> Option<&'a KnownEntry> {
        match self.by_page.get(page) {
            Some(PageEntries::One(entry)) => Some(entry),
            _ => None,
        }
    }

    /// Whether the entry's guid, alone or with its link, is a key of the store.
    pub(super) fn knows_guid_of(&self, entry: &EntryIdentity<'_>) -> bool {
        entry.guid.is_some() && possible_keys::of(entry, IdentityScheme::Guid).iter().any(|key| self.has(key))
    }

    /// The key of the stored entry that `entry` is by this rule, unless another entry has taken it.
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
                // With the link in its key before the bare guid, which a namesake may have.
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

    /// The keys of a document of which nothing is known by guid or page, because the whole site has moved to another
    /// address: those of the stored entries with the same title and second, where at least [`LEAST_CHANGED`] are. A title and
    /// second that several entries have tell nothing.
    pub(super) fn moved(&self, entries: &[EntryIdentity<'a>]) -> Vec<Option<Key>> {
        let dated = |known: &'a KnownEntry| Some((stamp(&known.title, known.published_at)?, known));
        let stored = alone(self.known.entries.iter().filter_map(dated));
        let stamped =
            |(at, entry): (usize, &EntryIdentity<'a>)| Some((stamp(entry.title, entry.published_at)?, at));
        let mut keys = vec![None; entries.len()];
        let mut met = 0;
        for (stamp, at) in alone(entries.iter().enumerate().filter_map(stamped)) {
            if let (Some(known), Some(key)) = (stored.get(&stamp), keys.get_mut(at)) {
                *key = Some(known.key.clone());
                met += 1;
            }
        }
        if met >= LEAST_CHANGED { keys } else { vec![None; entries.len()] }
    }
}

type TitleAndTime<'a> = (&'a str, Timestamp);

fn stamp(title: &str, published_at: Option<Timestamp>) -> Option<TitleAndTime<'_>> {
    published_at.filter(|_| !title.is_empty()).map(|at| (title, at))
}

/// What has its stamp alone.
fn alone<'a, T>(stamped: impl Iterator<Item = (TitleAndTime<'a>, T)>) -> HashMap<TitleAndTime<'a>, T> {
    let mut found: HashMap<TitleAndTime<'a>, Option<T>> = HashMap::new();
    for (stamp, what) in stamped {
        found.entry(stamp).and_modify(|one| *one = None).or_insert(Some(what));
    }
    found.into_iter().filter_map(|(stamp, what)| Some((stamp, what?))).collect()
}

/// Whether a guid that `known` had was given to another article: another page with another text, published later, under a
/// title that has hardly a word of the one before. An edit changes one or two of these.
fn is_reused(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let later = known.published_at.zip(entry.published_at).is_some_and(|(before, now)| now > before);
    let other_page = known.page().zip(entry.page()).is_some_and(|(before, now)| before != now);
    let other_text = known.content_hash.is_some_and(|before| before != entry.content_hash);
    later && other_page && other_text && have_little_in_common(&known.title, entry.title)
}

/// Whether at most half the words of the longer title stand in both.
fn have_little_in_common(one: &str, other: &str) -> bool {
    let words = |title: &str| -> HashSet<u32> {
        tokens(title, TITLE_WORDS).0.iter().map(|token| token.word()).collect()
    };
    let (one, other) = (words(one), words(other));
    let most = one.len().max(other.len());
    most > 0 && 2 * one.intersection(&other).count() <= most
}

/// Whether `key` is the key, or one of those that were numbered after it.
fn is_key_or_numbered(stored: &Key, key: &Key) -> bool {
    stored.0.strip_prefix(key.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(" #"))
}
