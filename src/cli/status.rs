//! `riverd status [SOURCE]`: shows the health of the sources, when each is polled next, and why then.

use std::path::Path;

use anyhow::Context as _;
use bytesize::ByteSize;

use super::args::{GlobalArgs, StatusArgs};
use super::daemon_connection::DaemonConnection;
use super::state_dir::print_no_database;
use super::status_table::{ago, ahead};
use super::{UsageError, VerbOutcome, output, removed, runtime, status_table, terminal};
use crate::config::Config;
use crate::model::{Source, SourceStatus, StorageReport};
use crate::render::health::{Condition, ListHealth, SourceHealth};
use crate::render::status_report::shares;
use crate::service::last_good::UsableConfig;
use crate::service::notices::BROKEN_CONFIG;
use crate::store::{self, IntegrityCheck, RetiredSource, Store, StoreError};
use crate::text::words::counted;
use crate::time::{Timestamp, brief};

/// Reads the store, even while a daemon is running, and prints the health of one source or of all.
pub(super) fn run(global: &GlobalArgs, args: &StatusArgs) -> anyhow::Result<VerbOutcome> {
    let UsableConfig { config, file } = global.load_usable_config()?;
    global.note_state_of_other_config(&config.path)?;
    let path = global.database()?;
    let now = Timestamp::now();
    let selected = args.source.as_deref().map(|text| select(&config, &path, text)).transpose()?;
    let StoredStatus { sources: statuses, check, storage, bytes } = read_store(&path, &config)?;
    warn_of_damage(check, &path, now);
    warn_of_problems(&global.state_dir()?, file.is_err());
    let unpolled =
        config.sources.iter().filter(|source| statuses.iter().all(|known| known.name != source.name)).count();
    if selected.is_none() && unpolled > 0 && !statuses.is_empty() {
        let unpolled = counted(unpolled as u64, "source");
        output::print_message(&format!(
            "note: {unpolled} of feeds.toml can't be shown yet, because riverd has not put the changed file in force"
        ));
    }
    let mut healths: Vec<SourceHealth> = statuses
        .iter()
        .filter(|status| selected.as_ref().is_none_or(|wanted| wanted.is(status)))
        .map(|status| SourceHealth::of(status, now))
        .collect();
    let is_empty = healths.is_empty();
    let summary = status_table::summary(&healths);
    if args.failing {
        healths.retain(status_table::is_failing);
    }
    match (selected, args.output.json) {
        (Some(selected), json) => {
            let health = healths.pop().with_context(|| selected.why_unknown())?;
            if let Selected::Removed(source) = &selected {
                output::print_message(&format!("note: {}", removed::describe(source)));
            }
            if json { output::print_json(&health)? } else { output::print(&detail(&health, now))? }
        }
        (None, true) => output::print_json(&healths)?,
        (None, false) if config.sources.is_empty() && is_empty => {
            output::print_message(&format!("{} has no sources", config.path.display()));
        }
        (None, false) if is_empty => {
            print_no_database(&path);
        }
        (None, false) if healths.is_empty() => {
            output::print_line(&terminal::fitted(&format!("no source fails; {summary}")))?;
        }
        (None, false) => {
            let overview = status_table::overview(&healths, now);
            let storage = storage.map(|report| storage_lines(&report, now)).unwrap_or_default();
            let lines = terminal::fitted(&format!("{summary}\n{}{storage}", size_line(&path, bytes)));
            terminal::print_painted(&format!("{overview}\n{lines}"))?;
        }
    }
    Ok(VerbOutcome::Succeeded)
}

/// The source that `status SOURCE` shows.
enum Selected<'c> {
    Configured(&'c Source),
    /// Feeds.toml no longer names it.
    Removed(RetiredSource),
}

/// Returns the source with this name or address.
fn select<'c>(config: &'c Config, database: &Path, wanted: &str) -> anyhow::Result<Selected<'c>> {
    if let Some(source) = config.find_source(wanted) {
        return Ok(Selected::Configured(source));
    }
    let removed = removed::find(database, config, wanted)?;
    Ok(Selected::Removed(removed.ok_or_else(|| UsageError(config.unknown_source(wanted)))?))
}

impl Selected<'_> {
    /// Returns whether this is the status of the source.
    fn is(&self, status: &SourceStatus) -> bool {
        match self {
            Self::Configured(source) => status.source.is_some() && source.name == status.name,
            Self::Removed(removed) => {
                status.source.is_none() && removed.name == status.name && removed.shown_url == status.url
            }
        }
    }

    /// Says why the store has nothing about the source.
    fn why_unknown(&self) -> String {
        match self {
            Self::Configured(Source { name, .. }) => {
                format!("`{name}` has not been polled yet\nhint: `riverd poll {name}` polls it")
            }
            Self::Removed(source) => removed::describe(source),
        }
    }
}

/// What the store says of the sources and of itself.
#[derive(Default)]
struct StoredStatus {
    sources: Vec<SourceStatus>,
    check: Option<IntegrityCheck>,
    storage: Option<StorageReport>,
    /// Size of the database in bytes. Newer pages may still be in the write-ahead log, so the file can be smaller.
    bytes: u64,
}

/// Reads the store. Returns an empty status if there is no database yet.
fn read_store(path: &Path, config: &Config) -> anyhow::Result<StoredStatus> {
    if !path.exists() {
        return Ok(StoredStatus::default());
    }
    let store = Store::open_read_only(path, &config.sources, &config.dedup)?;
    let status = runtime::start_small()?.block_on(async {
        let status = StoredStatus {
            sources: store.statuses().await?,
            check: store.last_integrity_check().await?,
            storage: store.last_storage_report().await?,
            bytes: store.database_bytes().await?,
        };
        store.close().await?;
        Ok::<_, StoreError>(status)
    })?;
    Ok(status)
}

