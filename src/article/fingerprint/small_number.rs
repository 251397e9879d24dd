//! Reads small numbers that are written in words.

use std::sync::LazyLock;

use super::compound_number;
use super::fraction;
use super::ordinal;
use super::text_language::TextLanguage;
use super::word_table::WordTable;
use super::written::{Separator, WrittenWord};

/// Small numbers in English, French, German, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Danish and Norwegian, in the folded spelling. Left out
/// are the word for one, because it is an article in most languages, and `cent`, `once`, `quince` and `sei`, which have another
/// meaning too. ([`read`] takes `once` as eleven and `quince` as fifteen in a Spanish text.)
const SMALL: [(&str, u32); 191] = [
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
    ("due", 2),
    ("tre", 3),
    ("otto", 8),
    ("quattro", 4),
    ("cinque", 5),
    ("sette", 7),
    ("nove", 9),
    ("dieci", 10),
    ("undici", 11),
    ("dodici", 12),
    ("twee", 2),
    ("drie", 3),
    ("vijf", 5),
    ("zes", 6),
    ("zeven", 7),
    ("negen", 9),
    ("tien", 10),
    ("twaalf", 12),
    ("dertien", 13),
    ("veertien", 14),
    ("vijftien", 15),
    ("zestien", 16),
    ("dois", 2),
    ("duas", 2),
    ("quatro", 4),
    ("sete", 7),
    ("oito", 8),
    ("dez", 10),
    ("doze", 12),
    ("treze", 13),
    ("tredici", 13),
    ("quindici", 15),
    ("sedici", 16),
    ("diciassette", 17),
    ("diciotto", 18),
    ("diciannove", 19),
    ("zeventien", 17),
    ("achttien", 18),
    ("negentien", 19),
    ("quattordici", 14),
    ("dezasseis", 16),
    ("dezessete", 17),
    ("dezoito", 18),
    ("dezesseis", 16),
    ("dezassete", 17),
    ("dezenove", 19),
    ("dezanove", 19),
    ("catorze", 14),
    ("dwa", 2),
    ("dwie", 2),
    ("dwoch", 2),
    ("dwoje", 2),
    ("trzy", 3),
    ("trzech", 3),
    ("troje", 3),
    ("cztery", 4),
    ("czterech", 4),
    ("piec", 5),
    ("pieciu", 5),
    ("szesc", 6),
    ("szesciu", 6),
    ("siedem", 7),
    ("siedmiu", 7),
    ("osiem", 8),
    ("osmiu", 8),
    ("dziewiec", 9),
    ("dziewieciu", 9),
    ("dziesiec", 10),
    ("dziesieciu", 10),
    ("jedenascie", 11),
    ("jedenastu", 11),
    ("dwanascie", 12),
    ("dwunastu", 12),
    ("trzynascie", 13),
    ("trzynastu", 13),
    ("czternascie", 14),
    ("czternastu", 14),
    ("pietnascie", 15),
    ("pietnastu", 15),
    ("szesnascie", 16),
    ("szesnastu", 16),
    ("siedemnascie", 17),
    ("siedemnastu", 17),
    ("osiemnascie", 18),
    ("osiemnastu", 18),
    ("dziewietnascie", 19),
    ("dziewietnastu", 19),
    ("tva", 2),
    ("fyra", 4),
    ("fem", 5),
    ("sju", 7),
    ("atta", 8),
    ("nio", 9),
    ("elva", 11),
    ("tolv", 12),
    ("tretton", 13),
    ("fjorton", 14),
    ("femton", 15),
    ("sexton", 16),
    ("sjutton", 17),
    ("arton", 18),
    ("nitton", 19),
    ("seks", 6),
    ("syv", 7),
    ("otte", 8),
    ("elleve", 11),
    ("tretten", 13),
    ("fjorten", 14),
    ("femten", 15),
    ("seksten", 16),
    ("sytten", 17),
    ("atten", 18),
    ("nitten", 19),
];

