//! `riverd poll [SOURCE…]`: polls the due sources, or the named ones, once, and exits.

use std::collections::HashSet;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::args::{Global, Poll};
use super::{Outcome, output, remove, small_runtime};
use crate::config::Config;
use crate::model::{DueSource, FailureKind, LeftOutCounts, NextPoll};
use crate::policy::outage::NetworkClaims;
use crate::policy::schedule;
use crate::poll::{PollOutcome, PollReport, Poller};
use crate::store::{ClaimLimit, Store};
use crate::time::{Timestamp, human};

/// Polls, prints, and tells by the exit code whether some source failed.
pub(super) fn run(global: &Global, args: &Poll) -> anyhow::Result<Outcome> {
    let config = global.load_config()?;
    let chosen = args.sources.iter().map(|text| {
        let found = config.find_source(text).ok_or_else(|| remove::unknown(&config, text));
        found.map(|source| source.name.clone())
    });
    let named: Vec<String> = chosen.collect::<Result<_, _>>()?;
    let store = global.open_store(&config)?;
    let (tell, told) = mpsc::channel();
    let poller = Poller::new(store.clone(), &config, move |report| {
        // Nobody listens any more only when the printing failed; then that error ends the verb.
        drop(tell.send(report.clone()));
    })?;
    let runtime = small_runtime()?;
    let started = Instant::now();
    let plan = runtime.block_on(plan(&store, &config, &named, args.all))?;
    let mut screen = Screen::new(args.output.json, plan.due.len());
    for skipped in &plan.skipped {
        screen.show(skipped)?;
    }
    let polling = runtime.spawn(async move {
        let stop = stop_on_interrupt();
        poller.poll_each(plan.due, plan.now, &stop).await
    });
    screen.follow(&told)?;
    runtime.block_on(polling).context("the polls ended in a defect of riverd")??;
    runtime.block_on(store.close())?;
    screen.finish(started.elapsed())
}

/// What is to be done.
struct PollPlan {
    now: Timestamp,
    due: Vec<DueSource>,
    skipped: Vec<PollReport>,
}

/// The sources to ask, and those that were asked for but must not be.
async fn plan(store: &Store, config: &Config, named: &[String], all: bool) -> anyhow::Result<PollPlan> {
    let now = Timestamp::now();
    store.sync_sources(&config.sources, &config.dedup, now).await?;
    store.adjust_to_clock(now).await?;
    if named.is_empty() && !all {
        let limit = ClaimLimit {
            total: usize::MAX,
            per_host: usize::MAX,
            per_private_host: usize::MAX,
            network: NetworkClaims::ALL,
            busy_hosts: HashSet::new(),
            under_way: HashSet::new(),
        };
        return Ok(PollPlan { now, due: store.claim_due(now, limit).await?, skipped: Vec::new() });
    }
    let mut asked = Vec::new();
    let mut skipped = Vec::new();
    for status in store.statuses().await? {
        let Some(source) = &status.source else { continue };
        let wanted = if named.is_empty() { source.enabled } else { named.contains(&source.name) };
        if !wanted {
            continue;
        }
        if schedule::may_be_asked(&status, now) {
            asked.push(source.name.clone());
        } else {
            skipped.push(PollReport::skipped(
                source.name.clone(),
                source.location.to_string(),
                status.next_poll,
            ));
        }
    }
    // No names would mean every source.
    let due = if asked.is_empty() { Vec::new() } else { store.claim_named(&asked, now).await? };
    Ok(PollPlan { now, due, skipped })
}

/// Cancelled by Ctrl-C: the polls in flight end within their timeout, no others begin.
fn stop_on_interrupt() -> CancellationToken {
    let stop = CancellationToken::new();
    let token = stop.clone();
    tokio::spawn(async move {
        // Without a handler the signal ends the process, which is safe at any time.
        if tokio::signal::ctrl_c().await.is_ok() {
            token.cancel();
        }
    });
    stop
}

/// What the person, or the script, sees.
struct Screen {
    json: bool,
    bar: ProgressBar,
    total: Total,
}

/// The last line of `poll --json`.
#[derive(Clone, Default, Serialize)]
struct Total {
    sources: usize,
    polled: usize,
    failed: usize,
    added: u32,
    updated: u32,
    grouped: u32,
    left_out: LeftOutCounts,
    duration_ms: u64,
}

/// A line of `poll --json`.
#[derive(Serialize)]
struct Line<'r> {
    source: &'r str,
    url: &'r str,
    outcome: PollOutcome,
    status: Option<u16>,
    added: u32,
    updated: u32,
    grouped: u32,
    left_out: &'r LeftOutCounts,
    error: Option<LineError<'r>>,
    next_poll_at: Option<Timestamp>,
    duration_ms: u64,
}

