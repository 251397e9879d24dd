//! How many requests are in flight, in all and to one host, and the gap between two to one host.
//!
//! Nothing waits here while it holds what others could use. A source is claimed only when its host has room, so ten
//! thousand sources of one slow host leave the others alone; and a request that a redirect leads to another host gives up
//! the host it leaves, and its place among all, before it waits for the next one. So nobody waits for each other in a
//! circle, and a host that many sources lead to holds up those alone.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::config::Polling;
use crate::model::Location;
use crate::policy::host::Scope;
use crate::policy::pauses::Pauses;
use crate::time::Timestamp;

/// The limits of one configuration.
#[derive(Clone, Debug)]
pub struct Limits {
    places: Arc<Semaphore>,
    concurrency: usize,
    per_host: usize,
    gap: Duration,
    hosts: Arc<Hosts>,
    pauses: Pauses,
}

/// What goes on at the hosts. It outlives a configuration: requests under way are under way after a reload too.
#[derive(Default, Debug)]
struct Hosts {
    uses: Mutex<HashMap<String, HostUse>>,
    /// Some host has room again.
    freed: Notify,
    waiting: Mutex<usize>,
}

/// What goes on at one host. At most as many as there are requests in flight and hosts that were asked within the gap.
#[derive(Clone, Copy, Debug)]
struct HostUse {
    in_flight: usize,
    /// The next request may start from here on.
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
    /// As `[polling]` says.
    pub fn new(polling: &Polling) -> Self {
        Self::with(polling, Arc::default(), Pauses::default())
    }

    /// As `[polling]` says now: what goes on at the hosts goes on, and counts.
    #[must_use]
    pub fn renewed(&self, polling: &Polling) -> Self {
        let mut renewed = Self::with(polling, Arc::clone(&self.hosts), self.pauses.clone());
        if renewed.concurrency == self.concurrency {
            renewed.places = Arc::clone(&self.places);
        }
        renewed
    }

    fn with(polling: &Polling, hosts: Arc<Hosts>, pauses: Pauses) -> Self {
        let concurrency = polling.concurrency.max(1);
        Self {
            places: Arc::new(Semaphore::new(concurrency)),
            concurrency,
            per_host: polling.per_host.max(1),
            gap: polling.per_host_gap,
            hosts,
            pauses,
        }
    }

    /// The pauses in force; they outlive a configuration too.
    pub fn pauses(&self) -> &Pauses {
        &self.pauses
    }

    /// Requests in flight in all at most.
    pub fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// Requests in flight to one host at most.
    pub fn per_host(&self) -> usize {
        self.per_host
    }

    /// Hosts that must not be asked now.
    pub fn busy_hosts(&self) -> HashSet<String> {
        let now = Instant::now();
        let mut hosts = self.hosts.uses();
        hosts.retain(|_, host| host.in_flight > 0 || host.free_at > now);
        let busy = |host: &HostUse| host.in_flight >= self.per_host || host.free_at > now;
        hosts.iter().filter(|(_, host)| busy(host)).map(|(name, _)| name.clone()).collect()
    }

    /// How many wait for a permit at a host, and hold nothing meanwhile. At most one for each source.
    pub fn waiting(&self) -> usize {
        *self.hosts.waiting()
    }

    /// A permit at the host of `location`, kept from now on if the host has room. The caller waits until it begins.
    pub fn queue(&self, location: &Location) -> RequestPermit {
        let mut permit = RequestPermit { limits: self.clone(), host: None, place: None };
        if let Some(host) = Host::of(location, self.gap) {
            permit.host = Some(match self.enter(&host) {
                Some(at) => HostSlot::Granted(host, at),
                None => HostSlot::Wanted(host),
            });
        }
        permit
    }

    /// Takes room at a host, if there is some: when its gap is over.
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

/// What a permit has of its host.
#[derive(Debug)]
enum HostSlot {
    /// Nothing yet.
    Wanted(Host),
    /// Room, and it may ask from then on.
    Granted(Host, Instant),
}

/// A permit at a host; dropped when the request has ended.
#[derive(Debug)]
pub struct RequestPermit {
    limits: Limits,
    /// `None` for a file.
    host: Option<HostSlot>,
    /// Among all.
    place: Option<OwnedSemaphorePermit>,
}

impl RequestPermit {
    /// Waits for room at the host, waits out the gap, and then for a place among all requests.
    pub async fn begin(&mut self) {
        let waits = match &self.host {
            Some(HostSlot::Wanted(host)) => Some(host.clone()),
            Some(HostSlot::Granted(..)) | None => None,
        };
        if let Some(host) = waits {
            let at = Waiting::at(&self.limits).enter(&host).await;
            self.host = Some(HostSlot::Granted(host, at));
        }
        self.take_place().await;
    }

    /// Until when the domain of `location` asked not to be asked.
    pub(crate) fn paused_until(&self, location: &Location, now: Timestamp) -> Option<Timestamp> {
        self.limits.pauses.until(location, now)
    }

    /// To the host of `location`, where a redirect leads. Gives up the host it has, unless that is the same one, and its
    /// place, then waits until the new one has room, at most until `deadline`. `false`: it had none.
    pub async fn move_to(&mut self, location: &Location, deadline: Instant) -> bool {
        let Some(next) = Host::of(location, self.limits.gap) else { return true };
        if matches!(&self.host, Some(HostSlot::Granted(host, _)) if *host == next) {
            return true;
        }
        self.leave();
        let waiting = Waiting::at(&self.limits);
        let Ok(at) = timeout_at(deadline, waiting.enter(&next)).await else { return false };
        self.host = Some(HostSlot::Granted(next, at));
        self.take_place().await;
        true
    }

    async fn take_place(&mut self) {
        if let Some(HostSlot::Granted(_, at)) = &self.host {
            sleep_until(*at).await;
        }
        // Fails only for a closed semaphore, and nobody closes it.
        self.place = Arc::clone(&self.limits.places).acquire_owned().await.ok();
    }

    fn leave(&mut self) {
        self.place = None;
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

/// Counted while it waits.
struct Waiting<'l>(&'l Limits);

impl<'l> Waiting<'l> {
    fn at(limits: &'l Limits) -> Self {
        *limits.hosts.waiting() += 1;
        Self(limits)
    }

    async fn enter(self, host: &Host) -> Instant {
        loop {
            // Listens before it looks, so that no room that is freed in between is missed.
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
