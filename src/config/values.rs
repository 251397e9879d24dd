//! Reads single values of feeds.toml, or says what is wrong with them.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use ipnet::IpNet;
use toml::de::DeValue;
use url::Url;

use super::problem::{Problem, ValueResult};
use super::schema;
use super::{ListenAddress, UnixSocket, group};
use crate::time::{self, DAY};

/// Range of intervals: at least a second, at most a year.
pub(super) const INTERVAL_RANGE: RangeInclusive<Duration> = SECOND..=DAY.saturating_mul(366);
/// Range of ages: at least a second, at most a century.
pub(super) const AGE_RANGE: RangeInclusive<Duration> = SECOND..=DAY.saturating_mul(36_525);
/// One second.
pub(super) const SECOND: Duration = Duration::from_secs(1);

/// Returns the type of a value with "a" or "an" before it, for messages such as "must be …, not …".
pub(super) fn type_of(value: &DeValue<'_>) -> &'static str {
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

/// Reads a string.
pub(super) fn string<'v>(value: &'v DeValue<'_>) -> ValueResult<&'v str> {
    let type_problem =
        || Problem::with_hint(format!("must be a string, not {}", type_of(value)), "write it in quotes");
    value.as_str().ok_or_else(type_problem)
}

/// Reads one line of at most `max_chars` characters that is not blank. White space around it is removed.
pub(super) fn single_line(value: &DeValue<'_>, max_chars: usize) -> ValueResult<String> {
    let text = string(value)?.trim();
    if text.is_empty() {
        return Err(Problem::with_hint("is empty", "remove the line to use the default"));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::new("must be one line without control characters"));
    }
    let length = text.chars().count();
    if length > max_chars {
        return Err(Problem::new(format!("has {length} characters; at most {max_chars} are allowed")));
    }
    Ok(text.to_owned())
}

/// Reads `true` or `false`.
pub(super) fn boolean(value: &DeValue<'_>) -> ValueResult<bool> {
    let type_problem = || {
        let hint = match value.as_str() {
            Some("true" | "false") => "write it without the quotes",
            _ => "write `true` or `false`",
        };
        Problem::with_hint(format!("must be `true` or `false`, not {}", type_of(value)), hint)
    };
    value.as_bool().ok_or_else(type_problem)
}

/// Reads an integer.
pub(super) fn integer(value: &DeValue<'_>) -> ValueResult<i64> {
    let Some(integer) = value.as_integer() else {
        let hint = match value.as_str().map(str::parse::<i64>) {
            Some(Ok(_)) => "write it without the quotes",
            _ => "write a whole number, such as `100`",
        };
        return Err(Problem::with_hint(format!("must be an integer, not {}", type_of(value)), hint));
    };
    i64::from_str_radix(integer.as_str(), integer.radix()).map_err(|_| {
        Problem::new(format!("is out of range: `{}` does not fit in 64 bits", shorten(integer.as_str())))
    })
}

/// Reads an integer in `range`.
pub(super) fn count(value: &DeValue<'_>, range: RangeInclusive<usize>) -> ValueResult<usize> {
    let number = integer(value)?;
    usize::try_from(number).ok().filter(|count| range.contains(count)).ok_or_else(|| {
        Problem::new(format!("must be from `{}` to `{}`, not `{number}`", range.start(), range.end()))
    })
}

/// Reads a number from 0 to 1, which may be written as an integer.
pub(super) fn fraction(value: &DeValue<'_>) -> ValueResult<f64> {
    let parsed = match value {
        DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
        DeValue::Integer(number) => number.as_str().parse::<f64>().ok(),
        _ => {
            return Err(Problem::with_hint(
                format!("must be a number, not {}", type_of(value)),
                "write a number such as `0.8`",
            ));
        }
    };
    let fraction = parsed.filter(|fraction| (0.0..=1.0).contains(fraction));
    fraction.ok_or_else(|| Problem::new("must be from `0.0` to `1.0`"))
}

/// Reads a duration in `range`: `30m`, `1h 30m`, `7d`.
pub(super) fn duration(value: &DeValue<'_>, range: RangeInclusive<Duration>) -> ValueResult<Duration> {
    let Some(text) = value.as_str() else {
        let hint = match value.as_integer() {
            Some(number) => {
                let number = shorten(number.as_str());
                format!("write the unit, in quotes: `\"{number}m\"` for minutes, `\"{number}d\"` for days")
            }
            None => "write it in quotes, such as `\"30m\"`".to_owned(),
        };
        return Err(Problem::with_hint(format!("must be a duration, not {}", type_of(value)), hint));
    };
    let duration = humantime::parse_duration(text).map_err(|error| {
        let why = match &error {
            humantime::DurationError::UnknownUnit { unit, .. } if unit.is_empty() => {
                "it has no unit".to_owned()
            }
            humantime::DurationError::UnknownUnit { unit, .. } => {
                format!("`{}` is not a unit", shorten(unit))
            }
            humantime::DurationError::Empty => "it is empty".to_owned(),
            humantime::DurationError::NumberOverflow => "the number is too large".to_owned(),
            _ => "a number and a unit are expected".to_owned(),
        };
        let hint = "write numbers with units: `45s`, `30m`, `1h 30m`, `7d`";
        Problem::with_hint(format!("is not a duration: {why}"), hint)
    })?;
    if range.contains(&duration) {
        return Ok(duration);
    }
    let (min, max) = (format_duration(*range.start()), format_duration(*range.end()));
    Err(Problem::new(format!("must be from `{min}` to `{max}`, not `{}`", format_duration(duration))))
}

/// Formats a duration as it would be written in the file.
pub(super) fn format_duration(span: Duration) -> String {
    if span.subsec_nanos() == 0 { time::human(span) } else { humantime::format_duration(span).to_string() }
}

/// Reads a size in bytes in `range`: `16MiB`, `500 kB`.
pub(super) fn size(value: &DeValue<'_>, range: RangeInclusive<u64>) -> ValueResult<u64> {
    let Some(text) = value.as_str() else {
        let hint = "write it in quotes with its unit, such as `\"16MiB\"`";
        return Err(Problem::with_hint(format!("must be a size, not {}", type_of(value)), hint));
    };
    let parsed: Result<ByteSize, String> = text.trim().parse();
    let size = parsed.map_err(|_| {
        let hint = "write a number and a unit: `500kB`, `16MiB`, `1GB`";
        Problem::with_hint(format!("is not a size: `{}`", shorten(text)), hint)
    })?;
    if range.contains(&size.0) {
        return Ok(size.0);
    }
    let (min, max) = (ByteSize(*range.start()), ByteSize(*range.end()));
    Err(Problem::new(format!("must be from `{min}` to `{max}`, not `{}`", shorten(text))))
}

/// Reads a cron expression that matches at least one date. It has five fields, six with seconds in front, or is a word
/// such as `@daily`.
pub(super) fn cron(value: &DeValue<'_>) -> ValueResult<Cron> {
    const HINT: &str =
        "minute, hour, day of month, month, day of week: `0 7,19 * * *` is 7:00 and 19:00 daily";
    let text = string(value)?.trim();
    if text.len() > 200 {
        return Err(Problem::with_hint("is not a cron expression: it is too long", HINT));
    }
    let parser = CronParser::builder().seconds(Seconds::Optional).year(Year::Disallowed).build();
    let parsed = parser.parse(text).map_err(|error| {
        let why = error.to_string();
        let why = why.trim_end_matches('.');
        Problem::with_hint(format!("is not a cron expression: {}", lowercase_first(why)), HINT)
    })?;
    // The expression has no year, so any start will do. The years after this one include a leap day.
    let start: DateTime<Utc> = DateTime::UNIX_EPOCH;
    parsed
        .find_next_occurrence(&start, false)
        .map_err(|_| Problem::with_hint(format!("never comes due: `{text}` matches no date"), HINT))?;
    Ok(parsed)
}

/// Returns the default time of maintenance: at night, at a minute that few others choose.
#[expect(clippy::expect_used, reason = "a constant that a test parses")]
pub(super) fn default_schedule() -> Cron {
    "17 3 * * *".parse().expect("a cron expression")
}

/// Reads one of the words in `choices`.
pub(super) fn one_of<T: Copy>(value: &DeValue<'_>, choices: &[(&'static str, T)]) -> ValueResult<T> {
    let alternatives = || {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
        words.join(" or ")
    };
    let Some(text) = value.as_str() else {
        return Err(Problem::new(format!("must be {}, not {}", alternatives(), type_of(value))));
    };
    if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == text) {
        return Ok(*choice);
    }
    let message = format!("must be {}, not `{}`", alternatives(), shorten(text));
    Err(match schema::nearest(text, choices.iter().map(|(word, _)| *word)) {
        Some(near) => Problem::with_hint(message, format!("did you mean `\"{near}\"`?")),
        None => Problem::new(message),
    })
}

