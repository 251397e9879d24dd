//! Reads the names of roads in Germany, France, Spain, Portugal and America: `Autobahn 9`, `A 9` and `A9`; `nationale 74` and
//! `N74`; `nacional 120` and `N-120`; `EN 12` and `N12`; `Interstate 95` and `I-95`.

use super::text_language::TextLanguage;
use super::written::{Separator, WrittenWord};
use crate::text::words::is_all_digits;

/// Most digits of the number of a road.
const DIGITS: usize = 3;

/// Returns whether the name of a road may begin with this folded word, which has more than one letter.
pub(super) fn may_begin(word: &str) -> bool {
    letter_of(word).is_some()
}

/// Returns whether a word with capital letters may begin the name of a road, although its folded form is an ordinary word.
pub(super) fn is_abbreviation(raw: &str) -> bool {
    raw == ESTRADA_NACIONAL || number_of_estrada_nacional(raw).is_some()
}

/// Returns the number of `EN12`.
fn number_of_estrada_nacional(raw: &str) -> Option<&str> {
    let number = raw.strip_prefix(ESTRADA_NACIONAL)?;
    ((1..=DIGITS).contains(&number.len()) && is_all_digits(number)).then_some(number)
}

/// Short for `estrada nacional` in Portuguese.
const ESTRADA_NACIONAL: &str = "EN";

/// Returns the letter that stands for a kind of road, and the languages in which the word names one, if these are not all.
fn letter_of(word: &str) -> Option<(char, &'static [TextLanguage])> {
    use TextLanguage::{French, Portuguese, Spanish};
    Some(match word {
        "autobahn" => ('a', &[]),
        "bundesstrasse" => ('b', &[]),
        "interstate" => ('i', &[]),
        "nationale" | "rn" => ('n', &[French]),
        "nacional" => ('n', &[Spanish, Portuguese]),
        "departementale" | "rd" => ('d', &[French]),
        _ => return None,
    })
}

/// Returns the letter and the number of the road whose name begins at word `at`, and how many words write it.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> Option<(String, usize)> {
    use TextLanguage::{French, German, Portuguese, Spanish};
    let first = words.get(at)?;
    if let Some(number) = number_of_estrada_nacional(first.raw).filter(|_| language == Portuguese) {
        return Some((format!("n{number}"), 1));
    }
    let number = words.get(at + 1)?;
    let is_number = number.before == Separator::Space
        && number.raw.len() <= DIGITS
        && is_all_digits(number.raw)
        && number.sign_after.is_none();
    let letter = match (first.raw, language) {
        ("A", German | French) => 'a',
        ("B", German) => 'b',
        ("N", Spanish | Portuguese | French) | (ESTRADA_NACIONAL, Portuguese) => 'n',
        _ => letter_of(first.folded).filter(|(_, only)| only.is_empty() || only.contains(&language))?.0,
    };
    is_number.then(|| (format!("{letter}{}", number.raw), 2))
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn a_german_road_is_one_name_however_it_is_written() {
        let told = |road: &str| words_of(&format!("der Unfall und die Sperrung auf der {road} bei Ulm"));
        for road in ["A 9", "Autobahn 9", "A\u{a0}9"] {
            assert_eq!(told(road), told("A9"), "{road}");
        }
        assert_eq!(told("Bundesstraße 3"), told("B3"));
        assert_ne!(told("Autobahn 9"), told("B9"));
        assert_ne!(words_of("A 9 percent cut"), words_of("A9 percent cut"));
    }

    #[test]
    fn a_french_and_an_american_road_are_one_name_however_they_are_written() {
        let told = |road: &str| words_of(&format!("dans les bois, la {road} est fermée"));
        assert_eq!(told("nationale 74"), told("N74"));
        assert_eq!(told("A 36"), told("A36"));
        assert_eq!(told("RN 74"), told("N74"));
        assert_eq!(told("départementale 12"), told("D12"));
        assert_ne!(told("nationale 74"), told("D74"));
        assert_eq!(words_of("a crash on Interstate 95 near"), words_of("a crash on I-95 near"));
    }

    #[test]
    fn a_spanish_and_a_portuguese_road_are_one_name_however_they_are_written() {
        let in_spanish = |road: &str| words_of(&format!("el choque y el corte en la {road} de los montes"));
        for road in ["nacional 120", "N 120", "N120"] {
            assert_eq!(in_spanish(road), in_spanish("N-120"), "{road}");
        }
        assert_ne!(in_spanish("nacional 120"), in_spanish("N-210"));
        let in_portuguese = |road: &str| words_of(&format!("um choque em uma curva da {road} na serra"));
        for road in ["nacional 12", "EN 12", "EN12", "N 12", "N-12"] {
            assert_eq!(in_portuguese(road), in_portuguese("N12"), "{road}");
        }
        for norm in ["EN 12", "EN12"] {
            assert_ne!(words_of(&format!("the {norm} norm")), words_of("the N12 norm"));
        }
        assert_eq!(words_of("dans les bois, N° 12 est"), words_of("dans les bois, n° 12 est"));
    }
}
