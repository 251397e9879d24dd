//! Decides where an entry stands in the river, which entry represents an article, and under which guid it is published.

use std::cmp::{Ordering, Reverse};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::arrival_time::{ArrivalTime, RECENT};
use crate::model::Key;
use crate::time::{DAY, HOUR, Timestamp};

/// Whether an entry is news to the readers of its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// It is not news, because no reader has waited for it: it came with the first document of its source. An entry that came
    /// after documents without entries also counts as such, if its date is at least a day before the first of those documents.
    WithFirstPoll,
    /// It is an old entry that its source lists only now, because the list became longer or other entries were deleted.
    ListedLate,
    /// It came with a later document and is news.
    Later,
}

/// The properties of an entry that decide where it and the other entries of its document stand in the river.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ListedEntry {
    /// Whether the document that was read before lists it too.
    pub is_known: bool,
    /// Date that the feed states.
    pub dated_at: Option<Timestamp>,
    /// Time of the last change that the feed states.
    pub changed_at: Option<Timestamp>,
    /// Date that the document before stated, if it lists the entry and states a date.
    pub dated_before: Option<Timestamp>,
}

/// Time between the dates of undated entries that a first document lists before its first dated one.
const SPREAD: Duration = HOUR;

/// Which entries of the previous document this document lacks.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Gaps {
    /// Whether any entry is missing.
    pub exist: bool,
    /// Whether an entry is missing, the remaining entries are listed in the order of their arrival, the newest first, and the
    /// newest of all is not missing, or some of the remaining ones came with a later document than others.
    pub are_behind_newest: bool,
    /// The oldest date among the entries of the previous document, if this one lists none of them.
    pub older_than_all: Option<Timestamp>,
    /// Position of the first stored entry that the previous document did not list, if this one lists none of that document.
    pub first_relisted: Option<usize>,
}

/// In which order a document without dates lists the entries of the document before.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum ArrivalOrder {
    /// At least [`LEAST_UNDATED`] of them, from the one that arrived first to the one that arrived last.
    NewestLast,
    /// Any other order, or too few entries.
    #[default]
    Other,
}

impl ArrivalOrder {
    /// Returns the order of a document that lists known entries with these rows. The newest entry of a document has the highest
    /// row.
    pub fn of(rows: impl Iterator<Item = i64> + Clone) -> Self {
        let is_ordered = rows.clone().count() >= LEAST_UNDATED && rows.is_sorted_by(|one, next| one < next);
        if is_ordered { Self::NewestLast } else { Self::Other }
    }
}

/// Least number of unknown undated entries at the end of a list that counts as a sign of a longer list.
pub(super) const LEAST_UNDATED: usize = 3;

/// Returns whether this date is too old for news.
pub fn is_past(dated_at: Timestamp, now: Timestamp) -> bool {
    now.since(dated_at) > RECENT
}

/// Returns the positions of the entries of a document in the order in which they are read, the newest first. Dated entries come
/// in the order of their dates, whichever way the document lists them, and those of one second from the end if the dates rise
/// towards it; undated ones keep their positions. A list without dates that gets its news behind all known entries has its
/// newest ones last, and so has one of [`ArrivalOrder::NewestLast`]. `old` says which entries are no news (`old_entries`).
pub fn reading_order(entries: &[ListedEntry], order: ArrivalOrder, old: &[bool]) -> Vec<usize> {
    let is_undated = entries.iter().all(|entry| entry.dated_at.is_none());
    if is_undated && order == ArrivalOrder::NewestLast && old.contains(&true)
        || grows_at_its_end(entries, old)
    {
        return (0..entries.len()).rev().collect();
    }
    let date = |at: &usize| entries.get(*at).and_then(|entry| entry.dated_at);
    let mut dated: Vec<usize> = (0..entries.len()).filter(|at| date(at).is_some()).collect();
    if dated.is_sorted_by_key(date) && dated.first().and_then(date) < dated.last().and_then(date) {
        dated.reverse();
    }
    dated.sort_by_key(|at| Reverse(date(at)));
    let mut dated = dated.into_iter();
    let position = |(at, entry): (usize, &ListedEntry)| match entry.dated_at {
        Some(_) => dated.next().unwrap_or(at),
        None => at,
    };
    entries.iter().enumerate().map(position).collect()
}

