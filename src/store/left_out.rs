//! Keeps which listed entries did not reach the river: their counts for `status`, and a bounded record of them for `why`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::StoreError;
use super::state::time;
use crate::model::{CanonicalUrl, Key, LeftOutCounts, LeftOutEntry, LeftOutReason, Listing, SourceId};
use crate::time::Timestamp;

/// How many entries that the feed of one source lists are recorded at most.
const RECORDED: usize = 200;

/// How many entries of one source that have left its feed are remembered at most. Those that left it last are remembered.
const REMEMBERED: i64 = 1000;

/// How many recorded entries one answer has at most.
const ANSWERS: i64 = 200;

/// How many sources and reasons an answer without a match suggests at most.
const SUGGESTED: usize = 20;

/// An entry that did not reach the river, as `why` shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LeftOutHistory {
    /// The name of the source.
    pub source: String,
    /// The entry and the reason.
    #[serde(flatten)]
    pub entry: LeftOutEntry,
    /// Since when it has been left out for this reason without a break and without a change of its guid, address or title.
    pub since: Timestamp,
    /// Since when the feed no longer lists the entry; `None` while the feed lists it.
    pub unlisted_at: Option<Timestamp>,
}

/// Entries of a source that did not reach the river and are not in the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Unrecorded {
    /// The name of the source.
    pub source: String,
    /// Why they were left out.
    pub reason: LeftOutReason,
    /// How many entries these are.
    pub count: u32,
}

/// Replaces the counts and the record of `source` by what its newest document left out. `unread` counts entries of which
/// nothing else is known. Returns the counts, which include the entries that filters hold back.
///
/// A document of changes (226) replaces the counts but adds to the record. `is_taken` returns whether the document has an entry
/// with this key. If it has, the recorded entry with this key leaves the record, unless it is left out again. An entry that the
/// feed no longer lists is remembered. Of the record, only changed rows are written.
pub(super) fn replace(
    conn: &Connection,
    source: SourceId,
    (left_out, unread): (Vec<Cow<'_, LeftOutEntry>>, &LeftOutCounts),
    (listing, is_taken): (Listing, impl Fn(&Key) -> bool),
    now: Timestamp,
) -> Result<LeftOutCounts, StoreError> {
    let mut counts = unread.clone();
    for entry in &left_out {
        counts.add(entry.reason, 1);
    }
    write_counts(conn, source, &counts)?;
    write_record(conn, source, left_out, (listing, is_taken), now)?;
    counts.add(LeftOutReason::Filtered, held_back(conn, source)?);
    Ok(counts)
}

fn write_counts(conn: &Connection, source: SourceId, counts: &LeftOutCounts) -> Result<(), StoreError> {
    conn.prepare_cached("delete from left_out_counts where source_id = ?")?.execute([source.0])?;
    let mut insert =
        conn.prepare_cached("insert into left_out_counts (source_id, reason, count) values (?, ?, ?)")?;
    for (reason, count) in counts.iter() {
        insert.execute(params![source.0, reason.as_str(), count])?;
    }
    Ok(())
}

fn write_record(
    conn: &Connection,
    source: SourceId,
    mut left_out: Vec<Cow<'_, LeftOutEntry>>,
    (listing, is_taken): (Listing, impl Fn(&Key) -> bool),
    now: Timestamp,
) -> Result<(), StoreError> {
    // An empty entry has nothing by which it could be found, and one entry may be repeated a thousand times, so empty entries
    // and repetitions are not recorded.
    let mut seen = HashSet::new();
    left_out.retain(|entry| entry.reason != LeftOutReason::Empty && seen.insert(entry.clone()));
    let recorded = recorded(conn, source, "unlisted_at is null")?;
    if recorded.is_empty() && left_out.is_empty() {
        return Ok(());
    }
    let listed: HashSet<Identity<'_>> = left_out.iter().map(|entry| identity(entry)).collect();
    // The sort is stable: entries of one reason stay in document order.
    let mut wanted: Vec<&LeftOutEntry> = left_out.iter().map(Cow::as_ref).collect();
    wanted.sort_by_key(|entry| entry.reason);
    wanted.truncate(RECORDED);
    let stays: HashSet<&LeftOutEntry> = recorded.iter().filter_map(|(_, entry)| entry.as_ref()).collect();
    let new: Vec<&LeftOutEntry> = wanted.iter().copied().filter(|entry| !stays.contains(entry)).collect();
    let wanted: HashSet<&LeftOutEntry> = wanted.into_iter().collect();
    let is_taken = |entry: &LeftOutEntry| {
        entry.reason != LeftOutReason::Repeated && entry.key.as_ref().is_some_and(&is_taken)
    };
    // After a document of changes, the feed still lists the other entries, so only the oldest are removed to make room.
    let mut room = RECORDED.saturating_sub(new.len());
    let (mut removed, mut left_feed) = (Vec::new(), Vec::new());
    for (number, entry) in recorded.iter().rev() {
        let Some(entry) = entry else {
            removed.push(*number);
            continue;
        };
        let stays = wanted.contains(entry);
        if !stays && (listed.contains(&identity(entry)) || is_taken(entry)) {
            removed.push(*number);
        } else if !stays && listing == Listing::Whole {
            left_feed.push(*number);
        } else if room == 0 {
            removed.push(*number);
        } else {
            room -= 1;
        }
    }
    if !new.is_empty() {
        let is_listed = |entry: &LeftOutEntry| listed.contains(&identity(entry));
        let remembered = self::recorded(conn, source, "unlisted_at is not null")?;
        let back = remembered.iter().filter(|(_, entry)| entry.as_ref().is_some_and(is_listed));
        removed.extend(back.map(|(number, _)| number));
    }
    delete(conn, source, &removed)?;
    remember(conn, source, &left_feed, now)?;
    insert(conn, source, &new, now)
}

/// What an entry is recognised by in the record. A repeated entry has the key of another one.
type Identity<'a> = (Option<&'a Key>, Option<&'a LeftOutEntry>);

fn identity(entry: &LeftOutEntry) -> Identity<'_> {
    match &entry.key {
        Some(key) if entry.reason != LeftOutReason::Repeated => (Some(key), None),
        _ => (None, Some(entry)),
    }
}

