//! The times at which sources publish, and how their servers answer. The kinds of sources are modelled on real feeds.
//!
//! The rates follow the gaps between the newest twenty entries of some two hundred captured feeds. The first decile of these
//! gaps is ten minutes, the median a day and a half, the last decile two months; their coefficient of variation is about one.
//! The hours and days follow eleven news outlets over forty days. At night, outlets for the whole world publish a third of
//! what they publish by day, and outlets for one country a twentieth. At weekends, it is a half to a tenth.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::DateTime;
use fastrand::Rng;
use serde_json::Value;

/// Seconds in an hour.
const HOUR: i64 = 3600;
/// Seconds in a day.
const DAY: i64 = 24 * HOUR;

/// How a server answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    /// With an ETag, and a 304 while nothing changed.
    Validated,
    /// Without validators: the whole body each time.
    Bare,
    /// Without validators, and with `max-age=900`.
    BareWithMaxAge,
    /// Without validators, and with a counter in the body that changes between any two requests.
    Counting,
    /// With an ETag, and with a `ttl` of twelve hours in the document.
    AskingForPatience,
}

/// A kind of source.
pub(crate) struct Kind {
    /// Name in the output.
    pub(crate) name: &'static str,
    /// Number of sources of this kind.
    pub(crate) share: usize,
    /// Number of entries in the document.
    pub(crate) listed: usize,
    pub(crate) served: Served,
    /// Least and most entries on a weekday. Each source draws its own rate between them.
    per_day: (f64, f64),
    /// Rate at night, as a share of the rate by day.
    night: f64,
    /// Rate at weekends, as a share of the rate on weekdays.
    weekend: f64,
    /// Most entries that appear at one moment.
    burst: u32,
    /// Whether one entry appears at the same time each week, whatever the rates.
    weekly: bool,
}

/// The kinds that are served with validators and list twenty entries.
#[rustfmt::skip]
const WELL_SERVED: &[Kind] = &[
    Kind { name: "newspaper",   share: 120, per_day: (40.0, 100.0), night: 0.30, weekend: 0.60, ..STEADY },
    Kind { name: "magazine",    share: 160, per_day: (8.0, 24.0),   night: 0.05, weekend: 0.25, ..STEADY },
    Kind { name: "busy blog",   share: 100, per_day: (1.5, 5.0),    night: 0.05, weekend: 0.50, ..STEADY },
    Kind { name: "blog",        share: 250, per_day: (0.15, 0.9),   night: 0.10, weekend: 0.80, ..STEADY },
    Kind { name: "weekly show", share: 120, per_day: (0.0, 0.0),    weekly: true, ..STEADY },
    Kind { name: "in bursts",   share: 80,  per_day: (0.05, 0.5),   night: 0.30, weekend: 0.50, burst: 12, ..STEADY },
    Kind { name: "slow blog",   share: 120, per_day: (0.01, 0.08),  night: 0.10, ..STEADY },
    Kind { name: "asleep",      share: 50,  per_day: (0.0, 0.0),    ..STEADY },
];

/// The kinds whose lists are short, whose servers give no validators, or whose publishers want to be asked seldom.
#[rustfmt::skip]
const OTHERS: &[Kind] = &[
    Kind { name: "newspaper, list of 5",         share: 10, listed: 5,  per_day: (40.0, 100.0), night: 0.30, weekend: 0.60, ..STEADY },
    Kind { name: "magazine, list of 5",          share: 10, listed: 5,  per_day: (8.0, 24.0),   night: 0.05, weekend: 0.25, ..STEADY },
    Kind { name: "newspaper, bare",              share: 10, served: Served::Bare, per_day: (40.0, 100.0), night: 0.30, weekend: 0.60, ..STEADY },
    Kind { name: "newspaper, bare, max-age",     share: 10, served: Served::BareWithMaxAge, per_day: (40.0, 100.0), night: 0.30, weekend: 0.60, ..STEADY },
    Kind { name: "magazine, bare",               share: 10, served: Served::Bare, per_day: (8.0, 24.0), night: 0.05, weekend: 0.25, ..STEADY },
    Kind { name: "magazine, bare, list of 5",    share: 10, served: Served::Bare, listed: 5, per_day: (8.0, 24.0), night: 0.05, weekend: 0.25, ..STEADY },
    Kind { name: "blog, bare",                   share: 40, served: Served::Bare, per_day: (0.15, 0.9), night: 0.10, weekend: 0.80, ..STEADY },
    Kind { name: "slow blog, bare",              share: 20, served: Served::Bare, per_day: (0.01, 0.08), night: 0.10, ..STEADY },
    Kind { name: "channel, counting views",      share: 20, served: Served::Counting, listed: 15, per_day: (0.15, 1.5), night: 0.10, ..STEADY },
    Kind { name: "channel, bare",                share: 20, served: Served::Bare, listed: 15, per_day: (0.15, 1.5), night: 0.10, ..STEADY },
    Kind { name: "newspaper, ttl 12 h",          share: 10, served: Served::AskingForPatience, per_day: (40.0, 100.0), night: 0.30, weekend: 0.60, ..STEADY },
];

