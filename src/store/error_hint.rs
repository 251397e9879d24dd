//! What a person can do about each error of the store.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use super::StoreError;
use super::write_failure::{is_out_of_descriptors, is_out_of_room};

/// Returns what a person can do if another riverd has the database.
fn locked_hint(database: &Path) -> &'static str {
    // A verb asks a daemon through its control socket, so it comes here only if the socket is gone.
    if database.with_file_name("control.sock").exists() {
        "stop that riverd (the service: `sudo systemctl stop riverd.socket riverd.service`), or give this one another folder with \
         --state-dir; verbs that only read, such as `status` and `why`, work meanwhile"
    } else {
        "if that is the daemon, its `control.sock` was deleted: restart it (the service: `sudo systemctl restart riverd`); if it is \
         `riverd poll`, `restore` or `recover`, wait for its end"
    }
}

/// Returns what a person can do if the migration to schema `version` failed. The copy that was made before the upgrade is of
/// the schema that the upgrade began with, which may be an older one than that before `version`.
fn migration_hint(database: &Path, version: usize) -> String {
    let name = database.file_name().unwrap_or_default().to_string_lossy();
    let copy = |schema: usize| database.with_file_name(format!("{name}.schema-{schema}"));
    match (1..version).rev().map(copy).find(|copy| copy.exists()) {
        Some(copy) => format!(
            "to go back to the older riverd, put back the copy that this one made before the upgrade \
             (`riverd restore {}`); please report this",
            copy.display()
        ),
        None => "please report this".to_owned(),
    }
}

/// Returns what would let riverd write a file or folder.
fn unwritable_hint(path: &Path, source: &io::Error) -> String {
    let is_of_service = path.starts_with("/var/lib/riverd") || path.starts_with("/var/lib/private/riverd");
    let path = path.display();
    match source.kind() {
        io::ErrorKind::NotFound => format!("create the folder of `{path}` first"),
        io::ErrorKind::ReadOnlyFilesystem => {
            "the disk is read-only: if it was not meant to be, the kernel's log (`dmesg`) says why; `status` and `search` work \
             meanwhile, and `riverd backup FILE` saves what is stored to another disk"
                .to_owned()
        }
        io::ErrorKind::PermissionDenied if is_of_service => format!(
            "give `{path}` to the user that runs riverd: `sudo chown root /var/lib/private/riverd` and `sudo systemctl restart riverd` \
             give all files there to the service"
        ),
        _ if is_out_of_room(source) => {
            "make room on the disk, or raise the quota or the limit on file sizes; what is stored stays as it is".to_owned()
        }
        _ if is_out_of_descriptors(source) => {
            "raise the limit on open files (`LimitNOFILE=` in the unit, `ulimit -n`)".to_owned()
        }
        _ => format!(
            "give the user that runs riverd the right to write `{path}`, or another folder with --state-dir"
        ),
    }
}

/// Returns what would fix an error of SQLite that has no variant of its own.
fn sqlite_hint(source: &rusqlite::Error) -> Option<&'static str> {
    match source.sqlite_error_code()? {
        ErrorCode::SystemIoFailure => Some(
            "the disk can't be read or written: the kernel's log (`dmesg`), `df` and `ulimit -f` say more",
        ),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            Some("another program has the database open for writing: close it")
        }
        ErrorCode::OperationInterrupted | ErrorCode::OutOfMemory => None,
        _ => Some(
            "the database may be damaged: `riverd backup FILE` reads all of it and names the damage; while riverd is stopped, \
             `riverd recover` saves what can be read in a new database, and `riverd restore FILE` puts a backup in its place",
        ),
    }
}

impl StoreError {
    /// Returns what would fix the error, if anything would.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { .. } => "`systemctl start riverd`, `riverd run` or `riverd poll` creates it".to_owned(),
            Self::Newer { .. } => {
                "install the riverd that made it, or give this one another folder with --state-dir".to_owned()
            }
            Self::Older { .. } => "`systemctl start riverd`, `riverd run` or `riverd poll` updates it".to_owned(),
            Self::Migration { path, version, .. } => migration_hint(path, *version),
            Self::OtherProgram { path } => format!(
                "move `{}` away, or give riverd another folder with --state-dir; riverd overwrites nothing",
                path.display()
            ),
            Self::NotADatabase { path } | Self::Unrecoverable { path, .. } => format!(
                "put a backup in its place with `riverd restore FILE`, which sets `{}` aside; without a backup, move the file \
                 away, and riverd begins with an empty database",
                path.display()
            ),
            Self::UnusableBackup { .. } => {
                "name another backup; the database in use is unchanged".to_owned()
            }
            Self::Corrupt { path, .. } => format!(
                "put a backup in its place with `riverd restore FILE`, or save what can be read with `riverd recover`; \
                 riverd overwrites nothing and sets `{}` aside",
                path.display()
            ),
            Self::LogMissing { path, lock, .. } => format!(
                "put `{}-wal` or a backup back; to go on with what the database holds, delete `{}`",
                path.display(),
                lock.display()
            ),
            Self::Emptied { path, lock, .. } => format!(
                "put a backup in its place with `riverd restore FILE`; to begin anew, delete `{}` and `{}`",
                path.display(),
                lock.display()
            ),
            Self::NotAFile { path, .. } => format!(
                "move `{}` away, and riverd makes a new database there; or give riverd another folder with --state-dir",
                path.display()
            ),
            Self::CutOff { .. } => "start riverd again: it says whether commits are lost, and what to do then".to_owned(),
            Self::Locked { path } => locked_hint(path).to_owned(),
            Self::NotWritable { path, source } => unwritable_hint(path, source),
            Self::Full { .. } => {
                "make room on the disk; riverd then fetches again what it could not store, so only what a feed no longer lists is lost".to_owned()
            }
            Self::NoRoomForCopy { .. } => {
                "make room on the disk, or copy to another one; the database is unchanged, and nothing is lost".to_owned()
            }
            Self::Panicked(_) => "please report this with the log line above it".to_owned(),
            Self::NoThread(_) => "raise the limit on tasks (TasksMax in the unit)".to_owned(),
            Self::NoSuchTag(_) | Self::NoSourceNamed(_) => "`riverd list` shows the sources and their tags".to_owned(),
            Self::SearchTooSlow => "add a word that fewer articles have, or leave out a `*`".to_owned(),
            Self::Sqlite(source) => return sqlite_hint(source).map(str::to_owned),
            Self::Closed | Self::ReadOnly | Self::NoSuchSource(_) => return None,
        };
        Some(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_for_what_cant_be_written_fits_its_cause() {
        let of = |code: rustix::io::Errno| {
            StoreError::not_writable(
                Path::new("x/riverd.db"),
                io::Error::from_raw_os_error(code.raw_os_error()),
            )
        };
        let hint = |code| of(code).hint().unwrap();
        assert!(hint(rustix::io::Errno::NOSPC).contains("make room"));
        assert!(hint(rustix::io::Errno::DQUOT).contains("quota"));
        assert!(hint(rustix::io::Errno::MFILE).contains("LimitNOFILE"));
        assert!(hint(rustix::io::Errno::PERM).contains("the right to write"));
        assert!(!of(rustix::io::Errno::NOSPC).is_permanent() && of(rustix::io::Errno::PERM).is_permanent());
    }
}
