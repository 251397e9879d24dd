//! Recognises old entries that a document lists only now, because its list became longer, was turned round or imported, or
//! because its publisher only touched them.

use std::time::Duration;

use super::placement::{ArrivalOrder, Gaps, LEAST_MADE_AT_ONCE, LEAST_UNDATED, ListedEntry};
use crate::time::{DAY, Timestamp};

/// How long before its last change an entry was published if it is an old one that its publisher only touched. A draft is
/// rarely older.
const TOUCHED_AFTER: Duration = Duration::from_hours(180 * 24);

/// Returns for each entry of a document whether it is an old one that the document lists only now: by its place in the list
/// ([`behind_known`]), because it is `imported` ([`are_imported`]), or because it was published long before its last change. A
/// list that is sorted by changes shows such an entry on top when it gets a label or a comment.
pub fn old_entries(entries: &[ListedEntry], imported: &[bool], order: ArrivalOrder, gaps: Gaps) -> Vec<bool> {
    let is_touched = |entry: &ListedEntry| {
        let dates = entry.dated_at.zip(entry.changed_at);
        !entry.is_known
            && dates.is_some_and(|(dated_at, changed_at)| changed_at.since(dated_at) >= TOUCHED_AFTER)
    };
    let mut old = behind_known(entries, order, gaps);
    for ((old, entry), is_imported) in old.iter_mut().zip(entries).zip(imported) {
        *old |= *is_imported || is_touched(entry);
    }
    old
}

/// Longest time between the first and the last date that an import gives to entries.
const IMPORTED_WITHIN: Duration = Duration::from_mins(1);

/// Returns for each entry of a document whether it is an old one that is dated by an import into another publishing system: all
/// known entries, at least [`LEAST_MADE_AT_ONCE`] from more than a day, are dated anew within a minute, and this one is dated
/// within the same minute and stands behind them.
pub fn are_imported(entries: &[ListedEntry]) -> Vec<bool> {
    let known = || entries.iter().filter(|entry| entry.is_known);
    let bounds = |dates: &[Timestamp]| dates.iter().min().copied().zip(dates.iter().max().copied());
    let before: Vec<Timestamp> = known().filter_map(|entry| entry.dated_before).collect();
    let now: Vec<Timestamp> = known().filter_map(|entry| entry.dated_at).collect();
    let are_all_dated = (now.len(), before.len()) == (known().count(), known().count());
    let had_other_dates = bounds(&before).is_some_and(|(first, last)| last.since(first) > DAY);
    let import = bounds(&now).filter(|(first, last)| last.since(*first) <= IMPORTED_WITHIN);
    let import = import.filter(|_| now.len() >= LEAST_MADE_AT_ONCE && are_all_dated && had_other_dates);
    let last_known = entries.iter().rposition(|entry| entry.is_known);
    let is_imported = |(at, entry): (usize, &ListedEntry)| {
        let (Some((first, last)), Some(dated_at)) = (import, entry.dated_at) else { return false };
        last_known.is_some_and(|known| at > known)
            && last.max(dated_at).since(first.min(dated_at)) <= IMPORTED_WITHIN
    };
    entries.iter().enumerate().map(is_imported).collect()
}

