//! Reads the day, the month and the year of a date, so that each date compares as equal however an outlet writes it.
//!
//! `24 mai 2024`, `24. Mai 2024`, `May 24th, 2024`, `24/05/2024`, `24.05.2024` and `2024-05-24` are one date. What is read
//! is only hashed and never shown.

use std::sync::LazyLock;

use super::text_language::TextLanguage;
use super::word::{WordHash, WordKind};
use super::word_table::WordTable;
use super::written::{Separator, WrittenWord};
use super::{fraction, scale, small_number};
use crate::text::words::is_all_digits;

/// The date that some words write.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct ReadDate {
    day: u32,
    month: u32,
    /// Year, if the whole date is written in digits. After the name of a month, the year is read as a number of its own.
    year: Option<u32>,
    /// How many words write the date.
    pub(super) words: usize,
}

impl ReadDate {
    /// Adds the words of the date: the day, the month and the year.
    pub(super) fn hash_into(&self, found: &mut Vec<WordHash>) {
        found.push(WordHash::new(self.day.to_string(), WordKind::Number));
        found.push(WordHash::of_month(self.month));
        found.extend(self.year.map(|year| WordHash::new(year.to_string(), WordKind::Number)));
    }
}

/// The months in English, French, German, Spanish, Italian, Portuguese and Dutch, in the folded spelling, with usual
/// abbreviations, and in Polish as they follow a day.
const MONTHS: [(&str, u32); 103] = [
    ("january", 1),
    ("janvier", 1),
    ("januar", 1),
    ("janner", 1),
    ("enero", 1),
    ("gennaio", 1),
    ("janeiro", 1),
    ("januari", 1),
    ("jan", 1),
    ("janv", 1),
    ("ene", 1),
    ("february", 2),
    ("fevrier", 2),
    ("februar", 2),
    ("febrero", 2),
    ("febbraio", 2),
    ("fevereiro", 2),
    ("februari", 2),
    ("feb", 2),
    ("fev", 2),
    ("march", 3),
    ("mars", 3),
    ("marz", 3),
    ("maerz", 3),
    ("marzo", 3),
    ("marco", 3),
    ("maart", 3),
    ("mar", 3),
    ("april", 4),
    ("avril", 4),
    ("abril", 4),
    ("aprile", 4),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("mayo", 5),
    ("maggio", 5),
    ("maio", 5),
    ("mei", 5),
    ("june", 6),
    ("juin", 6),
    ("juni", 6),
    ("junio", 6),
    ("giugno", 6),
    ("junho", 6),
    ("jun", 6),
    ("july", 7),
    ("juillet", 7),
    ("juli", 7),
    ("julio", 7),
    ("luglio", 7),
    ("julho", 7),
    ("jul", 7),
    ("juil", 7),
    ("august", 8),
    ("aout", 8),
    ("agosto", 8),
    ("augustus", 8),
    ("aug", 8),
    ("ago", 8),
    ("september", 9),
    ("septembre", 9),
    ("septiembre", 9),
    ("settembre", 9),
    ("setembro", 9),
    ("sep", 9),
    ("sept", 9),
    ("october", 10),
    ("octobre", 10),
    ("oktober", 10),
    ("octubre", 10),
    ("ottobre", 10),
    ("outubro", 10),
    ("oct", 10),
    ("okt", 10),
    ("november", 11),
    ("novembre", 11),
    ("noviembre", 11),
    ("novembro", 11),
    ("nov", 11),
    ("december", 12),
    ("dezember", 12),
    ("decembre", 12),
    ("diciembre", 12),
    ("dicembre", 12),
    ("dezembro", 12),
    ("dec", 12),
    ("dez", 12),
    ("dic", 12),
    ("stycznia", 1),
    ("lutego", 2),
    ("marca", 3),
    ("kwietnia", 4),
    ("maja", 5),
    ("czerwca", 6),
    ("lipca", 7),
    ("sierpnia", 8),
    ("wrzesnia", 9),
    ("pazdziernika", 10),
    ("listopada", 11),
    ("grudnia", 12),
];

static MONTH_WORDS: LazyLock<WordTable<u32>> = LazyLock::new(|| WordTable::of(&MONTHS));

/// Months whose names are also other words if they have no capital letter: `12 may be hurt`, `the march`, Spanish `mar` (sea).
const OTHER_WORDS: [&str; 3] = ["may", "march", "mar"];

/// German words that a date in digits without a year may follow.
const BEFORE_DATES: [&str; 15] = [
    "am",
    "vom",
    "zum",
    "bis",
    "ab",
    "seit",
    "den",
    "dem",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
];

