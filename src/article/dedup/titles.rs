//! Compares titles, and single words of titles and texts.

use super::compare::{EntryWords, share};
use crate::article::fingerprint::{WordHash, WordKind};

/// Returns whether a text speaks in the first person plural, for its publisher.
pub(super) fn in_first_person(text: &[WordHash]) -> bool {
    let words = [
        "we", "our", "wir", "unser", "unsere", "unserer", "nous", "notre", "nos", "nuestro", "nuestra",
        "nuestros",
    ];
    let words = words.map(|word| WordHash::of_word(word).word());
    text.iter().any(|token| words.contains(&token.word()))
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

/// Returns whether `title` has a name that the words of the `other` entry lack. The first word counts as a name, because its
/// capital letter says nothing. In a title in capitals no word counts as one.
pub(super) fn has_own_name(title: &[WordHash], other: &EntryWords) -> bool {
    let [first, rest @ ..] = title else { return false };
    let in_capitals = rest.iter().all(|token| matches!(token.kind(), WordKind::Name | WordKind::Number));
    let names = rest.iter().filter(|token| token.kind() == WordKind::Name);
    !in_capitals && names.chain([first]).any(|token| !other.has(*token))
}
