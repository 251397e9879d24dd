//! Sends a message when maintenance is due by the wall clock.
//!
//! `tokio-cron-scheduler` starts a job at a time of the wall clock that it has computed before. This suits "daily at 04:00".
//! But if the clock is set back by an hour, no job starts for an hour. Polls must go on whatever the clock says, so they follow
//! the daemon's own ticks on the monotonic clock. The daemon plans maintenance again if the wall clock was set back. Each run
//! is a job of its own, for one moment that is computed here. A job with a cron expression would keep the offset that the time
//! zone had when the job was added, and would be an hour early or late after a change to or from summer time.

use std::time::Duration;

use chrono::Local;
use croner::Cron;
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use crate::policy::schedule::next_time;
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
    ///
    /// A stop of the daemon cancels this call. The scheduler logs an error if nobody waits for its answer, so a task of its own
    /// waits for the answer.
    pub(super) async fn plan(&mut self, schedule: &Cron, now: Timestamp) -> Result<(), JobSchedulerError> {
        let previous = self.planned_run.take().map(|run| run.job.guid());
        let job = next_time(schedule, now, &Local).map(|at| self.job_after(at.since(now))).transpose()?;
        self.planned_run = job.clone().map(|job| PlannedRun { job, planned_at: now });
        let scheduler = self.scheduler.clone();
        let change = async move {
            if let Some(previous) = previous {
                scheduler.remove(&previous).await?;
            }
            if let Some(job) = job {
                scheduler.add(job).await?;
            }
            Ok(())
        };
        tokio::spawn(change).await.unwrap_or(Err(JobSchedulerError::CantAdd))
    }

    /// Returns a job that says after `wait` that maintenance is due.
    fn job_after(&self, wait: Duration) -> Result<Job, JobSchedulerError> {
        let due_sender = self.due_sender.clone();
        Job::new_one_shot(wait, move |_, _| {
            // If a message already waits, another one is not needed.
            if let Err(mpsc::error::TrySendError::Closed(())) = due_sender.try_send(()) {
                tracing::warn!("maintenance is due after the stop");
            }
        })
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

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use futures_util::FutureExt as _;

    use super::*;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_stop_while_a_run_is_planned_logs_nothing() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::WARN)
            .with_writer(move || writer.clone())
            .finish();
        let _logging = tracing::subscriber::set_default(subscriber);
        let (mut timer, _due) = MaintenanceTimer::start().await.unwrap();
        let daily: Cron = "17 3 * * *".parse().unwrap();
        assert!(timer.plan(&daily, Timestamp::now()).now_or_never().is_none(), "the scheduler answers later");
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        timer.stop().await;
        assert_eq!(String::from_utf8(log.0.lock().unwrap().clone()).unwrap(), "");
    }
}
