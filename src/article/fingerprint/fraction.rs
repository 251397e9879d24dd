//! Reads `half a million`, `anderthalb Millionen` (one and a half) and the fraction of a mixed number (`3 1/2`, `3½`, `three
//! and a half`), and recognises dozens.

use super::scale;
use super::written::{Separator, WrittenWord};

/// What stands between the numbers of `½` in its folded form: U+2044 FRACTION SLASH.
const FRACTION_SLASH: char = '\u{2044}';

/// Fractions: the number above the line, the number below it, and the digits that write the fraction after a decimal point.
const FRACTIONS: [(&str, &str, &str); 13] = [
    ("1", "2", "5"),
    ("1", "4", "25"),
    ("3", "4", "75"),
    ("1", "5", "2"),
    ("2", "5", "4"),
    ("3", "5", "6"),
    ("4", "5", "8"),
    ("1", "8", "125"),
    ("3", "8", "375"),
    ("5", "8", "625"),
    ("7", "8", "875"),
    ("1", "3", "33"),
    ("2", "3", "67"),
];

/// Returns the digits that write a fraction after a decimal point: `5` for 1/2.
fn decimals(above: &str, below: &str) -> Option<&'static str> {
    FRACTIONS.iter().find(|fraction| (fraction.0, fraction.1) == (above, below)).map(|fraction| fraction.2)
}

/// Reads a fraction that is one character, without a number before it: `½`. Returns it as a decimal number.
pub(super) fn alone(folded: &str) -> Option<String> {
    let (above, below) = folded.split_once(FRACTION_SLASH)?;
    Some(format!("0.{}", decimals(above, below)?))
}

/// Words for the number below the line of a fraction, in the folded spelling.
const PARTS: [(&str, &str); 21] = [
    ("thirds", "3"),
    ("tiers", "3"),
    ("drittel", "3"),
    ("tercios", "3"),
    ("terzi", "3"),
    ("derde", "3"),
    ("tercos", "3"),
    ("trzecie", "3"),
    ("quarters", "4"),
    ("quarts", "4"),
    ("viertel", "4"),
    ("cuartos", "4"),
    ("quarti", "4"),
    ("kwart", "4"),
    ("quartos", "4"),
    ("czwarte", "4"),
    ("fifths", "5"),
    ("cinquiemes", "5"),
    ("funftel", "5"),
    ("quinti", "5"),
    ("vijfde", "5"),
];

/// Reads the word below the line of a fraction in words, at word `at`: `thirds` of `two-thirds`. `above` is the number before
/// it. Returns the fraction as a decimal number, and how many words that takes.
pub(super) fn in_words(words: &[WrittenWord<'_>], at: usize, above: &str) -> Option<(String, usize)> {
    let part = words.get(at).filter(|part| matches!(part.before, Separator::Space | Separator::Hyphen))?;
    let (_, below) = PARTS.iter().find(|(word, _)| *word == part.folded)?;
    Some((format!("0.{}", decimals(above, below)?), 1))
}

/// Words after which a fraction in digits counts parts of something. Otherwise `2/3` is a date.
const AFTER_FRACTIONS: [&str; 12] =
    ["of", "des", "du", "der", "de", "d", "dei", "delle", "degli", "del", "van", "dos"];

/// Reads a fraction in digits at word `at` that counts parts of something: `2/3 of the bridge`. Returns it as a decimal number.
pub(super) fn with_slash(words: &[WrittenWord<'_>], at: usize) -> Option<String> {
    let below = words.get(at + 1).filter(|below| below.before == Separator::Slash)?;
    let counted = words.get(at + 2).filter(|counted| counted.before == Separator::Space)?;
    let value = decimals(words.get(at)?.folded, below.folded)?;
    AFTER_FRACTIONS.contains(&counted.folded).then(|| format!("0.{value}"))
}

/// Reads the fraction that follows a whole number at word `at`: `1/2` of `3 1/2`, `½`, `and a half`, `et demie`. Returns the
/// digits after the point and how many words write it.
pub(super) fn after_whole(words: &[WrittenWord<'_>], at: usize) -> Option<(&'static str, usize)> {
    let first = words.get(at)?;
    let is_near = matches!(first.before, Separator::Space | Separator::Joined | Separator::Hyphen);
    if let Some((above, below)) = first.folded.split_once(FRACTION_SLASH).filter(|_| is_near) {
        return Some((decimals(above, below)?, 1));
    }
    let after_slash = |ahead: usize| words.get(at + ahead).filter(|word| word.before == Separator::Slash);
    if let Some(below) = after_slash(1).filter(|_| is_near) {
        return Some((decimals(first.folded, below.folded).filter(|_| after_slash(2).is_none())?, 2));
    }
    let follows = |ahead: usize| {
        let word =
            words.get(at + ahead).filter(|word| matches!(word.before, Separator::Space | Separator::Hyphen));
        word.map_or("", |word| word.folded)
    };
    match (follows(0), follows(1), follows(2)) {
        ("and", "a", "half") | ("en", "een", "half" | "halve") => Some(("5", 3)),
        ("and", "a", "quarter") => Some(("25", 3)),
        ("et", "demi" | "demie", _)
        | ("y", "medio" | "media", _)
        | ("e", "mezzo" | "mezza" | "meio" | "meia", _) => Some(("5", 2)),
        _ => None,
    }
}

/// Reads a German or Dutch word for a number and a half: `dreieinhalb`, `drieënhalf`. Returns the word for the whole number.
pub(super) fn whole_of_compound(word: &str) -> Option<&str> {
    let whole = word.strip_suffix("einhalb").or_else(|| word.strip_suffix("eneenhalf"));
    whole.or_else(|| word.strip_suffix("enhalf")).filter(|whole| whole.len() > 2)
}

/// Returns whether a word says one and a half.
pub(super) fn is_one_and_a_half(word: &str) -> bool {
    matches!(word, "anderthalb" | "eineinhalb" | "anderthalbe" | "anderhalf" | "anderhalve")
}

/// Reads `half a million`, `eine halbe Million`, `medio millón`, `anderthalb Millionen`. Returns the number in digits and how
/// many words it takes.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize) -> Option<(String, usize)> {
    let tenths = tenths_of(words.get(at)?.folded)?;
    let folded = |ahead: usize| words.get(at + ahead).map_or("", |word| word.folded);
    let scale_at = if matches!(folded(1), "a" | "un") { 2 } else { 1 };
    let power = scale::power_of(folded(scale_at)).filter(|power| *power >= 6)?;
    Some((format!("{tenths}{}", "0".repeat(power - 1)), scale_at + 1))
}

/// Returns how many tenths a word for a half or for one and a half says.
pub(super) fn tenths_of(word: &str) -> Option<&'static str> {
    match word {
        "half" | "halbe" | "halben" | "medio" | "demi" => Some("5"),
        word => is_one_and_a_half(word).then_some("15"),
    }
}

/// Returns whether a word counts by twelve if a number stands before it. Without a number it does not: `a dozen` may be ten.
pub(super) fn is_dozen(word: &str) -> bool {
    matches!(word, "dozen" | "dozens" | "dutzend" | "douzaines" | "docenas")
}
