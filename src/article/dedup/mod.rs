//! Judges whether two entries tell one story. In doubt, the answer is no.
//!
//! Similar texts alone prove little: a weather report for the next town, tomorrow's prices and last week's links have
//! nearly the same words. What differs decides. `docs/deduplication.md` lists the rules and what they were measured on.

mod capitals;
pub mod compare;
mod conflicts;
mod dispatch;
mod exchange;
mod facts_rule;
mod figures;
mod judged_entry;
mod language;
mod later_news;
mod lead_of_report;
mod levels;
mod negating_prefixes;
mod negation;
mod notice;
mod one_site;
mod opposite_events;
mod opposite_kinds;
mod opposite_states;
mod opposite_words;
mod opposites;
mod other_names;
mod outline;
mod place;
mod sentences;
mod shared_page;
mod small_words;
mod stock_phrase;
mod title_names;
mod title_rule;
mod titles;
mod verdict;
mod word_forms;

use std::cell::OnceCell;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::article::fingerprint::Sketch;
use crate::time::{DAY, HOUR};
use compare::{EntryWords, HEAD, Overlap, cut_share, shared_facts};
use conflicts::Conflicts;
pub use figures::{Explanation, Figures, OwnWords, TextPlace, explain};
use judged_entry::Publication;
pub use judged_entry::{JudgedEntry, are_listed_as_two};
use one_site::OneSite;
pub use outline::Outline;
pub use shared_page::{are_other_parts, are_other_stories, is_page_of_many, sketch_of_entry};
use titles::same_words;
pub use verdict::{Difference, Judgement, Likeness, SeriesReason, TitleReason, Verdict};

/// Least number of common words. Fewer prove nothing: a teaser, a greeting, "read more".
const LEAST_COMMON: usize = 16;
/// Below this number of common words the text is short (a lead or a notice), and every difference counts.
const SHORT_TEXT: usize = 60;
/// How many words of the longer text may come before the common part. If more do, the longer text quotes the shorter or
/// lists it (a round-up).
const LEAD: usize = 64;
/// How many common words make texts that begin differently one story, if their titles agree.
const OUTWEIGHS_LEAD: usize = 200;
/// Within this time one source may send an entry again. The columns of a daily series are about a day apart.
const SENT_AGAIN_WITHIN: Duration = HOUR.saturating_mul(20);
/// How long after an entry one source may send a copy of it, as an agency does overnight. The next piece of a daily series
/// comes earlier.
const SENT_LATE: RangeInclusive<Duration> = HOUR.saturating_mul(26)..=HOUR.saturating_mul(36);
/// Least score of a copy ([`EntryPair::is_copy`]).
const COPY_SCORE: f64 = 0.98;
/// Least number of facts (numbers and names) that a copy has in common with the original.
const FACTS_OF_COPY: usize = 6;
/// Least share of each title that the other entry must have if one is a copy under another title.
const MOST_OF_TITLE: f64 = 0.6;
/// Least share of each title that the other entry must have if one text is cut from the other and has few facts.
const MOST_OF_TITLE_OVER_FEW_FACTS: f64 = 2.0 / 3.0;
/// Within this time another outlet may shorten a story. Within it, two outlets may also publish one text with few facts under
/// one title.
const CUT_WITHIN: Duration = DAY;
/// Within this time, by the dates of the entries, another outlet may publish the same text under the same title. A notice that
/// comes again weeks later announces something else. Under another title there is no limit: that is a reprint, whose dates may
/// be wrong. In the labelled pairs of `docs/deduplication.md`, no two entries that tell one story are more than two days apart.
const RETOLD_WITHIN: Duration = DAY.saturating_mul(3);
/// The same for a dispatch, which a weekly paper prints days later. It is less than a week, because a text that comes every
/// week is no reprint.
const REPRINTED_WITHIN: Duration = DAY.saturating_mul(6);
/// Least number of common numbers and names (facts) of texts that prove something without the titles. A text with fewer could
/// stand under many titles (show notes, the terms of a vacancy). Of some 300 labelled pairs that tell one story, only one has
/// fewer.
const LEAST_FACTS: usize = 4;
/// How many common words identify a page of one source, together with its second of publication, under any title.
const IDENTIFYING_TEXT: usize = 40;
/// How many words a title needs to identify a page of one source together with its second of publication.
const IDENTIFYING_TITLE: usize = 4;

