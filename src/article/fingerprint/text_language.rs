//! Recognises the language of a text by its most common words. Some words are numbers in one language only: Spanish `once`
//! (eleven), French `cent`, Polish `sto` (a hundred), Swedish `sex`.

use super::written::WrittenWord;

/// A language in which words are read differently than in others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextLanguage {
    Spanish,
    French,
    Italian,
    Portuguese,
    German,
    Dutch,
    Polish,
    Swedish,
    /// English, any other language, and texts that are too short to tell.
    Other,
}

/// How many words of a text are read to recognise its language.
const WORDS_READ: usize = 60;
/// Least number of common words of a language that a text in that language has.
const LEAST_WORDS: usize = 2;

impl TextLanguage {
    /// Returns the language of which the first words of a text have the most.
    pub(super) fn of(words: &[WrittenWord<'_>]) -> Self {
        let mut counts = [0_usize; 8];
        for language in words.iter().take(WORDS_READ).filter_map(|word| common_in(word.folded)) {
            if let Some(count) = counts.get_mut(language as usize) {
                *count += 1;
            }
        }
        let languages = [
            Self::Spanish,
            Self::French,
            Self::Italian,
            Self::Portuguese,
            Self::German,
            Self::Dutch,
            Self::Polish,
            Self::Swedish,
        ];
        let most = languages.into_iter().zip(counts).rev().max_by_key(|(_, count)| *count);
        most.filter(|(_, count)| *count >= LEAST_WORDS).map_or(Self::Other, |(language, _)| language)
    }
}

/// Returns the language of which a word is among the most common ones.
fn common_in(word: &str) -> Option<TextLanguage> {
    use TextLanguage::{Dutch, French, German, Italian, Polish, Portuguese, Spanish, Swedish};
    Some(match word {
        "el" | "los" | "las" | "del" | "y" | "por" | "una" => Spanish,
        "les" | "du" | "et" | "est" | "dans" | "des" | "au" => French,
        "il" | "di" | "della" | "gli" | "nel" | "che" | "sono" | "alle" => Italian,
        "em" | "uma" | "um" | "ao" | "os" | "na" | "da" | "com" => Portuguese,
        "der" | "und" | "das" | "den" | "im" | "ist" | "von" => German,
        "het" | "een" | "van" | "niet" | "zijn" | "voor" | "op" => Dutch,
        "w" | "z" | "nie" | "ze" | "jest" | "sie" | "przez" => Polish,
        "och" | "att" | "pa" | "som" | "av" | "inte" | "ar" => Swedish,
        _ => return None,
    })
}
