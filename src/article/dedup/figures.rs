//! Explains a judgement by its figures, for `why`.

use std::time::Duration;

use serde::Serialize;

use super::compare::{Conflicts, cut_share};
use super::{EntryPair, JudgedEntry, Judgement, NOT_COMPARABLE, Publication};

/// The figures by which two entries were judged.
#[derive(Clone, Copy, PartialEq, Default, Debug, Serialize)]
pub struct Figures {
    /// Words of the shorter text, of at most 800 that are compared.
    pub shorter_words: usize,
    /// Words of the longer text, of at most 800 that are compared.
    pub longer_words: usize,
    /// Words of the shorter text that stand in the longer too.
    pub common_words: usize,
    /// Share of the shorter text that stands in the longer, from 0 to 1.
    pub score: f64,
    /// Least score with which these texts are one story.
    pub least_score: f64,
    /// Share of the shorter text that stands in the longer in whole phrases, from 0 to 1.
    pub cut_share: f64,
    /// Share of the longer text that is common, from 0 to 1.
    pub of_longer: f64,
    /// Words of the longer text before the common part.
    pub words_before: usize,
    /// Share of the title of the shorter text whose words the other entry has, from 0 to 1.
    pub title_of_shorter: f64,
    /// Share of the title of the longer text whose words the other entry has, from 0 to 1.
    pub title_of_longer: f64,
    /// Numbers and names that both texts have.
    pub common_facts: usize,
    /// Places between common words where numbers or names differ.
    pub different_facts: usize,
    /// Places before and after the common part where numbers or names differ, at most two.
    pub different_facts_around: usize,
    /// How many such places are allowed.
    pub allowed_differences: usize,
    /// Seconds between the publication times.
    pub apart_s: u64,
}

/// Judges two entries as [`judge`](super::judge) does, and returns the figures with the judgement. It compares more than
/// the judge needs, so it is called only if a person asks.
pub fn explain(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>, similarity: f64) -> (Judgement, Figures) {
    let Some(pair) = EntryPair::of(one, other, similarity) else {
        return (
            NOT_COMPARABLE,
            Figures { apart_s: apart(Publication::of(one, other)).as_secs(), ..Figures::default() },
        );
    };
    (pair.judgement(), figures(&pair))
}

fn figures(pair: &EntryPair) -> Figures {
    let (shorter, longer) = (&pair.shorter, &pair.longer);
    let titles = pair.title_coverage();
    let conflicts = Conflicts::between(shorter, longer, (pair.words_of_shorter(), pair.words_of_longer()));
    Figures {
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
        allowed_differences: pair.allowed_conflicts(),
        apart_s: apart(pair.published).as_secs(),
    }
}

const fn apart(published: Publication) -> Duration {
    match published {
        Publication::TwoSources { apart, .. } | Publication::OneSource { apart, .. } => apart,
    }
}
