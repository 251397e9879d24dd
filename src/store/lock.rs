//! Lets only one riverd write a database, with a lock file beside it. The file also notes how many commits the database
//! must hold.

use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::thread::yield_now;
use std::time::{Duration, Instant, UNIX_EPOCH};

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

    /// Returns how many commits the database must hold: as many as it held when it was last written. Returns `None` if nothing
    /// was noted, or if another database was put in its place, such as a backup.
    ///
    /// After a power cut the number may be too low, because the note is not synced and the database is.
    pub(super) fn commits(&self) -> Option<i64> {
        let note = Note::read(&self.file)?;
        let is_same = |noted: FileIdentity, file: io::Result<Metadata>| {
            file.is_ok_and(|file| noted.is_of(&FileIdentity::of(&file)))
        };
        // Where both are other files, the folder was copied as a whole, so the note is about the copy of the database, too.
        let concerns_this = is_same(note.database, fs::metadata(&self.database))
            || note.lock.is_some_and(|lock| !is_same(lock, self.file.metadata()));
        concerns_this.then_some(note.commits)
    }

    /// Forgets the commits of a database that is gone, because a new one is made in its place.
    pub(super) fn forget(&self) -> Result<(), StoreError> {
        self.file.set_len(0).map_err(|source| StoreError::not_writable(&self.path, source))
    }

    /// Notes how many commits the database holds now. It is to be called once they are durable.
    pub(super) fn note(&self, commits: i64) -> io::Result<()> {
        let database = FileIdentity::of(&fs::metadata(&self.database)?);
        let lock = FileIdentity::of(&self.file.metadata()?);
        // The numbers are padded to a fixed width, so that a shorter line never leaves the end of a longer one.
        let line = format!("{commits:020} {database} {lock}\n");
        self.file.write_all_at(line.as_bytes(), 0)
    }
}

/// Returns how many commits the last database at `database` held, even if it is gone or emptied, as far as this user may read
/// that.
pub(super) fn commits_of_last(database: &Path) -> i64 {
    let lock = lock_of(database);
    // Opening a named pipe would wait for its writer.
    let is_file = fs::metadata(&lock).is_ok_and(|file| file.is_file());
    let file = if is_file { File::open(lock).ok() } else { None };
    file.and_then(|file| Note::read(&file)).map_or(0, |note| note.commits)
}

/// What tells a file from another one that took its place, also if that one got the number of its inode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct FileIdentity {
    inode: u64,
    /// When the file was made, in nanoseconds. `None` if the file system does not say it.
    made_at: Option<u64>,
}

impl FileIdentity {
    fn of(file: &Metadata) -> Self {
        let made_at = file.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let made_at = made_at.and_then(|at| u64::try_from(at.as_nanos()).ok());
        Self { inode: file.ino(), made_at }
    }

    /// Reads the identity as [`fmt::Display`] writes it. A zero stands for a moment that is not known.
    fn parse<'a>(mut fields: impl Iterator<Item = &'a str>) -> Option<Self> {
        let inode = fields.next()?.parse().ok()?;
        let made_at = fields.next().and_then(|at| at.parse().ok()).filter(|at| *at > 0);
        Some(Self { inode, made_at })
    }

    /// Returns whether the file with the identity `found` is the one that was noted.
    fn is_of(&self, found: &Self) -> bool {
        let differ = self.made_at.zip(found.made_at).is_some_and(|(noted, found)| noted != found);
        self.inode == found.inode && !differ
    }
}

impl fmt::Display for FileIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020} {:020}", self.inode, self.made_at.unwrap_or(0))
    }
}

/// The line in the lock file.
struct Note {
    commits: i64,
    /// The database when it was last written.
    database: FileIdentity,
    /// The lock file itself at that time. `None` in the note of an older riverd.
    lock: Option<FileIdentity>,
}

impl Note {
    fn read(file: &File) -> Option<Self> {
        // riverd writes just over a hundred bytes; a huge file that someone else put there must not be read whole.
        let mut bytes = [0; 128];
        let length = file.read_at(&mut bytes, 0).ok()?;
        let line = std::str::from_utf8(bytes.get(..length)?).ok()?;
        let mut fields = line.split_whitespace();
        let commits = fields.next()?.parse().ok()?;
        let database = FileIdentity::parse(&mut fields)?;
        Some(Self { commits, database, lock: FileIdentity::parse(&mut fields) })
    }
}

/// Returns the path of the lock of `database`. It is beside the file itself, not beside a symbolic link to it: two riverd that
/// name one file in two ways must find one lock.
pub(super) fn lock_of(database: &Path) -> PathBuf {
    let file = fs::canonicalize(database);
    file.as_deref().unwrap_or(database).with_extension("lock")
}
