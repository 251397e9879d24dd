//! The judge: whether two entries are one story. In doubt, they are not.
//!
//! Alike texts alone prove little: a weather report for the next town, tomorrow's prices and last week's links have
//! nearly the same words. What differs decides. `docs/deduplication.md` tells the rules with what they were measured on.

pub mod compare;

use std::time::Duration;

use crate::article::fingerprint::{Sketch, WordHash, WordKind};
use crate::model::SourceId;
use crate::time::{DAY, HOUR, Timestamp};
use compare::{Conflicts, EntryWords, HEAD, Overlap, cut_share, share, shared_facts};

/// Fewer common words are no evidence: a teaser, a greeting, "read more".
const LEAST_COMMON: usize = 16;
/// Below this an entry is a lead or a notice, and every difference counts.
const SHORT_TEXT: usize = 60;
/// Words before the common part of the longer text: beyond its lead it quotes or lists the shorter (a round-up).
const LEAD: usize = 64;
/// Words in which two outlets may differ once in a number or a name: a correction, another spelling.
const PER_CONFLICT: usize = 150;
/// Common words that outweigh another beginning of the text.
const OUTWEIGHS_LEAD: usize = 200;
/// One source sends an item again within a day; daily columns are a day apart, and their clocks drift.
const SENT_AGAIN_WITHIN: Duration = HOUR.saturating_mul(20);
/// Others shorten a story on the day it is told.
const CUT_WITHIN: Duration = DAY;
/// Fewer numbers and names in common: a standing text that could stand under anything (show notes, the terms of a
/// vacancy), and the titles must prove the rest. Of some 300 labelled tellings of one story a single one has fewer.
const LEAST_FACTS: usize = 4;
/// Words of a title that, with its second of publication, identify a page of one source.
const TELLING_TITLE: usize = 4;

/// An entry as the judge sees it.
#[derive(Clone, Copy, Debug)]
pub struct JudgedEntry<'a> {
    /// Where it was found.
    pub source: SourceId,
    /// As stated.
    pub published_at: Option<Timestamp>,
    /// When it was first seen.
    pub arrived_at: Timestamp,
    /// Whether its feed lists it now. Only asked of two entries of one source: a page that is still there has not moved.
    pub listed: bool,
    /// `Fingerprint::sketch`.
    pub sketch: &'a [u8],
}

/// What the judge found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Judgement {
    /// How much of the shorter text stands in the longer, from 0 to 1; 0 where there is too little text to tell.
    pub score: f64,
    /// What it means.
    pub verdict: Verdict,
}

/// One story or two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// One.
    Same(Likeness),
    /// Two.
    Different(Difference),
}

/// Why two entries are one story. Stored with the entry that joins, shown by `why`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// Nearly the same text.
    Text,
    /// One is cut from the other: a summary, a lead, a shortened version.
    Cut,
    /// One source published the same title in the same second, and lists one of them no more: the page moved.
    Moved,
}

/// Why two entries are two stories: the first rule that says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Difference {
    /// Too few words to tell.
    TooShort,
    /// The texts are not alike enough.
    Text,
    /// The shorter is rewritten, not cut from the longer.
    Rewritten,
    /// The longer quotes or lists the shorter further down.
    Inside,
    /// A title says what the other entry does not.
    Title,
    /// The titles are numbered or dated differently, or it is told another day: again by one source, shortened by another.
    Series,
    /// The texts begin differently and agree further down: boilerplate.
    Lead,
    /// Numbers or names differ where the words agree: a template.
    Facts,
    /// One source shows other pictures or files over the same words: an episode, a strip.
    Media,
}

impl Likeness {
    /// As stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "same text",
            Self::Cut => "cut from the other",
            Self::Moved => "same title and second",
        }
    }
}

impl Difference {
    /// As shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too short",
            Self::Text => "other text",
            Self::Rewritten => "rewritten",
            Self::Inside => "inside another",
            Self::Title => "other title",
            Self::Series => "series",
            Self::Lead => "other lead",
            Self::Facts => "other facts",
            Self::Media => "other files",
        }
    }
}