/// Returns for each entry of a document whether its place shows that it is an old one that the document lists only now. With
/// dates, such an entry is unknown, older than all known entries, and stands at the old end of the list, beyond all of them. It
/// comes because the list became longer, which adds several entries, or because other entries were deleted (`gaps`). An entry
/// with an old date that stands elsewhere, or that comes alone to a list without gaps, was dated back by its publisher and is
/// news.
///
/// Several entries that came together among the known ones, with dates that lie weeks apart, are old, too
/// ([`add_back_catalogue`]).
///
/// If no entry is known, those that are older than all entries of the previous document are old, if they are at least
/// [`LEAST_OLDER`]: the publisher lists its oldest entries first now, or served another page of its list.
///
/// If no entry has a date and the known ones stand in the order in which they arrived, the newest ones are last, and
/// [`LEAST_UNDATED`] or more before all known ones are old: the list was turned round. If no entry of the previous document is
/// listed, but a stored one from before it, [`LEAST_UNDATED`] or more behind that one are old: the publisher served another
/// page of its list.
///
/// Otherwise a document without dates probably lists its newest entries first, so the entries behind all known ones may be
/// old. They are old if they are at least [`LEAST_UNDATED`] and at least half as many as the known ones, and no entry is
/// missing. They are also old if older entries are missing from a list that certainly has its newest entries first
/// ([`Gaps::are_behind_newest`]). Otherwise they may be new entries of a list that has its newest ones last.
fn behind_known(entries: &[ListedEntry], order: ArrivalOrder, gaps: Gaps) -> Vec<bool> {
    if entries.iter().all(|entry| entry.dated_at.is_none()) {
        return undated_behind_known(entries, order, gaps);
    }
    if let Some(oldest) = gaps.older_than_all {
        let is_older = |entry: &ListedEntry| entry.dated_at.is_some_and(|dated_at| dated_at < oldest);
        let old: Vec<bool> = entries.iter().map(is_older).collect();
        let are_enough = old.iter().filter(|old| **old).count() >= LEAST_OLDER;
        return if are_enough { old } else { vec![false; entries.len()] };
    }
    let known = || entries.iter().enumerate().filter(|(_, entry)| entry.is_known);
    let known_dates: Vec<Timestamp> = known().filter_map(|(_, entry)| entry.dated_at).collect();
    let bounds = known().next().zip(known().next_back()).map(|((first, _), (last, _))| (first, last));
    let (Some((first, last)), Some(oldest)) = (bounds, known_dates.iter().min()) else {
        return vec![false; entries.len()];
    };
    // If the dates of the known entries are in no order, the list has no old end.
    let newest_first = known_dates.is_sorted_by(|one, next| one >= next);
    let oldest_first = known_dates.is_sorted() && !newest_first;
    let is_behind = |at: usize| (newest_first && at > last) || (oldest_first && at < first);
    let is_old = |(at, entry): (usize, &ListedEntry)| {
        !entry.is_known && entry.dated_at.is_some_and(|dated_at| dated_at < *oldest) && is_behind(at)
    };
    let mut old: Vec<bool> = entries.iter().enumerate().map(is_old).collect();
    let is_alone = old.iter().filter(|old| **old).count() < 2 && !gaps.exist;
    if is_alone {
        old.fill(false);
    }
    if newest_first || oldest_first {
        add_back_catalogue(entries, known_dates.iter().max(), &mut old);
    }
    old
}

/// Marks the entries of a back catalogue in `old`: at least [`LEAST_OLDER`] unknown entries that came together, are dated at
/// least [`SPAN_OF_CATALOGUE`] apart, and stand among the known ones in a list that is sorted by date. Another author was added
/// to the list, or an author gave old posts the label that it lists.
fn add_back_catalogue(entries: &[ListedEntry], newest: Option<&Timestamp>, old: &mut [bool]) {
    let is_dated_back = |entry: &ListedEntry| !entry.is_known && entry.dated_at.as_ref() < newest;
    let dates = || entries.iter().filter(|entry| is_dated_back(entry)).filter_map(|entry| entry.dated_at);
    let all: Vec<Timestamp> = entries.iter().filter_map(|entry| entry.dated_at).collect();
    let is_sorted = all.is_sorted() || all.is_sorted_by(|one, next| one >= next);
    let span = dates().max().zip(dates().min()).map(|(last, first)| last.since(first));
    if is_sorted && dates().count() >= LEAST_OLDER && span.is_some_and(|span| span >= SPAN_OF_CATALOGUE) {
        for (old, entry) in old.iter_mut().zip(entries) {
            *old |= entry.dated_at.is_some() && is_dated_back(entry);
        }
    }
}

/// Least time between the oldest and the newest entry of a back catalogue. A publisher who enters late what happened in the
/// last days dates less far back.
const SPAN_OF_CATALOGUE: Duration = Duration::from_hours(14 * 24);

/// Least number of entries that are older than all known ones in a list without any known entry that counts as a sign of
/// another part of the list. Fewer may be new ones that were dated back.
const LEAST_OLDER: usize = 3;

