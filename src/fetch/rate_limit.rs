//! Reads the headers of rate limits: those with a name for each value (`X-RateLimit-Remaining`, `X-RateLimit-Reset` and their
//! variants), and the fields of the IETF drafts `draft-ietf-httpapi-ratelimit-headers` 3 to 10 (`RateLimit`,
//! `RateLimit-Policy`).

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HeaderMap;

use super::waits::{self, NumberUnit};
use crate::time::Timestamp;

/// How many limits of one header are read. After more than this many limits in all, no further header is read. Real servers
/// send up to four.
const MAX_LIMITS: usize = 32;

/// What an answer says about the rate limits of its server.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct RateLimit {
    /// Whether a limit is used up, so that the next request would be refused.
    pub(crate) is_used_up: bool,
    /// When all limits that are used up are reset. `None` if the server does not say.
    pub(crate) reset_at: Option<Timestamp>,
    /// The latest reset of the limits for which no number of remaining requests is stated. It is used only if the request was
    /// refused. `None` if other limits state that number and none of them is used up.
    pub(crate) bare_reset_at: Option<Timestamp>,
}

/// One limit, as far as the answer describes it.
#[derive(Default)]
struct Limit {
    /// How many requests remain.
    remaining: Option<f64>,
    reset_at: Option<Timestamp>,
    /// Length of the window in which requests are counted.
    window: Option<Duration>,
    /// Whether the server says that there is no limit: `X-RateLimit-Limit: -1`.
    is_unlimited: bool,
}

/// Reads all rate limits of an answer.
pub(crate) fn rate_limit(headers: &HeaderMap, now: Timestamp) -> RateLimit {
    let mut limits: BTreeMap<String, Limit> = BTreeMap::new();
    let mut windows: BTreeMap<String, Duration> = BTreeMap::new();
    for (name, value) in headers {
        let Some((family, field)) = family_and_field(name.as_str()) else { continue };
        let Ok(value) = value.to_str() else { continue };
        match field {
            "" => read_combined(value, family, &mut limits, headers, now),
            "policy" => windows.extend(policies(value)),
            _ => read_single((family, field), value, &mut limits, headers, now),
        }
        if limits.len() > MAX_LIMITS {
            break;
        }
    }
    let mut read = RateLimit::default();
    for (name, limit) in &limits {
        let shared = limits.get(name.split(' ').next().unwrap_or_default());
        let window = limit.window.or_else(|| windows.get(name.as_str()).copied());
        let reset_at = limit
            .reset_at
            .or_else(|| shared.and_then(|shared| shared.reset_at))
            .or_else(|| Some(now.saturating_add(window?)));
        match limit.remaining {
            _ if limit.is_unlimited => {}
            Some(remaining) if remaining < 1.0 => {
                read.is_used_up = true;
                read.reset_at = read.reset_at.max(reset_at);
            }
            Some(_) => {}
            None => read.bare_reset_at = read.bare_reset_at.max(limit.reset_at),
        }
    }
    if !read.is_used_up && limits.values().any(|limit| limit.remaining.is_some()) {
        read.bare_reset_at = None;
    }
    read
}

/// Splits the name of a rate limit header: `x-ratelimit-reset` is the field `reset` of the family `x-ratelimit`. The field of
/// `ratelimit` alone is empty. `None` for any other header.
fn family_and_field(name: &str) -> Option<(&str, &str)> {
    let end = ["ratelimit", "rate-limit"].into_iter().find_map(|word| Some(name.find(word)? + word.len()))?;
    let (family, rest) = name.split_at_checked(end)?;
    match rest.strip_prefix('-') {
        Some(field) => Some((family, field)),
        None => rest.is_empty().then_some((family, "")),
    }
}

