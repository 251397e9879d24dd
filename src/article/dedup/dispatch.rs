//! Recognises a dispatch: one text that two outlets print nearly word for word, each in its own frame and under its own
//! headline.

use std::collections::BTreeSet;

use super::compare::{EntryWords, HEAD, Overlap, TAIL, cut_share};
use super::facts_rule::PER_CONFLICT;
use super::titles::{
    address_reader, has_own_name_after_first, is_foreign, names_one_day, plain_words_shared, reports,
    share_in_text, telling_share, words_of_own_text,
};
use super::{CUT_WITHIN, EntryPair, LEAD, MOST_OF_TITLE_OVER_FEW_FACTS, Publication, SHORT_TEXT};
use crate::article::fingerprint::{Sketch, WordHash, WordKind};

/// Least share of the shorter text that is common. What stands before the common part is not counted.
const WORD_FOR_WORD: f64 = 0.9;
/// Least number of facts (names and numbers) that the two texts of a dispatch have in common. Agency texts of 90 words have 13
/// to 17; terms and notes have few.
const FACTS_OF_DISPATCH: usize = 10;
/// If at least this share of the words are names, the language writes every noun with a capital letter, and twice as many facts
/// are needed.
const SHARE_OF_NOUNS: f64 = 0.2;
/// Least number of common words with which a dispatch outweighs the numbers around it and, if its lead names a day of the week,
/// also two headlines that do not come from its text.
const WORDS_UNDER_TWO_HEADLINES: usize = 100;
/// How many words an outlet may put above a report.
const LINE: usize = 24;
/// Least number of common words of a report that names its day.
const WORDS_OF_REPORT: usize = 40;
/// Most words of a title that may consist of names.
const SHORT_TITLE: usize = 3;
/// If at least this share of the longer text is common, the two texts are one, and either headline may be that of the agency.
const WHOLE: f64 = 0.9;
/// If at least this share of both texts is common, they count as equal in every word.
pub(super) const EVERY_WORD: f64 = 0.98;
/// If at least this share of the longer text is common, its headline must not speak of what only the longer text says.
const ONE_TEXT: f64 = 0.85;
/// Least shares of the words of a headline, without small words, that stand in its own text and in the other text if the
/// headline comes from what both have.
const FROM_OWN_TEXT: f64 = 0.6;
const FROM_OTHER_TEXT: f64 = 0.5;
/// If at least this share of their other words is equal, two headlines with different numbers are of one series: `part 1 of 2`.
const SHARE_OF_SERIES: f64 = 0.6;

impl EntryPair {
    /// Returns whether two outlets print one dispatch: a text that is long and has so many facts that nothing else has the same
    /// words, in which (nearly) no number and no name differs. A text that addresses its readers is no dispatch: the notes of a
    /// show, the terms of a vacancy.
    pub(super) fn is_dispatch(&self) -> bool {
        *self.is_dispatch.get_or_init(|| self.find_dispatch())
    }

    fn find_dispatch(&self) -> bool {
        matches!(self.published, Publication::TwoSources { .. })
            && self.overlap.common >= self.words(SHORT_TEXT)
            && self.overlap.head <= self.words(LEAD)
            && self.share_after_head() >= WORD_FOR_WORD
            && self.shared_facts() >= least_facts(&self.shorter)
            && !address_reader(&self.shorter.text)
            && self.has_equal_facts()
    }

    /// Returns whether two outlets published the entries within a day.
    pub(super) const fn is_within_a_day(&self) -> bool {
        matches!(self.published, Publication::TwoSources { apart, .. } if apart.as_secs() <= CUT_WITHIN.as_secs())
    }

    /// Returns whether no number and no name differs within the common text, and no number around it. If the common text
    /// outweighs what stands around it, only the text counts, and one may differ for each [`PER_CONFLICT`] words: an outlet
    /// converts a price.
    fn has_equal_facts(&self) -> bool {
        let found = self.conflicts();
        if self.outweighs_edges() {
            found.inside <= self.overlap.common / self.words(PER_CONFLICT)
        } else {
            found.inside + found.numbers_at_edges == 0
        }
    }

