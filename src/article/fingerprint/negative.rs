//! Recognises negative numbers: `minus 3`, `-3`, `3 degrees below zero`.

use super::text_language::TextLanguage;
use super::written::{Separator, WrittenWord};

/// Words after which `moins` and similar words do not mean "minus": `au moins 3`, `plus ou moins 3`, `al menos 3`.
const NO_MINUS_AFTER: [&str; 8] = ["au", "du", "al", "lo", "ou", "or", "o", "de"];

/// Returns whether the word at `at` makes the number after it negative. In other languages than Dutch, `min` is short for a
/// minute or a minimum.
pub(super) fn is_minus(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> bool {
    let before = || at.checked_sub(1).and_then(|before| words.get(before)).map_or("", |word| word.folded);
    words.get(at).is_some_and(|word| is_minus_word(word.folded))
        && (language == TextLanguage::Dutch || words.get(at).is_some_and(|word| word.folded != "min"))
        && words.get(at + 1).is_some_and(|next| next.before == Separator::Space)
        && !NO_MINUS_AFTER.contains(&before())
}

/// Returns whether a word may make the number after it negative.
pub(super) fn is_minus_word(word: &str) -> bool {
    matches!(word, "minus" | "moins" | "menos" | "meno" | "min")
}

/// Returns whether the words from `at` on say that the number before them is below zero: `degrees below zero`, `Grad unter
/// Null`.
pub(super) fn is_below_zero(words: &[WrittenWord<'_>], at: usize) -> bool {
    let folded = |ahead: usize| words.get(at + ahead).map_or("", |word| word.folded);
    let is_degree = |word: &str| {
        matches!(
            word,
            "degrees"
                | "degree"
                | "degres"
                | "degre"
                | "grad"
                | "grados"
                | "grado"
                | "gradi"
                | "graus"
                | "graden"
                | "grader"
                | "c"
                | "celsius"
        )
    };
    let skipped = (0..2).take_while(|ahead| is_degree(folded(*ahead))).count();
    match (folded(skipped), folded(skipped + 1)) {
        ("below", "zero" | "freezing")
        | ("unter", "null")
        | ("onder", "nul")
        | ("under", "noll")
        | ("sous" | "sotto", "zero")
        | ("bajo", "cero") => true,
        ("abaixo", "de") => folded(skipped + 2) == "zero",
        ("negativos", _) => skipped > 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::super::word::WordHash;

    fn numbers_of(text: &str) -> Vec<u32> {
        let words = tokens(text, 99).0.into_iter();
        words.filter(|word| word.kind() != super::super::WordKind::Plain).map(WordHash::word).collect()
    }

    #[test]
    fn a_negative_number_is_one_number_however_it_is_written() {
        for texts in [
            &[
                "it was minus 3 degrees",
                "it was -3 degrees",
                "it was \u{2212}3° there",
                "it was 3 degrees below zero",
            ][..],
            &["il faisait moins 3 degrés", "il faisait -3°", "il faisait 3 degrés sous zéro"],
            &["bei minus 3 grad", "bei –3 grad", "bei minus drei grad", "bei 3 grad unter null"],
            &["ya a menos 3 grados", "ya a -3 grados", "ya a 3 grados bajo cero"],
            &["até 3 graus negativos", "até -3 graus", "até 3 graus abaixo de zero"],
            &["vid minus 3 grader", "vid -3 grader", "vid 3 grader under noll"],
            &["het was er op de dijk van min 3 graden", "het was er op de dijk van -3 graden"],
        ] {
            for text in texts {
                assert_eq!(numbers_of(text), numbers_of(texts[0]), "`{text}` and `{}`", texts[0]);
            }
            assert_ne!(numbers_of(texts[0]), numbers_of("it was 3 degrees"));
        }
        for texts in [
            ["au moins 3 degrés", "au moins trois degrés"],
            ["al menos 3 grados", "al menos tres grados"],
            ["houve 3 casos negativos", "houve três casos negativos"],
            ["ficou 3 graus abaixo de ontem", "ficou três graus abaixo de ontem"],
            ["takes 20 min 3 times", "takes 20 min three times"],
            ["plus ou moins 3", "plus ou moins trois"],
            ["from 2019-2020 on", "from 2019–2020 on"],
        ] {
            assert_eq!(numbers_of(texts[0]), numbers_of(texts[1]), "{texts:?}");
        }
        assert_eq!(numbers_of("au moins 3"), numbers_of("les 3"));
        assert_eq!(numbers_of("os 3 negativos"), numbers_of("os 3 positivos"));
        assert_eq!(numbers_of("os 3 graus abaixo de ontem"), numbers_of("os 3 graus de ontem"));
        assert_eq!(numbers_of("of 3 - 4 days"), numbers_of("of 3 to 4 days"));
    }
}
