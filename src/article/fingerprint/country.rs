//! Reads the names of countries and unions that outlets write in full or in initials: `Estados Unidos`, `EE. UU.`, `EE.UU.`;
//! `United States`, `U. S.`, `US`.

use super::text_language::TextLanguage;
use super::written::{Separator, WrittenWord};

/// Stands for the United Nations. (`un` is an article in French.)
const UNITED_NATIONS: &str = "united nations";

/// Names of two words, in the folded spelling, each with its initials in English.
const NAMES: [((&str, &str), &str); 31] = [
    (("united", "states"), "us"),
    (("etats", "unis"), "us"),
    (("vereinigte", "staaten"), "us"),
    (("vereinigten", "staaten"), "us"),
    (("estados", "unidos"), "us"),
    (("stati", "uniti"), "us"),
    (("ee", "uu"), "us"),
    (("u", "s"), "us"),
    (("united", "kingdom"), "uk"),
    (("reino", "unido"), "uk"),
    (("european", "union"), "eu"),
    (("union", "europeenne"), "eu"),
    (("europaische", "union"), "eu"),
    (("union", "europea"), "eu"),
    (("unione", "europea"), "eu"),
    (("europese", "unie"), "eu"),
    (("uniao", "europeia"), "eu"),
    (("unia", "europejska"), "eu"),
    (("unii", "europejskiej"), "eu"),
    (("verenigde", "staten"), "us"),
    (("stany", "zjednoczone"), "us"),
    (("royaume", "uni"), "uk"),
    (("regno", "unito"), "uk"),
    (("verenigd", "koninkrijk"), "uk"),
    (("united", "nations"), UNITED_NATIONS),
    (("nations", "unies"), UNITED_NATIONS),
    (("naciones", "unidas"), UNITED_NATIONS),
    (("nacoes", "unidas"), UNITED_NATIONS),
    (("nazioni", "unite"), UNITED_NATIONS),
    (("vereinten", "nationen"), UNITED_NATIONS),
    (("verenigde", "naties"), UNITED_NATIONS),
];

/// Returns whether the name of a country or a union may begin with this folded word.
pub(super) fn may_begin(word: &str) -> bool {
    matches!(word, "ee.uu" | "eeuu" | "usa" | "u.s.a" | "eua" | "vs" | "ue" | "uno" | "un" | "u.n" | "onu")
        || NAMES.iter().any(|((first, _), _)| *first == word)
}

/// Returns the initials in English of the country or the union whose name begins at word `at`, and how many words write it.
pub(super) fn read(
    words: &[WrittenWord<'_>],
    at: usize,
    language: TextLanguage,
) -> Option<(&'static str, usize)> {
    let first = words.get(at)?;
    // The first letter of most words shows that no such name begins there.
    if !first.raw.starts_with(['E', 'É', 'N', 'O', 'R', 'S', 'U', 'V']) {
        return None;
    }
    match first.raw {
        "EE.UU" | "EEUU" | "USA" | "U.S.A" | "Usa" | "EUA" | "VS" => return Some(("us", 1)),
        "UE" | "Ue" => return Some(("eu", 1)),
        "Uno" if language == TextLanguage::German => return Some((UNITED_NATIONS, 1)),
        "UN" | "U.N" | "ONU" | "Onu" | "UNO" => return Some((UNITED_NATIONS, 1)),
        _ => {}
    }
    let second = words.get(at + 1).filter(|next| {
        matches!(next.before, Separator::Space | Separator::Point | Separator::Hyphen)
            && (first.raw.len() > 2 || next.raw.starts_with(char::is_uppercase))
    })?;
    let (_, initials) = NAMES.iter().find(|(name, _)| *name == (first.folded, second.folded))?;
    Some((*initials, 2))
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn a_country_is_one_name_in_full_and_in_initials() {
        for texts in [
            &["the United States said", "the U.S. said", "the US said", "the U. S. said", "the USA said"][..],
            &["los Estados Unidos van", "los EE. UU. van", "los EE.UU. van", "los EE UU van", "los EEUU van"],
            &["aux États-Unis hier", "aux Etats-Unis hier", "aux USA hier"],
            &["die Europäische Union will", "die EU will"],
            &["l’Union européenne veut", "l’UE veut"],
            &["the United Nations said", "the UN said", "the U.N. said"],
            &["les Nations unies là", "les ONU là"],
            &["das der UNO und", "das der Uno und", "das der UN und"],
            &["de Verenigde Staten zijn", "de VS zijn"],
            &["Unia Europejska w Rzymie", "UE w Rzymie"],
        ] {
            for text in texts {
                assert_eq!(words_of(text), words_of(texts[0]), "`{text}` and `{}`", texts[0]);
            }
        }
        assert_ne!(words_of("the United Nations said"), words_of("the US said"));
        assert_ne!(words_of("if u s know"), words_of("if us know"));
    }
}
