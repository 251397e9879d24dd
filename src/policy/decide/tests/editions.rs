//! Tests how often sources are polled that publish only their latest edition, and that no edition is missed: days of polls,
//! each planned by the decision about the one before it.

use super::*;

/// How a simulated source publishes and is served.
#[derive(Clone, Copy)]
struct Feed {
    /// Seconds after midnight at which all its entries are replaced.
    times: &'static [u32],
    /// Number of entries in each edition.
    entries: usize,
    /// Whether its entries have dates.
    is_dated: bool,
    /// Whether its server answers conditional requests.
    is_validated: bool,
}

/// What days of polls came to.
#[derive(Debug)]
struct Days {
    /// Requests on each day.
    requests: Vec<u32>,
    /// Editions that no poll saw.
    missed: usize,
}

/// Returns the numbers of editions of `feed` that began by `at`, from the epoch on.
fn begun(feed: &Feed, at: Timestamp) -> i64 {
    let day = DAY.as_secs().cast_signed();
    let today = feed.times.iter().filter(|time| i64::from(**time) <= at.unix().rem_euclid(day)).count();
    at.unix().div_euclid(day) * feed.times.len() as i64 + today as i64
}

fn answer(feed: &Feed, edition: i64, began: Timestamp, seen: Option<i64>) -> FetchOutcome<BodyOutcome> {
    let validators = if feed.is_validated { etag(&edition.to_string()) } else { Validators::default() };
    let freshness = Freshness::default();
    if seen == Some(edition) && feed.is_validated {
        return FetchOutcome::NotModified { validators, freshness, moved_to: None, final_url: None };
    }
    let date = feed.is_dated.then_some(began);
    let body = if seen == Some(edition) {
        BodyOutcome::Known
    } else {
        BodyOutcome::Read(Box::new(ReadDocument {
            body_hash: edition.cast_unsigned(),
            hints: FeedHints::default(),
            articles: vec![Article { published_at: date, ..Article::default() }; feed.entries],
            new: vec![date; feed.entries],
            ..read_document()
        }))
    };
    FetchOutcome::Fresh(Box::new(Fetched { validators, ..fetched(body) }))
}

/// Polls a feed for `days` days from a moment within a day on.
fn poll_for(feed: &Feed, days: u32, start: Duration, seed: u64) -> Days {
    let midnight = Timestamp::from_unix(NOW.unix() / 86_400 * 86_400);
    let mut random = fastrand::Rng::with_seed(seed);
    let mut due = public();
    due.source = Arc::new(Source::new(
        "s",
        due.source.location.clone(),
        Cadence::Adaptive { start: MINUTES(30), min: MINUTES(10) },
    ));
    *due.state = SourceState::default();
    let mut result = Days { requests: vec![0; days as usize], missed: 0 };
    let mut now = midnight.saturating_add(start);
    let (mut seen, mut began) = (None, now);
    while let Some(requests) = result.requests.get_mut((now.since(midnight).as_secs() / 86_400) as usize) {
        *requests += 1;
        let edition = begun(feed, now);
        if seen != Some(edition) {
            result.missed += seen.map_or(0, |seen| (edition - seen - 1) as usize);
            while begun(feed, began) < edition {
                began = began.saturating_add(MINUTES(1));
            }
        }
        let outcome = answer(feed, edition, began, seen);
        seen = Some(edition);
        let context = PollContext { jitter: random.f64(), ..at(now) };
        let record = decide(&due, outcome, &context);
        due.state = record.state;
        due.planned = record.next;
        now = record.next.at;
    }
    result
}

const HOURLY: &[u32] = &{
    let mut times = [0; 24];
    let mut hour = 0;
    while hour < 24 {
        times[hour] = hour as u32 * 3600 + 120;
        hour += 1;
    }
    times
};

#[test]
fn editions_are_polled_about_twice_in_their_life_once_it_is_known_and_none_is_missed() {
    let at = |times, entries, is_dated| Feed { times, entries, is_dated, is_validated: true };
    let feeds = [
        ("one undated entry twice a day", at(&[32_400, 64_800], 1, false)),
        ("one dated entry twice a day", at(&[32_400, 64_800], 1, true)),
        ("one entry at noon and midnight", at(&[0, 43_200], 1, false)),
        ("three entries each hour", at(HOURLY, 3, true)),
        ("three undated entries each hour", at(HOURLY, 3, false)),
        ("one entry at 6, 7, 12 and 18", at(&[21_600, 25_200, 43_200, 64_800], 1, true)),
        ("one undated entry at 6, 7, 12 and 18", at(&[21_600, 25_200, 43_200, 64_800], 1, false)),
    ];
    let mut wrong = Vec::new();
    for (name, feed) in feeds {
        for is_validated in [true, false] {
            let feed = Feed { is_validated, ..feed };
            let editions = feed.times.len() as u32;
            for (seed, start) in (0..24).step_by(3).map(|hour| (hour, MINUTES(61 * hour))) {
                let days = poll_for(&feed, 10, start, seed);
                let known = days.requests.get(4..).unwrap();
                let mean = known.iter().sum::<u32>() / known.len() as u32;
                if days.missed > 0 || mean > 2 * editions + 32 {
                    wrong.push(format!("{name}, validators: {is_validated}, start {start:?}: {days:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
