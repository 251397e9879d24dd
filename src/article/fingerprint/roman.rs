//! Reads Roman numerals: `XXIe siècle`, `siglo XXI`, `Part II`, `XI. Zivilsenat`.

use super::text_language::TextLanguage;
use super::written::{Separator, WrittenWord};

/// Words beside which a numeral counts centuries.
const CENTURIES: [&str; 5] = ["siglo", "seculo", "secolo", "siecle", "jahrhundert"];

/// German names of courts that are counted, which show that a single letter with a point is a numeral.
const COUNTED_COURTS: &str = "senat";

/// Reads the Roman numeral that word `at` writes, if its ending or the word beside it shows that it is one. In German, a point
/// does: `XI. Zivilsenat`.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> Option<u32> {
    let word = words.get(at)?;
    let end = word.raw.bytes().position(|byte| !matches!(byte, b'I' | b'V' | b'X')).unwrap_or(word.raw.len());
    let (numeral, ending) = word.raw.split_at_checked(end).filter(|(numeral, _)| !numeral.is_empty())?;
    let is_beside_century = || {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        beside.filter_map(|at| words.get(at)).any(|word| CENTURIES.contains(&word.folded))
    };
    let is_numeral = match ending {
        "e" | "ᵉ" | "er" | "ème" | "esimo" | "esima" => true,
        "" => is_beside_century() || language == TextLanguage::German && is_ordinal(words, at),
        _ => false,
    };
    value(numeral).filter(|_| is_numeral)
}

/// Returns whether a point stands after a numeral, as after each ordinal number in German. A single letter with a point may be
/// an initial, unless a court follows.
fn is_ordinal(words: &[WrittenWord<'_>], at: usize) -> bool {
    let Some(next) = words.get(at + 1).filter(|next| next.before == Separator::Point) else { return false };
    words.get(at).is_some_and(|word| word.raw.len() > 1) || next.folded.contains(COUNTED_COURTS)
}

/// Returns whether a numeral may begin with this folded word, or may be the word.
pub(super) fn may_begin(word: &str) -> bool {
    let ending = word.trim_start_matches(['i', 'v', 'x']);
    ending.len() < word.len() && matches!(ending, "" | "e" | "er" | "eme" | "esimo" | "esima")
}

/// Returns the value of a numeral of `I`, `V` and `X`; `None` if it is not written as Romans did.
pub(super) fn value(numeral: &str) -> Option<u32> {
    let tens = numeral.bytes().take_while(|byte| *byte == b'X').count();
    let units = match numeral.get(tens..)? {
        "" => 0,
        "I" => 1,
        "II" => 2,
        "III" => 3,
        "IV" => 4,
        "V" => 5,
        "VI" => 6,
        "VII" => 7,
        "VIII" => 8,
        "IX" => 9,
        _ => return None,
    };
    let value = 10 * u32::try_from(tens).ok().filter(|tens| *tens < 4)? + units;
    (value > 0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::super::token::{title_tokens, words_of};
    use super::super::word::WordHash;
    use super::value;

    #[test]
    fn numerals_have_their_values() {
        assert_eq!(["I", "IV", "IX", "XIX", "XXI"].map(value), [1, 4, 9, 19, 21].map(Some));
        assert_eq!(["", "IIX", "VX", "IC", "XXXX"].map(value), [None; 5]);
    }

    #[test]
    fn a_century_is_one_number_however_it_is_written() {
        for (roman, digits) in [
            ("au XXIe siècle", "au 21e siècle"),
            ("au XIXᵉ siècle", "au 19ème siècle"),
            ("el siglo XXI en", "el siglo 21 en"),
            ("nel XXI secolo", "nel 21 secolo"),
        ] {
            assert_eq!(words_of(roman), words_of(digits), "{roman}");
        }
        assert_ne!(words_of("la Vie en XI"), words_of("la 5e en 11"));
        let in_title =
            |title: &str| title_tokens(title, 9).0.into_iter().map(WordHash::word).collect::<Vec<_>>();
        assert_eq!(in_title("Rocky IV"), in_title("Rocky 4"));
    }
}
