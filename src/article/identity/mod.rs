//! Assigns a key to each entry of a document, even if guids are blank, repeated, or all changed at once.

mod begun_again;
pub(crate) mod changed_address;
mod comparisons;
mod document_counts;
mod editions;
mod evidence;
mod guids_on_pages;
mod known_entries;
mod moves;
pub(crate) mod next_on_page;
pub(crate) mod next_post;
mod numbering;
mod one_page;
mod pages;
mod pairs;
mod positions;
mod possible_keys;
mod recognise;
mod replaced;
mod retitled;
mod shifted;
mod single;
mod titles;
mod undated;
pub(crate) mod uploaded_again;
mod versions;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

pub(crate) use self::comparisons::OnSamePage;
use self::document_counts::DocumentCounts;
use self::editions::DocumentDates;
use self::guids_on_pages::GuidsOnKnownPages;
use self::known_entries::KnownEntryIndex;
pub use self::known_entries::{KnownEntries, KnownEntry};
use self::positions::Positions;
pub(crate) use self::possible_keys::may_have as may_have_key;
pub(crate) use self::single::OnlyListed;
use crate::model::{IdentityScheme, Key, MarkupText};
use crate::time::Timestamp;

/// The properties of an entry that its key depends on.
#[derive(Clone, Copy, Debug)]
pub struct EntryIdentity<'a> {
    /// The guid or `atom:id`, trimmed, never empty.
    pub guid: Option<&'a str>,
    /// Address of the article's page, absolute.
    pub url: Option<&'a str>,
    /// [`url`](Self::url) in its canonical form.
    pub canonical_url: Option<&'a str>,
    /// Title as plain text. Empty if there is none.
    pub title: &'a str,
    /// Publication time as the feed states it.
    pub published_at: Option<Timestamp>,
    /// Time of the last change as the feed states it.
    pub updated_at: Option<Timestamp>,
    /// Content hash of the article.
    pub content_hash: u64,
    /// Hash of what a reader sees of the article.
    pub seen_hash: u64,
    /// Number of words of the title, the texts and the names of the authors.
    pub words: usize,
    /// Playing time of its first file in seconds, if the feed gives it.
    pub duration_s: Option<u64>,
    /// Summary and content as the feed states them. Only entries that share their id are compared by them.
    pub texts: [Option<&'a MarkupText>; 2],
}

/// The key that an entry of a document gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Identity {
    /// The entry is not a repeat and has this key.
    Own(Key),
    /// The entry repeats another entry of the document, which has this key.
    RepeatOf(Key),
}

/// How many entries must come back under new guids before riverd concludes that the publisher changed all guids. A smaller
/// number may be entries that were really published again. Other changes of a whole site need the same number.
const LEAST_CHANGED: usize = 3;

/// How many words a text must have to identify an entry without the exact second of its publication.
const IDENTIFYING_WORDS: usize = 40;

