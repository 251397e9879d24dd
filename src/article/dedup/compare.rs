//! Compares two texts: finds how much of the shorter stands in the longer, and which numbers and names they have in common.

use std::sync::LazyLock;

use super::{language, opposites};
use crate::article::fingerprint::{Sketch, WordHash, WordKind, runs};
use crate::article::quick_hash::QuickSet;

/// How many words in a row count as common. Any two texts of a language share two in a row; with a larger number, each
/// changed word makes its neighbours count as different too.
pub(super) const COMMON_RUN: usize = 3;
/// How many words in a row count as cut out. Whoever shortens a text keeps whole sentences.
const CUT_RUN: usize = 8;
/// How many words make the lead of a report: its first sentence or two.
const LEAD_SENTENCES: usize = 40;
/// How many words before the common part may differ: a dateline, a by-line, a player's label.
pub const HEAD: usize = 10;
/// How many words after the common part may differ: a by-line, "read more", "the post … appeared first on …".
pub(super) const TAIL: usize = 15;

/// How much two texts have in common.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Overlap {
    /// Share of the shorter text that is common, from 0 to 1. Up to [`HEAD`] and [`TAIL`] words around the common part
    /// do not count.
    pub score: f64,
    /// How many words of the shorter text are common.
    pub common: usize,
    /// How many words of the shorter text come before the first common word.
    pub head: usize,
    /// How many words of the longer text come before the first common word.
    pub skipped: usize,
    /// Share of the longer text that is common, from 0 to 1.
    pub of_longer: f64,
    /// How many words of the longer text come after the last common word.
    pub after: usize,
    /// How many of the first [`LEAD_SENTENCES`] words of the shorter and of the longer text are not common.
    pub own_in_leads: (usize, usize),
}

impl Overlap {
    /// Compares the texts in time linear in their lengths.
    pub fn of(shorter: &Sketch, longer: &Sketch) -> Self {
        let length = shorter.scaled(COMMON_RUN);
        let short_runs: Vec<u64> = runs(&shorter.text, length).collect();
        let long_runs: Vec<u64> = runs(&longer.text, length).collect();
        let here = common_words(shorter.text.len(), &short_runs, &long_runs, length);
        let there = common_words(longer.text.len(), &long_runs, &short_runs, length);
        let common = count(&here);
        let lead = shorter.scaled(LEAD_SENTENCES);
        let own_in_lead = |common: &[bool]| common.iter().take(lead).filter(|word| !**word).count();
        Self {
            score: share(common, without_edges(shorter, &here)),
            common,
            head: leading(here.iter()),
            skipped: leading(there.iter()),
            of_longer: share(count(&there), there.len()),
            after: leading(there.iter().rev()),
            own_in_leads: (own_in_lead(&here), own_in_lead(&there)),
        }
    }
}

/// Returns the share of the shorter text that stands in the longer in whole phrases, as it does if the shorter is cut from the
/// longer.
pub fn cut_share(shorter: &Sketch, longer: &Sketch) -> f64 {
    let length = shorter.scaled(CUT_RUN);
    let short_runs: Vec<u64> = runs(&shorter.text, length).collect();
    let long_runs: Vec<u64> = runs(&longer.text, length).collect();
    let cut = common_words(shorter.text.len(), &short_runs, &long_runs, length);
    share(count(&cut), without_edges(shorter, &cut))
}

/// Returns for each of the `words` of a text whether it is in one of the `own` runs that the `other` text has too. The
/// runs have `length` words.
fn common_words(words: usize, own: &[u64], other: &[u64], length: usize) -> Vec<bool> {
    let known: QuickSet<u64> = other.iter().copied().collect();
    let mut common = vec![false; words];
    let mut marked = 0;
    for (start, run) in own.iter().enumerate() {
        if known.contains(run) {
            let end = start + length;
            if let Some(part) = common.get_mut(start.max(marked)..end) {
                part.fill(true);
            }
            marked = end;
        }
    }
    common
}

