//! The one place that turns the outcome of a poll into the record of it. Every outcome becomes one.

mod moved;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use url::Url;

pub use self::moved::has_stood;
use crate::model::{
    Article, Cadence, Defect, DocumentArticles, DomainPause, DueSource, Failure, FailureKind, FeedHints,
    FeedInfo, FetchOutcome, Fetched, Freshness, IdentityScheme, Key, Listing, NextPoll, PollRecord,
    PollVerdict, Reason, SourceState,
};
use crate::policy::host::Scope;
use crate::policy::schedule::{self, Basis, Jitter, Rhythm, Spread};
use crate::policy::{replan, websub};
use crate::time::{DAY, MINUTE, Timestamp};

/// What reading made of a body.
#[derive(Clone, Debug)]
pub enum BodyReading {
    /// Byte for byte the one that was read before: nothing was read.
    Known,
    /// It was read.
    Read(Box<ReadFeed>),
    /// It could not be read.
    Unreadable(Failure),
}

/// A document that was read, made ours.
#[derive(Clone, Debug)]
pub struct ReadFeed {
    /// xxh3 of the body.
    pub body_hash: u64,
    /// What it says about itself.
    pub feed: FeedInfo,
    /// What it says about polling it.
    pub hints: FeedHints,
    /// How identity was assigned.
    pub identity: IdentityScheme,
    /// In document order.
    pub articles: Vec<Article>,
    /// The published times of those that the store does not know, one each.
    pub new: Vec<Option<Timestamp>>,
    /// Keys of the entries that the limits left out.
    pub left_out: Vec<Key>,
    /// What had to be repaired.
    pub defects: Vec<Defect>,
}

/// What a poll is decided by, beside the source and the outcome.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Circumstances<'a> {
    /// When the request was sent.
    pub asked_at: Timestamp,
    /// When its outcome was known.
    pub now: Timestamp,
    /// Evenly distributed from 0 to 1.
    pub jitter: f64,
    /// Whether our own network answers.
    pub network: NetworkState,
    /// Another source of its registrable domain was told to wait so long while this one was asked.
    pub paused_until: Option<Timestamp>,
    /// The addresses of the enabled sources of feeds.toml.
    pub configured: &'a HashSet<Url>,
}

/// Whether our own network answers: most sources failing at the network at once are one failure, ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NetworkState {
    /// As far as we know.
    Up,
    /// Nothing answers.
    Down,
}

/// An outage of our own excuses a source for so long after its last good answer; then it counts as the source's.
const OUTAGE_AT_MOST: std::time::Duration = DAY;

/// The record of a poll of `due` that ended in `outcome`.
pub fn decide(due: &DueSource, outcome: FetchOutcome<BodyReading>, at: &Circumstances<'_>) -> PollRecord {
    let poll = Poll { due, at };
    match outcome {
        FetchOutcome::Fresh(fetched) => poll.body(*fetched),
        FetchOutcome::NotModified { validators, freshness, moved_to } => {
            let mut state = poll.succeeded(freshness);
            state.moved = moved::after_success(due, moved_to, &state.hints, at.configured, at.now);
            state.validators = validators;
            state.max_age = freshness.max_age.or(state.max_age);
            let next = poll.plan(&state, freshness, poll.after_success(&state));
            poll.record(state, next, Some(304), PollVerdict::Unchanged)
        }
        FetchOutcome::Throttled { status, retry_after, freshness, by, failure } => {
            let record = poll.throttled(status, retry_after, freshness, failure);
            PollRecord { pause: poll.pause_of_domain(&by, &record.state), ..record }
        }
        FetchOutcome::Gone { failure } => poll.gone(failure),
        FetchOutcome::Failed { status, failure, freshness } => poll.failed(status, freshness, failure),
    }
}

/// A poll that is being decided.
struct Poll<'a> {
    due: &'a DueSource,
    at: &'a Circumstances<'a>,
}

