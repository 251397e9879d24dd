//! How long a server's `Cache-Control: max-age` or `Expires` holds where its list is replaced sooner. Page caches and plugins promise a day
//! for documents that change each hour; other servers keep what they say. One poll within the promise shows which it is.

use std::time::Duration;

use crate::model::{Freshness, SourceState};
use crate::policy::schedule;
use crate::time::Timestamp;

/// Returns `freshness` as it binds the next poll after a success. `before` is the state before the poll, and `state` the state after it.
///
/// A promise is shortened so that not much more than half of the list can be replaced in it, unless the server keeps to it: the poll came within
/// the promise of the last answer, by when half of the list should have been replaced, and `found_news` is false. Then the rest of that
/// promise binds.
pub(super) fn binding(
    freshness: Freshness,
    before: &SourceState,
    state: &SourceState,
    found_news: bool,
    now: Timestamp,
) -> Freshness {
    let Some(limit) = schedule::longest_promise(state, now) else { return freshness };
    let is_kept = !found_news && schedule::is_half_replaced(before, now);
    let since_last = before.succeeded_at.map_or(Duration::ZERO, |at| now.since(at));
    let bound = |stated: Duration| {
        let rest = if is_kept { stated.saturating_sub(since_last) } else { Duration::ZERO };
        stated.min(limit.max(rest))
    };
    Freshness {
        max_age: freshness.max_age.map(bound),
        expires: freshness.expires.map(|at| now.saturating_add(bound(at.since(now)))),
        ..freshness
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ListWindow;
    use crate::time::{DAY, HOUR};

    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

    /// Returns the state of a source with an entry each quarter of an hour and twenty of them in its list, polled `ago`.
    fn busy(ago: Duration) -> SourceState {
        SourceState {
            publishing_gap: Some(HOUR / 4),
            last_new_at: Some(NOW.saturating_sub(ago)),
            succeeded_at: Some(NOW.saturating_sub(ago)),
            window: ListWindow { listed: 20, is_full: true, ..ListWindow::default() },
            ..SourceState::default()
        }
    }

    fn max_age(stated: Duration, before: &SourceState, found_news: bool) -> Duration {
        let freshness = Freshness { max_age: Some(stated), ..Freshness::default() };
        let after = SourceState { succeeded_at: Some(NOW), last_new_at: Some(NOW), ..before.clone() };
        binding(freshness, before, &after, found_news, NOW).max_age.unwrap()
    }

    #[test]
    fn a_promise_that_was_not_kept_or_not_tested_lets_half_of_the_list_be_replaced_at_most() {
        for (ago, found_news) in [(Duration::ZERO, true), (HOUR * 2, true), (HOUR / 4, false)] {
            let bound = max_age(DAY, &busy(ago), found_news);
            assert!((HOUR..HOUR * 3).contains(&bound), "{ago:?} {found_news}: {bound:?}");
        }
        assert_eq!(max_age(HOUR / 4, &busy(HOUR), true), HOUR / 4, "a short one binds as it is");
        let unknown = SourceState::default();
        assert_eq!(max_age(DAY, &unknown, true), DAY, "the list is not known");
    }

    #[test]
    fn the_rest_of_a_promise_that_the_server_keeps_binds() {
        assert_eq!(max_age(HOUR * 6, &busy(HOUR * 2), false), HOUR * 4);
        let expires = Freshness { expires: Some(NOW.saturating_add(HOUR * 6)), ..Freshness::default() };
        let before = busy(HOUR * 2);
        let bound = binding(expires, &before, &before, false, NOW);
        assert_eq!(bound.expires, Some(NOW.saturating_add(HOUR * 4)));
    }
}
