//! Single values of feeds.toml: from what is written to what it means, or what is wrong with it.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use ipnet::IpNet;
use toml::de::DeValue;
use url::Url;

use super::ListenAddress;
use super::report::Flaw;
use super::schema;
use crate::time;

/// The shortest time and the longest that mean anything for an interval.
pub(super) const INTERVALS: RangeInclusive<Duration> = SECOND..=days(366);
/// For ages: a century.
pub(super) const AGES: RangeInclusive<Duration> = SECOND..=days(36_525);
/// One second.
pub(super) const SECOND: Duration = Duration::from_secs(1);

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}

/// What reading a value gives.
pub(super) type Read<T> = Result<T, Flaw>;

/// What a value is, with its article, for "must be …, not …".
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Any string.
pub(super) fn text<'v>(value: &'v DeValue<'_>) -> Read<&'v str> {
    let wrong = || Flaw::with_hint(format!("must be a string, not {}", kind(value)), "write it in quotes");
    value.as_str().ok_or_else(wrong)
}

/// One line of at most `most` characters, not blank.
pub(super) fn line(value: &DeValue<'_>, most: usize) -> Read<String> {
    let text = text(value)?.trim();
    if text.is_empty() {
        return Err(Flaw::with_hint("is empty", "leave the line out to have the default"));
    }
    if text.chars().any(char::is_control) {
        return Err(Flaw::new("must be one line without control characters"));
    }
    let length = text.chars().count();
    if length > most {
        return Err(Flaw::new(format!("has {length} characters; at most {most} are taken")));
    }
    Ok(text.to_owned())
}

/// `true` or `false`.
pub(super) fn flag(value: &DeValue<'_>) -> Read<bool> {
    let wrong = || {
        let hint = match value.as_str() {
            Some("true" | "false") => "write it without the quotes",
            _ => "write `true` or `false`",
        };
        Flaw::with_hint(format!("must be `true` or `false`, not {}", kind(value)), hint)
    };
    value.as_bool().ok_or_else(wrong)
}

/// An integer.
pub(super) fn integer(value: &DeValue<'_>) -> Read<i64> {
    let Some(written) = value.as_integer() else {
        let hint = match value.as_str().map(str::parse::<i64>) {
            Some(Ok(_)) => "write it without the quotes",
            _ => "write a whole number, such as `100`",
        };
        return Err(Flaw::with_hint(format!("must be an integer, not {}", kind(value)), hint));
    };
    i64::from_str_radix(written.as_str(), written.radix())
        .map_err(|_| Flaw::new(format!("is out of range: `{}` is no 64-bit integer", clip(written.as_str()))))
}

/// An integer in `range`.
pub(super) fn count(value: &DeValue<'_>, range: RangeInclusive<usize>) -> Read<usize> {
    let given = integer(value)?;
    usize::try_from(given).ok().filter(|count| range.contains(count)).ok_or_else(|| {
        Flaw::new(format!("must be from `{}` to `{}`, not `{given}`", range.start(), range.end()))
    })
}

/// From 0 to 1; a whole `0` or `1` too.
pub(super) fn share(value: &DeValue<'_>) -> Read<f64> {
    let parsed = match value {
        DeValue::Float(written) => written.as_str().parse::<f64>().ok(),
        DeValue::Integer(written) => written.as_str().parse::<f64>().ok(),
        _ => return Err(Flaw::with_hint(format!("must be a number, not {}", kind(value)), "such as `0.8`")),
    };
    let share = parsed.filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| Flaw::new("must be from `0.0` to `1.0`"))
}