/// Returns whether no entry has a date, and all unknown ones are news and stand behind all known ones.
fn grows_at_its_end(entries: &[ListedEntry], old: &[bool]) -> bool {
    let last_known = entries.iter().rposition(|entry| entry.is_known);
    let first_new = entries.iter().position(|entry| !entry.is_known);
    let is_behind = last_known.zip(first_new).is_some_and(|(known, new)| known < new);
    is_behind && entries.iter().all(|entry| entry.dated_at.is_none()) && !old.contains(&true)
}

/// Least number of entries of a first document whose dates may be those of its making. A publisher may publish fewer at once.
pub(super) const LEAST_MADE_AT_ONCE: usize = 5;

/// Returns whether the dates of a first document say when it was made, and not when its entries were published: all entries are
/// dated within the past day or in the future, in one second, or each a second from the next one. So write programs that make a
/// feed of a page without dates (the time of the request, or today's midnight), and generators of whole sites (the time of the
/// build).
pub fn are_dates_of_making(entries: &[ListedEntry], now: Timestamp) -> bool {
    let dates: Vec<Timestamp> = entries.iter().filter_map(|entry| entry.dated_at).collect();
    let mut steps = dates.iter().zip(dates.iter().skip(1));
    dates.len() == entries.len()
        && dates.len() >= LEAST_MADE_AT_ONCE
        && dates.iter().all(|dated_at| !is_past(*dated_at, now))
        && steps.all(|(one, next)| one.since(*next).max(next.since(*one)) <= Duration::from_secs(1))
}

/// Least number of entries that take place more than a day from now in a first document that lists events, each with the date
/// at which it takes place.
const LEAST_EVENTS: usize = 3;

/// Returns for each entry of a first document whether its date says when something takes place, and not when the entry was
/// published: it lies more than a day in the future, or at all in the future if [`LEAST_EVENTS`] or more lie so far. A clock or
/// a time zone that is wrong makes less than a day.
pub fn are_dates_of_events(entries: &[ListedEntry], now: Timestamp) -> Vec<bool> {
    let is_after = |entry: &ListedEntry, moment: Timestamp| entry.dated_at.is_some_and(|at| at > moment);
    let tomorrow = now.saturating_add(DAY);
    let lists_events = entries.iter().filter(|entry| is_after(entry, tomorrow)).count() >= LEAST_EVENTS;
    entries.iter().map(|entry| is_after(entry, if lists_events { now } else { tomorrow })).collect()
}

/// Returns the date at which each entry of a first document stands: its own one, but not in the future. Those that are dated by
/// events ([`are_dates_of_events`]) stand an hour apart and more than a day ago. An undated entry stands
/// a second behind the entry that the document lists before it. Undated entries before the first dated one stand an hour apart
/// and more than a day ago, so that a whole list without dates does not stand above the news of other sources.
pub fn stand_in_dates(entries: &[ListedEntry], now: Timestamp) -> Vec<Timestamp> {
    let mut last = now.saturating_sub(DAY);
    let (mut step, mut last_event) = (SPREAD, last);
    let stand_in = |(entry, is_event): (&ListedEntry, bool)| {
        match entry.dated_at {
            Some(_) if is_event => {
                last_event = last_event.saturating_sub(SPREAD);
                return last_event;
            }
            Some(dated_at) => (last, step) = (dated_at.min(now), Duration::from_secs(1)),
            None => last = last.saturating_sub(step),
        }
        last
    };
    entries.iter().zip(are_dates_of_events(entries, now)).map(stand_in).collect()
}

/// Returns the dates of old entries that have none, from the first to the last that is read: an hour apart, behind the `oldest`
/// place of the known ones, and more than a day ago.
pub fn stand_ins_of_old(oldest: Option<Timestamp>, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let before = now.saturating_sub(DAY);
    let first = oldest.map_or(before, |oldest| oldest.min(before));
    (1..).map(move |hours: u32| first.saturating_sub(SPREAD.saturating_mul(hours)))
}

