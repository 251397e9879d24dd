//! `riverd remove`: removes a source from feeds.toml, and with `--purge` its articles from the database.

use std::path::Path;

use serde::Serialize;

use super::args::{GlobalArgs, RemoveArgs};
use super::daemon_connection::DaemonConnection;
use super::list::ListedSource;
use super::removed::Purged;
use super::{UsageError, VerbOutcome, check, output, removed};
use crate::config::{self, Config};
use crate::model::Source;
use crate::service::control::protocol::ControlRequest;
use crate::store::{self, PurgeChoice, Store};

/// Removes the source. Its articles stay until their retention ends, unless `--purge` deletes them.
pub(super) fn run(global: &GlobalArgs, args: &RemoveArgs) -> anyhow::Result<VerbOutcome> {
    let config = global.load_config()?;
    let path = config.path.clone();
    let Some(source) = config.find_source(&args.source) else {
        return match removed::find(&global.database()?, &config, &args.source)? {
            Some(removed) if args.purge => removed::purge(global, &config, &removed, args.output.json),
            Some(removed) => Err(UsageError(removed::describe(&removed)).into()),
            // No other name is guessed, because a person who follows the guess deletes the articles of another source.
            None if args.purge => {
                Err(UsageError(config.missing_source(&args.source, "`riverd list` shows the sources")).into())
            }
            None => Err(UsageError(config.unknown_source(&args.source)).into()),
        };
    };
    let database = global.database()?;
    let purged = if args.purge && database.exists() {
        match DaemonConnection::open(&global.state_dir()?)? {
            Some(daemon) => purge_in_daemon(global, daemon, &path, source)?,
            None => Purged::Articles(purge(&path, &config, source, &database)?),
        }
    } else {
        config::remove_source(&path, source).map_err(super::add::classify_edit_error)?;
        if args.purge { Purged::NoDatabase } else { Purged::NotAsked }
    };
    check::warn_of_unreadable_file(global);
    if args.output.json {
        let config = config.path.display().to_string();
        let report =
            RemoveReport { config, source: ListedSource::from(&**source), deleted: purged.deleted() };
        output::print_json(&report)?;
        return Ok(VerbOutcome::Succeeded);
    }
    let purge_note = purged.note();
    let (name, location, file) = (&source.name, &source.location, config.path.display());
    output::print_line(&format!("removed `{name}` ({location}) from {file}{purge_note}"))?;
    Ok(VerbOutcome::Succeeded)
}

/// Output of `remove --json`.
#[derive(Serialize)]
struct RemoveReport<'c> {
    config: String,
    source: ListedSource<'c>,
    /// How many articles were deleted. `None` if none were to be deleted now.
    deleted: Option<u64>,
}

/// Removes the source from the file, and lets the daemon delete its articles.
fn purge_in_daemon(
    global: &GlobalArgs,
    mut daemon: DaemonConnection,
    path: &Path,
    source: &Source,
) -> anyhow::Result<Purged> {
    let state = global.state_dir()?;
    let url = source.location.as_url_text();
    daemon.send(&ControlRequest::NotePurge { url: url.clone(), purge: true })?;
    daemon.receive()?;
    if let Err(error) = config::remove_source(path, source) {
        DaemonConnection::request(&state, &ControlRequest::NotePurge { url, purge: false })?;
        return Err(super::add::classify_edit_error(error));
    }
    let purged = DaemonConnection::request(&state, &ControlRequest::Reload)?;
    Ok(purged.map_or(Purged::AtNextStart, Purged::Articles))
}

/// Removes the source from the file and from the database while no daemon runs. Returns how many articles were deleted.
fn purge(path: &Path, config: &Config, source: &Source, database: &Path) -> anyhow::Result<u64> {
    // The database is opened first: if that fails, the file must not have changed.
    let store = Store::open(database, &config.dedup)?;
    let address = source.location.as_url_text();
    store::note_purge_choice(database, &address, PurgeChoice::Purge)?;
    let new_config = match config::remove_source(path, source) {
        Ok(new_config) => new_config,
        Err(error) => {
            store::note_purge_choice(database, &address, PurgeChoice::Keep)?;
            return Err(super::add::classify_edit_error(error));
        }
    };
    removed::put_in_force(&store, &new_config)
}
