//! Recognises that numbers or names change places in the same words: the winner and the loser of a match.

use std::ops::Range;
use std::sync::LazyLock;

use super::opposites::weekday;
use super::place::{Place, is_number, words_of};
use super::small_words::is_small_word;
use crate::article::fingerprint::{Sketch, WordHash, WordKind};
use crate::article::quick_hash::QuickSet;

/// Longest place, in words, in which numbers or names that change places are all that differs.
const SWAPPED: usize = 12;

/// How many words in a row may stay where they are if a statement is turned around: a name, with its title and its article.
const TURNED: usize = 4;

/// Words that replace each other at a place at which two texts differ, without small words.
pub(super) struct Replaced {
    /// Which of the places this is.
    pub(super) at: usize,
    pub(super) here: Vec<WordHash>,
    pub(super) there: Vec<WordHash>,
}

/// The places whose words say different things only together with those of another place.
pub(super) struct Exchanged {
    /// Places that say opposite things together with the next one.
    pub(super) split: Vec<usize>,
    /// Places whose statement the next place turns around ([`turned_around`]).
    pub(super) turned: Vec<usize>,
    /// Places of which each has another one with the same words the other way around ([`swapped`]).
    pub(super) swapped: Vec<usize>,
}

impl Exchanged {
    /// Returns how many statements say opposite things or are turned around, and how many pairs of words are exchanged.
    pub(super) const fn count(&self) -> usize {
        self.split.len() + self.turned.len() + self.swapped.len() / 2
    }

    /// Returns whether this place is one of them.
    pub(super) fn has(&self, at: usize) -> bool {
        let mut with_next = self.split.iter().chain(&self.turned);
        self.swapped.contains(&at) || with_next.any(|place| *place == at || place + 1 == at)
    }
}

/// How many words only one of the texts may have beside a statement that is turned around.
const BESIDE: usize = 2;

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

/// Words before two places of which the first is where something begins: `dans le sens Dole-Besançon`.
const DIRECTIONS: &str = "sens sentido senso direction direccion direzione richtung richting riktning";

/// Returns whether two names change places behind a word of direction, by which they are the two ends of a way.
pub(super) fn are_turned_round(here: Place<'_>, there: Place<'_>) -> bool {
    static WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(DIRECTIONS));
    let is_name = |word: &WordHash| word.kind() == WordKind::Name;
    are_in_another_order(here.words, there.words)
        && here.words.iter().any(is_name)
        && here.before().is_some_and(|word| WORDS.contains(&word.word()))
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

/// Returns the places in which names or numbers replace each other that do so the other way around in another place: the winner
/// and the loser of a match. A name may begin a sentence in one of the two places.
pub(super) fn swapped(replaced: &[Replaced]) -> Vec<usize> {
    let has_fact = |words: &[WordHash]| words.iter().any(|word| word.kind() != WordKind::Plain);
    let are_equal = |here: &[WordHash], there: &[WordHash]| {
        equal_words(here, there, |_| true)
            || has_fact(here) && equal_words(here, there, |word| word.kind() != WordKind::Plain)
    };
    let is_swap = |one: &&Replaced| {
        replaced.iter().filter(|other| other.at != one.at).any(|other| {
            are_equal(&other.here, &one.there)
                && are_equal(&other.there, &one.here)
                && (has_fact(&one.here) && has_fact(&one.there)
                    || has_fact(&other.here) && has_fact(&other.there))
        })
    };
    replaced.iter().filter(is_swap).map(|replaced| replaced.at).collect()
}

/// Returns whether those words of two places that `counts` keeps are the same.
fn equal_words(here: &[WordHash], there: &[WordHash], counts: impl Fn(&WordHash) -> bool) -> bool {
    let here = here.iter().filter(|word| counts(word)).map(|word| word.word());
    here.eq(there.iter().filter(|word| counts(word)).map(|word| word.word()))
}

/// Returns the words of two places from the first one on that only one of them has.
fn own_words<'a>(here: &'a [WordHash], there: &'a [WordHash]) -> (&'a [WordHash], &'a [WordHash]) {
    let own = |words: &'a [WordHash], others: &[WordHash]| {
        let is_common = |word: &WordHash| others.iter().any(|other| other.word() == word.word());
        let from = words.iter().position(|word| !is_common(word)).unwrap_or(words.len());
        words.get(from..).unwrap_or_default()
    };
    (own(here, there), own(there, here))
}

/// Returns whether a place has so few words, and no number and no name, that a statement may be turned around beside it: `re-`
/// before `elected`.
fn is_beside(place: &[WordHash]) -> bool {
    place.len() <= BESIDE && place.iter().all(|word| word.kind() == WordKind::Plain)
}

/// Returns the places that, each together with the next one, turn a statement around, so that a name stays where it is: `Smith
/// succeeds Jones` and `Jones succeeds Smith`, where only `Smith succeeds` and `succeeds Smith` differ.
pub(super) fn turned_around(
    shorter: &Sketch,
    longer: &Sketch,
    gaps: &[(Range<usize>, Range<usize>)],
) -> Vec<usize> {
    let is_turned = |pair: &[(Range<usize>, Range<usize>)]| {
        let [(here, there), (next_here, next_there)] = pair else { return false };
        let is_long = |place: &Range<usize>| place.len() > SWAPPED + BESIDE;
        if next_here.start.saturating_sub(here.end) > TURNED
            || [here, there, next_here, next_there].into_iter().any(is_long)
        {
            return false;
        }
        let words = |here: &Range<usize>, there: &Range<usize>| {
            let here = shorter.text.get(here.clone()).unwrap_or_default();
            own_words(here, longer.text.get(there.clone()).unwrap_or_default())
        };
        let ((here, there), (next_here, next_there)) = (words(here, there), words(next_here, next_there));
        is_beside(there) && is_beside(next_here) && is_turned_around(here, next_there)
            || is_beside(here) && is_beside(next_there) && is_turned_around(next_here, there)
    };
    gaps.windows(2).enumerate().filter(|(_, pair)| is_turned(pair)).map(|(at, _)| at).collect()
}
