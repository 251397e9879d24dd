//! Rewrites texts by rule, as news outlets do when they take over a text. The rules work in every language of the corpus.
//! The work of real editors is in the labelled pairs.

use unicode_segmentation::UnicodeSegmentation;

/// A way of rewriting a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Rewriting {
    /// An agency is added in front, a by-line and "read more" at the end. Quotes, dashes, spaces and the encoding of accents
    /// change.
    Retyped,
    /// Every fifteenth word is replaced, unless it is a name or a number.
    Edited,
    /// Every fifth sentence is removed.
    Shortened,
    /// The text is cut after sixty words and ends with "[…]".
    Truncated,
    /// Only the first thirty words are kept.
    Lead,
}

/// All ways of rewriting.
pub(crate) const ALL: [Rewriting; 5] =
    [Rewriting::Retyped, Rewriting::Edited, Rewriting::Shortened, Rewriting::Truncated, Rewriting::Lead];

impl Rewriting {
    /// Returns the text rewritten in this way.
    pub(crate) fn of(self, text: &str) -> String {
        match self {
            Self::Retyped => retyped(text),
            Self::Edited => edited(text),
            Self::Shortened => shortened(text),
            Self::Truncated => format!("{} […]", first_words(text, 60)),
            Self::Lead => first_words(text, 30),
        }
    }
}

/// Rewrites a title. Half of the titles lose their last quarter, the others gain the name of an outlet.
pub(crate) fn retitled(title: &str) -> String {
    let words = title.unicode_words().count();
    if words.is_multiple_of(2) {
        format!("{title} | Kurier")
    } else {
        first_words(title, (words * 3).div_ceil(4))
    }
}

fn retyped(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let typed: String = text
        .nfd()
        .map(|c| match c {
            '"' | '“' | '”' => '»',
            '\'' => '’',
            '-' => '–',
            ' ' => '\u{a0}',
            c => c,
        })
        .collect();
    format!("BERN (AFP/dpa) — {typed} Marie Muster mit Agenturen – Mehr dazu im Kurier")
}

fn edited(text: &str) -> String {
    let (mut out, mut words) = (String::new(), 0);
    for part in text.split_word_bounds() {
        let is_word = part.contains(char::is_alphanumeric);
        words += usize::from(is_word);
        let replace = is_word
            && words % 15 == 10
            && !part.contains(char::is_numeric)
            && !part.contains(char::is_uppercase);
        out.push_str(if replace { "jedoch" } else { part });
    }
    out
}

fn shortened(text: &str) -> String {
    text.unicode_sentences().enumerate().filter(|(n, _)| n % 5 != 3).map(|(_, sentence)| sentence).collect()
}

fn first_words(text: &str, count: usize) -> String {
    let letters = text.chars().filter(|c| riverd::text::words::is_unspaced(*c)).count();
    let count = if 2 * letters > text.chars().count() { 2 * count } else { count };
    let end = text.unicode_word_indices().nth(count).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text).trim_end().to_owned()
}
