//! Describes the health of a source: the fields of `status --json`, and their explanations in words.

use std::time::Duration;

use serde::Serialize;

use crate::model::secret_address;
use crate::model::{
    Cadence, Failure, LeftOutReason, NextPoll, NextPollReason, RedactedUrl, SourceState, SourceStatus,
};
use crate::policy::{decide, incidents, websub};
use crate::time::{HOUR, Timestamp, human};

mod list;
mod moved;

pub use list::ListHealth;
use list::{approximately, explain_window, list_health};
pub use moved::MovedTo;
use moved::moved_to;

/// The health of one source. Users rely on the fields and their names, so they must not change.
#[derive(Clone, Debug, Serialize)]
pub struct SourceHealth {
    /// Name of the source.
    pub source: String,
    /// Address of the source, without secrets.
    pub url: String,
    /// Title from feeds.toml, else from the feed itself.
    pub title: Option<String>,
    /// How the source is doing, in one word.
    pub condition: Condition,
    /// When the last poll ended, whether it succeeded or failed.
    pub last_poll_at: Option<Timestamp>,
    /// When the last successful poll ended.
    pub last_success_at: Option<Timestamp>,
    /// When the next poll is due. `None` if the source is not polled.
    pub next_poll_at: Option<Timestamp>,
    /// What decided the time of the next poll.
    pub next_poll_reason: Option<NextPollReason>,
    /// The reason for that time, in words.
    pub next_poll_why: String,
    /// Number of articles that have an entry in this source.
    pub articles: u64,
    /// Number of polls that have failed in a row.
    pub failures: u32,
    /// When the first of these polls failed, or when the server answered 410.
    pub failing_since: Option<Timestamp>,
    /// The last failure. It is cleared when a poll succeeds.
    pub last_error: Option<Failure>,
    /// When a poll last found a new entry. Until one does, this is the date of the newest entry of the first document, or the
    /// time when that document came if no entry has a date. It moves on by the time of a stop, as `policy::watched_time` says.
    pub last_new_at: Option<Timestamp>,
    /// Smoothed mean time between the source's entries, in seconds.
    pub publishes_every_s: Option<u64>,
    /// Where the source moved, according to permanent redirects or to its document.
    pub moved: Option<MovedTo>,
    /// The WebSub hub that riverd subscribed to for this source, if any.
    pub hub: Option<HubHealth>,
    /// The list of the last document, and what may have been missed. `None` if no document was read, or the last one listed no
    /// entry.
    pub list: Option<ListHealth>,
    /// The repairs that the source's last document needed.
    pub defects: Vec<DefectCount>,
    /// How many entries of the document that was read last did not reach the river, by reason.
    pub left_out: Vec<LeftOutCount>,
}

/// How a source is doing, in one word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The source was not polled yet.
    New,
    /// The last poll succeeded.
    Ok,
    /// Polls succeed, but nothing new has come for far longer than usual.
    Silent,
    /// The server asked for a pause.
    Throttled,
    /// The last poll failed because riverd's own network does not work, or its machine has no room for a connection. The source
    /// is polled as soon as that is over.
    Waiting,
    /// The last poll failed.
    Failing,
    /// The server said that the feed is gone for ever (410). It is no longer polled.
    Gone,
    /// feeds.toml says `enabled = false`.
    Disabled,
    /// The source is no longer in feeds.toml.
    Retired,
}

impl Condition {
    /// Every condition once.
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::Ok,
        Self::Silent,
        Self::Throttled,
        Self::Waiting,
        Self::Failing,
        Self::Gone,
        Self::Disabled,
        Self::Retired,
    ];

    /// Returns the word that stands in the JSON output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ok => "ok",
            Self::Silent => "silent",
            Self::Throttled => "throttled",
            Self::Waiting => "waiting",
            Self::Failing => "failing",
            Self::Gone => "gone",
            Self::Disabled => "disabled",
            Self::Retired => "retired",
        }
    }
}

