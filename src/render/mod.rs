//! A merged feed as bytes: RSS, Atom, JSON Feed, a page. Pure.

use std::sync::Arc;

use crate::time::Timestamp;

/// One rendered document with everything a conditional GET needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Representation {
    /// With charset.
    pub media_type: &'static str,
    /// As is.
    pub identity: Arc<[u8]>,
    /// Compressed ahead of requests.
    pub gzip: Arc<[u8]>,
    /// Compressed ahead of requests.
    pub brotli: Arc<[u8]>,
    /// Compressed ahead of requests.
    pub zstd: Arc<[u8]>,
    /// Strong, of the identity bytes, quoted.
    pub etag: String,
    /// The newest of its articles' times.
    pub last_modified: Option<Timestamp>,
}