/// Returns the identity of each of `entries`, in order, and the scheme that the keys follow. The keys of entries that are no
/// repeats are all different.
///
/// `known` holds the entries of this source that the store knows. They show when all guids change at once (same links, new
/// guids). An entry that is recognised as one of them keeps its stored key, whatever the scheme. `scheme` is that of the last
/// poll; the result is the same or a later one, never an earlier one.
///
/// If the store knows no entry of the source, but most entries of the document are recognised as those of a source that
/// feeds.toml no longer names, they get the keys of that source. An operator changed its address then. `fetched_at` is the time
/// when the document was fetched.
pub fn assign(
    entries: &[EntryIdentity<'_>],
    scheme: IdentityScheme,
    known: &KnownEntries,
    fetched_at: Timestamp,
) -> (Vec<Identity>, IdentityScheme) {
    let continued = known.retired.iter().find_map(|retired| {
        let assigned = assign_among(entries, scheme, retired, fetched_at);
        continues(&assigned.0, retired).then_some(assigned)
    });
    continued.unwrap_or_else(|| assign_among(entries, scheme, known, fetched_at))
}

/// Returns whether at least half of the entries of a document are known ones.
fn continues(assigned: &[Identity], known: &KnownEntries) -> bool {
    let keys: HashSet<&Key> = known.keys().collect();
    let is_known = |identity: &&Identity| matches!(identity, Identity::Own(key) if keys.contains(key));
    let found = assigned.iter().filter(is_known).count();
    found > 0 && 2 * found >= assigned.len()
}

/// Returns the identity of each of `entries`, as [`assign`] does, if the store knows exactly these entries.
fn assign_among(
    entries: &[EntryIdentity<'_>],
    scheme: IdentityScheme,
    known: &KnownEntries,
    fetched_at: Timestamp,
) -> (Vec<Identity>, IdentityScheme) {
    let mut index = KnownEntryIndex::of(known);
    let mut counts = DocumentCounts::of(entries, scheme, DocumentDates::of(entries, fetched_at));
    let guids = GuidsOnKnownPages::of(entries, &index, &counts);
    let scheme = fall_back(&guids, &counts);
    counts.scheme = scheme;
    counts.has_next_editions = guids.are_next_editions();
    let mut keys: Vec<Option<Key>> = vec![None; entries.len()];
    let mut taken: HashSet<Key> = HashSet::with_capacity(entries.len());
    let repeats = versions::older(entries);
    counts.has_reused_guids = is_other_site(entries, &index, scheme);
    let positions = places(entries, known, (&counts, &index), (&mut keys, &mut taken));
    counts.has_reused_guids |= positions != Positions::None;
    counts.has_reused_pages = positions == Positions::GuidsAndPages;
    // Each rule is applied to all entries before the next weaker one, and known entries get their keys before new ones. So no
    // key moves from one entry to another, whatever the order of the document and whichever entries are new.
    // If no entry is known, none is recognised.
    let rules = if known.is_empty() { &[] } else { rules(scheme) };
    for rule in rules {
        for (at, (entry, key)) in entries.iter().zip(&mut keys).enumerate() {
            if key.is_none() && !repeats.contains_key(&at) {
                *key = index.recognise(entry, *rule, &counts, &taken);
                taken.extend(key.clone());
                counts.has_reused_guids |= *rule == RecognitionRule::PageContentAndDate
                    && key.as_ref().is_some_and(|key| index.has_lost_guid(entry, key));
            }
        }
    }
    moves::recognise(entries, &repeats, (known, counts.dates), (&mut keys, &mut taken));
    let mut allocator = KeyAllocator { index: &index, taken, numbers: HashMap::new() };
    let mut assigned: Vec<Option<Identity>> = Vec::with_capacity(entries.len());
    let mut shown: HashMap<ShownContent<'_>, Key> = HashMap::with_capacity(entries.len());
    for (entry, key) in entries.iter().zip(&keys) {
        if let Some(key) = key {
            shown.entry(ShownContent::of(entry, &counts)).or_insert_with(|| key.clone());
        }
    }
    for (at, (entry, key)) in entries.iter().zip(keys).enumerate() {
        assigned.push(match key {
            _ if repeats.contains_key(&at) => None,
            Some(key) => Some(Identity::Own(key)),
            None => Some(match shown.entry(ShownContent::of(entry, &counts)) {
                Entry::Occupied(first) => Identity::RepeatOf(first.get().clone()),
                Entry::Vacant(new) => Identity::Own(new.insert(allocator.allocate(entry, scheme)).clone()),
            }),
        });
    }
    (versions::with_repeats(&assigned, &repeats), scheme)
}

/// Returns what are positions in the list, and gives keys to the entries that are found by their places: those of a list that
/// was replaced as a whole, or those that moved in it.
fn places<'a>(
    entries: &[EntryIdentity<'a>],
    known: &'a KnownEntries,
    (counts, index): (&DocumentCounts<'a>, &KnownEntryIndex<'a>),
    (keys, taken): (&mut [Option<Key>], &mut HashSet<Key>),
) -> Positions {
    if one_page::recognise(entries, known, counts, (keys, taken)) {
        return Positions::None;
    }
    match positions::recognise(entries, known, (counts, index), (keys, taken)) {
        Positions::None if begun_again::counts_from_one_again(entries, known, index) => {
            Positions::GuidsAndPages
        }
        positions => positions,
    }
}

/// What makes two entries of a document repeats. Two entries with the same title and content that have the same page and were
/// published in the same second are one, whatever their guids. Entries without a page or a date also need the same guid,
/// because a notice may be repeated on purpose. So do those on the front page of a site or on a page of all entries, and short
/// entries that are dated at a full hour, because many feeds state only the day of each event.
#[derive(PartialEq, Eq, Hash)]
struct ShownContent<'a> {
    page: Option<&'a str>,
    title: &'a str,
    published_at: Option<Timestamp>,
    content_hash: u64,
    guid: Option<&'a str>,
}

impl<'a> ShownContent<'a> {
    fn of(entry: &EntryIdentity<'a>, counts: &DocumentCounts<'_>) -> Self {
        let (page, published_at) = (entry.page(), entry.published_at);
        let is_exact = published_at.is_some_and(|at| at.unix() % 3600 != 0);
        let is_long = published_at.is_some() && entry.words >= IDENTIFYING_WORDS;
        let has_page = page.is_some_and(|page| !pages::is_front_page(page) && !counts.is_page_of_all(page));
        let identified = has_page && (is_exact || is_long);
        let guid = entry.guid.filter(|_| !identified);
        Self { page, title: entry.title, published_at, content_hash: entry.content_hash, guid }
    }
}

/// A rule by which an entry of a document is recognised as a stored one. Each variant says what must agree; `recognise.rs` adds
/// the cases in which a rule does not apply although all this agrees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum RecognitionRule {
    /// The entry has the same content on the same page with the same date, under a key that the scheme may give it.
    KeyPageContentAndDate,
    /// The entry has the same content on the same page with the same date, under any key. This finds the entries of a list in
    /// which guids are positions, so that each entry now has the guid of another one.
    PageContentAndDate,
    /// The entry has the same content on the same page, under a key that the scheme may give it and that no other entry
    /// of the document claims.
    KeyPageAndContent,
    /// The entry has a key that the scheme may give it, and either it has the same page as the stored entry, or that entry has
    /// no page.
    KeyAndPage,
    /// The entry has a key that the scheme may give it and that no other entry of the document claims. This does not count if
    /// its date is different and neither its page nor its words say that it is the same.
    Key,
    /// The entry has the same content on the same page, under any key.
    ContentAndPage,
    /// The entry has the same page, which occurs only once in the document and once in the store, and the same date or
    /// title.
    PageAndDateOrTitle,
    /// The entry has the same page, which occurs only once in the document and once in the store.
    Page,
    /// The entry has a title that is alike, on the same page in the same second, in which the store has one entry there. This
    /// finds an edited title where all entries are on one page and none has a guid.
    PageAndSecond,
}