fn undated_behind_known(entries: &[ListedEntry], order: ArrivalOrder, gaps: Gaps) -> Vec<bool> {
    if let Some(first) = gaps.first_relisted {
        let are_enough = entries.len() > first + LEAST_UNDATED;
        return (0..entries.len()).map(|at| are_enough && at > first).collect();
    }
    if order == ArrivalOrder::NewestLast {
        let first = entries.iter().position(|entry| entry.is_known).filter(|first| *first >= LEAST_UNDATED);
        return (0..entries.len()).map(|at| first.is_some_and(|first| at < first)).collect();
    }
    let last = entries.iter().rposition(|entry| entry.is_known);
    let behind = last.map_or(0, |last| entries.len() - last - 1);
    let known = entries.iter().filter(|entry| entry.is_known).count();
    let is_longer = behind >= LEAST_UNDATED && 2 * behind >= known && !gaps.exist;
    let is_old = |at: usize| (is_longer || gaps.are_behind_newest) && last.is_some_and(|last| at > last);
    (0..entries.len()).map(is_old).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::placement::reading_order;
    use crate::article::placement::tests::{NOW, document};
    use crate::time::HOUR;

    fn old_in(entries: &[ListedEntry], order: ArrivalOrder, gaps: Gaps) -> Vec<bool> {
        old_entries(entries, &are_imported(entries), order, gaps)
    }

    fn old_by_place(entries: &[ListedEntry], gaps: Gaps) -> Vec<bool> {
        old_in(entries, ArrivalOrder::Other, gaps)
    }

    #[test]
    fn what_was_published_long_before_its_last_change_is_old_wherever_it_stands() {
        let old = |published: u32, changed: u32| {
            let mut entries = document(&[(false, Some(published)), (true, Some(1)), (true, Some(4))]);
            entries[0].changed_at = Some(NOW.saturating_sub(changed * DAY));
            old_by_place(&entries, Gaps::default())[0]
        };
        assert!(old(400, 0) && old(1_100, 0));
        assert!(!old(90, 0), "a draft of three months");
        assert!(!old(400, 400), "dated back");
        let mut known = document(&[(true, Some(400))]);
        known[0].changed_at = Some(NOW);
        assert_eq!(old_by_place(&known, Gaps::default()), [false]);
    }

    #[test]
    fn what_an_import_dates_with_the_known_entries_is_old_behind_them() {
        let imported = |before: &[u32], seconds: &[u64]| {
            let entry = |(at, seconds): (usize, &u64)| ListedEntry {
                is_known: at > 0 && at <= before.len(),
                dated_at: Some(NOW.saturating_sub(HOUR).saturating_sub(Duration::from_secs(*seconds))),
                changed_at: None,
                dated_before: at
                    .checked_sub(1)
                    .and_then(|at| before.get(at))
                    .map(|days| NOW.saturating_sub(*days * DAY)),
            };
            are_imported(&seconds.iter().enumerate().map(entry).collect::<Vec<_>>())
        };
        let days = [2, 5, 8, 11, 14];
        assert_eq!(
            imported(&days, &[0, 1, 2, 3, 4, 5, 6, 7]),
            [false, false, false, false, false, false, true, true]
        );
        assert_eq!(imported(&days, &[0, 1, 2, 3, 4, 90, 91, 92]), [false; 8], "not within a minute");
        assert_eq!(imported(&days, &[0, 1, 2, 3, 4, 5, 90, 91]), [false; 8], "dated later");
        assert_eq!(imported(&days[..4], &[0, 1, 2, 3, 4, 5]), [false; 6], "four");
        assert_eq!(imported(&[0; 5], &[0, 1, 2, 3, 4, 5, 6]), [false; 7], "they were published at one time");
    }

    #[test]
    fn of_an_undated_list_that_is_turned_round_those_before_the_known_ones_are_old() {
        let known = |known: &[bool]| document(&known.iter().map(|known| (*known, None)).collect::<Vec<_>>());
        let rows = |rows: &[i64]| ArrivalOrder::of(rows.iter().copied());
        assert_eq!(rows(&[1, 2, 5]), ArrivalOrder::NewestLast);
        for other in [&[5, 2, 1][..], &[1, 2], &[1, 5, 2], &[]] {
            assert_eq!(rows(other), ArrivalOrder::Other);
        }
        let whole = known(&[false, false, false, true, true, true, false]);
        let old = old_in(&whole, ArrivalOrder::NewestLast, Gaps::default());
        assert_eq!(old, [true, true, true, false, false, false, false]);
        assert_eq!(reading_order(&whole, ArrivalOrder::NewestLast, &old), [6, 5, 4, 3, 2, 1, 0]);
        let old = old_in(&whole[1..], ArrivalOrder::NewestLast, Gaps::default());
        assert_eq!(old, [false; 6], "two");
    }

    #[test]
    fn of_another_page_of_an_undated_list_those_behind_a_stored_entry_are_old() {
        let page = document(&[(false, None); 5]);
        let gaps = |first_relisted| Gaps { exist: true, first_relisted, ..Gaps::default() };
        assert_eq!(old_by_place(&page, gaps(Some(1))), [false, false, true, true, true]);
        assert_eq!(old_by_place(&page, gaps(Some(2))), [false; 5], "two");
        assert_eq!(old_by_place(&page, gaps(None)), [false; 5]);
    }

    #[test]
    fn what_stands_behind_the_known_entries_and_is_older_is_old_and_what_was_dated_back_is_news() {
        let old = |entries: &[(bool, Option<u32>)]| old_by_place(&document(entries), Gaps::default());
        let longer =
            [(false, Some(1)), (true, Some(5)), (true, Some(9)), (false, Some(12)), (false, Some(20))];
        assert_eq!(old(&longer), [false, false, false, true, true]);
        let oldest_first: Vec<_> = longer.iter().copied().rev().collect();
        assert_eq!(old(&oldest_first), [true, true, false, false, false]);
        assert_eq!(old(&[(false, Some(90)), (true, Some(5)), (true, Some(9))]), [false; 3], "in front");
        assert_eq!(old(&[(true, Some(5)), (false, Some(90)), (true, Some(9))]), [false; 3], "among them");
        let no_order =
            [(true, Some(9)), (true, Some(5)), (true, Some(7)), (false, Some(20)), (false, Some(30))];
        assert_eq!(old(&no_order), [false; 5]);
        let gaps = Gaps { exist: true, ..Gaps::default() };
        let alone = [(true, Some(5)), (false, Some(20))];
        assert_eq!(old(&alone), [false; 2], "alone");
        assert_eq!(old_by_place(&document(&alone), gaps), [false, true], "others are gone");
        assert_eq!(old(&[(true, Some(5)), (false, None)]), [false; 2], "undated");
        let undated =
            [(false, None), (true, None), (true, None), (false, None), (false, None), (false, None)];
        assert_eq!(old(&undated), [false, false, false, true, true, true]);
        assert_eq!(old_by_place(&document(&undated), gaps), [false; 6], "others are gone");
        assert_eq!(old(&undated[1..5]), [false; 4], "two new ones at the end");
        let slid_in = old_by_place(
            &document(&undated[1..4]),
            Gaps { exist: true, are_behind_newest: true, ..Gaps::default() },
        );
        assert_eq!(slid_in, [false, false, true], "a post in the middle was deleted");
        assert_eq!(old(&undated[3..]), [false; 3], "no date, nothing is known");
        assert_eq!(old(&[(false, Some(5)), (false, Some(9))]), [false; 2], "nothing is known");
    }

    #[test]
    fn a_back_catalogue_among_the_known_entries_is_old_and_what_was_entered_late_is_news() {
        let old = |days: &[(bool, u32)]| {
            let entries: Vec<_> = days.iter().map(|(is_known, days)| (*is_known, Some(*days))).collect();
            old_by_place(&document(&entries), Gaps::default())
        };
        let (known, new) = (true, false);
        let joined = [(new, 0), (known, 1), (new, 5), (known, 9), (new, 30), (new, 40), (known, 90)];
        assert_eq!(old(&joined), [false, false, true, false, true, true, false]);
        assert_eq!(old(&[(known, 1), (new, 5), (new, 6), (new, 8), (known, 90)]), [false; 5], "entered late");
        assert_eq!(old(&[(known, 1), (new, 5), (new, 60), (known, 90)]), [false; 4], "two");
        assert_eq!(
            old(&[(new, 60), (new, 5), (new, 30), (known, 1), (known, 90)]),
            [false; 5],
            "at the head"
        );
    }

    #[test]
    fn another_part_of_a_list_is_old_where_it_is_older_than_all_that_was_listed() {
        let gaps = Gaps { exist: true, older_than_all: Some(NOW.saturating_sub(9 * DAY)), ..Gaps::default() };
        let old = |days: &[u32]| {
            let entries: Vec<_> = days.iter().map(|days| (false, Some(*days))).collect();
            old_by_place(&document(&entries), gaps)
        };
        assert_eq!(old(&[30, 20, 10]), [true; 3], "the oldest first");
        assert_eq!(old(&[0, 10, 20, 30, 9]), [false, true, true, true, false], "a new one among them");
        assert_eq!(old(&[10, 20]), [false; 2], "two that were dated back");
        assert_eq!(old(&[3, 2, 1]), [false; 3], "news");
    }
}
