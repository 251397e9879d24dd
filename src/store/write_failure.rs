//! Finds out why a database can't be written, since SQLite does not say which error the system gave it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rusqlite::ffi;
use rustix::fs::{Access, access};
use rustix::io::Errno;

/// How many bytes are written to find out why SQLite could not write. A quota may have room for less.
const TRIED: usize = 64 << 10;

/// The file that is written beside the database for this.
const PROBE: &str = ".riverd-probe";

/// The errors of SQLite, apart from a full disk, that a write may end with.
const OF_WRITES: [i32; 8] = [
    ffi::SQLITE_IOERR_WRITE,
    ffi::SQLITE_IOERR_FSYNC,
    ffi::SQLITE_IOERR_DIR_FSYNC,
    ffi::SQLITE_IOERR_TRUNCATE,
    ffi::SQLITE_IOERR_DELETE,
    ffi::SQLITE_IOERR_SHMOPEN,
    ffi::SQLITE_IOERR_SHMSIZE,
    ffi::SQLITE_IOERR_SHMMAP,
];

/// Returns whether the disk may have refused a write.
pub(super) fn is_of_write(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| OF_WRITES.contains(&error.extended_code))
}

/// Returns why a database can't be written now, if its disk is read-only, or there is no room beside it: the disk is full, or a
/// quota or a limit on file sizes was reached.
pub(super) fn reason(database: &Path) -> Option<io::Error> {
    // The database itself must not be opened: closing it would drop SQLite's locks of it.
    if access(database, Access::WRITE_OK) == Err(Errno::ROFS) {
        return Some(io::Error::from(Errno::ROFS));
    }
    let error = try_to_write(database, TRIED).err()?;
    (is_out_of_room(&error) || error.kind() == io::ErrorKind::ReadOnlyFilesystem).then_some(error)
}

/// Writes a file of `bytes` bytes beside the database and deletes it.
pub(super) fn try_to_write(database: &Path, bytes: usize) -> io::Result<()> {
    let path = database.with_file_name(PROBE);
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
    let written = file.write_all(&vec![0; bytes]).and_then(|()| file.sync_data());
    drop(file);
    written.and(fs::remove_file(&path))
}

/// Returns whether an error of the system says that there is no room: the disk is full, or a quota or a limit on file sizes was
/// reached.
pub(super) fn is_out_of_room(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// Returns whether an error of the system says that this process, or all of them, has too many open files.
pub(super) fn is_out_of_descriptors(error: &io::Error) -> bool {
    let limits = [Errno::MFILE, Errno::NFILE];
    error.raw_os_error().is_some_and(|code| limits.iter().any(|limit| limit.raw_os_error() == code))
}

/// Returns the error of the system if no file can be opened now, because too many are open. SQLite does not say why it could
/// not open a file.
pub(super) fn out_of_descriptors() -> Option<io::Error> {
    File::open("/dev/null").err().filter(is_out_of_descriptors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_can_be_written_gives_no_reason_and_keeps_no_probe() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("riverd.db");
        File::create(&database).unwrap();
        assert!(reason(&database).is_none());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_disk_without_room_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("riverd.db");
        std::os::unix::fs::symlink("/dev/full", database.with_file_name(PROBE)).unwrap();
        let full = reason(&database).unwrap();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn only_failed_writes_are_looked_into() {
        let of = |code| is_of_write(&rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        assert!(of(ffi::SQLITE_IOERR_WRITE) && of(ffi::SQLITE_IOERR_FSYNC));
        assert!(!of(ffi::SQLITE_IOERR_READ) && !of(ffi::SQLITE_FULL));
    }
}
