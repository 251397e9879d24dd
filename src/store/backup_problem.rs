//! Keeps why no scheduled backup can be made, and since when, over a restart.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use crate::model::LastingProblem;
use crate::time::Timestamp;

/// Stores the problem in the place of the last one; `None` if there is none.
pub(super) fn note(conn: &Connection, problem: Option<&LastingProblem>) -> Result<(), StoreError> {
    match problem {
        Some(problem) => conn
            .prepare_cached("insert or replace into backup_problems (id, since, cause) values (1, ?, ?)")?
            .execute(params![problem.since.unix(), problem.cause])?,
        None => conn.prepare_cached("delete from backup_problems")?.execute([])?,
    };
    Ok(())
}

/// Returns the problem that was stored last, if it lasts.
pub(super) fn last(conn: &Connection) -> Result<Option<LastingProblem>, StoreError> {
    let problem = conn
        .prepare_cached("select since, cause from backup_problems")?
        .query_row([], |row| {
            Ok(LastingProblem { since: Timestamp::from_unix(row.get(0)?), cause: row.get(1)? })
        })
        .optional()?;
    Ok(problem)
}
