//! ISO 8601 and RFC 3339, and the liberties that feeds take with them: a space or underscore for the `T`, a space
//! before the zone, a comma before the fraction, hours of one digit, a zone by name.

use super::{DateFields, DateSpec, TimeOfDay, Zone, zones};

/// Reads the whole of `text`, or `None` where it is not of this kind (then nothing is said about it).
pub(super) fn read(text: &str) -> Option<DateFields> {
    let mut scanner = IsoScanner { rest: text.as_bytes() };
    let day = day(&mut scanner)?;
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
    fields.time = time(&mut scanner)?;
    scanner.take_spaces();
    if !scanner.rest.is_empty() {
        fields.zone = Some(zone(&mut scanner)?);
    }
    (scanner.rest.is_empty() || only_repeats_zone(scanner.rest)).then_some(fields)
}

/// What is known already behind an offset: `+00:00Z`; and as Go prints a time, the zone's name, or the offset once more
/// where it has none, and the state of a clock: ` +0200 CEST`, ` +0200 +0200 m=+0.1`.
fn only_repeats_zone(rest: &[u8]) -> bool {
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

/// `2026-10-05`, `2026-10`, `20261005`, `2026-278`, `2026278`, `2026-W41-1`, `2026W411`.
fn day(scanner: &mut IsoScanner<'_>) -> Option<DateSpec> {
    let run = scanner.leading_digits();
    if !matches!(run, 4 | 7 | 8) {
        return None;
    }
    let year = scanner.take_number(4)?.cast_signed();
    match run {
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
            if extended { month_and_day(scanner, year) } else { None }
        }
    }
}

/// After the year and its hyphen.
fn month_and_day(scanner: &mut IsoScanner<'_>, year: i32) -> Option<DateSpec> {
    if scanner.leading_digits() == 3 {
        let value = scanner.take_number(3)?;
        // `2003-012-31`: Google once wrote a month of three digits. Followed by a day it is no ordinal.
        if scanner.take_byte(b'-') {
            return Some(DateSpec::Calendar { year, month: value, day: scanner.take_up_to(2)? });
        }
        return Some(DateSpec::Ordinal { year, day: value });
    }
    let month = scanner.take_up_to(2)?;
    let day = if scanner.take_byte(b'-') { scanner.take_up_to(2)? } else { 1 };
    Some(DateSpec::Calendar { year, month, day })
}

/// `10:00:00.5`, `10:00`, `9:15`, `100000`, `1000`, `10`.
fn time(scanner: &mut IsoScanner<'_>) -> Option<TimeOfDay> {
    let run = scanner.leading_digits();
    let mut time = TimeOfDay::default();
    match run {
        6 | 4 => {
            (time.hour, time.minute) = (scanner.take_number(2)?, scanner.take_number(2)?);
            time.second = if run == 6 { scanner.take_number(2)? } else { 0 };
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

/// `Z`, `+02:00`, `+0200`, `+02`, `CEST`, `UTC`.
fn zone(scanner: &mut IsoScanner<'_>) -> Option<Zone> {
    let sign = match scanner.rest.first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => {
            let name = std::str::from_utf8(std::mem::take(&mut scanner.rest)).ok()?;
            return zones::by_name(&name.to_ascii_lowercase());
        }
    };
    scanner.rest = scanner.rest.get(1..)?;
    let run = scanner.leading_digits();
    if !matches!(run, 2 | 4) {
        return None;
    }
    let hours = scanner.take_number(2)?;
    let minutes = if run == 4 || scanner.take_byte(b':') { scanner.take_number(2)? } else { 0 };
    // The odd feed writes seconds too (`+02:00:00`), as java.time does for historic zones.
    let seconds = if scanner.take_byte(b':') { scanner.take_number(2)? } else { 0 };
    zones::offset(sign, hours, minutes, seconds).map(Zone::Offset)
}

/// What is left to read. All layouts here are ASCII, so bytes do.
struct IsoScanner<'a> {
    rest: &'a [u8],
}

impl IsoScanner<'_> {
    /// Takes `byte` if it is next.
    fn take_byte(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes blanks; whether there were any.
    fn take_spaces(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_ascii_start();
        self.rest.len() < before
    }

    fn leading_digits(&self) -> usize {
        self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Exactly `count` digits of what may be more.
    fn take_number(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let mut value = 0;
        for digit in digits {
            value = value * 10 + u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        }
        self.rest = rest;
        Some(value)
    }

    /// All the digits that are next, one to `most` of them.
    fn take_up_to(&mut self, most: usize) -> Option<u32> {
        let run = self.leading_digits();
        if (1..=most).contains(&run) { self.take_number(run) } else { None }
    }

    /// At least one digit.
    fn skip_digits(&mut self) -> Option<()> {
        let run = self.leading_digits();
        self.rest = self.rest.get(run..)?;
        (run > 0).then_some(())
    }
}
