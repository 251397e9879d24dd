//! `riverd list`: lists the sources of feeds.toml.

use serde::Serialize;

use super::args::{GlobalArgs, OutputArgs};
use super::{VerbOutcome, output, terminal};
use crate::model::{Cadence, Source};
use crate::time;

/// One element of the output of `list --json`. Its `url` contains no secrets.
#[derive(Serialize)]
pub(super) struct ListedSource<'s> {
    name: &'s str,
    url: String,
    title: Option<&'s str>,
    tags: &'s [String],
    every: Option<String>,
    schedule: Option<&'s str>,
    adaptive: bool,
    priority: i64,
    enabled: bool,
}

impl<'s> From<&'s Source> for ListedSource<'s> {
    fn from(source: &'s Source) -> Self {
        let (every, schedule) = match &source.cadence {
            Cadence::Adaptive { start, .. } => (Some(*start), None),
            Cadence::Every(interval) => (Some(*interval), None),
            Cadence::Schedule(cron) => (None, Some(cron.as_str())),
        };
        Self {
            name: &source.name,
            url: source.location.to_string(),
            title: source.title.as_deref(),
            tags: &source.tags,
            every: every.map(time::human),
            schedule,
            adaptive: matches!(source.cadence, Cadence::Adaptive { .. }),
            priority: source.priority,
            enabled: source.enabled,
        }
    }
}

/// Prints the sources in the order of the file.
pub(super) fn run(global: &GlobalArgs, args: OutputArgs) -> anyhow::Result<VerbOutcome> {
    let config = global.load_config_or_last_good()?;
    let sources: Vec<ListedSource<'_>> =
        config.sources.iter().map(|source| ListedSource::from(&**source)).collect();
    if args.json {
        output::print_json(&sources)?;
    } else if sources.is_empty() {
        output::print_message(&format!(
            "{} has no sources\nhint: `riverd add https://example.org/feed.xml` adds one",
            config.path.display()
        ));
    } else {
        output::print_line(&table(&sources))?;
    }
    Ok(VerbOutcome::Succeeded)
}

fn table(sources: &[ListedSource<'_>]) -> String {
    let mut table = terminal::new_table(terminal::stdout_width());
    table.set_header(["NAME", "POLLED", "TAGS", "URL"]);
    for source in sources {
        table.add_row([source.name, &cadence_text(source), &source.tags.join(", "), &source.url]);
    }
    table.trim_fmt()
}

fn cadence_text(source: &ListedSource<'_>) -> String {
    let cadence = match (&source.every, source.schedule) {
        (_, Some(cron)) => format!("at {cron}"),
        (Some(every), None) if source.adaptive => format!("adaptive, from {every}"),
        (Some(every), None) => format!("every {every}"),
        (None, None) => String::new(),
    };
    if source.enabled { cadence } else { "disabled".to_owned() }
}
