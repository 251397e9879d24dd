//! A place of a text at which another text differs.

use std::ops::Range;

use super::word_forms;
use crate::article::fingerprint::{WordHash, WordKind};
use crate::article::quick_hash::QuickSet;

/// A place of a text at which another text differs.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) text: &'a [WordHash],
    pub(super) from: usize,
    /// The words of the place.
    pub(super) words: &'a [WordHash],
}

impl<'a> Place<'a> {
    /// Returns the place of `text` at `range`.
    pub(super) fn of(text: &'a [WordHash], range: Range<usize>) -> Self {
        Self { text, from: range.start, words: text.get(range).unwrap_or_default() }
    }

    /// Returns whether the other text has all words of the place in its own, in this order: it only adds words.
    pub(super) fn is_part_of(self, other: Self) -> bool {
        let mut others = other.words.iter();
        self.words.iter().all(|word| others.any(|other| other.word() == word.word()))
    }

    /// Returns the word before the place.
    pub(super) fn before(self) -> Option<WordHash> {
        self.from.checked_sub(1).and_then(|at| self.text.get(at)).copied()
    }

    /// Returns the word after the place.
    pub(super) fn after(self) -> Option<WordHash> {
        self.text.get(self.from + self.words.len()).copied()
    }

    pub(super) fn has_any(self, words: &QuickSet<u32>) -> bool {
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
}

/// Returns the hashes of the words in `list`, in all forms that it states ([`forms`](word_forms::forms)).
pub(super) fn words_of(list: &str) -> QuickSet<u32> {
    list.split_whitespace().flat_map(word_forms::forms).map(|word| WordHash::of_word(&word).word()).collect()
}

/// Returns whether a word is a number.
pub(super) fn is_number(word: WordHash) -> bool {
    matches!(word.kind(), WordKind::Number | WordKind::SmallNumber)
}
