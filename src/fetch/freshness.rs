//! Reads response headers that say when to send the next request. Real values can be negative, fractional, huge, repeated, or
//! meaningless.

use std::time::Duration;

use reqwest::header::{AGE, CACHE_CONTROL, EXPIRES, HeaderMap};

use super::header_values::{first, http_date};
use super::rate_limit::{members, rate_limit};
use super::waits::{self, LONGEST, NumberUnit, correct_clock_skew};
use crate::model::Freshness;
use crate::time::Timestamp;

/// Reads `Cache-Control`, `Age`, `Expires`, `Retry-After` and the headers of rate limits. A `max-age` cancels `Expires`;
/// `no-cache` and `no-store` cancel both: a document that must not be used without asking the server may have changed at any
/// time.
pub(crate) fn freshness(headers: &HeaderMap, now: Timestamp) -> Freshness {
    let directives = directives(headers);
    // `no-cache="Set-Cookie"` forbids a cache to keep that header, not the document (RFC 9111 §5.2.2.4).
    let says = |name: &str| directives.iter().any(|(directive, value)| directive == name && value.is_empty());
    let forbidden = says("no-cache") || says("no-store");
    let stated = directives.iter().find(|(directive, _)| directive == "max-age");
    let age = first(headers, AGE).and_then(seconds);
    let max_age = stated.and_then(|(_, value)| seconds(value)).filter(|_| !forbidden);
    Freshness {
        max_age: max_age.map(|max_age| max_age.min(LONGEST).saturating_sub(age.unwrap_or_default())),
        age,
        expires: if forbidden || max_age.is_some() { None } else { expires(headers, now) },
        retry_after: retry_after(headers, now),
        limit_reset_at: rate_limit(headers, now).reset_at,
        redirect_limit_reset_at: None,
    }
}

/// Returns the directives of all `Cache-Control` headers, with names in lower case and values without quotes.
fn directives(headers: &HeaderMap) -> Vec<(String, String)> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| members(value, ','))
        .map(|directive| {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned())
        })
        .collect()
}

/// Returns the time of `Expires` by this machine's clock, or `None` if it is in the past or no date (`0`, `-1`).
fn expires(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let at = correct_clock_skew(http_date(first(headers, EXPIRES)?)?, headers, now);
    (at > now).then_some(at)
}

/// Headers that say when to ask again, and the unit of a plain number in them.
const RETRY_HEADERS: [(&str, NumberUnit); 5] = [
    ("retry-after", NumberUnit::Seconds),
    ("x-retry-after", NumberUnit::Seconds),
    ("x-throttle-wait-seconds", NumberUnit::Seconds),
    ("retry-after-ms", NumberUnit::Milliseconds),
    ("x-ms-retry-after-ms", NumberUnit::Milliseconds),
];

/// Returns the latest moment that [`waits::moment`] reads in the headers of [`RETRY_HEADERS`], or `None` if it reads none.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let moment_in = |value: &str, unit| {
        let in_list =
            || value.split([',', ';']).filter_map(|part| waits::moment(part, unit, headers, now)).max();
        // A proxy may join two headers with a comma. But dates have commas too, so the value is split only if it can't be read
        // as a whole.
        waits::moment(value, unit, headers, now).or_else(in_list)
    };
    let moments = RETRY_HEADERS.into_iter().flat_map(|(name, unit)| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.filter_map(move |value| moment_in(value, unit))
    });
    moments.max()
}

