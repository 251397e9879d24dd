//! Tests of what each outcome of a poll changes and plans.

mod editions;
mod stated_times;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use url::Url;

use super::*;
use crate::model::{
    Article, Cadence, Defect, FailureOrigin, FeedHints, FeedInfo, HubOffer, HubSubscription, IdentityScheme,
    LeftOut, LinkHeaders, ListWindow, Location, Secret, Source, SourceId, Validators,
};
use crate::policy::incidents;
use crate::time::{DAY, HOUR};

/// A Tuesday at noon, UTC.
const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);
const MINUTES: fn(u64) -> Duration = Duration::from_mins;

fn due(url: &str) -> DueSource {
    let source = Source::new("s", Location::Http(url.parse().unwrap()), Cadence::Every(MINUTES(30)));
    let state = SourceState {
        validators: etag("1"),
        body_at: Some(NOW.saturating_sub(HOUR)),
        body_hash: Some(1),
        polled_at: Some(NOW.saturating_sub(HOUR)),
        succeeded_at: Some(NOW.saturating_sub(HOUR)),
        ..SourceState::default()
    };
    let planned = NextPoll { at: NOW, reason: NextPollReason::Every };
    DueSource { id: SourceId(7), source: Arc::new(source), state: Box::new(state), planned, push: None }
}

fn public() -> DueSource {
    due("https://feeds.example.org/feed.xml")
}

fn private() -> DueSource {
    due("http://127.0.0.1:8080/feed.xml")
}

fn etag(text: &str) -> Validators {
    Validators { etag: Some(format!("\"{text}\"").into_bytes()), last_modified: None }
}

static NO_OTHERS: LazyLock<HashSet<Url>> = LazyLock::new(HashSet::new);

fn at(now: Timestamp) -> PollContext<'static> {
    PollContext {
        asked_at: now,
        server_time: Duration::ZERO,
        now,
        jitter: 0.0,
        network: NetworkState::Up,
        paused_until: None,
        configured: &NO_OTHERS,
    }
}

fn fetched(body: BodyOutcome) -> Fetched<BodyOutcome> {
    Fetched {
        status: Some(200),
        body,
        content_type: None,
        validators: etag("2"),
        final_url: None,
        moved_to: None,
        freshness: Freshness::default(),
        links: LinkHeaders::default(),
        stand_in: None,
        varies_by_accept: false,
        refresh: None,
    }
}

fn read_document() -> ReadDocument {
    ReadDocument {
        body_hash: 2,
        feed: FeedInfo { title: Some("T".to_owned()), ..FeedInfo::default() },
        hints: FeedHints { ttl: Some(MINUTES(60)), ..FeedHints::default() },
        identity: IdentityScheme::Link,
        articles: Vec::new(),
        new: Vec::new(),
        stated_at: None,
        left_out: LeftOut::default(),
        defects: Vec::new(),
    }
}

fn fresh() -> FetchOutcome<BodyOutcome> {
    FetchOutcome::Fresh(Box::new(fetched(BodyOutcome::Read(Box::new(read_document())))))
}

fn known() -> FetchOutcome<BodyOutcome> {
    FetchOutcome::Fresh(Box::new(fetched(BodyOutcome::Known)))
}

fn not_modified(moved_to: Option<&str>) -> FetchOutcome<BodyOutcome> {
    FetchOutcome::NotModified {
        validators: etag("1"),
        freshness: Freshness::default(),
        moved_to: moved_to.map(|url| url.parse().unwrap()),
        final_url: None,
    }
}

fn failure(kind: FailureKind) -> Failure {
    let origin = if kind == FailureKind::Dns { FailureOrigin::OwnNetwork } else { FailureOrigin::Elsewhere };
    Failure { kind, message: "it failed".to_owned(), hint: None, origin }
}

fn failed(kind: FailureKind) -> FetchOutcome<BodyOutcome> {
    FetchOutcome::Failed { status: None, failure: failure(kind), freshness: Freshness::default() }
}

fn throttled(retry_after: Option<Timestamp>) -> FetchOutcome<BodyOutcome> {
    throttled_by("https://feeds.example.org/feed.xml", retry_after)
}

fn throttled_by(by: &str, retry_after: Option<Timestamp>) -> FetchOutcome<BodyOutcome> {
    let freshness = Freshness { retry_after, ..Freshness::default() };
    let failure = failure(FailureKind::Throttled);
    FetchOutcome::Throttled { status: 429, retry_after, freshness, by: target(by), failure }
}

fn used_up(outcome: FetchOutcome<BodyOutcome>, reset_at: Timestamp) -> FetchOutcome<BodyOutcome> {
    let limit = Freshness { limit_reset_at: Some(reset_at), ..Freshness::default() };
    match outcome {
        FetchOutcome::Fresh(mut fetched) => {
            fetched.freshness = limit;
            FetchOutcome::Fresh(fetched)
        }
        FetchOutcome::NotModified { validators, moved_to, final_url, .. } => {
            FetchOutcome::NotModified { validators, moved_to, final_url, freshness: limit }
        }
        FetchOutcome::Failed { status, failure, .. } => {
            FetchOutcome::Failed { status, failure, freshness: limit }
        }
        other => other,
    }
}

#[test]
fn a_rate_limit_that_is_used_up_pauses_the_domain_whatever_the_answer_was() {
    let reset_at = NOW.saturating_add(HOUR * 2);
    for outcome in [fresh(), known(), not_modified(None), failed(FailureKind::Status)] {
        let record = decide(&public(), used_up(outcome, reset_at), &at(NOW));
        let pause = record.pause.unwrap();
        assert_eq!((pause.domain.as_str(), pause.until), ("example.org", reset_at));
        assert!(record.next.at >= reset_at && record.state.not_before == Some(reset_at));
    }
    assert_eq!(decide(&public(), fresh(), &at(NOW)).pause, None);
}

/// Returns the source as the next poll finds it.
fn after(due: &DueSource, record: &PollRecord) -> DueSource {
    DueSource { state: record.state.clone(), planned: record.next, ..due.clone() }
}

