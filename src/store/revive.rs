//! Lets a source that answered 410 Gone be polled again, because someone named it again in feeds.toml.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::state::{as_word, time};
use super::{StoreError, open};
use crate::model::SourceId;
use crate::policy::replan;
use crate::time::Timestamp;

/// Lets the source with this address (as [`crate::model::Location::as_url_text`]) be polled again if a 410 ended its
/// polls. A daemon may have the database at `path` open meanwhile. An address that no source has is no error. Blocks.
///
/// Removing a source from feeds.toml and adding it again has the same effect, but only if `sync_sources` read the file
/// between the two.
pub fn revive_gone_source(path: &Path, url: &str, now: Timestamp) -> Result<(), StoreError> {
    let conn = open::writer(path)?;
    revive(&conn, url, now).map_err(|error| error.at(path))
}

/// Lets a source be polled again, as [`revive_gone_source`] says.
pub(super) fn revive(conn: &Connection, url: &str, now: Timestamp) -> Result<(), StoreError> {
    let gone = conn
        .prepare("select id, not_before from sources where url = ? and gone_at is not null")?
        .query_row([url], |row| Ok((SourceId(row.get("id")?), time(row, "not_before")?)))
        .optional()?;
    let Some((id, not_before)) = gone else { return Ok(()) };
    let next = replan::first_poll(not_before, now);
    // A daemon may write between the two statements. The condition of the second one keeps what the daemon wrote.
    conn.execute(
        "update sources set gone_at = null, next_poll_at = ?, next_poll_reason = ? where id = ? and gone_at is not null",
        params![next.at.unix(), as_word(&next.reason), id.0],
    )?;
    Ok(())
}
