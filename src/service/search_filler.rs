//! Keeps the full-text index complete. It works between the polls, and at most half of the time. If it has had nothing to do
//! for a while, nothing new was stored, so it frees the memory that storing takes.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::policy::repeated_failure::RepeatedFailure;
use crate::publish::Publisher;
use crate::store::{Store, StoreError};

/// How often to look for articles that the index lacks. If there are none, a look costs a few indexed reads.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);
/// After this many looks in a row that found nothing, the memory for storing is freed. They take half a minute.
const QUIET_LOOKS: u32 = 15;
/// Pause after an error, such as a full disk, and the longest pause after several in a row.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_mins(1);
const LONGEST_PAUSE_AFTER_FAILURE: Duration = Duration::from_mins(5);
/// How often the publisher is notified of the progress while the index is being filled, so that searches find new articles.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// Fills the full-text index whenever articles are new, changed or deleted, until `stop` is cancelled.
pub(super) async fn fill_until(store: Store, publisher: Publisher, stop: CancellationToken) {
    stop.run_until_cancelled(async {
        let mut quiet_looks = 0;
        let mut failure = RepeatedFailure::new(PAUSE_AFTER_FAILURE, LONGEST_PAUSE_AFTER_FAILURE);
        loop {
            match look(&store, &publisher, &mut quiet_looks).await {
                Ok(()) => {
                    if failure.succeeded() {
                        tracing::info!("the search index can be filled again");
                    }
                    sleep(LOOK_INTERVAL).await;
                }
                Err(error) => {
                    let step = failure.failed(error.to_string());
                    if step.is_news {
                        tracing::error!(%error, "can't fill the search index: it is tried again until it succeeds");
                    }
                    sleep(step.pause).await;
                }
            }
        }
    })
    .await;
}

async fn look(store: &Store, publisher: &Publisher, quiet_looks: &mut u32) -> Result<(), StoreError> {
    *quiet_looks = if fill(store, publisher).await? { 0 } else { quiet_looks.saturating_add(1) };
    if *quiet_looks == QUIET_LOOKS {
        store.free_cache().await?;
    }
    Ok(())
}

/// Fills the index until it is complete. Returns whether anything was missing.
async fn fill(store: &Store, publisher: &Publisher) -> Result<bool, StoreError> {
    let mut was_complete = true;
    let mut reported_at = Instant::now();
    let mut is_reported = true;
    loop {
        let started = Instant::now();
        let filled = store.fill_search_index().await?;
        is_reported &= filled == 0;
        if !is_reported && (filled == 0 || reported_at.elapsed() > REPORT_INTERVAL) {
            publisher.note_search_index_changed();
            (reported_at, is_reported) = (Instant::now(), true);
        }
        if filled == 0 {
            return Ok(!was_complete);
        }
        was_complete = false;
        // Polls and readers get the other half of the time.
        sleep(started.elapsed()).await;
    }
}
