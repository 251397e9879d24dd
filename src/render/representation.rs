//! A rendered document, compressed before it is served. Each content coding has an entity tag of its own.

use std::fs::File;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// One rendered document in its codings, with their entity tags. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct Representation {
    /// Media type with its charset.
    pub media_type: &'static str,
    /// The first 128 bits of the SHA-256 of the uncompressed bytes, in hex.
    pub digest: String,
    /// The entity tags of the codings, in the order of [`Coding::ALL`].
    etags: Arc<[String; 4]>,
    identity: Bytes,
    /// The compressed codings, once [`Representation::compress`] has made them.
    compressed: Arc<OnceLock<CompressedBodies>>,
    /// The files of the codings, in the order of [`Coding::ALL`].
    files: Arc<[DocumentFile; 4]>,
}

/// A document in its compressed codings. A coding that doesn't make the document smaller is left out.
#[derive(Debug)]
struct CompressedBodies {
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
    zstd: Option<Bytes>,
}

/// A document in one coding, perhaps with a file that has the same bytes. Dropping the document drops its file.
#[derive(Clone, Debug)]
pub struct EncodedDocument {
    /// The bytes to send.
    pub bytes: Bytes,
    coding: Coding,
    files: Arc<[DocumentFile; 4]>,
}

/// A file with the same bytes as a document, which can be sent without copying it.
#[derive(Default, Debug)]
struct DocumentFile {
    /// Whether the document was sent before.
    is_sent: AtomicBool,
    /// The file, once someone has tried to make it.
    file: OnceLock<Option<Arc<File>>>,
}

impl EncodedDocument {
    /// Returns a file with the same bytes. `make` makes the file, or returns `None` if it can't. The first call returns `None`,
    /// because a document that is sent only once needs no file.
    pub fn file(&self, make: impl FnOnce(&[u8]) -> Option<File>) -> Option<Arc<File>> {
        let [identity, gzip, brotli, zstd] = &*self.files;
        let slot = match self.coding {
            Coding::Identity => identity,
            Coding::Gzip => gzip,
            Coding::Brotli => brotli,
            Coding::Zstd => zstd,
        };
        if !slot.is_sent.swap(true, Ordering::Relaxed) {
            return None;
        }
        slot.file.get_or_init(|| make(&self.bytes).map(Arc::new)).clone()
    }
}

