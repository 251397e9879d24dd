//! Decides where an entry stands in the river, which entry represents an article, and under which guid it is published.

use std::cmp::{Ordering, Reverse};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::model::Key;
use crate::time::{DAY, HOUR, Timestamp};

/// Greatest age of news, by its own date, at which it keeps that date.
const RECENT: Duration = DAY;

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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListedEntry {
    /// Whether the document that was read before lists it too.
    pub is_known: bool,
    /// Date that the feed states.
    pub dated_at: Option<Timestamp>,
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
}

/// Returns for each entry of a document whether it is an old one that the document lists only now. With dates, such an entry is
/// unknown, older than all known entries, and stands at the old end of the list, beyond all of them. It comes because the list
/// became longer, which adds several entries, or because other entries were deleted (`gaps`). An entry with an old date that
/// stands elsewhere, or that comes alone to a list without gaps, was dated back by its publisher and is news.
///
/// Several entries that came together among the known ones, with dates that lie weeks apart, are old, too
/// ([`add_back_catalogue`]).
///
/// If no entry is known, those that are older than all entries of the previous document are old, if they are at least
/// [`LEAST_OLDER`]: the publisher lists its oldest entries first now, or served another page of its list.
///
/// If no entry has a date, the document probably lists its newest entries first, so the entries behind all known ones may be
/// old. They are old if they are at least [`LEAST_UNDATED`] and at least half as many as the known ones, and no entry is
/// missing. They are also old if older entries are missing from a list that certainly has its newest entries first
/// ([`Gaps::are_behind_newest`]). Otherwise they may be new entries of a list that has its newest ones last.
pub fn behind_known(entries: &[ListedEntry], gaps: Gaps) -> Vec<bool> {
    if entries.iter().all(|entry| entry.dated_at.is_none()) {
        return undated_behind_known(entries, gaps);
    }
    if let Some(oldest) = gaps.older_than_all {
        let is_older = |entry: &ListedEntry| entry.dated_at.is_some_and(|dated_at| dated_at < oldest);
        let old: Vec<bool> = entries.iter().map(is_older).collect();
        let are_enough = old.iter().filter(|old| **old).count() >= LEAST_OLDER;
        return if are_enough { old } else { vec![false; entries.len()] };
    }
    let known = || entries.iter().enumerate().filter(|(_, entry)| entry.is_known);
    let known_dates: Vec<Timestamp> = known().filter_map(|(_, entry)| entry.dated_at).collect();
    let bounds = known().next().zip(known().next_back()).map(|((first, _), (last, _))| (first, last));
    let (Some((first, last)), Some(oldest)) = (bounds, known_dates.iter().min()) else {
        return vec![false; entries.len()];
    };
    // If the dates of the known entries are in no order, the list has no old end.
    let newest_first = known_dates.is_sorted_by(|one, next| one >= next);
    let oldest_first = known_dates.is_sorted() && !newest_first;
    let is_behind = |at: usize| (newest_first && at > last) || (oldest_first && at < first);
    let is_old = |(at, entry): (usize, &ListedEntry)| {
        !entry.is_known && entry.dated_at.is_some_and(|dated_at| dated_at < *oldest) && is_behind(at)
    };
    let mut old: Vec<bool> = entries.iter().enumerate().map(is_old).collect();
    let is_alone = old.iter().filter(|old| **old).count() < 2 && !gaps.exist;
    if is_alone {
        old.fill(false);
    }
    if newest_first || oldest_first {
        add_back_catalogue(entries, known_dates.iter().max(), &mut old);
    }
    old
}

/// Marks the entries of a back catalogue in `old`: at least [`LEAST_OLDER`] unknown entries that came together, are dated at
/// least [`SPAN_OF_CATALOGUE`] apart, and stand among the known ones in a list that is sorted by date. Another author was added
/// to the list, or an author gave old posts the label that it lists.
fn add_back_catalogue(entries: &[ListedEntry], newest: Option<&Timestamp>, old: &mut [bool]) {
    let is_dated_back = |entry: &ListedEntry| !entry.is_known && entry.dated_at.as_ref() < newest;
    let dates = || entries.iter().filter(|entry| is_dated_back(entry)).filter_map(|entry| entry.dated_at);
    let all: Vec<Timestamp> = entries.iter().filter_map(|entry| entry.dated_at).collect();
    let is_sorted = all.is_sorted() || all.is_sorted_by(|one, next| one >= next);
    let span = dates().max().zip(dates().min()).map(|(last, first)| last.since(first));
    if is_sorted && dates().count() >= LEAST_OLDER && span.is_some_and(|span| span >= SPAN_OF_CATALOGUE) {
        for (old, entry) in old.iter_mut().zip(entries) {
            *old |= entry.dated_at.is_some() && is_dated_back(entry);
        }
    }
}

