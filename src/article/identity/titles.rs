//! Compares the titles of two entries. Publishers correct a title, and a column has the same words in each.

use std::collections::HashSet;

use crate::article::fingerprint::sketch::TITLE_WORDS;
use crate::article::fingerprint::token::title_tokens;
use crate::article::fingerprint::{WordHash, WordKind};

/// Characters between the name of a column and the subject of one entry. A hyphen is one only between spaces.
const SEPARATORS: [char; 17] =
    [':', '\u{ff1a}', '|', '\u{b7}', '\u{2022}', '–', '—', '(', ')', '[', ']', '"', '“', '”', '„', '«', '»'];

/// How many words a title has at least that belongs to one article. Columns and the sections of a paper have shorter ones.
const WORDS_OF_TELLING_TITLE: usize = 5;

/// Returns whether two titles may be versions of one: they have more than half of the words of the longer one in common, and
/// the same numbers. Two titles without words are alike, too.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    let (one, other) = (title_tokens(one, TITLE_WORDS).0, title_tokens(other, TITLE_WORDS).0);
    let numbers = |title: &[WordHash]| -> HashSet<u32> {
        title.iter().filter(|word| word.kind() == WordKind::Number).map(|word| word.word()).collect()
    };
    if numbers(&one) != numbers(&other) {
        return false;
    }
    let words = |title: &[WordHash]| -> HashSet<u32> { title.iter().map(|word| word.word()).collect() };
    let (one, other) = (words(&one), words(&other));
    let most = one.len().max(other.len());
    most == 0 || 2 * one.intersection(&other).count() > most
}

/// Returns the letters and digits of a title. Another program may write its quotes and dashes in another way. A title that has
/// neither is returned as it is.
pub(super) fn plain(title: &str) -> String {
    let letters: String = title.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { title.to_owned() } else { letters }
}

/// Returns whether a title has so many words that no other article has the same ones by chance.
pub(super) fn is_telling(title: &str) -> bool {
    title_tokens(title, TITLE_WORDS).0.len() >= WORDS_OF_TELLING_TITLE
}

/// Returns the words with which all of these titles begin, up to the end of the last such word and the marks after it.
pub(super) fn words_before_all<'t>(titles: &[&'t str]) -> &'t str {
    let Some((first, others)) = titles.split_first() else { return "" };
    let common = |other: &&str| -> usize {
        first
            .chars()
            .zip(other.chars())
            .take_while(|(one, other)| one == other)
            .map(|(c, _)| c.len_utf8())
            .sum()
    };
    let common = others.iter().map(common).min().and_then(|length| first.get(..length)).unwrap_or_default();
    common.trim_end_matches(char::is_alphanumeric)
}

/// Returns what only the first and what only the second of two titles says, if both have the name of one column and another
/// subject: "Recipe of the week: Onion soup" and "Recipe of the week: Apple pie". The name is what stands in both before or
/// after a separator. The subjects are other ones if they are not alike.
pub(super) fn subjects(one: &str, other: &str) -> Option<(String, String)> {
    let (parts, other_parts) = (parts(one), parts(other));
    let own = |of: &[Part<'_>], without: &[Part<'_>]| {
        let own = of.iter().filter(|part| without.iter().all(|other| other.words != part.words));
        own.map(|part| part.text).collect::<Vec<_>>().join(" ")
    };
    let has_name = parts.iter().any(|part| other_parts.iter().any(|other| other.words == part.words));
    let (subject, other) = (own(&parts, &other_parts), own(&other_parts, &parts));
    (has_name && !subject.is_empty() && !other.is_empty() && !are_alike(&subject, &other))
        .then_some((subject, other))
}

/// A part of a title between two separators.
struct Part<'t> {
    text: &'t str,
    words: Vec<WordHash>,
}

/// Returns the parts of a title that have words.
fn parts(title: &str) -> Vec<Part<'_>> {
    let parts = title.split(" - ").flat_map(|part| part.split(SEPARATORS));
    let parts = parts.map(|text| Part { text: text.trim(), words: title_tokens(text, TITLE_WORDS).0 });
    parts.filter(|part| !part.words.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_before_all_titles_end_where_a_word_ends() {
        for (titles, expected) in [
            (["News: Storm", "News: Stone", "News: A crane"].as_slice(), "News: "),
            (&["📰 News: Storm", "📰 News: Stone"], "📰 News: "),
            (&["Storm", "Stone"], ""),
            (&["Storm over Leeds", "Crane"], ""),
            (&["Storm"], ""),
            (&[], ""),
        ] {
            assert_eq!(words_before_all(titles), expected);
        }
    }

    #[test]
    fn entries_of_one_column_have_its_name_in_common_and_subjects_of_their_own() {
        let subjects = |one, other| {
            let found = subjects(one, other);
            found.map(|(one, other)| format!("{one}/{other}"))
        };
        for (one, other, expected) in [
            ("Word of the day: limpid", "Word of the day: garrulous", "limpid/garrulous"),
            ("Menu du jour : Soupe au chou", "Menu du jour : Gratin", "Soupe au chou/Gratin"),
            ("Apple pie | Recipe of the week", "Onion soup | Recipe of the week", "Apple pie/Onion soup"),
            ("Potd - The quay - by Ann", "Potd - A crane - by Bo", "The quay by Ann/A crane by Bo"),
            ("Das Wort der Woche: „Kai“", "Das Wort der Woche: „Kran“", "Kai/Kran"),
        ] {
            assert_eq!(subjects(one, other).as_deref(), Some(expected));
        }
        for (one, other) in [
            ("Recipe of the week: Onion soup with cheese", "Recipe of the week: Onion soup with chese"),
            ("Recipe of the week: Onion soup", "Recipe of the week"),
            ("Recipe of the week: Onion soup", "Recipe of the week – onion soup"),
            ("A storm hits the quay", "A storm hits the coast"),
            ("Storm", "Crane"),
            ("", ""),
        ] {
            assert_eq!(subjects(one, other), None, "{one}, {other}");
        }
    }
}
