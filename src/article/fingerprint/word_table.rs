//! A table of words with a value for each, in which a word is found by its first letter.

/// Words and their values, by their first letter.
///
/// Most words of a text are in no table. Finding that out takes a look at two letters and the length, and no hash.
pub(super) struct WordTable<T: 'static> {
    by_letter: [WordsOfLetter<T>; 26],
}

/// The words that begin with one letter, the shortest first.
struct WordsOfLetter<T: 'static> {
    /// Bit n is set if a word has n bytes.
    lengths: u32,
    /// Bit n is set if a word has a second byte whose five low bits make the number n. A word of one byte counts as one whose
    /// second byte is 0.
    second_bytes: u32,
    words: Vec<(&'static str, T)>,
}

impl<T: Copy> WordTable<T> {
    /// Returns the table of `words`, which begin with a letter from `a` to `z` and have 1 to 31 bytes. The first of two equal
    /// words counts.
    pub(super) fn of(words: &[(&'static str, T)]) -> Self {
        let with = |letter: usize| {
            let mut words: Vec<(&'static str, T)> =
                words.iter().copied().filter(|(word, _)| letter_of(word) == Some(letter)).collect();
            words.sort_by_key(|(word, _)| word.len());
            WordsOfLetter {
                lengths: words.iter().fold(0, |bits, (word, _)| bits | length_bit(word)),
                second_bytes: words.iter().fold(0, |bits, (word, _)| bits | second_byte_bit(word)),
                words,
            }
        };
        Self { by_letter: std::array::from_fn(with) }
    }

    /// Returns the value of `word`, if the table has it.
    pub(super) fn get(&self, word: &str) -> Option<T> {
        let known = self.by_letter.get(letter_of(word)?)?;
        if known.lengths & length_bit(word) == 0 || known.second_bytes & second_byte_bit(word) == 0 {
            return None;
        }
        let from = known.words.partition_point(|(known, _)| known.len() < word.len());
        let mut same_length =
            known.words.iter().skip(from).take_while(|(known, _)| known.len() == word.len());
        same_length.find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
}

/// Returns the index of the first letter of a word.
fn letter_of(word: &str) -> Option<usize> {
    word.bytes().next()?.checked_sub(b'a').map(usize::from)
}

/// Returns the bit for the length of a word; 0 if the word is longer than all in a table.
fn length_bit(word: &str) -> u32 {
    1_u32.checked_shl(u32::try_from(word.len()).unwrap_or(u32::MAX)).unwrap_or(0)
}

/// Returns the bit for the second byte of a word.
fn second_byte_bit(word: &str) -> u32 {
    1 << (word.as_bytes().get(1).copied().unwrap_or_default() & 31)
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
