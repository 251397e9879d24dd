//! Renders `/metrics` in the text format of Prometheus, with names and units by its conventions. Its size does not depend on
//! the number of sources: no label names a source.

use std::fmt::Write as _;

use super::Representation;
use super::health::Condition;
use super::status_report::StatusReport;
use crate::model::{IncidentKind, PollCounters, PollOutcome};

/// Media type of the text format (Prometheus, exposition formats, version 0.0.4).
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The types of metrics that are used.
#[derive(Clone, Copy)]
enum MetricType {
    Counter,
    Gauge,
    Histogram,
}

impl MetricType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// Renders the metrics of a report.
pub fn metrics(report: &StatusReport) -> Representation {
    let mut text = String::new();
    process(&mut text, report);
    polls(&mut text, &report.polls);
    sources(&mut text, report);
    Representation::new(MEDIA_TYPE, text.into_bytes())
}

fn process(text: &mut String, report: &StatusReport) {
    write_header(text, "riverd_build_info", MetricType::Gauge, "Version of riverd; the value is always 1.");
    write_sample(text, "riverd_build_info", &label("version", env!("CARGO_PKG_VERSION")), 1);
    write_single(
        text,
        "riverd_start_time_seconds",
        (MetricType::Gauge, "When this process started, in seconds since 1970."),
        report.polls.since.unix(),
    );
    let is_valid = u8::from(report.config_incident().is_none());
    write_single(
        text,
        "riverd_config_valid",
        (
            MetricType::Gauge,
            "1 if feeds.toml has no error; 0 while it has one and an older configuration is in force.",
        ),
        is_valid,
    );
    let gauge = |help| (MetricType::Gauge, help);
    let figures = &report.figures;
    write_single(text, "riverd_articles", gauge("Number of stored articles."), figures.articles);
    write_single(text, "riverd_entries", gauge("Number of stored entries of sources."), figures.entries);
    let is_writable = u8::from(figures.write_problem.is_none());
    let help = "1 while polls can be stored; 0 if the database can't be written or does not answer.";
    write_single(text, "riverd_database_writable", gauge(help), is_writable);
    let help = "0 if the last scheduled backup failed or backup_dir can't be written; else 1, also without backup_dir.";
    write_single(text, "riverd_backup_ok", gauge(help), u8::from(report.backup_problem.is_none()));
    write_single(text, "riverd_database_size_bytes", gauge("Size of the database."), figures.database_bytes);
}

fn polls(text: &mut String, polls: &PollCounters) {
    write_header(text, "riverd_polls_total", MetricType::Counter, "Number of polls by outcome.");
    for outcome in PollOutcome::ALL {
        let count = polls.by_outcome.get(&outcome).copied().unwrap_or_default();
        write_sample(text, "riverd_polls_total", &label("outcome", outcome.as_str()), count);
    }
    let name = "riverd_poll_duration_seconds";
    write_header(text, name, MetricType::Histogram, "Time from the request of a poll to its commit.");
    let mut count = 0;
    for (bound, polls) in PollCounters::DURATION_BOUNDS_S.iter().zip(polls.by_duration) {
        count += polls;
        write_sample(text, &format!("{name}_bucket"), &label("le", &bound.to_string()), count);
    }
    let all: u64 = polls.by_duration.iter().sum();
    write_sample(text, &format!("{name}_bucket"), &label("le", "+Inf"), all);
    write_sample(text, &format!("{name}_sum"), "", polls.total_duration.as_secs_f64());
    write_sample(text, &format!("{name}_count"), "", all);
    let counter = |help| (MetricType::Counter, help);
    write_single(text, "riverd_articles_added_total", counter("Number of new articles."), polls.added);
    write_single(
        text,
        "riverd_articles_updated_total",
        counter("Number of edits of articles."),
        polls.updated,
    );
    write_single(
        text,
        "riverd_entries_grouped_total",
        counter("Number of entries that joined an article that other entries have."),
        polls.grouped,
    );
}

fn sources(text: &mut String, report: &StatusReport) {
    write_header(text, "riverd_sources", MetricType::Gauge, "Number of sources by condition.");
    let conditions = report.conditions();
    for condition in Condition::ALL {
        let count = conditions.get(&condition).copied().unwrap_or_default();
        write_sample(text, "riverd_sources", &label("condition", condition.as_str()), count);
    }
    write_header(text, "riverd_incidents", MetricType::Gauge, "Number of open incidents by kind.");
    for kind in IncidentKind::ALL {
        let count =
            report.open_incidents.iter().find(|(known, _)| *known == kind).map_or(0, |(_, count)| *count);
        write_sample(text, "riverd_incidents", &label("kind", kind.as_str()), count);
    }
    let due = report.sources.iter().filter_map(|source| source.next_poll_at).min();
    let overdue = due.map_or(0, |due| report.made_at.since(due).as_secs());
    write_single(
        text,
        "riverd_poll_overdue_seconds",
        (MetricType::Gauge, "How long the most overdue source has been due; 0 if no source is due."),
        overdue,
    );
}

/// Writes a metric that has one value and no labels.
fn write_single(
    text: &mut String,
    name: &str,
    (of_type, help): (MetricType, &str),
    value: impl std::fmt::Display,
) {
    write_header(text, name, of_type, help);
    write_sample(text, name, "", value);
}

fn write_header(text: &mut String, name: &str, of_type: MetricType, help: &str) {
    text.extend(["# HELP ", name, " ", help, "\n# TYPE ", name, " ", of_type.as_str(), "\n"]);
}

/// Returns a label set of one label. The values are words of riverd's own, so nothing in them needs to be escaped.
fn label(name: &str, value: &str) -> String {
    format!("{{{name}=\"{value}\"}}")
}

fn write_sample(text: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    // Writing to a string does not fail.
    writeln!(text, "{name}{labels} {value}").unwrap_or_default();
}
