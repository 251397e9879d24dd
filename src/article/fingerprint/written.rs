//! Splits a text into its words as they are written, with what separates them.

use std::borrow::Cow;

use crate::text::word_bounds::{self, Segment};
use crate::text::words;

/// A word as a text writes it.
#[derive(Debug)]
pub(super) struct WrittenWord<'a> {
    /// The word as written.
    pub(super) raw: &'a str,
    /// The word without case and accents.
    pub(super) folded: Cow<'a, str>,
    /// What separates it from the word before.
    pub(super) before: Separator,
    /// Whether the sign of a currency follows it directly: `11 M€`.
    pub(super) before_currency: bool,
    /// Whether it begins a sentence or a quotation, so that its capital letter says nothing.
    pub(super) starts_sentence: bool,
}

/// What separates a word from the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Separator {
    /// Nothing, as between letters of scripts without spaces.
    Joined,
    /// White space of any width.
    Space,
    /// An apostrophe.
    Apostrophe,
    /// A colon without a space.
    Colon,
    /// A hyphen without a space.
    Hyphen,
    /// A slash without a space.
    Slash,
    /// Signs of which the last is that of a currency.
    Currency,
    /// Other signs.
    Other,
}

const CURRENCIES: [char; 4] = ['$', '€', '£', '¥'];
const APOSTROPHES: [char; 3] = ['\'', '\u{2018}', '\u{2019}'];

/// After these characters a capital letter says nothing about the word.
const SENTENCE_STARTS_AFTER: [char; 16] =
    ['.', '!', '?', ':', ';', '…', '"', '“', '”', '„', '«', '»', '‘', '(', '•', '\n'];

/// Characters that a reader does not see: a soft hyphen, a space without width.
const INVISIBLE: [char; 6] = ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// Returns the text without the characters that a reader does not see.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() && text.contains(INVISIBLE) {
        Cow::Owned(text.replace(INVISIBLE, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns the first `limit` words of a text, and how many of them are single letters of a script without spaces.
///
/// Words are those of UAX #29, cut at apostrophes too, so that `l’article` and `l'article` both give two words. They are
/// cut at white space as well, because for UAX #29 the narrow no-break space is part of a word. In a script without
/// spaces each letter is a word.
pub(super) fn words_of(text: &str, limit: usize) -> (Vec<WrittenWord<'_>>, usize) {
    let mut found: Vec<WrittenWord<'_>> = Vec::new();
    let mut unspaced = 0;
    let mut starts_sentence = true;
    let mut gap_from = 0;
    for Segment { at, text: segment, is_word } in word_bounds::segments(text) {
        if found.len() >= limit {
            break;
        }
        if !is_word {
            starts_sentence |= segment.contains(SENTENCE_STARTS_AFTER);
            continue;
        }
        unspaced += usize::from(!segment.is_ascii() && segment.contains(words::is_unspaced));
        let mut from = at;
        for part in segment.split(|c: char| APOSTROPHES.contains(&c) || c.is_whitespace()) {
            let begins = from;
            from += part.len()
                + text
                    .get(from + part.len()..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(0, char::len_utf8);
            if part.is_empty() {
                continue;
            }
            let gap = text.get(gap_from..begins).unwrap_or_default();
            gap_from = begins + part.len();
            found.push(WrittenWord {
                raw: part,
                folded: words::folded(part),
                before: separator(gap),
                before_currency: text.get(gap_from..).is_some_and(|rest| rest.starts_with(CURRENCIES)),
                starts_sentence,
            });
        }
        starts_sentence = false;
    }
    (found, unspaced)
}

fn separator(gap: &str) -> Separator {
    let mut signs = gap.chars();
    match (signs.next(), signs.next()) {
        (None, _) => Separator::Joined,
        (Some(':'), None) => Separator::Colon,
        (Some('/'), None) => Separator::Slash,
        (Some('-' | '\u{2010}' | '\u{2011}' | '\u{2013}'), None) => Separator::Hyphen,
        (Some(sign), None) if APOSTROPHES.contains(&sign) => Separator::Apostrophe,
        _ if gap.ends_with(CURRENCIES) => Separator::Currency,
        _ if gap.chars().all(char::is_whitespace) => Separator::Space,
        _ => Separator::Other,
    }
}
