//! `riverd remove`: removes a source from feeds.toml, and with `--purge` its articles from the database.

use std::path::Path;

use super::args::{GlobalArgs, RemoveArgs};
use super::daemon_connection::DaemonConnection;
use super::{UsageError, VerbOutcome, output, small_runtime};
use crate::config::{self, Config};
use crate::model::Source;
use crate::service::control::protocol::ControlRequest;
use crate::store::{self, PurgeChoice, Store, StoreError};
use crate::text::words::counted;
use crate::time::Timestamp;

/// Removes the source. Its articles stay until their retention ends, unless `--purge` deletes them.
pub(super) fn run(global: &GlobalArgs, args: &RemoveArgs) -> anyhow::Result<VerbOutcome> {
    let config = global.load_config()?;
    let path = config.path.clone();
    let source = config.find_source(&args.source).ok_or_else(|| unknown_source(&config, &args.source))?;
    let database = global.database()?;
    let purge_note = if args.purge && database.exists() {
        match DaemonConnection::open(&global.state_dir()?)? {
            Some(daemon) => purge_in_daemon(global, daemon, &path, source)?,
            None => purge(&path, &config, source, &database)?,
        }
    } else {
        config::remove_source(&path, source).map_err(super::add::classify_edit_error)?;
        String::new()
    };
    let (name, location, file) = (&source.name, &source.location, config.path.display());
    output::print_line(&format!("removed `{name}` ({location}) from {file}{purge_note}"))?;
    Ok(VerbOutcome::Succeeded)
}

/// Removes the source from the file, and lets the daemon delete its articles. Returns a note about them, to be printed.
fn purge_in_daemon(
    global: &GlobalArgs,
    mut daemon: DaemonConnection,
    path: &Path,
    source: &Source,
) -> anyhow::Result<String> {
    let state = global.state_dir()?;
    let url = source.location.as_url_text();
    daemon.send(&ControlRequest::NotePurge { url: url.clone(), purge: true })?;
    daemon.receive()?;
    if let Err(error) = config::remove_source(path, source) {
        DaemonConnection::request(&state, &ControlRequest::NotePurge { url, purge: false })?;
        return Err(super::add::classify_edit_error(error));
    }
    let purged = DaemonConnection::request(&state, &ControlRequest::Reload)?;
    Ok(purged.map_or_else(|| "; its articles are deleted at the next start".to_owned(), deleted_note))
}

fn deleted_note(articles: u64) -> String {
    let were = if articles == 1 { "was" } else { "were" };
    format!("; {} {were} deleted", counted(articles, "article"))
}

/// Removes the source from the file and from the database, in which no daemon writes. Returns a note about its
/// articles, to be printed.
fn purge(path: &Path, config: &Config, source: &Source, database: &Path) -> anyhow::Result<String> {
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
    let changes = small_runtime()?.block_on(async {
        let changes = store.sync_sources(&new_config.sources, &new_config.dedup, Timestamp::now()).await?;
        store.close().await?;
        Ok::<_, StoreError>(changes)
    })?;
    Ok(deleted_note(changes.purged))
}

/// Returns the error for a source that feeds.toml does not have.
pub(super) fn unknown_source(config: &Config, wanted: &str) -> UsageError {
    UsageError(config.unknown_source(wanted))
}
