//! Recognises the language of a text by its most common words.

use std::sync::LazyLock;

use crate::article::fingerprint::WordHash;

/// Least number of the most common words of a language that a text in that language has.
const LEAST_WORDS: usize = 2;

/// Returns whether a text is in German.
pub(super) fn is_german(text: &[WordHash]) -> bool {
    static WORDS: LazyLock<Vec<u32>> =
        LazyLock::new(|| hashes("der die das und den dem im am auf von wird mit"));
    has_words_of(text, &WORDS)
}

/// Returns whether a text is in Portuguese.
pub(super) fn is_portuguese(text: &[WordHash]) -> bool {
    static WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| hashes("do da em uma um ao os na com pelo pela"));
    has_words_of(text, &WORDS)
}

/// Returns whether a text is in Polish.
pub(super) fn is_polish(text: &[WordHash]) -> bool {
    static WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| hashes("w z sie nie na jest od przez oraz"));
    has_words_of(text, &WORDS)
}

fn has_words_of(text: &[WordHash], words: &[u32]) -> bool {
    words.iter().filter(|word| text.iter().any(|token| token.word() == **word)).count() >= LEAST_WORDS
}

/// Returns the hashes of words that spaces separate.
pub(super) fn hashes(words: &str) -> Vec<u32> {
    words.split_whitespace().map(|word| WordHash::of_word(word).word()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::fingerprint::Sketch;

    #[test]
    fn two_common_words_show_the_language() {
        for (text, german, portuguese) in [
            ("Der Ausschuss tagt am Montag.", true, false),
            ("Ausschuss tagt am Montag.", false, false),
            ("A comissão reuniu na sede do município.", false, true),
            ("La comisión se reúne en la sede.", false, false),
        ] {
            let sketch = Sketch::of("", text, text.len());
            assert_eq!(
                (is_german(&sketch.text), is_portuguese(&sketch.text)),
                (german, portuguese),
                "{text}"
            );
        }
    }
}
