//! Purges a source for `remove --purge`: deletes it with all its entries as soon as feeds.toml no longer names it. If
//! feeds.toml names it again, it is a new source.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, kept_answers, open, representative};
use crate::model::SourceId;

/// How many entries are deleted in one transaction. Polls get their turn in between.
const STEP: i64 = 200;

/// What happens to the articles of a source once feeds.toml no longer names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PurgeChoice {
    /// The articles are deleted at once, except those that other sources have, too.
    Purge,
    /// The articles stay until retention deletes them.
    Keep,
}

/// Notes a choice for the source with this address (as [`crate::model::Location::as_url_text`]). A daemon may have the
/// database at `path` open meanwhile. The choice takes effect at the next `sync_sources` that no longer finds the
/// source in feeds.toml. An address that no source has is no error. Blocks.
pub fn note_purge_choice(path: &Path, url: &str, choice: PurgeChoice) -> Result<(), StoreError> {
    note(&open::writer(path)?, url, choice).map_err(|error| error.at(path))
}

/// Notes a choice, as [`note_purge_choice`] says.
pub(super) fn note(conn: &Connection, url: &str, choice: PurgeChoice) -> Result<(), StoreError> {
    conn.execute("update sources set purge = ? where url = ?", params![choice == PurgeChoice::Purge, url])?;
    Ok(())
}

/// Runs one step. Returns how many articles were deleted; `None` when nothing is left to purge.
///
/// An article that other sources also have stays, and one of their entries represents it.
pub(super) fn step(conn: &Connection) -> Result<Option<u64>, StoreError> {
    let source: Option<i64> = conn
        .prepare_cached("select id from sources where purge = 1 and retired_at is not null limit 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let Some(source) = source else { return Ok(None) };
    let mut query = conn.prepare_cached("select id, article_id from entries where source_id = ? limit ?")?;
    let rows = query.query_map(params![source, STEP], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let entries: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    if entries.is_empty() {
        kept_answers::keep_own_pause(conn, SourceId(source))?;
        conn.prepare_cached("delete from sources where id = ?")?.execute([source])?;
        return Ok(Some(0));
    }
    let mut purged = 0;
    for (entry, article) in entries {
        conn.prepare_cached("delete from entries where id = ?")?.execute([entry])?;
        let gone = conn
            .prepare_cached(
                "delete from articles where id = ?1 and not exists (select 1 from entries where article_id = ?1)",
            )?
            .execute([article])?;
        if gone == 0 {
            representative::choose(conn, article)?;
        }
        purged += gone as u64;
    }
    Ok(Some(purged))
}
