//! The possible results of comparing two entries, and how they are shown.

use std::time::Duration;

use crate::time::human;

/// The result of [`judge`](super::judge).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Judgement {
    /// Share of the shorter text that stands in the longer, from 0 to 1; 0 if there is too little text to compare.
    pub score: f64,
    /// Whether the two entries tell one story.
    pub verdict: Verdict,
}

/// Whether two entries tell one story, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// They tell one story.
    Same(Likeness),
    /// They tell two stories.
    Different(Difference),
}

/// Why two entries tell one story. It is stored with the entry that joins and shown by `why`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// The texts are nearly the same.
    Text,
    /// One text is cut from the other: a summary, a lead, a shortened version.
    Cut,
    /// One source published both in the same second, under the same title or with the same long text, and now lists at most one
    /// of them: the page moved.
    Moved,
}

/// Why two entries tell two stories: the first rule that keeps them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Difference {
    /// There are too few words to compare, or only one of the two scripts writes spaces.
    TooShort,
    /// The texts are not similar enough.
    Text,
    /// The shorter text is rewritten, not cut from the longer.
    Rewritten,
    /// The longer text quotes or lists the shorter one further down.
    Inside,
    /// A title says something that the other entry does not.
    Title,
    /// The two are parts of a series, or two notices in the same words.
    Series(SeriesReason),
    /// The texts begin differently and agree further down, as with boilerplate.
    Lead,
    /// One outlet reports hours later what happened since: another lead, or another day in it, over the same background.
    LaterNews,
    /// Numbers or names differ where the words agree, as in a template, or opposite things are said there.
    Facts,
    /// One source shows other pictures or files over the same words: an episode, a comic strip.
    Media,
}

/// Why two entries with similar texts are parts of a series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeriesReason {
    /// Each title has a number that the other lacks: an issue, a part.
    TitleNumbers,
    /// The texts prove little, and one of two similar titles has a number that the other entry lacks: a version, a year.
    OwnNumber,
    /// One source published both, too far apart to be one entry that was sent again.
    SentAgain,
    /// One source published both over a text with few numbers and names: the notes of an episode.
    FewFacts,
    /// One source lists both, under one title and with one short text, but at different times: a notice on each event.
    ListedNotice,
    /// Two outlets published them, one text is cut from the other, and the times are too far apart: the background of a new
    /// story.
    CutLater,
    /// Two outlets published one text under one title, and the times are too far apart: a notice that comes again.
    NoticeAgain {
        /// Longest time between the two that still makes them one story.
        within: Duration,
    },
    /// Two outlets published them under different titles and with different words, and the times are too far apart: the next
    /// news over the same background.
    EditedLater,
    /// The text is a phrase that any publisher could use.
    StockPhrase,
}

impl SeriesReason {
    fn explanation(self) -> String {
        match self {
            Self::TitleNumbers => "each title has a number that the other title lacks, as the parts of a series or two tolls have".to_owned(),
            Self::OwnNumber => {
                "the texts prove little, and one of the similar titles has a number that the other entry lacks".to_owned()
            }
            Self::SentAgain => format!(
                "one source published both more than {} apart, as it does with a daily series",
                human(super::SENT_AGAIN_WITHIN)
            ),
            Self::FewFacts => format!(
                "one source published both, and the texts have fewer than {} numbers and names in common, as the notes under \
                 each episode have",
                super::LEAST_FACTS
            ),
            Self::ListedNotice => {
                "one source lists both at different times, and the text is short: a notice on each of two events".to_owned()
            }
            Self::CutLater => format!(
                "one text is cut from the other and came more than {} later, as the background of another story does",
                human(super::CUT_WITHIN)
            ),
            Self::NoticeAgain { within } => format!(
                "two sources published this text under one title more than {} apart by their dates, as they do with a notice \
                 that comes again",
                human(within)
            ),
            Self::EditedLater => format!(
                "the titles and some words are different, and one came more than {} later by its date, as the next news does",
                human(super::RETOLD_WITHIN)
            ),
            Self::StockPhrase => {
                "the text is short, has few numbers and names, and any publisher could use it".to_owned()
            }
        }
    }
}

impl Likeness {
    /// Returns the name as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "same text",
            Self::Cut => "cut from the other",
            Self::Moved => "same title and second",
        }
    }

    /// Returns the rule in a sentence.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Text => "the texts are nearly the same, and no title, number or name says otherwise",
            Self::Cut => "one text is cut from the other, and no title, number or name says otherwise",
            Self::Moved => {
                "one source published both in one second, under one title or with one long text, and no longer lists both"
            }
        }
    }
}

impl Difference {
    /// Returns the rule in a sentence.
    pub fn explanation(self) -> String {
        let fixed = match self {
            Self::Series(reason) => return reason.explanation(),
            Self::TooShort => "there are too few words to compare",
            Self::Text => "the texts are not similar enough",
            Self::Rewritten => "the shorter text is rewritten, not cut from the longer one",
            Self::Inside => "the longer text quotes or lists the shorter one further down",
            Self::Title => "a title says something that the other entry does not",
            Self::Lead => "the texts begin differently and agree further down, as with boilerplate",
            Self::LaterNews => {
                "they were published hours apart and begin with different words or days, as a report of what happened since does"
            }
            Self::Facts => {
                "numbers, names or words of opposite meaning differ where the texts agree otherwise"
            }
            Self::Media => "one source shows other pictures or files over the same words",
        };
        fixed.to_owned()
    }

    /// Returns the name as it is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too short",
            Self::Text => "other text",
            Self::Rewritten => "rewritten",
            Self::Inside => "inside another",
            Self::Title => "other title",
            Self::Series(_) => "series",
            Self::Lead => "other lead",
            Self::LaterNews => "later news",
            Self::Facts => "other facts",
            Self::Media => "other files",
        }
    }
}
