//! The steps of maintenance. Retention deletes articles that are old, no longer listed, and not among the newest of their
//! source, and leaves tombstones. Other steps delete what is no longer needed of tombstones, of sketches (the hashed words by
//! which near duplicates are compared) and of the near-duplicate index, give free space back to the disk, and let SQLite
//! optimise.
//!
//! Each step has a transaction of its own, so that polls get their turn in between. Its size is bounded, except that [`forget`]
//! deletes all expired tombstones of a source at once.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, band_index, kept_answers, left_out, near_duplicates};
use crate::config::Retention;
use crate::model::SourceId;
use crate::time::{DAY, Timestamp};

/// How many entries one step of pruning reads.
const ENTRIES: i64 = 500;

/// How many rows of the near-duplicate index one step reads. They are small.
const BANDS: i64 = 20_000;

/// How long a pruned entry is remembered at least, after it was pruned or last noted as still listed. Feeds that shrink and
/// return do so within weeks. If entries were never forgotten, the table would grow for ever.
const TOMBSTONE_FOR: Duration = Duration::from_hours(365 * 24);

/// How far a place may lie after the arrival (see `placement::place`).
const PLACE_AHEAD: Duration = Duration::from_hours(48);

/// The properties of a source that retention depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct RetainedSource {
    pub(super) id: SourceId,
    retired: bool,
    /// The newest entries of a source stay whatever their age. This is the place and row of the oldest of them. `None` if no
    /// entry stays for that reason.
    newest_from: Option<(i64, i64)>,
}

/// What bounds one step of pruning.
#[derive(Clone, Copy, Debug)]
pub(super) struct PruneLimit {
    /// The present time, as far as `policy::agreed_clock` trusts it: what a wrong clock deletes never comes back.
    pub(super) now: Timestamp,
    /// How many articles may be deleted.
    pub(super) most: u64,
}

/// Returns how many articles are stored, and how many entries were pruned in the day before `now`.
pub(super) fn pruning_so_far(conn: &Connection, now: Timestamp) -> Result<(u64, u64), StoreError> {
    let since = now.saturating_sub(DAY).unix();
    let articles: i64 = conn.query_row("select count(*) from articles", [], |row| row.get(0))?;
    let pruned: i64 = conn
        .prepare("select count(*) from tombstones where pruned_at > ? and pruned_at <= ?")?
        .query_row([since, now.unix()], |row| row.get(0))?;
    Ok((articles.cast_unsigned(), pruned.cast_unsigned()))
}

/// How far pruning of a source has come: place and row of the last entry that was read.
pub(super) type PruneCursor = (i64, i64);