    /// Returns whether the common text is so long and has so many facts that the numbers before and after it are those of the
    /// outlets: when a copy was published, the number of the dispatch.
    pub(super) fn outweighs_edges(&self) -> bool {
        self.overlap.common >= self.words(WORDS_UNDER_TWO_HEADLINES)
            && self.shared_facts() >= 2 * least_facts(&self.shorter)
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

    /// Returns the share of the longer text that is common, without what stands before the common part and without the credits
    /// after it.
    fn share_of_longer(&self) -> f64 {
        let words = self.longer.text.len();
        let around = self.overlap.skipped + self.overlap.after.min(self.words(TAIL));
        self.overlap.of_longer * words as f64 / words.saturating_sub(around).max(1) as f64
    }

    /// Returns whether an outlet may have written a headline of its own over the dispatch, although the other entry has less
    /// than half of the words of this headline. `covered` is the share of each title that the other entry has, that of the
    /// shorter entry first. The two must have come within a day.
    ///
    /// One headline must come from the text, unless the dispatch is so long that headlines say nothing. If one text is longer,
    /// it must be the headline of the longer: a round-up contains a dispatch, but its headline does not speak of it. A headline
    /// that speaks of the words which only its own text has is no headline of the dispatch.
    pub(super) fn has_own_headline(&self, covered: (f64, f64)) -> bool {
        let is_whole = self.share_of_longer() >= WHOLE;
        self.is_dispatch()
            && self.is_within_a_day()
            && ((covered.1 >= 0.5 || is_whole) && self.has_headline_of_text()
                || self.outweighs_headlines()
                || self.tells_all_of_a_day())
            && !self.are_of_two_events()
    }

    /// Returns whether the texts are one dispatch whose lead names a day of the week, so long and with so many facts that the
    /// headlines say nothing.
    fn outweighs_headlines(&self) -> bool {
        self.share_of_longer() >= WHOLE && names_one_day(self.lead_of_shorter()) && self.outweighs_edges()
    }

    /// Returns whether the texts are one dispatch whose lead names a day of the week, which says who told it, and in which
    /// nothing differs. The titles must not both have a name that the other entry lacks.
    fn tells_all_of_a_day(&self) -> bool {
        let found = self.conflicts();
        self.share_of_longer() >= WHOLE
            && found.inside + found.at_edges == 0
            && names_one_day(self.lead_of_shorter())
            && reports(&self.shorter.text)
            && !self.have_own_names()
    }

    fn lead_of_shorter(&self) -> &[WordHash] {
        let text = &self.shorter.text;
        text.get(..self.words(LEAD)).unwrap_or(text)
    }

    /// Returns whether two outlets published within a day a report that names its day and says who told it, and in which no
    /// fact differs. It may be short and have few facts, because a text that stands under many titles does not do both.
    fn tells_of_a_day(&self) -> bool {
        self.is_within_a_day()
            && self.overlap.common >= self.words(WORDS_OF_REPORT)
            && self.overlap.score >= EVERY_WORD
            && self.shared_facts() > 0
            && self.conflicts().inside == 0
            && !address_reader(&self.shorter.text)
            && names_one_day(self.lead_of_shorter())
            && reports(&self.shorter.text)
    }

    /// Returns whether both texts are one report that tells of a day, equal in nearly every word. The titles must not both have
    /// a name that the other entry lacks: two towns.
    pub(super) fn is_dated_report(&self) -> bool {
        let Overlap { head, skipped, of_longer, .. } = self.overlap;
        let is_its_beginning = || {
            head.max(skipped) <= self.words(HEAD)
                && !is_foreign(&self.longer.title, self.words_of_shorter())
                && cut_share(&self.shorter, &self.longer) >= EVERY_WORD
        };
        (of_longer >= EVERY_WORD || is_its_beginning())
            && self.tells_of_a_day()
            && self.conflicts().at_edges == 0
            && !self.have_own_names()
    }

    /// Returns whether two outlets each put a line of their own around one report that tells of a day, under titles that agree:
    /// a dateline, the time of publication, a link to another article.
    pub(super) fn is_framed_report(&self) -> bool {
        let Overlap { head, skipped, .. } = self.overlap;
        let covered = self.title_coverage();
        head.min(skipped) <= self.words(HEAD)
            && head.max(skipped) <= self.words(LINE)
            && covered.0.min(covered.1) >= MOST_OF_TITLE_OVER_FEW_FACTS
            && self.tells_of_a_day()
    }

    /// Returns whether each title has a name that the other entry lacks. Where every noun has a capital letter, and if both
    /// titles are in capitals and longer than [`SHORT_TITLE`], names are not recognised.
    fn have_own_names(&self) -> bool {
        let least = self.shorter.title.len().min(self.longer.title.len());
        let are_unknown = self.titles_in_capitals && least > SHORT_TITLE;
        !are_unknown
            && !writes_nouns_with_capitals(&self.shorter)
            && has_own_name_after_first(&self.shorter.title, self.words_of_longer())
            && has_own_name_after_first(&self.longer.title, self.words_of_shorter())
    }

    /// Returns whether similar titles over one dated report only word it differently: the words that each has alone are no
    /// names and no numbers, and say nothing opposite.
    pub(super) fn is_reworded_report(&self) -> bool {
        self.titles_are_reworded() && self.is_dated_report()
    }

    /// Returns whether a headline comes from what both texts have: that of the longer text or, if both are one text, that of
    /// either. The headline of a copy that is shortened to no less than half also counts if the dispatch is long, and if the
    /// shorter text has half of the words of the other headline.
    fn has_headline_of_text(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let comes_from = |title: &Sketch, own: &Sketch, other: &Sketch| {
            telling_share(&title.title, &own.text) >= FROM_OWN_TEXT
                && telling_share(&title.title, &other.text) >= FROM_OTHER_TEXT
        };
        let is_long_cut =
            || self.overlap.of_longer >= 0.5 && self.title_coverage().1 >= 0.5 && self.outweighs_edges();
        comes_from(there, there, here)
            || ((self.share_of_longer() >= WHOLE || is_long_cut()) && comes_from(here, here, there))
    }

    /// Returns whether titles speak of what only their own texts say: each concert of a hall, the next news over the same
    /// background. One word of one title does not: the town of a dateline. The title of the longer text counts only if
    /// [`ONE_TEXT`] of this text is common.
    pub(super) fn are_of_two_events(&self) -> bool {
        let of_shorter = words_of_own_text(&self.shorter, self.words_of_longer());
        let of_longer = if self.share_of_longer() >= ONE_TEXT {
            words_of_own_text(&self.longer, self.words_of_shorter())
        } else {
            0
        };
        of_shorter.max(of_longer) >= 2 || (of_shorter > 0 && of_longer > 0)
    }

    /// Returns whether the headlines of two outlets pick different numbers of one text: `450.000 Fahrgäste`, `7,4 Prozent`.
    /// Over a dispatch that says more than headlines do they may round them. Headlines of which most other words are the same
    /// are a series, unless the text is a long dispatch that names its day and has the numbers of both.
    pub(super) fn picks_other_numbers(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let stand_in_text = |title: &Sketch, text: &Sketch| {
            let numbers = title.title.iter().filter(|word| is_number(word.kind()));
            numbers.copied().all(|number| has(&text.text, number))
        };
        let are_of_text = || stand_in_text(here, there) && stand_in_text(there, here);
        let shared = plain_words_shared(&here.title, &there.title);
        let tells_of_a_day = || names_one_day(self.lead_of_shorter()) && self.outweighs_edges();
        let pick = || {
            if shared < SHARE_OF_SERIES {
                self.outweighs_headlines() || are_of_text() && self.has_headline_of_text()
            } else {
                shared < 1.0 && are_of_text() && tells_of_a_day()
            }
        };
        matches!(self.published, Publication::TwoSources { .. })
            && !self.is_slight()
            && pick()
            && self.has_equal_facts()
    }

    /// Returns whether the text is a dispatch under titles that come from it, or under a headline of an outlet, so that a line
    /// that an outlet puts above its copy (a dateline, a by-line, a caption) makes no other story. `own_words` is the length of
    /// this line, which must not exceed [`LEAD`].
    pub(super) fn is_framed(&self, own_words: usize) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let come_from_text =
            share_in_text(&here.title, &there.text).min(share_in_text(&there.title, &here.text)) >= 0.5;
        own_words <= self.words(LEAD)
            && self.is_dispatch()
            && (come_from_text || self.has_own_headline(self.title_coverage()))
    }

