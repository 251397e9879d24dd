//! Recognises words that say opposite or different things in the same place: `rose` and `fell`, `Monday` and `Tuesday`,
//! `dollars` and `euros`. Without numbers and names, they are all that distinguishes two stories. The words are in
//! [`opposite_words`] and [`opposite_events`].

use std::ops::Range;
use std::sync::LazyLock;

use super::opposite_words::{UNITS, VAGUE_COUNTS, WEEKDAYS};
use super::{opposite_events, opposite_words};
use crate::article::fingerprint::{WordHash, WordKind};
use crate::article::quick_hash::QuickSet;

/// Words that make a statement its opposite, or nearly, and words that make one thing another (`semi-final`). French `ne` and
/// `n'` are left out, because they may stand without a meaning.
const NEGATIONS: &str = "not no t never cannot none nobody nothing without neither hardly barely scarcely non pas jamais aucun \
    aucune sans guere nicht nein kein keine keinen keiner keinem keines keinerlei nie niemals niemand niemanden nichts ohne kaum \
    nunca ningun ninguna ninguno nadie nada tampoco sin nessun nessuna nessuno niente nulla mai senza nao ninguem nenhum nenhuma \
    sem niet niets geen nooit zonder nauwelijks nikt nic nigdy bez zaden zadna zadne zadnych ani semi demi vice anti";

/// French words that make a statement its opposite together with `ne` or `n'`: `n’est plus`, `rien ne`.
const WITH_NE: &str = "plus rien personne point nul nulle";
/// How many words before a place, and into it, may stand between `ne` and its companion: `il n’y en a plus`.
const NE_REACH: usize = 4;

/// Longest place, in words, in which one word is taken for the replacement of another one.
const REPLACEMENT: usize = 2;
/// The same for the replacement of several words: `takes effect` and `has been repealed`.
const LONG_REPLACEMENT: usize = 3;
/// The same for the replacement of a clause: `in the run-off prevailed` and `the run-off lost`.
const CLAUSE: usize = 5;
/// The same if the place has as many words in both texts: `un homme arrêté`, `une femme arrêtée`.
const ALIGNED: usize = 6;
/// Longest place, in words, in which numbers or names that change places are all that differs.
const SWAPPED: usize = 12;
/// Longest place, in words, in which a negation is taken for the only difference.
const NEGATED: usize = 4;

/// A value of a property: the number of the property, and that of the value. The days of the week are property 0.
type Value = (u8, u8);

/// Returns the values that words say, each with the hash of a word, ordered by the hashes.
fn values() -> &'static [(u32, Value)] {
    static VALUES: LazyLock<Vec<(u32, Value)>> = LazyLock::new(|| {
        let properties =
            || [WEEKDAYS].iter().chain(opposite_words::PROPERTIES).chain(opposite_events::PROPERTIES);
        let mut values = Vec::new();
        for (property, says) in properties().enumerate() {
            for (value, words) in says.iter().enumerate() {
                for word in words.split_whitespace().flat_map(opposite_words::forms) {
                    values.push((WordHash::of_word(&word).word(), (property as u8, value as u8)));
                }
            }
        }
        let property = properties().count() as u8;
        for (value, (unit, words)) in UNITS.iter().enumerate() {
            let value = (property, value as u8);
            values.push((WordHash::of_unit(unit).word(), value));
            // In Spanish, `$` stands for dollars or for pesos.
            if matches!(*unit, "dollar" | "peso") {
                values.push((WordHash::of_unit("$").word(), value));
            }
            values.extend(words.split_whitespace().map(|word| (WordHash::of_word(word).word(), value)));
        }
        values.sort_unstable();
        values.dedup();
        values
    });
    &VALUES
}

/// Returns the number of the day of the week that a word names, from 0 for Monday.
pub(super) fn weekday(word: WordHash) -> Option<u8> {
    said_by(word).find(|(property, _)| *property == 0).map(|(_, day)| day)
}

/// Returns whether a short place says another value of a property in each of two texts.
pub(super) fn differ(here: &[WordHash], there: &[WordHash]) -> bool {
    !differing_values(here, there).is_empty()
}

/// Returns the words of each text that say a value of a property in which the two [`differ`].
pub(super) fn differing(here: &[WordHash], there: &[WordHash]) -> (Vec<WordHash>, Vec<WordHash>) {
    let properties = differing_values(here, there);
    let own = |text: &[WordHash]| -> Vec<WordHash> {
        let says = |word: &&WordHash| said_by(**word).any(|(property, _)| properties.contains(&property));
        text.iter().filter(says).copied().collect()
    };
    (own(here), own(there))
}

/// Returns the properties of which both places say values, and none that is the same.
fn differing_values(here: &[WordHash], there: &[WordHash]) -> Vec<u8> {
    let longest = match here.len().min(there.len()) {
        length if length == here.len().max(there.len()) => ALIGNED,
        0 | 1 => REPLACEMENT,
        2 => LONG_REPLACEMENT,
        _ => CLAUSE,
    };
    if here.len().max(there.len()) > longest {
        return Vec::new();
    }
    let said = |text: &[WordHash]| -> Vec<Value> { text.iter().flat_map(|word| said_by(*word)).collect() };
    let (here, there) = (said(here), said(there));
    let mut properties: Vec<u8> = here.iter().map(|(property, _)| *property).collect();
    properties.retain(|property| {
        let is_said_by_both = there.iter().any(|(other, _)| other == property);
        is_said_by_both && !here.iter().any(|value| value.0 == *property && there.contains(value))
    });
    properties
}

