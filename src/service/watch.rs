//! Sees that feeds.toml changed, by looking at it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

/// What tells one state of a file from another: a rename changes the inode, an edit the times or the size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct FileVersion {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl From<Metadata> for FileVersion {
    fn from(file: Metadata) -> Self {
        Self {
            inode: file.ino(),
            size: file.size(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }
}

/// A file that is looked at from time to time.
#[derive(Debug)]
pub(super) struct FileWatch {
    path: PathBuf,
    settled: Option<FileVersion>,
    seen: Option<FileVersion>,
}

impl FileWatch {
    /// From now on; take it before the file is read, so that no change falls between.
    pub(super) fn new(path: PathBuf) -> Self {
        let seen = look(&path);
        Self { path, settled: seen, seen }
    }

    /// Looks at the file. `true` once it differs from what was last settled and two looks in a row saw the same: an
    /// editor that writes in pieces is waited for, and a file that is absent for a moment is no change.
    pub(super) fn changed(&mut self) -> bool {
        let now = look(&self.path);
        let quiet = now == self.seen;
        self.seen = now;
        let changed = quiet && now.is_some() && now != self.settled;
        if changed {
            self.settled = now;
        }
        changed
    }
}

fn look(path: &PathBuf) -> Option<FileVersion> {
    // Absent or unreadable: either way there is nothing to load, and the next look tells.
    std::fs::metadata(path).ok().map(FileVersion::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_once_and_only_when_it_is_quiet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "1").unwrap();
        let mut watch = FileWatch::new(path.clone());
        assert!(!watch.changed());
        std::fs::write(&path, "22").unwrap();
        assert!(!watch.changed(), "one look is not quiet yet");
        assert!(watch.changed());
        assert!(!watch.changed(), "told already");
    }

    #[test]
    fn a_file_that_is_absent_for_a_moment_is_no_change_but_its_successor_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "1").unwrap();
        let mut watch = FileWatch::new(path.clone());
        std::fs::remove_file(&path).unwrap();
        assert!(!watch.changed() && !watch.changed());
        std::fs::write(folder.path().join("new"), "1").unwrap();
        std::fs::rename(folder.path().join("new"), &path).unwrap();
        watch.changed();
        assert!(watch.changed());
    }

    #[test]
    fn a_symbolic_link_that_is_swapped_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        for name in ["a", "b"] {
            std::fs::write(folder.path().join(name), "1").unwrap();
        }
        std::os::unix::fs::symlink(folder.path().join("a"), &path).unwrap();
        let mut watch = FileWatch::new(path.clone());
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(folder.path().join("b"), &path).unwrap();
        watch.changed();
        assert!(watch.changed());
    }
}
