//! One riverd a database: a lock file beside it, which also remembers whether the database was closed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::StoreError;

/// What the lock file holds while the database is open, and after a crash.
const OPEN: &str = "open\n";
/// What it holds once everything is in the database file and the write-ahead log is needed no more.
const CLOSED: &str = "closed\n";

/// The lock on a database. The system drops it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
    /// The database was not closed by the riverd that had it last.
    pub(super) left_open: bool,
}

impl Lock {
    /// Takes the lock of the database at `database`, or says that another riverd has it.
    pub(super) fn take(database: &Path) -> Result<Self, StoreError> {
        let path = database.with_extension("lock");
        let not_writable =
            |source: io::Error| StoreError::NotWritable { path: path.clone(), source: Arc::new(source) };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(not_writable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(not_writable(source)),
        }
        // A few bytes are ours; a huge file of someone else must not be read whole.
        let mut said = String::new();
        let read = (&mut file).take(16).read_to_string(&mut said);
        let left_open = read.is_ok() && said == OPEN;
        Ok(Self { file, path, left_open })
    }

    /// The lock file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// To be called once the write-ahead log is there: from now on its absence means that commits are lost.
    pub(super) fn note_open(&mut self) -> io::Result<()> {
        self.write(OPEN)
    }

    /// To be called once the log was copied into the database, and before it is deleted.
    pub(super) fn note_closed(&mut self) -> io::Result<()> {
        self.write(CLOSED)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        self.file.rewind()?;
        self.file.set_len(0)?;
        self.file.write_all(text.as_bytes())?;
        self.file.sync_all()
    }
}
