//! `riverd check --online`: what every source gives when it is asked now. Nothing is stored.

use std::collections::HashSet;
use std::path::Path;
use std::sync::mpsc;

use anyhow::Context as _;
use serde::Serialize;

use super::{output, small_runtime};
use crate::config::Config;
use crate::model::SourceStatus;
use crate::model::{Failure, Source};
use crate::poll::source_check::{self, FeedSummary, SourceCheck};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// One element of `online` in what `check --online --json` prints.
#[derive(Serialize)]
pub(super) struct OnlineResult {
    name: String,
    url: String,
    /// `None` where no feed was found.
    feed: Option<FeedSummary>,
    /// Why there is none. `None` beside no feed: it was not asked, for its server asked for a pause that lasts.
    error: Option<Failure>,
    #[serde(skip)]
    position: usize,
}

impl From<SourceCheck> for OnlineResult {
    fn from(SourceCheck { source, found }: SourceCheck) -> Self {
        let (feed, error) = match found {
            Some(Ok(feed)) => (Some(feed), None),
            Some(Err(failure)) => (None, Some(failure)),
            None => (None, None),
        };
        let (name, url) = (source.name.clone(), source.location.to_string());
        Self { name, url, feed, error, position: source.position }
    }
}

impl OnlineResult {
    /// Whether it is a feed, or was not asked: a pause is no fault of feeds.toml.
    pub(super) fn is_ok(&self) -> bool {
        self.error.is_none()
    }

    /// For people: one line, and a second with a hint where something is wrong.
    fn to_text(&self) -> String {
        let name = &self.name;
        match (&self.feed, &self.error) {
            (Some(feed), _) => format!("{name}: {}", output::calm(&describe(feed))),
            (None, Some(Failure { message, hint: Some(hint), .. })) => {
                format!("{name}: failed: {}\n  hint: {}", output::calm(message), output::calm(hint))
            }
            (None, Some(failure)) => format!("{name}: failed: {}", output::calm(&failure.message)),
            (None, None) => {
                format!(
                    "{name}: not asked: its server asked for a pause; `riverd status {name}` says until when"
                )
            }
        }
    }
}

fn describe(feed: &FeedSummary) -> String {
    let entries = if feed.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", feed.entries) };
    let newest = feed.newest.map(|newest| format!("the newest of {newest}"));
    let title = feed.title.as_ref().map(|title| format!("\"{title}\""));
    let repairs = Some(feed.repairs.join(", ")).filter(|repairs| !repairs.is_empty());
    let repairs = repairs.map(|repairs| format!("repaired: {repairs}"));
    [Some(entries), newest, title, repairs].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Tries every enabled source. With `Talk::Lines` each is printed as it ends. The result is in file order.
pub(super) fn try_all(
    config: &Config,
    database: Option<&Path>,
    talk: Talk,
) -> anyhow::Result<Vec<OnlineResult>> {
    let paused = paused(config, database)?;
    let (tell, told) = mpsc::channel();
    let config = config.clone();
    let runtime = small_runtime()?;
    let trying = runtime.spawn(async move {
        // Nobody listens any more only when the printing failed; then that error ends the verb.
        let is_paused = |source: &Source| paused.contains(&source.name);
        source_check::check_each(&config, is_paused, move |trial| drop(tell.send(trial))).await
    });
    let mut all: Vec<OnlineResult> = Vec::new();
    for trial in told {
        let tried = OnlineResult::from(trial);
        if talk == Talk::Lines {
            output::print_line(&tried.to_text())?;
        }
        all.push(tried);
    }
    runtime.block_on(trying).context("trying the sources ended in a defect of riverd")??;
    all.sort_by_key(|tried| tried.position);
    Ok(all)
}

/// The names of the sources whose servers asked not to be asked now, as far as a database knows.
fn paused(config: &Config, database: Option<&Path>) -> anyhow::Result<HashSet<String>> {
    let Some(database) = database.filter(|path| path.exists()) else { return Ok(HashSet::new()) };
    let store = Store::open_read_only(database, &config.sources, &config.dedup)?;
    let statuses = small_runtime()?.block_on(async {
        let statuses = store.statuses().await?;
        store.close().await?;
        Ok::<_, StoreError>(statuses)
    })?;
    let now = Timestamp::now();
    let waits = |status: &SourceStatus| status.state.not_before.is_some_and(|until| until > now);
    Ok(statuses.into_iter().filter(waits).map(|status| status.name).collect())
}

/// What is printed while the sources are tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Talk {
    /// A line for each.
    Lines,
    /// Nothing.
    Silent,
}
