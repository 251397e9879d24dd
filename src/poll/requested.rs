//! Polls the sources that a person asks for, at once and within the limits: for `riverd poll`, in its own process or in a
//! daemon.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, stream};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::queues::queues_by_host;
use super::settings::Settings;
use super::under_way::PollUnderWay;
use super::{PollReport, Poller, one};
use crate::fetch::RequestPermit;
use crate::model::WaitingSource;
use crate::policy::outage::NetworkClaims;
use crate::policy::schedule::{self, NotPolled};
use crate::store::{ClaimLimit, StoreError};
use crate::time::Timestamp;

/// Which sources a person asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PollRequest {
    /// The sources that are due.
    Due,
    /// Every enabled source, due or not.
    All,
    /// The sources with these names, due or not.
    Named(Vec<String>),
}

/// The polls of one request: sources that were claimed for it, and sources that are being polled already.
#[derive(Debug)]
pub struct RequestedPolls {
    claimed_at: Timestamp,
    claimed: Vec<WaitingPoll>,
    /// Sources whose poll was under way when the request came. The request waits for the reports of these polls.
    awaited: Vec<oneshot::Receiver<PollReport>>,
    skipped: Vec<PollReport>,
}

/// A claimed source that no other poll may claim until this is dropped.
#[derive(Debug)]
struct WaitingPoll {
    source: WaitingSource,
    under_way: PollUnderWay,
}

impl RequestedPolls {
    /// Returns how many sources are polled for the request, including those whose polls were already under way.
    pub fn count(&self) -> usize {
        self.claimed.len() + self.awaited.len()
    }

    /// Returns how many reports there are if every poll ends. A poll that the store refuses or that a stop abandons has none.
    pub fn expected_reports(&self) -> usize {
        self.count() + self.skipped.len()
    }
}

impl Poller {
    /// Claims the sources that a person asks for. Unless the person asks only for due sources, the following sources are
    /// skipped: disabled ones, those that are gone, those whose server asked for a pause, and those on a public host that were
    /// polled within the last minute. If a verb has kept an answer for a source, the last two are no reason to skip it, because
    /// its poll sends no request then.
    pub async fn claim_requested(
        &self,
        request: &PollRequest,
        now: Timestamp,
    ) -> Result<RequestedPolls, StoreError> {
        // A tick that claims at the same time could claim the same sources.
        let _no_tick = self.shared.claim_throttle.lock().await;
        let mut polls =
            RequestedPolls { claimed_at: now, claimed: Vec::new(), awaited: Vec::new(), skipped: Vec::new() };
        let claimed = match request {
            PollRequest::Due => {
                let limit = ClaimLimit {
                    total: usize::MAX,
                    slow: usize::MAX,
                    per_host: usize::MAX,
                    per_private_host: usize::MAX,
                    network: NetworkClaims::ALL,
                    busy_hosts: HashSet::new(),
                    under_way: self.shared.under_way.sources(),
                };
                self.shared.store.claim_due_to_wait(now, limit).await?
            }
            PollRequest::All | PollRequest::Named(_) => self.claim_wanted(request, now, &mut polls).await?,
        };
        let begin = |source: WaitingSource| {
            let under_way = self.shared.under_way.begin(source.id, source.may_be_slow);
            WaitingPoll { source, under_way }
        };
        polls.claimed = claimed.into_iter().map(begin).collect();
        Ok(polls)
    }

    /// Claims the sources that `request` wants, and notes in `polls` those that are under way or have to be skipped.
    async fn claim_wanted(
        &self,
        request: &PollRequest,
        now: Timestamp,
        polls: &mut RequestedPolls,
    ) -> Result<Vec<WaitingSource>, StoreError> {
        let mut to_claim = Vec::new();
        for plan in self.shared.store.plans().await? {
            let source = &plan.source;
            let is_wanted = match request {
                PollRequest::Named(names) => names.contains(&source.name),
                PollRequest::All | PollRequest::Due => source.enabled,
            };
            if !is_wanted {
                continue;
            }
            if let Some(report) = self.shared.under_way.wait_for(plan.id) {
                polls.awaited.push(report);
                continue;
            }
            let why = match schedule::why_not_on_request(&plan, now) {
                Some(NotPolled::Paused(_) | NotPolled::JustPolled(_))
                    if one::has_kept_answer(&self.shared, source, plan.polled_at, now).await? =>
                {
                    None
                }
                why => why,
            };
            match why {
                None => to_claim.push(source.name.clone()),
                Some(why) => {
                    let (name, location) = (source.name.clone(), source.location.clone());
                    polls.skipped.push(PollReport::skipped(name, location, plan.next_poll, why));
                }
            }
        }
        // An empty list would claim every source.
        if to_claim.is_empty() { Ok(Vec::new()) } else { self.shared.store.claim_named(&to_claim, now).await }
    }