/// Returns the rules that apply under a scheme, the most reliable first.
fn rules(scheme: IdentityScheme) -> &'static [RecognitionRule] {
    use RecognitionRule::{
        ContentAndPage, Key, KeyAndPage, KeyPageAndContent, KeyPageContentAndDate, Page, PageAndDateOrTitle,
        PageAndSecond, PageContentAndDate,
    };
    match scheme {
        IdentityScheme::Guid => &[
            KeyPageContentAndDate,
            PageContentAndDate,
            KeyPageAndContent,
            KeyAndPage,
            Key,
            ContentAndPage,
            PageAndDateOrTitle,
        ],
        IdentityScheme::Link => {
            &[KeyPageContentAndDate, PageContentAndDate, KeyPageAndContent, ContentAndPage, Page, KeyAndPage]
        }
        IdentityScheme::LinkDateTitle => &[
            KeyPageContentAndDate,
            PageContentAndDate,
            KeyPageAndContent,
            ContentAndPage,
            KeyAndPage,
            PageAndSecond,
        ],
    }
}

impl<'a> EntryIdentity<'a> {
    fn page(&self) -> Option<&'a str> {
        self.canonical_url.or(self.url)
    }

    fn dated_at(&self) -> Option<Timestamp> {
        self.published_at.or(self.updated_at)
    }
}

