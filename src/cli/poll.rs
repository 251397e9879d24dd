//! `riverd poll [SOURCE…]`: polls the due sources, or the named ones, once, and exits.

use std::collections::HashSet;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::args::{GlobalArgs, PollArgs};
use super::{VerbOutcome, output, remove, small_runtime};
use crate::config::Config;
use crate::model::{DueSource, FailureKind, LeftOutCounts, NextPoll};
use crate::policy::outage::NetworkClaims;
use crate::policy::schedule;
use crate::poll::{PollOutcome, PollReport, Poller};
use crate::store::{ClaimLimit, Store};
use crate::time::{Timestamp, human};

/// Polls the sources and prints the reports. Returns `Failed` if a source failed.
pub(super) fn run(global: &GlobalArgs, args: &PollArgs) -> anyhow::Result<VerbOutcome> {
    let config = global.load_config()?;
    let requested = args.sources.iter().map(|text| {
        let source = config.find_source(text).ok_or_else(|| remove::unknown_source(&config, text));
        source.map(|source| source.name.clone())
    });
    let source_names: Vec<String> = requested.collect::<Result<_, _>>()?;
    let store = global.open_store(&config)?;
    let (sender, reports) = mpsc::channel();
    let poller = Poller::new(store.clone(), &config, move |report| {
        // Sending fails only after printing has failed, and that error already ends the verb.
        drop(sender.send(report.clone()));
    })?;
    let runtime = small_runtime()?;
    let started = Instant::now();
    let plan = runtime.block_on(plan(&store, &config, &source_names, args.all))?;
    let mut display = PollDisplay::new(args.output.json, plan.due.len());
    for skipped in &plan.skipped {
        display.show(skipped)?;
    }
    let polling = runtime.spawn(async move {
        let stop = stop_on_interrupt();
        poller.poll_now(plan.due, plan.now, &stop).await?;
        poller.fetch_pages_now(Timestamp::now(), &stop).await
    });
    display.show_all(&reports)?;
    runtime.block_on(polling).context("riverd crashed while polling")??;
    runtime.block_on(store.close())?;
    display.finish(started.elapsed())
}

/// The sources to poll and those to skip.
struct PollPlan {
    now: Timestamp,
    due: Vec<DueSource>,
    skipped: Vec<PollReport>,
}

