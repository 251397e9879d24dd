//! Finds the days of the week by their names, in the languages of feeds.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::months::{beginning_with, simplify};

/// The names of each day by CLDR, one row per day from Monday. An abbreviation is listed too if it has fewer than three
/// letters, or if names of no day or of several days begin with it (`pzt`, `tor`). [`by_name`] also finds a day by any prefix
/// of three or more letters that only its names have.
#[rustfmt::skip]
const NAMES: [&str; 7] = [
    // The languages, by their codes: en de fr es it pt nl da/nb sv fi pl cs sk hr/sr/sl ro hu tr id vi ca lt lv et; ru uk
    // bg be mk; el; zh ja ko; ar he fa; th.
    "monday montag lundi lunes lunedì segunda maandag mandag måndag maanantai poniedziałek pondělí pondelok ponedjeljak \
     ponedeljek ponedeljak luni hétfő pazartesi senin dilluns pirmadienis pirmdiena esmaspäev mo ma po pn pon pzt \
     понедельник понеділок понеделник панядзелак пн пон δευτέρα 星期一 周一 月曜日 月曜 월요일 월 الاثنين שני دوشنبه จันทร์",
    "tuesday dienstag mardi martes martedì terça dinsdag tirsdag tisdag tiistai wtorek úterý utorok utorak torek marți kedd \
     salı selasa dimarts antradienis otrdiena teisipäev di ti út wt \
     вторник вівторок аўторак вт уто τρίτη 星期二 周二 火曜日 火曜 화요일 화 الثلاثاء שלישי سهشنبه อังคาร",
    "wednesday mittwoch mercredi miércoles mercoledì quarta woensdag onsdag keskiviikko środa středa streda srijeda sreda \
     miercuri szerda çarşamba rabu dimecres trečiadienis trešdiena kolmapäev mi wo on ke st śr \
     среда середа сряда серада ср τετάρτη 星期三 周三 水曜日 水曜 수요일 수 الأربعاء רביעי چهارشنبه พุธ",
    "thursday donnerstag jeudi jueves giovedì quinta donderdag torsdag torstai czwartek čtvrtek štvrtok četvrtak četrtek \
     joi csütörtök perşembe kamis dijous ketvirtadienis ceturtdiena neljapäev do to čt cz tor \
     четверг четвер четвъртък чацвер четврток чт πέμπτη 星期四 周四 木曜日 木曜 목요일 목 الخميس חמישי پنجشنبه พฤหัสบดี",
    "friday freitag vendredi viernes venerdì sexta vrijdag fredag perjantai piątek pátek piatok petak petek vineri péntek \
     cuma jumat divendres penktadienis piektdiena reede fr vr pe pá pt cum \
     пятница пʼятниця петък пятніца петок пт пет παρασκευή 星期五 周五 金曜日 金曜 금요일 금 الجمعة שישי جمعه ศุกร์",
    "saturday samstag samedi sábado sabato zaterdag lørdag lördag lauantai sobota subota sâmbătă szombat \
     cumartesi sabtu dissabte šeštadienis sestdiena laupäev sa za lø lö la sob cmt \
     суббота субота събота сабота сб суб σάββατο 星期六 周六 土曜日 土曜 토요일 토 السبت שבת شنبه เสาร์",
    "sunday sonntag dimanche domingo domenica zondag søndag söndag sunnuntai niedziela neděle nedeľa nedjelja nedelja \
     duminică vasárnap pazar minggu diumenge sekmadienis svētdiena pühapäev so zo sø sö su nd ne dim paz \
     воскресенье неділя неделя нядзеля недела вс нд нед κυριακή 星期日 星期天 周日 日曜日 日曜 일요일 일 الأحد ראשון یکشنبه อาทิตย์",
];

/// Maps each name, as [`simplify`] writes it, to its day, where Monday is 0. A name that stands for two days has `None`.
static DAYS: LazyLock<BTreeMap<String, Option<u32>>> = LazyLock::new(|| {
    let mut days = BTreeMap::new();
    for (names, day) in NAMES.iter().zip(0..) {
        for name in names.split_whitespace() {
            days.entry(simplify(name))
                .and_modify(|known: &mut Option<u32>| *known = known.filter(|known| *known == day))
                .or_insert(Some(day));
        }
    }
    days
});

/// Returns the day that a comment in parentheses names, as Japanese, Korean and Chinese dates have it: `（木）`, `(목)`,
/// `（四）`. Monday is 0.
pub(super) fn in_comment(comment: &str) -> Option<u32> {
    const LETTERS: [&str; 3] = ["月火水木金土日", "월화수목금토일", "一二三四五六日"];
    let mut letters = comment.trim().chars();
    let letter = letters.next().filter(|_| letters.next().is_none())?;
    let at = LETTERS.iter().find_map(|days| days.chars().position(|day| day == letter))?;
    u32::try_from(at).ok()
}

/// Returns a name by which [`by_name`] finds this day, where Monday is 0; `None` if there is no such day.
pub(super) fn name_of(day: u32) -> Option<String> {
    let names = NAMES.get(usize::try_from(day).ok()?)?;
    names.split_whitespace().next().map(str::to_owned)
}

/// Returns the day that `word` names, where Monday is 0; `None` if it names none, or two. `word` must come from
/// [`simplify`].
pub(super) fn by_name(word: &str) -> Option<u32> {
    if let Some(day) = DAYS.get(word) {
        return *day;
    }
    // Thai puts "day" before the name, and may put "the" behind it.
    if let Some(name) = word.strip_prefix("วัน") {
        return by_name(name.strip_suffix("ที่").unwrap_or(name));
    }
    if word.chars().count() < 3 {
        return None;
    }
    let mut days = beginning_with(&DAYS, word).filter_map(|day| *day);
    let first = days.next()?;
    days.all(|day| day == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_known_by_name_and_by_abbreviation() {
        for (word, day) in [
            ("Thu", Some(3)),
            ("Wednesday", Some(2)),
            ("Do", Some(3)),
            ("jeudi", Some(3)),
            ("dom", Some(6)),
            ("четвъртък", Some(3)),
            ("petak", Some(4)),
            ("木曜日", Some(3)),
            ("ศุกร์", Some(4)),
            ("วันพฤหัสบดีที่", Some(3)),
            ("Oct", None),
            ("Uhr", None),
        ] {
            assert_eq!(by_name(&simplify(word)), day, "{word}");
        }
    }
}