/// Warns if the last check of the database found damage.
fn warn_of_damage(check: Option<IntegrityCheck>, database: &Path, now: Timestamp) {
    let Some(IntegrityCheck { at, damage: Some(damage), .. }) = check else { return };
    let (path, ago) = (database.display(), ago(at, now));
    output::print_message(&format!(
        "warning: the check of the database `{path}` {ago} found damage: {damage}\nhint: put a backup in its place"
    ));
}

/// Warns if a daemon is running but can't poll, or if something else is wrong with it. If it is known already that feeds.toml
/// is broken, the daemon does not say it again.
fn warn_of_problems(state_dir: &Path, is_broken: bool) {
    let warnings = DaemonConnection::warnings(state_dir);
    for warning in warnings.iter().filter(|warning| !is_broken || !warning.starts_with(BROKEN_CONFIG)) {
        output::print_message(&format!("warning: {warning}"));
    }
}

/// Says how large the database and its write-ahead log are.
fn size_line(database: &Path, bytes: u64) -> String {
    // A file that does not exist takes no room.
    let log_bytes = std::fs::metadata(store::log_of(database)).map_or(0, |file| file.len());
    format!("database: {}, write-ahead log: {}", ByteSize(bytes), ByteSize(log_bytes))
}

/// Says what fills the database. A line break comes before each line, because the text follows that of
/// [`size_line`].
fn storage_lines(report: &StorageReport, now: Timestamp) -> String {
    let lines = [("of it", &report.parts), ("most text from", &report.sources)];
    let lines = lines.map(|(label, largest)| match shares(largest) {
        none if none.is_empty() => String::new(),
        shares => format!("\n{label}: {shares}"),
    });
    format!("{} (measured {})", lines.concat(), ago(report.measured_at, now))
}

/// Returns everything that is known about one source.
fn detail(health: &SourceHealth, now: Timestamp) -> String {
    let mut text = String::new();
    let mut row = |name: &str, value: &str| text.extend([format!("{name:<14}{value}\n")]);
    row("source", &health.source);
    row("url", &health.url);
    if let Some(title) = &health.title {
        row("title", title);
    }
    let waits = if health.condition == Condition::Waiting { " for the network" } else { "" };
    row("state", &format!("{}{waits}", health.condition.as_str()));
    let moment = |at| moment(at, now);
    row("last poll", &moment(health.last_poll_at));
    row("last success", &moment(health.last_success_at));
    let next_poll = if health.is_being_polled() { "running".to_owned() } else { moment(health.next_poll_at) };
    row("next poll", &next_poll);
    row("why then", &health.next_poll_why);
    row("articles", &health.articles.to_string());
    row("last new", &moment(health.last_new_at));
    if health.failures > 0 {
        row("failures", &format!("{} in a row since {}", health.failures, moment(health.failing_since)));
    }
    if let Some(error) = &health.last_error {
        row("last error", &format!("{}: {}", error.kind, error.message));
        if let Some(hint) = &error.hint {
            row("hint", hint);
        }
    }
    if let Some(moved) = &health.moved {
        let polls = if moved.polls == 1 { "poll" } else { "polls" };
        row("moved", &format!("{} since {}, seen by {} {polls}", moved.url, moved.since, moved.polls));
        if let Some(line) = moved.line.as_ref().or(moved.how.as_ref()) {
            row("in feeds.toml", line);
        }
    }
    if let Some(hub) = &health.hub {
        let until = hub
            .until
            .map_or_else(|| "requested, not confirmed yet".to_owned(), |until| format!("until {until}"));
        row("hub", &format!("{}, {until}, last notification {}", hub.url, moment(hub.told_at)));
    }
    for (name, value) in health.list.iter().flat_map(|list| list_rows(list, now)) {
        row(name, &value);
    }
    for defect in &health.defects {
        row("repaired", &format!("{} ({})", defect.name, defect.count));
    }
    for left_out in &health.left_out {
        let (reason, count) = (left_out.reason, left_out.count);
        row("left out", &format!("{} ({count}): {}", reason.as_str(), reason.explanation()));
    }
    text
}

/// Returns a time and how far it is from now.
fn moment(at: Option<Timestamp>, now: Timestamp) -> String {
    match at {
        Some(at) if at > now => format!("{at} ({})", ahead(at, now)),
        Some(at) => format!("{at} ({})", ago(at, now)),
        None => "never".to_owned(),
    }
}

/// Returns the rows about the list of the last document: how long it covers, and what may have been missed.
fn list_rows(list: &ListHealth, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut rows = vec![("list", list_words(list))];
    if list.replaced > 0 {
        let polls = if list.replaced == 1 { "poll" } else { "polls" };
        let missed = format!(
            "{} {polls} found new entries only, so that entries before them may have been missed; last {}",
            list.replaced,
            moment(list.replaced_at, now)
        );
        rows.push(("missed", missed));
    }
    rows.extend(list.at_risk.clone().map(|risk| ("at risk", risk)));
    rows
}

/// Says how long the list of the last document covers.
fn list_words(list: &ListHealth) -> String {
    let entries = if list.entries == 1 { "entry" } else { "entries" };
    match list.covers_s {
        Some(covers) => {
            let covers = brief(std::time::Duration::from_secs(covers));
            format!("{} {entries}, which cover about {covers} at the present rate", list.entries)
        }
        None => format!("{} {entries}", list.entries),
    }
}
