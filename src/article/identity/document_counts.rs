//! Counts how often each guid, page, title and text occurs in a document, because what several entries share identifies
//! none of them.

use std::collections::{HashMap, HashSet};

use super::comparisons::{Evidence, dates, has_other_words};
use super::editions::{self, DocumentDates};
use super::{EntryIdentity, KnownEntry, LEAST_CHANGED};
use crate::model::IdentityScheme;
use crate::time::Timestamp;

/// If more than one in this many guids (or links) of a document is blank or repeated, guids (or links) do not identify its
/// entries.
const TOLERATED_SHARE: usize = 20;
/// How many blank or repeated guids (or links) of a document are tolerated in any case.
const TOLERATED_FAULTS: usize = 2;

/// How often each guid, page, title and text occurs in a document, and the scheme that its keys follow.
pub(super) struct DocumentCounts<'a> {
    pub(super) guids: HashMap<&'a str, usize>,
    pub(super) pages: HashMap<&'a str, usize>,
    titles: HashMap<&'a str, usize>,
    texts: HashMap<(Option<&'a str>, u64), usize>,
    /// What readers see of each dated entry, with its date.
    dated_texts: HashSet<(u64, Timestamp)>,
    /// The entry with this guid on this page; `None` if several have it.
    by_guid_and_page: HashMap<(&'a str, Option<&'a str>), Option<EntryIdentity<'a>>>,
    entries: usize,
    /// Whether the document gives other entries the guids of stored ones, so that a guid alone proves nothing.
    pub(super) has_reused_guids: bool,
    /// Whether the addresses are positions in the list, so that a page proves nothing.
    pub(super) has_reused_pages: bool,
    /// Whether most entries are later ones than those that stood on their pages.
    pub(super) has_next_editions: bool,
    pub(super) dates: DocumentDates,
    pub(super) scheme: IdentityScheme,
}

impl<'a> DocumentCounts<'a> {
    pub(super) fn of(entries: &[EntryIdentity<'a>], scheme: IdentityScheme, dates: DocumentDates) -> Self {
        let mut counts = Self {
            guids: HashMap::new(),
            pages: HashMap::new(),
            titles: HashMap::new(),
            texts: HashMap::new(),
            dated_texts: HashSet::new(),
            by_guid_and_page: HashMap::new(),
            entries: entries.len(),
            has_reused_guids: false,
            has_reused_pages: false,
            has_next_editions: false,
            dates,
            scheme,
        };
        for entry in entries {
            if let Some(guid) = entry.guid {
                *counts.guids.entry(guid).or_default() += 1;
                let holder = counts.by_guid_and_page.entry((guid, entry.page()));
                holder.and_modify(|holder| *holder = None).or_insert(Some(*entry));
            }
            if let Some(page) = entry.page() {
                *counts.pages.entry(page).or_default() += 1;
            }
            *counts.titles.entry(entry.title).or_default() += 1;
            *counts.texts.entry((entry.page(), entry.seen_hash)).or_default() += 1;
            counts.dated_texts.extend(entry.dated_at().map(|at| (entry.seen_hash, at)));
        }
        counts
    }

    /// Returns whether the guid or the page by which `entry` is recognised says nothing: another entry of the document has it
    /// too, or the document gives guids or pages of stored entries to other ones. The guid counts under the scheme of guids;
    /// for an entry without one, and under any other scheme, the page counts.
    pub(super) fn is_ambiguous(&self, entry: &EntryIdentity<'_>) -> bool {
        match (self.scheme, entry.guid) {
            (IdentityScheme::Guid, Some(guid)) => {
                self.has_reused_guids || self.guids.get(guid).is_some_and(|count| *count > 1)
            }
            _ => entry.page().is_some_and(|page| !self.is_alone(page)),
        }
    }

    /// Returns whether `page` is that of a single entry of the document. It never is if addresses are positions in the list.
    pub(super) fn is_alone(&self, page: &str) -> bool {
        !self.has_reused_pages && self.pages.get(page).is_none_or(|count| *count == 1)
    }

    /// Returns whether the document replaces the entries of the last one with later ones, and `entry` is a later one than
    /// `known`, which stood on its page.
    pub(super) fn is_next_edition(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        self.has_next_editions
            && known.page() == entry.page()
            && known.guid.as_deref() != entry.guid
            && editions::is_next_edition(known, entry, self.dates)
    }

    /// Returns whether all entries of the document, at least [`LEAST_CHANGED`], have this page.
    pub(super) fn is_page_of_all(&self, page: &str) -> bool {
        self.entries >= LEAST_CHANGED && self.pages.get(page) == Some(&self.entries)
    }

    /// Returns whether the document has a single entry.
    pub(super) const fn is_single(&self) -> bool {
        self.entries == 1
    }

    pub(super) fn has_title_once(&self, entry: &EntryIdentity<'_>) -> bool {
        self.titles.get(entry.title).is_none_or(|count| *count == 1)
    }

    /// Returns whether the text of `entry` stands only once on its page.
    pub(super) fn has_text_once(&self, entry: &EntryIdentity<'_>) -> bool {
        self.texts.get(&(entry.page(), entry.seen_hash)).is_none_or(|count| *count == 1)
    }

    /// Returns whether the document may still list a stored entry under its key or the guid that it had last, and on its own
    /// page. If the entry that now has the guid has other words, the guid was given to another entry, unless one of the two has
    /// no title and their dates are the same.
    pub(super) fn still_lists(&self, known: &KnownEntry) -> bool {
        let guids = [Some(known.key.0.as_str()), known.guid.as_deref()];
        guids.into_iter().flatten().any(|guid| match self.by_guid_and_page.get(&(guid, known.page())) {
            Some(Some(holder)) => !has_other_words(known, holder) || is_untitled_on_its_date(known, holder),
            Some(None) => true,
            None => false,
        })
    }

    /// Returns whether another entry of the document has the text and the date of a stored entry. Then `entry`, which has
    /// another date and the key of that stored entry, is not that entry, but took its place.
    pub(super) fn stands_elsewhere(&self, known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
        let dated_text = known.seen_hash.zip(known.dated_at());
        dated_text.is_some_and(|dated_text| self.dated_texts.contains(&dated_text))
            && !known.has_text_of(entry)
            && dates(known, entry) == Evidence::Different
    }

    /// Returns how many entries the values of `column` do not distinguish: entries without a value, and repeats of a value.
    pub(super) fn faults(&self, column: &HashMap<&str, usize>) -> usize {
        self.entries - column.len()
    }

    pub(super) fn tolerates(&self, faults: usize) -> bool {
        faults <= TOLERATED_FAULTS || faults * TOLERATED_SHARE <= self.entries
    }
}

/// Returns whether one of two entries has no title, so that only the same date can say that they are one.
fn is_untitled_on_its_date(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    (known.title.is_empty() || entry.title.is_empty()) && dates(known, entry) == Evidence::Same
}
