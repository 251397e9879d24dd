//! Reads a time of day that words write by a half or a quarter of an hour: `halb sieben`, `half past six`, `a quarter to nine`,
//! `Viertel nach acht`.

use super::clock_time::{self, HOURS};
use super::scale;
use super::small_number;
use super::text_language::TextLanguage;
use super::written::{Separator, WrittenWord};

/// The hours in Dutch: `half zeven` is 6:30, while the English `half seven` is 7:30.
const DUTCH_HOURS: [&str; 12] =
    ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"];

/// The hours in Polish, from one to twelve, as they follow `wpół do`.
const POLISH_HOURS: [&str; 12] = [
    "pierwszej",
    "drugiej",
    "trzeciej",
    "czwartej",
    "piatej",
    "szostej",
    "siodmej",
    "osmej",
    "dziewiatej",
    "dziesiatej",
    "jedenastej",
    "dwunastej",
];

/// Reads a time of day that begins at word `at` with a half or a quarter. Returns it, and how many words write it. Without a
/// part of the day, it is a time before noon or at noon, as in digits.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize, language: TextLanguage) -> Option<(String, usize)> {
    let follows = |ahead: usize| {
        let is_near = |word: &&WrittenWord<'_>| matches!(word.before, Separator::Space | Separator::Hyphen);
        words.get(at + ahead).filter(is_near).map_or("", |word| word.folded)
    };
    let (shift, ahead) = match (words.get(at)?.folded, follows(1)) {
        ("halb" | "halv", _) => (-30, 1),
        ("wpoł", "do") => (-30, 2),
        ("half", hour) if DUTCH_HOURS.contains(&hour) => (-30, 1),
        ("half", "past") => (30, 2),
        ("quarter", "past") | ("viertel", "nach") | ("kwart" | "kvart", "over") => (15, 2),
        ("quarter", "to") | ("viertel", "vor") | ("kwart", "voor") | ("kvart", "i") => (-15, 2),
        ("dreiviertel", _) => (-15, 1),
        _ => return None,
    };
    let (hour, used) = hour_at(words, at + ahead, follows(ahead), language)?;
    let hours = usize::from(HOURS.contains(&follows(ahead + used)));
    let end = ahead + used + hours;
    if scale::is_scale(follows(end)) {
        return None;
    }
    let minutes = (hour * 60 + shift + 720 - 60) % 720 + 60;
    let (hour, minutes) = ((minutes / 60).to_string(), format!("{:02}", minutes % 60));
    let (time, end) = clock_time::in_part_of_day(words, at + end, &hour, &minutes)
        .or_else(|| Some((clock_time::clock(&hour, &minutes)?, at + end)))?;
    Some((time, end - at))
}

/// Returns whether something that [`read`] reads may begin with this folded word.
pub(super) fn may_begin(word: &str) -> bool {
    matches!(
        word,
        "halb" | "halv" | "wpoł" | "half" | "quarter" | "viertel" | "kwart" | "kvart" | "dreiviertel"
    )
}

/// Returns the hour at word `at`, which is `word`, from 1 to 12, and how many words write it.
fn hour_at(words: &[WrittenWord<'_>], at: usize, word: &str, language: TextLanguage) -> Option<(i32, usize)> {
    let (hour, used) = match word {
        "" => return None,
        "one" | "eins" | "een" | "ett" => (1, 1),
        figures if figures.len() <= 2 && figures.bytes().all(|byte| byte.is_ascii_digit()) => {
            (figures.parse().ok()?, 1)
        }
        _ if let Some(before) = POLISH_HOURS.iter().position(|hour| *hour == word) => {
            (i32::try_from(before).ok()? + 1, 1)
        }
        _ => {
            let small = small_number::read(words, at, language).filter(|small| !small.is_ordinal)?;
            (i32::try_from(small.value).ok()?, small.words)
        }
    };
    (1..=12).contains(&hour).then_some((hour, used))
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn a_half_or_a_quarter_of_an_hour_in_words_is_a_time_of_day() {
        for (in_words, in_digits) in [
            ("um halb sieben im Hafen", "um 6.30 Uhr im Hafen"),
            ("um halb sieben Uhr im Hafen", "um 6:30 Uhr im Hafen"),
            ("um halb acht abends im Hafen", "um 19.30 Uhr im Hafen"),
            ("um halb eins im Hafen", "um 12.30 Uhr im Hafen"),
            ("um Viertel nach acht abends im", "um 20.15 Uhr im"),
            ("um Viertel vor neun im", "um 8.45 Uhr im"),
            ("at half past seven in the evening there", "at 7:30 pm there"),
            ("at half past six they", "at 6:30 am they"),
            ("at quarter to nine they", "at 8:45 they"),
            ("om half acht 's avonds in", "om 19.30 uur in"),
            ("om kwart over drie in", "om 3.15 uur in"),
            ("till halv åtta på kvällen vid", "till 19.30 vid"),
            ("vid halv ett på natten i", "vid 0:30 i"),
            ("en kvart över åtta på kvällen i", "en 20:15 i"),
            ("en kvart i nio på morgonen i", "en 8:45 i"),
            ("do wpół do ósmej wieczorem w", "do 19.30 w"),
            ("do wpół do pierwszej w nocy na", "do 0:30 na"),
            ("until half past seven in the evening there", "until 19.30 there"),
            ("huit heures et demie du soir sur", "20h30 sur"),
            ("deux heures et demie de marche", "2h30 de marche"),
            ("à huit heures et quart sur", "à 8h15 sur"),
            ("las ocho y cuarto de la tarde en", "las 20.15 horas en"),
            ("as 19h30m em", "as 19h30 em"),
            ("w czwartek o 19.30 w porcie", "w czwartek o 19:30 w porcie"),
            ("cena wzrosła o 12.50 zł w porcie", "cena wzrosła o 12,50 zł w porcie"),
        ] {
            assert_eq!(words_of(in_words), words_of(in_digits), "{in_words}");
        }
        for (one, other) in [
            ("um halb sieben im Hafen", "um halb acht im Hafen"),
            ("um halb sieben im Hafen", "um sieben im Hafen"),
            ("nur halb zehn Millionen wert", "nur 9.30 Millionen wert"),
            ("the half past 40 is", "the 40.30 is"),
            ("the first half seven goals", "the first 6:30 goals"),
        ] {
            assert_ne!(words_of(one), words_of(other), "{one}");
        }
    }
}
