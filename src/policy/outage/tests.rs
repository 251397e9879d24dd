//! Tests of which failures count as an outage of riverd's own network.

use std::sync::Arc;

use super::*;
use crate::model::{
    Cadence, Failure, FailureKind, FailureOrigin, Freshness, Location, NextPoll, NextPollReason, Source,
    SourceId, SourceState,
};
use crate::time::{HOUR, Timestamp};

fn due(url: &str) -> DueSource {
    let source = Source::new("s", Location::Http(url.parse().unwrap()), Cadence::Every(HOUR));
    let state = SourceState { succeeded_at: Some(Timestamp::EPOCH), ..SourceState::default() };
    let planned = NextPoll { at: Timestamp::EPOCH, reason: NextPollReason::Every };
    DueSource { id: SourceId(1), source: Arc::new(source), state: Box::new(state), planned, push: None }
}

fn failed(kind: FailureKind) -> FetchOutcome<()> {
    let origin = if kind == FailureKind::Dns { FailureOrigin::OwnNetwork } else { FailureOrigin::Elsewhere };
    let failure = Failure { kind, message: String::new(), hint: None, origin };
    FetchOutcome::Failed { status: None, failure, freshness: Freshness::default() }
}

/// Returns a detector that has seen answers from both networks.
fn proven() -> OutageDetector {
    let mut detector = OutageDetector::default();
    detector.observe(&due("https://z.org/"), &answered());
    detector.observe(&due("http://10.9.9.9/"), &answered());
    detector
}

fn answered() -> FetchOutcome<()> {
    FetchOutcome::Gone {
        failure: Failure {
            kind: FailureKind::Gone,
            message: String::new(),
            hint: None,
            origin: FailureOrigin::Elsewhere,
        },
    }
}

#[test]
fn three_sites_that_fall_silent_without_an_answer_in_between_are_our_own_outage() {
    let mut detector = proven();
    let silent = failed(FailureKind::Dns);
    assert_eq!(detector.observe(&due("https://a.org/"), &silent), NetworkState::Up);
    assert_eq!(detector.observe(&due("https://b.org/"), &silent), NetworkState::Up);
    assert_eq!(detector.observe(&due("https://www.b.org/2"), &silent), NetworkState::Up, "the same site");
    assert_eq!(detector.observe(&due("https://c.org/"), &failed(FailureKind::Timeout)), NetworkState::Down);
    assert_eq!(detector.observe(&due("https://a.org/"), &silent), NetworkState::Down);
    assert_eq!(detector.observe(&due("https://d.org/"), &answered()), NetworkState::Up, "any answer ends it");
    assert_eq!(detector.observe(&due("https://a.org/"), &silent), NetworkState::Up);
}

#[test]
fn sites_that_failed_before_show_no_outage() {
    let mut detector = proven();
    for site in ["https://a.org/", "https://b.org/", "https://c.org/", "https://d.org/"] {
        let mut dead = due(site);
        dead.state.failures = 1;
        assert_eq!(detector.observe(&dead, &failed(FailureKind::Connect)), NetworkState::Up);
        let mut new = due(site);
        new.state.succeeded_at = None;
        assert_eq!(detector.observe(&new, &failed(FailureKind::Connect)), NetworkState::Up);
    }
}

#[test]
fn three_sites_to_which_there_is_no_way_are_our_own_outage_before_any_answer() {
    let no_way = || {
        let failure = Failure {
            kind: FailureKind::Connect,
            message: "it can't be reached".to_owned(),
            hint: None,
            origin: FailureOrigin::UnreachableHost,
        };
        FetchOutcome::<()>::Failed { status: None, failure, freshness: Freshness::default() }
    };
    let new = |url: &str| DueSource { state: Box::default(), ..due(url) };
    let mut early = OutageDetector::default();
    early.observe(&new("https://a.org/"), &no_way());
    assert!(early.recorded(unconfirmed("https://a.org/")).is_empty());
    early.observe(&new("https://b.org/"), &no_way());
    early.observe(&new("https://c.org/"), &no_way());
    assert_eq!(early.recorded(unconfirmed("https://b.org/")).len(), 2, "the first polls do not count either");
    let mut detector = OutageDetector::default();
    for (site, expected) in [
        ("https://a.org/", NetworkState::Up),
        ("https://b.org/", NetworkState::Up),
        ("https://www.b.org/", NetworkState::Up),
        ("https://c.org/", NetworkState::Down),
    ] {
        assert_eq!(detector.observe(&new(site), &no_way()), expected, "{site}");
    }
    assert_eq!(detector.observe(&new("https://d.org/"), &answered()), NetworkState::Up);
    for site in ["https://a.org/", "https://b.org/", "https://c.org/"] {
        assert_eq!(detector.observe(&new(site), &no_way()), NetworkState::Up, "the network is proven");
    }
}

#[test]
fn a_private_server_shows_nothing_about_the_internet() {
    let mut detector = proven();
    let silent = failed(FailureKind::Connect);
    for site in ["https://a.org/", "https://b.org/", "https://c.org/"] {
        detector.observe(&due(site), &silent);
    }
    assert_eq!(detector.observe(&due("http://192.168.1.2/feed"), &answered()), NetworkState::Up);
    assert_eq!(detector.observe(&due("https://a.org/"), &silent), NetworkState::Down);
}

#[test]
fn a_bad_certificate_or_status_is_an_answer() {
    let mut detector = proven();
    for site in ["https://a.org/", "https://b.org/", "https://c.org/"] {
        assert_eq!(detector.observe(&due(site), &failed(FailureKind::Tls)), NetworkState::Up);
    }
}

