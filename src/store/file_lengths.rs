//! Notices that another program cut off the open database or its write-ahead log, or wrote something shorter over one of them, as
//! `cp` does.
//!
//! SQLite does not notice it: it appends the next commit behind the end of the log that it knows, so the part that is gone reads
//! as zeros, and the next checkpoint copies these zeros, or the commits of another database, into the database. So both lengths
//! are compared before each transaction and each checkpoint. The files are only looked at and never opened, because closing them
//! would give up SQLite's locks on them.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::StoreError;
use super::file_names::log_of;

/// The database and its log as riverd last saw them.
#[derive(Debug)]
pub(super) struct FileLengths {
    database: PathBuf,
    log: PathBuf,
    seen: Seen,
    /// How many bytes the pages of the database took when it was opened. `None` after the first commit or checkpoint of riverd:
    /// from then on SQLite knows them by its index of the log, and before by the length of the file.
    pages_at_open: Option<u64>,
    /// The file that was found to be cut off.
    cut_off: Option<PathBuf>,
}

/// Both files at one moment.
#[derive(Clone, Copy, Default, Debug)]
struct Seen {
    database: SeenFile,
    log: SeenFile,
}

/// A file at one moment. Without a file, both are 0.
#[derive(Clone, Copy, Default, Debug)]
struct SeenFile {
    inode: u64,
    bytes: u64,
}

impl SeenFile {
    fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|file| Self { inode: file.ino(), bytes: file.len() })
    }

    /// Returns whether this is the same file as before, but shorter.
    fn is_shorter_than(self, before: Self) -> bool {
        self.inode == before.inode && self.bytes < before.bytes
    }
}

impl FileLengths {
    /// Notes the lengths of a database that was just opened with `conn`.
    pub(super) fn of(database: &Path, conn: &Connection) -> Result<Self, StoreError> {
        let mut lengths = Self {
            database: database.to_owned(),
            log: log_of(database),
            seen: Seen::default(),
            pages_at_open: Some(bytes_of_pages(conn)?),
            cut_off: None,
        };
        lengths.seen = lengths.found();
        Ok(lengths)
    }

    /// Notes the lengths after a commit or a checkpoint of riverd. Whether a database that is shorter now was cut off meanwhile is
    /// left to the next [`FileLengths::check`].
    pub(super) fn note(&mut self) {
        let found = self.found();
        self.seen.log = found.log;
        if !found.database.is_shorter_than(self.seen.database) {
            self.seen.database = found.database;
        }
        self.pages_at_open = None;
    }

    /// Returns the files as they are now. One that is not there, or can't be looked at, is as it was.
    fn found(&self) -> Seen {
        Seen {
            database: SeenFile::at(&self.database).unwrap_or(self.seen.database),
            log: SeenFile::at(&self.log).unwrap_or(self.seen.log),
        }
    }

    /// Fails if a file was found to be cut off.
    pub(super) fn check_known(&self) -> Result<(), StoreError> {
        self.cut_off.clone().map_or(Ok(()), |file| Err(StoreError::CutOff { file }))
    }

    /// Fails if a file is shorter than it was and than its contents are.
    ///
    /// The log may become shorter in two ways: a commit of riverd cuts it to the limit of its size, and a checkpoint, also one of
    /// another program, empties it. The database becomes shorter with the checkpoint that follows after pages were given back,
    /// and then has as many pages as it says. A file that was deleted is noticed elsewhere, also if a connection that was opened
    /// later has made another log at its place: riverd still has the deleted one open, so its commits are kept at the stop.
    pub(super) fn check(&mut self, conn: &Connection) -> Result<(), StoreError> {
        self.check_known()?;
        let (before, found) = (self.seen, self.found());
        self.seen = found;
        if found.log.is_shorter_than(before.log) && found.log.bytes < bytes_of_commits(conn)? {
            self.cut_off = Some(self.log.clone());
        } else if found.database.is_shorter_than(before.database)
            && found.database.bytes < self.pages_at_open.map_or_else(|| bytes_of_pages(conn), Ok)?
        {
            self.cut_off = Some(self.database.clone());
        }
        if self.cut_off.is_some() {
            // Closing the last connection would otherwise make a checkpoint.
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        }
        self.check_known()
    }
}

