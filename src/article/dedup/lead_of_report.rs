//! Recognises the lead of a report that one outlet prints alone and another one with the whole report, each under a headline of
//! its own.

use super::compare::{EntryWords, HEAD, cut_share};
use super::titles::{
    address_reader, count_one_thing, names_one_day, numbers_beyond, reports, share_in_text,
    telling_share_in_entry,
};
use super::{EntryPair, SHORT_TEXT, dispatch};
use crate::article::fingerprint::{Sketch, WordHash};

/// Least number of common words of a lead.
const WORDS_OF_LEAD: usize = 24;
/// Least share of the words of the lead that stand in the whole report, in whole phrases.
const EVERY_WORD: f64 = 0.97;
/// Least number of facts (names and numbers) that the two have in common. If the language writes nouns with capitals, twice as
/// many are needed.
const FACTS_OF_LEAD: usize = 5;
/// Least share of the words of each title, without small words, that the other entry has.
const FROM_OTHER_ENTRY: f64 = 0.4;
/// Least share of the shorter text that is common if the titles of one report count different things.
const NEARLY_EVERY_WORD: f64 = 0.9;

impl EntryPair {
    /// Returns whether one text is the lead of the other one, and tells what happened: it names its day or says who told it,
    /// has enough facts, and no fact differs. The headlines may be those of the outlets, if they do not speak of what only
    /// their own texts say. Words in which similar headlines differ must be neither names nor numbers nor opposites.
    pub(super) fn is_lead_of_report(&self) -> bool {
        let (text, overlap) = (&self.shorter.text, self.overlap);
        let least = if dispatch::writes_nouns_with_capitals(&self.shorter) { 2 } else { 1 } * FACTS_OF_LEAD;
        self.is_within_a_day()
            && (self.words(WORDS_OF_LEAD)..self.words(SHORT_TEXT)).contains(&overlap.common)
            && overlap.score >= EVERY_WORD
            && overlap.head.max(overlap.skipped) <= self.words(HEAD)
            && cut_share(&self.shorter, &self.longer) >= EVERY_WORD
            && self.shared_facts() >= least
            && !address_reader(text)
            && (names_one_day(text) || reports(text))
            && self.conflicts().inside + self.conflicts().at_edges == 0
            && self.have_related_headlines()
    }

    fn have_related_headlines(&self) -> bool {
        let (here, there) = (&self.shorter.title, &self.longer.title);
        let has =
            |title: &[WordHash], other: &EntryWords| telling_share_in_entry(title, other) >= FROM_OTHER_ENTRY;
        let are_similar = share_in_text(here, there).min(share_in_text(there, here)) >= 0.5;
        has(here, self.words_of_longer())
            && has(there, self.words_of_shorter())
            && !self.are_of_two_events()
            && (!are_similar || self.titles_are_reworded())
    }

    /// Returns whether the titles of two outlets count different things of one text with their numbers (`11 injured`, `290
    /// aboard`, `after three days`), so that these are no numbers of a series. The numbers must stand in their own texts, or
    /// count days.
    pub(super) fn counts_other_things(&self) -> bool {
        let stand_in_text = |entry: &Sketch, other: &Sketch| {
            numbers_beyond(&entry.title, &other.title)
                .all(|number| number.is_days() || share_in_text(&[number], &entry.text) > 0.0)
        };
        let (here, there) = (&self.shorter, &self.longer);
        self.is_within_a_day()
            && self.overlap.score >= NEARLY_EVERY_WORD
            && self.shared_facts() >= FACTS_OF_LEAD
            && !count_one_thing(&here.title, &there.title)
            && stand_in_text(here, there)
            && stand_in_text(there, here)
            && self.conflicts().inside == 0
    }
}
