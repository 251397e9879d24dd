//! Reads the value of a header that says when a client may send the next request. Servers write a span or a moment, in seconds
//! or in another unit, and rarely say which of them they mean.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap};

use super::header_values::{first, http_date};
use crate::text::dates;
use crate::time::{DAY, Timestamp};

/// The longest span that is read from a header. A longer one (`max-age`, `Expires`, the window of a rate limit) is shortened to
/// it. A pause is never that long: see [`LONGEST_WAIT`].
pub(crate) const LONGEST: Duration = Duration::from_secs(3650 * DAY.as_secs());
/// The longest pause in seconds that a server means. A larger number is in another unit, unless it is a whole number of days up
/// to [`LONGEST_WAIT`].
const LONGEST_PAUSE: f64 = 30.0 * 86_400.0;
/// The longest wait that a server means, in seconds. A few servers state a quarter of a year. A later moment stands for "never"
/// (`2147483647`, a date in the year 2099 or 9999), or the number is in another unit.
const LONGEST_WAIT: f64 = 100.0 * 86_400.0;
/// The longest pause in milliseconds that a server means, if the name of the header does not say milliseconds.
const LONGEST_PAUSE_IN_MS: f64 = 86_400e3;

/// The unit of a number in a header, according to the name of the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NumberUnit {
    /// Seconds, unless the number shows that it is in another unit.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

/// Returns the moment that a value means, by this machine's clock. `None` if the value is not readable, not in the future, or
/// more than [`LONGEST_WAIT`] ahead.
///
/// A plain number is a span in `unit`. If that is seconds and the span would be longer than any pause, the number is a Unix
/// time (in seconds, milliseconds, microseconds or nanoseconds), or else a span in milliseconds. Dates may be in the forms of
/// HTTP or ISO 8601, and spans may have units (`6m30s`, `PT1H`). An `@` may stand before a Unix time (a Date of RFC 9651
/// §3.3.7), and a comment in parentheses after any value (RFC 9110 §5.6.5).
pub(crate) fn moment(text: &str, unit: NumberUnit, headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let text = text.split('(').next().unwrap_or_default().trim().trim_matches('"').trim();
    let at = match number(text.strip_prefix('@').unwrap_or(text)) {
        Some(number) if text.starts_with('@') => {
            correct_clock_skew(Timestamp::from_unix(number.ceil() as i64), headers, now)
        }
        Some(number) => of_number(number, unit, headers, now)?,
        None => match span_with_units(text).or_else(|| span_as_clock(text)) {
            Some(seconds) => after(now, seconds),
            None => correct_clock_skew(http_date(text).or_else(|| dates::parse(text))?, headers, now),
        },
    };
    (at > now && at.since(now).as_secs_f64() <= LONGEST_WAIT).then_some(at)
}

/// Parses a number that is not negative. A `+` may stand before it. Rust would also parse `inf` and `nan`.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    text.parse::<f64>().ok().filter(|_| text.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
}

fn of_number(number: f64, unit: NumberUnit, headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    if unit == NumberUnit::Milliseconds {
        return Some(after(now, number / 1e3));
    }
    let is_whole_days = number % 86_400.0 == 0.0 && number <= LONGEST_WAIT;
    if number <= LONGEST_PAUSE || is_whole_days {
        return Some(after(now, number));
    }
    let server_now = server_clock(headers).unwrap_or(now).unix() as f64;
    let is_near = |seconds: &f64| (seconds - server_now).abs() <= LONGEST_WAIT;
    if let Some(seconds) = [1.0, 1e3, 1e6, 1e9].map(|unit| number / unit).into_iter().find(is_near) {
        return Some(correct_clock_skew(Timestamp::from_unix(seconds.ceil() as i64), headers, now));
    }
    (number <= LONGEST_PAUSE_IN_MS).then(|| after(now, number / 1e3))
}

/// Returns the moment that is this many seconds, rounded up, after `now`.
fn after(now: Timestamp, seconds: f64) -> Timestamp {
    now.saturating_add(Duration::from_secs(seconds.max(0.0).ceil() as u64).min(LONGEST))
}

/// Returns the time of the server's clock when it sent the answer, or `None` without a valid `Date`.
fn server_clock(headers: &HeaderMap) -> Option<Timestamp> {
    first(headers, DATE).and_then(http_date)
}

/// Converts `at` from the server's clock, whose time is in the `Date` header, to this machine's clock. If the moment has passed
/// by the server's clock, returns `now`. Without a `Date`, the clocks count as equal. A moment further ahead than [`LONGEST`]
/// is shortened to it.
pub(crate) fn correct_clock_skew(at: Timestamp, headers: &HeaderMap, now: Timestamp) -> Timestamp {
    match server_clock(headers) {
        Some(server_now) if at > server_now => now.saturating_add(at.since(server_now).min(LONGEST)),
        Some(_) => now,
        None => at.min(now.saturating_add(LONGEST)),
    }
}

