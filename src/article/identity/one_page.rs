//! Recognises the entries of a list that is replaced as a whole where all entries stand on one page, under titles that stay and
//! without guids: the forecasts for two towns, the state of each bus line.

use std::collections::{HashMap, HashSet};

use super::comparisons::{RENEWED_WITHIN, has_own_guid};
use super::document_counts::DocumentCounts;
use super::{EntryIdentity, IDENTIFYING_WORDS, KnownEntries, KnownEntry, LEAST_CHANGED, possible_keys};
use crate::model::{IdentityScheme, Key};
use crate::time::{HOUR, MINUTE, Timestamp};

/// How many entries a list has at least. A list of one has rules of its own.
const LEAST_LISTED: usize = 2;

/// How many words each entry of a list of two must have to say that only its date was touched. The state of a service (`up`,
/// `down`) comes again as another event.
const TELLING_WORDS: usize = 5;

/// Gives keys to the entries of a list that was replaced as a whole, and returns whether it was: all entries are on one page and
/// none has a guid of its own, at least two have the title of a stored entry of the page, and each of these is dated later
/// than all stored ones with its title. Its date was only touched if it has the text of the newest of them and nothing says
/// that it is another event ([`PageList::touched`]). Otherwise it gets a key of its own, which has its date.
pub(super) fn recognise<'a>(
    entries: &[EntryIdentity<'a>],
    known: &'a KnownEntries,
    counts: &DocumentCounts<'a>,
    (keys, taken): (&mut [Option<Key>], &mut HashSet<Key>),
) -> bool {
    let Some(list) = PageList::of(entries, known) else { return false };
    if !list.is_replaced_by(entries) {
        // Entries whose dates were touched before are stored with their first date.
        for (entry, key) in entries.iter().zip(keys) {
            let touched = list.with_words(entry).filter(|known| known.stated_at == entry.published_at);
            *key = touched.map(|known| known.key.clone()).filter(|key| taken.insert(key.clone()));
        }
        return false;
    }
    let touched: Vec<Option<&KnownEntry>> =
        entries.iter().map(|entry| list.touched(entry, entries.len(), counts)).collect();
    let all_touched = touched.iter().all(Option::is_some);
    for ((entry, touched), key) in entries.iter().zip(touched).zip(keys) {
        let touched = touched.filter(|_| all_touched || counts.has_title_once(entry));
        let next = || possible_keys::of(entry, IdentityScheme::LinkDateTitle).pop();
        let given = match touched {
            Some(known) => Some(known.key.clone()),
            None => next().filter(|key| !list.keys.contains(key)),
        };
        *key = given.filter(|key| taken.insert(key.clone()));
    }
    true
}

/// The stored entries on the page of a list.
struct PageList<'a> {
    keys: HashSet<&'a Key>,
    /// The newest date of each title.
    newest: HashMap<&'a str, Timestamp>,
    /// The entry with this title and text; `None` if several have them.
    by_words: HashMap<(&'a str, u64), Option<&'a KnownEntry>>,
}

impl<'a> PageList<'a> {
    fn of(entries: &[EntryIdentity<'a>], known: &'a KnownEntries) -> Option<Self> {
        let page = entries.first()?.page()?;
        let is_bare = |entry: &EntryIdentity<'_>| {
            entry.page() == Some(page) && !has_own_guid(entry) && entry.published_at.is_some()
        };
        if entries.len() < LEAST_LISTED || !entries.iter().all(is_bare) {
            return None;
        }
        let mut list = Self { keys: HashSet::new(), newest: HashMap::new(), by_words: HashMap::new() };
        for known in known.entries.iter().filter(|known| known.page() == Some(page)) {
            list.keys.insert(&known.key);
            if let Some(at) = stated_date(known) {
                list.newest.entry(&known.title).and_modify(|newest| *newest = at.max(*newest)).or_insert(at);
            }
            if let Some(hash) = known.seen_hash.or(known.content_hash) {
                let words = list.by_words.entry((&known.title, hash));
                words.and_modify(|found| *found = None).or_insert(Some(known));
            }
        }
        Some(list)
    }

