//! Formats reports of polls: as people read them, and as the objects of `poll --json`. The verb `poll` prints them, whether it
//! polls itself or a daemon polls for it.

use std::time::Duration;

use serde::Serialize;

use super::{PollOutcome, PollReport};
use crate::model::{FailureKind, LeftOutCounts, NextPoll};
use crate::policy::schedule::NotPolled;
use crate::text::words::counted;
use crate::time::{Timestamp, human};

/// How many failed sources the summary names.
const MAX_NAMED_FAILURES: usize = 5;

/// One source in the output of `poll --json`.
#[derive(Serialize)]
pub struct PollLine<'r> {
    source: &'r str,
    /// The address without secrets.
    url: String,
    outcome: PollOutcome,
    status: Option<u16>,
    added: u32,
    updated: u32,
    grouped: u32,
    left_out: &'r LeftOutCounts,
    error: Option<PollLineError<'r>>,
    next_poll_at: Option<Timestamp>,
    duration_ms: u64,
}

#[derive(Serialize)]
struct PollLineError<'r> {
    kind: FailureKind,
    message: &'r str,
}

/// Totals over all sources of one `riverd poll`, for its last line.
#[derive(Clone, Default, Serialize, Debug)]
pub struct PollTotals {
    sources: usize,
    polled: usize,
    failed: usize,
    added: u32,
    updated: u32,
    grouped: u32,
    left_out: LeftOutCounts,
    duration_ms: u64,
    /// The first sources that failed, each with the kind of its failure.
    #[serde(skip)]
    failures: Vec<String>,
}

impl PollTotals {
    /// Counts one report.
    pub fn count(&mut self, report: &PollReport) {
        self.sources += 1;
        self.polled += usize::from(report.outcome != PollOutcome::Skipped);
        self.added += report.receipt.added;
        self.updated += report.receipt.updated;
        self.grouped += report.receipt.grouped;
        self.left_out.add_all(&report.receipt.left_out);
        if is_failure(report.outcome) {
            self.failed += 1;
            if self.failures.len() < MAX_NAMED_FAILURES {
                let kind = report.failure.as_ref().map_or("gone", |failure| failure.kind.as_str());
                self.failures.push(format!("{} ({kind})", report.name));
            }
        }
    }

    /// Returns how many reports were counted.
    pub fn sources(&self) -> usize {
        self.sources
    }

    /// Counts the sources that an interrupted `riverd poll` left as not asked. `expected` is how many it was to report. Returns
    /// how many it left.
    pub fn count_left(&mut self, expected: usize) -> usize {
        let left = expected.saturating_sub(self.sources);
        self.sources += left;
        left
    }

    /// Returns how many sources failed.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// Returns the last object of `poll --json`.
    pub fn to_json(&mut self, took: Duration) -> serde_json::Result<serde_json::Value> {
        self.duration_ms = took.as_millis() as u64;
        Ok(serde_json::json!({ "summary": serde_json::to_value(&*self)? }))
    }

    /// Returns the summary for people, in one line.
    pub fn to_text(&self, took: Duration) -> String {
        let Self { sources, polled, failed, added, updated, grouped, left_out, failures, .. } = self;
        if *sources == 0 {
            return "nothing is due; `riverd poll --all` polls every source".to_owned();
        }
        let took = if took < Duration::from_secs(1) { "less than a second".to_owned() } else { human(took) };
        let skipped = match sources - polled {
            0 => String::new(),
            count => format!(", {count} not asked"),
        };
        let left_out = if left_out.is_empty() {
            String::new()
        } else {
            let reasons = left_out.iter().map(|(reason, count)| format!("{count} {}", reason.as_str()));
            format!(", {} left out ({})", left_out.total(), reasons.collect::<Vec<_>>().join(", "))
        };
        let failed_sources = match failed - failures.len() {
            _ if *failed == 0 => String::new(),
            0 => format!(", {failed} failed: {}", failures.join(", ")),
            more => format!(
                ", {failed} failed: {} and {more} more, see `riverd status --failing`",
                failures.join(", ")
            ),
        };
        format!(
            "polled {polled} of {} in {took}: {added} new, {updated} updated, {grouped} grouped{left_out}{skipped}{failed_sources}",
            counted(*sources as u64, "source")
        )
    }
}

