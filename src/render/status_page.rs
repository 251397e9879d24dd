//! Renders `/status`: the health of the river at a glance. Sources that need the operator come first.

use askama::Template;
use bytesize::ByteSize;

use super::base_url::path_segment;
use super::health::{Condition, SourceHealth};
use super::page_frame::{Frame, PageRenderError, PageZone, html_page};
use super::plot::{self, Bar};
use super::status_report::{StatusReport, shares};
use super::{Representation, status_feed, valid};
use crate::model::Incident;
use crate::text::words::counted;
use crate::time::Timestamp;

/// How many sources the table of one page has at most.
const SOURCES_PER_PAGE: usize = 100;
/// How many sources that need the operator are described in full above the table at most.
const PROBLEM_SOURCES_SHOWN: usize = 40;
/// How many incidents the list of the latest ones has at most.
const INCIDENTS_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "status.html", whitespace = "minimize")]
struct StatusPage {
    frame: Frame,
    title: String,
    zone: &'static str,
    verdict: String,
    counts: Vec<ConditionCount>,
    /// Why nothing new can be stored. `None` if it can be stored.
    write_problem: Option<String>,
    config_error: Option<ProblemBox>,
    /// Why no backup is made.
    backup_problem: Option<ProblemBox>,
    problem_sources: Vec<ProblemSource>,
    problem_sources_hidden: usize,
    plots: Plots,
    articles: u64,
    database: String,
    /// The largest parts of the database.
    parts: String,
    /// The sources with the most stored text.
    largest_sources: String,
    started: String,
    version: &'static str,
    rows: Vec<SourceTableRow>,
    number: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
    incidents: Vec<IncidentLine>,
}

struct ConditionCount {
    name: &'static str,
    words: &'static str,
    number: u64,
}

struct ProblemBox {
    since: String,
    detail: String,
}

struct ProblemSource {
    label: String,
    condition: &'static str,
    words: &'static str,
    lines: Vec<ProblemLine>,
}

struct ProblemLine {
    label: &'static str,
    text: String,
    at: Option<String>,
}

struct Plots {
    articles: String,
    articles_total: u64,
    polls: String,
    polls_total: u64,
    failed_total: u64,
}

struct SourceTableRow {
    label: String,
    query: String,
    condition: &'static str,
    last_poll: String,
    next_poll: String,
    last_new: String,
    why: String,
    articles: u64,
}

struct IncidentLine {
    at: String,
    title: String,
    ended: Option<String>,
}

/// Renders the pages of the status, the most urgent sources first. Returns at least one page, even without sources. The first
/// page is served at `/status`, the others at `/status?page=2` and so on.
pub fn status_pages(report: &StatusReport, zone: PageZone) -> Result<Vec<Representation>, PageRenderError> {
    let mut chunks: Vec<&[SourceHealth]> = report.sources.chunks(SOURCES_PER_PAGE).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let pages = chunks.len();
    let address =
        |number: usize| if number == 1 { "status".to_owned() } else { format!("status?page={number}") };
    let numbered = chunks.into_iter().zip(1..);
    let page = |(sources, number): (&[SourceHealth], usize)| {
        let problem_sources = if number == 1 { problem_sources(report, zone) } else { Vec::new() };
        html_page(&StatusPage {
            frame: Frame::at_depth(0),
            title: valid::line(&report.title),
            zone: zone.words(),
            verdict: verdict(report),
            counts: counts(report),
            write_problem: report.figures.write_problem.as_deref().map(|text| valid::text(text).into_owned()),
            config_error: report.config_incident().map(|incident| ProblemBox {
                since: zone.moment(incident.since),
                detail: valid::text(&incident.detail).into_owned(),
            }),
            backup_problem: report.backup_problem.as_ref().map(|problem| ProblemBox {
                since: zone.moment(problem.since),
                detail: valid::text(&problem.cause).into_owned(),
            }),
            problem_sources_hidden: if number == 1 {
                problem_count(report).saturating_sub(problem_sources.len())
            } else {
                0
            },
            problem_sources,
            plots: plots(report, zone),
            articles: report.figures.articles,
            database: ByteSize::b(report.figures.database_bytes).to_string(),
            parts: report.figures.storage.iter().map(|storage| shares(&storage.parts)).collect(),
            largest_sources: report.figures.storage.iter().map(|storage| shares(&storage.sources)).collect(),
            started: zone.moment(report.polls.since),
            version: env!("CARGO_PKG_VERSION"),
            rows: sources.iter().map(|health| source_row(health, zone)).collect(),
            number,
            pages,
            previous: (number > 1).then(|| address(number - 1)),
            next: (number < pages).then(|| address(number + 1)),
            incidents: report
                .incidents
                .iter()
                .take(INCIDENTS_SHOWN)
                .map(|one| incident_line(one, zone))
                .collect(),
        })
    };
    numbered.map(page).collect()
}

