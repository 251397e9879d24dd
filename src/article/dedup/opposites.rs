//! Recognises words that say opposite or different things in the same place: `rose` and `fell`, `Monday` and `Tuesday`,
//! `dollars` and `euros`. Without numbers and names, they are all that distinguishes two stories. The words are in
//! [`opposite_words`], [`opposite_kinds`], [`opposite_events`] and [`opposite_states`].

use std::sync::LazyLock;

use super::opposite_words::{Property, UNITS, VAGUE_COUNTS, WEEKDAYS};
use super::place::{Place, is_number, words_of};
use super::{opposite_events, opposite_kinds, opposite_states, opposite_words, word_forms};
use crate::article::fingerprint::{WordHash, WordKind};
use crate::article::quick_hash::QuickSet;

/// Longest place, in words, in which one word is taken for the replacement of another one.
const REPLACEMENT: usize = 2;
/// The same for the replacement of several words: `takes effect` and `has been repealed`.
const LONG_REPLACEMENT: usize = 3;
/// The same for the replacement of a clause: `in the run-off prevailed` and `the run-off lost`.
const CLAUSE: usize = 5;
/// The same if the place has as many words in both texts: `un homme arrêté`, `une femme arrêtée`.
const ALIGNED: usize = 6;
/// How many words longer a place may be if the words say what happened: `was badly injured` and `died`.
const MORE_OF_EVENTS: usize = 2;

/// A value of a property: the number of the property, and that of the value. The days of the week are property 0.
type Value = (u8, u8);

/// The number of the first property that [`opposite_events`] has. The days of the week come first, then [`opposite_words`] and
/// [`opposite_kinds`]; [`opposite_states`] comes after them.
const FIRST_EVENT: usize = 1 + opposite_words::PROPERTIES.len() + opposite_kinds::PROPERTIES.len();

/// The number of the property that a unit is a value of. It is the last one.
const UNIT: usize = FIRST_EVENT + opposite_events::PROPERTIES.len() + opposite_states::PROPERTIES.len();

const _: () = assert!(UNIT < 256, "the number of a property is stored in a byte");

/// Returns the properties before that of units, in the order of their numbers.
fn properties() -> impl Iterator<Item = &'static Property> {
    let of_words = [WEEKDAYS].iter().chain(opposite_words::PROPERTIES).chain(opposite_kinds::PROPERTIES);
    of_words.chain(opposite_events::PROPERTIES).chain(opposite_states::PROPERTIES)
}

/// Returns the values that words say, each with the hash of a word, ordered by the hashes.
fn values() -> &'static [(u32, Value)] {
    static VALUES: LazyLock<Vec<(u32, Value)>> = LazyLock::new(|| {
        let mut values = Vec::new();
        for (property, says) in properties().enumerate() {
            for (value, words) in says.iter().enumerate() {
                for word in words.split_whitespace().flat_map(word_forms::forms) {
                    values.push((WordHash::of_word(&word).word(), (property as u8, value as u8)));
                }
                let days = if property == 0 { words } else { &"" };
                values.extend(parts_of_days(days).map(|word| (word.word(), (0, value as u8))));
            }
        }
        let property = UNIT as u8;
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

/// Returns the German, Dutch and Scandinavian words for parts of the `days` of the week: `Donnerstagabend`, `donderdagavond`,
/// `torsdagskvällen`.
fn parts_of_days(days: &'static str) -> impl Iterator<Item = WordHash> {
    let names = |ending: &'static str| days.split_whitespace().filter(move |day| day.ends_with(ending));
    let parts = [
        ("tag", opposite_words::PARTS_OF_DAY_DE),
        ("woch", opposite_words::PARTS_OF_DAY_DE),
        ("dag", opposite_words::PARTS_OF_DAY_NL_SV),
    ];
    parts.into_iter().flat_map(move |(ending, parts)| {
        names(ending).flat_map(move |day| {
            parts.split_whitespace().map(move |part| WordHash::of_word(&format!("{day}{part}")))
        })
    })
}

/// Returns the number of the day of the week that a word names, from 0 for Monday.
pub(super) fn weekday(word: WordHash) -> Option<u8> {
    said_by(word).find(|(property, _)| *property == 0).map(|(_, day)| day)
}

/// Returns whether two places name the same day of the week, and one of them its date: `on Thursday`, `this Thursday, 26
/// November`.
pub(super) fn name_one_day(here: &[WordHash], there: &[WordHash]) -> bool {
    let day = |place: &[WordHash]| place.iter().find_map(|word| weekday(*word));
    let has_month = |place: &[WordHash]| place.iter().any(|word| word.is_month());
    day(here).is_some() && day(here) == day(there) && has_month(here) != has_month(there)
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

/// Returns the properties of which both places say values, and none that is the same, if the places are short.
fn differing_values(here: &[WordHash], there: &[WordHash]) -> Vec<u8> {
    let longest = match here.len().min(there.len()) {
        length if length == here.len().max(there.len()) => ALIGNED,
        0 | 1 => REPLACEMENT,
        2 => LONG_REPLACEMENT,
        _ => CLAUSE,
    };
    let length = here.len().max(there.len());
    let is_short = |property: u8| {
        let is_event = (FIRST_EVENT..UNIT).contains(&usize::from(property));
        length <= if is_event { longest + MORE_OF_EVENTS } else { longest }
    };
    if length > longest + MORE_OF_EVENTS {
        return Vec::new();
    }
    let mut properties = opposed_properties(here, there);
    properties.retain(|property| is_short(*property));
    properties
}

/// Returns the properties of which both texts say values, and none that is the same.
fn opposed_properties(here: &[WordHash], there: &[WordHash]) -> Vec<u8> {
    let said = |text: &[WordHash]| -> Vec<Value> { text.iter().flat_map(|word| said_by(*word)).collect() };
    let (here, there) = (said(here), said(there));
    let mut properties: Vec<u8> = here.iter().map(|(property, _)| *property).collect();
    properties.retain(|property| {
        let is_said_by_both = there.iter().any(|(other, _)| other == property);
        is_said_by_both && !here.iter().any(|value| value.0 == *property && there.contains(value))
    });
    properties
}

/// Returns the values that a word says. A number in digits says none: only `first` is the opposite of `last`, and not `1`.
fn said_by(word: WordHash) -> impl Iterator<Item = Value> {
    let (is_number, word, values) = (word.kind() == WordKind::Number, word.word(), values());
    let from = values.partition_point(|(known, _)| *known < word);
    let known = values.get(from..).unwrap_or_default();
    known.iter().take_while(move |(known, _)| *known == word && !is_number).map(|(_, value)| *value)
}

/// Returns whether two titles say opposite things. `here` and `there` are the words that the other entry lacks.
pub(super) fn contradict(here: &[WordHash], there: &[WordHash]) -> bool {
    !opposed_properties(here, there).is_empty()
}

/// Returns whether the ends of two texts, after the last words in which they agree for long, are short and say opposite things:
/// `stays closed until Monday` and `was opened in the evening`.
pub(super) fn ends_differ(here: Place<'_>, there: Place<'_>) -> bool {
    let (here, there, _) = here.without_common_end(there);
    differ(here.words, there.words)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_says_two_values_of_one_property() {
        let mut twice = Vec::new();
        for says in properties() {
            let mut known: Vec<(u32, usize)> = Vec::new();
            for (value, words) in says.iter().enumerate() {
                for word in words.split_whitespace().flat_map(word_forms::forms) {
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
