//! The rule for titles: whether they say that two similar texts are two stories.

use super::compare::{EntryWords, HEAD, share};
use super::titles::{
    has_own_name, has_own_number, is_foreign, numbered_beyond, share_in_text, shortens, telling_share,
    without_date_of_day,
};
use super::{
    Difference, EntryPair, Likeness, MOST_OF_TITLE, MOST_OF_TITLE_OVER_FEW_FACTS, Publication, SeriesReason,
    TitleReason, dispatch, negating_prefixes, negation, opposites,
};
use crate::article::fingerprint::{Sketch, WordHash, WordKind};

impl EntryPair {
    /// Checks the titles. Two entries of which one has no title pass. At least half the words of each title must stand in the
    /// other entry, and the numbers must not differ; but over a dispatch, each outlet may have its own headline, or pick
    /// another number for it, and over a dated report ([`is_dated_report`](Self::is_dated_report)) its own headline. Within one
    /// source, the titles must not both have a word that the other entry lacks, unless the headline of a copy was reworded.
    ///
    /// A text that is short or has few facts leaves most of the proof to the titles. Similar titles then must not both have a
    /// word of their own, unless it is an inflected one or the text is a dated report in other words, nor may one have a number
    /// that the other entry lacks: that is a template (a town, a guest, a product, a version). Of different titles, half the
    /// words must then stand in the text of the other entry, because boilerplate does not contain them; between two outlets, it
    /// is enough that one title shortens the other, or that the text is a dated report or the teaser of one article of an
    /// outlet ([`is_teaser_of_one_article`](Self::is_teaser_of_one_article)). If the text is cut from the other and has few
    /// facts, each title needs more of its words in the other entry. Over any other text, two titles of two outlets that both
    /// have words of their own must not speak of two events ([`are_of_two_events`](Self::are_of_two_events)).
    pub(super) fn titles_agree(&self, likeness: Likeness) -> Result<(), Difference> {
        let (here, there) = (&self.shorter.title, &self.longer.title);
        if here.is_empty() || there.is_empty() {
            return Ok(());
        }
        let covered = self.title_coverage();
        if self.has_foreign_title()
            && !self.has_own_headline(covered)
            && !self.is_dated_report()
            && !self.is_lead_of_report()
            && !self.is_teaser_of_one_article()
        {
            return Err(Difference::Title(TitleReason::Foreign));
        }
        let similar_titles = share_in_text(here, there).min(share_in_text(there, here)) >= 0.5;
        if similar_titles && self.titles_contradict() {
            return Err(Difference::Title(TitleReason::Opposite));
        }
        if self.is_of_another_place() {
            return Err(Difference::Title(TitleReason::OtherPlace));
        }
        if self.titles_are_numbered() && !self.picks_other_numbers() && !self.counts_other_things() {
            return Err(Difference::Series(SeriesReason::TitleNumbers));
        }
        if similar_titles && self.has_own_number() && self.is_slight() {
            return Err(Difference::Series(SeriesReason::OwnNumber));
        }
        self.own_words_agree(likeness, covered, similar_titles)
            .map_or(Ok(()), |reason| Err(Difference::Title(reason)))
    }

    /// Returns why words that only one of the titles has show two stories; `None` if they don't. `covered` is the share of each
    /// title that the other entry has, that of the shorter entry first.
    fn own_words_agree(
        &self,
        likeness: Likeness,
        covered: (f64, f64),
        similar_titles: bool,
    ) -> Option<TitleReason> {
        let each_has_own = covered.0 < 1.0 && covered.1 < 1.0;
        let by_one = matches!(self.published, Publication::OneSource { .. });
        if by_one && each_has_own {
            let is_copy = self.is_copy(likeness) && self.is_reworded(covered);
            return (!is_copy).then_some(TitleReason::OneSource);
        }
        if by_one && self.titles_replace_a_name() {
            return Some(TitleReason::OneSource);
        }
        if !self.is_slight() {
            if !by_one && each_has_own && similar_titles && self.titles_have_other_names() {
                return Some(TitleReason::OtherName);
            }
            // A title that only adds words to the other is that of one outlet: `EN DIRECT`, the name of the paper.
            let agree = by_one || !each_has_own || !self.are_of_two_events();
            return (!agree).then_some(TitleReason::TwoEvents);
        }
        if likeness == Likeness::Cut
            && !self.is_short()
            && covered.0.min(covered.1) < MOST_OF_TITLE_OVER_FEW_FACTS
        {
            return Some(TitleReason::CutOfFewFacts);
        }
        if similar_titles {
            let agree =
                !each_has_own || self.is_inflected() || self.is_reworded_report() || self.is_lead_of_report();
            return (!agree).then_some(TitleReason::Template);
        }
        let (here, there) = (&self.shorter, &self.longer);
        let stands_in = |title: &[WordHash], text: &[WordHash]| {
            share_in_text(title, text).min(telling_share(title, text)) >= 0.5
        };
        let agree = (stands_in(&here.title, &there.text) && stands_in(&there.title, &here.text))
            || (!by_one && !self.has_own_number() && shortens(&here.title, &there.title))
            || self.is_dated_report()
            || self.is_lead_of_report()
            || self.is_teaser_of_one_article();
        (!agree).then_some(TitleReason::Unrelated)
    }

