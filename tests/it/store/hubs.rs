//! Tests subscriptions at hubs: requested, confirmed, renewed and left; and what a message of a hub does.

use std::collections::HashSet;

use riverd::model::{
    HubMode, HubOffer, Listing, NewHubSubscription, NextPoll, NextPollReason, Secret, SourceId,
};
use riverd::policy::outage::NetworkClaims;
use riverd::store::{ClaimLimit, HubIntent};
use riverd::time::{DAY, HOUR, MINUTE};
use url::Url;

use super::fixture::{StoreFixture, document_articles, entry, source};

fn push(token: &str, topic: &str) -> NewHubSubscription {
    NewHubSubscription {
        offer: HubOffer { hub: Url::parse("https://hub.example/").unwrap(), topic: topic.to_owned() },
        token: token.to_owned(),
        callback: format!("https://river.example/websub/{token}"),
        secret: Secret::new(format!("secret of {token}")),
    }
}

/// Returns the requests that are due now, each with its feed.
async fn due_requests(fixture: &StoreFixture) -> Vec<(HubMode, String)> {
    let requests = fixture.store.claim_hub_requests(fixture.now, 100).await.unwrap();
    requests.into_iter().map(|request| (request.mode, request.offer.topic)).collect()
}

async fn confirm(fixture: &StoreFixture, mode: HubMode, token: &str, topic: &str, days: u32) -> bool {
    let intent = HubIntent {
        token: token.to_owned(),
        mode,
        topic: topic.to_owned(),
        lease_seconds: Some((days * 86_400).to_string()),
    };
    fixture.store.confirm_hub(intent, fixture.now, 0.0).await.unwrap()
}

/// Returns one source whose subscription was just requested.
async fn asked() -> (StoreFixture, SourceId) {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let id = fixture.id("a").await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.store.replace_subscription(id, Some(push("t", "topic")), fixture.now).await.unwrap();
    assert_eq!(due_requests(&fixture).await, [(HubMode::Subscribe, "topic".to_owned())]);
    (fixture, id)
}

#[tokio::test]
async fn a_hub_is_asked_again_ever_less_often_until_it_confirms_and_before_its_lease_ends() {
    let (mut fixture, _) = asked().await;
    assert!(due_requests(&fixture).await.is_empty());
    let mut waited = Vec::new();
    for _ in 0..3 {
        let before = fixture.now;
        while due_requests(&fixture).await.is_empty() {
            fixture.wait(MINUTE);
        }
        waited.push(fixture.now.since(before));
    }
    assert_eq!(waited, [10 * MINUTE, 20 * MINUTE, 40 * MINUTE]);

    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    fixture.restart().await;
    fixture.wait(6 * DAY);
    assert!(due_requests(&fixture).await.is_empty());
    fixture.wait(DAY);
    assert_eq!(due_requests(&fixture).await.len(), 1, "renewed with three days to spare");
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    fixture.wait(DAY);
    assert!(due_requests(&fixture).await.is_empty());
}

#[tokio::test]
async fn only_a_requested_subscription_is_confirmed() {
    let (fixture, _) = asked().await;
    assert!(!confirm(&fixture, HubMode::Subscribe, "other", "topic", 10).await, "another callback");
    assert!(!confirm(&fixture, HubMode::Subscribe, "t", "other topic", 10).await, "another feed");
    assert!(!confirm(&fixture, HubMode::Unsubscribe, "t", "topic", 10).await, "riverd does not unsubscribe");
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
}

