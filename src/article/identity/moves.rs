//! Recognises entries that came back under another guid and on another page, because a slug was changed or the whole site
//! moved.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::comparisons::{Evidence, are_shifted, compare_dates, dates};
use super::{EntryIdentity, IDENTIFYING_WORDS, KnownEntries, KnownEntry, LEAST_CHANGED, pages, undated};
use crate::model::Key;
use crate::time::{MINUTE, Timestamp};

/// Length in bytes of the letters of a title that another title may contain by more than chance.
const LEAST_TITLE: usize = 8;

/// Gives stored keys to those entries that have no key yet and that moved. An entry moved if it has a property in common with a
/// stored entry whose key is still free, if no other entry of the document and no other such stored entry has that property,
/// and if nothing else that is known of the two speaks against it. The properties are, one after the other: the page in its
/// [`pages::loose`] form, text and date, title and date, the date if one title contains the other, the title, the text if both
/// are undated, the title and the last part of the address, the letters of the title, title and text if the date is the time
/// when the site was built, and title and text if the clock of the server was put forward or back. From the third on, at least
/// [`LEAST_CHANGED`] entries must have moved.
///
/// `repeats` holds the positions of entries that are older versions of others. `keys` and `taken` are the keys so far.
pub(super) fn recognise<'a>(
    entries: &[EntryIdentity<'a>],
    repeats: &HashMap<usize, usize>,
    known: &'a KnownEntries,
    (keys, taken): (&mut [Option<Key>], &mut HashSet<Key>),
) {
    let known = known.entries.as_slice();
    if keys.iter().all(Option::is_some) || known.is_empty() {
        return;
    }
    let mut moves = Moves { entries, repeats, known, keys, taken, moved: 0 };
    moves.take_pairs(
        1,
        |entry| Some(pages::loose(entry.page()?)),
        |known| Some(pages::loose(known.page()?)),
        is_same_page,
    );
    moves.take_pairs(1, |entry| Some((entry.seen_hash, entry.dated_at())), known_text, is_same_text);
    let title = |title: &'a str| Some(plain(title)).filter(|title| !title.is_empty());
    let second = |at: Option<Timestamp>, of: &'a str| Some((at?, title(of)?));
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| second(entry.dated_at(), entry.title),
        |known| second(known.dated_at(), &known.title),
        |_, _| true,
    );
    moves.take_pairs(LEAST_CHANGED, EntryIdentity::dated_at, KnownEntry::dated_at, has_longer_title);
    moves.take_pairs(LEAST_CHANGED, |entry| title(entry.title), |known| title(&known.title), is_same_titled);
    moves.take_pairs(LEAST_CHANGED, undated::text, undated::known_text, |_, _| true);
    let slug = |of: &'a str, page: Option<&'a str>| named_page(title(of)?, pages::slug(page?)?);
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| slug(entry.title, entry.page()),
        |known| slug(&known.title, known.page()),
        is_on_page_of_same_name,
    );
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| Some(letters(entry.title)),
        |known| Some(letters(&known.title)),
        is_counted_anew,
    );
    let is_stamped_whole = is_stamped_whole(entries);
    let stamps = moves.stamps();
    let is_stamped = |entry: &&EntryIdentity<'_>| entry.dated_at().is_some_and(|at| stamps.contains(&at));
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| Some(entry).filter(is_stamped).map(|entry| (entry.title, entry.seen_hash)),
        |known| Some((known.title.as_str(), known.seen_hash.or(known.content_hash)?)),
        |known, entry| is_rebuilt(known, entry, is_stamped_whole),
    );
    moves.take_shifted();
}

