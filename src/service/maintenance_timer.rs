//! Sends a message when maintenance is due by the wall clock.
//!
//! `tokio-cron-scheduler` fires at a precomputed time of the wall clock. That suits "daily at 04:00", but not what must
//! go on whatever the clock says: if the clock is set back by an hour, nothing fires for an hour. Polls therefore
//! follow the daemon's own ticks on the monotonic clock, and the daemon plans maintenance again if the wall clock was
//! set back. Each run is a job of its own, for one moment computed here. A job with a cron expression would keep the
//! offset that the time zone had when the job was added, and run an hour off after a change to or from summer time.

use chrono::Local;
use croner::Cron;
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use crate::time::Timestamp;

/// A running scheduler with at most one job.
pub(super) struct MaintenanceTimer {
    scheduler: JobScheduler,
    due_sender: mpsc::Sender<()>,
    planned_run: Option<PlannedRun>,
}

/// The next run of maintenance.
struct PlannedRun {
    job: Job,
    /// When the run was planned.
    planned_at: Timestamp,
}

impl MaintenanceTimer {
    /// Starts a timer without a planned run. The receiver gets a message whenever maintenance is due.
    pub(super) async fn start() -> Result<(Self, mpsc::Receiver<()>), JobSchedulerError> {
        let scheduler = JobScheduler::new().await?;
        scheduler.start().await?;
        let (due_sender, due_receiver) = mpsc::channel(1);
        Ok((Self { scheduler, due_sender, planned_run: None }, due_receiver))
    }

    /// Plans the next time of `schedule` after `now`, in local time, instead of the previous plan.
    pub(super) async fn plan(&mut self, schedule: &Cron, now: Timestamp) -> Result<(), JobSchedulerError> {
        if let Some(previous) = self.planned_run.take() {
            self.scheduler.remove(&previous.job.guid()).await?;
        }
        let Some(at) = next_time(schedule, now) else { return Ok(()) };
        let due_sender = self.due_sender.clone();
        let job = Job::new_one_shot(at.since(now), move |_, _| {
            // If a message already waits, another one is not needed.
            if let Err(mpsc::error::TrySendError::Closed(())) = due_sender.try_send(()) {
                tracing::warn!("maintenance is due after the stop");
            }
        })?;
        self.scheduler.add(job.clone()).await?;
        self.planned_run = Some(PlannedRun { job, planned_at: now });
        Ok(())
    }

    /// Forgets the planned run after it fired. The scheduler has removed its job.
    pub(super) fn forget_fired_run(&mut self) {
        self.planned_run = None;
    }

    /// Returns whether the clock was set back to a time before the run was planned. The schedule may then have an earlier time.
    pub(super) fn clock_was_set_back(&self, now: Timestamp) -> bool {
        self.planned_run.as_ref().is_some_and(|run| run.planned_at > now)
    }

    /// Stops the timer. It sends no messages after this.
    pub(super) async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the maintenance timer did not stop cleanly");
        }
    }
}

/// Returns the next time of `schedule` after `now`. Returns `None` if there is none, but the check of feeds.toml rejects such a
/// schedule.
fn next_time(schedule: &Cron, now: Timestamp) -> Option<Timestamp> {
    let local = now.to_utc().with_timezone(&Local);
    let next = schedule.find_next_occurrence(&local, false).ok()?;
    Some(Timestamp::from_unix(next.timestamp()))
}
