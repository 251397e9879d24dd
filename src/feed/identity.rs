//! Who an entry is: the key ladder, and what to do with guids that are blank, repeated or changed wholesale.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_128;

use crate::model::{IdentityScheme, Key};
use crate::time::Timestamp;

/// What identity looks at in an entry of a document.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
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

/// A source falls back to links when more of its guids than this are blank or repeated in one document …
const TOLERATED_SHARE: f64 = 0.05;
/// … and it is more than a slip or two.
const TOLERATED_SLIPS: usize = 2;
/// So many entries must come back under new guids before a guid scheme has changed; fewer may be real reposts.
const WHOLESALE: usize = 3;
/// A key longer than this is cut and told apart by a hash: it is an index entry, and guids of megabytes exist.
const LONGEST_KEY: usize = 512;

/// The keys of `entries`, one each in order and all different, and the scheme that gave them.
///
/// `known` answers which keys the store holds for this source: a guid scheme that changes wholesale (same links, new
/// guids) is seen by it, and an entry that is recognised keeps the key it is stored under, whatever scheme is in force.
/// `scheme` is the one of the last poll; it only ever falls back, never forward.
pub fn assign(
    entries: &[Candidate<'_>],
    scheme: IdentityScheme,
    known: &KnownKeys,
) -> (Vec<Key>, IdentityScheme) {
    let memory = Memory::of(known);
    let census = Census::of(entries);
    let scheme = fall_back(entries, scheme, &memory, &census);
    let mut taken: HashSet<Key> = HashSet::with_capacity(entries.len());
    // Known entries choose first: a new entry before them in the document must not take their key.
    let mut keys: Vec<Option<Key>> = entries
        .iter()
        .map(|entry| memory.recognise(entry, scheme, &census).filter(|key| taken.insert(key.clone())))
        .collect();
    for (entry, key) in entries.iter().zip(&mut keys) {
        if key.is_none() {
            *key = Some(first_free(entry, scheme, &memory, &mut taken));
        }
    }
    (keys.into_iter().flatten().collect(), scheme)
}

/// How often each guid and each link stands in a document.
struct Census<'a> {
    guids: HashMap<&'a str, usize>,
    links: HashMap<&'a str, usize>,
}

impl<'a> Census<'a> {
    fn of(entries: &[Candidate<'a>]) -> Self {
        let mut census = Self { guids: HashMap::new(), links: HashMap::new() };
        for entry in entries {
            if let Some(guid) = entry.guid {
                *census.guids.entry(guid).or_default() += 1;
            }
            if let Some(link) = entry.page() {
                *census.links.entry(link).or_default() += 1;
            }
        }
        census
    }

    fn is_repeated(counts: &HashMap<&str, usize>, text: Option<&str>) -> bool {
        text.and_then(|text| counts.get(text)).is_some_and(|count| *count > 1)
    }

    /// Entries beyond the first of each text.
    fn surplus(counts: &HashMap<&str, usize>) -> usize {
        counts.values().map(|count| count - 1).sum()
    }
}

impl<'a> Candidate<'a> {
    fn page(&self) -> Option<&'a str> {
        self.canonical_url.or(self.url)
    }
}

/// The stored entries of the source, by key and by page.
struct Memory<'a> {
    by_key: HashMap<&'a str, &'a KnownEntry>,
    by_page: HashMap<&'a str, Vec<&'a KnownEntry>>,
}

impl<'a> Memory<'a> {
    fn of(known: &'a KnownKeys) -> Self {
        let mut memory = Self { by_key: HashMap::new(), by_page: HashMap::new() };
        for entry in &known.entries {
            memory.by_key.insert(&entry.key.0, entry);
            if let Some(page) = entry.page() {
                memory.by_page.entry(page).or_default().push(entry);
            }
        }
        memory
    }

    /// The key of the stored entry that this is.
    fn recognise(&self, entry: &Candidate<'_>, scheme: IdentityScheme, census: &Census<'_>) -> Option<Key> {
        let found = match scheme {
            IdentityScheme::Guid => {
                self.by_rung(entry, scheme, census).or_else(|| self.by_page(entry, Likeness::Content))
            }
            IdentityScheme::Link => {
                self.by_page(entry, Likeness::Page).or_else(|| self.by_rung(entry, scheme, census))
            }
            IdentityScheme::LinkDateTitle => {
                self.by_page(entry, Likeness::Content).or_else(|| self.by_rung(entry, scheme, census))
            }
        };
        found.map(|known| known.key.clone())
    }

    /// A repeated guid or link names several entries; of those it names the one on the same page.
    fn by_rung(
        &self,
        entry: &Candidate<'_>,
        scheme: IdentityScheme,
        census: &Census<'_>,
    ) -> Option<&'a KnownEntry> {
        let ambiguous = Census::is_repeated(&census.guids, entry.guid);
        rungs(entry, scheme).iter().find_map(|rung| {
            let known = self.by_key.get(rung.0.as_str())?;
            let fits = !ambiguous || known.page().is_none() || known.page() == entry.page();
            fits.then_some(*known)
        })
    }

    fn by_page(&self, entry: &Candidate<'_>, likeness: Likeness) -> Option<&'a KnownEntry> {
        let there = self.by_page.get(entry.page()?)?;
        let same = there.iter().find(|known| known.content_hash == Some(entry.content_hash));
        let only = match (likeness, there.as_slice()) {
            (Likeness::Page, [only]) => Some(only),
            _ => None,
        };
        same.or(only).copied()
    }
}