/// Parses a number of seconds and rounds it up. Returns `None` for a negative number and for a text that is no number.
fn seconds(text: impl AsRef<str>) -> Option<Duration> {
    waits::number(text.as_ref()).map(|number| Duration::from_secs(number.ceil() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;
    use reqwest::header::{self, HeaderName, HeaderValue};

    /// Tue, 24 Nov 2026 01:39:00 GMT.
    const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
        };
        let mut map = HeaderMap::new();
        for (name, value) in lines.iter().map(pair) {
            map.append(name, value);
        }
        map
    }

    fn max_age(lines: &[(&str, &str)]) -> Option<u64> {
        freshness(&headers(lines), NOW).max_age.map(|span| span.as_secs())
    }

    fn retry(lines: &[(&str, &str)]) -> Option<i64> {
        freshness(&headers(lines), NOW).retry_after.map(|at| at.unix() - NOW.unix())
    }

    #[test]
    fn the_age_of_an_answer_is_read_whatever_else_it_says() {
        let age = |lines| freshness(&headers(lines), NOW).age;
        assert_eq!(age(&[("age", "90")]), Some(Duration::from_secs(90)));
        assert_eq!(age(&[("cache-control", "no-store"), ("age", "7200")]), Some(Duration::from_hours(2)));
        assert_eq!(age(&[("age", "-5")]), None);
        assert_eq!(age(&[("age", "soon")]), None);
        assert_eq!(age(&[]), None);
    }

    #[test]
    fn age_shortens_max_age_and_no_cache_cancels_it() {
        assert_eq!(max_age(&[("cache-control", "public, max-age=3600")]), Some(3600));
        assert_eq!(max_age(&[("cache-control", "MAX-AGE=\"600\"")]), Some(600));
        assert_eq!(max_age(&[("cache-control", "max-age=3600"), ("age", "600")]), Some(3000));
        assert_eq!(max_age(&[("cache-control", "max-age=60"), ("age", "600")]), Some(0));
        assert_eq!(max_age(&[("cache-control", "no-cache, max-age=3600")]), None);
        assert_eq!(max_age(&[("cache-control", "no-cache=\"Set-Cookie, X\", max-age=3600")]), Some(3600));
        assert_eq!(max_age(&[("cache-control", "max-age=3600"), ("cache-control", "no-store")]), None);
        assert_eq!(max_age(&[("cache-control", "s-maxage=3600, private")]), None);
    }

    #[test]
    fn an_invalid_max_age_is_ignored() {
        for value in
            ["max-age", "max-age=", "max-age=-1", "max-age=soon", "max-age=inf", "max-age=nan", "=,=,="]
        {
            assert_eq!(max_age(&[("cache-control", value)]), None, "{value}");
        }
        assert_eq!(max_age(&[("cache-control", "max-age=1e12")]), Some(LONGEST.as_secs()));
        assert_eq!(max_age(&[("cache-control", "max-age=99999999999999999999999")]), Some(LONGEST.as_secs()));
        assert_eq!(max_age(&[("cache-control", "max-age=1.5")]), Some(2));
        assert_eq!(max_age(&[("cache-control", "max-age=60, max-age=90")]), Some(60));
    }

    #[test]
    fn expires_counts_only_without_max_age_and_by_the_clock_of_the_server() {
        let at =
            |lines: &[(&str, &str)]| freshness(&headers(lines), NOW).expires.map(|at| at.unix() - NOW.unix());
        assert_eq!(at(&[("expires", "Tue, 24 Nov 2026 02:39:00 GMT")]), Some(3600));
        assert_eq!(at(&[("expires", "Tue, 24 Nov 2026 02:39:00 GMT"), ("cache-control", "max-age=5")]), None);
        assert_eq!(at(&[("expires", "0")]), None);
        assert_eq!(at(&[("expires", "-1")]), None);
        assert_eq!(at(&[("expires", "Fri, 31 Dec 9999 23:59:59 GMT")]), Some(LONGEST.as_secs() as i64));
        assert_eq!(at(&[("expires", "Tue, 24 Nov 2020 02:39:00 GMT")]), None);
        let slow_clock =
            [("date", "Sat, 01 Jan 2000 00:00:00 GMT"), ("expires", "Sat, 01 Jan 2000 01:00:00 GMT")];
        assert_eq!(at(&slow_clock), Some(3600));
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        assert_eq!(retry(&[("retry-after", "120")]), Some(120));
        assert_eq!(retry(&[("retry-after", " 120.2 ")]), Some(121));
        assert_eq!(retry(&[("retry-after", "Tue, 24 Nov 2026 02:39:00 GMT")]), Some(3600));
        assert_eq!(retry(&[("retry-after", "Tuesday, 24-Nov-26 02:39:00 GMT")]), Some(3600));
        assert_eq!(retry(&[("retry-after", "Tue Nov 24 02:39:00 2026")]), Some(3600));
        assert_eq!(
            retry(&[("retry-after", "Mon, 24 Nov 2026 02:39:00 GMT")]),
            Some(3600),
            "a wrong day of the week"
        );
        assert_eq!(retry(&[("retry-after", "10"), ("retry-after", "20")]), Some(20));
        assert_eq!(retry(&[("retry-after", "10, 20")]), Some(20));
        assert_eq!(retry(&[("retry-after-ms", "1500")]), Some(2));
        let fast_clock =
            [("date", "Wed, 24 Nov 2027 00:00:00 GMT"), ("retry-after", "Wed, 24 Nov 2027 01:00:00 GMT")];
        assert_eq!(retry(&fast_clock), Some(3600));
    }

    #[test]
    fn an_invalid_retry_after_is_ignored() {
        for value in
            ["", "-5", "soon", "inf", "0", "Tue, 24 Nov 1998 02:39:00 GMT", "Tue, 99 Foo 2026 99:99:99 GMT"]
        {
            assert_eq!(retry(&[("retry-after", value)]), None, "{value}");
        }
        assert_eq!(retry(&[("retry-after", "1e12")]), None, "no moment in any unit");
    }

    #[test]
    fn a_rate_limit_that_is_used_up_is_kept_with_any_status() {
        let lines = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "3600")];
        let read = freshness(&headers(&lines), NOW);
        assert_eq!(read.limit_reset_at, Some(NOW.saturating_add(HOUR)));
        let retry_after = Some(NOW.saturating_add(2 * HOUR));
        assert_eq!(Freshness { retry_after, ..read }.pause_until(), retry_after);
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_within_bounds(
            value in proptest::collection::vec(0x20_u8..=0xff, 0..60),
            number in "[0-9.eE+,=a-z -]{0,40}",
        ) {
            let mut map = HeaderMap::new();
            for name in [CACHE_CONTROL, EXPIRES, header::DATE, AGE, header::RETRY_AFTER] {
                map.extend(HeaderValue::from_bytes(&value).ok().map(|value| (name.clone(), value)));
                map.append(name, HeaderValue::from_str(&format!("max-age={number}")).unwrap());
                map.append("x-ratelimit-reset", HeaderValue::from_str(&number).unwrap());
            }
            map.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
            let latest = NOW.saturating_add(LONGEST);
            let read = freshness(&map, NOW);
            proptest::prop_assert!(read.max_age.is_none_or(|age| age <= LONGEST));
            let moments = [read.expires, read.retry_after, read.limit_reset_at];
            proptest::prop_assert!(moments.iter().flatten().all(|at| *at > NOW && *at <= latest));
        }
    }
}
