//! Tests of how fast a list is replaced, and of lists that were replaced as a whole.

use super::*;
use crate::model::{HourCounts, LeftOutEntry, ListLife};
use crate::time::MINUTE;

/// A Tuesday at noon, UTC.
const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);
const MINUTES: fn(u64) -> Duration = Duration::from_mins;

fn ago(span: Duration) -> Timestamp {
    NOW.saturating_sub(span)
}

/// Returns articles of these ages, without dates where the age is `None`.
fn articles(ages: impl IntoIterator<Item = Option<Duration>>) -> Vec<Article> {
    ages.into_iter().map(|age| Article { published_at: age.map(ago), ..Article::default() }).collect()
}

/// Returns `count` articles that appeared `gap` apart.
fn each(gap: Duration, count: u32) -> Vec<Article> {
    articles((0..count).map(|n| Some(gap * n)))
}

/// Returns the state of a source that was polled `since` ago, when its document listed `listed` entries.
fn polled(since: Duration, listed: u32) -> SourceState {
    SourceState {
        succeeded_at: Some(ago(since)),
        window: ListWindow { listed, is_full: true, ..ListWindow::default() },
        ..SourceState::default()
    }
}

/// Returns the window after a poll that read `articles`, the first `new` of which were not known.
fn after(before: &SourceState, articles: &[Article], new: usize) -> ListWindow {
    let new: Vec<_> = articles.iter().take(new).map(|article| article.published_at).collect();
    let document = ListedEntries { articles, left_out: &LeftOut::default(), new: &new, max_entries: None };
    after_document(before, document, NOW)
}

/// Returns how long a source may wait that lists `listed` entries with `gap` between them.
fn wait(listed: u32, gap: Duration, silence: Duration) -> Option<Duration> {
    let state =
        SourceState { publishing_gap: Some(gap), last_new_at: Some(ago(silence)), ..polled(MINUTE, listed) };
    longest_wait(&state, NOW)
}

#[test]
fn at_most_half_of_a_list_may_be_replaced_between_two_polls_and_less_of_a_short_one() {
    for listed in 1..2000 {
        let arrivals = arrivals_between_polls(listed);
        let list = f64::from(listed);
        assert!(arrivals <= list / 2.0, "{listed}: {arrivals}");
        assert!(arrivals + DEVIATIONS * arrivals.sqrt() <= list * 1.0001, "{listed}: {arrivals}");
        assert!(arrivals > 0.0 && arrivals >= arrivals_between_polls(listed - 1), "{listed}: {arrivals}");
    }
}

#[test]
fn the_longest_wait_follows_the_length_of_the_list_and_the_rhythm() {
    let minutes = |listed, gap| wait(listed, MINUTES(gap), Duration::ZERO).unwrap().as_secs() / 60;
    let table = [(100, 20, 1000), (25, 20, 190), (15, 1440, 6409), (10, 60, 140), (5, 20, 14), (1, 1440, 53)];
    for (listed, gap, expected) in table {
        assert_eq!(minutes(listed, gap), expected, "{listed} entries, one each {gap} minutes");
    }
    assert_eq!(wait(0, HOUR, Duration::ZERO), None, "no document was read yet");
    assert_eq!(longest_wait(&polled(HOUR, 25), NOW), None, "no rhythm is known yet");
}

#[test]
fn a_weekend_of_silence_changes_no_rhythm_and_months_of_it_do() {
    let busy = |silence| wait(25, MINUTES(20), silence).unwrap();
    assert_eq!(busy(HOUR * 72), busy(Duration::ZERO));
    assert!(busy(HOUR * 24 * 90) > HOUR * 24, "{:?}", busy(HOUR * 24 * 90));
}

#[test]
fn a_few_entries_at_one_moment_are_no_rhythm_that_lasts() {
    let burst = |silence| wait(5, MINUTE, silence).unwrap();
    assert!(burst(Duration::ZERO) < MINUTE);
    assert!(burst(HOUR * 24) >= HOUR * 12, "{:?}", burst(HOUR * 24));
}

