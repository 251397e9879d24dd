//! Knows the names of months in the languages of feeds.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The names of each month, one row per month: nominative, genitive, and usual abbreviations. An abbreviation of three
/// letters or more that fits one month only need not be listed. `mar` is March here, though in Finnish it abbreviates November.
#[rustfmt::skip]
const NAMES: [&str; 12] = [
    // en/de/nl/da/sv/no/hu/id, fr, es, ca, it, pt, ro, pl, cs, uk, ru, el, fi, tr, zh/ja, ar, he, fa
    "january januar januari jänner janeiro január janvier enero gennaio ianuarie ian styczeń stycznia leden ledna \
     січень січня январь января ιανουάριος ιανουαρίου ιαν tammi tammikuu tammikuuta ocak oca jan gener \
     一月 يناير جانفي ינואר ژانویه",
    "february februar februari feber februarie február février fevr fevereiro febrero febbraio luty lutego únor února \
     лютий лютого февраль февраля φεβρουάριος φεβρουαρίου helmi helmikuu helmikuuta şubat şub feb febrer febr \
     二月 فبراير شباط فيفري פברואר فوریه",
    "march märz maart marts mars maret március mart martie marzo março marzec marca březen března березень березня \
     март марта μάρτιος μαρτίου μάω maalis maaliskuu maaliskuuta mar mrz mär març \
     三月 مارس آذار מרץ מרס",
    "april avril abril aprile aprilie április kwiecień kwietnia duben dubna квітень квітня апрель апреля απρίλιος \
     απριλίου huhti huhtikuu huhtikuuta nisan nis apr avr abr kwi \
     四月 أبريل إبريل نيسان أفريل אפריל آوریل",
    "may mai maj mei maggio mayo maio május květen května травень травня май мая μάιος μαΐου μαι touko toukokuu \
     toukokuuta mayıs máj maig mag \
     五月 مايو أيار ماي מאי مه",
    "june juni juin giugno junio junho június iunie czerwiec czerwca červen června червень червня июнь июня ιούνιος \
     ιουνίου ιουν ιον kesä kesäkuu kesäkuuta haziran haz jun juny iun giu cze \
     六月 يونيو حزيران جوان יוני ژوئن",
    "july juli juillet luglio julio julho július iulie lipiec lipca červenec července липень липня июль июля ιούλιος \
     ιουλίου ιουλ ιολ heinä heinäkuu heinäkuuta temmuz tem jul juil juliol iul lug lip \
     七月 يوليو تموز يوليوز جويلية יולי ژوئیه",
    "august août agosto augustus augusti augusztus agustus sierpień sierpnia srpen srpna серпень серпня август августа \
     αύγουστος αυγούστου elo elokuu elokuuta ağustos ağu aug ago agost aou sie srp \
     八月 أغسطس آب غشت أوت אוגוסט اوت",
    "september septembre septiembre settembre setembro szeptember septembrie wrzesień września září вересень вересня \
     сентябрь сентября σεπτέμβριος σεπτεμβρίου syys syyskuu syyskuuta eylül eyl sep sept set setiembre setembre wrz \
     九月 سبتمبر أيلول شتنبر ספטמבר سپتامبر",
    "october oktober octobre octubre ottobre outubro október octombrie październik października říjen října жовтень \
     жовтня октябрь октября οκτώβριος οκτωβρίου loka lokakuu lokakuuta ekim eki oct okt out ott paź oktober \
     十月 أكتوبر אוקטובר اکتبر",
    "november novembre noviembre novembro noiembrie listopad listopada listopadu лис листопада ноябрь ноября νοέμβριος \
     νοεμβρίου marras marraskuu marraskuuta kasım kas nov lis \
     十一月 نوفمبر نونبر נובמבר نوامبر",
    "december dezember décembre diciembre dicembre dezembro decembrie desember grudzień grudnia prosinec prosince \
     грудень грудня декабрь декабря δεκέμβριος δεκεμβρίου joulu joulukuu joulukuuta aralık ara dec dez dic des gru \
     十二月 ديسمبر دجنبر דצמבר دسامبر",
];

/// Maps each name, as [`simplify`] writes it, to the number of its month.
static MONTHS: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let rows = NAMES.iter().zip(1..);
    rows.flat_map(|(names, month)| names.split_whitespace().map(move |name| (simplify(name), month)))
        .collect()
});

/// Returns the number of the month that `word` names. `word` must come from [`simplify`]. It may be a whole name, or the
/// first three or more letters of names that all mean the same month.
pub(super) fn by_name(word: &str) -> Option<u32> {
    if let Some(month) = MONTHS.get(word) {
        return Some(*month);
    }
    // Hebrew writes "in October" as one word, which begins with this letter.
    if let Some(month) = word.strip_prefix('ב').filter(|word| !word.is_empty()).and_then(by_name) {
        return Some(month);
    }
    if word.chars().count() < 3 {
        return None;
    }
    let mut months = MONTHS.iter().filter(|(name, _)| name.starts_with(word)).map(|(_, month)| *month);
    let first = months.next()?;
    months.all(|month| month == first).then_some(first)
}

/// Returns `word` in lower case without accents, so that `FÉVRIER`, `fevrier` and `Février` are the same. The Turkish
/// dotless i, the Greek final sigma and the Polish ł become `i`, `σ` and `l`.
pub(super) fn simplify(word: &str) -> String {
    let lower = word.to_lowercase();
    lower
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'ı' => 'i',
            'ς' => 'σ',
            'ł' => 'l',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_two_months() {
        let mut seen = HashMap::new();
        for (names, month) in NAMES.iter().zip(1u32..) {
            for name in names.split_whitespace() {
                let before = seen.insert(simplify(name), month);
                assert!(
                    before.is_none_or(|before| before == month),
                    "`{name}` is month {before:?} and {month}"
                );
            }
        }
    }
}
