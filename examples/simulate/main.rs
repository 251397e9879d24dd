//! Compares adaptive polling with a fixed interval: the requests per day, the delay between the publication of an entry and the
//! poll that finds it, and the entries that were missed because they left the list before a poll. The simulated sources publish as
//! real ones do. With RIVERD_CORPUS, the news outlets recorded in that folder are simulated too. The decisions are those of
//! `policy::decide`; nothing is fetched or stored.
//!
//! ```text
//! cargo run --release --example simulate [-- DAYS [SEED]]
//! ```
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "prints its results, and indexes and parses only what it made"
)]

mod patterns;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use patterns::{Kind, Served};
use riverd::model::{
    Article, Cadence, DueSource, FeedHints, FeedInfo, FetchOutcome, Fetched, Freshness, IdentityScheme, Key,
    LeftOut, LinkHeaders, Location, NextPoll, NextPollReason, Source, SourceId, Validators,
};
use riverd::policy::decide::{BodyOutcome, NetworkState, PollContext, ReadDocument, decide};
use riverd::policy::schedule;
use riverd::time::Timestamp;

/// Start of the simulation, a Sunday. Seconds since the epoch.
const START: i64 = 1_795_305_600;
/// Seconds in a day.
const DAY: i64 = 86_400;
/// Seconds before the start from which sources have entries.
const HISTORY: i64 = 400 * DAY;

/// Results of one way of polling for one kind of source.
#[derive(Clone, Default)]
struct Tally {
    /// Number of requests after the first poll of each source.
    requests: usize,
    /// Seconds from publication to the poll that found it.
    delays: Vec<i64>,
    /// Entries that were listed for a while, but not at any poll.
    missed: usize,
}

/// A simulated source.
struct Simulated {
    /// Index of its kind.
    kind: usize,
    /// Times of publication in order, in seconds since the epoch.
    publications: Vec<i64>,
    /// Number of entries in its document.
    listed: usize,
    served: Served,
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let days = arguments.next().unwrap_or(60) as i64;
    let seed = arguments.next().unwrap_or(1);
    let sources = generate(days, seed);
    println!("{} sources, {days} days, seed {seed}; delays in minutes\n", sources.len());
    let kinds: Vec<&str> = patterns::kinds().map(|kind| kind.name).collect();
    compare(&sources, &kinds, days, seed);
    if let Some(corpus) = std::env::var_os("RIVERD_CORPUS") {
        let (outlets, days) = patterns::recorded(corpus.as_ref(), START);
        let names: Vec<&str> = outlets.iter().map(|(name, _)| name.as_str()).collect();
        let sources: Vec<Simulated> = (0..)
            .zip(&outlets)
            .map(|(kind, (_, publications))| Simulated {
                kind,
                publications: publications.clone(),
                listed: 20,
                served: Served::Validated,
            })
            .collect();
        println!("\nnews outlets recorded over {days} days\n");
        compare(&sources, &names, days, seed);
    }
}

