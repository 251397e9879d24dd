//! Sketches: the title and text of an article as hashed words, in bytes that the store keeps without reading them.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use super::packed_words;
use super::token::{title_tokens, tokens};
use super::word::WordHash;

/// How many words of a title are kept and compared. Their number is stored in one byte.
pub(crate) const TITLE_WORDS: usize = 60;
/// How many words of a text are kept: some 5 000 characters, which is more than most feeds carry of an article. They
/// take 2.4 KB.
pub const TEXT_WORDS: usize = 800;
/// Flag in the first byte: the script writes no spaces ([`Sketch::unspaced`]).
const UNSPACED: u8 = 1;
/// How many letters of a text are read to see whether its script has capitals.
const CASE_LETTERS: usize = 400;
/// Flag in the first byte: the script has no capital letters.
const CASELESS: u8 = 4;
/// Flag in the first byte: the entry shows pictures or files, and their hash comes before the words.
const SHOWS_MEDIA: u8 = 2;
/// Flag in the first byte: each different word is stored once ([`packed_words`]). Without it, every word takes four
/// bytes, as an earlier riverd stored them, and as they are still stored where packing would save nothing.
const PACKED: u8 = 8;

/// The title and text of an article, as [`judge`](crate::article::dedup::judge) compares them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sketch {
    /// Words of the title.
    pub title: Vec<WordHash>,
    /// First words of the text. [`Sketch::of`] takes as many as it is asked for; at most [`TEXT_WORDS`] are stored.
    pub text: Vec<WordHash>,
    /// Whether the script writes no spaces, so that each letter counts as a word.
    pub unspaced: bool,
    /// Whether the script has no capital letters (Arabic, Hindi), so that names are not recognised.
    pub caseless: bool,
    /// Hash of the pictures and files that the article shows; `None` if it shows none.
    pub media: Option<u32>,
}

impl Sketch {
    /// Returns the sketch of a plain title and text, with up to `limit` words of the text.
    pub fn of(title: &str, text: &str, limit: usize) -> Self {
        let caseless = is_caseless(text);
        let (title, letters_in_title) = title_tokens(title, TITLE_WORDS);
        let (text, letters) = tokens(text, limit);
        let unspaced = 2 * (letters + letters_in_title) > text.len() + title.len();
        Self { title, text, unspaced, caseless, media: None }
    }

    /// Adds the hash of the addresses of the pictures and files that the article shows. Their order makes no difference.
    #[must_use]
    pub fn showing(self, media: &[String]) -> Self {
        let shown: BTreeSet<&str> = media.iter().map(String::as_str).collect();
        let listed = shown.into_iter().collect::<Vec<_>>().join("\n");
        Self { media: (!listed.is_empty()).then(|| xxh3_64(listed.as_bytes()) as u32), ..self }
    }

    /// Returns the bytes that the store keeps.
    pub fn to_bytes(&self) -> Vec<u8> {
        let words: Vec<WordHash> =
            self.title.iter().chain(self.text.iter().take(TEXT_WORDS)).copied().collect();
        let packed = packed_words::pack(&words).filter(|packed| packed.len() < 4 * words.len());
        let mut bytes = self.head(if packed.is_some() { PACKED } else { 0 });
        match packed {
            Some(packed) => bytes.extend(packed),
            None => bytes.extend(words.iter().flat_map(|word| word.to_bits().to_le_bytes())),
        }
        bytes
    }

    /// Returns the bytes before the words: the flags, the number of words of the title, and the hash of the media.
    fn head(&self, flags: u8) -> Vec<u8> {
        let unspaced = if self.unspaced { UNSPACED } else { 0 };
        let shows_media = if self.media.is_some() { SHOWS_MEDIA } else { 0 };
        let caseless = if self.caseless { CASELESS } else { 0 };
        let mut bytes = vec![flags | unspaced | shows_media | caseless, self.title.len() as u8];
        bytes.extend(self.media.iter().flat_map(|hash| hash.to_le_bytes()));
        bytes
    }

    /// Reads back what [`Sketch::to_bytes`] wrote. Returns `None` for bytes that it can't have written.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [flags, title_words, rest @ ..] = bytes else { return None };
        let (media, rest) = match rest {
            [a, b, c, d, rest @ ..] if flags & SHOWS_MEDIA != 0 => {
                (Some(u32::from_le_bytes([*a, *b, *c, *d])), rest)
            }
            rest => (None, rest),
        };
        let mut title = if flags & PACKED == 0 {
            let (words, []) = rest.as_chunks::<4>() else { return None };
            words.iter().map(|bits| WordHash::from_bits(u32::from_le_bytes(*bits))).collect()
        } else {
            packed_words::unpack(rest, usize::from(*title_words) + TEXT_WORDS)?
        };
        if title.len() < usize::from(*title_words) {
            return None;
        }
        let text = title.split_off(usize::from(*title_words));
        let unspaced = flags & UNSPACED != 0;
        let caseless = flags & CASELESS != 0;
        Some(Self { title, text, unspaced, caseless, media })
    }

    /// Orders sketches by their contents, in the order that their bytes would have without packing.
    pub fn cmp_content(&self, other: &Self) -> Ordering {
        let words = |sketch: &Self| {
            let all = sketch.title.iter().chain(&sketch.text);
            all.map(|word| word.to_bits().swap_bytes()).collect::<Vec<u32>>()
        };
        self.head(0).cmp(&other.head(0)).then_with(|| words(self).cmp(&words(other)))
    }

    /// Converts a length in words of a script with spaces into a length for this text: twice as much where each letter
    /// counts as a word. (A Chinese word has 1.7 letters on average, a Japanese or Thai one a little over two.)
    pub const fn scaled(&self, words: usize) -> usize {
        if self.unspaced { 2 * words } else { words }
    }
}

/// Returns whether most of the first letters of a text have no case.
fn is_caseless(text: &str) -> bool {
    let (mut letters, mut with_case): (usize, usize) = (0, 0);
    for letter in text.chars() {
        if letter.is_ascii_alphabetic() {
            letters += 1;
            with_case += 1;
        } else if letter.is_alphabetic() {
            letters += 1;
            with_case += usize::from(letter.is_lowercase() || letter.is_uppercase());
        }
        // Half of the letters that are read have case, whichever follow.
        if 2 * with_case >= CASE_LETTERS || letters == CASE_LETTERS {
            break;
        }
    }
    2 * with_case < letters
}