/// Least time between the oldest and the newest entry of a back catalogue. A publisher who enters late what happened in the
/// last days dates less far back.
const SPAN_OF_CATALOGUE: Duration = Duration::from_hours(14 * 24);

/// Least number of entries that are older than all known ones in a list without any known entry that counts as a sign of
/// another part of the list. Fewer may be new ones that were dated back.
const LEAST_OLDER: usize = 3;

/// Least number of unknown undated entries at the end of a list that counts as a sign of a longer list.
const LEAST_UNDATED: usize = 3;

fn undated_behind_known(entries: &[ListedEntry], gaps: Gaps) -> Vec<bool> {
    let last = entries.iter().rposition(|entry| entry.is_known);
    let behind = last.map_or(0, |last| entries.len() - last - 1);
    let known = entries.iter().filter(|entry| entry.is_known).count();
    let is_longer = behind >= LEAST_UNDATED && 2 * behind >= known && !gaps.exist;
    let is_old = |at: usize| (is_longer || gaps.are_behind_newest) && last.is_some_and(|last| at > last);
    (0..entries.len()).map(is_old).collect()
}

/// Returns whether this date is too old for news.
pub fn is_past(dated_at: Timestamp, now: Timestamp) -> bool {
    now.since(dated_at) > RECENT
}