    /// Returns whether the titles have two numbers in common, one of which stands in both texts too: the identifier and the
    /// version of an advisory or a release. No other publisher has another thing to say in these words. A date is no
    /// identifier.
    pub(super) fn names_one_thing(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let titles = without_dates(&here.title);
        let in_titles: Vec<u32> =
            without_dates(&there.title).into_iter().filter(|number| titles.contains(number)).collect();
        let in_texts = |number: &&u32| {
            let has = |text: &Sketch| text.text.iter().any(|word| word.word() == **number);
            has(here) && has(there)
        };
        in_titles.len() >= 2 && in_titles.iter().any(|number| in_texts(&number))
    }

    /// Returns whether similar titles over one text differ only in words that are neither names nor numbers: `hears` and
    /// `hearing`. The first word must not differ, because its capital letter says nothing. The texts must not be short nor
    /// address their readers, must be equal in nearly every word and have a fact, and the two must have come within a day.
    pub(super) fn is_inflected(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let has_plain_words = |title: &Sketch, other: &EntryWords| {
            let mut own = title.title.iter().enumerate().filter(|(_, word)| !other.has(**word));
            own.all(|(at, word)| at > 0 && word.kind() == WordKind::Plain)
        };
        self.is_within_a_day()
            && !self.is_short()
            && self.overlap.of_longer >= EVERY_WORD
            && self.overlap.score >= EVERY_WORD
            && self.shared_facts() > 0
            && !address_reader(&here.text)
            && has_plain_words(here, self.words_of_longer())
            && has_plain_words(there, self.words_of_shorter())
    }
}

