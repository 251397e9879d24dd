//! Whose fault it is that nobody answers.

use std::sync::Arc;

use super::*;
use crate::model::{
    Cadence, Failure, FailureKind, Freshness, Location, NextPoll, Reason, Source, SourceId, SourceState,
};
use crate::time::{HOUR, Timestamp};

fn due(url: &str) -> DueSource {
    let source = Source::new("s", Location::Http(url.parse().unwrap()), Cadence::Every(HOUR));
    let state = SourceState { succeeded_at: Some(Timestamp::EPOCH), ..SourceState::default() };
    let planned = NextPoll { at: Timestamp::EPOCH, reason: Reason::Every };
    DueSource { id: SourceId(1), source: Arc::new(source), state, planned, push: None }
}

fn failed(kind: FailureKind) -> FetchOutcome<()> {
    let failure = Failure { kind, message: String::new(), hint: None };
    FetchOutcome::Failed { status: None, failure, freshness: Freshness::default() }
}

fn answered() -> FetchOutcome<()> {
    FetchOutcome::Gone { failure: Failure { kind: FailureKind::Gone, message: String::new(), hint: None } }
}

#[test]
fn three_sites_that_fall_silent_with_none_heard_are_our_own_outage() {
    let mut outlook = OutageDetector::default();
    let silent = failed(FailureKind::Dns);
    assert_eq!(outlook.observe(&due("https://a.org/"), &silent), NetworkState::Up);
    assert_eq!(outlook.observe(&due("https://b.org/"), &silent), NetworkState::Up);
    assert_eq!(outlook.observe(&due("https://www.b.org/2"), &silent), NetworkState::Up, "the same site");
    assert_eq!(outlook.observe(&due("https://c.org/"), &failed(FailureKind::Timeout)), NetworkState::Down);
    assert_eq!(outlook.observe(&due("https://a.org/"), &silent), NetworkState::Down);
    assert_eq!(outlook.observe(&due("https://d.org/"), &answered()), NetworkState::Up, "any answer ends it");
    assert_eq!(outlook.observe(&due("https://a.org/"), &silent), NetworkState::Up);
}

#[test]
fn sites_that_failed_before_are_no_sign() {
    let mut outlook = OutageDetector::default();
    for site in ["https://a.org/", "https://b.org/", "https://c.org/", "https://d.org/"] {
        let mut dead = due(site);
        dead.state.failures = 1;
        assert_eq!(outlook.observe(&dead, &failed(FailureKind::Connect)), NetworkState::Up);
        let mut new = due(site);
        new.state.succeeded_at = None;
        assert_eq!(outlook.observe(&new, &failed(FailureKind::Connect)), NetworkState::Up);
    }
}

#[test]
fn a_server_of_our_own_says_nothing_of_the_line_outside() {
    let mut outlook = OutageDetector::default();
    let silent = failed(FailureKind::Connect);
    for site in ["https://a.org/", "https://b.org/", "https://c.org/"] {
        outlook.observe(&due(site), &silent);
    }
    assert_eq!(outlook.observe(&due("http://192.168.1.2/feed"), &answered()), NetworkState::Up);
    assert_eq!(outlook.observe(&due("https://a.org/"), &silent), NetworkState::Down);
}

#[test]
fn a_bad_certificate_or_status_is_an_answer() {
    let mut outlook = OutageDetector::default();
    for site in ["https://a.org/", "https://b.org/", "https://c.org/"] {
        assert_eq!(outlook.observe(&due(site), &failed(FailureKind::Tls)), NetworkState::Up);
    }
}

fn suspect(url: &str) -> Suspect {
    let failure = Failure { kind: FailureKind::Dns, message: String::new(), hint: None };
    Suspect {
        due: due(url),
        failure,
        asked_at: Timestamp::EPOCH,
        now: Timestamp::EPOCH,
        network: NetworkState::Up,
    }
}

#[test]
fn the_polls_that_failed_before_an_outage_was_clear_are_given_back_once_it_is() {
    let silent = failed(FailureKind::Dns);
    let mut outlook = OutageDetector::default();
    outlook.observe(&due("https://a.org/"), &silent);
    outlook.observe(&due("http://10.0.0.1/"), &silent);
    assert!(outlook.recorded(suspect("https://a.org/")).is_empty());
    assert!(outlook.recorded(suspect("http://10.0.0.1/")).is_empty());
    outlook.observe(&due("https://b.org/"), &silent);
    outlook.observe(&due("https://c.org/"), &silent);
    let revised = outlook.recorded(suspect("https://b.org/"));
    let revised: Vec<_> = revised.iter().map(|suspect| suspect.due.address().to_string()).collect();
    assert_eq!(revised, ["https://a.org/", "https://b.org/"], "those of our own network are not among them");
    let excused = Suspect { network: NetworkState::Down, ..suspect("https://c.org/") };
    assert!(outlook.recorded(excused).is_empty(), "decided as an outage already");
}

#[test]
fn a_poll_that_failed_before_someone_answered_stays_as_it_is() {
    let silent = failed(FailureKind::Dns);
    let mut outlook = OutageDetector::default();
    outlook.observe(&due("https://a.org/"), &silent);
    outlook.recorded(suspect("https://a.org/"));
    outlook.observe(&due("https://d.org/"), &answered());
    for site in ["https://b.org/", "https://c.org/", "https://e.org/"] {
        outlook.observe(&due(site), &silent);
    }
    let revised = outlook.recorded(suspect("https://e.org/"));
    assert_eq!(revised.len(), 1);
}
