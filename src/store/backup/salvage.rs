//! Saves what can be read of a damaged database into a new one.
//!
//! The damaged file is copied first, and only the copy is read. Its header is written anew, because riverd knows what stands in it.
//! Rows are read table by table; where a page can't be read, reading goes on behind it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::{set_aside, sync_folder, with_suffix};
use crate::store::lock::Lock;
use crate::store::{StoreError, migrate, open, representative};
use crate::time::Timestamp;

/// The first bytes of a database that riverd wrote (SQLite file format, §1.3): the magic, pages of 4096 bytes, log mode, and the
/// fixed payload fractions.
const HEADER_START: &[u8; 24] = b"SQLite format 3\0\x10\x00\x02\x02\x00\x40\x20\x20";
/// Fields of the header that are the same in every database of riverd, with their offsets: schema format 4 and UTF-8.
const HEADER_FIELDS: [(u64, [u8; 4]); 2] = [(44, [0, 0, 0, 4]), (56, [0, 0, 0, 1])];

/// What was saved of one table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SavedTable {
    /// Name of the table.
    pub table: String,
    /// How many rows were saved.
    pub rows: u64,
    /// How many places could not be read. Each may have held several rows.
    pub unreadable_places: u64,
    /// How many rows were read and left out, because they were not valid or belonged to a row that is lost.
    pub left_out: u64,
}

/// What was saved of a database.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RecoveryReport {
    /// The tables that had rows or unreadable places.
    pub tables: Vec<SavedTable>,
    /// Where the damaged database is now.
    pub set_aside: Option<PathBuf>,
}

impl RecoveryReport {
    /// Returns how many rows of this table were saved.
    pub fn rows(&self, table: &str) -> u64 {
        self.tables.iter().find(|saved| saved.table == table).map_or(0, |saved| saved.rows)
    }

    /// Returns how many places could not be read.
    pub fn unreadable_places(&self) -> u64 {
        self.tables.iter().map(|saved| saved.unreadable_places).sum()
    }
}

/// Saves what can be read of the database into a new one, which takes its place. The damaged one is set aside with its log. Fails,
/// and changes nothing, if a daemon has the database open or if nothing can be read. Blocks.
pub fn recover(database: &Path, now: Timestamp) -> Result<RecoveryReport, StoreError> {
    if !database.exists() {
        return Err(StoreError::Missing { path: database.to_owned() });
    }
    let _lock = Lock::take(database)?;
    let (copy, new) = (with_suffix(database, ".damaged-copy"), with_suffix(database, ".recovered"));
    let saved = read_damaged(database, &copy, &new);
    for path in [copy.clone(), with_suffix(&copy, "-wal"), with_suffix(&copy, "-shm")] {
        // What stays behind is replaced by the next `recover`.
        drop(fs::remove_file(path));
    }
    let tables = saved?;
    let set_aside = set_aside::replace(database, &new, "damaged", now)?;
    Ok(RecoveryReport { tables, set_aside })
}

/// Copies the damaged database to `copy`, and saves its rows in the new database `new`.
fn read_damaged(database: &Path, copy: &Path, new: &Path) -> Result<Vec<SavedTable>, StoreError> {
    copy_files(database, copy).map_err(|source| not_writable(copy, source))?;
    repair_header(copy).map_err(|source| not_writable(copy, source))?;
    let damaged = open_damaged(copy, database)?;
    for left_over in [new.to_owned(), with_suffix(new, "-wal"), with_suffix(new, "-shm")] {
        drop(fs::remove_file(left_over));
    }
    open::private_file(new)?;
    let mut target = open::writer(new)?;
    migrate::migrate(&mut target, new)?;
    let at = |error: StoreError| error.at(new);
    target.pragma_update(None, "foreign_keys", false).map_err(|error| at(error.into()))?;
    // The one row that a new database has. That of the damaged one counts.
    target.execute("delete from commits", []).map_err(|error| at(error.into()))?;
    let mut saved = Vec::new();
    for table in tables(&target).map_err(|error| at(error.into()))? {
        saved.push(save_table(&damaged, &target, table).map_err(at)?);
    }
    drop_orphans(&target, &mut saved).map_err(at)?;
    saved.retain(|saved| saved.rows > 0 || saved.unreadable_places > 0 || saved.left_out > 0);
    if saved.iter().all(|saved| saved.rows == 0) {
        let detail = "nothing in it can be read".to_owned();
        return Err(StoreError::Corrupt { path: database.to_owned(), detail });
    }
    target
        .pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))
        .map_err(|error| at(error.into()))?;
    target.close().map_err(|(_, error)| at(error.into()))?;
    File::open(new).and_then(|file| file.sync_all()).map_err(|source| not_writable(new, source))?;
    sync_folder(new).map_err(|source| not_writable(new, source))?;
    Ok(saved)
}

