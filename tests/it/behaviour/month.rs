//! Tests of many different sources over weeks, with restarts, reloads and sleeps. No rule of a well-behaved fetcher may be
//! broken.
//!
//! A small test runs with all tests. `make behaviour` runs a thousand sources for thirty days and prints the figures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use fastrand::Rng;
use riverd::render::health::Condition;
use riverd::time::{DAY, HOUR, MINUTE, Timestamp};

use super::rules;
use super::site::{Blog, Reply};
use super::world::{START, World};

/// A kind of source, with a function that adds a site and a source of that kind by its number.
struct Kind {
    /// How many of a hundred sources are of this kind.
    share: usize,
    add: fn(&mut World, &mut TestSources, usize),
}

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    Kind { share: 24, add: steady },
    Kind { share: 10, add: bursty },
    Kind { share: 8,  add: one_validator },
    Kind { share: 4,  add: no_validators },
    Kind { share: 1,  add: busy_and_bare },
    Kind { share: 1,  add: beside_a_broken_one },
    Kind { share: 12, add: asking },
    Kind { share: 10, add: throttling },
    Kind { share: 8,  add: failing },
    Kind { share: 4,  add: dead },
    Kind { share: 4,  add: gone },
    Kind { share: 6,  add: moving },
    Kind { share: 8,  add: lying },
];

/// The random numbers of a test, and the sources that are checked at its end.
struct TestSources {
    rng: Rng,
    /// Sources whose articles must all be stored at the end, with their blogs.
    honest: Vec<(String, Blog)>,
    /// Sources of which no entry may be lost, with their blogs.
    complete: Vec<(String, Blog)>,
}

impl TestSources {
    /// Returns a random time within the first twenty days.
    fn day(&mut self) -> Timestamp {
        START.saturating_add(HOUR * self.rng.u32(24..20 * 24))
    }

    /// Returns a blog with entries at random times, `gap` apart on average.
    fn blog(&mut self, name: &str, gap: Duration) -> Blog {
        let mut at = START.unix() - 40 * 86_400;
        let mut published = Vec::new();
        while at < START.unix() + 32 * 86_400 {
            published.push(at);
            at += (-(1.0 - self.rng.f64()).ln() * gap.as_secs_f64()) as i64 + 1;
        }
        Blog::at(name, published)
    }

    /// Returns a blog with a random mean gap from two hours to three days.
    fn any_blog(&mut self, name: &str) -> Blog {
        let hours = self.rng.u32(2..72);
        self.blog(name, HOUR * hours)
    }
}

fn url(kind: &str, n: usize) -> String {
    format!("http://{kind}{n}.example/{kind}{n}.xml")
}

fn steady(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let blog = sources_under_test.any_blog(&format!("steady{n}"));
    sources_under_test.honest.push((url("steady", n), blog.clone()));
    let keys = match n % 4 {
        2 => "every = \"1h\"".to_owned(),
        3 => format!("schedule = \"{} */3 * * *\"", n * 7 % 60),
        _ => String::new(),
    };
    world.source(&url("steady", n), &keys, move |ask| blog.served(ask));
}

/// Adds a source that publishes several entries at one moment, then nothing for long.
fn bursty(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let moments = sources_under_test.blog(&format!("bursty{n}"), DAY * 3);
    let blog = moments.in_bursts_of(6);
    sources_under_test.honest.push((url("bursty", n), blog.clone()));
    world.source(&url("bursty", n), "", move |ask| blog.served(ask));
}

fn one_validator(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let blog = sources_under_test.any_blog(&format!("one{n}"));
    world.source(&url("one", n), "", move |ask| {
        let feed = Reply::feed(&blog.document(ask.at));
        let feed = if n.is_multiple_of(2) {
            feed.etag(&blog.tag(ask.at))
        } else {
            feed.last_modified(&blog.date(ask.at))
        };
        feed.unless_known(ask)
    });
}