/// The tens, which a smaller number may follow.
const TENS: [(&str, u32); 77] = [
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
    ("venti", 20),
    ("trenta", 30),
    ("quaranta", 40),
    ("cinquanta", 50),
    ("sessanta", 60),
    ("settanta", 70),
    ("ottanta", 80),
    ("novanta", 90),
    ("twintig", 20),
    ("dertig", 30),
    ("veertig", 40),
    ("vijftig", 50),
    ("zestig", 60),
    ("zeventig", 70),
    ("tachtig", 80),
    ("negentig", 90),
    ("vinte", 20),
    ("trinta", 30),
    ("quarenta", 40),
    ("cinquenta", 50),
    ("oitenta", 80),
    ("noventa", 90),
    ("sessenta", 60),
    ("dwadziescia", 20),
    ("dwudziestu", 20),
    ("trzydziesci", 30),
    ("trzydziestu", 30),
    ("czterdziesci", 40),
    ("czterdziestu", 40),
    ("piecdziesiat", 50),
    ("piecdziesieciu", 50),
    ("szescdziesiat", 60),
    ("szescdziesieciu", 60),
    ("siedemdziesiat", 70),
    ("osiemdziesiat", 80),
    ("dziewiecdziesiat", 90),
    ("tjugo", 20),
    ("trettio", 30),
    ("fyrtio", 40),
    ("femtio", 50),
    ("sextio", 60),
    ("sjuttio", 70),
    ("attio", 80),
    ("nittio", 90),
    ("tyve", 20),
    ("tjue", 20),
];

static SMALL_WORDS: LazyLock<WordTable<u32>> = LazyLock::new(|| WordTable::of(&SMALL));
static TENS_WORDS: LazyLock<WordTable<u32>> = LazyLock::new(|| WordTable::of(&TENS));

/// A number that is written in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SmallNumber {
    pub(super) value: u32,
    /// Whether it gives a place in an order: `third`, `twenty-first`.
    pub(super) is_ordinal: bool,
    /// How many words write it.
    pub(super) words: usize,
}

/// Reads a number that one word writes, or one below a hundred that several words write. It begins at the word `at`. In
/// Spanish, `once` is eleven and `quince` fifteen.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> Option<SmallNumber> {
    let folded = |ahead: usize| {
        let word = words.get(at + ahead)?;
        let follows = ahead == 0 || matches!(word.before, Separator::Space | Separator::Hyphen);
        follows.then_some(word.folded)
    };
    let first = folded(0)?;
    if !first.as_bytes().first().is_some_and(u8::is_ascii_lowercase) || is_other_word(words, at, language) {
        return None;
    }
    let small = |word: &str| {
        SMALL_WORDS.get(word).or_else(|| match word {
            "once" if language == TextLanguage::Spanish => Some(11),
            "quince" if language == TextLanguage::Spanish => Some(15),
            _ => None,
        })
    };
    let after_dix = |ahead: usize| folded(ahead).and_then(last_digit_after_dix);
    // Returns the number below twenty after the tens, whether it is an ordinal, and where it ends.
    let unit_after = |ahead: usize| {
        let joined = match folded(ahead)? {
            "et" | "y" | "und" => true,
            "e" => language == TextLanguage::Portuguese,
            _ => false,
        };
        let skipped = ahead + usize::from(joined);
        let unit = folded(skipped)?;
        let is_joined =
            joined || words.get(at + skipped).is_some_and(|word| word.before == Separator::Hyphen);
        let ordinal = ordinal::of(unit).filter(|unit| *unit < 20 && (*unit > 2 || is_joined));
        let one = matches!(unit, "un" | "une" | "uno" | "one").then_some(1).filter(|_| is_joined);
        if unit == "dix"
            && let Some(units) = after_dix(skipped + 1)
        {
            return Some((10 + units.0, units.1, skipped + 2));
        }
        let value = ordinal.or(one).or_else(|| small(unit)).filter(|unit| *unit < 20)?;
        Some((value, ordinal.is_some(), skipped + 1))
    };
    let after_tens = |tens: u32, used: usize| {
        let (unit, is_ordinal, words) = unit_after(used).unwrap_or((0, false, used));
        SmallNumber { value: tens + unit, is_ordinal, words }
    };
    if first == "quatre" && folded(1).is_some_and(|word| matches!(word, "vingt" | "vingts")) {
        return Some(after_tens(80, 2));
    }
    if let Some(tens) = TENS_WORDS.get(first) {
        return Some(after_tens(tens, 1));
    }
    if first == "dix"
        && let Some((units, is_ordinal)) = after_dix(1)
    {
        return Some(SmallNumber { value: 10 + units, is_ordinal, words: 2 });
    }
    if let Some(value) = ordinal::at(words, at) {
        return Some(SmallNumber { value, is_ordinal: true, words: 1 });
    }
    if let Some(value) = small(first) {
        return Some(SmallNumber { value, is_ordinal: false, words: 1 });
    }
    let (value, is_ordinal) =
        compound_number::read(first, |word| SMALL_WORDS.get(word), |word| TENS_WORDS.get(word), language)?;
    Some(SmallNumber { value, is_ordinal, words: 1 })
}

