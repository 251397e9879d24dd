//! Decides by page, words and dates whether an entry of a document and a stored entry are the same.
//!
//! A key alone proves little, because publishers give several entries one guid, number them by position, and begin counting
//! again. So an entry with a known key counts as another one if its page, words and date all say so.

use std::collections::HashSet;

use super::document_counts::DocumentCounts;
use super::known_entries::KnownEntryIndex;
use super::{EntryIdentity, KnownEntry};
use crate::article::fingerprint::token::title_tokens;
use crate::article::fingerprint::{WordHash, WordKind};
use crate::time::{HOUR, MINUTE, Timestamp};

/// How many words of a title are compared. Some titles have megabytes.
const TITLE_WORDS: usize = 60;

/// Most hours by which the dates of a publisher shift if it mistakes one time zone for another.
const LARGEST_SHIFT: u32 = 14;

/// If a time is a multiple of this many seconds, a timetable may have set it, so a shift of whole hours proves nothing.
const TIMETABLE_STEP: i64 = 300;

/// By how many hours the date of an entry under a new key may change if its words and its page stay the same. Feeds that renew
/// their guids may also renew the dates whenever they are generated. A notice that is repeated on another day is another notice.
const REBUILT_WITHIN: u32 = 20;

/// What one kind of evidence says about two entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Evidence {
    /// They are the same.
    Same,
    /// They may be the same: the difference is one that publishers make by accident.
    Close,
    /// They may be the same or not.
    Inconclusive,
    /// They are different entries.
    Different,
}

/// Compares two publication dates as the feed stated them.
pub(crate) fn compare_dates(one: Option<Timestamp>, other: Option<Timestamp>) -> Evidence {
    let (Some(one), Some(other)) = (one, other) else { return Evidence::Inconclusive };
    let apart = one.since(other).max(other.since(one));
    let is_on = |step: i64| one.unix() % step == 0 || other.unix() % step == 0;
    let is_off_timetable = one.unix() % TIMETABLE_STEP != 0 || other.unix() % TIMETABLE_STEP != 0;
    let whole_hours = apart.as_secs().is_multiple_of(3600) && apart <= LARGEST_SHIFT * HOUR;
    let same_day = one.unix().div_euclid(86_400) == other.unix().div_euclid(86_400);
    match () {
        () if one == other => Evidence::Same,
        // The seconds were cut off or rounded.
        () if apart < MINUTE && is_on(60) => Evidence::Same,
        () if is_off_timetable && (whole_hours || (same_day && is_on(86_400))) => Evidence::Close,
        () => Evidence::Different,
    }
}

/// Returns whether an entry under a new key is a stored entry with the same page. `one` and `other` are their dates.
/// `same_text` and `same_title` say what the two have in common. `page_alone` says that neither the document nor the store has
/// another entry on the page, and `text_alone` that neither has that text twice on it.
///
/// Several entries on one page that have different dates are different things, even in the same words.
pub(crate) fn is_same_on_page(
    (one, other): (Option<Timestamp>, Option<Timestamp>),
    (same_text, same_title): (bool, bool),
    (page_alone, text_alone): (bool, bool),
) -> bool {
    let is_close = || match (one, other) {
        (Some(one), Some(other)) => one.since(other).max(other.since(one)) <= REBUILT_WITHIN * HOUR,
        _ => true,
    };
    match compare_dates(one, other) {
        Evidence::Same => same_text || (same_title && page_alone),
        Evidence::Close => page_alone && (same_text || same_title),
        Evidence::Inconclusive => (page_alone && (same_text || same_title)) || (text_alone && same_text),
        Evidence::Different => page_alone && same_text && is_close(),
    }
}

/// Compares the publication dates of two entries. If one of them lacks it, dates of the last change count if they are equal;
/// different ones say nothing, because entries are edited.
pub(super) fn dates(known: &KnownEntry, entry: &EntryIdentity<'_>) -> Evidence {
    match (known.published_at, entry.published_at) {
        (Some(_), Some(_)) => compare_dates(known.published_at, entry.published_at),
        _ if entry.dated_at().is_some() && known.dated_at() == entry.dated_at() => Evidence::Same,
        _ => Evidence::Inconclusive,
    }
}

impl KnownEntry {
    /// Returns whether the stored entry has the content of `entry`, or at least looks the same to a reader.
    pub(super) fn has_text_of(&self, entry: &EntryIdentity<'_>) -> bool {
        self.content_hash == Some(entry.content_hash) || self.seen_hash == Some(entry.seen_hash)
    }
}

/// The document and the stored entries, which show whether two entries share a page or words with others.
#[derive(Clone, Copy)]
pub(super) struct ComparisonContext<'c, 'a> {
    pub(super) counts: &'c DocumentCounts<'a>,
    pub(super) index: &'c KnownEntryIndex<'a>,
}

impl ComparisonContext<'_, '_> {
    /// Returns whether no other entry of the document and no other stored entry stands on the page of `entry`, and the
    /// page is not the front page of a site.
    pub(super) fn page_is_alone(&self, entry: &EntryIdentity<'_>) -> bool {
        entry.page().is_some_and(|page| {
            self.counts.is_alone(page) && !self.index.is_shared(page) && !super::pages::is_front_page(page)
        })
    }

    fn page(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> Evidence {
        match known.page().zip(entry.page()) {
            Some((before, now)) if before != now => Evidence::Different,
            Some(_) if self.page_is_alone(entry) => Evidence::Same,
            _ => Evidence::Inconclusive,
        }
    }

    fn words(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> Evidence {
        if known.has_text_of(entry) {
            let alone = self.counts.has_text_once(entry) && self.index.has_text_once(known);
            return if alone { Evidence::Same } else { Evidence::Inconclusive };
        }
        match () {
            () if known.title.is_empty() || entry.title.is_empty() => Evidence::Inconclusive,
            () if !are_alike(&known.title, entry.title) => Evidence::Different,
            () if self.counts.has_title_once(entry) && self.index.has_title_once(&known.title) => {
                Evidence::Same
            }
            () => Evidence::Inconclusive,
        }
    }

    /// Returns whether the publisher gave the key of `known` to another entry: the date is different, and neither the page nor
    /// the words say that the two are the same. An edit changes at most two of these.
    pub(super) fn contradicts(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        dates(known, entry) == Evidence::Different
            && self.page(known, entry) != Evidence::Same
            && self.words(known, entry) != Evidence::Same
    }

    /// Returns whether page, words or date say that the two are the same. This decides if several entries have the key, so that
    /// it says nothing.
    pub(super) fn supports(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        dates(known, entry) == Evidence::Same
            || self.page(known, entry) == Evidence::Same
            || (self.words(known, entry) == Evidence::Same && dates(known, entry) != Evidence::Different)
    }
}

/// Returns whether two titles may be versions of one: they have more than half of the words of the longer one in common, and the
/// same numbers.
fn are_alike(one: &str, other: &str) -> bool {
    let (one, other) = (title_tokens(one, TITLE_WORDS).0, title_tokens(other, TITLE_WORDS).0);
    let numbers = |title: &[WordHash]| -> HashSet<u32> {
        title.iter().filter(|word| word.kind() == WordKind::Number).map(|word| word.word()).collect()
    };
    if numbers(&one) != numbers(&other) {
        return false;
    }
    let words = |title: &[WordHash]| -> HashSet<u32> { title.iter().map(|word| word.word()).collect() };
    let (one, other) = (words(&one), words(&other));
    let most = one.len().max(other.len());
    most == 0 || 2 * one.intersection(&other).count() > most
}
