//! Recognises servers that answer ordinary requests wrongly, although they answer a plain request with the feed. A plain
//! request has no conditions, and does not name `text/html` as accepted. Some servers answer each conditional request with an
//! empty body, an empty feed, an error or a web page, or break its connection. Some send their web page to each client that
//! names `text/html`. Some answer "not modified" for ever, because their validators never change.
//!
//! An ordinary request names `text/html`, and has conditions if the source has validators that can be trusted.

use std::time::Duration;

use crate::model::{
    Failure, FailureKind, FailureOrigin, FetchOutcome, Fetched, PlainOnly, SourceState, StandIn, Validators,
};
use crate::policy::decide::{BodyOutcome, is_empty_list};
use crate::policy::schedule;
use crate::time::{DAY, Timestamp};

/// How often in a row an ordinary request must fail and the one after it bring the document, before all requests of the source
/// are plain. At a server that was down for a while, or that fails now and then, this happens once.
const NEEDED_PROOFS: u32 = 3;
/// For how long all requests of the source are plain after that. Then an ordinary request shows whether the server still
/// answers wrongly.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30 * DAY.as_secs());
/// A source that keeps failing gets a second request in the poll of its first failure, and then in every fourth poll after
/// that.
const FAILURES_BETWEEN: u32 = 4;
/// If the requests of a source are refused again and again, the request after every fourth refusal has no conditions.
const REFUSALS_BETWEEN: u32 = 4;

/// The first request of a poll.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirstRequest {
    /// The validators that it carries as conditions. It has no conditions if these are empty.
    pub validators: Validators,
    /// Whether it is plain because earlier ordinary requests, of this source or of other sources of its server, were answered
    /// wrongly.
    pub is_plain: bool,
}

/// Returns the next request of a source. It is plain if ordinary requests proved to fail within the last thirty days, or if its
/// server gets only plain requests (`is_server_plain`). Any other request has no conditions in two cases: it is an attempt
/// after failures or refusals ([`tries_without_conditions`]), or no body has come for eight days
/// ([`schedule::trusted_validators`]).
pub fn first_request(state: &SourceState, is_server_plain: bool, now: Timestamp) -> FirstRequest {
    let is_plain = is_server_plain || needs_plain_requests(state, now);
    let validators = if is_plain || tries_without_conditions(state) {
        Validators::default()
    } else {
        schedule::trusted_validators(state, now)
    };
    FirstRequest { validators, is_plain }
}

/// Returns whether the next request has no conditions because of how the last polls failed. At some servers only conditional
/// requests fail. So while connections break or answers take too long, every second request has no conditions. While the server
/// refuses requests, every fourth request has none ([`REFUSALS_BETWEEN`]). In these cases no second request is sent in the same
/// poll, because the server may be overloaded.
fn tries_without_conditions(state: &SourceState) -> bool {
    let is_broken = |failure: &Failure| matches!(failure.kind, FailureKind::Connect | FailureKind::Timeout);
    let got_no_answer =
        state.last_failure.as_ref().is_some_and(is_broken) && !state.failures.is_multiple_of(2);
    let is_refused = state.throttled > 0 && state.throttled.is_multiple_of(REFUSALS_BETWEEN);
    got_no_answer || is_refused
}

/// Returns whether all requests of the source are plain: there are [`NEEDED_PROOFS`] proofs in a row that ordinary requests
/// fail, and the last of them is less than thirty days old.
fn needs_plain_requests(state: &SourceState, now: Timestamp) -> bool {
    state
        .plain_only
        .is_some_and(|known| known.proofs >= NEEDED_PROOFS && now.since(known.proved_at) < FORGOTTEN_AFTER)
}

/// A second request in the same poll, without conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondRequest {
    /// The request accepts the same types of documents as the first request.
    SameTypes,
    /// The request does not name `text/html` as accepted.
    NoPage,
}

