//! Keeps the answers that a verb got for the next poll of the source, and finds the pauses that servers asked for before.

use std::path::Path;

use super::args::GlobalArgs;
use super::daemon_connection::DaemonConnection;
use super::{output, small_runtime};
use crate::config::Config;
use crate::fetch::Limits;
use crate::model::{EarlierAnswer, Location};
use crate::policy::decide::pause_of_answer;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Keeps an answer, so that the next poll uses it and sends no request of its own. The daemon keeps it if one runs. A
/// failure costs the publisher a second request and nothing else, so it is only a warning.
pub(super) fn keep(global: &GlobalArgs, config: &Config, answer: EarlierAnswer) {
    if let Err(error) = try_to_keep(global, config, answer) {
        output::print_message(&format!("warning: the first poll asks the server again: {error:#}"));
    }
}

fn try_to_keep(global: &GlobalArgs, config: &Config, answer: EarlierAnswer) -> anyhow::Result<()> {
    if let Some(daemon) = DaemonConnection::open(&global.state_dir()?)? {
        return daemon.keep_answer(answer);
    }
    global.create_state_dir()?;
    let store = Store::open(&global.database()?, &config.dedup)?;
    let now = Timestamp::now();
    let pause = pause_of_answer(&answer.outcome, now);
    small_runtime()?.block_on(async {
        store.keep_answer(answer, pause, now).await?;
        store.close().await
    })?;
    Ok(())
}

/// Adds to `limits` the pauses that the domains of servers asked for, as the database knows them.
pub(super) fn load_pauses(
    config: &Config,
    database: Option<&Path>,
    limits: &Limits,
    now: Timestamp,
) -> anyhow::Result<()> {
    let Some(database) = database.filter(|path| path.exists()) else { return Ok(()) };
    let store = Store::open_read_only(database, &config.sources, &config.dedup)?;
    let pauses = small_runtime()?.block_on(async {
        let pauses = store.pauses(now).await?;
        store.close().await?;
        Ok::<_, StoreError>(pauses)
    })?;
    for (domain, until) in pauses {
        limits.pauses().add(&domain, until, now);
    }
    Ok(())
}

/// Returns until when the domain of an address wants no request, if it asked for a pause.
pub(super) fn paused_until(
    config: &Config,
    database: Option<&Path>,
    location: &Location,
) -> anyhow::Result<Option<Timestamp>> {
    let (limits, now) = (Limits::new(&config.polling), Timestamp::now());
    load_pauses(config, database, &limits, now)?;
    Ok(limits.pauses().until(location, now))
}