    /// Returns whether one of the titles has a number that the other entry lacks.
    fn has_own_number(&self) -> bool {
        has_own_number(&self.shorter.title, self.words_of_longer())
            || has_own_number(&self.longer.title, self.words_of_shorter())
    }

    /// Returns the words of the title of the shorter and of the longer text that the other entry lacks.
    pub(super) fn own_words_of_titles(&self) -> (Vec<WordHash>, Vec<WordHash>) {
        let own = |title: &[WordHash], other: &EntryWords| -> Vec<WordHash> {
            title.iter().filter(|word| !other.has(**word)).copied().collect()
        };
        (own(&self.shorter.title, self.words_of_longer()), own(&self.longer.title, self.words_of_shorter()))
    }

    /// Returns whether the words that each title has alone are neither names nor numbers, and say nothing opposite.
    pub(super) fn titles_are_reworded(&self) -> bool {
        let (here, there) = self.own_words_of_titles();
        let is_plain = |word: &WordHash| word.kind() == WordKind::Plain;
        here.iter().chain(&there).all(is_plain) && !opposites::differ(&here, &there)
    }

    /// Returns whether the titles say opposite things: `inflation rises`, `inflation falls`; `leaders fail to agree`. Words
    /// that the other entry has, too, do not count.
    fn titles_contradict(&self) -> bool {
        let (here, there) = self.own_words_of_titles();
        let only_one_says_no = |own: &[WordHash], other: &EntryWords| {
            negation::says_no(own) && !other.has_any(negation::refusing_words())
        };
        let adds_no = |own: &[WordHash], other: &[WordHash]| other.is_empty() && negation::says_no(own);
        opposites::contradict(&here, &there)
            || negating_prefixes::one_has_prefix(&here, &there)
            || only_one_says_no(&here, self.words_of_longer())
            || only_one_says_no(&there, self.words_of_shorter())
            || adds_no(&here, &there)
            || adds_no(&there, &here)
    }

    /// Returns whether one text is that of another place: each begins with a name that the other entry lacks (the town of its
    /// dateline), and one adds a name in its title and in its text (`in Asturias`).
    fn is_of_another_place(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let begins_with_name = |text: &[WordHash], words: usize, other: &EntryWords| {
            let mut head = text.iter().take(words).enumerate();
            words <= self.words(HEAD)
                && head.any(|(at, word)| (at == 0 || word.kind() == WordKind::Name) && !other.has(*word))
        };
        let adds_name = |entry: &Sketch, other: &EntryWords| {
            let mut names = entry.title.iter().skip(1).filter(|word| word.kind() == WordKind::Name);
            names.any(|name| !other.has(*name) && share_in_text(&[*name], &entry.text) > 0.0)
        };
        let (of_here, of_there) = (self.words_of_shorter(), self.words_of_longer());
        matches!(self.published, Publication::TwoSources { .. })
            && begins_with_name(&here.text, self.overlap.head.max(1), of_there)
            && begins_with_name(&there.text, self.overlap.skipped.max(1), of_here)
            && !dispatch::writes_nouns_with_capitals(here)
            && (adds_name(here, of_there) || adds_name(there, of_here))
    }

    /// Returns whether each title has a number that the other one lacks. The date of a day of the week that the other entry
    /// names, too, does not count: `Friday` and `Friday, 27 November`.
    fn titles_are_numbered(&self) -> bool {
        let (here, there) = (&self.shorter.title, &self.longer.title);
        let without_date = |title: &[WordHash], other: &[WordHash], has: &EntryWords| {
            if self.is_within_a_day() { without_date_of_day(title, other, has) } else { title.to_vec() }
        };
        let of_here = without_date(here, there, self.words_of_longer());
        let of_there = without_date(there, here, self.words_of_shorter());
        numbered_beyond(&of_here, there) && numbered_beyond(&of_there, here)
    }

    /// Returns whether the other entry lacks most words of a title, not counting those that stand in any text.
    fn has_foreign_title(&self) -> bool {
        is_foreign(&self.shorter.title, self.words_of_longer())
            || is_foreign(&self.longer.title, self.words_of_shorter())
    }

    /// Returns whether the titles differ only in wording: most words agree, and not both have a name that the other entry
    /// lacks. If both titles are in capitals, names are not recognised.
    fn is_reworded(&self, covered: (f64, f64)) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let own_names = !self.titles_in_capitals
            && has_own_name(&here.title, self.words_of_longer())
            && has_own_name(&there.title, self.words_of_shorter());
        covered.0.min(covered.1) >= MOST_OF_TITLE && !own_names
    }

    /// Returns which share of each title's words the other entry has, that of the shorter entry first.
    pub(super) fn title_coverage(&self) -> (f64, f64) {
        let covered = |title: &[WordHash], by: &EntryWords| {
            share(title.iter().filter(|token| by.has(**token)).count(), title.len())
        };
        (
            covered(&self.shorter.title, self.words_of_longer()),
            covered(&self.longer.title, self.words_of_shorter()),
        )
    }
}