fn not_writable(path: &Path, source: io::Error) -> StoreError {
    StoreError::NotWritable { path: path.to_owned(), source: Arc::new(source) }
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

/// Writes the parts of the header anew that are the same in every database of riverd. The size in the header becomes that of the
/// file.
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

/// Opens the copy of a damaged database for reading. If its schema can't be read, the schema of a new database stands in: its tables
/// begin at the same pages, if this riverd made the damaged one.
fn open_damaged(copy: &Path, database: &Path) -> Result<Connection, StoreError> {
    let is_readable = |conn: &Connection| {
        conn.query_row("select count(*) from sqlite_schema where name = 'entries'", [], |row| row.get(0))
            .is_ok_and(|found: i64| found == 1)
    };
    let corrupt = |detail: &str| StoreError::Corrupt { path: database.to_owned(), detail: detail.to_owned() };
    let first = open::reader(copy);
    if let Ok(conn) = first
        && is_readable(&conn)
    {
        return Ok(conn);
    }
    replace_schema(copy)?;
    let conn = open::reader(copy).map_err(|_| corrupt("its schema can't be read"))?;
    if is_readable(&conn) { Ok(conn) } else { Err(corrupt("its schema can't be read")) }
}

/// Writes the pages of a new database's schema over those of the copy.
fn replace_schema(copy: &Path) -> Result<(), StoreError> {
    let new = with_suffix(copy, ".schema");
    let written = new_schema(&new)
        .and_then(|()| write_schema_pages(&new, copy).map_err(|source| not_writable(copy, source)));
    for path in [new.clone(), with_suffix(&new, "-wal"), with_suffix(&new, "-shm")] {
        // The next `recover` replaces what stays behind.
        drop(fs::remove_file(path));
    }
    written
}

/// Makes a new, empty database with the present schema in one file.
fn new_schema(path: &Path) -> Result<(), StoreError> {
    drop(fs::remove_file(path));
    open::private_file(path)?;
    let mut conn = open::writer(path)?;
    migrate::migrate(&mut conn, path)?;
    let at = |error: rusqlite::Error| StoreError::from(error).at(path);
    conn.pragma_update_and_check(None, "wal_checkpoint", "truncate", |_| Ok(())).map_err(at)?;
    conn.close().map_err(|(_, error)| at(error))
}

/// Copies the first page and the pages below it: the tree of the schema table. Page 1 has a header of 100 bytes before its own.
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
    // 5 is an interior page of a table: the numbers of its children stand in its cells and at its end.
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

/// A table to save.
struct SavedColumns {
    table: String,
    columns: Vec<String>,
    has_rowid: bool,
}

/// Returns the ordinary tables of the new database, without those of the search index, which is filled again. Parents come before their children, as they were made.
fn tables(target: &Connection) -> rusqlite::Result<Vec<SavedColumns>> {
    let mut query = target.prepare(
        "select list.name, list.wr from pragma_table_list list join sqlite_schema on sqlite_schema.name = list.name
         where list.schema = 'main' and list.type = 'table' and list.name not like 'sqlite_%'
             and list.name not like 'search_%' order by sqlite_schema.rowid",
    )?;
    let names: Vec<(String, bool)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let with_columns = |(table, without_rowid): (String, bool)| {
        Ok(SavedColumns { columns: columns(target, &table)?, table, has_rowid: !without_rowid })
    };
    names.into_iter().map(with_columns).collect()
}

fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut query = conn.prepare("select name from pragma_table_info(?)")?;
    query.query_map([table], |row| row.get(0))?.collect()
}