/// What riverd has read of a source so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceHistory {
    /// Nothing was read of it yet.
    Nothing,
    /// Only documents without entries were read, the first of them at this time.
    EmptyDocuments(Timestamp),
    /// Entries were read.
    Entries,
}

impl SourceHistory {
    /// Returns whether an entry that arrives now, dated `dated_at`, is news. An entry of a first document never is. An entry
    /// that arrives after documents without entries is news unless its date is at least a day before the first of them, because
    /// posts may appear some hours after the date that their author gave them.
    pub fn arrival(self, dated_at: Option<Timestamp>) -> Arrival {
        let is_old = |since: Timestamp| dated_at.is_some_and(|at| at <= since.saturating_sub(RECENT));
        match self {
            Self::Nothing => Arrival::WithFirstPoll,
            Self::EmptyDocuments(since) if is_old(since) => Arrival::WithFirstPoll,
            Self::EmptyDocuments(_) | Self::Entries => Arrival::Later,
        }
    }
}

/// Where an entry stands in the river.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// River time: the date that is shown, by which the articles of a feed are sorted. It is never in the future.
    pub river_at: Timestamp,
    /// Time that decides which articles a feed holds: those with the latest times.
    pub placed_at: Timestamp,
}

/// How an entry stands among the new entries of its document.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct AmongNew {
    /// How many of them come before it in [`reading_order`].
    pub ahead: usize,
    /// Date of the news behind which an entry stands if it was dated back: the last date that news keep
    /// ([`ArrivalTime::keeps`]) among the entries ahead, less a second for each later one with any other date. `None` if no
    /// entry ahead has such a date.
    pub behind: Option<Timestamp>,
}

impl AmongNew {
    /// Returns the position of the entry after this one. This one is dated `dated_at`.
    #[must_use]
    pub fn next(self, dated_at: Option<Timestamp>, time: &ArrivalTime) -> Self {
        let behind = match dated_at {
            Some(at) if time.keeps(at) => Some(at),
            Some(_) => self.behind.map(just_before),
            None => self.behind,
        };
        Self { ahead: self.ahead + 1, behind }
    }
}

fn just_before(at: Timestamp) -> Timestamp {
    at.saturating_sub(Duration::from_secs(1))
}

/// Returns where an entry stands that is dated `dated_at` and arrives at `time`. `among` says how it stands among the new
/// entries of its document.
///
/// An entry that is no news ([`Arrival::WithFirstPoll`], [`Arrival::ListedLate`]) stands at its date. If it has none, or one in
/// the future, it stands at its arrival, less a second for each new entry ahead of it.
///
/// A later entry keeps its date only if that lies within the day before its arrival, or its source was not read since
/// ([`ArrivalTime::new`]), because publishers date entries back and ahead. Its place in the river is its arrival, so that
/// everyone who reads often enough sees it. Entries that keep no date are dated a second apart, because readers that sort by
/// date need different dates to keep the order of the document. The first of the document gets the newest of these dates, and
/// none gets a date before the newest published article. An entry that was dated back is dated just before the news of its
/// document, if that is still newer than the newest published article.
pub fn place(arrival: Arrival, dated_at: Option<Timestamp>, among: AmongNew, time: &ArrivalTime) -> Place {
    let ArrivalTime { now, newest, .. } = *time;
    let stated = dated_at.filter(|&at| at <= now);
    let in_order = now.saturating_sub(Duration::from_secs(among.ahead as u64));
    match arrival {
        Arrival::WithFirstPoll | Arrival::ListedLate => {
            let at = stated.unwrap_or(in_order);
            Place { river_at: at, placed_at: at }
        }
        Arrival::Later => {
            let behind_news = among.behind.filter(|_| stated.is_some()).map(just_before);
            let behind_news = behind_news.filter(|at| newest.is_none_or(|newest| *at > newest));
            let in_order = behind_news.unwrap_or(in_order);
            let in_order = newest.map_or(in_order, |newest| in_order.max(newest.min(now)));
            let river_at = stated.filter(|&at| time.keeps(at)).unwrap_or(in_order);
            Place { river_at, placed_at: after_clock_jump(now, newest) }
        }
    }
}

