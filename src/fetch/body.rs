//! Decodes bodies while they arrive, and never lets them grow beyond a cap.
//!
//! The HTTP client could decode too. But here the cap limits the decoded size, a plain body with a wrong `Content-Encoding` can
//! still be read, and a body that is cut off is recognised.

mod brotli_body;

use std::io::{self, Write};

use flate2::write::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{DParameter, Decoder as ZstdDecoder, Operation};

use self::brotli_body::BrotliBody;

/// The content codings that requests offer.
pub(crate) const ACCEPTED: &str = "gzip, br, zstd, deflate";

/// Largest window of zstd, as a power of two: 8 MiB, the limit of RFC 9659 for the web. A frame can't make the decoder allocate
/// gigabytes.
const ZSTD_WINDOW_LOG: u32 = 23;
/// Most bytes that one step of decoding gives, except for a piece that is not coded. Decoding the first bytes may give a few
/// such pieces.
const PIECE: usize = 32 * 1024;

/// Why a body can't be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// The decoded body is larger than the cap.
    #[error("over the cap")]
    TooLarge,
    /// The data is not what its `Content-Encoding` says, or it is damaged.
    #[error("the {0} data is broken: {1}")]
    Broken(&'static str, String),
    /// The data ends before its end mark.
    #[error("the {0} data is cut off")]
    CutOff(&'static str),
    /// The body has several codings, which riverd does not offer.
    #[error("its Content-Encoding `{0}` is not one that was offered")]
    SeveralCodings(String),
}

/// A content coding (RFC 9110 §8.4.1, RFC 7932, RFC 8878).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ContentCoding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Decodes a body piece by piece, and each piece in steps. A few KB can decode to as many MB, so each step has a bounded
/// output, and the caller can wait for memory between two steps.
pub(crate) struct BodyReader {
    decoder: Decoder,
}

enum Decoder {
    /// Too little data has come to see whether `Content-Encoding` is right.
    Undecided(ContentCoding, Vec<u8>, CappedBuffer),
    Plain(CappedBuffer),
    Gzip(GzDecoder<CappedBuffer>),
    /// Deflate data, with or without a zlib header.
    Deflate(Decompress, Progress, CappedBuffer),
    Brotli(BrotliBody),
    Zstd(ZstdDecoder<'static>, Progress, CappedBuffer),
}

/// Whether the end mark of the data was seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Not yet.
    Within,
    /// All data so far is decoded, and complete.
    Ended,
}

impl BodyReader {
    /// Creates a reader for a body with these `Content-Encoding` values and at most `cap` bytes after decoding.
    pub(crate) fn new<'a>(encodings: impl Iterator<Item = &'a str>, cap: u64) -> Result<Self, BodyError> {
        let buffer = CappedBuffer { bytes: Vec::new(), cap: usize::try_from(cap).unwrap_or(usize::MAX) };
        let mut codings: Vec<ContentCoding> =
            encodings.flat_map(|value| value.split(',')).filter_map(coding).collect();
        // Servers behind a proxy may name the same coding twice.
        codings.dedup();
        let decoder = match codings.as_slice() {
            [] => Decoder::Plain(buffer),
            [coding] => Decoder::Undecided(*coding, Vec::new(), buffer),
            several => {
                // A header can name thousands.
                let first = several.get(..4).unwrap_or(several);
                return Err(BodyError::SeveralCodings(format!("{first:?}").to_lowercase()));
            }
        };
        Ok(Self { decoder })
    }

    /// Takes the beginning of `piece` and decodes it, or goes on with what was taken before. Returns whether there is more to
    /// decode. Brotli is only taken; [`BodyReader::decode_rest`] decodes it.
    pub(crate) fn decode_some(&mut self, piece: &mut &[u8]) -> Result<bool, BodyError> {
        match &mut self.decoder {
            Decoder::Undecided(coding, start, buffer) => {
                let (sniffed, rest) = piece.split_at(piece.len().min(SNIFFED - start.len()));
                start.extend_from_slice(sniffed);
                *piece = rest;
                if start.len() == SNIFFED {
                    let (coding, start, buffer) = (*coding, std::mem::take(start), std::mem::take(buffer));
                    self.decide(coding, &start, buffer)?;
                }
                return Ok(!piece.is_empty());
            }
            Decoder::Plain(buffer) => {
                buffer.write_all(piece).map_err(|error| broken("plain", &error))?;
            }
            Decoder::Brotli(body) => body.add(piece)?,
            Decoder::Gzip(_) => return self.gunzip_some(piece),
            Decoder::Deflate(decoder, progress, buffer) => return inflate(decoder, progress, buffer, piece),
            Decoder::Zstd(decoder, progress, buffer) => return unzstd(decoder, progress, buffer, piece),
        }
        *piece = &[];
        Ok(false)
    }

    /// Decodes some of what waits until all of the body has come. Returns whether there is more to decode.
    pub(crate) fn decode_rest(&mut self) -> Result<bool, BodyError> {
        if let Decoder::Undecided(coding, start, buffer) = &mut self.decoder {
            let (coding, start, buffer) = (*coding, std::mem::take(start), std::mem::take(buffer));
            self.decide(coding, &start, buffer)?;
        }
        if let Decoder::Brotli(body) = &mut self.decoder { body.decode_some() } else { Ok(false) }
    }

    /// Returns whether [`BodyReader::decode_rest`] needs the window of a decoder, which may have 16 MiB.
    pub(crate) fn rest_needs_window(&self) -> bool {
        matches!(self.decoder, Decoder::Brotli(_) | Decoder::Undecided(ContentCoding::Brotli, ..))
    }

    /// Returns the number of bytes that it holds: those that were decoded, and those that wait to be decoded.
    pub(crate) fn len(&self) -> usize {
        match &self.decoder {
            Decoder::Undecided(_, start, _) => start.len(),
            Decoder::Plain(buffer) | Decoder::Deflate(_, _, buffer) | Decoder::Zstd(_, _, buffer) => {
                buffer.bytes.len()
            }
            Decoder::Gzip(decoder) => decoder.get_ref().bytes.len(),
            Decoder::Brotli(body) => body.len(),
        }
    }

    /// Returns the whole body, or why it can't be used. To be called after [`BodyReader::decode_rest`]. Some servers and their
    /// plugins leave out the end mark of coded data, or write a wrong checksum. Such a body is returned too if `is_whole`
    /// accepts the decoded bytes, unless it is coded with brotli.
    pub(crate) fn finish(self, is_whole: fn(&[u8]) -> bool) -> Result<Vec<u8>, BodyError> {
        let if_whole = |bytes: Vec<u8>, error| if is_whole(&bytes) { Ok(bytes) } else { Err(error) };
        match self.decoder {
            Decoder::Gzip(mut decoder) => {
                let end = decoder.try_finish().map_err(|error| unfinished("gzip", &error));
                let bytes = std::mem::take(&mut decoder.get_mut().bytes);
                match end {
                    Err(BodyError::TooLarge) => Err(BodyError::TooLarge),
                    Err(error) => if_whole(bytes, error),
                    Ok(()) => Ok(bytes),
                }
            }
            Decoder::Deflate(_, Progress::Within, buffer) => {
                if_whole(buffer.bytes, BodyError::CutOff("deflate"))
            }
            Decoder::Zstd(_, Progress::Within, buffer) => if_whole(buffer.bytes, BodyError::CutOff("zstd")),
            Decoder::Undecided(_, _, buffer)
            | Decoder::Plain(buffer)
            | Decoder::Deflate(_, _, buffer)
            | Decoder::Zstd(_, _, buffer) => Ok(buffer.bytes),
            Decoder::Brotli(body) => body.finish(),
        }
    }

    /// Returns what has been decoded so far, which is enough to recognise an error page. Data too short to decide its coding is
    /// returned as it came.
    pub(crate) fn into_prefix(self) -> Vec<u8> {
        match self.decoder {
            Decoder::Undecided(_, start, _) => start,
            Decoder::Plain(buffer) | Decoder::Deflate(_, _, buffer) | Decoder::Zstd(_, _, buffer) => {
                buffer.bytes
            }
            Decoder::Gzip(mut decoder) => std::mem::take(&mut decoder.get_mut().bytes),
            Decoder::Brotli(body) => body.decoded.bytes,
        }
    }

    /// Chooses the decoder by the first bytes of the data. Data with the mark of gzip, zlib or zstd is decoded as such, because
    /// some servers name another coding. If `Content-Encoding` promises gzip or zstd and the mark is missing, nothing is
    /// decoded. Deflate and brotli have no mark, so such data is decoded unless it is empty or looks like text.
    fn decide(&mut self, coding: ContentCoding, start: &[u8], buffer: CappedBuffer) -> Result<(), BodyError> {
        let coding = coding_by_mark(start).unwrap_or(coding);
        let is_coded = match coding {
            ContentCoding::Gzip => start.starts_with(&[0x1f, 0x8b]),
            ContentCoding::Zstd => start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) || is_skippable_frame(start),
            ContentCoding::Deflate | ContentCoding::Brotli => !start.is_empty() && !looks_like_text(start),
        };
        self.decoder = match coding {
            _ if !is_coded => Decoder::Plain(buffer),
            ContentCoding::Gzip => Decoder::Gzip(GzDecoder::new(buffer)),
            ContentCoding::Deflate => {
                Decoder::Deflate(Decompress::new(has_zlib_header(start)), Progress::Within, buffer)
            }
            ContentCoding::Brotli => Decoder::Brotli(BrotliBody::new(buffer)),
            ContentCoding::Zstd => {
                let mut decoder = ZstdDecoder::new().map_err(|error| broken("zstd", &error))?;
                decoder
                    .set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG))
                    .map_err(|error| broken("zstd", &error))?;
                Decoder::Zstd(decoder, Progress::Within, buffer)
            }
        };
        let mut start = start;
        while self.decode_some(&mut start)? {}
        Ok(())
    }

    /// Decodes some gzip, which is a sequence of members (RFC 1952 §2.2). Zeros or junk after the last member are ignored,
    /// unless the junk begins like a member (0x1f).
    fn gunzip_some(&mut self, piece: &mut &[u8]) -> Result<bool, BodyError> {
        let Decoder::Gzip(decoder) = &mut self.decoder else { return Ok(false) };
        let taken = decoder.write(piece).map_err(|error| broken("gzip", &error))?;
        if taken > 0 {
            *piece = piece.get(taken..).unwrap_or_default();
        } else if piece.starts_with(&[0x1f]) {
            decoder.try_finish().map_err(|error| broken("gzip", &error))?;
            let buffer = std::mem::take(decoder.get_mut());
            *decoder = GzDecoder::new(buffer);
        } else {
            *piece = &[];
        }
        Ok(!piece.is_empty())
    }
}

