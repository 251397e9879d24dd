//! Copies of the database: made while a daemon writes, checked, kept in a rotation, and put back. Also saves what can be read
//! of a damaged database.

mod damaged;
mod own_schema;
pub mod restore;
pub mod rotation;
pub mod salvage;
mod saved_rows;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::file_names::with_suffix;
use super::files::{private_file, sync_folder};
use super::lock::Lock;
use super::{StoreError, mend, migrate, open};

/// Ends of the names of the files that restore and recovery make beside the database: the new database, which takes its place
/// once it is complete, and the copy of a damaged one.
const RESTORING: &str = ".restoring";
const RECOVERED: &str = ".recovered";
const DAMAGED_COPY: &str = ".damaged-copy";

/// A copy that was made and checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BackupReport {
    /// Path of the copy.
    pub path: PathBuf,
    /// Size in bytes.
    pub bytes: u64,
    /// Schema version.
    pub schema: usize,
    /// Number of sources, including those that feeds.toml no longer names.
    pub sources: u64,
    /// Number of articles.
    pub articles: u64,
    /// How many rows have values that riverd can't read. They were as damaged in the database.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreadable_rows: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Copies the database at `database` to the new file `to`, and checks the copy by opening it and reading every page. Whether or
/// not a daemon writes meanwhile, the copy is the database at one moment. Blocks.
///
/// The copy gets its name only once it is complete and durable. Fails if `to` exists. Must not be called by a process that has
/// the database open, as [`open::for_copying`] says.
pub fn back_up(database: &Path, to: &Path) -> Result<BackupReport, StoreError> {
    back_up_open(&open::for_copying(database)?, to)
}

/// Does the same as [`back_up`], with a database that is open.
fn back_up_open(source: &Connection, to: &Path) -> Result<BackupReport, StoreError> {
    // A symbolic link counts as a file, too, even if it leads nowhere.
    if fs::symlink_metadata(to).is_ok() {
        return Err(StoreError::not_writable(to, io::Error::from(io::ErrorKind::AlreadyExists)));
    }
    copy_and_verify(source, to)
}

/// Copies an open database to `to`, and checks the copy. A file at `to` is replaced, once the copy is complete and durable.
fn copy_and_verify(source: &Connection, to: &Path) -> Result<BackupReport, StoreError> {
    let not_writable = |source: io::Error| StoreError::not_writable(to, source);
    let partial = with_suffix(to, ".partial");
    let made = copy(source, &partial).and_then(|()| verify(&partial)).map_err(|error| match error {
        // The copy has every page of its source, so the damage is in the source.
        StoreError::Corrupt { detail, .. } => {
            StoreError::Corrupt { path: source.path().map_or_else(|| to.to_owned(), PathBuf::from), detail }
        }
        // The error must name the file by its intended name, because a person does not know the name of the partial copy.
        StoreError::NotWritable { source, .. } => StoreError::NotWritable { path: to.to_owned(), source },
        other => other.of_copy(to),
    });
    let made = made.and_then(|report| {
        fs::rename(&partial, to).map_err(not_writable)?;
        sync_folder(to).map_err(not_writable)?;
        Ok(BackupReport { path: to.to_owned(), ..report })
    });
    if made.is_err() {
        // The error above is reported, and not one that occurs while the partial copy is removed.
        drop(fs::remove_file(&partial));
    }
    made
}

/// Copies an open database to the file `to`, which replaces any file there and has no log beside it.
fn copy(source: &Connection, to: &Path) -> Result<(), StoreError> {
    let at = |error: rusqlite::Error| StoreError::from(error).at(to);
    // An interrupted copy may have left its file.
    drop(fs::remove_file(to));
    private_file(to)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(to, flags).map_err(at)?;
    {
        let backup = Backup::new(source, &mut target).map_err(at)?;
        // The copy is made in one step: between two steps a daemon could write, and the copy would begin again.
        if backup.step(-1).map_err(at)? != StepResult::Done {
            return Err(StoreError::not_writable(to, io::Error::other("the database is locked")));
        }
    }
    // The log mode of the original would make readers of the copy create files beside it.
    target.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(())).map_err(at)?;
    target.close().map_err(|(_, error)| at(error))?;
    File::open(to).and_then(|file| file.sync_all()).map_err(|source| StoreError::not_writable(to, source))
}

/// Opens a copy and checks it: it is a database of riverd with a known schema, and every page can be read. Counts the rows with
/// values that can't be read.
pub fn verify(path: &Path) -> Result<BackupReport, StoreError> {
    let at = |error: rusqlite::Error| StoreError::from(error).at(path);
    let conn = open::backup(path)?;
    open::quick_check(&conn, path)?;
    let schema = migrate::version(&conn).map_err(at)?;
    let count = |table: &str| -> rusqlite::Result<u64> {
        // A database without a schema has no tables to count.
        if schema == 0 {
            return Ok(0);
        }
        conn.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0).map(i64::cast_unsigned))
    };
    // A copy of an older schema is not searched, because this riverd reads its rows only after an upgrade.
    let unreadable = if schema == migrate::KNOWN { mend::find(&conn)? } else { Vec::new() };
    Ok(BackupReport {
        path: path.to_owned(),
        bytes: fs::metadata(path).map_or(0, |file| file.len()),
        schema,
        sources: count("sources").map_err(at)?,
        articles: count("articles").map_err(at)?,
        unreadable_rows: unreadable.len() as u64,
    })
}

/// Notes in the lock file how many commits the database holds that has taken the place of another one.
fn note_commits(database: &Path, lock: &Lock) -> Result<(), StoreError> {
    let conn = open::backup(database)?;
    // An old schema does not count them. Then the next commit of riverd notes their number.
    let commits: i64 = conn.query_row("select count from commits", [], |row| row.get(0)).unwrap_or_default();
    lock.note(commits).map_err(|source| StoreError::not_writable(lock.path(), source))
}

/// Removes what a restore or a recovery beside `database` left there when it was killed. To be called by whoever has the lock
/// of the database, so that none of them is running.
pub(super) fn remove_interrupted(database: &Path) {
    for new in [RESTORING, RECOVERED, DAMAGED_COPY] {
        for beside in ["", "-journal", "-wal", "-shm"] {
            // If a file can't be removed, the next restore or recovery replaces it.
            drop(fs::remove_file(with_suffix(database, &format!("{new}{beside}"))));
        }
    }
}
