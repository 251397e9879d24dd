//! How a source is doing: the fields of `status --json` and `/status.json`, and the words that go with them.

use std::time::Duration;

use serde::Serialize;
use url::Url;

use crate::model::{Cadence, Failure, Location, Moved, NextPoll, Reason, RedactedUrl, Source, SourceStatus};
use crate::policy::decide::has_stood;
use crate::policy::websub;
use crate::time::{DAY, Timestamp, human};

/// A source's health. The fields and their names are documented and stay.
#[derive(Clone, Debug, Serialize)]
pub struct Health {
    /// Its name.
    pub source: String,
    /// Its address, secrets left out.
    pub url: String,
    /// As feeds.toml or the feed itself says.
    pub title: Option<String>,
    /// In a word.
    pub condition: Condition,
    /// When a poll last ended, however.
    pub last_poll_at: Option<Timestamp>,
    /// When a poll last succeeded.
    pub last_success_at: Option<Timestamp>,
    /// When it is asked next; `None` for a source that is not polled.
    pub next_poll_at: Option<Timestamp>,
    /// What decided that.
    pub next_poll_reason: Option<Reason>,
    /// The same in words.
    pub next_poll_why: String,
    /// Articles with an entry of it.
    pub articles: u64,
    /// Failed polls in a row.
    pub failures: u32,
    /// Since when.
    pub failing_since: Option<Timestamp>,
    /// The last failure, until a poll succeeds.
    pub last_error: Option<Failure>,
    /// When something new last came.
    pub last_new_at: Option<Timestamp>,
    /// The mean gap between its entries, in seconds.
    pub publishes_every_s: Option<u64>,
    /// Where it moved, as permanent redirects say.
    pub moved: Option<MovedTo>,
    /// The hub that tells of its news, if one was asked to.
    pub hub: Option<HubHealth>,
    /// What its document needs repaired.
    pub defects: Vec<DefectCount>,
}

/// How a source is doing, in a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Not polled yet.
    New,
    /// The last poll succeeded.
    Ok,
    /// Polls succeed, but nothing new has come for far longer than usual.
    Silent,
    /// Its server asked for a pause.
    Throttled,
    /// The last poll failed.
    Failing,
    /// 410: it is not polled any more.
    Gone,
    /// `enabled = false`.
    Disabled,
    /// No longer in feeds.toml.
    Retired,
}

impl Condition {
    /// As in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ok => "ok",
            Self::Silent => "silent",
            Self::Throttled => "throttled",
            Self::Failing => "failing",
            Self::Gone => "gone",
            Self::Disabled => "disabled",
            Self::Retired => "retired",
        }
    }
}

/// A permanent redirect.
#[derive(Clone, Debug, Serialize)]
pub struct MovedTo {
    /// Where to, secrets left out.
    pub url: String,
    /// When it was first seen.
    pub since: Timestamp,
    /// Polls in a row that led there.
    pub polls: u32,
    /// Whether it has stood long enough to be believed.
    pub stands: bool,
    /// What to write in feeds.toml, once it stands; null where the address holds a secret, which is not shown.
    pub line: Option<String>,
    /// Where there is no such line though it stands: how to come by it.
    pub how: Option<String>,
}

/// A hub that tells of news (WebSub).
#[derive(Clone, Debug, Serialize)]
pub struct HubHealth {
    /// Its address, secrets left out.
    pub url: String,
    /// Until when it promised to; null until it has.
    pub until: Option<Timestamp>,
    /// When it last told of something.
    pub told_at: Option<Timestamp>,
    /// Whether polls only check it.
    pub relied_on: bool,
}

/// A repair, and how often it was needed.
#[derive(Clone, Debug, Serialize)]
pub struct DefectCount {
    /// Its stable name.
    pub name: String,
    /// How often in the last document.
    pub count: u32,
}

/// A feed is silent after so many of its usual gaps without anything new, and at least so long.
const SILENT_GAPS: u32 = 12;
const SILENT_AT_LEAST: Duration = Duration::from_hours(30 * 24);

impl Health {
    /// What the store knows, seen at `now`.
    pub fn of(status: &SourceStatus, now: Timestamp) -> Self {
        let state = &status.state;
        let source = status.source.as_deref();
        let condition = condition(status, now);
        let polled = !matches!(condition, Condition::Gone | Condition::Disabled | Condition::Retired);
        let next = status.next_poll.filter(|next| polled && next.reason != Reason::Gone);
        Self {
            source: status.name.clone(),
            url: source.map_or_else(|| status.url.clone(), |source| source.location.to_string()),
            title: source.and_then(|source| source.title.clone()).or_else(|| state.feed.title.clone()),
            condition,
            last_poll_at: state.polled_at,
            last_success_at: state.succeeded_at,
            next_poll_at: next.map(|next| next.at),
            next_poll_reason: next.map(|next| next.reason),
            next_poll_why: why(status, condition, next),
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
            defects: status
                .defects
                .iter()
                .map(|(name, count)| DefectCount { name: name.clone(), count: *count })
                .collect(),
        }
    }
}

