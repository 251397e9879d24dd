//! Decides what an incident is: which problems of a source are serious or last long enough that its operator should hear of
//! them, and when they are over.

use std::time::Duration;

use crate::model::{IncidentKind, RedactedUrl, SourceState};
use crate::time::{DAY, HOUR, Timestamp, human};

/// Least number of failed polls in a row that make an incident. Two failed polls may be one bad night of the server.
const FAILURES_AT_LEAST: u32 = 3;
/// How long polls must have failed until the failures are an incident. With the default interval and backoff, about five polls
/// fail in this time.
const FAILING_AT_LEAST: Duration = Duration::from_hours(6);
/// How long a server must have asked for pauses, without one successful poll in between, until this is an incident.
const THROTTLED_AT_LEAST: Duration = DAY;
/// Time after which an incident of missed entries is over, counted from the last poll that found the list of the source
/// replaced as a whole. The interval adapts to the new rate within a few polls.
const MISSED_FOR: Duration = Duration::from_hours(7 * 24);

/// A source counts as silent if nothing new has come for this many times its usual gap, but never before
/// [`SILENT_AT_LEAST`].
const SILENT_GAPS: u32 = 12;
/// Shortest time without anything new after which a source counts as silent.
const SILENT_AT_LEAST: Duration = Duration::from_hours(30 * 24);

/// A problem of a source that lasts long enough to be an incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentProblem {
    /// What kind of incident it is.
    pub kind: IncidentKind,
    /// When it began.
    pub since: Timestamp,
    /// What happened, in words.
    pub detail: String,
    /// What the operator can do, if anything.
    pub hint: Option<String>,
}

/// Returns the problems of a source after a poll that ended at `now`. Each kind occurs at most once.
pub fn problems(state: &SourceState, now: Timestamp) -> Vec<IncidentProblem> {
    let all = [gone(state), failing(state, now), missed(state, now), moved(state), silent(state, now)];
    all.into_iter().flatten().collect()
}

/// Returns whether an open incident of this kind is over after a poll that ended at `now`. An incident of a failing source ends
/// only with a successful poll, or when the source is gone.
pub fn is_over(kind: IncidentKind, state: &SourceState, now: Timestamp) -> bool {
    match kind {
        IncidentKind::Gone => state.gone_at.is_none(),
        IncidentKind::Failing => state.gone_at.is_some() || (state.failures == 0 && state.throttled == 0),
        IncidentKind::Missed => missed(state, now).is_none(),
        IncidentKind::Moved => moved(state).is_none(),
        IncidentKind::Silent => !is_silent(state, now),
        // No poll ends this incident.
        IncidentKind::ConfigBroken => false,
    }
}

/// Returns whether the end of an incident of this kind is a recovery. A failing source that is gone has not recovered; there is
/// a separate incident for sources that are gone.
pub fn has_recovered(kind: IncidentKind, state: &SourceState) -> bool {
    kind != IncidentKind::Failing || state.gone_at.is_none()
}

/// Returns whether nothing new has come for far longer than usual.
pub fn is_silent(state: &SourceState, now: Timestamp) -> bool {
    let silence = state.silence(now);
    let usual = state.publishing_gap.map(|gap| gap.saturating_mul(SILENT_GAPS).max(SILENT_AT_LEAST));
    usual.is_some_and(|usual| silence > usual)
}

fn gone(state: &SourceState) -> Option<IncidentProblem> {
    Some(IncidentProblem {
        kind: IncidentKind::Gone,
        since: state.gone_at?,
        detail: "its server says that the feed is gone for ever (410). riverd no longer polls it.".to_owned(),
        hint: Some("remove it from feeds.toml, or give it its new address".to_owned()),
    })
}

fn failing(state: &SourceState, now: Timestamp) -> Option<IncidentProblem> {
    if state.gone_at.is_some() {
        return None;
    }
    let since = state.failing_since.or(state.succeeded_at)?;
    let lasts = now.since(since);
    let is_failing = state.failures >= FAILURES_AT_LEAST && lasts >= FAILING_AT_LEAST;
    let is_throttled = state.throttled > 0 && lasts >= THROTTLED_AT_LEAST;
    let failure = state.last_failure.as_ref().filter(|_| is_failing || is_throttled)?;
    let hint = failure.hint.clone();
    Some(IncidentProblem { kind: IncidentKind::Failing, since, detail: failure.message.clone(), hint })
}

fn missed(state: &SourceState, now: Timestamp) -> Option<IncidentProblem> {
    let since = state.window.replaced_at?;
    (now.since(since) < MISSED_FOR).then(|| IncidentProblem {
        kind: IncidentKind::Missed,
        since,
        detail: format!(
            "a poll found only new entries among the {} that its document lists, so entries before them may have been missed",
            state.window.listed
        ),
        hint: Some("riverd polls it more often now; a shorter `every` or `min_every` in feeds.toml allows more".to_owned()),
    })
}

