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

/// Words for one part that also say a place in an order, so that only what follows them tells the two apart.
const ONE_PART: [(&str, &str); 10] = [
    ("third", "3"),
    ("terzo", "3"),
    ("derde", "3"),
    ("trzecia", "3"),
    ("fourth", "4"),
    ("quarto", "4"),
    ("czwarta", "4"),
    ("fifth", "5"),
    ("quinto", "5"),
    ("vijfde", "5"),
];

/// Reads one part of something at word `at`: `a third of the tickets`, `un terzo dei biglietti`, `jedna trzecia`. Returns it as
/// a decimal number, and how many words write it.
pub(super) fn one_part(words: &[WrittenWord<'_>], at: usize) -> Option<(String, usize)> {
    let is_polish = match words.get(at)?.folded {
        "a" | "one" | "un" | "een" => false,
        POLISH_ONE => true,
        _ => return None,
    };
    let part =
        words.get(at + 1).filter(|part| matches!(part.before, Separator::Space | Separator::Hyphen))?;
    let (_, below) = ONE_PART.iter().find(|(word, _)| *word == part.folded)?;
    let counted = words.get(at + 2).filter(|counted| counted.before == Separator::Space);
    let counts = is_polish || counted.is_some_and(|counted| AFTER_FRACTIONS.contains(&counted.folded));
    let value = decimals("1", below).filter(|_| counts)?;
    Some((format!("0.{value}"), 2))
}

/// Words after which a fraction in digits counts parts of something. Otherwise `2/3` is a date.
const AFTER_FRACTIONS: [&str; 14] =
    ["of", "des", "du", "der", "de", "d", "dei", "delle", "della", "dell", "degli", "del", "van", "dos"];

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
        ("and", "a", "quarter") | ("e", "un" | "um", "quarto") => Some(("25", 3)),
        ("et", "quart", _) | ("y", "cuarto", _) => Some(("25", 2)),
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
    matches!(
        word,
        "anderthalb" | "eineinhalb" | "anderthalbe" | "anderhalf" | "anderhalve" | "połtora" | "połtorej"
    )
}

/// Words for a half.
const HALVES: [&str; 5] = ["half", "halbe", "halben", "medio", "demi"];

/// Articles and words for one that may stand before a dozen, a million and a half, or a part.
const ONES: [&str; 10] = ["a", "an", "one", "un", "una", "une", "um", "uma", "ein", "een"];

/// The Polish word for one that may stand before a part.
const POLISH_ONE: &str = "jedna";

/// Words for a million that may stand before a half: `millón y medio`.
const MILLIONS: [&str; 6] = ["million", "millon", "milione", "milhao", "miljoen", "milion"];

/// Returns whether something that [`read`] reads may begin with this folded word.
pub(super) fn may_begin(word: &str) -> bool {
    HALVES.contains(&word)
        || ONES.contains(&word)
        || MILLIONS.contains(&word)
        || word == POLISH_ONE
        || is_one_and_a_half(word)
}

/// Reads `half a million`, `eine halbe Million`, `medio millón`, `anderthalb Millionen`, `un million et demi`, `millón y
/// medio`, `a dozen` and `half a dozen`. Returns the number in digits and how many words it takes.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize) -> Option<(String, usize)> {
    let folded = |ahead: usize| words.get(at + ahead).map_or("", |word| word.folded);
    let first = words.get(at)?.folded;
    if ONES.contains(&first) {
        return is_one_dozen(folded(1))
            .then(|| ("12".to_owned(), 2))
            .or_else(|| one_and_a_half(words, at, 1))
            .or_else(|| one_part(words, at));
    }
    if first == POLISH_ONE {
        return one_part(words, at);
    }
    if MILLIONS.contains(&first) {
        return one_and_a_half(words, at, 0);
    }
    let tenths = if HALVES.contains(&first) { "5" } else { is_one_and_a_half(first).then_some("15")? };
    let scale_at = if matches!(folded(1), "a" | "un") { 2 } else { 1 };
    if tenths == "5" && is_one_dozen(folded(scale_at)) {
        return Some(("6".to_owned(), scale_at + 1));
    }
    // `half a percent`, `un demi-point`.
    if tenths == "5" && matches!(folded(scale_at), "percent" | "percentage" | "point" | "punto") {
        return Some(("0.5".to_owned(), scale_at));
    }
    let power = scale::power_of(folded(scale_at)).filter(|power| *power >= 6)?;
    Some((format!("{tenths}{}", "0".repeat(power - 1)), scale_at + 1))
}

/// Adds the half that follows a number of millions at word `at`: `due milioni e mezzo`. `value` is the number with its zeros,
/// of which the word before wrote `power`. Returns the number and how many words write the half.
pub(super) fn half_of_scale(
    words: &[WrittenWord<'_>],
    at: usize,
    value: &str,
    power: usize,
) -> Option<(String, usize)> {
    let zeros = "0".repeat(power);
    let whole = value.strip_suffix(zeros.as_str()).filter(|_| power >= 6)?;
    let (decimals, used) = after_whole(words, at)?;
    (decimals == "5").then(|| (format!("{whole}5{}", "0".repeat(power - 1)), used))
}

/// Reads a million and a half of which the word for a million stands `ahead` of word `at`.
fn one_and_a_half(words: &[WrittenWord<'_>], at: usize, ahead: usize) -> Option<(String, usize)> {
    let power = scale::power_of(words.get(at + ahead)?.folded).filter(|power| *power >= 6)?;
    let (decimals, used) = after_whole(words, at + ahead + 1)?;
    (decimals == "5").then(|| (format!("15{}", "0".repeat(power - 1)), ahead + 1 + used))
}

/// Returns whether a word counts one dozen after an article.
fn is_one_dozen(word: &str) -> bool {
    matches!(word, "dozen" | "dutzend" | "douzaine" | "docena" | "dozzina" | "dozijn" | "duzia")
}

/// Returns whether a word counts by twelve if a number stands before it.
pub(super) fn is_dozen(word: &str) -> bool {
    matches!(
        word,
        "dozen"
            | "dozens"
            | "dutzend"
            | "douzaines"
            | "docenas"
            | "dozzine"
            | "dozijn"
            | "duzias"
            | "tuziny"
            | "tuzinow"
            | "dussin"
    )
}
