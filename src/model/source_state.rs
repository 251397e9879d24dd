//! What past polls found out about a source.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::answer::Validators;
use super::document::FeedHints;
use super::failure::Failure;
use super::next_poll::NextPoll;
use super::podcast::Show;
use super::source::{Location, Source, SourceId};
use super::websub::HubSubscription;
use crate::time::Timestamp;

/// What shows that a server answers only plain requests, which have no conditions and do not name `text/html`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlainOnly {
    /// How often in a row a plain request brought the document after an ordinary request failed. 0 if the last attempt showed
    /// that a plain request gets the same answer as an ordinary one.
    pub proofs: u32,
    /// When the last of these plain requests was sent.
    pub proved_at: Timestamp,
}

/// What past polls found out about a source. `policy::decide` computes the state after a poll, and `Store::record_poll` stores
/// it, with two exceptions: a later `not_before` in the store stays, and if the whole document is to be read anew, the
/// validators and the hash of the body are stored empty.
///
/// The time of the next poll is not part of the state, because claims and pauses of the whole domain change this time, too.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct SourceState {
    /// Validators of the newest answer with a parsed or confirmed body, byte for byte. Empty after a document that was cut
    /// off, so that the rest of it is fetched, unless the same bytes came twice.
    pub validators: Validators,
    /// What shows that the server answers only plain requests. `None` if its last answer to an ordinary request was right.
    pub plain_only: Option<PlainOnly>,
    /// When a body last came that was read, or that had the known bytes. If nothing but 304s came for eight days, one request
    /// without conditions checks the server.
    pub body_at: Option<Timestamp>,
    /// xxh3 hash of the last whole body that was parsed.
    pub body_hash: Option<u64>,
    /// Number of failed polls in a row. Failures that riverd's own network or machine caused do not change it.
    pub failures: u32,
    /// Number of answers in a row that asked for a pause.
    pub throttled: u32,
    /// How many of the next polls are expected to be slow, because a poll was slow not long ago.
    pub slow_polls_expected: u32,
    /// Time of the first of the failed polls in a row. A 410 counts as one. Time in which the source was not polled is left
    /// out, as for `last_new_at`.
    pub failing_since: Option<Timestamp>,
    /// The last failure or request for a pause. Cleared when a poll succeeds.
    pub last_failure: Option<Failure>,
    /// When the last poll ended, whatever its outcome.
    pub polled_at: Option<Timestamp>,
    /// When a poll last succeeded: it read a body, or nothing had changed.
    pub succeeded_at: Option<Timestamp>,
    /// Time before which the publisher wants no request (`Retry-After`, a used-up rate limit or throttling). It holds even for
    /// `poll --all` and after reloads and restarts. A [`DomainPause`](super::poll::DomainPause) that another request to the
    /// domain led to can set it too.
    pub not_before: Option<Timestamp>,
    /// When the source answered 410. It is not polled again until its address in feeds.toml changes, or it is removed and
    /// added again.
    pub gone_at: Option<Timestamp>,
    /// New address to which permanent redirects lead or that the document names, whether or not it is adopted.
    pub moved: Option<Moved>,
    /// Address that is not adopted again, even if a document names it. It failed, its document lost all entries, it led back to
    /// the address in feeds.toml, or it led on to another address.
    pub refused_move: Option<Url>,
    /// How entries get their identity.
    pub identity: IdentityScheme,
    /// Smoothed mean time between new entries, or `None` while it can't be estimated.
    pub publishing_gap: Option<Duration>,
    /// Hours of the day at which the source publishes.
    pub hours: HourCounts,
    /// When a new entry last arrived. For the first document, the publication time of the newest entry, or the time of the poll
    /// if no entry has a date. If riverd did not poll the source for more than a day when it should have, the moment moves on
    /// by that time, as `policy::watched_time` says.
    pub last_new_at: Option<Timestamp>,
    /// How fast the list of the document is replaced.
    pub window: ListWindow,
    /// When a poll last found something new that a hub should have announced but did not.
    pub push_missed_at: Option<Timestamp>,
    /// `Cache-Control: max-age` of the newest answer that had a parsed or confirmed body, or that asked for a pause. In the
    /// first case, `policy::decide` may have shortened it.
    pub max_age: Option<Duration>,
    /// Whether the server keeps to the times that it states in `max-age` and `Expires`.
    pub stated_times: StatedTimes,
    /// What the newest document said about its own time. An older copy from a cache does not change it.
    pub newest_document: DocumentTimes,
    /// Since when the documents have listed older versions of stored entries, which are not stored. `None` if the last document
    /// listed none. The store notes this time.
    pub older_since: Option<Timestamp>,
    /// What the document says about polling it.
    pub hints: FeedHints,
    /// What the document says about itself.
    pub feed: FeedInfo,
}

