//! Tells a database that was lost from one that never was: the lock file beside it says how many commits it held.

use std::fs;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::lock::{self, Lock};
use crate::text::words::counted;

/// Refuses an empty file in the place of a database that held commits. riverd itself leaves such a file only where nothing was
/// stored yet, so another program or the disk has emptied this one, and a new river in its place would hide that.
pub(super) fn refuse_emptied(path: &Path) -> Result<(), StoreError> {
    let is_empty = fs::metadata(path).is_ok_and(|file| file.len() == 0);
    let commits = if is_empty { lock::commits_of_last(path) } else { 0 };
    if commits > 0 {
        let lock = lock::lock_of(path);
        return Err(StoreError::Emptied { path: path.to_owned(), lock, commits });
    }
    Ok(())
}

/// Returns the error for a database without tables: its log, which held them, is gone, or nothing was stored yet.
pub(super) fn without_tables(path: PathBuf) -> StoreError {
    match lock::commits_of_last(&path) {
        lost if lost > 0 => StoreError::LogMissing { lock: lock::lock_of(&path), path, lost },
        _ => StoreError::Missing { path },
    }
}

/// Warns if the database is gone, before a new one is made in its place: someone may have deleted it to begin anew, or lost it.
/// The new database begins to count its commits at zero.
pub(super) fn warn_if_gone(path: &Path, lock: &Lock) -> Result<(), StoreError> {
    if let Some(warning) = what_is_gone(path) {
        tracing::warn!("{warning}");
        lock.forget()?;
    }
    Ok(())
}

/// Says that there was a database at `path`, and is none now. Returns `None` if riverd knows of none that was there.
pub fn what_is_gone(path: &Path) -> Option<String> {
    let commits = lock::commits_of_last(path);
    (commits > 0 && !path.exists()).then(|| {
        format!(
            "the database `{}`, which had {}, is gone; unless someone deleted it to begin anew, put a backup in its place with \
             `riverd restore FILE`",
            path.display(),
            counted(commits.unsigned_abs(), "commit")
        )
    })
}
