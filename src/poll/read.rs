//! Reads bodies on tokio's blocking pool and turns their entries into articles. If the reader panics, the poll fails.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::article::feed_info::feed_info;
use crate::article::identity::KnownEntries;
use crate::article::normalize::{self, EntryLimits, NormalizeContext, NormalizedFeed};
use crate::document::{FeedLink, PageLinks, ParseError, PriorKnowledge, RawDocument, parse_with};
use crate::model::{Article, DueSource, Failure, FailureKind, FailureOrigin, Fetched, ParsedFeed, StandIn};
use crate::policy::decide::{BodyOutcome, ReadDocument};
use crate::text::panics::panic_message;
use crate::text::url::TrackingParameters;
use crate::time::Timestamp;

/// Version of the code that reads bodies. It is changed whenever reading gives other results, so that after an upgrade each
/// body is read once more.
const READER_VERSION: u64 = 3;

/// Returns a hash of a body. If the last body of the source had the same hash, this body need not be read.
pub(super) fn hash(body: &[u8]) -> u64 {
    xxh3_64_with_seed(body, READER_VERSION)
}

/// Bodies of more than this many bytes are large.
const LARGE: usize = 1 << 20;

/// How many KiB of small bodies are processed at once. A body is being processed while it is read and until it is stored.
const SMALL_KIB: usize = 3 << 10;

/// Limits how many bodies are processed at once, because a document needs about ten times the memory of its body until
/// it is stored. Large bodies are processed one at a time, and small ones do not wait for them.
#[derive(Clone, Debug)]
pub(super) struct BodyReaders {
    /// One permit for each core: reading only computes, so more bodies at once would not be read faster.
    cores: Arc<Semaphore>,
    /// One permit for each KiB of small bodies.
    small: Arc<Semaphore>,
    /// One permit, for a large body.
    large: Arc<Semaphore>,
}

/// The permit to process one document. It is held until the document is stored.
pub(super) type DocumentSlot = Option<OwnedSemaphorePermit>;

impl BodyReaders {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            cores: Arc::new(Semaphore::new(cores)),
            small: Arc::new(Semaphore::new(SMALL_KIB)),
            large: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits until a body of this size may be processed.
    pub(super) async fn acquire(&self, bytes: usize) -> DocumentSlot {
        // These fail only if a semaphore is closed, which never happens.
        if bytes > LARGE {
            Arc::clone(&self.large).acquire_owned().await.ok()
        } else {
            let kibibytes = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
            Arc::clone(&self.small).acquire_many_owned(kibibytes).await.ok()
        }
    }

    /// Creates readers that read one body at a time.
    pub(super) fn one_at_a_time() -> Self {
        Self { cores: Arc::new(Semaphore::new(1)), ..Self::new() }
    }

    /// Runs `work` on the blocking pool. If it panics, the error is the message of the panic.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, String>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        // This fails only if the semaphore is closed, which never happens.
        let _slot = self.cores.acquire().await.map_err(|_| "the reader is closed".to_owned())?;
        tokio::task::spawn_blocking(work).await.map_err(|error| match error.try_into_panic() {
            Ok(panic) => panic_message(panic.as_ref()).to_owned(),
            Err(error) => error.to_string(),
        })
    }
}

/// Returns the failure of a poll whose reader panicked with `message`.
pub(super) fn panic_failure(message: &str) -> Failure {
    Failure {
        kind: FailureKind::Malformed,
        message: format!("riverd crashed while reading the document: {message}"),
        hint: Some(
            "please report this bug with the address of the feed; other sources are not affected".to_owned(),
        ),
        origin: FailureOrigin::Elsewhere,
    }
}

/// A body to be read, with everything that reading needs. It owns its data, because it moves to another thread.
#[derive(Debug)]
pub(super) struct ReadJob {
    pub(super) due: DueSource,
    pub(super) fetched: Fetched<Bytes>,
    pub(super) body_hash: u64,
    pub(super) known_entries: KnownEntries,
    pub(super) tracking: Arc<TrackingParameters>,
    pub(super) now: Timestamp,
}

impl ReadJob {
    /// Reads the body and turns its entries into articles.
    pub(super) fn read(mut self) -> BodyOutcome {
        let settled = self.due.state.hints.settled.clone();
        let prior = PriorKnowledge { now: Some(self.now), settled };
        let feed = read_document(&self.fetched, &prior);
        // Otherwise a long body would stay in memory until the articles are made.
        self.fetched.body = Bytes::new();
        match feed {
            Ok(feed) => BodyOutcome::Read(Box::new(self.normalize(feed))),
            Err(failure) => BodyOutcome::Unreadable(failure),
        }
    }