/// Parses a span with units, such as `6m30s`, `90 seconds`, `1.5h` or `PT1H30M` (ISO 8601), and returns its seconds.
fn span_with_units(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    // In ISO 8601, `M` before the `T` would mean months, which no server means.
    let parts = match lower.strip_prefix('p') {
        Some(iso) => iso.replacen('t', "", 1),
        None => lower.replace(',', " ").replace(" and ", " "),
    };
    let mut rest = parts.trim();
    let mut total = None;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (amount, after_amount) = rest.split_at_checked(digits)?;
        let after_amount = after_amount.trim_start();
        let letters = after_amount.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after_amount.len());
        let (unit, after_unit) = after_amount.split_at_checked(letters)?;
        total = Some(total.unwrap_or(0.0) + number(amount)? * seconds_of(unit)?);
        rest = after_unit.trim_start();
    }
    total
}

/// Parses a span in hours, minutes and seconds, such as `02:00:00`, and returns its seconds. .NET writes days before it and a
/// fraction after it: `1.02:00:00.5000000`.
fn span_as_clock(text: &str) -> Option<f64> {
    let (first, rest) = text.split_once(':')?;
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    let (minutes, seconds) = rest.split_once(':')?;
    let whole = |part: &str| part.parse::<u32>().ok();
    let (days, hours, minutes, seconds) = (whole(days)?, whole(hours)?, whole(minutes)?, number(seconds)?);
    let is_clock = minutes < 60 && seconds < 60.0;
    is_clock
        .then(|| f64::from(days) * 86_400.0 + f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0 + seconds)
}

fn seconds_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" | "msec" | "millisecond" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 7.0 * 86_400.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    /// Tue, 24 Nov 2026 01:39:00 GMT.
    const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);

    /// Returns how many seconds after the present a value is, by a server whose clock is right.
    fn seconds(value: &str) -> Option<i64> {
        moment(value, NumberUnit::Seconds, &HeaderMap::new(), NOW).map(|at| at.unix() - NOW.unix())
    }

    #[test]
    fn a_number_is_a_span_in_seconds_unless_that_would_be_longer_than_any_pause() {
        let table = [
            ("60", 60),
            ("60.0", 60),
            ("0.5", 1),
            (" \"120\" ", 120),
            ("+30", 30),
            ("2592000", 2_592_000),
            ("2678400", 2_678_400),
            ("1795484400", 60),
            ("1795484400.5", 61),
            ("@1795484400", 60),
            ("7200 (2 hours)", 7200),
            ("Tue, 24 Nov 2026 02:39:00 GMT (in an hour)", 3600),
            ("1795484400000", 60),
            ("1795484400000000", 60),
            ("1795484400000000000", 60),
            ("3600000", 3600),
            ("86400000", 86_400),
        ];
        for (value, expected) in table {
            assert_eq!(seconds(value), Some(expected), "{value}");
        }
    }

    #[test]
    fn dates_and_spans_with_units_are_read() {
        let table = [
            ("Tue, 24 Nov 2026 02:39:00 GMT", 3600),
            ("Tue, 24 Nov 2026 03:39:00 +0100", 3600),
            ("2026-11-24T02:39:00Z", 3600),
            ("2026-11-24T02:39:00.123456Z", 3600),
            ("2026-11-24T03:39:00+01:00", 3600),
            ("2026-11-24 02:39:00 UTC", 3600),
            ("2026-11-24T02:39:00", 3600),
            ("20261124T023900Z", 3600),
            ("60s", 60),
            ("6m30s", 390),
            ("1h", 3600),
            ("1.5h", 5400),
            ("250ms", 1),
            ("90 seconds", 90),
            ("1 hour, 5 minutes", 3900),
            ("PT1H30M", 5400),
            ("P1DT1S", 86_401),
            ("02:00:00", 7200),
            ("00:01:30", 90),
            ("02:00:00.0000000", 7200),
            ("1.02:00:00", 93_600),
            ("0.00:00:01.5", 2),
        ];
        for (value, expected) in table {
            assert_eq!(seconds(value), Some(expected), "{value}");
        }
    }

    #[test]
    fn nonsense_and_moments_that_have_passed_are_no_pause() {
        for value in [
            "",
            "-5",
            "0",
            "soon",
            "inf",
            "nan",
            "later",
            "1e30",
            "1000000000000",
            "99999999999",
            "1795484300",
            "1795484300000",
            "2026-11-24T01:00:00Z",
            "Tue, 24 Nov 1998 02:39:00 GMT",
            "5 apples",
            "@60",
            "(60)",
            "2147483647",
            "4294967295",
            "999999999",
            "4102444800",
            "9999999999999",
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "Thu, 31 Dec 2099 23:59:59 GMT",
            "Tue, 19 Jan 2038 03:14:07 GMT",
            "2099-12-31T23:59:59Z",
            "10000d",
            "02:00",
            "02:99:00",
        ] {
            assert_eq!(seconds(value), None, "{value}");
        }
    }

    #[test]
    fn a_moment_is_read_by_the_clock_of_the_server() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static("Tue, 24 Nov 2026 03:39:00 GMT"));
        for value in ["1795491600", "1795491600000", "2026-11-24T03:40:00Z", "Tue, 24 Nov 2026 03:40:00 GMT"]
        {
            let at = moment(value, NumberUnit::Seconds, &headers, NOW);
            assert_eq!(at.map(|at| at.unix() - NOW.unix()), Some(60), "{value}");
        }
    }

    #[test]
    fn a_header_whose_name_says_milliseconds_holds_milliseconds() {
        let at = moment("60000", NumberUnit::Milliseconds, &HeaderMap::new(), NOW);
        assert_eq!(at.map(|at| at.unix() - NOW.unix()), Some(60));
    }
}