/// Claims the sources to poll: those in `source_names`, otherwise every enabled one with `all`, otherwise the due ones. Sources
/// that the user asked for and that must not be polled now are skipped.
async fn plan(
    store: &Store,
    config: &Config,
    source_names: &[String],
    all: bool,
) -> anyhow::Result<PollPlan> {
    let now = Timestamp::now();
    store.sync_sources(&config.sources, &config.dedup, now).await?;
    store.adjust_to_clock(now).await?;
    if source_names.is_empty() && !all {
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
    let mut to_claim = Vec::new();
    let mut skipped = Vec::new();
    for status in store.statuses().await? {
        let Some(source) = &status.source else { continue };
        let is_wanted =
            if source_names.is_empty() { source.enabled } else { source_names.contains(&source.name) };
        if !is_wanted {
            continue;
        }
        if schedule::may_be_asked(&status, now) {
            to_claim.push(source.name.clone());
        } else {
            skipped.push(PollReport::skipped(
                source.name.clone(),
                source.location.to_string(),
                status.next_poll,
            ));
        }
    }
    // An empty list would claim every source.
    let due = if to_claim.is_empty() { Vec::new() } else { store.claim_named(&to_claim, now).await? };
    Ok(PollPlan { now, due, skipped })
}

/// Returns a token that Ctrl-C cancels. Then no further poll begins, and those in flight end within their timeout.
fn stop_on_interrupt() -> CancellationToken {
    let stop = CancellationToken::new();
    let token = stop.clone();
    tokio::spawn(async move {
        // If no handler can be installed, Ctrl-C ends the process, which is safe at any time.
        if tokio::signal::ctrl_c().await.is_ok() {
            token.cancel();
        }
    });
    stop
}

/// Prints the reports: a progress bar and messages for people, or lines of JSON.
struct PollDisplay {
    json: bool,
    bar: ProgressBar,
    totals: PollTotals,
}

/// Sums over all sources, printed at the end.
#[derive(Clone, Default, Serialize)]
struct PollTotals {
    sources: usize,
    polled: usize,
    failed: usize,
    added: u32,
    updated: u32,
    grouped: u32,
    left_out: LeftOutCounts,
    duration_ms: u64,
}

/// One source in the output of `poll --json`.
#[derive(Serialize)]
struct PollLine<'r> {
    source: &'r str,
    url: &'r str,
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

/// The last line of `poll --json`.
#[derive(Serialize)]
struct SummaryLine {
    summary: PollTotals,
}

impl PollDisplay {
    fn new(json: bool, sources: usize) -> Self {
        let target = if json { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        // The template is a valid constant, so the default bar is never used.
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(sources as u64), target).with_style(style);
        Self { json, bar, totals: PollTotals::default() }
    }

    /// Shows each report as it arrives, until the poller has sent the last one.
    fn show_all(&mut self, reports: &Receiver<PollReport>) -> anyhow::Result<()> {
        while let Ok(report) = reports.recv() {
            self.show(&report)?;
        }
        Ok(())
    }

    fn show(&mut self, report: &PollReport) -> anyhow::Result<()> {
        self.count(report);
        if self.json {
            return output::print_json_line(&poll_line(report));
        }
        self.bar.set_message(report.name.clone());
        if report.outcome != PollOutcome::Skipped {
            self.bar.inc(1);
        }
        if let Some(message) = trouble_message(report) {
            self.bar.suspend(|| output::print_message(&message));
        }
        Ok(())
    }

    fn count(&mut self, report: &PollReport) {
        let totals = &mut self.totals;
        totals.sources += 1;
        totals.polled += usize::from(report.outcome != PollOutcome::Skipped);
        totals.failed += usize::from(is_failure(report.outcome));
        totals.added += report.receipt.added;
        totals.updated += report.receipt.updated;
        totals.grouped += report.receipt.grouped;
        totals.left_out.add_all(&report.receipt.left_out);
    }

    fn finish(mut self, took: Duration) -> anyhow::Result<VerbOutcome> {
        self.bar.finish_and_clear();
        self.totals.duration_ms = took.as_millis() as u64;
        let outcome = if self.totals.failed > 0 { VerbOutcome::Failed } else { VerbOutcome::Succeeded };
        if self.json {
            output::print_json_line(&SummaryLine { summary: self.totals })?;
        } else {
            output::print_line(&summary(&self.totals, took))?;
        }
        Ok(outcome)
    }
}

/// Returns whether a person has to look at the source. A pause that a server asked for is no failure, a 410 is one.
fn is_failure(outcome: PollOutcome) -> bool {
    matches!(outcome, PollOutcome::Failed | PollOutcome::Gone)
}

fn poll_line(report: &PollReport) -> PollLine<'_> {
    PollLine {
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
            .map(|failure| PollLineError { kind: failure.kind, message: &failure.message }),
        next_poll_at: next_poll_at(report.next),
        duration_ms: report.duration.as_millis() as u64,
    }
}

/// Returns when the source is polled next, or `None` for never.
fn next_poll_at(next: Option<NextPoll>) -> Option<Timestamp> {
    next.map(|next| next.at).filter(|at| *at < Timestamp::MAX)
}

/// Returns the message about a source that was skipped or failed, for people.
fn trouble_message(report: &PollReport) -> Option<String> {
    let name = &report.name;
    if report.outcome == PollOutcome::Skipped {
        return Some(match next_poll_at(report.next) {
            Some(at) => format!("{name}: not asked before {at}; `riverd status {name}` says why"),
            None => format!("{name}: no longer asked; `riverd status {name}` says why"),
        });
    }
    let failure = report.failure.as_ref()?;
    let hint = failure.hint.as_ref().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
    Some(format!("{name}: {}{hint}", failure.message))
}

fn summary(totals: &PollTotals, took: Duration) -> String {
    let PollTotals { sources, polled, failed, added, updated, grouped, left_out, .. } = totals;
    let took = if took < Duration::from_secs(1) { "less than a second".to_owned() } else { human(took) };
    if *sources == 0 {
        return "nothing is due; `riverd poll --all` polls every source".to_owned();
    }
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
    let failed = if *failed == 0 { String::new() } else { format!(", {failed} failed") };
    format!(
        "polled {polled} of {sources} sources in {took}: {added} new, {updated} updated, {grouped} grouped{left_out}{failed}{skipped}"
    )
}
