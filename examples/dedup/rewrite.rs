//! Light rewritings, made by rule: what outlets do to a text that they take over. Language-neutral, so that every
//! language of the feeds in the corpus can be measured; what real editors do is in the labelled pairs.

use unicode_segmentation::UnicodeSegmentation;

/// What is done to a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Rewriting {
    /// Agency before it, by-line and "read more" behind it, other quotes, dashes, spaces and accents' encoding.
    Retyped,
    /// Every fifteenth word is another one, unless it is a name or a number.
    Edited,
    /// Every fifth sentence is left out.
    Shortened,
    /// Cut after sixty words, with "[…]".
    Truncated,
    /// Only the first thirty words.
    Lead,
}

pub(crate) const ALL: [Rewriting; 5] =
    [Rewriting::Retyped, Rewriting::Edited, Rewriting::Shortened, Rewriting::Truncated, Rewriting::Lead];

impl Rewriting {
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

/// Another title: half of them lose their last quarter, the others gain the outlet's name.
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
