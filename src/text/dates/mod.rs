//! Parses dates in the many layouts that feeds use.
//!
//! Three readers are tried in this order. The first that recognises the layout decides, so that an impossible date in a
//! clear layout (`2026-11-31`) is never read as something else:
//!
//! 1. [`iso`] reads ISO 8601 and RFC 3339, basic, ordinal and week dates included;
//! 2. [`digits`] reads Unix times and dates that are nothing but digits;
//! 3. [`freeform`] reads dates with names, slashes, dots or unit characters (`年`): RFC 822, RFC 850, ctime, and dates
//!    that people write by hand.
//!
//! All three fill in missing parts in the same way. Without a zone, the date is in UTC, or in +09:00 if it is written in
//! Korean. Without a time it is midnight, without a day the first of the month, and a year alone is its first of January.
//! A day without a year is not a date. Nor is a time without a day, except after a month or a week of ISO 8601.

mod digits;
mod freeform;
mod iso;
mod months;
mod style;
mod weekdays;
mod zones;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Weekday};

pub use self::style::DateStyle;
use self::style::DayMonthOrder;
use self::zones::Zone;
use crate::time::Timestamp;

/// Name of the defect that is noted when a feed states a date that can't be read.
pub const UNREADABLE: &str = "unreadable-date";

/// Longest text that is parsed, in bytes. The longest real date known comes from JavaScript, names its zone in full, and
/// has 70 bytes.
const MAX_LENGTH: usize = 160;

/// Parses a date as published. Returns `None` if it is missing, longer than 160 bytes, impossible or nonsense, if it
/// names a zone (`Europe/Atlantis`) that the IANA database lacks, if it is numeric and its year counts from the Hijra
/// ([`HIJRI_YEARS`]), or if its year in UTC is outside 1 to 9999.
///
/// Takes linear time. If both numbers of `10/05/2026` can be the month, the day of the week decides if the date names it.
/// Otherwise it is October 5: with slashes the month comes first, as American software writes it. With dots, hyphens or
/// spaces the day comes first. Two-digit years follow RFC 2822 §4.3: years below 50 are in this century, the others in the
/// last. Years from 2400 to 2699 count from the Buddha's death, as in Thailand, 543 years before the common era.
pub fn parse(text: &str) -> Option<Timestamp> {
    parse_in(text, DateStyle::default())
}

/// Parses a date of a document as [`parse`] does. `style` decides what the date itself leaves open; it holds what the clear
/// dates and the language of the document show.
pub fn parse_in(text: &str, style: DateStyle) -> Option<Timestamp> {
    read(text, style).map(|date| date.at)
}

/// Returns the digits of the Unix time, in milliseconds, from a date as .NET wrote it into JSON: `/Date(1795084200000+0100)/`.
/// The zone only says how to show it.
fn of_dot_net(text: &str) -> Option<&str> {
    let number = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let end = number.find(['+', '-']).filter(|end| *end > 0).unwrap_or(number.len());
    number.get(..end)
}

/// A date that was read.
#[derive(Clone, Copy, Debug)]
struct ReadDate {
    at: Timestamp,
    order: ShownOrder,
}

/// What a date itself shows of the order of its day and month.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum ShownOrder {
    /// Nothing: its layout has only one order (a month's name, the year first, dots), or day and month are the same number.
    #[default]
    None,
    /// The order, with the character between day and month.
    Clear(DayMonthOrder, char),
    /// Both orders are possible, and a weekday does not decide. Contains the character between day and month.
    Open(char),
}

fn read(text: &str, style: DateStyle) -> Option<ReadDate> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let text = of_dot_net(text).unwrap_or(text);
    let (rest, named_zone) = zones::extract_zone_name(text)?;
    let text = rest.as_deref().unwrap_or(text);
    let (mut fields, order) = match iso::read(text).or_else(|| digits::read(text)) {
        // A program that states an offset also converts the year to the common era.
        Some(fields) if fields.zone.is_none() && HIJRI_YEARS.contains(&fields.day.year()) => return None,
        Some(fields) => (fields, ShownOrder::None),
        None => freeform::read(text, style)?,
    };
    fields.zone = fields.zone.or(named_zone);
    Some(ReadDate { at: fields.moment()?, order })
}

