//! Compares titles, and single words of titles and texts.

use std::sync::LazyLock;

use super::compare::{EntryWords, share};
use crate::article::fingerprint::{Sketch, WordHash, WordKind};

/// Days of the week. The lead of a dispatch names the day.
const WEEKDAYS: [&str; 28] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "lunes",
    "martes",
    "miercoles",
    "jueves",
    "viernes",
    "sabado",
    "domingo",
];

/// Returns whether a text names a day of the week.
pub(super) fn names_weekday(text: &[WordHash]) -> bool {
    static DAYS: LazyLock<Vec<u32>> =
        LazyLock::new(|| WEEKDAYS.map(|day| WordHash::of_word(day).word()).to_vec());
    text.iter().any(|word| DAYS.contains(&word.word()))
}

/// Returns whether a text speaks in the first person plural, for its publisher.
pub(super) fn in_first_person(text: &[WordHash]) -> bool {
    let words = [
        "we", "our", "wir", "unser", "unsere", "unserer", "nous", "notre", "nos", "nuestro", "nuestra",
        "nuestros",
    ];
    let words = words.map(|word| WordHash::of_word(word).word());
    text.iter().any(|token| words.contains(&token.word()))
}

/// A text with at least this share of words that address the reader speaks to its readers and not of an event.
const ADDRESS_READER: f64 = 0.035;

/// Returns whether a text addresses its readers or speaks of its publisher all the time, as notes and terms do. A quotation
/// of somebody who says `we` is no address.
pub(super) fn address_reader(text: &[WordHash]) -> bool {
    let words = [
        "you", "your", "we", "our", "wir", "unser", "unsere", "unserer", "uns", "dein", "deine", "vous",
        "votre", "vos", "nous", "notre", "nos", "usted", "ustedes", "nuestro", "nuestra", "nuestros",
        "nuestras",
    ];
    let words = words.map(|word| WordHash::of_word(word).word());
    let found = text.iter().filter(|token| words.contains(&token.word())).count();
    share(found, text.len()) >= ADDRESS_READER
}

/// Words that stand in any text of their language. A title and a text that have only these in common have nothing in common.
const SMALL_WORDS: [&str; 84] = [
    "the", "a", "an", "of", "in", "on", "at", "to", "for", "by", "with", "and", "or", "is", "are", "as",
    "from", "how", "why", "what", "s", "le", "la", "les", "l", "de", "d", "du", "des", "un", "une", "et",
    "en", "au", "aux", "sur", "pour", "par", "dans", "que", "qu", "qui", "ce", "der", "die", "das", "den",
    "dem", "ein", "eine", "und", "im", "am", "zu", "zum", "zur", "mit", "von", "vom", "fur", "auf", "bei",
    "wie", "was", "so", "el", "los", "las", "del", "al", "y", "con", "una", "por", "para", "se", "su", "it",
    "il", "i", "o", "e", "di", "da",
];

/// Returns which share of the words of a title stands in a text. Words that stand in any text are not counted.
pub(super) fn telling_share(title: &[WordHash], text: &[WordHash]) -> f64 {
    let words: Vec<WordHash> = title.iter().filter(|word| !is_small_word(**word)).copied().collect();
    share_in_text(&words, text)
}

/// Returns whether one of two titles is the other one with words left out, and at least two words that tell something are left.
pub(super) fn shortens(here: &[WordHash], there: &[WordHash]) -> bool {
    let (short, long) = if here.len() < there.len() { (here, there) } else { (there, here) };
    let telling = short.iter().filter(|word| !is_small_word(**word)).count();
    telling >= 2 && telling_share(short, long) >= 1.0
}

/// Returns whether a word stands in any text of its language.
fn is_small_word(word: WordHash) -> bool {
    static SMALL: LazyLock<Vec<u32>> =
        LazyLock::new(|| SMALL_WORDS.map(|word| WordHash::of_word(word).word()).to_vec());
    SMALL.contains(&word.word())
}

/// Returns whether the title of an entry speaks of what only its own text says: at least half of the title's words that the
/// `other` entry lacks stand in the text.
pub(super) fn speaks_of_own_text(entry: &Sketch, other: &EntryWords) -> bool {
    let lacking = |text: &[WordHash]| -> Vec<u32> {
        let lacking = text.iter().filter(|word| !other.has(**word) && !is_small_word(**word));
        lacking.map(|word| word.word()).collect()
    };
    let (title, text) = (lacking(&entry.title), lacking(&entry.text));
    let own = title.iter().filter(|word| text.contains(word)).count();
    own > 0 && 2 * own >= title.len()
}

/// Returns the share of their words that two titles have in common, not counting numbers: the smaller of the two titles'
/// shares. 1 if a title has nothing but numbers.
pub(super) fn plain_words_shared(here: &[WordHash], there: &[WordHash]) -> f64 {
    let words = |title: &[WordHash]| -> Vec<WordHash> {
        let plain = |word: &&WordHash| !matches!(word.kind(), WordKind::Number | WordKind::SmallNumber);
        title.iter().filter(plain).copied().collect()
    };
    let (here, there) = (words(here), words(there));
    if here.is_empty() || there.is_empty() {
        return 1.0;
    }
    share_in_text(&here, &there).min(share_in_text(&there, &here))
}

pub(super) fn same_words(here: &[WordHash], there: &[WordHash]) -> bool {
    here.iter().map(|token| token.word()).eq(there.iter().map(|token| token.word()))
}

/// Returns the share of the title's words that stand in `text`.
pub(super) fn share_in_text(title: &[WordHash], text: &[WordHash]) -> f64 {
    share(
        title.iter().filter(|token| text.iter().any(|word| word.word() == token.word())).count(),
        title.len(),
    )
}

/// Returns whether `title` has a number more often than `other`: `#41` against `#42`, `part 1 of 2` against `part 2 of 2`.
pub(super) fn numbered_beyond(title: &[WordHash], other: &[WordHash]) -> bool {
    numbers_beyond(title, other).next().is_some()
}

/// Returns the numbers that `title` has more often than `other`.
pub(super) fn numbers_beyond(title: &[WordHash], other: &[WordHash]) -> impl Iterator<Item = WordHash> {
    let times = |title: &[WordHash], number: WordHash| {
        title.iter().filter(|word| word.word() == number.word()).count()
    };
    let numbers =
        title.iter().filter(|word| matches!(word.kind(), WordKind::Number | WordKind::SmallNumber)).copied();
    numbers.filter(move |number| times(title, *number) > times(other, *number))
}

/// Returns whether `title` has a number that the words of the `other` entry lack: a version, an issue, a year.
pub(super) fn has_own_number(title: &[WordHash], other: &EntryWords) -> bool {
    title.iter().any(|token| token.kind() == WordKind::Number && !other.has(*token))
}

/// Returns whether `title` has a name that the words of the `other` entry lack. The first word counts as a name, because its
/// capital letter says nothing. In a title in capitals no word counts as one.
pub(super) fn has_own_name(title: &[WordHash], other: &EntryWords) -> bool {
    let [first, rest @ ..] = title else { return false };
    let in_capitals = rest.iter().all(|token| matches!(token.kind(), WordKind::Name | WordKind::Number));
    let names = rest.iter().filter(|token| token.kind() == WordKind::Name);
    !in_capitals && names.chain([first]).any(|token| !other.has(*token))
}
