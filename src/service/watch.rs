//! Notices changes of feeds.toml by reading its metadata.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use super::background_check::BackgroundCheck;

/// Metadata that differ between two versions of a file. A rename changes the inode; an edit changes the times or the
/// size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct FileVersion {
    inode: u64,
    size: u64,
    modified_at: (i64, i64),
    metadata_changed_at: (i64, i64),
}

impl From<Metadata> for FileVersion {
    fn from(file: Metadata) -> Self {
        Self {
            inode: file.ino(),
            size: file.size(),
            modified_at: (file.mtime(), file.mtime_nsec()),
            metadata_changed_at: (file.ctime(), file.ctime_nsec()),
        }
    }
}

/// A file that is checked for changes from time to time.
#[derive(Debug)]
pub(super) struct FileWatch {
    path: PathBuf,
    last_reported: Option<FileVersion>,
    last_seen: Option<FileVersion>,
}

impl FileWatch {
    /// Starts with the current version. Call it before reading the file, so that no change is missed.
    pub(super) fn new(path: PathBuf) -> Self {
        let last_seen = read_version(&path);
        Self { path, last_reported: last_seen, last_seen }
    }

    /// Checks the file. Returns `true` if its version was not reported before, even if the file may still be changing.
    pub(super) fn take_any_change(&mut self) -> bool {
        let now = read_version(&self.path);
        let is_new = now != self.last_reported;
        if is_new {
            (self.last_reported, self.last_seen) = (now, now);
        }
        is_new
    }

    /// Checks the file. Returns `true` if two checks in a row saw the same version, and that version was not reported before.
    /// Waiting for a second check lets an editor finish writing. If the file is absent at two checks in a row, that is a
    /// change, too.
    pub(super) fn take_stable_change(&mut self) -> bool {
        let now = read_version(&self.path);
        let is_stable = now == self.last_seen;
        self.last_seen = now;
        let is_new = is_stable && now != self.last_reported;
        if is_new {
            self.last_reported = now;
        }
        is_new
    }
}

/// A [`FileWatch`] that is checked on another thread, because a check on a network share that hangs would hold up the
/// daemon's loop.
#[derive(Debug)]
pub(super) struct BackgroundWatch(BackgroundCheck<FileWatch, bool>);

impl BackgroundWatch {
    pub(super) fn new(watch: FileWatch) -> Self {
        Self(BackgroundCheck::new("feeds.toml", watch))
    }

    /// Runs [`FileWatch::take_stable_change`]. Returns `false` if that takes too long, or if a check has panicked.
    pub(super) async fn take_stable_change(&mut self) -> bool {
        self.0.run(FileWatch::take_stable_change).await.unwrap_or(false)
    }

    /// Runs [`FileWatch::take_any_change`]. Returns `false` if that takes too long, or if a check has panicked.
    pub(super) async fn take_any_change(&mut self) -> bool {
        self.0.run(FileWatch::take_any_change).await.unwrap_or(false)
    }
}

fn read_version(path: &PathBuf) -> Option<FileVersion> {
    // If the file is absent or unreadable, there is nothing to load now. The next check looks again.
    std::fs::metadata(path).ok().map(FileVersion::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_watch_in_the_background_gives_the_same_results() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "1").unwrap();
        let mut watch = BackgroundWatch::new(FileWatch::new(path.clone()));
        std::fs::write(&path, "22").unwrap();
        assert!(!watch.take_stable_change().await);
        assert!(watch.take_stable_change().await);
    }

    #[test]
    fn a_change_is_reported_once_and_only_when_the_file_is_stable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "1").unwrap();
        let mut watch = FileWatch::new(path.clone());
        assert!(!watch.take_stable_change());
        std::fs::write(&path, "22").unwrap();
        assert!(!watch.take_stable_change(), "one check does not show that the file is stable");
        assert!(watch.take_stable_change());
        assert!(!watch.take_stable_change(), "it was reported already");
    }

    #[test]
    fn a_file_that_is_absent_at_one_check_is_no_change_and_one_that_stays_away_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "1").unwrap();
        let mut watch = FileWatch::new(path.clone());
        std::fs::remove_file(&path).unwrap();
        assert!(!watch.take_stable_change());
        let replace = || {
            std::fs::write(folder.path().join("new"), "1").unwrap();
            std::fs::rename(folder.path().join("new"), &path).unwrap();
        };
        replace();
        assert!(!watch.take_stable_change());
        assert!(watch.take_stable_change());
        std::fs::remove_file(&path).unwrap();
        assert!(!watch.take_stable_change());
        assert!(watch.take_stable_change() && !watch.take_stable_change(), "it is reported once");
        replace();
        assert!(!watch.take_stable_change() && watch.take_stable_change());
    }

    #[test]
    fn replacing_a_symbolic_link_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        for name in ["a", "b"] {
            std::fs::write(folder.path().join(name), "1").unwrap();
        }
        std::os::unix::fs::symlink(folder.path().join("a"), &path).unwrap();
        let mut watch = FileWatch::new(path.clone());
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(folder.path().join("b"), &path).unwrap();
        watch.take_stable_change();
        assert!(watch.take_stable_change());
    }
}