/// The parts of a date as read from the text. They are not yet known to be a possible date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct DateFields {
    day: DateSpec,
    time: TimeOfDay,
    /// Time zone; `None` means UTC.
    zone: Option<Zone>,
}

/// Years that count from the Hijra: 2026 is 1405 in Iran's calendar, and 1448 in the Islamic one. A numeric date with such a
/// year is not read, except in a layout of ISO 8601 with an offset (`Z`, `+03:30`) or the abbreviation of a zone.
const HIJRI_YEARS: std::ops::Range<i32> = 1300..1500;

/// A day in one of the three forms of ISO 8601.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum DateSpec {
    Calendar { year: i32, month: u32, day: u32 },
    Ordinal { year: i32, day: u32 },
    Week { year: i32, week: u32, weekday: u32 },
}

impl DateSpec {
    const fn year(self) -> i32 {
        match self {
            Self::Calendar { year, .. } | Self::Ordinal { year, .. } | Self::Week { year, .. } => year,
        }
    }
}

/// A time of day without fractions of a second.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct TimeOfDay {
    hour: u32,
    minute: u32,
    second: u32,
}

impl DateFields {
    /// Returns the moment that the parts name; `None` if no such day or time exists, or if its year in UTC is outside 1
    /// to 9999.
    fn moment(self) -> Option<Timestamp> {
        let day = match self.day {
            DateSpec::Calendar { year, month, day } => calendar_day(year, month, day)?,
            DateSpec::Ordinal { year, day } => NaiveDate::from_yo_opt(common_year(year), day)?,
            DateSpec::Week { year, week, weekday } => {
                NaiveDate::from_isoywd_opt(common_year(year), week, weekday_from_number(weekday)?)?
            }
        };
        let TimeOfDay { hour, minute, second } = self.time;
        // ISO 8601 writes the end of a day as 24:00:00. A leap second (:60) is read as the first second of the next minute.
        let possible =
            (hour < 24 || (hour == 24 && minute == 0 && second == 0)) && minute < 60 && second <= 60;
        if !possible {
            return None;
        }
        let since_midnight = chrono::TimeDelta::seconds(i64::from(hour * 3600 + minute * 60 + second));
        let local: NaiveDateTime = day.and_hms_opt(0, 0, 0)?.checked_add_signed(since_midnight)?;
        let offset = self.zone.map_or(0, |zone| zone.offset_at(local));
        let unix = local.and_utc().timestamp() - i64::from(offset);
        let in_range = (Timestamp::MIN.unix()..=Timestamp::MAX.unix()).contains(&unix);
        in_range.then(|| Timestamp::from_unix(unix))
    }
}

/// Years that are read as years of the Buddhist era.
const BUDDHIST_YEARS: std::ops::Range<i32> = 2400..2700;

/// Returns a year as one of the common era.
fn common_year(year: i32) -> i32 {
    if BUDDHIST_YEARS.contains(&year) { year - 543 } else { year }
}

/// Returns a day of the calendar, whose year may be one of the Buddhist era; `None` if there is no such day.
fn calendar_day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(common_year(year), month, day)
}

/// Returns whether a day exists and is the given day of the week, where Monday is 0.
fn is_on_weekday(year: i32, month: u32, day: u32, weekday: u32) -> bool {
    calendar_day(year, month, day).is_some_and(|date| date.weekday().num_days_from_monday() == weekday)
}

/// Returns the weekday with this number in ISO 8601, where Monday is 1; `None` if the number is not 1 to 7.
fn weekday_from_number(number: u32) -> Option<Weekday> {
    match number {
        1..=7 => Weekday::try_from(u8::try_from(number - 1).ok()?).ok(),
        _ => None,
    }
}

/// Returns the year that `value`, written with this number of digits, means (RFC 2822 §4.3): `00` to `49` are in this
/// century, `50` to `99` in the last. Three digits come from programs that count years from 1900. Four or more digits
/// are the year itself.
fn full_year(value: u32, digits: usize) -> i32 {
    let value = value.cast_signed();
    match (digits, value) {
        (0..=2, 0..50) => 2000 + value,
        (0..=3, _) => 1900 + value,
        _ => value,
    }
}

#[cfg(test)]
mod tests;