/// Returns whether all entries of a document are dated within one minute, so that their dates are the time of the request.
fn is_stamped_whole(entries: &[EntryIdentity<'_>]) -> bool {
    let dates: Option<Vec<Timestamp>> = entries.iter().map(EntryIdentity::dated_at).collect();
    let dates = dates.unwrap_or_default();
    let bounds = dates.iter().min().zip(dates.iter().max());
    dates.len() >= LEAST_CHANGED && bounds.is_some_and(|(first, last)| last.since(*first) <= MINUTE)
}

/// Returns whether two entries without dates, with a long text and on one page, whose titles differ only in numbers, are one:
/// some sites count the comments of a post in its title.
fn is_counted_anew(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let are_undated = known.dated_at().is_none() && entry.dated_at().is_none();
    are_undated
        && entry.words >= IDENTIFYING_WORDS
        && known.page() == entry.page()
        && letters(entry.title).len() >= LEAST_TITLE
}

/// Returns the letters of a title, without its numbers.
fn letters(title: &str) -> String {
    title.chars().filter(|c| c.is_alphabetic()).collect()
}

/// Returns the title of an entry with the last part of its path, unless that is empty.
fn named_page(title: String, slug: &str) -> Option<(String, &str)> {
    (!slug.is_empty()).then_some((title, slug))
}

/// Returns the letters and digits of a title. Another program may write its quotes and dashes in another way. A title that has
/// neither is returned as it is.
fn plain(title: &str) -> String {
    let letters: String = title.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { title.to_owned() } else { letters }
}

/// Returns whether an entry with the same title and text, whose date is the time when its site was built, is a stored one. It
/// is if it has nothing else to be recognised by, neither guid nor page, or if the whole document has the time of the request
/// (`is_stamped_whole`) and the page is the same or differs only in a token. Otherwise the text must be long, the numbers of
/// the addresses must not differ, and the two must have one page or state no time of publication.
fn is_rebuilt(known: &KnownEntry, entry: &EntryIdentity<'_>, is_stamped_whole: bool) -> bool {
    let is_bare = entry.guid.is_none() && entry.page().is_none() && known.page().is_none();
    let only_changes = known.published_at.is_none() && entry.published_at.is_none();
    let same_page = known.page() == entry.page();
    let is_long = entry.words >= IDENTIFYING_WORDS && !have_other_numbers(known, entry);
    let has_other_token =
        || known.page().zip(entry.page()).is_some_and(|(before, now)| pages::differ_in_tokens(before, now));
    is_bare
        || (is_stamped_whole && (same_page || has_other_token()))
        || ((only_changes || same_page) && is_long)
}

/// Returns whether each of the pages of two entries has a number that the other lacks.
fn have_other_numbers(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.page().zip(entry.page()).is_some_and(|(before, now)| pages::have_other_numbers(before, now))
}

/// Returns whether one of two titles is the other with something before or after it, such as the name of the site. Numbers do
/// not count, because some sites count comments in the title.
fn has_longer_title(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let (before, now) = (letters(&known.title), letters(entry.title));
    let (short, long) = if before.len() <= now.len() { (before, now) } else { (now, before) };
    short.len() >= LEAST_TITLE && (long.starts_with(&short) || long.ends_with(&short))
}

fn known_text(known: &KnownEntry) -> Option<(u64, Option<Timestamp>)> {
    Some((known.seen_hash.or(known.content_hash)?, known.dated_at()))
}

/// Returns whether two entries whose addresses differ and have the same [`pages::loose`] form are one: the text or the title is
/// the same, and no date says otherwise. (Other rules have compared entries with the same address.)
fn is_same_page(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let same_title = !entry.title.is_empty() && known.title == entry.title;
    known.page() != entry.page()
        && (known.has_text_of(entry) || same_title)
        && dates(known, entry) != Evidence::Different
}

/// Returns whether an entry with the same text and date on another page is the same entry. A full hour or a missing date proves
/// little, so then the text must be long.
fn is_same_text(_: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let is_exact = entry.dated_at().is_some_and(|at| at.unix() % 3600 != 0);
    is_exact || entry.words >= IDENTIFYING_WORDS
}

/// Returns whether two entries with the same title, whose addresses differ and end in the same part, are one. (Other rules have
/// compared entries with the same address, which may be a position in the list.)
fn is_on_page_of_same_name(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.page() != entry.page()
        && dates(known, entry) != Evidence::Different
        && !have_other_numbers(known, entry)
}

/// Returns whether two entries with the same title are one entry of a site that moved: their dates are the same or differ as
/// publishers change them by accident, or both have no date and the text is the same. If the dates are round times that differ
/// by whole hours, they may be one midnight in two time zones, or two times of a timetable. So then a long text or the last
/// part of the address must be the same, and the numbers of the address must not differ.
fn is_same_titled(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let undated = known.dated_at().is_none() && entry.dated_at().is_none();
    let slug = |page: Option<&str>| page.and_then(pages::slug).map(str::to_owned);
    let is_rendered_anew = || {
        let same_slug = slug(entry.page()).is_some_and(|name| slug(known.page()) == Some(name));
        let same_text = entry.words >= IDENTIFYING_WORDS && known.has_text_of(entry);
        (same_slug || same_text) && !have_other_numbers(known, entry)
    };
    match compare_dates(known.dated_at(), entry.dated_at()) {
        Evidence::Same | Evidence::Close => true,
        Evidence::Inconclusive => undated && known.has_text_of(entry),
        Evidence::Different => are_shifted(known.dated_at(), entry.dated_at()) && is_rendered_anew(),
    }
}

/// The entries of a document, the stored entries, and the keys that were given so far.
struct Moves<'m, 'a> {
    entries: &'m [EntryIdentity<'a>],
    repeats: &'m HashMap<usize, usize>,
    known: &'a [KnownEntry],
    keys: &'m mut [Option<Key>],
    taken: &'m mut HashSet<Key>,
    /// How many entries were given the key of a stored entry because they moved.
    moved: usize,
}

