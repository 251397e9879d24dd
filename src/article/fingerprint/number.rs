//! Reads a number out of the words that write it, so that each number compares as equal however an outlet writes it.
//!
//! `140 000`, `140.000`, `140,000` and `140'000` are one number; so are `19 h 30`, `19h30`, `19:30` and `7.30 pm`, `eleven`
//! and `11`, `2.5 million` and `2,500,000`, `mil 200 millones` and `1.200 millones`, `6 de la tarde` and `18.00 horas`. What is
//! read is only hashed and never shown.

use super::clock_time::{self, HOURS};
use super::clock_words;
use super::decade;
use super::digits::{is_digits, multiplied, split_ending, ungrouped, with_groups};
use super::fraction;
use super::hundreds;
use super::negative;
use super::one_of_several;
use super::scale;
use super::small_number;
use super::text_language::TextLanguage;
use super::unit;
use super::word::WordKind;
use super::written::{DEGREE, Separator, WrittenWord};

/// A number in the one form that all its spellings share.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct ReadNumber<'a> {
    /// The number in digits, after a `-` if it is negative. A time of day and a number of hours have an `h` after the hours;
    /// two and three days have a `d`, however they are written (`48 hours`). A number keeps letters after it that mean nothing
    /// to this file (`737a`).
    pub(super) value: String,
    /// Whether it is written in digits or in letters. A large number counts as one in digits: `two million`.
    pub(super) kind: WordKind,
    /// Unit that is written onto the number: `km` of `40km`.
    pub(super) unit: Option<&'a str>,
    /// How many words write the number.
    pub(super) words: usize,
}

const DAYS: [&str; 9] = ["jour", "jours", "day", "days", "tag", "tage", "tagen", "dia", "dias"];
/// Endings of an ordinal number in digits: `5e`, `3rd`. `o` and `a` are the `º` and `ª` of Spanish. An `s` is that of a decade:
/// `1990s`.
const ORDINALS: [&str; 32] = [
    "e", "er", "re", "ere", "eme", "ieme", "nd", "nde", "rd", "st", "th", "ter", "o", "a", "esimo", "esima",
    "s", "ra", "ro", "era", "ero", "da", "do", "ta", "to", "va", "vo", "mo", "ma", "es", "emes", "iemes",
];
/// Units that are written directly after a number. Any other ending is a part of the number (`737a`), unless it multiplies it
/// or makes it an ordinal.
const UNITS: [&str; 27] = [
    "c", "f", "km", "m", "cm", "mm", "kg", "g", "mg", "t", "ha", "kmh", "mph", "min", "sec", "mb", "gb",
    "kw", "mw", "gw", "ft", "px", "eur", "usd", "pc", "pct", "kph",
];

/// Least number of letters after a number that are a word of their own: `14jähriger` is `14-jähriger`.
const LEAST_LETTERS_OF_WORD: usize = 6;

/// Reads the number that begins at word `at`. Returns `None` if none begins there. `language` is that of the text.
pub(super) fn read<'a>(
    words: &'a [WrittenWord<'_>],
    at: usize,
    language: TextLanguage,
) -> Option<ReadNumber<'a>> {
    let has_minus = negative::is_minus(words, at, language);
    let number = without_sign(words, at + usize::from(has_minus), language)?;
    let is_negative = has_minus
        || words.get(at)?.before == Separator::Minus
        || negative::is_below_zero(words, at + number.words);
    if !is_negative {
        return Some(number);
    }
    let value = format!("-{}", number.value);
    Some(ReadNumber { value, words: number.words + usize::from(has_minus), ..number })
}

