//! Recognises a site that numbers its entries from 1 again, as after the loss of its database: the guids and the addresses of
//! stored entries are given to other ones.

use std::collections::HashSet;

use super::comparisons::{self, Evidence, is_later_by_a_day};
use super::known_entries::KnownEntryIndex;
use super::{
    EntryIdentity, IDENTIFYING_WORDS, KnownEntries, KnownEntry, LEAST_CHANGED, editions, moves, pages,
    possible_keys,
};
use crate::text::url::article_numbers;

/// Returns whether the guids and the addresses of a document are given again. They are if every entry with the guid or the page
/// of a stored one has another date and other words, and if there are at least [`LEAST_CHANGED`] such entries. They are, too,
/// if their numbers say it ([`count_again`], [`notes_count_again`]).
pub(super) fn counts_from_one_again(
    entries: &[EntryIdentity<'_>],
    known: &KnownEntries,
    index: &KnownEntryIndex<'_>,
) -> bool {
    let holders: Vec<Holder<'_, '_>> = entries.iter().filter_map(|entry| Holder::of(entry, index)).collect();
    let are_others = holders.iter().all(|Holder { entry, before }| {
        comparisons::dates(before, entry) == Evidence::Different
            && comparisons::has_other_words(before, entry)
    });
    are_others && holders.len() >= LEAST_CHANGED
        || notes_count_again(entries, &holders, known, index)
        || count_again(entries, holders, known)
}

/// How many words each note must have whose guid may be given again. Gauges and other figures with lasting guids have fewer.
const WORDS_OF_NOTE: usize = 8;

/// Returns whether notes that have neither titles nor dates are numbered from 1 again. Their guids are numbers that go down by
/// one. When the count begins again, the list ends in the first number, its highest number is below a stored one, and no stored
/// text is in it. Afterwards the list has at least [`LEAST_CHANGED`] notes that are stored under a number that was given again.
/// A number is given to two notes at most, because texts that change at each poll would otherwise become new articles each
/// time.
fn notes_count_again(
    entries: &[EntryIdentity<'_>],
    holders: &[Holder<'_, '_>],
    known: &KnownEntries,
    index: &KnownEntryIndex<'_>,
) -> bool {
    let number = |entry: &EntryIdentity<'_>| -> Option<u32> {
        let is_note = entry.title.is_empty() && entry.dated_at().is_none() && entry.words >= WORDS_OF_NOTE;
        entry.guid.filter(|_| is_note)?.parse().ok()
    };
    let Some(numbers) = entries.iter().map(number).collect::<Option<Vec<u32>>>() else { return false };
    let goes_down = numbers.is_sorted_by(|one, next| one.checked_sub(1) == Some(*next));
    let (Some(highest), Some(lowest)) = (numbers.first(), numbers.last()) else { return false };
    let is_given_again =
        |entry: &&EntryIdentity<'_>| index.later_holders(entry).iter().any(|later| later.has_text_of(entry));
    if !goes_down || holders.len() < LEAST_CHANGED {
        return false;
    }
    if entries.iter().filter(is_given_again).count() >= LEAST_CHANGED {
        return true;
    }
    let is_above = |known: &KnownEntry| known.key.0.parse::<u32>().is_ok_and(|stored| stored > *highest);
    let texts: HashSet<u64> = entries.iter().map(|entry| entry.seen_hash).collect();
    let is_listed = |known: &KnownEntry| known.seen_hash.is_some_and(|hash| texts.contains(&hash));
    *lowest <= 1
        && known.entries.iter().any(is_above)
        && !known.entries.iter().any(is_listed)
        && entries.iter().all(|entry| index.later_holders(entry).is_empty())
}

/// An entry of a document, and the stored one whose guid or page it has.
struct Holder<'h, 'a> {
    entry: &'h EntryIdentity<'h>,
    before: &'a KnownEntry,
}

impl<'h, 'a> Holder<'h, 'a> {
    fn of(entry: &'h EntryIdentity<'h>, index: &KnownEntryIndex<'a>) -> Option<Self> {
        let by_guid = entry.guid.and_then(|guid| index.by_key(&possible_keys::bounded(guid)));
        Some(Self { entry, before: by_guid.or_else(|| index.alone_on(entry.page()?))? })
    }

    /// Returns whether nothing says that the two are one but their number: they were published a day apart, and have other
    /// words or a title that only says the number (`quay #12 (stable)`), as that of another stored entry does.
    fn may_be_others(&self, known: &KnownEntries) -> bool {
        let Self { entry, before } = self;
        let is_long = entry.words >= IDENTIFYING_WORDS;
        is_later_by_a_day(before.published_at, entry.published_at)
            && !(is_long && before.has_text_of(entry))
            && (comparisons::has_other_words(before, entry) || says_only_number(entry, known))
    }
}

/// Returns whether another stored entry has the same title, but for its number and what stands in parentheses.
fn says_only_number(entry: &EntryIdentity<'_>, known: &KnownEntries) -> bool {
    let besides = |title: &str| -> Option<String> {
        let title = title.split('(').next()?;
        title.contains(|c: char| c.is_ascii_digit()).then(|| moves::letters(title))
    };
    let letters = besides(entry.title);
    let mut others = known.entries.iter().filter(|known| known.page() != entry.page());
    letters.is_some() && others.any(|other| besides(&other.title) == letters)
}

/// Returns whether the numbers of a document, such as those of builds, are counted from 1 again. The addresses of its entries
/// end in them. Of each entry that has the number of a stored one and another date, the order of the numbers must say so: every
/// entry of the document with such an address is dated after a stored one with a higher number than all of them, or a stored
/// one with a lower number is dated after the one that had the number. (If an entry is edited and gets a new date, those before
/// it keep theirs. If a whole list is dated anew, its highest number is among them.)
fn count_again(entries: &[EntryIdentity<'_>], holders: Vec<Holder<'_, '_>>, known: &KnownEntries) -> bool {
    let given_again: Vec<Holder<'_, '_>> =
        holders.into_iter().filter(|Holder { entry, .. }| !is_stored(entry, known)).collect();
    if given_again.is_empty() || editions::is_stamped_whole(entries) {
        return false;
    }
    given_again.iter().all(|holder| {
        let Holder { entry, before } = holder;
        let Some((address, number)) = numbered(entry.page()) else { return false };
        let beside = |page| numbered(page).filter(|(other, _)| *other == address).map(|(_, number)| number);
        let listed = || entries.iter().filter_map(|other| Some((beside(other.page())?, other.published_at)));
        let stored =
            || known.entries.iter().filter_map(|other| Some((beside(other.page())?, other.published_at)));
        let highest = listed().map(|(number, _)| number).max();
        let earliest = listed().map(|(_, at)| at).min().flatten();
        let begins_below =
            stored().any(|(number, at)| Some(number) > highest && at.is_some() && at < earliest);
        let follows_lower = || stored().any(|(other, at)| other < number && at > before.published_at);
        holder.may_be_others(known) && (begins_below || follows_lower())
    })
}

/// Returns whether an entry is stored under any key, by its page and its date.
fn is_stored(entry: &EntryIdentity<'_>, known: &KnownEntries) -> bool {
    let mut on_page = known.entries.iter().filter(|known| known.page() == entry.page());
    on_page.any(|known| comparisons::dates(known, entry) == Evidence::Same)
}

/// Returns the number in which an address ends, if nothing else distinguishes it from those of other entries, with what stands
/// before it. The number of an article of its own ([`article_numbers`]) is never given again.
fn numbered(page: Option<&str>) -> Option<(&str, u32)> {
    let page = page.filter(|page| pages::is_number(page) && article_numbers(page).next().is_none())?;
    let page = page.split('#').next()?.trim_end_matches('/');
    let address = page.trim_end_matches(|c: char| c.is_ascii_digit());
    Some((address, page.get(address.len()..)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::events_tests::{DAY, Polled, Post, START, post};

    /// Returns the build with this number, `hours` after the first one.
    fn build(number: i64, hours: i64) -> Post {
        let page = format!("https://ci.example/job/quay/{number}/");
        let title = format!("quay #{number} (stable)");
        Post { words: 3, ..post(&page, &page, &title, 0, START + hours * 3_600) }
    }

    #[test]
    fn builds_that_are_counted_from_1_again_are_new_ones_whether_each_poll_finds_one_or_many() {
        let before: Vec<Post> = (1..=6).rev().map(|n| build(n, 5 * n)).collect();
        let again = |n: i64| build(n, 24 * 30 + 5 * n);
        let lists = |step: i64, listed: i64| -> Vec<Vec<Post>> {
            let newest = (1..=9).filter(|newest| newest % step == 0);
            let list = |newest: i64| (1..=newest).rev().take(listed as usize).map(again).collect();
            std::iter::once(before.clone()).chain(newest.map(list)).collect()
        };
        assert_eq!(Polled::count(&lists(1, 4)), [6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        assert_eq!(Polled::count(&lists(1, 1)), [6, 7, 8, 9, 10, 11, 12, 13, 14, 15], "a list of one");
        assert_eq!(Polled::count(&lists(3, 3)), [6, 9, 12, 15]);
        let with_text = |n: i64, text: u64| Post { words: 60, text, ..again(n) };
        let lists = [before.clone(), vec![with_text(1, 51)], vec![with_text(2, 52), with_text(1, 51)]];
        assert_eq!(Polled::count(&lists), [6, 7, 8], "with texts of their own");
        let later: Vec<Post> = vec![again(5), again(4), again(3)];
        let known = (7..=9).rev().map(|n| build(n, 5 * n)).collect();
        assert_eq!(Polled::count(&[known, later.clone(), [vec![again(7)], later].concat()]), [3, 6, 7]);
    }

    /// Returns a note without title and date that has this number and text.
    fn note(number: i64, text: u64) -> Post {
        Post { published: None, words: 12, ..post(&number.to_string(), "https://k.example/", "", text, 0) }
    }

    #[test]
    fn notes_without_titles_and_dates_that_are_counted_from_1_again_overwrite_none() {
        let list = |numbers: std::ops::RangeInclusive<i64>, first: u64| -> Vec<Post> {
            numbers.rev().map(|n| note(n, first + n.unsigned_abs())).collect()
        };
        let lists = [list(1..=5, 0), list(1..=3, 20), list(1..=5, 20), list(2..=6, 20)];
        assert_eq!(Polled::count(&lists), [5, 8, 10, 11]);
        let short = |list: Vec<Post>| -> Vec<Post> {
            list.into_iter().map(|post| Post { words: 3, ..post }).collect()
        };
        let figures = [short(list(1..=5, 0)), short(list(1..=3, 20)), short(list(1..=3, 40))];
        assert_eq!(Polled::count(&figures), [5, 5, 5], "gauges, two of which are gone");
        let edited = [list(1..=5, 0), list(1..=5, 20)];
        assert_eq!(Polled::count(&edited), [5, 5], "all of them edited");
        let mended = [list(1..=5, 0), vec![note(3, 23), note(2, 22), note(1, 1)]];
        assert_eq!(Polled::count(&mended), [5, 5], "two edited, two removed");
        let polls: Vec<_> = (0..6).map(|poll| list(1..=if poll == 0 { 5 } else { 3 }, 20 * poll)).collect();
        let known = *Polled::count(&polls).last().unwrap();
        assert!(known <= 8, "texts that change at each poll: {known}");
    }

    #[test]
    fn numbered_entries_that_are_edited_or_dated_anew_stay_what_they_are() {
        let list: Vec<Post> = (1..=6).rev().map(|n| build(n, 5 * n)).collect();
        let redated =
            |hours: &dyn Fn(i64) -> i64| -> Vec<Post> { (1..=6).rev().map(|n| build(n, hours(n))).collect() };
        let mended = redated(&|n| if n == 2 { 900 } else { 5 * n });
        assert_eq!(Polled::count(&[list.clone(), mended.clone()]), [6, 6], "one ran again");
        assert_eq!(
            Polled::count(&[list.clone(), mended[3..].to_vec()]),
            [6, 6],
            "and the newest are not listed"
        );
        assert_eq!(Polled::count(&[list.clone(), redated(&|n| 900 + n)]), [6, 6], "a whole list");
        let long = |post: &Post| Post { words: 60, ..post.clone() };
        let one = [list.iter().map(long).collect(), vec![long(&build(1, 900))]];
        assert_eq!(Polled::count(&one), [6, 6], "a long text that comes again");
        assert_eq!(
            Polled::count(&[list, vec![Post { published: Some(START + DAY * 40), ..build(7, 0) }]]),
            [6, 7]
        );
    }
}