/// Polls `count` times, each time when the source is due, and returns the records.
fn polls(
    mut due: DueSource,
    outcome: &FetchOutcome<BodyOutcome>,
    count: usize,
) -> (DueSource, Vec<PollRecord>) {
    let mut records = Vec::new();
    let mut now = NOW;
    for _ in 0..count {
        let record = decide(&due, outcome.clone(), &at(now));
        due = after(&due, &record);
        now = record.next.at;
        records.push(record);
    }
    (due, records)
}

fn wait(record: &PollRecord) -> Duration {
    record.next.at.since(record.polled_at)
}

#[test]
fn a_body_that_was_read_brings_its_validators_hints_and_articles() {
    let record = decide(&public(), fresh(), &at(NOW));
    let state = &record.state;
    assert_eq!(state.validators, etag("2"));
    assert_eq!((state.body_hash, state.body_at), (Some(2), Some(NOW)));
    assert_eq!((state.identity, state.feed.title.as_deref()), (IdentityScheme::Link, Some("T")));
    assert_eq!((wait(&record), record.next.reason), (MINUTES(60), NextPollReason::Ttl));
    let PollVerdict::Fresh(read_document) = record.verdict else { panic!("{:?}", record.verdict) };
    assert_eq!(read_document.listing, Listing::Whole);
}

#[test]
fn what_a_document_asked_for_holds_while_304s_confirm_it() {
    let first = decide(&public(), fresh(), &at(NOW));
    let later = after(&public(), &first);
    let record = decide(&later, not_modified(None), &at(first.next.at));
    assert_eq!((wait(&record), record.next.reason), (MINUTES(60), NextPollReason::Ttl));
    assert!(matches!(record.verdict, PollVerdict::Unchanged));
}

#[test]
fn a_validator_that_the_newest_body_does_not_carry_is_dropped() {
    let mut answer = fetched(BodyOutcome::Known);
    answer.validators = Validators { etag: None, last_modified: Some(b"Tue".to_vec()) };
    let record = decide(&public(), FetchOutcome::Fresh(Box::new(answer)), &at(NOW));
    assert_eq!(record.state.validators.etag, None);
    assert_eq!(record.state.validators.last_modified.as_deref(), Some(&b"Tue"[..]));
}

#[test]
fn the_known_body_brings_new_validators_and_nothing_else() {
    let record = decide(&public(), known(), &at(NOW));
    assert!(matches!(record.verdict, PollVerdict::Unchanged));
    assert_eq!(record.state.validators, etag("2"));
    assert_eq!((record.state.body_hash, record.state.body_at), (Some(1), Some(NOW)));
}

#[test]
fn a_304_may_bring_new_validators_and_freshness() {
    let outcome = FetchOutcome::NotModified {
        validators: etag("3"),
        freshness: Freshness { max_age: Some(HOUR), ..Freshness::default() },
        moved_to: None,
        final_url: None,
    };
    let record = decide(&public(), outcome, &at(NOW));
    assert_eq!((&record.state.validators, record.state.max_age), (&etag("3"), Some(HOUR)));
    assert_eq!((wait(&record), record.next.reason), (HOUR, NextPollReason::MaxAge));
    assert_eq!(record.state.body_at, Some(NOW.saturating_sub(HOUR)), "no body came");
}

#[test]
fn a_pause_counts_from_the_answer() {
    let until = NOW.saturating_add(HOUR * 3);
    let slow = PollContext { now: NOW.saturating_add(MINUTES(1)), ..at(NOW) };
    let record = decide(&public(), throttled(Some(until)), &slow);
    assert_eq!(record.next.at, until.saturating_add(MINUTES(1)));
}

#[test]
fn a_delta_lists_only_what_is_new_and_leaves_the_whole_body_standing() {
    let mut answer = fetched(BodyOutcome::Read(Box::new(read_document())));
    answer.status = Some(226);
    let record = decide(&public(), FetchOutcome::Fresh(Box::new(answer.clone())), &at(NOW));
    assert_eq!((&record.state.validators, record.state.body_hash), (&etag("2"), Some(1)));
    assert!(
        matches!(record.verdict, PollVerdict::Fresh(read_document) if read_document.listing == Listing::Delta)
    );

    answer.validators = Validators::default();
    let record = decide(&public(), FetchOutcome::Fresh(Box::new(answer)), &at(NOW));
    assert_eq!(record.state.validators, etag("1"));
}

#[test]
fn a_body_that_cant_be_read_never_replaces_what_was_read() {
    let unreadable = BodyOutcome::Unreadable(failure(FailureKind::NotAFeed));
    let record = decide(&public(), FetchOutcome::Fresh(Box::new(fetched(unreadable))), &at(NOW));
    assert_eq!((&record.state.validators, record.state.body_hash), (&etag("1"), Some(1)));
    assert_eq!(record.state.body_at, Some(NOW.saturating_sub(HOUR)));
    assert!(matches!(record.verdict, PollVerdict::Failed(_)));
    assert_eq!(record.status, Some(200));
}

#[test]
fn a_server_without_validators_whose_body_stays_the_same_is_asked_less_up_to_once_a_day() {
    let mut answer = fetched(BodyOutcome::Known);
    answer.validators = Validators::default();
    let outcome = FetchOutcome::Fresh(Box::new(answer));
    let silent = |due: DueSource, silence| {
        let state = Box::new(SourceState { last_new_at: Some(NOW.saturating_sub(silence)), ..*due.state });
        let mut source = (*due.source).clone();
        source.cadence = Cadence::Adaptive { start: MINUTES(30), min: MINUTES(10) };
        DueSource { state, source: Arc::new(source), ..due }
    };
    let record = decide(&silent(public(), HOUR * 5), outcome.clone(), &at(NOW));
    assert_eq!((wait(&record), record.next.reason), (HOUR * 5 / 2, NextPollReason::Unvalidated));
    assert_eq!(wait(&decide(&silent(public(), DAY * 5), outcome.clone(), &at(NOW))), DAY);

    for fixed in [public(), private()] {
        let state = silent(fixed.clone(), DAY * 5).state;
        let fixed = DueSource { state, ..fixed };
        assert_eq!(
            wait(&decide(&fixed, outcome.clone(), &at(NOW))),
            MINUTES(30),
            "an interval of the operator stands"
        );
    }
}

