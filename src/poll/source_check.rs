//! Checks sources online for `check --online`: asks for each as a poll would, with its validators, within the limits of
//! polling, and stores nothing.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::read::{self, BodyReaders};
use super::two_requests::{fetch_again, fetch_first};
use crate::config::Config;
use crate::document::PriorKnowledge;
use crate::fetch::{FetchSetupError, Fetcher, Limits, Request, RequestPermit};
use crate::model::{
    EarlierAnswer, Failure, FailureKind, FailureOrigin, FeedFormat, FetchOutcome, Fetched, Location, Source,
    SourceState, Validators,
};
use crate::policy::conditions;
use crate::policy::decide::{BodyOutcome, pause_of_answer};
use crate::policy::schedule;
use crate::time::Timestamp;

/// The result of checking one source.
#[derive(Clone, Debug)]
pub struct SourceCheck {
    /// The source that was checked.
    pub source: Arc<Source>,
    /// Summary of the feed, or why there is none. `None` if no request was sent, because the server asked for a pause.
    pub result: Option<Result<FeedSummary, Failure>>,
    /// The answer of the server, if it gave one. The next poll may use it.
    pub answer: Option<EarlierAnswer>,
}

/// What the store knows of a source before it is checked.
#[derive(Clone, Debug)]
pub struct KnownSource {
    /// What past polls found out about it.
    pub state: SourceState,
    /// The address of its next request.
    pub address: Location,
    /// Whether its server gets plain requests only.
    pub is_server_plain: bool,
    /// Whether its server asked for a pause that is not over.
    pub is_paused: bool,
    /// What another verb got from its server less than a minute ago.
    pub just_got: Option<FetchOutcome>,
}

/// A short description of a feed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FeedSummary {
    /// Format of the document. `None` if it was not read now, because nothing has changed since the last poll or that poll was
    /// less than a minute ago.
    pub format: Option<FeedFormat>,
    /// Title of the feed, as plain text.
    pub title: Option<String>,
    /// Number of entries.
    pub entries: usize,
    /// Newest date of an entry. `None` if no entry has a date, or if the document was not read now.
    pub newest: Option<Timestamp>,
    /// Names of the defects that were repaired in reading.
    pub repairs: Vec<&'static str>,
    /// Why the document was not read now, in words.
    #[serde(skip)]
    pub unread: Option<&'static str>,
}

impl FeedSummary {
    /// Describes the document that the last poll read.
    fn of_last_poll(state: &SourceState, unread: &'static str) -> Self {
        Self {
            format: None,
            title: state.feed.title.clone(),
            entries: state.window.listed as usize,
            newest: None,
            repairs: Vec::new(),
            unread: Some(unread),
        }
    }
}

/// Checks each enabled source of `config` that is not paused, and calls `report` for each enabled source. Requests to one host
/// are sent one after the other, and all limits of polling hold: `limits` has the pauses that are known, and gets those that
/// are asked for now. `known` says what the store knows of a source. A source on a public host that was polled less than a
/// minute ago is not asked; what that poll found is reported.
pub async fn check_sources(
    config: &Config,
    limits: &Limits,
    known: impl Fn(&Source) -> KnownSource + Send + Sync,
    report: impl Fn(SourceCheck) + Send + Sync,
) -> Result<(), FetchSetupError> {
    let fetcher = Fetcher::new(config)?;
    let body_readers = BodyReaders::new();
    let queues = group_by_host(config.sources.iter().filter(|source| source.enabled));
    stream::iter(queues)
        .for_each_concurrent(None, |queue| async {
            for source in queue {
                let (known, now) = (known(&source), Timestamp::now());
                let domain_pause = limits.pauses().until(&known.address, now);
                if known.is_paused || domain_pause.is_some() {
                    report(SourceCheck { source, result: None, answer: None });
                    continue;
                }
                if let Some(result) = result_without_request(&body_readers, &source, &known, now).await {
                    report(SourceCheck { source, result: Some(result), answer: None });
                    continue;
                }
                let mut permit = limits.queue(&known.address);
                permit.begin().await;
                let checked = check_one((&fetcher, limits), &body_readers, source, &known, &mut permit).await;
                let now = Timestamp::now();
                let pause = checked.answer.as_ref().and_then(|answer| pause_of_answer(answer, now));
                if let Some(pause) = pause {
                    limits.pauses().add(&pause.domain, pause.until, now);
                }
                report(checked);
            }
        })
        .await;
    Ok(())
}

/// Returns the result of a source that was asked so recently that it is not asked again.
async fn result_without_request(
    body_readers: &BodyReaders,
    source: &Source,
    known: &KnownSource,
    now: Timestamp,
) -> Option<Result<FeedSummary, Failure>> {
    if let Some(got) = &known.just_got {
        return Some(summary_of(body_readers, &known.state, got, now).await);
    }
    schedule::just_polled_until(source, known.state.polled_at, now)?;
    Some(match &known.state.last_failure {
        Some(failure) => Err(failure.clone()),
        None => Ok(FeedSummary::of_last_poll(&known.state, "polled less than a minute ago")),
    })
}

