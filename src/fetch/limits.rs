//! Limits how many requests are in flight, in all and to one host, and keeps a gap between two requests to one host.
//!
//! A request in flight takes two slots: one of its host, and one of all requests. While it waits, it holds no slot that others
//! could use. A source is claimed only when its host has a free slot, so ten thousand sources of one slow host do not delay
//! other sources. A private host is the exception: several of its sources are claimed at once, and most of them then wait for
//! it. A request that is redirected to another host first gives up its slots, then waits for the new host. So there is no
//! deadlock, and a host to which many sources redirect delays only those sources.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::body_memory::{BodyShare, ExpectedPace};
use crate::config::Polling;
use crate::model::Location;
use crate::policy::host::Scope;
use crate::policy::pauses::Pauses;
use crate::time::Timestamp;

/// The limits of one configuration.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The slots of all requests.
    slots: Arc<Semaphore>,
    concurrency: usize,
    per_host: usize,
    gap: Duration,
    hosts: Arc<Hosts>,
    pauses: Pauses,
}

/// The requests to all hosts. They outlive a configuration, because a reload does not end requests in flight.
#[derive(Default, Debug)]
struct Hosts {
    uses: Mutex<HashMap<String, HostUse>>,
    /// Signals that a host has a free slot again.
    freed: Notify,
    /// Number of requests that wait for a host.
    waiting: Mutex<usize>,
}

/// The requests to one host. An entry exists while requests are in flight, and during the gap after the start of the last one.
/// After that, [`Limits::busy_hosts`] removes it.
#[derive(Clone, Copy, Debug)]
struct HostUse {
    in_flight: usize,
    /// When the next request may start.
    free_at: Instant,
}

impl Hosts {
    fn uses(&self) -> MutexGuard<'_, HashMap<String, HostUse>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, usize> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Limits {
    /// Creates the limits that `[polling]` sets.
    pub fn new(polling: &Polling) -> Self {
        Self::with(polling, Arc::default(), Pauses::default())
    }

    /// Creates the limits of a changed `[polling]`. Requests in flight count towards the limit of their host. They count
    /// towards the limit of all requests only if `concurrency` is the same as before.
    #[must_use]
    pub fn renewed(&self, polling: &Polling) -> Self {
        let mut renewed = Self::with(polling, Arc::clone(&self.hosts), self.pauses.clone());
        if renewed.concurrency == self.concurrency {
            renewed.slots = Arc::clone(&self.slots);
        }
        renewed
    }

    fn with(polling: &Polling, hosts: Arc<Hosts>, pauses: Pauses) -> Self {
        let concurrency = polling.concurrency.max(1);
        Self {
            slots: Arc::new(Semaphore::new(concurrency)),
            concurrency,
            per_host: polling.per_host.max(1),
            gap: polling.per_host_gap,
            hosts,
            pauses,
        }
    }

    /// Returns the pauses in force. Like the requests, they outlive a configuration.
    pub fn pauses(&self) -> &Pauses {
        &self.pauses
    }

    /// Returns how many requests may be in flight in all.
    pub fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// Returns how many requests may be in flight to one host.
    pub fn per_host(&self) -> usize {
        self.per_host
    }

    /// Returns the hosts that can't take another request now.
    pub fn busy_hosts(&self) -> HashSet<String> {
        let now = Instant::now();
        let mut hosts = self.hosts.uses();
        hosts.retain(|_, host| host.in_flight > 0 || host.free_at > now);
        let busy = |host: &HostUse| host.in_flight >= self.per_host || host.free_at > now;
        hosts.iter().filter(|(_, host)| busy(host)).map(|(name, _)| name.clone()).collect()
    }

    /// Returns how many requests wait for a host. They hold no slot. There is at most one for each source, and one for each
    /// page that is fetched.
    pub fn waiting(&self) -> usize {
        *self.hosts.waiting()
    }

    /// Returns a permit for the host of `location`. It takes a slot at the host now, if one is free. The caller has to call
    /// [`RequestPermit::begin`].
    pub fn queue(&self, location: &Location) -> RequestPermit {
        let mut permit = RequestPermit {
            limits: self.clone(),
            host: None,
            slot: None,
            body: None,
            pace: ExpectedPace::Quick,
            server_time: Duration::ZERO,
        };
        if let Some(host) = Host::of(location, self.gap) {
            permit.host = Some(match self.enter(&host) {
                Some(at) => HostSlot::Granted(host, at),
                None => HostSlot::Wanted(host),
            });
        }
        permit
    }

    /// Gives up the slots of `permit`, and returns another permit, for a further request to `location`.
    pub fn queue_again(&self, permit: &mut RequestPermit, location: &Location) -> RequestPermit {
        permit.leave();
        let mut next = self.queue(location);
        (next.pace, next.server_time) = (permit.pace, permit.server_time);
        next
    }

    /// Takes a slot at a host, if one is free, and returns when the request may start.
    fn enter(&self, host: &Host) -> Option<Instant> {
        let now = Instant::now();
        let mut hosts = self.hosts.uses();
        let used = hosts.entry(host.name.clone()).or_insert(HostUse { in_flight: 0, free_at: now });
        if used.in_flight >= self.per_host {
            return None;
        }
        let at = used.free_at.max(now);
        used.in_flight += 1;
        used.free_at = at + host.gap;
        Some(at)
    }
}

