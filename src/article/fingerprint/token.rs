//! Reads the words of a text as a sketch keeps them: the hash of each word, and whether it is a number or a name.

use super::cut_number::without_cut_number;
use super::text_language::TextLanguage;
use super::word::{WordHash, WordKind};
use super::written::{self, GLUED_DOLLAR, Separator, WrittenWord};
use super::{
    calendar_date, country, digits, gendered, given_name, initials, number, office, ordinary_words, road,
    roman, spelling, unit,
};
use crate::text::words::is_all_digits;

/// Returns the first `limit` words of a text. Also returns how many of the words that were read (up to a few more than `limit`)
/// have letters of a script without spaces.
///
/// A number is one word however it is written ([`number`]). The day, the month and the year of a date are one word each
/// ([`calendar_date`]). Every other word has one spelling ([`spelling`]).
pub fn tokens(text: &str, limit: usize) -> (Vec<WordHash>, usize) {
    hashed(text, limit, |_, _| false, |_, _| ())
}

/// Returns the [`tokens`] of a title. A Roman numeral in it (`World War II`, `part I`) counts as a number. A numeral of a
/// single letter counts as one only at the end of the title.
pub fn title_tokens(title: &str, limit: usize) -> (Vec<WordHash>, usize) {
    hashed(title, limit, is_numeral, |_, _| ())
}

fn is_numeral(raw: &str, is_last: bool) -> bool {
    (raw.len() > 1 || is_last) && raw.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
}

/// Returns how an entry writes those of the first `limit` words of its title and of its text that are `wanted`, each once.
pub(super) fn spell_out(wanted: &[WordHash], title: &str, text: &str, limit: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut keep = |written: &[WrittenWord<'_>], words: &[WordHash]| {
        if words.iter().any(|word| wanted.iter().any(|wanted| wanted.word() == word.word())) {
            let raw = written.iter().map(with_sign).collect::<Vec<_>>().join(" ");
            if !found.contains(&raw) {
                found.push(raw);
            }
        }
    };
    hashed(title, limit, is_numeral, &mut keep);
    hashed(text, limit, |_, _| false, &mut keep);
    found
}

/// Returns the hashes of the first `limit` words of a text, each with its writing. The second and later words of a number or a
/// date have none, because the first has that of all of them.
pub(super) fn written_tokens(text: &str, limit: usize) -> Vec<(WordHash, String)> {
    let mut found = Vec::new();
    hashed(
        text,
        limit,
        |_, _| false,
        |written, words| {
            let mut writing: String = written.iter().map(with_gap).collect();
            found.extend(words.iter().map(|word| (*word, std::mem::take(&mut writing))));
        },
    );
    found
}

/// Returns a word with its signs, after the space, the apostrophe or the hyphen that stands before it.
fn with_gap(word: &WrittenWord<'_>) -> String {
    let gap = match word.before {
        Separator::Joined => "",
        Separator::Apostrophe => "’",
        Separator::Hyphen => "-",
        _ => " ",
    };
    format!("{gap}{}", with_sign(word))
}

/// Returns a word with the signs that belong to it: a currency sign or a minus before it, and the sign of a currency, a
/// percentage or a degree after it.
fn with_sign(word: &WrittenWord<'_>) -> String {
    let before = match word.before {
        Separator::Currency(GLUED_DOLLAR) => Some('$'),
        Separator::Currency(sign) => Some(sign),
        Separator::Minus => Some('-'),
        _ => None,
    };
    before.into_iter().chain(word.raw.chars()).chain(word.sign_after).collect()
}

/// How many words beyond the limit are read, because several words may write one number.
const READ_AHEAD: usize = 8;

/// Returns the hashes of the first `limit` words, and how many words have letters of a script without spaces, as [`tokens`]
/// does. `is_numeral` says whether a word is a Roman numeral: it gets the word, and whether it is the last one. `taken` is
/// called once for each number, date or other word, with the words that write it and their hashes.
fn hashed(
    text: &str,
    limit: usize,
    is_numeral: impl Fn(&str, bool) -> bool,
    mut taken: impl FnMut(&[WrittenWord<'_>], &[WordHash]),
) -> (Vec<WordHash>, usize) {
    let text = written::visible(text);
    let split = written::split(without_cut_number(&text), limit.saturating_add(READ_AHEAD));
    let words = split.words();
    let mut reader = WordReader {
        language: TextLanguage::of(&words),
        found: Vec::with_capacity(words.len().min(limit)),
        words: &words,
        spelled: Vec::new(),
    };
    ordinary_words::with_remembered(|remembered| {
        let mut at = 0;
        while at < words.len() && reader.found.len() < limit {
            let (from, known) = (at, reader.found.len());
            if let Some(hash) = remembered.ordinary(&words, at, &mut reader.spelled) {
                reader.found.push(hash);
                at += 1;
            } else {
                at = reader.read(at, &is_numeral);
            }
            taken(words.get(from..at).unwrap_or_default(), reader.found.get(known..).unwrap_or_default());
        }
    });
    reader.found.truncate(limit);
    (reader.found, split.unspaced)
}

/// The words of a text, and the hashes of those that were read.
struct WordReader<'a> {
    words: &'a [WrittenWord<'a>],
    language: TextLanguage,
    found: Vec<WordHash>,
    /// A buffer for spellings.
    spelled: Vec<u8>,
}

