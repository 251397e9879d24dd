//! `riverd remove`: a source less in feeds.toml.

use super::args::{Global, Remove};
use super::{Outcome, UsageError, output};
use crate::config::{self, Config};

/// Takes the source out. Its articles stay until retention, or go at once with `--purge`.
pub(super) fn run(global: &Global, args: &Remove) -> anyhow::Result<Outcome> {
    let path = global.config_path()?;
    let config = config::load(&path)?;
    let Some(source) = config.find_source(&args.source) else {
        return Err(unknown(&config, &args.source).into());
    };
    config::remove_source(&path, source).map_err(super::add::explain)?;
    output::print_line(&format!(
        "removed `{}` ({}) from {}",
        source.name,
        source.location,
        config.path.display()
    ))?;
    Ok(Outcome::Done)
}

/// For a verb that was given a source which feeds.toml does not have.
pub(super) fn unknown(config: &Config, wanted: &str) -> UsageError {
    let hint = match config.nearest_source(wanted) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`riverd list` shows the sources".to_owned(),
    };
    UsageError(format!("there is no source `{wanted}` in {}\nhint: {hint}", config.path.display()))
}
