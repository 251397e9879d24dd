//! Tests of how plans change for other reasons than a poll of their source.

use std::time::Duration;

use super::*;
use crate::model::{Cadence, Location};
use crate::time::HOUR;

/// A Tuesday at noon, UTC.
const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

fn later(span: Duration) -> Timestamp {
    NOW.saturating_add(span)
}

fn every(minutes: u64) -> Source {
    let location = Location::Http("https://example.org/feed.xml".parse().unwrap());
    Source::new("s", location, Cadence::Every(Duration::from_mins(minutes)))
}

fn plan(wait: Duration, reason: NextPollReason) -> StoredPlan {
    StoredPlan { next: NextPoll { at: later(wait), reason }, not_before: None }
}

#[test]
fn a_shorter_interval_in_feeds_toml_brings_the_poll_forward_but_not_past_what_the_publisher_asked() {
    let planned = NextPoll { at: later(HOUR * 3), reason: NextPollReason::Every };
    let state = SourceState { polled_at: Some(NOW.saturating_sub(HOUR)), ..SourceState::default() };
    let replan = |minutes, share| after_new_interval(&every(minutes), &state, planned, share);
    assert_eq!(replan(90, 0.0), NextPoll { at: later(30 * MINUTE), reason: NextPollReason::Every });
    assert_eq!(replan(600, 0.0), planned, "a longer interval begins after the planned poll");
    let overdue = replan(30, 1.0);
    assert!(overdue.at < NOW);
    assert_eq!(spread_overdue(&every(30), &state, overdue, NOW, 0.5).at, later(5 * MINUTE));
    assert_eq!(spread_overdue(&every(90), &state, replan(90, 0.0), NOW, 0.5), replan(90, 0.0));

    let asked = SourceState { not_before: Some(later(HOUR * 2)), ..state.clone() };
    assert_eq!(after_new_interval(&every(30), &asked, planned, 0.0).at, later(HOUR * 2));
    for reason in
        [NextPollReason::RetryAfter, NextPollReason::Backoff, NextPollReason::Gone, NextPollReason::Claimed]
    {
        let planned = NextPoll { reason, ..planned };
        assert_eq!(after_new_interval(&every(30), &state, planned, 0.0), planned, "{reason:?}");
    }
    let unvalidated = NextPoll { reason: NextPollReason::Unvalidated, ..planned };
    assert!(after_new_interval(&every(30), &state, unvalidated, 0.0).at < NOW);
    let adaptive = Source { cadence: Cadence::Adaptive { start: HOUR, min: 10 * MINUTE }, ..every(30) };
    assert_eq!(after_new_interval(&adaptive, &state, unvalidated, 0.0), unvalidated);
}

#[test]
fn the_sources_of_a_paused_domain_come_back_spread_evenly_and_the_one_that_asked_last() {
    let pause = DomainPause { domain: "example.org".to_owned(), until: later(HOUR), spread: 9 * MINUTE };
    let mut plans = [
        plan(MINUTE, NextPollReason::Every),
        plan(HOUR * 5, NextPollReason::Every),
        plan(MINUTE, NextPollReason::Every),
    ];
    let mut offender = plan(HOUR, NextPollReason::RetryAfter);
    pause_domain(plans.iter_mut(), Some(&mut offender), &pause);
    let held = |wait| NextPoll { at: later(wait), reason: NextPollReason::DomainThrottled };
    assert_eq!(plans[0].next, held(HOUR));
    assert_eq!(plans[1].next, plan(HOUR * 5, NextPollReason::Every).next, "it is not due in the pause");
    assert_eq!(plans[2].next, held(HOUR + 9 * MINUTE / 2));
    assert!(plans.iter().all(|plan| plan.not_before == Some(later(HOUR))));
    let paused = |wait, reason| StoredPlan { not_before: Some(later(HOUR)), ..plan(wait, reason) };
    assert_eq!(offender, paused(HOUR + 9 * MINUTE, NextPollReason::RetryAfter));
    // The request of a verb led to the pause, so its source was planned without it.
    let mut checked = plan(MINUTE, NextPollReason::Every);
    pause_domain([], Some(&mut checked), &pause);
    assert_eq!(checked, paused(HOUR + 9 * MINUTE, NextPollReason::DomainThrottled));
}

#[test]
fn a_source_that_was_asked_to_pause_comes_back_when_its_pause_ends_if_no_other_waits() {
    let pause = DomainPause { domain: "example.org".to_owned(), until: later(HOUR), spread: 9 * MINUTE };
    for mut others in [vec![], vec![plan(HOUR * 5, NextPollReason::Every)]] {
        let mut offender = plan(HOUR, NextPollReason::RetryAfter);
        pause_domain(others.iter_mut(), Some(&mut offender), &pause);
        assert_eq!(offender.next, plan(HOUR, NextPollReason::RetryAfter).next);
    }
    let mut offender = plan(HOUR * 3, NextPollReason::RetryAfter);
    pause_domain([&mut plan(MINUTE, NextPollReason::Every)], Some(&mut offender), &pause);
    let as_planned = plan(HOUR * 3, NextPollReason::RetryAfter).next;
    assert_eq!(offender.next, as_planned, "it is not brought forward");
}

