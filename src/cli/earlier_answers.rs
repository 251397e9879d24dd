//! Keeps the answers that a verb got, so that the next polls of their sources use them, and finds the pauses that servers
//! asked for before.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use url::Url;

use super::args::GlobalArgs;
use super::daemon_connection::DaemonConnection;
use super::{output, runtime};
use crate::config::Config;
use crate::model::{
    DueSource, EarlierAnswer, FetchOutcome, Location, NextPoll, NextPollReason, Source, SourceState,
    SourceStatus,
};
use crate::policy::host::Scope;
use crate::policy::pauses::Pauses;
use crate::policy::schedule;
use crate::poll::source_check::KnownSource;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Keeps answers, so that the next poll of each address uses its answer and sends no request of its own. The daemon keeps
/// them if one runs. A failure costs the publisher a second request and nothing else, so it is only a warning.
pub(super) fn keep(global: &GlobalArgs, config: &Config, answers: Vec<EarlierAnswer>) {
    if answers.is_empty() {
        return;
    }
    if let Err(error) = try_to_keep(global, config, answers) {
        output::print_message(&format!(
            "warning: the next poll asks the server again: {}",
            output::message_of(&error)
        ));
    }
}

fn try_to_keep(global: &GlobalArgs, config: &Config, answers: Vec<EarlierAnswer>) -> anyhow::Result<()> {
    let mut answers = answers.into_iter();
    let state_dir = global.state_dir()?;
    while let Some(daemon) = DaemonConnection::open(&state_dir)? {
        let Some(answer) = answers.next() else { return Ok(()) };
        daemon.keep_answer(answer)?;
    }
    global.create_state_dir()?;
    let store = Store::open(&global.database()?, &config.dedup)?;
    runtime::start_small()?.block_on(async {
        for answer in answers {
            store.keep_answer(answer, Timestamp::now()).await?;
        }
        store.close().await
    })?;
    Ok(())
}

/// What the database knows of the answers of servers: pauses that they asked for, the states of sources, and answers that verbs
/// got less than a minute ago.
#[derive(Default)]
pub(super) struct KnownAnswers {
    /// Registrable domains, and when their pauses end.
    domains: Vec<(String, Timestamp)>,
    /// Addresses, and when their own pauses end.
    addresses: HashMap<String, Timestamp>,
    /// The states of the sources that were polled before and the addresses of their next requests, by the addresses in
    /// feeds.toml.
    polled: HashMap<Url, (SourceState, Location)>,
    /// The own addresses of the sources whose next requests go to servers that get plain requests only.
    of_plain_servers: HashSet<String>,
    /// Answers of the last minute from public hosts that no poll has used.
    just_got: HashMap<Url, FetchOutcome>,
}

impl KnownAnswers {
    /// Reads what is known. Returns an empty value if there is no database.
    pub(super) fn read(config: &Config, database: Option<&Path>, now: Timestamp) -> anyhow::Result<Self> {
        let Some(database) = database.filter(|path| path.exists()) else { return Ok(Self::default()) };
        let mut store = Store::open_read_only(database, &config.sources, &config.dedup)?;
        let (domains, kept, statuses, answers) = runtime::start_small()?.block_on(async {
            store.read_plain_servers().await?;
            let pauses = (store.pauses(now).await?, store.kept_pauses(now).await?);
            let since = now.saturating_sub(schedule::REFRESH_GAP);
            let answers = store.kept_answers_since(since).await?;
            let read = (pauses.0, pauses.1, store.statuses().await?, answers);
            store.close().await?;
            Ok::<_, StoreError>(read)
        })?;
        let of_sources = statuses.iter().filter_map(|status| {
            let until = status.state.not_before.filter(|until| *until > now)?;
            Some((status.source.as_ref()?.location.as_url_text(), until))
        });
        let mut addresses: HashMap<String, Timestamp> = of_sources.collect();
        for (url, until) in kept {
            let known = addresses.entry(url.into()).or_insert(until);
            *known = until.max(*known);
        }
        let public = answers.into_iter().filter(|answer| Scope::of_url(&answer.url) != Scope::Private);
        let just_got = public.map(|answer| (answer.url, answer.outcome)).collect();
        let polled: HashMap<_, _> = statuses.into_iter().filter_map(polled_source).collect();
        let mut known = Self { domains, addresses, polled, just_got, ..Self::default() };
        let is_plain = |source: &Source| store.asks_plainly(&known.next_address(source), now);
        let plain = config.sources.iter().filter(|source| source.enabled && is_plain(source));
        known.of_plain_servers = plain.map(|source| source.location.as_url_text()).collect();
        Ok(known)
    }

    /// Returns the address of the next request of a source.
    fn next_address(&self, source: &Source) -> Location {
        let polled = match &source.location {
            Location::Http(url) => self.polled.get(url).map(|(_, address)| address),
            Location::File(_) => None,
        };
        polled.unwrap_or(&source.location).clone()
    }

    /// Returns what is known of a source, for a request to its server.
    pub(super) fn of_source(&self, source: &Source) -> KnownSource {
        let (state, just_got) = match &source.location {
            Location::Http(url) => {
                (self.polled.get(url).map(|(state, _)| state.clone()), self.just_got.get(url).cloned())
            }
            Location::File(_) => (None, None),
        };
        KnownSource {
            state: state.unwrap_or_default(),
            address: self.next_address(source),
            is_server_plain: self.of_plain_servers.contains(&source.location.as_url_text()),
            is_paused: self.pause_of_address(&source.location).is_some(),
            just_got,
        }
    }

    /// Adds the pauses of whole domains to `pauses`.
    pub(super) fn add_pauses_to(&self, pauses: &Pauses, now: Timestamp) {
        for (domain, until) in &self.domains {
            pauses.add(domain, *until, now);
        }
    }

    /// Returns until when the server wants no request to this very address, whatever holds for its domain.
    fn pause_of_address(&self, location: &Location) -> Option<Timestamp> {
        self.addresses.get(&location.as_url_text()).copied()
    }
}

/// Returns the address of a source that was polled before, its state, and the address of its next request. `None` for a file.
fn polled_source(status: SourceStatus) -> Option<(Url, (SourceState, Location))> {
    let SourceStatus { id, source, state, next_poll, .. } = status;
    let (source, polled_at) = (source?, state.polled_at?);
    let Location::Http(url) = source.location.clone() else { return None };
    let planned = next_poll.unwrap_or(NextPoll { at: polled_at, reason: NextPollReason::Gone });
    let due = DueSource { id, source, state: Box::new(state), planned, push: None };
    let address = due.address();
    Some((url, (*due.state, address)))
}

/// Returns until when the server wants no request to an address, if it asked for a pause for the address or for its whole
/// domain.
pub(super) fn paused_until(
    config: &Config,
    database: Option<&Path>,
    location: &Location,
) -> anyhow::Result<Option<Timestamp>> {
    let (pauses, now) = (Pauses::default(), Timestamp::now());
    let known = KnownAnswers::read(config, database, now)?;
    known.add_pauses_to(&pauses, now);
    Ok(pauses.until(location, now).max(known.pause_of_address(location)))
}
