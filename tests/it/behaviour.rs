//! Tests of how riverd behaves towards publishers: each published rule of a well-behaved fetcher, over days of virtual time,
//! with the real poller, the real store and real HTTP.

mod fairness;
mod month;
mod rules;
mod site;
mod trouble;
mod window;
mod world;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use riverd::render::health::Condition;
use riverd::time::{DAY, HOUR, MINUTE, Timestamp};

use site::{Blog, Reply};
use world::{START, World};

const A: &str = "http://a.example/a.xml";
const B: &str = "http://b.example/b.xml";

/// Returns a blog with an entry every twelve hours.
fn blog(name: &str) -> Blog {
    Blog::steady(name, START, HOUR * 12)
}

fn assert_polite(world: &World) {
    let violations = rules::violations(&world.visits());
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

#[tokio::test]
async fn f1_one_request_is_unconditional_and_all_later_ones_are_not() {
    let mut world = World::new("");
    let blog = blog("a");
    world.source(A, "", move |ask| blog.served(ask));
    world.open().await;
    world.run_for(DAY * 5).await;
    let visits = world.visits();
    assert!(visits.len() > 10, "{}", visits.len());
    let unconditional = visits.iter().filter(|visit| visit.etag.is_none());
    assert_eq!(unconditional.count(), 1);
    assert_polite(&world);
}

#[tokio::test]
async fn f2_validators_are_sent_back_byte_for_byte() {
    let mut world = World::new("");
    let odd = [
        ("W/\"weak\"", "Tue, 24 Nov 2026 11:00:00 GMT"),
        ("unquoted", "2026-11-24"),
        ("\"a, b\"", "whenever"),
    ];
    for (n, (etag, date)) in odd.into_iter().enumerate() {
        let blog = blog("x");
        let url = format!("http://s{n}.example/s{n}.xml");
        world.source(&url, "", move |ask| {
            Reply::feed(&blog.document(ask.at)).etag(etag).last_modified(date).unless_known(ask)
        });
    }
    world.open().await;
    world.run_for(DAY).await;
    assert!(world.visits().iter().filter(|visit| visit.reply.status == 304).count() > 9);
    assert_polite(&world);
}

#[tokio::test]
async fn f3_validators_are_those_of_the_newest_answer() {
    let mut world = World::new("");
    let changing = blog("a");
    // The site drops one validator, then the other, changes them with the same body, and renews them with a 304.
    world.source(A, "", move |ask| {
        let reply = Reply::feed(&changing.document(ask.at));
        match ask.nth % 5 {
            0 => reply.etag(&format!("\"{}\"", ask.nth)).last_modified("Tue, 24 Nov 2026 11:00:00 GMT"),
            1 => reply.etag(&format!("\"{}\"", ask.nth)),
            2 => reply.last_modified("Tue, 24 Nov 2026 10:00:00 GMT"),
            3 => Reply::status(304).with("ETag", format!("\"renewed {}\"", ask.nth)),
            _ => reply.etag("\"same\""),
        }
    });
    world.open().await;
    world.run_for(DAY * 4).await;
    assert!(world.visits().len() > 20);
    assert_polite(&world);
}

#[tokio::test]
async fn f4_a_restart_or_a_reload_makes_no_poll_earlier() {
    let mut world = World::new("");
    for n in 0..5 {
        let blog = blog("x");
        world.source(&format!("http://s{n}.example/s{n}.xml"), "", move |ask| blog.served(ask));
    }
    world.open().await;
    world.run_for(HOUR * 7).await;
    for _ in 0..4 {
        // What falls due in the very second in which the run ended.
        while world.tick().await > 0 {}
        let before = world.visits().len();
        world.restart().await;
        assert_eq!(world.tick().await, 0);
        world.reload().await;
        assert_eq!(world.tick().await, 0);
        assert_eq!(world.visits().len(), before);
        world.run_for(HOUR * 2).await;
    }
    assert_polite(&world);
}

#[tokio::test]
async fn f5_the_validators_of_a_known_body_are_kept() {
    let mut world = World::new("");
    let blog = Blog::at("a", vec![START.unix() - 86_400]);
    world.source(A, "", move |ask| Reply::feed(&blog.document(ask.at)).etag(&format!("\"{}\"", ask.nth)));
    world.open().await;
    world.run_for(DAY).await;
    let visits = world.visits();
    assert!(visits.len() > 5);
    for (n, visit) in visits.iter().enumerate().skip(1) {
        assert_eq!(visit.etag, Some(format!("\"{}\"", n - 1)));
    }
    assert_eq!(world.healths().await[A].articles, 1);
}

#[tokio::test]
async fn f6_a_source_is_polled_at_most_once_an_hour_by_default_and_once_a_day_without_validators() {
    let mut world = World::new("");
    let daily = Blog::steady("a", START, DAY);
    world.source(A, "", move |ask| daily.served(ask));
    let sleeper = Blog::at("b", vec![START.unix() - 86_400 * 3]);
    world.source(B, "", move |ask| Reply::feed(&sleeper.document(ask.at)));
    world.open().await;
    world.run_for(DAY * 6).await;
    let most = rules::most_a_day(&world.visits_at(A));
    assert!((1..=24).contains(&most), "{most} on one day");
    assert_eq!(rules::most_a_day(&world.visits_at(B)), 1);
    assert_polite(&world);
}

#[tokio::test]
async fn f7_what_the_publisher_asks_for_is_respected() {
    let mut world = World::new("");
    let three = HOUR * 3;
    // The blogs are so busy that no other rule makes the polls wait.
    let busy = || Blog::steady("busy", START, MINUTE * 12);
    let plain = busy();
    world.source("http://max-age.example/1", "", move |ask| plain.served(ask).max_age(three));
    let plain = busy();
    world.source("http://expires.example/2", "", move |ask| {
        plain.served(ask).with("Expires", ask.at.saturating_add(three).to_http_date()).promising(three)
    });
    let ttl = busy().saying("<ttl>180</ttl>");
    world.source("http://ttl.example/3", "", move |ask| ttl.served(ask).asking(three));
    let updates =
        busy().saying("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>8</sy:updateFrequency>");
    world.source("http://period.example/4", "", move |ask| updates.served(ask).asking(three));
    let plain = busy();
    world.source("http://throttle.example/5", "", move |ask| match ask.nth % 2 {
        0 => plain.served(ask),
        _ => Reply::status(429).max_age(three),
    });
    let fixed = busy();
    world.source("http://fixed.example/6", "every = \"15m\"", move |ask| fixed.served(ask).max_age(three));
    world.open().await;
    world.run_for(DAY).await;
    assert_polite(&world);
    for site in
        ["max-age.example/1", "expires.example/2", "ttl.example/3", "period.example/4", "fixed.example/6"]
    {
        let count = world.visits_at(&format!("http://{site}")).len();
        assert!((6..=9).contains(&count), "{site}: {count} in 24 hours");
    }
}

#[tokio::test]
async fn f7_no_poll_is_in_an_hour_or_day_that_the_document_excludes() {
    let mut world = World::new("");
    let hours: String = (0..12).map(|hour| format!("<hour>{hour}</hour>")).collect();
    let extra = format!("<skipHours>{hours}</skipHours><skipDays><day>Wednesday</day></skipDays>");
    let blog = Blog::steady("a", START, HOUR).saying(&extra);
    world.source(A, "", move |ask| blog.served(ask));
    world.open().await;
    world.run_for(DAY * 8).await;
    let later = world.visits_at(A).split_off(1);
    assert!(later.len() > 60, "{}", later.len());
    for visit in later {
        let date = visit.at.to_rfc2822();
        let hour = visit.at.unix().rem_euclid(86_400) / 3600;
        assert!(hour >= 12 && !date.starts_with("Wed"), "{date}");
    }
}

#[tokio::test]
async fn f8_a_host_that_throttles_gets_its_pause_for_its_whole_domain() {
    let mut world = World::new("");
    for n in 0..4 {
        let blog = Blog::steady("x", START, MINUTE * 12);
        world.source(&format!("http://h{n}.busy.example/s{n}.xml"), "", move |ask| match (n, ask.nth % 7) {
            (0, 3) => Reply::status(429).retry_after(HOUR * 5),
            (1, 4) => Reply::status(503).retry_at(ask, HOUR * 2),
            (2, 2 | 3) => Reply::status(429),
            _ => blog.served(ask),
        });
    }
    let neighbour = Blog::steady("b", START, MINUTE * 12);
    world.source(B, "every = \"15m\"", move |ask| neighbour.served(ask));
    world.open().await;
    for _ in 0..4 {
        world.run_for(HOUR * 5).await;
        world.restart().await;
        world.poll_all().await;
    }
    let visits = world.visits();
    assert!(visits.iter().filter(|visit| visit.reply.retry_after.is_some()).count() > 2);
    assert_polite_but_for_refreshes(&world);
    assert!(world.visits_at(B).len() > 70, "the other domain is polled as usual");
}

/// Asserts all rules but the interval, because a poll on request may come sooner.
fn assert_polite_but_for_refreshes(world: &World) {
    let visits = world.visits();
    let rules = [
        rules::only_what_is_configured,
        rules::polite_headers,
        rules::conditional,
        rules::pauses,
        rules::ends,
    ];
    let violations: Vec<String> = rules.iter().flat_map(|rule| rule(&visits)).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[tokio::test]
async fn f9_a_304_is_a_success() {
    let mut world = World::new("every = \"30m\"\nadaptive = false");
    let blog = Blog::at("a", vec![START.unix() - 86_400]);
    world.source(A, "", move |ask| blog.served(ask));
    world.open().await;
    world.run_for(DAY).await;
    let health = &world.healths().await[A];
    assert_eq!((health.condition, health.failures), (Condition::Ok, 0));
    let count = world.visits().len();
    assert!((43..=48).contains(&count), "no retry, no backoff: {count} in a day");
}

#[tokio::test]
async fn f10_a_gone_source_is_polled_no_more_and_its_articles_stay() {
    let mut world = World::new("");
    let blog = blog("a");
    world.source(A, "", move |ask| match ask.nth {
        0..=5 => blog.served(ask),
        _ => Reply::status(410),
    });
    world.open().await;
    world.run_for(DAY * 3).await;
    world.restart().await;
    world.poll_all().await;
    world.run_for(DAY * 3).await;
    assert_eq!(world.visits().len(), 7);
    let health = &world.healths().await[A];
    assert_eq!((health.condition, health.next_poll_at), (Condition::Gone, None));
    assert!(health.articles >= 10);
}

#[tokio::test]
async fn f11_a_permanent_redirect_is_adopted_after_a_while_and_a_temporary_one_never() {
    let mut world = World::new("");
    world.source("http://old.example/s.xml", "", |_| Reply::redirect(301, "http://new.example/s.xml"));
    let moved = blog("s");
    world.site("http://new.example/s.xml", move |ask| moved.served(ask));
    world.source("http://away.example/t.xml", "", |_| Reply::redirect(302, "http://guest.example/t.xml"));
    let guest = blog("t");
    world.site("http://guest.example/t.xml", move |ask| guest.served(ask));
    world.open().await;
    world.run_for(DAY * 4).await;

    let old = world.visits_at("http://old.example/s.xml");
    let last = old.last().unwrap().at;
    assert!(last.since(START) > DAY && last.since(START) < DAY * 2, "{last}");
    let new = world.visits_at("http://new.example/s.xml");
    assert!(new.len() > old.len() + 5);
    let health = &world.healths().await["http://old.example/s.xml"];
    let moved = health.moved.as_ref().unwrap();
    assert_eq!(moved.line.as_deref(), Some("url = \"http://new.example/s.xml\""));

    let away = world.visits_at("http://away.example/t.xml").len();
    assert_eq!(
        away,
        world.visits_at("http://guest.example/t.xml").len(),
        "each poll begins at the old address"
    );
    assert_eq!(
        world.healths().await["http://away.example/t.xml"].moved.as_ref().map(|moved| moved.polls),
        None
    );
    assert_polite(&world);
}

#[tokio::test]
async fn f12_f13_f14_f20_requests_identify_riverd_and_reveal_nothing_about_the_reader() {
    let mut world = World::new("");
    let blog = blog("a");
    world.source(A, "", move |ask| {
        blog.served(ask).with("Set-Cookie", "track=1; Path=/").with("Set-Cookie", "me=2")
    });
    world.open().await;
    world.run_for(DAY).await;
    assert!(world.visits().len() > 5);
    assert_eq!(rules::polite_headers(&world.visits()), [""; 0]);
}

#[tokio::test]
async fn f15_only_the_addresses_of_sources_are_requested() {
    let mut world = World::new("");
    let blog = blog("a");
    world.source(A, "", move |ask| blog.served(ask));
    world.source(B, "", |_| {
        Reply::page("<html><link rel=alternate type=application/rss+xml href=/feed></html>")
    });
    world.open().await;
    world.run_for(DAY * 2).await;
    assert!(world.visits().iter().all(|visit| *visit.url == *A || *visit.url == *B));
    assert_polite(&world);
    let health = &world.healths().await[B];
    let error = health.last_error.as_ref().unwrap();
    assert!(error.hint.as_ref().unwrap().contains("http://b.example/feed"), "{error:?}");
}

#[tokio::test]
async fn f16_a_public_host_gets_one_request_at_a_time_with_a_gap_between_two() {
    let mut world = World::new("");
    world.edit_polling("per_host_gap = \"0s\"", "per_host_gap = \"1s\"");
    for n in 0..3 {
        let blog = blog("x");
        world.source(&format!("http://one.example/{n}"), "", move |ask| blog.served(ask));
    }
    world.open().await;
    let begun = Instant::now();
    while world.visits().len() < 3 {
        world.tick().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Counted from before the first request, because a busy machine may see that one late and the next one at once.
    for (nth, visit) in (0..).zip(world.visits()) {
        let after = visit.moment.duration_since(begun);
        assert!(after >= Duration::from_secs(1) * nth, "visit {nth} after {after:?}");
    }
    assert_eq!(world.most_in_flight(), 1);
}

#[tokio::test]
async fn f17_a_body_that_is_too_large_fails_until_the_next_good_answer() {
    let mut world = World::new("max_body = \"64KiB\"");
    let blog = blog("a");
    let padding = "x".repeat(100_000);
    world.source(A, "", move |ask| match ask.nth {
        1..=2 => Reply { is_feed: false, ..Reply::feed(&format!("<rss><!--{padding}--></rss>")) },
        _ => blog.served(ask),
    });
    world.open().await;
    world.run_for(HOUR * 2).await;
    let sick = world.healths().await[A].clone();
    assert_eq!(sick.condition, Condition::Failing);
    assert_eq!(sick.last_error.unwrap().kind.as_str(), "too_large");
    world.run_for(DAY).await;
    let healed = &world.healths().await[A];
    assert_eq!((healed.condition, healed.failures, healed.last_error.is_none()), (Condition::Ok, 0, true));
    assert_polite(&world);
}

#[tokio::test]
async fn f18_each_failing_source_backs_off_on_its_own() {
    let mut world = World::new("every = \"30m\"\nadaptive = false");
    let faults: [fn() -> Reply; 5] = [
        || Reply::status(404),
        || Reply::status(500),
        || Reply::status(403),
        Reply::cut,
        || Reply::page("<html>hello</html>"),
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        world.source(&format!("http://bad{n}.example/bad{n}"), "", move |_| fault());
    }
    let good = blog("a");
    world.source(A, "", move |ask| good.served(ask));
    world.open().await;
    world.run_for(DAY * 5).await;
    for n in 0..faults.len() {
        let visits = world.visits_at(&format!("http://bad{n}.example/bad{n}"));
        let polls: BTreeSet<Timestamp> = visits.iter().map(|visit| visit.at).collect();
        // After ½, 1, 2, 4, 8, 16 hours, then each day: nine or ten in five days.
        assert!((8..=11).contains(&polls.len()), "bad{n}: {}", polls.len());
        // A page is asked for once more at the first failure, and then at every fourth.
        assert!(visits.len() <= polls.len() + 3, "bad{n}: {}", visits.len());
    }
    let good = world.visits_at(A).len();
    assert!((215..=240).contains(&good), "{good}");
    assert_polite(&world);
}

#[tokio::test]
async fn f18_a_site_that_was_down_gets_conditional_requests_again_at_once() {
    let mut world = World::new("every = \"1h\"\nadaptive = false");
    // Whichever request is the first after the end of the failures, the next one is conditional.
    let pages =
        (1..12).map(|hours| ("page", hours, (|| Reply::page("<html>Back soon.</html>")) as fn() -> Reply));
    let one_broken = [("cut", 5, Reply::cut as fn() -> Reply)];
    for (kind, hours, fault) in pages.chain(one_broken) {
        let blog = blog("x");
        world.source(&format!("http://{kind}{hours}.example/{kind}{hours}"), "", move |ask| {
            let down = START.saturating_add(HOUR * 5)..START.saturating_add(HOUR * (5 + hours));
            if down.contains(&ask.at) { fault() } else { blog.served(ask) }
        });
    }
    world.open().await;
    world.run_for(DAY * 2).await;
    assert_polite(&world);
}

#[tokio::test]
async fn f19_polls_on_request_are_limited_too() {
    let mut world = World::new("");
    let (plain, pausing) = (blog("a"), blog("b"));
    world.source(A, "", move |ask| plain.served(ask));
    world.source(B, "", move |ask| match ask.nth {
        1 => Reply::status(429).retry_after(HOUR),
        _ => pausing.served(ask),
    });
    world.open().await;
    world.tick().await;
    for _ in 0..10 {
        world.poll_all().await;
    }
    assert_eq!(world.visits().len(), 2, "not within a minute");
    world.skip(MINUTE);
    for _ in 0..10 {
        world.poll_all().await;
    }
    assert_eq!(world.visits().len(), 4, "one more each, and one source gets a pause");
    world.skip(MINUTE * 30);
    world.poll_all().await;
    assert_eq!((world.visits_at(A).len(), world.visits_at(B).len()), (3, 2));
    world.skip(MINUTE * 30);
    world.poll_all().await;
    assert_eq!(world.visits_at(B).len(), 3);
}

#[tokio::test]
async fn f20_a_226_brings_only_new_entries_and_loses_none() {
    let mut world = World::new("");
    let blog = blog("a");
    world.source(A, "", move |ask| {
        let tag = blog.tag(ask.at);
        if ask.etag.as_deref() == Some(tag.as_str()) {
            return Reply::status(304).etag(&tag);
        }
        let whole = Reply::feed(&blog.document(ask.at)).etag(&tag);
        if !ask.is_conditional() {
            return whole;
        }
        let known: usize = ask
            .etag
            .as_deref()
            .and_then(|tag| tag.trim_matches('"').rsplit('-').next()?.parse().ok())
            .unwrap();
        let new = blog.newest(ask.at, blog.count(ask.at) - known);
        Reply { status: 226, ..Reply::feed(&new).etag(&tag).with("IM", "feed") }
    });
    world.open().await;
    world.run_for(DAY * 5).await;
    assert!(world.visits().iter().filter(|visit| visit.reply.status == 226).count() >= 8);
    let articles = world.healths().await[A].articles;
    assert!(articles >= 19, "{articles}: ten at first, one each twelve hours then");
    assert_polite(&world);
}