fn count(common: &[bool]) -> usize {
    common.iter().filter(|word| **word).count()
}

fn leading<'a>(mut common: impl ExactSizeIterator<Item = &'a bool>) -> usize {
    let all = common.len();
    common.position(|word| *word).unwrap_or(all)
}

fn without_edges(sketch: &Sketch, common: &[bool]) -> usize {
    let head = leading(common.iter()).min(sketch.scaled(HEAD));
    let tail = leading(common.iter().rev()).min(sketch.scaled(TAIL));
    common.len().saturating_sub(head + tail)
}

/// Returns how many different facts both texts have: names, and numbers except small ones in letters.
pub fn shared_facts(shorter: &Sketch, longer: &Sketch) -> usize {
    facts(&shorter.text).intersection(&facts(&longer.text)).count()
}

/// Time zones and feasts, in the folded spelling. They are written like names, and any notice may state one.
const ZONES_AND_FEASTS: &str = "utc gmt cet cest est edt pst pdt bst christmas thanksgiving easter halloween noel paques \
    toussaint navidad navidades natale pasqua pascua natal kerst pasen";

/// Returns how many different names both texts have, without days of the week, feasts and time zones.
pub(super) fn shared_names(shorter: &Sketch, longer: &Sketch) -> usize {
    static TIMES: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(ZONES_AND_FEASTS));
    let names = |text: &[WordHash]| -> QuickSet<u32> {
        let is_name = |word: &&WordHash| {
            word.kind() == WordKind::Name
                && opposites::weekday(**word).is_none()
                && !TIMES.contains(&word.word())
        };
        text.iter().filter(is_name).map(|word| word.word()).collect()
    };
    names(&shorter.text).intersection(&names(&longer.text)).count()
}

/// Returns how many different numbers both texts have. `First` does not count.
pub(super) fn shared_numbers(shorter: &Sketch, longer: &Sketch) -> usize {
    let numbers = |text: &[WordHash]| -> QuickSet<u32> {
        let is_number = |word: &&WordHash| {
            matches!(word.kind(), WordKind::Number | WordKind::SmallNumber) && !word.is_first()
        };
        let numbers = text.iter().filter(is_number);
        numbers.map(|word| word.word()).collect()
    };
    numbers(&shorter.text).intersection(&numbers(&longer.text)).count()
}

/// Returns how many different facts, as [`shared_facts`] counts them, both entries have in their texts and titles.
pub fn shared_facts_with_titles(shorter: &Sketch, longer: &Sketch) -> usize {
    let all = |sketch: &Sketch| &facts(&sketch.text) | &facts(&sketch.title);
    all(shorter).intersection(&all(longer)).count()
}

fn facts(text: &[WordHash]) -> QuickSet<u32> {
    let facts = text.iter().filter(|token| matches!(token.kind(), WordKind::Number | WordKind::Name));
    facts.map(|token| token.word()).collect()
}

/// Returns `part` divided by `whole`, from 0 to 1; 0 if `whole` is 0.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// All words of an entry, of its title and its text.
pub struct EntryWords(QuickSet<u32>);

impl EntryWords {
    /// Returns the words of `sketch`.
    pub fn of(sketch: &Sketch) -> Self {
        Self(sketch.title.iter().chain(&sketch.text).map(|token| token.word()).collect())
    }

    /// Returns whether `token` is one of the words.
    pub fn has(&self, token: WordHash) -> bool {
        self.0.contains(&token.word())
    }

    /// Returns whether the entry has any of `words`.
    pub(super) fn has_any(&self, words: &QuickSet<u32>) -> bool {
        words.iter().any(|word| self.0.contains(word))
    }

    /// Returns whether a text has a word of a kind that the entry lacks.
    pub(super) fn lack(&self, text: &[WordHash], kind: WordKind) -> bool {
        text.iter().any(|token| token.kind() == kind && !self.has(*token))
    }
}