#[tokio::test]
async fn a_message_makes_a_source_due_once_its_publisher_allows() {
    let (mut fixture, id) = asked().await;
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    assert!(fixture.store.hub_secret("t".to_owned()).await.unwrap().is_some());
    assert!(fixture.store.hub_secret("unknown".to_owned()).await.unwrap().is_none());
    assert!(!fixture.store.note_hub_message("unknown".to_owned(), fixture.now).await.unwrap());

    assert!(fixture.store.note_hub_message("t".to_owned(), fixture.now).await.unwrap());
    assert!(fixture.due().await.is_empty(), "it was polled this minute");
    fixture.wait(MINUTE);
    let limit = ClaimLimit {
        total: 9,
        slow: 1000,
        per_host: 9,
        per_private_host: 9,
        network: NetworkClaims::ALL,
        busy_hosts: HashSet::new(),
        under_way: HashSet::new(),
    };
    let due = fixture.store.claim_due(fixture.now, limit).await.unwrap();
    assert_eq!(due[0].planned.reason, NextPollReason::Pushed);
    assert_eq!(due[0].push.as_ref().unwrap().pushed_at, Some(fixture.now.saturating_sub(MINUTE)));

    // The hub sends another message while that poll is under way: the poll may have come too early.
    fixture.store.note_hub_message("t".to_owned(), fixture.now).await.unwrap();
    fixture.wait(MINUTE);
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.wait(MINUTE);
    assert_eq!(fixture.due().await, ["a"]);
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    fixture.wait(59 * MINUTE);
    assert!(fixture.due().await.is_empty(), "no message came since");

    let mut paused = fixture.record(id, document_articles(Listing::Delta, Vec::new()));
    paused.state.not_before = Some(fixture.now.saturating_add(2 * HOUR));
    paused.next.at = fixture.now.saturating_add(5 * HOUR);
    fixture.store.record_poll(paused).await.unwrap();
    fixture.store.note_hub_message("t".to_owned(), fixture.now).await.unwrap();
    fixture.wait(HOUR);
    assert!(fixture.due().await.is_empty(), "the publisher asked for a pause");
    fixture.wait(HOUR);
    assert_eq!(fixture.due().await, ["a"]);
}

#[tokio::test]
async fn a_message_in_the_second_in_which_its_poll_begins_causes_no_other_poll() {
    let (mut fixture, _) = asked().await;
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    fixture.wait(MINUTE);
    fixture.store.note_hub_message("t".to_owned(), fixture.now).await.unwrap();
    assert_eq!(fixture.due().await, ["a"]);
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    fixture.wait(59 * MINUTE);
    assert!(fixture.due().await.is_empty());
}