#[test]
fn the_first_document_of_a_server_without_validators_is_asked_for_again_at_the_usual_interval() {
    let read = ReadDocument { hints: FeedHints::default(), ..read_document() };
    let mut answer = fetched(BodyOutcome::Read(Box::new(read)));
    answer.validators = Validators::default();
    let outcome = FetchOutcome::Fresh(Box::new(answer));
    let next = |body_at| {
        let mut source = (*public().source).clone();
        source.cadence = Cadence::Adaptive { start: MINUTES(30), min: MINUTES(10) };
        let state = Box::new(SourceState { body_at, ..*public().state });
        decide(&DueSource { state, source: Arc::new(source), ..public() }, outcome.clone(), &at(NOW)).next
    };
    assert_eq!((next(None).at.since(NOW), next(None).reason), (MINUTES(30), NextPollReason::Adaptive));
    assert_eq!(next(Some(NOW.saturating_sub(HOUR))).reason, NextPollReason::Unvalidated);
}

#[test]
fn a_document_that_lists_only_new_entries_is_counted_and_a_delta_is_not() {
    let undated = || vec![Article::default(); 3];
    let with_new = |status, window| {
        let read = ReadDocument { articles: undated(), new: vec![None; 3], ..read_document() };
        let answer = Fetched { status: Some(status), ..fetched(BodyOutcome::Read(Box::new(read))) };
        let state = Box::new(SourceState { window, ..*public().state });
        let due = DueSource { state, ..public() };
        decide(&due, FetchOutcome::Fresh(Box::new(answer)), &at(NOW)).state.window
    };
    let before = ListWindow { listed: 20, ..ListWindow::default() };
    let lost = ListWindow { listed: 3, is_full: true, replaced: 1, replaced_at: Some(NOW), ..before };
    assert_eq!(with_new(200, before), lost);
    assert_eq!(with_new(226, before), before, "a delta lists what is new and nothing else");
}

#[test]
fn failures_count_and_back_off_until_the_next_success() {
    let (due, records) = polls(public(), &failed(FailureKind::Connect), 4);
    assert_eq!(records.iter().map(wait).collect::<Vec<_>>(), [30, 60, 120, 240].map(MINUTES));
    assert_eq!((due.state.failures, due.state.failing_since), (4, Some(NOW)));
    assert_eq!(due.state.validators, etag("1"), "the validators are kept");
    assert!(due.state.last_failure.is_some());

    let healed = decide(&due, not_modified(None), &at(due.planned.at));
    assert_eq!(healed.state.failures, 0);
    assert_eq!((healed.state.failing_since, &healed.state.last_failure), (None, &None));
    assert_eq!(wait(&healed), MINUTES(30));
}

#[test]
fn throttling_waits_as_long_as_asked_and_is_not_a_failure() {
    let until = NOW.saturating_add(HOUR * 3);
    let record = decide(&public(), throttled(Some(until)), &at(NOW));
    assert_eq!((record.next.at, record.next.reason), (until, NextPollReason::RetryAfter));
    assert_eq!((record.state.failures, record.state.not_before), (0, Some(until)));
    assert_eq!(record.state.validators, etag("1"));

    let soon = decide(&public(), throttled(Some(NOW.saturating_add(MINUTES(1)))), &at(NOW));
    assert_eq!(wait(&soon), MINUTES(30), "never sooner than our own interval");
}

#[test]
fn a_pause_does_not_cost_a_source_its_next_period_whatever_interval_the_operator_set() {
    let weekly = || Cadence::Schedule(Box::new("0 7 * * 1".parse().unwrap()));
    for (cadence, pause, waits) in [
        (weekly(), MINUTES(10), 30..=33),
        (Cadence::Every(HOUR * 12), MINUTES(10), 30..=33),
        (Cadence::Every(HOUR * 12), HOUR * 3, 180..=190),
        (Cadence::Every(MINUTES(20)), MINUTES(10), 20..=22),
    ] {
        let mut due = public();
        due.source = Arc::new(Source { cadence, ..(*due.source).clone() });
        let record = decide(&due, throttled(Some(NOW.saturating_add(pause))), &at(NOW));
        assert!(
            waits.contains(&(wait(&record).as_secs() / 60)),
            "{:?}: {:?}",
            due.source.cadence,
            record.next
        );
    }
    let mut due = public();
    due.source = Arc::new(Source { cadence: weekly(), ..(*due.source).clone() });
    let (_, records) = polls(due, &throttled(Some(NOW)), 4);
    let waits: Vec<u64> = records.iter().map(|record| wait(record).as_secs() / 60).collect();
    assert_eq!(waits, [30, 60, 120, 240], "a server that always refuses is asked less and less often");
}

#[test]
fn throttling_without_a_time_backs_off() {
    let (_, records) = polls(public(), &throttled(None), 4);
    assert_eq!(records.iter().map(wait).collect::<Vec<_>>(), [30, 60, 120, 240].map(MINUTES));
}

#[test]
fn a_pause_is_for_the_registrable_domain_of_a_public_host_and_for_the_source_of_a_private_one() {
    let until = NOW.saturating_add(HOUR);
    let pause = decide(&public(), throttled(Some(until)), &at(NOW)).pause.unwrap();
    assert_eq!((pause.domain.as_str(), pause.until), ("example.org", until));
    let own = throttled_by("http://127.0.0.1:8080/feed.xml", Some(until));
    assert_eq!(decide(&private(), own, &at(NOW)).pause, None);

    let (_, records) = polls(public(), &throttled(None), 9);
    let pauses: Vec<u64> = records
        .iter()
        .map(|record| record.pause.as_ref().unwrap().until.since(record.polled_at).as_secs() / 60)
        .collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
}

