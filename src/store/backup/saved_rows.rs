//! Reads the rows of a damaged database table by table. After a page that can't be read, reading goes on with the next readable
//! page. A table without row ids is read from its beginning and from its end, each time up to the first damaged page.

use std::borrow::Cow;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use crate::store::StoreError;
use crate::store::mend::{self, MendedText};

/// What was saved of one table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SavedTable {
    /// Name of the table.
    pub table: String,
    /// How many rows were saved.
    pub rows: u64,
    /// Number of damaged places in the table that could not be read. Each may have held several rows.
    pub unreadable_places: u64,
    /// How many rows were read and left out, because they were not valid or belonged to a row that is lost.
    pub left_out: u64,
    /// How many rows had values that riverd can't read, such as texts that are not UTF-8. They were mended.
    pub mended: u64,
}

/// The values of a row, as they are saved.
struct ReadRow {
    values: Vec<Value>,
    /// The places of texts that were not UTF-8. What can be read of them is among the values.
    mended: Vec<usize>,
}

impl ReadRow {
    /// Replaces the texts that the daemon could not read as what their columns hold. Without that, the tables would refuse
    /// some.
    fn mend(&mut self, table: &str, columns: &[String]) {
        for (place, (value, column)) in self.values.iter_mut().zip(columns).enumerate() {
            let Value::Text(text) = value else { continue };
            if let Some(MendedText::Value(instead)) = mend::instead_of(table, column, text) {
                *value = instead;
                self.mended.push(place);
            }
        }
    }

    /// Makes the mended texts differ from those of other rows, by a number that no other row gets.
    fn tell_apart(&mut self, number: u64) {
        for place in &self.mended {
            if let Some(value) = self.values.get_mut(*place) {
                mend::tell_apart(value, number);
            }
        }
    }
}

/// A table to save.
struct TableToSave {
    table: String,
    columns: Vec<String>,
    has_rowid: bool,
}

/// Returns the ordinary tables of `target`, a new database. The tables of the search index are left out, because that index is
/// filled again. The tables are in the order in which the migrations made them, so parents come before their children.
fn tables(target: &Connection) -> rusqlite::Result<Vec<TableToSave>> {
    let mut query = target.prepare(
        "select list.name, list.wr from pragma_table_list list join sqlite_schema on sqlite_schema.name = list.name
         where list.schema = 'main' and list.type = 'table' and list.name not like 'sqlite_%'
             and list.name not like 'search_%' order by sqlite_schema.rowid",
    )?;
    let names: Vec<(String, bool)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let with_columns = |(table, without_rowid): (String, bool)| {
        Ok(TableToSave { columns: columns(target, &table)?, table, has_rowid: !without_rowid })
    };
    names.into_iter().map(with_columns).collect()
}

fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut query = conn.prepare("select name from pragma_table_info(?)")?;
    query.query_map([table], |row| row.get(0))?.collect()
}

/// Saves the rows of every table of `damaged` in `target`, a new database with the same tables.
pub(super) fn save_all(damaged: &Connection, target: &Connection) -> Result<Vec<SavedTable>, StoreError> {
    tables(target)?.into_iter().map(|table| save_table(damaged, target, table)).collect()
}

/// Saves the rows of one table.
fn save_table(
    damaged: &Connection,
    target: &Connection,
    table: TableToSave,
) -> Result<SavedTable, StoreError> {
    let mut saved = SavedTable { table: table.table, rows: 0, unreadable_places: 0, left_out: 0, mended: 0 };
    // A database of an older riverd may lack columns and tables.
    let old = columns(damaged, &saved.table).unwrap_or_default();
    let columns: Vec<String> = table.columns.into_iter().filter(|column| old.contains(column)).collect();
    if columns.is_empty() {
        return Ok(saved);
    }
    let list = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    let placeholders = vec!["?"; columns.len()].join(", ");
    let name = saved.table.clone();
    target.execute_batch("begin")?;
    let insert = format!("insert or ignore into \"{name}\" ({list}) values ({placeholders})");
    let mut insert = target.prepare(&insert)?;
    let mut keep = |mut row: ReadRow, saved: &mut SavedTable| {
        row.mend(&name, &columns);
        let mut is_saved = matches!(insert.execute(params_from_iter(&row.values)), Ok(1..));
        if !is_saved && !row.mended.is_empty() {
            row.tell_apart(saved.rows + saved.left_out);
            is_saved = matches!(insert.execute(params_from_iter(&row.values)), Ok(1..));
        }
        saved.rows += u64::from(is_saved);
        saved.left_out += u64::from(!is_saved);
        saved.mended += u64::from(is_saved && !row.mended.is_empty());
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

/// Reads a table in the order of its row ids. After an error it looks for the next row id that can be read.
fn read_by_rowid(
    damaged: &Connection,
    name: &str,
    list: &str,
    saved: &mut SavedTable,
    keep: &mut dyn FnMut(ReadRow, &mut SavedTable),
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
            // The page can be read, but something else of this row can't, such as the rest of a long text.
            Ok(next) => next,
            Err(_) => resume_after(after, can_read),
        };
        let Some(next) = next else { return };
        after = next;
    }
}

