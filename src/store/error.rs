//! Errors of the store, and what a person can do about each.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHORT_READ;

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
    /// Another program cut off the write-ahead log while the database was open.
    #[error("the log `{}-wal` was cut off by another program while riverd had the database open", path.display())]
    LogCutOff {
        /// The database.
        path: PathBuf,
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

/// Returns what a person can do if another riverd has the database.
fn locked_hint(database: &Path) -> &'static str {
    // A verb asks a daemon through its control socket, so it comes here only if the socket is gone.
    if database.with_file_name("control.sock").exists() {
        "stop that riverd (the service: `sudo systemctl stop riverd.socket riverd.service`), or give this one another folder with \
         --state-dir; verbs that only read, such as `status` and `why`, work meanwhile"
    } else {
        "if that is the daemon, its `control.sock` was deleted: restart it (the service: `sudo systemctl restart riverd`); if it is \
         `riverd poll`, `restore` or `recover`, wait for its end"
    }
}

/// Returns what a person can do if the migration to schema `version` failed. The copy that was made before the upgrade is of
/// the schema that the upgrade began with, which may be an older one than that before `version`.
fn migration_hint(database: &Path, version: usize) -> String {
    let name = database.file_name().unwrap_or_default().to_string_lossy();
    let copy = |schema: usize| database.with_file_name(format!("{name}.schema-{schema}"));
    match (1..version).rev().map(copy).find(|copy| copy.exists()) {
        Some(copy) => format!(
            "to go back to the older riverd, put back the copy that this one made before the upgrade \
             (`riverd restore {}`); please report this",
            copy.display()
        ),
        None => "please report this".to_owned(),
    }
}

/// Returns what would let riverd write a file or folder.
fn unwritable_hint(path: &Path, source: &io::Error) -> String {
    let is_of_service = path.starts_with("/var/lib/riverd") || path.starts_with("/var/lib/private/riverd");
    let path = path.display();
    match source.kind() {
        io::ErrorKind::NotFound => format!("create the folder of `{path}` first"),
        io::ErrorKind::ReadOnlyFilesystem => {
            "the disk is read-only: if it was not meant to be, the kernel's log (`dmesg`) says why; `status` and `search` work \
             meanwhile, and `riverd backup FILE` saves what is stored to another disk"
                .to_owned()
        }
        io::ErrorKind::PermissionDenied if is_of_service => format!(
            "give `{path}` to the user that runs riverd: `sudo chown root /var/lib/private/riverd` and `sudo systemctl restart riverd` \
             give all files there to the service"
        ),
        _ => format!(
            "give the user that runs riverd the right to write `{path}`, or another folder with --state-dir"
        ),
    }
}

/// Returns what would fix an error of SQLite that has no variant of its own.
fn sqlite_hint(source: &rusqlite::Error) -> Option<&'static str> {
    match source.sqlite_error_code()? {
        ErrorCode::SystemIoFailure => {
            Some("the disk can't be read or written: the kernel's log (`dmesg`) and `df` say more")
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            Some("another program has the database open for writing: close it")
        }
        ErrorCode::OperationInterrupted | ErrorCode::OutOfMemory => None,
        _ => Some(
            "the database may be damaged: `riverd backup FILE` reads all of it and names the damage; while riverd is stopped, \
             `riverd recover` saves what can be read in a new database, and `riverd restore FILE` puts a backup in its place",
        ),
    }
}

impl StoreError {
    /// Returns the error for a file or folder that can't be created, opened or written.
    pub(super) fn not_writable(path: &Path, source: io::Error) -> Self {
        Self::NotWritable { path: path.to_owned(), source: Arc::new(source) }
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
            | Self::Locked { .. }
            | Self::NotWritable { .. } => true,
            Self::Closed
            | Self::ReadOnly
            | Self::Missing { .. }
            | Self::LogCutOff { .. }
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

    /// Returns what would fix the error, if anything would.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { .. } => "`systemctl start riverd`, `riverd run` or `riverd poll` creates it".to_owned(),
            Self::Newer { .. } => {
                "install the riverd that made it, or give this one another folder with --state-dir".to_owned()
            }
            Self::Older { .. } => "`systemctl start riverd`, `riverd run` or `riverd poll` updates it".to_owned(),
            Self::Migration { path, version, .. } => migration_hint(path, *version),
            Self::OtherProgram { path } => format!(
                "move `{}` away, or give riverd another folder with --state-dir; riverd overwrites nothing",
                path.display()
            ),
            Self::NotADatabase { path } | Self::Unrecoverable { path, .. } => format!(
                "put a backup in its place with `riverd restore FILE`, which sets `{}` aside; without a backup, move the file \
                 away, and riverd begins with an empty database",
                path.display()
            ),
            Self::UnusableBackup { .. } => {
                "name another backup; the database in use is unchanged".to_owned()
            }
            Self::Corrupt { path, .. } => format!(
                "put a backup in its place with `riverd restore FILE`, or save what can be read with `riverd recover`; \
                 riverd overwrites nothing and sets `{}` aside",
                path.display()
            ),
            Self::LogMissing { path, lock, .. } => format!(
                "put `{}-wal` or a backup back; to go on with what the database holds, delete `{}`",
                path.display(),
                lock.display()
            ),
            Self::LogCutOff { .. } => "start riverd again: it says whether commits are lost, and what to do then".to_owned(),
            Self::Locked { path } => locked_hint(path).to_owned(),
            Self::NotWritable { path, source } => unwritable_hint(path, source),
            Self::Full { .. } => {
                "make room on the disk; riverd then fetches again what it could not store, so only what a feed no longer lists is lost".to_owned()
            }
            Self::NoRoomForCopy { .. } => {
                "make room on the disk, or copy to another one; the database is unchanged, and nothing is lost".to_owned()
            }
            Self::Panicked(_) => "please report this with the log line above it".to_owned(),
            Self::NoThread(_) => "raise the limit on tasks (TasksMax in the unit)".to_owned(),
            Self::NoSuchTag(_) | Self::NoSourceNamed(_) => "`riverd list` shows the sources and their tags".to_owned(),
            Self::SearchTooSlow => "add a word that fewer articles have, or leave out a `*`".to_owned(),
            Self::Sqlite(source) => return sqlite_hint(source).map(str::to_owned),
            Self::Closed | Self::ReadOnly | Self::NoSuchSource(_) => return None,
        };
        Some(hint)
    }

    /// Returns whether the error says that the database can't be written at all, and not only that one write was refused.
    pub(super) fn concerns_all_writes(&self) -> bool {
        match self {
            Self::Full { .. }
            | Self::NotWritable { .. }
            | Self::NotADatabase { .. }
            | Self::OtherProgram { .. } => true,
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
                Self::LogCutOff { path }
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
                Self::not_writable(&path, io::Error::other(source.to_string()))
            }
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
