//! `riverd remove`: removes a source from feeds.toml, and with `--purge` its articles from the database.

use std::path::Path;

use super::args::{GlobalArgs, RemoveArgs};
use super::{UsageError, VerbOutcome, output, small_runtime};
use crate::config::{self, Config};
use crate::model::Source;
use crate::store::{self, PurgeChoice, Store, StoreError};
use crate::time::Timestamp;

/// Removes the source. Its articles stay until their retention ends, unless `--purge` deletes them.
pub(super) fn run(global: &GlobalArgs, args: &RemoveArgs) -> anyhow::Result<VerbOutcome> {
    let path = global.config_path()?;
    let config = config::load(&path)?;
    let source = config.find_source(&args.source).ok_or_else(|| unknown_source(&config, &args.source))?;
    let database = global.state_dir()?.join("riverd.db");
    let purge_note = if args.purge && database.exists() {
        purge(&path, &config, source, &database)?
    } else {
        config::remove_source(&path, source).map_err(super::add::classify_edit_error)?;
        String::new()
    };
    let (name, location, file) = (&source.name, &source.location, config.path.display());
    output::print_line(&format!("removed `{name}` ({location}) from {file}{purge_note}"))?;
    Ok(VerbOutcome::Succeeded)
}

/// Removes the source from the file and from the database. Returns a note about its articles, to be printed.
fn purge(path: &Path, config: &Config, source: &Source, database: &Path) -> anyhow::Result<String> {
    // The database is opened first: if that fails, the file must not have changed.
    let store = match Store::open(database, &config.dedup) {
        Ok(store) => Some(store),
        Err(StoreError::Locked { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let address = source.location.as_url_text();
    store::note_purge_choice(database, &address, PurgeChoice::Purge)?;
    let new_config = match config::remove_source(path, source) {
        Ok(new_config) => new_config,
        Err(error) => {
            store::note_purge_choice(database, &address, PurgeChoice::Keep)?;
            return Err(super::add::classify_edit_error(error));
        }
    };
    let Some(store) = store else {
        return Ok("; the riverd that is running deletes its articles within seconds".to_owned());
    };
    let changes = small_runtime()?.block_on(async {
        let changes = store.sync_sources(&new_config.sources, &new_config.dedup, Timestamp::now()).await?;
        store.close().await?;
        Ok::<_, StoreError>(changes)
    })?;
    Ok(match changes.purged {
        1 => "; 1 article was deleted".to_owned(),
        count => format!("; {count} articles were deleted"),
    })
}

/// Returns the error for a source that feeds.toml does not have.
pub(super) fn unknown_source(config: &Config, wanted: &str) -> UsageError {
    let hint = match config.nearest_source(wanted) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`riverd list` shows the sources".to_owned(),
    };
    UsageError(format!("there is no source `{wanted}` in {}\nhint: {hint}", config.path.display()))
}
