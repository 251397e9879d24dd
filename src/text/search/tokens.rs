//! Splits a text into the words that are searched.
//!
//! Words are folded: without case, accents and compatibility forms, and with letters that few keyboards have as people type
//! them instead (`œ` as `oe`, `ł` as `l`). Scripts without spaces between words, and Korean, whose words carry endings, are
//! split into overlapping pairs of characters. So a word is found wherever it stands in a sentence.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::text::words::{fold, is_unspaced};

/// Longest word that is indexed, in bytes. A longer word (an encoded file, an address) is cut to this length, in the index
/// and in queries.
const MAX_WORD: usize = 64;

/// A word, a pair of characters or a single character of a text, as it is indexed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// The folded text that is indexed. It contains only ASCII letters and digits, and characters beyond ASCII.
    pub text: String,
    /// Position in the text, in bytes.
    pub range: Range<usize>,
    /// What the token stands for.
    pub kind: TokenKind,
}

/// What a token stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// A whole word.
    Word,
    /// Two neighbouring characters of a script without spaces, or of Korean.
    Pair,
    /// The last character of a run of characters that are indexed in pairs. It is indexed alone, so that a query for one
    /// character also finds it where no pair begins with it.
    Last,
}

/// Returns the words and pairs of `text` in their order. The text must be in form NFC (see [`composed`]).
pub fn tokens(text: &str) -> Vec<Token> {
    let mut collector = TokenCollector { tokens: Vec::new(), run: Vec::new() };
    let mut word: Option<Range<usize>> = None;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if is_paired(c) {
            collector.end_word(text, word.take());
            collector.run.push((folded(text.get(start..end).unwrap_or_default()), start..end));
        } else if c.is_alphanumeric() || is_combining_mark(c) {
            collector.end_run();
            word.get_or_insert(start..end).end = end;
        } else if let Some(range) = word.as_mut().filter(|range| is_part_of_name(text, range, c, end)) {
            range.end = end;
        } else {
            collector.end_word(text, word.take());
            collector.end_run();
        }
    }
    collector.end_word(text, word);
    collector.end_run();
    collector.tokens
}

/// Returns `text` with composed characters (form NFC), so that a letter and its accent are one character.
pub fn composed(text: &str) -> Cow<'_, str> {
    if unicode_normalization::is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Returns the [`tokens`] of `text` separated by spaces, as they are written to the index.
pub fn index_text(text: &str) -> String {
    let mut indexed = String::with_capacity(text.len());
    for token in tokens(&composed(text)) {
        if !indexed.is_empty() {
            indexed.push(' ');
        }
        indexed.push_str(&token.text);
    }
    indexed
}

/// Returns whether `c` is indexed in pairs: characters of scripts without spaces, and Korean syllables.
fn is_paired(c: char) -> bool {
    is_unspaced(c) || matches!(c, '\u{AC00}'..='\u{D7A3}')
}

/// Returns whether `c`, which is no letter, belongs to the short name before it: `C++`, `C#`. The name is the range
/// `word` of `text`, and `c` ends at byte `end`.
fn is_part_of_name(text: &str, word: &Range<usize>, c: char, end: usize) -> bool {
    let name = text.get(word.clone()).unwrap_or_default();
    let rest = text.get(end..).unwrap_or_default();
    match c {
        '#' => name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_alphabetic()),
        '+' => {
            name.len() <= 2
                && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'+')
                && (rest.starts_with('+') || name.ends_with('+'))
        }
        _ => false,
    }
}

