//! Recognises that numbers or names change places in the same words: the winner and the loser of a match.

use std::ops::Range;
use std::sync::LazyLock;

use super::opposites::weekday;
use super::place::{is_number, words_of};
use super::small_words::is_small_word;
use crate::article::fingerprint::{Sketch, WordHash, WordKind};
use crate::article::quick_hash::QuickSet;

/// Longest place, in words, in which numbers or names that change places are all that differs.
const SWAPPED: usize = 12;

/// How many words in a row may stay where they are if a statement is turned around: a name, with its title and its article.
const TURNED: usize = 4;

/// Returns whether two texts have the same words in one place, but numbers or names change places: `3-1` and `1-3`, `Arvik beat
/// Skagen` and `Skagen beat Arvik`. A list of names (`Arvik and Skagen`) is the same in any order.
pub(super) fn are_swapped(here: &[WordHash], there: &[WordHash]) -> bool {
    if !are_in_another_order(here, there) {
        return false;
    }
    let moved = || here.iter().zip(there).filter(|(here, there)| here.word() != there.word());
    let numbers = moved().filter(|(here, there)| is_number(**here) && is_number(**there)).count();
    let all = moved().count();
    let facts = facts_of(here, there);
    let is_known = |word: &WordHash| facts.contains(&word.word()) || is_small_word(*word);
    moved().all(|(here, there)| is_known(here) && is_known(there))
        && moved().any(|(here, _)| facts.contains(&here.word()))
        && (numbers == all || has_verb(here, &facts))
}

/// Returns whether a name and a verb change places, which turns a statement around if another name beside them stays: `Smith
/// succeeds` and `succeeds Smith`.
fn is_turned_around(here: &[WordHash], there: &[WordHash]) -> bool {
    are_in_another_order(here, there) && {
        let facts = facts_of(here, there);
        let is_actor = |word: &WordHash| {
            facts.contains(&word.word()) && word.kind() == WordKind::Name && weekday(*word).is_none()
        };
        here.iter().chain(there).any(is_actor) && has_verb(here, &facts)
    }
}

/// Returns whether two short places have the same words, but not in the same order.
fn are_in_another_order(here: &[WordHash], there: &[WordHash]) -> bool {
    let words = |text: &[WordHash]| -> Vec<u32> { text.iter().map(|word| word.word()).collect() };
    let (mut sorted, mut other) = (words(here), words(there));
    if sorted == other || here.len() != there.len() || here.len() > SWAPPED {
        return false;
    }
    sorted.sort_unstable();
    other.sort_unstable();
    sorted == other
}

/// Returns the numbers and names of two places. A name that begins a sentence in one of them is known by the other one.
fn facts_of(here: &[WordHash], there: &[WordHash]) -> QuickSet<u32> {
    let facts = here.iter().chain(there).filter(|word| word.kind() != WordKind::Plain);
    facts.map(|word| word.word()).collect()
}

/// Returns whether a place has a word that is neither one of `facts` nor joins words nor stands in any text.
fn has_verb(place: &[WordHash], facts: &QuickSet<u32>) -> bool {
    static JOINS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of("and et und y e or ou oder o"));
    let is_verb = |word: &WordHash| {
        !facts.contains(&word.word()) && !JOINS.contains(&word.word()) && !is_small_word(*word)
    };
    place.iter().any(is_verb)
}

/// Returns the words of a short place without small words; `None` if none are left, or if the place is longer.
pub(super) fn telling(place: &[WordHash]) -> Option<Vec<WordHash>> {
    let words: Vec<WordHash> = place.iter().filter(|word| !is_small_word(**word)).copied().collect();
    (place.len() <= SWAPPED && !words.is_empty()).then_some(words)
}

/// Returns how many pairs of names or numbers that replace each other in one place do so the other way around in another place:
/// the winner and the loser of a match. A name may begin a sentence in one of the two places.
pub(super) fn swapped(replaced: &[(Vec<WordHash>, Vec<WordHash>)]) -> usize {
    let has_fact = |words: &[WordHash]| words.iter().any(|word| word.kind() != WordKind::Plain);
    let are_equal = |here: &[WordHash], there: &[WordHash]| {
        equal_words(here, there, |_| true)
            || has_fact(here) && equal_words(here, there, |word| word.kind() != WordKind::Plain)
    };
    let is_swap = |(one, other): &&(Vec<WordHash>, Vec<WordHash>)| {
        replaced.iter().any(|(here, there)| {
            are_equal(here, other)
                && are_equal(there, one)
                && (has_fact(one) && has_fact(other) || has_fact(here) && has_fact(there))
        })
    };
    replaced.iter().filter(is_swap).count() / 2
}

/// Returns whether those words of two places that `counts` keeps are the same.
fn equal_words(here: &[WordHash], there: &[WordHash], counts: impl Fn(&WordHash) -> bool) -> bool {
    let here = here.iter().filter(|word| counts(word)).map(|word| word.word());
    here.eq(there.iter().filter(|word| counts(word)).map(|word| word.word()))
}

/// Returns at how many places two texts turn a statement around, so that a name stays where it is: `Smith succeeds Jones` and
/// `Jones succeeds Smith`, where only `Smith succeeds` and `succeeds Smith` differ.
pub(super) fn turned_around(
    shorter: &Sketch,
    longer: &Sketch,
    gaps: &[(Range<usize>, Range<usize>)],
) -> usize {
    let is_turned = |pair: &&[(Range<usize>, Range<usize>)]| {
        let [(here, there), (next_here, next_there)] = pair else { return false };
        let between = next_here.start.saturating_sub(here.end);
        let (here, there) =
            match (here.is_empty(), there.is_empty(), next_here.is_empty(), next_there.is_empty()) {
                (false, true, true, false) => (here, next_there),
                (true, false, false, true) => (next_here, there),
                _ => return false,
            };
        let (here, there) = (shorter.text.get(here.clone()), longer.text.get(there.clone()));
        between <= TURNED && is_turned_around(here.unwrap_or_default(), there.unwrap_or_default())
    };
    gaps.windows(2).filter(is_turned).count()
}