/// Returns how many bytes the pages of the database take. SQLite counts them by the last commit, not by the file.
fn bytes_of_pages(conn: &Connection) -> Result<u64, StoreError> {
    let number =
        |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get(0).map(i64::cast_unsigned));
    Ok(number("page_count")? * number("page_size")?)
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

    fn database(folder: &Path) -> (Connection, FileLengths) {
        let path = folder.join("riverd.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("pragma journal_mode = wal; pragma wal_autocheckpoint = 4; create table t (x)")
            .unwrap();
        let lengths = FileLengths::of(&path, &conn).unwrap();
        (conn, lengths)
    }

    fn write(conn: &Connection, lengths: &mut FileLengths) {
        lengths.check(conn).unwrap();
        conn.execute("insert into t values (randomblob(5000))", []).unwrap();
        lengths.note();
    }

    #[test]
    fn what_sqlite_itself_does_with_the_log_is_no_loss() {
        let folder = tempfile::tempdir().unwrap();
        let (conn, mut lengths) = database(folder.path());
        conn.pragma_update(None, "journal_size_limit", 20_000).unwrap();
        let other = Connection::open(folder.path().join("riverd.db")).unwrap();
        for round in 0..40 {
            write(&conn, &mut lengths);
            let empties = if round % 3 == 0 { &conn } else { &other };
            if round % 5 == 4 {
                empties.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
            }
        }
    }

    #[test]
    fn a_log_that_was_deleted_and_made_anew_was_not_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let (conn, mut lengths) = database(folder.path());
        write(&conn, &mut lengths);
        let log = folder.path().join("riverd.db-wal");
        // The other name keeps the number of the inode from being used again at once.
        fs::rename(&log, folder.path().join("moved")).unwrap();
        fs::write(&log, "").unwrap();
        write(&conn, &mut lengths);
        lengths.check(&conn).unwrap();
    }

    #[test]
    fn a_log_that_another_program_cuts_off_is_noticed_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let (conn, mut lengths) = database(folder.path());
        write(&conn, &mut lengths);
        let log = fs::File::options().write(true).open(folder.path().join("riverd.db-wal")).unwrap();
        log.set_len(log.metadata().unwrap().len() - 1).unwrap();
        let error = lengths.check(&conn).unwrap_err();
        assert!(error.to_string().contains("riverd.db-wal` was cut off"), "{error}");
        log.set_len(1 << 20).unwrap();
        assert!(lengths.check(&conn).is_err(), "a log that grew again lacks what was cut off");
    }
    #[test]
    fn a_database_that_is_overwritten_by_an_older_one_is_noticed_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let (conn, mut lengths) = database(folder.path());
        let older = folder.path().join("older.db");
        conn.execute("vacuum into ?", [older.to_string_lossy()]).unwrap();
        for _ in 0..20 {
            write(&conn, &mut lengths);
        }
        conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
        lengths.check(&conn).unwrap();
        // It is overwritten during a commit.
        let path = folder.path().join("riverd.db");
        fs::write(&path, fs::read(&older).unwrap()).unwrap();
        lengths.note();
        let error = lengths.check(&conn).unwrap_err();
        assert!(error.to_string().contains("riverd.db` was cut off or overwritten"), "{error}");
        fs::File::options().write(true).open(&path).unwrap().set_len(1 << 20).unwrap();
        assert!(lengths.check(&conn).is_err(), "it lacks what was in it");
    }

    #[test]
    fn pages_that_are_given_back_are_no_loss() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("riverd.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(
            "pragma auto_vacuum = incremental; pragma journal_mode = wal; pragma wal_autocheckpoint = 0;
             create table t (x)",
        )
        .unwrap();
        let mut lengths = FileLengths::of(&path, &conn).unwrap();
        for _ in 0..20 {
            write(&conn, &mut lengths);
        }
        let other = Connection::open(&path).unwrap();
        other.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
        lengths.check(&conn).unwrap();
        let long = fs::metadata(&path).unwrap().len();
        conn.execute_batch("delete from t; pragma incremental_vacuum").unwrap();
        lengths.note();
        other.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
        assert!(fs::metadata(&path).unwrap().len() < long);
        write(&conn, &mut lengths);
        lengths.check(&conn).unwrap();
    }
}