/// Reads the date that begins at word `at` and is written in digits alone or with its month first. Returns `None` if no such
/// date begins there. A date that is written as a day and then the name of a month (`24 mai`) is read elsewhere: as a number,
/// followed by the [`month_after`] it.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize) -> Option<ReadDate> {
    let first = words.get(at)?;
    if first.folded.starts_with(|c: char| c.is_ascii_digit()) {
        with_points(first.folded).or_else(|| without_century(words, at)).or_else(|| in_digits(words, at))
    } else {
        // Most words are ruled out here, without a search for months.
        let day = words.get(at + 1)?;
        let may_be_day = day.folded.starts_with(|c: char| c.is_ascii_digit())
            || first.raw.starts_with(|c: char| c.is_ascii_uppercase());
        month_first(words, at, Some(first).filter(|_| may_be_day).and_then(named)?)
    }
}

/// Returns whether a date that [`read`] reads may begin with this folded word.
pub(super) fn may_begin(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) || MONTH_WORDS.get(word).is_some()
}

/// Returns the month that follows a day, and how many words that takes: `24 mai`, `24. Mai`, `24 de mayo`, `24th of May`.
pub(super) fn month_after(words: &[WrittenWord<'_>], at: usize) -> Option<(u32, usize)> {
    let next = words.get(at)?;
    if let Some(month) = named(next) {
        return Some((month, 1));
    }
    let joins = matches!(next.folded, "de" | "of");
    Some((named(words.get(at + 1).filter(|_| joins)?)?, 2))
}

fn named(word: &WrittenWord<'_>) -> Option<u32> {
    let month = MONTH_WORDS.get(word.folded)?;
    let is_month = word.raw.starts_with(char::is_uppercase) || !OTHER_WORDS.contains(&word.folded);
    is_month.then_some(month)
}

/// Reads `May 24`, `Nov. 28th`, `March eight`. Returns `None` if the word after the number shows that the number is not a day:
/// `in May 11 million`.
fn month_first(words: &[WrittenWord<'_>], at: usize, month: u32) -> Option<ReadDate> {
    let day = words.get(at + 1).filter(|day| matches!(day.before, Separator::Space | Separator::Point))?;
    let figures = day.folded.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let (day, used) = if figures.is_empty() {
        let day = small_number::read(words, at + 1, TextLanguage::Other)?;
        (Some(day.value).filter(|day| (1..=31).contains(day))?, day.words)
    } else {
        let ending = day.folded.get(figures.len()..).unwrap_or_default();
        (day_of(figures).filter(|_| matches!(ending, "" | "st" | "nd" | "rd" | "th"))?, 1)
    };
    let goes_on = words.get(at + 1 + used).is_some_and(|next| match next.before {
        Separator::Colon => true,
        Separator::Space => {
            let next = next.folded;
            matches!(next, "am" | "pm" | "a.m" | "p.m" | "uhr" | "h" | "%")
                || scale::is_scale(next)
                || next.len() == 3 && is_all_digits(next)
        }
        _ => false,
    });
    (!goes_on).then_some(ReadDate { day, month, year: None, words: 1 + used })
}

/// Reads `24.05.2024`.
fn with_points(word: &str) -> Option<ReadDate> {
    let mut parts = word.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some(ReadDate { day: day_of(day)?, month: month_of(month)?, year: Some(year_of(year)?), words: 1 })
}

/// Reads `24.05.` and `24.05.24` after a German word that a date follows (`am 24.05.`, `Freitag, 24.05.`), and `24.05.` before
/// a word in lower case, where no sentence ends.
fn without_century(words: &[WrittenWord<'_>], at: usize) -> Option<ReadDate> {
    let mut parts = words.get(at)?.folded.split('.');
    let (day, month) = (day_of(parts.next()?)?, month_of(parts.next()?)?);
    let before = at.checked_sub(1).and_then(|before| words.get(before)).map_or("", |word| word.folded);
    let is_announced = BEFORE_DATES.contains(&before);
    let year = match parts.next() {
        Some(year) if is_announced => Some(short_year_of(year)?),
        Some(_) => return None,
        // Only a point or another sign behind it makes this a date. `ab 12.50 Euro` has a number.
        None => {
            let next = words.get(at + 1)?;
            let goes_on = next.before == Separator::Point && next.raw.starts_with(char::is_lowercase);
            let is_apart = matches!(next.before, Separator::Point | Separator::Other);
            (goes_on || is_announced && is_apart).then_some(None)?
        }
    };
    parts.next().is_none().then_some(ReadDate { day, month, year, words: 1 })
}

/// Reads `24/05/2024`, `24/05/24`, `24-05-2024`, `24-05-24`, `2024-05-24` and `24/05`. If the second number can't be a month,
/// the first one is the month: `05/24`.
fn in_digits(words: &[WrittenWord<'_>], at: usize) -> Option<ReadDate> {
    let part = |ahead: usize, sign: Separator| {
        let word = words.get(at + ahead).filter(|word| word.before == sign)?;
        Some(word.folded)
    };
    let first = words.get(at)?.folded;
    if let (Some(second), third) = (part(1, Separator::Slash), part(2, Separator::Slash)) {
        if fraction::with_slash(words, at).is_some() {
            return None;
        }
        let (day, month) = day_and_month(first, second)?;
        let Some(third) = third else { return Some(ReadDate { day, month, year: None, words: 2 }) };
        let year = year_of(third).or_else(|| short_year_of(third))?;
        return Some(ReadDate { day, month, year: Some(year), words: 3 });
    }
    let (second, third) = (part(1, Separator::Hyphen)?, part(2, Separator::Hyphen)?);
    if let Some(year) = year_of(first) {
        return Some(ReadDate { day: day_of(third)?, month: month_of(second)?, year: Some(year), words: 3 });
    }
    let (day, month) = day_and_month(first, second)?;
    let short = || short_year_of(third).filter(|_| first.len() == 2 && second.len() == 2);
    Some(ReadDate { day, month, year: Some(year_of(third).or_else(short)?), words: 3 })
}

fn day_and_month(first: &str, second: &str) -> Option<(u32, u32)> {
    match month_of(second) {
        Some(month) => Some((day_of(first)?, month)),
        None => Some((day_of(second)?, month_of(first)?)),
    }
}

/// Returns the number of a day in the month, from 1 to 31.
pub(super) fn day_of(figures: &str) -> Option<u32> {
    figure(figures, 2).filter(|day| (1..=31).contains(day))
}

fn month_of(figures: &str) -> Option<u32> {
    figure(figures, 2).filter(|month| (1..=12).contains(month))
}

fn year_of(figures: &str) -> Option<u32> {
    figure(figures, 4).filter(|year| (1900..2100).contains(year))
}

/// Returns the year that two digits write, from 2000 on.
fn short_year_of(figures: &str) -> Option<u32> {
    figure(figures, 2).filter(|_| figures.len() == 2).map(|year| 2000 + year)
}

fn figure(figures: &str, longest: usize) -> Option<u32> {
    let are_digits = figures.len() <= longest && is_all_digits(figures);
    figures.parse().ok().filter(|_| are_digits)
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn a_date_is_one_date_however_it_is_written() {
        for texts in [
            &[
                "on 24 May 2024",
                "on May 24, 2024",
                "on May 24th, 2024",
                "on 24th of May 2024",
                "on 24/05/2024",
            ][..],
            &["le 24 mai 2024", "le 24/05/2024", "le 24/05/24", "le 24-05-2024", "le vingt-quatre mai 2024"],
            &["am 24. Mai 2024", "am 24.05.2024", "am 24.5.2024", "am 2024-05-24"],
            &["samedi 28 novembre à 20h", "samedi 28/11 à 20 h", "samedi 28 nov. à 20 heures"],
            &["Nov. 28, at noon", "November 28th, at noon", "28 November at noon", "11/28 at noon"],
            &["on March 8, when", "on March eight, when", "on 8 March, when"],
            &["el 5 de mayo en casa", "el 5/5 en casa", "el 5 mayo en casa"],
            &["le 1er décembre", "le premier décembre", "le 1 déc.", "le 01/12"],
            &["am 24.11. in Bonn", "am 24. November in Bonn", "am 24.11., in Bonn"],
            &["am Freitag (24.11.) in Bonn", "am Freitag (24. November) in Bonn"],
            &["vom 24.11.26 an", "vom 24.11.2026 an", "vom 24. November 2026 an", "vom 24-11-26 an"],
            &["el 24 de diciembre", "el 24 dic.", "el 24/12"],
            &["il 24 dicembre", "il 24 dic.", "il 24/12"],
            &["em 24 de novembro", "em 24 nov.", "em 24/11"],
            &["em 24 de dezembro", "em 24 dez.", "em 24/12"],
            &["em 24 de outubro", "em 24 oct.", "em 24/10"],
        ] {
            for text in texts {
                assert_eq!(words_of(text), words_of(texts[0]), "`{text}` and `{}`", texts[0]);
            }
        }
    }

    #[test]
    fn different_dates_and_other_numbers_stay_different() {
        for (one, other) in [
            ("24 mai", "24 juin"),
            ("24/05/2024", "24/06/2024"),
            ("24/05/2024", "24/05/2023"),
            ("May 24", "May 25"),
            ("12 may be hurt", "12 May be hurt"),
            ("in May 11 million euros", "in May 11 euros"),
            ("1.10.24", "1.10.2024"),
            ("ab 2.10 Euro", "ab 2.10. Euro"),
            ("am 24.11.", "am 24.12."),
            ("47/05", "4/705"),
        ] {
            assert_ne!(words_of(one), words_of(other), "{one} and {other}");
        }
        assert_eq!(words_of("twelve may be hurt"), words_of("12 may be hurt"));
        assert_eq!(words_of("in May 7:30 pm"), words_of("in May 19:30"));
    }
}
