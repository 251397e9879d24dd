//! Recognises that one text says to which level something rose or fell, and the other one by how much: `fell to 12 percent`,
//! `fell 12 percent`.

use std::sync::LazyLock;

use super::opposite_words::CHANGES;
use super::place::{Place, is_number, words_of};
use crate::article::quick_hash::QuickSet;

/// Words before the level that something reached, in the folded spelling.
const TO: &str = "to a al auf tot para till til";
/// Words before the amount by which something changed. They may be missing.
const BY: &str = "by um de un del du met em med o";
/// Longest place, in words, of which the last one says to which level or by how much: `tombent à` and `baissent de`.
const PLACE: usize = 2;
/// How many words before the number may stand between it and the word that says that something rose or fell.
const REACH: usize = 6;

/// Returns whether one of two texts says to which number something changed, and the other one by which.
pub(super) fn one_states_the_level(here: Place<'_>, there: Place<'_>) -> bool {
    static TO_WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(TO));
    static BY_WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(BY));
    let last_is = |place: Place<'_>, words: &QuickSet<u32>| {
        place.words.last().is_some_and(|word| words.contains(&word.word()))
    };
    let states_amount = |place: Place<'_>| place.words.is_empty() || last_is(place, &BY_WORDS);
    here.words.len().max(there.words.len()) <= PLACE
        && here.after().is_some_and(is_number)
        && (last_is(here, &TO_WORDS) && states_amount(there)
            || last_is(there, &TO_WORDS) && states_amount(here))
        && follows_change(here)
        && follows_change(there)
}

/// Returns whether a word before the place or in it says that something rose or fell.
fn follows_change(place: Place<'_>) -> bool {
    static WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(&CHANGES.join(" ")));
    let before = place.text.get(place.from.saturating_sub(REACH)..place.from + place.words.len());
    before.unwrap_or_default().iter().any(|word| WORDS.contains(&word.word()))
}
