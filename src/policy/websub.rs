//! WebSub: at which hubs riverd subscribes, when it relies on a hub, and when it sends a hub another request.

use std::collections::BTreeSet;
use std::time::Duration;

use url::Url;

use super::host::Scope;
use super::schedule;
use crate::model::{
    DueSource, Failure, FailureKind, FeedHints, HubMode, HubOffer, HubSubscription, Location, NextPoll,
    NextPollReason, Source, SourceState,
};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};

/// Length of the lease that riverd asks for. A hub may give a shorter one; ten days are common.
pub const LEASE_ASKED: Duration = Duration::from_secs(10 * DAY.as_secs());
/// The assumed lease of a hub that does not state the length of its lease as a number, although it must (WebSub §5.3).
const DEFAULT_LEASE: Duration = DAY;
/// The shortest lease that is assumed. Hubs for tests give leases of a minute.
const LEASE_AT_LEAST: Duration = MINUTE;
/// The shortest time after which a lease is renewed. A shorter lease ends before, and the source is polled as usual in between.
const RENEWED_AFTER: Duration = Duration::from_mins(5);
/// The longest lease that is assumed. A lease without end would never show that the hub has forgotten the subscription.
const LEASE_AT_MOST: Duration = Duration::from_secs(30 * DAY.as_secs());
/// Wait before a hub that has not verified a subscription is asked again. It doubles each time.
const FIRST_RETRY: Duration = Duration::from_secs(10 * MINUTE.as_secs());
/// The longest wait before a hub is asked again.
const RETRY_AT_MOST: Duration = Duration::from_secs(7 * DAY.as_secs());
/// Wait before a hub that denied a subscription is asked again.
const DENIED_FOR: Duration = RETRY_AT_MOST;
/// How often a hub is asked to end a subscription. After that riverd only waits for the end of the lease.
const UNSUBSCRIBE_ATTEMPTS: u32 = 3;
/// The shortest time between two polls of a source on a public host, however often its hub sends messages.
pub const PUSHED_POLL_GAP: Duration = MINUTE;

/// How long the hubs and the topic of a source stay in force after a change, before others take their place. A document that
/// names another hub each time would otherwise make riverd send a request to another hub after each poll.
const HUBS_FOR: Duration = DAY;
/// How many hubs of a source are tried.
const MAX_HUBS: usize = 8;
/// How many requests a hub may leave unconfirmed before another hub of the source is tried.
const UNCONFIRMED_REQUESTS: u32 = 2;
/// The pause of a hub that answers that it got too many requests, and does not say how long to wait.
const HUB_PAUSE: Duration = FIRST_RETRY;
/// How long after a message of a hub an unchanged document may come from a stale cache.
const STALE_FOR: Duration = Duration::from_secs(30 * MINUTE.as_secs());
/// How long after a message of a hub a document that changed but has no new entry may come from a stale cache.
const STALE_IF_CHANGED_FOR: Duration = Duration::from_secs(2 * MINUTE.as_secs());
/// The longest wait before a poll that follows up a message of a hub.
const FOLLOW_UP_AT_MOST: Duration = Duration::from_secs(10 * MINUTE.as_secs());

/// Returns the hubs of a source and the topic to subscribe to at one of them, where `base` is riverd's public address.
///
/// riverd does not subscribe if the hub would learn something private (a source with secrets, or behind a proxy), or if the hub
/// could not reach riverd (a public hub, and a private `base`). The topic must be the `rel=self` of the document, because the
/// address in feeds.toml may contain a secret token.
fn offers(source: &Source, state: &SourceState, base: Option<&Url>) -> Vec<HubOffer> {
    let is_private = |url: &Url| Scope::of(&Location::Http(url.clone())) == Scope::Private;
    let (Some(base), Some(topic)) = (base, topic(source, state)) else { return Vec::new() };
    let usable =
        |hub: &Url| matches!(hub.scheme(), "http" | "https") && (is_private(hub) || !is_private(base));
    let hubs = state.hints.hubs.iter().filter_map(|hub| Url::parse(hub).ok()).filter(usable);
    hubs.take(MAX_HUBS).map(|hub| HubOffer { hub, topic: topic.clone() }).collect()
}

