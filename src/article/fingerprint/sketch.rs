//! Sketches: title and text as hashed words, in bytes that the store keeps without looking into them.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use super::token::{WordHash, title_tokens, tokens};

/// Words of a title that are kept; their number is one byte.
const TITLE_WORDS: usize = 60;
/// Words of a text that are kept: some 5 000 characters, more than feeds mostly carry of an article. 3.2 KB.
pub const TEXT_WORDS: usize = 800;
/// What the first byte says of a text whose words are mostly single letters …
const UNSPACED: u8 = 1;
/// … and of an entry that shows pictures or files, whose hash comes before the words.
const SHOWS_MEDIA: u8 = 2;

/// Title and text as the judge compares them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sketch {
    /// The words of the title.
    pub title: Vec<WordHash>,
    /// The first words of the text; [`Sketch::of`] takes as many as it is asked, storing keeps [`TEXT_WORDS`].
    pub text: Vec<WordHash>,
    /// Whether the script writes no spaces, so that a word is one letter.
    pub unspaced: bool,
    /// A hash of the pictures and files that are shown; `None` without any.
    pub media: Option<u32>,
}

impl Sketch {
    /// The sketch of plain texts, with up to `limit` words of the text.
    pub fn of(title: &str, text: &str, limit: usize) -> Self {
        let (title, letters_in_title) = title_tokens(title, TITLE_WORDS);
        let (text, letters) = tokens(text, limit);
        let unspaced = 2 * (letters + letters_in_title) > text.len() + title.len();
        Self { title, text, unspaced, media: None }
    }

    /// This with the addresses of the pictures and files that are shown, in whatever order.
    #[must_use]
    pub fn showing(self, media: &[String]) -> Self {
        let shown: BTreeSet<&str> = media.iter().map(String::as_str).collect();
        let listed = shown.into_iter().collect::<Vec<_>>().join("\n");
        Self { media: (!listed.is_empty()).then(|| xxh3_64(listed.as_bytes()) as u32), ..self }
    }

    /// As the store keeps it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kept = self.title.iter().chain(self.text.iter().take(TEXT_WORDS));
        let unspaced = if self.unspaced { UNSPACED } else { 0 };
        let shows_media = if self.media.is_some() { SHOWS_MEDIA } else { 0 };
        let mut bytes = vec![unspaced | shows_media, self.title.len() as u8];
        bytes.extend(self.media.iter().flat_map(|hash| hash.to_le_bytes()));
        bytes.extend(kept.flat_map(|token| token.to_bits().to_le_bytes()));
        bytes
    }

    /// Reads [`Sketch::to_bytes`] back; `None` for anything else, which no other sketch resembles.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [flags, title_words, rest @ ..] = bytes else { return None };
        let (words, []) = rest.as_chunks::<4>() else { return None };
        let (media, words) = match words {
            [hash, words @ ..] if flags & SHOWS_MEDIA != 0 => (Some(u32::from_le_bytes(*hash)), words),
            words => (None, words),
        };
        let words: Vec<WordHash> =
            words.iter().map(|bits| WordHash::from_bits(u32::from_le_bytes(*bits))).collect();
        let (title, text) = words.split_at_checked(usize::from(*title_words))?;
        let unspaced = flags & UNSPACED != 0;
        Some(Self { title: title.to_vec(), text: text.to_vec(), unspaced, media })
    }

    /// `words` words of a script with spaces, in this one's: twice as many where each is a letter. (A Chinese word has
    /// 1.7 letters on average, a Japanese or Thai one a little over two.)
    pub const fn measure(&self, words: usize) -> usize {
        if self.unspaced { 2 * words } else { words }
    }
}