/// Returns the present gap of a source that lists ten entries with `gap` between them and is silent for `silence`.
fn gap_in_silence(gap: Duration, silence: Duration, hours: HourCounts) -> Duration {
    let state = SourceState {
        publishing_gap: Some(gap),
        last_new_at: Some(ago(silence)),
        hours,
        ..polled(MINUTE, 10)
    };
    present_gap(&state, NOW).unwrap()
}

#[test]
fn a_rhythm_that_was_seen_for_days_lasts_over_a_weekend() {
    let mut hours = HourCounts::default();
    hours.0[..24].fill(20);
    assert_eq!(gap_in_silence(MINUTES(5), HOUR * 54, hours), MINUTES(5));
    let few = HourCounts::default();
    assert!(gap_in_silence(MINUTES(5), HOUR * 54, few) > HOUR * 10, "they may have come at one moment");
}

#[test]
fn a_rhythm_of_hours_lasts_for_a_week_because_a_silent_weekend_may_be_usual() {
    let gap = |silence| gap_in_silence(MINUTES(15), silence, HourCounts::default());
    assert_eq!(gap(HOUR * 64), MINUTES(15), "from Friday evening to Monday morning");
    assert_eq!(gap(HOUR * 24 * 7), MINUTES(15));
    assert!(gap(HOUR * 24 * 8) > HOUR * 10);
}

#[test]
fn a_silence_alone_lengthens_the_wait_by_half_of_itself() {
    let edition = |silence| wait(12, MINUTE, silence).unwrap();
    assert!(edition(HOUR) < MINUTES(4));
    for hours in [4, 8, 14] {
        assert_eq!(edition(HOUR * hours), HOUR * hours / 2, "{hours}");
    }
    assert!(wait(12, HOUR * 24 * 7, HOUR * 24 * 8).unwrap() > HOUR * 24 * 14, "its rhythm is slow anyway");
}

#[test]
fn a_list_counts_as_full_once_it_has_dropped_an_entry() {
    let young = |listed| ListWindow { listed, ..ListWindow::default() };
    let before = |listed| SourceState { window: young(listed), ..polled(HOUR, listed) };
    assert!(!after(&before(4), &each(HOUR, 5), 1).is_full, "it grew");
    assert!(after(&before(5), &each(HOUR, 5), 1).is_full, "one came and one went");
    assert!(after(&polled(HOUR, 5), &each(HOUR, 5), 0).is_full, "it stays full");
    assert!(!after(&polled(HOUR, 5), &each(HOUR, 6), 1).is_full, "it has room for more");
    let table = [(1, None), (4, None), (5, Some(10)), (10, Some(10)), (30, Some(30))];
    for (listed, expected) in table {
        assert_eq!(room(young(listed)), expected, "{listed}");
        let full = ListWindow { is_full: true, ..young(listed) };
        assert_eq!(room(full), Some(listed));
    }
}

#[test]
fn entries_come_faster_in_the_hours_in_which_the_source_publishes() {
    let mut hours = HourCounts::default();
    hours.0[12..18].fill(40);
    let state = SourceState {
        publishing_gap: Some(MINUTES(60)),
        last_new_at: Some(NOW),
        hours,
        ..polled(MINUTE, 20)
    };
    let (noon, evening) = (longest_wait(&state, NOW), longest_wait(&state, NOW.saturating_add(HOUR * 7)));
    assert!(noon.unwrap() < HOUR * 4 && evening.unwrap() > HOUR * 12, "{noon:?} {evening:?}");
}