/// Prints both ways of polling side by side, with one line per kind of source.
fn compare(sources: &[Simulated], kinds: &[&str], days: i64, seed: u64) {
    let minutes = Duration::from_mins;
    let fixed = run(sources, kinds.len(), &Cadence::Every(minutes(30)), days, seed);
    let adaptive = Cadence::Adaptive { start: minutes(30), min: minutes(10) };
    let adaptive = run(sources, kinds.len(), &adaptive, days, seed);
    println!(
        "| kind | sources | entries a day | requests a day, every 30 m | adaptive | median delay, every 30 m | adaptive | 95th, every 30 m | adaptive | missed, every 30 m | adaptive |"
    );
    println!("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
    for (n, kind) in kinds.iter().enumerate() {
        let count = sources.iter().filter(|source| source.kind == n).count();
        row(kind, count, &fixed[n], &adaptive[n], days);
    }
    let adaptive = sum(&adaptive);
    row("**all**", sources.len(), &sum(&fixed), &adaptive, days);
    let fixed_by_minutes =
        (1..=30).rev().map(|n| (n, sum(&run(sources, kinds.len(), &Cadence::Every(minutes(n)), days, seed))));
    if let Some((n, fixed)) =
        fixed_by_minutes.into_iter().find(|(_, fixed)| median(fixed) <= median(&adaptive))
    {
        println!(
            "\na fixed interval with the same median delay: {n} m, {} requests a day",
            fixed.requests / days as usize
        );
    }
}

fn median(tally: &Tally) -> i64 {
    let mut delays = tally.delays.clone();
    delays.sort_unstable();
    delays.get(delays.len() / 2).copied().unwrap_or_default()
}

/// Generates the sources of all kinds.
fn generate(days: i64, seed: u64) -> Vec<Simulated> {
    let mut rng = Rng::with_seed(seed);
    let of_kind = |(n, kind): (usize, &Kind)| -> Vec<Simulated> {
        (0..kind.share)
            .map(|_| Simulated {
                kind: n,
                publications: kind.publications(START - HISTORY, START + days * DAY, &mut rng),
                listed: kind.listed,
                served: kind.served,
            })
            .collect()
    };
    patterns::kinds().enumerate().flat_map(of_kind).collect()
}

/// Polls every source with `cadence` for this many days. Returns the results by kind.
fn run(sources: &[Simulated], kinds: usize, cadence: &Cadence, days: i64, seed: u64) -> Vec<Tally> {
    let mut rng = Rng::with_seed(seed);
    let mut tallies = vec![Tally::default(); kinds];
    for (n, simulated) in sources.iter().enumerate() {
        poll_for(simulated, due(n, cadence), days, &mut tallies[simulated.kind], &mut rng);
    }
    tallies
}

fn poll_for(simulated: &Simulated, mut due: DueSource, days: i64, tally: &mut Tally, rng: &mut Rng) {
    let no_sources = HashSet::new();
    let mut seen = 0;
    let mut now = START;
    while now < START + days * DAY {
        let listed = simulated.publications.partition_point(|at| *at <= now);
        let is_first = due.state.body_at.is_none();
        tally.requests += usize::from(!is_first);
        if !is_first {
            let visible = listed.saturating_sub(simulated.listed).max(seen);
            tally.delays.extend(simulated.publications[visible..listed].iter().map(|at| now - at));
            tally.missed += (seen..visible).filter(|n| simulated.was_listed(*n)).count();
        }
        let at = Timestamp::from_unix(now);
        let conditional = !schedule::trusted_validators(&due.state, at).is_empty();
        let outcome = answer(simulated, listed, listed - seen, conditional);
        seen = listed;
        let context = PollContext {
            asked_at: at,
            now: at,
            server_time: Duration::ZERO,
            jitter: rng.f64(),
            network: NetworkState::Up,
            paused_until: None,
            configured: &no_sources,
        };
        let record = decide(&due, outcome, &context);
        now = record.next.at.unix();
        due.state = record.state;
        due.planned = record.next;
    }
}

impl Simulated {
    /// Whether an entry was in the document at any moment: more entries than the list holds may appear at once.
    fn was_listed(&self, n: usize) -> bool {
        self.publications.get(n + self.listed).is_none_or(|later| *later > self.publications[n])
    }
}

/// Answers a request at a moment when `published` entries exist, `new` of them since the last request.
fn answer(
    simulated: &Simulated,
    published: usize,
    new: usize,
    conditional: bool,
) -> FetchOutcome<BodyOutcome> {
    let is_validated = matches!(simulated.served, Served::Validated | Served::AskingForPatience);
    let etag = is_validated.then(|| b"\"v\"".to_vec());
    let validators = Validators { etag, last_modified: None };
    let max_age = (simulated.served == Served::BareWithMaxAge).then(|| Duration::from_mins(15));
    let freshness = Freshness { max_age, ..Freshness::default() };
    if new == 0 && conditional {
        return FetchOutcome::NotModified { validators, freshness, moved_to: None, final_url: None };
    }
    let ttl = (simulated.served == Served::AskingForPatience).then(|| Duration::from_hours(12));
    let newest = |count: usize| simulated.publications[..published].iter().rev().take(count);
    let read = || ReadDocument {
        stated_at: None,
        body_hash: published as u64,
        feed: FeedInfo::default(),
        hints: FeedHints { ttl, ..FeedHints::default() },
        identity: IdentityScheme::default(),
        articles: newest(simulated.listed).map(|at| article(*at)).collect(),
        new: newest(new.min(simulated.listed)).map(|at| Some(Timestamp::from_unix(*at))).collect(),
        left_out: LeftOut::default(),
        defects: Vec::new(),
    };
    let is_known = new == 0 && simulated.served != Served::Counting;
    FetchOutcome::Fresh(Box::new(Fetched {
        status: Some(200),
        body: if is_known { BodyOutcome::Known } else { BodyOutcome::Read(Box::new(read())) },
        content_type: None,
        validators,
        final_url: None,
        moved_to: None,
        freshness,
        links: LinkHeaders::default(),
        stand_in: None,
        varies_by_accept: false,
        refresh: None,
    }))
}

fn article(at: i64) -> Article {
    Article { key: Key(at.to_string()), published_at: Some(Timestamp::from_unix(at)), ..Article::default() }
}

fn due(n: usize, cadence: &Cadence) -> DueSource {
    // A public host, because riverd shows no restraint towards a server of the operator's own.
    let url = format!("https://site-{n}.example.org/feed.xml").parse().expect("an address");
    let source =
        Source { position: n, ..Source::new(format!("site-{n}"), Location::Http(url), cadence.clone()) };
    DueSource {
        id: SourceId(n as i64),
        source: Arc::new(source),
        state: Box::default(),
        planned: NextPoll { at: Timestamp::from_unix(START), reason: NextPollReason::New },
        push: None,
    }
}

fn sum(tallies: &[Tally]) -> Tally {
    tallies.iter().fold(Tally::default(), |mut all, tally| {
        all.requests += tally.requests;
        all.delays.extend(&tally.delays);
        all.missed += tally.missed;
        all
    })
}

/// Prints one line of the table.
fn row(name: &str, sources: usize, fixed: &Tally, adaptive: &Tally, days: i64) {
    let a_day = |count: usize| (count as f64 / days as f64).round();
    println!(
        "| {name} | {sources} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        a_day(fixed.delays.len()),
        a_day(fixed.requests),
        a_day(adaptive.requests),
        quantile(&fixed.delays, 50),
        quantile(&adaptive.delays, 50),
        quantile(&fixed.delays, 95),
        quantile(&adaptive.delays, 95),
        fixed.missed,
        adaptive.missed,
    );
}

/// Returns a quantile of the delays, in minutes.
fn quantile(delays: &[i64], percent: usize) -> String {
    let mut sorted = delays.to_vec();
    sorted.sort_unstable();
    match sorted.get(sorted.len() * percent / 100) {
        Some(delay) => format!("{:.1}", *delay as f64 / 60.0),
        None => "–".to_owned(),
    }
}