    /// Returns whether all of these entries whose titles are known are dated later than all stored ones with their titles, and
    /// whether there are enough of them.
    fn is_replaced_by(&self, entries: &[EntryIdentity<'_>]) -> bool {
        let titled =
            || entries.iter().filter_map(|entry| Some((entry.published_at?, self.newest.get(entry.title)?)));
        let is_later = |(now, before): (Timestamp, &Timestamp)| now.since(*before) >= MINUTE;
        titled().count() >= LEAST_LISTED && titled().all(is_later)
    }

    /// Returns the only stored entry with the title and the text of `entry`.
    fn with_words(&self, entry: &EntryIdentity<'_>) -> Option<&'a KnownEntry> {
        let hashes = [entry.seen_hash, entry.content_hash];
        hashes.iter().find_map(|hash| *self.by_words.get(&(entry.title, *hash))?)
    }

    /// Returns the stored entry with the title and the text of `entry`, if that may have got nothing but a new date: no other
    /// entry has both, it has the newest date of its title or the title stands in the list several times, and the dates are at
    /// most [`RENEWED_WITHIN`] hours apart, or the text is long, or the dates are those of the request.
    fn touched(
        &self,
        entry: &EntryIdentity<'_>,
        listed: usize,
        counts: &DocumentCounts<'_>,
    ) -> Option<&'a KnownEntry> {
        let known = self.with_words(entry)?;
        let newest = self.newest.get(entry.title).copied();
        let is_newest = !counts.has_title_once(entry) || stated_date(known) == newest;
        let apart = entry.published_at?.since(stated_date(known)?);
        let is_one = apart <= RENEWED_WITHIN * HOUR
            || entry.words >= IDENTIFYING_WORDS
            || counts.dates.are_all_of_request();
        let is_telling = listed >= LEAST_CHANGED || entry.words >= TELLING_WORDS;
        (counts.has_text_once(entry) && is_newest && is_one && is_telling).then_some(known)
    }
}

/// Returns the date that the feed stated last for a stored entry.
fn stated_date(known: &KnownEntry) -> Option<Timestamp> {
    known.published_at.max(known.stated_at)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::events_tests::{DAY, Polled, Post, START, post};

    const HOUR: i64 = 3600;

    /// Returns the entry of a list on one page without guids.
    fn state(title: &str, text: u64, at: i64) -> Post {
        Post { words: 25, ..post("", "https://weather.example/now", title, text, at) }
    }

    #[test]
    fn a_list_on_one_page_that_is_replaced_as_a_whole_brings_new_entries_at_any_hour() {
        for titles in
            [&["Harbour", "Airport"][..], &["Harbour", "Airport", "Mill hill"], &["Forecast", "Forecast"]]
        {
            for hours in [1, 6, 24] {
                for guid in ["", "https://weather.example/now"] {
                    let list = |poll: u64| -> Vec<Post> {
                        let at = START + i64::try_from(poll).unwrap() * hours * HOUR;
                        let one = |(n, title): (u64, &&str)| Post {
                            guid: guid.to_owned(),
                            ..state(title, 10 * poll + n, at + 61 * i64::try_from(n).unwrap())
                        };
                        (0..).zip(titles).map(one).collect()
                    };
                    let listed = titles.len();
                    assert_eq!(
                        Polled::count(&[list(0), list(1), list(2), list(2)]),
                        [listed, 2 * listed, 3 * listed, 3 * listed],
                        "{titles:?}, every {hours} hours, {guid}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_list_whose_dates_were_only_touched_brings_nothing_new() {
        let list = |titles: [&str; 2], words: usize, at: i64| -> Vec<Post> {
            let one = |(n, title): (u64, &str)| Post { words, ..state(title, n, at) };
            (0..).zip(titles).map(one).collect()
        };
        let count = |titles, words, later| {
            Polled::count(&[list(titles, words, START), list(titles, words, START + later)])[1]
        };
        assert_eq!(count(["Harbour", "Airport"], 25, HOUR), 2);
        assert_eq!(count(["State", "State"], 25, HOUR), 2, "all texts stay");
        assert_eq!(count(["Harbour", "Airport"], 60, 2 * DAY), 2, "a long text");
        assert_eq!(count(["Harbour", "Airport"], 25, 2 * DAY), 4, "a notice that is repeated");
        assert_eq!(count(["Up", "Down"], 2, HOUR), 4, "two events");
        let mut polled = Polled::default();
        polled.poll(&list(["Harbour", "Airport"], 25, START));
        for known in &mut polled.known {
            known.stated_at = known.published_at.map(|at| at.saturating_add(Duration::from_hours(15)));
        }
        let touched = |later: i64| list(["Harbour", "Airport"], 25, START + later);
        polled.poll(&touched(15 * HOUR));
        polled.poll(&[touched(15 * HOUR).remove(0), state("Airport", 8, START + 16 * HOUR)]);
        assert_eq!(polled.known.len(), 3, "the date that was stated last counts");
        let mixed = vec![state("Harbour", 0, START + HOUR), state("Airport", 9, START + HOUR)];
        assert_eq!(Polled::count(&[list(["Harbour", "Airport"], 25, START), mixed])[1], 3, "one has news");
    }
}
