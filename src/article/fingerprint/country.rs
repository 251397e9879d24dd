//! Reads the names of countries and unions that outlets write in full or in initials: `Estados Unidos`, `EE. UU.`, `EE.UU.`;
//! `United States`, `U. S.`, `US`.

use super::written::{Separator, WrittenWord};

/// Names of two words, in the folded spelling, each with its initials in English.
const NAMES: [((&str, &str), &str); 15] = [
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
];

/// Returns the initials in English of the country or the union whose name begins at word `at`, and how many words write it.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize) -> Option<(&'static str, usize)> {
    let first = words.get(at)?;
    // The first letter of most words shows that no such name begins there.
    if !first.raw.starts_with(['E', 'É', 'R', 'S', 'U', 'V']) {
        return None;
    }
    match first.raw {
        "EE.UU" | "EEUU" | "USA" | "U.S.A" => return Some(("us", 1)),
        "UE" => return Some(("eu", 1)),
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
    use super::super::token::tokens;
    use super::super::word::WordHash;

    #[test]
    fn a_country_is_one_name_in_full_and_in_initials() {
        let words_of =
            |text: &str| -> Vec<u32> { tokens(text, 99).0.into_iter().map(WordHash::word).collect() };
        for texts in [
            &["the United States said", "the U.S. said", "the US said", "the U. S. said", "the USA said"][..],
            &["los Estados Unidos van", "los EE. UU. van", "los EE.UU. van", "los EE UU van", "los EEUU van"],
            &["aux États-Unis hier", "aux Etats-Unis hier", "aux USA hier"],
            &["die Europäische Union will", "die EU will"],
            &["l’Union européenne veut", "l’UE veut"],
        ] {
            for text in texts {
                assert_eq!(words_of(text), words_of(texts[0]), "`{text}` and `{}`", texts[0]);
            }
        }
        assert_ne!(words_of("the United Nations said"), words_of("the US said"));
        assert_ne!(words_of("if u s know"), words_of("if us know"));
    }
}