/// Reads a header that holds one value, such as `remaining`, `reset`, `reset-after` and `reset-time`. The value may concern one
/// window or one kind of requests, as in `remaining-minute` and `reset-requests`.
fn read_single(
    (family, field): (&str, &str),
    value: &str,
    limits: &mut BTreeMap<String, Limit>,
    headers: &HeaderMap,
    now: Timestamp,
) {
    let (word, kind) = field.split_once('-').unwrap_or((field, ""));
    // Imgur counts the requests of a user and of a client apart: `userremaining` and `clientremaining`.
    let (word, kind) = match (word.strip_prefix("user"), word.strip_prefix("client")) {
        (Some(word), _) if kind.is_empty() => (word, "user"),
        (_, Some(word)) if kind.is_empty() => (word, "client"),
        _ => (word, kind),
    };
    let (kind, unit) = match kind.strip_suffix("ms") {
        Some(kind) => (kind.trim_end_matches('-'), NumberUnit::Milliseconds),
        None => (kind, NumberUnit::Seconds),
    };
    // BigCommerce sends `requests-left` and `time-reset-ms`.
    let (word, kind) = match (word, kind) {
        ("requests", "left") => ("remaining", ""),
        ("time", "reset") => ("reset", ""),
        // Tumblr sends `perhour-remaining` and `perday-reset`.
        (window, "remaining" | "limit" | "reset") if window_named(window).is_some() => (kind, window),
        _ => (word, kind),
    };
    // Discord sends both a moment (`reset`) and a span (`reset-after`); GitLab sends a date (`resettime`).
    let kind = if matches!(kind, "after" | "time" | "at" | "in") { "" } else { kind };
    let key = if kind.is_empty() { family.to_owned() } else { format!("{family} {kind}") };
    // The value may be a list item with parameters (`100;w=60`), or name the limit too (`0/100`).
    let bare = value.split([';', ',', '/']).next().unwrap_or_default();
    match word {
        "remaining" => {
            let limit = limits.entry(key).or_default();
            limit.remaining = waits::number(bare).or(bare.trim().starts_with('-').then_some(0.0));
            limit.window = window_named(kind);
        }
        "limit" => limits.entry(key).or_default().is_unlimited = bare.trim().starts_with('-'),
        // Akamai sends `next`: when the next request is allowed.
        "reset" | "resettime" | "retry" | "next" => {
            let whole = waits::moment(value, unit, headers, now);
            let reset_at = whole.or_else(|| waits::moment(bare, unit, headers, now));
            let limit = limits.entry(key).or_default();
            limit.reset_at = limit.reset_at.max(reset_at);
        }
        _ => {}
    }
}