/// A content coding that riverd serves (RFC 9110 §8.4.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Coding {
    /// No compression.
    Identity,
    /// gzip (RFC 1952).
    Gzip,
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Coding {
    /// Every coding once.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Gzip, Self::Brotli, Self::Zstd];

    /// Returns the coding's name in `Accept-Encoding` and `Content-Encoding`.
    pub const fn token(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

// The compression levels were measured on a river of 200 full articles. A higher level takes several times the CPU time
// and saves a few per cent of the size.

const GZIP_LEVEL: u32 = 6;
const BROTLI_QUALITY: u32 = 5;
const ZSTD_LEVEL: i32 = 6;
/// Brotli's window, as a power of two: 4 MiB, which holds most rivers whole. A window as small as the document was measured to
/// need more memory, not less.
const BROTLI_WINDOW: u32 = 22;

impl Representation {
    /// Returns the document `bytes` in every coding.
    pub fn new(media_type: &'static str, bytes: Vec<u8>) -> Self {
        let representation = Self::uncompressed(media_type, bytes);
        representation.compress();
        representation
    }

    /// Returns the document `bytes`, which lacks all compressed codings until [`Self::compress`] is called.
    pub(super) fn uncompressed(media_type: &'static str, bytes: Vec<u8>) -> Self {
        let digest = Sha256::digest(&bytes);
        let digest = hex::encode(digest.get(..16).unwrap_or_default());
        let etags = Arc::new(Coding::ALL.map(|coding| etag(&digest, coding)));
        let identity = without_spare_room(bytes);
        Self { media_type, digest, etags, identity, compressed: Arc::default(), files: Arc::default() }
    }

    /// Compresses the document in every coding, unless that was done before. Its clones are compressed with it.
    pub fn compress(&self) {
        let bytes = &self.identity;
        let if_smaller = |compressed: Vec<u8>| {
            let is_smaller = !compressed.is_empty() && compressed.len() < bytes.len();
            is_smaller.then(|| without_spare_room(compressed))
        };
        self.compressed.get_or_init(|| CompressedBodies {
            gzip: if_smaller(gzip(bytes)),
            brotli: if_smaller(brotli(bytes)),
            zstd: if_smaller(zstd(bytes)),
        });
    }

    /// Returns the bytes in a coding. `None` if the coding was left out.
    pub fn body(&self, coding: Coding) -> Option<&Bytes> {
        match coding {
            Coding::Identity => Some(&self.identity),
            Coding::Gzip => self.compressed.get()?.gzip.as_ref(),
            Coding::Brotli => self.compressed.get()?.brotli.as_ref(),
            Coding::Zstd => self.compressed.get()?.zstd.as_ref(),
        }
    }

    /// Returns the document in a coding, or uncompressed if it lacks that coding.
    pub fn encoded(&self, coding: Coding) -> EncodedDocument {
        let (coding, bytes) = match self.body(coding) {
            Some(bytes) => (coding, bytes),
            None => (Coding::Identity, &self.identity),
        };
        EncodedDocument { bytes: bytes.clone(), coding, files: Arc::clone(&self.files) }
    }

    /// Returns the uncompressed bytes.
    pub fn identity(&self) -> &Bytes {
        &self.identity
    }

    /// Returns the strong entity tag of a coding, with its quotes.
    ///
    /// Each coding has different bytes, so each needs a strong tag of its own (RFC 9110 §8.8.3.3). The suffix is the
    /// one that Apache adds, so readers and proxies are used to it.
    pub fn etag(&self, coding: Coding) -> &str {
        let [identity, gzip, brotli, zstd] = &*self.etags;
        match coding {
            Coding::Identity => identity,
            Coding::Gzip => gzip,
            Coding::Brotli => brotli,
            Coding::Zstd => zstd,
        }
    }

    /// Returns the size in memory of the document in all its codings, in bytes.
    pub fn size(&self) -> usize {
        Coding::ALL.into_iter().filter_map(|coding| self.body(coding)).map(Bytes::len).sum()
    }
}

/// Converts bytes that are kept until the next change of the river. A buffer that was written to has room for more, and
/// Zstandard begins with room for the whole uncompressed document.
fn without_spare_room(bytes: Vec<u8>) -> Bytes {
    Bytes::from(bytes.into_boxed_slice())
}

fn etag(digest: &str, coding: Coding) -> String {
    match coding {
        Coding::Identity => format!("\"{digest}\""),
        compressed => format!("\"{digest}-{}\"", compressed.token()),
    }
}

// Writing to memory does not fail. If it did, these functions would return nothing, and the coding would be left out.

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut compressed, 4096, BROTLI_QUALITY, BROTLI_WINDOW);
    let result = encoder.write_all(bytes).and_then(|()| encoder.flush());
    drop(encoder);
    if result.is_ok() { compressed } else { Vec::new() }
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, ZSTD_LEVEL).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn unpacked(representation: &Representation, coding: Coding) -> Vec<u8> {
        let body = representation.body(coding).unwrap();
        let mut plain = Vec::new();
        match coding {
            Coding::Identity => plain.extend_from_slice(body),
            Coding::Gzip => {
                flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap();
            }
            Coding::Brotli => {
                brotli::Decompressor::new(&body[..], 4096).read_to_end(&mut plain).unwrap();
            }
            Coding::Zstd => plain = zstd::stream::decode_all(&body[..]).unwrap(),
        }
        plain
    }

    #[test]
    fn a_document_gets_its_file_when_it_is_sent_again() {
        let representation = Representation::new("text/plain", "The river flows. ".repeat(500).into_bytes());
        let document = representation.encoded(Coding::Gzip);
        let made = std::cell::Cell::new(0);
        let make = |bytes: &[u8]| {
            assert_eq!(*bytes, **representation.body(Coding::Gzip).unwrap());
            made.set(made.get() + 1);
            tempfile::tempfile().ok()
        };
        assert!(document.file(make).is_none());
        assert!(document.file(make).is_some());
        assert!(representation.clone().encoded(Coding::Gzip).file(make).is_some());
        assert_eq!(made.get(), 1);
        assert!(representation.encoded(Coding::Identity).file(make).is_none());
    }

    #[test]
    fn every_coding_unpacks_to_the_same_bytes_and_has_a_tag_of_its_own() {
        let bytes = "The river flows. ".repeat(500).into_bytes();
        let representation = Representation::new("text/plain", bytes.clone());
        let mut tags: Vec<_> = Coding::ALL.map(|coding| representation.etag(coding).to_owned()).to_vec();
        for coding in Coding::ALL {
            assert_eq!(unpacked(&representation, coding), bytes, "{coding:?}");
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4);
    }

    #[test]
    fn a_document_has_its_tags_before_it_is_compressed_and_its_clones_are_compressed_with_it() {
        let bytes = "The river flows. ".repeat(500).into_bytes();
        let representation = Representation::uncompressed("text/plain", bytes.clone());
        let clone = representation.clone();
        assert_eq!(Coding::ALL.map(|coding| clone.body(coding).is_some()), [true, false, false, false]);
        representation.compress();
        let complete = Representation::new("text/plain", bytes);
        for coding in Coding::ALL {
            assert_eq!(clone.body(coding), complete.body(coding));
            assert_eq!(clone.etag(coding), complete.etag(coding));
        }
    }

    #[test]
    fn the_tag_depends_only_on_the_bytes() {
        let tag = |bytes: &[u8]| {
            Representation::new("text/plain", bytes.to_vec()).etag(Coding::Identity).to_owned()
        };
        // The expected tag is the first half of `printf abc | sha256sum`.
        assert_eq!(tag(b"abc"), "\"ba7816bf8f01cfea414140de5dae2223\"");
        assert_ne!(tag(b"abc"), tag(b"abd"));
    }

    #[test]
    fn a_coding_that_saves_nothing_is_not_served() {
        let tiny = Representation::new("text/plain", b"x".to_vec());
        assert_eq!(Coding::ALL.map(|coding| tiny.body(coding).is_some()), [true, false, false, false]);
    }
}