#[test]
fn the_dates_of_a_list_show_how_fast_it_is_replaced_even_if_old_entries_stand_in_it() {
    let mut listed = each(MINUTES(20), 22);
    listed.extend(articles([Some(HOUR * 24 * 2000); 3]));
    let window = after(&SourceState::default(), &listed, listed.len());
    assert_eq!((window.listed, window.since), (25, Some(ago(MINUTES(180)))));
    let state = SourceState { window, publishing_gap: Some(HOUR * 24 * 80), ..SourceState::default() };
    assert_eq!(longest_wait(&state, NOW), Some(MINUTES(180)));
}

#[test]
fn dates_that_are_not_those_of_publication_say_nothing() {
    let known = polled(HOUR, 25);
    let moving = articles((0..25).map(|_| Some(Duration::ZERO)));
    assert_eq!(after(&known, &moving, 1).since, None, "known entries have the time of the request");
    assert_eq!(after(&known, &articles([None; 25]), 1).since, None);
    let announced: Vec<Article> = (1..=25)
        .map(|n| Article { published_at: Some(NOW.saturating_add(HOUR * 24 * n)), ..Article::default() })
        .collect();
    assert_eq!(after(&known, &announced, 1).since, None, "a calendar of what is to come");
    assert_eq!(after(&known, &each(MINUTES(30), 25), 3).since, Some(ago(MINUTES(270))), "honest dates");
}

#[test]
fn a_list_of_new_entries_only_is_counted_unless_it_reaches_back_to_the_last_poll() {
    let known = polled(HOUR * 12, 25);
    let lost = after(&known, &each(MINUTES(20), 25), 25);
    assert_eq!((lost.replaced, lost.replaced_at), (1, Some(NOW)));
    let undated = after(&known, &articles([None; 25]), 25);
    assert_eq!(undated.replaced, 1);
    let again = after(&SourceState { window: lost, ..known.clone() }, &each(MINUTES(20), 25), 25);
    assert_eq!(again.replaced, 2);

    let cases = [
        ("one entry was known", after(&known, &each(MINUTES(20), 25), 24)),
        ("it reaches back to the last poll", after(&known, &each(MINUTES(30), 25), 25)),
        ("new keys for old entries", after(&polled(MINUTE, 25), &each(HOUR, 25), 25)),
        ("the first document", after(&SourceState::default(), &each(MINUTES(20), 25), 25)),
        ("the list was empty before", after(&polled(HOUR * 12, 0), &each(MINUTES(20), 25), 25)),
        ("a list of one", after(&polled(HOUR * 12, 1), &each(MINUTES(20), 1), 1)),
    ];
    for (case, window) in cases {
        assert_eq!(window.replaced, 0, "{case}");
    }
}

#[test]
fn a_list_that_is_dated_years_before_it_appears_is_seen_to_be_replaced() {
    let years = HOUR * 24 * 2600;
    let aged = |newest: u64| articles((0..20).map(move |n| Some(years + MINUTES(12 * (n + newest)))));
    let first = ListWindow { is_full: true, ..after(&SourceState::default(), &aged(20), 20) };
    let known = SourceState { window: first, ..polled(HOUR * 4, 20) };
    assert_eq!(after(&known, &aged(0), 20).replaced, 1, "all entries are dated after those of the last list");
    assert_eq!(after(&known, &aged(20), 20).replaced, 0, "the same entries under other keys");
    assert_eq!(after(&known, &aged(10), 10).replaced, 0);
}

#[test]
fn an_empty_list_says_nothing_about_the_rate_of_the_list_before_it() {
    let known =
        SourceState { window: after(&polled(HOUR, 20), &each(MINUTES(10), 20), 1), ..polled(HOUR, 20) };
    assert_eq!(after(&known, &[], 0), known.window);
    assert_eq!(after(&SourceState::default(), &[], 0), ListWindow::default());
}

