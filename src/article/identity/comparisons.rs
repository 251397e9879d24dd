//! Compares an entry of a document with a stored entry: their dates and their texts.

use super::titles::are_alike;
use super::{EntryIdentity, KnownEntry, pages};
use crate::time::{HOUR, MINUTE, Timestamp};

/// Largest number of hours by which the dates of a publisher shift if it mistakes one time zone for another.
const LARGEST_SHIFT: u32 = 14;

/// If both times are multiples of this many seconds, a timetable may have set them, so two such times that differ by whole
/// hours are different dates.
pub(super) const ROUND_TIME: i64 = 300;

/// Largest number of hours between the dates of one entry under its old and its new key, if its words and its page stay the
/// same. Feeds that renew their guids may also renew the dates whenever they are generated. A notice that is repeated on
/// another day is another notice.
pub(super) const RENEWED_WITHIN: u32 = 20;

/// What one kind of evidence says about two entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Evidence {
    /// They are the same.
    Same,
    /// They differ in a way that publishers cause by accident. If other evidence agrees, they are the same.
    Close,
    /// It says nothing.
    Inconclusive,
    /// They are different entries.
    Different,
}

/// Compares two dates as the feed stated them.
pub(crate) fn compare_dates(one: Option<Timestamp>, other: Option<Timestamp>) -> Evidence {
    let (Some(one), Some(other)) = (one, other) else { return Evidence::Inconclusive };
    let apart = one.since(other).max(other.since(one));
    let is_on = |step: i64| one.unix() % step == 0 || other.unix() % step == 0;
    let is_exact = one.unix() % ROUND_TIME != 0 || other.unix() % ROUND_TIME != 0;
    let whole_hours = apart.as_secs().is_multiple_of(3600) && apart <= LARGEST_SHIFT * HOUR;
    let same_day = one.day_number() == other.day_number();
    // The seconds may be cut off or rounded.
    if one == other || apart < MINUTE && is_on(60) {
        Evidence::Same
    } else if is_exact && (whole_hours || (same_day && is_on(86_400))) {
        Evidence::Close
    } else {
        Evidence::Different
    }
}

/// An entry under a new key and a stored entry with the same page.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an observation of its own")]
pub(crate) struct OnSamePage {
    /// The dates of the two.
    pub(crate) dates: (Option<Timestamp>, Option<Timestamp>),
    pub(crate) same_text: bool,
    pub(crate) same_title: bool,
    /// Whether neither the document nor the store has another entry on the page.
    pub(crate) page_is_alone: bool,
    /// Whether neither the document nor the store has the text twice on the page.
    pub(crate) text_is_alone: bool,
}

impl OnSamePage {
    /// Returns whether the two are the same entry. Several entries on one page that have different dates are different things,
    /// even in the same words.
    pub(crate) fn is_same(self) -> bool {
        let Self { dates: (one, other), same_text, same_title, page_is_alone, text_is_alone } = self;
        let is_renewed = || match (one, other) {
            (Some(one), Some(other)) => one.since(other).max(other.since(one)) <= RENEWED_WITHIN * HOUR,
            _ => true,
        };
        match compare_dates(one, other) {
            Evidence::Same => same_text || (same_title && page_is_alone),
            Evidence::Close => page_is_alone && (same_text || same_title),
            Evidence::Inconclusive => {
                (page_is_alone && (same_text || same_title)) || (text_is_alone && same_text)
            }
            Evidence::Different => page_is_alone && same_text && is_renewed(),
        }
    }
}

/// Compares the publication dates of two entries. An entry without one is compared by the date of its last change; then only
/// equal dates say something, because entries are edited.
pub(super) fn dates(known: &KnownEntry, entry: &EntryIdentity<'_>) -> Evidence {
    match (known.published_at, entry.published_at) {
        (Some(_), Some(_)) => compare_dates(known.published_at, entry.published_at),
        _ if entry.dated_at().is_some() && known.dated_at() == entry.dated_at() => Evidence::Same,
        _ => Evidence::Inconclusive,
    }
}

/// Returns whether two entries state different dates of publication or, if neither states one, of the last change.
pub(super) fn is_redated(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let (one, other) = match (known.published_at, entry.published_at) {
        (None, None) => (known.updated_at, entry.updated_at),
        published => published,
    };
    one.is_some() && other.is_some() && compare_dates(one, other) != Evidence::Same
}

/// Returns whether an entry has a guid that is not just the address of its page.
pub(super) fn has_own_guid(entry: &EntryIdentity<'_>) -> bool {
    entry.guid.is_some_and(|guid| Some(guid) != entry.url && Some(guid) != entry.canonical_url)
}

/// Returns whether an entry was published more than [`RENEWED_WITHIN`] hours after a stored one, by the dates of both.
pub(super) fn is_later_by_a_day(before: Option<Timestamp>, now: Option<Timestamp>) -> bool {
    before.zip(now).is_some_and(|(before, now)| now.since(before) > RENEWED_WITHIN * HOUR)
}

/// Returns whether an entry without a guid of its own is the next one of a daily column, which always has the same title: the
/// text is another one, and the dates are more than [`RENEWED_WITHIN`] hours apart.
pub(super) fn is_next_of_column(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let apart =
        known.published_at.zip(entry.published_at).map(|(one, other)| one.since(other).max(other.since(one)));
    !has_own_guid(entry)
        && !known.has_text_of(entry)
        && apart.is_some_and(|apart| apart > RENEWED_WITHIN * HOUR)
}

/// Returns whether neither of two entries states a time of publication, and both state one of the last change.
pub(super) const fn states_only_changes(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.published_at.is_none()
        && entry.published_at.is_none()
        && known.updated_at.is_some()
        && entry.updated_at.is_some()
}

/// Returns whether the pages of two entries are on two hosts.
pub(super) fn is_on_other_host(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let hosts = known.page().and_then(pages::host).zip(entry.page().and_then(pages::host));
    hosts.is_some_and(|(before, now)| before != now)
}

/// Returns whether each of the pages of two entries has a number that the other lacks.
pub(super) fn have_other_numbers(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.page().zip(entry.page()).is_some_and(|(before, now)| pages::have_other_numbers(before, now))
}

/// Returns whether the guids and the pages of two entries differ, and only in tokens.
pub(super) fn have_other_tokens(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let differ = |pair: Option<(&str, &str)>| {
        pair.is_some_and(|(before, now)| before != now && pages::differ_in_tokens(before, now))
    };
    differ(known.page().zip(entry.page())) && differ(known.guid.as_deref().zip(entry.guid))
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
