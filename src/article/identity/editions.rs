//! Tells a list that is replaced as a whole, such as the programmes of a station today, from a list whose guids were renewed.

use super::comparisons::{Evidence, RENEWED_WITHIN, compare_dates};
use super::titles::{self, plain};
use super::{EntryIdentity, IDENTIFYING_WORDS, KnownEntry, LEAST_CHANGED, pages};
use crate::time::{HOUR, MINUTE, Timestamp};

/// For how many seconds after its request a document may be kept, whose entries are dated by that request: a program that makes
/// feeds of web pages answers from a cache of some minutes.
const REQUEST_IS_KEPT_FOR: u64 = 15 * 60;

/// Returns whether an entry with an unknown guid on the page of a stored one is a later one of the same kind, such as the
/// forecast for a town, which always has the same page and title. Its date of publication is later, and neither the text nor
/// what the page was made for says that it is the same. The same text says so if it is long, if at most [`RENEWED_WITHIN`]
/// hours lie between the dates, or if the whole document is dated by the request. In a document that is dated as a whole, by a
/// build or a request, so does the same title if the page was made of it, or if the request dates it and no column has so long
/// a title.
pub(super) fn is_next_edition(known: &KnownEntry, entry: &EntryIdentity<'_>, dates: DocumentDates) -> bool {
    let is_later = entry.published_at > known.published_at
        && compare_dates(known.published_at, entry.published_at) == Evidence::Different;
    let same_title = !entry.title.is_empty() && plain(&known.title) == plain(entry.title);
    let is_request = dates.is_dated_by_request();
    let is_of_title = || {
        let is_made_of = entry.page().is_some_and(|page| pages::is_made_of(page, entry.title));
        is_made_of || is_request && titles::is_telling(entry.title)
    };
    is_later
        && !(known.has_text_of(entry) && may_be_rebuilt(known, entry, dates))
        && !(same_title && dates.is_stamped_whole && is_of_title())
}

/// Returns whether an entry with the text of a stored one may be that entry, dated anew: nobody writes the same long text
/// again, a post has a page that was made of its title, a program may renew the dates whenever it is run, and the time of a
/// request is no date.
pub(super) fn may_be_rebuilt(known: &KnownEntry, entry: &EntryIdentity<'_>, dates: DocumentDates) -> bool {
    let apart = known.published_at.zip(entry.published_at);
    entry.words >= IDENTIFYING_WORDS
        || entry.page().is_some_and(|page| pages::is_made_of(page, entry.title))
        || apart.is_none_or(|(one, other)| one.since(other).max(other.since(one)) <= RENEWED_WITHIN * HOUR)
        || dates.is_dated_by_request()
}

/// What the dates of all entries of a document say.
#[derive(Clone, Copy, Debug)]
pub(super) struct DocumentDates {
    /// Whether all entries, at least [`LEAST_CHANGED`], are dated within one minute.
    pub(super) is_stamped_whole: bool,
    earliest: Option<Timestamp>,
    latest: Option<Timestamp>,
    fetched_at: Timestamp,
}

impl DocumentDates {
    pub(super) fn of(entries: &[EntryIdentity<'_>], fetched_at: Timestamp) -> Self {
        let dates = || entries.iter().filter_map(EntryIdentity::dated_at);
        let (earliest, latest) = (dates().min(), dates().max());
        Self { is_stamped_whole: is_stamped_whole(entries), earliest, latest, fetched_at }
    }

    /// Returns whether the dates are those of the request: they lie within a minute, and in the last few minutes.
    const fn is_dated_by_request(self) -> bool {
        self.is_stamped_whole && self.has_time_of_request()
    }

    /// Returns whether all dates are those of the request, however few entries there are.
    pub(super) fn are_all_of_request(self) -> bool {
        let span = self.latest.zip(self.earliest).map(|(latest, earliest)| latest.since(earliest));
        self.has_time_of_request() && span.is_some_and(|span| span <= MINUTE)
    }

    /// Returns whether the latest date lies in the last few minutes, so that it may be that of the request.
    pub(super) const fn has_time_of_request(self) -> bool {
        match self.latest {
            Some(latest) => self.fetched_at.unix().abs_diff(latest.unix()) <= REQUEST_IS_KEPT_FOR,
            None => false,
        }
    }
}

/// Returns whether all entries of a document are dated within one minute, so that their dates are the time of a build or of the
/// request.
pub(super) fn is_stamped_whole(entries: &[EntryIdentity<'_>]) -> bool {
    let dates: Option<Vec<Timestamp>> = entries.iter().map(EntryIdentity::dated_at).collect();
    let dates = dates.unwrap_or_default();
    let bounds = dates.iter().min().zip(dates.iter().max());
    dates.len() >= LEAST_CHANGED && bounds.is_some_and(|(first, last)| last.since(*first) <= MINUTE)
}
