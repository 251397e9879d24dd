//! Tests of intervals: bounds, what raises them, backoff, pauses, jitter.

use proptest::prelude::*;

use super::daily_rhythm::DailyRhythm;
use super::*;
use crate::model::{FeedHints, HourCounts, ListWindow, Location};

/// A Tuesday at noon, UTC.
const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);
const MINUTES: fn(u64) -> Duration = Duration::from_mins;

fn source(cadence: Cadence) -> Source {
    Source::new("s", Location::Http("https://example.org/feed.xml".parse().unwrap()), cadence)
}

fn every(minutes: u64) -> Source {
    source(Cadence::Every(MINUTES(minutes)))
}

fn adaptive() -> Source {
    source(Cadence::Adaptive { start: MINUTES(30), min: MINUTES(10) })
}

fn input<'a>(source: &'a Source, state: &'a SourceState) -> PlanInput<'a> {
    PlanInput { source, state, now: NOW, expires: None, jitter: Jitter::new(0.0, JitterWidth::Usual) }
}

fn wait(next: NextPoll) -> Duration {
    next.at.since(NOW)
}

fn rhythm(gap: Duration, silence: Duration) -> SourceState {
    SourceState {
        publishing_gap: Some(gap),
        last_new_at: Some(NOW.saturating_sub(silence)),
        ..SourceState::default()
    }
}

#[test]
fn a_fixed_interval_is_kept_whatever_the_rhythm() {
    let next = after_success(&input(&every(15), &rhythm(DAY, DAY)));
    assert_eq!((wait(next), next.reason), (MINUTES(15), NextPollReason::Every));
}

/// Returns whether `span` differs from `minutes` by less than a minute.
fn about(span: Duration, minutes: u64) -> bool {
    span.abs_diff(MINUTES(minutes)) < MINUTE
}

/// Returns whether `span` is the longest interval, which jitter can only shorten.
fn is_about_a_day(span: Duration) -> bool {
    (DAY / 10 * 9..=DAY).contains(&span)
}

#[test]
fn an_adaptive_interval_is_the_geometric_mean_of_the_least_interval_and_the_gap() {
    let of_gap = |gap| wait(after_success(&input(&adaptive(), &rhythm(gap, Duration::ZERO))));
    assert!(about(of_gap(MINUTES(40)), 20));
    assert!(about(of_gap(MINUTES(1440)), 120));
    assert_eq!(of_gap(MINUTES(10)), MINUTES(10), "not below the least");
    assert_eq!(of_gap(MINUTES(1)), MINUTES(10), "not below the least");
    assert!(is_about_a_day(of_gap(365 * DAY)), "not above the most");
}

#[test]
fn a_source_that_falls_silent_is_asked_ever_less_up_to_a_day() {
    let after_silence = |silence| wait(after_success(&input(&adaptive(), &rhythm(MINUTES(40), silence))));
    assert!(about(after_silence(MINUTES(160)), 20), "four gaps are no silence");
    assert!(about(after_silence(MINUTES(640)), 40));
    assert!(is_about_a_day(after_silence(DAY * 3650)));
}

#[test]
fn a_source_is_asked_more_in_the_hours_in_which_it_publishes() {
    // The source publishes in office hours around NOW.
    let mut state = rhythm(MINUTES(90), Duration::ZERO);
    for _ in 0..4 {
        for hour in 8..18 {
            daily_rhythm::count(&mut state.hours, NOW.saturating_add(HOUR * hour).saturating_sub(HOUR * 12));
        }
    }
    let source = adaptive();
    let wait_at = |now: Timestamp| {
        let state = SourceState { last_new_at: Some(now), ..state.clone() };
        after_success(&PlanInput { now, ..input(&source, &state) }).at.since(now)
    };
    let (noon, midnight) = (wait_at(NOW), wait_at(NOW.saturating_add(HOUR * 12)));
    assert!(about(noon, 22), "{noon:?}");
    assert!(midnight > noon * 2, "{midnight:?}");
    // A wait that begins at night ends in the morning.
    let morning = wait_at(NOW.saturating_sub(MINUTES(5 * 60)));
    assert!(morning < MINUTES(50), "{morning:?}");
}

