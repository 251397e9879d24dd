//! Reads the currency, the share or the unit that a number counts, so that each is one word however an outlet writes it: `$25`,
//! `25 dollars`, `USD 25`; `3 %`, `3 percent`, `3 pour cent`; `12 °C`, `12 Grad`.

use std::sync::LazyLock;

use super::word_table::WordTable;
use super::written::{DEGREE, GLUED_DOLLAR, Separator, WrittenWord};

/// The words of currencies and shares after a number, in the folded spelling, each with the name of its unit. (`won` is left
/// out, because it is an English verb.)
const WORDS: [(&str, &str); 134] = [
    ("euro", "euro"),
    ("euros", "euro"),
    ("eur", "euro"),
    ("dollar", "dollar"),
    ("dollars", "dollar"),
    ("dolar", "dollar"),
    ("dolares", "dollar"),
    ("dollari", "dollar"),
    ("dollaro", "dollar"),
    ("usd", "dollar"),
    ("mdd", "dollar"),
    ("pound", "pound"),
    ("pounds", "pound"),
    ("pfund", "pound"),
    ("livres", "pound"),
    ("livre", "pound"),
    ("libras", "pound"),
    ("sterline", "pound"),
    ("gbp", "pound"),
    ("yen", "yen"),
    ("yens", "yen"),
    ("yenes", "yen"),
    ("jpy", "yen"),
    ("yuan", "yuan"),
    ("yuans", "yuan"),
    ("yuanes", "yuan"),
    ("renminbi", "yuan"),
    ("franc", "franc"),
    ("francs", "franc"),
    ("franken", "franc"),
    ("francos", "franc"),
    ("franchi", "franc"),
    ("chf", "franc"),
    ("rouble", "rouble"),
    ("roubles", "rouble"),
    ("rubles", "rouble"),
    ("rubel", "rouble"),
    ("rublos", "rouble"),
    ("rubli", "rouble"),
    ("rupees", "rupee"),
    ("rupien", "rupee"),
    ("roupies", "rupee"),
    ("rupias", "rupee"),
    ("rupie", "rupee"),
    ("peso", "peso"),
    ("pesos", "peso"),
    ("mdp", "peso"),
    ("crowns", "crown"),
    ("kronen", "crown"),
    ("kronor", "crown"),
    ("kroner", "crown"),
    ("couronnes", "crown"),
    ("coronas", "crown"),
    ("corone", "crown"),
    ("kr", "crown"),
    ("mkr", "crown"),
    ("zloty", "zloty"),
    ("zlotys", "zloty"),
    ("zł", "zloty"),
    ("złoty", "zloty"),
    ("złote", "zloty"),
    ("złotych", "zloty"),
    ("złotego", "zloty"),
    ("pln", "zloty"),
    ("cents", "cent"),
    ("centimes", "cent"),
    ("centavos", "cent"),
    ("centimos", "cent"),
    ("centesimi", "cent"),
    ("rappen", "cent"),
    ("pence", "cent"),
    ("percent", "percent"),
    ("prozent", "percent"),
    ("pct", "percent"),
    ("procent", "percent"),
    ("procenta", "percent"),
    ("proc", "percent"),
    ("pc", "percent"),
    ("prozentpunkte", "point"),
    ("prozentpunkten", "point"),
    ("t", "tonne"),
    ("tonne", "tonne"),
    ("tonnes", "tonne"),
    ("tons", "tonne"),
    ("tonnen", "tonne"),
    ("toneladas", "tonne"),
    ("tonnellate", "tonne"),
    ("km", "kilometre"),
    ("kilometre", "kilometre"),
    ("kilometres", "kilometre"),
    ("kilometer", "kilometre"),
    ("kilometers", "kilometre"),
    ("kilometros", "kilometre"),
    ("chilometri", "kilometre"),
    ("kph", "kilometre"),
    ("m", "metre"),
    ("metre", "metre"),
    ("metres", "metre"),
    ("meter", "metre"),
    ("meters", "metre"),
    ("metern", "metre"),
    ("metros", "metre"),
    ("metri", "metre"),
    ("metrow", "metre"),
    ("ft", "foot"),
    ("feet", "foot"),
    ("foot", "foot"),
    ("quadratmeter", SQUARE_METRE),
    ("quadratmetern", SQUARE_METRE),
    ("qm", SQUARE_METRE),
    ("m2", SQUARE_METRE),
    ("jahrige", YEARS_OLD),
    ("jahriger", YEARS_OLD),
    ("jahrigen", YEARS_OLD),
    ("jahriges", YEARS_OLD),
    ("jahrigem", YEARS_OLD),
    ("jarige", YEARS_OLD),
    ("aring", YEARS_OLD),
    ("kg", "kilo"),
    ("kilos", "kilo"),
    ("kilogramm", "kilo"),
    ("kilogrammes", "kilo"),
    ("degree", DEGREES),
    ("degrees", DEGREES),
    ("degre", DEGREES),
    ("degres", DEGREES),
    ("grad", DEGREES),
    ("grado", DEGREES),
    ("grados", DEGREES),
    ("gradi", DEGREES),
    ("graus", DEGREES),
    ("graden", DEGREES),
    ("celsius", DEGREES),
    ("fahrenheit", FAHRENHEIT),
];

