//! Weighs whether an entry of a document and a stored entry are the same: what their page, their words and their dates
//! say.
//!
//! A bare key proves little, because publishers share guids, number them by position, and begin counting again. So an
//! entry with a known key is another one if its page, words and date say so.

use std::collections::HashSet;

use super::document_counts::DocumentCounts;
use super::known_entries::KnownEntryIndex;
use super::{EntryIdentity, KnownEntry};
use crate::article::fingerprint::token::title_tokens;
use crate::article::fingerprint::{WordHash, WordKind};
use crate::time::{HOUR, MINUTE, Timestamp};

/// How many words of a title are compared. Titles of megabytes exist.
const TITLE_WORDS: usize = 60;

/// Most whole hours by which a publisher that takes one time zone for another shifts its dates.
const LARGEST_SHIFT: u32 = 14;

/// A time that is a multiple of this many seconds may come from a timetable, so a shift of whole hours proves nothing.
const TIMETABLE_STEP: i64 = 300;

/// How far the date of an entry may move under a new key, if its words and its page stay. Feeds without lasting guids
/// may also renew the date at each build. A notice that is repeated on another day is another notice.
const REBUILT_WITHIN: u32 = 20;

/// What one kind of evidence says about two entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Evidence {
    /// They are the same.
    Same,
    /// They may be the same: the difference is one that publishers make by accident.
    Close,
    /// Nothing.
    Inconclusive,
    /// They are two entries.
    Different,
}

/// Compares two publication dates. `one` and `other` are what the feed stated.
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

/// Returns whether an entry under a new key is the stored entry that stands on the same page. `same_text` and
/// `same_title` say what the two have in common. `page_alone` says that neither the document nor the store has another
/// entry on the page, and `text_alone` that neither has that text twice on it.
///
/// Where several entries share a page, they are several things under dates of their own, even in the same words.
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

/// Compares the dates of two entries: the publication dates if both have one, or else any dates. A later date of a
/// change says nothing, because entries are edited.
pub(super) fn dates(known: &KnownEntry, entry: &EntryIdentity<'_>) -> Evidence {
    match (known.published_at, entry.published_at) {
        (Some(_), Some(_)) => compare_dates(known.published_at, entry.published_at),
        _ if entry.dated_at().is_some() && known.dated_at() == entry.dated_at() => Evidence::Same,
        _ => Evidence::Inconclusive,
    }
}

impl KnownEntry {
    /// Returns whether a reader sees the same text in both.
    pub(super) fn has_text_of(&self, entry: &EntryIdentity<'_>) -> bool {
        self.content_hash == Some(entry.content_hash) || self.seen_hash == Some(entry.seen_hash)
    }
}

/// The document and the store, against which two entries are compared.
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

    /// Returns whether the publisher gave the key of `known` to another entry: the date is another, and neither the
    /// page nor the words say that the two are the same. An edit changes only one or two of these.
    pub(super) fn contradicts(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        dates(known, entry) == Evidence::Different
            && self.page(known, entry) != Evidence::Same
            && self.words(known, entry) != Evidence::Same
    }

    /// Returns whether page, words or date say that the two are the same. It is asked where a key says nothing,
    /// because several entries have it.
    pub(super) fn supports(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        dates(known, entry) == Evidence::Same
            || self.page(known, entry) == Evidence::Same
            || (self.words(known, entry) == Evidence::Same && dates(known, entry) != Evidence::Different)
    }
}

/// Returns whether two titles may be versions of one: more than half the words of the longer one stand in both, and
/// both have the same numbers.
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