#[test]
fn a_source_of_unknown_rhythm_starts_with_the_configured_interval() {
    let state = SourceState { last_new_at: Some(NOW), ..SourceState::default() };
    assert_eq!(wait(after_success(&input(&adaptive(), &state))), MINUTES(30));
    let silent = SourceState { last_new_at: Some(NOW.saturating_sub(DAY)), ..SourceState::default() };
    assert!(about(wait(after_success(&input(&adaptive(), &silent))), 60));
}

/// Returns a source with an entry each twenty minutes and 25 of them in its list, silent for `silence`.
fn busy(silence: Duration) -> SourceState {
    SourceState { window: ListWindow { listed: 25, ..ListWindow::default() }, ..rhythm(MINUTES(20), silence) }
}

/// The longest wait of [`busy`].
const WINDOW: Duration = Duration::from_mins(190);

#[test]
fn no_wait_of_our_own_choice_lets_more_than_half_of_a_list_be_replaced() {
    type Plan = fn(&PlanInput<'_>) -> NextPoll;
    let (own, fixed) = (adaptive(), every(30));
    let plans: [(&str, Plan); 4] = [
        ("with validators", after_success),
        ("without, and a new body", after_unvalidated_change),
        ("without, and the known body", after_unvalidated),
        ("while a hub sends the news", while_pushed),
    ];
    for (how, plan) in plans {
        for silence in [Duration::ZERO, HOUR, HOUR * 5, DAY, DAY * 3] {
            for (source, share) in [(&own, 0.0), (&own, 1.0), (&fixed, 0.0), (&fixed, 1.0)] {
                for width in [JitterWidth::Usual, JitterWidth::Wide] {
                    let state = busy(silence);
                    let next =
                        plan(&PlanInput { jitter: Jitter::new(share, width), ..input(source, &state) });
                    assert!(wait(next) <= WINDOW + MINUTE, "{how}, silent for {silence:?}: {next:?}");
                }
            }
        }
    }
    let pushed = while_pushed(&input(&own, &busy(Duration::ZERO)));
    assert_eq!(pushed.reason, NextPollReason::Window);
}

#[test]
fn what_the_publisher_or_the_operator_asks_for_stands_above_the_window() {
    let state = |hints| SourceState { hints, ..busy(DAY) };
    let ttl = state(FeedHints { ttl: Some(HOUR * 12), ..FeedHints::default() });
    for plan in [after_success, after_unvalidated, after_unvalidated_change, while_pushed] {
        let next = plan(&input(&adaptive(), &ttl));
        assert_eq!((wait(next), next.reason), (HOUR * 12, NextPollReason::Ttl));
        let fixed = plan(&input(&every(600), &busy(DAY)));
        assert_eq!((wait(fixed), fixed.reason), (MINUTES(600), NextPollReason::Every));
    }
    let paused = SourceState { not_before: Some(NOW.saturating_add(HOUR * 9)), ..busy(DAY) };
    assert_eq!(wait(after_success(&input(&adaptive(), &paused))), HOUR * 9);
}

#[test]
fn a_server_without_validators_is_asked_each_hour_and_less_and_less_while_its_body_stays_the_same() {
    let hours = |silence| wait(after_unvalidated(&input(&adaptive(), &rhythm(MINUTES(20), silence))));
    let table = [(MINUTE, HOUR), (HOUR, HOUR), (HOUR * 2, HOUR), (HOUR * 9, HOUR * 9 / 2)];
    for (silence, expected) in table {
        assert_eq!(hours(silence), expected, "silent for {silence:?}");
    }
    assert_eq!(hours(DAY * 9), DAY);
    let changed = after_unvalidated_change(&input(&adaptive(), &rhythm(MINUTES(20), HOUR * 9)));
    assert_eq!((wait(changed), changed.reason), (HOUR, NextPollReason::Unvalidated));
    let slow = after_unvalidated_change(&input(&adaptive(), &rhythm(DAY * 3, HOUR)));
    assert_eq!(slow.reason, NextPollReason::Adaptive, "it is asked less than once an hour anyway");
    let fixed = after_unvalidated_change(&input(&every(15), &rhythm(MINUTES(20), HOUR)));
    assert_eq!((wait(fixed), fixed.reason), (MINUTES(15), NextPollReason::Every));
}

#[test]
fn an_entry_is_seen_before_it_is_older_than_max_age() {
    let limited = |hours| Source { max_age: Some(HOUR * hours), ..adaptive() };
    for silence in [HOUR * 9, DAY * 9] {
        let state = rhythm(DAY * 2, silence);
        for plan in [after_success, after_unvalidated, after_unvalidated_change, while_pushed] {
            let next = plan(&input(&limited(6), &state));
            assert!(wait(next) <= HOUR * 3, "{silence:?}: {:?}", wait(next));
        }
    }
    let month = limited(24 * 30);
    assert_eq!(wait(after_unvalidated(&input(&month, &rhythm(MINUTES(20), DAY * 9)))), DAY);
}

#[test]
fn an_interval_of_the_operator_stands_where_a_server_gives_no_validators() {
    let hourly = source(Cadence::Schedule(Box::new("0 * * * *".parse().unwrap())));
    for silence in [MINUTE, HOUR * 10, DAY * 30] {
        let state = rhythm(DAY, silence);
        let fixed = after_unvalidated(&input(&every(30), &state));
        assert_eq!((wait(fixed), fixed.reason), (MINUTES(30), NextPollReason::Every), "{silence:?}");
        let scheduled = after_unvalidated(&input(&hourly, &state));
        assert_eq!((wait(scheduled), scheduled.reason), (HOUR, NextPollReason::Schedule), "{silence:?}");
    }
}

#[test]
fn a_known_body_without_validators_is_asked_for_by_the_rhythm_of_the_source_until_it_is_silent() {
    let hours =
        |gap, silence| wait(after_unvalidated(&input(&adaptive(), &rhythm(gap, silence)))).as_secs() / 3600;
    for silence in [HOUR, HOUR * 12, HOUR * 23, HOUR * 48] {
        assert_eq!(hours(DAY, silence), 4, "{silence:?}");
        assert_eq!(hours(DAY * 7, silence), 12, "{silence:?}");
    }
    assert_eq!(hours(DAY, DAY * 5), 24);
}

#[test]
fn what_the_publisher_asks_for_raises_an_interval_and_is_the_reason() {
    let hints = |hints| SourceState { hints, ..SourceState::default() };
    let ttl = hints(FeedHints { ttl: Some(MINUTES(60)), ..FeedHints::default() });
    let period = hints(FeedHints { update_every: Some(MINUTES(60)), ..FeedHints::default() });
    let fresh = SourceState { max_age: Some(MINUTES(60)), ..SourceState::default() };
    for (state, reason) in
        [(ttl, NextPollReason::Ttl), (period, NextPollReason::UpdatePeriod), (fresh, NextPollReason::MaxAge)]
    {
        let next = after_success(&input(&every(15), &state));
        assert_eq!((wait(next), next.reason), (MINUTES(60), reason));
        let next = after_success(&input(&every(90), &state));
        assert_eq!((wait(next), next.reason), (MINUTES(90), NextPollReason::Every), "never lowered");
    }
    let source = every(15);
    let state = SourceState::default();
    let expiring = PlanInput { expires: Some(NOW.saturating_add(MINUTES(45))), ..input(&source, &state) };
    let next = after_success(&expiring);
    assert_eq!((wait(next), next.reason), (MINUTES(45), NextPollReason::Expires));
    let long_expired = PlanInput { expires: Some(Timestamp::EPOCH), ..input(&source, &state) };
    assert_eq!(wait(after_success(&long_expired)), MINUTES(15));
}

#[test]
fn a_publisher_that_says_a_year_is_asked_again_after_the_longest_interval() {
    let state = SourceState { max_age: Some(DAY * 365), ..SourceState::default() };
    assert_eq!(wait(after_success(&input(&every(15), &state))), DAY);
    let source = Source { max_every: HOUR, ..every(15) };
    assert_eq!(wait(after_success(&input(&source, &state))), HOUR);
}

#[test]
fn failures_back_off_to_a_day_and_stay_there() {
    let waits: Vec<u64> = (1..=12)
        .map(|times| wait(after_failures(&input(&every(30), &SourceState::default()), times)).as_secs() / 60)
        .collect();
    assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440, 1440, 1440]);
    assert_eq!(wait(after_failures(&input(&every(30), &SourceState::default()), u32::MAX)), DAY);
    let weekly = Source { max_every: DAY * 7, ..source(Cadence::Every(DAY * 7)) };
    assert_eq!(wait(after_failures(&input(&weekly, &SourceState::default()), 9)), DAY * 7);
}