/// Returns the hints of a new document. If the hubs and the topic changed less than a day ago, the hints keep those of `known`,
/// the hints of the document before.
pub fn limit_changes(known: &FeedHints, mut new: FeedHints, now: Timestamp) -> FeedHints {
    new.hubs_changed_at = known.hubs_changed_at;
    let names = |hints: &FeedHints| -> BTreeSet<String> { hints.hubs.iter().cloned().collect() };
    if new.self_link == known.self_link && names(&new) == names(known) {
        return new;
    }
    let is_recent = |changed_at: Timestamp| changed_at <= now && now.since(changed_at) < HUBS_FOR;
    if known.hubs_changed_at.is_some_and(is_recent) {
        return FeedHints { hubs: known.hubs.clone(), self_link: known.self_link.clone(), ..new };
    }
    // Without a hub, riverd has asked nobody, so the first one is used at once.
    let had_hubs = !known.hubs.is_empty();
    new.hubs_changed_at = if had_hubs { Some(now) } else { known.hubs_changed_at };
    new
}

/// Returns the topic of a source: the address of its document as its hubs know it. `None` if no hub may know the source.
fn topic(source: &Source, state: &SourceState) -> Option<String> {
    let Location::Http(address) = &source.location else { return None };
    let has_secrets = !source.headers.is_empty()
        || source.credentials.is_some()
        || !address.username().is_empty()
        || address.password().is_some();
    if !source.enabled || has_secrets || source.proxy.is_some() || state.gone_at.is_some() {
        return None;
    }
    state.hints.self_link.clone()
}

/// Returns the name under which the pause of a hub is kept: its host and port.
pub fn hub_name(hub: &Url) -> String {
    let port = hub.port_or_known_default().unwrap_or_default();
    format!("{}:{port}", hub.host_str().unwrap_or_default())
}

/// Returns until when a hub whose answer was `failure` gets no request for any source; `None` if it asked for no pause.
/// `retry_after` is what the answer said.
pub fn hub_pause(failure: &Failure, retry_after: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let own = || (failure.kind == FailureKind::Throttled).then(|| now.saturating_add(HUB_PAUSE));
    retry_after.map(|until| schedule::not_before(until, now)).or_else(own)
}

/// Returns until when a hub that accepted a request gets no other one for any source, if its answer asked for a pause until
/// `asked_until`.
pub fn accepted_pause(asked_until: Timestamp, now: Timestamp) -> Timestamp {
    schedule::not_before(asked_until, now)
}

/// Returns whether another hub has to be tried because this one left its requests unconfirmed. `asked` is the number of
/// unconfirmed requests of the subscription, including those to earlier hubs. The first hub gets two requests. Each later hub
/// gets one request, because the count begins with an odd number there ([`count_at_other_hub`]).
pub fn is_unresponsive(asked: u32) -> bool {
    asked > 0 && asked.is_multiple_of(UNCONFIRMED_REQUESTS)
}

/// Returns the number of unconfirmed requests with which a subscription begins at another hub, after `asked` unconfirmed
/// requests to the hubs before it.
pub fn count_at_other_hub(asked: u32) -> u32 {
    asked | 1
}

/// A hub that did not confirm a subscription.
#[derive(Clone, Debug)]
pub struct UnansweredHub {
    /// The hub, and the topic that it was asked for.
    pub offer: HubOffer,
    /// How many requests this hub and those before it did not confirm.
    pub asked: u32,
}

