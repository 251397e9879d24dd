//! The entries that the store knows of a source, and an index of them, so that an entry of a document is recognised in constant
//! time.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::{EntryIdentity, possible_keys};
use crate::model::{IdentityScheme, Key};
use crate::time::Timestamp;

/// An entry of the same source that the store knows: a stored entry, or the tombstone of one that retention pruned.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(test, derive(Default))]
pub struct KnownEntry {
    /// Key of the entry. It may have been given under another scheme than the present one.
    pub key: Key,
    /// The guid with which its feed listed it last, if it had one; always `None` for a tombstone. The key may be an earlier
    /// guid.
    pub guid: Option<String>,
    /// Address of the article's page, as stored.
    pub url: Option<String>,
    /// Canonical form of the address, as stored.
    pub canonical_url: Option<String>,
    /// Title as stored.
    pub title: String,
    /// Publication time, if the feed stated one.
    pub published_at: Option<Timestamp>,
    /// Time of the last change, if the feed stated one; always `None` for a tombstone.
    pub updated_at: Option<Timestamp>,
    /// The date that the feed stated last, if only that changed since.
    pub stated_at: Option<Timestamp>,
    /// Content hash, if it is known.
    pub content_hash: Option<u64>,
    /// Hash of what a reader sees; `None` for a tombstone, and for an entry that an older riverd stored.
    pub seen_hash: Option<u64>,
    /// Playing time of its first file in seconds; `None` unless it is an entry of a source that feeds.toml no longer names.
    pub duration_s: Option<u64>,
}

/// The newest few thousand entries that the store knows of a source, for [`assign`](super::assign). Tombstones are among them,
/// so that a pruned entry is recognised under a new guid too.
#[derive(Clone, Default, Debug)]
pub struct KnownEntries {
    pub(super) entries: Vec<KnownEntry>,
    /// The entries of each source that feeds.toml no longer names. There are none unless the store knows no entry of this
    /// source, which may then be one of those sources under another address.
    pub(super) retired: Vec<Self>,
}

impl FromIterator<KnownEntry> for KnownEntries {
    fn from_iter<I: IntoIterator<Item = KnownEntry>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect(), retired: Vec::new() }
    }
}

impl KnownEntries {
    /// Returns the entries of a source of which none is known, with those of each source that it may continue.
    pub const fn of_retired(retired: Vec<Self>) -> Self {
        Self { entries: Vec::new(), retired }
    }

    /// Returns whether no entry is known.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the keys of the known entries for which the hash of what a reader sees is stored, each with that hash.
    pub fn seen_hashes(&self) -> impl Iterator<Item = (&Key, u64)> {
        self.all().filter_map(|entry| Some((&entry.key, entry.seen_hash?)))
    }

    /// Returns the keys of all known entries.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.all().map(|entry| &entry.key)
    }

    /// Returns the keys of the known entries of the source itself.
    pub fn own_keys(&self) -> impl Iterator<Item = &Key> {
        self.entries.iter().map(|entry| &entry.key)
    }

    fn all(&self) -> impl Iterator<Item = &KnownEntry> {
        self.entries.iter().chain(self.retired.iter().flat_map(|retired| &retired.entries))
    }
}

impl KnownEntry {
    pub(super) fn page(&self) -> Option<&str> {
        self.canonical_url.as_deref().or(self.url.as_deref())
    }

    pub(super) fn dated_at(&self) -> Option<Timestamp> {
        self.published_at.or(self.updated_at)
    }
}

/// The stored entries of a source, indexed by everything that an entry can be recognised by.
pub(super) struct KnownEntryIndex<'a> {
    by_key: HashMap<&'a str, &'a KnownEntry>,
    /// Entries by the guid that they had last, if it is no key; `None` if several had it.
    by_guid: HashMap<&'a str, Option<&'a KnownEntry>>,
    /// The entries that had a guid last which is the key of another one, by that guid.
    given_again: HashMap<&'a str, Vec<&'a KnownEntry>>,
    by_page: HashMap<&'a str, PageEntries<'a>>,
    /// Entries by page (`None` for entries without one) and each of the two hashes of the content.
    pub(super) by_page_and_content: HashMap<(Option<&'a str>, u64), EqualEntries<'a>>,
    /// Entries by page, hash and date.
    pub(super) by_page_content_and_date: HashMap<(Option<&'a str>, u64, Option<Timestamp>), EqualEntries<'a>>,
    titles: HashMap<&'a str, usize>,
    /// Entries by page and second of publication; `None` if several have both. Few documents need it, so it is made when the
    /// first entry is looked up.
    by_page_and_second: OnceCell<HashMap<PageAndSecond<'a>, Option<&'a KnownEntry>>>,
}

/// A page (`None` for entries without one) and a second of publication.
type PageAndSecond<'a> = (Option<&'a str>, Timestamp);

