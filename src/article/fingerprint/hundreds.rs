//! Reads whole numbers from a hundred on that several words write: `five hundred and twenty`, `deux cents`, `doscientos`,
//! `cento e vinte`, `mil quinientos`.

use std::sync::LazyLock;

use super::small_number;
use super::text_language::TextLanguage;
use super::word_table::WordTable;
use super::written::{Separator, WrittenWord};

/// Words for hundreds, in the folded spelling. French `cent` and `cents`, Italian `cento` and Polish `sto` have another meaning
/// in other languages; [`is_hundred`] knows them.
const HUNDREDS: [(&str, u32); 39] = [
    ("cien", 100),
    ("ciento", 100),
    ("doscientos", 200),
    ("doscientas", 200),
    ("trescientos", 300),
    ("trescientas", 300),
    ("cuatrocientos", 400),
    ("cuatrocientas", 400),
    ("quinientos", 500),
    ("quinientas", 500),
    ("seiscientos", 600),
    ("seiscientas", 600),
    ("setecientos", 700),
    ("ochocientos", 800),
    ("novecientos", 900),
    ("cem", 100),
    ("duzentos", 200),
    ("duzentas", 200),
    ("trezentos", 300),
    ("trezentas", 300),
    ("quatrocentos", 400),
    ("quatrocentas", 400),
    ("quinhentos", 500),
    ("quinhentas", 500),
    ("seiscentos", 600),
    ("setecentos", 700),
    ("novecentos", 900),
    ("dwiescie", 200),
    ("trzysta", 300),
    ("czterysta", 400),
    ("piecset", 500),
    ("szescset", 600),
    ("siedemset", 700),
    ("osiemset", 800),
    ("dziewiecset", 900),
    ("dwustu", 200),
    ("trzystu", 300),
    ("czterystu", 400),
    ("pieciuset", 500),
];

static HUNDRED_WORDS: LazyLock<WordTable<u32>> = LazyLock::new(|| WordTable::of(&HUNDREDS));