impl WordReader<'_> {
    /// Reads the number, the date or the other word that begins at `at`, adds its hashes, and returns where it ends.
    fn read(&mut self, mut at: usize, is_numeral: &impl Fn(&str, bool) -> bool) -> usize {
        let Self { words, language, found, spelled } = self;
        let (words, language, from) = (*words, *language, at);
        let Some(word) = words.get(at) else { return at };
        let code = unit::code(words, at);
        at += usize::from(code.is_some());
        if given_name::ends_at(words, at) {
            found.push(WordHash::new(spelling::of(word.folded, spelled), WordKind::Name));
            at += 1;
        } else if is_numeral(word.raw, at + 1 == words.len()) {
            let value = roman::value(word.raw).map(|value| value.to_string());
            found.push(WordHash::new(value.as_deref().unwrap_or(word.folded), WordKind::Number));
            at += 1;
        } else if let Some(date) = calendar_date::read(words, at) {
            date.hash_into(found);
            at += date.words;
        } else if let Some(number) = number::read(words, at, language) {
            let value_at = found.len();
            found.push(WordHash::new(&number.value, number.kind));
            at += number.words;
            let known = number.unit.and_then(unit::named).or(code);
            let counted = unit_of(words, (from, at), known, language == TextLanguage::Spanish);
            let month = month_of(words, at, &number, counted);
            let counted = counted.filter(|_| month.is_none());
            at += counted.map_or(0, |(_, used)| used);
            // Without a unit, `6.10` may be a version.
            if counted.is_some()
                && let Some(shorter) = digits::without_last_zeros(&number.value)
                && let Some(value) = found.get_mut(value_at)
            {
                *value = WordHash::new(shorter, number.kind);
            }
            found.extend(match (counted, number.unit) {
                (Some((unit, _)), _) => Some(WordHash::of_unit(unit)),
                (None, unit) => unit.map(WordHash::of_word),
            });
            if let Some((month, used)) = month {
                found.push(WordHash::of_month(month));
                at += used;
            }
        } else if let Some(office) = office::read(words, at) {
            found.extend(office.hashes(spelled));
            at += office.words;
        } else {
            let (hash, used) = word_at(words, at, language, spelled);
            found.push(hash);
            at += used;
        }
        at
    }
}

