//! Reads small numbers that are written in words.

use std::sync::LazyLock;

use super::word_table::WordTable;
use super::written::{Separator, WrittenWord};

/// Small numbers and ordinals in English, French, German, Spanish and, up to twelve, Italian, in the folded spelling. The word
/// for one is left out, because it is an article in most languages. So are `cent` and `second`, which have other meanings too.
const SMALL: [(&str, u32); 118] = [
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
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
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("sept", 7),
    ("huit", 8),
    ("neuf", 9),
    ("dix", 10),
    ("onze", 11),
    ("douze", 12),
    ("treize", 13),
    ("quatorze", 14),
    ("quinze", 15),
    ("seize", 16),
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
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("funf", 5),
    ("fuenf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("elf", 11),
    ("zwolf", 12),
    ("zwoelf", 12),
    ("dreizehn", 13),
    ("vierzehn", 14),
    ("funfzehn", 15),
    ("fuenfzehn", 15),
    ("sechzehn", 16),
    ("siebzehn", 17),
    ("achtzehn", 18),
    ("neunzehn", 19),
    ("dritte", 3),
    ("dritten", 3),
    ("vierte", 4),
    ("vierten", 4),
    ("funfte", 5),
    ("funften", 5),
    ("dos", 2),
    ("tres", 3),
    ("cuatro", 4),
    ("cinco", 5),
    ("seis", 6),
    ("siete", 7),
    ("ocho", 8),
    ("nueve", 9),
    ("diez", 10),
    ("doce", 12),
    ("trece", 13),
    ("catorce", 14),
    ("dieciseis", 16),
    ("diecisiete", 17),
    ("dieciocho", 18),
    ("diecinueve", 19),
    ("veintiuno", 21),
    ("veintidos", 22),
    ("veintitres", 23),
    ("veinticuatro", 24),
    ("veinticinco", 25),
    ("veintiseis", 26),
    ("veintisiete", 27),
    ("veintiocho", 28),
    ("veintinueve", 29),
    ("tercero", 3),
    ("tercera", 3),
    ("cuarto", 4),
    ("cuarta", 4),
    ("quinto", 5),
    ("quinta", 5),
    ("quattro", 4),
    ("cinque", 5),
    ("sette", 7),
    ("nove", 9),
    ("dieci", 10),
    ("undici", 11),
    ("dodici", 12),
];

/// The tens, which a smaller number may follow.
const TENS: [(&str, u32); 31] = [
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("vingt", 20),
    ("trente", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("soixante", 60),
    ("septante", 70),
    ("nonante", 90),
    ("zwanzig", 20),
    ("dreissig", 30),
    ("vierzig", 40),
    ("funfzig", 50),
    ("fuenfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
    ("veinte", 20),
    ("treinta", 30),
    ("cuarenta", 40),
    ("cincuenta", 50),
    ("sesenta", 60),
    ("setenta", 70),
    ("ochenta", 80),
];

static SMALL_WORDS: LazyLock<WordTable<u32>> = LazyLock::new(|| WordTable::of(&SMALL));
static TENS_WORDS: LazyLock<WordTable<u32>> = LazyLock::new(|| WordTable::of(&TENS));

/// Reads a number below a hundred that is written in words and begins at the word `at`. Returns the number and how many words
/// it takes. `is_spanish` says whether the text is Spanish, in which `once` is eleven.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize, is_spanish: bool) -> Option<(u32, usize)> {
    let folded = |ahead: usize| {
        let word = words.get(at + ahead)?;
        let follows = ahead == 0 || matches!(word.before, Separator::Space | Separator::Hyphen);
        follows.then_some(word.folded)
    };
    let first = folded(0)?;
    if !first.as_bytes().first().is_some_and(u8::is_ascii_lowercase) {
        return None;
    }
    // French `très` is no number.
    let is_tres = words.get(at).is_some_and(|word| word.folded == "tres" && !word.raw.is_ascii());
    let small = |word: &str| SMALL_WORDS.get(word).or_else(|| (is_spanish && word == "once").then_some(11));
    if is_tres {
        return None;
    }
    let unit_after = |ahead: usize| {
        let word = folded(ahead)?;
        let joined = matches!(word, "et" | "y" | "und");
        let skipped = ahead + usize::from(joined);
        let unit = folded(skipped)?;
        let one = matches!(unit, "un" | "une" | "uno" | "one").then_some(1).filter(|_| {
            joined || words.get(at + skipped).is_some_and(|word| word.before == Separator::Hyphen)
        });
        Some((one.or_else(|| small(unit)).filter(|unit| *unit < 20)?, skipped + 1))
    };
    if first == "quatre" && folded(1).is_some_and(|word| matches!(word, "vingt" | "vingts")) {
        return Some(unit_after(2).map_or((80, 2), |(unit, used)| (80 + unit, used)));
    }
    if let Some(tens) = TENS_WORDS.get(first) {
        return Some(unit_after(1).map_or((tens, 1), |(unit, used)| (tens + unit, used)));
    }
    // Most words are too short to be a German compound (`einundzwanzig`). Searching each of them for `und` would cost more than
    // the rest of this function.
    let compound = Some(first).filter(|word| word.len() > "und".len() + 6);
    if let Some((unit, tens)) = compound
        .filter(|word| word.as_bytes().windows(3).any(|letters| letters == b"und"))
        .and_then(|word| word.split_once("und"))
        .filter(|(unit, tens)| !unit.is_empty() && tens.len() > 5)
    {
        let unit = if unit == "ein" { 1 } else { SMALL_WORDS.get(unit)? };
        return Some((TENS_WORDS.get(tens)? + unit, 1));
    }
    Some((small(first)?, 1))
}