#[test]
fn a_rate_limit_speaks_for_the_domain_and_a_server_error_for_its_own_address() {
    let until = NOW.saturating_add(HOUR);
    for (asked, is_limit) in [(429, true), (420, true), (403, true), (503, false), (509, false), (302, false)]
    {
        let FetchOutcome::Throttled { retry_after, freshness, by, failure, .. } = throttled(Some(until))
        else {
            panic!("a pause was expected")
        };
        let outcome = FetchOutcome::Throttled { status: asked, retry_after, freshness, by, failure };
        let record = decide(&public(), outcome, &at(NOW));
        assert_eq!(record.pause.is_some(), is_limit, "{asked}");
        assert_eq!(record.state.not_before, Some(until), "{asked}: the source itself waits");
    }
}

#[test]
fn the_domain_that_asked_for_a_pause_is_paused_not_the_one_that_redirected_there() {
    let until = NOW.saturating_add(HOUR);
    let record = decide(&public(), throttled_by("https://cdn.example.net/1", Some(until)), &at(NOW));
    assert_eq!(record.pause.unwrap().domain, "example.net");
    assert_eq!(record.state.not_before, Some(until), "the source would be redirected there again");
    let private = throttled_by("http://10.0.0.1/", Some(until));
    assert_eq!(decide(&public(), private, &at(NOW)).pause, None);
}

#[test]
fn throttling_without_a_time_also_holds_for_polls_that_a_person_asks_for() {
    let (due, _) = polls(public(), &throttled(None), 2);
    let asked_at = due.state.polled_at.unwrap();
    assert_eq!(due.state.not_before, Some(asked_at.saturating_add(MINUTES(2))));
}

#[test]
fn a_retry_after_holds_whatever_the_status() {
    let freshness = Freshness { retry_after: Some(NOW.saturating_add(HOUR * 2)), ..Freshness::default() };
    let error = FetchOutcome::Failed { status: Some(500), failure: failure(FailureKind::Status), freshness };
    let mut good = fetched(BodyOutcome::Known);
    good.freshness = freshness;
    for outcome in [error, FetchOutcome::Fresh(Box::new(good))] {
        let record = decide(&public(), outcome, &at(NOW));
        assert_eq!((wait(&record), record.next.reason), (HOUR * 2, NextPollReason::RetryAfter));
    }
}

#[test]
fn a_pause_of_the_domain_that_began_during_the_poll_holds_for_the_next_poll() {
    let until = NOW.saturating_add(HOUR * 2);
    let record = decide(&public(), known(), &PollContext { paused_until: Some(until), ..at(NOW) });
    assert_eq!((record.next.at, record.state.not_before), (until, Some(until)));
}

#[test]
fn a_pause_that_is_over_is_forgotten() {
    let mut due = public();
    due.state.not_before = Some(NOW.saturating_sub(MINUTES(1)));
    assert_eq!(decide(&due, known(), &at(NOW)).state.not_before, None);
}

#[test]
fn gone_is_for_ever_and_keeps_what_was_read() {
    let outcome = FetchOutcome::Gone { failure: failure(FailureKind::Gone) };
    let record = decide(&public(), outcome, &at(NOW));
    assert_eq!(record.next, NextPoll { at: Timestamp::MAX, reason: NextPollReason::Gone });
    assert_eq!((record.state.gone_at, record.status), (Some(NOW), Some(410)));
    assert_eq!(record.state.validators, etag("1"));
    assert!(matches!(record.verdict, PollVerdict::Gone(_)));
}

#[test]
fn an_outage_of_our_own_counts_no_failure_and_polls_again_soon() {
    let down = PollContext { network: NetworkState::Down, ..at(NOW) };
    let record = decide(&public(), failed(FailureKind::Timeout), &down);
    assert_eq!((record.state.failures, record.state.failing_since), (0, None));
    assert_eq!((wait(&record), record.next.reason), (MINUTES(5), NextPollReason::Outage));
    assert!(record.state.last_failure.is_some(), "status still says what happened");
    let local = decide(&public(), failed(FailureKind::Dns), &down);
    assert_eq!(wait(&local), Duration::from_secs(10), "no request left this machine");

    let status = decide(&public(), failed(FailureKind::Status), &down);
    assert_eq!(status.state.failures, 1, "a server that answers shows no outage");
}

#[test]
fn an_outage_of_our_own_leaves_no_backoff_behind_however_long_it_lasts() {
    let down = |now| PollContext { network: NetworkState::Down, ..at(now) };
    for outcome in [failed(FailureKind::Dns), failed(FailureKind::Timeout)] {
        let mut due = public();
        let mut now = NOW;
        while now.since(NOW) < DAY * 3 {
            let record = decide(&due, outcome.clone(), &down(now));
            due = after(&due, &record);
            now = record.next.at;
        }
        assert_eq!(due.state.failures, 0);
        assert!(wait(&decide(&due, outcome, &down(now))) <= MINUTES(15));
    }
    let mut failing = public();
    failing.state.failures = 4;
    let record = decide(&failing, failed(FailureKind::Dns), &down(NOW));
    assert_eq!(record.state.failures, 4, "what failed before goes on where it was");
}

#[test]
fn a_server_that_takes_seconds_lets_the_next_polls_be_expected_to_be_slow_but_not_during_an_outage() {
    let long = |network| PollContext { server_time: Duration::from_secs(28), network, ..at(NOW) };
    let unchanged = || FetchOutcome::NotModified {
        validators: etag("a"),
        freshness: Freshness::default(),
        moved_to: None,
        final_url: None,
    };
    for outcome in [unchanged(), failed(FailureKind::Timeout)] {
        let slow = decide(&public(), outcome.clone(), &long(NetworkState::Up)).state;
        assert!(slow.may_be_slow() && slow.slow_polls_expected > 0, "{outcome:?}");
        let slow = decide(&public(), outcome, &long(NetworkState::Down)).state;
        assert_eq!(slow.slow_polls_expected, 0);
    }
    let quick = decide(&public(), unchanged(), &at(NOW)).state;
    assert!(!quick.may_be_slow());
}

