//! Subscriptions at hubs: asked for, confirmed, renewed, left; and what a hub tells of.

use std::collections::HashSet;

use riverd::model::{HubMode, HubOffer, Listing, NewHubSubscription, NextPoll, Reason, Secret, SourceId};
use riverd::store::{ClaimLimit, HubIntent};
use riverd::time::{DAY, HOUR, MINUTE};
use url::Url;

use super::lab::{Lab, document_articles, entry, source};

fn push(token: &str, topic: &str) -> NewHubSubscription {
    NewHubSubscription {
        offer: HubOffer { hub: Url::parse("https://hub.example/").unwrap(), topic: topic.to_owned() },
        token: token.to_owned(),
        callback: format!("https://river.example/websub/{token}"),
        secret: Secret::new(format!("secret of {token}")),
    }
}

/// The questions that are due now: what, with which document.
async fn asks(lab: &Lab) -> Vec<(HubMode, String)> {
    let asks = lab.store.claim_hub_requests(lab.now, 100).await.unwrap();
    asks.into_iter().map(|ask| (ask.mode, ask.offer.topic)).collect()
}

async fn confirm(lab: &Lab, mode: HubMode, token: &str, topic: &str, days: u32) -> bool {
    let intent = HubIntent {
        token: token.to_owned(),
        mode,
        topic: topic.to_owned(),
        lease_seconds: Some((days * 86_400).to_string()),
    };
    lab.store.confirm_hub(intent, lab.now, 0.0).await.unwrap()
}

/// One source with a subscription that was just asked for.
async fn asked() -> (Lab, SourceId) {
    let lab = Lab::with(&[source("a")]).await;
    let id = lab.id("a").await;
    lab.poll("a", vec![entry("a", "1")]).await;
    lab.store.replace_push(id, Some(push("t", "topic")), lab.now).await.unwrap();
    assert_eq!(asks(&lab).await, [(HubMode::Subscribe, "topic".to_owned())]);
    (lab, id)
}

#[tokio::test]
async fn a_hub_is_asked_again_ever_less_often_until_it_confirms_and_before_its_lease_ends() {
    let (mut lab, _) = asked().await;
    assert!(asks(&lab).await.is_empty());
    let mut waited = Vec::new();
    for _ in 0..3 {
        let before = lab.now;
        while asks(&lab).await.is_empty() {
            lab.wait(MINUTE);
        }
        waited.push(lab.now.since(before));
    }
    assert_eq!(waited, [10 * MINUTE, 20 * MINUTE, 40 * MINUTE]);

    assert!(confirm(&lab, HubMode::Subscribe, "t", "topic", 10).await);
    lab.restart().await;
    lab.wait(6 * DAY);
    assert!(asks(&lab).await.is_empty());
    lab.wait(DAY);
    assert_eq!(asks(&lab).await.len(), 1, "renewed with three days to spare");
    assert!(confirm(&lab, HubMode::Subscribe, "t", "topic", 10).await);
    lab.wait(DAY);
    assert!(asks(&lab).await.is_empty());
}

#[tokio::test]
async fn only_what_was_asked_for_is_confirmed() {
    let (lab, _) = asked().await;
    assert!(!confirm(&lab, HubMode::Subscribe, "other", "topic", 10).await, "another callback");
    assert!(!confirm(&lab, HubMode::Subscribe, "t", "other topic", 10).await, "another document");
    assert!(!confirm(&lab, HubMode::Unsubscribe, "t", "topic", 10).await, "we do not leave");
    assert!(confirm(&lab, HubMode::Subscribe, "t", "topic", 10).await);
}

#[tokio::test]
async fn news_make_a_source_due_once_its_publisher_allows() {
    let (mut lab, id) = asked().await;
    assert!(confirm(&lab, HubMode::Subscribe, "t", "topic", 10).await);
    assert!(lab.store.hub_secret("t".to_owned()).await.unwrap().is_some());
    assert!(lab.store.hub_secret("unknown".to_owned()).await.unwrap().is_none());
    assert!(!lab.store.hub_told("unknown".to_owned(), lab.now).await.unwrap());

    assert!(lab.store.hub_told("t".to_owned(), lab.now).await.unwrap());
    assert!(lab.due().await.is_empty(), "it was polled this very minute");
    lab.wait(MINUTE);
    let limit = ClaimLimit { total: 9, per_host: 9, busy_hosts: HashSet::new(), under_way: HashSet::new() };
    let due = lab.store.claim_due(lab.now, limit).await.unwrap();
    assert_eq!(due[0].planned.reason, Reason::Pushed);
    assert_eq!(due[0].push.as_ref().unwrap().pushed_at, Some(lab.now.saturating_sub(MINUTE)));

    // Told again while that poll is under way: it may have come too early.
    lab.wait(MINUTE);
    lab.store.hub_told("t".to_owned(), lab.now).await.unwrap();
    lab.poll("a", vec![entry("a", "1")]).await;
    lab.wait(MINUTE);
    assert_eq!(lab.due().await, ["a"]);
    lab.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    lab.wait(59 * MINUTE);
    assert!(lab.due().await.is_empty(), "told of nothing since");

    let mut paused = lab.record(id, document_articles(Listing::Delta, Vec::new()));
    paused.state.not_before = Some(lab.now.saturating_add(2 * HOUR));
    paused.next.at = lab.now.saturating_add(5 * HOUR);
    lab.store.record_poll(paused).await.unwrap();
    lab.store.hub_told("t".to_owned(), lab.now).await.unwrap();
    lab.wait(HOUR);
    assert!(lab.due().await.is_empty(), "the publisher asked for a pause");
    lab.wait(HOUR);
    assert_eq!(lab.due().await, ["a"]);
}