/// Returns the smallest row id above `after` after which a row can be read. Returns `None` if there is none. Few tables have
/// negative row ids (those of bands have). A search that begins at a negative row id makes steps that are too wide to find a
/// small positive one, so a second search begins at 0.
fn resume_after<E>(after: i64, can_read: impl Fn(i64) -> Result<Option<i64>, E>) -> Option<i64> {
    let among_negative = if after < 0 { next_readable(after, &can_read) } else { None };
    among_negative.or_else(|| next_readable(after.max(0), &can_read))
}

/// Returns the smallest row id above `start` after which a row can be read. Returns `None` if there is none.
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

/// Reads a table without row ids from its beginning, and after an error also from its end.
fn read_from_both_ends(
    damaged: &Connection,
    name: &str,
    list: &str,
    saved: &mut SavedTable,
    keep: &mut dyn FnMut(ReadRow, &mut SavedTable),
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

/// Counts the rows that an index names, up to its first damaged page.
pub(super) fn count_in_index(damaged: &Connection, table: &str, index: &str) -> u64 {
    let mut rows = 0;
    let sql = format!("select rowid from \"{table}\" indexed by \"{index}\"");
    // A partial index can't be used like this, so it names no rows.
    drop(read_rows(damaged, &sql, None, |_, _| rows += 1));
    rows
}

/// Reads rows until the end or the first error. The first column is the row id.
fn read_rows(
    damaged: &Connection,
    sql: &str,
    after: Option<i64>,
    mut each: impl FnMut(i64, ReadRow),
) -> rusqlite::Result<()> {
    let mut query = damaged.prepare(sql)?;
    let columns = query.column_count();
    let mut rows = query.query(params_from_iter(after))?;
    while let Some(row) = rows.next()? {
        let mut mended = Vec::new();
        let values = (1..columns).map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Real(number) => Value::Real(number),
                ValueRef::Text(bytes) => {
                    let text = String::from_utf8_lossy(bytes);
                    if matches!(text, Cow::Owned(_)) {
                        mended.push(column - 1);
                    }
                    Value::Text(text.into_owned())
                }
                ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
            })
        });
        let values: rusqlite::Result<Vec<Value>> = values.collect();
        let values = values?;
        each(row.get(0)?, ReadRow { values, mended });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the next of `rows` after a row id, or an error if it is in the damaged range.
    fn reader(rows: &[i64], damaged: std::ops::Range<i64>) -> impl Fn(i64) -> Result<Option<i64>, ()> {
        move |after| match rows.iter().find(|row| **row > after) {
            Some(row) if damaged.contains(row) => Err(()),
            next => Ok(next.copied()),
        }
    }

    #[test]
    fn reading_goes_on_at_the_next_row_also_among_negative_row_ids() {
        let rows: Vec<i64> = (-9_000_000_000_000_000_000..0).step_by(1 << 60).chain(1..2000).collect();
        let next = |after, damaged| resume_after(after, reader(&rows, damaged));
        assert_eq!(next(rows[0], rows[1]..rows[3]), Some(rows[2]));
        assert_eq!(next(i64::MIN, rows[0]..rows[0] + 1), Some(rows[0]));
        assert_eq!(next(500, 501..901), Some(900));
        assert_eq!(next(1900, 1901..i64::MAX), None);
    }
}