/// `30m`, `1h 30m`, `7d`, within `range`.
pub(super) fn duration(value: &DeValue<'_>, range: RangeInclusive<Duration>) -> Read<Duration> {
    let Some(text) = value.as_str() else {
        let hint = match value.as_integer() {
            Some(number) => {
                format!("write the unit, in quotes: `\"{}m\"` for minutes", clip(number.as_str()))
            }
            None => "write it in quotes, such as `\"30m\"`".to_owned(),
        };
        return Err(Flaw::with_hint(format!("must be a duration, not {}", kind(value)), hint));
    };
    let given = humantime::parse_duration(text).map_err(|error| {
        let why = match &error {
            humantime::DurationError::UnknownUnit { unit, .. } if unit.is_empty() => {
                "it has no unit".to_owned()
            }
            humantime::DurationError::UnknownUnit { unit, .. } => format!("`{}` is no unit", clip(unit)),
            humantime::DurationError::Empty => "it is empty".to_owned(),
            humantime::DurationError::NumberOverflow => "the number is too large".to_owned(),
            _ => "a number and a unit are expected".to_owned(),
        };
        let hint = "write numbers with units: `45s`, `30m`, `1h 30m`, `7d`";
        Flaw::with_hint(format!("is no duration: {why}"), hint)
    })?;
    if range.contains(&given) {
        return Ok(given);
    }
    let (least, most) = (shown(*range.start()), shown(*range.end()));
    Err(Flaw::new(format!("must be from `{least}` to `{most}`, not `{}`", shown(given))))
}

/// As it would be written in the file.
pub(super) fn shown(span: Duration) -> String {
    if span.subsec_nanos() == 0 { time::human(span) } else { humantime::format_duration(span).to_string() }
}

/// `16MiB`, `500 kB`, within `range`, in bytes.
pub(super) fn size(value: &DeValue<'_>, range: RangeInclusive<u64>) -> Read<u64> {
    let Some(text) = value.as_str() else {
        let hint = "write it in quotes with its unit, such as `\"16MiB\"`";
        return Err(Flaw::with_hint(format!("must be a size, not {}", kind(value)), hint));
    };
    let parsed: Result<ByteSize, String> = text.trim().parse();
    let given = parsed.map_err(|_| {
        let hint = "write a number and a unit: `500kB`, `16MiB`, `1GB`";
        Flaw::with_hint(format!("is no size: `{}`", clip(text)), hint)
    })?;
    if range.contains(&given.0) {
        return Ok(given.0);
    }
    let (least, most) = (ByteSize(*range.start()), ByteSize(*range.end()));
    Err(Flaw::new(format!("must be from `{least}` to `{most}`, not `{}`", clip(text))))
}

/// A cron expression of five fields (six with seconds in front, or `@daily` and the like) that comes due at some time.
pub(super) fn cron(value: &DeValue<'_>) -> Read<Cron> {
    const HINT: &str =
        "minute, hour, day of month, month, day of week: `0 7,19 * * *` is 7:00 and 19:00 daily";
    let text = text(value)?.trim();
    if text.len() > 200 {
        return Err(Flaw::with_hint("is no cron expression: it is too long", HINT));
    }
    let parser = CronParser::builder().seconds(Seconds::Optional).year(Year::Disallowed).build();
    let parsed = parser.parse(text).map_err(|error| {
        let why = error.to_string();
        let why = why.trim_end_matches('.');
        Flaw::with_hint(format!("is no cron expression: {}", lower_first(why)), HINT)
    })?;
    // Any moment will do, as years are not part of the expression; this one has a leap day ahead.
    let start: DateTime<Utc> = DateTime::UNIX_EPOCH;
    parsed
        .find_next_occurrence(&start, false)
        .map_err(|_| Flaw::with_hint(format!("never comes due: `{text}` is no date"), HINT))?;
    Ok(parsed)
}

/// When maintenance runs if the file does not say: at night, at a minute that few others choose.
#[expect(clippy::expect_used, reason = "a constant that a test parses")]
pub(super) fn nightly() -> Cron {
    "17 3 * * *".parse().expect("a cron expression")
}

