//! How many requests are in flight, in all and to one host, and the gap between two to one host.
//!
//! Nothing waits here while it holds a place that others could use: a source is claimed only when its host has room, so
//! ten thousand sources of one slow host leave the others alone.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::config::Polling;
use crate::feed::host::Scope;
use crate::model::Location;

/// The limits of one configuration.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    places: Arc<Semaphore>,
    per_host: usize,
    gap: Duration,
    hosts: Arc<Mutex<HashMap<String, HostUse>>>,
}

/// What goes on at one host. At most as many as there are requests in flight and hosts that were asked within the gap.
#[derive(Clone, Copy, Debug)]
struct HostUse {
    in_flight: usize,
    /// The next request may start from here on.
    free_at: Instant,
}

impl Limits {
    pub(super) fn new(polling: &Polling) -> Self {
        Self {
            places: Arc::new(Semaphore::new(polling.concurrency.max(1))),
            per_host: polling.per_host.max(1),
            gap: polling.per_host_gap,
            hosts: Arc::default(),
        }
    }

    /// Requests in flight to one host at most.
    pub(super) fn per_host(&self) -> usize {
        self.per_host
    }

    /// Hosts that must not be asked now.
    pub(super) fn busy_hosts(&self) -> HashSet<String> {
        let now = Instant::now();
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|_, host| host.in_flight > 0 || host.free_at > now);
        let busy = |host: &HostUse| host.in_flight >= self.per_host || host.free_at > now;
        hosts.iter().filter(|(_, host)| busy(host)).map(|(name, _)| name.clone()).collect()
    }

    /// A turn at the host of `location`. The caller waits for it, then takes a place.
    pub(super) fn queue(&self, location: &Location) -> Turn {
        let now = Instant::now();
        let Some(name) = location.host() else { return Turn { limits: self.clone(), host: None, at: now } };
        let gap = if Scope::of(location) == Scope::Private { Duration::ZERO } else { self.gap };
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let host = hosts.entry(name.to_owned()).or_insert(HostUse { in_flight: 0, free_at: now });
        let at = host.free_at.max(now);
        host.in_flight += 1;
        host.free_at = at + gap;
        drop(hosts);
        Turn { limits: self.clone(), host: Some(name.to_owned()), at }
    }
}

/// A turn at a host; dropped when the request has ended.
#[derive(Debug)]
pub(super) struct Turn {
    limits: Limits,
    host: Option<String>,
    at: Instant,
}

impl Turn {
    /// Waits out the gap, and then for a place among all requests; the place is free again when the permit is dropped.
    pub(super) async fn begin(&self) -> Option<OwnedSemaphorePermit> {
        tokio::time::sleep_until(self.at).await;
        // Fails only for a closed semaphore, and nobody closes it.
        Arc::clone(&self.limits.places).acquire_owned().await.ok()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(name) = &self.host else { return };
        let mut hosts = self.limits.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get_mut(name) {
            host.in_flight = host.in_flight.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests;
