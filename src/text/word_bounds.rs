//! Splits a text at the word boundaries of UAX #29, quickly where the text has no unusual characters.
//!
//! The rules of UAX #29 look at several neighbours of each character, and at a table of all characters. For letters of
//! the Latin, Greek and Cyrillic alphabets, digits and common signs, few of the rules can apply. No rule joins the
//! characters on both sides of a space or a line feed, so the text is cut there first. A part that has only these common
//! characters is split here, and every other part by `unicode-segmentation`. Tests compare the two.

use unicode_segmentation::{UWordBoundIndices, UnicodeSegmentation};

/// A part of a text between two word boundaries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment<'a> {
    /// Offset in the text, in bytes.
    pub at: usize,
    /// The part itself.
    pub text: &'a str,
    /// Whether the part holds a letter or a digit.
    pub is_word: bool,
    /// Whether the part certainly has only digits and the letters from `a` to `z`.
    pub is_lower: bool,
}

/// Returns the segments of a text, in order. Unlike in UAX #29, each space (U+0020) is a segment of its own, and so is each
/// of the two characters of `\r\n`. Marks that combine with a space are a segment apart from it.
pub fn segments(text: &str) -> Segments<'_> {
    Segments { text, pos: 0, plain_until: 0, unusual: None }
}

/// Iterator over the segments of a text. See [`segments`].
pub struct Segments<'a> {
    text: &'a str,
    /// Where the next segment begins, in bytes.
    pos: usize,
    /// End of the part at `pos` whose characters all have a [`CharacterClass`], in bytes.
    plain_until: usize,
    /// If the current part has unusual characters: where it begins, and those of its segments that are still to come.
    unusual: Option<(usize, UWordBoundIndices<'a>)>,
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        loop {
            if let Some((start, segments)) = &mut self.unusual {
                if let Some((offset, text)) = segments.next() {
                    let at = *start + offset;
                    self.pos = at + text.len();
                    let is_word = text.contains(char::is_alphanumeric);
                    return Some(Segment { at, text, is_word, is_lower: false });
                }
                self.unusual = None;
            }
            if self.pos < self.plain_until {
                return self.plain_segment();
            }
            if let Some(segment) = self.word_before_space() {
                return Some(segment);
            }
            let rest = self.text.get(self.pos..).filter(|rest| !rest.is_empty())?;
            let part = match memchr::memchr2(b' ', b'\n', rest.as_bytes()) {
                // The space or line feed itself.
                Some(0) => rest.get(..1)?,
                Some(end) => rest.get(..end)?,
                None => rest,
            };
            if part.is_ascii() || part.chars().all(|c| CharacterClass::of(c).is_some()) {
                self.plain_until = self.pos + part.len();
            } else {
                self.unusual = Some((self.pos, part.split_word_bound_indices()));
            }
        }
    }
}

impl<'a> Segments<'a> {
    /// Returns the segment at `pos` if it is a space, a line feed, or a word that ends before one of these two or with the
    /// text, and has only digits and letters up to U+00FF. One of the signs that end a sentence or a part of it may stand
    /// between the word and the space, or alone before a space.
    fn word_before_space(&mut self) -> Option<Segment<'a>> {
        let at = self.pos;
        let rest = self.text.get(at..)?;
        let mut bytes = rest.bytes();
        let (mut length, mut is_lower) = (0, true);
        loop {
            match bytes.next() {
                Some(b'a'..=b'z' | b'0'..=b'9') => length += 1,
                Some(b'A'..=b'Z') => (length, is_lower) = (length + 1, false),
                // All characters from U+00C0 to U+00FF are letters, except the signs `×` and `÷`.
                Some(0xc3) => match bytes.next() {
                    Some(0x97 | 0xb7) | None => return None,
                    Some(_) => (length, is_lower) = (length + 2, false),
                },
                Some(b' ' | b'\n') | None => break,
                // Between a word and a space, these signs join nothing.
                Some(b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' | b'"')
                    if matches!(bytes.clone().next(), Some(b' ' | b'\n') | None) =>
                {
                    break;
                }
                Some(_) => return None,
            }
        }
        let is_word = length > 0;
        let text = rest.get(..length.max(1))?;
        self.pos = at + text.len();
        Some(Segment { at, text, is_word, is_lower: is_lower && is_word })
    }

