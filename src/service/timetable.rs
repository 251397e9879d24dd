//! What belongs to the wall clock: when maintenance is due.
//!
//! `tokio-cron-scheduler` fires once the wall clock has reached a moment that it worked out before. That is right for "daily
//! at 04:00", and wrong for what must go on whatever the clock says: set back by an hour, it fires nothing for an hour. So
//! the daemon ticks by itself, on the monotonic clock, and sets this anew when the wall clock went back. One job at a time,
//! for one moment: the scheduler freezes the offset of a time zone when a job is added, and *when* is worked out here.

use chrono::Local;
use croner::Cron;
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use crate::time::Timestamp;

/// The running timetable.
pub(super) struct Timetable {
    scheduler: JobScheduler,
    due: mpsc::Sender<()>,
    planned: Option<PlannedRun>,
}

/// The next maintenance.
struct PlannedRun {
    job: Job,
    /// When it was planned.
    planned_at: Timestamp,
}

impl Timetable {
    /// A timetable with nothing on it, and where it tells that maintenance is due.
    pub(super) async fn start() -> Result<(Self, mpsc::Receiver<()>), JobSchedulerError> {
        let scheduler = JobScheduler::new().await?;
        scheduler.start().await?;
        let (due, due_receiver) = mpsc::channel(1);
        Ok((Self { scheduler, due, planned: None }, due_receiver))
    }

    /// Puts the next time of `schedule` after `now`, local time, in the place of what was planned.
    pub(super) async fn plan(&mut self, schedule: &Cron, now: Timestamp) -> Result<(), JobSchedulerError> {
        if let Some(before) = self.planned.take() {
            self.scheduler.remove(&before.job.guid()).await?;
        }
        let Some(at) = next_time(schedule, now) else { return Ok(()) };
        let due = self.due.clone();
        let job = Job::new_one_shot(at.since(now), move |_, _| {
            // One that waits to be acted on is enough.
            if let Err(mpsc::error::TrySendError::Closed(())) = due.try_send(()) {
                tracing::warn!("maintenance is due after the stop");
            }
        })?;
        self.scheduler.add(job.clone()).await?;
        self.planned = Some(PlannedRun { job, planned_at: now });
        Ok(())
    }

    /// What was told is planned no more: the scheduler has let go of its job.
    pub(super) fn clear_fired(&mut self) {
        self.planned = None;
    }

    /// Whether the plan was made in a future that did not come: the clock went back, and it would be waited for too long.
    pub(super) fn clock_was_set_back(&self, now: Timestamp) -> bool {
        self.planned.as_ref().is_some_and(|planned| planned.planned_at > now)
    }

    /// Nothing is told after this.
    pub(super) async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the timetable did not stop cleanly");
        }
    }
}

/// `None` where a schedule has no more times, which the check of feeds.toml rules out.
fn next_time(schedule: &Cron, now: Timestamp) -> Option<Timestamp> {
    let local = now.to_utc().with_timezone(&Local);
    let next = schedule.find_next_occurrence(&local, false).ok()?;
    Some(Timestamp::from_unix(next.timestamp()))
}
