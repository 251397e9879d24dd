//! Opens the database: refuses what it must not touch, creates what is missing, and sets what every connection needs.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::file_names::log_of;
use super::files::{create_folder, private_file};
use super::lock::Lock;
use super::set_aside::undo_interrupted;
use super::{StoreError, due, lost_database, migrate, write_failure};

/// The bytes of "rivd", as the first migration sets them.
const APPLICATION_ID: i64 = 0x7269_7664;

/// More commits than any database can have: a thousand each second for 30 000 years.
pub(super) const CREDIBLE_COMMITS: i64 = 1 << 50;

/// How long to wait for a lock of another process. Only a verb or `sqlite3` at a terminal holds one, for a moment.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Up to this size in bytes, the whole database is checked when it is opened for writing, which takes some 0.1 s for each 100
/// MB. A larger one is checked only by maintenance (nightly, unless feeds.toml says otherwise), because a start must not take
/// minutes.
const CHECKED_WHOLE: u64 = 64 << 20;

/// Largest size of the page caches in KiB. The writer's cache holds the near-duplicate index of a week of ten thousand articles
/// a day (13 MB), which every new article touches; each maintenance run frees this memory. A reader's cache holds one river.
const WRITER_CACHE: i64 = 16 << 10;
const READER_CACHE: i64 = 2 << 10;

/// After a checkpoint the write-ahead log is cut to this many bytes, because one huge poll must not keep the disk full.
const LOG_LIMIT: i64 = 16 << 20;

/// A checkpoint begins when the write-ahead log has this many pages of 4 KiB. While many polls are stored, commits
/// change the same pages again and again, and a checkpoint copies each of them once.
const LOG_PAGES: i64 = 8000;

/// A database that was opened for writing. Only one riverd has it.
pub(super) struct Opened {
    pub(super) conn: Connection,
    pub(super) lock: Lock,
}

/// A function that is called before an existing schema is changed, with the database, its path and its schema version.
pub(super) type BeforeUpgrade = fn(&Connection, &Path, usize) -> Result<(), StoreError>;

/// Opens or creates the database for writing and migrates its schema. Calls `before_upgrade` before it changes an
/// existing schema.
pub(super) fn for_writing(path: &Path, before_upgrade: BeforeUpgrade) -> Result<Opened, StoreError> {
    create_folder(path)?;
    let lock = Lock::take(path)?;
    undo_interrupted(path)?;
    check_files(path)?;
    lost_database::refuse_emptied(path)?;
    lost_database::warn_if_gone(path, &lock)?;
    private_file(path)?;
    // This connection can't write, so if the database is refused, its log stays as it is.
    match reader(path).and_then(|conn| recognise(&conn, path, &lock)) {
        // After a crash, a transaction may have to be rolled back first, which only a connection that can write does. The
        // database is checked again below with such a connection.
        Ok(()) | Err(StoreError::NotWritable { .. }) => {}
        Err(refused) => return Err(refused),
    }
    let mut conn = writer(path)?;
    recognise(&conn, path, &lock)?;
    check_whole(&conn, path)?;
    let found = migrate::version(&conn).map_err(|source| StoreError::from(source).at(path))?;
    if found > 0 && found < migrate::KNOWN {
        before_upgrade(&conn, path, found)?;
    }
    migrate::migrate(&mut conn, path)?;
    due::release_interrupted(&conn).map_err(|error| error.at(path))?;
    Ok(Opened { conn, lock })
}

/// Refuses a database that is not empty and not of riverd, has an unknown schema, or has lost commits.
fn recognise(conn: &Connection, path: &Path, lock: &Lock) -> Result<(), StoreError> {
    identify(conn, path)?;
    count_commits(conn, path, lock)
}

