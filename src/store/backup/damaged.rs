//! Makes a copy of a damaged database that can be opened. Only the copy is changed: its header is written anew, because
//! riverd knows what belongs in it, and its schema is replaced if it can't be read.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rusqlite::Connection;

use super::{own_schema, with_suffix};
use crate::store::files::private_file;
use crate::store::{StoreError, migrate, open};

/// The first bytes of a database that riverd wrote (SQLite file format, §1.3): the magic string, pages of 4096 bytes, WAL
/// mode, and the fixed payload fractions.
const HEADER_START: &[u8; 24] = b"SQLite format 3\0\x10\x00\x02\x02\x00\x40\x20\x20";
/// Fields of the header that are the same in every database of riverd, with their offsets: schema format 4 and UTF-8.
const HEADER_FIELDS: [(u64, [u8; 4]); 2] = [(44, [0, 0, 0, 4]), (56, [0, 0, 0, 1])];

/// Copies the damaged database to `copy`, and opens the copy for reading. Fails if a newer riverd made the database.
pub(super) fn copy_and_open(database: &Path, copy: &Path) -> Result<Connection, StoreError> {
    copy_files(database, copy).map_err(|source| StoreError::not_writable(copy, source))?;
    repair_header(copy).map_err(|source| StoreError::not_writable(copy, source))?;
    open_damaged(copy, database)
}

/// Copies a database and its log.
fn copy_files(database: &Path, copy: &Path) -> io::Result<()> {
    drop(fs::remove_file(with_suffix(copy, "-shm")));
    fs::copy(database, copy)?;
    let (log, log_copy) = (with_suffix(database, "-wal"), with_suffix(copy, "-wal"));
    drop(fs::remove_file(&log_copy));
    if log.exists() {
        fs::copy(log, log_copy)?;
    }
    Ok(())
}

/// Writes the parts of the header anew that are the same in every database of riverd. The size in the header becomes that of
/// the file. A file that is shorter than one page stays as it is.
fn repair_header(copy: &Path) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(copy)?;
    let size = file.metadata()?.len();
    if size < 4096 {
        return Ok(());
    }
    file.write_all_at(HEADER_START, 0)?;
    for (offset, bytes) in HEADER_FIELDS {
        file.write_all_at(&bytes, offset)?;
    }
    let pages = u32::try_from(size / 4096).unwrap_or(u32::MAX);
    file.write_all_at(&pages.to_be_bytes(), 28)
}

/// Opens the copy of a damaged database for reading. If its schema can't be read, the schema of a new database replaces it.
/// That works if this version of riverd made the damaged database, because then its tables begin at the same pages.
fn open_damaged(copy: &Path, database: &Path) -> Result<Connection, StoreError> {
    let is_readable = |conn: &Connection| {
        conn.query_row("select count(*) from sqlite_schema where name = 'entries'", [], |row| row.get(0))
            .is_ok_and(|found: i64| found == 1)
    };
    let corrupt = |detail: &str| StoreError::Corrupt { path: database.to_owned(), detail: detail.to_owned() };
    if let Ok(conn) = open::reader(copy) {
        refuse_newer(&conn, database)?;
        if is_readable(&conn) {
            return Ok(conn);
        }
    }
    replace_schema(copy)?;
    let conn = open::reader(copy).map_err(|_| corrupt("its schema can't be read"))?;
    if is_readable(&conn) { Ok(conn) } else { Err(corrupt("its schema can't be read")) }
}

/// No riverd has so many schemas more than this one. A version beyond that is damage.
const CREDIBLY_NEWER: usize = 10_000;

/// Refuses a database that a newer riverd made. Its rows can mean something else there, and what this riverd does not know of
/// would be lost. If the version is far beyond the known ones and the schema is that of this riverd, the version in the header
/// is damaged. A version that is a little newer counts even then, because a migration may change rows alone.
fn refuse_newer(conn: &Connection, database: &Path) -> Result<(), StoreError> {
    // What can't be read is damaged, and says nothing about the version.
    let Ok(found) = migrate::version(conn) else { return Ok(()) };
    let known = migrate::KNOWN;
    let is_credible = found > known && found <= known + CREDIBLY_NEWER;
    if is_credible || (found > known && matches!(own_schema::difference(conn, known), Ok(Some(_)))) {
        return Err(StoreError::Newer { path: database.to_owned(), found, known });
    }
    Ok(())
}

/// Writes the pages of a new database's schema over those of the copy.
fn replace_schema(copy: &Path) -> Result<(), StoreError> {
    let new = with_suffix(copy, ".schema");
    let written = new_schema(&new).and_then(|()| {
        write_schema_pages(&new, copy).map_err(|source| StoreError::not_writable(copy, source))
    });
    for path in [new.clone(), with_suffix(&new, "-wal"), with_suffix(&new, "-shm")] {
        // If the file can't be removed, the next `recover` replaces it.
        drop(fs::remove_file(path));
    }
    written
}

/// Makes a new, empty database with the present schema in one file.
fn new_schema(path: &Path) -> Result<(), StoreError> {
    drop(fs::remove_file(path));
    private_file(path)?;
    let mut conn = open::writer(path)?;
    migrate::migrate(&mut conn, path)?;
    let at = |error: rusqlite::Error| StoreError::from(error).at(path);
    conn.pragma_update_and_check(None, "wal_checkpoint", "truncate", |_| Ok(())).map_err(at)?;
    conn.close().map_err(|(_, error)| at(error))
}

/// Copies the tree of the schema table: the first page and the pages below it. In page 1, the header of the database
/// (100 bytes) comes before that of the tree.
fn write_schema_pages(new: &Path, copy: &Path) -> io::Result<()> {
    const PAGE: usize = 4096;
    let new = File::open(new)?;
    let copy = OpenOptions::new().write(true).open(copy)?;
    let mut first = vec![0; PAGE];
    new.read_exact_at(&mut first, 0)?;
    let number = |at: usize, width: usize| {
        first
            .get(at..at + width)
            .unwrap_or_default()
            .iter()
            .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let mut pages = Vec::new();
    // 5 means an interior page of a table. Its cells and its header have the numbers of its children.
    if number(100, 1) == 5 {
        pages.push(number(108, 4));
        pages.extend((0..number(103, 2)).map(|cell| number(number(112 + 2 * cell, 2), 4)));
    }
    for page in pages.into_iter().filter(|page| *page > 1) {
        let at = (page - 1) as u64 * PAGE as u64;
        let mut bytes = vec![0; PAGE];
        new.read_exact_at(&mut bytes, at)?;
        copy.write_all_at(&bytes, at)?;
    }
    let schema = first.get(100..).unwrap_or_default();
    // The size of the file and the list of free pages in the header stay those of the copy.
    copy.write_all_at(schema, 100)?;
    let version = first.get(60..64).unwrap_or_default();
    copy.write_all_at(version, 60)
}