/// Returns the hub to try after `failed`, and when to try it. It is the next hub that the source names; after the last one, it
/// is the first. Each hub is tried at once the first time, and after a wait later. `None` if the source names no other hub.
pub fn other_hub(
    source: &Source,
    state: &SourceState,
    base: &Url,
    failed: &UnansweredHub,
    now: Timestamp,
) -> Option<(HubOffer, Timestamp)> {
    let offers = offers(source, state, Some(base));
    let position = offers.iter().position(|offer| *offer == failed.offer);
    let next = position.map_or(0, |position| position + 1) % offers.len().max(1);
    let offer = offers.get(next).filter(|offer| **offer != failed.offer)?.clone();
    let were_all_tried = failed.asked as usize >= offers.len() * UNCONFIRMED_REQUESTS as usize;
    let ask_at = if were_all_tried { now.saturating_add(retry(failed.asked)) } else { now };
    Some((offer, ask_at))
}

/// Returns the plan after a poll that a message of a hub caused. If the poll found nothing new, a cache of the publisher may be
/// stale: the source is polled again about 1, 2, 4, … minutes after the message, for half an hour, or for two minutes if the
/// document changed without a new entry. The wait is longer if the answer may be cached for longer, but at most ten minutes.
/// `found` is what the poll found.
pub fn follow_up(
    due: &DueSource,
    state: &SourceState,
    found: FoundByPoll,
    planned: NextPoll,
    now: Timestamp,
) -> NextPoll {
    let Some(pushed_at) = due.push.as_ref().and_then(|push| push.pushed_at) else { return planned };
    let stale_for = match found {
        FoundByPoll::NewsOrRefusal => return planned,
        FoundByPoll::ChangeWithoutNews => STALE_IF_CHANGED_FOR,
        FoundByPoll::Nothing => STALE_FOR,
    };
    let since = now.since(pushed_at);
    if due.planned.reason != NextPollReason::Pushed || since >= stale_for {
        return planned;
    }
    let cached_for = state.max_age.unwrap_or_default().min(FOLLOW_UP_AT_MOST);
    let wait = since.max(cached_for).clamp(MINUTE, FOLLOW_UP_AT_MOST);
    let at = now.saturating_add(wait).max(state.not_before.unwrap_or(now));
    if at < planned.at { NextPoll { at, reason: NextPollReason::Pushed } } else { planned }
}

/// What a poll found that a message of a hub caused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoundByPoll {
    /// New entries, or an error of the request or an unreadable document that a request in some minutes would meet again. The
    /// usual plan holds.
    NewsOrRefusal,
    /// A changed document without new entries: perhaps an edit.
    ChangeWithoutNews,
    /// The document that was known before, or no document, because the server had an error of its own, asked for a pause or did
    /// not answer.
    Nothing,
}

/// Returns the address that a hub calls.
pub fn callback(base: &Url, token: &str) -> String {
    format!("{base}websub/{token}")
}

/// Returns whether a subscription is for one of `offers` and has a callback below `base`, riverd's present public address.
fn is_current(subscription: &HubSubscription, offers: &[HubOffer], base: &Url) -> bool {
    offers.contains(&subscription.offer) && subscription.callback.starts_with(&callback(base, ""))
}

/// Returns whether riverd can rely on a hub: the lease has not ended, and the hub has sent a message since a poll last found
/// news that the hub had missed.
pub fn is_reliable(subscription: Option<&HubSubscription>, state: &SourceState, now: Timestamp) -> bool {
    subscription.is_some_and(|subscription| {
        let leased = subscription.lease_until.is_some_and(|until| until > now);
        leased && state.push_missed_at.is_none_or(|missed| subscription.pushed_at > Some(missed))
    })
}

/// Returns whether a poll that found something new shows that a hub missed it.
pub fn was_missed(subscription: Option<&HubSubscription>, before: &SourceState, now: Timestamp) -> bool {
    is_reliable(subscription, before, now)
        && subscription.is_some_and(|subscription| subscription.pushed_at <= before.polled_at)
}

