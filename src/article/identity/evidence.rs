//! Decides by page, words and dates whether an entry of a document and a stored entry are the same.
//!
//! A key alone proves little, because publishers give several entries one guid, number them by position, and begin counting
//! again. So an entry with a known key counts as another one if its date is different and neither its page nor its words say
//! that it is the same.

use super::comparisons::{
    Evidence, dates, has_other_words, has_own_guid, is_later_by_a_day, is_next_of_column, is_redated,
};
use super::document_counts::DocumentCounts;
use super::known_entries::KnownEntryIndex;
use super::titles::{self, are_alike};
use super::{EntryIdentity, IDENTIFYING_WORDS, KnownEntry, pages};
use crate::text::url::article_numbers;

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
            self.counts.is_alone(page) && !self.index.is_shared(page) && !pages::is_front_page(page)
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
        if known.title.is_empty() || entry.title.is_empty() {
            return Evidence::Inconclusive;
        }
        if !are_alike(&known.title, entry.title) {
            return Evidence::Different;
        }
        let alone = self.counts.has_title_once(entry) && self.index.has_title_once(&known.title);
        if alone { Evidence::Same } else { Evidence::Inconclusive }
    }

    /// Returns whether the publisher gave the key of `known` to another entry: the date is different, and neither the page nor
    /// the words say that the two are the same. An edit changes only one or two of these. If the words are different, any other
    /// publication date is enough, or any other time of the last change if neither has a publication date. If only the title is
    /// the same and there is no guid, or if the page is another one, the entry may be the next one of a daily column.
    pub(super) fn contradicts(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        if self.comes_again(known, entry)
            || self.counts.stands_elsewhere(known, entry)
            || self.counts.is_next_edition(known, entry)
            || self.has_only_shared_guid(known, entry)
        {
            return true;
        }
        if self.page(known, entry) == Evidence::Same {
            return self.is_next_on_page(known, entry);
        }
        match self.words(known, entry) {
            Evidence::Different => is_redated(known, entry),
            Evidence::Same if self.page(known, entry) == Evidence::Different => {
                !known.has_text_of(entry) && is_later_by_a_day(known.published_at, entry.published_at)
            }
            Evidence::Same => is_next_of_column(known, entry),
            Evidence::Close | Evidence::Inconclusive => dates(known, entry) == Evidence::Different,
        }
    }

    /// Returns whether two entries have nothing in common but a guid that several stored ones had, such as the minute of their
    /// publication. Then their dates say nothing either, because the guid may be made of them.
    fn has_only_shared_guid(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        !self.index.later_holders(entry).is_empty()
            && self.page(known, entry) == Evidence::Different
            && has_other_words(known, entry)
    }

    /// Returns whether the only entry of a feed comes again on a later day: other entries stood on its page before, one after
    /// the other, such as the warnings of a weather service, so that the same words tell another event.
    fn comes_again(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        self.counts.is_single()
            && is_later_by_a_day(known.published_at, entry.published_at)
            && entry.page().is_some_and(|page| self.index.is_shared(page) && !self.is_newest_on(page, known))
    }

    /// Returns whether `known` has the newest date of the stored entries on `page`.
    pub(super) fn is_newest_on(&self, page: &str, known: &KnownEntry) -> bool {
        self.index.newest_on(page).is_some_and(|newest| newest.dated_at() == known.dated_at())
    }

    /// Returns whether a page that no other entry has shows another entry now: title, text and day are different. This can be
    /// true only of an entry whose only key is its page, of the only entry of a feed, and of an entry whose address is only a
    /// small number (`?p=3`), which may be given again after the loss of a database. (The page of one story keeps its entry,
    /// whose headline follows the events.) If the only entry of a feed is short and has no guid but its page, such as the menu
    /// of a day, the title may be the same. Where the page is the only key, the title may also begin or end with the name of a
    /// column ([`is_next_subject`]).
    pub(super) fn is_next_on_page(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        if !is_later_by_a_day(known.published_at, entry.published_at) {
            return false;
        }
        if known.has_text_of(entry) {
            return self.is_repeated_notice(entry);
        }
        let (is_single, has_guid) = (self.counts.is_single(), has_own_guid(entry));
        let is_numbered = || {
            entry.page().is_some_and(|page| pages::is_number(page) && article_numbers(page).next().is_none())
        };
        if self.words(known, entry) == Evidence::Different {
            return is_single || is_numbered() || !has_guid && !is_page_of_story(known, entry);
        }
        !has_guid && (is_next_subject(known, entry) || is_single && entry.words < IDENTIFYING_WORDS)
    }

    /// Returns whether an entry that has nothing new but a later day is another event: a notice that is alone in its feed, such
    /// as the reminder of a town, has neither a guid nor a page that was made for it. The time of the request is no date.
    fn is_repeated_notice(&self, entry: &EntryIdentity<'_>) -> bool {
        self.counts.is_single()
            && entry.guid.is_none()
            && entry.words < IDENTIFYING_WORDS
            && !self.counts.dates.has_time_of_request()
            && entry.page().is_some_and(|page| !pages::has_number(page) && !pages::has_token(page))
    }

    /// Returns whether the page, the date, or the words without a different date say that the two are the same. It is asked if
    /// several entries have the key, because the key then says nothing.
    pub(super) fn supports(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        if self.counts.stands_elsewhere(known, entry) {
            return false;
        }
        dates(known, entry) == Evidence::Same
            || self.page(known, entry) == Evidence::Same
            || (self.words(known, entry) == Evidence::Same && dates(known, entry) != Evidence::Different)
    }
}

/// Returns whether the address of a page was made for one story: it has a number or a token, or it is named after one of the
/// titles, and not after what both have, which may be the name of a column.
fn is_page_of_story(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let column = titles::subjects(&known.title, entry.title);
    let (before, now) = column.unwrap_or_else(|| (known.title.clone(), entry.title.to_owned()));
    entry.page().is_some_and(|page| {
        pages::has_number(page)
            || pages::has_token(page)
            || [before, now].iter().any(|title| pages::is_named_after(page, title))
    })
}

/// Returns whether an entry is the next one of a column that always has the same page, such as the recipe of the week: its
/// title has the name of the column and another subject than that of the stored entry. If the page has a number or is named
/// after one of the subjects, it is the page of one article, whose title was edited.
fn is_next_subject(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    titles::subjects(&known.title, entry.title).is_some_and(|(before, now)| {
        entry.page().is_some_and(|page| {
            !pages::has_number(page)
                && ![before, now].iter().any(|subject| pages::is_named_after(page, subject))
        })
    })
}
