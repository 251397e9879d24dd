//! WebSub: which hubs riverd subscribes at, when it relies on them, and when it asks them again.

use std::time::Duration;

use url::Url;

use super::host::Scope;
use crate::model::{DueSource, HubMode, HubOffer, HubSubscription, Location, Source, SourceState};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};

/// How long a lease riverd asks for. Hubs shorten it: ten days are common.
pub const LEASE_ASKED: Duration = Duration::from_secs(10 * DAY.as_secs());
/// The assumed lease of a hub that does not say how long its lease is, although it must (§5.3).
const DEFAULT_LEASE: Duration = DAY;
/// The shortest lease that is assumed. A shorter one would be renewed all the time.
const LEASE_AT_LEAST: Duration = HOUR;
/// The longest lease that is assumed. A lease without end would never show that the hub has forgotten the subscription.
const LEASE_AT_MOST: Duration = Duration::from_secs(30 * DAY.as_secs());
/// When a hub that has not verified a subscription is asked again. The wait doubles each time.
const RETRY_AFTER: Duration = Duration::from_secs(10 * MINUTE.as_secs());
/// The longest wait before a hub is asked again.
const RETRY_AT_MOST: Duration = Duration::from_secs(7 * DAY.as_secs());
/// When a hub that denied a subscription is asked again.
const DENIED_FOR: Duration = RETRY_AT_MOST;
/// How often a hub is asked to end a subscription. After that riverd only waits for the end of the lease.
const UNSUBSCRIBE_ATTEMPTS: u32 = 3;
/// The shortest time between two polls of a source on a public host, however often its hub sends messages.
pub const PUSHED_POLL_GAP: Duration = MINUTE;

/// Returns the hub and topic to subscribe to for a source, where `base` is our public address.
///
/// riverd does not subscribe if the hub would learn something private (a source with secrets, or behind a proxy), or if the hub
/// could not reach us (a public hub, and a private `base`). The topic must be the `rel=self` of the document, because the
/// address in feeds.toml may contain a secret token.
fn offer(source: &Source, state: &SourceState, base: Option<&Url>) -> Option<HubOffer> {
    let base = base?;
    let Location::Http(address) = &source.location else { return None };
    let has_secrets = !source.headers.is_empty()
        || source.credentials.is_some()
        || !address.username().is_empty()
        || address.password().is_some();
    if !source.enabled || has_secrets || source.proxy.is_some() || state.gone_at.is_some() {
        return None;
    }
    let topic = state.hints.self_link.clone()?;
    let is_private = |url: &Url| Scope::of(&Location::Http(url.clone())) == Scope::Private;
    let usable =
        |hub: &Url| matches!(hub.scheme(), "http" | "https") && (is_private(hub) || !is_private(base));
    let hub = state.hints.hubs.iter().filter_map(|hub| Url::parse(hub).ok()).find(usable)?;
    Some(HubOffer { hub, topic })
}

/// Returns the address that a hub calls.
pub fn callback(base: &Url, token: &str) -> String {
    format!("{base}websub/{token}")
}

/// Returns whether a subscription is for `offer` and has a callback below `base`, our present public address.
fn is_current(subscription: &HubSubscription, offer: &HubOffer, base: &Url) -> bool {
    subscription.offer == *offer && subscription.callback.starts_with(&callback(base, ""))
}

/// Returns whether a hub can be relied on: its lease runs, and it has sent a message since a poll last found news that it missed.
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
    let stated =
        seconds.and_then(|seconds| seconds.trim().parse().ok()).map_or(DEFAULT_LEASE, Duration::from_secs);
    stated.clamp(LEASE_AT_LEAST, LEASE_AT_MOST)
}

/// Returns when a lease is renewed: after 70 to 80 % of it. `share` is evenly distributed from 0 to 1.
pub fn renewal(lease: Duration, now: Timestamp, share: f64) -> Timestamp {
    now.saturating_add(lease.mul_f64(0.7 + 0.1 * share.clamp(0.0, 1.0)))
}

/// Returns how long to wait before a hub is asked again that was asked `times` in a row (at least once) without a result.
fn retry(times: u32) -> Duration {
    RETRY_AFTER.saturating_mul(1 << times.saturating_sub(1).min(16)).min(RETRY_AT_MOST)
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

/// Returns the latest end that a lease given by `now` can have.
pub fn latest_lease_end(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE_AT_MOST)
}

/// How the subscription of a source at a hub changes after a poll.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SubscriptionChange {
    /// The subscription, or its absence, is right.
    Keep,
    /// The source has a subscription that it should no longer have.
    Unsubscribe,
    /// The source should have this subscription, in place of any other.
    Subscribe(HubOffer),
}

impl SubscriptionChange {
    /// Decides the change after a poll of `due` that left the source in `state`, where `base` is our public address.
    pub fn after_poll(due: &DueSource, state: &SourceState, base: Option<&Url>) -> Self {
        match (offer(&due.source, state, base), base, &due.push) {
            (Some(offer), Some(base), Some(subscription)) if is_current(subscription, &offer, base) => {
                Self::Keep
            }
            (Some(offer), ..) => Self::Subscribe(offer),
            (None, _, Some(_)) => Self::Unsubscribe,
            (None, _, None) => Self::Keep,
        }
    }
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

    #[test]
    fn leases_and_retries_are_bounded() {
        assert_eq!(lease(Some("432000")), 5 * DAY);
        assert_eq!(lease(None), DAY);
        for odd in ["0", "-1", "1"] {
            assert!(lease(Some(odd)) >= HOUR, "{odd}");
        }
        assert_eq!(lease(Some("18446744073709551615")), 30 * DAY);
        assert_eq!(renewal(10 * DAY, NOW, 0.0).since(NOW), 7 * DAY);
        assert_eq!(renewal(10 * DAY, NOW, 1.0).since(NOW), 8 * DAY);
        assert_eq!((retry(1), retry(2), retry(3)), (10 * MINUTE, 20 * MINUTE, 40 * MINUTE));
        assert_eq!(retry(u32::MAX), 7 * DAY);
    }

    #[test]
    fn a_new_public_address_of_riverd_needs_a_new_subscription() {
        let base = |url: &str| Url::parse(url).unwrap();
        let subscription = subscription(None, None);
        assert!(is_current(&subscription, &subscription.offer, &base("https://r.example/")));
        assert!(!is_current(&subscription, &subscription.offer, &base("https://other.example/")));
        let other = HubOffer { topic: "https://a.example/other".to_owned(), ..subscription.offer.clone() };
        assert!(!is_current(&subscription, &other, &base("https://r.example/")));
    }
}