fn without_sign<'a>(
    words: &'a [WrittenWord<'_>],
    at: usize,
    language: TextLanguage,
) -> Option<ReadNumber<'a>> {
    let first = words.get(at)?;
    if one_of_several::begins(words, at) {
        return Some(ReadNumber { value: "1".to_owned(), kind: WordKind::Plain, unit: None, words: 1 });
    }
    if first.folded.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return Some(in_digits(words, at));
    }
    if first.folded == "mil" && counts_thousands(words, at) {
        return Some(in_units(
            words,
            at,
            InDigits { value: "1".to_owned(), kind: WordKind::Number, words: 0 },
        ));
    }
    if is_thousand(first.folded) || first.raw == "mil" && first.before == Separator::Space {
        let value = "1000".to_owned();
        let number = in_units(words, at, InDigits { value, kind: WordKind::SmallNumber, words: 1 });
        return Some(with_rest(words, at, number, language));
    }
    if is_one_after_number_word(words, at) {
        return Some(ReadNumber { value: "1".to_owned(), kind: WordKind::SmallNumber, unit: None, words: 1 });
    }
    if let Some(value) = clock_time::time_in_words(first.folded) {
        return Some(ReadNumber {
            value: value.to_owned(),
            kind: WordKind::SmallNumber,
            unit: None,
            words: 1,
        });
    }
    let in_parts = || clock_words::read(words, at, language);
    if let Some((value, used)) = fraction::read(words, at).or_else(in_parts) {
        let kind = if value.len() < 3 { WordKind::SmallNumber } else { WordKind::Number };
        return Some(ReadNumber { value, kind, unit: None, words: used });
    }
    if one_of_several::is_one_of_scale(words, at) {
        let one = InDigits { value: "1".to_owned(), kind: WordKind::SmallNumber, words: 1 };
        return Some(in_units(words, at, one));
    }
    if let Some(value) = small_number::with_half(first.folded) {
        return Some(with_fraction(words, at, InDigits { value, kind: WordKind::SmallNumber, words: 1 }));
    }
    if let Some(year) = decade::in_one_word(first.folded) {
        return Some(ReadNumber { value: year.to_owned(), kind: WordKind::Number, unit: None, words: 1 });
    }
    in_words(words, at, language)
}

/// Returns whether a word says a thousand.
pub(super) fn is_thousand(word: &str) -> bool {
    matches!(word, "thousand" | "tausend" | "mille" | "millier" | "duizend")
}

/// Reads a number that is written in words.
fn in_words<'a>(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> Option<ReadNumber<'a>> {
    let small = small_number::read(words, at, language);
    let below_hundred = small.filter(|small| !small.is_ordinal && small.value < 100);
    if small.is_none() || below_hundred.is_some() {
        let first = below_hundred.map(|small| (small.value, small.words));
        if let Some((value, used)) = hundreds::read(words, at, first, language) {
            let number = InDigits { value: value.to_string(), kind: WordKind::Number, words: used };
            return Some(in_units(words, at, number));
        }
    }
    let small = small?;
    let (value, used) = (small.value.to_string(), small.words);
    if small.is_ordinal {
        return Some(ReadNumber { value, kind: WordKind::SmallNumber, unit: None, words: used });
    }
    if let Some((value, more)) = fraction::in_words(words, at + used, &value) {
        return Some(ReadNumber { value, kind: WordKind::Number, unit: None, words: used + more });
    }
    if let Some(year) = decade::of(&value, "", before(words, at)) {
        return Some(ReadNumber { value: year, kind: WordKind::Number, unit: None, words: used });
    }
    if let Some((decimals, more)) = fraction::after_whole(words, at + used) {
        if let Some((value, end)) = clock_time::past_in_words(words, at + used + more, &value, decimals) {
            return Some(ReadNumber { value, kind: WordKind::SmallNumber, unit: None, words: end - at });
        }
        let value = format!("{value}.{decimals}");
        let number = InDigits { value, kind: WordKind::SmallNumber, words: used + more };
        return Some(with_fraction(words, at, number));
    }
    if let Some((value, used)) = clock_time::hours_in_words(words, at + used, &value) {
        return Some(ReadNumber { value, kind: WordKind::SmallNumber, unit: None, words: used - at });
    }
    let kind = if small.value < 100 { WordKind::SmallNumber } else { WordKind::Number };
    let number = in_units(words, at, InDigits { value, kind, words: used });
    Some(with_rest(words, at, number, language))
}

