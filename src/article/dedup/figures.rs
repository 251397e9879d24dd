//! Explains a judgement by its figures, for `why`.

use std::ops::Range;
use std::time::Duration;

use serde::Serialize;

use super::compare::cut_share;
use super::conflicts::{DifferentPlace, different_places, differing_facts};
use super::titles::{numbers_beyond, same_words};
use super::{
    Difference, EntryPair, JudgedEntry, Judgement, NOT_COMPARABLE, Publication, SeriesReason, Verdict,
};
use crate::article::fingerprint::{Sketch, WordHash, WordKind};

/// The figures by which two entries were judged.
#[derive(Clone, Copy, PartialEq, Default, Debug, Serialize)]
pub struct Figures {
    /// Whether the first entry has the shorter text.
    pub first_is_shorter: bool,
    /// Number of compared words of the shorter text. At most 800 words of a text are compared.
    pub shorter_words: usize,
    /// Number of compared words of the longer text, at most 800.
    pub longer_words: usize,
    /// Number of words of the shorter text that stand in the longer text too, with at least three of them in a row (six letters
    /// in a script without spaces).
    pub common_words: usize,
    /// Share of the shorter text that stands in the longer, from 0 to 1. A few words before and after the common part do not
    /// count.
    pub score: f64,
    /// Least score with which these texts are one story.
    pub least_score: f64,
    /// Share of the shorter text that stands in the longer in whole phrases (eight words in a row), from 0 to 1.
    pub cut_share: f64,
    /// Share of the longer text that is common, from 0 to 1.
    pub of_longer: f64,
    /// Number of words of the longer text before the common part.
    pub words_before: usize,
    /// Share of the words in the title of the shorter text that the other entry has, from 0 to 1.
    pub title_of_shorter: f64,
    /// Share of the words in the title of the longer text that the other entry has, from 0 to 1.
    pub title_of_longer: f64,
    /// Number of facts, which are numbers and names, that both texts have.
    pub common_facts: usize,
    /// Number of places between common words where facts differ or the texts say opposite things.
    pub different_facts: usize,
    /// Number of places before and after the common part where facts differ or the texts say opposite things, at most two.
    pub different_facts_around: usize,
    /// How many of all these places count as other facts. Which places around the common part do depends on the texts.
    pub counted_differences: usize,
    /// Largest `counted_differences` with which these texts are one story. Words that change places count once more.
    pub allowed_differences: usize,
    /// Seconds between the publication times. An entry without one counts from its arrival.
    pub apart_s: u64,
}

/// A judgement with the figures and the words that led to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// The judgement, as [`judge`](super::judge) returns it.
    pub judgement: Judgement,
    /// The rule in a sentence, with its figures.
    pub sentence: String,
    /// The figures of the pair.
    pub figures: Figures,
    /// The words for which the two count as different.
    pub own_words: OwnWords,
    /// The places at which the texts differ, in their order. Empty if they can't be compared.
    pub places: Vec<TextPlace>,
}

/// Words of each entry that the other lacks: facts of the texts, or words of the titles. Empty unless the two count as
/// different for these words. [`spell_out`](crate::article::fingerprint::spell_out) writes them.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct OwnWords {
    /// Words of the first entry.
    pub one: Vec<WordHash>,
    /// Words of the second entry.
    pub other: Vec<WordHash>,
}

/// A place at which two texts differ, by the numbers of their words.
/// [`passages`](crate::article::fingerprint::passages) writes them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextPlace {
    /// Words of the first text.
    pub one: Range<usize>,
    /// Words of the second text.
    pub other: Range<usize>,
    /// Whether the two say different things there, so that this counts as another fact.
    pub counts: bool,
}

