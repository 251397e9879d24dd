//! Is it them or us? When no server answers any more, our own network is down.

use std::collections::HashSet;

use crate::feed::decide::{Network, is_of_network};
use crate::feed::host::Scope;
use crate::model::{DueSource, FetchOutcome};

/// So many sites that answered the last time must have fallen silent, with none heard in between, before we take it for
/// our own outage. Three that fail by themselves, one after the other, among sources that mostly work is rarer than a
/// router that restarts; and more would leave out people with a handful of sources.
const SILENT_SITES: usize = 3;

/// What is heard of the network, of the public one and of our own apart: a server in the next room answers while the line
/// is cut.
#[derive(Default, Debug)]
pub(super) struct Outlook {
    /// Registrable domains that fell silent since any answered. At most [`SILENT_SITES`].
    silent_public: HashSet<String>,
    /// Hosts of our own, likewise.
    silent_private: HashSet<String>,
}

impl Outlook {
    /// Takes in how a poll of `due` ended, and tells whether our network seems to work.
    pub(super) fn observe<B>(&mut self, due: &DueSource, outcome: &FetchOutcome<B>) -> Network {
        let address = due.address();
        let scope = Scope::of(&address);
        let (silent, site) = match (&scope, address.host()) {
            (Scope::Public { domain }, _) => (&mut self.silent_public, domain.as_str()),
            (Scope::Private, Some(host)) => (&mut self.silent_private, host),
            // A file says nothing about a network.
            (Scope::Private, None) => return Network::Up,
        };
        let heard = match outcome {
            FetchOutcome::Failed { status: None, failure, .. } => !is_of_network(failure.kind),
            _ => true,
        };
        if heard {
            silent.clear();
        } else if due.state.failures == 0 && due.state.succeeded_at.is_some() && silent.len() < SILENT_SITES {
            // Sites that failed before are no sign of anything new.
            silent.insert(site.to_owned());
        }
        if silent.len() < SILENT_SITES { Network::Up } else { Network::Down }
    }
}

#[cfg(test)]
mod tests;