fn delete(conn: &Connection, source: SourceId, numbers: &[i64]) -> Result<(), StoreError> {
    let mut delete = conn.prepare_cached("delete from left_out where source_id = ? and number = ?")?;
    for number in numbers {
        delete.execute(params![source.0, number])?;
    }
    Ok(())
}

/// Notes that the feed no longer lists these entries. If the source has more than [`REMEMBERED`] such entries, deletes those
/// that left the feed first.
fn remember(conn: &Connection, source: SourceId, numbers: &[i64], now: Timestamp) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    let mut unlist =
        conn.prepare_cached("update left_out set unlisted_at = ?3 where source_id = ?1 and number = ?2")?;
    for number in numbers {
        unlist.execute(params![source.0, number, now.unix()])?;
    }
    conn.prepare_cached(
        "delete from left_out where source_id = ?1 and number in (
             select number from left_out where source_id = ?1 and unlisted_at is not null
             order by unlisted_at desc, number desc limit -1 offset ?2)",
    )?
    .execute(params![source.0, REMEMBERED])?;
    Ok(())
}

/// Deletes the entries of `source` that left its feed before `before`.
pub(super) fn forget(conn: &Connection, source: SourceId, before: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached("delete from left_out where source_id = ? and unlisted_at < ?")?
        .execute(params![source.0, before.unix()])?;
    Ok(())
}

fn insert(
    conn: &Connection,
    source: SourceId,
    entries: &[&LeftOutEntry],
    now: Timestamp,
) -> Result<(), StoreError> {
    let next: i64 = conn
        .prepare_cached("select coalesce(max(number) + 1, 0) from left_out where source_id = ?")?
        .query_row([source.0], |row| row.get(0))?;
    let mut insert = conn.prepare_cached(
        "insert into left_out (source_id, number, reason, detail, key, guid, url, canonical_url, title, since)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (number, entry) in (next..).zip(entries) {
        insert.execute(params![
            source.0,
            number,
            entry.reason.as_str(),
            entry.detail,
            entry.key.as_ref().map(|key| &key.0),
            entry.guid,
            entry.url,
            entry.canonical_url.as_ref().map(|url| &url.0),
            entry.title,
            now.unix(),
        ])?;
    }
    Ok(())
}

