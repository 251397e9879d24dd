//! Notices that a file of the running daemon's database was deleted, moved or replaced. What is written to a database after
//! that is lost at the stop, and what is written to its log is lost if riverd is killed. Without its lock file, a second
//! riverd could write to the database. So the daemon ends at once, and the service manager starts it again with the files that
//! are there.
//!
//! The files are only looked at, never opened: whoever closes a file that SQLite has open gives up SQLite's locks on it in the
//! whole process (<https://www.sqlite.org/howtocorrupt.html>, 2.2), and the next program that opens the database cuts the index
//! under it.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Why the daemon ends if the store found that a file of the open database is shorter than its contents.
pub(super) const CUT_OFF: &str =
    "another program cut off or overwrote a file of the database while riverd was running";

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
        self.0.iter_mut().find_map(OpenFile::loss)
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
        Some(format!(
            "the file `{}` of the database was {what} while riverd was running",
            self.path.display()
        ))
    }
}

#[cfg(test)]
mod tests {
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
}
