//! One poll, from the request to the record. Each poll ends in exactly one record.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;
use tracing::debug;

use super::hubs;
use super::log::{self, SourceChange};
use super::read::{self, ReadJob};
use super::{PollOutcome, PollReport, PollerShared, Settings};
use crate::fetch::{Request, RequestPermit};
use crate::model::{DueSource, FetchOutcome, Freshness, PollReceipt, PollRecord, PollVerdict, Validators};
use crate::policy::conditions;
use crate::policy::decide::{BodyOutcome, NetworkState, PollContext, decide};
use crate::policy::outage::{UnconfirmedFailure, network_failure};
use crate::policy::websub::SubscriptionChange;
use crate::store::StoreError;
use crate::time::Timestamp;

/// Polls `due` and records the result. `asked_at` is the present time.
///
/// Fails only if the store fails. Then nothing is recorded, and the source is due again when its claim expires.
pub(super) async fn poll(
    shared: &PollerShared,
    settings: &Settings,
    due: DueSource,
    permit: &mut RequestPermit,
    asked_at: Timestamp,
) -> Result<PollReport, StoreError> {
    let started = Instant::now();
    let mut due = due;
    let source = Arc::clone(&due.source);
    let own_address = due.address();
    let validators = conditions::validators_to_send(&due.state, asked_at);
    let request = Request { source: &source, address: &own_address, validators: &validators, now: asked_at };
    let outcome = settings.fetcher.fetch_with_permit(request, permit).await;
    let now = asked_at.saturating_add(started.elapsed());
    let mut outcome = outcome;
    if due.checks_move() && outcome.is_failure() {
        // The old address of a source that moved may end one day. The new one counts then.
        due.use_adopted_address(now);
        outcome = fetch_again(settings, Request { address: &due.address(), ..request }, permit).await;
    }
    let address = due.address();
    let request = Request { address: &address, ..request };
    let failure = network_failure(&outcome).cloned();
    let network = {
        let mut detector = shared.outage_detector();
        let network = detector.observe(&due, &outcome);
        detector.take_changes().into_iter().for_each(log::log_outage);
        network
    };
    let mut outcome = read_body(shared, settings, &due, outcome, now).await?;
    if conditions::may_have_hurt(&due, &validators, &outcome) {
        let plain = Request { validators: &Validators::default(), ..request };
        let second = fetch_again(settings, plain, permit).await;
        let second = read_body(shared, settings, &due, second, now).await?;
        conditions::note(&mut due.state, &second, now);
        outcome = conditions::outcome_that_counts(outcome, second);
    }
    let now = asked_at.saturating_add(started.elapsed());
    let pauses = settings.limits.pauses();
    let paused_until = pauses.until(&address, now);
    let configured = &settings.addresses;
    let context = PollContext { asked_at, now, jitter: fastrand::f64(), network, paused_until, configured };
    let record = decide(&due, outcome, &context);
    if let Some(pause) = &record.pause {
        pauses.add(&pause.domain, pause.until, now);
    }
    let state_change = SourceChange::between(&due.state, &record.state);
    let mut report = PollReport::of(&due, &record);
    let change = SubscriptionChange::after_poll(&due, &record.state, settings.base_url.as_ref());
    report.receipt = shared.store.record_poll(record).await?;
    hubs::store_change(change, shared, settings, &due, now).await?;
    if let Some(failure) = failure {
        revise_failures(shared, settings, UnconfirmedFailure { due, failure, asked_at, now, network })
            .await?;
    }
    report.duration = started.elapsed();
    log::log(&report, &state_change);
    Ok(report)
}

/// Sends one more request in a poll, after the gap between two requests to its host.
async fn fetch_again(
    settings: &Settings,
    request: Request<'_>,
    permit: &mut RequestPermit,
) -> FetchOutcome<Bytes> {
    *permit = settings.limits.queue_again(permit, request.address);
    permit.begin().await;
    settings.fetcher.fetch_with_permit(request, permit).await
}

/// Notes a recorded poll that got no answer. Once our own network is known to be down, the polls that failed before this was
/// known are decided again, as part of the outage.
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
    for UnconfirmedFailure { due, failure, asked_at, now, .. } in unconfirmed {
        let context = PollContext {
            asked_at,
            now,
            jitter: fastrand::f64(),
            network: NetworkState::Down,
            paused_until: None,
            configured: &settings.addresses,
        };
        let outcome = FetchOutcome::Failed { status: None, failure, freshness: Freshness::default() };
        shared.store.revise_poll(decide(&due, outcome, &context)).await?;
    }
    Ok(())
}

/// Reads the body of an outcome, if it has one. A body that was read before is not read again.
async fn read_body(
    shared: &PollerShared,
    settings: &Settings,
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
    let known_keys = shared.store.known_keys(due.id).await?;
    let without_body = fetched.clone().with_body(());
    let tracking = settings.tracking.clone();
    let job = ReadJob { due: due.clone(), fetched, body_hash, known_keys, tracking, now };
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
            url: due.source.location.to_string(),
            outcome,
            status: record.status,
            receipt: PollReceipt::default(),
            failure,
            next: Some(record.next),
            failures: record.state.failures,
            duration: std::time::Duration::ZERO,
        }
    }
}
