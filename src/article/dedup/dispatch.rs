//! Recognises a dispatch: one text that two outlets print nearly word for word, each in its own frame and under its own
//! headline.

use super::compare::{Conflicts, HEAD, speaks_of_own_text};
use super::titles::{address_reader, plain_words_shared, share_in_text};
use super::{CUT_WITHIN, EntryPair, LEAD, Publication, SHORT_TEXT};
use crate::article::fingerprint::{Sketch, WordKind};

/// Least share of the shorter text, without what stands before it, that is common.
const WORD_FOR_WORD: f64 = 0.9;
/// Least number of facts of a dispatch. Agency texts of 90 words have 13 to 17; terms and notes have few.
const FACTS_OF_DISPATCH: usize = 10;
/// From this share of names on, a language writes every noun with a capital letter, and twice as many facts are needed.
const SHARE_OF_NOUNS: f64 = 0.2;
/// Least number of common words of a dispatch if neither headline comes from its text.
const WORDS_UNDER_TWO_HEADLINES: usize = 150;
/// From this share of the longer text on, the two texts are one, and either headline may be that of the agency.
const WHOLE: f64 = 0.9;
/// From this share of equal words on, two headlines with different numbers are of one series: `part 1 of 2`.
const SHARE_OF_SERIES: f64 = 0.6;

impl EntryPair {
    /// Returns whether two outlets print one dispatch: a text that is long and has so many facts that nothing else has the
    /// same words, in which no number and no name differs. A text that addresses its readers is no dispatch: the notes of
    /// a show, the terms of a vacancy.
    pub(super) fn is_dispatch(&self) -> bool {
        *self.is_dispatch.get_or_init(|| self.find_dispatch())
    }

    fn find_dispatch(&self) -> bool {
        let Publication::TwoSources { apart, .. } = self.published else { return false };
        apart <= CUT_WITHIN
            && self.overlap.common >= self.words(SHORT_TEXT)
            && self.overlap.head <= self.words(LEAD)
            && self.share_after_head() >= WORD_FOR_WORD
            && self.shared_facts() >= least_facts(&self.shorter)
            && !address_reader(&self.shorter.text)
            && self.has_equal_facts()
    }

    fn has_equal_facts(&self) -> bool {
        let words = (self.words_of_shorter(), self.words_of_longer());
        let found = Conflicts::between(&self.shorter, &self.longer, words);
        found.inside + found.numbers_at_edges == 0
    }

    /// Returns the share of the shorter text that is common, without what stands before the common part.
    fn share_after_head(&self) -> f64 {
        let overlap = self.overlap;
        if overlap.score == 0.0 {
            return 0.0;
        }
        let head = overlap.head.saturating_sub(self.words(HEAD));
        overlap.common as f64 / (overlap.common as f64 / overlap.score - head as f64)
    }

    /// Returns whether an outlet may have written a headline of its own over the dispatch, of whose words the other entry
    /// has less than half. `covered` is the share of each title that the other entry has.
    ///
    /// The other headline must come from the text. Where one text is longer, this is the headline of the longer: a
    /// round-up has a dispatch in it, but not in its headline. A headline that speaks of the words which only its own
    /// text has is no headline of the dispatch.
    pub(super) fn has_own_headline(&self, covered: (f64, f64)) -> bool {
        let is_whole = self.overlap.of_longer >= WHOLE;
        let comes_from_text = covered.1 >= 0.5 || (is_whole && covered.0 >= 0.5);
        let outweighs_headlines = || {
            is_whole
                && self.overlap.common >= self.words(WORDS_UNDER_TWO_HEADLINES)
                && self.shared_facts() >= 2 * least_facts(&self.shorter)
        };
        let is_about_own_text = || {
            speaks_of_own_text(&self.shorter, self.words_of_longer())
                || (is_whole && speaks_of_own_text(&self.longer, self.words_of_shorter()))
        };
        self.is_dispatch() && (comes_from_text || outweighs_headlines()) && !is_about_own_text()
    }

    /// Returns whether the headlines pick different numbers of one dispatch: `450.000 Fahrgäste`, `7,4 Prozent`. Headlines
    /// with nearly the same words are a series.
    pub(super) fn picks_other_numbers(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let stand_in_text = |title: &Sketch, text: &Sketch| {
            let numbers = title.title.iter().filter(|word| is_number(word.kind()));
            numbers.copied().all(|number| share_in_text(&[number], &text.text) == 1.0)
        };
        plain_words_shared(&here.title, &there.title) < SHARE_OF_SERIES
            && !self.is_slight()
            && stand_in_text(here, there)
            && stand_in_text(there, here)
            && self.has_equal_facts()
    }

    /// Returns whether the text is a dispatch under titles that come from it, so that one line of its own above each copy
    /// (a dateline, a by-line, a caption) makes no other story.
    pub(super) fn is_framed(&self, own_words: usize) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        own_words <= self.words(LEAD)
            && self.is_dispatch()
            && share_in_text(&here.title, &there.text) >= 0.5
            && share_in_text(&there.title, &here.text) >= 0.5
    }
}

const fn is_number(kind: WordKind) -> bool {
    matches!(kind, WordKind::Number | WordKind::SmallNumber)
}

fn least_facts(text: &Sketch) -> usize {
    let names = text.text.iter().filter(|word| word.kind() == WordKind::Name).count();
    let has_nouns = names as f64 >= SHARE_OF_NOUNS * text.text.len() as f64;
    if has_nouns { 2 * FACTS_OF_DISPATCH } else { FACTS_OF_DISPATCH }
}
