//! Reads a time of day or a number of hours: `19 h 30`, `7.30 pm`, `6 de la tarde`, `nine hours`.

use super::digits::{is_digits, split_ending};
use super::fraction;
use super::part_of_day;
use super::written::{Separator, WrittenWord};
use super::{scale, unit};

/// Words after a number of hours.
pub(super) const HOURS: [&str; 17] = [
    "h", "heure", "heures", "uhr", "hour", "hours", "hr", "hrs", "hs", "hora", "horas", "stunde", "stunden",
    "ore", "ora", "uur", "uren",
];
/// The words of [`HOURS`] that minutes may follow: `19 h 30`, `19 Uhr 30`.
const BEFORE_MINUTES: [&str; 4] = ["h", "heure", "heures", "uhr"];
/// Time zones that mark four digits as a time: `1900 GMT`.
const ZONES: [&str; 9] = ["gmt", "utc", "cet", "cest", "est", "edt", "bst", "mez", "mesz"];

/// Reads a time of day or a number of hours.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize) -> Option<(String, usize)> {
    let first = words.get(at)?;
    let folded = |ahead: usize, separators: &[Separator]| {
        let word = words.get(at + ahead).filter(|word| separators.contains(&word.before));
        word.map_or("", |word| word.folded)
    };
    let (figures, ending) = split_ending(first.folded);
    let after = folded(1, &[Separator::Space, Separator::Joined]);
    if ZONES.contains(&after) && figures.len() == 4 && is_digits(figures) && ending.is_empty() {
        let (hours, minutes) = figures.split_at(2);
        return Some((clock(hours, minutes)?, 1));
    }
    let (hours, minutes, used) = match figures.split_once(['.', ',']) {
        // Only the next word distinguishes the time `19.30` from the number 19.3.
        Some((hours, minutes)) => (hours, minutes, 1),
        None if ending.is_empty() && first.before != Separator::Colon => {
            let minutes = split_ending(folded(1, &[Separator::Colon])).0;
            let has_seconds = !folded(2, &[Separator::Colon]).is_empty();
            if minutes.len() == 2 && !has_seconds { (figures, minutes, 2) } else { (figures, "", 1) }
        }
        None => (figures, "", 1),
    };
    if hours.is_empty() || hours.len() > 2 && !minutes.is_empty() {
        return None;
    }
    // The letters after the digits: `pm` of `7:30pm`, `h` of `19h`.
    let ending = if used == 2 { split_ending(folded(1, &[Separator::Colon])).1 } else { ending };
    let (unit, used) = match ending {
        "" => (folded(used, &[Separator::Space, Separator::Hyphen]), used + 1),
        ending => (ending, used),
    };
    let in_part_of_day = |used: usize, minutes: &str| {
        in_part_of_day(words, at + used, hours, minutes).map(|(time, end)| (time, end - at))
    };
    if ending.is_empty()
        && let Some(found) = in_part_of_day(used - 1, minutes)
    {
        return Some(found);
    }
    if let Some(is_afternoon) = half_of_day(unit, folded(used, &[Separator::Point, Separator::Space])) {
        let spelled_apart = usize::from(unit.len() == 1);
        return Some((clock(&in_24_hours(hours, is_afternoon)?, minutes)?, used + spelled_apart));
    }
    let after_h = unit.strip_prefix('h').map(|rest| rest.trim_end_matches("min").trim_end_matches('m'));
    if let Some(minutes_after) = after_h.filter(|rest| rest.len() == 2 && is_digits(rest))
        && minutes.is_empty()
    {
        return Some((clock(hours, minutes_after)?, used));
    }
    // Dutch: `20.45u`.
    if HOURS.contains(&unit) || ending == "u" {
        let (time, end) = after_hours(words, at + used, unit, (hours, minutes))?;
        return Some((time, end - at));
    }
    let says_time = || ending.is_empty() && (ZONES.contains(&unit) || follows_word_for_time(words, at));
    if minutes.len() == 2 && (used - usize::from(ending.is_empty()) == 2 || says_time()) {
        return Some((clock(hours, minutes)?, used - usize::from(ending.is_empty())));
    }
    hour_after_word(words, at, hours).filter(|_| (minutes, ending) == ("", ""))
}