    fn normalize(&self, feed: ParsedFeed) -> ReadDocument {
        let info = feed_info(&feed);
        let stated_at = feed.updated.filter(|at| normalize::is_date(*at));
        let mut hints = feed.hints.clone();
        // WebSub 1.0 §4: what the Link headers say comes before what the document says.
        if !self.fetched.links.hubs.is_empty() {
            hints.hubs.clone_from(&self.fetched.links.hubs);
        }
        hints.self_link = self.fetched.links.self_link.clone().or(hints.self_link);
        let context = NormalizeContext {
            limits: EntryLimits {
                max_entries: self.due.source.max_entries,
                max_age: self.due.source.max_age,
            },
            url: self.fetched.final_url.as_ref(),
            identity: self.due.state.identity,
            known: &self.known_entries,
            tracking: &self.tracking,
            now: self.now,
        };
        let NormalizedFeed { articles, identity, left_out, settled, defects } =
            normalize::normalize(feed, &context);
        hints.settled = settled;
        let known_keys: HashSet<_> = self.known_entries.keys().collect();
        let is_new = |article: &&Article| !known_keys.contains(&article.key);
        let new = articles.iter().filter(is_new).map(|article| article.published_at).collect();
        ReadDocument {
            body_hash: self.body_hash,
            feed: info,
            hints,
            identity,
            stated_at,
            articles,
            new,
            left_out,
            defects,
        }
    }
}

/// Parses a body. If the body is a page that was sent in place of the document (a challenge, a login form, a request for
/// cookies), the failure says so. `prior` is what is known of its source.
pub(crate) fn read_document(fetched: &Fetched<Bytes>, prior: &PriorKnowledge) -> Result<ParsedFeed, Failure> {
    let document = RawDocument {
        body: &fetched.body,
        content_type: fetched.content_type.as_deref(),
        url: fetched.final_url.as_ref(),
    };
    parse_with(document, prior).map_err(|error| explain(&with_announced(error, fetched), fetched.stand_in))
}

/// Adds the feeds that the `Link` headers of a page announce to those that the page itself names.
fn with_announced(error: ParseError, fetched: &Fetched<Bytes>) -> ParseError {
    match error {
        ParseError::WebPage(page) => {
            let by_header = fetched.links.feeds.iter().map(|(url, title)| FeedLink {
                url: url.clone(),
                title: title.clone(),
                announced: true,
            });
            let mut all: Vec<FeedLink> = by_header.collect();
            all.extend(
                page.feeds
                    .into_iter()
                    .filter(|feed| fetched.links.feeds.iter().all(|(url, _)| *url != feed.url)),
            );
            let refresh = page.refresh.or_else(|| fetched.refresh.clone());
            ParseError::WebPage(PageLinks { feeds: all, refresh, ..page })
        }
        other => other,
    }
}

fn explain(error: &ParseError, stand_in: Option<StandIn>) -> Failure {
    if let (ParseError::WebPage(_), Some(page)) = (error, stand_in) {
        return page.failure();
    }
    let kind = match error {
        ParseError::WebPage(_) | ParseError::Empty | ParseError::NotAFeed { .. } => FailureKind::NotAFeed,
        ParseError::Malformed { .. } | ParseError::EntriesLost { .. } => FailureKind::Malformed,
        ParseError::TooLarge { .. } => FailureKind::TooLarge,
    };
    Failure { kind, message: error.to_string(), hint: Some(error.hint()), origin: FailureOrigin::Elsewhere }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_reader_that_panics_fails_the_poll_with_a_message_and_a_hint() {
        let outcome =
            BodyReaders::new().run(|| -> BodyOutcome { panic!("index out of bounds on purpose") }).await;
        let Err(message) = outcome else { panic!("the panic got lost") };
        let failure = panic_failure(&message);
        assert_eq!(failure.kind, FailureKind::Malformed);
        assert!(failure.message.contains("index out of bounds on purpose"), "{}", failure.message);
        assert!(failure.hint.is_some());
    }

    #[tokio::test]
    async fn large_documents_are_processed_one_at_a_time_and_small_ones_do_not_wait_for_them() {
        let readers = BodyReaders::new();
        let large = readers.acquire(50 * LARGE).await;
        assert!(
            readers.acquire(LARGE + 1).now_or_never().is_none(),
            "two large documents are processed at once"
        );
        let small: Vec<DocumentSlot> = readers.acquire(LARGE / 2).now_or_never().into_iter().collect();
        assert_eq!(small.len(), 1, "a small document waits for a large one");
        drop(large);
        assert!(readers.acquire(LARGE + 1).now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_panic_frees_its_place() {
        let body_readers = BodyReaders { cores: Arc::new(Semaphore::new(1)), ..BodyReaders::new() };
        for _ in 0..3 {
            assert!(body_readers.run(|| panic!("again")).await.is_err());
        }
        assert_eq!(body_readers.run(|| 7).await, Ok(7));
    }
}
