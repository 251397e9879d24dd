//! What belongs to the clock: the tick of the due queue, and the daily maintenance.
//!
//! `tokio-cron-scheduler` drives one tick; *when a source is due* lives in the store, where it survives a restart. One
//! job a source would not: the scheduler loses more than a third of ten thousand jobs that are due at once, and freezes
//! the offset of a time zone at the moment a job is added (both measured).

use std::pin::Pin;
use std::sync::Arc;

use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use crate::time::Timestamp;

/// Every second: a due source waits at most so long, and an idle tick costs one indexed read.
const TICK: &str = "* * * * * *";

/// The running timetable.
pub(super) struct Timetable {
    scheduler: JobScheduler,
}

impl Timetable {
    /// Calls `tick` with the time every second. A tick must not wait for what it starts.
    pub(super) async fn start<F, T>(tick: F) -> Result<Self, JobSchedulerError>
    where
        F: Fn(Timestamp) -> T + Send + Sync + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let scheduler = JobScheduler::new().await?;
        let tick = Arc::new(tick);
        let job = Job::new_async(TICK, move |_, _| -> Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(tick(Timestamp::now()))
        })?;
        scheduler.add(job).await?;
        scheduler.start().await?;
        Ok(Self { scheduler })
    }

    /// No tick begins after this.
    pub(super) async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the timetable did not stop cleanly");
        }
    }
}