    /// Polls what was claimed, within the limits, and calls `on_report` for each source. Returns when all polls have ended, or,
    /// once `stop` is cancelled, when those in flight have ended. If a record can't be written, no further poll begins, and the
    /// error is returned.
    pub async fn poll_requested<F>(
        &self,
        polls: RequestedPolls,
        stop: &CancellationToken,
        on_report: F,
    ) -> Result<(), StoreError>
    where
        F: Fn(&PollReport) + Send + Sync,
    {
        for skipped in &polls.skipped {
            on_report(skipped);
        }
        let mut awaited: FuturesUnordered<_> = polls.awaited.into_iter().collect();
        let waiting = async {
            while let Some(Some(report)) = stop.run_until_cancelled(awaited.next()).await {
                // A poll ends without a report if the store fails or the daemon stops.
                if let Ok(report) = report {
                    on_report(&report);
                }
            }
        };
        let polling = self.poll_claimed(polls.claimed, polls.claimed_at, stop, &on_report);
        let (result, ()) = self.shared.tasks.track(futures_util::future::join(polling, waiting)).await;
        result
    }

    /// Counts failures of polls that were taken for an outage of riverd's own network, although other sites have answered
    /// since. This is for a process that polls once and ends. When it ends, it is clear that only the hosts of these sources
    /// could not be reached.
    pub async fn count_excused_failures(&self) -> Result<(), StoreError> {
        one::count_excused_failures(&self.shared, &self.shared.settings()).await
    }

    /// Polls the claimed sources within the limits, as [`Poller::poll_requested`] says.
    async fn poll_claimed<F>(
        &self,
        claimed: Vec<WaitingPoll>,
        now: Timestamp,
        stop: &CancellationToken,
        on_report: &F,
    ) -> Result<(), StoreError>
    where
        F: Fn(&PollReport) + Send + Sync,
    {
        let settings = self.shared.settings();
        let (stop, started) = (stop.child_token(), Instant::now());
        let first_error = Mutex::new(None);
        self.shared.load_pauses(&settings, now).await?;
        let host_of = |waiting: &WaitingPoll| waiting.source.address.host().map(ToOwned::to_owned);
        stream::iter(queues_by_host(claimed, settings.limits.per_host(), host_of))
            .for_each_concurrent(None, |queue| async {
                for WaitingPoll { source, under_way } in queue {
                    let mut permit = settings.limits.queue(&source.address);
                    let begun = tokio::select! {
                        biased;
                        () = stop.cancelled() => false,
                        () = self.shared.stopping.cancelled() => false,
                        () = permit.begin() => true,
                    };
                    if !begun {
                        self.shared.release(source.id).await;
                        continue;
                    }
                    let now = now.saturating_add(started.elapsed());
                    // A poll needs many times the memory of a poll that waits for its turn.
                    match Box::pin(self.poll_waiting(&settings, source, &mut permit, now)).await {
                        Ok(Some(report)) => {
                            under_way.finish(&report);
                            on_report(&report);
                        }
                        Ok(None) => {}
                        Err(error) => {
                            stop.cancel();
                            first_error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                        }
                    }
                }
            })
            .await;
        first_error.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }

    /// Polls a claimed source whose turn has come. Returns no report if it was removed while it waited, or for the reasons
    /// that [`super::PollerShared::poll_one`] gives.
    async fn poll_waiting(
        &self,
        settings: &Settings,
        source: WaitingSource,
        permit: &mut RequestPermit,
        now: Timestamp,
    ) -> Result<Option<PollReport>, StoreError> {
        let known = match source.known {
            Some(known) => Some(*known),
            None => self.shared.store.claimed_source(source.id).await?,
        };
        match known {
            Some(due) => self.shared.poll_one(settings, due, permit, now).await,
            None => Ok(None),
        }
    }
}