/// Returns the second request that shows whether the source really fails. If a web page came, the second request does not name
/// `text/html`. If the conditions of the first request may be the reason for the outcome, the second one has none. Returns
/// `None` if one request is enough, and after most failures of a source that keeps failing ([`FAILURES_BETWEEN`]).
pub fn second_request(
    state: &SourceState,
    first: &FirstRequest,
    outcome: &FetchOutcome<BodyOutcome>,
    now: Timestamp,
) -> Option<SecondRequest> {
    if !state.failures.is_multiple_of(FAILURES_BETWEEN) {
        return None;
    }
    if is_web_page(outcome) && !first.is_plain {
        return Some(SecondRequest::NoPage);
    }
    let is_wrong = is_typical_of_wrong_answers(outcome) || lost_its_entries(state, outcome, now);
    (!first.validators.is_empty() && is_wrong).then_some(SecondRequest::SameTypes)
}

/// Returns whether a server answered with a feed without entries, although an earlier document had some. Returns `false` if the
/// second request of a poll got an empty feed, too, within the last day.
fn lost_its_entries(state: &SourceState, outcome: &FetchOutcome<BodyOutcome>, now: Timestamp) -> bool {
    let was_tried =
        state.plain_only.is_some_and(|known| known.proofs == 0 && now.since(known.proved_at) < DAY);
    state.window.listed > 0 && is_empty_feed(outcome) && !was_tried
}

fn is_empty_feed(outcome: &FetchOutcome<BodyOutcome>) -> bool {
    matches!(outcome, FetchOutcome::Fresh(fetched) if is_empty_list(&fetched.body))
}

/// Returns whether the answer is a web page that does not say why it was sent.
fn is_web_page(outcome: &FetchOutcome<BodyOutcome>) -> bool {
    let FetchOutcome::Fresh(fetched) = outcome else { return false };
    matches!(&fetched.body, BodyOutcome::Unreadable(failure) if is_unexplained_page(fetched, failure))
}

/// Returns whether an answer that could not be read is a web page that does not say why it was sent. Its server may send the
/// feed to a client that does not name `text/html`.
pub fn is_unexplained_page<B>(fetched: &Fetched<B>, failure: &Failure) -> bool {
    let is_html =
        fetched.content_type.as_ref().is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    is_html && failure.kind == FailureKind::NotAFeed && fetched.stand_in.is_none()
}

/// Returns whether an outcome is typical of servers that answer conditional requests wrongly: a body that is no feed, can't be
/// read or breaks off, or an error status. The following outcomes are not typical: a request for a pause, a 410, a 503, and an
/// answer of a proxy or network that wants a login (407, 511). Neither is a challenge page or a page that asks for cookies,
/// unless it comes with an error status.
fn is_typical_of_wrong_answers(outcome: &FetchOutcome<BodyOutcome>) -> bool {
    match outcome {
        FetchOutcome::Fresh(fetched) => {
            let is_no_feed = |kind| matches!(kind, FailureKind::NotAFeed | FailureKind::Malformed);
            let unreadable =
                matches!(&fetched.body, BodyOutcome::Unreadable(failure) if is_no_feed(failure.kind));
            let is_stand_in = fetched.stand_in.is_some_and(|page| page != StandIn::Login);
            unreadable && fetched.status.is_some() && !is_stand_in
        }
        FetchOutcome::Failed { status: Some(status), failure, .. } => match failure.kind {
            FailureKind::Status | FailureKind::NotAFeed => !matches!(status, 407 | 503 | 511),
            // The body can't be decoded, or the connection broke before its end.
            FailureKind::Malformed | FailureKind::Connect => matches!(status, 200 | 203 | 226),
            _ => false,
        },
        FetchOutcome::Failed { status: None, failure, .. } => failure.origin == FailureOrigin::GarbledAnswer,
        // A 410 is a statement of the publisher. A server hardly sends it by mistake.
        _ => false,
    }
}

/// What a poll showed of the whole server. It decides how the requests of other sources of the server are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShownOfServer {
    /// An ordinary request was answered wrongly, and a plain one brought the document.
    NeedsPlain,
    /// A conditional request was answered rightly.
    AnswersConditions,
}