#[tokio::test]
async fn a_source_that_is_taken_out_leaves_its_hub() {
    let (mut lab, _) = asked().await;
    assert!(confirm(&lab, HubMode::Subscribe, "t", "topic", 10).await);
    lab.follow(&[]).await;
    assert_eq!(asks(&lab).await, [(HubMode::Unsubscribe, "topic".to_owned())]);
    assert!(lab.store.hub_secret("t".to_owned()).await.unwrap().is_none(), "news are no more listened to");
    assert!(!confirm(&lab, HubMode::Subscribe, "t", "topic", 10).await);
    assert!(confirm(&lab, HubMode::Unsubscribe, "t", "topic", 10).await);
    lab.wait(30 * DAY);
    assert!(asks(&lab).await.is_empty());
}

#[tokio::test]
async fn a_hub_that_never_confirms_a_goodbye_is_told_three_times() {
    let (mut lab, id) = asked().await;
    lab.store.replace_push(id, None, lab.now).await.unwrap();
    let mut told = 0;
    for _ in 0..100 {
        told += asks(&lab).await.len();
        lab.wait(HOUR);
    }
    assert_eq!(told, 3);
}

#[tokio::test]
async fn another_offer_takes_the_place_of_the_old_one() {
    let (lab, id) = asked().await;
    lab.store.replace_push(id, Some(push("t2", "new topic")), lab.now).await.unwrap();
    let mut due = asks(&lab).await;
    due.sort_by_key(|(_, topic)| topic.clone());
    let expected = [(HubMode::Subscribe, "new topic".to_owned()), (HubMode::Unsubscribe, "topic".to_owned())];
    assert_eq!(due, expected);

    // One that was never asked for needs no goodbye.
    lab.store.replace_push(id, Some(push("t3", "third")), lab.now).await.unwrap();
    lab.store.replace_push(id, Some(push("t4", "fourth")), lab.now).await.unwrap();
    let topics: Vec<_> = asks(&lab).await.into_iter().map(|(_, topic)| topic).collect();
    assert!(topics.contains(&"fourth".to_owned()) && !topics.contains(&"third".to_owned()), "{topics:?}");
}

#[tokio::test]
async fn a_hub_that_denies_is_left_alone_for_a_week() {
    let (mut lab, id) = asked().await;
    assert!(!lab.store.deny_hub("t".to_owned(), "other".to_owned(), lab.now).await.unwrap());
    assert!(lab.store.deny_hub("t".to_owned(), "topic".to_owned(), lab.now).await.unwrap());
    lab.wait(6 * DAY);
    assert!(asks(&lab).await.is_empty());
    lab.wait(DAY);
    assert_eq!(asks(&lab).await.len(), 1);
    assert_eq!(lab.id("a").await, id);
}

#[tokio::test]
async fn a_lease_from_a_future_that_did_not_come_is_asked_for_again() {
    let (mut lab, id) = asked().await;
    let today = lab.now;
    lab.wait(365 * DAY);
    assert!(confirm(&lab, HubMode::Subscribe, "t", "topic", 10).await);
    lab.now = today;
    lab.store.adjust_to_clock(lab.now).await.unwrap();
    assert_eq!(asks(&lab).await, [(HubMode::Subscribe, "topic".to_owned())]);
    assert_eq!(lab.id("a").await, id);
}

#[tokio::test]
async fn a_hub_that_denies_while_its_lease_runs_leaves_nobody_on_the_daily_check() {
    let (mut lab, id) = asked().await;
    assert!(confirm(&lab, HubMode::Subscribe, "t", "topic", 10).await);
    let mut relying = lab.record(id, document_articles(Listing::Delta, Vec::new()));
    relying.next = NextPoll { at: lab.now.saturating_add(DAY), reason: Reason::Pushed };
    lab.store.record_poll(relying).await.unwrap();
    assert!(!lab.store.deny_hub("t".to_owned(), "other topic".to_owned(), lab.now).await.unwrap());
    lab.wait(20 * MINUTE);
    assert!(lab.store.deny_hub("t".to_owned(), "topic".to_owned(), lab.now).await.unwrap());
    assert!(lab.due().await.is_empty(), "its interval is an hour");
    lab.wait(50 * MINUTE);
    assert_eq!(lab.due().await, ["a"]);
}

#[tokio::test]
async fn a_hub_that_asks_for_a_pause_is_asked_again_after_it() {
    let (mut lab, _) = asked().await;
    let until = lab.now.saturating_add(2 * HOUR);
    lab.store.pause_hub(&Url::parse("https://hub.example/").unwrap(), until).await.unwrap();
    lab.store.release_hub_request("https://river.example/websub/t".to_owned(), lab.now).await.unwrap();
    lab.wait(119 * MINUTE);
    assert!(asks(&lab).await.is_empty());
    lab.wait(MINUTE);
    assert_eq!(asks(&lab).await.len(), 1);
}
