//! Splits a text into its words as they are written, with what separates them.

use std::borrow::Cow;

use crate::text::byte_runs;
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
    /// Sign of a currency, a share or a degree that follows it, directly or after a space: `11 M€`, `3 %`, `12 °C`.
    pub(super) sign_after: Option<char>,
    /// Whether it begins the text or stands after one of [`SENTENCE_STARTS_AFTER`], so that its capital letter says nothing.
    pub(super) starts_sentence: bool,
}

impl WrittenWord<'_> {
    /// Returns whether the text writes the word in its folded form. May return `false` although it does.
    pub(super) fn is_folded(&self) -> bool {
        std::ptr::eq(self.raw, self.folded)
    }
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
    /// A full stop and a space of any width.
    Point,
    /// A hyphen or a dash directly before the word, after a space or a `(`: the sign of a negative number.
    Minus,
    /// An asterisk or another sign that joins the forms for women and men: `Bürger*innen`, `Bürger/-innen`.
    Star,
    /// The sign of a degree, also with a space before or after it.
    Degree,
    /// Signs that end with the sign of a currency.
    Currency(char),
    /// Other signs.
    Other,
}

/// The sign that stands for a `$` that is written onto the word before: `A$84`. No text has it, because folding replaces it.
pub(super) const GLUED_DOLLAR: char = '\u{ff04}';

const CURRENCIES: [char; 6] = ['$', '€', '£', '¥', '₹', '₽'];
/// The sign of a degree.
pub(super) const DEGREE: char = '°';
/// Signs of a negative number.
const MINUS: [char; 4] = ['-', '\u{2011}', '\u{2212}', '\u{2013}'];
const APOSTROPHES: [char; 3] = ['\'', '\u{2018}', '\u{2019}'];

/// After these characters a capital letter says nothing about the word.
const SENTENCE_STARTS_AFTER: [char; 16] =
    ['.', '!', '?', ':', ';', '…', '"', '“', '”', '„', '«', '»', '‘', '(', '•', '\n'];

/// Characters that a reader does not see, such as a soft hyphen or a space without width.
const INVISIBLE: [char; 6] = ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// Returns the text without the characters that a reader does not see.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let may_have_some = !byte_runs::all(text.as_bytes(), byte_runs::begins_no_invisible_character);
    if may_have_some && INVISIBLE.iter().any(|invisible| text.contains(*invisible)) {
        Cow::Owned(text.replace(INVISIBLE, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The words of a text, and what they share.
pub(super) struct SplitText<'a> {
    words: Vec<SplitWord<'a>>,
    /// The folded forms of the words that folding changes, one after the other.
    folded: String,
    /// How many words have letters of a script without spaces.
    pub(super) unspaced: usize,
}

/// A word whose folded form stands in [`SplitText::folded`], or is the word itself.
struct SplitWord<'a> {
    raw: &'a str,
    before: Separator,
    sign_after: Option<char>,
    starts_sentence: bool,
    /// Where the folded form begins and ends. Both are the same position if it is the word itself.
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
                sign_after: word.sign_after,
                starts_sentence: word.starts_sentence,
            }
        });
        written.collect()
    }
}

/// Splits a text into its first `limit` words, or a few more if the last ones were cut at apostrophes or white space.
///
/// Words are those of UAX #29, cut at apostrophes too, so that `l’article` and `l'article` both give two words. They are
/// cut at white space, too, because for UAX #29 the narrow no-break space is part of a word. In a script without
/// spaces each letter is a word, except that several letters of katakana in a row are one.
pub(super) fn split(text: &str, limit: usize) -> SplitText<'_> {
    let mut split = SplitText {
        words: Vec::with_capacity(limit.min(text.len() / 4)),
        folded: String::new(),
        unspaced: 0,
    };
    let mut starts_sentence = true;
    let mut gap_from = 0;
    for piece in word_bounds::segments(text) {
        let Segment { at, text: segment, .. } = piece;
        if split.words.len() >= limit {
            break;
        }
        if !piece.is_word {
            starts_sentence |= segment != " " && segment.contains(SENTENCE_STARTS_AFTER);
            continue;
        }
        if piece.is_lower || is_one_word(segment) {
            split.push(text, gap_from, piece, starts_sentence);
            gap_from = at + segment.len();
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
            let word = Segment { at: begins, text: part, ..piece };
            split.push(text, gap_from, word, starts_sentence);
            gap_from = begins + part.len();
        }
        starts_sentence = false;
    }
    split
}

