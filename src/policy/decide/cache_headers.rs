//! Shortens `Cache-Control: max-age` and `Expires` if the list of the source may be replaced sooner. Page caches and plugins
//! state a day for documents that change each hour. Other servers build a document anew only once a day, and state that. News
//! within a stated time shows that such times mean nothing. A stated time is believed after the document stood unchanged for
//! it several times in a row and then changed by half of its list. A silence alone shows nothing, because nights and weekends
//! are silent, too.

use std::time::Duration;

use crate::model::{Freshness, SourceState, StatedTimes};
use crate::policy::schedule;
use crate::time::Timestamp;

/// A stated time that is not longer than this is never shortened: a publisher may well mean it for a busy feed.
const SHORT: Duration = Duration::from_hours(3);

/// How many times in a row a server must have kept to its stated time before it is believed.
const NEEDED: u32 = 3;

/// News within this share of the stated time shows that the server does not keep to it. It is less than the whole, because the
/// moment of a change is known only to within the time between two polls.
const CLEARLY_WITHIN: f64 = 0.5;

/// For at least this share of the stated time, polls must have found the document unchanged.
const SEEN_UNCHANGED: f64 = 0.5;

/// What a poll found of which earlier polls knew nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    /// Number of new entries.
    pub(super) entries: usize,
    /// Whether this is the first document of the source.
    pub(super) is_first: bool,
}

impl News {
    /// The poll found no new entry.
    pub(super) const NONE: Self = Self { entries: 0, is_first: false };
}

/// Returns whether the server of a source has kept to its stated times so often that they are believed.
pub fn keeps_stated_times(state: &SourceState) -> bool {
    state.stated_times.kept >= NEEDED
}

/// Returns `freshness` as it postpones the next poll after a success that found `news`, and notes in `state`, the state after
/// the poll, whether the server kept to the time that it states. `before` is the state before the poll.
///
/// A long time is shortened so that not more than half of the list can be replaced in it, as far as a rhythm is known. If it is
/// believed and the poll found nothing new, it holds, counted from the last new entry. It does not postpone the poll at all
/// after news within such a time, until it is believed again.
pub(super) fn shortened(
    freshness: Freshness,
    before: &SourceState,
    state: &mut SourceState,
    news: News,
    now: Timestamp,
) -> Freshness {
    let until_expiry = freshness.expires.map(|at| at.since(now));
    let Some(longest) = freshness.max_age.max(until_expiry).filter(|stated| *stated > SHORT) else {
        return freshness;
    };
    state.stated_times = tested(longest, before, state, news, now);
    if state.stated_times.are_broken {
        let expires = freshness.expires.filter(|at| at.since(now) <= SHORT);
        return Freshness {
            max_age: freshness.max_age.filter(|stated| *stated <= SHORT),
            expires,
            ..freshness
        };
    }
    let limit = if news.is_first {
        schedule::longest_unproven_first_wait(state, now)
    } else {
        // The first entries after a silence make the rhythm look slower than those that come next.
        let publishing_gap = before.publishing_gap.into_iter().chain(state.publishing_gap).min();
        schedule::longest_unproven_wait(&SourceState { publishing_gap, ..state.clone() }, now)
    };
    let Some(limit) = limit else { return freshness };
    let silence = state.silence(now);
    let is_believed = news.entries == 0 && keeps_stated_times(state);
    let shortened = |stated: Duration| {
        // With room for jitter, so that the polls do not come later and later after the document is built anew.
        let rest = stated.saturating_sub(silence) / 10 * 9;
        let longest = if is_believed && !rest.is_zero() { rest } else { limit };
        if stated > SHORT { stated.min(longest) } else { stated }
    };
    Freshness {
        max_age: freshness.max_age.map(shortened),
        expires: until_expiry.map(|stated| now.saturating_add(shortened(stated))),
        ..freshness
    }
}

