//! Saves what can be read of a damaged database into a new one.
//!
//! | file | what it does |
//! | --- | --- |
//! | `damaged` | copies the damaged database, repairs the copy's header and schema, and opens it |
//! | `saved_rows` | reads the rows of each table, also those after a damaged place |

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;

use super::saved_rows::{self, SavedTable};
use super::{DAMAGED_COPY, RECOVERED, damaged, note_commits, remove_interrupted, sync_folder, with_suffix};
use crate::store::band_index::ENTRY_BITS;
use crate::store::files::private_file;
use crate::store::lock::Lock;
use crate::store::{StoreError, mend, migrate, open, representative, set_aside};
use crate::time::Timestamp;

/// What was saved of a database.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RecoveryReport {
    /// The tables that had rows or unreadable places.
    pub tables: Vec<SavedTable>,
    /// How many articles the damaged database had at least, by the articles that its entries and its indexes name.
    pub known_articles: u64,
    /// Where the old database is now.
    pub set_aside: Option<PathBuf>,
}

impl RecoveryReport {
    /// Returns how many rows of this table were saved.
    pub fn rows(&self, table: &str) -> u64 {
        self.tables.iter().find(|saved| saved.table == table).map_or(0, |saved| saved.rows)
    }

    /// Returns whether more than a tenth of the known articles is lost, or nobody knows how many there were and none is saved.
    pub fn lacks_much(&self) -> bool {
        let saved = self.rows("articles");
        let is_unreadable = |table: &SavedTable| table.unreadable_places > 0 && table.table == "articles";
        saved * 10 < self.known_articles * 9 || (saved == 0 && self.tables.iter().any(is_unreadable))
    }

    /// Returns whether every place and every value could be read, and every row was saved.
    pub fn is_whole(&self) -> bool {
        is_whole(&self.tables)
    }

    /// Returns how many places could not be read.
    pub fn unreadable_places(&self) -> u64 {
        self.tables.iter().map(|saved| saved.unreadable_places).sum()
    }
}

fn is_whole(tables: &[SavedTable]) -> bool {
    tables.iter().all(|table| table.unreadable_places == 0 && table.left_out == 0 && table.mended == 0)
}

/// Saves what can be read of the database into a new one, which takes its place. The old one is set aside with its log. Fails,
/// and leaves the database as it is, if a daemon has it open, if a newer riverd made it, or if nothing in it can be read.
/// Blocks.
pub fn recover(database: &Path, now: Timestamp) -> Result<RecoveryReport, StoreError> {
    if !database.exists() {
        return Err(StoreError::Missing { path: database.to_owned() });
    }
    let lock = Lock::take(database)?;
    set_aside::undo_interrupted(database)?;
    let (copy, new) = (with_suffix(database, DAMAGED_COPY), with_suffix(database, RECOVERED));
    let saved = read_damaged(database, &copy, &new);
    for path in [copy.clone(), with_suffix(&copy, "-wal"), with_suffix(&copy, "-shm")] {
        // If a file can't be removed, the next `recover` replaces it.
        drop(fs::remove_file(path));
    }
    let (tables, known_articles) = saved.map_err(|error| match error {
        StoreError::Corrupt { path, detail } => StoreError::Unrecoverable { path, detail },
        other => {
            remove_interrupted(database);
            other.of_copy(&new)
        }
    })?;
    let why = if is_whole(&tables) { set_aside::BEFORE_RECOVER } else { set_aside::DAMAGED };
    let set_aside = set_aside::replace(database, &new, why, now)?;
    note_commits(database, &lock)?;
    Ok(RecoveryReport { tables, known_articles, set_aside })
}

/// Copies the damaged database to `copy`, and saves its rows in the new database `new`. Also returns how many articles it had
/// at least.
fn read_damaged(database: &Path, copy: &Path, new: &Path) -> Result<(Vec<SavedTable>, u64), StoreError> {
    let damaged = damaged::copy_and_open(database, copy)?;
    for left_over in [new.to_owned(), with_suffix(new, "-wal"), with_suffix(new, "-shm")] {
        drop(fs::remove_file(left_over));
    }
    private_file(new)?;
    let mut target = open::writer(new)?;
    migrate::migrate(&mut target, new)?;
    let at = |error: StoreError| error.at(new);
    target.pragma_update(None, "foreign_keys", false).map_err(|error| at(error.into()))?;
    // A new database has one row in each of these tables. The rows of the damaged database replace them.
    target.execute_batch("delete from commits; delete from views").map_err(|error| at(error.into()))?;
    let mut saved = saved_rows::save_all(&damaged, &target).map_err(at)?;
    let known_articles = known_articles(&damaged, &target).map_err(at)?;
    mend_unreadable(&target, &mut saved).map_err(at)?;
    make_consistent(&target, &mut saved).map_err(at)?;
    saved.retain(|saved| saved.rows > 0 || saved.unreadable_places > 0 || saved.left_out > 0);
    if saved.iter().all(|saved| saved.rows == 0) {
        let detail = "nothing in it can be read".to_owned();
        return Err(StoreError::Corrupt { path: database.to_owned(), detail });
    }
    target
        .pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))
        .map_err(|error| at(error.into()))?;
    target.close().map_err(|(_, error)| at(error.into()))?;
    File::open(new)
        .and_then(|file| file.sync_all())
        .map_err(|source| StoreError::not_writable(new, source))?;
    sync_folder(new).map_err(|source| StoreError::not_writable(new, source))?;
    Ok((saved, known_articles))
}