/// Notes in the state of a source what the only request of a poll showed. `asked_at` is when it was sent. Returns what the
/// request showed of the server.
///
/// A document that comes to an ordinary request shows that the server answers ordinary requests. A document that comes to a
/// request without conditions, after requests with conditions got no answer, is one proof that ordinary requests fail. If a
/// document has new entries and the same validators as the document before it, no further proof is needed, because a
/// conditional request would not have brought these entries.
pub fn note_only_request(
    state: &mut SourceState,
    first: &FirstRequest,
    outcome: &FetchOutcome<BodyOutcome>,
    asked_at: Timestamp,
) -> Option<ShownOfServer> {
    if first.validators.is_empty() && has_news_under_old_validators(state, outcome) {
        state.plain_only = Some(PlainOnly { proofs: NEEDED_PROOFS, proved_at: asked_at });
        return Some(ShownOfServer::NeedsPlain);
    }
    // A feed without entries may be what the server sends to ordinary requests only.
    if !is_success(outcome) || is_empty_feed(outcome) || first.is_plain {
        return None;
    }
    if !tries_without_conditions(state) {
        state.plain_only = None;
        return (!first.validators.is_empty()).then_some(ShownOfServer::AnswersConditions);
    }
    if !schedule::trusted_validators(state, asked_at).is_empty() {
        // This proves nothing about the server as a whole, which may only have been down for a while.
        count_proof(state, asked_at);
    }
    None
}

/// Returns whether a document has new entries although its validators are those of the document before it.
fn has_news_under_old_validators(state: &SourceState, outcome: &FetchOutcome<BodyOutcome>) -> bool {
    let FetchOutcome::Fresh(fetched) = outcome else { return false };
    let has_news = matches!(&fetched.body, BodyOutcome::Read(read) if !read.new.is_empty());
    has_news && !state.validators.is_empty() && fetched.validators == state.validators
}

/// Notes in the state of a source what the second request of a poll showed. If it brought the document, that is a proof that
/// ordinary requests fail. If it brought a feed without entries, as the first request did, the server answers both requests
/// alike. Returns what the request showed of the server.
pub fn note_second_request(
    state: &mut SourceState,
    outcome: &FetchOutcome<BodyOutcome>,
    asked_at: Timestamp,
) -> Option<ShownOfServer> {
    if is_empty_feed(outcome) {
        state.plain_only = Some(PlainOnly { proofs: 0, proved_at: asked_at });
        return None;
    }
    is_success(outcome).then(|| {
        count_proof(state, asked_at);
        ShownOfServer::NeedsPlain
    })
}

fn count_proof(state: &mut SourceState, now: Timestamp) {
    let before = state.plain_only.map_or(0, |known| known.proofs);
    state.plain_only = Some(PlainOnly { proofs: before.saturating_add(1), proved_at: now });
}

/// Returns whether the document came, or is unchanged.
fn is_success(outcome: &FetchOutcome<BodyOutcome>) -> bool {
    match outcome {
        FetchOutcome::Fresh(fetched) => !matches!(fetched.body, BodyOutcome::Unreadable(_)),
        FetchOutcome::NotModified { .. } => true,
        _ => false,
    }
}