/// Folds a word. The signs of `C++` and `C#` become characters beyond ASCII, because ASCII signs separate words in the index.
fn folded(word: &str) -> String {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return word.to_ascii_lowercase();
    }
    let is_searched =
        |c: &char| c.is_alphanumeric() || is_combining_mark(*c) || matches!(c, '\u{FF0B}' | '\u{FF03}');
    let sign = |c: char| match c {
        '+' => '\u{FF0B}',
        '#' => '\u{FF03}',
        c => c,
    };
    let mut folded = String::with_capacity(word.len());
    for c in fold(word).nfc().map(sign).filter(is_searched) {
        match typed(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// Returns the letters that people type instead of a Latin letter that no accent makes, so that folding alone does not turn it
/// into one of theirs.
const fn typed(letter: char) -> Option<&'static str> {
    Some(match letter {
        'œ' => "oe",
        'æ' => "ae",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ı' => "i",
        _ => return None,
    })
}

/// Collects the tokens of a text as it is read.
struct TokenCollector {
    tokens: Vec<Token>,
    /// The folded characters of the current run that is indexed in pairs, each with its position.
    run: Vec<(String, Range<usize>)>,
}

impl TokenCollector {
    fn end_word(&mut self, text: &str, word: Option<Range<usize>>) {
        let Some(range) = word else { return };
        let mut folded = folded(text.get(range.clone()).unwrap_or_default());
        if folded.chars().any(is_paired) {
            // Folding can lead to another script, as with half-width Katakana.
            let character = |c: char| (c.to_string(), range.clone());
            self.run.extend(folded.chars().map(character));
            self.end_run();
            return;
        }
        folded.truncate(folded.floor_char_boundary(MAX_WORD));
        if !folded.is_empty() {
            self.tokens.push(Token { text: folded, range, kind: TokenKind::Word });
        }
    }

    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        for (at, (character, range)) in run.iter().enumerate() {
            let token = match run.get(at + 1) {
                Some((next, next_range)) => Token {
                    text: format!("{character}{next}"),
                    range: range.start..next_range.end,
                    kind: TokenKind::Pair,
                },
                None => Token { text: character.clone(), range: range.clone(), kind: TokenKind::Last },
            };
            if !token.text.is_empty() {
                self.tokens.push(token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_indexed_as_readers_compare_them() {
        for (text, indexed) in [
            ("L’État, c’est moi!", "l etat c est moi"),
            ("STRASSE straße", "strasse strasse"),
            ("Le cœur de l’Œuvre, ŒUVRE", "le coeur de l oeuvre oeuvre"),
            ("Łódź, Ærø, Ǿ, Đorđe, Þór, Diyarbakır", "lodz aero o dorde thor diyarbakir"),
            ("open-source node.js 3.5", "open source node js 3 5"),
            (
                "C++ and C# or F# and g++, not C +1",
                "c\u{FF0B}\u{FF0B} and c\u{FF03} or f\u{FF03} and g\u{FF0B}\u{FF0B} not c 1",
            ),
            ("Привет, ёж", "привет еж"),
            ("e\u{301}te\u{301}", "ete"),
            ("—!?😀", ""),
            ("", ""),
        ] {
            assert_eq!(index_text(text), indexed, "{text}");
        }
    }

    #[test]
    fn scripts_without_spaces_and_korean_are_indexed_in_pairs() {
        for (text, indexed) in [
            ("東京都", "東京 京都 都"),
            ("新iPhone手機", "新 iphone 手機 機"),
            ("서울에서", "서울 울에 에서 서"),
            ("ｶﾞｽ", "ガス ス"),
            ("가", "가"),
            ("\u{1100}\u{1161}\u{1102}\u{1161}", "가나 나"),
        ] {
            assert_eq!(index_text(text), indexed, "{text}");
        }
    }

    #[test]
    fn a_token_knows_its_place() {
        let text = "Ein großes 東京都";
        let found: Vec<&str> = tokens(text).into_iter().map(|token| text.get(token.range).unwrap()).collect();
        assert_eq!(found, ["Ein", "großes", "東京", "京都", "都"]);
    }

    #[test]
    fn an_endless_word_is_cut() {
        assert_eq!(index_text(&"é".repeat(1000)), "e".repeat(MAX_WORD));
        assert_eq!(index_text(&"ж".repeat(1000)).len(), MAX_WORD);
    }

    proptest! {
        #[test]
        fn the_index_gets_no_ascii_sign_and_each_place_is_in_the_text(text in "\\PC{0,200}") {
            let text = composed(&text).into_owned();
            for token in tokens(&text) {
                prop_assert!(text.get(token.range.clone()).is_some());
                prop_assert!(!token.text.is_empty());
                prop_assert!(token.text.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric()));
            }
        }
    }
}
