//! How much of one document is read.

/// How many entries of a document are read; later ones are left out. A busy news agency publishes this many in a year.
/// The largest known public feed has 5 000.
pub(super) const MAX_ENTRIES: usize = 20_000;