#[test]
fn a_failing_source_is_polled_before_half_of_its_list_is_replaced_and_less_the_longer_it_fails() {
    let after = |gap: u64, listed: u32, failing_for: u64| {
        let seen_at = NOW.saturating_sub(HOUR * u32::try_from(failing_for).unwrap());
        let state = SourceState {
            publishing_gap: Some(MINUTES(gap)),
            last_new_at: Some(seen_at),
            succeeded_at: Some(seen_at),
            window: ListWindow { listed, is_full: true, ..ListWindow::default() },
            ..SourceState::default()
        };
        let of = |plan: fn(&PlanInput<'_>, u32) -> NextPoll| {
            wait(plan(&input(&adaptive(), &state), 12)).as_secs() / 60
        };
        assert_eq!(of(after_refusals), 1440, "a server that gets too many requests is not asked sooner");
        of(after_failures)
    };
    // A list of 25 entries, one each 20 minutes, may get 9.5 new ones.
    assert_eq!(after(20, 25, 2), 190);
    assert_eq!(after(1, 25, 2), 60, "at least an hour");
    assert_eq!(after(1, 25, 48), 240, "a twelfth of the outage");
    assert_eq!(after(20, 25, 24 * 30), 1440, "a day at most");
    assert_eq!(after(1440, 25, 48), 1440, "a quiet source");
    assert_eq!(
        wait(after_failures(&input(&every(30), &SourceState::default()), 12)),
        DAY,
        "a source that never answered"
    );
}