fn condition(status: &SourceStatus, now: Timestamp) -> Condition {
    let state = &status.state;
    let Some(source) = &status.source else { return Condition::Retired };
    if !source.enabled {
        return Condition::Disabled;
    }
    if state.gone_at.is_some() {
        return Condition::Gone;
    }
    if state.failures > 0 {
        return Condition::Failing;
    }
    if state.throttled > 0 {
        return Condition::Throttled;
    }
    if state.succeeded_at.is_none() {
        return if state.last_failure.is_some() { Condition::Failing } else { Condition::New };
    }
    let silence = state.last_new_at.map_or(Duration::ZERO, |at| now.since(at));
    let usual = state.publishing_gap.map(|gap| gap.saturating_mul(SILENT_GAPS).max(SILENT_AT_LEAST));
    if usual.is_some_and(|usual| silence > usual) { Condition::Silent } else { Condition::Ok }
}

fn moved_to(moved: &Moved, polled_at: Option<Timestamp>, source: Option<&Source>) -> MovedTo {
    let url = RedactedUrl(&moved.to).to_string();
    let stands = moved.adopted_at.is_some();
    let is_whole = url == moved.to.as_str();
    let line = (stands && is_whole).then(|| format!("url = \"{url}\""));
    let is_anothers = !stands && polled_at.is_some_and(|at| has_stood(moved, at));
    let how = if is_anothers {
        Some("another source of feeds.toml has that address: take this one out".to_owned())
    } else {
        (stands && !is_whole).then(|| how_to_change(&moved.to, &url, source))
    };
    MovedTo { url, since: moved.since, polls: moved.seen, stands, line, how }
}

/// For an address that can't be shown whole: a line with `…` in it would break the source.
fn how_to_change(to: &Url, shown: &str, source: Option<&Source>) -> String {
    let own = source.and_then(|source| match &source.location {
        Location::Http(url) => Some(url),
        Location::File(_) => None,
    });
    let is_known =
        own.is_some_and(|own| to.query_pairs().all(|pair| own.query_pairs().any(|known| known == pair)));
    if is_known {
        return format!("change its `url` to {shown}, and keep what it has in the place of `…`");
    }
    format!(
        "change its `url` to {shown}; `…` stands for a secret that is not shown: \
         `curl -sIL -o /dev/null -w '%{{url_effective}}' URL`, with the `url` that it has now, tells the whole address"
    )
}

/// Why the next poll is when it is.
fn why(status: &SourceStatus, condition: Condition, next: Option<NextPoll>) -> String {
    let state = &status.state;
    match condition {
        Condition::Gone => {
            return "the server says that it is gone for ever (410): never, until feeds.toml changes it"
                .to_owned();
        }
        Condition::Disabled => return "feeds.toml says `enabled = false`: never".to_owned(),
        Condition::Retired => return "it is no longer in feeds.toml: never".to_owned(),
        _ => {}
    }
    let Some(next) = next else { return "not planned yet".to_owned() };
    let asked = |span: Option<Duration>| span.map(human).unwrap_or_default();
    match next.reason {
        Reason::New => "it was never polled: as soon as there is room".to_owned(),
        Reason::Every => match status.source.as_deref().map(|source| &source.cadence) {
            Some(Cadence::Every(every)) => format!("every {}, as feeds.toml says", human(*every)),
            _ => "a fixed interval, as feeds.toml said".to_owned(),
        },
        Reason::Schedule => "its schedule in feeds.toml".to_owned(),
        Reason::Adaptive => match state.publishing_gap {
            Some(gap) => format!("it publishes about every {}", roughly(gap)),
            None => "how often it publishes is not known yet".to_owned(),
        },
        Reason::Ttl => format!("its document asks for at least {} (ttl)", asked(state.hints.ttl)),
        Reason::UpdatePeriod => {
            format!("its document says that it changes every {} (sy:updatePeriod)", asked(state.hints.update_every))
        }
        Reason::Skip => "its document rules out the hours or days before (skipHours, skipDays)".to_owned(),
        Reason::MaxAge => format!("its server says that an answer stays fresh for {} (max-age)", asked(state.max_age)),
        Reason::Expires => "its server says that the answer is fresh until then (Expires)".to_owned(),
        Reason::RetryAfter => "its server asked for a pause (Retry-After)".to_owned(),
        Reason::Unvalidated => {
            "its server sends the whole document each time and nothing to ask with (no ETag, no Last-Modified): once a day"
                .to_owned()
        }
        Reason::Backoff if state.throttled > 0 => {
            format!("its server asked for a pause {}: longer each time, up to a day", times(state.throttled))
        }
        Reason::Backoff => format!("it failed {}: longer each time, up to a day", times(state.failures)),
        Reason::Outage => "our own network did not answer: soon".to_owned(),
        Reason::HostThrottled => "another source of its site was asked for a pause".to_owned(),
        Reason::Pushed => "a hub pushes what is new: polls only check that it does".to_owned(),
        Reason::Gone => "never".to_owned(),
        Reason::Claimed => "a poll is running".to_owned(),
    }
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice in a row".to_owned(),
        many => format!("{many} times in a row"),
    }
}

/// `3h 20m`, `2days`: the two largest units are all that an estimate is worth.
fn roughly(span: Duration) -> String {
    let unit = if span >= DAY { 3600 } else { 60 };
    human(Duration::from_secs((span.as_secs() / unit).max(1) * unit))
}

#[cfg(test)]
mod tests;
