//! What past polls taught about a source.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::answer::Validators;
use super::document::FeedHints;
use super::failure::Failure;
use super::next_poll::NextPoll;
use super::source::{Location, Source, SourceId};
use super::websub::HubSubscription;
use crate::time::Timestamp;

/// What past polls taught about a source. Decided by `policy::decide` alone, stored as it is by `Store::record_poll`.
///
/// The next poll is not here: claims and pauses of the whole domain move it too.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct SourceState {
    /// Those of the newest answer that was read or confirmed, byte for byte.
    pub validators: Validators,
    /// When a body last came (200 or 226): after eight days of 304s one unconditional request checks the server.
    pub body_at: Option<Timestamp>,
    /// xxh3 of the last whole body that was read.
    pub body_hash: Option<u64>,
    /// Failed polls in a row; frozen during an outage of our own.
    pub failures: u32,
    /// Answers in a row that asked for a pause.
    pub throttled: u32,
    /// Since when polls fail.
    pub failing_since: Option<Timestamp>,
    /// The last failure or throttling, until a poll succeeds.
    pub last_failure: Option<Failure>,
    /// When the last poll ended, however.
    pub polled_at: Option<Timestamp>,
    /// When a poll last succeeded (200, 226, 304).
    pub succeeded_at: Option<Timestamp>,
    /// The publisher asked not to be asked before (Retry-After, or throttling): it holds for `poll --all`, reloads and
    /// restarts too. [`DomainPause`](super::poll::DomainPause) of another source may have set it.
    pub not_before: Option<Timestamp>,
    /// 410: no polls until feeds.toml changes the source.
    pub gone_at: Option<Timestamp>,
    /// Where permanent redirects led, not yet (or already) adopted.
    pub moved: Option<Moved>,
    /// How identity is assigned.
    pub identity: IdentityScheme,
    /// The mean gap between new entries, smoothed; `None` until it could be estimated.
    pub publishing_gap: Option<Duration>,
    /// At which hours of the day it publishes.
    pub hours: HourCounts,
    /// When an entry of this source that was new last arrived; for its first poll, when its newest entry was published.
    pub last_new_at: Option<Timestamp>,
    /// When a poll last found something new that a hub, which had promised to, had not told of.
    pub push_missed_at: Option<Timestamp>,
    /// `Cache-Control: max-age` of the newest answer that was read or confirmed.
    pub max_age: Option<Duration>,
    /// What the document said about polling it.
    pub hints: FeedHints,
    /// What the document said about itself.
    pub feed: FeedInfo,
}

/// A permanent redirect that was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// The address at the end of a chain of only permanent redirects.
    pub to: Url,
    /// Polls in a row that led there.
    pub seen: u32,
    /// When it was first seen.
    pub since: Timestamp,
    /// When it had stood long enough: from then on `to` itself is asked, and `status` shows the line to change.
    pub adopted_at: Option<Timestamp>,
}

/// What a source's document said about itself at the last good poll.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FeedInfo {
    /// Plain text.
    pub title: Option<String>,
    /// The site, absolute.
    pub link: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// A BCP 47 tag as published.
    pub language: Option<String>,
    /// Rights statement, plain text.
    pub rights: Option<String>,
}

/// How many entries appeared in each hour of the day (UTC), the older ones fading. Filled by `policy::schedule`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct HourCounts(pub [u8; 24]);

/// How identity is assigned to the entries of a source.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityScheme {
    /// guid or atom:id, then link, then title and content.
    #[default]
    Guid,
    /// The guids of this source are blank, repeated or changed wholesale: the link identifies.
    Link,
    /// Not even links are unique: link, date and title together.
    LinkDateTitle,
}

/// A claimed unit of work: the source and what is known about it.
#[derive(Clone, Debug)]
pub struct DueSource {
    /// The row.
    pub id: SourceId,
    /// As configured.
    pub source: Arc<Source>,
    /// As learnt.
    pub state: SourceState,
    /// The poll as it was planned before it was claimed.
    pub planned: NextPoll,
    /// The hub that tells of its news, if one does or was asked to.
    pub push: Option<HubSubscription>,
}

impl DueSource {
    /// Whether requests go to the address that permanent redirects led to, not to the one in feeds.toml.
    ///
    /// A source with secrets keeps to the origin that the operator gave them to: there the redirect is followed each time,
    /// without them.
    pub fn is_adopted(&self) -> bool {
        let Location::Http(own) = &self.source.location else { return false };
        let has_secrets = !self.source.headers.is_empty() || self.source.credentials.is_some();
        self.state
            .moved
            .as_ref()
            .filter(|moved| moved.adopted_at.is_some())
            .is_some_and(|moved| !has_secrets || moved.to.origin() == own.origin())
    }

    /// Where the next request goes.
    pub fn address(&self) -> Location {
        match &self.state.moved {
            Some(moved) if self.is_adopted() => Location::Http(moved.to.clone()),
            _ => self.source.location.clone(),
        }
    }
}