/// Judges two entries as [`judge`](super::judge) does, and returns the figures and the words with the judgement. All figures of
/// texts that can't be compared are 0, except the time between the two. It computes more than `judge` does, so it is only
/// called where a person asks.
pub fn explain(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>, similarity: f64) -> Explanation {
    let Some(pair) = EntryPair::of(one, other, similarity) else {
        return Explanation {
            judgement: NOT_COMPARABLE,
            sentence: "at least one of the entries has too few words to compare".to_owned(),
            figures: Figures { apart_s: apart(Publication::of(one, other)).as_secs(), ..Figures::default() },
            own_words: OwnWords::default(),
            places: Vec::new(),
        };
    };
    let judgement = pair.judgement();
    // The pair may have read the kinds of the words of a title otherwise than the sketch has them.
    let is_shorter =
        |sketch: Sketch| sketch.text == pair.shorter.text && same_words(&sketch.title, &pair.shorter.title);
    let is_first_shorter = Sketch::from_bytes(one.sketch).is_some_and(is_shorter);
    let words = (pair.words_of_shorter(), pair.words_of_longer());
    let places = different_places(&pair.shorter, &pair.longer, words);
    let edges = pair.counted_edges();
    let differing = places.iter().filter(|place| place.meaning.counts(edges)).count();
    let (shorter, longer) = own_words(&pair, judgement.verdict, &places);
    let (one, other) = if is_first_shorter { (shorter, longer) } else { (longer, shorter) };
    let in_order = |place: DifferentPlace| {
        let counts = place.meaning.counts(edges);
        let (one, other) =
            if is_first_shorter { (place.here, place.there) } else { (place.there, place.here) };
        TextPlace { one, other, counts }
    };
    Explanation {
        judgement,
        sentence: pair.sentence(judgement.verdict, apart(pair.published), differing),
        figures: figures(&pair, is_first_shorter, differing),
        own_words: OwnWords { one, other },
        places: places.into_iter().map(in_order).collect(),
    }
}

/// Returns the words of the shorter and of the longer entry that led to a verdict.
fn own_words(
    pair: &EntryPair,
    verdict: Verdict,
    places: &[DifferentPlace],
) -> (Vec<WordHash>, Vec<WordHash>) {
    let (shorter, longer) = (&pair.shorter, &pair.longer);
    let numbers = |mut own: Vec<WordHash>| {
        own.retain(|word| word.kind() == WordKind::Number);
        own
    };
    match verdict {
        Verdict::Different(Difference::Facts) => {
            differing_facts(places, (shorter, longer), (pair.words_of_shorter(), pair.words_of_longer()))
        }
        Verdict::Different(Difference::Title(_)) => pair.own_words_of_titles(),
        Verdict::Different(Difference::Series(SeriesReason::OwnNumber)) => {
            let (here, there) = pair.own_words_of_titles();
            (numbers(here), numbers(there))
        }
        Verdict::Different(Difference::Series(SeriesReason::TitleNumbers)) => (
            numbers_beyond(&shorter.title, &longer.title).collect(),
            numbers_beyond(&longer.title, &shorter.title).collect(),
        ),
        _ => (Vec::new(), Vec::new()),
    }
}

fn figures(pair: &EntryPair, first_is_shorter: bool, counted_differences: usize) -> Figures {
    let (shorter, longer) = (&pair.shorter, &pair.longer);
    let titles = pair.title_coverage();
    let conflicts = pair.conflicts();
    Figures {
        first_is_shorter,
        shorter_words: shorter.text.len(),
        longer_words: longer.text.len(),
        common_words: pair.overlap.common,
        score: pair.overlap.score,
        least_score: pair.least_score(),
        cut_share: cut_share(shorter, longer),
        of_longer: pair.overlap.of_longer,
        words_before: pair.overlap.skipped,
        title_of_shorter: titles.0,
        title_of_longer: titles.1,
        common_facts: pair.shared_facts(),
        different_facts: conflicts.inside,
        different_facts_around: conflicts.at_edges,
        counted_differences,
        allowed_differences: pair.allowed_conflicts(),
        apart_s: apart(pair.published).as_secs(),
    }
}

const fn apart(published: Publication) -> Duration {
    match published {
        Publication::TwoSources { apart, .. } | Publication::OneSource { apart, .. } => apart,
    }
}
