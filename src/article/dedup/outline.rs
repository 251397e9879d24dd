//! Rules out most pairs of texts before they are compared word by word.

use super::LEAST_COMMON;
use super::compare::{COMMON_RUN, HEAD, TAIL};
use crate::article::fingerprint::{Sketch, runs};

/// How many bits the runs of a text ([`COMMON_RUN`] words in a row each) are spread over. The texts have 800 words at most, so
/// nine tenths of the bits stay zero, and two different runs rarely share a bit.
const BITS: usize = 8192;
const CELLS: usize = BITS / 64;

/// The runs of a text as bits. Two outlines show within a few hundred nanoseconds that two texts have hardly anything in common,
/// and within a microsecond or two that too few words of the one can stand in the other.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Number of words of the text.
    words: usize,
    unspaced: bool,
    runs: Box<[u64; CELLS]>,
    /// The bit of each run, in the order of the text.
    order: Box<[u16]>,
}

impl Outline {
    /// Returns the outline of a stored sketch; `None` if the bytes are not those of a sketch.
    pub fn of(sketch: &[u8]) -> Option<Self> {
        let sketch = Sketch::from_bytes(sketch)?;
        let mut bits = Box::new([0_u64; CELLS]);
        let order = runs(&sketch.text, sketch.scaled(COMMON_RUN)).map(|run| {
            let bit = (run % BITS as u64) as u16;
            if let Some(cell) = bits.get_mut(usize::from(bit) / 64) {
                *cell |= 1 << (bit % 64);
            }
            bit
        });
        let order = order.collect();
        Some(Self { words: sketch.text.len(), unspaced: sketch.unspaced, runs: bits, order })
    }

    /// Returns whether [`judge`](super::judge) is certain to keep the two entries apart, because too few runs of the
    /// shorter text can stand in the longer one. `false` means that they have to be compared.
    pub fn rules_out(&self, other: &Self, similarity: f64) -> bool {
        if self.unspaced != other.unspaced {
            return false;
        }
        // The judge decides which of two texts of equal length counts as the shorter, so both bounds must hold.
        match self.words.cmp(&other.words) {
            std::cmp::Ordering::Less => self.is_too_far_from(other, similarity),
            std::cmp::Ordering::Greater => other.is_too_far_from(self, similarity),
            std::cmp::Ordering::Equal => {
                self.is_too_far_from(other, similarity) && other.is_too_far_from(self, similarity)
            }
        }
    }

    /// Returns whether this text, which is the shorter, must have a score below `similarity` against `longer`.
    fn is_too_far_from(&self, longer: &Self, similarity: f64) -> bool {
        let scaled = |words: usize| if self.unspaced { 2 * words } else { words };
        if self.words < scaled(LEAST_COMMON) {
            // Two such short texts may still be one page that moved; `judge` then compares their words and no score.
            return false;
        }
        let run = scaled(COMMON_RUN);
        let run_count = (self.words + 1).saturating_sub(run);
        // Each bit that only the shorter text has stands for at least one run that the longer text lacks.
        let lacking =
            self.runs.iter().zip(longer.runs.iter()).map(|(own, there)| (own & !there).count_ones());
        let lacking = lacking.sum::<u32>() as usize;
        let least_counted = self.words.saturating_sub(scaled(HEAD + TAIL));
        // The one more word keeps a rounding error from ruling out a pair.
        let is_too_few = |common: usize| (common as f64) + 1.0 < similarity * least_counted as f64;
        is_too_few(run * run_count.saturating_sub(lacking)) || is_too_few(self.most_common(longer, run))
    }

    /// Returns how many words of this text stand at most in runs that the other text has, too. A run has `length` words.
    fn most_common(&self, other: &Self, length: usize) -> usize {
        let (mut common, mut marked) = (0, 0);
        for (start, bit) in self.order.iter().enumerate() {
            let cell = other.runs.get(usize::from(*bit) / 64).copied().unwrap_or_default();
            if cell >> (bit % 64) & 1 == 1 {
                common += start + length - marked.max(start);
                marked = start + length;
            }
        }
        common
    }
}