/// Saves the rows of one table.
fn save_table(
    damaged: &Connection,
    target: &Connection,
    table: SavedColumns,
) -> Result<SavedTable, StoreError> {
    let mut saved = SavedTable { table: table.table, rows: 0, unreadable_places: 0, left_out: 0 };
    // A database of an older riverd lacks columns and tables.
    let old = columns(damaged, &saved.table).unwrap_or_default();
    let columns: Vec<String> = table.columns.into_iter().filter(|column| old.contains(column)).collect();
    if columns.is_empty() {
        return Ok(saved);
    }
    let list = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    let places = vec!["?"; columns.len()].join(", ");
    let name = saved.table.clone();
    target.execute_batch("begin")?;
    let insert = format!("insert or ignore into \"{name}\" ({list}) values ({places})");
    let mut insert = target.prepare(&insert)?;
    let mut keep = |row: Vec<Value>, saved: &mut SavedTable| match insert.execute(params_from_iter(row)) {
        Ok(0) | Err(_) => saved.left_out += 1,
        Ok(_) => saved.rows += 1,
    };
    if table.has_rowid {
        read_by_rowid(damaged, &name, &list, &mut saved, &mut keep);
    } else {
        read_from_both_ends(damaged, &name, &list, &mut saved, &mut keep);
    }
    drop(insert);
    target.execute_batch("commit")?;
    Ok(saved)
}

/// Reads a table in the order of its row ids. Behind an error it looks for the next row id that can be read.
fn read_by_rowid(
    damaged: &Connection,
    name: &str,
    list: &str,
    saved: &mut SavedTable,
    keep: &mut dyn FnMut(Vec<Value>, &mut SavedTable),
) {
    let sql = format!("select rowid, {list} from \"{name}\" where rowid > ? order by rowid");
    let probe = format!("select rowid from \"{name}\" where rowid > ? order by rowid limit 1");
    let mut after = i64::MIN;
    loop {
        let read = read_rows(damaged, &sql, Some(after), |rowid, row| {
            after = rowid.max(after);
            keep(row, saved);
        });
        if read.is_ok() {
            return;
        }
        saved.unreadable_places += 1;
        let can_read = |rowid: i64| {
            let next = damaged.query_row(&probe, [rowid], |row| row.get::<_, i64>(0));
            next.map(Some).or_else(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => Ok(None),
                error => Err(error),
            })
        };
        let next = match can_read(after) {
            // The page can be read, and something else of this row can't, such as the rest of a long text.
            Ok(next) => next,
            Err(_) => next_readable(after.max(0), can_read),
        };
        let Some(next) = next else { return };
        after = next;
    }
}

/// Returns the smallest row id behind `start` after which a row can be read. Returns `None` if no such row is found.
fn next_readable<E>(start: i64, can_read: impl Fn(i64) -> Result<Option<i64>, E>) -> Option<i64> {
    let (mut unreadable, mut step) = (start, 1_i64);
    let mut readable = loop {
        let candidate = start.checked_add(step)?;
        if can_read(candidate).is_ok() {
            break candidate;
        }
        unreadable = candidate;
        step = step.checked_mul(2)?;
    };
    while readable - unreadable > 1 {
        let middle = unreadable + (readable - unreadable) / 2;
        if can_read(middle).is_ok() { readable = middle } else { unreadable = middle }
    }
    can_read(readable).ok().flatten().map(|_| readable)
}

