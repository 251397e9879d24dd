//! Sets a database aside under a new name, and puts another one in its place. The place is never empty in between, because
//! riverd would create a new database there.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::file_names::with_suffix;
use super::files::sync_folder;
use crate::time::Timestamp;

/// Why a database is set aside, as its new name says.
pub(super) const BEFORE_RESTORE: &str = "before-restore";
pub(super) const BEFORE_RECOVER: &str = "before-recover";
pub(super) const DAMAGED: &str = "damaged";
const REASONS: [&str; 3] = [BEFORE_RESTORE, BEFORE_RECOVER, DAMAGED];

/// Gives the database at `database` a second name that says why and when it was set aside, moves its log there too, and then
/// puts `new` in its place. Returns the second name, or `None` if there was no database. The caller holds the lock of the
/// database. If this is killed halfway, [`undo_interrupted`] undoes it.
pub(super) fn replace(
    database: &Path,
    new: &Path,
    why: &str,
    now: Timestamp,
) -> Result<Option<PathBuf>, StoreError> {
    let failed = |source: io::Error| StoreError::not_writable(database, source);
    let aside = if database.exists() { Some(free_name(database, why, now)) } else { None };
    if let Some(aside) = &aside {
        fs::hard_link(database, aside).map_err(failed)?;
        let log = with_suffix(database, "-wal");
        if log.exists() {
            fs::rename(&log, with_suffix(aside, "-wal")).map_err(failed)?;
        }
    }
    // The file `-shm` is the index of the log that was moved away.
    match fs::remove_file(with_suffix(database, "-shm")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    sync_folder(database).map_err(failed)?;
    fs::rename(new, database).map_err(failed)?;
    sync_folder(database).map_err(failed)?;
    Ok(aside)
}

/// Undoes a [`replace`] that was killed before the new database had its place, so that the database is in use again with its
/// log. The caller holds the lock of the database.
///
/// A second name of the very file that is in use exists only between the steps of `replace`. SQLite may have made a new, empty
/// log since, for a verb that only reads. A log that holds something is not touched: it belongs to whoever went on with the
/// database.
pub(super) fn undo_interrupted(database: &Path) -> Result<(), StoreError> {
    let failed = |source: io::Error| StoreError::not_writable(database, source);
    let Ok(in_use) = fs::metadata(database) else { return Ok(()) };
    // Each name is a link to the same file, so nearly always one look is enough.
    if in_use.nlink() == 1 {
        return Ok(());
    }
    for aside in names_of(database, in_use.ino()).map_err(failed)? {
        let (log, log_aside) = (with_suffix(database, "-wal"), with_suffix(&aside, "-wal"));
        if log_aside.exists() {
            if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
                continue;
            }
            match fs::remove_file(with_suffix(database, "-shm")) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
            fs::rename(&log_aside, &log).map_err(failed)?;
            sync_folder(database).map_err(failed)?;
        }
        fs::remove_file(&aside).map_err(failed)?;
        tracing::warn!(
            database = %database.display(),
            "a restore or a recovery was killed before it was complete: the database from before it is in use again"
        );
    }
    Ok(())
}

/// Returns the names that [`free_name`] gave the file with this inode.
fn names_of(database: &Path, inode: u64) -> io::Result<Vec<PathBuf>> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    let own_name = database.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_set_aside = |name: &str| {
        let why = name.strip_prefix(&own_name).and_then(|rest| rest.strip_prefix('.'));
        why.is_some_and(|why| REASONS.iter().any(|reason| why.starts_with(&format!("{reason}-"))))
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.unwrap_or(Path::new(".")))? {
        let entry = entry?;
        if is_set_aside(&entry.file_name().to_string_lossy()) && entry.metadata()?.ino() == inode {
            names.push(entry.path());
        }
    }
    Ok(names)
}

/// Returns a name that no file has, such as `riverd.db.damaged-20261124-023900`.
fn free_name(database: &Path, why: &str, now: Timestamp) -> PathBuf {
    let moment = now.to_utc().format("%Y%m%d-%H%M%S").to_string();
    let name = |number: u32| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        with_suffix(database, &format!(".{why}-{moment}{number}"))
    };
    (1..1000).map(name).find(|name| !name.exists()).unwrap_or_else(|| name(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state that a kill between the steps of [`replace`] can leave, and what it becomes.
    #[test]
    fn a_replacement_that_was_killed_between_its_steps_is_undone_and_a_complete_one_stays() {
        let read = |path: &Path| fs::read_to_string(path).ok();
        for (log_moved, index_left, new_log) in [
            (false, true, None),
            (true, true, None),
            (true, false, None),
            (true, true, Some("")),
            (true, false, Some("")),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let database = folder.path().join("riverd.db");
            let beside = |suffix: &str| with_suffix(&database, suffix);
            let aside = beside(".before-restore-20261124-023900");
            fs::write(&database, "old").unwrap();
            fs::write(beside("-wal"), "commits").unwrap();
            fs::hard_link(&database, &aside).unwrap();
            if log_moved {
                fs::rename(beside("-wal"), with_suffix(&aside, "-wal")).unwrap();
            }
            if index_left {
                fs::write(beside("-shm"), "index").unwrap();
            }
            if let Some(text) = new_log {
                fs::write(beside("-wal"), text).unwrap();
            }
            undo_interrupted(&database).unwrap();
            assert_eq!(read(&database).as_deref(), Some("old"));
            assert_eq!(read(&beside("-wal")).as_deref(), Some("commits"), "{log_moved} {index_left}");
            assert!(!aside.exists() && !with_suffix(&aside, "-wal").exists());
            assert_eq!(beside("-shm").exists(), !log_moved, "the index of another log must go");
        }
    }

    #[test]
    fn a_complete_replacement_and_a_log_with_new_commits_are_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let (database, new) = (folder.path().join("riverd.db"), folder.path().join("new"));
        fs::write(&database, "old").unwrap();
        fs::write(with_suffix(&database, "-wal"), "commits").unwrap();
        fs::write(&new, "new").unwrap();
        let aside = replace(&database, &new, BEFORE_RESTORE, Timestamp::from_unix(0)).unwrap().unwrap();
        undo_interrupted(&database).unwrap();
        assert_eq!(fs::read_to_string(&database).unwrap(), "new");
        assert_eq!(fs::read_to_string(&aside).unwrap(), "old");
        fs::hard_link(&database, with_suffix(&database, ".damaged-x")).unwrap();
        fs::write(with_suffix(&database, ".damaged-x-wal"), "older").unwrap();
        fs::write(with_suffix(&database, "-wal"), "newer").unwrap();
        undo_interrupted(&database).unwrap();
        assert_eq!(fs::read_to_string(with_suffix(&database, "-wal")).unwrap(), "newer");
        assert_eq!(fs::read_to_string(with_suffix(&database, ".damaged-x-wal")).unwrap(), "older");
    }
}