/// Whether two entries tell the same story in nearly the same words. `judge(a, b, s) == judge(b, a, s)`.
///
/// `similarity` is `[dedup] similarity`: the score from which texts are alike, halfway raised to 1 for short texts and
/// cuts. Most pairs take microseconds; the worst (800 words each, a tenth of them changed) about a millisecond.
pub fn judge(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>, similarity: f64) -> Judgement {
    let (Some(first), Some(second)) = (Sketch::from_bytes(one.sketch), Sketch::from_bytes(other.sketch))
    else {
        return Judgement { score: 0.0, verdict: Verdict::Different(Difference::TooShort) };
    };
    // By length, then by content: the alignment of two texts must not depend on who asks.
    let (shorter, longer) = if (first.text.len(), one.sketch) <= (second.text.len(), other.sketch) {
        (first, second)
    } else {
        (second, first)
    };
    let overlap = Overlap::of(&shorter, &longer);
    let pair = EntryPair { shorter, longer, overlap, published: Publication::of(one, other), similarity };
    let verdict = pair.verdict().map_or_else(Verdict::Different, Verdict::Same);
    Judgement { score: overlap.score, verdict }
}

/// What is known of where and when two entries were published.
#[derive(Clone, Copy)]
enum Publication {
    /// By two sources, so long apart.
    TwoSources { apart: Duration },
    /// By one; `replaced`: in the same second, and only one of them is still listed.
    OneSource { apart: Duration, replaced: bool },
}

impl Publication {
    fn of(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>) -> Self {
        let at = |entry: &JudgedEntry<'_>| entry.published_at.unwrap_or(entry.arrived_at);
        let apart = at(one).since(at(other)).max(at(other).since(at(one)));
        if one.source != other.source {
            return Self::TwoSources { apart };
        }
        let at_once = one.published_at.is_some() && one.published_at == other.published_at;
        Self::OneSource { apart, replaced: at_once && !(one.listed && other.listed) }
    }
}

struct EntryPair {
    shorter: Sketch,
    longer: Sketch,
    overlap: Overlap,
    published: Publication,
    similarity: f64,
}

impl EntryPair {
    fn verdict(&self) -> Result<Likeness, Difference> {
        if self.moved() {
            return Ok(Likeness::Moved);
        }
        let likeness = self.texts_alike()?;
        self.titles_agree()?;
        self.leads_agree()?;
        self.times_agree(likeness)?;
        self.facts_agree()?;
        self.media_agree()?;
        Ok(likeness)
    }

    fn words(&self, words: usize) -> usize {
        self.shorter.measure(words)
    }

    fn is_short(&self) -> bool {
        self.overlap.common < self.words(SHORT_TEXT)
    }

    /// Whether too little stands in both texts to prove anything beside the titles.
    fn is_slight(&self) -> bool {
        self.is_short() || self.has_few_facts()
    }

    fn has_few_facts(&self) -> bool {
        shared_facts(&self.shorter, &self.longer) < LEAST_FACTS
    }

    /// Title and second are those of a page that is there no more, and the texts say nothing else: short ones nothing else
    /// at all.
    fn moved(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        let replaced = matches!(self.published, Publication::OneSource { replaced: true, .. });
        if !replaced || here.title.len() < self.words(TELLING_TITLE) || !same_words(&here.title, &there.title)
        {
            return false;
        }
        if here.text.len() < self.words(LEAST_COMMON) {
            same_words(&here.text, &there.text) && self.media_agree().is_ok()
        } else {
            self.overlap.score >= self.similarity && self.facts_agree().is_ok()
        }
    }

