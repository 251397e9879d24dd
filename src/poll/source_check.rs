//! Checks sources online for `check --online`: fetches each once (twice if the first answer is an unexplained web page), within
//! the limits of polling, and stores nothing.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::read::{self, BodyReaders};
use crate::config::Config;
use crate::document::PriorKnowledge;
use crate::fetch::{FetchSetupError, Fetcher, Limits, Request, RequestPermit};
use crate::model::{
    EarlierAnswer, Failure, FailureKind, FailureOrigin, FeedFormat, FetchOutcome, Fetched, Location, Source,
    Validators,
};
use crate::policy::conditions;
use crate::policy::decide::{pause_of_answer, paused_by_answer};
use crate::time::Timestamp;

/// The result of checking one source.
#[derive(Clone, Debug)]
pub struct SourceCheck {
    /// The source that was checked.
    pub source: Arc<Source>,
    /// Summary of the feed, or why there is none. `None` if no request was sent, because the server asked for a pause.
    pub result: Option<Result<FeedSummary, Failure>>,
    /// The answer, if it is a feed, asks for a pause, or says that a rate limit is used up. The next poll may use it.
    pub answer: Option<EarlierAnswer>,
}

/// A short description of a feed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FeedSummary {
    /// Format of the document.
    pub format: FeedFormat,
    /// Title of the feed, as plain text.
    pub title: Option<String>,
    /// Number of entries.
    pub entries: usize,
    /// Newest date of an entry.
    pub newest: Option<Timestamp>,
    /// Names of the defects that were repaired in reading.
    pub repairs: Vec<&'static str>,
}

/// Checks each enabled source of `config` that is not paused, and calls `report` for each enabled source. Requests to one host
/// are sent one after the other, and all limits of polling hold: `limits` has the pauses that are known, and gets those that
/// are asked for now.
pub async fn check_sources(
    config: &Config,
    limits: &Limits,
    is_paused: impl Fn(&Source) -> bool + Send + Sync,
    report: impl Fn(SourceCheck) + Send + Sync,
) -> Result<(), FetchSetupError> {
    let fetcher = Fetcher::new(config)?;
    let body_readers = BodyReaders::new();
    let queues = group_by_host(config.sources.iter().filter(|source| source.enabled));
    stream::iter(queues)
        .for_each_concurrent(None, |queue| async {
            for source in queue {
                let domain_pause = limits.pauses().until(&source.location, Timestamp::now());
                if is_paused(&source) || domain_pause.is_some() {
                    report(SourceCheck { source, result: None, answer: None });
                    continue;
                }
                let mut permit = limits.queue(&source.location);
                permit.begin().await;
                let checked = check_one((&fetcher, limits), &body_readers, source, &mut permit).await;
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
    permit: &mut RequestPermit,
) -> SourceCheck {
    let (validators, asked_at) = (Validators::default(), Timestamp::now());
    let request =
        Request { source: &source, address: &source.location, validators: &validators, now: asked_at };
    let mut outcome = fetcher.fetch_with_permit(request, permit).await;
    let mut result = summary_of(body_readers, &outcome, asked_at).await;
    if let (FetchOutcome::Fresh(page), Err(failure)) = (&outcome, &result)
        && conditions::is_unexplained_page(page, failure)
    {
        // Some servers give their page to each client that names `text/html`.
        *permit = limits.queue_again(permit, &source.location);
        permit.begin().await;
        let second = fetcher.fetch_only_feed_with_permit(request, permit).await;
        if let Ok(summary) = summary_of(body_readers, &second, asked_at).await {
            (outcome, result) = (second, Ok(summary));
        }
    }
    let answer = match &source.location {
        Location::Http(url) => Some(EarlierAnswer { url: url.clone(), asked_at, outcome }),
        Location::File(_) => None,
    };
    let answer = answer.filter(|answer| result.is_ok() || paused_by_answer(answer, asked_at).is_some());
    SourceCheck { source, result: Some(result), answer }
}

/// Describes the feed of an answer, or says why there is none.
async fn summary_of(
    body_readers: &BodyReaders,
    outcome: &FetchOutcome,
    now: Timestamp,
) -> Result<FeedSummary, Failure> {
    match outcome {
        FetchOutcome::Fresh(fetched) => summarise(body_readers, (**fetched).clone(), now).await,
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
        format: feed.format,
        title: feed.title,
        entries: feed.entries.len(),
        newest: feed.entries.iter().filter_map(|entry| entry.published.max(entry.updated)).max(),
        repairs: feed.defects.iter().map(|defect| defect.name).collect(),
    })
}
