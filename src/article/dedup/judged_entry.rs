//! The properties of an entry that the judge compares, and how two entries were published.

use std::time::Duration;

use crate::model::SourceId;
use crate::text::url::numbers_after_host;
use crate::time::{MINUTE, Timestamp};

/// The properties of an entry that [`judge`](super::judge) compares.
#[derive(Clone, Copy, Debug)]
pub struct JudgedEntry<'a> {
    /// Source that lists the entry.
    pub source: SourceId,
    /// Canonical address of its page.
    pub page: Option<&'a str>,
    /// Publication time as the feed states it.
    pub published_at: Option<Timestamp>,
    /// Time when riverd first read the entry.
    pub arrived_at: Timestamp,
    /// Whether the feed lists the entry now. It only matters for two entries of one source: a page that is still listed
    /// has not moved.
    pub listed: bool,
    /// Sketch of title and text ([`Fingerprint::sketch`](crate::model::Fingerprint::sketch)).
    pub sketch: &'a [u8],
}

/// Least time between the dates of two entries that one source lists side by side on purpose. Within less, its author may have
/// sent one twice.
const LISTED_APART: Duration = MINUTE.saturating_mul(10);

/// Least time between the dates of two entries with pages of their own that one source lists side by side as two things,
/// whatever their texts. Dates within less are those of one entry that a program listed twice, unless the addresses have
/// numbers of their own, too: a bot opens several pull requests within a few seconds.
const THINGS_APART: Duration = MINUTE;

/// How two entries were published: by which sources, and how far apart.
#[derive(Clone, Copy)]
pub(super) enum Publication {
    /// Two sources published them, `apart` from each other. `dated` says whether both state dates that can be right, and
    /// `in_one_second` whether these are one second, which is no multiple of five minutes.
    TwoSources { apart: Duration, dated: bool, in_one_second: bool },
    /// One source published both. `replaced` is `None` unless it did so in the same second and now lists at most one of them;
    /// then it says whether the second is exact, and not a full hour. `listed` says whether it lists both, with dates that are
    /// at least [`LISTED_APART`] apart. `as_two` says whether it lists both as two things ([`have_own_places`]).
    OneSource { apart: Duration, replaced: Option<bool>, listed: bool, as_two: bool },
}

impl Publication {
    pub(super) fn of(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>) -> Self {
        let at = |entry: &JudgedEntry<'_>| entry.published_at.unwrap_or(entry.arrived_at);
        let apart = at(one).since(at(other)).max(at(other).since(at(one)));
        if one.source != other.source {
            // A date after the arrival is wrong and says nothing about when the entry was published.
            let has_date =
                |entry: &JudgedEntry<'_>| entry.published_at.is_some_and(|at| at <= entry.arrived_at);
            let dated = has_date(one) && has_date(other);
            let is_exact = one.published_at.is_some_and(|at| at.unix() % 300 != 0);
            let in_one_second = dated && is_exact && one.published_at == other.published_at;
            return Self::TwoSources { apart, dated, in_one_second };
        }
        let at_once = one.published_at.is_some() && one.published_at == other.published_at;
        let lists_both = one.listed && other.listed;
        let is_exact = one.published_at.is_some_and(|at| at.unix() % 3600 != 0);
        let are_dated = one.published_at.is_some() && other.published_at.is_some();
        Self::OneSource {
            apart,
            replaced: (at_once && !lists_both).then_some(is_exact),
            listed: lists_both && are_dated && apart >= LISTED_APART,
            as_two: lists_both && have_own_places(one, other, apart),
        }
    }
}

/// Returns whether one source lists two entries as two things, whatever their words: each has a place of its own, as
/// [`have_own_places`] says.
pub fn are_listed_as_two(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>) -> bool {
    matches!(Publication::of(one, other), Publication::OneSource { as_two: true, .. })
}