fn no_validators(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let blog = sources_under_test.any_blog(&format!("bare{n}"));
    world.source(&url("bare", n), "", move |ask| blog.bare(ask, 10));
}

/// Adds a busy feed whose server gives no validators, or only the `max-age` of a CDN. No entry of it may be lost.
fn busy_and_bare(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let blog = sources_under_test.blog(&format!("hasty{n}"), MINUTE * 25);
    sources_under_test.complete.push((url("hasty", n), blog.clone()));
    world.source(&url("hasty", n), "", move |ask| match n % 2 {
        0 => blog.bare(ask, 25),
        _ => blog.bare(ask, 25).max_age(MINUTE * 15),
    });
}

/// Adds two sources of one domain. One always answers 503 with Retry-After; the other is polled as usual.
fn beside_a_broken_one(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let blog = sources_under_test.any_blog(&format!("beside{n}"));
    world.source(&format!("http://broken.shared{n}.example/broken{n}.xml"), "", |_| {
        Reply::status(503).retry_after(HOUR)
    });
    let address = format!("http://good.shared{n}.example/beside{n}.xml");
    sources_under_test.honest.push((address.clone(), blog.clone()));
    world.source(&address, "", move |ask| blog.served(ask));
}

/// Adds a source that asks for a wait of a quarter of an hour to two days: by max-age, Expires, ttl or sy.
fn asking(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let minutes = sources_under_test.rng.u32(15..2880);
    let span = MINUTE * minutes;
    let blog = sources_under_test.any_blog(&format!("asking{n}")).saying(
        match n % 4 {
            2 => format!("<ttl>{minutes}</ttl>"),
            3 => "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
                .to_owned(),
            _ => String::new(),
        }
        .as_str(),
    );
    world.source(&url("asking", n), "", move |ask| match n % 4 {
        0 => blog.served(ask).max_age(span),
        1 => blog.served(ask).with("Expires", ask.at.saturating_add(span).to_http_date()).promising(span),
        2 => blog.served(ask).asking(span),
        _ => blog.served(ask).asking(MINUTE * 30),
    });
}

/// Adds a source at one of three hosts of a site, where one answer in ten asks for a pause.
fn throttling(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let blog = sources_under_test.any_blog(&format!("throttling{n}"));
    let address = format!("http://host{}.busy{}.example/throttling{n}.xml", n % 3, n / 3);
    let seed = sources_under_test.rng.u64(..);
    world.source(&address, "", move |ask| {
        let mut rng = Rng::with_seed(seed ^ ask.nth as u64);
        let span = MINUTE * rng.u32(1..600);
        match rng.u32(0..40) {
            0 => Reply::status(429).retry_after(span),
            1 => Reply::status(503).retry_at(ask, span),
            2 => Reply::status(429),
            3 => Reply::status(429).max_age(HOUR * 2),
            _ => blog.served(ask),
        }
    });
}

/// Adds a source that fails for some days, each in a different way, and then works again.
fn failing(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let blog = sources_under_test.any_blog(&format!("failing{n}"));
    let from = sources_under_test.day();
    let until = from.saturating_add(HOUR * sources_under_test.rng.u32(1..200));
    world.source(&url("failing", n), "", move |ask| {
        if ask.at < from || ask.at > until {
            return blog.served(ask);
        }
        match n % 6 {
            0 => Reply::status(404),
            1 => Reply::status(500),
            2 => Reply::cut(),
            3 => Reply::page("<html><title>Down for maintenance</title><p>Back soon.</p></html>"),
            4 => Reply::status(403),
            _ => Reply::page(""),
        }
    });
}

/// Adds a source that never answers.
fn dead(world: &mut World, _: &mut TestSources, n: usize) {
    world.source(&url("dead", n), "", move |_| match n % 3 {
        0 => Reply::cut(),
        1 => Reply::status(404),
        _ => Reply::redirect(302, &url("dead", n)),
    });
}

