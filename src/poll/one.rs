//! Makes one poll, from the request to the record. Each poll ends in exactly one record, unless the store fails.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use tracing::debug;

use super::hubs;
use super::log::{self, SourceChange};
use super::read::{self, DocumentSlot, ReadJob};
use super::two_requests::{fetch_again, fetch_first};
use super::{PollOutcome, PollReport, PollerShared, Settings};
use crate::fetch::{Request, RequestPermit};
use crate::model::{
    DueSource, Failure, FailureKind, FailureOrigin, FetchOutcome, Freshness, Location, PollReceipt,
    PollRecord, PollVerdict, Source, Validators,
};
use crate::policy::conditions::{self, FirstRequest, SecondRequest};
use crate::policy::decide::{BodyOutcome, NetworkState, PollContext, decide, give_up_untested};
use crate::policy::outage::{UnconfirmedFailure, network_failure};
use crate::policy::websub::SubscriptionChange;
use crate::store::StoreError;
use crate::time::Timestamp;

/// Polls `due` and records the result. `asked_at` is the present time. If the store refuses what belongs to this source,
/// although it may store other polls, the poll counts as failed.
///
/// Fails only if the store fails. If the poll was not recorded then, the source is due again when its claim expires.
pub(super) async fn poll(
    shared: &PollerShared,
    settings: &Settings,
    due: DueSource,
    permit: &mut RequestPermit,
    asked_at: Timestamp,
) -> Result<PollReport, StoreError> {
    let (started, before) = (Instant::now(), due.clone());
    if due.state.may_be_slow() {
        permit.expect_slow();
    }
    match poll_and_record(shared, settings, due, permit, asked_at).await {
        Err(error) if error.may_concern_one_record() => {
            permit.forget_body();
            permit.leave();
            let now = asked_at.saturating_add(started.elapsed());
            // The next poll can then store what this one could not.
            shared.store.mend_after(&error).await;
            let refused = record_refusal(shared, settings, &before, &error, (asked_at, now)).await;
            shared.store.note_refusal(before.id, &error);
            refused
        }
        polled => polled,
    }
}

/// Polls `due` and records the result. Fails if anything is refused by the store.
async fn poll_and_record(
    shared: &PollerShared,
    settings: &Settings,
    mut due: DueSource,
    permit: &mut RequestPermit,
    asked_at: Timestamp,
) -> Result<PollReport, StoreError> {
    let started = Instant::now();
    let source = Arc::clone(&due.source);
    let own_address = due.address();
    let is_server_plain = shared.store.asks_plainly(&own_address, asked_at);
    let first = conditions::first_request(&due.state, is_server_plain, asked_at);
    let request =
        Request { source: &source, address: &own_address, validators: &first.validators, now: asked_at };
    let kept = kept_answer(shared, &due, asked_at).await?;
    let is_kept = kept.is_some();
    let mut outcome = match kept {
        Some(kept) => kept,
        None => fetch_first(&settings.fetcher, &first, request, permit).await,
    };
    let now = asked_at.saturating_add(started.elapsed());
    if due.checks_move() && outcome.is_failure() {
        // The old address of a source that moved may stop working one day. Then only the new one is used.
        due.use_adopted_address(now);
        let request = Request { address: &due.address(), ..request };
        outcome =
            fetch_again((&settings.fetcher, &settings.limits), request, permit, SecondRequest::SameTypes)
                .await;
    }
    let tried = due.address();
    let request = Request { address: &tried, ..request };
    let failure = network_failure(&outcome).cloned();
    let network = note_network(shared, &due, &outcome);
    let mut slot = None;
    let outcome = read_body(shared, (settings, &mut slot), &due, outcome, now).await?;
    permit.forget_body();
    let answer = FirstAnswer { first: &first, request, outcome, slot, network, now };
    // The verb that kept an answer has sent the second request, if one was needed.
    let (outcome, slot) = if is_kept {
        (answer.outcome, answer.slot)
    } else {
        ask_once_more(shared, (settings, permit), &mut due, answer).await?
    };
    // Other requests can be sent while this poll waits for its commit.
    permit.leave();
    let now = asked_at.saturating_add(started.elapsed());
    let server_time = permit.server_time();
    let context = PollContext { server_time, network, ..context_of(settings, &due, asked_at, now) };
    let (mut report, state_change) = decide_and_record(shared, settings, &due, outcome, &context).await?;
    if let Some(failure) = failure {
        revise_failures(shared, settings, UnconfirmedFailure { due, failure, asked_at, now, network })
            .await?;
    }
    report.duration = started.elapsed();
    log::log(&report, &state_change);
    drop(slot);
    Ok(report)
}

/// Returns what the decision about a poll depends on, if the network works and no server took any time.
fn context_of<'s>(
    settings: &'s Settings,
    due: &DueSource,
    asked_at: Timestamp,
    now: Timestamp,
) -> PollContext<'s> {
    PollContext {
        asked_at,
        now,
        server_time: Duration::ZERO,
        jitter: fastrand::f64(),
        network: NetworkState::Up,
        paused_until: settings.limits.pauses().until(&due.address(), now),
        configured: &settings.addresses,
    }
}