/// How many bytes are needed to recognise a coding.
const SNIFFED: usize = 16;

fn coding(token: &str) -> Option<ContentCoding> {
    match token.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => Some(ContentCoding::Gzip),
        "deflate" => Some(ContentCoding::Deflate),
        "br" => Some(ContentCoding::Brotli),
        "zstd" => Some(ContentCoding::Zstd),
        // `identity`, and values that servers send by mistake: `utf-8`, `none`, `binary`.
        _ => None,
    }
}

/// Returns the coding whose mark the data begins with. Deflate counts only with the zlib headers that encoders write.
fn coding_by_mark(start: &[u8]) -> Option<ContentCoding> {
    match start {
        [0x1f, 0x8b, 8, ..] => Some(ContentCoding::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(ContentCoding::Zstd),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some(ContentCoding::Deflate),
        _ => None,
    }
}

/// Returns whether data has a zlib header (RFC 1950: method 8, and the first two bytes are a multiple of 31). Servers send
/// deflate data both with and without it.
fn has_zlib_header(start: &[u8]) -> bool {
    matches!(start, [first, second, ..] if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

/// Returns whether data begins with a skippable zstd frame (RFC 8878 §3.1.2).
fn is_skippable_frame(start: &[u8]) -> bool {
    matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Returns whether data begins like a document and not like coded data. After a BOM and blanks, which may be absent, `<` or `{`
/// comes first, and the first [`SNIFFED`] bytes are printable ASCII characters or blanks.
fn looks_like_text(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    matches!(start.first(), Some(b'<' | b'{'))
        && start.iter().take(SNIFFED).all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e))
}

/// Decodes some deflate data. Returns whether there is more to decode.
fn inflate(
    decoder: &mut Decompress,
    progress: &mut Progress,
    buffer: &mut CappedBuffer,
    piece: &mut &[u8],
) -> Result<bool, BodyError> {
    if *progress == Progress::Ended {
        *piece = &[];
        return Ok(false);
    }
    let mut room = vec![0; PIECE];
    let (before_in, before_out) = (decoder.total_in(), decoder.total_out());
    let status = decoder
        .decompress(piece, &mut room, FlushDecompress::None)
        .map_err(|error| BodyError::Broken("deflate", error.to_string()))?;
    let (taken, given) = (decoder.total_in() - before_in, decoder.total_out() - before_out);
    *piece = piece.get(taken as usize..).unwrap_or_default();
    let given = room.get(..given as usize).unwrap_or_default();
    buffer.write_all(given).map_err(|error| broken("deflate", &error))?;
    if status == Status::StreamEnd {
        *progress = Progress::Ended;
    }
    Ok(taken > 0 || !given.is_empty())
}

/// Decodes some zstd data. Returns whether there is more to decode.
fn unzstd(
    decoder: &mut ZstdDecoder<'static>,
    progress: &mut Progress,
    buffer: &mut CappedBuffer,
    piece: &mut &[u8],
) -> Result<bool, BodyError> {
    // Without further data a complete frame must not be taken for the beginning of another one.
    if *progress == Progress::Ended && piece.is_empty() {
        return Ok(false);
    }
    let mut room = vec![0; PIECE];
    let step = match decoder.run_on_buffers(piece, &mut room) {
        Ok(step) => step,
        // This is junk after a complete frame.
        Err(_) if *progress == Progress::Ended => {
            *piece = &[];
            return Ok(false);
        }
        Err(error) => return Err(broken("zstd", &error)),
    };
    *piece = piece.get(step.bytes_read..).unwrap_or_default();
    let given = room.get(..step.bytes_written).unwrap_or_default();
    buffer.write_all(given).map_err(|error| broken("zstd", &error))?;
    *progress = if step.remaining == 0 { Progress::Ended } else { Progress::Within };
    Ok(!piece.is_empty() || given.len() == PIECE)
}

/// Collects decoded bytes, up to the cap.
#[derive(Default)]
struct CappedBuffer {
    bytes: Vec<u8>,
    cap: usize,
}

/// The error of a full [`CappedBuffer`], which a decoder passes on.
#[derive(Debug, thiserror::Error)]
#[error("over the cap")]
struct CapExceeded;

impl Write for CappedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.cap.saturating_sub(self.bytes.len());
        match bytes.get(..room) {
            Some(fitting) if fitting.len() < bytes.len() => {
                self.bytes.extend_from_slice(fitting);
                Err(io::Error::other(CapExceeded))
            }
            _ => {
                self.bytes.extend_from_slice(bytes);
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn broken(coding: &'static str, error: &io::Error) -> BodyError {
    match error.get_ref() {
        Some(inner) if inner.is::<CapExceeded>() => BodyError::TooLarge,
        _ => BodyError::Broken(coding, error.to_string()),
    }
}

/// Turns the error of a decoder at the end of the data into [`BodyError::CutOff`], unless the body is too large.
fn unfinished(coding: &'static str, error: &io::Error) -> BodyError {
    match broken(coding, error) {
        BodyError::TooLarge => BodyError::TooLarge,
        _ => BodyError::CutOff(coding),
    }
}

#[cfg(test)]
mod tests;
