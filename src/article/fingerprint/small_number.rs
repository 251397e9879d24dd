//! Reads small numbers that are written in words.

use super::compound_number;
use super::fraction;
use super::ordinal;
use super::small_number_words::{SMALL_WORDS, TENS_WORDS};
use super::text_language::TextLanguage;
use super::written::{Separator, WrittenWord};

/// A number that is written in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SmallNumber {
    pub(super) value: u32,
    /// Whether it gives a place in an order: `third`, `twenty-first`.
    pub(super) is_ordinal: bool,
    /// How many words write it.
    pub(super) words: usize,
}

/// Reads a number that one word writes, or one below a hundred that several words write. It begins at the word `at`. Some
/// words are numbers in one language only ([`in_one_language`]).
pub(super) fn read(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> Option<SmallNumber> {
    let folded = |ahead: usize| {
        let word = words.get(at + ahead)?;
        let follows = ahead == 0 || matches!(word.before, Separator::Space | Separator::Hyphen);
        follows.then_some(word.folded)
    };
    let first = folded(0)?;
    if !first.as_bytes().first().is_some_and(u8::is_ascii_lowercase) || is_other_word(words, at, language) {
        return None;
    }
    let small = |word: &str| SMALL_WORDS.get(word).or_else(|| in_one_language(word, language));
    let after_dix = |ahead: usize| folded(ahead).and_then(last_digit_after_dix);
    // Returns the number below twenty after the tens, whether it is an ordinal, and where it ends.
    let unit_after = |ahead: usize| {
        let joined = match folded(ahead)? {
            "et" | "y" | "und" => true,
            "e" => language == TextLanguage::Portuguese,
            _ => false,
        };
        let skipped = ahead + usize::from(joined);
        let unit = folded(skipped)?;
        let is_joined =
            joined || words.get(at + skipped).is_some_and(|word| word.before == Separator::Hyphen);
        let ordinal = ordinal::of(unit).filter(|unit| *unit < 20 && (*unit > 2 || is_joined));
        let one = matches!(unit, "un" | "une" | "uno" | "one").then_some(1).filter(|_| is_joined);
        if unit == "dix"
            && let Some(units) = after_dix(skipped + 1)
        {
            return Some((10 + units.0, units.1, skipped + 2));
        }
        let value = ordinal.or(one).or_else(|| small(unit)).filter(|unit| *unit < 20)?;
        Some((value, ordinal.is_some(), skipped + 1))
    };
    let after_tens = |tens: u32, used: usize| {
        let (unit, is_ordinal, words) = unit_after(used).unwrap_or((0, false, used));
        SmallNumber { value: tens + unit, is_ordinal, words }
    };
    if first == "quatre" && folded(1).is_some_and(|word| matches!(word, "vingt" | "vingts")) {
        return Some(after_tens(80, 2));
    }
    if let Some(tens) = TENS_WORDS.get(first) {
        return Some(after_tens(tens, 1));
    }
    if first == "dix"
        && let Some((units, is_ordinal)) = after_dix(1)
    {
        return Some(SmallNumber { value: 10 + units, is_ordinal, words: 2 });
    }
    if let Some(value) = ordinal::at(words, at) {
        return Some(SmallNumber { value, is_ordinal: true, words: 1 });
    }
    if let Some(value) = small(first) {
        return Some(SmallNumber { value, is_ordinal: false, words: 1 });
    }
    let (value, is_ordinal) =
        compound_number::read(first, |word| SMALL_WORDS.get(word), |word| TENS_WORDS.get(word), language)?;
    Some(SmallNumber { value, is_ordinal, words: 1 })
}

/// Returns the number that a word says in a text of its language, and not in others.
fn in_one_language(word: &str, language: TextLanguage) -> Option<u32> {
    match (word, language) {
        ("once", TextLanguage::Spanish) => Some(11),
        ("quince", TextLanguage::Spanish) => Some(15),
        ("sei", TextLanguage::Italian) | ("sex", TextLanguage::Swedish) => Some(6),
        _ => None,
    }
}

/// Returns whether a number that [`read`] reads may begin with this folded word.
pub(super) fn may_begin(word: &str) -> bool {
    use TextLanguage::{Dutch, German, Italian, Other};
    let is_compound = |language| {
        compound_number::read(word, |part| SMALL_WORDS.get(part), |part| TENS_WORDS.get(part), language)
            .is_some()
    };
    matches!(word, "once" | "quince" | "sei" | "sex")
        || SMALL_WORDS.get(word).is_some()
        || TENS_WORDS.get(word).is_some()
        || ordinal::of(word).is_some()
        || is_compound(Other)
        || compound_number::may_be_large(word) && [German, Dutch, Italian].into_iter().any(is_compound)
}

/// Returns the last digit of French `dix-sept`, and whether it is an ordinal.
fn last_digit_after_dix(word: &str) -> Option<(u32, bool)> {
    match word {
        "sept" => Some((7, false)),
        "huit" => Some((8, false)),
        "neuf" => Some((9, false)),
        "septieme" => Some((7, true)),
        "huitieme" => Some((8, true)),
        "neuvieme" => Some((9, true)),
        _ => None,
    }
}

/// Reads a number and a half that is one word: `anderthalb`, `dreieinhalb`, `drieënhalf`. Returns it as a decimal number.
pub(super) fn with_half(word: &str) -> Option<String> {
    if fraction::is_one_and_a_half(word) {
        return Some("1.5".to_owned());
    }
    let whole = fraction::whole_of_compound(word)?;
    Some(format!("{}.5", SMALL_WORDS.get(whole)?))
}

/// The accent of `très`, where a text writes accents as characters of their own.
const COMBINING_GRAVE: char = '\u{300}';

/// Words that mostly stand before the Italian `due` (two), and never before the English `due`. They count in a text of which
/// the language is not known.
const BEFORE_DUE: [&str; 16] = [
    "i", "le", "dei", "delle", "nei", "nelle", "ai", "alle", "dai", "dalle", "gli", "altri", "altre", "di",
    "con", "sono",
];

/// Returns whether the word at `at` looks like a number and is none: French `très`, English `due`, the name `Otto`, Portuguese
/// `segunda-feira` (Monday).
fn is_other_word(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> bool {
    let Some(word) = words.get(at) else { return false };
    match word.folded {
        "tres" => word.raw.contains(['è', 'È', COMBINING_GRAVE]),
        // Portuguese days of the week: `segunda-feira`.
        "segunda" | "quarta" | "quinta" | "sexta" => {
            words.get(at + 1).is_some_and(|next| next.folded == "feira")
        }
        "otto" => word.raw != word.folded,
        "due" if language != TextLanguage::Italian => {
            let before =
                at.checked_sub(1).and_then(|before| words.get(before)).map_or("", |word| word.folded);
            !BEFORE_DUE.contains(&before)
        }
        _ => false,
    }
}
