//! Tests of outages, clock changes, sleeps, slow hosts and reloads: no source is lost, and none gets a burst of requests.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use riverd::render::health::Condition;
use riverd::time::{DAY, HOUR, MINUTE, Timestamp};

use super::site::{Blog, Reply};
use super::world::{START, World};
use super::{A, assert_polite, blog};
use crate::support::daemon::TEST_TIMEOUT;
use crate::support::publisher::Gate;

#[tokio::test]
async fn a_server_that_always_answers_304_is_detected_within_eight_days() {
    let mut world = World::new("");
    let blog = blog("a");
    world.source(A, "", move |ask| if ask.is_conditional() { Reply::status(304) } else { blog.whole(ask) });
    world.open().await;
    world.run_for(DAY * 9).await;
    let bodies: Vec<_> = world.visits().into_iter().filter(|visit| visit.reply.status == 200).collect();
    assert_eq!(bodies.len(), 2);
    assert!(world.healths().await[A].articles > 10, "the hidden articles were found");
    assert_polite(&world);
}

#[tokio::test]
async fn an_outage_of_our_own_counts_no_failure_and_polls_resume_soon_after_it() {
    let down = Arc::new(AtomicBool::new(false));
    let mut world = World::new("every = \"30m\"\nadaptive = false");
    for n in 0..8 {
        let (blog, down) = (blog("x"), Arc::clone(&down));
        world.source(&format!("http://s{n}.example/s{n}.xml"), "", move |ask| {
            if down.load(Ordering::SeqCst) { Reply::cut() } else { blog.served(ask) }
        });
    }
    world.open().await;
    world.run_for(HOUR * 2).await;
    down.store(true, Ordering::SeqCst);
    world.run_for(HOUR * 3).await;
    let healths = world.healths().await;
    let failing = healths.values().filter(|health| health.failures > 0).count();
    assert_eq!(failing, 0, "also not for those that fell silent before it was recognised");
    down.store(false, Ordering::SeqCst);
    let back = world.now();
    let before = world.visits().len();
    world.run_for(HOUR).await;
    let visits = world.visits().split_off(before);
    let mut returned: Vec<&str> = visits.iter().map(|visit| &*visit.url).collect();
    returned.sort_unstable();
    returned.dedup();
    assert_eq!(returned.len(), 8);
    let soon = visits.iter().filter(|visit| visit.at.since(back) < MINUTE * 16);
    assert!(soon.count() >= 8);
    assert!(world.healths().await.values().all(|health| health.condition == Condition::Ok));
}

#[tokio::test]
async fn hundreds_of_sources_of_one_slow_host_do_not_delay_the_others() {
    let mut world = World::new("concurrency = 8");
    let gate = Gate::new();
    for n in 0..400 {
        let (blog, gate) = (blog("slow"), gate.clone());
        world.source(&format!("http://slow.example/slow{n}"), "", move |ask| blog.served(ask).held_by(&gate));
    }
    for n in 0..50 {
        let blog = blog("quick");
        world.source(&format!("http://quick{n}.example/quick{n}"), "", move |ask| blog.served(ask));
    }
    world.open().await;
    let quick = |world: &World| world.visits().iter().filter(|visit| visit.url.contains("quick")).count();
    let deadline = Instant::now() + TEST_TIMEOUT;
    while quick(&world) < 50 {
        world.tick_and_leave().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(Instant::now() < deadline, "{} of 50", quick(&world));
    }
    let slow = world.visits().iter().filter(|visit| visit.url.contains("slow.example")).count();
    assert_eq!(slow, 1, "one at a time");
    gate.open();
}

#[tokio::test]
async fn sources_that_were_slow_leave_slots_for_quick_ones_even_if_they_succeed() {
    let mut world = World::new("concurrency = 8");
    let gate = Gate::new();
    for n in 0..30 {
        let (blog, gate) = (blog("slow"), gate.clone());
        let answer = move |ask: &_| blog.served(ask).held_by(&gate);
        world.source(&format!("http://slow{n}.example/slow{n}"), "", answer);
    }
    for n in 0..10 {
        let blog = blog("quick");
        world.source(&format!("http://quick{n}.example/quick{n}"), "", move |ask| blog.served(ask));
    }
    world.open().await;
    world.sql("update sources set slow_polls_expected = 8 where url like '%slow%'");
    let visits =
        |world: &World, of: &str| world.visits().iter().filter(|visit| visit.url.contains(of)).count();
    let deadline = Instant::now() + TEST_TIMEOUT;
    while visits(&world, "quick") < 10 {
        world.tick_and_leave().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(Instant::now() < deadline, "{} of 10", visits(&world, "quick"));
    }
    assert_eq!(visits(&world, "slow"), 4, "half of the slots");
    gate.open();
}