fn unconfirmed(url: &str) -> UnconfirmedFailure {
    let failure = Failure {
        kind: FailureKind::Dns,
        message: String::new(),
        hint: None,
        origin: FailureOrigin::OwnNetwork,
    };
    UnconfirmedFailure {
        due: due(url),
        failure,
        asked_at: Timestamp::EPOCH,
        now: Timestamp::EPOCH,
        network: NetworkState::Up,
    }
}

#[test]
fn polls_that_failed_before_an_outage_was_recognised_are_returned_once_it_is() {
    let silent = failed(FailureKind::Dns);
    let mut detector = proven();
    detector.observe(&due("https://a.org/"), &silent);
    detector.observe(&due("http://10.0.0.1/"), &silent);
    assert!(detector.recorded(unconfirmed("https://a.org/")).is_empty());
    assert!(detector.recorded(unconfirmed("http://10.0.0.1/")).is_empty());
    detector.observe(&due("https://b.org/"), &silent);
    detector.observe(&due("https://c.org/"), &silent);
    let revised = detector.recorded(unconfirmed("https://b.org/"));
    let revised: Vec<_> = revised.iter().map(|unconfirmed| unconfirmed.due.address().to_string()).collect();
    assert_eq!(
        revised,
        ["https://a.org/", "https://b.org/"],
        "polls in a private network are not among them"
    );
    let excused = UnconfirmedFailure { network: NetworkState::Down, ..unconfirmed("https://c.org/") };
    assert!(detector.recorded(excused).is_empty(), "it was decided as an outage already");
}

#[test]
fn a_poll_that_failed_before_a_server_answered_stays_as_it_is() {
    let silent = failed(FailureKind::Dns);
    let mut detector = proven();
    detector.observe(&due("https://a.org/"), &silent);
    detector.recorded(unconfirmed("https://a.org/"));
    detector.observe(&due("https://d.org/"), &answered());
    for site in ["https://b.org/", "https://c.org/", "https://e.org/"] {
        detector.observe(&due(site), &silent);
    }
    let revised = detector.recorded(unconfirmed("https://e.org/"));
    assert_eq!(revised.len(), 1);
}

fn new(url: &str) -> DueSource {
    DueSource { state: Box::default(), ..due(url) }
}

#[test]
fn a_start_without_a_network_is_recognised_by_the_first_poll_that_fails_on_this_machine() {
    let mut detector = OutageDetector::default();
    assert_eq!(detector.observe(&new("https://a.org/"), &failed(FailureKind::Dns)), NetworkState::Down);
    assert_eq!(detector.observe(&new("http://nas/"), &failed(FailureKind::Connect)), NetworkState::Up);
    assert_eq!(detector.observe(&new("https://b.org/"), &answered()), NetworkState::Up);
    let later = detector.observe(&new("https://c.org/"), &failed(FailureKind::Dns));
    assert_eq!(later, NetworkState::Up, "the network is known to work, so the name is wrong");

    let mut restarted = OutageDetector::default();
    let mut misspelt = new("https://a.org/");
    misspelt.state.failures = 3;
    assert_eq!(restarted.observe(&misspelt, &failed(FailureKind::Dns)), NetworkState::Up, "it failed before");
}

#[test]
fn a_host_that_alone_cant_be_reached_is_known_once_other_sites_have_answered() {
    let mut detector = OutageDetector::default();
    let local = failed(FailureKind::Dns);
    let network = detector.observe(&due("https://a.org/"), &local);
    assert_eq!(network, NetworkState::Down);
    let failure = network_failure(&local).unwrap().clone();
    let now = Timestamp::EPOCH;
    let excused = UnconfirmedFailure { due: due("https://a.org/"), failure, asked_at: now, now, network };
    assert!(detector.recorded(excused).is_empty() && detector.refuted().is_empty(), "no site has answered");
    detector.observe(&due("https://b.org/"), &answered());
    assert_eq!(detector.refuted().len(), 1);
    assert!(detector.refuted().is_empty(), "each counts once");
}

#[test]
fn in_an_outage_one_source_is_polled_now_and_then_and_all_are_as_soon_as_a_server_answers() {
    let noon = Timestamp::from_unix(1_795_521_600);
    let after = |seconds| noon.saturating_add(Duration::from_secs(seconds));
    let mut detector = OutageDetector::default();
    assert_eq!(detector.claims(noon), NetworkClaims::ALL);
    detector.observe(&new("https://a.org/"), &failed(FailureKind::Dns));
    let probes = |detector: &mut OutageDetector, from, until| {
        (from..until).map(|second| detector.claims(after(second)).public).sum::<usize>()
    };
    assert_eq!(probes(&mut detector, 0, 60), 6);
    assert_eq!(probes(&mut detector, 3600, 3660), 3);
    assert_eq!(detector.claims(noon).private, usize::MAX, "the private network is another one");
    detector.observe(&new("https://b.org/"), &answered());
    assert_eq!(detector.claims(after(3661)), NetworkClaims::ALL);
}

#[test]
fn the_begin_and_the_end_of_an_outage_are_each_reported_once() {
    let mut detector = OutageDetector::default();
    detector.observe(&due("https://z.org/"), &answered());
    for site in ["https://a.org/", "https://b.org/", "https://c.org/", "https://d.org/"] {
        detector.observe(&due(site), &failed(FailureKind::Timeout));
    }
    let change = |is_down| OutageChange { network: "the internet", is_down };
    assert_eq!(detector.take_changes(), [change(true)]);
    assert_eq!(detector.take_changes(), []);
    detector.observe(&due("https://a.org/"), &answered());
    assert_eq!(detector.take_changes(), [change(false)]);
    assert_eq!(detector.take_changes(), []);
}