#[derive(Serialize)]
struct LineError<'r> {
    kind: FailureKind,
    message: &'r str,
}

#[derive(Serialize)]
struct SummaryLine {
    summary: Total,
}

impl Screen {
    fn new(json: bool, sources: usize) -> Self {
        let target = if json { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        // The template is fixed and valid; if it ever is not, the default bar is as good.
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(sources as u64), target).with_style(style);
        Self { json, bar, total: Total::default() }
    }

    /// Shows each report as it comes, until the poller is gone.
    fn follow(&mut self, reports: &Receiver<PollReport>) -> anyhow::Result<()> {
        while let Ok(report) = reports.recv() {
            self.show(&report)?;
        }
        Ok(())
    }

    fn show(&mut self, report: &PollReport) -> anyhow::Result<()> {
        self.count(report);
        if self.json {
            return output::print_json_line(&line(report));
        }
        self.bar.set_message(report.name.clone());
        if report.outcome != PollOutcome::Skipped {
            self.bar.inc(1);
        }
        if let Some(said) = talk(report) {
            self.bar.suspend(|| output::say(&said));
        }
        Ok(())
    }

    fn count(&mut self, report: &PollReport) {
        let total = &mut self.total;
        total.sources += 1;
        total.polled += usize::from(report.outcome != PollOutcome::Skipped);
        total.failed += usize::from(is_failure(report.outcome));
        total.added += report.receipt.added;
        total.updated += report.receipt.updated;
        total.grouped += report.receipt.grouped;
        total.left_out.add_all(&report.receipt.left_out);
    }

    fn finish(mut self, took: Duration) -> anyhow::Result<Outcome> {
        self.bar.finish_and_clear();
        self.total.duration_ms = took.as_millis() as u64;
        let outcome = if self.total.failed > 0 { Outcome::SomeFailed } else { Outcome::Done };
        if self.json {
            output::print_json_line(&SummaryLine { summary: self.total })?;
        } else {
            output::print_line(&summary(&self.total, took))?;
        }
        Ok(outcome)
    }
}

/// A pause that a server asks for is no failure; a source that is gone for ever needs a person.
fn is_failure(outcome: PollOutcome) -> bool {
    matches!(outcome, PollOutcome::Failed | PollOutcome::Gone)
}

fn line(report: &PollReport) -> Line<'_> {
    Line {
        source: &report.name,
        url: &report.url,
        outcome: report.outcome,
        status: report.status,
        added: report.receipt.added,
        updated: report.receipt.updated,
        grouped: report.receipt.grouped,
        left_out: &report.receipt.left_out,
        error: report
            .failure
            .as_ref()
            .map(|failure| LineError { kind: failure.kind, message: &failure.message }),
        next_poll_at: next_poll_at(report.next),
        duration_ms: report.duration.as_millis() as u64,
    }
}

/// `None` for never.
fn next_poll_at(next: Option<NextPoll>) -> Option<Timestamp> {
    next.map(|next| next.at).filter(|at| *at < Timestamp::MAX)
}

/// What a person at the terminal is told of one source: trouble only.
fn talk(report: &PollReport) -> Option<String> {
    let name = &report.name;
    if report.outcome == PollOutcome::Skipped {
        return Some(match next_poll_at(report.next) {
            Some(at) => format!("{name}: not asked before {at}; `riverd status {name}` says why"),
            None => format!("{name}: not asked any more; `riverd status {name}` says why"),
        });
    }
    let failure = report.failure.as_ref()?;
    let hint = failure.hint.as_ref().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
    Some(format!("{name}: {}{hint}", failure.message))
}

fn summary(total: &Total, took: Duration) -> String {
    let Total { sources, polled, failed, added, updated, grouped, left_out, .. } = total;
    let took = if took < Duration::from_secs(1) { "a moment".to_owned() } else { human(took) };
    if *sources == 0 {
        return "nothing is due; `riverd poll --all` asks every source".to_owned();
    }
    let skipped = match sources - polled {
        0 => String::new(),
        some => format!(", {some} not asked"),
    };
    let left_out = if left_out.is_empty() {
        String::new()
    } else {
        let reasons = left_out.iter().map(|(reason, count)| format!("{count} {}", reason.as_str()));
        format!(", {} left out ({})", left_out.total(), reasons.collect::<Vec<_>>().join(", "))
    };
    let failed = if *failed == 0 { String::new() } else { format!(", {failed} failed") };
    format!(
        "polled {polled} of {sources} sources in {took}: {added} new, {updated} updated, {grouped} grouped{left_out}{failed}{skipped}"
    )
}
