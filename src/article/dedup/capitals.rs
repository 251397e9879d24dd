//! Tells names from other words in a headline in which capital letters don't, because all its words have them.

use super::compare::EntryWords;
use crate::article::fingerprint::{Sketch, WordHash, WordKind};

/// Least number of words of a title in which only capitals show that it is written in them. A shorter one may be a name.
const LEAST_WORDS: usize = 3;

/// Gives the words of a title in capitals the kinds that they would have in small letters, if the other title is not in
/// capitals. Returns whether both are, so that nothing shows which of their words are names.
pub(super) fn read_titles(one: &mut Sketch, other: &mut Sketch) -> bool {
    match (is_in_capitals(&one.title), is_in_capitals(&other.title)) {
        (true, false) => one.title = small_title(one, other),
        (false, true) => other.title = small_title(other, one),
        (true, true) => return true,
        (false, false) => {}
    }
    false
}

/// Returns whether every word of a title after the first has a capital letter or is a number.
fn is_in_capitals(title: &[WordHash]) -> bool {
    title.len() >= LEAST_WORDS && title.iter().skip(1).all(|word| word.kind() != WordKind::Plain)
}

/// Returns the title of `own`, which is in capitals, with the kinds that its words would have in small letters.
///
/// The two texts and the title of the `other` entry show which words are names. A word that stands in none of them counts as a
/// name if the other title has a name of its own, because a template replaces a name with a name.
fn small_title(own: &Sketch, other: &Sketch) -> Vec<WordHash> {
    let own_words = EntryWords::of(own);
    let small = other.title.get(1..).unwrap_or_default();
    let replaces_name = small.iter().any(|word| word.kind() == WordKind::Name && !own_words.has(*word));
    let is_name = |word: WordHash| {
        let written = own.text.iter().chain(&other.text).chain(small);
        let (mut names, mut plain) = (0, 0);
        for written in written.filter(|written| written.word() == word.word()) {
            names += usize::from(written.kind() == WordKind::Name);
            plain += usize::from(written.kind() == WordKind::Plain);
        }
        if names + plain > 0 { names >= plain } else { replaces_name }
    };
    let small_word = |word: &WordHash| {
        if word.kind() == WordKind::Name && !is_name(*word) { word.as_plain() } else { *word }
    };
    own.title.iter().map(small_word).collect()
}