/// Returns whether one source that lists two entries gives each a page of its own and a date of its own or, if one of them has
/// no date or the dates are nearly the same, a number of its own in the address (`v2.1`): two vacancies, flats or releases with
/// one text.
fn have_own_places(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>, apart: Duration) -> bool {
    let Some((page, other_page)) = one.page.zip(other.page).filter(|(page, other)| page != other) else {
        return false;
    };
    if one.published_at.is_some() && other.published_at.is_some() {
        if apart >= THINGS_APART {
            return true;
        }
        if apart == Duration::ZERO {
            return false;
        }
    }
    let has_own_number = |page: &str, other: &str| {
        let others: Vec<&str> = numbers_after_host(other).collect();
        numbers_after_host(page).any(|number| !others.contains(&number))
    };
    has_own_number(page, other_page) && has_own_number(other_page, page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::dedup::{Difference, SeriesReason, Verdict, judge};
    use crate::article::fingerprint::fingerprint;

    const VACANCY: &str = "Harbour Logistics of Kiel, founded in 1987, with 412 people at 9 sites, looks for drivers with licence class \
        CE. Pay is 3,150 euros a month, 30 days of holiday, 38 hours a week. Send papers to Greta Lind, Hafenstrasse 12, 24103 Kiel, \
        by 15 December 2026.";

    const START: Timestamp = Timestamp::from_unix(1_800_000_123);

    /// Judges one vacancy of one source that stands under two addresses and dates.
    fn of_one_source(pages: [Option<&str>; 2], dates: [Option<Timestamp>; 2], listed: bool) -> Verdict {
        let sketch = fingerprint("Driver (CE)", VACANCY, &[], None).sketch;
        let judged = |n: usize, listed| JudgedEntry {
            source: SourceId(1),
            page: pages[n],
            published_at: dates[n],
            arrived_at: START.saturating_add(MINUTE),
            listed,
            sketch: &sketch,
        };
        let (one, other) = (judged(0, listed), judged(1, true));
        let judgement = judge(&one, &other, 0.8);
        assert_eq!(judgement, judge(&other, &one, 0.8));
        judgement.verdict
    }

    const PAGES: [Option<&str>; 2] = [Some("https://jobs.example/a-8"), Some("https://jobs.example/a-9")];
    const NAMED: [Option<&str>; 2] = [Some("https://jobs.example/north"), Some("https://jobs.example/south")];

    #[test]
    fn what_one_source_lists_side_by_side_with_pages_and_dates_of_its_own_is_two_things() {
        let as_two = Verdict::Different(Difference::Series(SeriesReason::ListedAsTwo));
        let later = [Some(START), Some(START.saturating_add(MINUTE))];
        assert_eq!(of_one_source(PAGES, later, true), as_two);
        assert_eq!(of_one_source(NAMED, later, true), as_two);
        assert_eq!(of_one_source(PAGES, [None, None], true), as_two, "numbers in the addresses");
        let soon = [Some(START), Some(START.saturating_add(Duration::from_secs(2)))];
        assert_eq!(of_one_source(PAGES, soon, true), as_two, "numbers and seconds of their own");
    }

    #[test]
    fn what_one_source_sends_again_is_one_thing() {
        let later = [Some(START), Some(START.saturating_add(2 * MINUTE))];
        for (what, pages, dates, listed) in [
            ("the first is no longer listed", PAGES, later, false),
            ("one page", [PAGES[0]; 2], later, true),
            ("no pages", [None, None], later, true),
            ("one second", PAGES, [Some(START); 2], true),
            (
                "seconds, but no numbers",
                NAMED,
                [Some(START), Some(START.saturating_add(Duration::from_secs(2)))],
                true,
            ),
            ("neither dates nor numbers", NAMED, [None, None], true),
        ] {
            let judged = of_one_source(pages, dates, listed);
            assert!(matches!(judged, Verdict::Same(_)), "{what}: {judged:?}");
        }
    }
}
