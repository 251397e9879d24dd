//! Subscriptions at hubs (WebSub, <https://www.w3.org/TR/websub/>): who tells us of a source's news, and what we ask them.

use url::Url;

use super::source::{Location, Secret};
use crate::time::Timestamp;

/// What a document offers to whoever wants to be told of its news.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubOffer {
    /// Who tells.
    pub hub: Url,
    /// The document's own name for itself, as the hub knows it.
    pub topic: String,
}

/// What a hub does for a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubSubscription {
    /// The offer that was taken up.
    pub offer: HubOffer,
    /// Where the hub was told to reach us.
    pub callback: String,
    /// Until when it promised to; `None` until it has promised.
    pub lease_until: Option<Timestamp>,
    /// When it last told of something, signed.
    pub pushed_at: Option<Timestamp>,
}

/// A subscription to be asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewHubSubscription {
    /// What is taken up.
    pub offer: HubOffer,
    /// Unguessable; the last part of the callback.
    pub token: String,
    /// Where the hub reaches us.
    pub callback: String,
    /// Signs what the hub sends. Less than 200 bytes (§5.1).
    pub secret: Secret,
}

/// What a hub is asked to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HubMode {
    /// Tell us of news, from now on or longer.
    Subscribe,
    /// Tell us no more.
    Unsubscribe,
}

impl HubMode {
    /// As `hub.mode` says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }

    /// From `hub.mode`.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Subscribe, Self::Unsubscribe].into_iter().find(|mode| mode.as_str() == name)
    }
}

/// A question to a hub that is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubRequest {
    /// Whose news; `None` once the source is gone from the store.
    pub source: Option<Location>,
    /// What it shall do.
    pub mode: HubMode,
    /// With which document, at which hub.
    pub offer: HubOffer,
    /// Where it reaches us.
    pub callback: String,
    /// Signs what it sends.
    pub secret: Secret,
}