/// Returns what is known of the stated times of a server after a poll at `now`, whose answer states the time `stated`. Only
/// news shows something.
fn tested(
    stated: Duration,
    before: &SourceState,
    state: &SourceState,
    news: News,
    now: Timestamp,
) -> StatedTimes {
    let known = before.stated_times;
    let (Some(changed_at), Some(last_seen)) = (before.last_new_at, before.succeeded_at) else { return known };
    if news.entries == 0 || news.is_first {
        return known;
    }
    if now.since(changed_at) < stated.mul_f64(CLEARLY_WITHIN) {
        // Of a time that was believed, one such case shows nothing yet: the document may have been built long before it was
        // read.
        return StatedTimes { kept: 0, are_broken: known.kept < NEEDED };
    }
    let stood = last_seen.since(changed_at) >= stated.mul_f64(SEEN_UNCHANGED);
    let is_half_new = news.entries.saturating_mul(2) >= state.window.listed as usize;
    if !stood || !is_half_new {
        return known;
    }
    let kept = known.kept.saturating_add(1);
    StatedTimes { kept, are_broken: known.are_broken && kept < NEEDED }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ListWindow;
    use crate::time::{DAY, HOUR, MINUTE};

    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);
    const FIRST: News = News { entries: 20, is_first: true };

    fn ago(span: Duration) -> Timestamp {
        NOW.saturating_sub(span)
    }

    fn new(entries: usize) -> News {
        News { entries, is_first: false }
    }

    fn kept(kept: u32) -> StatedTimes {
        StatedTimes { kept, are_broken: false }
    }

    /// Returns the state of a source with `gap` between its entries and twenty of them in its list. The last one came
    /// `silence` ago, and the last poll was a quarter of that ago.
    fn source(gap: Duration, silence: Duration, stated_times: StatedTimes) -> SourceState {
        SourceState {
            publishing_gap: Some(gap),
            last_new_at: Some(ago(silence)),
            succeeded_at: Some(ago(silence / 4)),
            stated_times,
            window: ListWindow { listed: 20, is_full: true, ..ListWindow::default() },
            ..SourceState::default()
        }
    }

    /// Returns the wait for a server that states `stated` (zero if that counts for nothing), and what is known of its stated
    /// times after the poll.
    fn after(stated: Duration, before: &SourceState, news: News) -> (Duration, StatedTimes) {
        let freshness = Freshness { max_age: Some(stated), ..Freshness::default() };
        let last_new_at = if news.entries > 0 { Some(NOW) } else { before.last_new_at };
        let mut state = SourceState { succeeded_at: Some(NOW), last_new_at, ..before.clone() };
        let wait = shortened(freshness, before, &mut state, news, NOW).max_age.unwrap_or_default();
        let expires = Freshness { expires: Some(NOW.saturating_add(stated)), ..Freshness::default() };
        let same = shortened(expires, before, &mut state, news, NOW).expires;
        assert_eq!(same.map_or(Duration::ZERO, |at| at.since(NOW)), wait, "Expires says the same");
        (wait, state.stated_times)
    }

    #[test]
    fn a_long_stated_time_that_is_not_proved_lets_less_than_half_of_the_list_be_replaced() {
        for (silence, news) in [(HOUR * 23, new(1)), (HOUR, new(0)), (HOUR * 23, new(0)), (HOUR, FIRST)] {
            let (wait, _) = after(DAY, &source(HOUR / 2, silence, kept(0)), news);
            assert!((HOUR * 3..HOUR * 4).contains(&wait), "{silence:?} {news:?}: {wait:?}");
            let (busy, _) = after(DAY, &source(HOUR / 12, silence, kept(0)), news);
            assert!(busy <= HOUR, "{silence:?} {news:?}: {busy:?}");
        }
        assert_eq!(after(DAY, &source(DAY, HOUR, kept(0)), FIRST).0, DAY, "the list covers more");
    }

    #[test]
    fn a_short_stated_time_holds() {
        assert_eq!(after(HOUR * 2, &source(MINUTE, HOUR, kept(0)), new(20)), (HOUR * 2, kept(0)));
        assert_eq!(
            after(SHORT, &source(MINUTE, HOUR, kept(2)), new(20)),
            (SHORT, kept(2)),
            "it is not tested"
        );
    }

    #[test]
    fn a_stated_time_is_believed_once_the_list_changed_only_at_its_end_three_times_in_a_row() {
        for are_broken in [false, true] {
            let mut known = StatedTimes { kept: 0, are_broken };
            for expected in 1..=NEEDED {
                assert!(after(DAY, &source(HOUR / 2, HOUR * 4, known), new(0)).0 < HOUR * 4, "{known:?}");
                known = after(DAY, &source(HOUR / 2, HOUR * 22, known), new(20)).1;
                assert_eq!(known.kept, expected);
            }
            assert_eq!(known, kept(NEEDED), "the news before is forgotten");
            let (wait, _) = after(DAY, &source(HOUR / 2, HOUR * 4, known), new(0));
            assert_eq!(wait, HOUR * 18, "nine tenths of its rest");
            let (wait, _) = after(DAY, &source(HOUR / 2, HOUR * 25, known), new(20));
            assert!(wait < HOUR * 4, "it is tested each time");
            assert!(after(DAY, &source(HOUR / 2, HOUR * 25, known), new(0)).0 < HOUR * 4, "it is over");
        }
    }

    #[test]
    fn after_news_within_a_stated_time_such_times_count_for_nothing() {
        let broken = StatedTimes { kept: 0, are_broken: true };
        for known in [0, 1, NEEDED - 1] {
            let result = after(DAY, &source(HOUR / 2, HOUR * 4, kept(known)), new(1));
            assert_eq!(result, (Duration::ZERO, broken));
        }
        let believed = after(DAY, &source(HOUR / 2, HOUR * 4, kept(100)), new(1));
        assert!(believed.0 < HOUR * 4 && believed.1 == kept(0), "it is not believed any more: {believed:?}");
        for silence in [HOUR, HOUR * 64] {
            assert_eq!(after(DAY, &source(HOUR / 2, silence, broken), new(0)), (Duration::ZERO, broken));
        }
        assert_eq!(after(SHORT, &source(HOUR / 2, HOUR, broken), new(0)).0, SHORT, "a short one counts");
    }

    #[test]
    fn a_silence_without_more_is_no_proof() {
        let weekend = source(HOUR / 2, HOUR * 64, kept(2));
        assert_eq!(after(DAY, &weekend, new(0)).1, kept(2), "nothing has come yet");
        assert_eq!(after(DAY, &weekend, new(3)).1, kept(2), "only a few entries came after it");
        let once = SourceState { succeeded_at: weekend.last_new_at, ..weekend };
        assert_eq!(after(DAY, &once, new(20)).1, kept(2), "no poll saw it unchanged");
        assert_eq!(after(DAY, &source(HOUR / 2, HOUR * 64, kept(0)), FIRST).1, kept(0));
    }

    #[test]
    fn while_no_rhythm_is_known_a_stated_time_holds() {
        let unknown = |silence| SourceState { publishing_gap: None, ..source(HOUR, silence, kept(0)) };
        assert_eq!(after(DAY, &unknown(Duration::ZERO), FIRST).0, DAY);
        assert_eq!(after(DAY, &unknown(HOUR * 12), new(0)).0, DAY);
    }
}