impl<'a> Moves<'_, 'a> {
    /// Returns the dates of the entries without a key that lie within a minute of two others. Nobody publishes that much
    /// at once, so they are the time of a build or of the request.
    fn stamps(&self) -> HashSet<Timestamp> {
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
    fn take_pairs<K: Hash + Eq>(
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
    fn pairs<K: Hash + Eq>(
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

    fn give_keys(&mut self, pairs: Vec<(usize, &KnownEntry)>) {
        self.moved += pairs.len();
        for (at, known) in pairs {
            if let Some(key) = self.keys.get_mut(at) {
                *key = Some(known.key.clone());
                self.taken.insert(known.key.clone());
            }
        }
    }

    /// Recognises by title and text the entries of a site whose addresses change and whose clock was put forward or back, so
    /// that dates differ by whole hours.
    ///
    /// Several notices of a timetable come again an hour later in the same words. But then one list shows both, if it goes back
    /// further than that. So at least [`LEAST_CHANGED`] entries must be shifted by the same time, and their dates must lie
    /// twice as far apart. (An entry that was stored while the clock was wrong is alone with its shift once the clock is right.
    /// It counts if [`LEAST_CHANGED`] other entries moved, more than stayed, and if the list goes back beyond the stored date:
    /// a list does not drop the newer entry and keep the older one.)
    fn take_shifted(&mut self) {
        let shift = |(at, known): &(usize, &KnownEntry)| {
            let (now, before) = (self.entries.get(*at)?.dated_at()?, known.dated_at()?);
            are_shifted(Some(now), Some(before)).then_some(now.unix() - before.unix())
        };
        let least = if self.moved >= LEAST_CHANGED { 1 } else { LEAST_CHANGED };
        let pairs = self.pairs(
            least,
            |entry| Some((plain(entry.title), entry.seen_hash)),
            |known| Some((plain(&known.title), known.seen_hash.or(known.content_hash)?)),
        );
        let mut by_shift: HashMap<i64, Vec<(usize, &KnownEntry)>> = HashMap::new();
        for pair in pairs {
            if let Some(shift) = shift(&pair) {
                by_shift.entry(shift).or_default().push(pair);
            }
        }
        let mut alone = Vec::new();
        for (shift, pairs) in by_shift {
            let dates = || pairs.iter().filter_map(|(_, known)| known.dated_at().map(Timestamp::unix));
            let span = dates().max().zip(dates().min()).map_or(0, |(last, first)| last - first);
            if pairs.len() >= LEAST_CHANGED && span >= 2 * shift.abs() {
                self.give_keys(pairs);
            } else {
                alone.extend(pairs);
            }
        }
        let recognised = self.keys.iter().flatten().count();
        if self.moved >= LEAST_CHANGED && 2 * self.moved > recognised {
            let oldest = self.entries.iter().filter_map(EntryIdentity::dated_at).min();
            alone.retain(|(_, known)| known.dated_at() > oldest);
            self.give_keys(alone);
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