/// Returns the length of a window by its name. Kong sends `RateLimit-Remaining-Minute`, and Tumblr `Perhour`.
fn window_named(name: &str) -> Option<Duration> {
    let seconds = match name.strip_prefix("per").unwrap_or(name) {
        "second" => 1,
        "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

/// Reads the field `RateLimit`: `limit=100, remaining=0, reset=50` (draft 7), or a list of limits as `"default";r=0;t=50`
/// (drafts 8 to 10).
fn read_combined(
    value: &str,
    family: &str,
    limits: &mut BTreeMap<String, Limit>,
    headers: &HeaderMap,
    now: Timestamp,
) {
    for member in members(value, ',').take(MAX_LIMITS) {
        let mut parameters = members(member, ';');
        let head = parameters.next().unwrap_or_default();
        if let Some((name, value)) = head.split_once('=').filter(|_| !head.starts_with('"')) {
            let limit = limits.entry(family.to_owned()).or_default();
            read_parameter(limit, name, value, headers, now);
            // Some servers separate the values by semicolons instead of commas.
            for (name, value) in parameters.filter_map(|parameter| parameter.split_once('=')) {
                read_parameter(limit, name, value, headers, now);
            }
            continue;
        }
        let limit = limits.entry(head.trim_matches('"').to_owned()).or_default();
        for (name, value) in parameters.filter_map(|parameter| parameter.split_once('=')) {
            read_parameter(limit, name, value, headers, now);
        }
    }
}

fn read_parameter(limit: &mut Limit, name: &str, value: &str, headers: &HeaderMap, now: Timestamp) {
    match name.trim() {
        "remaining" | "r" => limit.remaining = waits::number(value),
        "reset" | "t" => limit.reset_at = waits::moment(value, NumberUnit::Seconds, headers, now),
        _ => {}
    }
}

/// Returns the windows of `RateLimit-Policy` by the names of their limits: `"default";q=100;w=60`.
fn policies(value: &str) -> impl Iterator<Item = (String, Duration)> {
    members(value, ',').take(MAX_LIMITS).filter_map(|member| {
        let mut parameters = members(member, ';');
        let name = parameters.next()?.trim_matches('"').to_owned();
        let window =
            parameters.filter_map(|parameter| parameter.split_once('=')).find(|(name, _)| name.trim() == "w");
        let seconds = window.and_then(|(_, seconds)| waits::number(seconds))?;
        Some((name, Duration::from_secs(seconds.ceil() as u64).min(waits::LONGEST)))
    })
}

/// Splits a structured field at `separator`, except in quoted strings, and trims the parts.
pub(super) fn members(value: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let split = move |c: char| {
        is_quoted ^= c == '"';
        c == separator && !is_quoted
    };
    value.split(split).map(str::trim).filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    /// Tue, 24 Nov 2026 01:39:00 GMT.
    const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);

    fn read(lines: &[(&str, &str)]) -> RateLimit {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        rate_limit(&headers, NOW)
    }

    /// Returns in how many seconds a limit that is used up is reset.
    fn used_up_for(lines: &[(&str, &str)]) -> Option<i64> {
        let limit = read(lines);
        limit.reset_at.filter(|_| limit.is_used_up).map(|at| at.unix() - NOW.unix())
    }

    #[test]
    fn a_limit_that_is_used_up_says_when_it_is_reset() {
        let epoch = (NOW.unix() + 7200).to_string();
        let milliseconds = ((NOW.unix() + 7200) * 1000).to_string();
        let table: &[&[(&str, &str)]] = &[
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "7200")],
            &[("x-ratelimit-remaining", "0.0"), ("x-ratelimit-reset", &epoch)],
            &[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", &milliseconds)],
            &[("X-Rate-Limit-Remaining", "0"), ("X-Rate-Limit-Reset", "2026-11-24T03:39:00Z")],
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "7200.0")],
            &[("ratelimit-remaining", "0"), ("ratelimit-resettime", "Tue, 24 Nov 2026 03:39:00 GMT")],
            &[("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "2h0m0s")],
            &[("x-ratelimit-remaining-hour", "0"), ("ratelimit-reset", "5"), ("x-ratelimit-reset", "7200")],
            &[
                ("ratelimit-limit", "100, 100;w=60"),
                ("ratelimit-remaining", "0"),
                ("ratelimit-reset", "7200"),
            ],
            &[("ratelimit", "limit=100, remaining=0, reset=7200")],
            &[("ratelimit", "limit=100,remaining=0,reset=7200"), ("ratelimit-policy", "100;w=60")],
            &[("ratelimit", "limit=100;remaining=0;reset=7200")],
            &[("x-ratelimit-remaining", "0/100"), ("x-ratelimit-reset", "7200")],
            &[("x-ratelimit-userremaining", "0"), ("x-ratelimit-userreset", &epoch)],
            &[("x-rate-limit-requests-left", "0"), ("x-rate-limit-time-reset-ms", "7200000")],
            &[("x-ratelimit-remaining", "-3"), ("x-ratelimit-limit", "60"), ("x-ratelimit-reset", "7200")],
            &[("x-ratelimit-clientremaining", "0"), ("x-ratelimit-clientreset", "7200")],
            &[("ratelimit", "\"default\";r=0;t=7200")],
            &[("ratelimit", "default;r=0;t=7200")],
            &[("ratelimit", "\"a,b;c\";r=5;t=9, \"hour\";r=0;t=7200, \"day\";r=3;t=80000")],
            &[
                ("ratelimit", "\"hour\";r=0"),
                ("ratelimit-policy", "\"hour\";q=10;w=7200, \"day\";q=50;w=86400"),
            ],
        ];
        for lines in table {
            assert_eq!(used_up_for(lines), Some(7200), "{lines:?}");
        }
    }

    #[test]
    fn limits_are_read_in_the_words_of_their_servers() {
        for lines in [
            [("x-ratelimit-perhour-remaining", "0"), ("x-ratelimit-perhour-reset", "7200")],
            [("x-ratelimit-remaining", "0"), ("x-ratelimit-next", "2026-11-24T03:39:00Z")],
        ] {
            assert_eq!(used_up_for(&lines), Some(7200), "{lines:?}");
        }
        let other = [("x-ratelimit-perday-remaining", "9"), ("x-ratelimit-perday-reset", "7200")];
        assert_eq!(used_up_for(&other), None);
    }

    #[test]
    fn a_window_with_a_name_gives_the_reset_if_nothing_else_does() {
        assert_eq!(used_up_for(&[("x-ratelimit-remaining-minute", "0")]), Some(60));
    }

    #[test]
    fn a_limit_with_requests_left_is_no_pause() {
        let table: &[&[(&str, &str)]] = &[
            &[],
            &[("x-ratelimit-remaining", "7"), ("x-ratelimit-reset", "3600")],
            &[("x-ratelimit-limit", "-1"), ("x-ratelimit-remaining", "-1"), ("x-ratelimit-reset", "3600")],
            &[("x-ratelimit-remaining", "many"), ("x-ratelimit-reset", "3600")],
            &[("ratelimit", "limit=100, remaining=1, reset=50")],
            &[("ratelimit", "\"default\";r=50;t=30")],
            &[("ratelimit-policy", "\"default\";q=100;w=60")],
            &[("x-ratelimit-limit", "0"), ("x-ratelimited", "0")],
        ];
        for lines in table {
            assert!(!read(lines).is_used_up, "{lines:?}");
        }
        assert_eq!(
            read(&[("x-ratelimit-remaining", "0")]),
            RateLimit { is_used_up: true, ..RateLimit::default() }
        );
    }

    #[test]
    fn a_reset_without_a_remainder_counts_only_for_a_refusal() {
        let limit = read(&[("x-ratelimit-reset", "7200")]);
        assert_eq!((limit.is_used_up, limit.reset_at), (false, None));
        assert_eq!(limit.bare_reset_at.map(|at| at.unix() - NOW.unix()), Some(7200));
        assert_eq!(read(&[("ratelimit", "\"a\";r=9;t=7200")]).bare_reset_at, None);
    }
}
