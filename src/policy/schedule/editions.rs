//! Sources that publish only their latest edition: a short list, all of which new entries replace at once. Such a list says
//! nothing about the time between its entries. This file learns how long it lasts, which says how soon it must be read again.

use std::time::Duration;

use super::daily_rhythm::DailyRhythm;
use crate::model::{ListLife, SourceState};
use crate::time::{DAY, MINUTE, Timestamp};

/// A list with more entries is no edition: new entries that replace all of it are a sign that others were missed.
pub(super) const MOST_ENTRIES: u32 = 4;

/// How many lists in a row must have been replaced as a whole, before their life says how long the next one will last. They
/// must have lasted for a day together, too, because many sources publish at the same hours of each day.
const NEEDED_EDITIONS: u32 = 4;

/// The same as [`NEEDED_EDITIONS`] if the shortest life is less than half of the mean. Entries that come at random times look
/// like editions, and it takes many of them until a short life is among those that were seen.
const NEEDED_UNSTEADY_EDITIONS: u32 = 10;

/// The share of the shortest life after which the next list is read. It is a little less than half, so that each list is read
/// twice. A list that is read only once is then seen to have lasted less.
const SHARE_OF_LIFE: f64 = 0.45;

/// A list that lasted at most this share of the known life shows that life to be wrong. It is more than twice
/// [`SHARE_OF_LIFE`], so that a list that was read only once shows it.
const CLEARLY_SHORTER: f64 = 0.95;

/// How many times as long as on average the wait can be in the hours in which the source seldom publishes.
const LONGER_IN_QUIET_HOURS: u32 = 2;

/// How long the shortest life is remembered if all further lists last longer: as many mean lives, and as many days. Many
/// sources have a short list at the same hour of each day.
const REMEMBERED: u32 = 3;

/// By which factor the known life grows at most with each list that lasts longer, once it is no longer remembered. Then lists
/// that last as long as before are still read before they are replaced, and show that they are as short as before.
const GROWTH: f64 = 1.5;

/// Up to how many times the mean life counts as the shortest one, which is known only to within the time between two polls.
const MOST_OF_MEAN: f64 = 1.25;

/// Returns what is known of the life of the lists, and how many in a row were replaced as a whole, after a poll at `now` that
/// read `listed` entries. `new` of them were not known before.
pub(super) fn after_list(
    before: &SourceState,
    listed: usize,
    new: usize,
    now: Timestamp,
) -> (Option<ListLife>, u32) {
    let known = before.window;
    if new == 0 {
        return (known.life, known.whole_in_a_row);
    }
    let (Some(came_at), Some(last_seen)) = (before.last_new_at, before.succeeded_at) else {
        return (None, 0);
    };
    if new < listed {
        return (None, 0);
    }
    let in_a_row = known.whole_in_a_row.saturating_add(1);
    // The first list may have been there long before the first poll.
    if known.whole_in_a_row == 0 {
        return (None, in_a_row);
    }
    let day = DailyRhythm::of(&before.hours);
    let lasted = day.weighted_time(came_at, now).max(MINUTE);
    let margin = day.weighted_time(last_seen, now);
    let life = match known.life {
        Some(life) => after_life(life, lasted, margin, before, now),
        None => ListLife { shortest: lasted.saturating_add(margin), seen_at: now },
    };
    (Some(life), in_a_row)
}

/// Updates the known `life` after a list that lasted about `lasted`: up to `margin` more or less, because it came some time
/// before the poll that found it, and was replaced some time before the present one.
fn after_life(
    life: ListLife,
    lasted: Duration,
    margin: Duration,
    before: &SourceState,
    now: Timestamp,
) -> ListLife {
    let (least, most) = (lasted.saturating_sub(margin), lasted.saturating_add(margin));
    // It was read only once, so others may have been missed.
    if lasted == margin && most < life.shortest.mul_f64(CLEARLY_SHORTER) {
        return ListLife { shortest: lasted, seen_at: now };
    }
    if lasted <= life.shortest || most < life.shortest {
        return ListLife { shortest: life.shortest.min(most), seen_at: now };
    }
    let remembered = mean_life(before).unwrap_or_default().max(DAY).saturating_mul(REMEMBERED);
    if now.since(life.seen_at) < remembered {
        return life;
    }
    ListLife { shortest: least.min(life.shortest.mul_f64(GROWTH)).max(life.shortest), ..life }
}

/// Returns how long the lists last on average, in weighted time, if new entries replace all of each.
fn mean_life(state: &SourceState) -> Option<Duration> {
    Some(state.publishing_gap?.saturating_mul(state.window.listed))
}

/// Returns how long the next list lasts at least, in weighted time, if the source publishes only its latest edition. `None` for
/// other sources, and while too few editions were seen.
pub(super) fn shortest_life(state: &SourceState) -> Option<Duration> {
    let (window, mean) = (state.window, mean_life(state)?);
    let shortest = window.life?.shortest.min(mean.mul_f64(MOST_OF_MEAN));
    let needed = if shortest < mean / 2 { NEEDED_UNSTEADY_EDITIONS } else { NEEDED_EDITIONS };
    let is_known = window.whole_in_a_row >= needed && mean.saturating_mul(window.whole_in_a_row) >= DAY;
    (is_known && (1..=MOST_ENTRIES).contains(&window.listed)).then_some(shortest)
}

/// Returns how long a source may wait for its next poll, so that each of its editions is read. `None` if it has no editions.
pub(super) fn longest_wait(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let share = shortest_life(state)?.mul_f64(SHARE_OF_LIFE);
    let most = share.saturating_mul(LONGER_IN_QUIET_HOURS);
    Some(DailyRhythm::of(&state.hours).time_until(now, share, most))
}

