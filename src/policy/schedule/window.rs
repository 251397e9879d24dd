//! The window rule: a document lists only the newest entries of a feed, so it is polled again before half of its list can have
//! been replaced. This file learns how fast a list is replaced, and notices lists that were replaced as a whole.

use std::time::Duration;

use super::daily_rhythm::DailyRhythm;
use super::editions;
use super::rhythm::SHORTEST_GAP;
use crate::model::{Article, LeftOut, LeftOutReason, ListWindow, Source, SourceState};
use crate::time::{HOUR, Timestamp};

/// Longest silence that does not slow the estimated rhythm down. A weekend or a holiday does not change the rhythm: after it
/// the entries come as fast as before.
const LASTING_SILENCE: Duration = Duration::from_hours(10 * 24);

/// The longest such silence as a multiple of the time that the list covers. The shorter of the two limits counts. A few
/// entries that came at one moment are no lasting rhythm.
const LASTING_LISTS: u32 = 10;

/// A silence that is shorter than this slows no rhythm down if the list covers at least [`SPREAD`] at that rhythm: until a
/// whole week is known, nobody knows whether a source is silent at each weekend, and the entries after it may come as fast as
/// those before it.
const WEEK: Duration = Duration::from_hours(7 * 24);

/// A list that covers less than this at its rhythm is one that appeared at one moment, such as an edition.
const SPREAD: Duration = HOUR;

/// The longest such silence as a multiple of the time in which the entries appeared that were counted by hours, if that is
/// longer than by [`LASTING_LISTS`]: a rhythm that was seen for days lasts over a weekend.
const LASTING_COUNTS: u32 = 2;

/// If only a silence shows that the rhythm is slower than before, the wait is at most the silence divided by this: a list that
/// did not change for so long is seen to last, but the next entries may come all at once.
const SILENCE_DIVISOR: u32 = 2;

/// Fewest entries from which the length of a full list is guessed, if the list was never seen to drop entries. A shorter list
/// is that of a new feed, or an edition.
const FEWEST: u32 = editions::MOST_ENTRIES + 1;

/// Number of entries that a list is assumed to hold when it is full, if it has fewer and was never seen to drop entries. It is
/// the default of most publishing systems.
const USUAL_ROOM: u32 = 10;

/// The longest time for which the arrival of entries is predicted.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// How far a date may lie after the moment of the poll, because clocks differ. A later date is not the date of publication.
const CLOCK_SKEW: Duration = HOUR;

/// Shortest list whose replacement as a whole says something: in a list of one entry, each new entry replaces the whole list.
const SHORTEST_LIST: u32 = 2;

/// A whole document that was read.
#[derive(Clone, Copy, Debug)]
pub struct ListedEntries<'a> {
    /// The entries that were taken, in document order.
    pub articles: &'a [Article],
    /// The entries that were left out.
    pub left_out: &'a LeftOut,
    /// Publication times of the articles that were not known before, one element for each of them. `None` for one without a
    /// date.
    pub new: &'a [Option<Timestamp>],
    /// How many entries are taken of a list of new ones (`max_entries` of the source).
    pub max_entries: Option<usize>,
}

impl ListedEntries<'_> {
    /// Returns whether the document lists nothing.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty() && self.left_out.counts().is_empty()
    }

    /// Returns how many of the entries that were taken would also be taken if they were new. Stored entries are read beyond
    /// `max_entries`, too.
    fn taken(&self) -> usize {
        self.articles.len().min(self.max_entries.unwrap_or(usize::MAX))
    }
}

