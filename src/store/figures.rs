//! Figures of the whole river, for the status page and for metrics.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::{StoreError, storage};
use crate::model::{DayCount, StoreFigures};
use crate::time::Timestamp;

/// How many days are counted, today included.
const DAYS: i64 = 30;
const DAY_S: i64 = 86_400;

/// Reads the figures at `now`.
pub(super) fn read(conn: &Connection, now: Timestamp) -> Result<StoreFigures, StoreError> {
    // Both counts read a small index, and no rows.
    let count = |sql: &str| conn.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
    Ok(StoreFigures {
        articles: count("select count(*) from articles")?.cast_unsigned(),
        entries: count("select count(*) from entries")?.cast_unsigned(),
        database_bytes: database_bytes(conn)?,
        storage: storage::last(conn)?,
        write_problem: None,
        articles_by_day: articles_by_day(conn, now)?,
    })
}

/// Returns the size of the database in bytes, including the pages that are still in the write-ahead log.
pub(super) fn database_bytes(conn: &Connection) -> Result<u64, StoreError> {
    let size: i64 = conn.query_row(
        "select page_count * page_size from pragma_page_count(), pragma_page_size()",
        [],
        |row| row.get(0),
    )?;
    Ok(size.cast_unsigned())
}

fn articles_by_day(conn: &Connection, now: Timestamp) -> Result<Vec<DayCount>, StoreError> {
    let today = now.day_number();
    let first = today + 1 - DAYS;
    let mut query = conn.prepare_cached(
        "select placed_at / ?1, count(*) from articles indexed by articles_river
         where published_at is not null and representative is not null and placed_at >= ?2 and placed_at < ?3
         group by placed_at / ?1",
    )?;
    let rows = query.query_map(params![DAY_S, first * DAY_S, (today + 1) * DAY_S], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })?;
    let counts: HashMap<i64, i64> = rows.collect::<Result<_, _>>()?;
    let day = |day: i64| DayCount {
        day: Timestamp::from_unix(day * DAY_S),
        count: counts.get(&day).copied().unwrap_or_default().cast_unsigned(),
    };
    Ok((first..=today).map(day).collect())
}