#[test]
fn a_short_list_that_may_have_room_is_polled_before_all_of_it_can_be_replaced() {
    let after = |listed, is_full, gap: u64| {
        let window = ListWindow { listed, is_full, ..ListWindow::default() };
        let state = SourceState { window, ..rhythm(MINUTES(gap), Duration::ZERO) };
        wait(after_unvalidated(&input(&adaptive(), &state))).as_secs() / 60
    };
    assert!(after(2, false, 20) <= 40, "{}", after(2, false, 20));
    assert!(after(4, false, 10) <= 40, "{}", after(4, false, 10));
    assert!(after(3, false, 60) >= 60, "an hour is soon enough");
    assert!(after(1, false, 1440) > 120);
}

#[test]
fn a_scheduled_source_tries_again_soon_and_then_at_its_times() {
    // A monthly schedule, so that the time zone of the machine does not matter.
    let monthly = source(Cadence::Schedule(Box::new("0 7 1 * *".parse().unwrap())));
    let state = SourceState::default();
    let usual = after_success(&input(&monthly, &state));
    assert_eq!(usual.reason, NextPollReason::Schedule);
    assert!((DAY * 6..DAY * 8).contains(&wait(usual)), "{usual:?}");
    let first = after_failures(&input(&monthly, &state), 1);
    assert_eq!((wait(first), first.reason), (MINUTES(30), NextPollReason::Backoff));
    assert_eq!(wait(after_failures(&input(&monthly, &state), 50)), DAY, "the next time is far");

    let often = source(Cadence::Schedule(Box::new("*/5 * * * *".parse().unwrap())));
    assert!(wait(after_success(&input(&often, &state))) <= MINUTES(5));
    let later = wait(after_failures(&input(&often, &state), 3));
    assert!((MINUTES(120)..=MINUTES(125)).contains(&later), "a scheduled time after the backoff: {later:?}");
    assert_eq!(NOW.saturating_add(later).unix() % 300, 0);
}

#[test]
fn a_pause_that_the_publisher_asked_for_wins_over_everything() {
    let until = NOW.saturating_add(HOUR * 5);
    let state = SourceState { not_before: Some(until), ..SourceState::default() };
    for next in [
        after_success(&input(&every(15), &state)),
        after_failures(&input(&every(15), &state), 1),
        after_outage(&input(&every(15), &state), OutageRetry::Local),
    ] {
        assert_eq!((next.at, next.reason), (until, NextPollReason::RetryAfter));
    }
}

