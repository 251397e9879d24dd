//! The words and phrases of a query, and the signs that a phrase may hold.

use std::fmt;

/// A word or a phrase of a query.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SearchTerm {
    /// Where the words must stand. `None` means anywhere.
    pub field: Option<SearchField>,
    /// The words, which must stand next to each other. There is at least one.
    pub words: Vec<String>,
    /// Whether the last word is only the beginning of a word.
    pub is_prefix: bool,
    /// The term as it was written, without field, `-`, quotation marks and `*`.
    pub(super) written: String,
}

/// A part of an article that can be searched alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SearchField {
    /// The title.
    Title,
    /// The summary and the content.
    Text,
    /// The authors.
    Author,
}

impl SearchField {
    /// Returns the name of the field in a query.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::Author => "author",
        }
    }
}

impl fmt::Display for SearchTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{}:", field.as_str())?;
        }
        let star = if self.is_prefix && !self.written.is_empty() { "*" } else { "" };
        write!(f, "{}{star}", quoted(&self.written))
    }
}

/// Returns `text` in quotation marks, unless it is a plain word. What would end the phrase or be a star behind it is escaped.
pub(super) fn quoted(text: &str) -> String {
    if Operator::of(text).is_none() && !text.is_empty() && text.chars().all(char::is_alphanumeric) {
        return text.to_owned();
    }
    let mut phrase = String::from('"');
    for c in text.chars() {
        phrase.extend(Some('\\').filter(|_| can_be_escaped(c)));
        phrase.push(c);
    }
    phrase.push('"');
    phrase
}

/// Returns whether a backslash before `c` makes it a part of the phrase in quotation marks.
pub(super) fn can_be_escaped(c: char) -> bool {
    matches!(c, '*' | '\\') || is_quotation_mark(c)
}

/// Returns whether `c` opens or closes a phrase. Phones and word processors write other marks than `"`.
pub(super) fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{AB}' | '\u{BB}')
}

/// A word in capitals that joins the parts of a query or excludes one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Not,
}

impl Operator {
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "OR" => Some(Self::Or),
            "AND" => Some(Self::And),
            "NOT" => Some(Self::Not),
            _ => None,
        }
    }
}