#[test]
fn a_machine_without_a_free_descriptor_is_no_failure_of_a_source() {
    let shortage = Failure { origin: FailureOrigin::OwnMachine, ..failure(FailureKind::Connect) };
    let outcome = FetchOutcome::Failed { status: None, failure: shortage, freshness: Freshness::default() };
    let record = decide(&public(), outcome, &at(NOW));
    assert_eq!((record.state.failures, record.next.reason), (0, NextPollReason::Outage));
    assert!(record.next.at.since(NOW) <= 2 * MINUTE, "{:?}", record.next);
}

#[test]
fn a_first_start_without_a_network_is_no_failure_of_a_source_and_a_server_that_never_answered_is_one() {
    let down = PollContext { network: NetworkState::Down, ..at(NOW) };
    let mut new = public();
    *new.state = SourceState::default();
    for kind in [FailureKind::Dns, FailureKind::Connect] {
        let local = Failure { origin: FailureOrigin::OwnNetwork, ..failure(kind) };
        let outcome = FetchOutcome::Failed { status: None, failure: local, freshness: Freshness::default() };
        let record = decide(&new, outcome, &down);
        assert_eq!((record.state.failures, record.next.reason), (0, NextPollReason::Outage));
    }
    let refused = decide(&new, failed(FailureKind::Connect), &down);
    assert_eq!((refused.state.failures, refused.next.reason), (1, NextPollReason::Backoff));
}

fn target(url: &str) -> Url {
    url.parse().unwrap()
}

#[test]
fn a_permanent_redirect_is_adopted_after_it_has_stood_for_a_day_and_several_polls() {
    let to = "https://new.example.org/feed.xml";
    let (due, _) = polls(public(), &not_modified(Some(to)), 40);
    let moved = due.state.moved.as_ref().unwrap();
    assert!(!due.has_adopted_move(), "40 polls, but only 20 hours: {moved:?}");
    let (due, _) = polls(public(), &not_modified(Some(to)), 50);
    assert!(due.has_adopted_move());
    assert_eq!(due.address(), Location::Http(target(to)));
    assert_eq!(due.source.location, public().source.location, "feeds.toml stays as it is");

    // From then on the new address answers without a redirect.
    let (due, _) = polls(due, &not_modified(None), 3);
    assert!(due.has_adopted_move());
}

#[test]
fn a_redirect_that_disappears_or_changes_its_target_starts_from_zero() {
    let (due, _) = polls(public(), &not_modified(Some("https://a.example.org/")), 40);
    let gone = decide(&due, not_modified(None), &at(due.planned.at));
    assert_eq!(gone.state.moved, None);
    let other = decide(&due, not_modified(Some("https://b.example.org/")), &at(due.planned.at));
    let moved = other.state.moved.unwrap();
    assert_eq!((moved.to, moved.polls), (target("https://b.example.org/"), 1));
}

#[test]
fn an_adopted_address_that_fails_or_is_gone_is_given_up_for_the_one_in_feeds_toml() {
    let (due, _) = polls(public(), &not_modified(Some("https://new.example.org/")), 60);
    assert!(due.has_adopted_move());
    let gone = FetchOutcome::Gone { failure: failure(FailureKind::Gone) };
    for outcome in [failed(FailureKind::Status), gone] {
        let record = decide(&due, outcome, &at(due.planned.at));
        assert!(matches!(record.verdict, PollVerdict::Failed(_)));
        let back = after(&due, &record);
        assert_eq!(back.address(), public().source.location);
    }
}

#[test]
fn a_redirect_from_https_to_http_is_never_adopted() {
    let (due, _) = polls(public(), &not_modified(Some("http://feeds.example.org/feed.xml")), 60);
    assert_eq!(due.state.moved, None);
}

#[test]
fn a_source_with_secrets_keeps_to_the_origin_they_were_given_for() {
    let mut source = (*public().source).clone();
    source.headers = vec![("X-Key".to_owned(), Secret::new("k".to_owned()))];
    let with_key = DueSource { source: Arc::new(source), ..public() };
    let (due, _) = polls(with_key.clone(), &not_modified(Some("https://elsewhere.example/")), 60);
    assert!(due.state.moved.as_ref().unwrap().adopted_at.is_some(), "status shows the line to change");
    assert_eq!(due.address(), with_key.source.location);
    let (due, _) = polls(with_key, &not_modified(Some("https://feeds.example.org/other.xml")), 60);
    assert!(due.has_adopted_move());
}

#[test]
fn a_document_that_names_its_new_address_moves_like_a_redirect() {
    let mut due = public();
    due.state.hints.new_feed_url = Some("https://new.example.org/pod".to_owned());
    let (due, _) = polls(due, &not_modified(None), 60);
    assert_eq!(due.address(), Location::Http(target("https://new.example.org/pod")));
    // The document there names its own address, which changes nothing.
    let (due, _) = polls(due, &not_modified(None), 3);
    assert!(due.has_adopted_move());
}

/// Returns the answer of an address whose document names `new_feed_url`, after permanent redirects to `moved_to`.
fn naming(new_feed_url: &str, moved_to: Option<&str>) -> FetchOutcome<BodyOutcome> {
    let mut read = read_document();
    read.hints.new_feed_url = Some(new_feed_url.to_owned());
    let mut answer = fetched(BodyOutcome::Read(Box::new(read)));
    answer.moved_to = moved_to.map(target);
    FetchOutcome::Fresh(Box::new(answer))
}

#[test]
fn a_document_that_names_the_address_of_feeds_toml_keeps_its_source_there() {
    let vanity = naming("https://feeds.example.org/feed.xml", Some("https://host.example.org/show.xml"));
    let (due, records) = polls(public(), &vanity, 60);
    assert!(!due.has_adopted_move() && records.iter().all(|record| record.state.moved.is_none()));
}