/// Reads an address to listen on: `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/riverd/http.sock`. A relative socket
/// path starts at `folder`.
pub(super) fn listen(value: &DeValue<'_>, folder: &Path) -> ValueResult<ListenAddress> {
    /// `sun_path` of unix(7) has 108 bytes, including the final NUL.
    const MAX_SOCKET_PATH_BYTES: usize = 107;
    let text = string(value)?.trim();
    if let Some(socket) = text.strip_prefix("unix:") {
        let (path, options) = socket.split_once('?').unwrap_or((socket, ""));
        let is_nameless = path.is_empty();
        let path = folder.join(path);
        return match path.as_os_str().len() {
            _ if is_nameless => {
                Err(Problem::with_hint("does not name a socket", "write `unix:/run/riverd/http.sock`"))
            }
            length if length > MAX_SOCKET_PATH_BYTES => Err(Problem::new(format!(
                "has a path of {length} bytes; the system allows {MAX_SOCKET_PATH_BYTES} for a socket"
            ))),
            _ => unix_socket(path, options).map(ListenAddress::Unix),
        };
    }
    text.parse::<SocketAddr>().map(ListenAddress::Tcp).map_err(|_| {
        let hint = match text.rsplit_once(':') {
            Some(("localhost", port)) => format!("write the address: `127.0.0.1:{}`", shorten(port)),
            Some(("" | "*", port)) => {
                format!("write `0.0.0.0:{0}` or `[::]:{0}` for every interface", shorten(port))
            }
            _ => "write `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/riverd/http.sock`".to_owned(),
        };
        Problem::with_hint(format!("contains `{}`, which is not an address with a port", shorten(text)), hint)
    })
}

