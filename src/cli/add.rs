//! `riverd add`: a source more in feeds.toml.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::args::{Add, Global};
use super::choose::{self, Choice};
use super::list::ListedSource;
use super::{Outcome, UsageError, output};
use crate::config::{self, Config, ConfigErrors, EditError, NewSource};
use crate::model::Source;
use crate::store;
use crate::time::Timestamp;

/// What `add --json` prints.
#[derive(Serialize)]
struct Added<'c> {
    config: String,
    source: ListedSource<'c>,
}

/// Finds the feed, appends it, and says under which name.
pub(super) fn run(global: &Global, args: &Add) -> anyhow::Result<Outcome> {
    let path = file_to_edit(global)?;
    let existing = if path.exists() { Some(config::load(&path)?) } else { None };
    let mut new = NewSource {
        url: with_scheme(&args.url),
        name: args.name.clone(),
        title: args.title.clone(),
        tags: args.tags.clone(),
        every: args.every.clone(),
        ..NewSource::default()
    };
    refuse_known(existing.as_ref(), &new.url)?;
    // Nobody on the network is asked for the sake of what the file would not take.
    let planned = config::plan_addition(&path, std::slice::from_ref(&new)).map_err(explain)?;
    match choose::choose(&planned, &last(&planned)?.location, args)? {
        Choice::Feed(feed) => {
            new.url = feed.url.into();
            new.feed_title = feed.title;
        }
        Choice::AsGiven => {}
        Choice::Undecided => return Ok(Outcome::SomeFailed),
    }
    refuse_known(existing.as_ref(), &new.url)?;
    let config = config::add_sources(&path, &[new]).map_err(explain)?;
    tell(&config, args)?;
    if let Err(error) = try_again(global, last(&config)?) {
        output::say(&format!("warning: it is asked only if it was not gone before: {error:#}"));
    }
    Ok(Outcome::Done)
}

/// One that was gone, removed and is added, all before a daemon saw it, would be gone still.
fn try_again(global: &Global, source: &Source) -> anyhow::Result<()> {
    let database = global.state_dir()?.join("riverd.db");
    if !database.exists() {
        return Ok(());
    }
    Ok(store::ask_again(&database, &source.location.as_url_text(), Timestamp::now())?)
}

/// The source that was added.
fn last(config: &Config) -> anyhow::Result<&Source> {
    config.sources.last().map(|source| &**source).context("the source was not found in its file")
}

fn tell(config: &Config, args: &Add) -> anyhow::Result<()> {
    let added = last(config)?;
    if args.output.json {
        let path = config.path.display().to_string();
        return output::print_json(&Added { config: path, source: ListedSource::from(added) });
    }
    let (name, location, file) = (&added.name, &added.location, config.path.display());
    Ok(output::print_line(&format!("added `{name}` ({location}) to {file}"))?)
}

/// The configuration there is; where there is none and none is named, a new `./feeds.toml`.
fn file_to_edit(global: &Global) -> Result<PathBuf, ConfigErrors> {
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
fn refuse_known(existing: Option<&Config>, url: &str) -> anyhow::Result<()> {
    match existing.and_then(|config| config.find_source(url)) {
        Some(known) => anyhow::bail!("`{}` is a source already: `{}`", known.location, known.name),
        None => Ok(()),
    }
}

/// A value that feeds.toml would not take was wrong on the command line.
pub(super) fn explain(error: EditError) -> anyhow::Error {
    match error {
        EditError::Broken(errors) => errors.into(),
        refused @ EditError::Refused(_) => UsageError(refused.to_string()).into(),
        other => other.into(),
    }
}
