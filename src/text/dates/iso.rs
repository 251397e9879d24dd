//! Reads ISO 8601 and RFC 3339. Also accepts what feeds write instead: a space or underscore in place of the `T`, a space
//! or a colon before the zone, one digit for a month, a day or a part of the time, months of three digits, a zone by
//! name, an offset that lost its `+`, and what Go prints after the zone.

use super::{DateFields, DateSpec, TimeOfDay, Zone, zones};

/// Reads a date in an ISO layout, without checking that it is a possible date. Returns `None` if `text` has another
/// layout, or a zone that is unknown or impossible.
pub(super) fn read(text: &str) -> Option<DateFields> {
    let mut scanner = IsoScanner { rest: text.as_bytes() };
    let day = read_day(&mut scanner)?;
    let mut fields = DateFields { day, time: TimeOfDay::default(), zone: None };
    if scanner.rest.is_empty() {
        return Some(fields);
    }
    if !(scanner.take_byte(b'T')
        || scanner.take_byte(b't')
        || scanner.take_byte(b'_')
        || scanner.take_spaces())
    {
        return None;
    }
    scanner.take_spaces();
    fields.time = read_time(&mut scanner)?;
    scanner.take_spaces();
    // Some feeds write a colon before the offset: `10:00:00:+02:00`.
    if matches!(scanner.rest, [b':', b'+' | b'-', ..]) {
        scanner.take_byte(b':');
    }
    if !scanner.rest.is_empty() {
        fields.zone = Some(read_zone(&mut scanner)?);
    }
    (scanner.rest.is_empty() || may_be_ignored(scanner.rest)).then_some(fields)
}

/// Returns whether `rest`, which follows an offset, may be ignored. That is the `Z` of `+00:00Z`, or what Go prints after an
/// offset: the zone's name or the offset again, and perhaps a clock reading (`+0200 CEST`, `+0200 +0200 m=+0.1`). Only the
/// first offset counts, even if the name contradicts it.
fn may_be_ignored(rest: &[u8]) -> bool {
    let Some(rest) = rest.strip_prefix(b" ") else {
        return matches!(rest, b"Z" | b"z");
    };
    let (name, clock) =
        rest.iter().position(|byte| *byte == b' ').map_or((rest, &b""[..]), |at| rest.split_at(at));
    let is_name = name.iter().all(u8::is_ascii_alphabetic);
    let is_offset =
        matches!(name.split_first(), Some((b'+' | b'-', digits)) if digits.iter().all(u8::is_ascii_digit));
    (is_name || is_offset) && (clock.is_empty() || clock.starts_with(b" m="))
}

/// Reads a day: `2026-10-05`, `2026-10`, `20261005`, `2026-278`, `2026278`, `2026-W41-1`, `2026W411`. A week without a day
/// (`2026-W41`, `2026W41`) is its Monday.
fn read_day(scanner: &mut IsoScanner<'_>) -> Option<DateSpec> {
    let digits = scanner.leading_digits();
    if !matches!(digits, 4 | 7 | 8) {
        return None;
    }
    let year = scanner.take_number(4)?.cast_signed();
    match digits {
        8 => Some(DateSpec::Calendar { year, month: scanner.take_number(2)?, day: scanner.take_number(2)? }),
        7 => Some(DateSpec::Ordinal { year, day: scanner.take_number(3)? }),
        _ => {
            let extended = scanner.take_byte(b'-');
            if scanner.take_byte(b'W') {
                let week = scanner.take_number(2)?;
                let weekday =
                    if extended && !scanner.take_byte(b'-') { None } else { scanner.take_number(1) };
                return Some(DateSpec::Week { year, week, weekday: weekday.unwrap_or(1) });
            }
            if extended { read_month_and_day(scanner, year) } else { None }
        }
    }
}

/// Reads the month and day, or the day of the year, after the year and its hyphen.
fn read_month_and_day(scanner: &mut IsoScanner<'_>, year: i32) -> Option<DateSpec> {
    if scanner.leading_digits() == 3 {
        let value = scanner.take_number(3)?;
        // Google once wrote months with three digits: `2003-012-31`. Three digits before a day are not a day of the year.
        if scanner.take_byte(b'-') {
            return Some(DateSpec::Calendar { year, month: value, day: scanner.take_up_to(2)? });
        }
        return Some(DateSpec::Ordinal { year, day: value });
    }
    let month = scanner.take_up_to(2)?;
    let day = if scanner.take_byte(b'-') { scanner.take_up_to(2)? } else { 1 };
    Some(DateSpec::Calendar { year, month, day })
}