/// Returns whether a source needs the operator.
fn needs_operator(health: &SourceHealth) -> bool {
    let may_miss = health.list.as_ref().is_some_and(|list| list.at_risk.is_some());
    let has_moved = health.moved.as_ref().is_some_and(|moved| moved.stands);
    let condition = matches!(
        health.condition,
        Condition::Gone | Condition::Failing | Condition::Throttled | Condition::Silent | Condition::Waiting
    );
    let is_polled = !matches!(health.condition, Condition::Disabled | Condition::Retired);
    condition || ((may_miss || has_moved) && is_polled)
}

fn problem_count(report: &StatusReport) -> usize {
    report.sources.iter().filter(|health| needs_operator(health)).count()
}

/// Returns in one line how the river is doing.
fn verdict(report: &StatusReport) -> String {
    if report.figures.write_problem.is_some() {
        return "The database needs you".to_owned();
    }
    if report.config_incident().is_some() {
        return "feeds.toml needs you".to_owned();
    }
    if report.backup_problem.is_some() {
        return "The backups need you".to_owned();
    }
    match (problem_count(report), report.sources.len()) {
        (_, 0) => "No sources yet".to_owned(),
        (0, _) => "All is well".to_owned(),
        (1, _) => "One source needs you".to_owned(),
        (many, _) => format!("{many} sources need you"),
    }
}

fn counts(report: &StatusReport) -> Vec<ConditionCount> {
    let conditions = report.conditions();
    let count = |(condition, number): (Condition, u64)| ConditionCount {
        name: condition.as_str(),
        words: words(condition),
        number,
    };
    conditions.into_iter().map(count).collect()
}

/// Returns the words that stand after the number of sources in this condition, or beside the title of one such source.
const fn words(condition: Condition) -> &'static str {
    match condition {
        Condition::New => "not polled yet",
        Condition::Ok => "well",
        Condition::Silent => "silent",
        Condition::Throttled => "asked to pause",
        Condition::Waiting => "waiting for the network",
        Condition::Failing => "failing",
        Condition::Gone => "gone for ever",
        Condition::Disabled => "disabled",
        Condition::Retired => "no longer in feeds.toml",
    }
}

fn problem_sources(report: &StatusReport, zone: PageZone) -> Vec<ProblemSource> {
    let shown = report.sources.iter().filter(|health| needs_operator(health)).take(PROBLEM_SOURCES_SHOWN);
    shown
        .map(|health| ProblemSource {
            label: label(health),
            condition: health.condition.as_str(),
            words: words(health.condition),
            lines: problem_lines(health, zone),
        })
        .collect()
}

