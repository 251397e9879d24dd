//! Recognises the words that begin nothing of several words and no number, so that most words of a text are hashed without
//! asking each reader, and remembers their hashes.

use std::cell::RefCell;

use super::word::{WordHash, WordKind};
use super::written::WrittenWord;
use super::{
    calendar_date, clock_time, clock_words, country, decade, fraction, gendered, given_name, hundreds,
    initials, negative, number, office, one_of_several, road, roman, small_number, spelling, unit,
};

/// How many pairs of words are remembered: the most common words of some languages. They take 200 kB.
const PAIRS: usize = 1 << 12;

/// Longest word that is remembered, in bytes. Few words are longer.
const LONGEST: usize = 15;

thread_local! {
    /// What this thread has learned of the words that it read. A new thread begins with none.
    static REMEMBERED: RefCell<RememberedWords> = RefCell::new(RememberedWords::default());
}

/// Calls `work` with the words that this thread remembers.
pub(super) fn with_remembered<T>(work: impl FnOnce(&mut RememberedWords) -> T) -> T {
    REMEMBERED.with_borrow_mut(work)
}

/// Words that were read before. Two words share a place. A new word replaces the second, and a word that comes again becomes
/// the first, so that rare words do not push out common ones.
pub(super) struct RememberedWords(Vec<[RememberedWord; 2]>);

/// A folded word, and its hash if it is ordinary, with the kind that it has where a text writes it in its folded form.
#[derive(Clone, Copy, Default)]
struct RememberedWord {
    key: [u8; LONGEST + 1],
    hash: Option<WordHash>,
}

impl Default for RememberedWords {
    fn default() -> Self {
        Self(vec![[RememberedWord::default(); 2]; PAIRS])
    }
}

impl RememberedWords {
    /// Returns the hash of the word at `at`, if no reader needs to look at it: neither a number, a date, a country nor a German
    /// form for women and men begins there. Returns `None` for some other words, too. `spelled` is a buffer for spellings.
    pub(super) fn ordinary(
        &mut self,
        words: &[WrittenWord<'_>],
        at: usize,
        spelled: &mut Vec<u8>,
    ) -> Option<WordHash> {
        let word = words.get(at)?;
        let hash = self.hash_of(word.folded, spelled)?;
        if given_name::ends_at(words, at) {
            return Some(hash.with_kind(WordKind::Name));
        }
        // Most words are written in their folded form, which has no capital letter.
        if word.is_folded() {
            return Some(hash);
        }
        let may_begin_name =
            word.raw.len() == 1 || road::is_abbreviation(word.raw) || gendered::may_begin(words, at);
        (!may_begin_name).then(|| hash.with_kind(WordKind::of(word.raw, word.starts_sentence)))
    }

    /// Returns the hash of a folded word that is ordinary.
    fn hash_of(&mut self, folded: &str, spelled: &mut Vec<u8>) -> Option<WordHash> {
        let key = key_of(folded)?;
        let [first, second] = self.0.get_mut(place_of(key))?;
        if first.key == key {
            return first.hash;
        }
        if second.key == key {
            std::mem::swap(first, second);
            return first.hash;
        }
        let kind = WordKind::of(folded, false);
        let hash = || WordHash::new(spelling::of(folded, spelled), kind);
        *second = RememberedWord { key, hash: (kind != WordKind::Name && is_ordinary(folded)).then(hash) };
        second.hash
    }
}

/// Returns whether nothing that several words write, no number and no other word with a meaning of its own begins with this
/// folded word, in whichever text and before whichever words it stands. German forms for women and men are not looked for, and
/// a single capital letter is not meant. The readers see no word for which this is true.
fn is_ordinary(word: &str) -> bool {
    let begins_something = word.is_empty()
        || calendar_date::may_begin(word)
        || may_begin_number(word)
        || roman::may_begin(word)
        || country::may_begin(word)
        || initials::may_begin(word)
        || road::may_begin(word)
        || office::may_begin(word)
        || word == "me"
        || unit::may_be_code(word);
    !begins_something
}

/// Returns whether this folded word may begin a number, or may be a word such as `number` before one.
fn may_begin_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        || word == "mil"
        || number::is_thousand(word)
        || one_of_several::is_article(word)
        || number::NUMBER_WORDS.contains(&word)
        || negative::is_minus_word(word)
        || clock_time::time_in_words(word).is_some()
        || clock_words::may_begin(word)
        || fraction::may_begin(word)
        || small_number::with_half(word).is_some()
        || decade::in_one_word(word).is_some()
        || small_number::may_begin(word)
        || hundreds::may_begin(word)
}

