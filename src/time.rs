//! Instants and durations. This is the lowest layer, and the only module that reads the wall clock.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment in UTC, in whole seconds since 1970-01-01T00:00:00Z.
///
/// It always lies between the years 1 and 9999, so that every format that riverd writes (RFC 822, RFC 3339, HTTP dates)
/// can express it. Whole seconds are enough for feeds, and SQLite stores them as one integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800);
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// Makes a timestamp from seconds since the epoch, clamped to the years 1 to 9999.
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < Self::MIN.0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// Returns the seconds since the epoch.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Reads the wall clock. Only impure code may call this; pure code takes `now` as an argument.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now() -> Self {
        // `Utc::now` panics if the clock shows a time before 1970.
        Self::from_unix(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds - 1)
            }
        })
    }

    /// Says what to do if `self` is the time of a clock that was never set. Dates before 1970 are beyond what HTTP and the
    /// scheduler can express.
    pub const fn clock_problem(self) -> Option<&'static str> {
        if self.0 < Self::EPOCH.0 {
            Some("the clock of this machine shows a time before 1970: set it")
        } else {
            None
        }
    }

    /// Returns `self + span`, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn saturating_add(self, span: Duration) -> Self {
        Self::from_unix(self.0.saturating_add(i64::try_from(span.as_secs()).unwrap_or(i64::MAX)))
    }

    /// Returns `self - span`, at least [`Timestamp::MIN`].
    #[must_use]
    pub fn saturating_sub(self, span: Duration) -> Self {
        Self::from_unix(self.0.saturating_sub(i64::try_from(span.as_secs()).unwrap_or(i64::MAX)))
    }

    /// Returns the time from `earlier` to this timestamp. Returns zero if this one is the earlier one, since clocks can
    /// jump back.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Formats as `2026-11-24T02:39:00Z` (RFC 3339), for Atom, JSON Feed and riverd's own JSON output.
    pub fn to_rfc3339(self) -> String {
        self.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// Formats as `Tue, 24 Nov 2026 02:39:00 +0000` (RFC 822 with a four-digit year), for RSS.
    pub fn to_rfc2822(self) -> String {
        self.to_utc().format("%a, %d %b %Y %H:%M:%S +0000").to_string()
    }

    /// Formats as `Tue, 24 Nov 2026 02:39:00 GMT` (RFC 9110 §5.6.7), for HTTP headers such as `Last-Modified`.
    pub fn to_http_date(self) -> String {
        match u64::try_from(self.0) {
            // httpdate is many times as quick as chrono, but knows only dates since 1970.
            Ok(seconds) => httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds)),
            Err(_) => self.to_utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        }
    }

    /// Returns the number of the day (UTC) since 1970-01-01.
    pub const fn day_number(self) -> i64 {
        self.0.div_euclid(DAY.as_secs().cast_signed())
    }

    /// Converts to chrono's type, for calendar arithmetic and cron.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self::from_unix(moment.timestamp())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let moment = DateTime::parse_from_rfc3339(&text).map_err(de::Error::custom)?;
        Ok(Self::from(moment.to_utc()))
    }
}

/// Formats a duration as people write it: `1h 30m`, `2d`, `45s`. Fractions of a second are dropped.
///
/// The largest unit is the day. The crate humantime also uses months of 30.44 days, and would write `365d` as
/// `11months 30days 3h 50m 24s`.
pub fn human(span: Duration) -> String {
    let mut rest = span.as_secs();
    let mut parts = Vec::new();
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")] {
        if rest >= unit {
            parts.push(format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// Formats a duration with its two largest units at most, such as `3h 20m` or `2d 5h`, and from two years on in years. Smaller
/// units would suggest a precision that an estimate does not have.
pub fn brief(span: Duration) -> String {
    let years = span.as_secs() / (365 * DAY.as_secs());
    if years >= 2 {
        return format!("{years} years");
    }
    let unit = match span {
        days if days >= DAY => 3_600,
        hours if hours >= HOUR => 60,
        _ => 1,
    };
    human(Duration::from_secs(span.as_secs() / unit * unit))
}

/// One minute.
pub const MINUTE: Duration = Duration::from_mins(1);
/// One hour.
pub const HOUR: Duration = Duration::from_hours(1);
/// One day of 24 hours.
pub const DAY: Duration = Duration::from_hours(24);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clock_before_1970_is_one_that_was_never_set() {
        assert!(Timestamp::from_unix(-1).clock_problem().is_some_and(|problem| problem.contains("set it")));
        assert_eq!(Timestamp::EPOCH.clock_problem(), None);
    }

    #[test]
    fn a_brief_duration_has_two_units_at_most_and_many_days_are_years() {
        for (span, expected) in [
            (Duration::ZERO, "0s"),
            (Duration::from_secs(95), "1m 35s"),
            (3 * HOUR + 20 * MINUTE + Duration::from_secs(5), "3h 20m"),
            (2 * DAY + 30 * MINUTE, "2d"),
            (2 * DAY + 5 * HOUR + MINUTE, "2d 5h"),
            (729 * DAY, "729d"),
            (49_356 * DAY, "135 years"),
        ] {
            assert_eq!(brief(span), expected);
        }
    }

    #[test]
    fn dates_are_formatted_as_the_rfcs_require() {
        let moment = Timestamp::from_unix(1_795_484_340);
        assert_eq!(moment.to_rfc3339(), "2026-11-24T01:39:00Z");
        assert_eq!(moment.to_rfc2822(), "Tue, 24 Nov 2026 01:39:00 +0000");
        assert_eq!(moment.to_http_date(), "Tue, 24 Nov 2026 01:39:00 GMT");
    }

    #[test]
    fn extreme_times_are_clamped_to_the_years_1_to_9999() {
        assert_eq!(Timestamp::from_unix(i64::MAX).to_rfc3339(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp::from_unix(i64::MIN).to_rfc3339(), "0001-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.saturating_add(Duration::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.saturating_sub(Duration::MAX), Timestamp::MIN);
    }

    #[test]
    fn a_clock_that_went_back_gives_a_zero_duration() {
        assert_eq!(Timestamp::EPOCH.since(Timestamp::from_unix(9)), Duration::ZERO);
        assert_eq!(Timestamp::from_unix(9).since(Timestamp::EPOCH), Duration::from_secs(9));
    }

    #[test]
    fn durations_are_formatted_as_feeds_toml_accepts_them() {
        for text in ["0s", "45s", "1h 30m", "2d", "365d", "1d 1s"] {
            assert_eq!(human(humantime::parse_duration(text).unwrap()), text);
        }
    }
}