/// The unit of degrees Celsius, and of degrees without a named scale.
const DEGREES: &str = "degree";
/// The age of a person: `34-jähriger`, `34 Jahre alter`.
const YEARS_OLD: &str = "years old";
const SQUARE_METRE: &str = "square metre";
const SQUARE_FOOT: &str = "square foot";
const FAHRENHEIT: &str = "degree Fahrenheit";
/// What [`read`] returns for the sign of a degree without a scale: `12°`.
pub(super) const DEGREE_SIGN_ALONE: (&str, usize) = (DEGREES, 0);

/// Codes of currencies that may stand before a number: `EUR 25 million`.
const CODES: [(&str, &str); 6] =
    [("eur", "euro"), ("usd", "dollar"), ("gbp", "pound"), ("chf", "franc"), ("jpy", "yen"), ("rs", "rupee")];

static UNIT_WORDS: LazyLock<WordTable<&str>> = LazyLock::new(|| WordTable::of(&WORDS));
static CODE_WORDS: LazyLock<WordTable<&str>> = LazyLock::new(|| WordTable::of(&CODES));

/// Returns the unit that a word says.
pub(super) fn named(word: &str) -> Option<&'static str> {
    UNIT_WORDS.get(word)
}

/// Returns whether a folded word may be a currency code, or name the dollar before a `$`. A single capital letter may do so,
/// too ([`dollar_of`]).
pub(super) fn may_be_code(word: &str) -> bool {
    CODE_WORDS.get(word).is_some() || matches!(word, "us" | "au" | "ca" | "nz" | "hk")
}