#[tokio::test]
async fn a_source_that_is_taken_out_leaves_its_hub() {
    let (mut fixture, _) = asked().await;
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    fixture.follow(&[]).await;
    assert_eq!(due_requests(&fixture).await, [(HubMode::Unsubscribe, "topic".to_owned())]);
    assert!(
        fixture.store.hub_secret("t".to_owned()).await.unwrap().is_none(),
        "messages are no longer accepted"
    );
    assert!(!confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    assert!(confirm(&fixture, HubMode::Unsubscribe, "t", "topic", 10).await);
    fixture.wait(30 * DAY);
    assert!(due_requests(&fixture).await.is_empty());
}

#[tokio::test]
async fn an_unsubscription_that_a_hub_never_confirms_is_sent_three_times() {
    let (mut fixture, id) = asked().await;
    fixture.store.replace_subscription(id, None, fixture.now).await.unwrap();
    let mut sent = 0;
    for _ in 0..100 {
        sent += due_requests(&fixture).await.len();
        fixture.wait(HOUR);
    }
    assert_eq!(sent, 3);
}

#[tokio::test]
async fn a_new_offer_replaces_the_old_one() {
    let (fixture, id) = asked().await;
    fixture.store.replace_subscription(id, Some(push("t2", "new topic")), fixture.now).await.unwrap();
    let mut due = due_requests(&fixture).await;
    due.sort_by_key(|(_, topic)| topic.clone());
    let expected = [(HubMode::Subscribe, "new topic".to_owned()), (HubMode::Unsubscribe, "topic".to_owned())];
    assert_eq!(due, expected);

    // A subscription that was never requested needs no unsubscription.
    fixture.store.replace_subscription(id, Some(push("t3", "third")), fixture.now).await.unwrap();
    fixture.store.replace_subscription(id, Some(push("t4", "fourth")), fixture.now).await.unwrap();
    let topics: Vec<_> = due_requests(&fixture).await.into_iter().map(|(_, topic)| topic).collect();
    assert!(topics.contains(&"fourth".to_owned()) && !topics.contains(&"third".to_owned()), "{topics:?}");
}

#[tokio::test]
async fn a_hub_that_denies_is_left_alone_for_a_week() {
    let (mut fixture, id) = asked().await;
    assert!(!fixture.store.deny_hub("t".to_owned(), "other".to_owned(), fixture.now).await.unwrap());
    assert!(fixture.store.deny_hub("t".to_owned(), "topic".to_owned(), fixture.now).await.unwrap());
    fixture.wait(6 * DAY);
    assert!(due_requests(&fixture).await.is_empty());
    fixture.wait(DAY);
    assert_eq!(due_requests(&fixture).await.len(), 1);
    assert_eq!(fixture.id("a").await, id);
}

#[tokio::test]
async fn a_lease_that_was_given_by_a_wrong_clock_is_requested_again() {
    let (mut fixture, id) = asked().await;
    let today = fixture.now;
    fixture.wait(365 * DAY);
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    fixture.now = today;
    fixture.store.adjust_to_clock(fixture.now).await.unwrap();
    assert_eq!(due_requests(&fixture).await, [(HubMode::Subscribe, "topic".to_owned())]);
    assert_eq!(fixture.id("a").await, id);
}

#[tokio::test]
async fn a_source_whose_hub_denies_is_polled_at_its_own_interval_again() {
    let (mut fixture, id) = asked().await;
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    let mut relying = fixture.record(id, document_articles(Listing::Delta, Vec::new()));
    relying.next = NextPoll { at: fixture.now.saturating_add(DAY), reason: NextPollReason::Pushed };
    fixture.store.record_poll(relying).await.unwrap();
    assert!(!fixture.store.deny_hub("t".to_owned(), "other topic".to_owned(), fixture.now).await.unwrap());
    fixture.wait(20 * MINUTE);
    assert!(fixture.store.deny_hub("t".to_owned(), "topic".to_owned(), fixture.now).await.unwrap());
    assert!(fixture.due().await.is_empty(), "its interval is an hour");
    fixture.wait(50 * MINUTE);
    assert_eq!(fixture.due().await, ["a"]);
}

#[tokio::test]
async fn a_hub_that_asks_for_a_pause_is_asked_again_after_it() {
    let (mut fixture, _) = asked().await;
    let until = fixture.now.saturating_add(2 * HOUR);
    fixture.store.pause_hub(&Url::parse("https://hub.example/").unwrap(), until).await.unwrap();
    fixture
        .store
        .release_hub_request("https://river.example/websub/t".to_owned(), fixture.now)
        .await
        .unwrap();
    fixture.wait(119 * MINUTE);
    assert!(due_requests(&fixture).await.is_empty());
    fixture.wait(MINUTE);
    assert_eq!(due_requests(&fixture).await.len(), 1);
}

#[tokio::test]
async fn a_message_that_a_wrong_clock_dated_does_not_make_a_source_due_again_and_again() {
    let (mut fixture, _) = asked().await;
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    let today = fixture.now;
    fixture.wait(DAY);
    assert!(fixture.store.note_hub_message("t".to_owned(), fixture.now).await.unwrap());
    fixture.now = today;
    fixture.store.adjust_to_clock(fixture.now).await.unwrap();
    fixture.wait(HOUR);
    assert_eq!(fixture.due().await, ["a"]);
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.wait(59 * MINUTE);
    assert!(fixture.due().await.is_empty(), "no message came since");
}

#[tokio::test]
async fn a_hub_that_was_left_by_a_wrong_clock_is_asked_to_end_the_subscription_at_once() {
    let (mut fixture, id) = asked().await;
    assert!(confirm(&fixture, HubMode::Subscribe, "t", "topic", 10).await);
    let today = fixture.now;
    fixture.wait(365 * DAY);
    fixture.store.replace_subscription(id, None, fixture.now).await.unwrap();
    fixture.now = today;
    fixture.store.adjust_to_clock(fixture.now).await.unwrap();
    assert_eq!(due_requests(&fixture).await, [(HubMode::Unsubscribe, "topic".to_owned())]);
    fixture.store.adjust_to_clock(fixture.now).await.unwrap();
    assert!(due_requests(&fixture).await.is_empty(), "the next request is planned by the right clock");
}

#[tokio::test]
async fn a_hub_that_was_to_be_asked_by_a_wrong_clock_is_asked_at_once() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let id = fixture.id("a").await;
    let today = fixture.now;
    fixture.wait(365 * DAY);
    fixture.store.replace_subscription(id, Some(push("t", "topic")), fixture.now).await.unwrap();
    fixture.now = today;
    fixture.store.adjust_to_clock(fixture.now).await.unwrap();
    assert_eq!(due_requests(&fixture).await, [(HubMode::Subscribe, "topic".to_owned())]);
}