/// Refuses a database that holds fewer commits than it once did, because its log was deleted or cut off.
fn count_commits(conn: &Connection, path: &Path, lock: &Lock) -> Result<(), StoreError> {
    let at = |source: rusqlite::Error| StoreError::from(source).at(path);
    let held: i64 = match migrate::version(conn).map_err(at)? {
        0 => 0,
        _ => conn.query_row("select count from commits", [], |row| row.get(0)).map_err(
            |source| match source {
                rusqlite::Error::QueryReturnedNoRows => StoreError::Corrupt {
                    path: path.to_owned(),
                    detail: "it does not say how many commits it holds".to_owned(),
                },
                source => at(source),
            },
        )?,
    };
    if held > CREDIBLE_COMMITS {
        let detail = format!("it says that it holds {held} commits");
        return Err(StoreError::Corrupt { path: path.to_owned(), detail });
    }
    let lost = lock.commits().map_or(0, |noted| noted.saturating_sub(held));
    if lost > 0 {
        return Err(StoreError::LogMissing { path: path.to_owned(), lock: lock.path().to_owned(), lost });
    }
    Ok(())
}

/// Opens a connection for writing. The file must exist. Refuses a database that is neither empty nor of riverd, has a newer
/// schema, or is on a file system where SQLite can't use a write-ahead log.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    let at = |source: rusqlite::Error| StoreError::from(source).at(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(at)?;
    // Where SQLite may not write, it opens the file for reading and reports an error only at the first write.
    if conn.is_readonly("main").map_err(at)? {
        let why = write_failure::reason(path).unwrap_or_else(|| io::ErrorKind::PermissionDenied.into());
        return Err(StoreError::not_writable(path, why));
    }
    set_up(&conn, WRITER_CACHE).map_err(at)?;
    identify(&conn, path)?;
    // Only a new database can take this setting. With it, maintenance can give free space back to the disk.
    let pages: i64 = conn.pragma_query_value(None, "page_count", |row| row.get(0)).map_err(at)?;
    if pages == 0 {
        conn.pragma_update(None, "auto_vacuum", "incremental").map_err(at)?;
    }
    let mode: String =
        conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)).map_err(at)?;
    if mode != "wal" {
        let detail =
            format!("it stays in journal mode `{mode}`, because its file system has no shared memory");
        return Err(StoreError::not_writable(path, io::Error::other(detail)));
    }
    // NORMAL loses acknowledged rows in a power cut (measured). Group commit makes FULL affordable.
    conn.pragma_update(None, "synchronous", "full").map_err(at)?;
    conn.pragma_update(None, "journal_size_limit", LOG_LIMIT).map_err(at)?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(())).map_err(at)?;
    Ok(conn)
}

/// Opens a connection for reading, whether or not another connection writes. SQLite may have to make a file beside the database
/// for this. If it can't, because the folder is read-only, opens the database as one that nobody writes to.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let conn = match reading_connection(path) {
        Err(StoreError::NotWritable { .. }) if is_folder_read_only(path) => unchanging(path)?,
        opened => opened?,
    };
    conn.pragma_update(None, "query_only", true).map_err(|source| StoreError::from(source).at(path))?;
    Ok(conn)
}

