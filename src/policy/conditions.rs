//! Recognises servers that answer conditional requests wrongly: with an empty body, an error or a web page, although they answer
//! a request without conditions with the feed. Some answer with a web page only because the request accepts `text/html`.

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

/// Returns the validators for the next request: none for thirty days after the server answered a conditional request wrongly.
pub fn validators_to_send(state: &SourceState, now: Timestamp) -> Validators {
    if needs_plain_requests(state, now) {
        return Validators::default();
    }
    schedule::trusted_validators(state, now)
}

/// Returns whether a server answered wrongly in the last thirty days until it got a request without conditions, or one that does
/// not accept a web page.
pub fn needs_plain_requests(state: &SourceState, now: Timestamp) -> bool {
    state.conditions_failed_at.is_some_and(|failed_at| now.since(failed_at) < FORGOTTEN_AFTER)
}

/// Returns whether the next request must not accept a web page. Some servers give their page to each client that names `text/html`, so
/// after an answer that is no feed every second request does not name it.
pub fn accepts_no_page(state: &SourceState, now: Timestamp) -> bool {
    let last_was_no_feed =
        state.last_failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::NotAFeed);
    needs_plain_requests(state, now) || last_was_no_feed && !state.failures.is_multiple_of(2)
}

/// Returns whether the conditions of a request may be the reason for its outcome. If so, one request without them shows whether
/// the source really fails. `sent` are the validators of the request.
pub fn may_be_at_fault(due: &DueSource, sent: &Validators, outcome: &FetchOutcome<BodyOutcome>) -> bool {
    let is_checked = due.state.failures.is_multiple_of(FAILURES_BETWEEN);
    !sent.is_empty() && is_checked && is_typical_of_wrong_answers(outcome)
}

/// Returns whether an outcome is typical of servers that answer conditional requests wrongly.
fn is_typical_of_wrong_answers(outcome: &FetchOutcome<BodyOutcome>) -> bool {
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

/// Notes in the state of a source what a second request showed, one without conditions or one that accepts no web page. If its
/// outcome is a document, the server gets only such requests for thirty days.
pub fn note(state: &mut SourceState, second: &FetchOutcome<BodyOutcome>, now: Timestamp) {
    if let FetchOutcome::Fresh(fetched) = second
        && !matches!(fetched.body, BodyOutcome::Unreadable(_))
    {
        state.conditions_failed_at = Some(now);
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
        let failure = Failure {
            kind: FailureKind::Status,
            message: "it failed".to_owned(),
            hint: None,
            origin: crate::model::FailureOrigin::Elsewhere,
        };
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
            origin: crate::model::FailureOrigin::Elsewhere,
        })
    }

    #[test]
    fn an_odd_answer_to_a_conditional_request_is_checked_without_conditions() {
        for status in [204, 400, 403, 404, 406, 412, 500, 501, 502] {
            assert!(may_be_at_fault(&due(0), &etag(), &failed(status)), "{status}");
            assert!(!may_be_at_fault(&due(0), &Validators::default(), &failed(status)), "{status}");
        }
        assert!(may_be_at_fault(&due(0), &etag(), &body(no_feed(), None)));
        for status in [401, 429, 503] {
            assert!(!may_be_at_fault(&due(0), &etag(), &failed(status)), "{status}");
        }
        assert!(!may_be_at_fault(&due(0), &etag(), &body(BodyOutcome::Known, None)));
        assert!(!may_be_at_fault(&due(0), &etag(), &body(no_feed(), Some(StandIn::Login))));
    }

    #[test]
    fn after_an_answer_that_is_no_feed_every_second_request_accepts_no_page() {
        let failing = |kind, failures| {
            let last_failure = Some(Failure {
                kind,
                message: String::new(),
                hint: None,
                origin: crate::model::FailureOrigin::Elsewhere,
            });
            SourceState { failures, last_failure, ..due(failures).state }
        };
        let without: Vec<u32> =
            (0..6).filter(|n| accepts_no_page(&failing(FailureKind::NotAFeed, *n), NOW)).collect();
        assert_eq!(without, [1, 3, 5]);
        assert!(!accepts_no_page(&failing(FailureKind::Status, 1), NOW));
        let known = SourceState { conditions_failed_at: Some(NOW), ..due(0).state };
        assert!(accepts_no_page(&known, NOW) && !accepts_no_page(&due(0).state, NOW));
    }

    #[test]
    fn a_server_that_really_fails_gets_few_requests_more() {
        let checked: Vec<u32> =
            (0..9).filter(|failures| may_be_at_fault(&due(*failures), &etag(), &failed(500))).collect();
        assert_eq!(checked, [0, 4, 8]);
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
