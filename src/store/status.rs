//! Reads the status of the sources, and the known entries that `article::identity` needs.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use super::state::{self, STATE_COLUMNS};
use super::{StoreError, hubs, left_out, source_lookups};
use crate::article::identity::{KnownEntries, KnownEntry};
use crate::model::{
    Enclosure, Key, LeftOutCounts, NextPoll, NextPollReason, Source, SourceId, SourcePlan, SourceStatus,
    SubscriptionInfo,
};
use crate::text::words::on_one_line;
use crate::time::Timestamp;

/// How many entries and how many tombstones of a source are read for `article::identity`. Hardly any document lists
/// more entries.
const KNOWN_KEYS: i64 = 5000;

/// Returns a title with blanks in place of the other spaces, as titles are compared.
fn with_blanks(title: String) -> String {
    if title.is_ascii() { title } else { on_one_line(&title) }
}

/// How many sources that feeds.toml no longer names are compared with a new source. Those that were retired last are compared.
const RETIRED_COMPARED: i64 = 16;

/// How many entries of each source that feeds.toml no longer names are read.
const RETIRED_KEYS: i64 = 500;

/// Returns the newest entries of a source, and the entries that were pruned last, at most [`KNOWN_KEYS`] of each. If the source
/// has no entries, returns entries of sources that feeds.toml no longer names.
pub(super) fn known_entries(conn: &Connection, source: SourceId) -> Result<KnownEntries, StoreError> {
    let known = newest_entries(conn, source, KNOWN_KEYS, false)?;
    if !known.is_empty() {
        return Ok(known);
    }
    let mut query = conn.prepare_cached(
        "select id from sources where retired_at is not null and purge = 0 order by retired_at desc, id desc limit ?",
    )?;
    let retired: Vec<i64> =
        query.query_map([RETIRED_COMPARED], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let entries = |id: i64| newest_entries(conn, SourceId(id), RETIRED_KEYS, true);
    Ok(KnownEntries::of_retired(retired.into_iter().map(entries).collect::<Result<_, _>>()?))
}

/// Returns the newest entries of a source and the entries that were pruned last. The columns are read by place, because a
/// document that changed may read thousands of these rows. The playing times of their files are read only if they are wanted.
fn newest_entries(
    conn: &Connection,
    source: SourceId,
    limit: i64,
    with_durations: bool,
) -> Result<KnownEntries, StoreError> {
    let known = |row: &Row<'_>| {
        Ok(KnownEntry {
            key: Key(row.get(0)?),
            guid: row.get(1)?,
            url: row.get(2)?,
            canonical_url: row.get(3)?,
            title: with_blanks(row.get(4)?),
            published_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_unix),
            updated_at: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_unix),
            stated_at: row.get::<_, Option<i64>>(10)?.map(Timestamp::from_unix),
            content_hash: Some(row.get::<_, i64>(7)?.cast_unsigned()),
            seen_hash: row.get::<_, Option<i64>>(8)?.map(i64::cast_unsigned),
            duration_s: row.get::<_, Option<String>>(9)?.and_then(|files| duration_of_first(&files)),
        })
    };
    let mut entries = conn.prepare_cached(
        "select key, guid, url, canonical_url, title, published_at, updated_at, content_hash, seen_hash,
             case when ?3 then (select enclosures from texts where entry_id = entries.id) end,
             case when updated_at is null then stated_at end
         from entries where source_id = ?1
         order by placed_at desc, id desc limit ?2",
    )?;
    let mut tombstones = conn.prepare_cached(
        "select key, null as guid, url, canonical_url, title, published_at, null as updated_at, content_hash, null as seen_hash,
             null as enclosures, null as stated_at
         from tombstones where source_id = ?
         order by pruned_at desc, key limit ?",
    )?;
    let stored = entries.query_map(params![source.0, limit, with_durations], known)?;
    let pruned = tombstones.query_map(params![source.0, limit], known)?;
    Ok(stored.chain(pruned).collect::<Result<_, _>>()?)
}

/// Returns the playing time of the first of these files, as they are stored.
fn duration_of_first(files: &str) -> Option<u64> {
    // Files that can't be read have no playing time. The row is mended when its entry is read.
    let files: Vec<Enclosure> = serde_json::from_str(files).ok()?;
    files.first()?.duration_s
}

/// Returns the title and the site of the feed of each configured source, by the name of the source.
pub(super) fn feed_links(conn: &Connection) -> Result<HashMap<String, SubscriptionInfo>, StoreError> {
    let mut query =
        conn.prepare_cached("select name, feed_title, feed_link from sources where retired_at is null")?;
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, SubscriptionInfo { title: row.get(1)?, site: row.get(2)? })))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a process has the lock of the database, so that a claimed source can have a running poll.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pollers {
    /// A process has the lock.
    MayRun,
    /// No process has it: whoever claimed a source was killed.
    Absent,
}

