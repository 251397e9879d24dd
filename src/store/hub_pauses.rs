//! The pauses that hubs asked for.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use url::Url;

use super::StoreError;
use super::state::time;
use crate::policy::{schedule, websub};
use crate::time::Timestamp;

/// Notes that a hub wants no request before `until`, for any source.
pub(super) fn note(conn: &Connection, hub: &Url, until: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached(
        "insert into hub_pauses (hub, until) values (?1, ?2)
         on conflict (hub) do update set until = max(until, excluded.until)",
    )?
    .execute(params![websub::hub_name(hub), until.unix()])?;
    Ok(())
}

/// Returns the pauses that are in force. Deletes the pauses that are over. Also deletes those that would last longer than any
/// pause can, because they were noted before the clock was set back.
pub(super) fn in_force(conn: &Connection, now: Timestamp) -> Result<HashMap<String, Timestamp>, StoreError> {
    conn.prepare_cached("delete from hub_pauses where until <= ? or until > ?")?
        .execute(params![now.unix(), schedule::not_before(Timestamp::MAX, now).unix()])?;
    let mut query = conn.prepare_cached("select hub, until from hub_pauses")?;
    let rows = query.query_map([], |row| Ok((row.get("hub")?, time(row, "until")?.unwrap_or(now))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