/// Adds the number below a thousand that follows a word for a thousand: `three thousand five hundred`, `mil quinientos`.
fn with_rest<'a>(
    words: &[WrittenWord<'_>],
    at: usize,
    number: ReadNumber<'a>,
    language: TextLanguage,
) -> ReadNumber<'a> {
    let end = at + number.words;
    let is_thousand = end
        .checked_sub(1)
        .and_then(|last| words.get(last))
        .is_some_and(|word| scale::power_of(word.folded) == Some(3));
    let Some(thousands) = number.value.strip_suffix("000").filter(|_| is_thousand) else { return number };
    match hundreds::after_thousand(words, end, language) {
        Some((rest, used)) => ReadNumber {
            value: format!("{thousands}{rest:0>3}"),
            kind: WordKind::Number,
            unit: None,
            words: number.words + used,
        },
        None => number,
    }
}

/// Returns the word before word `at`, in the folded spelling; an empty text if there is none.
fn before<'a>(words: &'a [WrittenWord<'_>], at: usize) -> &'a str {
    at.checked_sub(1).and_then(|before| words.get(before)).map_or("", |word| word.folded)
}

/// Words that say that the number after them is a place in an order: `No. 10`, `numéro un`.
pub(super) const NUMBER_WORDS: [&str; 7] = ["no", "nr", "n", "numero", "number", "nummer", "num"];

fn is_number_word(words: &[WrittenWord<'_>], at: usize) -> bool {
    words.get(at).is_some_and(|word| NUMBER_WORDS.contains(&word.folded))
}

/// Returns whether word `at` means 1 and comes after a word such as `number`: `numéro un`, `Nummer eins`.
fn is_one_after_number_word(words: &[WrittenWord<'_>], at: usize) -> bool {
    let is_after = || {
        at.checked_sub(1).is_some_and(|before| {
            words.get(before).is_some_and(|word| word.folded.len() > 2) && is_number_word(words, before)
        })
    };
    words.get(at).is_some_and(|word| word.before == Separator::Space && one_of_several::is_one(word.folded))
        && is_after()
}

/// Returns whether word `at` is a word such as `number` or its abbreviation, and a number follows it: `No. 10`, `n° 1`.
pub(super) fn is_before_number(words: &[WrittenWord<'_>], at: usize) -> bool {
    is_number_word(words, at)
        && words.get(at + 1).is_some_and(|next| {
            next.folded.starts_with(|c: char| c.is_ascii_digit()) || is_one_after_number_word(words, at + 1)
        })
}

/// Returns whether the Spanish `mil` at word `at` begins a number: `mil 200`, `mil millones`.
fn counts_thousands(words: &[WrittenWord<'_>], at: usize) -> bool {
    let is_after_space = |at: usize| words.get(at).filter(|word| word.before == Separator::Space);
    is_after_space(at).is_some()
        && is_after_space(at + 1).is_some_and(|next| {
            is_hundreds(next.folded) || scale::power_of(next.folded).is_some_and(|scale| scale > 3)
        })
}

/// Returns whether a word is a number of up to three digits, as it may follow `mil`.
fn is_hundreds(word: &str) -> bool {
    (1..=3).contains(&word.len()) && is_digits(word) && !word.starts_with('0')
}

/// A number in digits, and how many words write it. The word after it, which may be a unit, is not read yet.
struct InDigits {
    value: String,
    kind: WordKind,
    words: usize,
}

fn in_digits<'a>(words: &'a [WrittenWord<'_>], at: usize) -> ReadNumber<'a> {
    let written = words.get(at).map_or("", |word| word.folded);
    if let Some((value, used)) = clock_time::read(words, at) {
        return ReadNumber { value, kind: WordKind::Number, unit: None, words: used };
    }
    if let Some(value) = fraction::with_slash(words, at) {
        return ReadNumber { value, kind: WordKind::Number, unit: None, words: 2 };
    }
    let (figures, ending) = split_ending(written);
    if ending.is_empty() && is_digits(figures) && words.get(at + 1).is_some_and(is_ordinal_sign) {
        return ReadNumber { value: figures.to_owned(), kind: WordKind::Number, unit: None, words: 2 };
    }
    if let Some(value) = decade::of(figures, ending, before(words, at)).filter(|_| ending.is_empty()) {
        return ReadNumber { value, kind: WordKind::Number, unit: None, words: 1 };
    }
    let (value, used) = if ending.is_empty() {
        with_groups(figures, words.get(at + 1..).unwrap_or_default())
    } else {
        (ungrouped(figures), 1)
    };
    if let Some(value) = fraction::alone(written) {
        return with_fraction(words, at, InDigits { value, kind: WordKind::Number, words: 1 });
    }
    let fraction = fraction::after_whole(words, at + used).filter(|_| ending.is_empty() && is_digits(&value));
    if let Some((decimals, more)) = fraction {
        let value = format!("{value}.{decimals}");
        return with_fraction(words, at, InDigits { value, kind: WordKind::Number, words: used + more });
    }
    // `25,00 Euro` is `25 Euro`.
    let value = value.strip_suffix(".00").map_or(value.clone(), str::to_owned);
    let number = InDigits { value, kind: WordKind::Number, words: used };
    if ending.is_empty() {
        return in_units(words, at, number);
    }
    if let Some(value) = decade::of(&number.value, ending, "") {
        return ReadNumber { value, kind: number.kind, unit: None, words: used };
    }
    if ORDINALS.contains(&ending) {
        return ReadNumber { value: number.value, kind: number.kind, unit: None, words: used };
    }
    let is_after_code = at.checked_sub(1).is_some_and(|code| unit::code(words, code).is_some());
    let is_money = is_after_code
        || words
            .get(at)
            .is_some_and(|word| matches!(word.before, Separator::Currency(_)) || is_before_currency(word));
    if let Some(value) = thousands_and_hundreds(&number.value, ending) {
        return ReadNumber { value, kind: number.kind, unit: None, words: used };
    }
    let is_million = ending == "m" && (is_money || scale::counts_in_millions(words, at + used));
    let scale = if is_million { Some(6) } else { scale::power_of(ending).filter(|_| ending != "m") };
    if let Some(value) = scale.and_then(|scale| multiplied(&number.value, scale)) {
        return ReadNumber { value, kind: number.kind, unit: None, words: used };
    }
    let is_word =
        ending.len() >= LEAST_LETTERS_OF_WORD && ending.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_word || UNITS.contains(&ending) {
        return ReadNumber { value: number.value, kind: number.kind, unit: Some(ending), words: used };
    }
    ReadNumber { value: written.to_owned(), kind: number.kind, unit: None, words: 1 }
}

/// Returns whether a word is the sign of an ordinal number after a point: `1.º`, `3.ª`.
fn is_ordinal_sign(word: &WrittenWord<'_>) -> bool {
    word.before == Separator::Other && matches!(word.raw, "º" | "ª")
}

/// Reads the Italian `12mila500`, of which `ending` is what follows the first digits.
fn thousands_and_hundreds(thousands: &str, ending: &str) -> Option<String> {
    let hundreds = ending.strip_prefix("mila").filter(|hundreds| is_hundreds(hundreds))?;
    is_digits(thousands).then(|| format!("{thousands}{hundreds:0>3}"))
}

/// Adds the words after a mixed number that belong to it: `3 1/2 hours`, `3½ million`.
fn with_fraction<'a>(words: &[WrittenWord<'_>], at: usize, number: InDigits) -> ReadNumber<'a> {
    let after = words.get(at + number.words);
    let counts_hours = after.is_some_and(|unit| {
        matches!(unit.before, Separator::Space | Separator::Hyphen) && HOURS.contains(&unit.folded)
    });
    if counts_hours {
        let value = format!("{}h", number.value);
        return ReadNumber { value, kind: number.kind, unit: None, words: number.words + 1 };
    }
    in_units(words, at, number)
}

/// Adds the words after a number that belong to the number: `2.5 million`, `mil 200 millones`, `two days`.
fn in_units<'a>(words: &[WrittenWord<'_>], at: usize, number: InDigits) -> ReadNumber<'a> {
    let InDigits { mut value, mut kind, words: mut used } = number;
    let next = |used: usize| {
        words.get(at + used).filter(|next| matches!(next.before, Separator::Space | Separator::Hyphen))
    };
    if next(used).is_some_and(|next| fraction::is_dozen(next.folded))
        && let Ok(dozens) = value.parse::<u16>()
    {
        value = (u32::from(dozens) * 12).to_string();
        used += 1;
    }
    let mut least = 0;
    while let Some(scaled) = next(used)
        && let Some(scale) = scale_at(words, at, at + used).filter(|scale| *scale > least)
        && let Some(product) = multiplied(&value, scale)
    {
        (value, kind, used) = (product, WordKind::Number, used + 1);
        if let Some((halved, more)) = fraction::half_of_scale(words, at + used, &value, scale) {
            (value, used) = (halved, used + more);
        }
        if scaled.folded == "mil"
            && let Some(hundreds) = next(used).filter(|next| is_hundreds(next.folded))
            && let Some(thousands) = value.strip_suffix("000")
        {
            value = format!("{thousands}{:0>3}", hundreds.folded);
            used += 1;
        }
        // Only a word for a thousand can be followed by another word that multiplies: `mil millones`.
        least = if scale == 3 { 3 } else { usize::MAX };
    }
    let is_days = next(used).is_some_and(|next| DAYS.contains(&next.folded));
    if is_days && matches!(value.as_str(), "2" | "3") {
        return ReadNumber { value: format!("{value}d"), kind, unit: None, words: used + 1 };
    }
    ReadNumber { value, kind, unit: None, words: used }
}

