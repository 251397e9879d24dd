//! Says in a sentence, with its figures, which rule joins two entries or keeps them apart. `why` shows it.

use std::time::Duration;

use super::{
    CUT_WITHIN, Difference, EntryPair, LEAD, LEAST_COMMON, LEAST_FACTS, Likeness, RETOLD_WITHIN,
    SENT_AGAIN_WITHIN, SeriesReason, TitleReason, Verdict,
};
use crate::text::words::{counted, percent};
use crate::time::human;

impl EntryPair {
    /// Returns the rule of the `verdict` over the pair in a sentence. `apart` is the time between the two, and `differing` the
    /// number of places at which they say different things that count.
    pub(super) fn sentence(&self, verdict: Verdict, apart: Duration, differing: usize) -> String {
        match verdict {
            Verdict::Same(likeness) => self.why_same(likeness, differing),
            Verdict::Different(difference) => self.why_different(difference, apart, differing),
        }
    }

    fn why_same(&self, likeness: Likeness, differing: usize) -> String {
        let score = percent(self.overlap.score);
        let differ = match differing {
            0 => String::new(),
            found => format!(
                "; numbers or names differ at {}, and in so long a text they may at {}",
                counted(found as u64, "place"),
                self.allowed_conflicts()
            ),
        };
        match likeness {
            Likeness::Text => format!(
                "{score} of the shorter text stands in the longer one, and neither the titles nor the times show two stories{differ}"
            ),
            Likeness::Cut => format!(
                "one text is cut from the other: {score} of it stands there, and neither the titles nor the times show two \
                 stories{differ}"
            ),
            Likeness::Moved => {
                "one source published both in one second, under one title or with one long text, and no longer lists both"
                    .to_owned()
            }
        }
    }

    fn why_different(&self, difference: Difference, apart: Duration, differing: usize) -> String {
        let overlap = &self.overlap;
        match difference {
            Difference::TooShort => format!(
                "only {} in common; fewer than {} prove nothing",
                are(overlap.common, "word"),
                self.words(LEAST_COMMON)
            ),
            Difference::Text => format!(
                "{} of the shorter text stands in the longer one; of one story, at least {} does",
                percent(overlap.score),
                percent(self.least_score())
            ),
            Difference::Rewritten => format!(
                "only {} of the longer text is common, and the shorter one is not cut from it in whole phrases",
                percent(overlap.of_longer)
            ),
            Difference::Inside => format!(
                "the longer text begins with {} of its own, as one does that quotes or lists the shorter text; {} may be",
                counted(overlap.skipped as u64, "word"),
                self.words(LEAD)
            ),
            Difference::Lead => format!(
                "the texts begin differently ({} and {}) and agree further down, as with boilerplate",
                counted(overlap.head.min(overlap.skipped) as u64, "word"),
                counted(overlap.head.max(overlap.skipped) as u64, "word")
            ),
            Difference::LaterNews => format!(
                "they were published {} apart and {} where they begin, as a report of what happened since does",
                human(apart),
                if self.begin_differently() { "have different words" } else { "name different days" }
            ),
            Difference::Media => "one source shows other pictures or files over the same words".to_owned(),
            Difference::Facts => self.why_facts(differing),
            Difference::Title(reason) => self.why_titles(reason),
            Difference::Series(reason) => self.why_series(reason, apart),
        }
    }

    fn why_facts(&self, differing: usize) -> String {
        let allowed = match self.allowed_conflicts() {
            0 => "they may at none".to_owned(),
            allowed => format!("in so long a text they may at {allowed}"),
        };
        let exchanged = if self.counted_conflicts() > differing {
            "; words that change places count once more"
        } else {
            ""
        };
        format!(
            "the texts agree otherwise, but at {} they have different numbers or names or say opposite things; \
             {allowed}{exchanged}",
            counted(differing as u64, "place")
        )
    }