/// Returns the bytes of a word and its length, or `None` for a word that is too long.
fn key_of(word: &str) -> Option<[u8; LONGEST + 1]> {
    let mut key = [0; LONGEST + 1];
    let (length, letters) = key.split_last_mut()?;
    letters.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    *length = word.len() as u8;
    Some(key)
}

/// Returns the place of a word among the remembered ones.
const fn place_of(key: [u8; LONGEST + 1]) -> usize {
    let key = u128::from_le_bytes(key);
    let mixed = ((key >> 64) as u64).rotate_left(29) ^ (key as u64);
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - PAIRS.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::text_language::TextLanguage;
    use super::super::{token, written};
    use super::*;

    /// Texts that begin or go on with something that a reader reads, and words that begin like them.
    const PARTS: &str = "([a-zéàłßøI´²]|minus|moins|mil|thousand|mille|one|eins|noon|minuit|half|anderthalb|dreieinhalb|nineties|\
        zwanziger|two|quatre|vingt|twenty|dix|sept|second|zweite|third|tres|once|due|otto|fünfundzwanzig|\
        zweihundertfünfzig|millecinquecento|vierzehnte|quattordicesima|decimocuarta|ventidue|tweeëntwintig|cent|cento|\
        sto|hundred|doscientos|hundert|dozen|demi|number|numero|No|n|May|Mai|march|jan|I|XX|VIe|IVer|siècle|siglo|\
        Estados|Unidos|United|States|EE\\.UU|USA|Uno|UN|U|S|Europäische|Union|Bürger|Bürgerinnen|Bürgerinnen|BürgerInnen|\
        innen|und|oder|G|7|25|1/2|½|3rd|1990s|EUR|Rs|A|HK|M|Tanguy|million|crore|der|und|das|les|des|el|los|il|che|\
        the|halb|sieben|quarter|past|Viertel|nach|millón|y|medio|terzo|dei|ein|Dutzend|harbour|Quay|Lukaschenko|vie|exit|zero|degrees|Ⅷ|ᵉ|x²|tre|trees|ten|tent|mayor)";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn nothing_is_read_where_a_word_is_ordinary(
            parts in prop::collection::vec((PARTS, "( | | |-|'|\\. |: |\\*|:|/|_|\\$|, |)"), 1..7),
        ) {
            let text: String = parts.into_iter().map(|(word, gap)| word + &gap).collect();
            let split = written::split(&text, 99);
            let words = split.words();
            let mut remembered = RememberedWords::default();
            let mut spelled = Vec::new();
            let languages = ["", "der und das ", "les des du ", "el los las ", "il che gli ", "het een van ", "w nie ze ", "em um os "];
            for at in 0..words.len() {
                let Some(hash) = remembered.ordinary(&words, at, &mut spelled) else { continue };
                for start in languages {
                    let begun = written::split(start, 9);
                    let language = TextLanguage::of(&begun.words());
                    let read = token::read_one(&words, at, language);
                    prop_assert_eq!(read, (vec![hash], at + 1), "{:?} {:?}", text, words[at]);
                }
            }
        }
    }

    #[test]
    fn most_words_are_ordinary_and_those_of_numbers_and_names_are_not() {
        for word in ["harbour", "the", "quay", "путин", "elle", "sechster-tag", "d", "é"] {
            assert!(is_ordinary(word), "{word}");
        }
        for word in ["two", "zweihundert", "may", "un", "usd", "us", "xiv", "no", "a", "1990s", "ventidue"] {
            assert!(!is_ordinary(word), "{word}");
        }
    }

    #[test]
    fn a_remembered_word_gives_what_it_gave_at_first_and_makes_room_for_others() {
        let text: String = (0..6 * PAIRS).map(|number| format!("ka{}b ", number * 7)).collect();
        let split = written::split(&text, usize::MAX);
        let words = split.words();
        let mut remembered = RememberedWords::default();
        for at in [0..words.len(), 0..words.len()].into_iter().flatten() {
            let expected = WordHash::of_word(words[at].folded).with_kind(WordKind::Number);
            assert_eq!(remembered.ordinary(&words, at, &mut Vec::new()), Some(expected));
        }
    }
}
