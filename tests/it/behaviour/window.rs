//! The window rule: a list is polled again before half of it can have been replaced, whatever the server offers to ask with.

use std::time::Duration;

use riverd::time::{DAY, HOUR, MINUTE};

use super::site::{Ask, Blog, Reply};
use super::world::{START, World};
use super::{A, assert_polite};

/// Number of entries in the documents of these tests.
const LISTED: usize = 25;

/// Polls a feed that lists 25 entries and gets one each twenty minutes, for two days, and returns how many of the entries that
/// it published were stored, how many it published, and how often it was asked.
async fn stored_in_two_days<F>(polling: &str, extra: &str, answer: F) -> (usize, usize, usize)
where
    F: Fn(&Ask, Reply) -> Reply + Send + Sync + 'static,
{
    let mut world = World::new(polling);
    let blog = Blog::steady("a", START, MINUTE * 20).saying(extra);
    let published = blog.count(START.saturating_add(DAY * 2)) - blog.count(START);
    let before = blog.count(START).min(LISTED);
    world.source(A, "", move |ask| answer(ask, Reply::feed(&blog.newest(ask.at, LISTED))));
    world.open().await;
    world.run_for(DAY * 2).await;
    // What comes after the last poll is stored by the next one.
    world.run_for(HOUR * 13).await;
    assert_polite(&world);
    let stored = world.healths().await[A].articles as usize - before;
    (stored.min(published), published, world.visits().len())
}

#[tokio::test]
async fn a_busy_feed_without_validators_loses_nothing() {
    let (stored, published, asked) = stored_in_two_days("", "", |_, reply| reply).await;
    assert_eq!(stored, published);
    assert!((20..=80).contains(&asked), "{asked} requests in two days and a half");
}

#[tokio::test]
async fn a_busy_feed_without_validators_behind_a_cdn_loses_nothing() {
    let (stored, published, _) =
        stored_in_two_days("", "", |_, reply| reply.max_age(Duration::from_mins(15))).await;
    assert_eq!(stored, published);
}

#[tokio::test]
async fn a_busy_feed_whose_server_promises_a_day_and_does_not_keep_to_it_loses_nothing() {
    for polling in ["", "every = \"30m\"\nadaptive = false"] {
        let (stored, published, _) =
            stored_in_two_days(polling, "", |_, reply| reply.with("Cache-Control", "max-age=86400")).await;
        assert_eq!(stored, published, "{polling}");
    }
}

#[tokio::test]
async fn a_list_that_its_publisher_forbids_to_read_in_time_is_read_as_allowed_and_status_says_so() {
    let forbid = |_: &Ask, reply: Reply| reply.asking(HOUR * 12);
    let mut world = World::new("");
    let blog = Blog::steady("a", START, MINUTE * 20).saying("<ttl>720</ttl>");
    world.source(A, "", move |ask| forbid(ask, Reply::feed(&blog.newest(ask.at, LISTED))));
    world.open().await;
    world.run_for(DAY * 3).await;
    assert_polite(&world);
    let asked = world.visits().len();
    assert!((5..=7).contains(&asked), "{asked} requests in three days");
    let health = world.healths().await.remove(A).unwrap();
    let list = health.list.unwrap();
    assert_eq!(list.entries, 25);
    let covers = list.covers_s.unwrap();
    assert!((6 * 3600..10 * 3600).contains(&covers), "{covers}");
    assert!(list.replaced >= 4 && list.replaced_at.is_some(), "{list:?}");
    let risk = list.at_risk.unwrap();
    assert!(risk.contains("ttl") && risk.contains("may be missed"), "{risk}");
}

#[tokio::test]
async fn a_channel_without_validators_is_seen_within_hours_and_not_each_time_a_day_late() {
    let mut world = World::new("");
    let channel = Blog::steady("a", START, HOUR * 30);
    world.source(A, "", move |ask| Reply::feed(&channel.newest(ask.at, 15)));
    world.open().await;
    world.run_for(DAY * 20).await;
    let visits = world.visits_at(A);
    let mut delays: Vec<u64> = (1..16)
        .map(|n| START.saturating_add(HOUR * 30 * n))
        .map(|published| {
            visits.iter().find(|visit| visit.at >= published).unwrap().at.since(published).as_secs()
        })
        .collect();
    delays.sort_unstable();
    assert!(delays[delays.len() / 2] < 4 * 3600, "{delays:?}");
    assert!(visits.len() < 20 * 6, "{} requests in twenty days", visits.len());
    assert_polite(&world);
}
