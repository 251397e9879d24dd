//! Detects outages of riverd's own network: if no server answers any more, the network is at fault and not the servers.

use std::collections::HashSet;
use std::time::Duration;

use crate::model::{DueSource, Failure, FailureOrigin, FetchOutcome};
use crate::policy::decide::{NetworkState, is_network_failure};
use crate::policy::host::Scope;
use crate::time::Timestamp;

/// How many sites that answered the last time must give no answer, with no answer from any site in between, before this counts
/// as an outage of riverd's own network. Three independent failures in a row are rarer than a router that restarts. A larger
/// number would never be reached with a handful of sources.
const SILENT_SITES: usize = 3;

/// Largest number of polls that are kept to be decided again if an outage is recognised after they ended.
const MAX_UNCONFIRMED: usize = 64;

/// Time between two polls that test during an outage whether the network is back.
const PROBE_GAP: Duration = Duration::from_secs(10);

/// Time between two such polls in a long outage. It is short enough that all sources can be read within a minute after the
/// outage.
const LATER_PROBE_GAP: Duration = Duration::from_secs(20);

/// How long after its beginning an outage counts as long.
const LONG_OUTAGE: Duration = Duration::from_mins(10);

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
    /// Registrable domains (in a private network: hosts) that answered before, but have not since the last answer of any site.
    /// At most [`SILENT_SITES`].
    silent: HashSet<String>,
    /// Polls that failed since the last answer of any site, and that count as failures of their sources so far. At most
    /// [`MAX_UNCONFIRMED`].
    unconfirmed: Vec<UnconfirmedFailure>,
    /// Sites that could not be reached before any site had answered since riverd started. At most [`SILENT_SITES`].
    unreachable: HashSet<String>,
    /// Polls that failed on this machine before any site had answered, and so count as part of an outage. At most
    /// [`MAX_UNCONFIRMED`].
    excused: Vec<UnconfirmedFailure>,
    /// Whether any site has answered since riverd started.
    is_proven: bool,
    /// Whether a poll failed on this machine before any site had answered, which means that the network is not up yet.
    is_missing: bool,
    /// Whether the last change that was reported was the beginning of an outage.
    is_reported: bool,
    /// When [`OutageDetector::claims`] first noticed the outage, and when it last allowed a poll.
    probes: Option<(Timestamp, Timestamp)>,
}

/// How many sources may be claimed now on each of the two networks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NetworkClaims {
    /// Number of sources on public hosts.
    pub public: usize,
    /// Number of sources on private hosts.
    pub private: usize,
}

/// The beginning or the end of an outage of riverd's own network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutageChange {
    /// The network, in words: the internet or the private network.
    pub network: &'static str,
    /// Whether the outage begins.
    pub is_down: bool,
}

/// A poll that got no answer while the network seemed to work. If the network turns out to be down, this is not a failure of
/// the source.
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
    /// State of the network as it seemed when the outcome of the poll was decided.
    pub network: NetworkState,
}

impl NetworkHistory {
    fn network(&self) -> NetworkState {
        let is_down =
            self.is_missing || self.silent.len() >= SILENT_SITES || self.unreachable.len() >= SILENT_SITES;
        if is_down { NetworkState::Down } else { NetworkState::Up }
    }

    /// Notes a poll of a site that got no answer.
    fn note_silence(&mut self, due: &DueSource, site: &str, failure: &Failure) {
        if due.state.failures > 0 {
            // The site failed before, so its silence shows nothing new.
            return;
        }
        if !self.is_proven && failure.is_local() {
            self.is_missing = true;
        }
        if !self.is_proven && failure.is_unreachable_host() && self.unreachable.len() < SILENT_SITES {
            self.unreachable.insert(site.to_owned());
        }
        if due.state.succeeded_at.is_some() && self.silent.len() < SILENT_SITES {
            self.silent.insert(site.to_owned());
        }
    }

    /// Returns how many sources that need this network may be claimed: any number, or, in an outage, one every ten or twenty
    /// seconds.
    fn claims(&mut self, now: Timestamp) -> usize {
        if self.network() == NetworkState::Up {
            self.probes = None;
            return usize::MAX;
        }
        let (since, last) = *self.probes.get_or_insert((now, now.saturating_sub(PROBE_GAP)));
        let gap = if now.since(since) < LONG_OUTAGE { PROBE_GAP } else { LATER_PROBE_GAP };
        // A clock that was set back must not stop the probes.
        if now.since(last) < gap && now >= last {
            return 0;
        }
        self.probes = Some((since.min(now), now));
        1
    }
}