/// Judges whether two entries tell the same story in nearly the same words. `judge(a, b, s) == judge(b, a, s)`.
///
/// `similarity` is `[dedup] similarity`: the least score of similar texts. For short texts and cuts the least score
/// lies halfway between it and 1. Most pairs take microseconds; the worst (800 words each, a tenth of them changed)
/// takes about a millisecond.
pub fn judge(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>, similarity: f64) -> Judgement {
    EntryPair::of(one, other, similarity).map_or(NOT_COMPARABLE, |pair| pair.judgement())
}

/// The judgement if one of the two entries has no sketch.
const NOT_COMPARABLE: Judgement = Judgement { score: 0.0, verdict: Verdict::Different(Difference::TooShort) };

/// Two entries that are compared, and what was found so far.
struct EntryPair {
    shorter: Sketch,
    longer: Sketch,
    /// Whether both titles are in capitals, so that nothing shows which of their words are names.
    titles_in_capitals: bool,
    overlap: Overlap,
    published: Publication,
    /// What date and address show if the pages are on one site.
    one_site: Option<OneSite>,
    similarity: f64,
    /// Words of the shorter entry, once a rule needs them.
    words_of_shorter: OnceCell<EntryWords>,
    /// Words of the longer entry, once a rule needs them.
    words_of_longer: OnceCell<EntryWords>,
    /// How many numbers and names both texts have, once a rule needs it.
    shared_facts: OnceCell<usize>,
    /// Where the texts say different things, once a rule needs it.
    conflicts: OnceCell<Conflicts>,
    /// Whether the text is a dispatch, once a rule needs it.
    is_dispatch: OnceCell<bool>,
}

impl EntryPair {
    /// Returns the pair of two entries; `None` if one of them has no sketch.
    fn of(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>, similarity: f64) -> Option<Self> {
        let (first, second) = (Sketch::from_bytes(one.sketch)?, Sketch::from_bytes(other.sketch)?);
        // The two are ordered by length, then by content, because the alignment of two texts must not depend on their order.
        let by_length = first.text.len().cmp(&second.text.len());
        let (mut shorter, mut longer) = if by_length.then_with(|| first.cmp_content(&second)).is_le() {
            (first, second)
        } else {
            (second, first)
        };
        let titles_in_capitals = capitals::read_titles(&mut shorter, &mut longer);
        let overlap = Overlap::of(&shorter, &longer);
        Some(Self {
            shorter,
            longer,
            titles_in_capitals,
            overlap,
            published: Publication::of(one, other),
            one_site: OneSite::of(one, other),
            similarity,
            words_of_shorter: OnceCell::new(),
            words_of_longer: OnceCell::new(),
            shared_facts: OnceCell::new(),
            conflicts: OnceCell::new(),
            is_dispatch: OnceCell::new(),
        })
    }

    fn words_of_shorter(&self) -> &EntryWords {
        self.words_of_shorter.get_or_init(|| EntryWords::of(&self.shorter))
    }

    fn words_of_longer(&self) -> &EntryWords {
        self.words_of_longer.get_or_init(|| EntryWords::of(&self.longer))
    }

    /// Returns where the texts say different things.
    fn conflicts(&self) -> Conflicts {
        *self.conflicts.get_or_init(|| {
            let words = (self.words_of_shorter(), self.words_of_longer());
            Conflicts::between(&self.shorter, &self.longer, words)
        })
    }

    /// Returns how many different numbers and names both texts have.
    fn shared_facts(&self) -> usize {
        *self.shared_facts.get_or_init(|| shared_facts(&self.shorter, &self.longer))
    }

    fn judgement(&self) -> Judgement {
        let verdict = self.verdict().map_or_else(Verdict::Different, Verdict::Same);
        Judgement { score: self.overlap.score, verdict }
    }

