//! Puts a backup in the place of the database, which is set aside.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{
    BackupReport, RESTORING, copy, note_commits, own_schema, remove_interrupted, verify, with_suffix,
};
use crate::store::lock::Lock;
use crate::store::{StoreError, files, migrate, open, set_aside};
use crate::time::Timestamp;

/// What was restored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RestoreReport {
    /// What the backup holds.
    pub restored: BackupReport,
    /// New path of the database that was in use before. `None` if there was none.
    pub set_aside: Option<PathBuf>,
}

/// Turns an error of the store into one about the backup `from`. The errors of the store give hints for the database in use,
/// which would be wrong for a backup.
fn unusable(error: StoreError, from: &Path) -> StoreError {
    let path = from.to_owned();
    match error {
        StoreError::NotADatabase { .. } => {
            StoreError::UnusableBackup { path, why: "it is not an SQLite database".to_owned() }
        }
        StoreError::OtherProgram { .. } => {
            StoreError::UnusableBackup { path, why: "it is the database of another program".to_owned() }
        }
        StoreError::Corrupt { detail, .. } => {
            StoreError::UnusableBackup { path, why: format!("it is damaged: {detail}") }
        }
        StoreError::Newer { found, known, .. } => StoreError::UnusableBackup {
            path,
            why: format!("it has schema {found}, and this riverd knows schemas up to {known}"),
        },
        StoreError::Sqlite(error) => StoreError::UnusableBackup { path, why: error.to_string() },
        other => other,
    }
}

/// Checks the backup `from`. An empty file is a valid SQLite database without tables, but no backup: a copy for which the disk
/// had no room leaves such a file. The schema is compared before anything else is read, because a file from elsewhere may have
/// triggers and views of its own.
fn usable(from: &Path) -> Result<BackupReport, StoreError> {
    let refuse = |why: &str| StoreError::UnusableBackup { path: from.to_owned(), why: why.to_owned() };
    // Opening a named pipe would wait for its writer, and a device has no end.
    if fs::metadata(from).is_ok_and(|file| !file.is_file()) {
        return Err(refuse("it is not a regular file"));
    }
    let unusable = |error| unusable(error, from);
    let conn = open::backup(from).map_err(unusable)?;
    let schema = migrate::version(&conn).map_err(|error| unusable(error.into()))?;
    if schema == 0 {
        return Err(refuse("it is empty"));
    }
    if let Some(difference) = own_schema::difference(&conn, schema).map_err(unusable)? {
        return Err(refuse(&difference));
    }
    verify(from).map_err(unusable)
}

/// Puts the backup `from` in the place of the database. The backup is checked first, and stays as it is. Fails if a
/// daemon has the database open. Blocks.
pub fn restore(from: &Path, database: &Path, now: Timestamp) -> Result<RestoreReport, StoreError> {
    let held = usable(from)?;
    files::create_folder(database)?;
    let lock = Lock::take(database)?;
    set_aside::undo_interrupted(database)?;
    let new = with_suffix(database, RESTORING);
    let copied = open::backup(from).and_then(|backup| copy(&backup, &new)).and_then(|()| verify(&new));
    let checked = copied.map_err(|error| {
        remove_interrupted(database);
        error.of_copy(&new)
    })?;
    let set_aside = set_aside::replace(database, &new, set_aside::BEFORE_RESTORE, now)?;
    note_commits(database, &lock)?;
    Ok(RestoreReport { restored: BackupReport { path: held.path, ..checked }, set_aside })
}