/// Returns how long a lease with this `hub.lease_seconds` is relied on.
pub fn lease(seconds: Option<&str>) -> Duration {
    let stated = seconds.and_then(|seconds| seconds.trim().parse().ok()).filter(|seconds| *seconds > 0);
    stated.map_or(DEFAULT_LEASE, Duration::from_secs).clamp(LEASE_AT_LEAST, LEASE_AT_MOST)
}

/// Returns when a lease is renewed: after 70 to 80 % of it, but not sooner than after [`RENEWED_AFTER`]. `share` is evenly
/// distributed from 0 to 1.
pub fn renewal(lease: Duration, now: Timestamp, share: f64) -> Timestamp {
    now.saturating_add(lease.mul_f64(0.7 + 0.1 * share.clamp(0.0, 1.0)).max(RENEWED_AFTER))
}

/// Returns how long to wait before a hub is asked again after `times` requests in a row (at least one) without a result.
fn retry(times: u32) -> Duration {
    FIRST_RETRY.saturating_mul(1 << times.saturating_sub(1).min(16)).min(RETRY_AT_MOST)
}

/// Returns when to ask a hub again if it does not verify the request that is sent now, after `asked` earlier requests. `None`
/// if no request is to be sent, now or later.
pub fn next_ask(mode: HubMode, asked: u32, now: Timestamp) -> Option<Timestamp> {
    let is_given_up = mode == HubMode::Unsubscribe && asked >= UNSUBSCRIBE_ATTEMPTS;
    (!is_given_up).then(|| now.saturating_add(retry(asked.saturating_add(1))))
}

/// Returns when a hub that denied a subscription at `now` is asked again.
pub fn ask_after_denial(now: Timestamp) -> Timestamp {
    now.saturating_add(DENIED_FOR)
}

/// Returns the latest time that [`next_ask`] plans at `now` for an unsubscription.
pub fn latest_unsubscription(now: Timestamp) -> Timestamp {
    now.saturating_add(retry(UNSUBSCRIBE_ATTEMPTS))
}

/// Returns the latest time at which a hub is asked that has given no lease by `now`.
pub fn latest_ask(now: Timestamp) -> Timestamp {
    now.saturating_add(RETRY_AT_MOST.max(DENIED_FOR))
}

/// Returns the latest end that a lease given by `now` can have.
pub fn latest_lease_end(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE_AT_MOST)
}

/// How the subscription of a source at a hub changes after a poll.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SubscriptionChange {
    /// Nothing changes.
    Keep,
    /// The source has a subscription that it should no longer have.
    Unsubscribe,
    /// The source should have this subscription, in place of any other.
    Subscribe(HubOffer),
}

impl SubscriptionChange {
    /// Decides the change after a poll of `due` that left the source in `state`, where `base` is riverd's public address.
    pub fn after_poll(due: &DueSource, state: &SourceState, base: Option<&Url>) -> Self {
        let offers = offers(&due.source, state, base);
        match (offers.first(), base, &due.push) {
            (Some(_), Some(base), Some(subscription)) if is_current(subscription, &offers, base) => {
                Self::Keep
            }
            (Some(offer), ..) => Self::Subscribe(offer.clone()),
            (None, _, Some(_)) => Self::Unsubscribe,
            (None, _, None) => Self::Keep,
        }
    }
}