/// What makes two entries on one page the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// Being there alone.
    Page,
    /// Saying the same.
    Content,
}

impl KnownEntry {
    fn page(&self) -> Option<&str> {
        self.canonical_url.as_deref().or(self.url.as_deref())
    }
}

/// The scheme for this document: the one in force, or the next that its guids and links can bear.
fn fall_back(
    entries: &[Candidate<'_>],
    scheme: IdentityScheme,
    memory: &Memory<'_>,
    census: &Census<'_>,
) -> IdentityScheme {
    let bearable = |surplus: usize| {
        surplus <= TOLERATED_SLIPS || (surplus as f64) <= TOLERATED_SHARE * entries.len() as f64
    };
    let mut scheme = scheme;
    if scheme == IdentityScheme::Guid {
        let blank = entries.iter().filter(|entry| entry.guid.is_none()).count();
        // A document without any guid is no surprise: the ladder gives its entries their links.
        let odd = Census::surplus(&census.guids) + if blank == entries.len() { 0 } else { blank };
        if !bearable(odd) || changed_wholesale(entries, memory) {
            scheme = IdentityScheme::Link;
        }
    }
    if scheme == IdentityScheme::Link && !bearable(Census::surplus(&census.links)) {
        scheme = IdentityScheme::LinkDateTitle;
    }
    scheme
}

/// Most entries whose page is known come under guids that are not.
fn changed_wholesale(entries: &[Candidate<'_>], memory: &Memory<'_>) -> bool {
    let met =
        entries.iter().filter(|entry| entry.page().is_some_and(|page| memory.by_page.contains_key(page)));
    let (mut renamed, mut same) = (0, 0);
    for entry in met {
        let knows =
            rungs(entry, IdentityScheme::Guid).iter().any(|rung| memory.by_key.contains_key(rung.0.as_str()));
        if knows { same += 1 } else { renamed += 1 }
    }
    renamed >= WHOLESALE && renamed > same
}

/// The keys that an entry may have under a scheme, the best first. The last is as good as unique.
fn rungs(entry: &Candidate<'_>, scheme: IdentityScheme) -> Vec<Key> {
    let mut rungs = Vec::with_capacity(3);
    let link = entry.page();
    match (scheme, entry.guid, link) {
        (IdentityScheme::Guid, Some(guid), _) => {
            rungs.push(bounded(guid));
            rungs.extend(link.map(|link| bounded(&format!("{guid} {link}"))));
        }
        (IdentityScheme::Guid | IdentityScheme::Link, _, Some(link)) => rungs.push(bounded(link)),
        _ => {}
    }
    let date = entry.published_at.map(|at| at.unix().to_string()).unwrap_or_default();
    rungs.push(bounded(&format!("{} {date} {}", link.unwrap_or_default(), entry.title)));
    if link.is_none() {
        rungs.push(Key(format!("content:{:016x}", entry.content_hash)));
    }
    rungs
}

/// The best key that nobody else has, neither in this document nor in the store.
fn first_free(
    entry: &Candidate<'_>,
    scheme: IdentityScheme,
    memory: &Memory<'_>,
    taken: &mut HashSet<Key>,
) -> Key {
    let rungs = rungs(entry, scheme);
    let last = rungs.last().cloned().unwrap_or_else(|| Key(String::new()));
    let numbered = (2..).map(|index| Key(format!("{last} #{index}")));
    let free = rungs
        .into_iter()
        .chain(numbered)
        .find(|key| !taken.contains(key) && !memory.by_key.contains_key(key.0.as_str()));
    // The numbers don't end before the entries of a document do.
    let key = free.unwrap_or(last);
    taken.insert(key.clone());
    key
}

fn bounded(text: &str) -> Key {
    if text.len() <= LONGEST_KEY {
        return Key(text.to_owned());
    }
    let start = text.get(..text.floor_char_boundary(LONGEST_KEY - 33)).unwrap_or_default();
    Key(format!("{start}~{:032x}", xxh3_128(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry<'a>(guid: &'a str, url: &'a str, content_hash: u64) -> Candidate<'a> {
        let some = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        Candidate {
            guid: some(guid),
            url: some(url),
            canonical_url: some(url),
            title: "A title",
            published_at: None,
            content_hash,
        }
    }

    /// What the store would hold after a poll of `entries` that gave `keys`.
    fn stored(entries: &[Candidate<'_>], keys: &[Key]) -> KnownKeys {
        let one = |(entry, key): (&Candidate<'_>, &Key)| KnownEntry {
            key: key.clone(),
            url: entry.url.map(str::to_owned),
            canonical_url: entry.canonical_url.map(str::to_owned),
            published_at: entry.published_at,
            content_hash: Some(entry.content_hash),
        };
        entries.iter().zip(keys).map(one).collect()
    }

    fn texts(keys: &[Key]) -> Vec<&str> {
        keys.iter().map(|key| key.0.as_str()).collect()
    }

    #[test]
    fn the_ladder_is_guid_then_link_then_what_it_says() {
        let entries = [entry("g1", "u1", 1), entry("", "u2", 2), entry("", "", 3)];
        let (keys, scheme) = assign(&entries, IdentityScheme::Guid, &KnownKeys::default());
        assert_eq!(texts(&keys), ["g1", "u2", "  A title"]);
        assert_eq!(scheme, IdentityScheme::Guid);
    }

    #[test]
    fn of_a_repeated_guid_the_first_keeps_it_and_the_others_get_their_link_beside_it() {
        let entries = [entry("g", "u1", 1), entry("g", "u2", 2), entry("g", "u1", 3)];
        let (keys, _) = assign(&entries, IdentityScheme::Guid, &KnownKeys::default());
        assert_eq!(texts(&keys[..2]), ["g", "g u2"]);
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 3);
    }

    #[test]
    fn entries_with_one_guid_keep_their_keys_in_whatever_order_they_come() {
        let entries = [entry("g", "u1", 1), entry("g", "u2", 2)];
        let (keys, scheme) = assign(&entries, IdentityScheme::Guid, &KnownKeys::default());
        let known = stored(&entries, &keys);
        let turned = [entries[1], entries[0]];
        let (again, _) = assign(&turned, scheme, &known);
        assert_eq!(texts(&again), [keys[1].0.as_str(), keys[0].0.as_str()]);
    }

    #[test]
    fn a_new_entry_never_takes_the_key_of_a_stored_one() {
        let old = [entry("g", "u1", 1)];
        let (keys, scheme) = assign(&old, IdentityScheme::Guid, &KnownKeys::default());
        let known = stored(&old, &keys);
        let (again, _) = assign(&[entry("g", "u9", 9), old[0]], scheme, &known);
        assert_eq!(again[1].0, "g");
        assert_eq!(again[0].0, "g u9");
    }

    #[test]
    fn a_guid_scheme_that_changes_wholesale_brings_nothing_back_as_new() {
        let urls = ["u1", "u2", "u3", "u4", "u5"];
        let old: Vec<_> = urls.iter().zip(["a", "b", "c", "d", "e"]).map(|(u, g)| entry(g, u, 1)).collect();
        let (keys, _) = assign(&old, IdentityScheme::Guid, &KnownKeys::default());
        let known = stored(&old, &keys);
        let new: Vec<_> = urls.iter().zip(["v", "w", "x", "y", "z"]).map(|(u, g)| entry(g, u, 2)).collect();
        let (again, scheme) = assign(&new, IdentityScheme::Guid, &known);
        assert_eq!(again, keys);
        assert_eq!(scheme, IdentityScheme::Link);
        let (later, scheme) = assign(&new, scheme, &known);
        assert_eq!((later, scheme), (keys, IdentityScheme::Link), "and it stays so");
    }

    #[test]
    fn guids_that_are_new_at_each_fetch_are_seen_through() {
        let first: Vec<_> =
            ["u1", "u2", "u3", "u4"].iter().zip(["1", "2", "3", "4"]).map(|(u, g)| entry(g, u, 7)).collect();
        let (keys, mut scheme) = assign(&first, IdentityScheme::Guid, &KnownKeys::default());
        let known = stored(&first, &keys);
        for guids in [["5", "6", "7", "8"], ["9", "10", "11", "12"]] {
            let next: Vec<_> =
                ["u1", "u2", "u3", "u4"].iter().zip(guids).map(|(u, g)| entry(g, u, 7)).collect();
            let (again, now) = assign(&next, scheme, &known);
            assert_eq!(again, keys);
            scheme = now;
        }
    }

    #[test]
    fn many_blank_or_repeated_guids_make_links_identify() {
        let urls: Vec<String> = (0..20).map(|n| format!("u{n}")).collect();
        let entries: Vec<_> = urls.iter().map(|url| entry("same", url, 1)).collect();
        let (keys, scheme) = assign(&entries, IdentityScheme::Guid, &KnownKeys::default());
        assert_eq!(scheme, IdentityScheme::Link);
        assert_eq!(texts(&keys), urls.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn a_guid_of_a_megabyte_gives_a_short_key_of_its_own() {
        let (long, other) = ("x".repeat(1 << 20), format!("{}y", "x".repeat(1 << 20)));
        let entries = [entry(&long, "u1", 1), entry(&other, "u2", 2)];
        let (keys, _) = assign(&entries, IdentityScheme::Guid, &KnownKeys::default());
        assert!(keys[0] != keys[1] && keys.iter().all(|key| key.0.len() <= LONGEST_KEY));
    }
}