/// Returns whether a number that [`read`] reads may begin with this folded word.
pub(super) fn may_begin(word: &str) -> bool {
    use TextLanguage::{Dutch, German, Italian, Other};
    let is_compound = |language| {
        compound_number::read(word, |part| SMALL_WORDS.get(part), |part| TENS_WORDS.get(part), language)
            .is_some()
    };
    matches!(word, "once" | "quince")
        || SMALL_WORDS.get(word).is_some()
        || TENS_WORDS.get(word).is_some()
        || ordinal::of(word).is_some()
        || [Other, German, Dutch, Italian].into_iter().any(is_compound)
}

/// Returns the last digit of French `dix-sept`, and whether it is an ordinal.
fn last_digit_after_dix(word: &str) -> Option<(u32, bool)> {
    match word {
        "sept" => Some((7, false)),
        "huit" => Some((8, false)),
        "neuf" => Some((9, false)),
        "septieme" => Some((7, true)),
        "huitieme" => Some((8, true)),
        "neuvieme" => Some((9, true)),
        _ => None,
    }
}

/// Reads a number and a half that is one word: `anderthalb`, `dreieinhalb`, `drieënhalf`. Returns it as a decimal number.
pub(super) fn with_half(word: &str) -> Option<String> {
    if fraction::is_one_and_a_half(word) {
        return Some("1.5".to_owned());
    }
    let whole = fraction::whole_of_compound(word)?;
    Some(format!("{}.5", SMALL_WORDS.get(whole)?))
}

/// The accent of `très`, where a text writes accents as characters of their own.
const COMBINING_GRAVE: char = '\u{300}';

/// Words that mostly stand before the Italian `due` (two), and never before the English `due`. They count in a text of which
/// the language is not known.
const BEFORE_DUE: [&str; 16] = [
    "i", "le", "dei", "delle", "nei", "nelle", "ai", "alle", "dai", "dalle", "gli", "altri", "altre", "di",
    "con", "sono",
];

/// Returns whether the word at `at` looks like a number and is none: French `très`, English `due`, the name `Otto`, Portuguese
/// `segunda-feira` (Monday).
fn is_other_word(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> bool {
    let Some(word) = words.get(at) else { return false };
    match word.folded {
        "tres" => word.raw.contains(['è', 'È', COMBINING_GRAVE]),
        // Portuguese days of the week: `segunda-feira`.
        "segunda" | "quarta" | "quinta" | "sexta" => {
            words.get(at + 1).is_some_and(|next| next.folded == "feira")
        }
        "otto" => word.raw != word.folded,
        "due" if language != TextLanguage::Italian => {
            let before =
                at.checked_sub(1).and_then(|before| words.get(before)).map_or("", |word| word.folded);
            !BEFORE_DUE.contains(&before)
        }
        _ => false,
    }
}
