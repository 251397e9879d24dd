//! Is it them or us? When no server answers any more, our own network is down.

use std::collections::HashSet;

use crate::model::{DueSource, Failure, FetchOutcome};
use crate::policy::decide::{NetworkState, is_of_network};
use crate::policy::host::Scope;
use crate::time::Timestamp;

/// So many sites that answered the last time must have fallen silent, with none heard in between, before we take it for
/// our own outage. Three that fail by themselves, one after the other, among sources that mostly work is rarer than a
/// router that restarts; and more would leave out people with a handful of sources.
const SILENT_SITES: usize = 3;

/// So many polls that ended before an outage was recognised are decided anew at most.
const SUSPECTS: usize = 64;

/// What is heard of the network, of the public one and of our own apart: a server in the next room answers while the line
/// is cut.
#[derive(Default, Debug)]
pub struct OutageDetector {
    public: NetworkHistory,
    private: NetworkHistory,
}

/// What was heard of one of the two.
#[derive(Default, Debug)]
struct NetworkHistory {
    /// Registrable domains (hosts of our own) that fell silent since any answered. At most [`SILENT_SITES`].
    silent: HashSet<String>,
    /// Polls that ended in that time and were not excused yet. At most [`SUSPECTS`].
    suspects: Vec<Suspect>,
}

/// A poll that failed at the network: if that seemed to work and did not, it was no failure of the source.
#[derive(Debug)]
pub struct Suspect {
    /// Source that was polled.
    pub due: DueSource,
    /// How the poll failed.
    pub failure: Failure,
    /// When the request was sent.
    pub asked_at: Timestamp,
    /// When the poll ended.
    pub now: Timestamp,
    /// What the network seemed to be when it was decided.
    pub network: NetworkState,
}

impl NetworkHistory {
    fn network(&self) -> NetworkState {
        if self.silent.len() < SILENT_SITES { NetworkState::Up } else { NetworkState::Down }
    }
}

impl OutageDetector {
    /// Takes in how a poll of `due` ended, and tells whether our network seems to work.
    pub fn observe<B>(&mut self, due: &DueSource, outcome: &FetchOutcome<B>) -> NetworkState {
        let address = due.address();
        let scope = Scope::of(&address);
        let (heard, site) = match (&scope, address.host()) {
            (Scope::Public { domain }, _) => (&mut self.public, domain.as_str()),
            (Scope::Private, Some(host)) => (&mut self.private, host),
            // A file says nothing about a network.
            (Scope::Private, None) => return NetworkState::Up,
        };
        if silence(outcome).is_none() {
            *heard = NetworkHistory::default();
        } else if due.state.failures == 0
            && due.state.succeeded_at.is_some()
            && heard.silent.len() < SILENT_SITES
        {
            // Sites that failed before are no sign of anything new.
            heard.silent.insert(site.to_owned());
        }
        heard.network()
    }

    /// Takes in that such a poll is recorded. Once our network is known to be down, gives the polls that are to be decided
    /// anew.
    pub fn recorded(&mut self, suspect: Suspect) -> Vec<Suspect> {
        let is_public = matches!(Scope::of(&suspect.due.address()), Scope::Public { .. });
        let side = if is_public { &mut self.public } else { &mut self.private };
        // Without a silent site, someone answered meanwhile.
        if suspect.network == NetworkState::Up && !side.silent.is_empty() && side.suspects.len() < SUSPECTS {
            side.suspects.push(suspect);
        }
        if side.network() == NetworkState::Up { Vec::new() } else { std::mem::take(&mut side.suspects) }
    }
}

/// The failure of a poll in which nothing was heard from the server.
pub fn silence<B>(outcome: &FetchOutcome<B>) -> Option<&Failure> {
    match outcome {
        FetchOutcome::Failed { status: None, failure, .. } if is_of_network(failure.kind) => Some(failure),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
