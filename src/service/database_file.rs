//! Notices that the database of the running daemon was deleted, moved or replaced. Everything that is written after that is lost
//! at the stop, so the daemon ends at once, and the service manager starts it again with the file that is there.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The file that the daemon opened.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    inode: u64,
}

impl DatabaseFile {
    /// Returns the file that is at `path` now.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), inode: fs::metadata(path)?.ino() })
    }

    /// Returns what happened to the file, or `None` if it is still at its place. An error of the disk counts as no change.
    pub(super) fn loss(&self) -> Option<String> {
        let what = match fs::metadata(&self.path) {
            Ok(file) if file.ino() != self.inode => "replaced by another file",
            Err(error) if error.kind() == io::ErrorKind::NotFound => "deleted or moved",
            _ => return None,
        };
        Some(format!("the database `{}` was {what} while riverd was running", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deleted_and_a_replaced_database_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("riverd.db");
        fs::write(&path, "1").unwrap();
        let file = DatabaseFile::at(&path).unwrap();
        fs::write(&path, "2").unwrap();
        assert_eq!(file.loss(), None);
        let moved = folder.path().join("moved.db");
        fs::rename(&path, &moved).unwrap();
        assert!(file.loss().unwrap().contains("deleted or moved"));
        fs::write(&path, "3").unwrap();
        assert!(file.loss().unwrap().contains("replaced"));
    }
}
