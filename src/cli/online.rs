//! `riverd check --online`: what every source gives when it is asked now. Nothing is stored.

use std::sync::mpsc;

use anyhow::Context as _;
use serde::Serialize;

use super::{output, small_runtime};
use crate::config::Config;
use crate::model::Failure;
use crate::poll::trial::{self, Found, Trial};

/// One element of `online` in what `check --online --json` prints.
#[derive(Serialize)]
pub(super) struct Tried {
    name: String,
    url: String,
    /// `None` where no feed was found.
    feed: Option<Found>,
    /// Why there is none.
    error: Option<Failure>,
    #[serde(skip)]
    position: usize,
}

impl From<Trial> for Tried {
    fn from(Trial { source, found }: Trial) -> Self {
        let (feed, error) = match found {
            Ok(feed) => (Some(feed), None),
            Err(failure) => (None, Some(failure)),
        };
        let (name, url) = (source.name.clone(), source.location.to_string());
        Self { name, url, feed, error, position: source.position }
    }
}

impl Tried {
    /// Whether it is a feed.
    pub(super) fn is_ok(&self) -> bool {
        self.feed.is_some()
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
            (None, None) => format!("{name}: nothing"),
        }
    }
}

fn describe(feed: &Found) -> String {
    let entries = if feed.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", feed.entries) };
    let newest = feed.newest.map(|newest| format!("the newest of {newest}"));
    let title = feed.title.as_ref().map(|title| format!("\"{title}\""));
    let repairs = Some(feed.repairs.join(", ")).filter(|repairs| !repairs.is_empty());
    let repairs = repairs.map(|repairs| format!("repaired: {repairs}"));
    [Some(entries), newest, title, repairs].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Tries every enabled source. With `Talk::Lines` each is printed as it ends. The result is in file order.
pub(super) fn try_all(config: &Config, talk: Talk) -> anyhow::Result<Vec<Tried>> {
    let (tell, told) = mpsc::channel();
    let config = config.clone();
    let runtime = small_runtime()?;
    let trying = runtime.spawn(async move {
        // Nobody listens any more only when the printing failed; then that error ends the verb.
        trial::try_each(&config, move |trial| drop(tell.send(trial))).await
    });
    let mut all: Vec<Tried> = Vec::new();
    for trial in told {
        let tried = Tried::from(trial);
        if talk == Talk::Lines {
            output::print_line(&tried.to_text())?;
        }
        all.push(tried);
    }
    runtime.block_on(trying).context("trying the sources ended in a defect of riverd")??;
    all.sort_by_key(|tried| tried.position);
    Ok(all)
}

/// What is printed while the sources are tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Talk {
    /// A line for each.
    Lines,
    /// Nothing.
    Silent,
}