fn said_by(word: WordHash) -> impl Iterator<Item = Value> {
    let (word, values) = (word.word(), values());
    let from = values.partition_point(|(known, _)| *known < word);
    let known = values.get(from..).unwrap_or_default();
    known.iter().take_while(move |(known, _)| *known == word).map(|(_, value)| *value)
}

/// A place of a text at which another text differs.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    text: &'a [WordHash],
    from: usize,
    /// The words of the place.
    pub(super) words: &'a [WordHash],
}

impl<'a> Place<'a> {
    /// Returns the place of `text` at `range`.
    pub(super) fn of(text: &'a [WordHash], range: Range<usize>) -> Self {
        Self { text, from: range.start, words: text.get(range).unwrap_or_default() }
    }

    fn is_negated(self) -> bool {
        static WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(NEGATIONS));
        // A name may look like a negation: `<NOR>`.
        let is_negation = |word: &WordHash| word.kind() == WordKind::Plain && WORDS.contains(&word.word());
        self.words.iter().any(is_negation) || self.has_companion_of_ne()
    }

    /// Returns whether the place has a word of [`WITH_NE`], and `ne` stands near it.
    fn has_companion_of_ne(self) -> bool {
        static COMPANIONS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(WITH_NE));
        static NE: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of("ne n"));
        let nearby = self.text.get(self.from.saturating_sub(NE_REACH)..self.from + self.words.len());
        self.words.iter().any(|word| COMPANIONS.contains(&word.word()))
            && nearby.is_some_and(|nearby| nearby.iter().any(|word| NE.contains(&word.word())))
    }
}

fn words_of(list: &str) -> QuickSet<u32> {
    list.split_whitespace()
        .flat_map(opposite_words::forms)
        .map(|word| WordHash::of_word(&word).word())
        .collect()
}

/// Returns whether a negation is nearly all that distinguishes two texts in one place. One of the two may have no word there.
pub(super) fn one_is_negated(here: Place<'_>, there: Place<'_>) -> bool {
    here.words.len().max(there.words.len()) <= NEGATED && here.is_negated() != there.is_negated()
}

/// Returns whether one of two short places has a number and the other one only a word such as `dozens`.
pub(super) fn one_counts_vaguely(here: &[WordHash], there: &[WordHash]) -> bool {
    static VAGUE: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(&VAGUE_COUNTS.join(" ")));
    let has_number = |place: &[WordHash]| place.iter().any(|word| is_number(*word));
    let is_vague =
        |place: &[WordHash]| !has_number(place) && place.iter().any(|word| VAGUE.contains(&word.word()));
    here.len().max(there.len()) <= CLAUSE
        && (is_vague(here) && has_number(there) || is_vague(there) && has_number(here))
}

/// Returns whether two texts have the same words in one place, but numbers or names change places: `3-1` and `1-3`, `Arvik beat
/// Skagen` and `Skagen beat Arvik`. A list of names (`Arvik and Skagen`) is the same in any order.
pub(super) fn are_swapped(here: &[WordHash], there: &[WordHash]) -> bool {
    let words = |text: &[WordHash]| -> Vec<u32> { text.iter().map(|word| word.word()).collect() };
    let (mut sorted, mut other) = (words(here), words(there));
    if sorted == other || here.len() != there.len() || here.len() > SWAPPED {
        return false;
    }
    sorted.sort_unstable();
    other.sort_unstable();
    if sorted != other {
        return false;
    }
    let mut moved = here.iter().zip(there).filter(|(here, there)| here.word() != there.word());
    let numbers = moved.clone().filter(|(here, there)| is_number(**here) && is_number(**there)).count();
    let all = moved.clone().count();
    let are_facts =
        moved.all(|(here, there)| here.kind() != WordKind::Plain && there.kind() != WordKind::Plain);
    let joins =
        ["and", "et", "und", "y", "e", "or", "ou", "oder", "o"].map(|word| WordHash::of_word(word).word());
    let has_verb = || here.iter().any(|word| word.kind() == WordKind::Plain && !joins.contains(&word.word()));
    are_facts && (numbers == all || has_verb())
}

fn is_number(word: WordHash) -> bool {
    matches!(word.kind(), WordKind::Number | WordKind::SmallNumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_says_two_values_of_one_property() {
        let mut twice = Vec::new();
        for says in [WEEKDAYS].iter().chain(opposite_words::PROPERTIES).chain(opposite_events::PROPERTIES) {
            let mut known: Vec<(u32, usize)> = Vec::new();
            for (value, words) in says.iter().enumerate() {
                for word in words.split_whitespace().flat_map(opposite_words::forms) {
                    let hash = WordHash::of_word(&word).word();
                    if known.iter().any(|(other, of)| *other == hash && *of != value) {
                        twice.push(word);
                    } else {
                        known.push((hash, value));
                    }
                }
            }
        }
        assert!(twice.is_empty(), "{twice:?}");
    }
}
