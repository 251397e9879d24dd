//! Recognises that one text says to which level something rose or fell, and the other one by how much: `fell to 12 percent`, `fell
//! 12 percent`.

use std::sync::LazyLock;

use super::opposite_words::CHANGES;
use super::place::{Place, is_number, words_of};
use crate::article::quick_hash::QuickSet;

/// Words before the level that something reached, in the folded spelling.
const TO: &str = "to a al auf tot para till til";
/// Words before the amount by which something changed. They may be missing.
const BY: &str = "by um de un del du met em med o";
/// How many words before the number may stand between it and the word that says that something rose or fell.
const REACH: usize = 6;

/// Returns whether one of two texts says to which number something changed, and the other one by which.
pub(super) fn one_states_the_level(here: Place<'_>, there: Place<'_>) -> bool {
    static TO_WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(TO));
    static BY_WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(BY));
    let states_level = |place: Place<'_>| matches!(place.words, [word] if TO_WORDS.contains(&word.word()));
    let states_amount = |place: Place<'_>| match place.words {
        [] => true,
        [word] => BY_WORDS.contains(&word.word()),
        _ => false,
    };
    (states_level(here) && states_amount(there) || states_level(there) && states_amount(here))
        && here.after().is_some_and(is_number)
        && follows_change(here)
        && follows_change(there)
}

/// Returns whether a word before the place says that something rose or fell.
fn follows_change(place: Place<'_>) -> bool {
    static WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(&CHANGES.join(" ")));
    let before = place.text.get(place.from.saturating_sub(REACH)..place.from).unwrap_or_default();
    before.iter().any(|word| WORDS.contains(&word.word()))
}
