//! What can go wrong with the store, and what a person can do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::model::SourceId;

/// A store error. Cheap to clone, because a commit that fails fails every record that waited for it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A write on a store that was opened for reading.
    #[error("the database was opened for reading only")]
    ReadOnly,
    /// Nothing is there to read.
    #[error("there is no database at `{}`", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A later riverd made it.
    #[error("the database `{}` has schema {found}, and this riverd knows schemas up to {known}", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// It waits for a migration, which a store opened for reading can't run.
    #[error("the database `{}` has schema {found}, and this riverd reads schema {known}", path.display())]
    Older {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// A migration failed; it was rolled back whole.
    #[error("the database `{}` can't be brought to schema {version}: {detail}", path.display())]
    Migration {
        /// The database.
        path: PathBuf,
        /// The version that could not be reached.
        version: usize,
        /// Why.
        detail: String,
    },
    /// Not an SQLite file at all.
    #[error("`{}` is not an SQLite database", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// An SQLite database of another program.
    #[error("`{}` is the database of another program", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// Damaged.
    #[error("the database `{}` is damaged: {detail}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite, or our look at the file, found.
        detail: String,
    },
    /// The write-ahead log was deleted or cut off, and what was committed last is gone with it.
    #[error("the database `{0}` lacks its last {lost} commits: its log `{0}-wal` is gone or cut off", path.display())]
    LogMissing {
        /// The database.
        path: PathBuf,
        /// The file that remembers how many commits there were.
        lock: PathBuf,
        /// How many are missing.
        lost: i64,
    },
    /// Another riverd has it open.
    #[error("another riverd has the database `{}` open", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The folder or the file can't be made, opened or written.
    #[error("can't write `{}`: {source}", path.display())]
    NotWritable {
        /// The folder or the file.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// No room on the disk, or a quota or file-size limit was reached.
    #[error("no room to write the database `{}`: {source}", path.display())]
    Full {
        /// The database.
        path: PathBuf,
        /// As SQLite says it.
        source: Arc<rusqlite::Error>,
    },
    /// Any other answer of SQLite.
    #[error("the database failed: {0}")]
    Sqlite(Arc<rusqlite::Error>),
    /// The system gave no thread to write with.
    #[error("can't start a thread: {0}")]
    NoThread(Arc<io::Error>),
    /// A poll of a source that was purged in the meantime.
    #[error("no source has the row {}", .0.0)]
    NoSuchSource(SourceId),
    /// A bug of ours while one record was written or read; its changes were rolled back.
    #[error("storing panicked: {0}")]
    Panicked(String),
}

impl StoreError {
    /// Whether only a person can mend it, so that starting again is no use (exit code 78).
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Newer { .. }
            | Self::Older { .. }
            | Self::Migration { .. }
            | Self::NotADatabase { .. }
            | Self::NotOurs { .. }
            | Self::Corrupt { .. }
            | Self::LogMissing { .. }
            | Self::Locked { .. }
            | Self::NotWritable { .. } => true,
            Self::Closed
            | Self::ReadOnly
            | Self::Missing { .. }
            | Self::Full { .. }
            | Self::Sqlite(_)
            | Self::NoThread(_)
            | Self::NoSuchSource(_)
            | Self::Panicked(_) => false,
        }
    }

    /// What would mend it, if anything would.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { .. } => "`riverd run` or `riverd poll` creates it".to_owned(),
            Self::Newer { .. } => {
                "install the riverd that made it, or give this one another folder with --state-dir".to_owned()
            }
            Self::Older { .. } => "`riverd run` or `riverd poll` brings it up to date".to_owned(),
            Self::Migration { .. } => {
                "the database is as it was: go back to the riverd that made it, and report this".to_owned()
            }
            Self::NotADatabase { path } | Self::NotOurs { path } => format!(
                "move `{}` away, or give riverd another folder with --state-dir; riverd overwrites nothing",
                path.display()
            ),
            Self::Corrupt { path, .. } => format!(
                "put a backup in its place, or save what can be read with \
                 `sqlite3 {0} .recover | sqlite3 {0}.new`; riverd overwrites nothing",
                path.display()
            ),
            Self::LogMissing { path, lock, .. } => format!(
                "put `{}-wal` or a backup back; to go on with what the database holds, delete `{}`",
                path.display(),
                lock.display()
            ),
            Self::Locked { .. } => {
                "stop it, or give this one another folder with --state-dir; `list`, `status` and `why` work meanwhile"
                    .to_owned()
            }
            Self::NotWritable { path, .. } => format!(
                "give the user that runs riverd the right to write `{}`, or another folder with --state-dir",
                path.display()
            ),
            Self::Full { .. } => {
                "make room on the disk; nothing is lost, what could not be stored is fetched again".to_owned()
            }
            Self::Panicked(_) => "please report this with the log line above it".to_owned(),
            Self::NoThread(_) => "raise the limit on tasks (TasksMax in the unit)".to_owned(),
            Self::Closed | Self::ReadOnly | Self::Sqlite(_) | Self::NoSuchSource(_) => return None,
        };
        Some(hint)
    }

    /// Says which file it is about, where the kind of failure lets a person act on the file.
    pub(super) fn at(self, path: &Path) -> Self {
        let Self::Sqlite(source) = self else { return self };
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path, source },
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, detail: source.to_string() },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::NotWritable { path, source: Arc::new(io::Error::other(source.to_string())) }
            }
            _ => Self::Sqlite(source),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Sqlite(Arc::new(source))
    }
}
