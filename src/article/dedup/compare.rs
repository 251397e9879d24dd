//! Two texts side by side: how much of the shorter stands in the longer, and where the two say different things.

use std::collections::HashSet;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::article::fingerprint::{Sketch, WordHash, WordKind, runs};

/// Words in a row that count as taken over. Two are shared by any texts of a language; with more, each word that was
/// changed costs its neighbours too.
const TAKEN_OVER: usize = 3;
/// Words in a row of a cut: who shortens a text leaves its sentences alone.
const CUT: usize = 8;
/// Words before the common part that may be a dateline, a by-line, a player's label.
pub const HEAD: usize = 10;
/// Words behind it that may be a by-line, "read more", "the post … appeared first on …".
const TAIL: usize = 15;
/// Words in a place where one value stands instead of another; more is another passage.
const SLOT: usize = 12;

/// How much two texts have in common.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Overlap {
    /// The share of the shorter text that was taken over, from 0 to 1. Up to [`HEAD`] and [`TAIL`] words around the
    /// common part are left out of account.
    pub score: f64,
    /// Words of the shorter text that were taken over.
    pub common: usize,
    /// Words of the shorter text before the first of them.
    pub head: usize,
    /// Words of the longer text before the first that it shares.
    pub skipped: usize,
    /// The share of the longer text that is common, from 0 to 1.
    pub of_longer: f64,
}

impl Overlap {
    /// Compares the texts. Linear in their lengths.
    pub fn of(shorter: &Sketch, longer: &Sketch) -> Self {
        let run = shorter.measure(TAKEN_OVER);
        let here = taken_over(&shorter.text, &longer.text, run);
        let there = taken_over(&longer.text, &shorter.text, run);
        let common = count(&here);
        Self {
            score: share(common, without_edges(shorter, &here)),
            common,
            head: leading(here.iter()),
            skipped: leading(there.iter()),
            of_longer: share(count(&there), there.len()),
        }
    }
}

/// The share of the shorter text that was taken over in whole phrases, as a summary is cut from a text.
pub fn cut_share(shorter: &Sketch, longer: &Sketch) -> f64 {
    let cut = taken_over(&shorter.text, &longer.text, shorter.measure(CUT));
    share(count(&cut), without_edges(shorter, &cut))
}

/// Which words of `text` stand in a run of `length` words that `other` has too.
fn taken_over(text: &[WordHash], other: &[WordHash], length: usize) -> Vec<bool> {
    let known: HashSet<u64> = runs(other, length).collect();
    let mut taken = vec![false; text.len()];
    for (start, run) in runs(text, length).enumerate() {
        if known.contains(&run) {
            taken.iter_mut().skip(start).take(length).for_each(|word| *word = true);
        }
    }
    taken
}

fn count(taken: &[bool]) -> usize {
    taken.iter().filter(|word| **word).count()
}

fn leading<'a>(mut taken: impl ExactSizeIterator<Item = &'a bool>) -> usize {
    let all = taken.len();
    taken.position(|word| *word).unwrap_or(all)
}

fn without_edges(sketch: &Sketch, taken: &[bool]) -> usize {
    let head = leading(taken.iter()).min(sketch.measure(HEAD));
    let tail = leading(taken.iter().rev()).min(sketch.measure(TAIL));
    taken.len().saturating_sub(head + tail)
}

/// The numbers and names that both texts have, each once.
pub fn shared_facts(shorter: &Sketch, longer: &Sketch) -> usize {
    let facts = |text: &[WordHash]| -> HashSet<u32> {
        text.iter().filter(|token| token.kind() != WordKind::Plain).map(|token| token.word()).collect()
    };
    facts(&shorter.text).intersection(&facts(&longer.text)).count()
}

/// `part` of `whole`, from 0 to 1; 0 of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// How often two texts say different things in the same place.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Conflicts {
    /// Between common parts.
    pub inside: usize,
    /// Before the first or behind the last common part, where by-lines differ too.
    pub at_edges: usize,
    /// Those of them that are numbers, which by-lines and agency tags have not.
    pub numbers_at_edges: usize,
}

impl Conflicts {
    /// Aligns the texts (Myers) and looks at every place where both have words of their own. About quadratic in what
    /// differs, so for texts that were found alike.
    pub fn between(shorter: &Sketch, longer: &Sketch) -> Self {
        let words = (EntryWords::of(shorter), EntryWords::of(longer));
        let gaps = gaps(&shorter.text, &longer.text, shorter.measure(2));
        let last = gaps.len().saturating_sub(1);
        let slot = shorter.measure(SLOT);
        let mut found = Self::default();
        for (place, (here, there)) in gaps.into_iter().enumerate() {
            let here = shorter.text.get(here).unwrap_or_default();
            let there = longer.text.get(there).unwrap_or_default();
            if here.is_empty() || there.is_empty() {
                continue;
            }
            let is_slot = here.len().max(there.len()) <= slot;
            let own = |kind| (words.1.lack(here, kind), words.0.lack(there, kind));
            let (numbers, names) = (own(WordKind::Number), own(WordKind::Name));
            let both = numbers == (true, true) || names == (true, true);
            if place == 0 || place == last {
                found.at_edges += usize::from(both && is_slot);
                found.numbers_at_edges += usize::from(numbers == (true, true) && is_slot);
            } else {
                // `two billion` against `1.5 billion`: one number is enough where nothing else differs.
                found.inside += usize::from(both || (is_slot && numbers.0 != numbers.1));
            }
        }
        found
    }
}

/// The places between common parts, in both texts. Common parts below `least` words are chance.
fn gaps(shorter: &[WordHash], longer: &[WordHash], least: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let plain = |text: &[WordHash]| text.iter().map(|token| token.word()).collect::<Vec<u32>>();
    let mut gaps = Vec::new();
    let (mut here, mut there) = (0, 0);
    for part in capture_diff_slices(Algorithm::Myers, &plain(shorter), &plain(longer)) {
        if let DiffOp::Equal { old_index, new_index, len } = part
            && len >= least
        {
            gaps.push((here..old_index, there..new_index));
            (here, there) = (old_index + len, new_index + len);
        }
    }
    gaps.push((here..shorter.len(), there..longer.len()));
    gaps
}

/// All words of an entry, title and text.
pub struct EntryWords(HashSet<u32>);

impl EntryWords {
    /// Those of `sketch`.
    pub fn of(sketch: &Sketch) -> Self {
        Self(sketch.title.iter().chain(&sketch.text).map(|token| token.word()).collect())
    }

    /// Whether it is one of them.
    pub fn has(&self, token: WordHash) -> bool {
        self.0.contains(&token.word())
    }

    fn lack(&self, text: &[WordHash], kind: WordKind) -> bool {
        text.iter().any(|token| token.kind() == kind && !self.has(*token))
    }
}
