//! Writes what polls found to the log. The levels `info` and above report only changes that the operator wants to know: a
//! source starts to fail, recovers, moves or is gone, or riverd's own network fails or works again. Each poll by itself is at
//! `debug`.

use tracing::{debug, info, warn};

use super::{PollOutcome, PollReport};
use crate::model::{PollReceipt, RedactedUrl, SourceState};
use crate::policy::outage::OutageChange;
use crate::time::Timestamp;

/// How a poll changed the state of its source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SourceChange {
    /// Failures in a row before the poll.
    failures_before: u32,
    /// Failures in a row up to and including the poll.
    failures: u32,
    /// Whether this poll found the source gone.
    is_gone: bool,
    /// Address that the source is polled at from now on, without secrets. `None` if it did not change.
    moved_to: Option<String>,
}

impl SourceChange {
    /// Compares the state of a source before and after a poll.
    pub(super) fn between(before: &SourceState, after: &SourceState) -> Self {
        let adopted = |state: &SourceState| {
            state.moved.as_ref().filter(|moved| moved.adopted_at.is_some()).map(|moved| moved.to.clone())
        };
        Self {
            failures_before: before.failures,
            failures: after.failures,
            is_gone: before.gone_at.is_none() && after.gone_at.is_some(),
            moved_to: adopted(after)
                .filter(|to| adopted(before).as_ref() != Some(to))
                .map(|to| RedactedUrl(&to).to_string()),
        }
    }
}

/// Logs the poll and the change of its source.
pub(super) fn log(report: &PollReport, change: &SourceChange) {
    log_poll(report);
    log_change(report, change);
}

fn log_change(report: &PollReport, change: &SourceChange) {
    let source = report.name.as_str();
    let message = report.failure.as_ref().map_or("", |failure| failure.message.as_str());
    let kind = report.failure.as_ref().map_or("", |failure| failure.kind.as_str());
    if change.is_gone {
        warn!(source, kind, "{source} is gone and not polled any more: {message}");
    } else if change.failures_before == 0 && change.failures > 0 {
        let next = next_poll(report);
        warn!(source, kind, next, "{source} is failing: {message}");
    } else if change.failures_before > 0 && change.failures == 0 && report.failure.is_none() {
        info!(source, failures = change.failures_before, "{source} works again");
    }
    if let Some(to) = &change.moved_to {
        info!(source, moved_to = to, "{source} moved for good to {to}; change its `url` in feeds.toml");
    }
}

fn log_poll(report: &PollReport) {
    let source = report.name.as_str();
    let duration_ms = report.duration.as_millis() as u64;
    let PollReceipt { added, updated, grouped, left_out, .. } = &report.receipt;
    let left_out = left_out.total();
    match (&report.failure, report.outcome) {
        (None, PollOutcome::NewBody) => {
            debug!(
                source,
                added,
                updated,
                grouped,
                left_out,
                status = report.status,
                next = next_poll(report),
                duration_ms,
                "polled {source}"
            );
        }
        (None, _) => {
            debug!(
                source,
                status = report.status,
                next = next_poll(report),
                duration_ms,
                "polled {source}: nothing new"
            );
        }
        (Some(failure), outcome) => debug!(
            source,
            outcome = outcome.as_str(),
            kind = failure.kind.as_str(),
            status = report.status,
            failures = report.failures,
            next = next_poll(report),
            duration_ms,
            "{source}: {}",
            failure.message
        ),
    }
}

/// Returns when the source is polled next, for the log.
fn next_poll(report: &PollReport) -> String {
    match report.next.map(|next| next.at) {
        Some(at) if at < Timestamp::MAX => at.to_string(),
        Some(_) => "never".to_owned(),
        None => String::new(),
    }
}

/// Logs that an outage of riverd's own network begins or ends.
pub(super) fn log_outage(change: OutageChange) {
    let network = change.network;
    if change.is_down {
        warn!(
            network,
            "no server answers on {network}: riverd waits for the network, and counts no failures"
        );
    } else {
        info!(network, "servers answer again on {network}: riverd polls what is due");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Moved;

    #[test]
    fn only_a_move_that_is_new_is_a_change() {
        let to = "https://new.example/feed?token=secret-secret".parse::<url::Url>().unwrap();
        let moved = |adopted: bool| SourceState {
            moved: Some(Moved {
                to: to.clone(),
                polls: 5,
                since: Timestamp::EPOCH,
                adopted_at: adopted.then_some(Timestamp::EPOCH),
            }),
            ..SourceState::default()
        };
        assert_eq!(SourceChange::between(&moved(true), &moved(true)).moved_to, None);
        let address = SourceChange::between(&moved(false), &moved(true)).moved_to.unwrap();
        assert!(
            address.starts_with("https://new.example/feed") && !address.contains("secret-secret"),
            "{address}"
        );
    }
}
