//! What the verbs say and do about a source that feeds.toml no longer names, while its articles are still stored.

use std::path::Path;

use serde::Serialize;

use super::args::GlobalArgs;
use super::daemon_connection::DaemonConnection;
use super::status_table::ago;
use super::{UsageError, VerbOutcome, output, runtime};
use crate::config::{self, Config};
use crate::service::control::protocol::ControlRequest;
use crate::store::{self, PurgeChoice, RetiredSource, Store, StoreError};
use crate::text::words::{counted, printable};
use crate::time::Timestamp;

/// What became of the articles of a removed source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purged {
    /// They stay until their retention ends.
    NotAsked,
    /// This many were deleted.
    Articles(u64),
    /// There is no database, so none were stored.
    NoDatabase,
    /// The daemon ended meanwhile, so its next start deletes them.
    AtNextStart,
}

impl Purged {
    pub(super) fn deleted(self) -> Option<u64> {
        match self {
            Self::Articles(articles) => Some(articles),
            Self::NoDatabase => Some(0),
            Self::NotAsked | Self::AtNextStart => None,
        }
    }

    /// Returns a note to be printed after the path of feeds.toml.
    pub(super) fn note(self) -> String {
        match self {
            Self::NotAsked | Self::NoDatabase => String::new(),
            Self::Articles(articles) => {
                let were = if articles == 1 { "was" } else { "were" };
                format!("; {} {were} deleted", counted(articles, "article"))
            }
            Self::AtNextStart => "; its articles are deleted at the next start".to_owned(),
        }
    }
}

/// Returns the removed source that `wanted`, a name or an address, means. Returns `None` if none is stored. Fails if several
/// have had the name.
pub(super) fn find(database: &Path, config: &Config, wanted: &str) -> anyhow::Result<Option<RetiredSource>> {
    if !database.exists() {
        return Ok(None);
    }
    let address = config::read_location(wanted, &config.path).ok().map(|location| location.as_url_text());
    let store = Store::open_read_only(database, &config.sources, &config.dedup)?;
    let mut found = runtime::start_small()?.block_on(async {
        let found = store.retired_sources(wanted, address.as_deref()).await?;
        store.close().await?;
        Ok::<_, StoreError>(found)
    })?;
    if found.len() > 1 {
        let now = Timestamp::now();
        let lines = found.iter().map(|source| {
            let (url, articles) = (&source.shown_url, counted(source.articles, "article"));
            format!("\n  {url}, {}, with {articles}", when(source, now))
        });
        let (wanted, lines) = (printable(wanted), lines.collect::<String>());
        let message = format!(
            "several sources that were removed had the name `{wanted}`:{lines}\nhint: give an address"
        );
        return Err(UsageError(message).into());
    }
    Ok(found.pop())
}

/// Says what is left of the removed source that `wanted` means. Returns `None` if it means none or several, or if the database
/// can't be read.
pub(super) fn describe_wanted(database: &Path, config: &Config, wanted: &str) -> Option<String> {
    find(database, config, wanted).ok().flatten().map(|source| describe(&source))
}

/// Says when the source was removed.
fn when(source: &RetiredSource, now: Timestamp) -> String {
    match source.retired_at {
        Some(at) => format!("removed from feeds.toml {}", ago(at, now)),
        None => "removed from feeds.toml, which riverd has not read since".to_owned(),
    }
}

/// Says when the source was removed and what is left of it, with a hint how to delete it.
pub(super) fn describe(source: &RetiredSource) -> String {
    let RetiredSource { name, articles, .. } = source;
    let removed = format!("`{name}` was {}", when(source, Timestamp::now()));
    match articles {
        0 => format!("{removed}, and none of its articles is stored any more"),
        articles => {
            let (stay, them) = if *articles == 1 { ("stays", "it") } else { ("stay", "them") };
            format!(
                "{removed}; {} of it {stay} until retention deletes {them}\nhint: `riverd remove {name} --purge` deletes {them} now, \
                 and `riverd add ADDRESS` polls the source again",
                counted(*articles, "article")
            )
        }
    }
}

/// Output of `remove --purge --json` for a source that was removed before.
#[derive(Serialize)]
struct PurgeReport<'a> {
    config: String,
    source: RemovedSource<'a>,
    deleted: Option<u64>,
}

#[derive(Serialize)]
struct RemovedSource<'a> {
    name: &'a str,
    url: &'a str,
    retired_at: Option<Timestamp>,
}

/// Stores which sources a configuration has, with what was chosen for the articles of those that it no longer has, and closes
/// the store. Returns how many articles were deleted.
pub(super) fn put_in_force(store: &Store, config: &Config) -> anyhow::Result<u64> {
    let changes = runtime::start_small()?.block_on(async {
        let changes = store.sync_sources(&config.sources, &config.dedup, Timestamp::now()).await?;
        store.close().await?;
        Ok::<_, StoreError>(changes)
    })?;
    Ok(changes.purged)
}

/// Deletes the articles of a source that was removed before.
pub(super) fn purge(
    global: &GlobalArgs,
    config: &Config,
    source: &RetiredSource,
    json: bool,
) -> anyhow::Result<VerbOutcome> {
    let (state, database, url) = (global.state_dir()?, global.database()?, source.address.clone());
    let purged =
        if DaemonConnection::request(&state, &ControlRequest::NotePurge { url, purge: true })?.is_some() {
            let deleted = DaemonConnection::request(&state, &ControlRequest::Reload)?;
            deleted.map_or(Purged::AtNextStart, Purged::Articles)
        } else {
            let store = Store::open(&database, &config.dedup)?;
            store::note_purge_choice(&database, &source.address, PurgeChoice::Purge)?;
            Purged::Articles(put_in_force(&store, config)?)
        };
    if json {
        let RetiredSource { name, shown_url: url, retired_at, .. } = source;
        let source = RemovedSource { name, url, retired_at: *retired_at };
        let report =
            PurgeReport { config: config.path.display().to_string(), source, deleted: purged.deleted() };
        output::print_json(&report)?;
    } else {
        let removed = when(source, Timestamp::now());
        let (name, url, note) = (&source.name, &source.shown_url, purged.note());
        output::print_line(&format!("`{name}` ({url}) was {removed}{note}"))?;
    }
    Ok(VerbOutcome::Succeeded)
}