/// Returns the configured sources in the order of feeds.toml, then the retired ones that still have entries, by name.
pub(super) fn statuses(
    conn: &Connection,
    configured: &HashMap<SourceId, Arc<Source>>,
    pollers: Pollers,
) -> Result<Vec<SourceStatus>, StoreError> {
    let mut defects = defects(conn)?;
    let mut left_out = left_out::counts(conn)?;
    let counts = counts(conn)?;
    let mut hubs = hubs::all_kept(conn)?;
    let mut statuses = with_states(conn, configured, pollers)?;
    for status in &mut statuses {
        let id = status.id.0;
        status.articles = counts.get(&id).copied().unwrap_or(0);
        status.defects = defects.remove(&id).unwrap_or_default();
        status.left_out = left_out.remove(&id).unwrap_or_default();
        status.push = hubs.remove(&id);
    }
    statuses.retain(|status| status.source.is_some() || status.next_poll.is_some() || status.articles > 0);
    Ok(statuses)
}

/// Returns the plans of the configured sources, in the order of feeds.toml.
pub(super) fn plans(
    conn: &Connection,
    configured: &HashMap<SourceId, Arc<Source>>,
    pollers: Pollers,
) -> Result<Vec<SourcePlan>, StoreError> {
    let mut query = conn.prepare_cached(
        "select id, next_poll_at, next_poll_reason, claimed_until, interrupted, gone_at, polled_at, not_before
         from sources where retired_at is null order by position, name, id",
    )?;
    let mut rows = query.query([])?;
    let mut plans = Vec::with_capacity(configured.len());
    // The columns are read by place, because each poll on request reads all sources.
    let time = |row: &Row<'_>, place| {
        Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(place)?.map(Timestamp::from_unix))
    };
    while let Some(row) = rows.next()? {
        let id = SourceId(row.get(0)?);
        let Some(source) = configured.get(&id).cloned() else { continue };
        let is_gone = time(row, 5)?.is_some();
        plans.push(SourcePlan {
            id,
            source,
            polled_at: time(row, 6)?,
            not_before: time(row, 7)?,
            next_poll: next_poll(row, 1, pollers, is_gone)?,
        });
    }
    Ok(plans)
}

/// Returns all sources, each only with its state, its next poll and its address.
fn with_states(
    conn: &Connection,
    configured: &HashMap<SourceId, Arc<Source>>,
    pollers: Pollers,
) -> Result<Vec<SourceStatus>, StoreError> {
    let sql = format!(
        "select id, name, url, private, retired_at, next_poll_at, next_poll_reason, claimed_until, interrupted, {STATE_COLUMNS}
         from sources order by retired_at is not null, iif(retired_at is null, position, 0), name, id"
    );
    let mut query = conn.prepare_cached(&sql)?;
    let rows = query.query_map([], |row| {
        let id = SourceId(row.get("id")?);
        let retired = row.get::<_, Option<i64>>("retired_at")?.is_some();
        let state = state::state(row)?;
        let (url, name): (String, String) = (row.get("url")?, row.get("name")?);
        Ok(SourceStatus {
            id,
            source: configured.get(&id).filter(|_| !retired).cloned(),
            url: source_lookups::published(&url, &name, row.get("private")?),
            name,
            next_poll: next_poll(row, 5, pollers, retired || state.gone_at.is_some())?,
            state,
            articles: 0,
            defects: Vec::new(),
            left_out: LeftOutCounts::default(),
            push: None,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads the next poll from a row that selects `next_poll_at`, `next_poll_reason`, `claimed_until` and `interrupted`, from `place`
/// on. Returns `None` if it `is_over`, because the source is gone or no longer configured.
fn next_poll(
    row: &Row<'_>,
    place: usize,
    pollers: Pollers,
    is_over: bool,
) -> rusqlite::Result<Option<NextPoll>> {
    let planned = state::planned(row, place)?;
    let claim = Claim {
        until: row.get::<_, Option<i64>>(place + 2)?.map(Timestamp::from_unix),
        can_be_running: pollers == Pollers::MayRun,
        was_interrupted: row.get(place + 3)?,
    };
    Ok((!is_over).then(|| as_claimed(planned, &claim)))
}

/// The claim of a source, as a status reads it.
struct Claim {
    until: Option<Timestamp>,
    /// Whether a process has the lock of the database.
    can_be_running: bool,
    /// Whether a poll of the source was interrupted since the last one that was recorded. The claim may then be one that
    /// [`release_interrupted`](super::due::release_interrupted) kept, so that nobody knows whether a poll is running.
    was_interrupted: bool,
}

/// Returns the next poll of a source. If it is claimed, a poll of it is under way, and the time is that of the next one at the
/// latest if this one is killed. If a poll of it was interrupted, the claim only delays the next one, as far as is known.
fn as_claimed(planned: NextPoll, claim: &Claim) -> NextPoll {
    match claim.until.filter(|until| *until > planned.at) {
        Some(until) if claim.was_interrupted => NextPoll { at: until, ..planned },
        Some(until) if claim.can_be_running => NextPoll { at: until, reason: NextPollReason::Claimed },
        _ => planned,
    }
}

fn counts(conn: &Connection) -> Result<HashMap<i64, u64>, StoreError> {
    let mut query = conn
        .prepare_cached("select source_id, count(distinct article_id) from entries indexed by entries_source group by source_id")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn defects(conn: &Connection) -> Result<HashMap<i64, Vec<(String, u32)>>, StoreError> {
    let mut query =
        conn.prepare_cached("select source_id, name, count from defects order by source_id, name")?;
    let mut rows = query.query([])?;
    let mut found: HashMap<i64, Vec<(String, u32)>> = HashMap::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(found)
}