#[test]
fn a_source_that_comes_to_a_paused_domain_waits_for_the_end_of_the_pause() {
    let joined = join_paused_domain(plan(Duration::ZERO, NextPollReason::New), later(HOUR), NOW, 0.5);
    let next = NextPoll { at: later(HOUR + 5 * MINUTE), reason: NextPollReason::DomainThrottled };
    assert_eq!(joined, StoredPlan { next, not_before: Some(later(HOUR)) });
    let longer =
        StoredPlan { not_before: Some(later(HOUR * 3)), ..plan(HOUR * 3, NextPollReason::RetryAfter) };
    assert_eq!(join_paused_domain(longer, later(HOUR), NOW, 0.5), longer, "a longer pause stands");
}

#[test]
fn a_hub_message_brings_the_poll_forward_within_what_the_publisher_allows() {
    let at = |plan, polled: Option<Duration>, is_public| {
        let polled_at = polled.map(|ago| NOW.saturating_sub(ago));
        after_hub_message(plan, polled_at, is_public, NOW).map(|next| next.at)
    };
    let planned = plan(HOUR, NextPollReason::Pushed);
    assert_eq!(at(planned, Some(HOUR), true), Some(NOW));
    assert_eq!(at(planned, Some(Duration::ZERO), true), Some(later(MINUTE)), "not twice within a minute");
    assert_eq!(at(planned, Some(Duration::ZERO), false), Some(NOW), "a host of the operator");
    let paused = StoredPlan { not_before: Some(later(MINUTE * 5)), ..planned };
    assert_eq!(at(paused, Some(HOUR), true), Some(later(MINUTE * 5)));
    assert_eq!(at(plan(Duration::ZERO, NextPollReason::Every), Some(HOUR), true), None, "it is due anyway");
}

#[test]
fn a_clock_that_is_set_back_takes_plans_and_pauses_with_it() {
    let polled_at = later(HOUR * 48);
    let future =
        StoredPlan { not_before: Some(later(HOUR * 50)), ..plan(HOUR * 51, NextPollReason::RetryAfter) };
    let moved = after_clock_set_back(future, polled_at, NOW);
    assert_eq!(
        moved,
        StoredPlan { not_before: Some(later(HOUR * 2)), ..plan(HOUR * 3, NextPollReason::RetryAfter) }
    );

    let held =
        StoredPlan { not_before: Some(later(HOUR * 50)), ..plan(HOUR * 51, NextPollReason::DomainThrottled) };
    assert_eq!(
        paused_after_clock_set_back(held, polled_at, NOW).next,
        plan(HOUR * 3, NextPollReason::DomainThrottled).next
    );
    let own = StoredPlan { not_before: Some(later(HOUR * 50)), ..plan(HOUR * 60, NextPollReason::Every) };
    let moved = paused_after_clock_set_back(own, polled_at, NOW);
    assert_eq!(
        (moved.next, moved.not_before),
        (own.next, Some(later(HOUR * 2))),
        "it does not wait for the pause"
    );
}

#[test]
fn a_scheduled_poll_keeps_to_its_schedule_when_the_clock_is_set_back() {
    let hourly = Source { cadence: Cadence::Schedule(Box::new("0 * * * *".parse().unwrap())), ..every(1) };
    let state = SourceState { polled_at: Some(NOW), ..SourceState::default() };
    let set_back = |source: &Source, by: Duration, reason| {
        let stored = plan(by + HOUR, reason);
        configured_after_clock_set_back((source, &state), stored, later(by), NOW, 0.0).next.at
    };
    for by in [HOUR * 3, HOUR * 3 + 20 * MINUTE, HOUR * 24 * 365] {
        assert_eq!(
            set_back(&hourly, by, NextPollReason::Schedule),
            later(HOUR),
            "the next full hour: {by:?}"
        );
    }
    let little = 3 * MINUTE;
    assert_eq!(
        set_back(&hourly, little, NextPollReason::Schedule),
        later(little + HOUR),
        "no second poll at once"
    );
    for (source, reason) in [(&hourly, NextPollReason::Backoff), (&every(60), NextPollReason::Schedule)] {
        assert_eq!(set_back(source, HOUR * 3 + 20 * MINUTE, reason), later(HOUR));
    }
}

#[test]
fn a_wait_that_a_wrong_clock_chose_gets_shorter_when_the_clock_is_set_back() {
    let adaptive =
        Source { cadence: Cadence::Adaptive { start: 30 * MINUTE, min: 10 * MINUTE }, ..every(30) };
    let state = SourceState {
        polled_at: Some(NOW),
        publishing_gap: Some(HOUR),
        last_new_at: Some(NOW.saturating_sub(HOUR)),
        ..SourceState::default()
    };
    let polled_at = later(HOUR * 20);
    let set_back = |wait, reason| {
        let stored = plan(HOUR * 20 + wait, reason);
        configured_after_clock_set_back((&adaptive, &state), stored, polled_at, NOW, 0.0).next.at
    };
    for reason in [NextPollReason::Adaptive, NextPollReason::Window] {
        assert!(set_back(HOUR * 9, reason) < later(30 * MINUTE), "{reason:?}");
        assert_eq!(set_back(MINUTE, reason), later(MINUTE), "a shorter one stays: {reason:?}");
    }
    assert_eq!(set_back(HOUR * 9, NextPollReason::Backoff), later(HOUR * 9));
}