    fn why_titles(&self, reason: TitleReason) -> String {
        match reason {
            TitleReason::Foreign => {
                "less than half of a title stands in the other entry (words such as `the` aside), and the text is none that \
                 outlets print under headlines of their own"
                    .to_owned()
            }
            TitleReason::Opposite => {
                "the titles say opposite things, or one says that something fails, is refused or is called off".to_owned()
            }
            TitleReason::OtherPlace => {
                "each text begins with a name that the other entry lacks, and one has another name in its title and its text, as \
                 with two towns"
                    .to_owned()
            }
            TitleReason::OneSource => {
                "one source published both, and each title has words that the other entry lacks".to_owned()
            }
            TitleReason::CutOfFewFacts => format!(
                "one text is cut from the other, {}, and less than two thirds of a title stands in the other entry",
                self.what_is_slight()
            ),
            TitleReason::Template => {
                format!("{}, and each of the similar titles has words that the other entry lacks", self.what_is_slight())
            }
            TitleReason::OtherName => {
                "the titles are similar, and each has a name that the other entry lacks".to_owned()
            }
            TitleReason::Unrelated => {
                format!("{}, and less than half of a title stands in the other text", self.what_is_slight())
            }
            TitleReason::TwoEvents => "the titles speak of what only their own texts say".to_owned(),
        }
    }

    fn why_series(&self, reason: SeriesReason, apart: Duration) -> String {
        let apart = human(apart);
        match reason {
            SeriesReason::TitleNumbers => {
                "the titles have different numbers, as the parts of a series or two tolls have".to_owned()
            }
            SeriesReason::OwnNumber => format!(
                "{}, and one of the similar titles has a number that the other entry lacks",
                self.what_is_slight()
            ),
            SeriesReason::SentAgain => format!(
                "one source published both {apart} apart, as it does with a series; it may send an entry again within {}",
                human(SENT_AGAIN_WITHIN)
            ),
            SeriesReason::FewFacts => format!(
                "one source published both, and only {} in common, as in the notes under each episode; {LEAST_FACTS} must be",
                self.shared_facts_in_words()
            ),
            SeriesReason::ListedNotice => {
                "one source lists both at different times, and the text is short: a notice on each of two events".to_owned()
            }
            SeriesReason::ListedAsTwo => {
                "one source lists both, each with a page of its own, at different times or under different numbers".to_owned()
            }
            SeriesReason::CutLater => format!(
                "one text is cut from the other and came {apart} later or earlier, as the background of another story does; {} is \
                 the limit",
                human(CUT_WITHIN)
            ),
            SeriesReason::NoticeAgain { within } => format!(
                "two sources published this text under one title {apart} apart by their dates, as they do with a notice that \
                 comes again; {} is the limit",
                human(within)
            ),
            SeriesReason::EditedLater => format!(
                "the titles and some words are different, and they were published {apart} apart by their dates, as the next news \
                 is; {} is the limit",
                human(RETOLD_WITHIN)
            ),
            SeriesReason::StockPhrase => {
                "the text is short, and its numbers and names are too few to show that it is not a phrase which any publisher \
                 could use"
                    .to_owned()
            }
            SeriesReason::BareVersion => {
                "two sources published both, and the title is nothing but a version, which any program may have".to_owned()
            }
            SeriesReason::Timetable { dates, names } => format!(
                "two sources published both, nobody tells it, and it has {} (days of the week and months) and {}, as a timetable \
                 or a notice of each has",
                counted(dates as u64, "date"),
                counted(names as u64, "name")
            ),
            SeriesReason::OwnNotice { names } => format!(
                "two sources published both, and the text speaks for its publisher or to its readers and has only {}, as a notice \
                 of each has",
                counted(names as u64, "name")
            ),
        }
    }

    /// Returns why the texts alone prove little.
    fn what_is_slight(&self) -> String {
        if self.is_short() {
            format!("only {} in common", are(self.overlap.common, "word"))
        } else {
            format!("only {} in common", self.shared_facts_in_words())
        }
    }

    fn shared_facts_in_words(&self) -> String {
        match self.shared_facts() {
            1 => "1 number or name is".to_owned(),
            facts => format!("{facts} numbers and names are"),
        }
    }
}

/// Returns a count and its noun as the subject of a sentence.
fn are(count: usize, noun: &str) -> String {
    format!("{} {}", counted(count as u64, noun), if count == 1 { "is" } else { "are" })
}