/// Returns the hour before which a word of [`BEFORE_HOURS`] stands: `klockan 11`.
fn hour_after_word(words: &[WrittenWord<'_>], at: usize, hours: &str) -> Option<(String, usize)> {
    is_after(words, at, &BEFORE_HOURS).then(|| Some((clock(hours, "")?, 1)))?
}

/// Swedish, Danish, Norwegian, Finnish and Polish words after which a number is an hour.
const BEFORE_HOURS: [&str; 8] =
    ["klockan", "klokken", "kl", "kello", "godz", "godzinie", "godziny", "godzina"];

/// Returns whether one of these words stands before word `at`.
fn is_after(words: &[WrittenWord<'_>], at: usize, before: &[&str]) -> bool {
    at.checked_sub(1).and_then(|last| words.get(last)).is_some_and(|word| before.contains(&word.folded))
}

fn has_point(word: &WrittenWord<'_>) -> bool {
    word.raw.contains('.')
}

/// Returns whether word `at` has a point and counts nothing: Polish `o 19.30`, but not `o 12.50 zł`.
fn is_time_with_point(words: &[WrittenWord<'_>], at: usize) -> bool {
    let counts = |word: &WrittenWord<'_>| unit::named(word.folded).is_some() || scale::is_scale(word.folded);
    words.get(at).is_some_and(has_point) && !words.get(at + 1).is_some_and(counts)
}

/// Returns whether the word before word `at` says that a time of day follows: Spanish `las 19.30`, Italian `alle 20.45`, Dutch
/// `om 20.45`, Polish `godz. 20.45` and `o 20.45`, Portuguese `às 20.45`, Swedish `klockan 20.45` and `till 20.45`,
/// English `until 20.45`.
fn follows_word_for_time(words: &[WrittenWord<'_>], at: usize) -> bool {
    is_after(words, at, &BEFORE_HOURS)
        || is_after(words, at, &["las", "alle", "dalle", "ore", "om"])
        // After these a number with a comma is a rate or a sum: `till 4,25 procent`.
        || is_after(words, at, &["till", "until", "do"]) && words.get(at).is_some_and(has_point)
        || is_after(words, at, &["o"]) && is_time_with_point(words, at)
        || at
            .checked_sub(1)
            .and_then(|before| words.get(before))
            .is_some_and(|word| matches!(word.raw, "às" | "a\u{300}s"))
}

/// Reads what follows a unit of hours: `19 heures 30`, `8 Uhr abends`. Returns the time or the number of hours, and where it
/// ends.
fn after_hours(
    words: &[WrittenWord<'_>],
    after: usize,
    unit: &str,
    (hours, minutes): (&str, &str),
) -> Option<(String, usize)> {
    let next = words.get(after).filter(|next| next.before == Separator::Space);
    let next = next.map_or("", |next| next.folded);
    let has_minutes = minutes.is_empty()
        && BEFORE_MINUTES.contains(&unit)
        && next.len() == 2
        && is_digits(next)
        && clock(hours, next).is_some();
    let (minutes, end) = if has_minutes { (next, after + 1) } else { (minutes, after) };
    in_part_of_day(words, end, hours, minutes).or_else(|| {
        let time = match minutes.len() {
            0 => span(hours),
            // A number of hours with a decimal: `3.5 hours`.
            1 => Some(format!("{hours}.{minutes}h")),
            _ => clock(hours, minutes),
        };
        Some((time?, end))
    })
}

/// Returns `false` if `unit` says morning (`am`), `true` if it says afternoon (`pm`), and `None` for any other word. Spanish
/// writes `p. m.` as two words, of which `next` is the second.
fn half_of_day(unit: &str, next: &str) -> Option<bool> {
    match unit {
        "am" | "a.m" => Some(false),
        "pm" | "p.m" => Some(true),
        "a" if next == "m" => Some(false),
        "p" if next == "m" => Some(true),
        _ => None,
    }
}

fn in_24_hours(hours: &str, is_afternoon: bool) -> Option<String> {
    let hours: u32 = hours.parse().ok().filter(|hours| (1..=12).contains(hours))?;
    Some((hours % 12 + if is_afternoon { 12 } else { 0 }).to_string())
}

/// Returns a time of day, or `None` if there is no such time.
pub(super) fn clock(hours: &str, minutes: &str) -> Option<String> {
    let hours: u32 = hours.parse().ok().filter(|hours| *hours <= 24)?;
    let minutes: u32 =
        if minutes.is_empty() { 0 } else { minutes.parse().ok().filter(|minutes| *minutes < 60)? };
    Some(if minutes == 0 { format!("{hours}h") } else { format!("{hours}h{minutes:02}") })
}

/// Returns a number of hours. 48 and 72 hours become two and three days, because some outlets write these days in hours (`48
/// heures`).
fn span(hours: &str) -> Option<String> {
    let hours: u32 = hours.parse().ok()?;
    Some(if matches!(hours, 48 | 72) { format!("{}d", hours / 24) } else { format!("{hours}h") })
}

/// Returns the time that one word says.
pub(super) fn time_in_words(word: &str) -> Option<&'static str> {
    match word {
        "noon" | "midday" | "midi" | "mediodia" | "mezzogiorno" => Some("12h"),
        "midnight" | "minuit" | "medianoche" | "mezzanotte" => Some("0h"),
        _ => None,
    }
}

/// Reads what follows an hour in words: `nine hours`, `las seis de la tarde`. Returns the number and where it ends.
pub(super) fn hours_in_words(
    words: &[WrittenWord<'_>],
    after: usize,
    hours: &str,
) -> Option<(String, usize)> {
    let unit = words.get(after).filter(|unit| matches!(unit.before, Separator::Space | Separator::Hyphen));
    let has_unit = unit.is_some_and(|unit| HOURS.contains(&unit.folded));
    let end = after + usize::from(has_unit);
    // French: `huit heures et demie`.
    if let Some((decimals, used)) = fraction::after_whole(words, end).filter(|_| has_unit)
        && let Some(minutes) = minutes_of(decimals)
    {
        let end = end + used;
        let time = in_part_of_day(words, end, hours, minutes);
        return time.or_else(|| Some((clock(hours, minutes)?, end)));
    }
    in_part_of_day(words, end, hours, "").or_else(|| Some((span(hours)?, end)).filter(|_| has_unit))
}

/// Returns the minutes of a half and of a quarter of an hour, which are given as digits after a decimal point.
fn minutes_of(decimals: &str) -> Option<&'static str> {
    match decimals {
        "5" => Some("30"),
        "25" => Some("15"),
        _ => None,
    }
}

/// Reads the part of the day after an hour and a half or a quarter in words, so that they are a time of day: `seis y media de
/// la tarde`. Returns the time and where it ends.
pub(super) fn past_in_words(
    words: &[WrittenWord<'_>],
    after: usize,
    hours: &str,
    decimals: &str,
) -> Option<(String, usize)> {
    in_part_of_day(words, after, hours, minutes_of(decimals)?)
}

/// Reads the part of the day after an hour of a clock of twelve hours. Returns the time and where it ends.
pub(super) fn in_part_of_day(
    words: &[WrittenWord<'_>],
    after: usize,
    hours: &str,
    minutes: &str,
) -> Option<(String, usize)> {
    let (part, used) = part_of_day::read(words, after)?;
    let hours = part.in_24_hours(hours.parse().ok()?);
    Some((clock(&hours.to_string(), minutes)?, after + used))
}
