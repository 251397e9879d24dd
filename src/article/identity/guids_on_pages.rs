//! Counts which guids of a document are unknown on known pages, because its publisher renewed them or because later entries
//! stand there now.

use super::document_counts::DocumentCounts;
use super::editions::is_next_edition;
use super::known_entries::KnownEntryIndex;
use super::{EntryIdentity, LEAST_CHANGED};

/// How many entries with a guid and a known page that is theirs alone have which kind of guid.
#[derive(Default)]
pub(super) struct GuidsOnKnownPages {
    entries: usize,
    /// Entries with an unknown guid that are the stored ones on their pages.
    renewed: usize,
    /// Entries with an unknown guid that are later ones than those on their pages.
    next: usize,
}

impl GuidsOnKnownPages {
    /// Counts the entries of a document. A page counts only if exactly one entry of the document and one of the store has it:
    /// if all entries link to the front page, new guids are new entries.
    pub(super) fn of(
        entries: &[EntryIdentity<'_>],
        index: &KnownEntryIndex<'_>,
        counts: &DocumentCounts<'_>,
    ) -> Self {
        let mut found = Self::default();
        for entry in entries.iter().filter(|entry| entry.guid.is_some()) {
            let page = entry.page().filter(|page| counts.is_alone(page));
            let Some(known) = page.and_then(|page| index.alone_on(page)) else { continue };
            found.entries += 1;
            if !index.knows_guid_of(entry) {
                let is_next = is_next_edition(known, entry, counts.dates);
                *(if is_next { &mut found.next } else { &mut found.renewed }) += 1;
            }
        }
        found
    }

    /// Returns whether most guids were renewed, and at least [`LEAST_CHANGED`].
    pub(super) const fn are_renewed(&self) -> bool {
        self.renewed >= LEAST_CHANGED && self.renewed * 2 > self.entries
    }

    /// Returns whether most entries are later ones than those that stood on their pages, and at least [`LEAST_CHANGED`].
    pub(super) const fn are_next_editions(&self) -> bool {
        self.next >= LEAST_CHANGED && self.next * 2 > self.entries
    }
}