impl Poll<'_> {
    /// 200, 226, or a file.
    fn body(&self, fetched: Fetched<BodyReading>) -> PollRecord {
        let Fetched { status, body, validators, moved_to, freshness, .. } = fetched;
        let listing = if status == Some(226) { Listing::Delta } else { Listing::Whole };
        let mut state = self.succeeded(freshness);
        let verdict = match body {
            BodyReading::Unreadable(failure) => return self.failed(status, freshness, failure),
            BodyReading::Known => PollVerdict::Unchanged,
            BodyReading::Read(read) => self.harvest(&mut state, *read, listing),
        };
        state.body_at = Some(self.at.now);
        state.max_age = freshness.max_age;
        state.moved = moved::after_success(self.due, moved_to, &state.hints, self.at.configured, self.at.now);
        // Those of the newest answer, even if it carried none: what it no longer says can't be asked for. Only a delta
        // that says nothing leaves those of the whole document standing.
        if listing == Listing::Whole || !validators.is_empty() {
            state.validators = validators;
        }
        let nothing_to_ask_with = status.is_some() && state.validators.is_empty();
        let plan = if matches!(verdict, PollVerdict::Unchanged) && nothing_to_ask_with && !self.is_ours() {
            schedule::after_unvalidated
        } else {
            self.after_success(&state)
        };
        let next = self.plan(&state, freshness, plan);
        self.record(state, next, status, verdict)
    }

    /// Takes over what a document says, and gives its articles.
    fn harvest(&self, state: &mut SourceState, read: ReadFeed, listing: Listing) -> PollVerdict {
        let first = self.due.state.body_at.is_none();
        if !first
            && !read.new.is_empty()
            && websub::was_missed(self.due.push.as_ref(), &self.due.state, self.at.now)
        {
            state.push_missed_at = Some(self.at.now);
        }
        let rhythm = if first {
            Rhythm::first(read.articles.iter().filter_map(|article| article.published_at), self.at.now)
        } else {
            Rhythm::of(state).after(&read.new, self.due.state.polled_at.unwrap_or(self.at.now), self.at.now)
        };
        state.publishing_gap = rhythm.gap;
        state.last_new_at = rhythm.last_new_at;
        state.hours = rhythm.hours;
        state.feed = read.feed;
        state.hints = read.hints;
        state.identity = read.identity;
        if listing == Listing::Whole {
            state.body_hash = Some(read.body_hash);
        }
        PollVerdict::Fresh(Box::new(DocumentArticles {
            articles: read.articles,
            listing,
            left_out: read.left_out,
            defects: read.defects,
        }))
    }

    /// The server asked for a pause: no failure of the source.
    fn throttled(
        &self,
        status: u16,
        retry_after: Option<Timestamp>,
        freshness: Freshness,
        failure: Failure,
    ) -> PollRecord {
        let mut state = self.polled();
        state.throttled = state.throttled.saturating_add(1);
        state.last_failure = Some(failure.clone());
        state.max_age = freshness.max_age.or(state.max_age);
        let times = state.throttled;
        let own = || self.at.now.saturating_add(schedule::throttled_pause(times));
        let asked = self.pause(retry_after);
        state.not_before = state.not_before.max(asked.or_else(|| Some(own())));
        let next = if asked.is_some() {
            self.plan(&state, freshness, schedule::after_success)
        } else {
            self.plan(&state, freshness, |basis| schedule::after_failures(basis, times))
        };
        self.record(state, next, Some(status), PollVerdict::Throttled(failure))
    }

    /// The whole domain of who asked for the pause, which redirects may have led to, waits as long as the source does.
    fn pause_of_domain(&self, by: &Url, throttled: &SourceState) -> Option<DomainPause> {
        let scope = Scope::of_url(by);
        let until = throttled.not_before?;
        let spread = replan::spread_after_pause(until, self.at.now);
        scope.domain().map(|domain| DomainPause { domain: domain.to_owned(), until, spread })
    }

    /// Anything that is no answer.
    fn failed(&self, status: Option<u16>, freshness: Freshness, failure: Failure) -> PollRecord {
        let mut state = self.polled();
        state.last_failure = Some(failure.clone());
        let asked = self.pause(freshness.retry_after);
        state.not_before = state.not_before.max(asked);
        if self.is_outage(failure.kind) {
            let next = self.plan(&state, freshness, schedule::after_outage);
            return self.record(state, next, status, PollVerdict::Failed(failure));
        }
        state.throttled = 0;
        state.failures = state.failures.saturating_add(1);
        state.failing_since = state.failing_since.or(Some(self.at.now));
        state.moved = moved::after_failure(state.moved);
        let times = state.failures;
        let next = self.plan(&state, freshness, |basis| schedule::after_failures(basis, times));
        self.record(state, next, status, PollVerdict::Failed(failure))
    }

    /// The document is gone for ever. Said by an address that a redirect led to, it only takes the redirect back: the
    /// operator's own address has not said it.
    fn gone(&self, failure: Failure) -> PollRecord {
        if self.due.is_adopted() {
            return self.failed(Some(410), Freshness::default(), failure);
        }
        let mut state = self.polled();
        state.last_failure = Some(failure.clone());
        state.failing_since = state.failing_since.or(Some(self.at.now));
        state.gone_at = Some(self.at.now);
        let next = NextPoll { at: Timestamp::MAX, reason: Reason::Gone };
        self.record(state, next, Some(410), PollVerdict::Gone(failure))
    }

    /// The end of a pause that an answer asked for. Seconds were counted from when the request was sent; the publisher
    /// counts from the answer.
    fn pause(&self, retry_after: Option<Timestamp>) -> Option<Timestamp> {
        let under_way = self.at.now.since(self.at.asked_at);
        retry_after.map(|until| schedule::not_before(until.saturating_add(under_way), self.at.now))
    }

    /// The state after any poll.
    fn polled(&self) -> SourceState {
        let mut state = self.due.state.clone();
        state.polled_at = Some(self.at.now);
        state.not_before = state.not_before.filter(|until| *until > self.at.now).max(self.at.paused_until);
        state
    }

    /// The state after a good poll: whatever was wrong is healed.
    fn succeeded(&self, freshness: Freshness) -> SourceState {
        let mut state = self.polled();
        state.succeeded_at = Some(self.at.now);
        state.failures = 0;
        state.throttled = 0;
        state.failing_since = None;
        state.last_failure = None;
        state.gone_at = None;
        let asked = self.pause(freshness.retry_after);
        state.not_before = state.not_before.max(asked);
        state
    }

    /// How a good poll is followed: while a hub tells of news, only by a check that it does.
    fn after_success(&self, state: &SourceState) -> fn(&Basis<'_>) -> NextPoll {
        if websub::works(self.due.push.as_ref(), state, self.at.now) {
            schedule::while_pushed
        } else {
            schedule::after_success
        }
    }

    fn plan<F>(&self, state: &SourceState, freshness: Freshness, plan: F) -> NextPoll
    where
        F: Fn(&Basis<'_>) -> NextPoll,
    {
        let now = self.at.now;
        let source = &self.due.source;
        plan(&Basis { source, state, now, expires: freshness.expires, jitter: self.jitter() })
    }

    /// Wide where many sources were polled at one time.
    fn jitter(&self) -> Jitter {
        let planned = self.due.planned;
        // A tick comes each second, and a busy host holds a source up for minutes; more is a stop, a sleep or an outage.
        let late = self.at.asked_at.since(planned.at) > 10 * MINUTE;
        let together = late || matches!(planned.reason, Reason::New | Reason::Outage);
        Jitter::new(self.at.jitter, if together { Spread::Wide } else { Spread::Usual })
    }

    /// Whether the failure is one of our own network, and the source is excused.
    fn is_outage(&self, kind: FailureKind) -> bool {
        let alive = |at: Timestamp| self.at.now.since(at) < OUTAGE_AT_MOST;
        self.at.network == NetworkState::Down
            && is_of_network(kind)
            && self.due.state.succeeded_at.is_some_and(alive)
    }

    /// A host of the operator's own with an interval that they set: nobody else's server to be polite to.
    fn is_ours(&self) -> bool {
        let fixed = matches!(self.due.source.cadence, Cadence::Every(_) | Cadence::Schedule(_));
        fixed && Scope::of(&self.due.source.location) == Scope::Private
    }

    fn record(
        &self,
        state: SourceState,
        next: NextPoll,
        status: Option<u16>,
        verdict: PollVerdict,
    ) -> PollRecord {
        PollRecord {
            source: self.due.id,
            polled_at: self.at.now,
            next,
            status,
            state: Box::new(state),
            pause: None,
            verdict,
        }
    }
}

/// Whether a failure says that nothing was heard from the server.
pub fn is_of_network(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Dns | FailureKind::Connect | FailureKind::Timeout)
}