/// Returns whether a poll with this outcome counts as failed. A pause that a server asked for is no failure, but a 410 is one.
fn is_failure(outcome: PollOutcome) -> bool {
    matches!(outcome, PollOutcome::Failed | PollOutcome::Gone)
}

impl PollReport {
    /// Returns the object of `poll --json` for this source.
    pub fn to_line(&self) -> PollLine<'_> {
        PollLine {
            source: &self.name,
            url: self.location.to_string(),
            outcome: self.outcome,
            status: self.status,
            added: self.receipt.added,
            updated: self.receipt.updated,
            grouped: self.receipt.grouped,
            left_out: &self.receipt.left_out,
            error: self
                .failure
                .as_ref()
                .map(|failure| PollLineError { kind: failure.kind, message: &failure.message }),
            next_poll_at: next_poll_at(self.next),
            duration_ms: self.duration.as_millis() as u64,
        }
    }

    /// Returns why the source was skipped or failed, for people, with a hint if there is one. `None` after a successful poll.
    pub fn problem(&self) -> Option<String> {
        let name = &self.name;
        if let Some(why) = self.not_polled {
            return Some(match why {
                NotPolled::Disabled => format!("{name}: not asked, because feeds.toml disables it"),
                NotPolled::Gone => format!("{name}: no longer asked; `riverd status {name}` says why"),
                NotPolled::Paused(until) => {
                    format!("{name}: not asked before {until}; `riverd status {name}` says why")
                }
                NotPolled::JustPolled(until) => format!(
                    "{name}: not asked, because it was polled less than a minute ago; `riverd poll {name}` asks it from {until} on"
                ),
            });
        }
        let failure = self.failure.as_ref()?;
        let hint = failure.hint.as_ref().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
        Some(format!("{name}: {}{hint}", failure.message))
    }
}

/// Returns when the source is polled next, or `None` for never.
fn next_poll_at(next: Option<NextPoll>) -> Option<Timestamp> {
    next.map(|next| next.at).filter(|at| *at < Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, Location};

    fn nowhere() -> Location {
        Location::File("/x".into())
    }

    fn failed(name: &str) -> PollReport {
        let failure = Failure {
            kind: FailureKind::Dns,
            message: "no address".to_owned(),
            hint: None,
            origin: crate::model::FailureOrigin::Elsewhere,
        };
        PollReport {
            outcome: PollOutcome::Failed,
            not_polled: None,
            failure: Some(failure),
            ..PollReport::skipped(name.to_owned(), nowhere(), None, NotPolled::Gone)
        }
    }

    #[test]
    fn the_summary_names_the_first_sources_that_failed_and_why() {
        let mut totals = PollTotals::default();
        totals.count(&failed("a"));
        let text = totals.to_text(Duration::ZERO);
        assert!(text.ends_with(", 1 failed: a (dns)"), "{text}");
        for number in 1..8 {
            totals.count(&failed(&format!("b{number}")));
        }
        let text = totals.to_text(Duration::ZERO);
        assert!(text.contains("8 failed: a (dns), b1 (dns)") && text.contains("and 3 more"), "{text}");
        assert_eq!(totals.failed(), 8);
    }

    #[test]
    fn a_time_that_stands_for_never_is_not_shown() {
        let never = NextPoll { at: Timestamp::MAX, reason: crate::model::NextPollReason::Gone };
        let report = PollReport::skipped("a".to_owned(), nowhere(), Some(never), NotPolled::Gone);
        assert!(report.to_line().next_poll_at.is_none());
        assert!(report.problem().unwrap().contains("no longer asked"));
    }

    #[test]
    fn a_source_that_is_not_polled_says_why_and_when_it_may_be_asked() {
        let at = Timestamp::from_unix(1_795_484_340);
        for (why, said) in [
            (NotPolled::Disabled, "feeds.toml disables it".to_owned()),
            (NotPolled::Paused(at), format!("not asked before {at}")),
            (NotPolled::JustPolled(at), format!("`riverd poll a` asks it from {at} on")),
        ] {
            let report = PollReport::skipped("a".to_owned(), nowhere(), None, why);
            let problem = report.problem().unwrap();
            assert!(problem.contains(&said), "{problem}");
        }
    }
}
