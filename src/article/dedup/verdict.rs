//! The possible results of comparing two entries, and how they are shown.

use std::time::Duration;

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
    /// The titles show two stories.
    Title(TitleReason),
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

/// Why titles show two stories.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TitleReason {
    /// The other entry lacks most words of a title, and outlets do not print such a text under any headline.
    Foreign,
    /// Similar titles say opposite things, or one says that something is called off or refused.
    Opposite,
    /// The texts begin with names of their own, and one adds a place in its title and its text.
    OtherPlace,
    /// One source published both, and each title has words that the other entry lacks.
    OneSource,
    /// One text is cut from the other, they have few facts, and the other entry lacks much of a title.
    CutOfFewFacts,
    /// The texts prove little, and each of two similar titles has a word that the other entry lacks: a town, a guest.
    Template,
    /// Each of two similar titles of two sources has a name that the other entry lacks: the county of a warning.
    OtherName,
    /// The texts prove little, and half of a title does not stand in the other text.
    Unrelated,
    /// Titles speak of what only their own texts say.
    TwoEvents,
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
    /// One source lists both with pages of their own, at different times or under different numbers.
    ListedAsTwo,
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
    /// The title is nothing but a version, which any program may have.
    BareVersion,
    /// The text of two sources is a timetable: it has so many days of the week and months, and hardly more names.
    Timetable {
        /// Number of days of the week and months.
        dates: usize,
        /// Number of different names.
        names: usize,
    },
    /// The text speaks for its publisher or to its readers, and has few names.
    OwnNotice {
        /// Number of different names.
        names: usize,
    },
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
}

impl Verdict {
    /// Returns the name of the rule, as it is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same(likeness) => likeness.as_str(),
            Self::Different(difference) => difference.as_str(),
        }
    }
}

impl Difference {
    /// Returns the name as it is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too short",
            Self::Text => "other text",
            Self::Rewritten => "rewritten",
            Self::Inside => "inside another",
            Self::Title(_) => "other title",
            Self::Series(_) => "series",
            Self::Lead => "other lead",
            Self::LaterNews => "later news",
            Self::Facts => "other facts",
            Self::Media => "other files",
        }
    }
}