/// Counts an outcome towards an outage of riverd's own network, and returns the state of the network.
fn note_network(shared: &PollerShared, due: &DueSource, outcome: &FetchOutcome) -> NetworkState {
    let mut detector = shared.outage_detector();
    let network = detector.observe(due, outcome);
    detector.take_changes().into_iter().for_each(log::log_outage);
    network
}

/// Returns the answer that a verb got since the last poll of the source, if one is kept, so that no second request is needed.
/// A kept 304 (Not Modified) is not returned if the whole document must be read anew.
async fn kept_answer(
    shared: &PollerShared,
    due: &DueSource,
    now: Timestamp,
) -> Result<Option<FetchOutcome>, StoreError> {
    let Location::Http(url) = &due.source.location else { return Ok(None) };
    let kept = shared.store.take_answer(url, due.state.polled_at, now).await?;
    let is_needed_whole = due.state.validators.is_empty();
    let is_unchanged = |outcome: &FetchOutcome| matches!(outcome, FetchOutcome::NotModified { .. });
    Ok(kept.map(|answer| answer.outcome).filter(|outcome| !(is_needed_whole && is_unchanged(outcome))))
}

/// Returns whether an answer is kept for a source, so that its poll sends no request.
pub(super) async fn has_kept_answer(
    shared: &PollerShared,
    source: &Source,
    polled_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Location::Http(url) = &source.location else { return Ok(false) };
    shared.store.has_kept_answer(url, polled_at, now).await
}

/// Decides what follows from an outcome, and records it. Also returns how the state of the source changed.
async fn decide_and_record(
    shared: &PollerShared,
    settings: &Settings,
    due: &DueSource,
    outcome: FetchOutcome<BodyOutcome>,
    context: &PollContext<'_>,
) -> Result<(PollReport, SourceChange), StoreError> {
    let record = decide(due, outcome, context);
    if let Some(pause) = &record.pause {
        settings.limits.pauses().add(&pause.domain, pause.until, context.now);
    }
    let state_change = SourceChange::between(&due.state, &record.state);
    let mut report = PollReport::of(due, &record);
    let change = SubscriptionChange::after_poll(due, &record.state, settings.base_url.as_ref());
    report.receipt = shared.store.record_poll(record).await?;
    hubs::store_change(change, shared, settings, due, context.now).await?;
    Ok((report, state_change))
}

/// Records a failure because the store refused what this poll read, or could not read what it holds of the source. The source
/// is polled again later, as after any failure, and its status says why.
async fn record_refusal(
    shared: &PollerShared,
    settings: &Settings,
    due: &DueSource,
    error: &StoreError,
    (asked_at, now): (Timestamp, Timestamp),
) -> Result<PollReport, StoreError> {
    let failure = Failure {
        kind: FailureKind::Malformed,
        message: format!("riverd can't store what it read: {error}"),
        hint: error.hint(),
        origin: FailureOrigin::Elsewhere,
    };
    let outcome = FetchOutcome::Failed { status: None, failure, freshness: Freshness::default() };
    let context = context_of(settings, due, asked_at, now);
    let record = decide(due, outcome, &context);
    let mut report = PollReport::of(due, &record);
    let change = SourceChange::between(&due.state, &record.state);
    shared.store.record_poll(record).await?;
    report.duration = now.since(asked_at);
    log::log(&report, &change);
    Ok(report)
}

/// What the first request of a poll brought.
struct FirstAnswer<'a> {
    first: &'a FirstRequest,
    request: Request<'a>,
    outcome: FetchOutcome<BodyOutcome>,
    /// The slot of its body, if the body was read.
    slot: DocumentSlot,
    network: NetworkState,
    /// When the answer had arrived.
    now: Timestamp,
}

/// Sends one more request in the same poll if the first answer calls for it. If the document once named a new address, and
/// that address has no document, the request goes to the address in feeds.toml. In other cases it goes to the same address,
/// without conditions. Returns the outcome that counts, with the slot of its body.
async fn ask_once_more(
    shared: &PollerShared,
    (settings, permit): (&Settings, &mut RequestPermit),
    due: &mut DueSource,
    answer: FirstAnswer<'_>,
) -> Result<(FetchOutcome<BodyOutcome>, DocumentSlot), StoreError> {
    let FirstAnswer { first, request, mut outcome, mut slot, network, now } = answer;
    if network == NetworkState::Up && give_up_untested(due, &outcome) {
        drop(slot);
        let own = Request { address: &due.address(), validators: &Validators::default(), ..request };
        let asked = (own, SecondRequest::SameTypes);
        return ask_again(shared, (settings, permit), due, asked, now).await;
    }
    let shown;
    if let Some(second) = conditions::second_request(&due.state, first, &outcome, request.now) {
        // While this poll waits for a second answer, other documents can be read.
        drop(slot);
        let plain = Request { validators: &Validators::default(), ..request };
        let (second, taken) = ask_again(shared, (settings, permit), due, (plain, second), now).await?;
        slot = taken;
        shown = conditions::note_second_request(&mut due.state, &second, now);
        outcome = conditions::outcome_that_counts(outcome, second);
    } else {
        shown = conditions::note_only_request(&mut due.state, first, &outcome, request.now);
    }
    if let Some(shown) = shown {
        shared.store.note_conditions(request.address, due.id, shown, now).await?;
    }
    Ok((outcome, slot))
}

