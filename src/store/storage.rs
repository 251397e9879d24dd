//! Measures what fills the database, for `status`. This is done during maintenance, because every page has to be read.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::state::{as_json, json};
use super::{StoreError, open};
use crate::model::{StorageReport, StorageShare};
use crate::time::Timestamp;

/// How many sources a report names.
const SOURCES: usize = 10;

/// Measures the database. Like [`super::integrity::check`] it reads every page, so it opens a connection of its own, and leaves
/// the caches of the readers as they are.
pub(super) fn measure(path: &Path, now: Timestamp) -> Result<StorageReport, StoreError> {
    let conn = open::reader(path)?;
    Ok(StorageReport { measured_at: now, parts: parts(&conn)?, sources: largest_sources(&conn)? })
}

/// Returns the size of each part of the database, the largest first. The tables of one part belong together; indexes count with
/// their tables.
fn parts(conn: &Connection) -> Result<Vec<StorageShare>, StoreError> {
    let mut query = conn.prepare(
        "select case
             when tbl_name = 'texts' then 'texts'
             when tbl_name in ('sketches', 'band_places', 'recent_band_places') then 'near duplicates'
             when tbl_name like 'search%' then 'search'
             when tbl_name in ('articles', 'entries', 'links') then 'articles and entries'
             when tbl_name = 'edits' then 'edits'
             when tbl_name = 'pages' then 'fetched pages'
             when tbl_name = 'tombstones' then 'pruned entries'
             when tbl_name like 'view%' then 'views'
             else 'other' end as part, sum(pgsize) as bytes
         from dbstat join sqlite_schema using (name) where aggregate = true
         group by part order by bytes desc",
    )?;
    let rows = query.query_map([], read_share)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the sources whose entries have the most text, the largest first. SQLite knows the size of a text without reading the
/// text.
fn largest_sources(conn: &Connection) -> Result<Vec<StorageShare>, StoreError> {
    let mut query = conn.prepare(
        "select name, sum(ifnull(octet_length(summary), 0) + ifnull(octet_length(content), 0)
                          + ifnull(octet_length(packed), 0)) as bytes
         from texts join entries on entries.id = entry_id join sources on sources.id = source_id
         group by source_id order by bytes desc limit ?",
    )?;
    let rows = query.query_map([SOURCES as i64], read_share)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads a name and a size in bytes.
fn read_share(row: &Row<'_>) -> rusqlite::Result<StorageShare> {
    Ok(StorageShare { name: row.get(0)?, bytes: row.get::<_, i64>(1)?.unsigned_abs() })
}

/// Stores a report in the place of the last one.
pub(super) fn note(conn: &Connection, report: &StorageReport) -> Result<(), StoreError> {
    conn.prepare_cached("insert or replace into storage_reports (id, report) values (1, ?)")?
        .execute([as_json(report)])?;
    Ok(())
}

/// Returns the last report, if there is one.
pub(super) fn last(conn: &Connection) -> Result<Option<StorageReport>, StoreError> {
    let report = conn
        .prepare_cached("select report from storage_reports")?
        .query_row([], |row| json(row, "report"))
        .optional()?;
    Ok(report)
}