    /// Returns the segment at `pos`, whose characters all have a [`CharacterClass`].
    fn plain_segment(&mut self) -> Option<Segment<'a>> {
        use CharacterClass::{Connector, Digit, Letter, NumberSign, Sign, WordSign};
        let at = self.pos;
        let part = self.text.get(at..self.plain_until)?;
        let mut characters = part.chars().map(|c| (c.len_utf8(), CharacterClass::of(c).unwrap_or(Sign)));
        let (mut length, mut last) = characters.next()?;
        let mut is_word = matches!(last, Letter | Digit);
        if is_word || last == Connector {
            while let Some((width, class)) = characters.next() {
                match (last, class) {
                    (_, Letter | Digit | Connector) => length += width,
                    (Letter, WordSign | CharacterClass::EitherSign)
                    | (Digit, NumberSign | CharacterClass::EitherSign) => {
                        // The sign belongs to the word if the same kind of character stands on both sides of it.
                        match characters.next() {
                            Some((next_width, next)) if next == last => length += width + next_width,
                            _ => break,
                        }
                        continue;
                    }
                    _ => break,
                }
                is_word |= matches!(class, Letter | Digit);
                last = class;
            }
        }
        self.pos = at + length;
        Some(Segment { at, text: part.get(..length)?, is_word, is_lower: false })
    }
}

/// What UAX #29 says of a common character (its property `Word_Break`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum CharacterClass {
    /// `ALetter`.
    Letter,
    /// `Numeric`.
    Digit,
    /// `ExtendNumLet`: joins letters and digits on both its sides.
    Connector,
    /// `MidLetter`: joins two letters.
    WordSign,
    /// `MidNum`: joins two digits.
    NumberSign,
    /// `MidNumLet` or `Single_Quote`: joins two letters or two digits.
    EitherSign,
    /// Any other: joins nothing.
    Sign,
}

impl CharacterClass {
    /// Returns the class of a character, or `None` if it is unusual.
    fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '0'..='9' => Self::Digit,
            '.' | '\'' | '\u{2018}' | '\u{2019}' => Self::EitherSign,
            ',' | ';' => Self::NumberSign,
            ':' => Self::WordSign,
            '_' => Self::Connector,
            '\0'..='\u{7f}' | '\u{d7}' | '\u{f7}' => Self::Sign,
            // Latin, Greek, Cyrillic.
            '\u{c0}'..='\u{24f}'
            | '\u{391}'..='\u{3a1}'
            | '\u{3a3}'..='\u{3ce}'
            | '\u{400}'..='\u{481}'
            | '\u{48a}'..='\u{52f}' => Self::Letter,
            '«' | '»' | '“' | '”' | '„' | '–' | '—' | '…' | '•' | '€' | '£' | '\u{a0}' | '°' => {
                Self::Sign
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the words of a text by `unicode-segmentation`, cut at white space.
    fn words_of_uax_29(text: &str) -> Vec<(usize, &str)> {
        text.split_word_bound_indices().flat_map(|(at, segment)| cut_at_white_space(at, segment)).collect()
    }

    fn words_of_segments(text: &str) -> Vec<(usize, &str)> {
        segments(text).flat_map(|segment| cut_at_white_space(segment.at, segment.text)).collect()
    }

    fn cut_at_white_space(at: usize, segment: &str) -> Vec<(usize, &str)> {
        let start = segment.as_ptr() as usize;
        let parts = segment.split(char::is_whitespace).filter(|part| part.contains(char::is_alphanumeric));
        parts.map(|part| (at + part.as_ptr() as usize - start, part)).collect()
    }

    #[track_caller]
    fn assert_same(text: &str) {
        assert_eq!(words_of_segments(text), words_of_uax_29(text), "{text:?}");
        let joined: String = segments(text).map(|segment| segment.text).collect();
        assert_eq!(joined, text, "no character is lost");
        for segment in segments(text) {
            assert_eq!(segment.is_word, segment.text.contains(char::is_alphanumeric), "{text:?}");
            let is_lower = segment.text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z'));
            assert!(is_lower || !segment.is_lower, "{text:?}");
        }
    }

    #[test]
    fn common_texts_are_split_as_uax_29_says() {
        for text in [
            "It's 3.14, no: 3,5 or 1_000; a.b.c a..b a:b 1:2 a1.b2 _x_ __ v1.2-rc3 e.g. 7'000",
            "L’été à Zürich – «déjà» vu… „Straße“ 5€ 20°C",
            "Привет, мир: 19.30 часов; Ελλάδα a\u{387}b",
            "漢字かな交じり文 and ภาษาไทย",
            "a\u{ad}b a\u{301}b \u{301}a  \u{93e}क 👩\u{200d}👩 🇩🇪🇫🇷 a\u{202f}b\r\nc\u{85}d\u{b7}e",
        ] {
            assert_same(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_split_as_uax_29_says(
            text in "[ab1Z '.:;,_\n\r\t\u{a0}\u{ad}éжΩ×’‘·«…\u{301}\u{93e}\u{200d}\u{202f}字กカא\"🇩👩\u{1f3fd}-]{0,12}",
        ) {
            assert_same(&text);
        }

        #[test]
        fn every_character_is_split_as_uax_29_says(text in "(a|1|_|\\.|’|:|,| |\\PC){0,8}") {
            assert_same(&text);
        }
    }
}