/// Returns the unit of the currency code at word `at`, if a number in digits follows it.
pub(super) fn code(words: &[WrittenWord<'_>], at: usize) -> Option<&'static str> {
    let word = words.get(at)?;
    if words.get(at + 1).is_some_and(|next| next.before == Separator::Currency(GLUED_DOLLAR)) {
        return dollar_of(word.raw);
    }
    let unit = CODE_WORDS.get(word.folded)?;
    let next = words.get(at + 1).filter(|next| next.before == Separator::Space)?;
    next.folded.starts_with(|c: char| c.is_ascii_digit()).then_some(unit)
}

/// Returns the unit of the number that the words from `from` to before `end` write, and how many words after the number say it.
/// If a sign says it, a word may say it again: `€25 euros`. In Spanish, `$` may be the sign of dollars or of pesos.
pub(super) fn read(
    words: &[WrittenWord<'_>],
    from: usize,
    end: usize,
    is_spanish: bool,
) -> Option<(&'static str, usize)> {
    let sign = match words.get(from)?.before {
        Separator::Currency(sign) => Some(sign),
        _ => end.checked_sub(1).and_then(|last| words.get(last)).and_then(|last| last.sign_after),
    };
    if sign == Some(DEGREE) {
        return Some(after_degree_sign(words, end));
    }
    let in_words = in_words(words, end);
    match sign.and_then(|sign| {
        if is_spanish && matches!(sign, '$' | GLUED_DOLLAR) { Some("$") } else { of_sign(sign) }
    }) {
        None => in_words,
        Some(unit) => Some((unit, in_words.filter(|(again, _)| *again == unit).map_or(0, |(_, used)| used))),
    }
}

/// Reads the word at `at`, before which the sign of a degree stands: `12 °C`, `54 °F`. The sign may also stand alone.
fn after_degree_sign(words: &[WrittenWord<'_>], at: usize) -> (&'static str, usize) {
    match words.get(at).filter(|word| word.before == Separator::Degree).map(|word| word.folded) {
        Some("c" | "celsius") => (DEGREES, 1),
        Some("f" | "fahrenheit") => (FAHRENHEIT, 1),
        _ => DEGREE_SIGN_ALONE,
    }
}

/// Returns the dollar that letters before its sign name: `A$`, `US$`.
fn dollar_of(country: &str) -> Option<&'static str> {
    Some(match country {
        "US" => "dollar",
        "A" | "AU" => "dollar of Australia",
        "C" | "CA" => "dollar of Canada",
        "NZ" => "dollar of New Zealand",
        "HK" => "dollar of Hong Kong",
        "S" => "dollar of Singapore",
        _ => return None,
    })
}

fn of_sign(sign: char) -> Option<&'static str> {
    Some(match sign {
        '$' | GLUED_DOLLAR => "dollar",
        '€' => "euro",
        '£' => "pound",
        '¥' => "yen",
        '₹' => "rupee",
        '₽' => "rouble",
        '%' => "percent",
        _ => return None,
    })
}

fn in_words(words: &[WrittenWord<'_>], at: usize) -> Option<(&'static str, usize)> {
    let follows = |ahead: usize| {
        let is_near = |word: &&WrittenWord<'_>| {
            matches!(
                word.before,
                Separator::Space | Separator::Hyphen | Separator::Apostrophe | Separator::Point
            ) || word.raw == "²"
        };
        words.get(at + ahead).filter(is_near).map_or("", |word| word.folded)
    };
    match (follows(0), follows(1)) {
        // French papers also print `5 p. 100`.
        ("per", "cent" | "cento") | ("pour", "cent") | ("por", "ciento" | "cento") | ("p", "100") => {
            Some(("percent", 2))
        }
        ("metric", "tons" | "tonnes") => Some(("tonne", 2)),
        ("us" | "u.s", "dollar" | "dollars") => Some(("dollar", 2)),
        ("jahre", "alt" | "alte" | "alter" | "alten" | "altes" | "altem") | ("jaar", "oude") => {
            Some((YEARS_OLD, 2))
        }
        ("percentage", "point" | "points") | ("puntos", "porcentuales") | ("punti", "percentuali") => {
            Some(("point", 2))
        }
        ("square" | "sq", "metres" | "meters" | "m")
        | ("metres", "carres")
        | ("metros", "cuadrados" | "quadrados")
        | ("metri", "quadrati" | "quadri")
        | ("vierkante", "meter")
        | ("metrow", "kwadratowych")
        | ("m", "2") => Some((SQUARE_METRE, 2)),
        ("square" | "sq", "feet" | "ft") => Some((SQUARE_FOOT, 2)),
        ("points" | "point", "de") if follows(2) == "pourcentage" => Some(("point", 3)),
        (degrees, "celsius" | "c" | "centigrade" | "centigrados") if named(degrees) == Some(DEGREES) => {
            Some((DEGREES, 2))
        }
        (degrees, "fahrenheit" | "f") if named(degrees) == Some(DEGREES) => Some((FAHRENHEIT, 2)),
        ("de" | "d" | "di", unit) => named(unit).map(|unit| (unit, 2)),
        (unit, _) => named(unit).map(|unit| (unit, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn a_currency_or_a_share_is_one_word_however_it_is_written() {
        for texts in [
            &["cost $25 now", "cost 25 dollars now", "cost USD 25 now", "cost 25 USD now", "cost 25$ now"][..],
            &["25 millions d’euros à", "25 M€ à", "25 millions € à", "25 millions d'euros à", "€25m à"],
            &["25 millones de dólares en", "25 mdd en", "$25 millones en", "$ 25 millones en"],
            &["CHF 12.50 kostet", "12,50 Franken kostet"],
            &["Rs 500 for", "₹500 for", "500 rupees for"],
            &["by 3.75% on", "by 3.75pc on", "by 3.75 pc on", "by 3.75 percent on", "by 3.75 per cent on"],
            &[
                "de 2 % en",
                "de 2\u{202f}% en",
                "de 2% en",
                "de 2 pour cent en",
                "de deux pour cent en",
                "de 2 p. 100 en",
                "de 2 p.\u{a0}100 en",
            ],
            &["um 2 Prozent auf", "um 2 % auf", "um zwei Prozent auf"],
            &["by 13,000t on", "by 13,000 tons on", "by 13,000 metric tons on"],
            &["run 40km on", "run 40 kilometres on"],
            &["is 40m on", "is 40 m on", "is 40 metres on", "is 40 meters on"],
            &["cost A$84 million now", "cost A$84m now"],
            &[
                "bei 12 °C in",
                "bei 12°C in",
                "bei 12° C in",
                "bei 12\u{202f}°C in",
                "bei 12 Grad in",
                "bei zwölf Grad Celsius in",
            ],
            &["by 12 degrees at", "by 12° at", "by 12 degrees Celsius at", "by 12 °C at"],
            &["to 54 °F at", "to 54 degrees Fahrenheit at"],
            &["de 12 grados centígrados en", "de 12 °C en", "de 12° en"],
            &["de 2 puntos porcentuales en", "de dos puntos porcentuales en"],
        ] {
            for text in texts {
                assert_eq!(words_of(text), words_of(texts[0]), "`{text}` and `{}`", texts[0]);
            }
        }
        for (one, other) in [
            ("$25", "£25"),
            ("cost $84 million", "cost A$84 million"),
            ("40 km", "40 miles"),
            ("25 M€", "25 M$"),
            ("2 %", "2"),
            ("2 percent", "2 percentage points"),
            ("54 °F", "54 °C"),
            ("at 12 °C", "at -12 °C"),
        ] {
            assert_ne!(words_of(one), words_of(other), "{one} and {other}");
        }
    }
}
