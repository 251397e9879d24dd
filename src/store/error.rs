//! Errors of the store, and what a person can do about each.

use std::fs::FileType;
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHORT_READ;

use super::file_names::log_of;
use super::write_failure::{self, is_out_of_room};
use crate::model::SourceId;
use crate::text::words::counted;

/// An error of the store. It is cheap to clone, because every record of a failed commit gets the error.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A write to a store that was opened for reading.
    #[error("the database was opened for reading only")]
    ReadOnly,
    /// There is no database to read.
    #[error("there is no database at `{}`", path.display())]
    Missing {
        /// Where the database was expected.
        path: PathBuf,
    },
    /// A newer riverd made the database.
    #[error("the database `{}` has schema {found}, and this riverd knows schemas up to {known}", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Schema version of the database.
        found: usize,
        /// Schema version of this riverd.
        known: usize,
    },
    /// The database needs a migration, which a store opened for reading can't run.
    #[error("the database `{}` has schema {found}, and this riverd reads schema {known}", path.display())]
    Older {
        /// The database.
        path: PathBuf,
        /// Schema version of the database.
        found: usize,
        /// Schema version of this riverd.
        known: usize,
    },
    /// A migration failed and was rolled back whole.
    #[error("the database `{}` can't be brought to schema {version}: {detail}", path.display())]
    Migration {
        /// The database.
        path: PathBuf,
        /// Schema version that could not be reached.
        version: usize,
        /// Why the migration failed.
        detail: String,
    },
    /// The file is no SQLite database.
    #[error("`{}` is not an SQLite database", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is an SQLite database of another program.
    #[error("`{}` is the database of another program", path.display())]
    OtherProgram {
        /// The file.
        path: PathBuf,
    },
    /// The database is damaged.
    #[error("the database `{}` is damaged: {detail}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong, as SQLite or riverd's check of the file found it.
        detail: String,
    },
    /// This riverd can't use the file that was given as a backup.
    #[error("`{}` is not a backup that this riverd can use: {why}", path.display())]
    UnusableBackup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Nothing of a damaged database can be saved.
    #[error("nothing of the database `{}` can be saved: {detail}", path.display())]
    Unrecoverable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The write-ahead log was deleted or cut off, so the last commits are lost.
    #[error("the database `{0}` lacks its last {1}: its log `{0}-wal` is gone or cut off", path.display(), counted(lost.unsigned_abs(), "commit"))]
    LogMissing {
        /// The database.
        path: PathBuf,
        /// The lock file, which notes how many commits there were.
        lock: PathBuf,
        /// How many commits are missing.
        lost: i64,
    },
    /// The file of the database was emptied.
    #[error("the database `{}` is empty, and it held {}: another program or the disk has emptied it", path.display(), counted(commits.unsigned_abs(), "commit"))]
    Emptied {
        /// The database.
        path: PathBuf,
        /// The lock file, which notes how many commits there were.
        lock: PathBuf,
        /// How many commits the database held.
        commits: i64,
    },
    /// There is a folder, a named pipe or the like in the place of the database.
    #[error("`{}` is {what}, and riverd keeps its database in a file of that name", path.display())]
    NotAFile {
        /// Where the database should be.
        path: PathBuf,
        /// What is there.
        what: &'static str,
    },
    /// Another program cut off the database or its write-ahead log while it was open, or wrote something shorter over it.
    #[error("`{}` was cut off or overwritten by another program while riverd had the database open", file.display())]
    CutOff {
        /// The database or its log.
        file: PathBuf,
    },
    /// Another riverd has the database open.
    #[error("another riverd has the database `{}` open", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The folder or the file can't be created, opened or written.
    #[error("can't write `{}`: {source}", path.display())]
    NotWritable {
        /// The folder or the file.
        path: PathBuf,
        /// The error of the system.
        source: Arc<io::Error>,
    },
    /// The disk is full, or a quota or a limit on file sizes was reached.
    #[error("no room to write the database `{}`: {source}", path.display())]
    Full {
        /// The database.
        path: PathBuf,
        /// The error of SQLite.
        source: Arc<rusqlite::Error>,
    },
    /// There is no room for a copy of the database.
    #[error("no room for the copy `{}` of the database: {source}", path.display())]
    NoRoomForCopy {
        /// The copy.
        path: PathBuf,
        /// The error of SQLite.
        source: Arc<rusqlite::Error>,
    },
    /// Any other error of SQLite.
    #[error("the database failed: {0}")]
    Sqlite(Arc<rusqlite::Error>),
    /// The system could not start the writer thread.
    #[error("can't start a thread: {0}")]
    NoThread(Arc<io::Error>),
    /// The source of a poll that was to be recorded was purged meanwhile.
    #[error("no source has the row id {}", .0.0)]
    NoSuchSource(SourceId),
    /// A search for a tag that no source has.
    #[error("no source has the tag `{0}`")]
    NoSuchTag(String),
    /// A search in a source that is not stored.
    #[error("there is no source `{0}`")]
    NoSourceNamed(String),
    /// A search took too long and was given up.
    #[error("the search takes too long")]
    SearchTooSlow,
    /// A write or read panicked. The changes of the write were rolled back.
    #[error("riverd crashed while it used the database: {0}")]
    Panicked(String),
}