/// Reads a time: `10:00:00.5`, `10:00`, `9:15`, `100000`, `1000`, `10`.
fn read_time(scanner: &mut IsoScanner<'_>) -> Option<TimeOfDay> {
    let digits = scanner.leading_digits();
    let mut time = TimeOfDay::default();
    match digits {
        6 | 4 => {
            (time.hour, time.minute) = (scanner.take_number(2)?, scanner.take_number(2)?);
            time.second = if digits == 6 { scanner.take_number(2)? } else { 0 };
        }
        1 | 2 => {
            time.hour = scanner.take_up_to(2)?;
            if scanner.take_byte(b':') {
                time.minute = scanner.take_up_to(2)?;
                time.second = if scanner.take_byte(b':') { scanner.take_up_to(2)? } else { 0 };
            }
        }
        _ => return None,
    }
    if scanner.take_byte(b'.') || scanner.take_byte(b',') {
        scanner.skip_digits()?;
    }
    Some(time)
}

/// Reads a zone: `Z`, `+02:00`, `+0200`, `+02`, `+02:00:00`, `02:00`, `CEST`, `UTC`.
fn read_zone(scanner: &mut IsoScanner<'_>) -> Option<Zone> {
    let sign = match scanner.rest.first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        // A `+` in an address means a space, so a date that went through an address lost its sign: `T10:00:00 02:00`.
        Some(byte) if byte.is_ascii_digit() => return lost_sign(scanner),
        _ => {
            let name = std::str::from_utf8(std::mem::take(&mut scanner.rest)).ok()?;
            return zones::by_name(&name.to_ascii_lowercase());
        }
    };
    scanner.rest = scanner.rest.get(1..)?;
    let digits = scanner.leading_digits();
    if !matches!(digits, 2 | 4) {
        return None;
    }
    let hours = scanner.take_number(2)?;
    let minutes = if digits == 4 || scanner.take_byte(b':') { scanner.take_number(2)? } else { 0 };
    // A few feeds write seconds too (`+02:00:00`), as java.time does for historic zones.
    let seconds = if scanner.take_byte(b':') { scanner.take_number(2)? } else { 0 };
    zones::offset(sign, hours, minutes, seconds).map(Zone::Offset)
}

/// Reads an offset without its sign, which is positive: `02:00`.
fn lost_sign(scanner: &mut IsoScanner<'_>) -> Option<Zone> {
    let is_offset = scanner.leading_digits() == 2 && scanner.rest.len() == 5;
    let hours = scanner.take_number(2).filter(|hours| is_offset && *hours <= 14)?;
    let minutes = scanner.take_byte(b':').then(|| scanner.take_number(2))??;
    zones::offset(1, hours, minutes, 0).map(Zone::Offset)
}

/// Reads a text from left to right. It reads bytes, because all ISO layouts are ASCII.
struct IsoScanner<'a> {
    /// The bytes that are not yet read.
    rest: &'a [u8],
}

impl IsoScanner<'_> {
    /// Takes `byte` if it comes next, and returns whether it did.
    fn take_byte(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes white space, and returns whether there was any.
    fn take_spaces(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_ascii_start();
        self.rest.len() < before
    }

    /// Returns how many digits come next.
    fn leading_digits(&self) -> usize {
        self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Takes a number of exactly `count` digits, even if more digits follow.
    fn take_number(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let mut value = 0;
        for digit in digits {
            value = value * 10 + u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        }
        self.rest = rest;
        Some(value)
    }

    /// Takes all the digits that come next, if there are one to `most` of them.
    fn take_up_to(&mut self, most: usize) -> Option<u32> {
        let digits = self.leading_digits();
        if (1..=most).contains(&digits) { self.take_number(digits) } else { None }
    }

    /// Skips one or more digits; `None` if there is no digit.
    fn skip_digits(&mut self) -> Option<()> {
        let digits = self.leading_digits();
        self.rest = self.rest.get(digits..)?;
        (digits > 0).then_some(())
    }
}