/// Returns the hashes of what begins at `at`, and where it ends, without a look at the remembered words.
#[cfg(test)]
pub(super) fn read_one(
    words: &[WrittenWord<'_>],
    at: usize,
    language: TextLanguage,
) -> (Vec<WordHash>, usize) {
    let mut reader = WordReader { words, language, found: Vec::new(), spelled: Vec::new() };
    let end = reader.read(at, &is_numeral);
    (reader.found, end)
}

/// Returns the month of which a number is the day, and how many words from `at` on write it. In `1° dicembre`, the sign of a
/// degree makes an ordinal number.
fn month_of(
    words: &[WrittenWord<'_>],
    at: usize,
    number: &number::ReadNumber<'_>,
    counted: Option<(&'static str, usize)>,
) -> Option<(u32, usize)> {
    let counts_nothing = counted.is_none() || counted == Some(unit::DEGREE_SIGN_ALONE);
    let is_day = counts_nothing && number.unit.is_none() && calendar_date::day_of(&number.value).is_some();
    is_day.then(|| calendar_date::month_after(words, at)).flatten()
}

/// Returns the hash of the word at `at` that is no number and no date, and how many words write it. `spelled` is a buffer.
fn word_at(
    words: &[WrittenWord<'_>],
    at: usize,
    language: TextLanguage,
    spelled: &mut Vec<u8>,
) -> (WordHash, usize) {
    let Some(word) = words.get(at) else { return (WordHash::new("", WordKind::Plain), 1) };
    if word.raw.len() == 1
        && let Some((hash, used)) = after_one_letter(words, at, language, spelled)
    {
        return (hash, used);
    }
    if let Some((road, used)) = road::read(words, at, language) {
        (WordHash::new(road, WordKind::Number), used)
    } else if number::is_before_number(words, at) {
        (WordHash::of_unit("number"), 1)
    } else if word.raw == "Me" && language == TextLanguage::French && is_capital(words, at + 1) {
        // The title of a lawyer: `Me Vasseur`, `Maître Vasseur`.
        (WordHash::new(spelling::of("maitre", spelled), WordKind::Name), 1)
    } else if let Some(value) = roman::read(words, at, language) {
        (WordHash::new(value.to_string(), WordKind::Number), 1)
    } else if let Some((initials, used)) = initials::read(words, at) {
        (WordHash::new(spelling::of(initials, spelled), WordKind::Name), used)
    } else if let Some((initials, used)) = country::read(words, at, language) {
        (WordHash::new(initials, WordKind::Name), used)
    } else if let Some((stem, used)) = gendered::read(words, at) {
        (WordHash::new(spelling::of(stem, spelled), WordKind::Name), used)
    } else {
        (WordHash::new(spelling::of(word.folded, spelled), WordKind::of(word.raw, word.starts_sentence)), 1)
    }
}

/// Reads a capital letter that makes one word with what follows it: `G-7` is `G7`, and in a French text `M. Tanguy` is
/// `Monsieur Tanguy`.
fn after_one_letter(
    words: &[WrittenWord<'_>],
    at: usize,
    language: TextLanguage,
    spelled: &mut Vec<u8>,
) -> Option<(WordHash, usize)> {
    let (letter, next) = (words.get(at)?, words.get(at + 1)?);
    if !letter.raw.starts_with(char::is_uppercase) {
        return None;
    }
    if next.before == Separator::Hyphen && is_all_digits(next.raw) {
        return Some((WordHash::new(format!("{}{}", letter.folded, next.raw), WordKind::Number), 2));
    }
    let is_mister = letter.raw == "M"
        && language == TextLanguage::French
        && next.before == Separator::Point
        && is_capital(words, at + 1);
    is_mister.then(|| (WordHash::new(spelling::of("monsieur", spelled), WordKind::Name), 1))
}

/// Returns whether the word at `at` begins with a capital letter.
fn is_capital(words: &[WrittenWord<'_>], at: usize) -> bool {
    words.get(at).is_some_and(|word| word.raw.starts_with(char::is_uppercase))
}

/// Returns the unit that a number counts (a currency, per cent, …), and how many words after it say so. The words from `from`
/// to before `end` write the number. `known` is the unit that is attached to the number or stands before it.
fn unit_of(
    words: &[WrittenWord<'_>],
    (from, end): (usize, usize),
    known: Option<&'static str>,
    is_spanish: bool,
) -> Option<(&'static str, usize)> {
    let is_scaled_unit = |word: &WrittenWord<'_>| matches!(word.folded, "mdd" | "mdp" | "mkr");
    let last = end.checked_sub(1).and_then(|last| words.get(last)).filter(|word| is_scaled_unit(word));
    match known.or_else(|| unit::named(last?.folded)) {
        Some(unit) => Some((unit, 0)),
        None => unit::read(words, from, end, is_spanish),
    }
}

/// Returns the words of a text without their kinds, for the tests of how words are read.
#[cfg(test)]
pub(super) fn words_of(text: &str) -> Vec<u32> {
    tokens(text, 99).0.into_iter().map(WordHash::word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<WordKind> {
        tokens(text, 99).0.into_iter().map(WordHash::kind).collect()
    }

    #[test]
    fn numbers_and_names_are_distinguished_from_other_words() {
        use WordKind::{Name, Number, Plain};
        assert_eq!(
            kinds("On Monday Ann paid v1.95 or 3,2 %."),
            [Plain, Name, Name, Plain, Number, Plain, Number, Plain]
        );
        assert_eq!(
            kinds("It ended. Nobody left: None « Rien » An iPhone"),
            [Plain, Plain, Plain, Plain, Plain, Plain, Plain, Name]
        );
        assert_eq!(kinds("第三季度"), [Plain; 4]);
    }

    #[test]
    fn roman_numerals_in_titles_are_numbers() {
        let numbers = |title: &str| {
            let found = title_tokens(title, 99).0.into_iter();
            found.filter(|token| token.kind() == WordKind::Number).count()
        };
        assert_eq!(["Part I", "Henry VIII is back", "Rocky IV"].map(numbers), [1, 1, 1]);
        assert_eq!(["I spy", "Vitamin X found", "What I saw", "vi and emacs"].map(numbers), [0, 0, 0, 0]);
    }

    #[test]
    fn different_quotes_accents_and_grouping_do_not_change_a_word() {
        assert_eq!(words_of("L’ÉTAT d’urgence"), words_of("l'etat d'urgence"));
        assert_eq!(words_of("1,500 — 12.000.000"), words_of("1500 - 12,000,000"));
        assert_ne!(words_of("1.5"), words_of("15"));
        assert_ne!(words_of("3.141"), words_of("3.142"));
    }

    #[test]
    fn a_space_of_any_width_stands_between_the_title_and_the_name_of_a_frenchman() {
        let told = |name: &str| words_of(&format!("dans les rues de la ville, {name} a parlé avec les élus"));
        for space in ["\u{a0}", "\u{202f}", "\u{2009}"] {
            assert_eq!(told(&format!("M.{space}Ader")), told("M. Ader"));
        }
        assert_eq!(told("M. Ader"), told("Monsieur Ader"));
    }

    #[test]
    fn letters_of_scripts_without_spaces_are_counted() {
        assert_eq!(tokens("港口 harbour", 99).1, 2);
        assert_eq!(tokens("ท่าเรือ", 99).1, tokens("ท่าเรือ", 99).0.len());
    }
}