fn reading_connection(path: &Path) -> Result<Connection, StoreError> {
    let at = |source: rusqlite::Error| StoreError::from(source).at(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(at)?;
    set_up(&conn, READER_CACHE).map_err(at)?;
    // SQLite opens the files only when something is read.
    conn.query_row("select count(*) from sqlite_schema", [], |_| Ok(())).map_err(at)?;
    Ok(conn)
}

/// Returns whether this process can't create files beside the database, because the disk or the folder is read-only for it.
fn is_folder_read_only(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_err()
}

/// Opens a database that nobody writes to. SQLite then makes no file beside it. Otherwise it would make one even to read a
/// database in WAL mode.
fn unchanging(path: &Path) -> Result<Connection, StoreError> {
    let at = |source: rusqlite::Error| StoreError::from(source).at(path);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let name = percent_encode(path.as_os_str().as_bytes(), NON_ALPHANUMERIC);
    let log_is_empty = fs::metadata(log_of(path)).map_or(true, |log| log.len() == 0);
    if log_is_empty {
        let conn = Connection::open_with_flags(format!("file:{name}?immutable=1"), flags).map_err(at)?;
        set_up(&conn, READER_CACHE).map_err(at)?;
        return Ok(conn);
    }
    // An immutable database is read without its log. In the exclusive mode, SQLite keeps the index of the log in memory. This
    // mode takes a lock that only a writer can have, so the files are opened without locks.
    let conn = Connection::open_with_flags(format!("file:{name}?vfs=unix-none"), flags).map_err(at)?;
    conn.pragma_update_and_check(None, "locking_mode", "exclusive", |_| Ok(())).map_err(at)?;
    set_up(&conn, READER_CACHE).map_err(at)?;
    Ok(conn)
}

/// Opens a connection for the check of the whole database. SQLite checks no constraints on a connection that is open for
/// reading only, so this one is opened for writing, and `query_only` makes it refuse every write.
pub(super) fn integrity_checker(path: &Path) -> Result<Connection, StoreError> {
    let at = |source: rusqlite::Error| StoreError::from(source).at(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(at)?;
    set_up(&conn, READER_CACHE).map_err(at)?;
    conn.pragma_update(None, "query_only", true).map_err(at)?;
    Ok(conn)
}

/// Opens a database that is only to be read. It must exist, be a database of riverd, and have the present schema.
pub(super) fn for_reading(path: &Path) -> Result<Connection, StoreError> {
    let conn = for_copying(path)?;
    let (found, known) = (migrate::version(&conn)?, migrate::KNOWN);
    let path = path.to_owned();
    match found.cmp(&known) {
        // A full disk can keep the first start from creating the tables. Later they may be in the log alone.
        std::cmp::Ordering::Less if found == 0 => Err(lost_database::without_tables(path)),
        std::cmp::Ordering::Less => Err(StoreError::Older { path, found, known }),
        std::cmp::Ordering::Equal => Ok(conn),
        std::cmp::Ordering::Greater => Err(StoreError::Newer { path, found, known }),
    }
}

fn set_up(conn: &Connection, cache_kib: i64) -> rusqlite::Result<()> {
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(128);
    // Without this setting SQLite compiles a statement again whenever a bound value might suit another plan (the
    // bundled SQLite has STAT4). That took three quarters of the time of storing an article. The plans here are the
    // same for all values.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // A schema that someone else wrote into the file must not call functions, and a damaged page must not be trusted.
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "cache_size", -cache_kib)?;
    // Sorting in memory is affordable, because every query has a limit. A hardened unit may have no folder for temporary files.
    conn.pragma_update(None, "temp_store", "memory")?;
    // riverd's own statements stay far below these limits. The statements in a damaged schema might not.
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, 256 << 20)?;
    Ok(())
}

/// Checks the application id and the schema version in the header: the database must be empty, or one of riverd with a known
/// schema.
fn identify(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let at = |source: rusqlite::Error| StoreError::from(source).at(path);
    let tables: i64 =
        conn.query_row("select count(*) from sqlite_schema", [], |row| row.get(0)).map_err(at)?;
    let id: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(at)?;
    if id != APPLICATION_ID && (tables > 0 || id != 0) {
        return Err(StoreError::OtherProgram { path: path.to_owned() });
    }
    let found = migrate::version(conn).map_err(at)?;
    // The first migration makes tables and sets the version in one transaction.
    if found == 0 && tables > 0 {
        let detail = "its header says that it has no schema, but it has tables".to_owned();
        return Err(StoreError::Corrupt { path: path.to_owned(), detail });
    }
    if found > migrate::KNOWN {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: migrate::KNOWN });
    }
    Ok(())
}

/// Checks a small database with the cache of a reader. The check needs each page only once, and would leave the cache of the
/// writer full of pages that are not needed.
fn check_whole(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let at = |source: rusqlite::Error| StoreError::from(source).at(path);
    let size = fs::metadata(path).map_or(0, |found| found.len());
    if size > CHECKED_WHOLE {
        return Ok(());
    }
    conn.pragma_update(None, "cache_size", -READER_CACHE).map_err(at)?;
    quick_check(conn, path)?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE).map_err(at)
}

