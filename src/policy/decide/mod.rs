//! Turns the outcome of a poll into its record. This is the only place that does so, and every outcome becomes a record.

mod after_push;
mod cache_headers;
mod moved;
mod older_copy;
mod read_document;
#[cfg(test)]
mod tests;
mod used_up_limit;

use std::collections::HashSet;
use std::time::Duration;

use url::Url;

use self::cache_headers::News;
pub use self::cache_headers::keeps_stated_times;
use self::moved::AnswerPlace;
pub use self::moved::{give_up_untested, has_stood};
pub use self::read_document::{BodyOutcome, ReadDocument};
pub use self::used_up_limit::{pause_of_answer, paused_by_answer};
use crate::model::{
    CUT_OFF, DocumentArticles, DocumentCopy, DomainPause, DueSource, Failure, FailureKind, FailureOrigin,
    FetchOutcome, Fetched, Freshness, Listing, NextPoll, NextPollReason, PollRecord, PollVerdict,
    SourceState, Validators,
};
use crate::policy::host::Scope;
use crate::policy::schedule::{self, Jitter, JitterWidth, PlanInput, Rhythm};
use crate::policy::{claim_throttle, replan, watched_time, websub};
use crate::time::{MINUTE, Timestamp};

/// What a decision depends on besides the source and the outcome.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PollContext<'a> {
    /// When the poll began. Its first request was sent then.
    pub asked_at: Timestamp,
    /// When the outcome was known.
    pub now: Timestamp,
    /// How long servers took for the requests of the poll, without the waits for what other requests hold.
    pub server_time: Duration,
    /// Random number, evenly distributed from 0 to 1, for the jitter of the next poll.
    pub jitter: f64,
    /// Whether riverd's own network seems to work.
    pub network: NetworkState,
    /// End of the pause of the registrable domain, if it has one. A pause can have begun during this poll, because of another
    /// request. Or it was in force before, and this poll sent no request, because it used an answer that a verb had kept.
    pub paused_until: Option<Timestamp>,
    /// The addresses of all enabled sources of feeds.toml.
    pub configured: &'a HashSet<Url>,
}

/// Whether riverd's own network works. If several sites in a row give no answer, it does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NetworkState {
    /// The network works, as far as polls show.
    Up,
    /// No server answers.
    Down,
}

/// Decides what follows from the poll of `due` that ended in `outcome`.
pub fn decide(due: &DueSource, outcome: FetchOutcome<BodyOutcome>, context: &PollContext<'_>) -> PollRecord {
    let poll = Decision { due, context };
    let limit = used_up_limit::pause_until_reset(due, &outcome, context);
    let reached = moved::addresses_reached(&outcome);
    let mut record = match outcome {
        FetchOutcome::Fresh(fetched) => poll.body(*fetched),
        FetchOutcome::NotModified { validators, freshness, moved_to, final_url } => {
            let mut state = poll.succeeded(freshness);
            let place = AnswerPlace { moved_to, final_url, lost_entries: false };
            moved::after_success(&mut state, due, place, context);
            state.validators = validators;
            let is_stated = freshness.max_age.is_some();
            let freshness =
                cache_headers::shortened(freshness, &due.state, &mut state, News::NONE, context.now);
            // An answer that states no time leaves the one before it in force (RFC 9111 §4.3.4).
            state.max_age = if is_stated { freshness.max_age } else { state.max_age };
            let next = poll.plan(&state, freshness, poll.after_success(&state));
            poll.record(state, next, Some(304), PollVerdict::Unchanged)
        }
        FetchOutcome::Throttled { status, retry_after, freshness, by, failure } => {
            let record = poll.throttled(status, retry_after, freshness, failure);
            let pause = if used_up_limit::speaks_for_domain(status) {
                poll.pause_of_throttled_domain(&by, &record.state)
            } else {
                None
            };
            PollRecord { pause, ..record }
        }
        FetchOutcome::Gone { failure } => poll.gone(failure),
        FetchOutcome::Failed { status, failure, freshness } => poll.failed(status, freshness, failure),
    };
    if moved::has_foreign_validators(due, &record, &reached) {
        record.state.validators = Validators::default();
    }
    after_push::follow_up(due, used_up_limit::with_pause(record, limit))
}