fn gone(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let (blog, from) = (sources_under_test.any_blog(&format!("gone{n}")), sources_under_test.day());
    world.source(
        &url("gone", n),
        "",
        move |ask| if ask.at < from { blog.served(ask) } else { Reply::status(410) },
    );
}

/// Adds a source that redirects from some time on, permanently or temporarily.
fn moving(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let (blog, from) = (sources_under_test.any_blog(&format!("moving{n}")), sources_under_test.day());
    let to = format!("http://new{n}.example/moving{n}.xml");
    let (at_home, away) = (blog.clone(), to.clone());
    let status = [301, 308, 302, 307][n % 4];
    world.source(&url("moving", n), "", move |ask| {
        if ask.at < from { at_home.served(ask) } else { Reply::redirect(status, &away) }
    });
    world.site(&to, move |ask| blog.served(ask));
}

/// Adds a source whose server sends wrong headers or documents.
fn lying(world: &mut World, sources_under_test: &mut TestSources, n: usize) {
    let blog = sources_under_test.any_blog(&format!("lying{n}"));
    world.source(&url("lying", n), "", move |ask| match n % 6 {
        // The server always says that nothing changed.
        0 if ask.is_conditional() => Reply::status(304),
        // The server always sends the whole body.
        1 => Reply::feed(&blog.document(ask.at)).etag(&format!("\"{}\"", ask.nth)),
        // A 304 changes the ETag.
        2 if ask.nth % 3 == 1 && ask.is_conditional() => {
            Reply::status(304).etag(&format!("\"r{}\"", ask.nth))
        }
        // The document contains the present time.
        3 => {
            let clock = format!("<lastBuildDate>{}</lastBuildDate>", ask.at.to_rfc2822());
            Reply::feed(&blog.clone().saying(&clock).document(ask.at)).etag(&blog.tag(ask.at))
        }
        // The server sometimes sends a page instead, with its own ETag.
        4 if ask.nth % 5 == 4 => Reply::page("<html><p>Please sign in</p></html>").etag("\"page\""),
        _ => blog.whole(ask),
    });
}

/// Adds sources of every kind by its share, at least one of each kind.
fn populate(world: &mut World, sources: usize, seed: u64) -> TestSources {
    let mut sources_under_test =
        TestSources { rng: Rng::with_seed(seed), honest: Vec::new(), complete: Vec::new() };
    for kind in KINDS {
        for n in 0..(sources * kind.share / 100).max(1) {
            (kind.add)(world, &mut sources_under_test, n);
        }
    }
    sources_under_test
}

/// How often each event happened to riverd.
#[derive(Default)]
struct Events {
    restarts: u32,
    reloads: u32,
    sleeps: u32,
}

/// Runs for `days`. On most of them riverd is restarted, reloaded or put to sleep.
async fn live(world: &mut World, days: u32, seed: u64) -> Events {
    let mut rng = Rng::with_seed(seed);
    let mut events = Events::default();
    world.open().await;
    for day in 0..days {
        let morning = rng.u32(1..23);
        world.run_for(HOUR * morning).await;
        match day % 5 {
            1 | 3 => {
                world.restart().await;
                events.restarts += 1;
            }
            2 => {
                world.reload().await;
                events.reloads += 1;
            }
            4 => {
                // The machine sleeps for some hours.
                let hours = rng.u32(1..6);
                world.skip(HOUR * hours);
                events.sleeps += 1;
            }
            _ => {}
        }
        world.run_for(HOUR * (24 - morning)).await;
    }
    events
}