    fn verdict(&self) -> Result<Likeness, Difference> {
        if self.moved() {
            return Ok(Likeness::Moved);
        }
        let likeness = self.texts_agree()?;
        self.titles_agree(likeness)?;
        self.leads_agree()?;
        if self.is_later_news() {
            return Err(Difference::LaterNews);
        }
        self.times_agree(likeness)?;
        self.facts_agree()?;
        self.media_agree()?;
        let notice = if likeness == Likeness::Text { self.notice() } else { None };
        notice.map_or(Ok(likeness), |reason| Err(Difference::Series(reason)))
    }

    fn words(&self, words: usize) -> usize {
        self.shorter.scaled(words)
    }

    fn is_short(&self) -> bool {
        self.overlap.common < self.words(SHORT_TEXT)
    }

    /// Returns whether the common text is too short, or has too few facts, to prove anything without the titles.
    fn is_slight(&self) -> bool {
        self.is_short() || self.has_few_facts()
    }

    fn has_few_facts(&self) -> bool {
        self.shared_facts() < LEAST_FACTS
    }

    /// Returns whether the page moved: one source published both entries in the same second and now lists at most one of them,
    /// they have the same title of at least [`IDENTIFYING_TITLE`] words, and the texts agree. Texts of fewer than
    /// [`LEAST_COMMON`] words must agree in every word and, if the second is a full hour, in their pictures and files. The
    /// title may be another one if a text of at least [`IDENTIFYING_TEXT`] words is the same.
    fn moved(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let Publication::OneSource { replaced: Some(is_exact), .. } = self.published else { return false };
        if is_exact && self.is_retitled() {
            return true;
        }
        if !same_words(&here.title, &there.title) {
            return false;
        }
        let has_long_title = here.title.len() >= self.words(IDENTIFYING_TITLE);
        if here.text.len() >= self.words(LEAST_COMMON) {
            return has_long_title && self.overlap.score >= self.similarity && self.facts_agree().is_ok();
        }
        // In an exact second, the file of an episode was replaced.
        let has_text = has_long_title || is_exact && here.text.len() >= self.words(IDENTIFYING_TITLE);
        has_text && same_words(&here.text, &there.text) && (is_exact || self.media_agree().is_ok())
    }

    /// Returns whether a long text is the same in nearly every word, so that only headline and address were replaced.
    fn is_retitled(&self) -> bool {
        let Overlap { score, of_longer, .. } = self.overlap;
        let has_text = self.overlap.common >= self.words(IDENTIFYING_TEXT);
        has_text && score.min(of_longer) >= COPY_SCORE && self.facts_agree().is_ok()
    }

    /// Returns the least score of a short text, and of a cut.
    const fn strict_score(&self) -> f64 {
        f64::midpoint(self.similarity, 1.0)
    }

    fn least_score(&self) -> f64 {
        if self.is_short() { self.strict_score() } else { self.similarity }
    }

    fn texts_agree(&self) -> Result<Likeness, Difference> {
        let Overlap { score, common, skipped, of_longer, .. } = self.overlap;
        let strict = self.strict_score();
        if self.shorter.unspaced != self.longer.unspaced || self.shorter.text.len() < self.words(LEAST_COMMON)
        {
            return Err(Difference::TooShort);
        }
        if score < self.least_score() {
            return Err(Difference::Text);
        }
        if common < self.words(LEAST_COMMON) {
            return Err(Difference::TooShort);
        }
        if skipped > self.words(LEAD) {
            return Err(Difference::Inside);
        }
        if of_longer >= 0.5 {
            return Ok(Likeness::Text);
        }
        if cut_share(&self.shorter, &self.longer) < strict {
            Err(Difference::Rewritten)
        } else {
            Ok(Likeness::Cut)
        }
    }

    /// Checks the beginnings. If both texts begin with words of their own, the rest may be boilerplate. They are one story only
    /// in one of these cases:
    ///
    /// - these words are few enough for a by-line, and the common text is not short;
    /// - the common text is long, and the titles agree;
    /// - the words are the frame of a dispatch ([`is_framed`](Self::is_framed)) or of a report
    ///   ([`is_framed_report`](Self::is_framed_report)).
    fn leads_agree(&self) -> Result<(), Difference> {
        let Overlap { head, skipped, common, .. } = self.overlap;
        let own_words = if head.min(skipped) == 0 { 0 } else { head.max(skipped) };
        if own_words == 0 || (own_words <= self.words(HEAD) && !self.is_short()) {
            return Ok(());
        }
        let covered = self.title_coverage();
        let outweighed = common >= self.words(OUTWEIGHS_LEAD) && covered.0.min(covered.1) >= 2.0 / 3.0;
        let framed = head.min(skipped) <= self.words(HEAD) && self.is_framed(own_words);
        if outweighed || framed || self.is_framed_report() { Ok(()) } else { Err(Difference::Lead) }
    }