/// Returns how long to wait after `failures` failed attempts in a row to notify the hub of the river of a change: ten seconds,
/// then four times as long each time, up to an hour. A pause that the hub asked for counts if it is longer, up to a day.
pub fn next_ping_after(failures: u32, retry_after: Option<Timestamp>, now: Timestamp) -> Duration {
    let backoff = Duration::from_secs(10).saturating_mul(4_u32.saturating_pow(failures.saturating_sub(1)));
    let asked = retry_after.map_or(Duration::ZERO, |until| until.since(now)).min(DAY);
    backoff.min(HOUR).max(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);

    fn subscription(lease_until: Option<Timestamp>, pushed_at: Option<Timestamp>) -> HubSubscription {
        let offer = HubOffer {
            hub: Url::parse("https://hub.example/").unwrap(),
            topic: "https://a.example/feed".to_owned(),
        };
        HubSubscription { offer, callback: "https://r.example/websub/t".to_owned(), lease_until, pushed_at }
    }

    fn ago(span: Duration) -> Timestamp {
        NOW.saturating_sub(span)
    }

    #[test]
    fn a_hub_is_relied_on_while_its_lease_runs_and_it_misses_nothing() {
        let later = Some(NOW.saturating_add(DAY));
        let state = SourceState { polled_at: Some(ago(2 * HOUR)), ..SourceState::default() };
        assert!(!is_reliable(None, &state, NOW));
        assert!(!is_reliable(Some(&subscription(None, None)), &state, NOW), "not verified yet");
        assert!(
            !is_reliable(Some(&subscription(Some(ago(MINUTE)), None)), &state, NOW),
            "its lease has ended"
        );
        assert!(is_reliable(Some(&subscription(later, None)), &state, NOW));

        assert!(was_missed(Some(&subscription(later, None)), &state, NOW));
        assert!(
            was_missed(Some(&subscription(later, Some(ago(3 * HOUR)))), &state, NOW),
            "its last message was before the last poll"
        );
        assert!(
            !was_missed(Some(&subscription(later, Some(ago(MINUTE)))), &state, NOW),
            "its message is the reason for this poll"
        );

        let missed = SourceState { push_missed_at: Some(ago(HOUR)), ..state };
        assert!(!is_reliable(Some(&subscription(later, Some(ago(2 * HOUR)))), &missed, NOW));
        assert!(
            is_reliable(Some(&subscription(later, Some(ago(MINUTE)))), &missed, NOW),
            "it sends messages again"
        );
    }

    fn due(pushed_before: Duration) -> DueSource {
        let location = Location::Http(Url::parse("https://a.example/feed").unwrap());
        DueSource {
            id: crate::model::SourceId(1),
            source: std::sync::Arc::new(Source::new("a", location, crate::model::Cadence::Every(HOUR))),
            state: Box::default(),
            planned: NextPoll { at: NOW, reason: NextPollReason::Pushed },
            push: Some(subscription(Some(NOW.saturating_add(DAY)), Some(ago(pushed_before)))),
        }
    }

    #[test]
    fn each_hub_in_turn_gets_a_request_before_the_next_one_is_tried() {
        let mut asked = 0;
        let mut hubs = vec![0];
        for _ in 0..12 {
            // A claim counts the request before it is sent.
            let before = asked;
            asked += 1;
            if is_unresponsive(before) {
                asked = count_at_other_hub(asked);
                hubs.push(0);
            } else if let Some(sent) = hubs.last_mut() {
                *sent += 1;
            }
        }
        assert_eq!(hubs.first(), Some(&2));
        assert!(hubs.len() > 3 && hubs[1..hubs.len() - 1].iter().all(|sent| *sent == 1), "{hubs:?}");
        // After a request that failed, the next hub gets its request, too.
        assert!((1..9).all(|asked| !is_unresponsive(count_at_other_hub(asked))));
    }

    #[test]
    fn a_message_that_met_a_stale_cache_is_followed_up_within_minutes() {
        let tomorrow = NextPoll { at: NOW.saturating_add(DAY), reason: NextPollReason::Pushed };
        let wait = |minutes: u32, found, state: &SourceState| {
            follow_up(&due(minutes * MINUTE), state, found, tomorrow, NOW).at.since(NOW)
        };
        let state = SourceState::default();
        for (minutes, expected) in [(0, 1), (1, 1), (2, 2), (4, 4), (8, 8), (16, 10), (29, 10)] {
            assert_eq!(wait(minutes, FoundByPoll::Nothing, &state), expected * MINUTE, "{minutes}");
        }
        assert_eq!(wait(30, FoundByPoll::Nothing, &state), DAY, "not for ever");
        assert_eq!(wait(0, FoundByPoll::NewsOrRefusal, &state), DAY);
        assert_eq!(wait(0, FoundByPoll::ChangeWithoutNews, &state), MINUTE);
        assert_eq!(wait(2, FoundByPoll::ChangeWithoutNews, &state), DAY);
        let cached = SourceState { max_age: Some(5 * MINUTE), ..SourceState::default() };
        assert_eq!(wait(0, FoundByPoll::Nothing, &cached), 5 * MINUTE, "as long as the cache keeps it");
        let paused = SourceState { not_before: Some(NOW.saturating_add(HOUR)), ..SourceState::default() };
        assert_eq!(wait(0, FoundByPoll::Nothing, &paused), HOUR);
        let by_interval = NextPoll { at: NOW, reason: NextPollReason::Every };
        let usual = DueSource { planned: by_interval, ..due(Duration::ZERO) };
        assert_eq!(follow_up(&usual, &state, FoundByPoll::Nothing, tomorrow, NOW), tomorrow);
    }

    fn unanswered(offer: &HubOffer, asked: u32) -> UnansweredHub {
        UnansweredHub { offer: offer.clone(), asked }
    }

    #[test]
    fn the_next_hub_is_tried_at_once_and_all_of_them_ever_less_often() {
        let location = Location::Http(Url::parse("https://a.example/feed").unwrap());
        let source = Source::new("a", location, crate::model::Cadence::Every(HOUR));
        let base = Url::parse("https://r.example/").unwrap();
        let mut state = SourceState::default();
        state.hints.self_link = Some("https://a.example/feed".to_owned());
        state.hints.hubs = vec!["https://one.example/".to_owned(), "https://two.example/".to_owned()];
        let offer = |hub: &str| HubOffer {
            hub: Url::parse(hub).unwrap(),
            topic: "https://a.example/feed".to_owned(),
        };
        let (one, two) = (offer("https://one.example/"), offer("https://two.example/"));
        assert_eq!(other_hub(&source, &state, &base, &unanswered(&one, 1), NOW), Some((two.clone(), NOW)));
        let (third, at) = other_hub(&source, &state, &base, &unanswered(&two, 4), NOW).unwrap();
        assert!(third == one && at > NOW);
        state.hints.hubs.pop();
        assert_eq!(other_hub(&source, &state, &base, &unanswered(&one, 1), NOW), None, "there is no other");
    }

    #[test]
    fn the_hubs_of_a_document_change_at_most_once_a_day() {
        let hints = |hubs: &[&str], topic: &str| FeedHints {
            hubs: hubs.iter().map(|hub| format!("https://{hub}.example/")).collect(),
            self_link: Some(topic.to_owned()),
            ..FeedHints::default()
        };
        // After how many minutes a document comes, what it names, and what is in force then.
        let steps: &[(u32, FeedHints, FeedHints)] = &[
            (0, hints(&[], "t"), hints(&[], "t")),
            (1, hints(&["a"], "t"), hints(&["a"], "t")),
            (2, hints(&["b"], "t"), hints(&["b"], "t")),
            (3, hints(&["c"], "t"), hints(&["b"], "t")),
            (4, hints(&[], "t"), hints(&["b"], "t")),
            (5, hints(&["b"], "other"), hints(&["b"], "t")),
            (6, hints(&["b"], "t"), hints(&["b"], "t")),
            (24 * 60 + 2, hints(&["c", "d"], "t"), hints(&["c", "d"], "t")),
            (24 * 60 + 3, hints(&["d", "c"], "t"), hints(&["d", "c"], "t")),
            (24 * 60 + 4, hints(&["e"], "t"), hints(&["d", "c"], "t")),
            (48 * 60 + 5, hints(&[], "t"), hints(&[], "t")),
            (48 * 60 + 6, hints(&["f"], "t"), hints(&[], "t")),
            (72 * 60 + 7, hints(&["f"], "t"), hints(&["f"], "t")),
        ];
        let mut known = FeedHints::default();
        for (minutes, document, in_force) in steps {
            known = limit_changes(&known, document.clone(), NOW.saturating_add(*minutes * MINUTE));
            let seen = (&known.hubs, &known.self_link);
            assert_eq!(seen, (&in_force.hubs, &in_force.self_link), "after {minutes} minutes");
        }
    }

    #[test]
    fn the_pause_of_a_hub_is_bounded_and_has_a_length_even_if_the_hub_names_none() {
        let failure = |kind| Failure {
            kind,
            message: String::new(),
            hint: None,
            origin: crate::model::FailureOrigin::Elsewhere,
        };
        let throttled = failure(FailureKind::Throttled);
        assert_eq!(
            hub_pause(&throttled, Some(NOW.saturating_add(HOUR)), NOW),
            Some(NOW.saturating_add(HOUR))
        );
        assert_eq!(hub_pause(&throttled, None, NOW), Some(NOW.saturating_add(10 * MINUTE)));
        assert_eq!(hub_pause(&failure(FailureKind::Connect), None, NOW), None);
        let until = hub_pause(&throttled, Some(Timestamp::MAX), NOW).unwrap();
        assert_eq!(until.since(NOW), 30 * DAY);
    }

    #[test]
    fn leases_and_retries_are_bounded() {
        assert_eq!(lease(Some("432000")), 5 * DAY);
        assert_eq!(lease(None), DAY);
        for odd in ["0", "-1", "soon"] {
            assert_eq!(lease(Some(odd)), DAY, "{odd}");
        }
        assert_eq!((lease(Some("600")), lease(Some("60")), lease(Some("1"))), (10 * MINUTE, MINUTE, MINUTE));
        assert!(renewal(10 * MINUTE, NOW, 1.0).since(NOW) < 10 * MINUTE, "before its end");
        assert_eq!(renewal(MINUTE, NOW, 1.0).since(NOW), 5 * MINUTE, "not all the time");
        assert_eq!(lease(Some("18446744073709551615")), 30 * DAY);
        assert_eq!(renewal(10 * DAY, NOW, 0.0).since(NOW), 7 * DAY);
        assert_eq!(renewal(10 * DAY, NOW, 1.0).since(NOW), 8 * DAY);
        assert_eq!((retry(1), retry(2), retry(3)), (10 * MINUTE, 20 * MINUTE, 40 * MINUTE));
        assert_eq!(retry(u32::MAX), 7 * DAY);
    }

    #[test]
    fn a_hub_that_is_down_is_told_of_changes_less_and_less_often() {
        let wait = |failures| next_ping_after(failures, None, NOW).as_secs();
        assert_eq!([1, 2, 3, 4, 5, 6, u32::MAX].map(wait), [10, 40, 160, 640, 2_560, 3_600, 3_600]);
        let asked = |span| next_ping_after(1, Some(NOW.saturating_add(span)), NOW);
        assert_eq!((asked(2 * HOUR), asked(3 * DAY)), (2 * HOUR, DAY));
    }

    #[test]
    fn a_new_public_address_of_riverd_needs_a_new_subscription() {
        let base = |url: &str| Url::parse(url).unwrap();
        let subscription = subscription(None, None);
        let offers = std::slice::from_ref(&subscription.offer);
        assert!(is_current(&subscription, offers, &base("https://r.example/")));
        assert!(!is_current(&subscription, offers, &base("https://other.example/")));
        let other = HubOffer { topic: "https://a.example/other".to_owned(), ..subscription.offer.clone() };
        assert!(!is_current(&subscription, &[other], &base("https://r.example/")));
    }
}
