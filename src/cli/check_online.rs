//! `riverd check --online`: fetches every enabled source now and reports what it got. Stores no article, but keeps the
//! answers that the next polls can use.

use std::sync::mpsc;

use anyhow::Context as _;
use serde::Serialize;

use super::args::GlobalArgs;
use super::earlier_answers::{self, KnownAnswers};
use super::{output, runtime};
use crate::config::Config;
use crate::fetch::Limits;
use crate::model::{EarlierAnswer, Failure};
use crate::policy::decide::paused_by_answer;
use crate::poll::source_check::{self, FeedSummary, SourceCheck};
use crate::text::words::{counted, printable};
use crate::time::Timestamp;

/// One element of `online` in the output of `check --online --json`.
#[derive(Serialize)]
pub(super) struct OnlineResult {
    name: String,
    url: String,
    /// The feed that was found, if any.
    feed: Option<FeedSummary>,
    /// Why no feed was found. If `feed` is `None` too, the source was skipped because its server asked for a pause.
    error: Option<Failure>,
    #[serde(skip)]
    position: usize,
}

impl From<SourceCheck> for OnlineResult {
    fn from(SourceCheck { source, result, answer: _ }: SourceCheck) -> Self {
        let (feed, error) = match result {
            Some(Ok(feed)) => (Some(feed), None),
            Some(Err(failure)) => (None, Some(failure)),
            None => (None, None),
        };
        let (name, url) = (source.name.clone(), source.location.to_string());
        Self { name, url, feed, error, position: source.position }
    }
}

impl OnlineResult {
    /// Returns whether the source is a feed or was skipped. A pause is not an error of feeds.toml.
    pub(super) fn is_ok(&self) -> bool {
        self.error.is_none()
    }

    /// Returns one line for people, and a second one if there is a hint.
    fn to_text(&self) -> String {
        let name = &self.name;
        match (&self.feed, &self.error) {
            (Some(feed), _) => format!("{name}: {}", printable(&describe(feed))),
            (None, Some(Failure { message, hint: Some(hint), .. })) => {
                format!("{name}: failed: {}\n  hint: {}", printable(message), printable(hint))
            }
            (None, Some(failure)) => {
                format!("{name}: failed: {}", printable(&failure.message))
            }
            (None, None) => {
                format!(
                    "{name}: not asked, because its server asked for a pause; `riverd status {name}` says until when"
                )
            }
        }
    }
}

fn describe(feed: &FeedSummary) -> String {
    let entries = counted(feed.entries as u64, "entry");
    let newest = feed.newest.map(|newest| format!("the newest of {newest}"));
    let title = feed.title.as_ref().map(|title| format!("\"{title}\""));
    let repairs = Some(feed.repairs.join(", ")).filter(|repairs| !repairs.is_empty());
    let repairs = repairs.map(|repairs| format!("repaired: {repairs}"));
    let unread = feed.unread.map(str::to_owned);
    [Some(entries), newest, title, repairs, unread].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Largest number of bytes of documents that are kept for the next polls. The documents of further sources are requested again.
const MAX_KEPT_BYTES: usize = 64 << 20;

/// Asks for every enabled source. Returns the results in the order of the file. The pauses that servers ask for hold for later
/// polls, too. The answers are kept if a state directory exists, as far as [`MAX_KEPT_BYTES`] allows, and the next poll of each
/// source uses its answer.
pub(super) fn check_all(
    global: &GlobalArgs,
    config: &Config,
    progress: Progress,
) -> anyhow::Result<Vec<OnlineResult>> {
    // If there is no database, or another user owns it, no pause is known, and every server is asked.
    let database = global.database().ok();
    let (limits, now) = (Limits::new(&config.polling), Timestamp::now());
    let known = KnownAnswers::read(config, database.as_deref(), now)?;
    known.add_pauses_to(limits.pauses(), now);
    // A check must not create a state directory only to keep answers in it.
    let keeps_answers = global.state_dir().is_ok_and(|path| path.exists());
    let (sender, receiver) = mpsc::channel();
    let checked_config = config.clone();
    let runtime = runtime::start_small()?;
    let checking = runtime.spawn(async move {
        // Sending fails only after printing has failed, and that error already ends the verb.
        let report = move |check| drop(sender.send(check));
        source_check::check_sources(&checked_config, &limits, |source| known.of_source(source), report).await
    });
    let (mut results, mut answers, mut room) = (Vec::new(), Vec::new(), MAX_KEPT_BYTES);
    for mut check in receiver {
        let wanted = |answer: &EarlierAnswer| {
            let is_useful = keeps_answers && answer.body_size() <= room;
            is_useful || paused_by_answer(answer, now).is_some()
        };
        if let Some(answer) = check.answer.take().filter(wanted) {
            room = room.saturating_sub(answer.body_size());
            answers.push(answer);
        }
        let result = OnlineResult::from(check);
        if progress == Progress::Printed {
            output::print_line(&result.to_text())?;
        }
        results.push(result);
    }
    runtime.block_on(checking).context("riverd crashed while checking the sources")??;
    earlier_answers::keep(global, config, answers);
    results.sort_by_key(|result: &OnlineResult| result.position);
    Ok(results)
}

/// Whether each result is printed as soon as it arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Progress {
    /// One line per source.
    Printed,
    /// No output.
    Silent,
}