impl StoreError {
    /// Returns the error for a file or folder that can't be created, opened or written.
    pub(super) fn not_writable(path: &Path, source: io::Error) -> Self {
        Self::NotWritable { path: path.to_owned(), source: Arc::new(source) }
    }

    /// Returns the error for what is in the place of the database and is no file.
    pub(super) fn not_a_file(path: &Path, found: FileType) -> Self {
        let what = match found {
            _ if found.is_dir() => "a folder",
            _ if found.is_fifo() => "a named pipe",
            _ if found.is_socket() => "a socket",
            _ => "a device",
        };
        Self::NotAFile { path: path.to_owned(), what }
    }

    /// Returns whether there is no room for the database: the disk is full, or a quota or a limit on file sizes was reached.
    pub(super) fn is_out_of_room(&self) -> bool {
        match self {
            Self::Full { .. } => true,
            Self::NotWritable { source, .. } => is_out_of_room(source),
            _ => false,
        }
    }

    /// Returns whether it is useless to start riverd again before a person has changed something (exit code 78). A full disk is
    /// no such error, because the disk may get room again by itself.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Newer { .. }
            | Self::Older { .. }
            | Self::Migration { .. }
            | Self::NotADatabase { .. }
            | Self::OtherProgram { .. }
            | Self::Corrupt { .. }
            | Self::UnusableBackup { .. }
            | Self::Unrecoverable { .. }
            | Self::LogMissing { .. }
            | Self::Emptied { .. }
            | Self::NotAFile { .. }
            | Self::Locked { .. } => true,
            Self::NotWritable { source, .. } => !is_out_of_room(source),
            Self::Closed
            | Self::ReadOnly
            | Self::Missing { .. }
            | Self::CutOff { .. }
            | Self::Full { .. }
            | Self::NoRoomForCopy { .. }
            | Self::Sqlite(_)
            | Self::NoThread(_)
            | Self::NoSuchSource(_)
            | Self::NoSuchTag(_)
            | Self::NoSourceNamed(_)
            | Self::SearchTooSlow
            | Self::Panicked(_) => false,
        }
    }

    /// Returns whether the error says that the database can't be written at all, and not only that one write was refused.
    pub(super) fn concerns_all_writes(&self) -> bool {
        match self {
            Self::Full { .. }
            | Self::NotWritable { .. }
            | Self::NotADatabase { .. }
            | Self::OtherProgram { .. }
            | Self::Emptied { .. }
            | Self::NotAFile { .. } => true,
            Self::Sqlite(source) => matches!(
                source.sqlite_error_code(),
                Some(
                    ErrorCode::SystemIoFailure
                        | ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                        | ErrorCode::FileLockingProtocolFailed
                        | ErrorCode::OutOfMemory
                )
            ),
            _ => false,
        }
    }

    /// Returns whether the error may concern only the record that was written. Records of other sources can then be written.
    pub fn may_concern_one_record(&self) -> bool {
        matches!(self, Self::Panicked(_) | Self::Corrupt { .. })
            || (matches!(self, Self::Sqlite(_)) && !self.concerns_all_writes())
    }

    /// Turns the error that there was no room for the database into the one that there was none for its copy `to`.
    pub(super) fn of_copy(self, to: &Path) -> Self {
        match self {
            Self::Full { source, .. } => Self::NoRoomForCopy { path: to.to_owned(), source },
            other => other,
        }
    }

    /// Turns an error of SQLite into the variant that names the database, if a person can do something about that file.
    pub(super) fn at(self, path: &Path) -> Self {
        let Self::Sqlite(source) = self else { return self };
        let path = path.to_owned();
        match source.sqlite_error_code() {
            // SQLite takes a page behind the end of the database for an empty one, but the log must have what its index names.
            _ if source
                .sqlite_error()
                .is_some_and(|error| error.extended_code == SQLITE_IOERR_SHORT_READ) =>
            {
                Self::CutOff { file: log_of(&path) }
            }
            Some(ErrorCode::DiskFull) => Self::Full { path, source },
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path },
            _ if is_unreadable_value(&source) => {
                Self::Corrupt { path, detail: format!("a value can't be read: {source}") }
            }
            _ if is_broken_schema(&source) => {
                Self::Corrupt { path, detail: format!("its tables or indexes are not whole: {source}") }
            }
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, detail: source.to_string() },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                let why = write_failure::out_of_descriptors().or_else(|| write_failure::reason(&path));
                let why = why.unwrap_or_else(|| io::Error::other(source.to_string()));
                Self::not_writable(&path, why)
            }
            _ if write_failure::is_of_write(&source) => match write_failure::reason(&path) {
                Some(why) => Self::not_writable(&path, why),
                None => Self::Sqlite(source),
            },
            _ => Self::Sqlite(source),
        }
    }
}

/// Returns whether an error says that a column holds a value that riverd never writes, such as a text that is not UTF-8.
pub(super) fn is_unreadable_value(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(
        error,
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
    )
}

/// Returns whether an error says that a table, a column or an index is missing, or the settings of the search index. riverd's
/// own statements are right if the schema is.
fn is_broken_schema(error: &rusqlite::Error) -> bool {
    let message = match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        rusqlite::Error::SqliteFailure(_, Some(message)) => message,
        _ => return false,
    };
    let signs =
        ["no such table", "no such column", "no such index", "no query solution", "invalid fts5 file format"];
    signs.iter().any(|sign| message.starts_with(sign))
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Sqlite(Arc::new(source))
    }
}