/// Returns whether the sign of a currency follows a word.
fn is_before_currency(word: &WrittenWord<'_>) -> bool {
    word.sign_after.is_some_and(|sign| !matches!(sign, '%' | DEGREE))
}

/// Returns the power of ten that the word at `at` says. An `M` means a million only of money: `11 M€`, `11 M d’euros`.
/// In Portuguese, `mi` and `bi` multiply money: `R$ 2,5 mi`. The number begins at word `from`.
fn scale_at(words: &[WrittenWord<'_>], from: usize, at: usize) -> Option<usize> {
    let word = words.get(at)?;
    let is_money = || words.get(from).is_some_and(|first| matches!(first.before, Separator::Currency(_)));
    match word.folded {
        "mi" if is_money() => return Some(6),
        "bi" if is_money() => return Some(9),
        _ => {}
    }
    if word.folded != "m" {
        return scale::power_of(word.folded);
    }
    let follows = |ahead: usize| words.get(at + ahead).map_or("", |word| word.folded);
    let is_money = |word: &str| matches!(word, "eur" | "euro" | "euros" | "usd" | "dollars" | "chf");
    let counts_money =
        is_before_currency(word) || is_money(follows(1)) || (follows(1) == "d" && is_money(follows(2)));
    // In `USD 25 M`, the code stands before the one word that writes the number.
    let is_after_code = || at.checked_sub(2).is_some_and(|code| unit::code(words, code).is_some());
    (counts_money || is_after_code()).then_some(6)
}

#[cfg(test)]
mod tests {
    use super::super::token::{tokens, words_of};
    use super::super::word::{WordHash, WordKind};

    #[track_caller]
    fn all_equal(texts: &[&str]) {
        for text in texts {
            assert_eq!(words_of(text), words_of(texts[0]), "`{text}` and `{}`", texts[0]);
        }
    }

    #[test]
    fn an_accent_of_its_own_makes_no_number_of_a_word() {
        all_equal(&["un tr\u{e8}s bon vin", "un tre\u{300}s bon vin"]);
        assert_ne!(words_of("un très bon vin"), words_of("un 3 bon vin"));
        all_equal(&["as três casas", "as tre\u{302}s casas", "as 3 casas"]);
    }

    #[test]
    fn zeros_at_the_end_of_what_is_counted_mean_nothing_and_those_of_a_version_do() {
        all_equal(&["by 4.0% on", "by 4% on", "by 4.00 percent on"]);
        all_equal(&["à 62,80 dollars à", "à 62,8 dollars à"]);
        all_equal(&["auf 4,0 Kilometer", "auf 4 Kilometer"]);
        assert_ne!(words_of("Sundix 6.10 is out"), words_of("Sundix 6.1 is out"));
        assert_ne!(words_of("by 40% on"), words_of("by 4% on"));
    }

    #[test]
    fn one_of_several_is_no_number_because_a_word_for_one_is_none() {
        for text in [
            "about 1 in 3 houses",
            "soit 1 habitant sur 3 ici",
            "a 1 de cada 3 personas",
            "op 1 op de 3 huizen",
        ] {
            let kinds: Vec<WordKind> = tokens(text, 99).0.into_iter().map(WordHash::kind).collect();
            assert_eq!(kinds[1], WordKind::Plain, "{text}");
        }
        let kinds: Vec<WordKind> = tokens("was 1 in 2024", 99).0.into_iter().map(WordHash::kind).collect();
        assert_eq!(kinds[1], WordKind::Number);
    }

    #[test]
    fn ages_speeds_places_and_small_numbers_of_more_languages_are_one_word_in_each_spelling() {
        all_equal(&["ein 34-jähriger Mann", "ein 34 Jahre alter Mann", "ein 34jähriger Mann"]);
        all_equal(&["les seizièmes de", "les 16es de"]);
        all_equal(&["dass klockan 23.17 den", "dass klockan 23:17 den"]);
        all_equal(&["mot klockan 11.00 den", "mot klockan 11 den"]);
        all_equal(&["efter femton år", "efter 15 år"]);
        all_equal(&["los el de que en las quince jornadas", "los el de que en las 15 jornadas"]);
    }

    #[test]
    fn thousands_are_one_number_however_they_are_grouped() {
        all_equal(&[
            "140000 people",
            "140 000 people",
            "140\u{a0}000 people",
            "140\u{202f}000 people",
            "140\u{2009}000 people",
            "140.000 people",
            "140,000 people",
            "140'000 people",
            "140’000 people",
        ]);
        all_equal(&[
            "12000000 francs",
            "12 000 000 francs",
            "12.000.000 francs",
            "12,000,000 francs",
            "12 millions francs",
        ]);
        all_equal(&["1234.5", "1 234,5", "1.234,5", "1,234.5", "1'234.5"]);
        all_equal(&["3,2 %", "3.2%"]);
        all_equal(&[
            "2.5 million euros",
            "2,5 Millionen euros",
            "2,500,000 euros",
            "€2.5m euros",
            "2,5 mio euros",
            "2,5 M euros",
        ]);
        all_equal(&["11 millions d’euros", "11 M€", "11M€", "€11m", "11 Mio. €"]);
        all_equal(&[
            "son mil 200 millones",
            "son 1.200 millones",
            "son 1,200 millones",
            "son 1,2 mil millones",
        ]);
        all_equal(&["son 35 mil 400 euros", "son 35.400 euros", "son 35,400 euros"]);
        all_equal(&["son mil 200 euros", "son 1.200 euros"]);
        all_equal(&["about 150,000 buses", "about 1,50,000 buses", "about 1.5 lakh buses"]);
        all_equal(&["Rs 500 crore", "Rs 5 billion", "Rs 5,00,00,00,000"]);
        all_equal(&["half a million pounds", "500,000 pounds", "half million pounds"]);
        all_equal(&["halbe Million Euro", "500.000 Euro"]);
        all_equal(&["anderthalb Millionen", "1,5 Millionen"]);
        all_equal(&["medio millón de euros", "500.000 de euros"]);
        all_equal(&["sono 12mila500 euro", "sono 12.500 euro"]);
        all_equal(&["two dozen buses", "24 buses"]);
        all_equal(&["all thousand people", "all 1,000 people"]);
        all_equal(&["unas mil personas", "unas 1.000 personas"]);
        all_equal(&["die zweitausend Leute", "die 2.000 Leute", "die 2000 Leute"]);
        all_equal(&["für tausend Leute", "für 1.000 Leute"]);
        all_equal(&["for EUR 12.5m in", "for 12.5 million euros in"]);
        all_equal(&["the 1990s were", "the 1990 were"]);
        all_equal(&["by 3.75pc on", "by 3.75 pc on"]);
        all_equal(&[
            "by 3 1/2 points",
            "by 3½ points",
            "by 3 ½ points",
            "by 3.5 points",
            "by three and a half points",
        ]);
        all_equal(&["um 3 1/2 Punkte", "um 3,5 Punkte", "um dreieinhalb Punkte"]);
        all_equal(&[
            "for 3 1/2 hours",
            "for 3.5 hours",
            "for three and a half hours",
            "for 3½ hours",
            "for 3.5h",
        ]);
        all_equal(&[
            "nach 1 1/2 Stunden",
            "nach anderthalb Stunden",
            "nach eineinhalb Stunden",
            "nach 1,5 Stunden",
        ]);
        all_equal(&["trois ans et demi", "trois ans et demi"]);
        all_equal(&["en 3 et demi millions", "en 3½ millions", "en 3,5 millions", "en 3.500.000"]);
        all_equal(&["son tres y medio millones", "son 3 1/2 millones", "son 3,5 millones"]);
        all_equal(&["sono 2 e mezzo", "sono due e mezzo", "sono 2,5"]);
        all_equal(&["na drieënhalf uur", "na drieëneenhalf uur", "na 3½ uur", "na 3,5 uur"]);
        all_equal(&["by 5¾ percent", "by 5 3/4%", "by 5.75 %", "by 5-3/4 percent"]);
        all_equal(&["½ million", "0.5 million", "half a million"]);
        all_equal(&["son 10.7 mdd", "son 10,7 millones de dólares"]);
    }

    #[test]
    fn a_time_is_one_number_however_it_is_written() {
        all_equal(&[
            "à 19h30",
            "à 19 h 30",
            "à 19H30",
            "à 19:30",
            "à 19 heures 30",
            "à 19\u{a0}h\u{a0}30",
            "à 19\u{202f}h\u{202f}30",
        ]);
        all_equal(&["à 6 heures", "à 06H00", "à 6h", "à 06:00", "à 6 h", "à 6h00"]);
        all_equal(&["um 19.30 Uhr", "um 19:30 Uhr", "um 19 Uhr 30"]);
        all_equal(&["at 7.30pm on", "at 7:30 p.m. on", "at 19:30 on", "at 7:30 PM on", "at 7.30 pm on"]);
        all_equal(&["las 19.30 horas de", "las 19:30 de", "las 19.30 de", "las 7:30 p. m. de"]);
        all_equal(&["alle 20.45 di", "alle 20:45 di"]);
        all_equal(&["om 20.45 uur in", "om 20:45 uur in", "om 20:45 in"]);
        all_equal(&["from 1900 GMT", "from 19:00 GMT", "from 7pm GMT", "from 19.00 GMT"]);
        all_equal(&["après 48 heures", "après deux jours", "après 2 jours"]);
        all_equal(&[
            "las 6 de la mañana en",
            "las 6 a. m. en",
            "las seis de la mañana en",
            "las 06.00 horas en",
        ]);
        all_equal(&["las 6 de la tarde en", "las 18.00 horas en", "las 6 p. m. en", "las 18:00 en"]);
        all_equal(&["las 11.30 de la noche en", "las 23.30 horas en"]);
        all_equal(&["à 8 heures du soir", "à 20h", "à huit heures du soir", "à 20 h 00"]);
        all_equal(&["à 3 h 15 de l’après-midi", "à 15h15"]);
        all_equal(&["um 8 Uhr abends", "um 20 Uhr", "um 20.00 Uhr", "um acht Uhr abends"]);
        all_equal(&["at 7 o'clock in the evening on", "at 7 pm on", "at 7 in the evening on"]);
        all_equal(&["is at noon on", "is at 12 p.m. on", "is at 12:00 on"]);
        all_equal(&["vient à midi en", "vient à 12 heures en", "vient à 12h en"]);
        all_equal(&["a nine-hour rescue", "a 9-hour rescue", "a nine hour rescue"]);
    }

    #[test]
    fn small_numbers_in_words_are_those_in_digits() {
        all_equal(&["le n° 1 mondial", "le numéro un mondial", "le nº 1 mondial", "le no 1 mondial"]);
        all_equal(&["die Nr. 1 im", "die Nummer eins im", "die Nummer 1 im"]);
        all_equal(&["at No. 10 on", "at Number 10 on"]);
        all_equal(&["la número 1 del", "la número uno del"]);
        all_equal(&["11 blessés", "onze blessés"]);
        all_equal(&["11 injured", "eleven injured"]);
        all_equal(&["11 Verletzte", "elf Verletzte"]);
        all_equal(&["El puerto y los 11 heridos del mar", "El puerto y los once heridos del mar"]);
        all_equal(&["25 ans", "vingt-cinq ans"]);
        all_equal(&["21 ans", "vingt et un ans"]);
        all_equal(&["84 ans", "quatre-vingt-quatre ans"]);
        all_equal(&["75 ans", "soixante-quinze ans"]);
        all_equal(&["25 years", "twenty-five years"]);
        all_equal(&["25 Jahre", "fünfundzwanzig Jahre"]);
        all_equal(&["50 Jahre", "fünfzig Jahre", "fuenfzig Jahre"]);
        all_equal(&["35 años", "treinta y cinco años"]);
        all_equal(&["son 5e mandat", "son 5ème mandat", "son cinquième mandat"]);
        all_equal(&["two million crowns", "2 million crowns", "2,000,000 crowns"]);
    }

    #[test]
    fn different_numbers_stay_different() {
        for (one, other) in [
            ("1.5", "15"),
            ("3.141", "3.142"),
            ("0.500", "500"),
            ("6 heures", "6 personnes"),
            ("2 heures", "48 heures"),
            ("19h30", "19h03"),
            ("7 am", "7 pm"),
            ("las 6 de la mañana", "las 6 de la tarde"),
            ("2 Uhr nachts", "2 Uhr nachmittags"),
            ("11 m", "11 M€"),
            ("mil 200", "200"),
            ("2 crore", "2 lakh"),
            ("30C heat", "30F heat"),
            ("half a mile", "half a million"),
            ("3 1/2 points", "3 1/4 points"),
            ("3½ points", "31/2 points"),
            ("1/2/2027", "2/2/2027"),
            ("three and a half", "three"),
            ("dreieinhalb", "viereinhalb"),
            ("anderthalb Millionen", "eine halbe Million"),
            ("12:30:45", "12:30"),
            ("737a", "737b"),
            ("onze", "douze"),
            ("Very once", "Very 11"),
            ("très bien", "3 bien"),
            ("v1.10", "v1.1"),
            ("A380", "A320"),
        ] {
            assert_ne!(words_of(one), words_of(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_unit_written_onto_a_number_is_a_word_of_its_own() {
        use WordKind::{Number, Plain, SmallNumber};
        all_equal(&["40 km away", "40km away"]);
        let kinds: Vec<WordKind> =
            tokens("40km on eleven days", 9).0.into_iter().map(WordHash::kind).collect();
        assert_eq!(kinds, [Number, Plain, Plain, SmallNumber, Plain]);
    }

    #[test]
    fn signs_that_a_reader_does_not_see_and_hyphens_that_do_not_break_make_no_other_word() {
        all_equal(&["l’État\u{2011}major biélorusse", "l'état-major biélo\u{ad}russe"]);
        all_equal(&["«\u{202f}Bonjour\u{202f}»", "« Bonjour »", "“Bonjour”"]);
        all_equal(&["le cœur", "le coeur"]);
    }
}
