//! Lets only one riverd write a database, with a lock file beside it. The file also notes how many commits the database
//! must hold.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::thread::yield_now;
use std::time::{Duration, Instant};

use super::{StoreError, files};

/// How long the lock is tried. [`Lock::is_held`] of another process has it for some microseconds.
const TRIED_FOR: Duration = Duration::from_millis(50);

/// The lock on a database. The system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
    database: PathBuf,
}

impl Lock {
    /// Takes the lock of the database at `database`. Fails if another riverd has it.
    pub(super) fn take(database: &Path) -> Result<Self, StoreError> {
        let path = lock_of(database);
        let not_writable = |source: io::Error| StoreError::not_writable(&path, source);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(not_writable)?;
        files::give_to_owner_of_folder(&file, &path).map_err(not_writable)?;
        let mut locked = file.try_lock();
        let deadline = Instant::now() + TRIED_FOR;
        while matches!(locked, Err(TryLockError::WouldBlock)) && Instant::now() < deadline {
            yield_now();
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => Ok(Self { file, path, database: database.to_owned() }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => Err(not_writable(source)),
        }
    }

    /// Returns whether a process has the lock of the database at `database`, as far as this user can find out.
    pub(super) fn is_held(database: &Path) -> bool {
        match File::open(lock_of(database)) {
            // Several verbs may ask at the same time, so the lock that this takes for a moment is a shared one.
            Ok(file) => file.try_lock_shared().is_err(),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    /// Returns the path of the lock file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns how many commits the database held when it was last written. Returns `None` if nothing was noted, or if
    /// another file has taken the database's place.
    ///
    /// After a power cut the number may be too low, because the note is not synced and the database is.
    pub(super) fn commits(&self) -> Option<i64> {
        // riverd writes less than 64 bytes; a huge file that someone else put there must not be read whole.
        let mut noted = String::new();
        let read = (&self.file).take(64).read_to_string(&mut noted);
        read.ok()?;
        let (commits, inode) = noted.trim_end().split_once(' ')?;
        let same_file = inode.parse().ok() == self.inode().ok();
        commits.parse().ok().filter(|_| same_file)
    }

    /// Notes how many commits the database holds now. It is to be called once they are durable.
    pub(super) fn note(&self, commits: i64) -> io::Result<()> {
        // The numbers are padded to a fixed width, so that a shorter line never leaves the end of a longer one.
        let line = format!("{commits:020} {:020}\n", self.inode()?);
        self.file.write_all_at(line.as_bytes(), 0)
    }

    fn inode(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.database)?.ino())
    }
}

/// Returns the path of the lock of `database`. It is beside the file itself, not beside a symbolic link to it: two riverd that
/// name one file in two ways must find one lock.
fn lock_of(database: &Path) -> PathBuf {
    let file = fs::canonicalize(database);
    file.as_deref().unwrap_or(database).with_extension("lock")
}
