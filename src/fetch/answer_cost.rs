//! Bounds what a body costs while it arrives: its bytes before decoding, the number of its pieces, and the time that decoding
//! takes.
//!
//! With a cap on the decoded bytes alone, a server could send frames that decode to nothing for ever, or one byte at a time.

use std::time::{Duration, Instant};

use super::failure::failure;
use crate::model::{Failure, FailureKind};

/// Number of bytes that may arrive beyond the cap on decoded bytes. Coded data is smaller than what it decodes to, except for
/// the headers of frames.
const OVERHEAD: u64 = 64 << 10;

/// How many pieces of any size may arrive. A server that sends each line of its document separately sends a few thousand.
const SMALL_PIECES: u64 = 16_384;

/// Each piece beyond [`SMALL_PIECES`] may arrive only if the body has at least this many bytes for every such piece. A flood
/// of one-byte chunks costs more than a thousand times as much computing time as the same bytes in one piece.
const BYTES_PER_PIECE: u64 = 256;

/// How much computing time decoding may take. Decoding 16 MiB takes 0.1 s on a small machine.
const DECODING: Duration = Duration::from_secs(5);

/// What a body has cost so far.
#[derive(Debug)]
pub(crate) struct AnswerCost {
    /// How many bytes may arrive.
    cap: u64,
    /// How many bytes have arrived.
    bytes: u64,
    /// In how many pieces they arrived.
    pieces: u64,
    /// How long decoding them has taken.
    decoding: Duration,
}

impl AnswerCost {
    /// Starts to count for a body of at most `cap` decoded bytes.
    pub(crate) fn new(cap: u64) -> Self {
        Self { cap: cap.saturating_add(OVERHEAD), bytes: 0, pieces: 0, decoding: Duration::ZERO }
    }

    /// Counts a piece of this many bytes, and fails if that is too much.
    pub(crate) fn add_piece(&mut self, bytes: usize) -> Result<(), Failure> {
        self.bytes += bytes as u64;
        self.pieces += 1;
        if self.bytes > self.cap {
            return Err(too_costly(&format!("it has more than {} KiB of coded data", self.cap >> 10)));
        }
        let pieces = self.pieces.saturating_sub(SMALL_PIECES);
        if pieces * BYTES_PER_PIECE > self.bytes {
            return Err(too_costly(&format!("it came as {} bytes in {} pieces", self.bytes, self.pieces)));
        }
        Ok(())
    }

    /// Runs a step of decoding, and fails if all steps together take too long.
    pub(crate) fn decode<T>(&mut self, step: impl FnOnce() -> T) -> Result<T, Failure> {
        let began = Instant::now();
        let decoded = step();
        self.decoding += began.elapsed();
        if self.decoding > DECODING {
            return Err(too_costly(&format!("decoding it takes longer than {} s", DECODING.as_secs())));
        }
        Ok(decoded)
    }
}

fn too_costly(why: &str) -> Failure {
    let hint = "the server misbehaves, or attacks; if other readers can read the feed, please report this";
    failure(FailureKind::TooLarge, format!("the answer costs too much to read: {why}"), Some(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_that_decodes_to_nothing_is_bounded_by_its_own_bytes() {
        let mut cost = AnswerCost::new(1 << 20);
        let refused = (0..1000).find_map(|_| cost.add_piece(16 << 10).err()).unwrap();
        assert_eq!(refused.kind, FailureKind::TooLarge);
        assert!(refused.message.contains("1088 KiB of coded data"), "{}", refused.message);
    }

    #[test]
    fn a_body_in_one_byte_pieces_is_refused_and_one_in_lines_is_not() {
        let mut cost = AnswerCost::new(16 << 20);
        let pieces = (1..1_000_000).find(|_| cost.add_piece(1).is_err()).unwrap();
        assert!(pieces < 20_000, "{pieces}");
        let mut cost = AnswerCost::new(16 << 20);
        assert!((0..50_000).all(|_| cost.add_piece(300).is_ok()), "lines of a document were refused");
        let mut cost = AnswerCost::new(16 << 20);
        assert!(
            (0..16_000).all(|_| cost.add_piece(10).is_ok()),
            "a short document in small pieces was refused"
        );
    }
}
