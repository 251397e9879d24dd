//! Recognises the 1 of a share: `1 in 3` is `one in three`, and a word for one is mostly an article, which is no number.

use super::digits::is_digits;
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
