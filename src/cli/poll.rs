//! `riverd poll [SOURCE…]`: polls the due sources, or the named ones, once, and exits. If a daemon is running, it does the
//! polling.

use std::iter;
use std::pin::pin;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::args::{GlobalArgs, PollArgs};
use super::daemon_connection::DaemonConnection;
use super::{UsageError, VerbOutcome, output, removed, runtime};
use crate::poll::report_lines::PollTotals;
use crate::poll::requested::PollRequest;
use crate::poll::{PollOutcome, PollReport, Poller};
use crate::service::control::protocol::{ControlAnswer, ControlRequest};
use crate::store::OverdueSources;
use crate::text::words::{counted, printable};
use crate::time::Timestamp;

/// Polls the sources and prints the reports. Returns `Failed` if a source failed.
pub(super) fn run(global: &GlobalArgs, args: &PollArgs) -> anyhow::Result<VerbOutcome> {
    match DaemonConnection::open(&global.state_dir()?)? {
        Some(daemon) => {
            global.note_state_of_other_config(&global.config_path_or_vanished()?)?;
            refuse_removed(global, args)?;
            ask_daemon(daemon, args)
        }
        None => poll_here(global, args),
    }
}

/// Fails if a source was removed from feeds.toml: the daemon knows only that its configuration has none of that name. What this
/// verb can't read itself is left to the daemon.
fn refuse_removed(global: &GlobalArgs, args: &PollArgs) -> anyhow::Result<()> {
    let (Ok(config), Ok(database)) = (global.load_config_or_last_good(), global.database()) else {
        return Ok(());
    };
    for wanted in args.sources.iter().filter(|wanted| config.find_source(wanted).is_none()) {
        if let Some(removed) = removed::describe_wanted(&database, &config, wanted) {
            return Err(UsageError(removed).into());
        }
    }
    Ok(())
}

/// Lets the daemon poll, and prints the reports as they come.
fn ask_daemon(mut daemon: DaemonConnection, args: &PollArgs) -> anyhow::Result<VerbOutcome> {
    daemon.send(&ControlRequest::Poll { sources: args.sources.clone(), all: args.all })?;
    let mut display = PollDisplay::new(args.output.json);
    loop {
        match daemon.receive()? {
            ControlAnswer::Planned { sources } => display.expect(sources),
            ControlAnswer::Polled { line, .. } if display.json => output::print_json_line(&line)?,
            ControlAnswer::Polled { line, name, problem } => {
                let is_skipped = line.get("outcome").and_then(Value::as_str) == Some("skipped");
                display.show(&name, is_skipped, problem);
            }
            ControlAnswer::Summary { line, text, failed } => return display.finish(&line, &text, failed),
            other => bail!("the daemon gave an unexpected answer: {other:?}"),
        }
    }
}

/// Polls in this process, because no daemon runs.
fn poll_here(global: &GlobalArgs, args: &PollArgs) -> anyhow::Result<VerbOutcome> {
    let config = global.load_config()?;
    let database = global.database()?;
    let requested = args.sources.iter().map(|text| {
        let source = config.find_source(text).ok_or_else(|| {
            let removed = removed::describe_wanted(&database, &config, text);
            UsageError(removed.unwrap_or_else(|| config.unknown_source(text)))
        });
        source.map(|source| source.name.clone())
    });
    let names: Vec<String> = requested.collect::<Result<_, _>>()?;
    let request = match (names.is_empty(), args.all) {
        (false, _) => PollRequest::Named(names),
        (true, true) => PollRequest::All,
        (true, false) => PollRequest::Due,
    };
    let store = global.open_store(&config)?;
    let poller = Poller::new(store.clone(), &config, None, |_| {})?;
    let runtime = runtime::start_small()?;
    let started = Instant::now();
    let polls = runtime.block_on(async {
        let now = Timestamp::now();
        store.sync_with_overdue(&config.sources, &config.dedup, OverdueSources::AtOnce, now).await?;
        store.adjust_to_clock(now).await?;
        poller.claim_requested(&request, now).await
    })?;
    let mut display = PollDisplay::new(args.output.json);
    display.expect(polls.count());
    let expected = polls.expected_reports();
    let (sender, reports) = mpsc::channel();
    let polling = runtime.spawn(async move {
        let Interrupts { stop, abandon } = Interrupts::listen();
        let mut polling = pin!(async {
            // Sending fails only after printing has failed, and that error already ends the verb.
            poller.poll_requested(polls, &stop, move |report| drop(sender.send(report.clone()))).await?;
            poller.count_excused_failures().await?;
            poller.fetch_pages_now(Timestamp::now(), &stop).await
        });
        tokio::select! {
            ended = &mut polling => ended,
            () = abandon.cancelled() => {
                poller.drain(Duration::ZERO).await;
                Ok(())
            }
        }
    });
    let mut totals = PollTotals::default();
    show_all(&mut display, &mut totals, &reports)?;
    runtime.block_on(polling).context("riverd crashed while polling")??;
    runtime.block_on(store.close())?;
    let took = started.elapsed();
    let left = totals.count_left(expected);
    let outcome = display.finish(&totals.to_json(took)?, &totals.to_text(took), totals.failed())?;
    if left > 0 {
        let left = counted(left as u64, "source");
        output::print_message(&format!("warning: stopped before {left} of {expected} could be polled"));
        return Ok(VerbOutcome::Failed);
    }
    Ok(outcome)
}

