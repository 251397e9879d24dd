//! When a hub's pushes are worth having, and when hubs are asked (WebSub). Pure.

use std::time::Duration;

use url::Url;

use super::host::Scope;
use crate::model::{DueSource, HubMode, HubOffer, HubSubscription, Location, Source, SourceState};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};

/// The lease that is asked for. Hubs cut it to what they give: ten days are common.
pub const LEASE_ASKED: Duration = Duration::from_secs(10 * DAY.as_secs());
/// A lease that a hub gives without saying for how long (it has to, §5.3).
const LEASE_UNSAID: Duration = DAY;
/// A shorter lease is counted as this one: it would be renewed all the time.
const LEASE_AT_LEAST: Duration = HOUR;
/// A longer lease is counted as this one: one that never ends would never show that the hub has forgotten us.
const LEASE_AT_MOST: Duration = Duration::from_secs(30 * DAY.as_secs());
/// A hub that has not verified is asked again after this, and twice as long each time.
const RETRY_AFTER: Duration = Duration::from_secs(10 * MINUTE.as_secs());
const RETRY_AT_MOST: Duration = Duration::from_secs(7 * DAY.as_secs());
/// A hub that denied a subscription is asked again after this.
const DENIED_FOR: Duration = RETRY_AT_MOST;
/// How often a hub is asked to end a subscription. After that we only wait for the end of its lease.
const UNSUBSCRIBE_ATTEMPTS: u32 = 3;
/// However often a hub pushes, its source is polled no more often than this.
pub const PUSHED_POLL_GAP: Duration = MINUTE;

/// What is taken up of what a source's document offers, where `base` is our public address.
///
/// Nothing is, where the hub would learn what it need not (a source with secrets, or behind a proxy), and where it could
/// not reach us (a public hub, and a private address of ours). The topic must be the document's own `rel=self`: our
/// address for it may hold a token that is none of the hub's business.
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
    let at_home = |url: &Url| Scope::of(&Location::Http(url.clone())) == Scope::Private;
    let usable = |hub: &Url| matches!(hub.scheme(), "http" | "https") && (at_home(hub) || !at_home(base));
    let hub = state.hints.hubs.iter().filter_map(|hub| Url::parse(hub).ok()).find(usable)?;
    Some(HubOffer { hub, topic })
}

/// The address at which a hub reaches us.
pub fn callback(base: &Url, token: &str) -> String {
    format!("{base}websub/{token}")
}

/// Whether a subscription is the one to have for `offer`, under our address of today.
fn is_right(push: &HubSubscription, offer: &HubOffer, base: &Url) -> bool {
    push.offer == *offer && push.callback.starts_with(&callback(base, ""))
}

/// Whether a hub can be relied on: it has promised, and no poll has found what it had not told of since it last told.
pub fn works(push: Option<&HubSubscription>, state: &SourceState, now: Timestamp) -> bool {
    push.is_some_and(|push| {
        let leased = push.lease_until.is_some_and(|until| until > now);
        leased && state.push_missed_at.is_none_or(|missed| push.pushed_at > Some(missed))
    })
}

/// Whether a poll that found something new shows that a hub which should have told of it did not.
pub fn was_missed(push: Option<&HubSubscription>, before: &SourceState, now: Timestamp) -> bool {
    works(push, before, now) && push.is_some_and(|push| push.pushed_at <= before.polled_at)
}

/// How long a lease of `hub.lease_seconds` is counted on.
pub fn lease(seconds: Option<&str>) -> Duration {
    let said =
        seconds.and_then(|seconds| seconds.trim().parse().ok()).map_or(LEASE_UNSAID, Duration::from_secs);
    said.clamp(LEASE_AT_LEAST, LEASE_AT_MOST)
}

/// When a lease is renewed: after about four fifths of it. `share` is evenly distributed from 0 to 1.
pub fn renewal(lease: Duration, now: Timestamp, share: f64) -> Timestamp {
    now.saturating_add(lease.mul_f64(0.7 + 0.1 * share.clamp(0.0, 1.0)))
}

/// How long to wait for a hub's verification before it is asked again, when it was asked `times` in a row (at least once).
fn retry(times: u32) -> Duration {
    RETRY_AFTER.saturating_mul(1 << times.saturating_sub(1).min(16)).min(RETRY_AT_MOST)
}

/// Returns when a hub is asked again that is asked now and was asked `asked` times in a row before. `None`: it is not asked
/// now, nor again.
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
    None,
    /// The source has a subscription that it should no longer have.
    Unsubscribe,
    /// The source should have this subscription, in place of any other.
    Subscribe(HubOffer),
}

impl SubscriptionChange {
    /// Decides the change after a poll of `due` that left the source in `state`, where `base` is our public address.
    pub fn after_poll(due: &DueSource, state: &SourceState, base: Option<&Url>) -> Self {
        match (offer(&due.source, state, base), base, &due.push) {
            (Some(offer), Some(base), Some(push)) if is_right(push, &offer, base) => Self::None,
            (Some(offer), ..) => Self::Subscribe(offer),
            (None, _, Some(_)) => Self::Unsubscribe,
            (None, _, None) => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);

    fn push(lease_until: Option<Timestamp>, pushed_at: Option<Timestamp>) -> HubSubscription {
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
    fn a_hub_works_while_its_lease_runs_and_it_misses_nothing() {
        let later = Some(NOW.saturating_add(DAY));
        let state = SourceState { polled_at: Some(ago(2 * HOUR)), ..SourceState::default() };
        assert!(!works(None, &state, NOW));
        assert!(!works(Some(&push(None, None)), &state, NOW), "not verified yet");
        assert!(!works(Some(&push(Some(ago(MINUTE)), None)), &state, NOW), "its lease has ended");
        assert!(works(Some(&push(later, None)), &state, NOW));

        assert!(was_missed(Some(&push(later, None)), &state, NOW));
        assert!(
            was_missed(Some(&push(later, Some(ago(3 * HOUR)))), &state, NOW),
            "told, but before the last poll"
        );
        assert!(
            !was_missed(Some(&push(later, Some(ago(MINUTE)))), &state, NOW),
            "it told, and that is why we polled"
        );

        let missed = SourceState { push_missed_at: Some(ago(HOUR)), ..state };
        assert!(!works(Some(&push(later, Some(ago(2 * HOUR)))), &missed, NOW));
        assert!(works(Some(&push(later, Some(ago(MINUTE)))), &missed, NOW), "it tells again");
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
    fn another_public_address_of_ours_needs_another_subscription() {
        let base = |url: &str| Url::parse(url).unwrap();
        let push = push(None, None);
        assert!(is_right(&push, &push.offer, &base("https://r.example/")));
        assert!(!is_right(&push, &push.offer, &base("https://other.example/")));
        let other = HubOffer { topic: "https://a.example/other".to_owned(), ..push.offer.clone() };
        assert!(!is_right(&push, &other, &base("https://r.example/")));
    }
}
