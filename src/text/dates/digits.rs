//! Reads dates that are nothing but digits: Unix times in seconds to nanoseconds, dates without separators, and the forms
//! of ISO 8601:1988 with two-digit years, which some old feeds still use.

use chrono::{Datelike, Timelike};

use super::{DateFields, DateSpec, TimeOfDay, Zone, full_year};
use crate::text::words::is_all_digits;

/// Reads a date that consists of digits only (`20261005`, `1795484340`), except for hyphens (`-0312`, `-03-12`) or a
/// fraction of a second (`1795484340.25`). Returns `None` for any other text, and for a number of digits that no such date has.
pub(super) fn read(text: &str) -> Option<DateFields> {
    if let Some(rest) = text.strip_prefix('-') {
        return truncated_year_and_month(rest);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !(whole.bytes().chain(fraction.bytes())).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Only a number with seconds can have a fraction: `2026.10` may be a month or a version, but it is not the year 2026.
    if !fraction.is_empty() && !matches!(whole.len(), 9 | 10 | 13..) {
        return None;
    }
    let value: u64 = whole.parse().ok()?;
    match whole.len() {
        4 => Some(calendar(value, 1, 1)),
        // `03335` and `031231` have two-digit years, with a day of the year or with a month and a day.
        5 => Some(midnight(DateSpec::Ordinal {
            year: full_year(to_u32(value / 1000), 2),
            day: to_u32(value % 1000),
        })),
        6 => {
            let year = full_year(to_u32(value / 10_000), 2);
            Some(calendar(u64::try_from(year).ok()?, value / 100 % 100, value % 100))
        }
        7 => Some(midnight(DateSpec::Ordinal { year: to_i32(value / 1000), day: to_u32(value % 1000) })),
        8 => Some(calendar(value / 10_000, value / 100 % 100, value % 100)),
        9 | 10 => unix_time(value),
        // Unix milliseconds before September 2001 have twelve digits too, but no feed is that old.
        12 => Some(compact_date_time(value, 0)),
        13 => unix_time(value / 1000),
        14 => Some(compact_date_time(value / 100, to_u32(value % 100))),
        16 => unix_time(value / 1_000_000),
        19 => unix_time(value / 1_000_000_000),
        _ => None,
    }
}

/// Reads `0312` or `03-12`, the rest of `-0312` or `-03-12`: 2003-12 in the truncated form that ISO 8601 allowed until 2004.
fn truncated_year_and_month(text: &str) -> Option<DateFields> {
    let digits: String = match text.as_bytes() {
        [_, _, _, _] | [_, _, b'-', _, _] => text.chars().filter(|c| *c != '-').collect(),
        _ => return None,
    };
    if digits.len() != 4 || !is_all_digits(&digits) {
        return None;
    }
    let value: u32 = digits.parse().ok()?;
    let day = DateSpec::Calendar { year: full_year(value / 100, 2), month: value % 100, day: 1 };
    Some(midnight(day))
}

/// Returns the date and time that `value` names with its digits `YYYYMMDDhhmm`, at `second` seconds.
fn compact_date_time(value: u64, second: u32) -> DateFields {
    let date = value / 10_000;
    let time = TimeOfDay { hour: to_u32(value / 100 % 100), minute: to_u32(value % 100), second };
    DateFields { time, ..calendar(date / 10_000, date / 100 % 100, date % 100) }
}

/// Returns the UTC date and time of a Unix time.
fn unix_time(seconds: u64) -> Option<DateFields> {
    let moment = chrono::DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
    let (date, time) = (moment.date_naive(), moment.time());
    let day = DateSpec::Calendar { year: date.year(), month: date.month(), day: date.day() };
    let time = TimeOfDay { hour: time.hour(), minute: time.minute(), second: time.second() };
    Some(DateFields { day, time, zone: Some(Zone::Offset(0)) })
}

/// Returns the midnight at which a day begins.
fn calendar(year: u64, month: u64, day: u64) -> DateFields {
    midnight(DateSpec::Calendar { year: to_i32(year), month: to_u32(month), day: to_u32(day) })
}

fn midnight(day: DateSpec) -> DateFields {
    DateFields { day, time: TimeOfDay::default(), zone: None }
}

/// Converts a part of a date. A part that is too large becomes the largest number, which no date has.
fn to_u32(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn to_i32(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
