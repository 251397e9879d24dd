//! Keeps which listed entries did not reach the river: their counts for `status`, and a bounded record of them for `why`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::StoreError;
use crate::model::{CanonicalUrl, Key, LeftOutCounts, LeftOutEntry, LeftOutReason, Listing, SourceId};
use crate::time::Timestamp;

/// How many entries of one source are recorded at most.
const RECORDED: usize = 200;

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
/// nothing else is known. Returns the counts, with the entries that filters hold back.
///
/// A document of changes (226) replaces the counts but adds to the record. `is_taken` returns whether the document has an entry
/// with this key. If so, an entry that `max_entries` or `max_age` left out before leaves the record, unless it is left out
/// again. Of the record, only changed rows are written.
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
    // The sort is stable: entries of one reason stay in document order.
    left_out.sort_by_key(|entry| entry.reason);
    left_out.truncate(RECORDED);
    let recorded = recorded(conn, source)?;
    if recorded.is_empty() && left_out.is_empty() {
        return Ok(());
    }
    let mut next = recorded.iter().map(|(number, _)| number + 1).max().unwrap_or(0);
    let stays: HashSet<&LeftOutEntry> = recorded.iter().map(|(_, entry)| entry).collect();
    let new: Vec<&LeftOutEntry> =
        left_out.iter().map(Cow::as_ref).filter(|entry| !stays.contains(entry)).collect();
    let wanted: HashSet<&LeftOutEntry> = left_out.iter().map(Cow::as_ref).collect();
    let is_gone = |entry: &LeftOutEntry| {
        let is_taken = entry.reason.is_configured_limit() && entry.key.as_ref().is_some_and(&is_taken);
        !wanted.contains(entry) && (listing == Listing::Whole || is_taken)
    };
    // After a document of changes, the feed still lists the other entries, so only the oldest are removed to make room.
    let mut room = RECORDED.saturating_sub(new.len());
    let mut delete = conn.prepare_cached("delete from left_out where source_id = ? and number = ?")?;
    for (number, entry) in recorded.iter().rev() {
        if room == 0 || is_gone(entry) {
            delete.execute(params![source.0, number])?;
        } else {
            room -= 1;
        }
    }
    let mut insert = conn.prepare_cached(
        "insert into left_out (source_id, number, reason, detail, key, guid, url, canonical_url, title, since)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for entry in new {
        insert.execute(params![
            source.0,
            next,
            entry.reason.as_str(),
            entry.detail,
            entry.key.as_ref().map(|key| &key.0),
            entry.guid,
            entry.url,
            entry.canonical_url.as_ref().map(|url| &url.0),
            entry.title,
            now.unix(),
        ])?;
        next += 1;
    }
    Ok(())
}

/// Returns the record of a source with the number of each row, the oldest first.
fn recorded(conn: &Connection, source: SourceId) -> Result<Vec<(i64, LeftOutEntry)>, StoreError> {
    let mut query = conn.prepare_cached(
        "select number, reason, detail, key, guid, url, canonical_url, title from left_out where source_id = ?
         order by number",
    )?;
    let rows = query.query_map([source.0], |row| Ok((row.get("number")?, entry(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<LeftOutEntry> {
    let reason: String = row.get("reason")?;
    Ok(LeftOutEntry {
        // Only another version of riverd writes an unknown reason. The next document replaces the row.
        reason: LeftOutReason::from_name(&reason).unwrap_or(LeftOutReason::NotAnObject),
        detail: row.get("detail")?,
        key: row.get::<_, Option<String>>("key")?.map(Key),
        guid: row.get("guid")?,
        url: row.get("url")?,
        canonical_url: row.get::<_, Option<String>>("canonical_url")?.map(CanonicalUrl),
        title: row.get("title")?,
    })
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

/// Returns the counts of every source that has some: entries that its newest document left out, and entries that its
/// filters hold back now.
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

/// Returns the recorded entries with this address, key or guid, the newest first, at most [`ANSWERS`].
pub(super) fn histories(
    conn: &Connection,
    text: &str,
    canonical: &str,
) -> Result<Vec<LeftOutHistory>, StoreError> {
    // There is no index, because it would make every poll more expensive. Without it a person waits up to a second.
    let mut query = conn.prepare_cached(
        "select name, reason, detail, key, guid, left_out.url, canonical_url, left_out.title, since
         from left_out join sources on sources.id = source_id
         where canonical_url = ?1 or key = ?2 or guid = ?2 or left_out.url = ?2
         order by since desc, name, number limit ?3",
    )?;
    let rows = query.query_map(params![canonical, text, ANSWERS], |row| {
        let since = Timestamp::from_unix(row.get("since")?);
        Ok(LeftOutHistory { source: row.get("name")?, entry: entry(row)?, since })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the sources that left out entries which are not recorded, and why, at most [`SUGGESTED`]. Those with the most
/// entries come first.
pub(super) fn unrecorded(conn: &Connection) -> Result<Vec<Unrecorded>, StoreError> {
    let mut query = conn.prepare_cached(
        "select name, reason, unrecorded from (
             select name, reason,
                 (select count(*) from left_out where left_out.source_id = counts.source_id) as recorded,
                 count - (
                     select count(*) from left_out
                     where left_out.source_id = counts.source_id and left_out.reason = counts.reason
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
