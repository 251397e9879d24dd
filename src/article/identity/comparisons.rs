//! Compares an entry of a document with a stored entry: their dates, their texts and their titles.

use std::collections::HashSet;

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

/// Returns whether two entries state different dates of the same kind.
pub(super) fn is_redated(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let (one, other) = match (known.published_at, entry.published_at) {
        (None, None) => (known.updated_at, entry.updated_at),
        published => published,
    };
    one.is_some() && other.is_some() && compare_dates(one, other) != Evidence::Same
}

/// Returns whether neither the text nor the title says that two entries are one. An entry without a title has nothing
/// but its text.
pub(super) fn has_other_words(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let has_title = !known.title.is_empty() && !entry.title.is_empty();
    !(known.has_text_of(entry) || has_title && are_alike(&known.title, entry.title))
}

impl KnownEntry {
    /// Returns whether the stored entry has the content of `entry`, or at least looks the same to a reader.
    pub(super) fn has_text_of(&self, entry: &EntryIdentity<'_>) -> bool {
        self.content_hash == Some(entry.content_hash) || self.seen_hash == Some(entry.seen_hash)
    }
}

/// Returns whether two titles may be versions of one: they have more than half of the words of the longer one in common, and the
/// same numbers.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
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
