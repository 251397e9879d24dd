//! Tells a database that stores no document any more from a single document that can't be stored.

use std::collections::BTreeSet;

use crate::model::SourceId;

/// Of how many sources the store must refuse the documents before the fault counts as the database's. Two sources can carry the
/// same document. If fewer sources are polled, all of them are enough, but a single one only if the database is damaged.
const SOURCES: usize = 3;

/// The sources whose documents the store refused since it last stored something new.
#[derive(Default, Debug)]
pub struct RefusedDocuments {
    /// Sources that were refused, at most those of `enabled`.
    refused: BTreeSet<SourceId>,
    /// Whether a page or a value of the database could not be read when the last document was refused.
    is_damaged: bool,
    /// The sources that are polled.
    enabled: BTreeSet<SourceId>,
}

impl RefusedDocuments {
    /// Notes which sources are polled from now on.
    pub fn poll_only(&mut self, enabled: BTreeSet<SourceId>) {
        self.refused.retain(|source| enabled.contains(source));
        self.enabled = enabled;
    }

    /// Notes that a document of `source` was refused. `is_damaged` says whether a page or a value of the database could not be
    /// read.
    pub fn refused(&mut self, source: SourceId, is_damaged: bool) {
        if self.enabled.contains(&source) {
            self.refused.insert(source);
            self.is_damaged = is_damaged;
        }
    }

    /// Notes that a document of `source` was stored. `is_news` says whether an article was added or changed. If not, it shows
    /// nothing of other sources.
    pub fn stored(&mut self, source: SourceId, is_news: bool) {
        if is_news {
            self.refused.clear();
        } else {
            self.refused.remove(&source);
        }
    }

    /// Returns whether the database, and not a single document, must be at fault.
    pub fn concern_all(&self) -> bool {
        let fewest = if self.is_damaged { 1 } else { 2 };
        self.refused.len() >= SOURCES.min(self.enabled.len()).max(fewest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polling(sources: i64) -> RefusedDocuments {
        let mut documents = RefusedDocuments::default();
        documents.poll_only((1..=sources).map(SourceId).collect());
        documents
    }

    #[test]
    fn one_document_that_is_refused_again_and_again_is_no_fault_of_the_database() {
        let mut documents = polling(2);
        for _ in 0..9 {
            documents.refused(SourceId(1), false);
            assert!(!documents.concern_all());
        }
        let mut documents = polling(1);
        documents.refused(SourceId(1), false);
        assert!(!documents.concern_all(), "also of the only source");
        documents.refused(SourceId(1), true);
        assert!(documents.concern_all(), "unless the database is damaged");
    }

    #[test]
    fn the_database_is_at_fault_until_it_stores_something_new_if_the_documents_of_several_sources_are_refused()
     {
        let mut documents = polling(9);
        for source in 1..=3 {
            assert!(!documents.concern_all());
            documents.refused(SourceId(source), false);
        }
        assert!(documents.concern_all());
        documents.stored(SourceId(4), false);
        assert!(documents.concern_all(), "a document without news shows nothing");
        documents.stored(SourceId(4), true);
        documents.refused(SourceId(1), false);
        assert!(!documents.concern_all());
    }

    #[test]
    fn in_a_small_river_the_documents_of_all_sources_are_enough_and_removed_sources_do_not_count() {
        let mut documents = polling(2);
        documents.refused(SourceId(1), false);
        documents.refused(SourceId(7), false);
        assert!(!documents.concern_all(), "the second is no source");
        documents.refused(SourceId(2), false);
        assert!(documents.concern_all());
        documents.poll_only((2..=4).map(SourceId).collect());
        assert!(!documents.concern_all());
        documents.stored(SourceId(2), false);
        documents.poll_only(BTreeSet::new());
        assert!(!documents.concern_all());
    }
}