/// What most kinds have in common.
const STEADY: Kind = Kind {
    name: "",
    share: 0,
    listed: 20,
    served: Served::Validated,
    per_day: (0.0, 0.0),
    night: 1.0,
    weekend: 1.0,
    burst: 1,
    weekly: false,
};

/// Every kind of source that is made up.
pub(crate) fn kinds() -> impl Iterator<Item = &'static Kind> {
    WELL_SERVED.iter().chain(OTHERS)
}

impl Kind {
    /// Returns the times between `from` and `until` at which one source publishes, in order. All times are seconds since the
    /// epoch. The night of the source is nine hours long and begins at a random hour, as sources are all over the world.
    pub(crate) fn publications(&self, from: i64, until: i64, rng: &mut Rng) -> Vec<i64> {
        if self.weekly {
            let first = from + rng.i64(0..7 * DAY);
            let weeks = (until - first) / (7 * DAY);
            return (0..=weeks).map(|week| first + week * 7 * DAY).filter(|at| *at < until).collect();
        }
        let (least, most) = self.per_day;
        if most == 0.0 {
            // This source has one old entry and publishes nothing more.
            return vec![from];
        }
        let per_day = least * (most / least).powf(rng.f64());
        let zone_offset = rng.i64(0..24) * HOUR;
        let bursts = per_day / (f64::from(self.burst) + 1.0) * 2.0;
        let mut at = from as f64;
        let mut found = Vec::new();
        // A Poisson process at the highest rate is thinned to the rate of the hour (Lewis and Shedler, 1979).
        loop {
            at += -(1.0 - rng.f64()).ln() * DAY as f64 / bursts;
            if at >= until as f64 {
                return found;
            }
            if rng.f64() < self.rate_at(at as i64 + zone_offset) {
                let count = rng.u32(1..=self.burst);
                found.extend((0..count).map(|_| at as i64));
            }
        }
    }

    /// Returns the rate at a local time, as a share of the highest rate.
    fn rate_at(&self, local: i64) -> f64 {
        let by_hour = if local.rem_euclid(DAY) < 9 * HOUR { self.night } else { 1.0 };
        let by_day = if local.div_euclid(DAY).rem_euclid(7) < 2 { self.weekend } else { 1.0 };
        by_hour * by_day
    }
}

/// Reads when news outlets published, as hourly snapshots recorded it. Returns the times for each outlet, and the number of
/// recorded days. The times are moved by whole weeks, which keeps days of the week and hours, to begin near `start`.
pub(crate) fn recorded(corpus: &Path, start: i64) -> (Vec<(String, Vec<i64>)>, i64) {
    let file = corpus.join("neardup/en_15outlets_hourly.jsonl");
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut outlets: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for line in text.lines() {
        let Ok(article) = serde_json::from_str::<Value>(line) else { continue };
        let published = article["published_at"].as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        if let (Some(source), Some(at)) = (article["source"].as_str(), published) {
            outlets.entry(source.to_owned()).or_default().push(at.timestamp());
        }
    }
    let mut all: Vec<i64> = outlets.values().flatten().copied().collect();
    all.sort_unstable();
    // The earliest twentieth are old articles that front pages still showed when the recording began.
    let (Some(first), Some(last)) = (all.get(all.len() / 20), all.last()) else { return (Vec::new(), 0) };
    let shift = (start - first) / (7 * DAY) * (7 * DAY);
    let days = (last + shift - start) / DAY;
    for moments in outlets.values_mut() {
        moments.sort_unstable();
        for at in moments.iter_mut() {
            *at += shift;
        }
    }
    (outlets.into_iter().collect(), days)
}