/// Returns the place of an entry that arrives now. After the clock was set back, by however much, that is the newest place,
/// because `now` would put news behind articles that subscribers have read, and where too many of those are, in no document.
/// Of articles with one place, the one that was stored last counts as the newest.
fn after_clock_jump(now: Timestamp, newest: Option<Timestamp>) -> Timestamp {
    newest.map_or(now, |newest| newest.max(now))
}

/// The properties of an entry that decide how its article appears.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Row of the entry in the store.
    pub entry: i64,
    /// Guid under which the entry would be published if the article had no other entry.
    pub own_guid: String,
    /// `priority` of its source.
    pub priority: i64,
    /// Whether its source counts as its writer: the entry names no other feed as its origin, and its page, if it has one, is on
    /// the site of its feed.
    pub source_is_writer: bool,
    /// Position of its source in feeds.toml.
    pub position: i64,
    /// Publication time that its feed states.
    pub published_at: Option<Timestamp>,
    /// Key of the entry within its source.
    pub key: Key,
    /// Where the entry would stand if the article had no other entry.
    pub place: Place,
    /// Length in bytes of what a reader sees of the text, of which only the first few thousand characters are read.
    pub text_length: usize,
}

/// Least length in bytes of a whole text, which is about 25 words. A text of less than half the length of a whole one is a
/// teaser of it.
const WHOLE_TEXT: usize = 120;

/// Returns whether a text of this length is a teaser or a stub ("Comments") beside the longest text of the article.
pub const fn is_teaser(length: usize, longest: usize) -> bool {
    longest >= WHOLE_TEXT && 2 * length < longest
}

impl Member {
    /// Returns a rank that is lower for a better representative: a higher priority first, then a whole text before a teaser,
    /// then the writer's own feed before an aggregator, then the order of feeds.toml. The last two parts only order the entries
    /// of one source, independently of their arrival.
    fn rank(&self, longest: usize) -> (Reverse<i64>, bool, Reverse<bool>, i64, Option<Timestamp>, &Key) {
        (
            Reverse(self.priority),
            is_teaser(self.text_length, longest),
            Reverse(self.source_is_writer),
            self.position,
            self.published_at,
            &self.key,
        )
    }

    fn compare(&self, other: &Self, longest: usize) -> Ordering {
        self.rank(longest).cmp(&other.rank(longest))
    }
}

/// Returns the entry that represents an article. `members` are its visible entries; `None` if there are none.
pub fn representative(members: &[Member]) -> Option<&Member> {
    let longest = members.iter().map(|member| member.text_length).max().unwrap_or(0);
    members.iter().min_by(|one, other| one.compare(other, longest))
}

/// Returns where an unpublished article stands, whatever the order in which its entries came. It is placed like its newest
/// entry, and dated like its representative if that date lies within the day before the place, or if the representative keeps
/// an older date as news ([`ArrivalTime::keeps`]), or else by the place.
pub fn place_together(representative: &Member, members: &[Member]) -> Place {
    let placed_at = members.iter().map(|member| member.place.placed_at).max();
    let placed_at = placed_at.unwrap_or(representative.place.placed_at);
    let dated = representative.place.river_at;
    let keeps_older_date = representative.place.placed_at.since(dated) > RECENT;
    let river_at = if keeps_older_date || placed_at.since(dated) <= RECENT { dated } else { placed_at };
    Place { river_at, placed_at }
}

/// Returns the guid of an article that begins with this entry: a URN made of the source's address and the key, so that it is
/// globally unique and always the same. `attempt` is above 0 only if another article has the guid already.
pub fn guid(source_url: &str, key: &Key, attempt: u32) -> String {
    let mut hash = Sha256::new();
    hash.update(source_url.as_bytes());
    // No URL holds this byte, so no other pair gives the same bytes.
    hash.update([0]);
    hash.update(key.0.as_bytes());
    if attempt > 0 {
        hash.update([0]);
        hash.update(attempt.to_be_bytes());
    }
    let mut id = [0_u8; 16];
    for (to, from) in id.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    // RFC 9562 §5.8: version 8 is for custom UUIDs.
    uuid::Builder::from_custom_bytes(id).into_uuid().urn().to_string()
}

