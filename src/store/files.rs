//! Files and folders in the state directory: who may read them, and to whom they belong.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::StoreError;
use super::write_failure::{self, is_out_of_room};

/// Creates the folder of the database, if it does not exist.
pub(super) fn create_folder(path: &Path) -> Result<(), StoreError> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    // Addresses of feeds may hold passwords, so only the owner may read the folder.
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|source| StoreError::not_writable(folder, source))
}

/// Creates a file that only its owner may read, unless the file exists. If root runs riverd, the file (also one that existed)
/// is given to the owner of its folder, so that the daemon can use it. SQLite gives its log the same permissions and owner.
pub(super) fn private_file(path: &Path) -> Result<(), StoreError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .and_then(|file| give_to_owner_of_folder(&file, path))
        .map_err(|source| StoreError::not_writable(path, source))
}

/// Gives a file to the owner and the group of its folder, if root runs riverd.
pub(super) fn give_to_owner_of_folder(file: &File, path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (owner, present) = (fs::metadata(folder)?, file.metadata()?);
    if rustix::process::geteuid().is_root() && (owner.uid(), owner.gid()) != (present.uid(), present.gid()) {
        std::os::unix::fs::fchown(file, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
}

/// Free space in bytes from which on a disk that was full has room for the database again. Most documents, with their rows
/// in the indexes, take less.
const ROOM: u64 = 1 << 20;

/// Returns whether the file system of `path` has room for more than the smallest writes. What it says is free may be more than a
/// quota allows, so as much is written, too.
pub(super) fn has_room(path: &Path) -> bool {
    rustix::fs::statvfs(path).map_or(true, |found| found.f_bavail.saturating_mul(found.f_frsize) >= ROOM)
        && write_failure::try_to_write(path, ROOM as usize)
            .map_or_else(|error| !is_out_of_room(&error), |()| true)
}

/// Makes a new name in the folder of `path` durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