/// Returns whether less time has passed since the last success than an edition lasts.
pub(super) fn was_read_in_time(state: &SourceState, now: Timestamp) -> bool {
    let since = |at| DailyRhythm::of(&state.hours).weighted_time(at, now);
    shortest_life(state).zip(state.succeeded_at).is_some_and(|(life, last)| since(last) <= life)
}

/// Returns the usual gap between the moments at which a source publishes, in weighted time. All entries of an edition appear
/// at one moment.
pub(super) fn publishing_gap(state: &SourceState) -> Option<Duration> {
    if shortest_life(state).is_some() { mean_life(state) } else { state.publishing_gap }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ListWindow;
    use crate::time::HOUR;

    const NOW: Timestamp = Timestamp::from_unix(1_795_521_600);

    fn ago(span: Duration) -> Timestamp {
        NOW.saturating_sub(span)
    }

    /// Returns the state of a source with one entry, replaced each `hours` hours and `in_a_row` times in a row, whose shortest
    /// life was `shortest`. Its list came `came` ago and was last read `read` ago.
    fn source(hours: u32, in_a_row: u32, shortest: Duration, came: Duration, read: Duration) -> SourceState {
        let life = Some(ListLife { shortest, seen_at: ago(came) });
        SourceState {
            publishing_gap: Some(HOUR * hours),
            last_new_at: Some(ago(came)),
            succeeded_at: Some(ago(read)),
            window: ListWindow {
                listed: 1,
                is_full: true,
                life,
                whole_in_a_row: in_a_row,
                ..ListWindow::default()
            },
            ..SourceState::default()
        }
    }

    fn after(before: &SourceState) -> (Option<Duration>, u32) {
        let (life, in_a_row) = after_list(before, 1, 1, NOW);
        (life.map(|life| life.shortest), in_a_row)
    }

    #[test]
    fn the_life_of_lists_is_known_after_some_of_them_and_a_day_and_later_if_it_varies() {
        let known = |hours, in_a_row, shortest| {
            shortest_life(&source(hours, in_a_row, shortest, HOUR, HOUR)).map(|life| life.as_secs() / 60)
        };
        assert_eq!(known(12, 3, HOUR * 11), None);
        assert_eq!(known(12, 4, HOUR * 11), Some(11 * 60));
        assert_eq!(known(1, 20, HOUR), None, "not for a day");
        assert_eq!(known(1, 24, HOUR), Some(60));
        assert_eq!(known(12, 9, HOUR), None, "one of them lasted an hour");
        assert_eq!(known(12, 10, HOUR), Some(60));
        assert_eq!(known(12, 4, HOUR * 20), Some(15 * 60), "not much more than the mean");
        let long = source(12, 10, HOUR * 11, HOUR, HOUR);
        let window = ListWindow { listed: 5, ..long.window };
        assert_eq!(shortest_life(&SourceState { window, ..long }), None);
    }

    #[test]
    fn each_list_is_read_twice_and_half_as_often_at_hours_without_news() {
        let mut state = source(12, 10, HOUR * 10, HOUR, HOUR);
        assert_eq!(longest_wait(&state, NOW), Some(HOUR * 9 / 2));
        state.hours.0[12] = 240;
        assert!(longest_wait(&state, NOW.saturating_add(HOUR * 3)).unwrap() == HOUR * 9);
        assert!(longest_wait(&state, NOW).unwrap() < HOUR * 9 / 2, "most come at this hour");
    }

    #[test]
    fn a_list_that_did_not_last_shortens_the_known_life_at_once_and_longer_ones_lengthen_it_after_days() {
        let minutes = Duration::from_mins;
        // It was read once only, between two polls that were an hour apart.
        let short = source(12, 10, HOUR * 10, HOUR, HOUR);
        assert_eq!(after(&short), (Some(HOUR), 11));
        assert_eq!(
            after(&source(12, 10, HOUR * 10, HOUR * 9, HOUR * 2)).0,
            Some(HOUR * 10),
            "it may have lasted"
        );
        assert_eq!(after(&source(12, 10, HOUR * 10, HOUR * 9, minutes(40))).0, Some(minutes(580)));
        assert_eq!(after(&source(12, 10, HOUR * 10, HOUR * 5, HOUR)).0, Some(HOUR * 6), "six hours at most");
        let long = source(12, 10, HOUR, HOUR * 12, minutes(20));
        assert_eq!(after(&long).0, Some(HOUR), "the short life is remembered");
        let seen_at = ago(DAY * 3);
        let window = ListWindow { life: Some(ListLife { shortest: HOUR, seen_at }), ..long.window };
        assert_eq!(after(&SourceState { window, ..long }).0, Some(minutes(90)));
        let at_once = source(12, 10, HOUR * 10, Duration::ZERO, Duration::ZERO);
        assert_eq!(after(&at_once).0, Some(MINUTE), "no life of zero, which could never grow");
    }

    #[test]
    fn the_first_list_and_one_that_was_replaced_in_part_say_nothing() {
        let first = source(12, 0, HOUR, HOUR, HOUR);
        assert_eq!(after(&first), (None, 1));
        let known = source(12, 9, HOUR * 10, HOUR * 10, HOUR);
        assert_eq!(after_list(&known, 2, 1, NOW), (None, 0));
        assert_eq!(after_list(&known, 1, 0, NOW), (known.window.life, 9), "nothing is new");
        assert_eq!(after_list(&SourceState::default(), 1, 1, NOW), (None, 0));
    }
}