/// Returns lines that say what is wrong with a source, since when, why, and what to do.
fn problem_lines(health: &SourceHealth, zone: PageZone) -> Vec<ProblemLine> {
    let mut lines = Vec::new();
    let mut line = |label: &'static str, at: Option<Timestamp>, text: &str| {
        lines.push(ProblemLine { label, at: at.map(|at| zone.relative(at)), text: valid::line(text) });
    };
    if let Some(error) = &health.last_error {
        line("", None, &sentence(&error.message));
    }
    if let Some(since) = health.failing_since.filter(|_| health.failures > 0) {
        line("Since", Some(since), &format!("{} in a row", polls(health.failures)));
    }
    if health.condition == Condition::Silent {
        line("Last new entry", health.last_new_at, "far longer ago than usual");
    }
    if let Some(moved) = health.moved.as_ref().filter(|moved| moved.stands) {
        line("Moved", Some(moved.since), &format!("to {}", moved.url));
        if let Some(todo) = moved.line.as_ref().or(moved.how.as_ref()) {
            line("In feeds.toml", None, todo);
        }
    }
    if let Some(list) = &health.list {
        if let Some(risk) = &list.at_risk {
            line("At risk", None, &sentence(risk));
        }
        if list.replaced > 0 {
            let found = format!(
                "{} found new entries only, so entries before them may be lost",
                polls(list.replaced)
            );
            line("Missed", list.replaced_at, &found);
        }
    }
    if let Some(hint) = health.last_error.as_ref().and_then(|error| error.hint.as_ref()) {
        line("What to do", None, &sentence(hint));
    }
    let next_poll_at = health.next_poll_at.filter(|_| !health.is_being_polled());
    line("Next poll", next_poll_at, &health.next_poll_why);
    lines
}

fn polls(count: u32) -> String {
    counted(u64::from(count), "poll")
}

/// Writes a message as a sentence, with a capital letter and a full stop.
fn sentence(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Returns the title of a source with its name in feeds.toml, which the operator looks for there.
fn label(health: &SourceHealth) -> String {
    let title = health.title.as_deref().map(valid::line).filter(|title| !title.is_empty());
    match title {
        Some(title) if !title.eq_ignore_ascii_case(&health.source) => format!("{title} ({})", health.source),
        _ => valid::line(&health.source),
    }
}

fn source_row(health: &SourceHealth, zone: PageZone) -> SourceTableRow {
    let at = |at: Option<Timestamp>| at.map_or_else(|| "–".to_owned(), |at| zone.relative(at));
    let title = health.title.as_deref().map(valid::line).filter(|title| !title.is_empty());
    SourceTableRow {
        label: title.unwrap_or_else(|| valid::line(&health.source)),
        query: path_segment(&health.source),
        condition: health.condition.as_str(),
        last_poll: at(health.last_poll_at),
        next_poll: if health.is_being_polled() { "running".to_owned() } else { at(health.next_poll_at) },
        last_new: at(health.last_new_at),
        why: valid::line(&health.next_poll_why),
        articles: health.articles,
    }
}

fn plots(report: &StatusReport, zone: PageZone) -> Plots {
    let days = &report.figures.articles_by_day;
    let day = |day: &crate::model::DayCount| Bar {
        count: day.count,
        warned: 0,
        title: format!("{}: {}", day.day.to_utc().format("%-d %B"), day.count),
    };
    let hours = report.polls.hours(report.made_at);
    let hour = |hour: &crate::model::HourPolls| Bar {
        count: hour.answered,
        warned: hour.failed,
        title: format!(
            "{}: {} answered, {} failed",
            zone.local(hour.hour).format("%-d %B, %H:%M"),
            hour.answered,
            hour.failed
        ),
    };
    let articles_total: u64 = days.iter().map(|day| day.count).sum();
    let failed_total: u64 = hours.iter().map(|hour| hour.failed).sum();
    let polls_total = failed_total + hours.iter().map(|hour| hour.answered).sum::<u64>();
    Plots {
        articles: plot::bars(
            &days.iter().map(day).collect::<Vec<_>>(),
            "Articles on each of the last 30 days",
        ),
        articles_total,
        polls: plot::bars(&hours.iter().map(hour).collect::<Vec<_>>(), "Polls in each of the last 48 hours"),
        polls_total,
        failed_total,
    }
}

fn incident_line(incident: &Incident, zone: PageZone) -> IncidentLine {
    IncidentLine {
        at: zone.moment(incident.noticed_at),
        title: status_feed::title(incident, false),
        ended: incident.end.map(|end| zone.moment(end.at)),
    }
}