/// Reads a table without row ids from its beginning, and, if that meets an error, from its end.
fn read_from_both_ends(
    damaged: &Connection,
    name: &str,
    list: &str,
    saved: &mut SavedTable,
    keep: &mut dyn FnMut(Vec<Value>, &mut SavedTable),
) {
    let keys = damaged.prepare("select name from pragma_table_info(?) where pk > 0 order by pk");
    let Ok(mut key_query) = keys else { return };
    let key: Vec<String> = key_query
        .query_map([name], |row| row.get::<_, String>(0))
        .and_then(Iterator::collect)
        .unwrap_or_default();
    for order in ["", " desc"] {
        let order = key.iter().map(|column| format!("\"{column}\"{order}")).collect::<Vec<_>>().join(", ");
        let sql = format!("select 0, {list} from \"{name}\" order by {order}");
        if read_rows(damaged, &sql, None, |_, row| keep(row, saved)).is_ok() {
            return;
        }
        saved.unreadable_places += 1;
    }
}

/// Reads rows until the end or the first error. The first column is the row id.
fn read_rows(
    damaged: &Connection,
    sql: &str,
    after: Option<i64>,
    mut each: impl FnMut(i64, Vec<Value>),
) -> rusqlite::Result<()> {
    let mut query = damaged.prepare(sql)?;
    let columns = query.column_count();
    let mut rows = query.query(params_from_iter(after))?;
    while let Some(row) = rows.next()? {
        let values = (1..columns).map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Real(number) => Value::Real(number),
                ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
                ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
            })
        });
        let values: rusqlite::Result<Vec<Value>> = values.collect();
        each(row.get(0)?, values?);
    }
    Ok(())
}

/// Deletes rows whose parent is lost, and articles without entries, and lets another entry represent an article whose representative
/// is lost.
fn drop_orphans(target: &Connection, saved: &mut [SavedTable]) -> Result<(), StoreError> {
    target.execute_batch("begin")?;
    let mut drop_rows = |sql: &str, table: &str| -> rusqlite::Result<usize> {
        let deleted = target.execute(sql, [])?;
        if let Some(saved) = saved.iter_mut().find(|saved| saved.table == table) {
            saved.rows = saved.rows.saturating_sub(deleted as u64);
            saved.left_out += deleted as u64;
        }
        Ok(deleted)
    };
    let references: Vec<(String, String, String, String)> = {
        let mut query = target.prepare(
            "select list.name, keys.\"table\", keys.\"from\", coalesce(keys.\"to\", 'id')
             from pragma_table_list list, pragma_foreign_key_list(list.name) keys
             where list.schema = 'main' and list.type = 'table'",
        )?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        query.query_map([], row)?.collect::<Result<_, _>>()?
    };
    loop {
        let mut deleted = 0;
        for (table, parent, column, key) in &references {
            let lost = format!(
                "\"{column}\" is not null and \"{column}\" not in (select \"{key}\" from \"{parent}\")"
            );
            if table == "articles" {
                target.execute(&format!("update articles set \"{column}\" = null where {lost}"), [])?;
            } else {
                deleted += drop_rows(&format!("delete from \"{table}\" where {lost}"), table)?;
            }
        }
        if deleted == 0 {
            break;
        }
    }
    drop_rows("delete from articles where id not in (select article_id from entries)", "articles")?;
    // The text of an entry may be lost while the entry is not. It comes again with the next document.
    target.execute(
        "insert or ignore into texts (entry_id, categories, enclosures, also_in) select id, '[]', '[]', '[]' from entries",
        [],
    )?;
    let without: Vec<i64> = {
        let mut query = target.prepare(
            "select id from articles where representative is not null and representative not in (select id from entries)",
        )?;
        query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
    };
    for article in without {
        representative::choose(target, article)?;
    }
    // Without validators the next poll reads the whole document, and with it the entries that are lost.
    target.execute(
        "update sources set etag = null, last_modified = null, body_at = null, body_hash = null",
        [],
    )?;
    // The search index is empty, and every entry is still to be indexed.
    target.execute_batch(
        "delete from search_queue; delete from search_renamed;
         update search_progress set newest = (select coalesce(max(id), 0) from entries),
             oldest = (select coalesce(max(id), 0) + 1 from entries)",
    )?;
    target.execute("insert or ignore into commits (row, count) values (1, 0)", [])?;
    target.execute_batch("commit")?;
    Ok(())
}
