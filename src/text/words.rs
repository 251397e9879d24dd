//! Words as they compare: what is left of a text when case, accents, quotes and spacing are taken away.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Text with its white space folded: single blanks, none at either end. Built up from characters.
#[derive(Default, Debug)]
pub struct CollapsedText {
    out: String,
    /// A blank is due before the next character.
    blank: bool,
}

impl CollapsedText {
    /// Nothing yet, with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { out: String::with_capacity(capacity), blank: false }
    }
}

impl Extend<char> for CollapsedText {
    fn extend<T: IntoIterator<Item = char>>(&mut self, characters: T) {
        for c in characters {
            if c.is_whitespace() {
                self.blank = true;
                continue;
            }
            if self.blank && !self.out.is_empty() {
                self.out.push(' ');
            }
            self.blank = false;
            self.out.push(c);
        }
    }
}

impl From<CollapsedText> for String {
    fn from(text: CollapsedText) -> Self {
        text.out
    }
}

/// `text` on one line: its white space as single blanks, none at either end.
pub fn on_one_line(text: &str) -> String {
    let mut folded = CollapsedText::with_capacity(text.len());
    folded.extend(text.chars());
    folded.into()
}

/// `text` folded for comparison: compatibility forms undone, accents and case gone, apostrophes and spaces alike.
///
/// Case is folded by way of upper case, so that `ß` meets `SS` and `ς` meets `σ`. Only the accents of the Latin, Greek
/// and Cyrillic alphabets go: the marks of Thai, Hindi or Arabic are letters to their readers.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_accent(*c)) {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '`' | '\u{00B4}' => folded.push('\''),
            c if c.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.extend(c.to_uppercase().flat_map(char::to_lowercase)),
        }
    }
    folded
}

/// The combining marks that NFKD splits off the letters of Europe's alphabets.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// Whether a word goes on from `left` to `right`. Scripts that write no spaces have a boundary at every letter, so
/// that a Chinese or Thai filter word is found inside a sentence.
pub fn joins(left: char, right: char) -> bool {
    is_word_character(left) && is_word_character(right) && !is_unspaced(left) && !is_unspaced(right)
}

fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// Letters of scripts that are written without spaces between words.
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}'      // Thai, Lao
        | '\u{1000}'..='\u{109F}'    // Myanmar
        | '\u{1780}'..='\u{17FF}'    // Khmer
        | '\u{3005}'..='\u{30FF}'    // ideographic marks, kana
        | '\u{31F0}'..='\u{31FF}'    // kana extensions
        | '\u{3400}'..='\u{4DBF}'    // Han extension A
        | '\u{4E00}'..='\u{9FFF}'    // Han
        | '\u{F900}'..='\u{FAFF}'    // Han compatibility
        | '\u{20000}'..='\u{3FFFF}') // Han extensions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_only_by_typing_folds_to_the_same() {
        for (left, right) in [
            ("L’ÉTAT  d\u{00A0}’urgence", "l'etat d 'urgence"),
            ("STRASSE", "straße"),
            ("ΟΔΟΣ", "οδός"),
            ("e\u{301}te\u{301}", "été"),
            ("ＡＢＣ１２３", "abc123"),
            ("ﬁn", "fin"),
        ] {
            assert_eq!(fold(left), fold(right), "{left} and {right}");
        }
    }

    #[test]
    fn white_space_folds_to_single_blanks_and_none_at_the_ends() {
        assert_eq!(on_one_line(" \n a\u{a0}\t b\u{3000}c \r\n"), "a b c");
        assert_eq!(on_one_line(" \n\t"), "");
    }

    #[test]
    fn vowel_signs_of_thai_are_kept() {
        assert_ne!(fold("กา"), fold("กี"));
    }

    #[test]
    fn words_end_where_a_reader_sees_it() {
        assert!(joins('a', 'b') && joins('1', 'b') && joins('ж', 'д'));
        assert!(!joins('a', ' ') && !joins('-', 'a'));
        assert!(!joins('広', '告') && !joins('の', '広'));
    }
}
