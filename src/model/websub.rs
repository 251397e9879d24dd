//! Subscriptions at hubs (WebSub, <https://www.w3.org/TR/websub/>), which announce changes of a source.

use url::Url;

use super::secret::Secret;
use super::source::Location;
use crate::time::Timestamp;

/// The hub and topic that a document names for subscribers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubOffer {
    /// Address of the hub.
    pub hub: Url,
    /// Address of the document as the hub knows it.
    pub topic: String,
}

/// A subscription at a hub.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubSubscription {
    /// The hub and topic subscribed to.
    pub offer: HubOffer,
    /// riverd's address for the hub's requests.
    pub callback: String,
    /// When the lease ends, or `None` before the hub has confirmed the subscription.
    pub lease_until: Option<Timestamp>,
    /// When the hub last sent a signed announcement.
    pub pushed_at: Option<Timestamp>,
}

/// A subscription to be requested.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewHubSubscription {
    /// The hub and topic to subscribe to.
    pub offer: HubOffer,
    /// Unguessable last part of the callback address.
    pub token: String,
    /// riverd's address for the hub's requests.
    pub callback: String,
    /// Secret with which the hub signs its requests. Less than 200 bytes (§5.1).
    pub secret: Secret,
}

/// What a hub is asked to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HubMode {
    /// The hub is to start or to renew a subscription.
    Subscribe,
    /// The hub is to end a subscription.
    Unsubscribe,
}

impl HubMode {
    /// Returns the value of `hub.mode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }

    /// Parses the value of `hub.mode`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Subscribe, Self::Unsubscribe].into_iter().find(|mode| mode.as_str() == name)
    }
}

/// A request that is due to be sent to a hub.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubRequest {
    /// Source of the subscription, or `None` if it was deleted from the store.
    pub source: Option<Location>,
    /// What the hub is asked to do.
    pub mode: HubMode,
    /// The hub and topic concerned.
    pub offer: HubOffer,
    /// riverd's address for the hub's requests.
    pub callback: String,
    /// Secret with which the hub signs its requests.
    pub secret: Secret,
    /// How many requests in a row the hub got before this one and did not confirm.
    pub asked: u32,
}

/// The two random values of a new subscription.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubSecrets {
    /// Unguessable last part of the callback address.
    pub token: String,
    /// Secret with which the hub signs its requests.
    pub secret: Secret,
}