impl<'a> SplitText<'a> {
    /// Adds a word. The text between it and the word before begins at `gap_from`.
    fn push(&mut self, text: &'a str, gap_from: usize, word: Segment<'a>, starts_sentence: bool) {
        let Segment { at, text: raw, is_lower, .. } = word;
        let from = self.folded.len();
        let sign_after = sign_after(text, at + raw.len());
        let is_after_number =
            || self.words.last().is_some_and(|word| word.raw.ends_with(|c: char| c.is_ascii_digit()));
        let before = match text.get(gap_from..at).unwrap_or_default() {
            " " => Separator::Space,
            gap => separator(gap, is_after_number()),
        };
        if !is_lower {
            words::fold_word(raw, &mut self.folded);
        }
        let folded = (from, self.folded.len());
        self.words.push(SplitWord { raw, before, sign_after, starts_sentence, folded });
    }
}

/// Returns whether a segment is certainly one word, of a script with spaces: it has only printable ASCII without an
/// apostrophe, and characters from U+00C0 to U+053F, of which none is a space or an apostrophe.
fn is_one_word(segment: &str) -> bool {
    segment.bytes().all(|byte| matches!(byte, b'!'..=b'&' | b'('..=b'~' | 0x80..=0xbf | 0xc3..=0xd4))
}

/// Returns the sign of a currency, a share or a degree that stands at `at`, or after a space there, or after a full stop and a
/// space (`25 Mio. €`). Except for the sign of a degree, a sign after a space belongs to the word after it if nothing is
/// between them: `from $5 to $7`.
fn sign_after(text: &str, at: usize) -> Option<char> {
    let is_first = |byte: u8| matches!(byte, b'$' | b'%' | 0xC2 | 0xE2);
    let bytes = text.as_bytes();
    // The first bytes rule most words out.
    let at = at + usize::from(bytes.get(at..at + 2) == Some(b". "));
    match bytes.get(at)? {
        b' ' if !bytes.get(at + 1).is_some_and(|byte| is_first(*byte)) => return None,
        b' ' => {}
        byte if !is_first(*byte) => return None,
        _ => {}
    }
    let is_sign = |sign: &char| matches!(*sign, '%' | DEGREE) || CURRENCIES.contains(sign);
    let mut signs = text.get(at..)?.chars();
    let first = signs.next()?;
    if is_sign(&first) {
        return Some(first);
    }
    let sign = signs.next().filter(|sign| is_sign(sign) && first.is_whitespace() && first != '\n')?;
    (sign == DEGREE || !signs.next().is_some_and(char::is_alphanumeric)).then_some(sign)
}

/// Returns whether a text is white space on one line: French papers write a no-break space after `M.`.
fn is_space_of_any_width(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_whitespace() && c != '\n')
}

/// Returns what separates two words by the text between them, if it is not a single space. `is_after_number` says whether the
/// first one ends with a digit, so that the sign of a currency after it is its own.
fn separator(gap: &str, is_after_number: bool) -> Separator {
    match gap {
        "" => return Separator::Joined,
        ". " => return Separator::Point,
        "*" | "/-" | "·" => return Separator::Star,
        "$" if !is_after_number => return Separator::Currency(GLUED_DOLLAR),
        _ => {}
    }
    if gap.strip_prefix('.').is_some_and(is_space_of_any_width) {
        return Separator::Point;
    }
    let mut signs = gap.chars();
    match (signs.next(), signs.next()) {
        (None, _) => return Separator::Joined,
        (Some(':'), None) => return Separator::Colon,
        (Some('/'), None) => return Separator::Slash,
        (Some('-' | '\u{2010}' | '\u{2011}' | '\u{2013}'), None) => return Separator::Hyphen,
        (Some(sign), None) if APOSTROPHES.contains(&sign) => return Separator::Apostrophe,
        _ => {}
    }
    let before_space = if is_after_number { gap } else { gap.trim_end() };
    if let Some(sign) = before_space.chars().next_back().filter(|sign| CURRENCIES.contains(sign)) {
        Separator::Currency(sign)
    } else if gap.chars().all(char::is_whitespace) {
        Separator::Space
    } else if gap.strip_suffix(MINUS).is_some_and(|before| before.ends_with([' ', '\u{a0}', '\u{202f}', '(']))
    {
        Separator::Minus
    } else if gap.trim() == "°" {
        Separator::Degree
    } else {
        Separator::Other
    }
}
