//! The possible results of comparing two entries, and how they are shown.

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
    /// One source published both under the same title in the same second, and no longer lists one of them: the page
    /// moved.
    Moved,
}

/// Why two entries tell two stories: the first rule that keeps them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Difference {
    /// There are too few words to compare.
    TooShort,
    /// The texts are not similar enough.
    Text,
    /// The shorter text is rewritten, not cut from the longer.
    Rewritten,
    /// The longer text quotes or lists the shorter one further down.
    Inside,
    /// A title says something that the other entry does not.
    Title,
    /// The titles have different numbers, or the times are too far apart for the texts, or the text is a stock phrase.
    Series,
    /// The texts begin differently and agree further down, as with boilerplate.
    Lead,
    /// Numbers or names differ where the words agree, as in a template.
    Facts,
    /// One source shows other pictures or files over the same words: an episode, a comic strip.
    Media,
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
                "one source published both under one title in one second, and lists only one of them"
            }
        }
    }
}

impl Difference {
    /// Returns the rule in a sentence.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::TooShort => "there are too few words to compare",
            Self::Text => "the texts are not similar enough",
            Self::Rewritten => "the shorter text is rewritten, not cut from the longer one",
            Self::Inside => "the longer text quotes or lists the shorter one further down",
            Self::Title => "a title says something that the other entry does not",
            Self::Series => {
                "the titles have different numbers, or the times are too far apart for texts like these, or the text is a \
                 phrase that any publisher could use"
            }
            Self::Lead => "the texts begin differently and agree further down, as with boilerplate",
            Self::Facts => "numbers or names differ where the words agree",
            Self::Media => "one source shows other pictures or files over the same words",
        }
    }

    /// Returns the name as it is shown.
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
