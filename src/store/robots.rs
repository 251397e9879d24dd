//! The robots.txt files that were read, so that another process does not read them again within a day.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use crate::policy::robots::{KEPT, ReadRobots, Robots};
use crate::time::Timestamp;

/// How many files are kept. If there are more, those that were read the longest ago are forgotten.
const MOST: i64 = 1000;
/// Longest rules that are kept, in bytes. The next process must fetch a longer robots.txt again.
const LONGEST: usize = 64 * 1024;

/// Returns the rules of an origin (scheme, host and port), if they were read within a day.
pub(super) fn find(
    conn: &Connection,
    origin: &str,
    now: Timestamp,
) -> Result<Option<ReadRobots>, StoreError> {
    let sql = "select rules, read_at from robots where origin = ?1 and read_at > ?2 and read_at <= ?3";
    let since = now.saturating_sub(KEPT);
    let found = conn
        .prepare_cached(sql)?
        .query_row(params![origin, since.unix(), now.unix()], |row| {
            let (rules, read_at): (String, i64) = (row.get(0)?, row.get(1)?);
            let robots = Arc::new(Robots::parse(rules.as_bytes()));
            Ok(ReadRobots { robots, read_at: Timestamp::from_unix(read_at) })
        })
        .optional()?;
    Ok(found)
}

/// Keeps the rules of an origin for a day.
pub(super) fn keep(conn: &Connection, origin: &str, read: &ReadRobots) -> Result<(), StoreError> {
    let rules = read.robots.to_file();
    if rules.len() > LONGEST {
        return Ok(());
    }
    conn.prepare_cached("delete from robots where read_at <= ?")?
        .execute([read.read_at.saturating_sub(KEPT).unix()])?;
    conn.prepare_cached("insert or replace into robots (origin, rules, read_at) values (?, ?, ?)")?
        .execute(params![origin, rules, read.read_at.unix()])?;
    conn.prepare_cached(
        "delete from robots where origin in (select origin from robots order by read_at desc limit -1 offset ?)",
    )?
    .execute([MOST])?;
    Ok(())
}