/// Updates the window of a source after a poll at `now` that read a whole document. `before` is the state before the poll. A
/// document without entries says nothing about the rate of a list that was known before.
pub fn after_document(before: &SourceState, document: ListedEntries<'_>, now: Timestamp) -> ListWindow {
    if document.is_empty() && before.window.listed > 0 {
        return before.window;
    }
    let by_age = document.left_out.counts().of(LeftOutReason::MaxAge);
    let listed = u32::try_from(document.taken()).unwrap_or(u32::MAX).saturating_add(by_age);
    let known = before.window;
    let new = u32::try_from(document.new.len()).unwrap_or(u32::MAX);
    let drops = known.listed > 0 && known.listed.saturating_add(new) > listed;
    let is_full = drops || (known.is_full && listed <= known.listed);
    let since = part_began_at(before, document, now);
    let (life, whole_in_a_row) = editions::after_list(before, document.taken(), document.new.len(), now);
    let window = ListWindow { listed, is_full, since, life, whole_in_a_row, ..known };
    // A list of new entries only is no more than the next edition if it was asked for before the last one could be replaced.
    if is_replaced(before, document) && !editions::was_read_in_time(before, now) {
        return ListWindow { replaced: window.replaced.saturating_add(1), replaced_at: Some(now), ..window };
    }
    window
}

/// By how many standard deviations the number of new entries may exceed the expected one, so that all still fit into the list.
/// With five deviations, one poll in ten thousand loses an entry of a list of five entries. With longer lists, fewer polls
/// lose one.
const DEVIATIONS: f64 = 5.0;

/// Returns how many entries may arrive on average between two polls of a list of `listed` entries: half of them. Arrivals vary
/// at random, by the square root of their mean (as a Poisson process does), so for a list of less than fifty entries it is
/// less than half: the mean and [`DEVIATIONS`] standard deviations more must fit into the list.
fn arrivals_between_polls(listed: u32) -> f64 {
    let listed = f64::from(listed);
    let root = ((DEVIATIONS * DEVIATIONS + 4.0 * listed).sqrt() - DEVIATIONS) / 2.0;
    (listed / 2.0).min(root * root)
}

/// Returns the date of the oldest entry in the newest part of the list: the part that may be replaced between two polls.
/// `None` if the dates can't be trusted or are too few.
fn part_began_at(before: &SourceState, document: ListedEntries<'_>, now: Timestamp) -> Option<Timestamp> {
    let dates = || document.articles.iter().filter_map(|article| article.published_at);
    // An entry that was known at the last poll was published before it. If such an entry has a later date, the server writes
    // the time of the request, or of the last change, into its entries.
    if let Some(last_poll) = before.succeeded_at {
        let since_then = |date: &Timestamp| *date > last_poll && *date <= now.saturating_add(CLOCK_SKEW);
        let new = document.new.iter().flatten().filter(|date| since_then(date)).count();
        if dates().filter(since_then).count() > new {
            return None;
        }
    }
    let mut past: Vec<Timestamp> = dates().filter(|date| *date <= now.saturating_add(CLOCK_SKEW)).collect();
    past.sort_unstable_by(|a, b| b.cmp(a));
    let listed = u32::try_from(document.taken()).unwrap_or(u32::MAX);
    let position = arrivals_between_polls(listed) as usize;
    // The age of the newest entry alone says nothing about the time between entries.
    past.get(position).copied().filter(|_| position > 0)
}

/// Returns whether none of the entries was known, so that entries before them may have been missed.
fn is_replaced(before: &SourceState, document: ListedEntries<'_>) -> bool {
    let listed = u32::try_from(document.articles.len()).unwrap_or(u32::MAX);
    let all_new = document.new.len() == document.articles.len();
    if before.window.listed.min(listed) < SHORTEST_LIST || !all_new {
        return false;
    }
    // A limit of feeds.toml cut the list: the entries beyond it may be known, and `left_out` names them.
    let left_out = document.left_out.counts();
    if left_out.of(LeftOutReason::MaxEntries) > 0 || left_out.of(LeftOutReason::MaxAge) > 0 {
        return false;
    }
    // If an entry is older than the last poll, the list reaches back to that poll: its entries are known under other keys, or
    // they are old ones. But some sources date all their entries long before they appear. So an entry shows that the list
    // reaches back only if it is also dated before the newest part of the last list.
    let reached = before.window.since.into_iter().chain(before.succeeded_at).min();
    let reaches_back = |date: &Timestamp| reached.is_some_and(|reached| *date <= reached);
    !document.new.iter().flatten().any(reaches_back)
}

