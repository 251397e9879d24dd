//! The overview of `riverd status`: one line for each source, those that need a person first, and a summary.

use std::collections::BTreeMap;

use comfy_table::{Cell, Color, Table};

use super::terminal;
use crate::model::LeftOutReason;
use crate::render::health::{Condition, LeftOutCount, SourceHealth};
use crate::text::words::printable;
use crate::time::{Timestamp, brief};

/// In a terminal with fewer columns than this, the table has only name, state and next poll, and notes get lines of their own.
const WIDE: usize = 100;

/// How many columns a name takes in a narrow table before it is cut.
const NARROW_NAME: usize = 24;

/// Returns the table, with the sources that need a person first and otherwise in the order of feeds.toml.
pub(super) fn overview(healths: &[SourceHealth], now: Timestamp) -> String {
    let mut sorted: Vec<&SourceHealth> = healths.iter().collect();
    sorted.sort_by_key(|health| urgency(health.condition));
    let table = match terminal::stdout_width() {
        Some(width) if width < WIDE => narrow(&sorted, now, width),
        width => wide(&sorted, now, width),
    };
    format!("{table}\n")
}

/// Returns the place of a condition in the table: what needs a person comes first.
fn urgency(condition: Condition) -> u8 {
    match condition {
        Condition::Failing | Condition::Gone => 0,
        Condition::Waiting | Condition::Throttled => 1,
        Condition::Silent => 2,
        Condition::New | Condition::Ok | Condition::Disabled => 3,
        Condition::Retired => 4,
    }
}

/// Returns whether `status --failing` shows the source.
pub(super) fn is_failing(health: &SourceHealth) -> bool {
    urgency(health.condition) == 0
}

/// Returns the summary: how many sources there are, and how many of them are in which condition.
pub(super) fn summary(healths: &[SourceHealth]) -> String {
    let mut counts: BTreeMap<(u8, &str), usize> = BTreeMap::new();
    for health in healths {
        *counts.entry((urgency(health.condition), health.condition.as_str())).or_default() += 1;
    }
    let counts = counts.iter().map(|((_, word), count)| format!("{count} {word}"));
    let sources = if healths.len() == 1 { "source" } else { "sources" };
    format!("{} {sources}: {}", healths.len(), counts.collect::<Vec<_>>().join(", "))
}

fn wide(healths: &[&SourceHealth], now: Timestamp, width: Option<usize>) -> String {
    let mut table = terminal::new_table(width);
    style(&mut table);
    table.set_header(["SOURCE", "STATE", "LAST POLL", "NEXT POLL", "ARTICLES", "NOTE"]);
    for health in healths {
        table.add_row([
            Cell::new(&health.source),
            state_cell(health),
            Cell::new(health.last_poll_at.map_or_else(|| "never".to_owned(), |at| ago(at, now))),
            Cell::new(next_poll(health, now)),
            Cell::new(health.articles.to_string()),
            Cell::new(note(health)),
        ]);
    }
    table.trim_fmt()
}

/// Returns a table of three columns, with each note below its source.
fn narrow(healths: &[&SourceHealth], now: Timestamp, width: usize) -> String {
    let name_width = healths
        .iter()
        .map(|health| health.source.chars().count().min(NARROW_NAME))
        .max()
        .unwrap_or_default()
        .max("SOURCE".len());
    let mut lines = vec![format!("{:name_width$}  {:9}  NEXT POLL", "SOURCE", "STATE")];
    for health in healths {
        let name = terminal::cut(&health.source, NARROW_NAME);
        let state = format!("{:9}", health.condition.as_str());
        let state = terminal::painted(&state, paint(health.condition));
        lines.push(format!("{name:name_width$}  {state}  {}", next_poll(health, now)));
        let note = note(health);
        if !note.is_empty() {
            lines.extend(
                terminal::wrapped(&note, width.saturating_sub(4)).iter().map(|line| format!("    {line}")),
            );
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

fn paint(condition: Condition) -> Option<terminal::Paint> {
    match condition {
        Condition::Failing | Condition::Gone => Some(terminal::Paint::Red),
        Condition::Waiting | Condition::Throttled | Condition::Silent => Some(terminal::Paint::Yellow),
        Condition::Ok => Some(terminal::Paint::Green),
        Condition::New | Condition::Disabled | Condition::Retired => None,
    }
}

fn style(table: &mut Table) {
    if terminal::colours_stdout() {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
}

fn state_cell(health: &SourceHealth) -> Cell {
    let cell = Cell::new(health.condition.as_str());
    match paint(health.condition) {
        Some(terminal::Paint::Red) => cell.fg(Color::DarkRed),
        Some(terminal::Paint::Yellow) => cell.fg(Color::DarkYellow),
        Some(terminal::Paint::Green) => cell.fg(Color::DarkGreen),
        _ => cell,
    }
}

fn next_poll(health: &SourceHealth, now: Timestamp) -> String {
    if health.is_being_polled() {
        return "running".to_owned();
    }
    health.next_poll_at.map_or_else(|| "never".to_owned(), |at| ahead(at, now))
}

/// Returns the most important problem of the source, or an empty text.
fn note(health: &SourceHealth) -> String {
    if health.condition == Condition::Waiting {
        return "waiting for the network".to_owned();
    }
    if let Some(error) = &health.last_error {
        return printable(&error.message);
    }
    if let Some(moved) = health.moved.as_ref().filter(|moved| moved.stands) {
        let line = moved.line.as_ref().unwrap_or(&moved.url);
        return printable(&format!("moved for good: {line}"));
    }
    if let Some(risk) = health.list.as_ref().and_then(|list| list.at_risk.as_ref()) {
        return risk.clone();
    }
    let is_limit = |left_out: &&LeftOutCount| left_out.reason == LeftOutReason::DailyLimit;
    if let Some(LeftOutCount { reason, count }) = health.left_out.iter().find(is_limit) {
        return format!("{count} new entries left out: {}", reason.explanation());
    }
    match health.condition {
        Condition::Silent => "nothing new for far longer than usual".to_owned(),
        _ => String::new(),
    }
}

/// Says how long ago a time was.
pub(super) fn ago(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", brief(now.since(at)))
}

/// Says how far in the future a time is.
pub(super) fn ahead(at: Timestamp, now: Timestamp) -> String {
    if at <= now { "now".to_owned() } else { format!("in {}", brief(at.since(now))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LeftOutCounts, SourceId, SourceState, SourceStatus};

    #[test]
    fn a_source_that_brings_more_than_a_day_may_says_so_in_its_note() {
        let now = Timestamp::from_unix(1_790_000_000);
        let note_of = |reason| {
            let mut left_out = LeftOutCounts::default();
            left_out.add(reason, 3);
            let status = SourceStatus {
                id: SourceId(1),
                source: None,
                name: "flood".to_owned(),
                url: "https://flood.example/feed".to_owned(),
                state: SourceState { polled_at: Some(now), ..SourceState::default() },
                next_poll: None,
                articles: 0,
                defects: Vec::new(),
                left_out,
                push: None,
            };
            note(&SourceHealth::of(&status, now))
        };
        assert!(note_of(LeftOutReason::DailyLimit).starts_with("3 new entries left out: "));
        assert_eq!(note_of(LeftOutReason::MaxAge), "", "what feeds.toml asks for is no problem");
    }
}