/// Reads the options of a unix socket: `mode=660&group=www-data`, in any order.
fn unix_socket(path: PathBuf, options: &str) -> ValueResult<UnixSocket> {
    /// Lets every user connect, as a loopback port does. The usual umask would keep out a proxy that runs as another
    /// user.
    const DEFAULT_MODE: u32 = 0o666;
    let mut socket = UnixSocket { path, mode: DEFAULT_MODE, group: None };
    let hint = "write `unix:/run/riverd/http.sock?mode=660&group=www-data`";
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("mode", mode)) => {
                let parsed = u32::from_str_radix(mode, 8).ok().filter(|mode| *mode <= 0o777);
                socket.mode = parsed.ok_or_else(|| {
                    Problem::with_hint(format!("has the mode `{}`, which is not octal", shorten(mode)), hint)
                })?;
            }
            Some(("group", group)) if !group.is_empty() => {
                group::id(group).map_err(|error| {
                    let hint = "create it with `groupadd --system`, or name a group that is there";
                    Problem::with_hint(format!("has the group `{}`: {error}", shorten(group)), hint)
                })?;
                socket.group = Some(group.to_owned());
            }
            _ => {
                let message = format!("has the unknown option `{}`", shorten(option));
                return Err(Problem::with_hint(message, hint));
            }
        }
    }
    Ok(socket)
}

/// Reads a network such as `127.0.0.1/32`, or a single address.
pub(super) fn network(value: &DeValue<'_>) -> ValueResult<IpNet> {
    let text = string(value)?.trim();
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| address()).map_err(|_| {
        let hint = "write an address or a range: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`";
        Problem::with_hint(format!("contains `{}`, which is not a network", shorten(text)), hint)
    })
}

/// Reads the public address: http or https, without user name, password, query and fragment. A trailing slash is added.
pub(super) fn base_url(value: &DeValue<'_>) -> ValueResult<Url> {
    const HINT: &str = "write `https://river.example.org`";
    let mut url = Url::parse(string(value)?.trim())
        .map_err(|error| Problem::with_hint(format!("is not a URL: {error}"), HINT))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Problem::with_hint("must be an `http` or `https` address", HINT));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Problem::with_hint("must have no query and no fragment", HINT));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Problem::with_hint("must have no user name and no password", HINT));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// Reads the address of a WebSub hub.
pub(super) fn hub(value: &DeValue<'_>) -> ValueResult<Url> {
    const HINT: &str = "write `https://hub.example.org/`";
    let url = Url::parse(string(value)?.trim())
        .map_err(|error| Problem::with_hint(format!("is not a URL: {error}"), HINT))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Problem::with_hint("must be an `http` or `https` address", HINT));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(Problem::with_hint("must have no user name, no password and no fragment", HINT));
    }
    Ok(url)
}

/// Reads the contact that publishers see in the User-Agent: a web or mail address.
pub(super) fn contact(value: &DeValue<'_>) -> ValueResult<String> {
    let text = single_line(value, 200)?;
    // The contact is part of a comment in the User-Agent header (RFC 9110 §5.6.5).
    let is_allowed = |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '\\');
    if text.chars().all(is_allowed) && (text.contains("://") || text.contains('@')) {
        return Ok(text);
    }
    let hint =
        "write `https://example.org/about` or `you@example.org`, in ASCII, without spaces or parentheses";
    Err(Problem::with_hint("must be a web or mail address", hint))
}

/// Shortens `text` to one line that a message can quote.
pub(super) fn shorten(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let one_line = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    if text.chars().nth(MAX_CHARS).is_none() {
        one_line.collect()
    } else {
        one_line.take(MAX_CHARS).chain(['…']).collect()
    }
}

/// Converts the first character to lower case, because riverd's messages begin with a small letter, and those of libraries do
/// not.
fn lowercase_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
