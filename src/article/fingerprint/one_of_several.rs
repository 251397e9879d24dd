//! Recognises the 1 of a share, `1 in 3` and `one in three`, and that of a large number, `a million`. A word for one is mostly
//! an article, which is no number.

use super::digits::is_digits;
use super::scale;
use super::small_number;
use super::written::{Separator, WrittenWord};

/// Returns whether the 1 at word `at` is one of several: `1 in 3`, `1 habitant sur 3`, `1 de cada 3`. It is none before a year.
pub(super) fn begins(words: &[WrittenWord<'_>], at: usize) -> bool {
    let after = |ahead: usize| {
        words.get(at + ahead).filter(|word| word.before == Separator::Space).map_or("", |word| word.folded)
    };
    let is_count = |word: &str| {
        (1..=2).contains(&word.len()) && is_digits(word) || word.len() > 2 && small_number::may_begin(word)
    };
    let follows = |ahead: usize| match after(ahead) {
        "in" | "sur" | "von" | "su" | "na" | "av" => is_count(after(ahead + 1)),
        "out" | "op" | "de" | "em" => {
            is_count(after(ahead + 1))
                || matches!(after(ahead + 1), "of" | "de" | "cada") && is_count(after(ahead + 2))
        }
        _ => false,
    };
    words.get(at).is_some_and(|word| word.folded == "1" && word.sign_after.is_none())
        && (follows(1) || follows(2))
}

/// Least power of ten of a word before which an article says 1, and its least length: `a million`, but not `an MD`.
const LARGE: usize = 6;
const LETTERS_OF_LARGE: usize = 5;

/// Returns whether word `at` says 1 before a large number: `one million`, `un milliard`.
pub(super) fn is_one_of_scale(words: &[WrittenWord<'_>], at: usize) -> bool {
    words.get(at).is_some_and(|word| is_article(word.folded))
        && words.get(at + 1).is_some_and(|next| {
            next.before == Separator::Space
                && next.folded.len() >= LETTERS_OF_LARGE
                && scale::power_of(next.folded).is_some_and(|power| power >= LARGE)
        })
}

/// Returns whether a word may say 1 before a large number.
pub(super) fn is_article(word: &str) -> bool {
    matches!(word, "a" | "eine" | "einer" | "um" | "jeden") || is_one(word)
}

/// Returns whether a word may mean 1 after a word such as `number`.
pub(super) fn is_one(word: &str) -> bool {
    matches!(word, "one" | "un" | "une" | "uno" | "eins" | "een")
}
