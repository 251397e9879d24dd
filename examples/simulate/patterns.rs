//! How sources publish and how they are served: kinds shaped after what real feeds were seen to do.
//!
//! The rates follow the gaps between the newest twenty entries of some two hundred captured feeds (deciles from ten minutes
//! over a day and a half to two months, a coefficient of variation around one), and the hours and days those of eleven news
//! outlets over forty days: a third of the daytime rate at night for those that serve the world, a twentieth for those of
//! one country, and half to a tenth at weekends.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::DateTime;
use fastrand::Rng;
use serde_json::Value;

const HOUR: i64 = 3600;
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
    pub(crate) name: &'static str,
    /// Number of sources of this kind.
    pub(crate) share: usize,
    /// Number of entries in the document.
    pub(crate) listed: usize,
    pub(crate) served: Served,
    /// Entries a day on a weekday, from … to …; each source draws its own.
    per_day: (f64, f64),
    /// Rate at night and at weekends, as a part of that by day.
    night: f64,
    weekend: f64,
    /// Entries that appear at one moment, at most.
    burst: u32,
    /// At the same hour of the same day each week.
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
    /// The moments of publication of one source between two moments, in order. Seconds since the epoch, UTC; its night is
    /// nine hours long and begins somewhere in the day, for its readers live somewhere in the world.
    pub(crate) fn publications(&self, from: i64, until: i64, rng: &mut Rng) -> Vec<i64> {
        if self.weekly {
            let first = from + rng.i64(0..7 * DAY);
            let weeks = (until - first) / (7 * DAY);
            return (0..=weeks).map(|week| first + week * 7 * DAY).filter(|at| *at < until).collect();
        }
        let (least, most) = self.per_day;
        if most == 0.0 {
            // Its last entry is old.
            return vec![from];
        }
        let per_day = least * (most / least).powf(rng.f64());
        let midnight = rng.i64(0..24) * HOUR;
        let bursts = per_day / (f64::from(self.burst) + 1.0) * 2.0;
        let mut at = from as f64;
        let mut found = Vec::new();
        // A Poisson process at the highest rate, thinned to the rate of the hour (Lewis and Shedler, 1979).
        loop {
            at += -(1.0 - rng.f64()).ln() * DAY as f64 / bursts;
            if at >= until as f64 {
                return found;
            }
            if rng.f64() < self.rate_at(at as i64 + midnight) {
                let count = rng.u32(1..=self.burst);
                found.extend((0..count).map(|_| at as i64));
            }
        }
    }

    /// The rate at a local time, as a part of the highest.
    fn rate_at(&self, local: i64) -> f64 {
        let by_hour = if local.rem_euclid(DAY) < 9 * HOUR { self.night } else { 1.0 };
        let by_day = if local.div_euclid(DAY).rem_euclid(7) < 2 { self.weekend } else { 1.0 };
        by_hour * by_day
    }
}

/// The moments of publication of news outlets as hourly snapshots recorded them, and for how many days. Moved by whole
/// weeks, so that the days of the week and the hours stay, and the recording begins at `start`.
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
    // Before its first days the recording holds only what front pages still showed.
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
