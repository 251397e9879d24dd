//! `riverd remove`: a source less in feeds.toml, and with `--purge` in the database.

use std::path::Path;

use super::args::{Global, Remove};
use super::{Outcome, UsageError, output, small_runtime};
use crate::config::{self, Config};
use crate::model::Source;
use crate::store::{self, Store, StoreError, Wish};
use crate::time::Timestamp;

/// Takes the source out. Its articles stay until retention, or go at once with `--purge`.
pub(super) fn run(global: &Global, args: &Remove) -> anyhow::Result<Outcome> {
    let path = global.config_path()?;
    let config = config::load(&path)?;
    let source = config.find_source(&args.source).ok_or_else(|| unknown(&config, &args.source))?;
    let database = global.state_dir()?.join("riverd.db");
    let fate = if args.purge && database.exists() {
        purge(&path, &config, source, &database)?
    } else {
        config::remove_source(&path, source).map_err(super::add::explain)?;
        String::new()
    };
    let (name, location, file) = (&source.name, &source.location, config.path.display());
    output::print_line(&format!("removed `{name}` ({location}) from {file}{fate}"))?;
    Ok(Outcome::Done)
}

/// Takes the source out of the file and of the database. Says what became of its articles.
fn purge(path: &Path, config: &Config, source: &Source, database: &Path) -> anyhow::Result<String> {
    // Opened first: a database that can't be opened must be known before the file is changed.
    let store = match Store::open(database, &config.dedup) {
        Ok(store) => Some(store),
        Err(StoreError::Locked { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let address = source.location.as_url_text();
    store::note_wish(database, &address, Wish::Purge)?;
    let after = match config::remove_source(path, source) {
        Ok(after) => after,
        Err(error) => {
            store::note_wish(database, &address, Wish::Keep)?;
            return Err(super::add::explain(error));
        }
    };
    let Some(store) = store else {
        return Ok("; the riverd that is running deletes its articles within seconds".to_owned());
    };
    let synced = small_runtime()?.block_on(async {
        let synced = store.sync_sources(&after.sources, &after.dedup, Timestamp::now()).await?;
        store.close().await?;
        Ok::<_, StoreError>(synced)
    })?;
    Ok(match synced.purged {
        1 => "; 1 article was deleted".to_owned(),
        count => format!("; {count} articles were deleted"),
    })
}

/// For a verb that was given a source which feeds.toml does not have.
pub(super) fn unknown(config: &Config, wanted: &str) -> UsageError {
    let hint = match config.nearest_source(wanted) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`riverd list` shows the sources".to_owned(),
    };
    UsageError(format!("there is no source `{wanted}` in {}\nhint: {hint}", config.path.display()))
}
