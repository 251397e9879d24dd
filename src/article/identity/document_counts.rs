//! Counts how often each guid, page, title and text occurs in a document, because what several entries share identifies
//! none of them.

use std::collections::{HashMap, HashSet};

use super::EntryIdentity;
use crate::model::IdentityScheme;

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
    guids_on_pages: HashSet<(&'a str, Option<&'a str>)>,
    entries: usize,
    pub(super) scheme: IdentityScheme,
}

impl<'a> DocumentCounts<'a> {
    pub(super) fn of(entries: &[EntryIdentity<'a>], scheme: IdentityScheme) -> Self {
        let mut counts = Self {
            guids: HashMap::new(),
            pages: HashMap::new(),
            titles: HashMap::new(),
            texts: HashMap::new(),
            guids_on_pages: HashSet::new(),
            entries: entries.len(),
            scheme,
        };
        for entry in entries {
            if let Some(guid) = entry.guid {
                *counts.guids.entry(guid).or_default() += 1;
                counts.guids_on_pages.insert((guid, entry.page()));
            }
            if let Some(page) = entry.page() {
                *counts.pages.entry(page).or_default() += 1;
            }
            *counts.titles.entry(entry.title).or_default() += 1;
            *counts.texts.entry((entry.page(), entry.seen_hash)).or_default() += 1;
        }
        counts
    }

    /// Returns whether another entry of the document has the same guid or, if links identify, the same page.
    pub(super) fn is_ambiguous(&self, entry: &EntryIdentity<'_>) -> bool {
        match (self.scheme, entry.guid) {
            (IdentityScheme::Guid, Some(guid)) => self.guids.get(guid).is_some_and(|count| *count > 1),
            _ => entry.page().is_some_and(|page| !self.is_alone(page)),
        }
    }

    pub(super) fn is_alone(&self, page: &str) -> bool {
        self.pages.get(page).is_none_or(|count| *count == 1)
    }

    pub(super) fn has_title_once(&self, entry: &EntryIdentity<'_>) -> bool {
        self.titles.get(entry.title).is_none_or(|count| *count == 1)
    }

    /// Returns whether the text of `entry` stands only once on its page.
    pub(super) fn has_text_once(&self, entry: &EntryIdentity<'_>) -> bool {
        self.texts.get(&(entry.page(), entry.seen_hash)).is_none_or(|count| *count == 1)
    }

    /// Returns whether an entry of the document has this guid and this page.
    pub(super) fn lists_guid_on_page(&self, guid: &str, page: Option<&str>) -> bool {
        self.guids_on_pages.contains(&(guid, page))
    }

    /// Returns how many entries the values of `column` do not distinguish: entries without a value, and repeats of a value.
    pub(super) fn faults(&self, column: &HashMap<&str, usize>) -> usize {
        self.entries - column.len()
    }

    pub(super) fn tolerates(&self, faults: usize) -> bool {
        faults <= TOLERATED_FAULTS || faults * TOLERATED_SHARE <= self.entries
    }
}