/// Returns which of the outcomes of two requests counts: the outcome of the second request, unless that request got no answer.
pub fn outcome_that_counts<B>(first: FetchOutcome<B>, second: FetchOutcome<B>) -> FetchOutcome<B> {
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
        Article, Cadence, DueSource, FeedHints, FeedInfo, Freshness, IdentityScheme, LeftOut, LinkHeaders,
        ListWindow, Location, NextPoll, NextPollReason, Source, SourceId,
    };
    use crate::policy::decide::ReadDocument;
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
            state: Box::new(state),
            planned: NextPoll { at: NOW, reason: NextPollReason::Every },
            push: None,
        }
    }

    fn failure(kind: FailureKind) -> Failure {
        let origin = FailureOrigin::Elsewhere;
        Failure { kind, message: "it failed".to_owned(), hint: None, origin }
    }

    fn failed(status: u16) -> FetchOutcome<BodyOutcome> {
        let failure = failure(FailureKind::Status);
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
            varies_by_accept: true,
            refresh: None,
        }))
    }

    fn no_feed() -> BodyOutcome {
        BodyOutcome::Unreadable(failure(FailureKind::NotAFeed))
    }

    fn asked(validators: Validators) -> FirstRequest {
        FirstRequest { validators, is_plain: false }
    }

    /// Returns the validators that the next request of a source carries.
    fn sent(state: &SourceState, now: Timestamp) -> Validators {
        first_request(state, false, now).validators
    }

    /// Notes the outcome of the next request of a source.
    fn note(
        state: &mut SourceState,
        outcome: &FetchOutcome<BodyOutcome>,
        now: Timestamp,
    ) -> Option<ShownOfServer> {
        let first = first_request(state, false, now);
        note_only_request(state, &first, outcome, now)
    }

    fn is_repeated(sent: &Validators, outcome: &FetchOutcome<BodyOutcome>) -> bool {
        second_request(&due(0).state, &asked(sent.clone()), outcome, NOW).is_some()
    }

    #[test]
    fn an_odd_answer_to_a_conditional_request_is_checked_without_conditions() {
        for status in [204, 302, 400, 401, 403, 404, 406, 412, 421, 431, 451, 500, 501, 502, 504, 522] {
            assert!(is_repeated(&etag(), &failed(status)), "{status}");
            assert!(!is_repeated(&Validators::default(), &failed(status)), "{status}");
        }
        assert!(is_repeated(&etag(), &body(no_feed(), None)));
        for status in [407, 503] {
            assert!(!is_repeated(&etag(), &failed(status)), "{status}");
        }
        let gone = failure(FailureKind::Gone);
        assert!(!is_repeated(&etag(), &FetchOutcome::Gone { failure: gone }), "no further request");
        assert!(!is_repeated(&etag(), &body(BodyOutcome::Known, None)));
        assert!(!is_repeated(&etag(), &body(no_feed(), Some(StandIn::Challenge("Anubis")))));
        assert!(is_repeated(&etag(), &body(no_feed(), Some(StandIn::Login))), "only conditions lead there");
        let garbled = Failure { origin: FailureOrigin::GarbledAnswer, ..failure(FailureKind::Connect) };
        let garbled =
            FetchOutcome::Failed { status: None, failure: garbled, freshness: Freshness::default() };
        assert!(is_repeated(&etag(), &garbled), "an answer that is no HTTP");
    }

    /// Returns a document without entries.
    fn empty_feed() -> FetchOutcome<BodyOutcome> {
        let read = ReadDocument {
            body_hash: 1,
            feed: FeedInfo::default(),
            hints: FeedHints::default(),
            identity: IdentityScheme::Guid,
            articles: Vec::new(),
            new: Vec::new(),
            stated_at: None,
            left_out: LeftOut::default(),
            defects: Vec::new(),
        };
        body(BodyOutcome::Read(Box::new(read)), None)
    }

    #[test]
    fn a_feed_that_lost_all_its_entries_is_asked_for_without_conditions_and_then_not_for_a_day() {
        let window = ListWindow { listed: 20, ..ListWindow::default() };
        let mut due = DueSource { state: Box::new(SourceState { window, ..*due(0).state }), ..due(0) };
        let asks_again =
            |due: &DueSource, now| second_request(&due.state, &asked(etag()), &empty_feed(), now).is_some();
        assert!(asks_again(&due, NOW));
        assert!(second_request(&due.state, &asked(Validators::default()), &empty_feed(), NOW).is_none());
        // The server sends the list to plain requests.
        let mut hurt = due.clone();
        note_second_request(&mut hurt.state, &body(BodyOutcome::Known, None), NOW);
        assert!(asks_again(&hurt, NOW));
        assert_eq!(hurt.state.plain_only.map(|known| known.proofs), Some(1));
        // It has no entries at present.
        note_second_request(&mut due.state, &empty_feed(), NOW);
        note(&mut due.state, &empty_feed(), NOW);
        assert!(!asks_again(&due, NOW.saturating_add(HOUR)));
        assert!(asks_again(&due, NOW.saturating_add(DAY)));
        let mut new = due.clone();
        new.state.window.listed = 0;
        assert!(!asks_again(&new, NOW.saturating_add(DAY)), "it never had any");
    }

    #[test]
    fn a_server_that_refuses_again_and_again_gets_every_fourth_request_without_conditions() {
        let refused = |times| SourceState { throttled: times, ..*due(0).state };
        let plain: Vec<u32> = (0..10).filter(|times| sent(&refused(*times), NOW).is_empty()).collect();
        assert_eq!(plain, [4, 8]);
        let mut state = refused(4);
        note(&mut state, &body(BodyOutcome::Known, None), NOW);
        assert_eq!(state.plain_only.map(|known| known.proofs), Some(1));
    }

    #[test]
    fn a_web_page_is_checked_once_by_a_request_that_does_not_name_html() {
        let FetchOutcome::Fresh(fetched) = body(no_feed(), None) else { panic!("no body") };
        let page = FetchOutcome::Fresh(Box::new(Fetched {
            content_type: Some("Text/HTML; charset=utf-8".to_owned()),
            ..*fetched
        }));
        let none = Validators::default();
        let second = |failures, state: SourceState| {
            let first = FirstRequest { validators: none.clone(), ..first_request(&state, false, NOW) };
            second_request(&SourceState { failures, ..state }, &first, &page, NOW)
        };
        assert_eq!(second(0, *due(0).state), Some(SecondRequest::NoPage));
        assert_eq!(second(1, *due(0).state), None);
        assert_eq!(second(0, proved(3)), None, "the first request did not name it either");
        assert_eq!(second_request(&due(0).state, &asked(none), &body(no_feed(), None), NOW), None, "no page");
    }

    #[test]
    fn after_a_request_that_broke_or_took_too_long_every_second_one_has_no_conditions() {
        let failing = |kind, failures| {
            let last_failure = Some(failure(kind));
            SourceState { failures, last_failure, ..*due(failures).state }
        };
        for kind in [FailureKind::Connect, FailureKind::Timeout] {
            let plain: Vec<u32> = (0..5).filter(|n| sent(&failing(kind, *n), NOW).is_empty()).collect();
            assert_eq!(plain, [1, 3], "{kind:?}");
        }
    }

    #[test]
    fn a_server_that_really_fails_gets_few_requests_more() {
        let checked: Vec<u32> = (0..9)
            .filter(|n| second_request(&due(*n).state, &asked(etag()), &failed(500), NOW).is_some())
            .collect();
        assert_eq!(checked, [0, 4, 8]);
    }

    fn proved(proofs: u32) -> SourceState {
        SourceState { plain_only: Some(PlainOnly { proofs, proved_at: NOW }), ..*due(0).state }
    }

    #[test]
    fn a_server_that_proves_three_times_in_a_row_to_need_plain_requests_gets_them_for_a_month() {
        let mut state = due(0).state;
        note_second_request(&mut state, &failed(500), NOW);
        assert_eq!(state.plain_only, None, "it fails anyway");
        for proofs in 1..=3 {
            assert_eq!(sent(&state, NOW), etag(), "after {} proofs", proofs - 1);
            note_second_request(&mut state, &body(BodyOutcome::Known, None), NOW);
        }
        assert!(sent(&state, NOW.saturating_add(29 * DAY)).is_empty());
        note(&mut state, &body(BodyOutcome::Known, None), NOW.saturating_add(29 * DAY));
        let later = NOW.saturating_add(31 * DAY);
        state.body_at = Some(later);
        assert_eq!(sent(&state, later), etag(), "a month later it is tried again");
        note_second_request(&mut state, &body(BodyOutcome::Known, None), later);
        assert!(sent(&state, later).is_empty(), "one more proof is enough then");
    }

    #[test]
    fn an_answer_to_an_ordinary_request_refutes_earlier_proofs() {
        let unchanged = FetchOutcome::NotModified {
            validators: etag(),
            freshness: Freshness::default(),
            moved_to: None,
            final_url: None,
        };
        for answer in [unchanged, body(BodyOutcome::Known, None)] {
            let mut state = proved(2);
            note(&mut state, &answer, NOW);
            assert_eq!(state.plain_only, None, "{answer:?}");
        }
        for answer in [failed(500), body(no_feed(), None)] {
            let mut state = proved(2);
            note(&mut state, &answer, NOW);
            assert_eq!(state, proved(2), "{answer:?}");
        }
    }

    #[test]
    fn a_document_that_comes_without_conditions_after_a_broken_connection_is_a_proof() {
        let broken = |validators| SourceState {
            failures: 1,
            last_failure: Some(failure(FailureKind::Connect)),
            validators,
            ..proved(2)
        };
        let answer = body(BodyOutcome::Known, None);
        let mut state = broken(etag());
        note(&mut state, &answer, NOW);
        assert!(needs_plain_requests(&state, NOW));
        let mut state = broken(Validators::default());
        note(&mut state, &answer, NOW);
        assert_eq!(state, broken(Validators::default()), "there were no conditions to leave out");
    }

    /// Returns a document with a new entry and these validators.
    fn news(validators: Validators) -> FetchOutcome<BodyOutcome> {
        let (FetchOutcome::Fresh(fetched), FetchOutcome::Fresh(empty)) = (empty_feed(), empty_feed()) else {
            panic!("no body")
        };
        let BodyOutcome::Read(read) = empty.body else { panic!("not read") };
        let read = ReadDocument { articles: vec![Article::default()], new: vec![None], ..*read };
        FetchOutcome::Fresh(Box::new(Fetched {
            validators,
            body: BodyOutcome::Read(Box::new(read)),
            ..*fetched
        }))
    }

    #[test]
    fn validators_under_which_news_came_are_not_sent_for_a_month() {
        let long_silent = SourceState { body_at: Some(NOW.saturating_sub(9 * DAY)), ..*due(0).state };
        let mut state = long_silent.clone();
        assert!(sent(&state, NOW).is_empty(), "no body for more than eight days");
        assert_eq!(note(&mut state, &news(etag()), NOW), Some(ShownOfServer::NeedsPlain));
        state.body_at = Some(NOW);
        assert!(sent(&state, NOW.saturating_add(29 * DAY)).is_empty());
        // Each further document with news under the old validators renews the proof. A document with other validators does not.
        let later = NOW.saturating_add(20 * DAY);
        note(&mut state, &news(etag()), later);
        assert_eq!(state.plain_only.map(|known| known.proved_at), Some(later));
        let changed = Validators { etag: Some(b"\"2\"".to_vec()), last_modified: None };
        note(&mut state, &news(changed.clone()), later.saturating_add(DAY));
        assert_eq!(state.plain_only.map(|known| known.proved_at), Some(later));
        for (state, outcome) in [
            (long_silent.clone(), news(changed)),
            (long_silent.clone(), body(BodyOutcome::Known, None)),
            (SourceState { validators: Validators::default(), ..long_silent }, news(Validators::default())),
            // A conditional request brought the news, so its conditions do no harm.
            (*due(0).state, news(etag())),
        ] {
            let mut after = state.clone();
            note(&mut after, &outcome, NOW);
            assert_eq!(after.plain_only, None, "{outcome:?}");
        }
    }

    #[test]
    fn only_answers_to_conditional_requests_and_second_requests_show_something_of_the_server() {
        let known = body(BodyOutcome::Known, None);
        assert_eq!(note(&mut due(0).state, &known, NOW), Some(ShownOfServer::AnswersConditions));
        assert_eq!(note_second_request(&mut due(0).state, &known, NOW), Some(ShownOfServer::NeedsPlain));
        assert_eq!(note_second_request(&mut due(0).state, &failed(500), NOW), None);
        assert_eq!(note(&mut due(0).state, &failed(500), NOW), None);
        let mut without = SourceState { validators: Validators::default(), ..*due(0).state };
        assert_eq!(note(&mut without, &known, NOW), None, "it had no conditions");
        let mut plain = due(0).state;
        let first = first_request(&plain, true, NOW);
        assert!(first.is_plain && first.validators.is_empty());
        assert_eq!(note_only_request(&mut plain, &first, &known, NOW), None, "nor had this one");
        let last_failure = Some(failure(FailureKind::Connect));
        let mut broken = SourceState { last_failure, ..*due(1).state };
        assert_eq!(note(&mut broken, &known, NOW), None, "the server may have been down");
    }
}