/// Groups the sources by host, in the order of feeds.toml. Each file is a group of its own.
fn group_by_host<'s>(sources: impl Iterator<Item = &'s Arc<Source>>) -> Vec<Vec<Arc<Source>>> {
    let mut queues: Vec<Vec<Arc<Source>>> = Vec::new();
    let mut hosts: HashMap<&str, usize> = HashMap::new();
    for source in sources {
        let next = queues.len();
        let queue = source.location.host().map_or(next, |host| *hosts.entry(host).or_insert(next));
        match queues.get_mut(queue) {
            Some(queue) => queue.push(Arc::clone(source)),
            None => queues.push(vec![Arc::clone(source)]),
        }
    }
    queues
}

async fn check_one(
    (fetcher, limits): (&Fetcher, &Limits),
    body_readers: &BodyReaders,
    source: Arc<Source>,
    known: &KnownSource,
    permit: &mut RequestPermit,
) -> SourceCheck {
    let (state, asked_at) = (&known.state, Timestamp::now());
    let first = conditions::first_request(state, known.is_server_plain, asked_at);
    let request =
        Request { source: &source, address: &known.address, validators: &first.validators, now: asked_at };
    let mut outcome = fetch_first(fetcher, &first, request, permit).await;
    let mut result = summary_of(body_readers, state, &outcome, asked_at).await;
    if let Some(second) = conditions::second_request(state, &first, &as_read(&outcome, &result), asked_at) {
        let plain = Request { validators: &Validators::default(), ..request };
        let answer = fetch_again((fetcher, limits), plain, permit, second).await;
        outcome = conditions::outcome_that_counts(outcome, answer);
        result = summary_of(body_readers, state, &outcome, asked_at).await;
    }
    let answer = match &source.location {
        Location::Http(url) => kept_outcome(state, outcome, &result).map(|outcome| EarlierAnswer {
            url: url.clone(),
            asked_at,
            outcome,
        }),
        Location::File(_) => None,
    };
    SourceCheck { source, result: Some(result), answer }
}

/// Returns an outcome as the decision about a second request needs it: with the result of reading its body.
fn as_read(outcome: &FetchOutcome, result: &Result<FeedSummary, Failure>) -> FetchOutcome<BodyOutcome> {
    match outcome.clone().split() {
        Ok(fetched) => {
            let failure = result.as_ref().err().cloned();
            let body = failure.map_or(BodyOutcome::Known, BodyOutcome::Unreadable);
            FetchOutcome::Fresh(Box::new(fetched.with_body(body)))
        }
        Err(bodiless) => bodiless,
    }
}

/// Returns what is kept of an outcome for the next poll; `None` if that poll has to ask anew. A body that can't be read is kept
/// as the failure that it is. A list that lost all its entries is not kept, because a poll asks once more then.
fn kept_outcome(
    state: &SourceState,
    outcome: FetchOutcome,
    result: &Result<FeedSummary, Failure>,
) -> Option<FetchOutcome> {
    match (outcome, result) {
        (FetchOutcome::Fresh(fetched), Err(failure)) => Some(FetchOutcome::Failed {
            status: fetched.status,
            failure: failure.clone(),
            freshness: fetched.freshness,
        }),
        (FetchOutcome::Fresh(_), Ok(feed)) if feed.entries == 0 && state.window.listed > 0 => None,
        (FetchOutcome::NotModified { .. }, Err(_)) | (FetchOutcome::Failed { status: None, .. }, _) => None,
        (outcome, _) => Some(outcome),
    }
}

/// Describes the feed of an answer, or says why there is none.
async fn summary_of(
    body_readers: &BodyReaders,
    state: &SourceState,
    outcome: &FetchOutcome,
    now: Timestamp,
) -> Result<FeedSummary, Failure> {
    match outcome {
        FetchOutcome::Fresh(fetched) => summarise(body_readers, (**fetched).clone(), now).await,
        FetchOutcome::NotModified { .. } if !state.validators.is_empty() => {
            Ok(FeedSummary::of_last_poll(state, "unchanged since the last poll"))
        }
        FetchOutcome::NotModified { .. } => Err(Failure {
            kind: FailureKind::Status,
            message: "the server answered 304 (Not Modified) to a request without conditions".to_owned(),
            hint: None,
            origin: FailureOrigin::Elsewhere,
        }),
        FetchOutcome::Throttled { failure, .. }
        | FetchOutcome::Gone { failure }
        | FetchOutcome::Failed { failure, .. } => Err(failure.clone()),
    }
}

/// Reads a document and describes its feed.
async fn summarise(
    body_readers: &BodyReaders,
    answer: Fetched,
    now: Timestamp,
) -> Result<FeedSummary, Failure> {
    let result = body_readers.run(move || read::read_document(&answer, &PriorKnowledge::at(now))).await;
    let feed = result.unwrap_or_else(|panic| Err(read::panic_failure(&panic)))?;
    Ok(FeedSummary {
        format: Some(feed.format),
        title: feed.title,
        entries: feed.entries.len(),
        newest: feed.entries.iter().filter_map(|entry| entry.published.max(entry.updated)).max(),
        repairs: feed.defects.iter().map(|defect| defect.name).collect(),
        unread: None,
    })
}