#[test]
fn a_new_address_that_leads_nowhere_or_back_is_tried_once() {
    let named = "https://new.example.org/pod";
    let back = naming(named, Some("https://feeds.example.org/feed.xml"));
    for answer in [failed(FailureKind::Status), failed(FailureKind::Dns), back] {
        let mut due = public();
        let mut tried = 0;
        for _ in 0..200 {
            let outcome = if due.has_adopted_move() { answer.clone() } else { naming(named, None) };
            tried += u32::from(due.has_adopted_move());
            let record = decide(&due, outcome, &at(due.planned.at));
            due = after(&due, &record);
        }
        assert_eq!(tried, 1, "{answer:?}");
    }
}

#[test]
fn a_new_address_that_answers_304_after_a_redirect_to_the_old_one_is_tried_once() {
    let (own, named) = ("https://feeds.example.org/feed.xml", "https://new.example.org/pod");
    let mut due = public();
    let mut tried = 0;
    for _ in 0..200 {
        let mut outcome = naming(named, None);
        if due.has_adopted_move() {
            tried += 1;
            outcome = not_modified(None);
            if let FetchOutcome::NotModified { final_url, .. } = &mut outcome {
                *final_url = Some(target(own));
            }
        }
        due = after(&due, &decide(&due, outcome, &at(due.planned.at)));
    }
    assert_eq!(tried, 1);
}

#[test]
fn a_new_address_that_never_gives_the_document_is_given_up_in_the_poll_that_tries_it() {
    let named = "https://new.example.net/pod";
    let (adopted, _) = polls(public(), &naming(named, None), 60);
    let untested = |mut due: DueSource| {
        while !due.has_adopted_move() {
            due = after(&due, &decide(&due, naming(named, None), &at(due.planned.at)));
        }
        due
    };
    let fresh = untested(public());
    let mut unreadable = fetched(BodyOutcome::Unreadable(failure(FailureKind::NotAFeed)));
    unreadable.status = Some(200);
    for (outcome, is_given_up) in [
        (failed(FailureKind::Status), true),
        (throttled_by(named, Some(NOW)), true),
        (FetchOutcome::Fresh(Box::new(unreadable)), true),
        (naming(named, None), false),
        (not_modified(None), false),
    ] {
        let mut due = fresh.clone();
        assert_eq!(give_up_untested(&mut due, &outcome), is_given_up, "{outcome:?}");
        assert_eq!(due.has_adopted_move(), !is_given_up);
        assert_eq!(due.state.refused_move.is_some(), is_given_up, "it is not tried again");
        let served = after(&adopted, &decide(&adopted, not_modified(None), &at(adopted.planned.at)));
        assert!(!give_up_untested(&mut served.clone(), &outcome), "it has served the document before");
    }
    let mut near = untested(public());
    near.state.moved.as_mut().unwrap().to = target("https://other.example.org/pod");
    near.state.hints.new_feed_url = Some("https://other.example.org/pod".to_owned());
    let refused = throttled_by("https://other.example.org/pod", Some(NOW));
    assert!(!give_up_untested(&mut near, &refused), "the pause holds for the old address, too");
    assert!(!near.has_adopted_move());
}

#[test]
fn validators_are_sent_only_to_the_address_that_gave_them() {
    let named = "https://new.example.org/pod";
    let mut due = public();
    for _ in 0..1500 {
        let record = decide(&due, naming(named, None), &at(due.planned.at));
        let next = after(&due, &record);
        assert_eq!(next.state.validators.is_empty(), next.address() != due.address(), "{:?}", next.address());
        due = next;
    }
    // A redirect leads to the document itself.
    let redirected = |due: &DueSource| {
        let mut answer = fetched(BodyOutcome::Known);
        answer.moved_to = Some(target(named)).filter(|_| !due.has_adopted_move());
        answer.final_url = Some(target(named));
        FetchOutcome::Fresh(Box::new(answer))
    };
    let mut due = public();
    for _ in 0..100 {
        due = after(&due, &decide(&due, redirected(&due), &at(due.planned.at)));
        assert!(!due.state.validators.is_empty());
    }
    assert!(due.has_adopted_move());
}

#[test]
fn new_addresses_that_lead_in_a_circle_are_tried_once_each() {
    let own = "https://feeds.example.org/feed.xml";
    let [b, c, d] = ["b", "c", "d"].map(|host| format!("https://{host}.example.org/feed"));
    for circle in [vec![own, &b], vec![own, &b, &c], vec![own, &b, &c, &d], vec![own, &b, &c, &b]] {
        let mut due = public();
        let mut changes = 0;
        for _ in 0..2000 {
            let Location::Http(address) = due.address() else { panic!("no address") };
            let place = circle.iter().position(|one| *one == address.as_str()).unwrap();
            let next = circle.get(place + 1).unwrap_or(&own);
            let record = decide(&due, naming(next, None), &at(due.planned.at));
            let after = after(&due, &record);
            changes += u32::from(after.address() != due.address());
            due = after;
        }
        // Once a week, the address in feeds.toml is asked.
        assert!(changes <= 30, "{circle:?}: {changes} changes in twelve weeks");
    }
}

#[test]
fn a_new_address_that_redirects_is_followed_to_its_end_and_stays_adopted() {
    let (named, end) = ("https://b.example.org/feed", "https://c.example.org/feed");
    let mut due = public();
    let mut changes = 0;
    for _ in 0..1500 {
        let answer = match due.address().to_string().as_str() {
            address if address == named => not_modified(Some(end)),
            address if address == end => not_modified(None),
            _ => naming(named, None),
        };
        let record = decide(&due, answer, &at(due.planned.at));
        let after = after(&due, &record);
        changes += u32::from(after.address() != due.address());
        due = after;
    }
    assert_eq!(due.address(), Location::Http(target(end)));
    // Once a week, the address in feeds.toml is asked.
    assert!(changes <= 25, "{changes} changes in nine weeks");
}

