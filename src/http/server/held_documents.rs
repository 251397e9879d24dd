//! The documents that answers keep in memory until their clients have received them.
//!
//! A document that is replaced or leaves the cache stays in memory as long as a client still receives it. Clients that ask for
//! many different documents and do not read them could keep any amount of memory in use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;

/// Smaller documents are not counted: most of them fit into the send buffer of their connection.
const COUNTED_FROM: usize = 16 * 1024;

/// Identifies a document by where it is in memory: the address and the length of its bytes.
pub(super) type MemoryRange = (usize, usize);

/// The documents that are being sent, each counted once, however many clients receive it.
#[derive(Debug, Default)]
pub(super) struct HeldDocuments(Mutex<HeldList>);

#[derive(Debug, Default)]
struct HeldList {
    documents: HashMap<MemoryRange, Weak<HeldDocument>>,
    /// Total size of `documents` in bytes.
    bytes: usize,
}

/// A document that at least one client receives.
#[derive(Debug)]
struct HeldDocument {
    bytes: Bytes,
    list: Arc<HeldDocuments>,
}

impl HeldDocuments {
    /// Counts a document until the returned bytes are dropped, which have the same content. Also returns its range in memory,
    /// or `None` if it is too small to be counted.
    pub(super) fn hold(self: &Arc<Self>, bytes: Bytes) -> (Bytes, Option<MemoryRange>) {
        if bytes.len() < COUNTED_FROM {
            return (bytes, None);
        }
        let range = range_of(&bytes);
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = list.documents.get(&range).and_then(Weak::upgrade);
        let document = known.unwrap_or_else(|| {
            let document = Arc::new(HeldDocument { bytes, list: Arc::clone(self) });
            // An entry of a document that is just being dropped may still be there.
            if list.documents.insert(range, Arc::downgrade(&document)).is_none() {
                list.bytes += range.1;
            }
            document
        });
        drop(list);
        (Bytes::from_owner(ReceivedDocument(document)), Some(range))
    }

    /// Returns the documents that are in memory only because clients still receive them. Returns none if all documents that are
    /// being sent have at most `limit` bytes together.
    pub(super) fn orphans_beyond(&self, limit: usize) -> Vec<MemoryRange> {
        let list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if list.bytes <= limit {
            return Vec::new();
        }
        let documents: Vec<_> = list.documents.values().filter_map(Weak::upgrade).collect();
        // Dropping the last reference to a document takes the lock, so it must be free by then.
        drop(list);
        let orphans = documents.iter().filter(|document| document.bytes.is_unique());
        orphans.map(|document| range_of(&document.bytes)).collect()
    }
}

impl Drop for HeldDocument {
    fn drop(&mut self) {
        let range = range_of(&self.bytes);
        let mut list = self.list.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The same document may have been held again meanwhile.
        if list.documents.get(&range).is_some_and(|known| known.strong_count() == 0) {
            list.documents.remove(&range);
            list.bytes = list.bytes.saturating_sub(range.1);
        }
    }
}

/// The bytes of a document while one client receives it.
struct ReceivedDocument(Arc<HeldDocument>);

impl AsRef<[u8]> for ReceivedDocument {
    fn as_ref(&self) -> &[u8] {
        &self.0.bytes
    }
}

fn range_of(bytes: &Bytes) -> MemoryRange {
    (bytes.as_ptr().addr(), bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(length: usize) -> Bytes {
        Bytes::from(vec![b'x'; length])
    }

    #[test]
    fn a_document_counts_once_and_as_long_as_a_client_receives_it() {
        let held = Arc::new(HeldDocuments::default());
        let cached = document(100_000);
        let (first, range) = held.hold(cached.clone());
        let (second, same_range) = held.hold(cached.clone());
        assert_eq!((first.len(), range), (100_000, same_range));
        assert_eq!(held.orphans_beyond(100_000), [], "it is within the limit");
        assert_eq!(held.orphans_beyond(99_999), [], "the cache has it too");
        drop(cached);
        drop(first);
        assert_eq!(held.orphans_beyond(99_999), [same_range.unwrap()]);
        drop(second);
        assert_eq!(held.0.lock().unwrap().bytes, 0);
        assert_eq!(held.orphans_beyond(0), []);
    }

    #[test]
    fn a_small_document_is_not_counted() {
        let held = Arc::new(HeldDocuments::default());
        let (_bytes, range) = held.hold(document(COUNTED_FROM - 1));
        assert_eq!((range, held.orphans_beyond(0)), (None, vec![]));
    }
}
