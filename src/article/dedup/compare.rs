//! Compares two texts: finds how much of the shorter stands in the longer, and where they say different things.

use std::ops::Range;
use std::sync::LazyLock;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::place::{Place, is_number};
use super::{exchange, language, negation, opposites, other_names};
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
/// Length in words of the longest place at which one value can have replaced another. A longer place is another passage.
const SHORT_PLACE: usize = 12;

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

/// How often two texts say different things in the same place: other numbers, names or [`opposites`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Conflicts {
    /// Number of places between common parts where numbers or names differ, where the two say opposite things, or where only
    /// one of them has a negation. Two words that replace each other in two places count once more.
    pub inside: usize,
    /// Number of places (at most two) before the first and after the last common part where numbers or names differ or the two
    /// say opposite things. By-lines may differ there. A place longer than [`SHORT_PLACE`] is not counted.
    pub at_edges: usize,
    /// Number of these two places where numbers differ, small ones in letters aside. By-lines and agency tags contain no
    /// numbers.
    pub numbers_at_edges: usize,
}

impl Conflicts {
    /// Aligns the texts (Myers) and examines every place where they differ. Where only one of them has words, only a negation
    /// counts. The time is about quadratic in the number of differing words, so only texts that were found similar are
    /// compared.
    ///
    /// `words` are those of the shorter and of the longer entry.
    pub fn between(shorter: &Sketch, longer: &Sketch, words: (&EntryWords, &EntryWords)) -> Self {
        let gaps = gaps(&shorter.text, &longer.text, shorter.scaled(2));
        let mut found = Self { inside: exchange::turned_around(shorter, longer, &gaps), ..Self::default() };
        let last = gaps.len().saturating_sub(1);
        let short = shorter.scaled(SHORT_PLACE);
        let mut replaced = Vec::new();
        for (place, (here, there)) in gaps.into_iter().enumerate() {
            let is_edge = place == 0 || place == last;
            let (here, there) = (Place::of(&shorter.text, here), Place::of(&longer.text, there));
            let is_opposed = match place {
                _ if !is_edge => negation::one_is_negated(here, there),
                0 => false,
                _ => negation::one_end_is_negated(here, there) || opposites::ends_differ(here, there),
            };
            if here.is_part_of(there) || there.is_part_of(here) {
                let is_other = !is_edge
                    && (other_names::adds_another_name(here, there)
                        || other_names::one_counts_a_share(here, there));
                found.inside += usize::from(is_opposed || is_other);
                continue;
            }
            replaced.extend(exchange::telling(here.words).zip(exchange::telling(there.words)));
            let is_short = here.words.len().max(there.words.len()) <= short;
            let own = |kind| (words.1.lack(here.words, kind), words.0.lack(there.words, kind));
            let numbers = own(WordKind::Number);
            let both = is_opposed || state_other_facts(here, there, own);
            if is_edge && !is_opposed {
                found.at_edges += usize::from(both && is_short);
                // One outlet puts a date after its copy, another one the number of the dispatch.
                let is_dated = |place: Place<'_>| place.words.iter().any(|word| word.is_month());
                let are_alike = is_dated(here) == is_dated(there);
                found.numbers_at_edges += usize::from(numbers == (true, true) && is_short && are_alike);
            } else {
                // `a few hundred` against `250`: a number in only one of the texts is enough in a short place.
                let only_one_counts =
                    is_short && numbers.0 != numbers.1 && !opposites::name_one_day(here.words, there.words);
                found.inside += usize::from(both || only_one_counts);
            }
        }
        found.inside += exchange::swapped(&replaced);
        found
    }
}

/// Returns whether two texts state different facts in one place, where both have words: each has a number or a name of its own,
/// they say opposite things, or one number or place replaces another one. `own` says whether each of them has a word of a
/// kind that the other entry lacks.
fn state_other_facts(here: Place<'_>, there: Place<'_>, own: impl Fn(WordKind) -> (bool, bool)) -> bool {
    // A number that replaces another one is another fact, also if both stand elsewhere in the texts.
    let is_other_number =
        matches!((here.words, there.words), ([here], [there]) if is_number(*here) && is_number(*there));
    let (numbers, names, small) = (own(WordKind::Number), own(WordKind::Name), own(WordKind::SmallNumber));
    let numbered = (numbers.0 || small.0, numbers.1 || small.1);
    // So is the name of a place that only one entry has, also if the other one stands elsewhere: in a dateline.
    let is_other_place = || (names.0 || names.1) && here.is_a_place() && there.is_a_place();
    numbered == (true, true)
        || is_other_number
        || names == (true, true)
        || is_other_place()
        || opposites::differ(here.words, there.words)
        || other_names::one_counts_a_share(here, there)
        || opposites::one_counts_vaguely(here.words, there.words)
        || exchange::are_swapped(here.words, there.words)
}

/// Returns the numbers and names of each text that the other entry lacks, from the places where both have words of their own,
/// and the words with which the two say opposite things.
pub(super) fn differing_facts(
    shorter: &Sketch,
    longer: &Sketch,
    words: (&EntryWords, &EntryWords),
) -> (Vec<WordHash>, Vec<WordHash>) {
    let own = |text: &[WordHash], other: &EntryWords| -> Vec<WordHash> {
        text.iter().filter(|word| word.kind() != WordKind::Plain && !other.has(**word)).copied().collect()
    };
    let mut found = (Vec::new(), Vec::new());
    for (here, there) in gaps(&shorter.text, &longer.text, shorter.scaled(2)) {
        let here = shorter.text.get(here).unwrap_or_default();
        let there = longer.text.get(there).unwrap_or_default();
        let opposed = opposites::differing(here, there);
        found.0.extend(opposed.0);
        found.1.extend(opposed.1);
        if !here.is_empty() && !there.is_empty() {
            found.0.extend(own(here, words.1));
            found.1.extend(own(there, words.0));
        }
    }
    found
}

/// Returns the places before, between and after the common parts, in both texts. Common parts below `least` words are chance
/// and do not count; nor does a date alone, which a dateline and a by-line have in common.
fn gaps(shorter: &[WordHash], longer: &[WordHash], least: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let plain = |text: &[WordHash]| text.iter().map(|token| token.word()).collect::<Vec<u32>>();
    let mut gaps = Vec::new();
    let (mut here, mut there) = (0, 0);
    for part in capture_diff_slices(Algorithm::Myers, &plain(shorter), &plain(longer)) {
        if let DiffOp::Equal { old_index, new_index, len } = part
            && len >= least
            && !is_bare_date(shorter.get(old_index..old_index + len).unwrap_or_default())
        {
            gaps.push((here..old_index, there..new_index));
            (here, there) = (old_index + len, new_index + len);
        }
    }
    gaps.push((here..shorter.len(), there..longer.len()));
    gaps
}

fn is_bare_date(part: &[WordHash]) -> bool {
    part.len() <= 3 && part.iter().any(|word| word.is_month())
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

    fn lack(&self, text: &[WordHash], kind: WordKind) -> bool {
        text.iter().any(|token| token.kind() == kind && !self.has(*token))
    }
}
