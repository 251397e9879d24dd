//! The texts of entries without dates, by which notes without titles are recognised after their site moved.

use super::{EntryIdentity, KnownEntry};

/// Returns the hash of the words of an entry, if it has no date.
pub(super) fn text(entry: &EntryIdentity<'_>) -> Option<u64> {
    entry.dated_at().is_none().then_some(entry.seen_hash)
}

/// Returns the hash of the words of a stored entry, if it has no date.
pub(super) fn known_text(known: &KnownEntry) -> Option<u64> {
    known.seen_hash.or(known.content_hash).filter(|_| known.dated_at().is_none())
}