#[tokio::test]
async fn a_slow_host_that_many_redirects_lead_to_delays_only_the_sources_that_lead_there() {
    let mut world = World::new("concurrency = 4");
    let (gate, cdn) = (Gate::new(), "http://cdn.example/feed");
    let (blog, held) = (blog("x"), gate.clone());
    let served = blog.clone();
    world.site(cdn, move |ask| served.served(ask).held_by(&held));
    for n in 0..12 {
        world.source(&format!("http://h{n}.example/s{n}"), "", move |_| Reply::redirect(302, cdn));
    }
    world.source("http://neighbour.example/quick", "", move |ask| blog.served(ask));
    world.open().await;
    let deadline = Instant::now() + TEST_TIMEOUT;
    while world.visits_at("http://neighbour.example/quick").is_empty() {
        world.tick_and_leave().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(Instant::now() < deadline, "{} visits", world.visits().len());
    }
    assert_eq!(world.visits_at(cdn).len(), 1, "one at a time");
    gate.open();
    while world.visits_at(cdn).len() < 12 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(Instant::now() < deadline, "{} of 12", world.visits_at(cdn).len());
    }
}

#[tokio::test]
async fn a_pause_also_holds_for_redirects_to_the_host_and_across_a_restart() {
    let mut world = World::new("every = \"30m\"\nadaptive = false");
    let cdn = "http://cdn.example/feed";
    world.site(cdn, |_| Reply::status(429).retry_after(HOUR * 5));
    for n in 0..6 {
        world.source(&format!("http://h{n}.example/s{n}"), "", move |_| Reply::redirect(302, cdn));
    }
    world.open().await;
    world.run_for(HOUR).await;
    world.restart().await;
    world.run_for(HOUR * 3).await;
    assert_eq!(world.visits_at(cdn).len(), 1);
    assert!(world.healths().await.values().all(|health| health.condition == Condition::Throttled));
    world.run_for(HOUR * 2).await;
    assert!(world.visits_at(cdn).len() > 1, "the pause is over");
}

#[tokio::test]
async fn a_request_that_outlasts_its_claim_is_not_sent_twice() {
    let mut world = World::new("timeout = \"1h\"\nper_host = 2");
    let (blog, gate) = (blog("slow"), Gate::new());
    let held = gate.clone();
    world.source(A, "", move |ask| blog.served(ask).held_by(&held));
    world.open().await;
    assert_eq!(world.tick_and_leave().await, 1);
    world.skip(MINUTE * 11);
    assert_eq!(world.tick_and_leave().await, 0);
    // This also holds if the clock is set back to before the claim.
    world.set_clock(START.saturating_sub(DAY));
    assert_eq!(world.tick_and_leave().await, 0);
    gate.open();
}

#[tokio::test]
async fn after_a_sleep_polls_are_spread() {
    // The polls run on this thread and draw their jitter from its generator.
    fastrand::seed(1);
    let mut world = World::new("every = \"30m\"\nadaptive = false\nconcurrency = 4");
    for n in 0..90 {
        let blog = blog("x");
        world.source(&format!("http://s{n}.example/s{n}.xml"), "", move |ask| blog.served(ask));
    }
    world.open().await;
    world.run_for(MINUTE).await;
    assert_eq!(world.visits().len(), 90, "new sources are polled at once");
    world.skip(HOUR * 9);
    world.step = Duration::from_secs(10);
    let (woke, before) = (world.now(), world.visits().len());
    world.run_for(MINUTE * 6).await;
    assert_eq!(world.visits().len() - before, 90);
    let most = busiest_minute(&world, before, woke);
    assert!((18..=24).contains(&most), "90 over five minutes: {most} in one");
    // They are also spread half an hour later.
    let (later, before) = (world.now(), world.visits().len());
    world.run_for(HOUR).await;
    let most = busiest_minute(&world, before, later);
    // 18 if each interval were the same. The order of the polls, which load decides, shifts the minutes a little.
    assert!(most < 15, "{most} in one minute; three would be even");
}

