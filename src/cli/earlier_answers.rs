//! Keeps the answers that a verb got, so that the next polls of their sources use them, and finds the pauses that servers
//! asked for before.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use url::Url;

use super::args::GlobalArgs;
use super::daemon_connection::DaemonConnection;
use super::{output, runtime};
use crate::config::Config;
use crate::model::{EarlierAnswer, Location, SourceStatus};
use crate::policy::pauses::Pauses;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Keeps answers, so that the next poll of each address uses its answer and sends no request of its own. The daemon keeps
/// them if one runs. A failure costs the publisher a second request and nothing else, so it is only a warning.
pub(super) fn keep(global: &GlobalArgs, config: &Config, answers: Vec<EarlierAnswer>) {
    if answers.is_empty() {
        return;
    }
    if let Err(error) = try_to_keep(global, config, answers) {
        output::print_message(&format!("warning: the next poll asks the server again: {error:#}"));
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

/// Pauses that servers asked for before, as the database knows them.
#[derive(Default)]
pub(super) struct KnownPauses {
    /// Registrable domains, and when their pauses end.
    domains: Vec<(String, Timestamp)>,
    /// Addresses, and when their own pauses end.
    addresses: HashMap<String, Timestamp>,
    /// Addresses of the sources that were polled before.
    polled: HashSet<Url>,
}

impl KnownPauses {
    /// Reads the pauses that are in force. Without a database, none is known.
    pub(super) fn read(config: &Config, database: Option<&Path>, now: Timestamp) -> anyhow::Result<Self> {
        let Some(database) = database.filter(|path| path.exists()) else { return Ok(Self::default()) };
        let store = Store::open_read_only(database, &config.sources, &config.dedup)?;
        let (domains, kept, statuses) = runtime::start_small()?.block_on(async {
            let read = (store.pauses(now).await?, store.kept_pauses(now).await?, store.statuses().await?);
            store.close().await?;
            Ok::<_, StoreError>(read)
        })?;
        let polled = statuses.iter().filter(|status| status.state.polled_at.is_some());
        let address = |status: &SourceStatus| match &status.source.as_ref()?.location {
            Location::Http(url) => Some(url.clone()),
            Location::File(_) => None,
        };
        let polled = polled.filter_map(address).collect();
        let of_sources = statuses.into_iter().filter_map(|status| {
            let until = status.state.not_before.filter(|until| *until > now)?;
            Some((status.source?.location.as_url_text(), until))
        });
        let mut addresses: HashMap<String, Timestamp> = of_sources.collect();
        for (url, until) in kept {
            let known = addresses.entry(url.into()).or_insert(until);
            *known = until.max(*known);
        }
        Ok(Self { domains, addresses, polled })
    }

    /// Returns the addresses of the sources that were polled before.
    pub(super) fn polled_addresses(&self) -> &HashSet<Url> {
        &self.polled
    }

    /// Adds the pauses of whole domains to `pauses`.
    pub(super) fn add_to(&self, pauses: &Pauses, now: Timestamp) {
        for (domain, until) in &self.domains {
            pauses.add(domain, *until, now);
        }
    }

    /// Returns until when the server wants no request to this very address, whatever holds for its domain.
    pub(super) fn of_address(&self, location: &Location) -> Option<Timestamp> {
        self.addresses.get(&location.as_url_text()).copied()
    }
}

/// Returns until when the server wants no request to an address, if it asked for a pause for the address or for its whole
/// domain.
pub(super) fn paused_until(
    config: &Config,
    database: Option<&Path>,
    location: &Location,
) -> anyhow::Result<Option<Timestamp>> {
    let (pauses, now) = (Pauses::default(), Timestamp::now());
    let known = KnownPauses::read(config, database, now)?;
    known.add_to(&pauses, now);
    Ok(pauses.until(location, now).max(known.of_address(location)))
}