#[test]
fn a_pause_is_a_month_at_most() {
    let asked = NOW.saturating_add(Duration::from_secs(1_000_000_000_000));
    assert_eq!(not_before(asked, NOW), NOW.saturating_add(DAY * 30));
    assert_eq!(not_before(NOW.saturating_add(HOUR), NOW), NOW.saturating_add(HOUR));
}

#[test]
fn skipped_hours_are_left_out() {
    let hints = FeedHints { skip_hours: vec![12, 13, 14], ..FeedHints::default() };
    let state = SourceState { hints, ..SourceState::default() };
    let next = after_success(&input(&every(15), &state));
    assert_eq!((wait(next), next.reason), (HOUR * 3, NextPollReason::Skip));
}

#[test]
fn validators_are_left_out_once_in_eight_days_without_a_body() {
    let validators = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None };
    let state = SourceState {
        validators: validators.clone(),
        body_at: Some(NOW.saturating_sub(DAY * 8).saturating_add(MINUTES(1))),
        ..SourceState::default()
    };
    assert_eq!(trusted_validators(&state, NOW), validators);
    assert!(trusted_validators(&state, NOW.saturating_add(MINUTES(1))).is_empty());
}

#[test]
fn the_first_wait_of_a_short_list_that_may_soon_be_replaced_is_not_stretched_by_chance() {
    let hour =
        Source { cadence: Cadence::Adaptive { start: HOUR, min: HOUR }, max_every: HOUR * 2, ..adaptive() };
    for (gap, latest) in [(10, HOUR + MINUTES(6)), (60 * 24, HOUR * 2)] {
        let window = ListWindow { listed: 4, ..ListWindow::default() };
        let state = SourceState {
            publishing_gap: Some(MINUTES(gap)),
            last_new_at: Some(NOW.saturating_sub(MINUTES(5))),
            window,
            ..SourceState::default()
        };
        let jitter = Jitter::new(1.0, JitterWidth::Wide);
        let next = after_first_document(&PlanInput { jitter, ..input(&hour, &state) });
        assert_eq!(wait(next), latest, "gap {gap}");
    }
}

#[test]
fn an_outage_brings_sources_back_soon_and_apart() {
    let state = SourceState::default();
    let source = every(30);
    let at = |share, retry| {
        let jitter = Jitter::new(share, JitterWidth::Usual);
        wait(after_outage(&PlanInput { jitter, ..input(&source, &state) }, retry))
    };
    let seconds = Duration::from_secs;
    assert_eq!((at(0.0, OutageRetry::Local), at(1.0, OutageRetry::Local)), (seconds(10), seconds(30)));
    assert_eq!((at(0.0, OutageRetry::Sent), at(1.0, OutageRetry::Sent)), (MINUTES(5), MINUTES(15)));
}

/// Returns the largest number of polls in one minute when each of `count` sources is polled again after a poll at `NOW`.
fn most_in_a_minute(count: u32, spread: JitterWidth) -> usize {
    let mut minutes = [0_usize; 120];
    let source = every(30);
    let state = SourceState::default();
    for n in 0..count {
        let jitter = Jitter::new(f64::from(n) / f64::from(count), spread);
        let next = after_success(&PlanInput { jitter, ..input(&source, &state) });
        minutes[(wait(next).as_secs() / 60) as usize] += 1;
    }
    minutes.into_iter().max().unwrap()
}

#[test]
fn a_thousand_sources_polled_together_are_evenly_apart_one_interval_later() {
    let most = most_in_a_minute(1000, JitterWidth::Wide);
    assert!(most <= 35, "33 a minute would be perfectly even: {most}");
    assert!(most_in_a_minute(1000, JitterWidth::Usual) > 300, "the usual jitter alone would not do it");
}

#[test]
fn an_interval_of_our_own_choice_never_exceeds_the_longest_even_with_wide_jitter() {
    let silent = rhythm(DAY * 365, DAY * 3650);
    let source = adaptive();
    let at = |share| {
        let jitter = Jitter::new(share, JitterWidth::Wide);
        wait(after_success(&PlanInput { jitter, ..input(&source, &silent) }))
    };
    assert_eq!((at(0.0), at(0.5), at(1.0)), (DAY / 2, DAY / 4 * 3, DAY), "apart, within the day");
    // What the publisher asks for is not riverd's own choice.
    let asked = SourceState { max_age: Some(DAY), ..silent.clone() };
    let jitter = Jitter::new(1.0, JitterWidth::Wide);
    assert_eq!(wait(after_success(&PlanInput { jitter, ..input(&source, &asked) })), DAY / 10 * 11);
}

