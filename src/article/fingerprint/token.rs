//! Words as a sketch keeps them: a hash of each, and whether it is a number or a name.

use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::xxh3_64;

use crate::text::words;

/// A word of a text: 30 bits of its hash, and its kind in the two lowest bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WordHash(u32);

/// The kind of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WordKind {
    /// Neither a number nor a name.
    Plain,
    /// It holds a digit, as amounts, dates, versions and scores do.
    Number,
    /// It holds a capital letter that does not come from the start of a sentence. It is a name or, in German, any noun.
    Name,
}

impl WordHash {
    fn new(folded: &str, kind: WordKind) -> Self {
        let bits = match kind {
            WordKind::Plain => 0,
            WordKind::Number => 1,
            WordKind::Name => 2,
        };
        Self((xxh3_64(folded.as_bytes()) as u32) & !3 | bits)
    }

    /// Returns a value that is equal for the same word, whatever its kind: a name may begin a sentence elsewhere.
    pub const fn word(self) -> u32 {
        self.0 & !3
    }

    /// Returns the kind of the word.
    pub const fn kind(self) -> WordKind {
        match self.0 & 3 {
            1 => WordKind::Number,
            2 => WordKind::Name,
            _ => WordKind::Plain,
        }
    }

    /// Returns the bits to store.
    pub const fn to_bits(self) -> u32 {
        self.0
    }

    /// Reads stored bits back.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}

/// Returns the first `limit` words of a text, and how many of them are single letters of a script without spaces.
///
/// Words are those of UAX #29, cut at apostrophes too, so that `l’article` and `l'article` both give two words. In a
/// script without spaces each letter is a word.
pub fn tokens(text: &str, limit: usize) -> (Vec<WordHash>, usize) {
    let mut found = Vec::new();
    let mut unspaced = 0;
    let mut sentence_starts = true;
    for segment in text.split_word_bounds() {
        if found.len() >= limit {
            break;
        }
        if !segment.contains(char::is_alphanumeric) {
            sentence_starts |= segment.contains(SENTENCE_STARTS_AFTER);
            continue;
        }
        unspaced += usize::from(segment.contains(words::is_unspaced));
        for part in segment.split(APOSTROPHES).filter(|part| !part.is_empty()) {
            found.push(WordHash::new(&words::fold(&ungrouped(part)), kind(part, sentence_starts)));
        }
        sentence_starts = false;
    }
    found.truncate(limit);
    (found, unspaced)
}

/// Returns the [`tokens`] of a title. A Roman numeral in it (`World War II`, `part I`) counts as a number; a single
/// letter does so only at the end.
pub fn title_tokens(title: &str, limit: usize) -> (Vec<WordHash>, usize) {
    let (mut found, unspaced) = tokens(title, limit);
    let words: Vec<&str> = title.unicode_words().collect();
    // A word with an apostrophe gives several tokens, so the words after it no longer match their tokens and keep their
    // kind.
    for (at, (token, word)) in found.iter_mut().zip(&words).enumerate() {
        let counts = word.len() > 1 || at + 1 == words.len();
        if counts
            && word.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
            && token.word() == WordHash::new(&words::fold(word), WordKind::Plain).word()
        {
            *token = WordHash::new(&words::fold(word), WordKind::Number);
        }
    }
    (found, unspaced)
}

const APOSTROPHES: [char; 3] = ['\'', '\u{2018}', '\u{2019}'];

/// After these characters a capital letter says nothing about the word.
const SENTENCE_STARTS_AFTER: [char; 16] =
    ['.', '!', '?', ':', ';', '…', '"', '“', '”', '„', '«', '»', '‘', '(', '•', '\n'];

fn kind(part: &str, sentence_starts: bool) -> WordKind {
    if part.contains(char::is_numeric) {
        WordKind::Number
    } else if !sentence_starts && part.contains(char::is_uppercase) {
        WordKind::Name
    } else {
        WordKind::Plain
    }
}

/// Returns a number without the signs that group its thousands: outlets write `1,500`, `1.500` and `1500`.
fn ungrouped(part: &str) -> String {
    let mut groups = part.split([',', '.']);
    let head = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let grouped = (1..=3).contains(&head.len()) && digits(head) && groups.all(|g| g.len() == 3 && digits(g));
    if grouped { part.replace([',', '.'], "") } else { part.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<WordKind> {
        tokens(text, 99).0.into_iter().map(WordHash::kind).collect()
    }

    fn words_of(text: &str) -> Vec<u32> {
        tokens(text, 99).0.into_iter().map(WordHash::word).collect()
    }

    #[test]
    fn numbers_and_names_are_distinguished_from_other_words() {
        use WordKind::{Name, Number, Plain};
        assert_eq!(
            kinds("On Monday Ann paid v1.95 or 3,2 %."),
            [Plain, Name, Name, Plain, Number, Plain, Number]
        );
        assert_eq!(
            kinds("It ended. Nobody left: None « Rien » An iPhone"),
            [Plain, Plain, Plain, Plain, Plain, Plain, Plain, Name]
        );
        assert_eq!(kinds("第三季度"), [Plain; 4]);
    }

    #[test]
    fn roman_numerals_in_titles_are_numbers() {
        let numbers = |title: &str| {
            let found = title_tokens(title, 99).0.into_iter();
            found.filter(|token| token.kind() == WordKind::Number).count()
        };
        assert_eq!(["Part I", "Henry VIII is back", "Rocky IV"].map(numbers), [1, 1, 1]);
        assert_eq!(["I spy", "Vitamin X found", "What I saw", "vi and emacs"].map(numbers), [0, 0, 0, 0]);
    }

    #[test]
    fn different_quotes_accents_and_grouping_do_not_change_a_word() {
        assert_eq!(words_of("L’ÉTAT d’urgence"), words_of("l'etat d'urgence"));
        assert_eq!(words_of("1,500 — 12.000.000"), words_of("1500 - 12,000,000"));
        assert_ne!(words_of("1.5"), words_of("15"));
        assert_ne!(words_of("3.141"), words_of("3.142"));
    }

    #[test]
    fn letters_of_scripts_without_spaces_are_counted() {
        assert_eq!(tokens("港口 harbour", 99).1, 2);
        assert_eq!(tokens("ท่าเรือ", 99).1, tokens("ท่าเรือ", 99).0.len());
    }
}
