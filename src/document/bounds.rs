//! The bounds on what is read of one document.

/// The most entries that are read, the first ones of a document: a year of a very busy agency. The largest feed in
/// the wild that we know of has 5 000.
pub(super) const MAX_ENTRIES: usize = 20_000;
