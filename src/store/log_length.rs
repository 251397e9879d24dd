//! Notices that another program cut off the write-ahead log of the open database.
//!
//! SQLite does not notice it: it appends the next commit behind the end that it knows, so the part that is gone reads as zeros,
//! and the next checkpoint copies these zeros into the database. So the length of the log is compared before each transaction
//! and each checkpoint. Its file is only looked at and never opened, because closing it would give up SQLite's locks on it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::StoreError;
use super::files::log_of;

/// The length of the log as riverd last saw it.
#[derive(Debug)]
pub(super) struct LogLength {
    database: PathBuf,
    log: PathBuf,
    seen: SeenLog,
    is_cut_off: bool,
}

/// The log at one moment. Without a file, both are 0.
#[derive(Clone, Copy, Default, Debug)]
struct SeenLog {
    inode: u64,
    bytes: u64,
}

impl SeenLog {
    fn at(log: &Path) -> Option<Self> {
        fs::metadata(log).ok().map(|file| Self { inode: file.ino(), bytes: file.len() })
    }
}

impl LogLength {
    /// Notes the length of the log of a database that was just opened.
    pub(super) fn of(database: &Path) -> Self {
        let log = log_of(database);
        let seen = SeenLog::at(&log).unwrap_or_default();
        Self { database: database.to_owned(), log, seen, is_cut_off: false }
    }

    /// Notes the length after a commit of riverd.
    pub(super) fn note(&mut self) {
        if let Some(seen) = SeenLog::at(&self.log) {
            self.seen = seen;
        }
    }

    /// Fails if the log was found to be cut off.
    pub(super) fn check_known(&self) -> Result<(), StoreError> {
        if self.is_cut_off { Err(StoreError::LogCutOff { path: self.database.clone() }) } else { Ok(()) }
    }

    /// Fails if the log is shorter than it was and than its commits are. It may become shorter in two ways: a commit of riverd
    /// cuts it to the limit of its size, and a checkpoint, also one of another program, empties it. A log that was deleted is
    /// noticed elsewhere, also if a connection that was opened later has made another file at its place: riverd still has the
    /// deleted one open, so its commits are kept at the stop.
    pub(super) fn check(&mut self, conn: &Connection) -> Result<(), StoreError> {
        self.check_known()?;
        let Some(found) = SeenLog::at(&self.log) else { return Ok(()) };
        let is_shorter = found.inode == self.seen.inode && found.bytes < self.seen.bytes;
        self.is_cut_off = is_shorter && found.bytes < bytes_of_commits(conn)?;
        self.seen = found;
        if self.is_cut_off {
            // Closing the last connection would otherwise make a checkpoint.
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        }
        self.check_known()
    }
}

/// Returns how many bytes the commits in the log take, by its index (<https://www.sqlite.org/fileformat2.html#walformat>).
fn bytes_of_commits(conn: &Connection) -> Result<u64, StoreError> {
    const HEADER: u64 = 32;
    const FRAME_HEADER: u64 = 24;
    let page: u64 = conn.pragma_query_value(None, "page_size", |row| row.get(0).map(i64::cast_unsigned))?;
    let frames: i64 = conn.query_row("pragma wal_checkpoint(noop)", [], |row| row.get(1))?;
    Ok(u64::try_from(frames)
        .ok()
        .filter(|frames| *frames > 0)
        .map_or(0, |frames| HEADER + frames * (FRAME_HEADER + page)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(folder: &Path) -> (Connection, LogLength) {
        let path = folder.join("riverd.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("pragma journal_mode = wal; pragma wal_autocheckpoint = 4; create table t (x)")
            .unwrap();
        let length = LogLength::of(&path);
        (conn, length)
    }

    fn write(conn: &Connection, length: &mut LogLength) {
        length.check(conn).unwrap();
        conn.execute("insert into t values (randomblob(5000))", []).unwrap();
        length.note();
    }

    #[test]
    fn what_sqlite_itself_does_with_the_log_is_no_loss() {
        let folder = tempfile::tempdir().unwrap();
        let (conn, mut length) = database(folder.path());
        conn.pragma_update(None, "journal_size_limit", 20_000).unwrap();
        let other = Connection::open(folder.path().join("riverd.db")).unwrap();
        for round in 0..40 {
            write(&conn, &mut length);
            let empties = if round % 3 == 0 { &conn } else { &other };
            if round % 5 == 4 {
                empties.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
            }
        }
    }

    #[test]
    fn a_log_that_was_deleted_and_made_anew_was_not_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let (conn, mut length) = database(folder.path());
        write(&conn, &mut length);
        let log = folder.path().join("riverd.db-wal");
        // The other name keeps the number of the inode from being used again at once.
        fs::rename(&log, folder.path().join("moved")).unwrap();
        fs::write(&log, "").unwrap();
        write(&conn, &mut length);
        length.check(&conn).unwrap();
    }

    #[test]
    fn a_log_that_another_program_cuts_off_is_noticed_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let (conn, mut length) = database(folder.path());
        write(&conn, &mut length);
        let log = fs::File::options().write(true).open(folder.path().join("riverd.db-wal")).unwrap();
        log.set_len(log.metadata().unwrap().len() - 1).unwrap();
        let error = length.check(&conn).unwrap_err();
        assert!(error.to_string().contains("riverd.db-wal` was cut off"), "{error}");
        log.set_len(1 << 20).unwrap();
        assert!(length.check(&conn).is_err(), "a log that grew again lacks what was cut off");
    }
}