impl SourceState {
    /// Returns whether the next poll may take long: the last one failed, or one was slow not long ago. The store chooses by the
    /// same condition.
    pub fn may_be_slow(&self) -> bool {
        self.failures > 0 || self.slow_polls_expected > 0
    }

    /// Returns how long ago the last new entry arrived. Zero if none has.
    pub fn silence(&self, now: Timestamp) -> Duration {
        self.last_new_at.map_or(Duration::ZERO, |at| now.since(at))
    }
}

/// Whether a server keeps to the long times that it states in `max-age` and `Expires`, as `policy::decide` tests it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct StatedTimes {
    /// How many times in a row the document stood unchanged for the stated time, and then changed by half of its list.
    pub kept: u32,
    /// Whether news came within a stated time, and the server has not kept to it often enough since.
    pub are_broken: bool,
}

/// What a document and its answer say about the time of the document.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DocumentTimes {
    /// Its own date: `updated`, `lastBuildDate`.
    pub stated: Option<Timestamp>,
    /// `Last-Modified`.
    pub modified: Option<Timestamp>,
    /// When the server made the answer: the time of the request, less the `Age` that a cache states.
    pub generated: Option<Timestamp>,
}

/// A permanent redirect, or a new address that the document of a source names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Address to which permanent redirects led before any temporary one, or the address that a document named.
    pub to: Url,
    /// Number of polls in a row that led to `to`. 0 if no poll of the address in feeds.toml did. In this case, the address that
    /// was adopted before named `to` or redirected to it.
    pub polls: u32,
    /// When the redirect or the new address was first seen.
    pub since: Timestamp,
    /// When the address was adopted, or when a later check confirmed it. From then on requests go to `to` as far as
    /// [`DueSource::has_adopted_move`] says, and `status` shows the line to change in feeds.toml.
    pub adopted_at: Option<Timestamp>,
}

/// How the feed of a source describes itself, for lists of subscriptions.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SubscriptionInfo {
    /// Title that the feed gives itself.
    pub title: Option<String>,
    /// Address of its site.
    pub site: Option<String>,
}

/// What a source's document said about itself at the last successful poll.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FeedInfo {
    /// Title as plain text.
    pub title: Option<String>,
    /// Absolute address of the site.
    pub link: Option<String>,
    /// Description as plain text.
    pub description: Option<String>,
    /// Language as a BCP 47 tag, as published.
    pub language: Option<String>,
    /// Rights statement as plain text.
    pub rights: Option<String>,
    /// What it said about itself as a podcast.
    pub show: Option<Show>,
}

/// Number of entries that appeared in each hour of the day (UTC). Older entries count less. `policy::schedule`
/// fills it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct HourCounts(pub [u8; 24]);

/// How fast the list of a document is replaced. A document lists only the newest entries of its feed, so if entries
/// come faster than it is polled, some are lost.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ListWindow {
    /// Number of entries of the newest whole document that were taken or left out by `max_age`; 0 until one was read.
    pub listed: u32,
    /// Whether the list was seen to drop entries and has not grown since. Otherwise it may have room for more.
    pub is_full: bool,
    /// Date of the oldest entry in the newest part of that list: the part that may be replaced between two polls. `None` if the
    /// dates can't be trusted or are too few.
    pub since: Option<Timestamp>,
    /// Number of polls that found a list of new entries only, so that entries before them may have been missed.
    pub replaced: u32,
    /// When a poll last found a list of new entries only.
    pub replaced_at: Option<Timestamp>,
    /// How long the lists lasted that were replaced as a whole. `None` unless two such lists came one after the other.
    pub life: Option<ListLife>,
    /// How many times in a row new entries replaced the whole list.
    pub whole_in_a_row: u32,
}

