//! `riverd add`: a source more in feeds.toml.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::{Add, Global};
use super::list::Listed;
use super::{Outcome, UsageError, output};
use crate::config::{self, Config, EditError, NewSource};

/// What `add --json` prints.
#[derive(Serialize)]
struct Added<'c> {
    config: String,
    source: Listed<'c>,
}

/// Appends the source, and says under which name.
pub(super) fn run(global: &Global, args: &Add) -> anyhow::Result<Outcome> {
    let path = file_to_edit(global)?;
    let source = NewSource {
        url: with_scheme(&args.url),
        name: args.name.clone(),
        title: args.title.clone(),
        tags: args.tags.clone(),
        every: args.every.clone(),
    };
    refuse_known(&path, &source)?;
    let config = config::add_sources(&path, &[source]).map_err(explain)?;
    let Some(added) = config.sources.last() else { anyhow::bail!("the source was not found in its file") };
    if args.output.json {
        output::print_json(&Added {
            config: config.path.display().to_string(),
            source: Listed::from(&**added),
        })?;
    } else {
        let (name, location, file) = (&added.name, &added.location, config.path.display());
        output::print_line(&format!("added `{name}` ({location}) to {file}"))?;
    }
    Ok(Outcome::Done)
}

/// The configuration there is; where there is none and none is named, a new `./feeds.toml`.
fn file_to_edit(global: &Global) -> Result<PathBuf, config::ConfigErrors> {
    match global.config_path() {
        Err(_) if global.config.is_none() => Ok(PathBuf::from("feeds.toml")),
        found => found,
    }
}

/// `example.org/feed` as people type it is `https://example.org/feed`.
fn with_scheme(url: &str) -> String {
    let host = url.split(['/', '?']).next().unwrap_or_default();
    let is_bare =
        !url.contains("://") && !host.contains(':') && host.contains('.') && !Path::new(url).exists();
    if is_bare { format!("https://{url}") } else { url.to_owned() }
}

/// A source that is there already is better told by its name than by a line of a text that was not written.
fn refuse_known(path: &Path, source: &NewSource) -> anyhow::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let config: Config = config::load(path)?;
    if let Some(known) = config.find_source(&source.url) {
        anyhow::bail!("`{}` is a source already: `{}`", known.location, known.name);
    }
    Ok(())
}

/// A value that feeds.toml would not take was wrong on the command line.
pub(super) fn explain(error: EditError) -> anyhow::Error {
    match error {
        EditError::Broken(errors) => errors.into(),
        refused @ EditError::Refused(_) => UsageError(refused.to_string()).into(),
        other => other.into(),
    }
}