/// Stored entries with the same content on the same page.
#[derive(Default)]
pub(super) struct EqualEntries<'a> {
    pub(super) entries: Vec<&'a KnownEntry>,
    /// How many entries at the start are already taken. They are skipped, so that a thousand copies of one entry cost linear
    /// time.
    taken: usize,
}

impl<'a> EqualEntries<'a> {
    /// Returns the first entry that is not taken and that `suits` accepts.
    pub(super) fn free(
        &mut self,
        taken: &HashSet<Key>,
        suits: impl Fn(&KnownEntry) -> bool,
    ) -> Option<&'a KnownEntry> {
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
    pub(super) fn of(known: &'a KnownEntries) -> Self {
        let mut index = Self {
            by_key: HashMap::new(),
            by_guid: HashMap::new(),
            given_again: HashMap::new(),
            by_page: HashMap::new(),
            by_page_and_content: HashMap::new(),
            by_page_content_and_date: HashMap::new(),
            titles: HashMap::new(),
            by_page_and_second: OnceCell::new(),
        };
        for entry in &known.entries {
            index.by_key.insert(&entry.key.0, entry);
            if let Some(guid) = entry.guid.as_ref().filter(|guid| **guid != entry.key.0) {
                index.by_guid.entry(guid).and_modify(|holder| *holder = None).or_insert(Some(entry));
            }
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
        index.by_guid.retain(|guid, _| !index.by_key.contains_key(guid));
        for entry in &known.entries {
            let guid = entry.guid.as_ref().filter(|guid| **guid != entry.key.0);
            if let Some(guid) = guid.filter(|guid| index.by_key.contains_key(guid.as_str())) {
                index.given_again.entry(guid).or_default().push(entry);
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

    /// Returns the stored entry that was published on `page` in this second, if it is the only one.
    pub(super) fn alone_in(&self, page: Option<&str>, second: Timestamp) -> Option<&'a KnownEntry> {
        let by_page_and_second = self.by_page_and_second.get_or_init(|| {
            let mut entries = HashMap::new();
            for known in self.by_key.values().copied() {
                if let Some(at) = known.published_at {
                    entries.entry((known.page(), at)).and_modify(|one| *one = None).or_insert(Some(known));
                }
            }
            entries
        });
        by_page_and_second.get(&(page, second)).copied().flatten()
    }

    /// Returns whether the store has a key that an entry with this guid may have: the guid, alone or with its link, or the key
    /// that tells entries with one guid and link apart ([`possible_keys::of`]). The guid that a stored entry had last counts,
    /// too.
    pub(super) fn knows_guid_of(&self, entry: &EntryIdentity<'_>) -> bool {
        entry.guid.is_some_and(|guid| {
            self.by_guid.contains_key(guid)
                || possible_keys::of(entry, IdentityScheme::Guid).iter().any(|key| self.has(key))
        })
    }

    /// Returns the only stored entry that had the guid of `entry` last, under a key that is made of something else.
    pub(super) fn by_last_guid(&self, entry: &EntryIdentity<'_>) -> Option<&'a KnownEntry> {
        self.by_guid.get(entry.guid?).copied().flatten()
    }

    /// Returns the stored entries that had the guid of `entry` last, although it is the key of another one.
    pub(super) fn later_holders(&self, entry: &EntryIdentity<'_>) -> &[&'a KnownEntry] {
        entry.guid.and_then(|guid| self.given_again.get(guid)).map_or(&[], Vec::as_slice)
    }

    /// Returns the newest stored entry on `page`. It looks at all stored entries.
    pub(super) fn newest_on(&self, page: &str) -> Option<&'a KnownEntry> {
        let on_page = self.by_key.values().copied().filter(|known| known.page() == Some(page));
        on_page.max_by_key(|known| known.dated_at())
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
        !is_key_or_longer(&key.0, &guid) && self.has(&guid)
    }

    pub(super) fn by_key(&self, key: &Key) -> Option<&'a KnownEntry> {
        self.by_key.get(key.0.as_str()).copied()
    }
}

/// Returns whether `stored` is `guid`, or `guid` with a link or a number after it.
pub(super) fn is_key_or_longer(stored: &str, guid: &Key) -> bool {
    stored.strip_prefix(guid.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}
