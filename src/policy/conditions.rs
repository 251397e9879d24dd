//! Recognises servers that answer conditional requests wrongly: with an empty body, an error or a web page, although they answer
//! a request without conditions with the feed.

use std::time::Duration;

use crate::model::{DueSource, FailureKind, FetchOutcome, SourceState, Validators};
use crate::policy::decide::BodyOutcome;
use crate::policy::schedule;
use crate::time::{DAY, Timestamp};

/// How long a server gets no conditional requests after it answered one wrongly. The next conditional request shows whether it
/// still does.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30 * DAY.as_secs());
/// A source that keeps failing gets a request without conditions at its first failure, and then at every fourth further one.
const FAILURES_BETWEEN: u32 = 4;

/// Returns the validators for the next request: none if conditions hurt at this server. After each third failure in a row the request
/// has none either: a server that resets the connection or stays silent only at a condition would fail for ever.
pub fn validators_to_send(state: &SourceState, now: Timestamp) -> Validators {
    if state.conditions_hurt_at.is_some_and(|hurt_at| now.since(hurt_at) < FORGOTTEN_AFTER) {
        return Validators::default();
    }
    if state.failures % FAILURES_BETWEEN == FAILURES_BETWEEN - 1 {
        return Validators::default();
    }
    schedule::validators_to_send(state, now)
}

/// Returns whether the conditions of a request may be the reason for its outcome, so that one request without them has to show
/// whether the source really fails. `sent` are the validators of the request.
pub fn may_have_hurt(due: &DueSource, sent: &Validators, outcome: &FetchOutcome<BodyOutcome>) -> bool {
    let is_checked = due.state.failures.is_multiple_of(FAILURES_BETWEEN);
    !sent.is_empty() && is_checked && is_odd(outcome)
}

/// Returns whether an outcome is typical of servers that answer conditional requests wrongly.
fn is_odd(outcome: &FetchOutcome<BodyOutcome>) -> bool {
    match outcome {
        FetchOutcome::Fresh(fetched) => {
            let is_no_feed = |kind| matches!(kind, FailureKind::NotAFeed | FailureKind::Malformed);
            let unreadable =
                matches!(&fetched.body, BodyOutcome::Unreadable(failure) if is_no_feed(failure.kind));
            unreadable && fetched.status.is_some() && fetched.stand_in.is_none()
        }
        FetchOutcome::Failed { status: Some(status), failure, .. } => {
            let is_faulty = matches!(
                status,
                204..=206 | 400 | 403..=405 | 406 | 409 | 412 | 415..=417 | 428 | 500..=502 | 505..=508 | 520
            );
            is_faulty && failure.kind == FailureKind::Status
                || matches!(status, 200 | 203 | 226) && failure.kind == FailureKind::Malformed
        }
        _ => false,
    }
}

/// Notes in the state of a source what a second request, without conditions, showed. If its outcome `second` is a document, the
/// conditions of the first request were the reason for its failure.
pub fn note(state: &mut SourceState, second: &FetchOutcome<BodyOutcome>, now: Timestamp) {
    if let FetchOutcome::Fresh(fetched) = second
        && !matches!(fetched.body, BodyOutcome::Unreadable(_))
    {
        state.conditions_hurt_at = Some(now);
    }
}

/// Returns which of two outcomes counts: that of the request without conditions, unless it got no answer.
pub fn outcome_that_counts(
    first: FetchOutcome<BodyOutcome>,
    second: FetchOutcome<BodyOutcome>,
) -> FetchOutcome<BodyOutcome> {
    match second {
        FetchOutcome::Failed { status: None, .. } => first,
        answered => answered,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use url::Url;

    use super::*;
    use crate::model::{
        Cadence, Failure, Fetched, Freshness, LinkHeaders, Location, NextPoll, NextPollReason, Source,
        SourceId, StandIn,
    };
    use crate::time::HOUR;

    const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);

    fn etag() -> Validators {
        Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None }
    }

    fn due(failures: u32) -> DueSource {
        let location = Location::Http(Url::parse("https://a.example/feed").unwrap());
        let state = SourceState {
            validators: etag(),
            body_at: Some(NOW.saturating_sub(HOUR)),
            failures,
            ..SourceState::default()
        };
        DueSource {
            id: SourceId(1),
            source: Arc::new(Source::new("a", location, Cadence::Every(HOUR))),
            state,
            planned: NextPoll { at: NOW, reason: NextPollReason::Every },
            push: None,
        }
    }

    fn failed(status: u16) -> FetchOutcome<BodyOutcome> {
        let failure = Failure { kind: FailureKind::Status, message: "it failed".to_owned(), hint: None };
        FetchOutcome::Failed { status: Some(status), failure, freshness: Freshness::default() }
    }

    fn body(body: BodyOutcome, stand_in: Option<StandIn>) -> FetchOutcome<BodyOutcome> {
        FetchOutcome::Fresh(Box::new(Fetched {
            status: Some(200),
            body,
            content_type: None,
            validators: Validators::default(),
            final_url: None,
            moved_to: None,
            freshness: Freshness::default(),
            links: LinkHeaders::default(),
            stand_in,
        }))
    }

    fn no_feed() -> BodyOutcome {
        BodyOutcome::Unreadable(Failure {
            kind: FailureKind::NotAFeed,
            message: "the document is empty".to_owned(),
            hint: None,
        })
    }

    #[test]
    fn an_odd_answer_to_a_conditional_request_is_checked_without_conditions() {
        for status in [204, 400, 403, 404, 406, 412, 500, 501, 502] {
            assert!(may_have_hurt(&due(0), &etag(), &failed(status)), "{status}");
            assert!(!may_have_hurt(&due(0), &Validators::default(), &failed(status)), "{status}");
        }
        assert!(may_have_hurt(&due(0), &etag(), &body(no_feed(), None)));
        for status in [401, 429, 503] {
            assert!(!may_have_hurt(&due(0), &etag(), &failed(status)), "{status}");
        }
        assert!(!may_have_hurt(&due(0), &etag(), &body(BodyOutcome::Known, None)));
        assert!(!may_have_hurt(&due(0), &etag(), &body(no_feed(), Some(StandIn::Login))));
    }

    #[test]
    fn a_server_that_really_fails_gets_few_requests_more() {
        let checked: Vec<u32> =
            (0..9).filter(|failures| may_have_hurt(&due(*failures), &etag(), &failed(500))).collect();
        assert_eq!(checked, [0, 4, 8]);
    }

    #[test]
    fn each_fourth_request_to_a_source_that_fails_carries_no_conditions() {
        let plain: Vec<u32> =
            (0..9).filter(|failures| validators_to_send(&due(*failures).state, NOW).is_empty()).collect();
        assert_eq!(plain, [3, 7]);
    }

    #[test]
    fn a_server_at_which_conditions_hurt_gets_none_for_a_month() {
        let mut state = due(0).state;
        note(&mut state, &failed(500), NOW);
        assert_eq!(validators_to_send(&state, NOW), etag());
        note(&mut state, &body(BodyOutcome::Known, None), NOW);
        assert!(validators_to_send(&state, NOW.saturating_add(29 * DAY)).is_empty());
        let later = NOW.saturating_add(31 * DAY);
        state.body_at = Some(later);
        assert_eq!(validators_to_send(&state, later), etag());
    }
}
