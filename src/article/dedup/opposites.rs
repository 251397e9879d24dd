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

/// Words that say that something does not happen, or not now. In the other text any words may say that it does: `begins`, `was
/// held`, `will take place`.
const CALLED_OFF: &str = "cancel cancels cancelled canceled cancelling postpone+ postponed avert+ averted shelved abgesagt* \
    verschoben* vertagt* abgewendet* annul annule annulee annules annulees reportee reportees repousse repoussee cancelad~ desconvocad~ \
    aplazad~ pospuest~ annullat~ rinviat~ revocat~ afgelast* afgezegd* uitgesteld* geannuleerd* odwolan^ odwolal^ \
    przelozon^ przelozyl^ adiad~";
/// The same, after one of the words behind the colon, at most [`NE_REACH`] words earlier: `called off`. Alone they say other
/// things.
const CALLED_OFF_AFTER: [(&str, &str); 2] =
    [("off", "call called calls calling"), ("reporte", "ete est sont a ont")];

/// Words that make a statement nearly its opposite, unless the other text says `only` there: Spanish `apenas` (hardly), which
/// is `only` in Portuguese, and French `à peine`.
const HARDLY: &str = "apenas";
const ONLY: &str = "solo solamente unicamente so somente seulement apenas";

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
/// The same for words that say that something is called off: `has been called off` and `will take place as planned`.
const CALLED_OFF_PLACE: usize = 6;
/// Longest end of a text, in words, of which a negation at its beginning is taken for the only difference.
const NEGATED_END: usize = 2;

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
        self.words.iter().any(is_negation) || self.has_companion_of_ne() || self.says_barely()
    }

    /// Returns whether the place has the French `à peine`.
    fn says_barely(self) -> bool {
        static BARELY: LazyLock<[u32; 2]> =
            LazyLock::new(|| ["a", "peine"].map(|word| WordHash::of_word(word).word()));
        let with_word_before = self.text.get(self.from.saturating_sub(1)..self.from + self.words.len());
        with_word_before.is_some_and(|words| {
            words.windows(2).any(|pair| pair.iter().map(|word| word.word()).eq(BARELY.iter().copied()))
        })
    }

    /// Returns whether the place says that something is called off.
    fn is_called_off(self) -> bool {
        static WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(CALLED_OFF));
        static AFTER: LazyLock<Vec<(u32, QuickSet<u32>)>> = LazyLock::new(|| {
            let after = CALLED_OFF_AFTER.iter();
            after.map(|(word, before)| (WordHash::of_word(word).word(), words_of(before))).collect()
        });
        (self.from..).zip(self.words).filter(|(_, word)| word.kind() == WordKind::Plain).any(|(at, word)| {
            let before = || self.text.get(at.saturating_sub(NE_REACH)..at).unwrap_or_default();
            let after = || AFTER.iter().find(|(of, _)| *of == word.word());
            WORDS.contains(&word.word())
                || after().is_some_and(|(_, words)| before().iter().any(|word| words.contains(&word.word())))
        })
    }

    /// Returns the first word of the place.
    fn beginning(self) -> Self {
        Self { words: self.words.get(..1).unwrap_or_default(), ..self }
    }

    fn has_any(self, words: &QuickSet<u32>) -> bool {
        self.words.iter().any(|word| words.contains(&word.word()))
    }

    /// Returns the place without the words with which both texts end, and how many these are.
    pub(super) fn without_common_end(self, other: Self) -> (Self, Self, usize) {
        let ends = self.words.iter().rev().zip(other.words.iter().rev());
        let common = ends.take_while(|(here, there)| here.word() == there.word()).count();
        let shortened = |place: Self| Self {
            words: place.words.get(..place.words.len() - common).unwrap_or_default(),
            ..place
        };
        (shortened(self), shortened(other), common)
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
    static HARDLY_WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(HARDLY));
    static ONLY_WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(ONLY));
    let is_hardly =
        |here: Place<'_>, there: Place<'_>| here.has_any(&HARDLY_WORDS) && !there.has_any(&ONLY_WORDS);
    let length = here.words.len().max(there.words.len());
    let is_negated =
        here.is_negated() != there.is_negated() || is_hardly(here, there) || is_hardly(there, here);
    length <= NEGATED && is_negated
        || length <= CALLED_OFF_PLACE && here.is_called_off() != there.is_called_off()
}

/// Returns whether a negation distinguishes the ends of two texts, after the last words in which they agree for long. It does if
/// both end in the same word or two, such as a date, or if it is the first of two words at most. Otherwise each is a by-line.
pub(super) fn one_end_is_negated(here: Place<'_>, there: Place<'_>) -> bool {
    let (here, there, common) = here.without_common_end(there);
    let is_short = here.words.len().max(there.words.len()) <= NEGATED_END + 1
        && here.words.len().min(there.words.len()) <= NEGATED_END;
    if common > 0 {
        one_is_negated(here, there)
    } else {
        is_short && one_is_negated(here.beginning(), there.beginning())
    }
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