/// A host, and the gap between two requests to it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Host {
    name: String,
    gap: Duration,
}

impl Host {
    fn of(location: &Location, gap: Duration) -> Option<Self> {
        let gap = if Scope::of(location) == Scope::Private { Duration::ZERO } else { gap };
        location.host().map(|name| Self { name: name.to_owned(), gap })
    }
}

/// The slot of a permit at its host.
#[derive(Debug)]
enum HostSlot {
    /// The permit has no slot yet.
    Wanted(Host),
    /// The permit has a slot, and the request may start at this moment.
    Granted(Host, Instant),
}

/// Permission for one request at a time. Dropping it frees its slots.
#[derive(Debug)]
pub struct RequestPermit {
    limits: Limits,
    /// `None` for a file, and while the permit has given up its slot.
    host: Option<HostSlot>,
    /// The slot among those of all requests.
    slot: Option<OwnedSemaphorePermit>,
    /// Memory that the body of the answer holds.
    body: Option<BodyShare>,
    /// How quickly the body of the answer is expected to arrive.
    pace: ExpectedPace,
    /// How long servers took for its requests, without the waits for what other requests hold.
    server_time: Duration,
}

impl RequestPermit {
    /// Notes that the answer may arrive slowly, by the polls of the source before.
    pub fn expect_slow(&mut self) {
        self.pace = ExpectedPace::MayBeSlow;
    }

    pub(crate) fn add_server_time(&mut self, time: Duration) {
        self.server_time += time;
    }

    /// Returns how long servers took for its requests so far, without the waits for what other requests hold.
    pub fn server_time(&self) -> Duration {
        self.server_time
    }

    pub(crate) fn expected_pace(&self) -> ExpectedPace {
        self.pace
    }

    /// Keeps the memory of a body until [`RequestPermit::forget_body`], or until the permit is dropped.
    pub(crate) fn hold_body(&mut self, share: BodyShare) {
        self.body = Some(share);
    }

    /// Gives back the memory of the body, which was read or is no longer needed.
    pub fn forget_body(&mut self) {
        self.body = None;
    }

    /// Waits for a slot at the host, for the end of the gap, and then for a slot among those of all requests.
    pub async fn begin(&mut self) {
        let waits = match &self.host {
            Some(HostSlot::Wanted(host)) => Some(host.clone()),
            Some(HostSlot::Granted(..)) | None => None,
        };
        if let Some(host) = waits {
            let at = Waiting::at(&self.limits).enter(&host).await;
            self.host = Some(HostSlot::Granted(host, at));
        }
        self.take_slot().await;
    }

    /// Returns the end of the pause of the domain of `location`, if it has one.
    pub(crate) fn paused_until(&self, location: &Location, now: Timestamp) -> Option<Timestamp> {
        self.limits.pauses.until(location, now)
    }

    /// Moves the permit to the host of `location`, where a redirect leads. Unless the host is the same, it gives up its slots
    /// and waits for a slot at the new host, at most until `deadline`. Returns `false` if none became free. If one did, it
    /// then waits, without a deadline, for the end of the gap and for a slot among those of all requests.
    pub async fn move_to(&mut self, location: &Location, deadline: Instant) -> bool {
        let Some(next) = Host::of(location, self.limits.gap) else { return true };
        if matches!(&self.host, Some(HostSlot::Granted(host, _)) if *host == next) {
            return true;
        }
        self.leave();
        let waiting = Waiting::at(&self.limits);
        let Ok(at) = timeout_at(deadline, waiting.enter(&next)).await else { return false };
        self.host = Some(HostSlot::Granted(next, at));
        self.take_slot().await;
        true
    }

    async fn take_slot(&mut self) {
        if let Some(HostSlot::Granted(_, at)) = &self.host
            && *at > Instant::now()
        {
            sleep_until(*at).await;
        }
        // This fails only if the semaphore is closed, which never happens.
        self.slot = Arc::clone(&self.limits.slots).acquire_owned().await.ok();
    }

    /// Gives up the slots, because no further request is sent.
    pub fn leave(&mut self) {
        self.slot = None;
        let Some(HostSlot::Granted(host, _)) = self.host.take() else { return };
        if let Some(used) = self.limits.hosts.uses().get_mut(&host.name) {
            used.in_flight = used.in_flight.saturating_sub(1);
        }
        self.limits.hosts.freed.notify_waiters();
    }
}

impl Drop for RequestPermit {
    fn drop(&mut self) {
        self.leave();
    }
}

/// A request that waits for a host. It is counted until this is dropped.
struct Waiting<'l>(&'l Limits);

impl<'l> Waiting<'l> {
    fn at(limits: &'l Limits) -> Self {
        *limits.hosts.waiting() += 1;
        Self(limits)
    }

    async fn enter(self, host: &Host) -> Instant {
        loop {
            // This registers for the signal before it looks, so that it misses no slot that becomes free in between.
            let mut freed = std::pin::pin!(self.0.hosts.freed.notified());
            freed.as_mut().enable();
            if let Some(at) = self.0.enter(host) {
                return at;
            }
            freed.await;
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.hosts.waiting();
        *waiting = waiting.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests;
