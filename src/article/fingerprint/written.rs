//! Splits a text into its words as they are written, with what separates them.

use std::borrow::Cow;
use std::ops::Range;

use crate::text::word_bounds::{self, Segment};
use crate::text::words;

/// A word as a text writes it.
#[derive(Debug)]
pub(super) struct WrittenWord<'a> {
    /// The word as written.
    pub(super) raw: &'a str,
    /// The word without case and accents.
    pub(super) folded: &'a str,
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
    /// Signs that end with the sign of a currency.
    Currency,
    /// Other signs.
    Other,
}

const CURRENCIES: [char; 4] = ['$', '€', '£', '¥'];
const APOSTROPHES: [char; 3] = ['\'', '\u{2018}', '\u{2019}'];

/// After these characters a capital letter says nothing about the word.
const SENTENCE_STARTS_AFTER: [char; 16] =
    ['.', '!', '?', ':', ';', '…', '"', '“', '”', '„', '«', '»', '‘', '(', '•', '\n'];

/// Characters that a reader does not see, such as a soft hyphen or a space without width.
const INVISIBLE: [char; 6] = ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// Returns the text without the characters that a reader does not see.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() && text.contains(INVISIBLE) {
        Cow::Owned(text.replace(INVISIBLE, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The words of a text. The folded forms of those that folding changes stand one after the other in one text.
pub(super) struct SplitText<'a> {
    words: Vec<SplitWord<'a>>,
    /// The folded forms of the words that folding changes.
    folded: String,
    /// How many words have letters of a script without spaces.
    pub(super) unspaced: usize,
}

/// A word whose folded form stands in [`SplitText::folded`], or is the word itself.
struct SplitWord<'a> {
    raw: &'a str,
    before: Separator,
    before_currency: bool,
    starts_sentence: bool,
    /// Where the folded form begins and ends. Both are the same place if it is the word itself.
    folded: (usize, usize),
}

impl SplitText<'_> {
    /// Returns the words.
    pub(super) fn words(&self) -> Vec<WrittenWord<'_>> {
        let written = self.words.iter().map(|word| {
            let (from, to) = word.folded;
            WrittenWord {
                raw: word.raw,
                folded: if from == to { word.raw } else { self.folded.get(from..to).unwrap_or(word.raw) },
                before: word.before,
                before_currency: word.before_currency,
                starts_sentence: word.starts_sentence,
            }
        });
        written.collect()
    }
}

/// Splits a text into its first `limit` words, or a few more if the last ones were cut at apostrophes or white space.
///
/// Words are those of UAX #29, cut at apostrophes too, so that `l’article` and `l'article` both give two words. They are
/// cut at white space as well, because for UAX #29 the narrow no-break space is part of a word. In a script without
/// spaces each letter is a word, except that several letters of katakana in a row are one.
pub(super) fn split(text: &str, limit: usize) -> SplitText<'_> {
    let mut split = SplitText {
        words: Vec::with_capacity(limit.min(text.len() / 4)),
        folded: String::new(),
        unspaced: 0,
    };
    let mut starts_sentence = true;
    let mut gap_from = 0;
    for Segment { at, text: segment, is_word } in word_bounds::segments(text) {
        if split.words.len() >= limit {
            break;
        }
        if !is_word {
            starts_sentence |= segment != " " && segment.contains(SENTENCE_STARTS_AFTER);
            continue;
        }
        if is_one_word(segment) {
            let place = at..at + segment.len();
            split.push(text, gap_from, place.clone(), starts_sentence);
            gap_from = place.end;
            starts_sentence = false;
            continue;
        }
        split.unspaced += usize::from(segment.contains(words::is_unspaced));
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
            let place = begins..begins + part.len();
            split.push(text, gap_from, place.clone(), starts_sentence);
            gap_from = place.end;
        }
        starts_sentence = false;
    }
    split
}

impl<'a> SplitText<'a> {
    /// Adds the word at `place`. The text between it and the word before begins at `gap_from`.
    fn push(&mut self, text: &'a str, gap_from: usize, place: Range<usize>, starts_sentence: bool) {
        let from = self.folded.len();
        let before_currency = begins_with_currency(text, place.end);
        let before = separator(text.get(gap_from..place.start).unwrap_or_default());
        let raw = text.get(place).unwrap_or_default();
        words::fold_word(raw, &mut self.folded);
        let folded = (from, self.folded.len());
        self.words.push(SplitWord { raw, before, before_currency, starts_sentence, folded });
    }
}

/// Returns whether a segment is certainly one word, of a script with spaces: it has only printable ASCII without an
/// apostrophe, and characters from U+00C0 to U+053F, of which none is a space or an apostrophe.
fn is_one_word(segment: &str) -> bool {
    segment.bytes().all(|byte| matches!(byte, b'!'..=b'&' | b'('..=b'~' | 0x80..=0xbf | 0xc3..=0xd4))
}

fn begins_with_currency(text: &str, at: usize) -> bool {
    // The first byte rules most words out.
    matches!(text.as_bytes().get(at), Some(b'$' | 0xC2 | 0xE2))
        && text.get(at..).is_some_and(|rest| rest.starts_with(CURRENCIES))
}

fn separator(gap: &str) -> Separator {
    match gap {
        " " => return Separator::Space,
        "" => return Separator::Joined,
        _ => {}
    }
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