/// Returns the record of a source where it meets `condition`, with the number of each row, the oldest first. A row has no entry
/// if [`entry`] returns none.
fn recorded(
    conn: &Connection,
    source: SourceId,
    condition: &str,
) -> Result<Vec<(i64, Option<LeftOutEntry>)>, StoreError> {
    let mut query = conn.prepare_cached(&format!(
        "select number, reason, detail, key, guid, url, canonical_url, title from left_out
         where source_id = ? and {condition} order by number",
    ))?;
    let rows = query.query_map([source.0], |row| Ok((row.get("number")?, entry(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads the entry of a row. Returns `None` if the reason is one that only another version of riverd knows. The next document
/// replaces such a row.
fn entry(row: &Row<'_>) -> rusqlite::Result<Option<LeftOutEntry>> {
    let reason: String = row.get("reason")?;
    let Some(reason) = LeftOutReason::from_name(&reason) else { return Ok(None) };
    Ok(Some(LeftOutEntry {
        reason,
        detail: row.get("detail")?,
        key: row.get::<_, Option<String>>("key")?.map(Key),
        guid: row.get("guid")?,
        url: row.get("url")?,
        canonical_url: row.get::<_, Option<String>>("canonical_url")?.map(CanonicalUrl),
        title: row.get("title")?,
    }))
}

/// Returns how many listed entries of a source its filters hold back.
fn held_back(conn: &Connection, source: SourceId) -> Result<u32, StoreError> {
    Ok(conn
        .prepare_cached(
            "select count(*) from entries indexed by entries_held_back
             where source_id = ? and held_back is not null and unlisted_at is null",
        )?
        .query_row([source.0], |row| row.get(0))?)
}

/// Returns the counts of the entries that did not reach the river, for every source that has such entries. Its newest document
/// left them out, or its filters hold them back now.
pub(super) fn counts(conn: &Connection) -> Result<HashMap<i64, LeftOutCounts>, StoreError> {
    let mut query = conn.prepare_cached(
        "select source_id, reason, count from left_out_counts
         union all select source_id, 'filtered', count(*) from entries indexed by entries_held_back
             where held_back is not null and unlisted_at is null group by source_id",
    )?;
    let mut rows = query.query([])?;
    let mut found: HashMap<i64, LeftOutCounts> = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Some(reason) = LeftOutReason::from_name(&row.get::<_, String>(1)?) {
            found.entry(row.get(0)?).or_default().add(reason, row.get(2)?);
        }
    }
    Ok(found)
}

/// Returns the recorded entries with this address, key or guid, the newest first, at most [`ANSWERS`]. Those that have left
/// their feed come last.
pub(super) fn histories(
    conn: &Connection,
    text: &str,
    canonical: &str,
) -> Result<Vec<LeftOutHistory>, StoreError> {
    // There is no index for this query, because an index would make every poll more expensive. Without one, a person waits up
    // to a second.
    let mut query = conn.prepare_cached(
        "select name, reason, detail, key, guid, left_out.url, canonical_url, left_out.title, since, unlisted_at
         from left_out join sources on sources.id = source_id
         where canonical_url = ?1 or key = ?2 or guid = ?2 or left_out.url = ?2
         order by unlisted_at is not null, since desc, name, number limit ?3",
    )?;
    let rows = query.query_map(params![canonical, text, ANSWERS], |row| {
        let Some(entry) = entry(row)? else { return Ok(None) };
        let since = Timestamp::from_unix(row.get("since")?);
        let unlisted_at = time(row, "unlisted_at")?;
        Ok(Some(LeftOutHistory { source: row.get("name")?, entry, since, unlisted_at }))
    })?;
    Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// Returns the sources that left out entries which are not recorded, and why, at most [`SUGGESTED`]. Those with the most
/// entries come first.
pub(super) fn unrecorded(conn: &Connection) -> Result<Vec<Unrecorded>, StoreError> {
    let mut query = conn.prepare_cached(
        "select name, reason, unrecorded from (
             select name, reason,
                 (
                     select count(*) from left_out where left_out.source_id = counts.source_id and unlisted_at is null
                 ) as recorded,
                 count - (
                     select count(*) from left_out
                     where left_out.source_id = counts.source_id and left_out.reason = counts.reason
                         and unlisted_at is null
                 ) as unrecorded
             from left_out_counts as counts join sources on sources.id = source_id
         ) where unrecorded > 0
             -- An entry with one of these reasons is recorded once, however often it is counted, so a difference counts only where
             -- the record is full.
             and (recorded >= ?1 or reason not in ('repeated', 'pruned', 'max_entries', 'max_age'))
         order by unrecorded desc, name, reason",
    )?;
    let mut rows = query.query([RECORDED as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()?
        && found.len() < SUGGESTED
    {
        // An empty entry has nothing by which it could be found.
        let reason = LeftOutReason::from_name(&row.get::<_, String>(1)?);
        if let Some(reason) = reason.filter(|reason| *reason != LeftOutReason::Empty) {
            found.push(Unrecorded { source: row.get(0)?, reason, count: row.get(2)? });
        }
    }
    Ok(found)
}