/// Reads every page and reports the first damage that it finds. It compares no index with its table, and does not notice
/// changed bytes inside a text.
pub(super) fn quick_check(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let answer: rusqlite::Result<String> = conn.query_row("pragma quick_check(1)", [], |row| row.get(0));
    match answer {
        Ok(answer) if answer == "ok" => Ok(()),
        Ok(detail) => {
            // The first line only names the database, and a status line of systemd has no other.
            let detail = detail.trim_start_matches("*** in database main ***\n").to_owned();
            Err(StoreError::Corrupt { path: path.to_owned(), detail })
        }
        Err(source) => Err(StoreError::from(source).at(path)),
    }
}

/// Checks the files before SQLite opens them, because opening a database may already change or delete its log.
///
/// Must not be called while this process has the database open: whoever closes a file gives up the locks that SQLite has on
/// it in the whole process (<https://www.sqlite.org/howtocorrupt.html>, 2.2), and the next program that opens and closes the
/// database deletes its log.
fn check_files(path: &Path) -> Result<(), StoreError> {
    let log = log_of(path);
    let log_size = fs::metadata(&log).map(|found| found.len()).ok();
    let corrupt = |detail: String| Err(StoreError::Corrupt { path: path.to_owned(), detail });
    let Some(header) = Header::read(path)? else {
        // SQLite would delete the log of a missing database, and with it everything that is left.
        return match log_size {
            Some(size) if size > 0 => {
                corrupt(format!("it is missing or empty, but its log `{}` exists", log.display()))
            }
            _ => Ok(()),
        };
    };
    if !header.is_sqlite {
        return Err(StoreError::NotADatabase { path: path.to_owned() });
    }
    // If there is a log, pages that the header counts may still be in it.
    if log_size.unwrap_or(0) == 0 && header.stated_size > header.size {
        return corrupt(format!("it was cut off at {} of {} bytes", header.size, header.stated_size));
    }
    Ok(())
}

/// What the first hundred bytes of a database say (SQLite file format, §1.3).
struct Header {
    is_sqlite: bool,
    /// Size of the file in bytes.
    size: u64,
    /// Size in bytes that the header states.
    stated_size: u64,
}

impl Header {
    /// Reads the header; `None` if the file is missing or empty.
    fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        let failed = |source: io::Error| StoreError::not_writable(path, source);
        let found = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            found => found.map_err(failed)?,
        };
        // Opening a named pipe would wait for its writer.
        if !found.is_file() {
            return Err(StoreError::not_a_file(path, found.file_type()));
        }
        let mut file = File::open(path).map_err(failed)?;
        let size = found.len();
        if size == 0 {
            return Ok(None);
        }
        let mut head = Vec::with_capacity(100);
        (&mut file).take(100).read_to_end(&mut head).map_err(failed)?;
        let number = |at: usize, width: usize| {
            let bytes = head.get(at..at + width).unwrap_or_default();
            bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
        };
        // 1 stands for 65 536, which does not fit two bytes.
        let page_size = if number(16, 2) == 1 { 65_536 } else { number(16, 2) };
        Ok(Some(Self {
            is_sqlite: head.starts_with(b"SQLite format 3\0"),
            size,
            stated_size: page_size * number(28, 4),
        }))
    }
}

/// Opens a database of riverd with any known schema for reading, whether or not a daemon writes to it. Must not be called by
/// the process that has the database open, because [`check_files`] opens and closes its file.
pub(super) fn for_copying(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    check_files(path)?;
    lost_database::refuse_emptied(path)?;
    let conn = reader(path)?;
    identify(&conn, path)?;
    Ok(conn)
}

/// Opens a backup. Nobody writes to it, so SQLite is told to make no file beside it, unless a log lies there already.
pub(super) fn backup(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    check_files(path)?;
    // If someone copied a database together with its log, the copy is complete only with that log.
    let log_is_empty = fs::metadata(log_of(path)).map_or(true, |log| log.len() == 0);
    let conn = if log_is_empty { unchanging(path)? } else { reader(path)? };
    identify(&conn, path)?;
    Ok(conn)
}