/// Returns the different numbers of a title that are no part of a date.
fn without_dates(title: &[WordHash]) -> BTreeSet<u32> {
    let is_by_month = |at: usize| {
        let around = title.get(at.saturating_sub(1)..(at + 2).min(title.len())).unwrap_or_default();
        around.iter().any(|word| word.is_month())
    };
    let numbers =
        title.iter().enumerate().filter(|(at, word)| word.kind() == WordKind::Number && !is_by_month(*at));
    numbers.map(|(_, word)| word.word()).collect()
}

fn has(text: &[WordHash], word: WordHash) -> bool {
    text.iter().any(|token| token.word() == word.word())
}

const fn is_number(kind: WordKind) -> bool {
    matches!(kind, WordKind::Number | WordKind::SmallNumber)
}

fn least_facts(text: &Sketch) -> usize {
    if writes_nouns_with_capitals(text) { 2 * FACTS_OF_DISPATCH } else { FACTS_OF_DISPATCH }
}

/// Returns whether so many words of a text have a capital letter that its language writes all nouns with one.
pub(super) fn writes_nouns_with_capitals(text: &Sketch) -> bool {
    let names = text.text.iter().filter(|word| word.kind() == WordKind::Name).count();
    names as f64 >= SHARE_OF_NOUNS * text.text.len() as f64
}