async fn assert_all_is_well(world: &World, sources_under_test: &TestSources) {
    let violations = rules::violations(&world.visits());
    assert!(
        violations.is_empty(),
        "{} violations:\n{}",
        violations.len(),
        violations[..violations.len().min(40)].join("\n")
    );
    assert_eq!(world.most_in_flight(), 1, "one request at a time to each host");
    let healths = world.healths().await;
    for (url, blog) in &sources_under_test.honest {
        let health = &healths[url];
        assert_eq!(health.condition, Condition::Ok, "{health:?}");
        let visits = world.visits_at(url);
        let listed: BTreeSet<usize> = visits.iter().flat_map(|visit| blog.listed(visit.at)).collect();
        assert_eq!(health.articles as usize, listed.len(), "{url} lost some of what it listed");
    }
}

/// Asserts that no entry was missed that was published between the first poll and the last one.
async fn assert_complete(world: &World, sources_under_test: &TestSources) {
    let healths = world.healths().await;
    for (url, blog) in &sources_under_test.complete {
        let visits = world.visits_at(url);
        let (first, last) = (visits.first().unwrap().at, visits.last().unwrap().at);
        let published = blog.count(last) - blog.count(first) + 25;
        assert_eq!(healths[url].articles as usize, published, "{url} missed some");
    }
}

#[tokio::test]
async fn no_rule_is_broken_over_days_of_different_sources_with_restarts_and_reloads() {
    let mut world = World::new("");
    world.step = Duration::from_secs(20);
    let sources_under_test = populate(&mut world, 22, 1);
    live(&mut world, 10, 1).await;
    assert_all_is_well(&world, &sources_under_test).await;
    assert_complete(&world, &sources_under_test).await;
}

/// Run this with `make behaviour`. The environment can set the number of sources and of days.
#[tokio::test]
#[ignore = "takes minutes: `make behaviour`"]
async fn no_rule_is_broken_over_a_month_of_a_thousand_sources() {
    let number = |name: &str, usual: u32| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (sources, days, seed) = (number("SOURCES", 1000), number("DAYS", 30), number("SEED", 7));
    let mut world = World::new("");
    world.step = MINUTE;
    let sources_under_test = populate(&mut world, sources as usize, u64::from(seed));
    let events = live(&mut world, days, u64::from(seed)).await;
    println!("{sources} sources, {days} days, seed {seed}: {}", figures(&world, &events));
    assert_all_is_well(&world, &sources_under_test).await;
    let busiest_minute_ratio = rules::busiest_minute_ratio(&world.visits());
    assert!(
        busiest_minute_ratio < 1.5,
        "the busiest minute of the hour has {busiest_minute_ratio:.2} times the mean"
    );
    assert_complete(&world, &sources_under_test).await;
}

/// Returns a table of the number of requests by kind of source and of answer.
fn figures(world: &World, events: &Events) -> String {
    let visits = world.visits();
    let mut kinds: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    for visit in &visits {
        let name = visit.url.rsplit('/').next().unwrap_or_default().trim_end_matches(".xml");
        let column = match visit.reply.status {
            200 | 226 => 0,
            304 => 1,
            301..=308 => 2,
            429 | 503 => 3,
            _ => 4,
        };
        kinds.entry(name.trim_end_matches(|c: char| c.is_ascii_digit())).or_default()[column] += 1;
    }
    let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec;
    let same: usize = kinds.values().map(|counts| counts[1]).sum();
    let mut text = format!(
        "{} requests, {} % answered by 304; {} restarts, {} reloads, {} sleeps; {cpu} s of CPU, the publishers' included; \
         the busiest minute of the hour has {:.2} times the mean\n\n\
         | kind | 200 | 304 | redirects | throttled | failed |\n| --- | --: | --: | --: | --: | --: |\n",
        visits.len(),
        same * 100 / visits.len().max(1),
        events.restarts,
        events.reloads,
        events.sleeps,
        rules::busiest_minute_ratio(&visits)
    );
    for (kind, [body, same, redirect, pause, failure]) in kinds {
        // Writing to a string can't fail.
        writeln!(text, "| {kind} | {body} | {same} | {redirect} | {pause} | {failure} |").unwrap();
    }
    text
}
