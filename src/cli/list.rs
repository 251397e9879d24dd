//! `riverd list`: lists the sources of feeds.toml, or of its last good version if the file is broken.

use std::sync::Arc;

use serde::Serialize;

use super::args::{GlobalArgs, OutputArgs};
use super::{VerbOutcome, output, terminal};
use crate::model::{Cadence, Source};
use crate::time;

/// A source in the output of `list --json`, `add --json`, `import --json` and `remove --json`. Its `url` contains no secrets.
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
    if args.json {
        let sources = config.sources.iter().map(|source| ListedSource::from(&**source));
        output::print_json(&sources.collect::<Vec<_>>())?;
    } else if config.sources.is_empty() {
        output::print_message(&format!(
            "{} has no sources\nhint: `riverd add https://example.org/feed.xml` adds one",
            config.path.display()
        ));
    } else {
        output::print_line(&overview(&config.sources, terminal::stdout_width()))?;
    }
    Ok(VerbOutcome::Succeeded)
}

/// Returns a table, or two lines for each source if the table is wider than the terminal. An address is never broken, so that
/// it can be copied.
fn overview(sources: &[Arc<Source>], width: Option<usize>) -> String {
    let table = table(sources);
    let fits = |width: usize| table.lines().all(|line| line.chars().count() <= width);
    if width.is_none_or(fits) { table } else { narrow(sources) }
}

fn narrow(sources: &[Arc<Source>]) -> String {
    let lines = sources.iter().map(|source| {
        let tags = source.tags.join(", ");
        let about = [source.name.as_str(), &polled(source), &tags];
        let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        format!("{about}\n    {}", source.location)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn polled(source: &Source) -> String {
    if source.enabled { cadence_text(&source.cadence) } else { "disabled".to_owned() }
}

fn table(sources: &[Arc<Source>]) -> String {
    let mut table = terminal::new_table(None);
    table.set_header(["NAME", "POLLED", "TAGS", "URL"]);
    for source in sources {
        table.add_row([&source.name, &polled(source), &source.tags.join(", "), &source.location.to_string()]);
    }
    table.trim_fmt()
}

fn cadence_text(cadence: &Cadence) -> String {
    match cadence {
        Cadence::Adaptive { start, .. } => format!("adaptive, from {}", time::human(*start)),
        Cadence::Every(interval) => format!("every {}", time::human(*interval)),
        Cadence::Schedule(cron) => format!("at {}", cron.as_str()),
    }
}