/// A WebSub hub that notifies riverd of new content.
#[derive(Clone, Debug, Serialize)]
pub struct HubHealth {
    /// Address of the hub, without secrets.
    pub url: String,
    /// When the subscription ends. `None` until the hub has confirmed it.
    pub until: Option<Timestamp>,
    /// When the last notification came.
    pub told_at: Option<Timestamp>,
    /// Whether riverd relies on the hub, so that it polls the source only to check the hub.
    pub relied_on: bool,
}

/// A kind of repair, and how often it was needed.
#[derive(Clone, Debug, Serialize)]
pub struct DefectCount {
    /// Stable name of the repair.
    pub name: String,
    /// How often the last document needed it.
    pub count: u32,
}

/// A reason why entries did not reach the river, and how many of them it left out.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LeftOutCount {
    /// The reason.
    pub reason: LeftOutReason,
    /// How many entries of the last document it left out.
    pub count: u32,
}

impl SourceHealth {
    /// Describes the health of a source at `now` from what the store knows.
    pub fn of(status: &SourceStatus, now: Timestamp) -> Self {
        let state = &status.state;
        let source = status.source.as_deref();
        let condition = condition(status, now);
        let is_polled = !matches!(condition, Condition::Gone | Condition::Disabled | Condition::Retired);
        let next = status.next_poll.filter(|next| is_polled && next.reason != NextPollReason::Gone);
        Self {
            source: status.name.clone(),
            url: source.map_or_else(
                || status.url.clone(),
                |source| {
                    let instead = || secret_address::instead_of(&source.location, &source.name);
                    secret_address::published_address(source).unwrap_or_else(instead)
                },
            ),
            title: source.and_then(|source| source.title.clone()).or_else(|| state.feed.title.clone()),
            condition,
            last_poll_at: state.polled_at,
            last_success_at: state.succeeded_at,
            next_poll_at: next.map(|next| next.at),
            next_poll_reason: next.map(|next| next.reason),
            next_poll_why: explain_next_poll(status, condition, next),
            articles: status.articles,
            failures: state.failures,
            failing_since: state.failing_since,
            last_error: state.last_failure.clone(),
            last_new_at: state.last_new_at,
            publishes_every_s: state.publishing_gap.map(|gap| gap.as_secs()),
            moved: state.moved.as_ref().map(|moved| moved_to(moved, state.polled_at, source)),
            hub: status.push.as_ref().map(|push| HubHealth {
                url: RedactedUrl(&push.offer.hub).to_string(),
                until: push.lease_until,
                told_at: push.pushed_at,
                relied_on: websub::is_reliable(Some(push), state, now),
            }),
            list: list_health(status, next),
            defects: status
                .defects
                .iter()
                .map(|(name, count)| DefectCount { name: name.clone(), count: *count })
                .collect(),
            left_out: status.left_out.iter().map(|(reason, count)| LeftOutCount { reason, count }).collect(),
        }
    }

    /// Returns whether a poll is running. [`Self::next_poll_at`] is then only the time of the next one if this one is killed.
    pub fn is_being_polled(&self) -> bool {
        self.next_poll_reason == Some(NextPollReason::Claimed)
    }
}

/// Decides how a source is doing.
fn condition(status: &SourceStatus, now: Timestamp) -> Condition {
    let (state, polled_at) = (&status.state, status.state.polled_at.unwrap_or(now));
    let Some(source) = &status.source else { return Condition::Retired };
    if !source.enabled {
        return Condition::Disabled;
    }
    if state.gone_at.is_some() {
        return Condition::Gone;
    }
    // The last poll decides: after failures, a server that asks for a pause answers again.
    if state.throttled > 0 {
        return Condition::Throttled;
    }
    if state.failures > 0 {
        return Condition::Failing;
    }
    if status.next_poll.is_some_and(|next| next.reason == NextPollReason::Outage) {
        return Condition::Waiting;
    }
    if state.succeeded_at.is_none() {
        return if state.last_failure.is_some() { Condition::Failing } else { Condition::New };
    }
    if incidents::is_silent(state, polled_at) { Condition::Silent } else { Condition::Ok }
}

