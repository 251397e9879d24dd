//! Trying sources: each is asked once, under the limits of polling, and nothing is stored. What `check --online` does.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::read::{self, BodyReaders};
use crate::config::Config;
use crate::fetch::{FetchSetupError, Fetcher, Limits, Request, RequestPermit};
use crate::model::{Failure, FailureKind, FeedFormat, FetchOutcome, Source, Validators};
use crate::time::Timestamp;

/// What one source gave.
#[derive(Clone, Debug)]
pub struct SourceCheck {
    /// The source.
    pub source: Arc<Source>,
    /// The feed that is there, or why there is none. `None`: it was not asked, for its server asked for a pause that lasts.
    pub found: Option<Result<FeedSummary, Failure>>,
}

/// What is told of a feed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FeedSummary {
    /// What kind of document it is.
    pub format: FeedFormat,
    /// Plain text.
    pub title: Option<String>,
    /// How many entries it lists.
    pub entries: usize,
    /// The newest time that an entry has.
    pub newest: Option<Timestamp>,
    /// The names of what had to be repaired.
    pub repairs: Vec<&'static str>,
}

/// Tries each enabled source of `config` but those that are paused, and tells `report` as each ends. One at a time to a
/// host, with the gap of polling between them; as many at a time in all as polling would.
pub async fn try_each(
    config: &Config,
    is_paused: impl Fn(&Source) -> bool + Send + Sync,
    report: impl Fn(SourceCheck) + Send + Sync,
) -> Result<(), FetchSetupError> {
    let fetcher = Fetcher::new(config)?;
    let limits = Limits::new(&config.polling);
    let body_readers = BodyReaders::new();
    let queues = by_host(config.sources.iter().filter(|source| source.enabled));
    stream::iter(queues)
        .for_each_concurrent(None, |queue| async {
            for source in queue {
                if is_paused(&source) {
                    report(SourceCheck { source, found: None });
                    continue;
                }
                let mut permit = limits.queue(&source.location);
                permit.begin().await;
                let found = Some(try_one(&fetcher, &body_readers, &source, &mut permit).await);
                report(SourceCheck { source, found });
            }
        })
        .await;
    Ok(())
}

/// The sources of each host in file order; a file is a host of its own.
fn by_host<'s>(sources: impl Iterator<Item = &'s Arc<Source>>) -> Vec<Vec<Arc<Source>>> {
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

async fn try_one(
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
                message: "the server says that nothing changed, though it was not asked that".to_owned(),
                hint: None,
            });
        }
        FetchOutcome::Throttled { failure, .. }
        | FetchOutcome::Gone { failure }
        | FetchOutcome::Failed { failure, .. } => return Err(failure),
    };
    let read = body_readers.run(move || read::read_document(&answer)).await;
    let feed = read.unwrap_or_else(|panic| Err(read::panicked(&panic)))?;
    Ok(FeedSummary {
        format: feed.format,
        title: feed.title,
        entries: feed.entries.len(),
        newest: feed.entries.iter().filter_map(|entry| entry.published.max(entry.updated)).max(),
        repairs: feed.defects.iter().map(|defect| defect.name).collect(),
    })
}