/// Returns the positions of the entries of a document in the order in which they are read, the newest first. Dated entries come
/// in the order of their dates, whichever way the document lists them, and those of one second from the end if the dates rise
/// towards it; undated ones keep their positions. A list without dates that gets its news behind all known entries has its
/// newest ones last. `old` says which entries are no news ([`behind_known`]).
pub fn reading_order(entries: &[ListedEntry], old: &[bool]) -> Vec<usize> {
    if grows_at_its_end(entries, old) {
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
const LEAST_MADE_AT_ONCE: usize = 5;

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

/// Returns the date at which each entry of a first document stands: its own one, but not in the future. An undated entry stands
/// a second behind the entry that the document lists before it. Undated entries before the first dated one stand an hour apart
/// and more than a day ago, so that a whole list without dates does not stand above the news of other sources.
pub fn stand_in_dates(entries: &[ListedEntry], now: Timestamp) -> Vec<Timestamp> {
    let mut last = now.saturating_sub(DAY);
    let mut step = SPREAD;
    let stand_in = |entry: &ListedEntry| {
        match entry.dated_at {
            Some(dated_at) => (last, step) = (dated_at.min(now), Duration::from_secs(1)),
            None => last = last.saturating_sub(step),
        }
        last
    };
    entries.iter().map(stand_in).collect()
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
    /// Date of the news behind which an entry stands if it was dated back: the last date within the past day among the entries
    /// ahead, less a second for each later one with any other date. `None` if no entry ahead has such a date.
    pub behind: Option<Timestamp>,
}

impl AmongNew {
    /// Returns the position of the entry after this one. This one is dated `dated_at`.
    #[must_use]
    pub fn next(self, dated_at: Option<Timestamp>, now: Timestamp) -> Self {
        let behind = match dated_at {
            Some(at) if at <= now && !is_past(at, now) => Some(at),
            Some(_) => self.behind.map(just_before),
            None => self.behind,
        };
        Self { ahead: self.ahead + 1, behind }
    }
}

fn just_before(at: Timestamp) -> Timestamp {
    at.saturating_sub(Duration::from_secs(1))
}

/// Returns where an entry stands that is dated `dated_at` and arrives at `now`. `among` says how it stands among the new
/// entries of its document. `newest` is the place of the newest published article.
///
/// An entry that is no news ([`Arrival::WithFirstPoll`], [`Arrival::ListedLate`]) stands at its date. If it has none, or one in
/// the future, it stands at its arrival, less a second for each new entry ahead of it.
///
/// A later entry keeps its date only if that lies within the day before its arrival, because publishers date entries back and
/// ahead. Its place in the river is its arrival, so that everyone who reads often enough sees it. Entries that keep no date are
/// dated a second apart, because readers that sort by date need different dates to keep the order of the document. The first
/// of the document gets the newest of these dates, and none gets a date before the newest published article. An entry that was
/// dated back is dated just before the news of its document, if that is still newer than the newest published article.
pub fn place(
    arrival: Arrival,
    dated_at: Option<Timestamp>,
    among: AmongNew,
    now: Timestamp,
    newest: Option<Timestamp>,
) -> Place {
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
            let river_at = stated.filter(|&at| now.since(at) <= RECENT).unwrap_or(in_order);
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
/// entry, and dated like its representative if that date lies within the day before the place, or else by the place.
pub fn place_together(representative: &Member, members: &[Member]) -> Place {
    let placed_at = members.iter().map(|member| member.place.placed_at).max();
    let placed_at = placed_at.unwrap_or(representative.place.placed_at);
    let dated = representative.place.river_at;
    let river_at = if placed_at.since(dated) <= RECENT { dated } else { placed_at };
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
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn a_first_poll_is_placed_by_its_dates_and_never_in_the_future() {
        let old = NOW.saturating_sub(400 * DAY);
        let at = |dated| place(Arrival::WithFirstPoll, dated, AmongNew::default(), NOW, None);
        assert_eq!(at(Some(old)), Place { river_at: old, placed_at: old });
        assert_eq!(at(Some(NOW.saturating_add(DAY))), Place { river_at: NOW, placed_at: NOW });
        assert_eq!(at(None), Place { river_at: NOW, placed_at: NOW });
    }

    #[test]
    fn later_entries_are_placed_by_arrival_and_keep_only_a_recent_date() {
        let at = |dated| place(Arrival::Later, Some(dated), AmongNew::default(), NOW, None);
        let hours = |hours| NOW.saturating_sub(hours * HOUR);
        assert_eq!(at(hours(20)), Place { river_at: hours(20), placed_at: NOW });
        assert_eq!(at(hours(25)), Place { river_at: NOW, placed_at: NOW });
        assert_eq!(at(NOW.saturating_add(HOUR)), Place { river_at: NOW, placed_at: NOW });
    }

    #[test]
    fn entries_without_a_date_keep_the_order_of_their_document() {
        let second_of_two = |arrival, dated| place(arrival, dated, behind(1), NOW, None);
        let just_before = NOW.saturating_sub(Duration::from_secs(1));
        let first = second_of_two(Arrival::WithFirstPoll, None);
        assert_eq!(first, Place { river_at: just_before, placed_at: just_before });
        let ahead = second_of_two(Arrival::WithFirstPoll, Some(NOW.saturating_add(DAY)));
        assert_eq!(ahead, Place { river_at: just_before, placed_at: just_before });
        let later = second_of_two(Arrival::Later, None);
        assert_eq!(later, Place { river_at: just_before, placed_at: NOW });
        // However many entries are ahead, none is dated before the newest published article.
        assert_eq!(place(Arrival::Later, None, behind(100), NOW, Some(just_before)), later);
    }

    /// Returns how an entry stands behind this many new ones without recent dates.
    fn behind(ahead: usize) -> AmongNew {
        AmongNew { ahead, behind: None }
    }

    #[test]
    fn an_entry_that_was_dated_back_stands_behind_the_news_of_its_document_and_before_what_was_read() {
        let minutes = |minutes: u32| NOW.saturating_sub(minutes * crate::time::MINUTE);
        let (news, old) = (minutes(30), NOW.saturating_sub(11 * DAY));
        let second = AmongNew::default().next(Some(news), NOW);
        let at = |among, newest| place(Arrival::Later, Some(old), among, NOW, Some(newest)).river_at;
        assert_eq!(at(second, minutes(60)), just_before(news));
        assert_eq!(at(second.next(Some(old), NOW), minutes(60)), just_before(just_before(news)), "the next");
        assert_eq!(at(second, minutes(10)), just_before(NOW), "readers have read newer ones");
        assert_eq!(at(AmongNew::default(), minutes(60)), NOW, "alone");
        let undated = place(Arrival::Later, None, second, NOW, Some(minutes(60)));
        assert_eq!(undated.river_at, just_before(NOW), "without a date");
    }

    #[test]
    fn after_a_clock_was_set_back_nothing_is_placed_behind_what_was_read() {
        let placed = |newest| place(Arrival::Later, None, behind(0), NOW, Some(newest)).placed_at;
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
    fn document(entries: &[(bool, Option<u32>)]) -> Vec<ListedEntry> {
        let entry = |(is_known, days): &(bool, Option<u32>)| ListedEntry {
            is_known: *is_known,
            dated_at: days.map(|days| NOW.saturating_sub(days * DAY)),
        };
        entries.iter().map(entry).collect()
    }

    #[test]
    fn what_stands_behind_the_known_entries_and_is_older_is_old_and_what_was_dated_back_is_news() {
        let old = |entries: &[(bool, Option<u32>)]| behind_known(&document(entries), Gaps::default());
        let longer =
            [(false, Some(1)), (true, Some(5)), (true, Some(9)), (false, Some(12)), (false, Some(20))];
        assert_eq!(old(&longer), [false, false, false, true, true]);
        let oldest_first: Vec<_> = longer.iter().copied().rev().collect();
        assert_eq!(old(&oldest_first), [true, true, false, false, false]);
        assert_eq!(old(&[(false, Some(90)), (true, Some(5)), (true, Some(9))]), [false; 3], "in front");
        assert_eq!(old(&[(true, Some(5)), (false, Some(90)), (true, Some(9))]), [false; 3], "among them");
        let no_order =
            [(true, Some(9)), (true, Some(5)), (true, Some(7)), (false, Some(20)), (false, Some(30))];
        assert_eq!(old(&no_order), [false; 5]);
        let gaps = Gaps { exist: true, ..Gaps::default() };
        let alone = [(true, Some(5)), (false, Some(20))];
        assert_eq!(old(&alone), [false; 2], "alone");
        assert_eq!(behind_known(&document(&alone), gaps), [false, true], "others are gone");
        assert_eq!(old(&[(true, Some(5)), (false, None)]), [false; 2], "undated");
        let undated =
            [(false, None), (true, None), (true, None), (false, None), (false, None), (false, None)];
        assert_eq!(old(&undated), [false, false, false, true, true, true]);
        assert_eq!(behind_known(&document(&undated), gaps), [false; 6], "others are gone");
        assert_eq!(old(&undated[1..5]), [false; 4], "two new ones at the end");
        let slid_in = behind_known(
            &document(&undated[1..4]),
            Gaps { exist: true, are_behind_newest: true, ..Gaps::default() },
        );
        assert_eq!(slid_in, [false, false, true], "a post in the middle was deleted");
        assert_eq!(old(&undated[3..]), [false; 3], "no date, nothing is known");
        assert_eq!(old(&[(false, Some(5)), (false, Some(9))]), [false; 2], "nothing is known");
    }

    #[test]
    fn a_back_catalogue_among_the_known_entries_is_old_and_what_was_entered_late_is_news() {
        let old = |days: &[(bool, u32)]| {
            let entries: Vec<_> = days.iter().map(|(is_known, days)| (*is_known, Some(*days))).collect();
            behind_known(&document(&entries), Gaps::default())
        };
        let (known, new) = (true, false);
        let joined = [(new, 0), (known, 1), (new, 5), (known, 9), (new, 30), (new, 40), (known, 90)];
        assert_eq!(old(&joined), [false, false, true, false, true, true, false]);
        assert_eq!(old(&[(known, 1), (new, 5), (new, 6), (new, 8), (known, 90)]), [false; 5], "entered late");
        assert_eq!(old(&[(known, 1), (new, 5), (new, 60), (known, 90)]), [false; 4], "two");
        assert_eq!(
            old(&[(new, 60), (new, 5), (new, 30), (known, 1), (known, 90)]),
            [false; 5],
            "at the head"
        );
    }

    #[test]
    fn another_part_of_a_list_is_old_where_it_is_older_than_all_that_was_listed() {
        let gaps = Gaps { exist: true, older_than_all: Some(NOW.saturating_sub(9 * DAY)), ..Gaps::default() };
        let old = |days: &[u32]| {
            let entries: Vec<_> = days.iter().map(|days| (false, Some(*days))).collect();
            behind_known(&document(&entries), gaps)
        };
        assert_eq!(old(&[30, 20, 10]), [true; 3], "the oldest first");
        assert_eq!(old(&[0, 10, 20, 30, 9]), [false, true, true, true, false], "a new one among them");
        assert_eq!(old(&[10, 20]), [false; 2], "two that were dated back");
        assert_eq!(old(&[3, 2, 1]), [false; 3], "news");
    }

    #[test]
    fn an_old_entry_that_slid_in_stands_at_its_own_date() {
        let old = NOW.saturating_sub(400 * DAY);
        assert_eq!(
            place(Arrival::ListedLate, Some(old), behind(0), NOW, None),
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
