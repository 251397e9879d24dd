//! Serves a `riverd poll` that runs beside the daemon: the daemon polls, and sends each report as it comes.

use std::io;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::answers::Answers;
use super::protocol::ControlAnswer;
use super::{ControlServices, LoopRequest};
use crate::poll::PollReport;
use crate::poll::report_lines::PollTotals;
use crate::poll::requested::PollRequest;
use crate::text::words::counted;
use crate::time::Timestamp;

/// Polls the sources with these names or addresses, and sends the answers. If `sources` is empty, polls the sources that are
/// due, or, if `all` is set, every enabled source.
pub(super) async fn serve(
    services: &ControlServices,
    sources: &[String],
    all: bool,
    answers: &mut Answers,
    stop: &CancellationToken,
) -> io::Result<()> {
    let started = Instant::now();
    read_changed_config(services).await;
    let request = match request_of(services, sources, all) {
        Ok(request) => request,
        Err(message) => return answers.send(&ControlAnswer::wrong_usage(message)).await,
    };
    let polls = match services.poller.claim_requested(&request, Timestamp::now()).await {
        Ok(polls) => polls,
        Err(error) => return answers.send(&ControlAnswer::store_error(&error)).await,
    };
    let expected = polls.expected_reports();
    answers.send(&ControlAnswer::Planned { sources: polls.count() }).await?;
    let (sender, mut reports) = mpsc::unbounded_channel();
    let polling = services.poller.runtime().spawn({
        let (poller, stop) = (services.poller.clone(), stop.clone());
        async move {
            // Sending fails if the verb is gone.
            poller.poll_requested(polls, &stop, move |report| drop(sender.send(report.clone()))).await
        }
    });
    let mut totals = PollTotals::default();
    while let Some(report) = reports.recv().await {
        totals.count(&report);
        answers.send(&answer_of(&report)?).await?;
    }
    let answer = match polling.await {
        Ok(Ok(())) if totals.sources() < expected => ControlAnswer::error(&format!(
            "{} ended without a result, because riverd stops or the database refused it",
            counted((expected - totals.sources()) as u64, "poll")
        )),
        Ok(Ok(())) => ControlAnswer::Summary {
            line: totals.to_json(started.elapsed())?,
            text: totals.to_text(started.elapsed()),
            failed: totals.failed(),
        },
        Ok(Err(error)) => ControlAnswer::store_error(&error),
        Err(_) => ControlAnswer::error(&"riverd crashed while polling"),
    };
    answers.send(&answer).await
}

/// Lets the daemon read feeds.toml if it changed, because `riverd add` may have added the source a moment ago.
async fn read_changed_config(services: &ControlServices) {
    let (sender, receiver) = oneshot::channel();
    if services.loop_requests.send(LoopRequest::ReloadIfChanged(sender)).await.is_ok() {
        // If the daemon stops meanwhile, there is no reload, and the poll ends at once.
        drop(receiver.await);
    }
}

/// Returns the request, or the message about a source that does not exist.
fn request_of(services: &ControlServices, sources: &[String], all: bool) -> Result<PollRequest, String> {
    if sources.is_empty() {
        return Ok(if all { PollRequest::All } else { PollRequest::Due });
    }
    let config = services.publisher.config();
    let name = |wanted: &String| match config.find_source(wanted) {
        Some(source) => Ok(source.name.clone()),
        None => Err(config.unknown_source(wanted)),
    };
    sources.iter().map(name).collect::<Result<_, _>>().map(PollRequest::Named)
}

fn answer_of(report: &PollReport) -> io::Result<ControlAnswer> {
    Ok(ControlAnswer::Polled {
        line: serde_json::to_value(report.to_line())?,
        name: report.name.clone(),
        problem: report.problem(),
    })
}