fn moved(state: &SourceState) -> Option<IncidentProblem> {
    let moved = state.moved.as_ref().filter(|moved| moved.adopted_at.is_some())?;
    let url = RedactedUrl(&moved.to).to_string();
    let hint = (url == moved.to.as_str()).then(|| format!("write `url = \"{url}\"` in feeds.toml"));
    Some(IncidentProblem {
        kind: IncidentKind::Moved,
        since: moved.since,
        detail: format!(
            "its server or its document says that it has moved for good to {url}, where riverd polls it now"
        ),
        hint,
    })
}

fn silent(state: &SourceState, now: Timestamp) -> Option<IncidentProblem> {
    let (since, gap) = state.last_new_at.zip(state.publishing_gap).filter(|_| is_silent(state, now))?;
    let unit = if gap >= DAY { DAY } else { HOUR };
    let about = human(unit * u32::try_from(gap.as_secs() / unit.as_secs()).unwrap_or(1).max(1));
    Some(IncidentProblem {
        kind: IncidentKind::Silent,
        since,
        detail: format!(
            "it answers, but has published nothing new since then. It used to publish about every {about}."
        ),
        hint: Some("look at its site: it may have stopped, or publish at another address".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, FailureKind, FailureOrigin, ListWindow, Moved};

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn before(span: Duration) -> Timestamp {
        NOW.saturating_sub(span)
    }

    fn failed(failures: u32, throttled: u32, since: Duration) -> SourceState {
        SourceState {
            failures,
            throttled,
            failing_since: (failures > 0).then(|| before(since)),
            succeeded_at: Some(before(since)),
            last_failure: Some(Failure {
                kind: FailureKind::Status,
                message: "the server answered 500".to_owned(),
                hint: None,
                origin: FailureOrigin::Elsewhere,
            }),
            ..SourceState::default()
        }
    }

    fn kinds(state: &SourceState) -> Vec<IncidentKind> {
        problems(state, NOW).into_iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn a_source_is_failing_for_long_after_three_failures_and_six_hours() {
        let is_incident = |failures, throttled, since| {
            kinds(&failed(failures, throttled, since)) == [IncidentKind::Failing]
        };
        for (failures, throttled, since, expected) in [
            (0, 0, DAY * 9, false),
            (2, 0, DAY * 2, false),
            (3, 0, HOUR * 5, false),
            (3, 0, HOUR * 6, true),
            (90, 0, HOUR, false),
            (0, 1, HOUR * 23, false),
            (0, 1, DAY, true),
        ] {
            assert_eq!(is_incident(failures, throttled, since), expected, "{failures} {throttled} {since:?}");
        }
    }

    #[test]
    fn an_open_failure_ends_only_with_a_success() {
        let over = |state: &SourceState| is_over(IncidentKind::Failing, state, NOW);
        assert!(!over(&failed(1, 0, HOUR)));
        assert!(!over(&failed(0, 1, HOUR)));
        assert!(over(&failed(0, 0, HOUR)));
    }

    #[test]
    fn a_source_that_is_gone_is_not_failing_too() {
        let state = SourceState { gone_at: Some(NOW), ..failed(9, 0, DAY) };
        assert_eq!(kinds(&state), [IncidentKind::Gone]);
        assert!(is_over(IncidentKind::Failing, &state, NOW));
        assert!(!has_recovered(IncidentKind::Failing, &state));
        assert!(has_recovered(IncidentKind::Failing, &SourceState::default()));
        assert!(is_over(IncidentKind::Gone, &SourceState::default(), NOW));
    }

    #[test]
    fn a_move_is_an_incident_once_it_is_adopted() {
        let moved = |adopted_at| SourceState {
            moved: Some(Moved {
                to: "https://new.example/feed".parse().unwrap(),
                polls: 3,
                since: NOW.saturating_sub(DAY),
                adopted_at,
            }),
            ..SourceState::default()
        };
        assert_eq!(kinds(&moved(None)), []);
        let problem = problems(&moved(Some(NOW)), NOW).pop().unwrap();
        assert_eq!(problem.kind, IncidentKind::Moved);
        assert_eq!(problem.hint.as_deref(), Some("write `url = \"https://new.example/feed\"` in feeds.toml"));
    }

    #[test]
    fn silence_counts_from_twelve_gaps_and_thirty_days() {
        let quiet = |gap, silence| SourceState {
            publishing_gap: Some(gap),
            last_new_at: Some(before(silence)),
            ..SourceState::default()
        };
        assert_eq!(kinds(&quiet(HOUR, DAY * 29)), []);
        assert_eq!(kinds(&quiet(HOUR, DAY * 31)), [IncidentKind::Silent]);
        assert_eq!(kinds(&quiet(DAY * 7, DAY * 31)), []);
        assert_eq!(kinds(&quiet(DAY * 7, DAY * 85)), [IncidentKind::Silent]);
    }

    #[test]
    fn missed_entries_are_an_incident_for_a_week() {
        let state = |since| SourceState {
            window: ListWindow {
                listed: 25,
                replaced: 1,
                replaced_at: Some(before(since)),
                ..ListWindow::default()
            },
            ..SourceState::default()
        };
        assert_eq!(kinds(&state(DAY)), [IncidentKind::Missed]);
        assert_eq!(kinds(&state(DAY * 8)), []);
        assert!(is_over(IncidentKind::Missed, &state(DAY * 8), NOW));
    }
}
