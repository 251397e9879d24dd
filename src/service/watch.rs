//! Notices changes of feeds.toml by reading its metadata.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

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

    /// Returns whether the file changed since it was last read, even if it may still be changing. The present version
    /// then counts as reported.
    pub(super) fn has_changed_at_all(&mut self) -> bool {
        let now = read_version(&self.path);
        let is_new = now != self.last_reported;
        if is_new {
            (self.last_reported, self.last_seen) = (now, now);
        }
        is_new
    }

    /// Checks the file. Returns `true` if two checks in a row saw the same version and it was not reported before.
    /// Waiting for a second check lets an editor finish writing. A file that is absent at two checks has vanished, which is a
    /// change, too.
    pub(super) fn has_changed(&mut self) -> bool {
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

/// A [`FileWatch`] that asks on another thread, because a file on a hung network share would hold up the daemon's loop.
#[derive(Debug)]
pub(super) struct BackgroundWatch {
    state: WatchState,
}

#[derive(Debug)]
enum WatchState {
    Idle(FileWatch),
    /// The answer has not come yet.
    Asking(JoinHandle<(FileWatch, bool)>),
    /// Asking panicked, or the runtime is shutting down.
    Lost,
}

/// How long an answer is waited for. An answer that comes later counts at the next check.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);

impl BackgroundWatch {
    pub(super) fn new(watch: FileWatch) -> Self {
        Self { state: WatchState::Idle(watch) }
    }

    /// Asks [`FileWatch::has_changed`].
    pub(super) async fn has_changed(&mut self) -> bool {
        self.ask(FileWatch::has_changed).await
    }

    /// Asks [`FileWatch::has_changed_at_all`].
    pub(super) async fn has_changed_at_all(&mut self) -> bool {
        self.ask(FileWatch::has_changed_at_all).await
    }

    async fn ask(&mut self, question: fn(&mut FileWatch) -> bool) -> bool {
        self.state = match std::mem::replace(&mut self.state, WatchState::Lost) {
            WatchState::Idle(mut watch) => WatchState::Asking(spawn_blocking(move || {
                let answer = question(&mut watch);
                (watch, answer)
            })),
            other => other,
        };
        let WatchState::Asking(answer) = &mut self.state else { return false };
        match timeout(ANSWER_WITHIN, answer).await {
            Ok(Ok((watch, has_changed))) => {
                self.state = WatchState::Idle(watch);
                has_changed
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "changes of feeds.toml are not noticed any more; SIGHUP still works");
                self.state = WatchState::Lost;
                false
            }
            Err(_) => false,
        }
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
    async fn a_watch_in_the_background_gives_the_same_answers_and_waits_for_no_slow_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "1").unwrap();
        let mut watch = BackgroundWatch::new(FileWatch::new(path.clone()));
        std::fs::write(&path, "22").unwrap();
        assert!(!watch.has_changed().await);
        assert!(watch.has_changed().await);

        let slow = |watch: &mut FileWatch| {
            std::thread::park_timeout(4 * ANSWER_WITHIN);
            watch.has_changed()
        };
        assert!(!watch.ask(slow).await, "the loop waits for a file that hangs");
    }

    #[test]
    fn a_change_is_reported_once_and_only_when_the_file_is_stable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "1").unwrap();
        let mut watch = FileWatch::new(path.clone());
        assert!(!watch.has_changed());
        std::fs::write(&path, "22").unwrap();
        assert!(!watch.has_changed(), "one check does not show that the file is stable");
        assert!(watch.has_changed());
        assert!(!watch.has_changed(), "it was reported already");
    }

    #[test]
    fn a_file_that_is_absent_at_one_check_is_no_change_and_one_that_stays_away_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "1").unwrap();
        let mut watch = FileWatch::new(path.clone());
        std::fs::remove_file(&path).unwrap();
        assert!(!watch.has_changed());
        let replace = || {
            std::fs::write(folder.path().join("new"), "1").unwrap();
            std::fs::rename(folder.path().join("new"), &path).unwrap();
        };
        replace();
        assert!(!watch.has_changed());
        assert!(watch.has_changed());
        std::fs::remove_file(&path).unwrap();
        assert!(!watch.has_changed());
        assert!(watch.has_changed() && !watch.has_changed(), "it is reported once");
        replace();
        assert!(!watch.has_changed() && watch.has_changed());
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
        watch.has_changed();
        assert!(watch.has_changed());
    }
}