/// Returns whether a guid has the form that [`guid`] gives, so that it may come from a river. Other
/// publishers use `urn:uuid:` too, so the form alone proves nothing.
pub fn is_river_guid(guid: &str) -> bool {
    guid.len() == "urn:uuid:".len() + 36 && guid.starts_with("urn:uuid:")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::article) const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    /// Returns the time of a document of a source that is read all the time.
    fn at_once(newest: Option<Timestamp>) -> ArrivalTime {
        ArrivalTime::new(NOW, newest, Some(NOW))
    }

    #[test]
    fn a_first_poll_is_placed_by_its_dates_and_never_in_the_future() {
        let old = NOW.saturating_sub(400 * DAY);
        let at = |dated| place(Arrival::WithFirstPoll, dated, AmongNew::default(), &at_once(None));
        assert_eq!(at(Some(old)), Place { river_at: old, placed_at: old });
        assert_eq!(at(Some(NOW.saturating_add(DAY))), Place { river_at: NOW, placed_at: NOW });
        assert_eq!(at(None), Place { river_at: NOW, placed_at: NOW });
    }

    #[test]
    fn later_entries_are_placed_by_arrival_and_keep_only_a_recent_date() {
        let at = |dated| place(Arrival::Later, Some(dated), AmongNew::default(), &at_once(None));
        let hours = |hours| NOW.saturating_sub(hours * HOUR);
        assert_eq!(at(hours(20)), Place { river_at: hours(20), placed_at: NOW });
        assert_eq!(at(hours(25)), Place { river_at: NOW, placed_at: NOW });
        assert_eq!(at(NOW.saturating_add(HOUR)), Place { river_at: NOW, placed_at: NOW });
    }

    #[test]
    fn news_of_a_source_that_was_not_read_for_days_keep_their_dates_and_are_placed_by_arrival() {
        let days = |days: u32| NOW.saturating_sub(days * DAY);
        let time = ArrivalTime::new(NOW, Some(NOW), Some(days(10)));
        let at = |dated, among| place(Arrival::Later, Some(dated), among, &time);
        assert_eq!(at(days(3), AmongNew::default()), Place { river_at: days(3), placed_at: NOW });
        assert_eq!(at(days(11), AmongNew::default()), Place { river_at: NOW, placed_at: NOW }, "dated back");
        let third = AmongNew::default().next(Some(days(3)), &time);
        let time = ArrivalTime { newest: Some(days(10)), ..time };
        let dated_back = place(Arrival::Later, Some(days(11)), third, &time).river_at;
        assert_eq!(dated_back, just_before(days(3)), "behind the news of its document");
    }

    #[test]
    fn entries_without_a_date_keep_the_order_of_their_document() {
        let second_of_two = |arrival, dated| place(arrival, dated, behind(1), &at_once(None));
        let just_before = NOW.saturating_sub(Duration::from_secs(1));
        let first = second_of_two(Arrival::WithFirstPoll, None);
        assert_eq!(first, Place { river_at: just_before, placed_at: just_before });
        let ahead = second_of_two(Arrival::WithFirstPoll, Some(NOW.saturating_add(DAY)));
        assert_eq!(ahead, Place { river_at: just_before, placed_at: just_before });
        let later = second_of_two(Arrival::Later, None);
        assert_eq!(later, Place { river_at: just_before, placed_at: NOW });
        // However many entries are ahead, none is dated before the newest published article.
        assert_eq!(place(Arrival::Later, None, behind(100), &at_once(Some(just_before))), later);
    }

    /// Returns how an entry stands behind this many new ones without recent dates.
    fn behind(ahead: usize) -> AmongNew {
        AmongNew { ahead, behind: None }
    }

    #[test]
    fn an_entry_that_was_dated_back_stands_behind_the_news_of_its_document_and_before_what_was_read() {
        let minutes = |minutes: u32| NOW.saturating_sub(minutes * crate::time::MINUTE);
        let (news, old) = (minutes(30), NOW.saturating_sub(11 * DAY));
        let second = AmongNew::default().next(Some(news), &at_once(None));
        let at = |among, newest| place(Arrival::Later, Some(old), among, &at_once(Some(newest))).river_at;
        assert_eq!(at(second, minutes(60)), just_before(news));
        assert_eq!(
            at(second.next(Some(old), &at_once(None)), minutes(60)),
            just_before(just_before(news)),
            "the next"
        );
        assert_eq!(at(second, minutes(10)), just_before(NOW), "readers have read newer ones");
        assert_eq!(at(AmongNew::default(), minutes(60)), NOW, "alone");
        let undated = place(Arrival::Later, None, second, &at_once(Some(minutes(60))));
        assert_eq!(undated.river_at, just_before(NOW), "without a date");
    }

    #[test]
    fn after_a_clock_was_set_back_nothing_is_placed_behind_what_was_read() {
        let placed = |newest| place(Arrival::Later, None, behind(0), &at_once(Some(newest))).placed_at;
        for days in [1, 365] {
            let ahead = NOW.saturating_add(days * DAY);
            assert_eq!(placed(ahead), ahead);
        }
        assert_eq!(placed(NOW.saturating_sub(DAY)), NOW);
    }

    #[test]
    fn an_entry_after_an_empty_first_document_is_news_unless_it_is_a_day_older() {
        let empty = SourceHistory::EmptyDocuments(NOW);
        assert_eq!(empty.arrival(Some(NOW.saturating_add(HOUR))), Arrival::Later);
        assert_eq!(empty.arrival(None), Arrival::Later);
        assert_eq!(empty.arrival(Some(NOW.saturating_sub(HOUR))), Arrival::Later);
        assert_eq!(empty.arrival(Some(NOW.saturating_sub(25 * HOUR))), Arrival::WithFirstPoll);
        assert_eq!(SourceHistory::Nothing.arrival(Some(NOW.saturating_add(HOUR))), Arrival::WithFirstPoll);
        assert_eq!(SourceHistory::Entries.arrival(Some(NOW.saturating_sub(HOUR))), Arrival::Later);
    }

    /// Returns a document of known (`true`) and new entries, dated some days ago (`None`: undated).
    pub(in crate::article) fn document(entries: &[(bool, Option<u32>)]) -> Vec<ListedEntry> {
        let entry = |(is_known, days): &(bool, Option<u32>)| ListedEntry {
            is_known: *is_known,
            dated_at: days.map(|days| NOW.saturating_sub(days * DAY)),
            ..ListedEntry::default()
        };
        entries.iter().map(entry).collect()
    }

    fn reading_order(entries: &[ListedEntry], old: &[bool]) -> Vec<usize> {
        super::reading_order(entries, ArrivalOrder::Other, old)
    }

    #[test]
    fn old_entries_without_dates_stand_behind_the_known_ones_and_not_among_the_news_of_the_day() {
        let hours = |hours: u32| NOW.saturating_sub(hours * HOUR);
        let stand_ins = |oldest| stand_ins_of_old(oldest, NOW).take(2).collect::<Vec<_>>();
        assert_eq!(stand_ins(Some(hours(100))), [hours(101), hours(102)]);
        assert_eq!(stand_ins(Some(hours(1))), [hours(25), hours(26)]);
        assert_eq!(stand_ins(None), [hours(25), hours(26)]);
    }

    #[test]
    fn events_of_a_first_poll_stand_behind_the_news_of_the_day() {
        let ahead = |hours: &[u32]| {
            let entry = |hours: &u32| ListedEntry {
                dated_at: Some(NOW.saturating_add(*hours * HOUR)),
                ..ListedEntry::default()
            };
            hours.iter().map(entry).collect::<Vec<_>>()
        };
        let hours = |hours: u32| NOW.saturating_sub(hours * HOUR);
        let events = ahead(&[5, 30, 60, 90]);
        assert_eq!(are_dates_of_events(&events, NOW), [true; 4]);
        assert_eq!(stand_in_dates(&events, NOW), [hours(25), hours(26), hours(27), hours(28)]);
        let zone = ahead(&[5, 30, 60]);
        assert_eq!(are_dates_of_events(&zone, NOW), [false, true, true], "two may be mistakes");
        assert_eq!(stand_in_dates(&zone, NOW), [NOW, hours(25), hours(26)]);
    }

    #[test]
    fn an_old_entry_that_slid_in_stands_at_its_own_date() {
        let old = NOW.saturating_sub(400 * DAY);
        assert_eq!(
            place(Arrival::ListedLate, Some(old), behind(0), &at_once(None)),
            Place { river_at: old, placed_at: old }
        );
        assert!(is_past(old, NOW) && !is_past(NOW.saturating_sub(20 * HOUR), NOW));
    }

    #[test]
    fn dated_entries_are_read_newest_first_whichever_way_they_are_listed() {
        let order = |entries: &[(bool, Option<u32>)]| reading_order(&document(entries), &[]);
        assert_eq!(order(&[(false, Some(1)), (false, Some(2)), (false, Some(3))]), [0, 1, 2]);
        assert_eq!(order(&[(false, Some(3)), (false, Some(2)), (false, Some(1))]), [2, 1, 0]);
        assert_eq!(order(&[(false, Some(3)), (false, None), (false, Some(1))]), [2, 1, 0]);
        assert_eq!(order(&[(false, Some(3)), (false, Some(3)), (false, None)]), [0, 1, 2], "same date");
        let batch = [3, 2, 1, 1, 1].map(|days| (false, Some(days)));
        assert_eq!(order(&batch), [4, 3, 2, 1, 0], "a batch at the end of a list that is oldest first");
        let batch = [1, 1, 1, 2, 3].map(|days| (false, Some(days)));
        assert_eq!(order(&batch), [0, 1, 2, 3, 4], "a batch at the top");
        let batch = [2, 3, 1, 1, 1].map(|days| (false, Some(days)));
        assert_eq!(order(&batch), [2, 3, 4, 0, 1], "a list in no order");
    }

    #[test]
    fn undated_news_behind_all_known_entries_are_read_from_the_end() {
        let order = |known: &[bool], old: &[bool]| {
            let entries: Vec<_> = known.iter().map(|known| (*known, None)).collect();
            reading_order(&document(&entries), old)
        };
        assert_eq!(order(&[true, true, false, false], &[false; 4]), [3, 2, 1, 0]);
        assert_eq!(order(&[true, true, false, false], &[false, false, true, true]), [0, 1, 2, 3], "old ones");
        assert_eq!(order(&[false, true, true, false], &[false; 4]), [0, 1, 2, 3]);
        assert_eq!(order(&[false; 3], &[false; 3]), [0, 1, 2], "a first document");
        let dated = document(&[(true, Some(3)), (false, None)]);
        assert_eq!(reading_order(&dated, &[false; 2]), [0, 1]);
    }

    #[test]
    fn undated_entries_of_a_first_poll_stand_behind_the_dated_ones() {
        let dates = |entries: &[(bool, Option<u32>)]| stand_in_dates(&document(entries), NOW);
        let undated = dates(&[(false, None); 3]);
        let hours = |hours| NOW.saturating_sub(DAY + hours * HOUR);
        assert_eq!(undated, [hours(1), hours(2), hours(3)]);
        let mixed = dates(&[(false, Some(2)), (false, None), (false, Some(4))]);
        assert_eq!(mixed[1], NOW.saturating_sub(2 * DAY + Duration::from_secs(1)));
    }

    #[test]
    fn a_first_list_of_one_second_or_of_seconds_in_a_row_is_dated_by_its_making() {
        let made = |seconds_ago: &[u64]| {
            let entry = |seconds: &u64| ListedEntry {
                is_known: false,
                dated_at: Some(NOW.saturating_sub(Duration::from_secs(*seconds))),
                ..ListedEntry::default()
            };
            are_dates_of_making(&seconds_ago.iter().map(entry).collect::<Vec<_>>(), NOW)
        };
        assert!(made(&[0; 5]) && made(&[1_800; 20]), "the request, the build");
        assert!(made(&[0, 1, 2, 3, 4]) && made(&[2, 2, 1, 1, 0]), "a second apart");
        assert!(!made(&[0; 4]), "so many may be published at once");
        assert!(!made(&[0, 1, 2, 3, 5]) && !made(&[0, 0, 0, 0, 7_200]), "one was published");
        assert!(!made(&[2 * 86_400; 20]), "two days ago");
        let mut one_undated = document(&[(false, Some(0)); 6]);
        one_undated[3].dated_at = None;
        assert!(!are_dates_of_making(&one_undated, NOW) && !are_dates_of_making(&[], NOW));
    }

    fn member(entry: i64) -> Member {
        Member {
            entry,
            own_guid: format!("guid {entry}"),
            priority: 0,
            source_is_writer: true,
            position: entry,
            published_at: None,
            key: Key(format!("key {entry}")),
            place: Place { river_at: NOW, placed_at: NOW },
            text_length: 0,
        }
    }

    #[test]
    fn a_teaser_or_a_stub_does_not_represent_an_article_that_has_a_whole_text() {
        let chosen = |lengths: [usize; 2]| {
            let with =
                |entry, text_length| Member { text_length, source_is_writer: entry == 1, ..member(entry) };
            representative(&[with(1, lengths[0]), with(2, lengths[1])]).unwrap().entry
        };
        assert_eq!(chosen([8, 700]), 2, "a stub");
        assert_eq!(chosen([300, 700]), 2, "a teaser");
        assert_eq!(chosen([500, 700]), 1, "a text that is shortened a little");
        assert_eq!(chosen([8, 60]), 1, "neither is a whole text");
        let preferred = Member { priority: 1, ..member(1) };
        assert_eq!(representative(&[preferred, Member { text_length: 700, ..member(2) }]).unwrap().entry, 1);
    }

    #[test]
    fn priority_decides_the_representative_then_who_wrote_it_then_the_order_of_feeds_toml() {
        let file = [member(2), member(1), member(3)];
        assert_eq!(representative(&file).unwrap().entry, 1);
        let site = [Member { source_is_writer: false, ..member(1) }, member(2)];
        assert_eq!(representative(&site).unwrap().entry, 2);
        let priority = [member(1), Member { source_is_writer: false, priority: 1, ..member(2) }];
        assert_eq!(representative(&priority).unwrap().entry, 2);
        assert_eq!(representative(&[]), None);
    }

    #[test]
    fn an_article_is_placed_as_its_newest_entry_and_dated_by_its_representative() {
        let dated = |span| {
            let at = NOW.saturating_sub(span);
            Member { place: Place { river_at: at, placed_at: at }, ..member(1) }
        };
        let together = |first: Member| {
            let members = [member(2), first];
            place_together(&members[1], &members)
        };
        let recent = NOW.saturating_sub(HOUR);
        assert_eq!(together(dated(HOUR)), Place { river_at: recent, placed_at: NOW });
        assert_eq!(together(dated(100 * DAY)), Place { river_at: NOW, placed_at: NOW });
        let kept = Place { river_at: NOW.saturating_sub(3 * DAY), placed_at: NOW.saturating_sub(HOUR) };
        let not_read_for_days = Member { place: kept, ..member(1) };
        assert_eq!(together(not_read_for_days), Place { placed_at: NOW, ..kept });
    }

    #[test]
    fn a_guid_is_a_version_8_uuid_that_depends_only_on_address_and_key() {
        let id = guid("https://example.org/feed", &Key("a".to_owned()), 0);
        assert_eq!(id, "urn:uuid:62584791-0459-84c0-bd97-7f76f1a8b192", "a published guid never changes");
        assert_ne!(id, guid("https://example.org/feed", &Key("b".to_owned()), 0));
        assert_ne!(id, guid("https://example.com/feed", &Key("a".to_owned()), 0));
        assert_ne!(id, guid("https://example.org/feed", &Key("a".to_owned()), 1));
    }
}
