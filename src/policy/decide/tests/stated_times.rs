//! Tests that no entry is missed of a source whose server does not keep to its `max-age`, and that one that keeps to it is
//! polled seldom: weeks of polls, each planned by the decision about the one before it.

use super::*;

/// How a simulated source publishes and is served.
#[derive(Clone, Copy)]
struct Feed {
    /// Number of entries in its list.
    listed: usize,
    /// Entries an hour on average, at random moments.
    rate: f64,
    /// Whether it publishes only from 9 to 17 o'clock, from Monday to Friday.
    in_office_hours: bool,
    /// The `max-age` of each answer.
    stated: Option<Duration>,
    /// The document is built anew only at multiples of this time.
    built_each: Duration,
    /// Whether its server answers conditional requests.
    is_validated: bool,
}

const FEED: Feed = Feed {
    listed: 15,
    rate: 1.0,
    in_office_hours: false,
    stated: Some(DAY),
    built_each: Duration::from_secs(1),
    is_validated: true,
};

/// What weeks of polls came to.
#[derive(Debug)]
struct Weeks {
    /// Requests on each day.
    requests: Vec<u32>,
    /// Entries that left the list before a poll saw them.
    missed: usize,
}

/// Returns the moments of publication of `feed` from five days before `start` on, for `days` days and those five.
fn published(feed: &Feed, start: Timestamp, days: u32, random: &mut fastrand::Rng) -> Vec<Timestamp> {
    let from = start.saturating_sub(DAY * 5);
    let minutes = (0..(days + 5) * 24 * 60).map(|minute| from.saturating_add(MINUTE * minute));
    let is_open = |at: &Timestamp| {
        // The epoch was a Thursday.
        let (hour, weekday) = (at.unix() / 3600 % 24, (at.unix() / 86_400 + 3) % 7);
        !feed.in_office_hours || ((9..17).contains(&hour) && weekday < 5)
    };
    minutes.filter(is_open).filter(|_| random.f64() < feed.rate / 60.0).collect()
}

fn answer(
    feed: &Feed,
    count: usize,
    dates: &[Timestamp],
    new: usize,
    is_known: bool,
) -> FetchOutcome<BodyOutcome> {
    let validators = if feed.is_validated { etag(&count.to_string()) } else { Validators::default() };
    let freshness = Freshness { max_age: feed.stated, ..Freshness::default() };
    if is_known && feed.is_validated {
        return FetchOutcome::NotModified { validators, freshness, moved_to: None, final_url: None };
    }
    let article = |date: &Timestamp| Article { published_at: Some(*date), ..Article::default() };
    let body = if is_known {
        BodyOutcome::Known
    } else {
        BodyOutcome::Read(Box::new(ReadDocument {
            body_hash: count as u64,
            hints: FeedHints::default(),
            articles: dates.iter().rev().map(article).collect(),
            new: dates.iter().rev().take(new).map(|date| Some(*date)).collect(),
            ..read_document()
        }))
    };
    FetchOutcome::Fresh(Box::new(Fetched { validators, freshness, ..fetched(body) }))
}

/// Polls `feed` for `days` days from `start` on.
fn poll_for(feed: &Feed, start: Timestamp, days: u32, seed: u64) -> Weeks {
    let mut random = fastrand::Rng::with_seed(seed);
    let published = published(feed, start, days, &mut random);
    let mut due = public();
    let cadence = Cadence::Adaptive { start: MINUTES(30), min: MINUTES(10) };
    due.source = Arc::new(Source::new("s", due.source.location.clone(), cadence));
    *due.state = SourceState::default();
    due.planned = NextPoll { at: start, reason: NextPollReason::New };
    let mut result = Weeks { requests: vec![0; days as usize], missed: 0 };
    let (mut now, mut seen) = (start, None);
    while let Some(requests) = result.requests.get_mut((now.since(start).as_secs() / 86_400) as usize) {
        *requests += 1;
        let built =
            Timestamp::from_unix(now.unix() - now.unix().rem_euclid(feed.built_each.as_secs().cast_signed()));
        let count = published.partition_point(|at| *at <= built);
        let new = count - seen.unwrap_or(0);
        if seen.is_some() {
            result.missed += new.saturating_sub(feed.listed);
        }
        let dates = published.get(count.saturating_sub(feed.listed)..count).unwrap();
        let outcome = answer(feed, count, dates, new.min(dates.len()), seen == Some(count));
        seen = Some(count);
        let record = decide(&due, outcome, &PollContext { jitter: random.f64(), ..at(now) });
        due.state = record.state;
        due.planned = record.next;
        now = record.next.at;
    }
    result
}

/// A Friday at noon, UTC.
const FRIDAY: Timestamp = Timestamp::from_unix(1_795_780_800);

/// Polls `feed` for two weeks that begin at different hours of a Friday and the days after it, and returns what went wrong.
fn missed(name: &str, feed: Feed) -> Vec<String> {
    let weeks = (0..6).map(|seed| {
        let start = FRIDAY.saturating_add(HOUR * 17 * u32::try_from(seed).unwrap());
        (seed, poll_for(&feed, start, 14, seed))
    });
    weeks
        .filter(|(_, weeks)| weeks.missed > 0)
        .map(|(seed, weeks)| format!("{name}, {seed}: {weeks:?}"))
        .collect()
}

#[test]
fn nothing_is_missed_of_a_server_that_does_not_keep_to_its_max_age() {
    let office = Feed { rate: 4.0, in_office_hours: true, ..FEED };
    let feeds = [
        ("four an hour in office hours", office),
        ("the same for seven days", Feed { stated: Some(DAY * 7), ..office }),
        ("25 entries, three an hour", Feed { listed: 25, rate: 3.0, ..FEED }),
        ("one an hour", FEED),
        ("ten entries, two an hour", Feed { listed: 10, rate: 2.0, ..FEED }),
        ("ten entries, one in four hours", Feed { listed: 10, rate: 0.25, stated: Some(DAY * 7), ..FEED }),
    ];
    let wrong: Vec<String> = feeds
        .into_iter()
        .flat_map(|(name, feed)| [true, false].map(|is_validated| (name, Feed { is_validated, ..feed })))
        .flat_map(|(name, feed)| missed(name, feed))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_missed_on_the_first_monday_of_a_source_that_publishes_in_office_hours() {
    let office = Feed { rate: 4.0, in_office_hours: true, stated: None, is_validated: false, ..FEED };
    let wrong = missed("without validators", office);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let quiet = poll_for(&office, FRIDAY, 21, 1);
    assert!(quiet.requests.iter().all(|requests| *requests <= 28), "{quiet:?}");
}

#[test]
fn a_max_age_that_a_server_keeps_to_is_believed_within_days() {
    for (rate, built_each) in [(1.0, DAY), (2.0, DAY), (2.0, HOUR * 12)] {
        let feed = Feed { listed: 20, rate, stated: Some(built_each), built_each, ..FEED };
        for seed in 0..4 {
            let weeks =
                poll_for(&feed, FRIDAY.saturating_add(HOUR * 5 * u32::try_from(seed).unwrap()), 21, seed);
            let builds = (DAY.as_secs() / built_each.as_secs()) as u32;
            let late: u32 = weeks.requests.get(10..).unwrap().iter().sum();
            assert!(late <= 11 * builds * 6, "{rate} {built_each:?} {seed}: {weeks:?}");
        }
    }
}