/// How long the lists of a source last that are replaced as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListLife {
    /// The shortest life of the latest lists, in time weighted by the hours in which the source publishes.
    pub shortest: Duration,
    /// When a list was last replaced that may have lasted no longer than that.
    pub seen_at: Timestamp,
}

/// How the entries of a source get their identity.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityScheme {
    /// By guid or atom:id, otherwise by link, otherwise by title and content.
    #[default]
    Guid,
    /// By link, because the guids of this source are blank, repeated or changed all at once.
    Link,
    /// By link, date and title together, because not even links are unique.
    LinkDateTitle,
}

/// How long an adopted address is used before the address in feeds.toml is asked again.
const MOVE_CHECKED_AFTER: Duration = Duration::from_hours(7 * 24);

/// A source that was claimed for a poll, with what is known about it.
#[derive(Clone, Debug)]
pub struct DueSource {
    /// Row id in the store.
    pub id: SourceId,
    /// The source as configured.
    pub source: Arc<Source>,
    /// What past polls found out about it. It is much larger than the rest.
    pub state: Box<SourceState>,
    /// The poll as it was planned before the claim.
    pub planned: NextPoll,
    /// Subscription at a hub that announces the source's changes, if the source has one or riverd has requested one.
    pub push: Option<HubSubscription>,
}

/// A claimed source whose poll waits for its turn. Very many may wait, so only some keep what is known about them.
#[derive(Clone, Debug)]
pub struct WaitingSource {
    /// Row id in the store.
    pub id: SourceId,
    /// Where the request will go, as [`DueSource::address`] says.
    pub address: Location,
    /// Whether the poll may be slow, as [`SourceState::may_be_slow`] says.
    pub may_be_slow: bool,
    /// The source with what is known about it. Without it, the store is asked when the turn has come.
    pub known: Option<Box<DueSource>>,
}

impl WaitingSource {
    /// Returns a source that waits, with or without what is known about it.
    pub fn of(due: DueSource, with_known: bool) -> Self {
        Self {
            id: due.id,
            address: due.address(),
            may_be_slow: due.state.may_be_slow(),
            known: with_known.then(|| Box::new(due)),
        }
    }
}

impl DueSource {
    /// Returns whether requests go to the adopted new address and not to the address in feeds.toml. Once a week one request
    /// goes to the address in feeds.toml, to see whether it still leads to the new one.
    ///
    /// If the source has secrets (`headers`, or a user name and a password), no request goes directly to a new address of
    /// another origin. Each request goes to the address in feeds.toml, and follows the redirect without the secrets.
    pub fn has_adopted_move(&self) -> bool {
        let Location::Http(own) = &self.source.location else { return false };
        let has_secrets = !self.source.headers.is_empty() || self.source.credentials.is_some();
        self.state
            .moved
            .as_ref()
            .filter(|moved| moved.adopted_at.is_some_and(|at| self.planned.at.since(at) < MOVE_CHECKED_AFTER))
            .is_some_and(|moved| !has_secrets || moved.to.origin() == own.origin())
    }

    /// Returns whether the next request goes to the address in feeds.toml to check that it still leads to the adopted one.
    pub fn checks_move(&self) -> bool {
        !self.has_adopted_move() && self.clone().with_adopted_address(self.planned.at).has_adopted_move()
    }

    fn with_adopted_address(mut self, now: Timestamp) -> Self {
        self.use_adopted_address(now);
        self
    }

    /// Makes requests go to the adopted address for another week from `now`.
    pub fn use_adopted_address(&mut self, now: Timestamp) {
        if let Some(moved) = &mut self.state.moved {
            moved.adopted_at = moved.adopted_at.map(|_| now);
        }
    }

    /// Returns the address of the next request.
    pub fn address(&self) -> Location {
        match &self.state.moved {
            Some(moved) if self.has_adopted_move() => Location::Http(moved.to.clone()),
            _ => self.source.location.clone(),
        }
    }
}