/// One poll and what its record depends on.
struct Decision<'a> {
    due: &'a DueSource,
    context: &'a PollContext<'a>,
}

impl Decision<'_> {
    /// Decides after a body came, from a server or a file.
    fn body(&self, fetched: Fetched<BodyOutcome>) -> PollRecord {
        let stated_at = if let BodyOutcome::Read(read) = &fetched.body { read.stated_at } else { None };
        let times = older_copy::times_of(&fetched, stated_at, self.context.asked_at);
        let Fetched { status, body, validators, moved_to, final_url, freshness, .. } = fetched;
        let listing = if status == Some(226) { Listing::Delta } else { Listing::Whole };
        let mut state = self.succeeded(freshness);
        let is_first = self.due.state.body_at.is_none();
        let entries = if let BodyOutcome::Read(read) = &body { read.new.len() } else { 0 };
        let news = News { entries, is_first };
        let is_cut =
            matches!(&body, BodyOutcome::Read(read) if read.defects.iter().any(|d| d.name == CUT_OFF));
        let lost_entries = self.due.state.window.listed > 0 && is_empty_list(&body);
        let verdict = match body {
            BodyOutcome::Unreadable(failure) => return self.failed(status, freshness, failure),
            BodyOutcome::Known => PollVerdict::Unchanged,
            BodyOutcome::Read(read) => {
                let copy = older_copy::compare(
                    &mut state,
                    times,
                    older_copy::newest_entry(&read.articles),
                    self.context.now,
                );
                self.accept_document(&mut state, *read, listing, copy)
            }
        };
        state.body_at = Some(self.context.now);
        let freshness =
            cache_headers::shortened(freshness, &self.due.state, &mut state, news, self.context.now);
        state.max_age = freshness.max_age;
        let place = AnswerPlace { moved_to, final_url, lost_entries };
        moved::after_success(&mut state, self.due, place, self.context);
        // The validators of the newest answer replace older ones, even if the answer has none, because older validators would
        // not fit this body. There is one exception: if an answer with only the new entries (226) has no validators, those of
        // the whole document stay.
        if listing == Listing::Whole || !validators.is_empty() {
            // With the validators of a document that was cut off, the rest of it would never come. If the next poll brings the
            // same bytes, the server has no more of the document, and its validators count.
            state.validators = if is_cut { Validators::default() } else { validators };
        }
        let is_unvalidated = status.is_some() && state.validators.is_empty();
        let is_pushed = websub::is_reliable(self.due.push.as_ref(), &state, self.context.now);
        let plan = match verdict {
            _ if is_first && !is_pushed => schedule::after_first_document,
            PollVerdict::Unchanged if is_unvalidated && !is_pushed => schedule::after_unvalidated,
            _ if is_unvalidated && !is_pushed => schedule::after_unvalidated_change,
            _ => self.after_success(&state),
        };
        let next = self.plan(&state, freshness, plan);
        self.record(state, next, status, verdict)
    }

    /// Updates `state` with what the document says, and returns its articles.
    fn accept_document(
        &self,
        state: &mut SourceState,
        read: ReadDocument,
        listing: Listing,
        copy: DocumentCopy,
    ) -> PollVerdict {
        let first = self.due.state.body_at.is_none();
        if !first
            && !read.new.is_empty()
            && websub::was_missed(self.due.push.as_ref(), &self.due.state, self.context.now)
        {
            state.push_missed_at = Some(self.context.now);
        }
        let dates = || read.articles.iter().filter_map(|article| article.published_at);
        let last_poll = self.due.state.polled_at.unwrap_or(self.context.now);
        let mut rhythm = if first {
            Rhythm::first(dates(), self.context.now)
        } else {
            Rhythm::of(state).after(&read.new, last_poll, self.context.now)
        };
        let unwatched = watched_time::unwatched(self.due.planned.at, self.context.asked_at);
        if !first && !unwatched.is_zero() {
            // A poll that comes days late does not show when its news came.
            rhythm.gap = state.publishing_gap.or(rhythm.gap);
        }
        if listing == Listing::Whole {
            state.window = schedule::after_document(
                &self.due.state,
                read.listed(self.due.source.max_entries),
                self.context.now,
            );
            if state.window.replaced > self.due.state.window.replaced {
                let dates: Vec<Timestamp> = dates().collect();
                let came_at = self.due.state.last_new_at;
                rhythm = rhythm.after_replaced_list(&dates, came_at, last_poll, self.context.now);
            }
        }
        state.publishing_gap = rhythm.gap;
        state.last_new_at = rhythm.last_new_at;
        state.hours = rhythm.hours;
        state.feed = read.feed;
        state.hints = websub::limit_changes(&self.due.state.hints, read.hints, self.context.now);
        state.identity = read.identity;
        if listing == Listing::Whole {
            state.body_hash = Some(read.body_hash);
        }
        PollVerdict::Fresh(Box::new(DocumentArticles {
            articles: read.articles,
            listing,
            left_out: read.left_out,
            defects: read.defects,
            copy,
        }))
    }

    /// Decides after the server asked for a pause, which is not a failure of the source.
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
        let own = || self.context.now.saturating_add(schedule::throttled_pause(times));
        let asked_until = self.pause_end(retry_after);
        state.not_before = state.not_before.max(asked_until.or_else(|| Some(own())));
        let next = if asked_until.is_some() {
            self.plan(&state, freshness, |input| schedule::after_pause(input, times))
        } else if used_up_limit::speaks_for_domain(status) {
            self.plan(&state, freshness, |input| schedule::after_refusals(input, times))
        } else {
            self.plan(&state, freshness, |input| schedule::after_failures(input, times))
        };
        self.record(state, next, Some(status), PollVerdict::Throttled(failure))
    }

    /// Returns the pause for the whole domain of `by`, the server that asked for it. A redirect may have led there. The pause
    /// is as long as that of the source.
    fn pause_of_throttled_domain(&self, by: &Url, throttled: &SourceState) -> Option<DomainPause> {
        let scope = Scope::of_url(by);
        let until = throttled.not_before?;
        let spread = replan::spread_after_pause(until, self.context.now);
        scope.domain().map(|domain| DomainPause { domain: domain.to_owned(), until, spread })
    }

    /// Decides after a failure.
    fn failed(&self, status: Option<u16>, freshness: Freshness, failure: Failure) -> PollRecord {
        let mut state = self.polled();
        state.last_failure = Some(failure.clone());
        let asked_until = self.pause_end(freshness.pause_until());
        state.not_before = state.not_before.max(asked_until);
        if self.is_outage(&failure) {
            let retry = if failure.is_local() || failure.is_unreachable_host() {
                schedule::OutageRetry::Local
            } else {
                schedule::OutageRetry::Sent
            };
            let next = self.plan(&state, freshness, |input| schedule::after_outage(input, retry));
            return self.record(state, next, status, PollVerdict::Failed(failure));
        }
        state.throttled = 0;
        state.failures = state.failures.saturating_add(1);
        state.failing_since = state.failing_since.or(Some(self.context.now));
        moved::after_failure(&mut state, self.due);
        let times = state.failures;
        let next = self.plan(&state, freshness, |input| schedule::after_failures(input, times));
        self.record(state, next, status, PollVerdict::Failed(failure))
    }

    /// Decides after a 410: the document is gone for ever. If an adopted address answers 410, that only counts as a failure,
    /// which ends the adoption, because the server of the address in feeds.toml has not answered 410.
    fn gone(&self, failure: Failure) -> PollRecord {
        if self.due.has_adopted_move() {
            return self.failed(Some(410), Freshness::default(), failure);
        }
        let mut state = self.polled();
        state.last_failure = Some(failure.clone());
        state.failing_since = state.failing_since.or(Some(self.context.now));
        state.gone_at = Some(self.context.now);
        let next = NextPoll { at: Timestamp::MAX, reason: NextPollReason::Gone };
        self.record(state, next, Some(410), PollVerdict::Gone(failure))
    }

    /// Returns the end of the pause that an answer asked for. `retry_after` was computed from the time of the request, but the
    /// publisher means the time of the answer, so the pause is moved. It ends after a month at the latest.
    fn pause_end(&self, retry_after: Option<Timestamp>) -> Option<Timestamp> {
        let under_way = self.context.now.since(self.context.asked_at);
        retry_after.map(|until| schedule::not_before(until.saturating_add(under_way), self.context.now))
    }

    /// Returns the state after any poll.
    fn polled(&self) -> SourceState {
        let mut state = SourceState::clone(&self.due.state);
        let unwatched = watched_time::unwatched(self.due.planned.at, self.context.asked_at);
        watched_time::leave_out(&mut state, unwatched, self.context.now);
        state.polled_at = Some(self.context.now);
        if self.context.network == NetworkState::Up {
            state.slow_polls_expected =
                claim_throttle::slow_polls_expected(state.slow_polls_expected, self.context.server_time);
        }
        state.not_before =
            state.not_before.filter(|until| *until > self.context.now).max(self.context.paused_until);
        state
    }

    /// Returns the state after a successful poll: all failures are forgotten.
    fn succeeded(&self, freshness: Freshness) -> SourceState {
        let mut state = self.polled();
        state.succeeded_at = Some(self.context.now);
        state.failures = 0;
        state.throttled = 0;
        state.failing_since = None;
        state.last_failure = None;
        state.gone_at = None;
        let asked_until = self.pause_end(freshness.pause_until());
        state.not_before = state.not_before.max(asked_until);
        state
    }

    /// Returns the function that plans the next poll after a successful one. While a hub sends news, polls only check that the
    /// hub misses nothing.
    fn after_success(&self, state: &SourceState) -> fn(&PlanInput<'_>) -> NextPoll {
        if websub::is_reliable(self.due.push.as_ref(), state, self.context.now) {
            schedule::while_pushed
        } else {
            schedule::after_success
        }
    }

    fn plan<F>(&self, state: &SourceState, freshness: Freshness, plan: F) -> NextPoll
    where
        F: Fn(&PlanInput<'_>) -> NextPoll,
    {
        let now = self.context.now;
        let source = &self.due.source;
        plan(&PlanInput { source, state, now, expires: freshness.expires, jitter: self.jitter() })
    }

    /// Returns the jitter for the next poll. It is wide if many sources were polled at the same time.
    fn jitter(&self) -> Jitter {
        let planned = self.due.planned;
        // Sources are claimed once a second, and a busy host delays a source by minutes. A longer delay means that riverd was
        // stopped, the machine slept, or there was an outage.
        let late = self.context.asked_at.since(planned.at) > 10 * MINUTE;
        let together = late || matches!(planned.reason, NextPollReason::New | NextPollReason::Outage);
        Jitter::new(self.context.jitter, if together { JitterWidth::Wide } else { JitterWidth::Usual })
    }

    /// Returns whether riverd's own machine or network caused the failure. Such a failure does not count, however long the
    /// outage lasts. A request that left this machine may have failed at the server. So its failure counts if that server never
    /// answered before and the network has a route to it.
    fn is_outage(&self, failure: &Failure) -> bool {
        let in_outage = self.context.network == NetworkState::Down
            && is_network_failure(failure.kind)
            && (failure.is_local() || failure.is_unreachable_host() || self.due.state.succeeded_at.is_some());
        failure.origin == FailureOrigin::OwnMachine || in_outage
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
            polled_at: self.context.now,
            next,
            status,
            state: Box::new(state),
            pause: None,
            verdict,
        }
    }
}

/// Returns whether a document that was read lists no entries.
pub fn is_empty_list(body: &BodyOutcome) -> bool {
    matches!(body, BodyOutcome::Read(read) if read.listed(None).is_empty())
}

/// Returns whether a failure of this kind, if it has no status, means that nothing was received from the server.
pub fn is_network_failure(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Dns | FailureKind::Connect | FailureKind::Timeout)
}