/// Returns how many articles the damaged database had at least. Its entries name them, and so do the indexes of the table,
/// whose pages may be readable although those of the table are not. Must be called before [`make_consistent`].
fn known_articles(damaged: &Connection, target: &Connection) -> Result<u64, StoreError> {
    let saved: i64 = target.query_row(
        "select max((select count(*) from articles), (select count(distinct article_id) from entries))",
        [],
        |row| row.get(0),
    )?;
    // If the list of the indexes can't be read, only the entries say how many articles there were.
    let indexes: Vec<String> = damaged
        .prepare("select name from pragma_index_list('articles')")
        .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
        .unwrap_or_default();
    let indexed = indexes.iter().map(|index| saved_rows::count_in_index(damaged, "articles", index));
    Ok(indexed.max().unwrap_or(0).max(saved.cast_unsigned()))
}

/// Mends the saved values that the daemon could not read, such as texts that can't be unpacked and what was learnt of a source.
fn mend_unreadable(target: &Connection, saved: &mut [SavedTable]) -> Result<(), StoreError> {
    loop {
        let found = mend::find(target)?;
        target.execute_batch("begin")?;
        let mended = mend::mend(target, &found)?;
        target.execute_batch("commit")?;
        for row in &found {
            if let Some(table) = saved.iter_mut().find(|saved| saved.table == row.table()) {
                table.mended += 1;
            }
        }
        if found.len() < mend::FOUND_AT_ONCE || mended == 0 {
            return Ok(());
        }
    }
}

/// Makes the saved rows consistent: deletes rows whose parent is lost, and lets another entry represent an article whose
/// representative is lost. Lets the next polls read whole documents, and the search index be filled again.
fn make_consistent(target: &Connection, saved: &mut [SavedTable]) -> Result<(), StoreError> {
    target.execute_batch("begin")?;
    // Articles and entries that are deleted below have numbers that must not be given again.
    continue_archives(target)?;
    continue_entries(target)?;
    delete_orphans(target, saved)?;
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
    target.execute_batch(
        // Without validators, the next poll reads the whole document, and so also the entries that were lost.
        "update sources set etag = null, last_modified = null, body_at = null, body_hash = null;
         -- The search index is empty, and every entry is still to be indexed.
         delete from search_queue; delete from search_renamed;
         update search_progress set newest = (select coalesce(max(id), 0) from entries),
             oldest = (select coalesce(max(id), 0) + 1 from entries);
         insert or ignore into commits (row, count) values (1, 0);",
    )?;
    target
        .execute("update commits set count = 0 where count not between 0 and ?", [open::CREDIBLE_COMMITS])?;
    target.execute_batch("commit")?;
    Ok(())
}

/// Lets the archives of the river and of the views go on after their last number. The row that holds this number may be lost,
/// so it is computed from the articles. If a number were given twice, riverd could not publish anything. All articles are
/// compared with the views again, because rows of the views may be lost.
fn continue_archives(target: &Connection) -> Result<(), StoreError> {
    const COUNT: &str = "insert or ignore into views (id, name, definition, filled) values (0, '', '', 1);
         update views set last_number = max(last_number, (select coalesce(max(archive_number), 0) from articles)) where id = 0;";
    target.execute_batch(COUNT)?;
    // The articles of an older riverd have no numbers.
    target.execute_batch(
        "update articles set archive_number = numbered.number
         from (select id, row_number() over (order by published_at, placed_at, id)
                          + (select last_number from views where id = 0) as number
               from articles where published_at is not null and archive_number is null) as numbered
         where numbered.id = articles.id",
    )?;
    target.execute_batch(COUNT)?;
    target.execute_batch(
        "update views set compared_to = 0, last_number =
             max(last_number, (select coalesce(max(number), 0) from view_articles where view_id = views.id))
         where id > 0 and definition is not null",
    )?;
    Ok(())
}

/// Lets new entries go on after the last number that any saved row names. Entries may be lost whose sketches and bands are
/// saved, and these are found by the number: an entry that got it again could not be stored.
fn continue_entries(target: &Connection) -> Result<(), StoreError> {
    target.execute_batch(&format!(
        "create temp table last_entry as select coalesce(max(id), 0) as id from (
             select seq as id from sqlite_sequence where name = 'entries'
             union all select max(id) from entries
             union all select max(entry_id) from texts
             union all select max(entry_id) from sketches
             union all select max(entry_id) from edits
             union all select max(max(entry_id, other_id)) from links
             union all select max(entry_id) from pages
             union all select max(place & {ENTRY_BITS}) from band_places
             union all select max(place & {ENTRY_BITS}) from recent_band_places);
         delete from sqlite_sequence where name = 'entries';
         insert into sqlite_sequence (name, seq) select 'entries', id from last_entry;
         drop table last_entry"
    ))?;
    Ok(())
}

/// Deletes rows whose parent is lost, and articles without entries. If an article was merged into one that is lost, it stays,
/// and no longer counts as merged.
fn delete_orphans(target: &Connection, saved: &mut [SavedTable]) -> Result<(), StoreError> {
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
    Ok(())
}