/// Returns how long a source may wait for its next poll, so that no more than half of its list is replaced by then. `None`
/// while that is not known.
fn longest_wait(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let by_rhythm = longest_wait_by_rhythm(state, now);
    by_rhythm.into_iter().chain(wait_by_dates(state, now)).min()
}

/// Returns how long ago the newest part of the list began. `None` if its dates can't be trusted, and for a list of editions,
/// whose entries come all at once.
fn wait_by_dates(state: &SourceState, now: Timestamp) -> Option<Duration> {
    room(state.window)?;
    part_covers(state.window, now).filter(|_| editions::longest_wait(state, now).is_none())
}

/// Returns the same as [`longest_wait`] by the rhythm alone, however close together its newest entries are.
fn longest_wait_by_rhythm(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let by_rhythm = time_of_arrivals(state, arrivals_between_polls(room(state.window)?), now);
    match editions::longest_wait(state, now) {
        Some(of_editions) => Some(by_rhythm.unwrap_or_default().max(of_editions)),
        None => by_rhythm,
    }
}

/// Returns in how much time the newest part of the list appeared that was read at `seen_at`. `None` if that is not known, or if
/// its date is later: then riverd's clock is behind, and the date says nothing by that clock.
fn part_covers(window: ListWindow, seen_at: Timestamp) -> Option<Duration> {
    let since = window.since.filter(|since| *since <= seen_at.saturating_add(CLOCK_SKEW))?;
    Some(seen_at.since(since))
}

/// Returns how long a source may wait for its next poll, as [`longest_wait`] says, and so that no entry is older than
/// `max_age` when it is first seen: at most half of that age.
pub(super) fn longest_wait_of(source: &Source, state: &SourceState, now: Timestamp) -> Option<Duration> {
    longest_wait(state, now).into_iter().chain(source.max_age.map(|age| age / 2)).min()
}

/// Returns the longest wait after the first document, at least an hour: until half of the list is replaced at the rate that
/// its dates show, even if the newest entry is old. Some sources date their entries long before they appear, and the second
/// poll shows whether this one does. `None` if no rate is known.
pub(super) fn longest_first_wait(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let room = room(state.window)?;
    Some(time_at_gap(state, state.publishing_gap?, arrivals_between_polls(room), now).max(HOUR))
}

/// The longest wait after failures is the time since the last success divided by this: an outage then costs a source little
/// more than what was published while it lasted.
const OUTAGE_DIVISOR: u32 = 12;

/// Returns the longest wait before the next poll of a source that fails, at least an hour: until half of its list is replaced,
/// at the rate that its last document showed, or one part in [`OUTAGE_DIVISOR`] of the time since then if that is longer.
/// `None` while that rate is not known. Failed polls say nothing about a silence of the publisher, so the rate is not lowered
/// for it.
pub(super) fn longest_wait_after_failure(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let seen_at = state.succeeded_at?;
    let room = room(state.window)?;
    let gap = present_gap(state, seen_at)?;
    let by_rhythm = time_at_gap(state, gap, arrivals_between_polls(room), now);
    let by_dates = part_covers(state.window, seen_at).unwrap_or(by_rhythm);
    Some(by_rhythm.min(by_dates).max(now.since(seen_at) / OUTAGE_DIVISOR).max(HOUR))
}

/// How much time a short list is assumed to cover while no rhythm is known: that of the latest edition of a busy source.
const UNKNOWN_COVERS: Duration = HOUR;

/// A short list that is older than this was seen to last, or its source publishes seldom.
const UNKNOWN_FOR: Duration = Duration::from_hours(2 * 24);

/// Returns about how much time a list covers that is too short to be known as full. `None` for a list with room for a known
/// number of entries, and for an old one while no gap between entries is known. Dates of one moment show no gap.
pub(super) fn short_list_covers(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let ListWindow { listed, is_full, .. } = state.window;
    let silence = state.silence(now);
    if !(1..FEWEST).contains(&listed) || is_full {
        return None;
    }
    match state.publishing_gap.filter(|gap| *gap > SHORTEST_GAP) {
        Some(gap) => Some(gap.max(silence).saturating_mul(listed)),
        None => (silence < UNKNOWN_FOR).then_some(UNKNOWN_COVERS),
    }
}

