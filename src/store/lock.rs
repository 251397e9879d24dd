//! One riverd a database: a lock file beside it, which also remembers how many commits the database must hold.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::StoreError;

/// The lock on a database. The system drops it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
    database: PathBuf,
}

impl Lock {
    /// Takes the lock of the database at `database`, or says that another riverd has it.
    pub(super) fn take(database: &Path) -> Result<Self, StoreError> {
        let path = database.with_extension("lock");
        let not_writable =
            |source: io::Error| StoreError::NotWritable { path: path.clone(), source: Arc::new(source) };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(not_writable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file, path, database: database.to_owned() }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => Err(not_writable(source)),
        }
    }

    /// The lock file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many commits the database held when it was last written to; `None` where nothing was noted, or of another file
    /// in its place.
    ///
    /// It may be too few after a power cut, since it is not synced: the database is, and has them then.
    pub(super) fn commits(&self) -> Option<i64> {
        // Less than a line is ours; a huge file of someone else must not be read whole.
        let mut noted = String::new();
        let read = (&self.file).take(64).read_to_string(&mut noted);
        read.ok()?;
        let (commits, inode) = noted.trim_end().split_once(' ')?;
        let same_file = inode.parse().ok() == self.inode().ok();
        commits.parse().ok().filter(|_| same_file)
    }

    /// Notes that the database holds so many commits now. To be called once they are durable.
    pub(super) fn note(&self, commits: i64) -> io::Result<()> {
        // As wide as the widest, so that a shorter line never leaves the end of a longer one.
        let line = format!("{commits:020} {:020}\n", self.inode()?);
        self.file.write_all_at(line.as_bytes(), 0)
    }

    fn inode(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.database)?.ino())
    }
}
