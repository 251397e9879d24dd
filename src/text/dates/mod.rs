//! Dates as they are found in feeds: some two hundred layouts, a few of them impossible.
//!
//! Three readers, tried in this order; the first that recognises the layout decides, so that an impossible date in a
//! clear layout (`2026-11-31`) is never read again as something else:
//!
//! 1. [`iso`]: ISO 8601 and RFC 3339, basic, ordinal and week dates included;
//! 2. [`digits`]: nothing but digits: a Unix time, or a date run together;
//! 3. [`loose`]: everything with names, slashes, dots or unit characters: RFC 822, RFC 850, ctime, and people's own.
//!
//! What no layout says is filled in the same way for all: no zone is UTC (+09:00 for Korean, which one zone speaks), no
//! time is midnight, no day is the first. A time of day without a day, or a day without a year, names no moment.

mod digits;
mod freeform;
mod iso;
mod months;
mod zones;

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use self::zones::Zone;
use crate::time::Timestamp;

/// The name of the defect of a date that is stated and can't be read.
pub const UNREADABLE: &str = "unreadable-date";

/// Longest text looked at, in bytes. The longest real one known, a JavaScript date with its zone spelt out, has 70.
const MAX_LENGTH: usize = 160;

/// Understands a date as published; `None` where it names no moment (missing, impossible, nonsense, a year outside
/// 1 to 9999 after its zone is taken off).
///
/// Time is linear in the text, which is not looked at beyond 160 bytes. `10/05/2026` is October 5: month first, as the
/// American software writes it that uses slashes, unless the first number can be no month; with dots or hyphens the
/// day comes first. Two-digit years are those of RFC 2822 §4.3: below 50 this century, else the last.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let (rest, place) = zones::extract_place(text)?;
    let text = rest.as_deref().unwrap_or(text);
    let mut fields = iso::read(text).or_else(|| digits::read(text)).or_else(|| freeform::read(text))?;
    fields.zone = fields.zone.or(place);
    fields.moment()
}

/// What a layout said, not yet checked for being possible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct DateFields {
    day: DateSpec,
    time: TimeOfDay,
    /// UTC, where none is named.
    zone: Option<Zone>,
}

/// A day in one of the three ways of ISO 8601.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum DateSpec {
    Calendar { year: i32, month: u32, day: u32 },
    Ordinal { year: i32, day: u32 },
    Week { year: i32, week: u32, weekday: u32 },
}

/// A time of day, fractions of a second dropped.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct TimeOfDay {
    hour: u32,
    minute: u32,
    second: u32,
}

impl DateFields {
    /// The moment, if there is such a day and time.
    fn moment(self) -> Option<Timestamp> {
        let day = match self.day {
            DateSpec::Calendar { year, month, day } => NaiveDate::from_ymd_opt(year, month, day)?,
            DateSpec::Ordinal { year, day } => NaiveDate::from_yo_opt(year, day)?,
            DateSpec::Week { year, week, weekday } => {
                NaiveDate::from_isoywd_opt(year, week, weekday_from_number(weekday)?)?
            }
        };
        let TimeOfDay { hour, minute, second } = self.time;
        // ISO 8601 writes the end of a day as 24:00:00; a leap second (:60) is the next minute's first for us.
        let possible =
            (hour < 24 || (hour == 24 && minute == 0 && second == 0)) && minute < 60 && second <= 60;
        if !possible {
            return None;
        }
        let of_day = chrono::TimeDelta::seconds(i64::from(hour * 3600 + minute * 60 + second));
        let local: NaiveDateTime = day.and_hms_opt(0, 0, 0)?.checked_add_signed(of_day)?;
        let offset = self.zone.map_or(0, |zone| zone.offset_at(local));
        let unix = local.and_utc().timestamp() - i64::from(offset);
        let in_range = (Timestamp::MIN.unix()..=Timestamp::MAX.unix()).contains(&unix);
        in_range.then(|| Timestamp::from_unix(unix))
    }
}

/// ISO 8601 counts from Monday, 1.
fn weekday_from_number(number: u32) -> Option<Weekday> {
    match number {
        1..=7 => Weekday::try_from(u8::try_from(number - 1).ok()?).ok(),
        _ => None,
    }
}

/// RFC 2822 §4.3: `00` to `49` are of this century, `50` to `99` of the last; of three digits are those that a program
/// gives which counts from 1900. Longer numbers stand as they are.
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
