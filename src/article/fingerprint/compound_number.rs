//! Reads numbers that are one word made of others, and their ordinals: `fünfundzwanzig`, `tweeëntwintig`, `ventidue`,
//! `tjugotre`, `millecinquecento`, `vierzehnte`, `quattordicesima`, `decimocuarta`.

use super::ordinal;
use super::text_language::TextLanguage;

/// Endings of German and Dutch ordinal numbers: `vierzehnte`, `zwanzigsten`, `veertiende`.
const ENDINGS: [&str; 11] = ["te", "ten", "ter", "tes", "tem", "ste", "sten", "ster", "stes", "stem", "de"];
/// Multiples of ten as Italian numbers begin with them: `ventidue`, `trentotto`.
const ITALIAN_TENS: [&str; 8] =
    ["vent", "trent", "quarant", "cinquant", "sessant", "settant", "ottant", "novant"];

/// Lengths of the Swedish multiples of ten, with which numbers begin: `attio`, `nittio`, `trettio`.
const SWEDISH_TENS: [usize; 3] = [5, 6, 7];

/// Reads a number below a hundred, or a larger one in German, Dutch and Italian (`zwanzigtausend`). Returns its value, and
/// whether it is an ordinal. `small` returns the value of a word for a number below twenty, `tens` that of a word for a
/// multiple of ten.
pub(super) fn read(
    word: &str,
    small: impl Fn(&str) -> Option<u32>,
    tens: impl Fn(&str) -> Option<u32>,
    language: TextLanguage,
) -> Option<(u32, bool)> {
    if let Some(parts) = large_parts(word, language) {
        return Some((large(word, parts, &small, &tens)?, false));
    }
    if let Some(value) = swedish(word, &small, &tens) {
        return Some((value, false));
    }
    // The last letters of most words show that they are no numbers.
    match word.as_bytes() {
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

/// Length of the shortest word that has such a part and other letters: `tremila`.
const SHORTEST_LARGE: usize = 7;

/// The words for a hundred and a thousand in the numbers of a language, the thousand in the plural and in the singular.
type LargeParts = [&'static str; 3];

/// Returns whether a word may have one of the [`LargeParts`] of a language. All other words are read the same in each language.
pub(super) fn may_be_large(word: &str) -> bool {
    let is_of_part = |three: &[u8]| matches!(three, b"nde" | b"end" | b"nto" | b"mil");
    word.len() >= SHORTEST_LARGE && word.as_bytes().windows(3).any(is_of_part)
}

/// Returns the parts of large numbers in a language, if `word` has one of them, and other letters.
fn large_parts(word: &str, language: TextLanguage) -> Option<LargeParts> {
    // In a text of few words the language is not known.
    let is_german =
        || language == TextLanguage::German || word.ends_with("hundert") || word.ends_with("tausend");
    let parts = match language {
        TextLanguage::Dutch => ["honderd", "duizend", "duizend"],
        TextLanguage::Italian => ["cento", "mila", "mille"],
        _ if is_german() => ["hundert", "tausend", "tausend"],
        _ => return None,
    };
    let [hundred, thousands, thousand] = parts;
    let has_part = || {
        word.contains(hundred) || word.contains(thousands) || thousand != thousands && word.contains(thousand)
    };
    let is_longer = word.len() >= SHORTEST_LARGE && !parts.contains(&word);
    (is_longer && has_part()).then_some(parts)
}

/// Reads a number from a hundred to a million that is one word: `zweihundertfünfzig`, `drieduizend`, `duemilacinquecento`.
fn large(
    word: &str,
    [hundred, thousands, thousand]: LargeParts,
    small: &impl Fn(&str) -> Option<u32>,
    tens: &impl Fn(&str) -> Option<u32>,
) -> Option<u32> {
    let below_hundred = |word: &str| {
        let word = word.strip_prefix("und").or_else(|| word.strip_prefix("en")).unwrap_or(word);
        let one = || unit(word, small);
        one()
            .or_else(|| small(word))
            .or_else(|| tens(word))
            .or_else(|| units_first(word, small, tens))
            .or_else(|| tens_first(word, small))
    };
    let below_thousand = |word: &str| match word.split_once(hundred) {
        _ if word.is_empty() => Some(0),
        None => below_hundred(word),
        Some((count, rest)) => {
            let count = if count.is_empty() { Some(1) } else { unit(count, small) };
            let rest = if rest.is_empty() { Some(0) } else { below_hundred(rest) };
            Some(100 * count? + rest?)
        }
    };
    match word.split_once(thousands).or_else(|| word.split_once(thousand)) {
        None => below_thousand(word),
        Some(("", rest)) => Some(1000 + below_thousand(rest)?),
        Some((count, rest)) => Some(1000 * below_thousand(count)? + below_thousand(rest)?),
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

/// Reads a Swedish number: `tjugotre`, `trettiotvå`. Only a look at the table of tens says that a word is none.
fn swedish(
    word: &str,
    small: &impl Fn(&str) -> Option<u32>,
    tens: &impl Fn(&str) -> Option<u32>,
) -> Option<u32> {
    let read = |length: &usize| {
        let (ten, rest) = (tens(word.get(..*length)?)?, word.get(*length..)?);
        Some(ten + if matches!(rest, "en" | "ett") { 1 } else { unit(rest, small)? })
    };
    SWEDISH_TENS.iter().find_map(read)
}

fn unit(word: &str, small: &impl Fn(&str) -> Option<u32>) -> Option<u32> {
    match word {
        "ein" | "een" | "uno" => Some(1),
        "sei" | "sex" => Some(6),
        word => small(word).filter(|value| *value < 10),
    }
}

#[cfg(test)]
mod tests {
    use super::super::text_language::TextLanguage;
    use super::super::token::{tokens, words_of};
    use super::super::word::{WordHash, WordKind};

    fn number_of(word: &str) -> (u32, WordKind) {
        let text = format!("it {word} it");
        let word = tokens(&text, 9).0[1];
        (word.word(), word.kind())
    }

    #[test]
    fn a_large_number_that_is_one_word_is_read() {
        for (in_words, in_digits) in [
            ("im zweihundertfünfzig und", "im 250 und"),
            ("im hundertzwanzig und", "im 120 und"),
            ("im einhundert und", "im 100 und"),
            ("im dreitausendfünfhundert und", "im 3500 und"),
            ("im zwanzigtausend und", "im 20.000 und"),
            ("im hunderttausend und", "im 100.000 und"),
            ("het tweehonderd van", "het 200 van"),
            ("het drieduizend van", "het 3.000 van"),
            ("het dertigduizend van", "het 30.000 van"),
            ("il duecento della", "il 200 della"),
            ("il centoventi della", "il 120 della"),
            ("il tremila della", "il 3.000 della"),
            ("il trentamila della", "il 30.000 della"),
            ("il millecinquecento della", "il 1.500 della"),
            ("il duecentocinquantamila della", "il 250.000 della"),
        ] {
            assert_eq!(words_of(in_words), words_of(in_digits), "{in_words}");
        }
        for (text, word) in [("il camillo della", "camillo"), ("im wunderthundert und", "hundert")] {
            assert!(words_of(text).len() == 3, "{word}");
        }
    }

    #[test]
    fn every_part_of_a_large_number_is_noticed() {
        for language in
            [TextLanguage::Other, TextLanguage::German, TextLanguage::Dutch, TextLanguage::Italian]
        {
            for word in [
                "zweihundert",
                "tausendeins",
                "driehonderd",
                "duizendtwee",
                "duecento",
                "tremila",
                "milleuno",
            ] {
                assert!(super::may_be_large(word) || super::large_parts(word, language).is_none(), "{word}");
            }
        }
        assert!(!super::may_be_large("harbours") && !super::may_be_large("mille"));
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
            ("ventisei", "26"),
            ("ventitré", "23"),
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
            ("tjugotre", "23"),
            ("trettiotvå", "32"),
            ("sextiosex", "66"),
            ("nittioett", "91"),
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
