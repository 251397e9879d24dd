//! Sets a database aside under a new name, and puts another one in its place. The place is never empty in between, because
//! riverd would create a new database there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{sync_folder, with_suffix};
use crate::store::StoreError;
use crate::time::Timestamp;

/// Gives the database at `database` a second name that says why and when it was set aside, moves its log there too, and then
/// puts `new` in its place. Returns the second name, or `None` if there was no database. The caller holds the lock of the
/// database.
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

/// Returns a name that no file has, such as `riverd.db.damaged-20261124-023900`.
fn free_name(database: &Path, why: &str, now: Timestamp) -> PathBuf {
    let moment = now.to_utc().format("%Y%m%d-%H%M%S").to_string();
    let name = |number: u32| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        with_suffix(database, &format!(".{why}-{moment}{number}"))
    };
    (1..1000).map(name).find(|name| !name.exists()).unwrap_or_else(|| name(1000))
}