#[test]
fn a_limit_that_a_redirect_states_pauses_the_domain_of_the_source() {
    let reset_at = NOW.saturating_add(2 * HOUR);
    let mut answer = fetched(BodyOutcome::Known);
    answer.final_url = Some(target("https://elsewhere.example.net/feed.xml"));
    answer.freshness = Freshness { redirect_limit_reset_at: Some(reset_at), ..Freshness::default() };
    let record = decide(&public(), FetchOutcome::Fresh(Box::new(answer)), &at(NOW));
    let pause = record.pause.unwrap();
    assert_eq!((pause.domain.as_str(), pause.until), ("example.org", reset_at));
    assert!(record.next.at >= reset_at);
}

#[test]
fn a_podcast_that_moved_twice_is_followed_to_its_last_address() {
    let (b, c) = ("https://b.example.org/feed", "https://c.example.org/feed");
    let mut due = public();
    for _ in 0..1500 {
        let address = due.address().to_string();
        let next = if address == b || address == c { c } else { b };
        due = after(&due, &decide(&due, naming(next, None), &at(due.planned.at)));
    }
    assert_eq!(due.address(), Location::Http(target(c)));
}

#[test]
fn a_document_that_was_cut_off_gives_no_validators_until_it_comes_again() {
    let mut read = read_document();
    read.defects = vec![Defect { name: CUT_OFF, count: 1 }];
    let cut = FetchOutcome::Fresh(Box::new(fetched(BodyOutcome::Read(Box::new(read)))));
    let record = decide(&public(), cut, &at(NOW));
    assert!(record.state.validators.is_empty());
    let again = decide(&after(&public(), &record), known(), &at(record.next.at));
    assert_eq!(again.state.validators, etag("2"), "the document is like that");
}

#[test]
fn a_permanent_redirect_that_was_taken_back_is_noticed() {
    let to = "https://new.example.org/feed.xml";
    let (mut due, _) = polls(public(), &not_modified(Some(to)), 60);
    assert!(due.has_adopted_move());
    let mut asked = Vec::new();
    for _ in 0..40 * 24 * 2 {
        let checks = due.address() == public().source.location;
        asked.push(checks);
        let outcome = not_modified(checks.then_some(to));
        let record = decide(&due, outcome, &at(due.planned.at));
        due = after(&due, &record);
    }
    let checks = asked.iter().filter(|checks| **checks).count();
    assert!((4..=7).contains(&checks), "{checks} checks");
    assert!(due.state.moved.is_some());
    while due.has_adopted_move() {
        due = after(&due, &decide(&due, not_modified(None), &at(due.planned.at)));
    }
    let record = decide(&due, not_modified(None), &at(due.planned.at));
    assert_eq!(record.state.moved, None, "its own address answers without a redirect");
}

#[test]
fn no_document_on_the_internet_moves_its_feed_into_a_private_network() {
    for to in ["http://nas/feed", "http://10.0.0.1/feed", "http://nas.lan/feed", "http://[::1]/"] {
        let mut due = due("http://feeds.example.org/feed.xml");
        due.state.hints.new_feed_url = Some(to.to_owned());
        let (due, _) = polls(due, &not_modified(None), 60);
        assert_eq!(due.state.moved, None, "{to}");
    }
    let mut near = private();
    near.state.hints.new_feed_url = Some("http://nas/feed".to_owned());
    assert!(polls(near, &not_modified(None), 60).0.has_adopted_move(), "from one private host to another");
}

#[test]
fn a_move_to_the_address_of_another_source_is_noted_and_not_adopted() {
    let to = "https://new.example.org/feed.xml";
    let others = HashSet::from([target(to)]);
    let among_others = |now| PollContext { configured: &others, ..at(now) };
    let (before, _) = polls(public(), &not_modified(Some(to)), 48);
    let alone = decide(&before, not_modified(Some(to)), &at(before.planned.at));
    assert!(after(&before, &alone).has_adopted_move(), "without the other source it would be adopted now");
    let record = decide(&before, not_modified(Some(to)), &among_others(before.planned.at));
    let moved = record.state.moved.unwrap();
    assert_eq!((moved.to.as_str(), moved.polls, moved.adopted_at), (to, 49, None));

    // An address that was adopted before the other source was added is given up.
    let (adopted, _) = polls(public(), &not_modified(Some(to)), 60);
    let record = decide(&adopted, not_modified(None), &among_others(adopted.planned.at));
    assert_eq!(after(&adopted, &record).address(), public().source.location);
}

#[test]
fn polls_that_many_sources_make_together_are_spread_over_a_whole_interval() {
    let mut new = public();
    new.planned.reason = NextPollReason::New;
    let mut late = public();
    late.planned.at = NOW.saturating_sub(HOUR);
    for due in [new, late] {
        let record = decide(&due, known(), &PollContext { jitter: 1.0, ..at(NOW) });
        assert_eq!(wait(&record), MINUTES(60));
    }
    let usual = decide(&public(), known(), &PollContext { jitter: 1.0, ..at(NOW) });
    assert_eq!(wait(&usual), MINUTES(33));
}

/// Returns a source whose hub has a lease for some days, and sent its last message `pushed` ago.
fn with_hub(pushed: Option<Duration>) -> DueSource {
    let push = HubSubscription {
        offer: HubOffer {
            hub: target("https://hub.example/"),
            topic: "https://feeds.example.org/feed.xml".to_owned(),
        },
        callback: "https://river.example/websub/t".to_owned(),
        lease_until: Some(NOW.saturating_add(9 * DAY)),
        pushed_at: pushed.map(|ago| NOW.saturating_sub(ago)),
    };
    DueSource { push: Some(push), ..public() }
}

fn with_news() -> FetchOutcome<BodyOutcome> {
    let read = ReadDocument { new: vec![None], ..read_document() };
    FetchOutcome::Fresh(Box::new(fetched(BodyOutcome::Read(Box::new(read)))))
}