/// Returns the ids of all sources.
pub(super) fn sources(conn: &Connection) -> Result<Vec<SourceId>, StoreError> {
    let mut query = conn.prepare_cached("select id from sources order by id")?;
    let rows = query.query_map([], |row| row.get(0).map(SourceId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn retained_source(
    conn: &Connection,
    id: SourceId,
    retention: &Retention,
) -> Result<Option<RetainedSource>, StoreError> {
    let retired: Option<bool> = conn
        .prepare_cached("select retired_at is not null from sources where id = ?")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let Some(retired) = retired else { return Ok(None) };
    let mut retained = RetainedSource { id, retired, newest_from: None };
    // A source that feeds.toml no longer names gets no new entries, so its newest would stay its newest, and be kept, for ever.
    // With `keep_at_least = 0`, no entry is kept because it is among the newest.
    if !retired && retention.keep_at_least > 0 {
        retained.newest_from = conn
            .prepare_cached(
                "select placed_at, id from entries where source_id = ?
                 order by placed_at desc, id desc limit 1 offset ?",
            )?
            .query_row(params![id.0, retention.keep_at_least as i64 - 1], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?
            // The source has fewer entries than `keep_at_least`, so all of them stay.
            .or(Some((i64::MIN, i64::MIN)));
    }
    Ok(Some(retained))
}

/// Runs one step through the old entries of `source`. Returns how many articles were deleted, and where the next step
/// begins.
///
/// An article is deleted as a whole, once none of its entries is to be kept. So its representative never goes before
/// the other entries.
pub(super) fn prune(
    conn: &Connection,
    source: SourceId,
    retention: &Retention,
    limit: PruneLimit,
    after: PruneCursor,
) -> Result<(u64, Option<PruneCursor>), StoreError> {
    let PruneLimit { now, most } = limit;
    let Some(retained) = retained_source(conn, source, retention)? else { return Ok((0, None)) };
    let before = now.saturating_sub(retention.keep);
    let mut query = conn.prepare_cached(
        "select placed_at, id, article_id, arrived_at, unlisted_at is not null from entries
         where source_id = ?1 and placed_at < ?2 and (placed_at, id) > (?3, ?4)
         order by placed_at, id limit ?5",
    )?;
    let latest_place = before.saturating_add(PLACE_AHEAD).unix();
    let rows = query.query_map(params![source.0, latest_place, after.0, after.1, ENTRIES], |row| {
        let entry = PruneCandidate {
            place: (row.get(0)?, row.get(1)?),
            arrived_at: row.get(3)?,
            unlisted: row.get(4)?,
        };
        Ok((row.get::<_, i64>(2)?, entry))
    })?;
    let rows: Vec<(i64, PruneCandidate)> = rows.collect::<Result<_, _>>()?;
    let next = rows.last().map(|(_, entry)| entry.place).filter(|_| rows.len() as i64 == ENTRIES);
    let mut pruned = 0;
    for (article, entry) in rows {
        if pruned >= most {
            break;
        }
        if entry.may_be_deleted(&retained, before)
            && others_may_be_deleted(conn, article, &retained, retention, before)?
        {
            pruned += u64::from(prune_article(conn, article, now)?);
        }
    }
    Ok((pruned, next))
}

/// An entry that may be old enough to be deleted.
struct PruneCandidate {
    place: PruneCursor,
    arrived_at: i64,
    unlisted: bool,
}

impl PruneCandidate {
    fn may_be_deleted(&self, source: &RetainedSource, before: Timestamp) -> bool {
        let is_newest = source.newest_from.is_some_and(|from| self.place >= from);
        let is_listed = !self.unlisted && !source.retired;
        self.arrived_at < before.unix() && !is_newest && !is_listed
    }
}

/// Returns whether all other entries of an article may be deleted too.
///
/// Copies that come back through a river (riverd subscribed to its own, or two rivers subscribed to each other) do not count,
/// unless the article has nothing else. The river lists them as long as the article is stored, so the article and its copy
/// would keep each other for ever.
fn others_may_be_deleted(
    conn: &Connection,
    article: i64,
    pruned_source: &RetainedSource,
    retention: &Retention,
    before: Timestamp,
) -> Result<bool, StoreError> {
    let mut query = conn.prepare_cached(
        "select source_id, entries.placed_at, entries.id, arrived_at, unlisted_at is not null, entries.guid is articles.guid
         from entries join articles on articles.id = article_id where article_id = ? order by 6",
    )?;
    let mut rows = query.query([article])?;
    let mut has_original = false;
    while let Some(row) = rows.next()? {
        let is_copy: bool = row.get(5)?;
        if is_copy && has_original {
            break;
        }
        has_original |= !is_copy;
        let id = SourceId(row.get(0)?);
        let entry = PruneCandidate {
            place: (row.get(1)?, row.get(2)?),
            arrived_at: row.get(3)?,
            unlisted: row.get(4)?,
        };
        let source =
            if id == pruned_source.id { Some(*pruned_source) } else { retained_source(conn, id, retention)? };
        if source.is_some_and(|source| !entry.may_be_deleted(&source, before)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Deletes an article with everything that belongs to it, and leaves tombstones for its entries. Returns `false` if the
/// article was already deleted in the same step.
fn prune_article(conn: &Connection, article: i64, now: Timestamp) -> Result<bool, StoreError> {
    conn.prepare_cached(
        "insert or replace into tombstones (source_id, key, url, canonical_url, published_at, content_hash, title,
                                            arrived_at, pruned_at)
         select source_id, key, url, canonical_url, published_at, content_hash, title, arrived_at, ?1
         from entries where article_id = ?2",
    )?
    .execute(params![now.unix(), article])?;
    let changed = conn.prepare_cached("delete from articles where id = ?")?.execute([article])?;
    Ok(changed > 0)
}

/// Deletes those tombstones and left-out entries of a source which its feed has not listed for a long time. Deletes the source
/// itself if feeds.toml no longer names it and nothing of it is left.
pub(super) fn forget(
    conn: &Connection,
    source: SourceId,
    retention: &Retention,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = now.saturating_sub(TOMBSTONE_FOR.max(retention.keep));
    left_out::forget(conn, source, before)?;
    conn.prepare_cached("delete from tombstones where source_id = ? and coalesce(listed_at, pruned_at) < ?")?
        .execute(params![source.0, before.unix()])?;
    let sql = "select 1 from sources where id = ?1 and retired_at is not null
                   and not exists (select 1 from entries where source_id = ?1)
                   and not exists (select 1 from tombstones where source_id = ?1)";
    if conn.prepare_cached(sql)?.exists([source.0])? {
        kept_answers::keep_own_pause(conn, source)?;
        conn.prepare_cached("delete from sources where id = ?")?.execute([source.0])?;
    }
    Ok(())
}

/// Deletes some of the sketches whose entries arrived longer ago than `window`. Returns `true` while there may be more.
pub(super) fn delete_old_sketches(
    conn: &Connection,
    window: Duration,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let deleted = near_duplicates::delete_old_sketches(conn, now.saturating_sub(window), ENTRIES)?;
    Ok(deleted > 0)
}

/// Reads some rows of the near-duplicate index after the row `after`, from `i64::MIN` on, and deletes those that no entry with
/// a sketch needs. Returns where the next step begins.
pub(super) fn shrink_index(conn: &Connection, after: i64) -> Result<Option<i64>, StoreError> {
    band_index::delete_old_rows(conn, after, BANDS)
}

/// How many free pages of 4 KiB stay in the database for new articles. They hold one day of a large river.
const FREE_PAGES_KEPT: i64 = 2_000;
/// How many free pages one step gives back. A step writes about as many pages.
const FREE_PAGES_A_STEP: i64 = 500;

/// Gives some of the free space of the database back to the disk. Returns whether another step may give back more. An earlier
/// riverd created databases without `auto_vacuum`. Such a database keeps its size, and uses its free space for new articles.
pub(super) fn give_back_free_space(conn: &Connection) -> Result<bool, StoreError> {
    let free =
        |conn: &Connection| conn.pragma_query_value(None, "freelist_count", |row| row.get::<_, i64>(0));
    let before = free(conn)?;
    let surplus = (before - FREE_PAGES_KEPT).min(FREE_PAGES_A_STEP);
    if surplus <= 0 {
        return Ok(false);
    }
    let mut step = conn.prepare(&format!("pragma incremental_vacuum({surplus})"))?;
    let mut rows = step.query([])?;
    // SQLite frees one page for each row.
    while rows.next()?.is_some() {}
    drop(rows);
    Ok(free(conn)? < before)
}

/// Frees the pages in the cache of the writer, which are read again when they are needed.
pub(super) fn free_cache(conn: &Connection) -> Result<(), StoreError> {
    Ok(conn.execute_batch("pragma shrink_memory")?)
}

/// Lets SQLite update its statistics, and frees memory after a long run of work.
pub(super) fn optimise(conn: &Connection) -> Result<(), StoreError> {
    // `analysis_limit` bounds how many rows of each index `optimize` reads.
    conn.execute_batch("pragma analysis_limit = 400; pragma optimize; pragma shrink_memory")?;
    Ok(())
}
