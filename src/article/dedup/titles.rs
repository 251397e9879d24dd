//! Compares single words of titles and texts.

use super::compare::{EntryWords, share};
use crate::article::fingerprint::{WordHash, WordKind};

/// Returns whether a text has a word that speaks for its publisher.
pub(super) fn in_first_person(text: &[WordHash]) -> bool {
    let words = [
        "we", "our", "wir", "unser", "unsere", "unserer", "nous", "notre", "nos", "nuestro", "nuestra",
        "nuestros",
    ];
    let words = words.map(|word| WordHash::of_word(word).word());
    text.iter().any(|token| words.contains(&token.word()))
}

/// From this share of words on that address the reader, a text speaks to its readers and not of an event.
const ADDRESS_READER: f64 = 0.03;

/// Returns whether a text addresses its readers or speaks of its publisher all the time, as notes and terms do. A quotation
/// of somebody who says `we` is no address.
pub(super) fn address_reader(text: &[WordHash]) -> bool {
    let words = [
        "you", "your", "we", "our", "us", "wir", "unser", "unsere", "unserer", "uns", "du", "dein", "deine", "vous",
        "votre", "vos", "nous", "notre", "nos", "usted", "ustedes", "nuestro", "nuestra", "nuestros", "nuestras",
    ];
    let words = words.map(|word| WordHash::of_word(word).word());
    let found = text.iter().filter(|token| words.contains(&token.word())).count();
    share(found, text.len()) >= ADDRESS_READER
}

/// Returns which share of the words without numbers two titles have in common: the smaller of the shares of each.
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

/// Returns whether `title` has a number more often than `other`: `#41` against `#42`, `part 1 of 2` against `part 2 of
/// 2`.
pub(super) fn numbered_beyond(title: &[WordHash], other: &[WordHash]) -> bool {
    let times =
        |title: &[WordHash], number: WordHash| title.iter().filter(|t| t.word() == number.word()).count();
    let numbers =
        title.iter().filter(|token| matches!(token.kind(), WordKind::Number | WordKind::SmallNumber));
    numbers.into_iter().any(|number| times(title, *number) > times(other, *number))
}

/// Returns whether `title` has a number that the words of the `other` entry lack: a version, an issue, a year.
pub(super) fn has_own_number(title: &[WordHash], other: &EntryWords) -> bool {
    title.iter().any(|token| token.kind() == WordKind::Number && !other.has(*token))
}

/// Returns whether `title` has a name that the words of the `other` entry lack. The first word may be one. In a title in
/// capitals no word is taken for one.
pub(super) fn has_own_name(title: &[WordHash], other: &EntryWords) -> bool {
    let [first, rest @ ..] = title else { return false };
    let in_capitals = rest.iter().all(|token| matches!(token.kind(), WordKind::Name | WordKind::Number));
    let names = rest.iter().filter(|token| token.kind() == WordKind::Name);
    !in_capitals && names.chain([first]).any(|token| !other.has(*token))
}