/// Reads a number from 100 to 999 that begins at word `at`. `first` is the number below a hundred that begins there, and how
/// many words write it. Returns the number and how many words write it.
pub(super) fn read(
    words: &[WrittenWord<'_>],
    at: usize,
    first: Option<(u32, usize)>,
    language: TextLanguage,
) -> Option<(u32, usize)> {
    let (hundreds, used) = match first {
        Some((count, used)) => {
            let hundred = near(words, at + used).filter(|word| is_hundred(word.folded, language))?;
            (count.checked_mul(100).filter(|value| *value < 1000 && !hundred.folded.is_empty())?, used + 1)
        }
        None if words.get(at)?.folded == "one" => {
            (100, near(words, at + 1).filter(|word| word.folded == "hundred").map(|_| 2)?)
        }
        None => {
            let word = words.get(at)?;
            let value = HUNDRED_WORDS
                .get(word.folded)
                .or_else(|| is_hundred(word.folded, language).then_some(100))
                .filter(|_| !is_share(words, at))?;
            (value, 1)
        }
    };
    let (rest, more) = small_after(words, at + used, language).unwrap_or((0, 0));
    Some((hundreds + rest, used + more))
}

/// Reads a number below a thousand that follows a word for a thousand: `quinientos` of `mil quinientos`.
pub(super) fn after_thousand(
    words: &[WrittenWord<'_>],
    at: usize,
    language: TextLanguage,
) -> Option<(u32, usize)> {
    let joined = usize::from(near(words, at).is_some_and(|word| is_join(word.folded, language)));
    near(words, at + joined)?;
    let first = cardinal(words, at + joined, language);
    let (value, used) = read(words, at + joined, first, language).or(first)?;
    (!is_multiplied(words, at + joined + used, language)).then_some((value, joined + used))
}

/// Reads a number below a hundred that follows hundreds, if no word for a hundred or a thousand follows it in turn: `twenty` of
/// `five hundred and twenty`, but nothing of `between one hundred and two hundred`.
fn small_after(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> Option<(u32, usize)> {
    let joined = usize::from(near(words, at).is_some_and(|word| is_join(word.folded, language)));
    near(words, at + joined)?;
    let (value, used) = cardinal(words, at + joined, language)?;
    (!is_multiplied(words, at + joined + used, language)).then_some((value, joined + used))
}

fn cardinal(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> Option<(u32, usize)> {
    let small =
        small_number::read(words, at, language).filter(|small| !small.is_ordinal && small.value < 100)?;
    Some((small.value, small.words))
}

/// Returns whether word `at` would multiply the number before it.
fn is_multiplied(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> bool {
    near(words, at).is_some_and(|word| {
        is_hundred(word.folded, language) || super::scale::is_scale(word.folded) && word.folded != "k"
    })
}

fn near<'a, 'b>(words: &'a [WrittenWord<'b>], at: usize) -> Option<&'a WrittenWord<'b>> {
    words.get(at).filter(|word| matches!(word.before, Separator::Space | Separator::Hyphen))
}

fn is_join(word: &str, language: TextLanguage) -> bool {
    word == "and" || word == "e" && language == TextLanguage::Portuguese
}

/// Returns whether a word says a hundred in a text of this language.
fn is_hundred(word: &str, language: TextLanguage) -> bool {
    match word {
        "hundred" | "hundert" | "honderd" => true,
        "cent" | "cents" => language == TextLanguage::French,
        "cento" => matches!(language, TextLanguage::Portuguese | TextLanguage::Italian),
        "sto" => language == TextLanguage::Polish,
        _ => false,
    }
}

/// Returns whether a number that begins with a hundred may begin with this word.
pub(super) fn may_begin(word: &str) -> bool {
    use TextLanguage::{French, Italian, Polish};
    word == "one"
        || HUNDRED_WORDS.get(word).is_some()
        || [French, Italian, Polish].into_iter().any(|language| is_hundred(word, language))
}

/// Returns whether the word before word `at` makes a hundred a share: `pour cent`, `por ciento`, `por cien`.
fn is_share(words: &[WrittenWord<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before)).map_or("", |word| word.folded);
    matches!(before, "pour" | "por" | "per")
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn hundreds_in_words_are_the_number_in_digits() {
        for (in_words, in_digits) in [
            ("with five hundred homes", "with 500 homes"),
            ("with one hundred and twenty homes", "with 120 homes"),
            ("with one hundred twenty homes", "with 120 homes"),
            ("with three thousand five hundred homes", "with 3,500 homes"),
            ("with two hundred thousand homes", "with 200,000 homes"),
            ("dans les deux cents foyers et", "dans les 200 foyers et"),
            ("dans les cent vingt foyers et", "dans les 120 foyers et"),
            ("dans les mille cinq cents foyers et", "dans les 1 500 foyers et"),
            ("los doscientos hogares del", "los 200 hogares del"),
            ("los mil quinientos hogares del", "los 1.500 hogares del"),
            ("los ciento veinte hogares del", "los 120 hogares del"),
            ("em uma das duzentas e cinco casas", "em uma das 205 casas"),
            ("em mil e quinhentas casas ao", "em 1.500 casas ao"),
            ("em cento e vinte casas ao", "em 120 casas ao"),
            ("nie jest sto dwadzieścia osób", "nie jest 120 osób"),
            ("nie jest dwieście osób", "nie jest 200 osób"),
            ("dla czterystu osób", "dla 400 osób"),
        ] {
            assert_eq!(words_of(in_words), words_of(in_digits), "{in_words}");
        }
        for (one, other) in [
            ("between one hundred and two hundred homes", "between 102 hundred homes"),
            ("it cost two cents now", "it cost 200 now"),
            ("dans les deux pour cent et", "dans les 2 pour 100 et"),
            ("five hundred homes", "five homes"),
        ] {
            assert_ne!(words_of(one), words_of(other), "{one}");
        }
    }
}
