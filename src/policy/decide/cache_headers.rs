//! Shortens `Cache-Control: max-age` and `Expires` if the list of the source is replaced sooner. Page caches and plugins state
//! a day for documents that change each hour. What other servers state is true. One poll within the stated time shows whether
//! it is true.

use std::time::Duration;

use crate::model::{Freshness, SourceState};
use crate::policy::schedule;
use crate::time::Timestamp;

/// A stated time that is not longer than this is never shortened: a publisher may well mean it for a busy feed. A longer time
/// is shortened to less than this only after it turned out not to be true.
const SHORT: Duration = Duration::from_hours(3);

/// Returns `freshness` as it postpones the next poll after a success. `before` is the state before the poll, and `state` the
/// state after it.
///
/// A long time is shortened so that not much more than half of the list can be replaced in it. It is not shortened if the poll
/// showed that it is true. That is so if half of the list should have been replaced since the last success, and `found_news` is
/// false. Then the time counts from that success.
pub(super) fn shortened(
    freshness: Freshness,
    before: &SourceState,
    state: &SourceState,
    found_news: bool,
    now: Timestamp,
) -> Freshness {
    let Some(limit) = schedule::longest_untested_wait(state, now) else { return freshness };
    let is_true = !found_news && schedule::is_half_replaced(before, now);
    let since_last = before.succeeded_at.map_or(Duration::ZERO, |at| now.since(at));
    let shortened = |stated: Duration| {
        if stated <= SHORT {
            return stated;
        }
        let rest = if is_true { stated.saturating_sub(since_last) } else { Duration::ZERO };
        let is_untrue = found_news && before.succeeded_at.is_some() && since_last < stated;
        stated.min(limit.max(rest).max(if is_untrue { Duration::ZERO } else { SHORT }))
    };
    Freshness {
        max_age: freshness.max_age.map(shortened),
        expires: freshness.expires.map(|at| now.saturating_add(shortened(at.since(now)))),
        ..freshness
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ListWindow;
    use crate::time::{DAY, HOUR};

    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

    /// Returns the state of a source with an entry each half hour and twenty of them in its list, polled `ago`.
    fn busy(ago: Duration) -> SourceState {
        SourceState {
            publishing_gap: Some(HOUR / 2),
            last_new_at: Some(NOW.saturating_sub(ago)),
            succeeded_at: Some(NOW.saturating_sub(ago)),
            window: ListWindow { listed: 20, is_full: true, ..ListWindow::default() },
            ..SourceState::default()
        }
    }

    fn max_age(stated: Duration, before: &SourceState, found_news: bool) -> Duration {
        let freshness = Freshness { max_age: Some(stated), ..Freshness::default() };
        let after = SourceState { succeeded_at: Some(NOW), last_new_at: Some(NOW), ..before.clone() };
        shortened(freshness, before, &after, found_news, NOW).max_age.unwrap()
    }

    #[test]
    fn a_stated_time_that_was_not_true_or_not_tested_lets_half_of_the_list_be_replaced_at_most() {
        for (ago, found_news) in [(Duration::ZERO, true), (HOUR * 4, true), (HOUR / 4, false)] {
            let bound = max_age(DAY, &busy(ago), found_news);
            assert!((HOUR * 4..HOUR * 6).contains(&bound), "{ago:?} {found_news}: {bound:?}");
        }
        assert_eq!(max_age(HOUR / 4, &busy(HOUR), true), HOUR / 4);
        let busier = SourceState { publishing_gap: Some(HOUR / 12), ..busy(HOUR) };
        assert!(max_age(DAY, &busier, true) < HOUR * 3 / 2, "it is not true");
        let just_polled = SourceState { publishing_gap: Some(HOUR / 12), ..busy(HOUR / 12) };
        assert_eq!(max_age(DAY, &just_polled, false), SHORT, "it may be true");
        assert_eq!(max_age(HOUR * 2, &busier, true), HOUR * 2, "a short one is not shortened");
        let unknown = SourceState::default();
        assert_eq!(max_age(DAY, &unknown, true), DAY, "the list is not known");
    }

    #[test]
    fn the_rest_of_a_stated_time_that_is_true_postpones_the_poll() {
        assert_eq!(max_age(HOUR * 20, &busy(HOUR * 4), false), HOUR * 16);
        let expires = Freshness { expires: Some(NOW.saturating_add(HOUR * 20)), ..Freshness::default() };
        let before = busy(HOUR * 4);
        let result = shortened(expires, &before, &before, false, NOW);
        assert_eq!(result.expires, Some(NOW.saturating_add(HOUR * 16)));
    }
}
