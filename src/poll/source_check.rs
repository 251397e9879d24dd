//! Checks sources online for `check --online`: fetches each once, within the limits of polling, and stores nothing.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::read::{self, BodyReaders};
use crate::config::Config;
use crate::fetch::{FetchSetupError, Fetcher, Limits, Request, RequestPermit};
use crate::model::{Failure, FailureKind, FeedFormat, FetchOutcome, Source, Validators};
use crate::time::Timestamp;

/// The result of checking one source.
#[derive(Clone, Debug)]
pub struct SourceCheck {
    /// The source that was checked.
    pub source: Arc<Source>,
    /// Summary of the feed, or why there is none. `None` if no request was sent, because the server asked for a pause.
    pub result: Option<Result<FeedSummary, Failure>>,
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
/// are sent one after the other, and all limits of polling hold.
pub async fn check_sources(
    config: &Config,
    is_paused: impl Fn(&Source) -> bool + Send + Sync,
    report: impl Fn(SourceCheck) + Send + Sync,
) -> Result<(), FetchSetupError> {
    let fetcher = Fetcher::new(config)?;
    let limits = Limits::new(&config.polling);
    let body_readers = BodyReaders::new();
    let queues = group_by_host(config.sources.iter().filter(|source| source.enabled));
    stream::iter(queues)
        .for_each_concurrent(None, |queue| async {
            for source in queue {
                if is_paused(&source) {
                    report(SourceCheck { source, result: None });
                    continue;
                }
                let mut permit = limits.queue(&source.location);
                permit.begin().await;
                let result = Some(check_one(&fetcher, &body_readers, &source, &mut permit).await);
                report(SourceCheck { source, result });
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
    fetcher: &Fetcher,
    body_readers: &BodyReaders,
    source: &Source,
    permit: &mut RequestPermit,
) -> Result<FeedSummary, Failure> {
    let validators = Validators::default();
    let request =
        Request { source, address: &source.location, validators: &validators, now: Timestamp::now() };
    let answer = match fetcher.fetch_with_permit(request, permit).await {
        FetchOutcome::Fresh(answer) => *answer,
        FetchOutcome::NotModified { .. } => {
            return Err(Failure {
                kind: FailureKind::Status,
                message: "the server answered 304 (Not Modified) to a request without conditions".to_owned(),
                hint: None,
            });
        }
        FetchOutcome::Throttled { failure, .. }
        | FetchOutcome::Gone { failure }
        | FetchOutcome::Failed { failure, .. } => return Err(failure),
    };
    let result = body_readers.run(move || read::read_document(&answer)).await;
    let feed = result.unwrap_or_else(|panic| Err(read::panic_failure(&panic)))?;
    Ok(FeedSummary {
        format: feed.format,
        title: feed.title,
        entries: feed.entries.len(),
        newest: feed.entries.iter().filter_map(|entry| entry.published.max(entry.updated)).max(),
        repairs: feed.defects.iter().map(|defect| defect.name).collect(),
    })
}