    fn texts_alike(&self) -> Result<Likeness, Difference> {
        let Overlap { score, common, skipped, of_longer, .. } = self.overlap;
        let strict = f64::midpoint(self.similarity, 1.0);
        if self.shorter.unspaced != self.longer.unspaced || self.shorter.text.len() < self.words(LEAST_COMMON)
        {
            return Err(Difference::TooShort);
        }
        if score < if self.is_short() { strict } else { self.similarity } {
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

    /// Half the words of each title must be covered by the other entry, and their numbers must not differ. Within one source no title may
    /// have a word of its own against one of the other's. A slight text leaves most of the proof to the titles: alike ones
    /// must not differ in a word each either, nor may one be numbered beyond the other, which is a template (a town, a
    /// guest, a product, a version), and unlike ones must be covered by the text itself, which boilerplate does not do.
    fn titles_agree(&self) -> Result<(), Difference> {
        let (here, there) = (&self.shorter.title, &self.longer.title);
        if here.is_empty() || there.is_empty() {
            return Ok(());
        }
        let covered = self.title_coverage();
        if covered.0 < 0.5 || covered.1 < 0.5 {
            return Err(Difference::Title);
        }
        let alike = share_in_text(here, there).min(share_in_text(there, here)) >= 0.5;
        let numbered_apart = numbered_beyond(here, there) && numbered_beyond(there, here);
        let own_number = has_own_number(here, &self.longer) || has_own_number(there, &self.shorter);
        if numbered_apart || (alike && own_number && self.is_slight()) {
            return Err(Difference::Series);
        }
        let each_has_own = covered.0 < 1.0 && covered.1 < 1.0;
        let by_one = matches!(self.published, Publication::OneSource { .. });
        let agree = match self.is_slight() {
            _ if by_one && each_has_own => false,
            true if alike => !each_has_own,
            true => {
                share_in_text(here, &self.longer.text).min(share_in_text(there, &self.shorter.text)) >= 0.5
            }
            false => true,
        };
        if agree { Ok(()) } else { Err(Difference::Title) }
    }

    /// The shares of the titles' words that the other entry has, the shorter's first.
    fn title_coverage(&self) -> (f64, f64) {
        let covered = |title: &[WordHash], by: &Sketch| {
            let words = EntryWords::of(by);
            share(title.iter().filter(|token| words.has(**token)).count(), title.len())
        };
        (covered(&self.shorter.title, &self.longer), covered(&self.longer.title, &self.shorter))
    }

    /// Where both begin with words of their own, the rest may be boilerplate: then only a by-line's worth of them, or a
    /// long text and titles that agree, make one story.
    fn leads_agree(&self) -> Result<(), Difference> {
        let Overlap { head, skipped, common, .. } = self.overlap;
        let own_words = if head.min(skipped) == 0 { 0 } else { head.max(skipped) };
        if own_words == 0 || (own_words <= self.words(HEAD) && !self.is_short()) {
            return Ok(());
        }
        let covered = self.title_coverage();
        let outweighed = common >= self.words(OUTWEIGHS_LEAD) && covered.0.min(covered.1) >= 2.0 / 3.0;
        if outweighed { Ok(()) } else { Err(Difference::Lead) }
    }

    /// What one source says again another day is its series, and so is at any time what has few facts in it: the notes of
    /// an hourly bulletin, of a nightly build. What another outlet cuts from a story a day later is mostly the background
    /// of a new one.
    fn times_agree(&self, likeness: Likeness) -> Result<(), Difference> {
        let another_day = match self.published {
            Publication::OneSource { apart, .. } => apart > SENT_AGAIN_WITHIN || self.has_few_facts(),
            Publication::TwoSources { apart } => likeness == Likeness::Cut && apart > CUT_WITHIN,
        };
        if another_day { Err(Difference::Series) } else { Ok(()) }
    }

    fn facts_agree(&self) -> Result<(), Difference> {
        let found = Conflicts::between(&self.shorter, &self.longer);
        let allowed = self.overlap.common / self.words(PER_CONFLICT);
        let differ = match self.published {
            Publication::TwoSources { .. } if !self.is_slight() => {
                found.inside + found.numbers_at_edges > allowed
            }
            _ => found.inside + found.at_edges > 0,
        };
        if differ { Err(Difference::Facts) } else { Ok(()) }
    }

    /// Another outlet has its own copies of a picture; one source that shows another shows something else.
    fn media_agree(&self) -> Result<(), Difference> {
        let differ = self.shorter.media.zip(self.longer.media).is_some_and(|(here, there)| here != there);
        match self.published {
            Publication::OneSource { .. } if differ => Err(Difference::Media),
            _ => Ok(()),
        }
    }
}

fn same_words(here: &[WordHash], there: &[WordHash]) -> bool {
    here.iter().map(|token| token.word()).eq(there.iter().map(|token| token.word()))
}

/// The share of `title`'s words that stand in `text`.
fn share_in_text(title: &[WordHash], text: &[WordHash]) -> f64 {
    share(
        title.iter().filter(|token| text.iter().any(|word| word.word() == token.word())).count(),
        title.len(),
    )
}

/// Whether `title` has a number more often than `other`: `#41` against `#42`, `part 1 of 2` against `part 2 of 2`.
fn numbered_beyond(title: &[WordHash], other: &[WordHash]) -> bool {
    let times =
        |title: &[WordHash], number: WordHash| title.iter().filter(|t| t.word() == number.word()).count();
    let numbers = title.iter().filter(|token| token.kind() == WordKind::Number);
    numbers.into_iter().any(|number| times(title, *number) > times(other, *number))
}

/// Whether `title` has a number that `other` tells nowhere: a version, an issue, a year.
fn has_own_number(title: &[WordHash], other: &Sketch) -> bool {
    let words = EntryWords::of(other);
    title.iter().any(|token| token.kind() == WordKind::Number && !words.has(*token))
}

#[cfg(test)]
mod tests;