/// Explains in words why the next poll is due when it is.
fn explain_next_poll(status: &SourceStatus, condition: Condition, next: Option<NextPoll>) -> String {
    let state = &status.state;
    match condition {
        Condition::Gone => {
            return "the server says that it is gone for ever (410): never, until its address in feeds.toml changes"
                .to_owned();
        }
        Condition::Disabled => return "feeds.toml says `enabled = false`: never".to_owned(),
        Condition::Retired => return "it is no longer in feeds.toml: never".to_owned(),
        _ => {}
    }
    let Some(next) = next else { return "not planned yet".to_owned() };
    let format = |span: Option<Duration>| span.map(human).unwrap_or_default();
    match next.reason {
        NextPollReason::New => "it was never polled: as soon as there is room".to_owned(),
        NextPollReason::Every => match status.source.as_deref().map(|source| &source.cadence) {
            Some(Cadence::Every(every)) => format!("every {}, as feeds.toml says", human(*every)),
            _ => "a fixed interval, as feeds.toml said".to_owned(),
        },
        NextPollReason::Schedule => "its schedule in feeds.toml".to_owned(),
        NextPollReason::Adaptive => match state.publishing_gap {
            Some(gap) => format!("it publishes about every {}", approximately(gap)),
            None => "how often it publishes is not known yet".to_owned(),
        },
        NextPollReason::Ttl => format!("its document asks for at least {} (ttl)", format(state.hints.ttl)),
        NextPollReason::UpdatePeriod => {
            let period = format(state.hints.update_every);
            format!("its document says that it changes every {period} (sy:updatePeriod)")
        }
        NextPollReason::Skip => "its document rules out the hours or days before (skipHours, skipDays)".to_owned(),
        NextPollReason::MaxAge => explain_max_age(state),
        NextPollReason::Expires => "its server says that the answer is fresh until then (Expires)".to_owned(),
        NextPollReason::RetryAfter => "its server asked for a pause until then".to_owned(),
        NextPollReason::Unvalidated => {
            "its server sends the whole document each time, without an ETag or Last-Modified to ask with: less often, \
             and down to once a day while it stays the same"
                .to_owned()
        }
        NextPollReason::Window => explain_window(status, next),
        NextPollReason::Backoff if state.throttled > 0 => {
            format!("its server asked for a pause {}: longer each time, up to a day", times(state.throttled))
        }
        NextPollReason::Backoff => format!("it failed {}: longer each time, up to a day", times(state.failures)),
        NextPollReason::Outage => {
            "waiting for this machine or its network: no server can be asked, so this is no failure of the source".to_owned()
        }
        NextPollReason::DomainThrottled => "its site asked for a pause at another request".to_owned(),
        NextPollReason::Pushed => explain_push(state, next).to_owned(),
        NextPollReason::Gone => "never".to_owned(),
        NextPollReason::Claimed => "a poll is running, and its result decides".to_owned(),
    }
}

/// Explains in words a next poll that `Cache-Control: max-age` postpones. Of a server that kept to it, riverd waits for what is
/// left of the time, so the time that it waits is not the one that the server states.
fn explain_max_age(state: &SourceState) -> String {
    if decide::keeps_stated_times(state) {
        return "its server says that an answer stays fresh until then (max-age), and has kept to that"
            .to_owned();
    }
    let max_age = state.max_age.map(human).unwrap_or_default();
    format!("its server says that an answer stays fresh for at least {max_age} (max-age)")
}

/// A poll that comes so soon after the last one follows up a message of a hub. Polls that check a hub come once a day, or
/// before half of the list is replaced.
const FOLLOW_UP_WITHIN: Duration = HOUR;

/// Explains in words a next poll that is planned because of a hub.
fn explain_push(state: &SourceState, next: NextPoll) -> &'static str {
    let is_paused = state.not_before.is_some_and(|until| until >= next.at);
    if is_paused || state.polled_at.is_some_and(|at| next.at.since(at) < FOLLOW_UP_WITHIN) {
        return "a hub said that there is something new, which the last poll did not get";
    }
    "a hub pushes what is new: polls only check that it does"
}

/// Says how often something happened in a row.
fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice in a row".to_owned(),
        many => format!("{many} times in a row"),
    }
}

#[cfg(test)]
mod tests;