#[test]
fn the_first_list_is_read_again_before_half_of_it_is_replaced_even_if_its_entries_are_old() {
    let old = |gap| SourceState {
        publishing_gap: Some(gap),
        last_new_at: Some(ago(HOUR * 24 * 2600)),
        ..polled(Duration::ZERO, 20)
    };
    assert_eq!(longest_first_wait(&old(MINUTES(12)), NOW).unwrap().as_secs() / 60, 82);
    assert_eq!(longest_first_wait(&old(MINUTE), NOW), Some(HOUR));
    assert!(longest_first_wait(&old(HOUR * 24 * 7), NOW).unwrap() > HOUR * 24 * 20);
}

#[test]
fn what_max_entries_leaves_out_is_not_missed_and_what_max_age_leaves_out_lengthens_the_list() {
    let listed = each(MINUTES(20), 3);
    let new: Vec<_> = listed.iter().map(|article| article.published_at).collect();
    let window = |reason| {
        let old = LeftOutEntry::of_article(&Article::default(), reason, None);
        let left_out = LeftOut { entries: vec![old; 7], ..LeftOut::default() };
        let document = ListedEntries { articles: &listed, left_out: &left_out, new: &new, max_entries: None };
        after_document(&polled(HOUR * 12, 3), document, NOW)
    };
    assert_eq!(
        (window(LeftOutReason::MaxEntries).replaced, window(LeftOutReason::MaxEntries).listed),
        (0, 3)
    );
    assert_eq!((window(LeftOutReason::MaxAge).replaced, window(LeftOutReason::MaxAge).listed), (0, 10));
}

#[test]
fn stored_entries_that_are_read_beyond_max_entries_do_not_lengthen_the_list() {
    let listed = each(MINUTES(20), 24);
    let window = |max_entries| {
        let document = ListedEntries {
            articles: &listed,
            left_out: &LeftOut::default(),
            new: &[Some(NOW)],
            max_entries,
        };
        after_document(&polled(MINUTE, 3), document, NOW)
    };
    assert_eq!((window(None).listed, window(Some(10)).listed), (24, 10));
    assert!(window(Some(10)).since > window(None).since);
}

/// Returns the state of a source whose lists of three entries lasted an hour, thirty of them in a row.
fn hourly() -> SourceState {
    let life = Some(ListLife { shortest: HOUR, seen_at: ago(HOUR) });
    let window = ListWindow { life, whole_in_a_row: 30, ..polled(MINUTE, 3).window };
    let last_new_at = Some(ago(HOUR));
    SourceState { window, publishing_gap: Some(HOUR / 3), last_new_at, ..polled(MINUTES(20), 3) }
}

#[test]
fn a_list_of_new_entries_only_is_no_suspicion_if_the_last_poll_was_less_than_the_life_of_a_list_ago() {
    let new = each(MINUTES(1), 3);
    let replaced = |known: &SourceState| after(known, &new, 3).replaced;
    assert_eq!(replaced(&hourly()), 0);
    assert_eq!(replaced(&SourceState { succeeded_at: Some(ago(HOUR * 2)), ..hourly() }), 1);
    let young = ListWindow { whole_in_a_row: 2, ..hourly().window };
    assert_eq!(replaced(&SourceState { window: young, ..hourly() }), 1, "its life is not known");
}

#[test]
fn a_date_after_the_present_says_nothing_while_the_clock_is_behind() {
    let state = |since| {
        let known = polled(MINUTE, 20);
        SourceState {
            publishing_gap: Some(HOUR),
            last_new_at: Some(NOW),
            window: ListWindow { since, ..known.window },
            ..known
        }
    };
    let (by_rhythm, behind) = (state(None), state(Some(NOW.saturating_add(HOUR * 24 * 40))));
    assert_eq!(longest_wait(&behind, NOW), longest_wait(&by_rhythm, NOW));
    assert_eq!(longest_wait_after_failure(&behind, NOW), longest_wait_after_failure(&by_rhythm, NOW));
    assert_eq!(longest_wait(&state(Some(ago(MINUTE))), NOW), Some(MINUTE));
}