/// Sends one more request in a poll, and reads what it brings. Also returns the slot of its body.
async fn ask_again(
    shared: &PollerShared,
    (settings, permit): (&Settings, &mut RequestPermit),
    due: &DueSource,
    (request, second): (Request<'_>, SecondRequest),
    now: Timestamp,
) -> Result<(FetchOutcome<BodyOutcome>, DocumentSlot), StoreError> {
    let mut slot = None;
    let answer = fetch_again((&settings.fetcher, &settings.limits), request, permit, second).await;
    let read = read_body(shared, (settings, &mut slot), due, answer, now).await?;
    permit.forget_body();
    Ok((read, slot))
}

/// Notes a recorded poll that got no answer. Once riverd's own network is known to be down, earlier polls that failed without
/// an answer are decided again, as part of the outage.
async fn revise_failures(
    shared: &PollerShared,
    settings: &Settings,
    failed_poll: UnconfirmedFailure,
) -> Result<(), StoreError> {
    let unconfirmed = shared.outage_detector().recorded(failed_poll);
    if !unconfirmed.is_empty() {
        debug!(
            polls = unconfirmed.len(),
            "riverd's own network seems down: earlier failed polls do not count as failures"
        );
    }
    decide_again(shared, settings, unconfirmed, NetworkState::Down).await
}

/// Some failed polls were counted as part of an outage, although other sites have answered since
/// ([`crate::policy::outage::OutageDetector::refuted`]). Decides these polls again, as failures of their sources.
pub(super) async fn count_excused_failures(
    shared: &PollerShared,
    settings: &Settings,
) -> Result<(), StoreError> {
    let refuted = shared.outage_detector().refuted();
    decide_again(shared, settings, refuted, NetworkState::Up).await
}

/// Replaces the records of failed polls, now that it is known whether riverd's own network works.
async fn decide_again(
    shared: &PollerShared,
    settings: &Settings,
    failed: Vec<UnconfirmedFailure>,
    network: NetworkState,
) -> Result<(), StoreError> {
    for UnconfirmedFailure { due, failure, asked_at, now, .. } in failed {
        let context = PollContext {
            asked_at,
            now,
            server_time: now.since(asked_at),
            jitter: fastrand::f64(),
            network,
            paused_until: None,
            configured: &settings.addresses,
        };
        let outcome = FetchOutcome::Failed { status: None, failure, freshness: Freshness::default() };
        shared.store.revise_poll(decide(&due, outcome, &context)).await?;
    }
    Ok(())
}

/// Reads the body of an outcome, if it has one. First waits until there is memory for it, and puts the permit into `slot`. A
/// body with the hash of the one that was read last is not read again.
async fn read_body(
    shared: &PollerShared,
    (settings, slot): (&Settings, &mut DocumentSlot),
    due: &DueSource,
    outcome: FetchOutcome<Bytes>,
    now: Timestamp,
) -> Result<FetchOutcome<BodyOutcome>, StoreError> {
    let fetched = match outcome.split() {
        Ok(fetched) => fetched,
        Err(bodiless) => return Ok(bodiless),
    };
    let body_hash = read::hash(&fetched.body);
    if due.state.body_hash == Some(body_hash) {
        return Ok(FetchOutcome::Fresh(Box::new(fetched.with_body(BodyOutcome::Known))));
    }
    *slot = shared.body_readers.acquire(fetched.body.len()).await;
    let known_entries = shared.store.known_entries(due.id).await?;
    let without_body = fetched.clone().with_body(());
    let tracking = settings.tracking.clone();
    let job = ReadJob { due: due.clone(), fetched, body_hash, known_entries, tracking, now };
    let reading = shared.body_readers.run(move || job.read()).await;
    let reading = reading.unwrap_or_else(|panic| BodyOutcome::Unreadable(read::panic_failure(&panic)));
    Ok(FetchOutcome::Fresh(Box::new(without_body.with_body(reading))))
}

impl PollReport {
    /// Creates the report of a record that is about to be written.
    fn of(due: &DueSource, record: &PollRecord) -> Self {
        let (outcome, failure) = match &record.verdict {
            PollVerdict::Fresh(_) => (PollOutcome::NewBody, None),
            PollVerdict::Unchanged => (PollOutcome::Unchanged, None),
            PollVerdict::Throttled(failure) => (PollOutcome::Throttled, Some(failure.clone())),
            PollVerdict::Failed(failure) => (PollOutcome::Failed, Some(failure.clone())),
            PollVerdict::Gone(failure) => (PollOutcome::Gone, Some(failure.clone())),
        };
        Self {
            name: due.source.name.clone(),
            location: due.source.location.clone(),
            outcome,
            not_polled: None,
            status: record.status,
            receipt: PollReceipt::default(),
            failure,
            next: Some(record.next),
            failures: record.state.failures,
            duration: Duration::ZERO,
        }
    }
}