/// How many reports are printed at once at most. That many polls share a commit.
const MOST_TOGETHER: usize = 64;

/// Counts and shows the reports as they arrive, until the poller has sent the last one. Those that wait are shown together.
fn show_all(
    display: &mut PollDisplay,
    totals: &mut PollTotals,
    reports: &Receiver<PollReport>,
) -> anyhow::Result<()> {
    while let Ok(report) = reports.recv() {
        let together: Vec<PollReport> =
            iter::once(report).chain(reports.try_iter()).take(MOST_TOGETHER).collect();
        for report in &together {
            totals.count(report);
            if !display.json {
                display.show(&report.name, report.outcome == PollOutcome::Skipped, report.problem());
            }
        }
        if display.json {
            output::print_json_lines(together.iter().map(PollReport::to_line))?;
        }
    }
    Ok(())
}

/// What Ctrl-C stops.
struct Interrupts {
    /// Cancelled by the first Ctrl-C. Then no further poll begins, and those in flight end within their timeout.
    stop: CancellationToken,
    /// Cancelled by the second Ctrl-C. Then those in flight are abandoned.
    abandon: CancellationToken,
}

impl Interrupts {
    fn listen() -> Self {
        let (stop, abandon) = (CancellationToken::new(), CancellationToken::new());
        let (first, second) = (stop.clone(), abandon.clone());
        // If no handler can be installed, Ctrl-C ends the process, which is safe at any time.
        if let Ok(mut interrupts) = signal(SignalKind::interrupt()) {
            tokio::spawn(async move {
                interrupts.recv().await;
                first.cancel();
                output::print_message("note: the polls that are under way end first; Ctrl-C abandons them");
                interrupts.recv().await;
                second.cancel();
            });
        }
        Self { stop, abandon }
    }
}

/// Prints the reports: a progress bar and messages for people, or lines of JSON.
struct PollDisplay {
    json: bool,
    bar: ProgressBar,
}

impl PollDisplay {
    fn new(json: bool) -> Self {
        let target = if json { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        // The template is a valid constant, so the default bar is never used.
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { json, bar: ProgressBar::with_draw_target(Some(0), target).with_style(style) }
    }

    /// Sets how many sources are polled.
    fn expect(&mut self, sources: usize) {
        self.bar.set_length(sources as u64);
    }

    /// Shows people the progress, and what is wrong with a source.
    fn show(&mut self, name: &str, is_skipped: bool, problem: Option<String>) {
        self.bar.set_message(printable(name));
        if !is_skipped {
            self.bar.inc(1);
        }
        if let Some(problem) = problem {
            self.bar.suspend(|| output::print_message(&problem));
        }
    }

    fn finish(self, line: &Value, text: &str, failed: usize) -> anyhow::Result<VerbOutcome> {
        self.bar.finish_and_clear();
        if self.json {
            output::print_json_line(line)?;
        } else {
            output::print_line(text)?;
        }
        Ok(if failed > 0 { VerbOutcome::Failed } else { VerbOutcome::Succeeded })
    }
}