fn busiest_minute(world: &World, from: usize, start: Timestamp) -> usize {
    let mut minutes = HashMap::new();
    for visit in &world.visits()[from..] {
        *minutes.entry(visit.at.since(start).as_secs() / 60).or_insert(0) += 1;
    }
    minutes.into_values().max().unwrap_or(0)
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_no_source_and_causes_no_burst() {
    let mut world = World::new("every = \"30m\"\nadaptive = false");
    for n in 0..10 {
        let blog = blog("x");
        world.source(&format!("http://s{n}.example/s{n}.xml"), "", move |ask| blog.served(ask));
    }
    world.set_clock(START.saturating_add(DAY * 4000));
    world.open().await;
    world.run_for(HOUR * 2).await;
    let before = world.visits().len();
    world.set_clock(START);
    world.run_for(HOUR).await;
    let after = world.visits().len() - before;
    assert!((8..=20).contains(&after), "{after} polls of 10 sources in an hour");
    // The same holds across a restart.
    world.set_clock(START.saturating_sub(DAY * 40));
    world.restart().await;
    let before = world.visits().len();
    world.run_for(HOUR).await;
    let after = world.visits().len() - before;
    assert!((8..=20).contains(&after), "{after} polls of 10 sources in an hour");
}

#[tokio::test]
async fn a_poll_that_was_under_way_when_the_clock_was_set_back_silences_no_source() {
    let mut world = World::new("every = \"30m\"\nadaptive = false");
    let (blog, gate) = (blog("x"), Gate::new());
    let held = gate.clone();
    world.source(A, "", move |ask| blog.served(ask).held_by(&held));
    world.set_clock(START.saturating_add(DAY * 4000));
    world.open().await;
    assert_eq!(world.tick_and_leave().await, 1);
    world.set_clock(START);
    assert_eq!(world.tick_and_leave().await, 0);
    gate.open();
    let deadline = Instant::now() + TEST_TIMEOUT;
    while world.healths().await[A].articles == 0 {
        assert!(Instant::now() < deadline, "the poll is not recorded");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(world.tick_and_leave().await, 0, "its next poll moves back with it");
    world.run_for(HOUR * 2).await;
    // The poll after the first one comes within an hour, the others every half hour.
    assert!((3..=5).contains(&world.visits().len()), "{} polls in two hours", world.visits().len());
}

#[tokio::test]
async fn a_shorter_interval_takes_effect_at_a_reload_without_a_burst() {
    let mut world = World::new("");
    for n in 0..10 {
        let blog = blog("x");
        let url = format!("http://s{n}.example/s{n}.xml");
        world.source(&url, "every = \"12h\"", move |ask| blog.served(ask));
    }
    world.open().await;
    world.run_for(HOUR * 3).await;
    assert_eq!(world.visits().len(), 10);
    world.edit("every = \"12h\"", "every = \"1h\"");
    world.reload().await;
    let before = world.visits().len();
    world.run_for(MINUTE * 15).await;
    assert_eq!(world.visits().len() - before, 10);
    assert!(busiest_minute(&world, before, START) < 6);
}

#[tokio::test]
async fn while_the_store_cant_write_polls_back_off() {
    let mut world = World::new("concurrency = 1");
    for n in 0..5 {
        let blog = blog("x");
        world.source(&format!("http://s{n}.example/s{n}.xml"), "", move |ask| blog.served(ask));
    }
    world.open().await;
    // Claims succeed and records are refused, as by a damaged index. (A full disk is told from that, and tried sooner.)
    world.sql(
        "create trigger full before update of polled_at on sources begin select raise(fail, 'full'); end",
    );
    let deadline = Instant::now() + TEST_TIMEOUT;
    let mut asked = 0;
    for _ in 0..12 * 60 {
        asked += world.tick_and_leave().await;
        while world.visits().len() < asked {
            assert!(Instant::now() < deadline, "{} of {asked} visits", world.visits().len());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // Nothing reports a record that fails. Until it has, the next ticks find no room: they may only ask later.
        tokio::time::sleep(Duration::from_millis(2)).await;
        world.skip(MINUTE);
    }
    assert!((5..=20).contains(&asked), "after 1, 2, 4, … 60 minutes, then each hour: {asked}");

    world.sql("drop trigger full");
    // All sources recover. The tests of `RecordBackoff` prove how long the waits are.
    while world.healths().await.values().any(|health| health.condition != Condition::Ok) {
        assert!(Instant::now() < deadline, "{:?}", world.healths().await);
        if world.tick().await == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        world.skip(MINUTE);
    }
}

#[tokio::test]
async fn wider_limits_take_effect_at_the_next_poll_even_if_the_document_is_the_same() {
    let mut world = World::new("");
    let blog = Blog::at("a", (1..=8).map(|n| START.unix() - 86_400 * n).rev().collect());
    world.source(A, "every = \"1h\"\nmax_entries = 3", move |ask| blog.served(ask));
    world.open().await;
    world.run_for(MINUTE * 90).await;
    assert_eq!(world.healths().await[A].articles, 3);

    let asked = world.visits().len();
    world.edit("max_entries = 3", "max_entries = 5");
    world.reload().await;
    assert_eq!(world.tick().await, 0, "no poll is earlier than planned");
    world.run_for(MINUTE * 90).await;
    assert_eq!(world.healths().await[A].articles, 5);
    let later = world.visits().split_off(asked);
    assert!(later[0].etag.is_none() && later[0].reply.status == 200);

    // Once the document is read with these limits, requests are conditional again. A narrower limit changes nothing.
    world.edit("max_entries = 5", "max_entries = 2");
    let asked = world.visits().len();
    world.restart().await;
    world.run_for(HOUR * 3).await;
    let later = world.visits().split_off(asked);
    assert!(later.len() >= 2 && later.iter().all(|visit| visit.reply.status == 304));
}
