//! A table of words with a value for each, in which a word is found by its first letter.

/// Words and their values, by their first letter.
///
/// Most words of a text are in no table. Finding that out takes a few comparisons of lengths, and no hash.
pub(super) struct WordTable<T: 'static> {
    by_letter: [Vec<(&'static str, T)>; 26],
}

impl<T: Copy> WordTable<T> {
    /// Returns the table of `words`, which begin with a letter from `a` to `z`. The first of two equal words counts.
    pub(super) fn of(words: &[(&'static str, T)]) -> Self {
        let with = |letter: usize| {
            words.iter().copied().filter(|(word, _)| letter_of(word) == Some(letter)).collect()
        };
        Self { by_letter: std::array::from_fn(with) }
    }

    /// Returns the value of `word`, if the table has it.
    pub(super) fn get(&self, word: &str) -> Option<T> {
        let words = self.by_letter.get(letter_of(word)?)?;
        words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
}

/// Returns the index of the first letter of a word.
fn letter_of(word: &str) -> Option<usize> {
    word.bytes().next()?.checked_sub(b'a').map(usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_knows_its_words_and_no_others() {
        let words = [("two", 2), ("three", 3), ("zwei", 2), ("two", 9)];
        let table = WordTable::of(&words);
        for (word, value) in words.into_iter().take(3) {
            assert_eq!(table.get(word), Some(value));
        }
        for other in ["", "t", "twos", "Two", "été", "~", "a"] {
            assert_eq!(table.get(other), None, "{other}");
        }
    }
}