proptest! {
    #[test]
    fn the_next_poll_is_never_early_and_never_unbounded(
        minutes in 1_u64..3000,
        is_adaptive: bool,
        gap in 0_u64..100_000_000,
        silence in 0_u64..100_000_000,
        hours: [u8; 24],
        max_age in proptest::option::of(0_u64..1_000_000_000),
        share in 0.0..1.0_f64,
        wide: bool,
    ) {
        let own = if is_adaptive { adaptive() } else { every(minutes) };
        let source = Source { max_every: own.max_every.max(MINUTES(minutes)), ..own };
        let state = SourceState {
            max_age: max_age.map(Duration::from_secs),
            hours: HourCounts(hours),
            ..rhythm(Duration::from_secs(gap), Duration::from_secs(silence))
        };
        let spread = if wide { JitterWidth::Wide } else { JitterWidth::Usual };
        let next = after_success(&PlanInput { jitter: Jitter::new(share, spread), ..input(&source, &state) });
        let least = if is_adaptive { MINUTES(10) } else { MINUTES(minutes) };
        prop_assert!(wait(next) >= least);
        prop_assert!(wait(next) >= max_age.map_or(Duration::ZERO, Duration::from_secs).min(source.max_every));
        let asked = max_age.map_or(Duration::ZERO, Duration::from_secs);
        let is_required = !is_adaptive || asked > source.max_every / 2;
        let most = if is_required { source.max_every.mul_f64(1.1) } else { source.max_every };
        prop_assert!(wait(next) <= most + Duration::from_secs(1), "{:?}", wait(next));
        let failing = after_failures(&input(&source, &state), 40);
        prop_assert!(wait(failing) >= wait(after_success(&input(&source, &state))));
        prop_assert!(wait(failing) <= source.max_every.max(DAY).mul_f64(1.1) + Duration::from_secs(1));
    }
}

#[test]
fn the_dates_of_a_replaced_list_show_the_rhythm_unless_they_are_those_of_one_edition() {
    let slow = Rhythm { gap: Some(HOUR * 9), last_new_at: Some(NOW), ..Rhythm::default() };
    let gap = |apart: Duration, came_before, polled_before| {
        let dates: Vec<Timestamp> = (0..12).map(|n| NOW.saturating_sub(apart * n)).collect();
        let ago = |span| NOW.saturating_sub(span);
        slow.after_replaced_list(&dates, Some(ago(came_before)), ago(polled_before), NOW).gap
    };
    let seconds = Duration::from_secs(10);
    assert_eq!(gap(MINUTES(20), HOUR * 10, HOUR * 10), Some(MINUTES(20)));
    assert_eq!(gap(seconds, HOUR * 10, HOUR * 10), Some(MINUTES(25)), "perhaps two editions in ten hours");
    assert_eq!(gap(seconds, HOUR * 11, HOUR), Some(MINUTES(50)), "the edition before it lasted ten hours");
    assert_eq!(slow.after_replaced_list(&[], None, NOW, NOW).gap, slow.gap);
}

#[test]
fn entries_that_are_dated_years_ago_count_from_the_last_poll_on() {
    let aged = Rhythm {
        gap: Some(MINUTES(12)),
        last_new_at: Some(NOW.saturating_sub(DAY * 2600)),
        ..Rhythm::default()
    };
    let last_poll = NOW.saturating_sub(HOUR * 2);
    let after = aged.after(&[Some(NOW.saturating_sub(DAY * 2599)); 10], last_poll, NOW);
    assert!(
        after.gap.unwrap() <= MINUTES(12),
        "{:?}: its dates do not say when its entries appear",
        after.gap
    );
}

fn gap_and_newest(rhythm: Rhythm) -> (Option<Duration>, Option<Timestamp>) {
    (rhythm.gap, rhythm.last_new_at)
}