/// Returns the scheme for this document: the present one, or a later one that distinguishes more entries.
fn fall_back(guids: &GuidsOnKnownPages, counts: &DocumentCounts<'_>) -> IdentityScheme {
    let (guid_faults, page_faults) = (counts.faults(&counts.guids), counts.faults(&counts.pages));
    let repeated_pages = counts.pages.values().map(|count| count - 1).sum();
    let link_or_lower =
        if counts.tolerates(repeated_pages) { IdentityScheme::Link } else { IdentityScheme::LinkDateTitle };
    match counts.scheme {
        // Guids are kept if they distinguish as many entries as links do. An entry without a guid then gets its link as key.
        IdentityScheme::Guid if !counts.tolerates(guid_faults) && page_faults < guid_faults => link_or_lower,
        // Without any guid the keys would be the links, and the links repeat.
        IdentityScheme::Guid if counts.guids.is_empty() && link_or_lower == IdentityScheme::LinkDateTitle => {
            link_or_lower
        }
        IdentityScheme::Guid if guids.are_renewed() => link_or_lower,
        IdentityScheme::Link => link_or_lower,
        other => other,
    }
}

/// Returns whether the document is that of another site, which happens to use the same guids (`1`, `2`): every entry with a
/// known guid has a page on another host and other words. There must be at least [`LEAST_CHANGED`] such entries. It never is if
/// the keys are not made of guids.
fn is_other_site(entries: &[EntryIdentity<'_>], index: &KnownEntryIndex<'_>, scheme: IdentityScheme) -> bool {
    if scheme != IdentityScheme::Guid {
        return false;
    }
    let is_other = |known: &KnownEntry, entry: &EntryIdentity<'_>| {
        let hosts = known.page().and_then(pages::host).zip(entry.page().and_then(pages::host));
        hosts.is_some_and(|(before, now)| before != now) && comparisons::has_other_words(known, entry)
    };
    let mut others = 0;
    for entry in entries {
        let known = entry.guid.and_then(|guid| index.by_key(&possible_keys::bounded(guid)));
        match known {
            Some(known) if !is_other(known, entry) => return false,
            Some(_) => others += 1,
            None => {}
        }
    }
    others >= LEAST_CHANGED
}

/// Gives keys to new entries.
struct KeyAllocator<'a> {
    index: &'a KnownEntryIndex<'a>,
    taken: HashSet<Key>,
    /// The last number that was appended to each key that several entries share.
    numbers: HashMap<Key, u32>,
}

impl KeyAllocator<'_> {
    /// Returns the best possible key that no other entry of this document or of the store has.
    fn allocate(&mut self, entry: &EntryIdentity<'_>, scheme: IdentityScheme) -> Key {
        let keys = possible_keys::of(entry, scheme);
        let last = keys.last().cloned().unwrap_or_else(|| Key(String::new()));
        if let Some(key) = keys.into_iter().find(|key| self.take(key)) {
            return key;
        }
        loop {
            // Entries with the same guid, page and title, or with a key that an earlier poll gave away, get a number
            // after the key. Counting goes on from the last number, so that many of them cost linear time.
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
mod events_tests;
#[cfg(test)]
mod guids_tests;
#[cfg(test)]
mod moved_tests;
#[cfg(test)]
mod positions_tests;
#[cfg(test)]
mod shifted_tests;
#[cfg(test)]
mod single_tests;
#[cfg(test)]
mod tests;
