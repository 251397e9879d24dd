//! Notices that a file of the running daemon's database was deleted, moved or replaced, or that its log was cut off. What is written to a database after
//! that is lost at the stop, and what is written to its log is lost if riverd is killed. Without its lock file, a second
//! riverd could write to the database. So the daemon ends at once, and the service manager starts it again with the files that
//! are there.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The files of an open database: the database itself, its log, the index of the log, and the lock file.
#[derive(Debug)]
pub(super) struct DatabaseFiles([OpenFile; 4]);

/// A file that SQLite or riverd opened.
#[derive(Debug)]
struct OpenFile {
    path: PathBuf,
    /// Number of the inode of the file. `None` until the file was seen, because SQLite makes the log with the first write.
    inode: Option<u64>,
}

impl DatabaseFiles {
    /// Returns the files of the database that is open at `path`.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let beside = |suffix: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            OpenFile { path: name.into(), inode: None }
        };
        let open = |path: PathBuf| fs::metadata(&path).map(|file| OpenFile { path, inode: Some(file.ino()) });
        let (database, lock) = (open(path.to_owned())?, open(path.with_extension("lock"))?);
        Ok(Self([database, beside("-wal"), beside("-shm"), lock]))
    }

    /// Returns what happened to one of the files, in words. Returns `None` if all files are still at their places. If a file
    /// can't be looked at because of an error of the disk, it counts as unchanged.
    pub(super) fn loss(&mut self) -> Option<String> {
        let lost = self.0.iter_mut().find_map(OpenFile::loss);
        lost.or_else(|| {
            let [_, log, index, _] = &self.0;
            let what = is_cut_off(&log.path, &index.path).then_some("cut off")?;
            Some(log.said(what))
        })
    }
}

/// Returns whether the write-ahead log is shorter than its index says. SQLite shortens it only after it has emptied the index, and
/// writes a commit to the log before it notes it in the index. If one of the files can't be read, the log counts as whole.
fn is_cut_off(log: &Path, index: &Path) -> bool {
    let Some(before) = CommittedLog::read(index) else { return false };
    let Ok(file) = fs::metadata(log) else { return false };
    // If the index is the same before and after, the length belongs to it.
    file.len() < before.bytes() && CommittedLog::read(index) == Some(before)
}

/// What the index of the write-ahead log says of the log (<https://www.sqlite.org/walformat.html#the_wal_index_file_format>).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct CommittedLog {
    /// Counter of transactions.
    changes: u32,
    /// Size of a page of the database in bytes.
    page: u64,
    /// Number of pages in the log that belong to a commit.
    frames: u64,
}

impl CommittedLog {
    /// Reads the first header of an index. Returns `None` if it can't be read or is not initialised.
    fn read(index: &Path) -> Option<Self> {
        let mut header = [0; 20];
        fs::File::open(index).and_then(|mut file| file.read_exact(&mut header)).ok()?;
        let (words, []) = header.as_chunks::<4>() else { return None };
        let [_, _, changes, [is_initialised, _, page @ ..], frames] = words else { return None };
        // A page of 64 KiB is stated as 1.
        let page = match u16::from_ne_bytes(*page) {
            1 => 1 << 16,
            page => u64::from(page),
        };
        let [changes, frames] = [changes, frames].map(|word| u32::from_ne_bytes(*word));
        (*is_initialised != 0).then_some(Self { changes, page, frames: u64::from(frames) })
    }

    /// Returns how long the log must be, in bytes.
    fn bytes(self) -> u64 {
        const HEADER: u64 = 32;
        const FRAME_HEADER: u64 = 24;
        if self.frames == 0 { 0 } else { HEADER + self.frames * (FRAME_HEADER + self.page) }
    }
}

impl OpenFile {
    fn loss(&mut self) -> Option<String> {
        let found = fs::metadata(&self.path);
        let what = match (found, self.inode) {
            (Ok(file), Some(inode)) if file.ino() != inode => "replaced by another file",
            (Err(error), Some(_)) if error.kind() == io::ErrorKind::NotFound => "deleted or moved",
            (Ok(file), None) => {
                self.inode = Some(file.ino());
                return None;
            }
            _ => return None,
        };
        Some(self.said(what))
    }

    fn said(&self, what: &str) -> String {
        format!("the file `{}` of the database was {what} while riverd was running", self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_file_of_the_database_that_is_deleted_or_replaced_is_noticed() {
        for name in ["riverd.db", "riverd.db-wal", "riverd.db-shm", "riverd.lock"] {
            let folder = tempfile::tempdir().unwrap();
            let database = folder.path().join("riverd.db");
            let path = folder.path().join(name);
            fs::write(&database, "1").unwrap();
            fs::write(folder.path().join("riverd.lock"), "1").unwrap();
            let mut files = DatabaseFiles::of(&database).unwrap();
            assert_eq!(files.loss(), None, "the log is not there yet");
            fs::write(&path, "2").unwrap();
            assert_eq!(files.loss(), None);
            fs::rename(&path, folder.path().join("moved")).unwrap();
            let loss = files.loss().unwrap();
            assert!(loss.contains("deleted or moved") && loss.contains(&*path.to_string_lossy()), "{loss}");
            fs::write(&path, "3").unwrap();
            assert!(files.loss().unwrap().contains("replaced"), "{name}");
        }
    }

    #[test]
    fn a_log_that_another_program_cuts_off_is_noticed_and_what_sqlite_itself_does_with_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("riverd.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("pragma journal_mode = wal; pragma wal_autocheckpoint = 4; create table t (x)")
            .unwrap();
        fs::write(folder.path().join("riverd.lock"), "1").unwrap();
        let mut files = DatabaseFiles::of(&path).unwrap();
        for round in 0..20 {
            conn.execute("insert into t values (randomblob(5000))", []).unwrap();
            if round % 5 == 4 {
                conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
            }
            assert_eq!(files.loss(), None, "{round}");
        }
        conn.execute("insert into t values (1)", []).unwrap();
        let log = fs::File::options().write(true).open(folder.path().join("riverd.db-wal")).unwrap();
        log.set_len(log.metadata().unwrap().len() - 1).unwrap();
        let loss = files.loss().unwrap();
        assert!(loss.contains("riverd.db-wal") && loss.contains("cut off"), "{loss}");
    }
}
