//! The check of the whole database, which maintenance runs, and its outcome, which `status` shows.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, open};
use crate::time::Timestamp;

/// How many lines about damage a check lists. Further ones would tell an operator nothing new.
const LISTED: u32 = 5;

/// The outcome of a check of the whole database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IntegrityCheck {
    /// When the maintenance that ran the check began.
    pub at: Timestamp,
    /// The damage that the check found, in SQLite's words. `None` if it found none.
    pub damage: Option<String>,
}

/// Reads every page, compares each index with its table, and returns the damage that it finds. It takes about a second
/// for each 300 MB.
///
/// The check has a connection of its own: SQLite checks no constraints on a connection that is open for reading only.
pub(super) fn check(path: &Path) -> Result<Option<String>, StoreError> {
    let conn = open::integrity_checker(path)?;
    let mut query = conn.prepare(&format!("pragma integrity_check({LISTED})"))?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    let found: Vec<String> = rows.collect::<Result<_, _>>()?;
    let is_whole = found.iter().all(|line| line == "ok");
    Ok((!is_whole).then(|| found.join("; ")))
}

/// Notes the outcome of a check.
pub(super) fn note(conn: &Connection, damage: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached("insert or replace into integrity_checks (id, checked_at, damage) values (1, ?, ?)")?
        .execute(params![now.unix(), damage])?;
    Ok(())
}

/// Returns the outcome of the last check, if there was one.
pub(super) fn last(conn: &Connection) -> Result<Option<IntegrityCheck>, StoreError> {
    let check = conn
        .prepare_cached("select checked_at, damage from integrity_checks")?
        .query_row([], |row| {
            Ok(IntegrityCheck { at: Timestamp::from_unix(row.get(0)?), damage: row.get(1)? })
        })
        .optional()?;
    Ok(check)
}