    /// Checks the times. A text that one source sends again on another day is a series, unless it is a copy that was sent
    /// overnight. A text of one source with few facts is a series at any time: the notes of an hourly bulletin or a nightly
    /// build. So is what one source lists side by side as two things. A text that another outlet cuts from a story more than a
    /// day later is mostly the background of a new story. Three more kinds of text are not one story: a short notice that one
    /// source lists twice, one that two outlets publish days apart under one title, and a phrase that any publisher could use.
    fn times_agree(&self, likeness: Likeness) -> Result<(), Difference> {
        let reason = match self.published {
            Publication::OneSource { apart, listed, as_two, .. } => {
                let is_late =
                    apart > SENT_AGAIN_WITHIN && !(self.is_sent_late(apart) && self.is_copy(likeness));
                if is_late {
                    Some(SeriesReason::SentAgain)
                } else if as_two {
                    Some(SeriesReason::ListedAsTwo)
                } else if self.has_few_facts() {
                    Some(SeriesReason::FewFacts)
                } else {
                    (listed && self.is_repeated_notice()).then_some(SeriesReason::ListedNotice)
                }
            }
            Publication::TwoSources { apart, .. } if likeness == Likeness::Cut => {
                (apart > CUT_WITHIN).then_some(SeriesReason::CutLater)
            }
            Publication::TwoSources { apart, dated, .. } => {
                let is_notice = dated && same_words(&self.shorter.title, &self.longer.title);
                let notice = is_notice.then(|| self.notice_again(apart)).flatten();
                let is_edited =
                    dated && !is_notice && apart > RETOLD_WITHIN && self.overlap.score < COPY_SCORE;
                let notice = notice.or_else(|| is_edited.then_some(SeriesReason::EditedLater));
                notice.or_else(|| self.is_stock_phrase().then_some(SeriesReason::StockPhrase))
            }
        };
        reason.map_or(Ok(()), |reason| Err(Difference::Series(reason)))
    }

    /// Checks how far `apart` two outlets published one text under one title. If that is too far, returns the limit that they
    /// exceeded.
    fn notice_again(&self, apart: Duration) -> Option<SeriesReason> {
        let within = if self.has_few_facts() {
            CUT_WITHIN
        } else if apart > RETOLD_WITHIN && self.is_dispatch() {
            REPRINTED_WITHIN
        } else {
            RETOLD_WITHIN
        };
        (apart > within).then_some(SeriesReason::NoticeAgain { within })
    }

    /// Returns whether one source may have sent a copy this late: overnight, and under the same title.
    fn is_sent_late(&self, apart: Duration) -> bool {
        SENT_LATE.contains(&apart) && self.title_coverage() == (1.0, 1.0)
    }

    /// Returns whether one entry is a copy of the other: nearly the same text, long enough and with enough facts that no other
    /// story has the same words.
    fn is_copy(&self, likeness: Likeness) -> bool {
        likeness == Likeness::Text
            && self.overlap.score >= COPY_SCORE
            && !self.is_short()
            && self.shared_facts() >= FACTS_OF_COPY
    }

    /// Checks the pictures and files. Another outlet has its own copies of a picture, but one source that shows another
    /// picture shows something else.
    fn media_agree(&self) -> Result<(), Difference> {
        let differ = self.shorter.media.zip(self.longer.media).is_some_and(|(here, there)| here != there);
        match self.published {
            Publication::OneSource { .. } if differ => Err(Difference::Media),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod capitals_tests;
#[cfg(test)]
mod dispatch_tests;
#[cfg(test)]
mod docs_tests;
#[cfg(test)]
mod explanation_tests;
#[cfg(test)]
mod house_style_tests;
#[cfg(test)]
mod lead_tests;
#[cfg(test)]
mod opposites_tests;
#[cfg(test)]
mod quick_tests;
#[cfg(test)]
mod tests;
