//! Sketches: title and text as hashed words, in bytes that the store keeps without looking into them.

use super::token::{Token, tokens};

/// Words of a title that are kept; their number is one byte.
const TITLE_WORDS: usize = 60;
/// Words of a text that are kept: some 5 000 characters, more than feeds mostly carry of an article. 3.2 KB.
pub const TEXT_WORDS: usize = 800;
/// What the first byte says of a text whose words are mostly single letters.
const UNSPACED: u8 = 1;

/// Title and text as the judge compares them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sketch {
    /// The words of the title.
    pub title: Vec<Token>,
    /// The first words of the text; [`Sketch::of`] takes as many as it is asked, storing keeps [`TEXT_WORDS`].
    pub text: Vec<Token>,
    /// Whether the script writes no spaces, so that a word is one letter.
    pub unspaced: bool,
}

impl Sketch {
    /// The sketch of plain texts, with up to `limit` words of the text.
    pub fn of(title: &str, text: &str, limit: usize) -> Self {
        let (title, letters_in_title) = tokens(title, TITLE_WORDS);
        let (text, letters) = tokens(text, limit);
        let unspaced = 2 * (letters + letters_in_title) > text.len() + title.len();
        Self { title, text, unspaced }
    }

    /// As the store keeps it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kept = self.title.iter().chain(self.text.iter().take(TEXT_WORDS));
        let mut bytes = vec![if self.unspaced { UNSPACED } else { 0 }, self.title.len() as u8];
        bytes.extend(kept.flat_map(|token| token.to_bits().to_le_bytes()));
        bytes
    }

    /// Reads [`Sketch::to_bytes`] back; `None` for anything else, which no other sketch resembles.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [flags, title_words, rest @ ..] = bytes else { return None };
        let (words, []) = rest.as_chunks::<4>() else { return None };
        let words: Vec<Token> =
            words.iter().map(|bits| Token::from_bits(u32::from_le_bytes(*bits))).collect();
        let (title, text) = words.split_at_checked(usize::from(*title_words))?;
        Some(Self { title: title.to_vec(), text: text.to_vec(), unspaced: *flags == UNSPACED })
    }

    /// `words` words of a script with spaces, in this one's: twice as many where each is a letter. (A Chinese word has
    /// 1.7 letters on average, a Japanese or Thai one a little over two.)
    pub const fn measure(&self, words: usize) -> usize {
        if self.unspaced { 2 * words } else { words }
    }
}
