//! Decodes brotli (RFC 7932), once all of the data has come.
//!
//! A decoder of brotli keeps a window of up to 16 MiB, which a few bytes can fill, so a server that sends those and then hangs
//! would hold that memory. The coded data takes little.

use std::io::Write as _;

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};

use super::{BodyError, CappedBuffer, PIECE, broken};

/// Number of coded bytes that may come beyond the cap on decoded bytes.
const OVERHEAD: usize = 64 << 10;

/// A body in brotli.
pub(super) struct BrotliBody {
    coded: CappedBuffer,
    decoder: Option<Box<Decoder>>,
    pub(super) decoded: CappedBuffer,
}

struct Decoder {
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    /// How many of the coded bytes were taken.
    taken: usize,
    has_ended: bool,
}

impl BrotliBody {
    /// Begins a body that is decoded into `decoded`.
    pub(super) fn new(decoded: CappedBuffer) -> Self {
        let coded = CappedBuffer { bytes: Vec::new(), cap: decoded.cap.saturating_add(OVERHEAD) };
        Self { coded, decoder: None, decoded }
    }

    /// Keeps the next coded bytes.
    pub(super) fn add(&mut self, coded: &[u8]) -> Result<(), BodyError> {
        self.coded.write_all(coded).map_err(|error| broken("brotli", &error))
    }

    /// Returns how many bytes it holds, coded and decoded.
    pub(super) fn len(&self) -> usize {
        self.coded.bytes.len() + self.decoded.bytes.len()
    }

    /// Decodes some of the coded bytes, at most [`PIECE`] bytes of output. Returns whether there may be more.
    pub(super) fn decode_some(&mut self) -> Result<bool, BodyError> {
        let decoder = self.decoder.get_or_insert_with(|| {
            let memory = StandardAlloc::default;
            Box::new(Decoder {
                state: BrotliState::new(memory(), memory(), memory()),
                taken: 0,
                has_ended: false,
            })
        });
        if decoder.has_ended {
            return Ok(false);
        }
        let mut room = vec![0; PIECE];
        let (mut left, mut space, mut given) = (self.coded.bytes.len() - decoder.taken, PIECE, 0);
        let outcome = BrotliDecompressStream(
            &mut left,
            &mut decoder.taken,
            &self.coded.bytes,
            &mut space,
            &mut given,
            &mut room,
            &mut 0,
            &mut decoder.state,
        );
        let given = room.get(..given).unwrap_or_default();
        self.decoded.write_all(given).map_err(|error| broken("brotli", &error))?;
        match outcome {
            BrotliResult::NeedsMoreOutput => Ok(true),
            // Data after the end mark is ignored.
            BrotliResult::ResultSuccess => {
                decoder.has_ended = true;
                Ok(false)
            }
            BrotliResult::NeedsMoreInput => Ok(false),
            BrotliResult::ResultFailure => {
                Err(BodyError::Broken("brotli", "it is no valid data of this coding".to_owned()))
            }
        }
    }

    /// Returns the decoded body, if its end mark was decoded.
    pub(super) fn finish(self) -> Result<Vec<u8>, BodyError> {
        if self.decoder.is_some_and(|decoder| decoder.has_ended) {
            Ok(self.decoded.bytes)
        } else {
            Err(BodyError::CutOff("brotli"))
        }
    }
}
