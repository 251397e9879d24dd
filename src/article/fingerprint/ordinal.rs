//! Ordinal numbers in words: `first`, `premier`, `erste`, `primer`.

use std::sync::LazyLock;

use super::word_table::WordTable;
use super::written::WrittenWord;

/// Ordinal numbers in English, French, German, Spanish and Italian, and a few in Portuguese, Dutch, Polish and Swedish, in the
/// folded spelling. The first two in German, which decline most often, are in all their forms.
const ORDINALS: [(&str, u32); 138] = [
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eleventh", 11),
    ("twelfth", 12),
    ("thirteenth", 13),
    ("fourteenth", 14),
    ("fifteenth", 15),
    ("sixteenth", 16),
    ("seventeenth", 17),
    ("eighteenth", 18),
    ("nineteenth", 19),
    ("twentieth", 20),
    ("thirtieth", 30),
    ("fortieth", 40),
    ("fiftieth", 50),
    ("premier", 1),
    ("premiere", 1),
    ("unieme", 1),
    ("seconde", 2),
    ("deuxieme", 2),
    ("troisieme", 3),
    ("quatrieme", 4),
    ("cinquieme", 5),
    ("sixieme", 6),
    ("septieme", 7),
    ("huitieme", 8),
    ("neuvieme", 9),
    ("dixieme", 10),
    ("onzieme", 11),
    ("douzieme", 12),
    ("treizieme", 13),
    ("quatorzieme", 14),
    ("quinzieme", 15),
    ("seizieme", 16),
    ("huitiemes", 8),
    ("seiziemes", 16),
    ("vingtieme", 20),
    ("trentieme", 30),
    ("quarantieme", 40),
    ("cinquantieme", 50),
    ("erste", 1),
    ("ersten", 1),
    ("erster", 1),
    ("erstes", 1),
    ("erstem", 1),
    ("zweite", 2),
    ("zweiten", 2),
    ("zweiter", 2),
    ("zweites", 2),
    ("zweitem", 2),
    ("dritte", 3),
    ("dritten", 3),
    ("dritter", 3),
    ("drittes", 3),
    ("vierte", 4),
    ("vierten", 4),
    ("vierter", 4),
    ("viertes", 4),
    ("funfte", 5),
    ("funften", 5),
    ("funfter", 5),
    ("sechste", 6),
    ("sechsten", 6),
    ("siebte", 7),
    ("siebten", 7),
    ("achte", 8),
    ("achten", 8),
    ("neunte", 9),
    ("neunten", 9),
    ("zehnte", 10),
    ("zehnten", 10),
    ("primero", 1),
    ("primera", 1),
    ("primer", 1),
    ("segundo", 2),
    ("segunda", 2),
    ("tercero", 3),
    ("tercera", 3),
    ("tercer", 3),
    ("cuarto", 4),
    ("cuarta", 4),
    ("quinto", 5),
    ("quinta", 5),
    ("sexto", 6),
    ("sexta", 6),
    ("septimo", 7),
    ("septima", 7),
    ("octavo", 8),
    ("octava", 8),
    ("noveno", 9),
    ("novena", 9),
    ("decimo", 10),
    ("decima", 10),
    ("primo", 1),
    ("prima", 1),
    ("secondo", 2),
    ("seconda", 2),
    ("terzo", 3),
    ("terza", 3),
    ("quarto", 4),
    ("quarta", 4),
    ("sesto", 6),
    ("sesta", 6),
    ("settimo", 7),
    ("settima", 7),
    ("ottavo", 8),
    ("ottava", 8),
    ("nono", 9),
    ("nona", 9),
    ("terceira", 3),
    ("terceiro", 3),
    ("primeiro", 1),
    ("primeira", 1),
    ("eerste", 1),
    ("tweede", 2),
    ("derde", 3),
    ("vierde", 4),
    ("pierwszy", 1),
    ("pierwszego", 1),
    ("pierwsza", 1),
    ("pierwsze", 1),
    ("drugi", 2),
    ("drugiego", 2),
    ("druga", 2),
    ("drugie", 2),
    ("trzeci", 3),
    ("trzeciego", 3),
    ("trzecia", 3),
    ("forsta", 1),
    ("tredje", 3),
];

static ORDINAL_WORDS: LazyLock<WordTable<u32>> = LazyLock::new(|| WordTable::of(&ORDINALS));

/// Returns the ordinal number that a word says.
pub(super) fn of(word: &str) -> Option<u32> {
    ORDINAL_WORDS.get(word)
}

/// Returns the ordinal number at word `at`. `None` for Italian words that only look like one: `prima di` (before), `secondo la
/// polizia` (according to), and for the Swedish `förstå` (to understand).
pub(super) fn at(words: &[WrittenWord<'_>], at: usize) -> Option<u32> {
    let word = words.get(at)?.folded;
    let ordinal = of(word)?;
    let is_ordinal = match word {
        "prima" => {
            let next = words.get(at + 1).map_or("", |next| next.folded);
            !matches!(
                next,
                "di" | "del" | "della" | "dello" | "dell" | "dei" | "degli" | "delle" | "d" | "che"
            )
        }
        "secondo" => at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|before| {
            matches!(before.folded, "il" | "del" | "nel" | "al" | "dal" | "sul" | "un" | "suo" | "o")
        }),
        "forsta" => !is_swedish_verb(words.get(at)?.raw),
        _ => true,
    };
    is_ordinal.then_some(ordinal)
}

/// Returns whether a word that is `forsta` in the folded spelling ends with `å`, as one character or as a letter and its
/// accent.
fn is_swedish_verb(raw: &str) -> bool {
    raw.ends_with(['å', 'Å', '\u{30a}'])
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn the_swedish_word_for_first_is_a_number_and_the_one_for_understanding_is_none() {
        assert_eq!(words_of("den första natten"), words_of("den 1 natten"));
        for verb in ["förstå", "fo\u{308}rsta\u{30a}", "Förstå"] {
            assert_ne!(words_of(&format!("att {verb} det")), words_of("att 1 det"), "{verb}");
        }
    }
}