impl NetworkClaims {
    /// No limit, for claims that a person asks for.
    pub const ALL: Self = Self { public: usize::MAX, private: usize::MAX };
}

impl OutageDetector {
    /// Notes how a poll of `due` ended, and returns whether riverd's own network seems to work.
    pub fn observe<B>(&mut self, due: &DueSource, outcome: &FetchOutcome<B>) -> NetworkState {
        let address = due.address();
        let scope = Scope::of(&address);
        let (history, site) = match (&scope, address.host()) {
            (Scope::Public { domain }, _) => (&mut self.public, domain.as_str()),
            (Scope::Private, Some(host)) => (&mut self.private, host),
            // A file shows nothing about a network.
            (Scope::Private, None) => return NetworkState::Up,
        };
        if let Some(failure) = network_failure(outcome) {
            if failure.origin != FailureOrigin::OwnMachine {
                history.note_silence(due, site, failure);
            }
        } else {
            let (is_reported, excused) = (history.is_reported, std::mem::take(&mut history.excused));
            *history = NetworkHistory { is_proven: true, is_reported, excused, ..NetworkHistory::default() };
        }
        history.network()
    }

    /// Returns the outages that began or ended since the last call.
    pub fn take_changes(&mut self) -> Vec<OutageChange> {
        let networks = [("the internet", &mut self.public), ("the private network", &mut self.private)];
        let change = |(network, history): (&'static str, &mut NetworkHistory)| {
            let is_down = history.network() == NetworkState::Down;
            let is_new = is_down != history.is_reported;
            history.is_reported = is_down;
            is_new.then_some(OutageChange { network, is_down })
        };
        networks.into_iter().filter_map(change).collect()
    }

    /// Returns how many sources may be claimed at `now`. In an outage, one source may be claimed every ten or twenty seconds.
    /// Its poll shows whether the network is back. The other sources stay due, so that all are read as soon as the network is
    /// back.
    pub fn claims(&mut self, now: Timestamp) -> NetworkClaims {
        NetworkClaims { public: self.public.claims(now), private: self.private.claims(now) }
    }

    /// Returns whether the network of public hosts or that of private ones is known to be down.
    pub fn is_down(&self) -> bool {
        [&self.public, &self.private].iter().any(|history| history.network() == NetworkState::Down)
    }

    /// Notes that a poll without an answer is recorded. Once riverd's own network is known to be down, returns the polls that
    /// have to be decided again.
    pub fn recorded(&mut self, unconfirmed: UnconfirmedFailure) -> Vec<UnconfirmedFailure> {
        let is_public = matches!(Scope::of(&unconfirmed.due.address()), Scope::Public { .. });
        let history = if is_public { &mut self.public } else { &mut self.private };
        // If no site is silent or unreachable, a server has answered meanwhile.
        let may_be_down = history.is_missing || !history.silent.is_empty() || !history.unreachable.is_empty();
        if unconfirmed.network == NetworkState::Down {
            if unconfirmed.failure.is_local() && history.excused.len() < MAX_UNCONFIRMED {
                history.excused.push(unconfirmed);
            }
        } else if may_be_down && history.unconfirmed.len() < MAX_UNCONFIRMED {
            history.unconfirmed.push(unconfirmed);
        }
        match history.network() {
            NetworkState::Up => Vec::new(),
            NetworkState::Down => std::mem::take(&mut history.unconfirmed),
        }
    }
}

impl OutageDetector {
    /// Returns the polls that were wrongly counted as part of an outage. They failed on this machine before any site had
    /// answered, and sites of the same network have answered since. So only the hosts of these polls could not be reached. This
    /// conclusion is right for a process that polls once and ends. In a daemon, the network may have come up in between.
    pub fn refuted(&mut self) -> Vec<UnconfirmedFailure> {
        let histories = [&mut self.public, &mut self.private].into_iter();
        let answered = histories.filter(|history| history.is_proven && history.network() == NetworkState::Up);
        answered.flat_map(|history| std::mem::take(&mut history.excused)).collect()
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