/// The smallest share of the time that a list covers by which a stated time postpones a poll while nothing shows that it is
/// true.
const LEAST_SHARE: u32 = 6;

/// Returns the longest time by which a `max-age` or `Expires` postpones a poll while nothing shows that it is true: a little
/// less than the window of the source, because a required wait can be delayed by a tenth. Two entries that came close together
/// by chance do not shorten it to less than a sixth of what the list covers. It is a whole number of seconds, as the stated
/// times are. `None` while no rhythm is known.
pub fn longest_unproven_wait(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let least = list_covers(state, now).unwrap_or_default() / LEAST_SHARE;
    let by_dates = wait_by_dates(state, now).map(|wait| wait.max(least));
    let window = longest_wait_by_rhythm(state, now).into_iter().chain(by_dates).min();
    let of_short_list = || state.publishing_gap.and_then(|_| short_list_covers(state, now));
    window.or_else(of_short_list).map(with_room_for_jitter)
}

/// The same as [`longest_unproven_wait`] after the first document of a source.
pub fn longest_unproven_first_wait(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let by_dates = longest_first_wait(state, now).map(with_room_for_jitter);
    longest_unproven_wait(state, now).into_iter().chain(by_dates).min()
}

fn with_room_for_jitter(window: Duration) -> Duration {
    Duration::from_secs((window / 10 * 9).as_secs())
}

/// Returns about how much time the newest list covers at the present rate. `None` while that is not known.
pub fn list_covers(state: &SourceState, now: Timestamp) -> Option<Duration> {
    Some(present_gap(state, now)?.saturating_mul(room(state.window)?))
}

/// Returns how many entries a list has room for, if that is known.
fn room(window: ListWindow) -> Option<u32> {
    match window.listed {
        0 => None,
        listed if window.is_full => Some(listed),
        listed if listed < FEWEST => None,
        listed => Some(listed.max(USUAL_ROOM)),
    }
}

/// Returns in how much time from `now` on `arrivals` entries come on average. If a silence shows that the rhythm is slower
/// than it was, that is at most the silence divided by [`SILENCE_DIVISOR`].
fn time_of_arrivals(state: &SourceState, arrivals: f64, now: Timestamp) -> Option<Duration> {
    let known = time_at_gap(state, state.publishing_gap?, arrivals, now);
    let slower = time_at_gap(state, present_gap(state, now)?, arrivals, now);
    Some(known.max(slower.min(state.silence(now) / SILENCE_DIVISOR)))
}

/// Returns in how much time from `now` on `arrivals` entries come on average that are `gap` apart.
fn time_at_gap(state: &SourceState, gap: Duration, arrivals: f64, now: Timestamp) -> Duration {
    let weighted = Duration::from_secs_f64((gap.as_secs_f64() * arrivals).min(LONGEST.as_secs_f64()));
    DailyRhythm::of(&state.hours).time_until(now, weighted, LONGEST)
}

/// Returns the present gap between entries, in time weighted by the hours of the day.
fn present_gap(state: &SourceState, now: Timestamp) -> Option<Duration> {
    let gap = state.publishing_gap?;
    let room = room(state.window)?;
    let counted: u32 = state.hours.0.iter().map(|count| u32::from(*count)).sum();
    let times = room.saturating_mul(LASTING_LISTS).max(counted.saturating_mul(LASTING_COUNTS));
    let unknown_week = if gap.saturating_mul(room) >= SPREAD { WEEK } else { Duration::ZERO };
    let lasting = gap.saturating_mul(times).max(unknown_week).min(LASTING_SILENCE);
    Some(gap.max(state.silence(now).saturating_sub(lasting)))
}

#[cfg(test)]
mod tests;
