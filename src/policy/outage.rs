//! Detects outages of our own network: when no server answers any more, the fault is ours and not that of the servers.

use std::collections::HashSet;

use crate::model::{DueSource, Failure, FetchOutcome};
use crate::policy::decide::{NetworkState, is_network_failure};
use crate::policy::host::Scope;
use crate::time::Timestamp;

/// How many sites that answered the last time must fall silent, with no answer from any site in between, before this counts as
/// an outage of our own. Three independent failures in a row are rarer than a router that restarts. A larger number would never
/// be reached with a handful of sources.
const SILENT_SITES: usize = 3;

/// How many polls that ended before an outage was recognised are kept to be decided again.
const MAX_UNCONFIRMED: usize = 64;

/// What polls show about the network. The internet and private networks are watched separately, because a server nearby
/// answers even if the internet can't be reached.
#[derive(Default, Debug)]
pub struct OutageDetector {
    public: NetworkHistory,
    private: NetworkHistory,
}

/// What polls showed about one of the two networks.
#[derive(Default, Debug)]
struct NetworkHistory {
    /// Registrable domains (in a private network: hosts) that fell silent since the last answer of any site. At most
    /// [`SILENT_SITES`].
    silent: HashSet<String>,
    /// Polls that failed since then and were not excused. At most [`MAX_UNCONFIRMED`].
    unconfirmed: Vec<UnconfirmedFailure>,
}

/// A poll that got no answer while the network seemed to work. If the network turns out to be down, this is not a failure of the
/// source.
#[derive(Debug)]
pub struct UnconfirmedFailure {
    /// Source that was polled.
    pub due: DueSource,
    /// How the poll failed.
    pub failure: Failure,
    /// When the request was sent.
    pub asked_at: Timestamp,
    /// When the poll ended.
    pub now: Timestamp,
    /// State of the network as it seemed when the poll was decided.
    pub network: NetworkState,
}

impl NetworkHistory {
    fn network(&self) -> NetworkState {
        if self.silent.len() < SILENT_SITES { NetworkState::Up } else { NetworkState::Down }
    }
}

impl OutageDetector {
    /// Notes how a poll of `due` ended, and returns whether our network seems to work.
    pub fn observe<B>(&mut self, due: &DueSource, outcome: &FetchOutcome<B>) -> NetworkState {
        let address = due.address();
        let scope = Scope::of(&address);
        let (heard, site) = match (&scope, address.host()) {
            (Scope::Public { domain }, _) => (&mut self.public, domain.as_str()),
            (Scope::Private, Some(host)) => (&mut self.private, host),
            // A file shows nothing about a network.
            (Scope::Private, None) => return NetworkState::Up,
        };
        if network_failure(outcome).is_none() {
            *heard = NetworkHistory::default();
        } else if due.state.failures == 0
            && due.state.succeeded_at.is_some()
            && heard.silent.len() < SILENT_SITES
        {
            // Only a site that answered the last time shows something new.
            heard.silent.insert(site.to_owned());
        }
        heard.network()
    }

    /// Notes that a poll without an answer is recorded. Once our network is known to be down, returns the polls that have to be
    /// decided again.
    pub fn recorded(&mut self, unconfirmed: UnconfirmedFailure) -> Vec<UnconfirmedFailure> {
        let is_public = matches!(Scope::of(&unconfirmed.due.address()), Scope::Public { .. });
        let side = if is_public { &mut self.public } else { &mut self.private };
        // If no site is silent, a server has answered meanwhile.
        if unconfirmed.network == NetworkState::Up
            && !side.silent.is_empty()
            && side.unconfirmed.len() < MAX_UNCONFIRMED
        {
            side.unconfirmed.push(unconfirmed);
        }
        if side.network() == NetworkState::Up { Vec::new() } else { std::mem::take(&mut side.unconfirmed) }
    }
}

/// Returns the failure of a poll in which nothing was received from the server.
pub fn network_failure<B>(outcome: &FetchOutcome<B>) -> Option<&Failure> {
    match outcome {
        FetchOutcome::Failed { status: None, failure, .. } if is_network_failure(failure.kind) => {
            Some(failure)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