#[test]
fn the_rhythm_of_a_first_document_is_that_of_its_newest_dates() {
    let dates = (0..30).map(|n| NOW.saturating_sub(HOUR * n));
    assert_eq!(gap_and_newest(Rhythm::first(dates, NOW)), (Some(HOUR), Some(NOW)));
    assert_eq!(gap_and_newest(Rhythm::first([], NOW)), (None, Some(NOW)));
    let yesterday = NOW.saturating_sub(DAY);
    assert_eq!(gap_and_newest(Rhythm::first([yesterday], NOW)), (None, Some(yesterday)));
    let absurd = Rhythm::first([Timestamp::MAX, NOW, NOW, NOW], NOW);
    assert_eq!(absurd.gap, Some(MINUTE), "dates far in the future are ignored, and one moment has no gap");
}

#[test]
fn arrivals_move_the_rhythm_towards_what_is_seen() {
    let start = Rhythm { gap: Some(HOUR), last_new_at: Some(NOW), ..Rhythm::default() };
    let after = |rhythm: Rhythm, new: usize, now| rhythm.after(&vec![None; new], NOW, now);
    assert_eq!(after(start, 0, NOW.saturating_add(DAY)), start, "a poll without new entries changes nothing");
    let slower = after(start, 1, NOW.saturating_add(DAY)).gap.unwrap();
    assert!(slower > HOUR && slower < HOUR * 3, "{slower:?}");
    let mut faster = start;
    for n in 1..=500 {
        faster = after(faster, 1, NOW.saturating_add(MINUTES(6 * n)));
    }
    assert!(faster.gap.unwrap().abs_diff(MINUTES(6)) < MINUTE * 3, "{faster:?}");
    let backwards = after(start, 3, NOW.saturating_sub(DAY));
    assert!(backwards.gap.unwrap() >= MINUTE, "a clock that was set back makes no gap of zero");
}

#[test]
fn an_entry_counts_in_the_hour_of_its_date_if_the_date_is_between_two_polls() {
    let start = Rhythm { gap: Some(HOUR), last_new_at: Some(NOW), ..Rhythm::default() };
    let now = NOW.saturating_add(MINUTES(150));
    let dates = [Some(NOW.saturating_add(MINUTES(70))), Some(Timestamp::EPOCH), Some(Timestamp::MAX), None];
    let hours = start.after(&dates, NOW, now).hours;
    assert_eq!(
        hours.0[12..15],
        [1, 1, 2],
        "a date between the polls counts as it is, any other as the nearer poll"
    );
}

#[test]
fn a_night_without_news_is_a_short_gap_in_weighted_time() {
    let mut hours = HourCounts::default();
    for _ in 0..10 {
        for hour in 0..12 {
            daily_rhythm::count(&mut hours, NOW.saturating_add(HOUR * hour));
        }
    }
    let own = DailyRhythm::of(&hours);
    let night = own.weighted_time(NOW.saturating_add(HOUR * 13), NOW.saturating_add(HOUR * 23));
    assert!(night < HOUR * 3, "ten hours by the clock: {night:?}");
    let whole_days = own.weighted_time(NOW, NOW.saturating_add(DAY * 1000));
    assert_eq!(whole_days, DAY * 1000);
}

#[test]
fn the_time_until_an_amount_has_passed_is_the_same_however_many_whole_days_it_takes() {
    let mut hours = HourCounts::default();
    for (hour, count) in [(7, 30), (8, 11), (15, 4), (23, 1)] {
        (0..count)
            .for_each(|_| daily_rhythm::count(&mut hours, Timestamp::EPOCH.saturating_add(HOUR * hour)));
    }
    let own = DailyRhythm::of(&hours);
    let most = DAY * 30;
    for start in [NOW, NOW.saturating_add(HOUR * 5), NOW.saturating_add(HOUR / 7)] {
        for amount in [Duration::ZERO, HOUR / 3, HOUR * 11, DAY, DAY * 3 + HOUR * 9, DAY * 29] {
            let passed = own.time_until(start, amount, most);
            let back = own.weighted_time(start, start.saturating_add(passed));
            assert!(back.abs_diff(amount) < Duration::from_secs(3), "{amount:?} from {start:?}: {back:?}");
        }
        assert_eq!(own.time_until(start, DAY * 31, most), most);
        assert_eq!(own.time_until(start, DAY * 9, HOUR * 7), HOUR * 7);
    }
}
