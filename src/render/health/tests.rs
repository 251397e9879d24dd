//! Tests of how the health of a source is described.

use super::moved::moved_to;
use super::*;
use crate::model::{Location, Moved, Source, StatedTimes};
use crate::time::DAY;

fn moved(from: &str, to: &str) -> MovedTo {
    describe_move(
        from,
        &Moved { to: to.parse().unwrap(), polls: 5, since: MOVED, adopted_at: Some(MOVED) },
        MOVED,
    )
}

const MOVED: Timestamp = Timestamp::EPOCH;

fn describe_move(from: &str, moved: &Moved, polled_at: Timestamp) -> MovedTo {
    let cadence = Cadence::Every(Duration::from_hours(1));
    let source = Source::new("s", Location::Http(from.parse().unwrap()), cadence);
    moved_to(moved, Some(polled_at), Some(&source))
}

#[test]
fn a_move_that_stands_gives_the_line_to_write() {
    let moved = moved("https://a.example/f", "https://b.example/f?page=1");
    assert_eq!(moved.line.as_deref(), Some("url = \"https://b.example/f?page=1\""));
    assert_eq!(moved.how, None);
}

#[test]
fn a_move_to_an_address_with_a_secret_gives_no_line_that_would_break_the_source() {
    let kept = moved("https://a.example/f?token=geheim", "https://b.example/f?token=geheim");
    assert_eq!(kept.line, None);
    let how = kept.how.unwrap();
    assert!(how.contains("https://b.example/f?token=…") && how.contains("keep"), "{how}");
    let new = moved("https://a.example/f?token=geheim", "https://b.example/f?token=neu");
    assert_eq!(new.line, None);
    let how = new.how.unwrap();
    assert!(how.contains("curl") && !how.contains("geheim") && !how.contains("neu"), "{how}");
}

#[test]
fn a_lasting_move_to_the_address_of_another_source_says_so() {
    let to = "https://b.example/f".parse().unwrap();
    let moved = Moved { to, polls: 5, since: MOVED, adopted_at: None };
    let young = describe_move("https://a.example/f", &moved, MOVED.saturating_add(DAY / 2));
    assert_eq!((young.stands, young.line, young.how), (false, None, None));
    let old = describe_move("https://a.example/f", &moved, MOVED.saturating_add(2 * DAY));
    assert_eq!((old.stands, old.line), (false, None));
    assert!(old.how.unwrap().starts_with("another source of feeds.toml has that address"));
}

#[test]
fn a_poll_soon_after_a_message_of_a_hub_is_no_check_of_the_hub() {
    let now = Timestamp::from_unix(1_795_521_600);
    let state = SourceState { polled_at: Some(now), ..SourceState::default() };
    let after = |wait| NextPoll { at: now.saturating_add(wait), reason: NextPollReason::Pushed };
    assert!(explain_push(&state, after(Duration::from_mins(2))).contains("the last poll did not get"));
    assert!(explain_push(&state, after(HOUR * 24)).contains("polls only check"));
    let paused = SourceState { not_before: Some(now.saturating_add(HOUR * 2)), ..state };
    assert!(explain_push(&paused, after(HOUR * 2)).contains("the last poll did not get"));
}

#[test]
fn a_time_that_a_server_states_is_given_unless_only_its_rest_is_waited_for() {
    let state = SourceState { max_age: Some(HOUR * 6), ..SourceState::default() };
    assert!(explain_max_age(&state).contains("for at least 6h"));
    let stated_times = StatedTimes { kept: 9, are_broken: false };
    let text = explain_max_age(&SourceState { stated_times, ..state });
    assert!(text.contains("until then") && !text.contains("6h"), "{text}");
}
