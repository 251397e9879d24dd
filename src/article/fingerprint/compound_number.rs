//! Reads numbers that are one word made of others, and their ordinals: `fünfundzwanzig`, `tweeëntwintig`, `ventidue`,
//! `vierzehnte`, `quattordicesima`, `decimocuarta`.

use super::ordinal;

/// Endings of German and Dutch ordinal numbers: `vierzehnte`, `zwanzigsten`, `veertiende`.
const ENDINGS: [&str; 11] = ["te", "ten", "ter", "tes", "tem", "ste", "sten", "ster", "stes", "stem", "de"];
/// Multiples of ten as Italian numbers begin with them: `ventidue`, `trentotto`.
const ITALIAN_TENS: [&str; 8] =
    ["vent", "trent", "quarant", "cinquant", "sessant", "settant", "ottant", "novant"];

/// Reads a number below a hundred, or such a number of thousands (`zwanzigtausend`). Returns its value, and whether it is an
/// ordinal. `small` returns the value of a word for a number below twenty, `tens` that of a word for a multiple of ten.
pub(super) fn read(
    word: &str,
    small: impl Fn(&str) -> Option<u32>,
    tens: impl Fn(&str) -> Option<u32>,
) -> Option<(u32, bool)> {
    // The last letters of most words show that they are no numbers.
    match word.as_bytes() {
        [.., b't', b'a', b'u', b's', b'e', b'n', b'd'] => {
            let thousands = word.strip_suffix("tausend")?;
            let value = small(thousands)
                .or_else(|| tens(thousands))
                .or_else(|| units_first(thousands, &small, &tens));
            Some((1000 * value?, false))
        }
        [.., b'i', b'g'] => Some((units_first(word, &small, &tens)?, false)),
        [.., b't' | b'd', b'e'] | [.., b't', b'e', b'n' | b'r' | b's' | b'm'] => {
            let stems = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
            let of =
                |stem: &str| small(stem).or_else(|| tens(stem)).or_else(|| units_first(stem, &small, &tens));
            let value = stems.filter_map(of).find(|value| *value > 3)?;
            Some((value, true))
        }
        [stem @ .., b'e', b's', b'i', b'm', b'o' | b'a' | b'i' | b'e'] => {
            let stem = std::str::from_utf8(stem).ok()?;
            let of = |vowel: &&str| {
                let cardinal = format!("{stem}{vowel}");
                small(&cardinal).or_else(|| tens(&cardinal)).or_else(|| tens_first(&cardinal, &small))
            };
            Some((["i", "e", "o", "a", ""].iter().find_map(of)?, true))
        }
        [b'd', b'e', b'c', b'i', b'm', b'o', ..] => {
            let units = ordinal::of(word.strip_prefix("decimo")?).filter(|units| *units < 10)?;
            Some((10 + units, true))
        }
        [b'v' | b't' | b'q' | b'c' | b's' | b'o' | b'n', .., b'o' | b'e' | b'i'] => {
            Some((tens_first(word, &small)?, false))
        }
        _ => None,
    }
}

/// Reads a German or Dutch number: `fünfundzwanzig`, `tweeëntwintig`.
fn units_first(
    word: &str,
    small: &impl Fn(&str) -> Option<u32>,
    tens: &impl Fn(&str) -> Option<u32>,
) -> Option<u32> {
    ["und", "en"].iter().find_map(|join| {
        word.match_indices(join).find_map(|(at, _)| {
            let (before, after) = (word.get(..at)?, word.get(at + join.len()..)?);
            Some(tens(after)? + unit(before, small)?)
        })
    })
}

/// Reads an Italian number, in which the tens lose their last vowel before another one: `ventidue`, `trentotto`.
fn tens_first(word: &str, small: &impl Fn(&str) -> Option<u32>) -> Option<u32> {
    let (tens, rest) =
        (2..).zip(ITALIAN_TENS).find_map(|(tens, stem)| Some((tens, word.strip_prefix(stem)?)))?;
    Some(10 * tens + unit(rest.strip_prefix(['i', 'a']).unwrap_or(rest), small)?)
}

fn unit(word: &str, small: &impl Fn(&str) -> Option<u32>) -> Option<u32> {
    match word {
        "ein" | "een" | "uno" => Some(1),
        word => small(word).filter(|value| *value < 10),
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::super::word::{WordHash, WordKind};

    fn number_of(word: &str) -> (u32, WordKind) {
        let text = format!("it {word} it");
        let word = tokens(&text, 9).0[1];
        (word.word(), word.kind())
    }

    #[test]
    fn a_number_that_is_one_word_is_read() {
        for (word, digits) in [
            ("fünfundzwanzig", "25"),
            ("einundzwanzig", "21"),
            ("tweeëntwintig", "22"),
            ("eenendertig", "31"),
            ("ventidue", "22"),
            ("ventuno", "21"),
            ("trentotto", "38"),
            ("quattordici", "14"),
            ("vierzehnte", "14"),
            ("fünfzehnten", "15"),
            ("elfter", "11"),
            ("zwanzigste", "20"),
            ("fünfundzwanzigste", "25"),
            ("veertiende", "14"),
            ("twintigste", "20"),
            ("quattordicesima", "14"),
            ("quindicesimo", "15"),
            ("ventesimo", "20"),
            ("decimocuarta", "14"),
            ("decimoquinto", "15"),
            ("quatorze", "14"),
        ] {
            let digits = WordHash::word(tokens(&format!("it {digits} it"), 9).0[1]);
            assert_eq!(number_of(word), (digits, WordKind::SmallNumber), "{word}");
        }
        for word in
            ["heute", "bitte", "leiste", "gente", "ende", "kosten", "wunde", "mundo", "segunden", "gesten"]
        {
            assert_eq!(number_of(word).1, WordKind::Plain, "{word}");
        }
    }
}