#[test]
fn a_message_that_met_an_error_of_the_server_is_followed_up_within_minutes() {
    let pushed = with_hub(Some(Duration::ZERO));
    let planned = NextPoll { at: NOW, reason: NextPollReason::Pushed };
    let pushed = DueSource { planned, ..pushed };
    for (status, minutes) in [(Some(502), 1..=2), (None, 1..=2), (Some(404), 30..=60)] {
        let failure = failure(FailureKind::Status);
        let outcome = FetchOutcome::Failed { status, failure, freshness: Freshness::default() };
        let wait = wait(&decide(&pushed, outcome, &at(NOW)));
        assert!(minutes.contains(&(wait.as_secs() / 60)), "{status:?}: {wait:?}");
    }
}

#[test]
fn a_message_that_met_a_pause_is_followed_up_when_the_pause_ends() {
    let planned = NextPoll { at: NOW, reason: NextPollReason::Pushed };
    let pushed = DueSource { planned, ..with_hub(Some(Duration::ZERO)) };
    let record = decide(&pushed, throttled(Some(NOW.saturating_add(MINUTES(10)))), &at(NOW));
    assert_eq!(wait(&record), MINUTES(10));
    let without_a_time = decide(&pushed, throttled(None), &at(NOW));
    assert!(wait(&without_a_time) >= MINUTES(30), "{:?}", without_a_time.next);
}

#[test]
fn while_a_hub_sends_news_polls_only_check_it_once_a_day() {
    for outcome in [not_modified(None), known(), with_news()] {
        let record = decide(&with_hub(Some(Duration::from_secs(5))), outcome, &at(NOW));
        assert!((DAY / 10 * 9..=DAY).contains(&wait(&record)), "{:?}", record.next);
        assert_eq!(record.next.reason, NextPollReason::Pushed);
        assert_eq!(record.state.push_missed_at, None);
    }
    let failure = decide(&with_hub(None), failed(FailureKind::Dns), &at(NOW));
    assert!(wait(&failure) < DAY, "a working hub does not end the backoff after a failure");
}

#[test]
fn a_hub_that_missed_news_is_not_relied_on_until_it_sends_a_message_again() {
    let missed = decide(&with_hub(Some(3 * HOUR)), with_news(), &at(NOW));
    assert_eq!(missed.state.push_missed_at, Some(NOW));
    assert!(wait(&missed) < DAY && missed.next.reason != NextPollReason::Pushed, "{:?}", missed.next);

    let later = NOW.saturating_add(HOUR);
    let quiet = decide(&after(&with_hub(Some(3 * HOUR)), &missed), not_modified(None), &at(later));
    assert!(quiet.next.reason != NextPollReason::Pushed, "{:?}", quiet.next);

    let mut pushed_again = after(&with_hub(None), &missed);
    pushed_again.push.as_mut().unwrap().pushed_at = Some(later);
    assert_eq!(decide(&pushed_again, with_news(), &at(later)).next.reason, NextPollReason::Pushed);
}

/// Returns a source with news every hour, the last of them an hour before its last poll. It lists five entries.
fn hourly_news() -> DueSource {
    let due = private();
    let source = Source {
        cadence: Cadence::Adaptive { start: MINUTES(30), min: MINUTES(10) },
        ..(*due.source).clone()
    };
    let state = SourceState {
        publishing_gap: Some(HOUR),
        last_new_at: Some(NOW.saturating_sub(HOUR * 2)),
        window: ListWindow { listed: 5, is_full: true, ..ListWindow::default() },
        ..*due.state
    };
    DueSource { source: Arc::new(source), state: Box::new(state), ..due }
}

#[test]
fn a_poll_that_comes_days_late_shows_no_silence_and_no_slower_rhythm() {
    let in_time = decide(&hourly_news(), not_modified(None), &at(NOW));
    let document = ReadDocument { new: vec![None], hints: FeedHints::default(), ..read_document() };
    let news = fetched(BodyOutcome::Read(Box::new(document)));
    for late in [DAY * 2, DAY * 40, DAY * 730] {
        let now = NOW.saturating_add(late);
        let record = decide(&hourly_news(), not_modified(None), &at(now));
        assert_eq!(record.state.last_new_at, Some(now.saturating_sub(HOUR * 2)), "{late:?}");
        assert!(record.next.at.since(now) <= wait(&in_time) * 2, "{late:?}: {:?}", record.next);
        assert!(!incidents::is_silent(&record.state, now));

        let record = decide(&hourly_news(), FetchOutcome::Fresh(Box::new(news.clone())), &at(now));
        let state = &record.state;
        assert_eq!((state.publishing_gap, state.last_new_at), (Some(HOUR), Some(now)), "{late:?}");

        let failing_since = Some(NOW.saturating_sub(HOUR));
        let failing = SourceState { failures: 2, failing_since, ..*hourly_news().state };
        let failing = DueSource { state: Box::new(failing), ..hourly_news() };
        let record = decide(&failing, failed(FailureKind::Status), &at(now));
        assert!(incidents::problems(&record.state, now).is_empty(), "{late:?}: failing for an hour");
    }
}

#[test]
fn a_document_older_than_the_last_one_is_marked_and_stands_after_a_day() {
    let read = |stated_at| ReadDocument { stated_at: Some(stated_at), ..read_document() };
    let poll = |state: &SourceState, stated_at| {
        let due = DueSource { state: Box::new(state.clone()), ..public() };
        let body = fetched(BodyOutcome::Read(Box::new(read(stated_at))));
        let record = decide(&due, FetchOutcome::Fresh(Box::new(body)), &at(NOW));
        let PollVerdict::Fresh(document) = record.verdict else { panic!("{:?}", record.verdict) };
        (document.copy, *record.state)
    };
    let (newer, older) = (NOW.saturating_sub(HOUR), NOW.saturating_sub(2 * HOUR));
    let (copy, state) = poll(&SourceState::default(), newer);
    assert_eq!(copy, DocumentCopy::Newest);
    let (copy, state) = poll(&state, older);
    assert_eq!((copy, state.newest_document.stated), (DocumentCopy::Older, Some(newer)));
    let held_up = SourceState { older_since: Some(NOW.saturating_sub(DAY)), ..state };
    let (copy, state) = poll(&held_up, older);
    assert_eq!((copy, state.newest_document.stated), (DocumentCopy::Standing, Some(older)));
}
