//! The words that stand in any text of their language.

use std::sync::LazyLock;

use crate::article::fingerprint::WordHash;

/// Words that stand in any text of their language. A title and a text that have only these in common have nothing in common.
const SMALL_WORDS: [&str; 104] = [
    "the", "a", "an", "of", "in", "on", "at", "to", "for", "by", "with", "and", "or", "is", "are", "as",
    "from", "how", "why", "what", "s", "le", "la", "les", "l", "de", "d", "du", "des", "un", "une", "et",
    "en", "au", "aux", "sur", "pour", "par", "dans", "que", "qu", "qui", "ce", "der", "die", "das", "den",
    "dem", "ein", "eine", "und", "im", "am", "zu", "zum", "zur", "mit", "von", "vom", "fur", "auf", "bei",
    "wie", "was", "so", "el", "los", "las", "del", "al", "y", "con", "una", "por", "para", "se", "su", "it",
    "il", "i", "o", "e", "di", "da", "het", "een", "van", "op", "voor", "met", "naar", "bij", "dat", "do",
    "dos", "das", "em", "na", "nos", "com", "um", "uma", "ao", "os",
];

/// Returns whether a word stands in any text of its language.
pub(super) fn is_small_word(word: WordHash) -> bool {
    static SMALL: LazyLock<Vec<u32>> =
        LazyLock::new(|| SMALL_WORDS.map(|word| WordHash::of_word(word).word()).to_vec());
    SMALL.contains(&word.word())
}