/// One of the words in `choices`.
pub(super) fn one_of<T: Copy>(value: &DeValue<'_>, choices: &[(&'static str, T)]) -> Read<T> {
    let all = || {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
        words.join(" or ")
    };
    let Some(text) = value.as_str() else {
        return Err(Flaw::new(format!("must be {}, not {}", all(), kind(value))));
    };
    if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == text) {
        return Ok(*choice);
    }
    let message = format!("must be {}, not `{}`", all(), clip(text));
    Err(match schema::nearest(text, choices.iter().map(|(word, _)| *word)) {
        Some(near) => Flaw::with_hint(message, format!("did you mean `\"{near}\"`?")),
        None => Flaw::new(message),
    })
}

/// `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/riverd/http.sock` (relative ones from `folder`).
pub(super) fn listen(value: &DeValue<'_>, folder: &Path) -> Read<ListenAddress> {
    /// `sun_path` of unix(7) holds 108 bytes, the closing NUL included.
    const LONGEST_SOCKET_PATH: usize = 107;
    let text = text(value)?.trim();
    if let Some(path) = text.strip_prefix("unix:") {
        let path = folder.join(path);
        return match path.as_os_str().len() {
            _ if text == "unix:" => {
                Err(Flaw::with_hint("names no socket", "write `unix:/run/riverd/http.sock`"))
            }
            length if length > LONGEST_SOCKET_PATH => Err(Flaw::new(format!(
                "has a path of {length} bytes; the system takes {LONGEST_SOCKET_PATH} for a socket"
            ))),
            _ => Ok(ListenAddress::Unix(path)),
        };
    }
    text.parse::<SocketAddr>().map(ListenAddress::Tcp).map_err(|_| {
        let hint = match text.rsplit_once(':') {
            Some(("localhost", port)) => format!("write the address: `127.0.0.1:{}`", clip(port)),
            Some(("" | "*", port)) => {
                format!("write `0.0.0.0:{0}` or `[::]:{0}` for every interface", clip(port))
            }
            _ => "write `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/riverd/http.sock`".to_owned(),
        };
        Flaw::with_hint(format!("holds `{}`, which is no address with a port", clip(text)), hint)
    })
}

/// `127.0.0.1/32`, or an address alone.
pub(super) fn network(value: &DeValue<'_>) -> Read<IpNet> {
    let text = text(value)?.trim();
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| address()).map_err(|_| {
        let hint = "write an address or a range: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`";
        Flaw::with_hint(format!("holds `{}`, which is no network", clip(text)), hint)
    })
}

/// The public address: http or https, without query and fragment; it gets a trailing slash.
pub(super) fn base_url(value: &DeValue<'_>) -> Read<Url> {
    const HINT: &str = "write `https://river.example.org`";
    let mut url = Url::parse(text(value)?.trim())
        .map_err(|error| Flaw::with_hint(format!("is no URL: {error}"), HINT))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Flaw::with_hint("must be an `http` or `https` address", HINT));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Flaw::with_hint("must have no query and no fragment", HINT));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Flaw::with_hint("must have no user name and no password", HINT));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// What publishers read in the User-Agent: an address on the web or for mail.
pub(super) fn contact(value: &DeValue<'_>) -> Read<String> {
    let text = line(value, 200)?;
    // It stands in a comment of the User-Agent header (RFC 9110 §5.6.5).
    let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '\\');
    if text.chars().all(fits) && (text.contains("://") || text.contains('@')) {
        return Ok(text);
    }
    let hint =
        "write `https://example.org/about` or `you@example.org`, in ASCII, without spaces or parentheses";
    Err(Flaw::with_hint("must be a web or mail address", hint))
}

/// As much of `text` as a message can quote.
pub(super) fn clip(text: &str) -> String {
    const MOST: usize = 60;
    let one_line = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    if text.chars().nth(MOST).is_none() {
        one_line.collect()
    } else {
        one_line.take(MOST).chain(['…']).collect()
    }
}

/// Messages are lower case; those of libraries are not.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
