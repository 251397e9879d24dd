//! The backups that riverd makes by itself. If feeds.toml names a folder for them, each run of maintenance makes one, and the
//! newest are kept. One more is made before an upgrade changes the schema.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{BackupReport, back_up_open};
use crate::store::{StoreError, open};
use crate::time::Timestamp;

/// Beginning of the names of scheduled backups. The time in UTC follows: `riverd-20261124-031700.db`.
const PREFIX: &str = "riverd-";
/// End of the names of scheduled backups.
const SUFFIX: &str = ".db";
/// Ends of the names of a scheduled backup that is not complete, and of SQLite's journal beside it.
const INTERRUPTED: [&str; 2] = [".db.partial", ".db.partial-journal"];

/// Makes a backup in `folder`, and deletes the oldest ones beyond the `keep` newest. An older backup is deleted only after the
/// new one was checked. One with a time to come stays and does not count. Backups that a stop or a kill interrupted are deleted
/// first, because they take as much room as whole ones. Files with other names stay. The database at `database` may be open in
/// this process. Blocks.
pub fn back_up_into(
    database: &Path,
    folder: &Path,
    keep: usize,
    now: Timestamp,
) -> Result<BackupReport, StoreError> {
    let failed = |source: io::Error| StoreError::not_writable(folder, source);
    fs::create_dir_all(folder).map_err(failed)?;
    for interrupted in scheduled_files(folder, &INTERRUPTED).map_err(failed)? {
        fs::remove_file(interrupted).map_err(failed)?;
    }
    let moment = now.to_utc().format("%Y%m%d-%H%M%S");
    let report = back_up_open(&open::reader(database)?, &folder.join(format!("{PREFIX}{moment}{SUFFIX}")))?;
    let mut backups = scheduled_files(folder, &[SUFFIX]).map_err(failed)?;
    // A copy with a later name was made while the clock was ahead. It is not among the newest until its time has come.
    backups.retain(|backup| *backup <= report.path);
    backups.sort();
    let surplus = backups.len().saturating_sub(keep.max(1));
    for old in backups.iter().take(surplus).filter(|old| **old != report.path) {
        fs::remove_file(old).map_err(failed)?;
    }
    Ok(report)
}

/// Returns the files in `folder` whose names are those of scheduled backups and end with one of `suffixes`.
fn scheduled_files(folder: &Path, suffixes: &[&str]) -> io::Result<Vec<PathBuf>> {
    let mut backups = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let moment = name
            .strip_prefix(PREFIX)
            .and_then(|name| suffixes.iter().find_map(|suffix| name.strip_suffix(suffix)));
        if moment.is_some_and(|moment| {
            moment.len() == 15 && moment.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
        }) {
            backups.push(path);
        }
    }
    Ok(backups)
}

/// Copies the database before its schema is changed from version `found`, to `riverd.db.schema-N` beside it. A copy that an
/// interrupted upgrade left there is replaced.
pub(in crate::store) fn back_up_before_upgrade(
    conn: &rusqlite::Connection,
    database: &Path,
    found: usize,
) -> Result<(), StoreError> {
    let to = super::with_suffix(database, &format!(".schema-{found}"));
    super::copy_and_verify(conn, &to)?;
    tracing::info!(schema = found, copy = %to.display(), "the database was copied before its upgrade");
    Ok(())
}
