//! Finds rows with values that riverd never writes, such as a text that is not UTF-8, and mends them. So a damaged value costs
//! what it said, and not the whole row or all polls of its source.
//!
//! A text keeps what can be read of it. Lists and structures that can't be read become empty ones, and so do texts that can't
//! be unpacked. A source whose learnt state can't be read learns it anew. The next poll of a mended entry's source reads its
//! whole document, which brings back what the feed still lists.

use std::borrow::Cow;

use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row, params, params_from_iter};
use serde::de::DeserializeOwned;
use url::Url;

use super::error::is_unreadable_value;
use super::state::{self, STATE_COLUMNS};
use super::{StoreError, texts};
use crate::model::{
    AlsoIn, ArticleDetails, Enclosure, NextPoll, NextPollReason, Origin, SourceId, SourceState, StorageReport,
};
use crate::time::Timestamp;

/// How many rows [`find`] returns at most. If there are more, it finds them once these were mended.
pub(super) const FOUND_AT_ONCE: usize = 10_000;

/// A row with a value that can't be read.
#[derive(Clone, Debug)]
pub(super) struct UnreadableRow {
    table: String,
    key: Vec<KeyPart>,
}

impl UnreadableRow {
    /// Returns the name of the table.
    pub(super) fn table(&self) -> &str {
        &self.table
    }

    /// Returns the row id, or 0 if the table has none.
    fn id(&self) -> i64 {
        match self.key.first() {
            Some(KeyPart::Number(id)) => *id,
            _ => 0,
        }
    }
}

/// A value of a primary key. A text may be the one that is not UTF-8.
#[derive(Clone, Debug)]
enum KeyPart {
    Number(i64),
    Text(Vec<u8>),
}

impl ToSql for KeyPart {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
        }))
    }
}

/// A table with texts. The tables of the search index are none, because that index is filled again.
struct TextTable {
    name: String,
    has_rowid: bool,
    /// The row id or the columns of the primary key.
    key: Vec<String>,
    texts: Vec<String>,
}

impl TextTable {
    fn all(conn: &Connection) -> Result<Vec<Self>, StoreError> {
        let mut query = conn.prepare(
            "select name, wr from pragma_table_list where schema = 'main' and type = 'table'
                 and name not like 'sqlite_%' and name not like 'search_%' and name not like '_litestream_%' order by name",
        )?;
        let names = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut tables = Vec::new();
        for name in names {
            let (name, without_rowid): (String, bool) = name?;
            let columns = |which: &str| -> Result<Vec<String>, StoreError> {
                let mut query =
                    conn.prepare(&format!("select name from pragma_table_info(?) where {which}"))?;
                Ok(query.query_map([&name], |row| row.get(0))?.collect::<Result<_, _>>()?)
            };
            let texts = columns("type = 'text' collate nocase order by cid")?;
            let key = if without_rowid { columns("pk > 0 order by pk")? } else { vec!["rowid".to_owned()] };
            if !texts.is_empty() {
                tables.push(Self { name, has_rowid: !without_rowid, key, texts });
            }
        }
        Ok(tables)
    }

    /// Returns the SQL condition for one row, with a parameter for each part of its key.
    fn is_row(&self) -> String {
        let parts: Vec<String> = self.key.iter().map(|column| format!("\"{column}\" = ?")).collect();
        parts.join(" and ")
    }

    /// Returns the columns that tell whether a row can be read, beside its texts.
    fn further_columns(&self) -> String {
        match self.name.as_str() {
            "texts" => ", summary, content, packed".to_owned(),
            "sources" => format!(", next_poll_at, next_poll_reason, {STATE_COLUMNS}"),
            _ => String::new(),
        }
    }

    /// Returns whether every value of a row can be read. The row selects the key, the texts and the further columns.
    fn can_be_read(&self, row: &Row<'_>) -> rusqlite::Result<bool> {
        let first = self.key.len();
        for (place, column) in self.texts.iter().enumerate() {
            if mended_text(&self.name, column, row.get_ref(first + place)?).is_some() {
                return Ok(false);
            }
        }
        let read = match self.name.as_str() {
            "texts" => texts::read_at(row, first + self.texts.len()).map(drop),
            "sources" => state::state(row).and(state::planned(row, first + self.texts.len())).map(drop),
            _ => Ok(()),
        };
        match read {
            Err(error) if is_unreadable_value(&error) => Ok(false),
            read => read.map(|()| true),
        }
    }
}

/// A column with a text that riverd reads as something else than words.
struct ReadColumn {
    table: &'static str,
    column: &'static str,
    can_be_read: fn(&str) -> bool,
    /// What takes the place of a text that can't be read. The row is deleted if nothing can.
    instead: Option<Instead>,
}

/// What takes the place of a value.
#[derive(Clone, Copy)]
enum Instead {
    Text(&'static str),
    Null,
}

const READ_COLUMNS: [ReadColumn; 8] = [
    read_column("texts", "categories", is_json::<Vec<String>>, Some(Instead::Text("[]"))),
    read_column("texts", "enclosures", is_json::<Vec<Enclosure>>, Some(Instead::Text("[]"))),
    read_column("texts", "also_in", is_json::<Vec<AlsoIn>>, Some(Instead::Text("[]"))),
    read_column("texts", "details", is_json::<ArticleDetails>, Some(Instead::Text("{}"))),
    read_column("texts", "origin", is_json::<Option<Origin>>, Some(Instead::Null)),
    read_column("sources", "tags", is_json::<Vec<String>>, Some(Instead::Text("[]"))),
    // riverd subscribes again, and maintenance measures again.
    read_column("subscriptions", "hub", |hub| Url::parse(hub).is_ok(), None),
    read_column("storage_reports", "report", is_json::<StorageReport>, None),
];

const fn read_column(
    table: &'static str,
    column: &'static str,
    can_be_read: fn(&str) -> bool,
    instead: Option<Instead>,
) -> ReadColumn {
    ReadColumn { table, column, can_be_read, instead }
}

fn is_json<T: DeserializeOwned>(text: &str) -> bool {
    serde_json::from_str::<T>(text).is_ok()
}

/// What a text becomes that can't be read.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum MendedText {
    Value(Value),
    /// Its row is of no use without it.
    NoRow,
}

/// Returns what a value of a text column becomes. Returns `None` if it can be read.
fn mended_text(table: &str, column: &str, value: ValueRef<'_>) -> Option<MendedText> {
    let ValueRef::Text(bytes) = value else { return None };
    let text = String::from_utf8_lossy(bytes);
    let is_utf8 = matches!(text, Cow::Borrowed(_));
    instead_of(table, column, &text)
        .or_else(|| (!is_utf8).then(|| MendedText::Value(Value::Text(text.into_owned()))))
}

/// Returns what takes the place of a text that riverd can't read as what its column holds. Returns `None` if it can.
pub(super) fn instead_of(table: &str, column: &str, text: &str) -> Option<MendedText> {
    let is_it = |known: &&ReadColumn| known.table == table && known.column == column;
    let unreadable = READ_COLUMNS.iter().find(is_it).filter(|known| !(known.can_be_read)(text))?;
    Some(match unreadable.instead {
        Some(Instead::Text(instead)) => MendedText::Value(Value::Text(instead.to_owned())),
        Some(Instead::Null) => MendedText::Value(Value::Null),
        None => MendedText::NoRow,
    })
}

/// Reads every text in the database, and returns the rows with values that can't be read, at most [`FOUND_AT_ONCE`].
pub(super) fn find(conn: &Connection) -> Result<Vec<UnreadableRow>, StoreError> {
    let mut found = Vec::new();
    for table in TextTable::all(conn)? {
        let list = table.key.iter().chain(&table.texts);
        let list: Vec<String> = list.map(|column| format!("\"{column}\"")).collect();
        let sql = format!("select {}{} from \"{}\"", list.join(", "), table.further_columns(), table.name);
        let mut query = conn.prepare(&sql)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if found.len() == FOUND_AT_ONCE {
                return Ok(found);
            }
            if !table.can_be_read(row)? {
                let key = (0..table.key.len()).map(|place| {
                    Ok(match row.get_ref(place)? {
                        ValueRef::Integer(number) => KeyPart::Number(number),
                        ValueRef::Text(bytes) => KeyPart::Text(bytes.to_vec()),
                        other => return Err(unexpected_key(place, other)),
                    })
                });
                let key = key.collect::<rusqlite::Result<_>>()?;
                found.push(UnreadableRow { table: table.name.clone(), key });
            }
        }
    }
    Ok(found)
}

fn unexpected_key(place: usize, value: ValueRef<'_>) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(place, "key".to_owned(), value.data_type())
}

/// Mends these rows, as far as they are still as [`find`] found them. Returns how many it changed or deleted.
pub(super) fn mend(conn: &Connection, rows: &[UnreadableRow]) -> Result<usize, StoreError> {
    let tables = TextTable::all(conn)?;
    let mut mended = 0;
    for row in rows {
        let Some(table) = tables.iter().find(|table| table.name == row.table) else { continue };
        let mut is_changed = mend_texts(conn, table, row)?;
        match row.table.as_str() {
            "entries" if is_changed => read_again(conn, row.id())?,
            "texts" => {
                is_changed |= drop_packed(conn, row.id())?;
                if is_changed {
                    read_again(conn, row.id())?;
                }
            }
            "sources" => is_changed |= learn_anew(conn, SourceId(row.id()))?,
            _ => {}
        }
        mended += usize::from(is_changed);
    }
    Ok(mended)
}

/// Mends the texts of a row. Returns whether it changed or deleted the row.
fn mend_texts(conn: &Connection, table: &TextTable, row: &UnreadableRow) -> Result<bool, StoreError> {
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for (column, mended) in unreadable_texts(conn, table, row)? {
        match mended {
            MendedText::Value(value) => {
                columns.push(format!("\"{column}\" = ?"));
                values.push(value);
            }
            MendedText::NoRow => return delete(conn, table, row),
        }
    }
    if columns.is_empty() {
        return Ok(false);
    }
    let sql = format!("update \"{}\" set {} where {}", table.name, columns.join(", "), table.is_row());
    let mut update = conn.prepare_cached(&sql)?;
    let mut write = |values: &[Value]| {
        let key = row.key.iter().map(|part| part as &dyn ToSql);
        update.execute(params_from_iter(values.iter().map(|value| value as &dyn ToSql).chain(key)))
    };
    if write(&values).is_ok() {
        return Ok(true);
    }
    // Another row has the same text, and each row must have its own.
    if !table.has_rowid {
        return delete(conn, table, row);
    }
    for value in &mut values {
        tell_apart(value, row.id().unsigned_abs());
    }
    Ok(write(&values)? > 0)
}

/// Makes a mended text differ from those of other rows, by a number that only its row has.
pub(super) fn tell_apart(value: &mut Value, number: u64) {
    if let Value::Text(text) = value {
        text.push(' ');
        text.push_str(&number.to_string());
    }
}

/// Returns the text columns of a row that can't be read, and what each becomes.
fn unreadable_texts<'t>(
    conn: &Connection,
    table: &'t TextTable,
    row: &UnreadableRow,
) -> Result<Vec<(&'t str, MendedText)>, StoreError> {
    let list = table.texts.join("\", \"");
    let sql = format!("select \"{list}\" from \"{}\" where {}", table.name, table.is_row());
    let mut query = conn.prepare_cached(&sql)?;
    let mut rows = query.query(params_from_iter(&row.key))?;
    let mut unreadable = Vec::new();
    if let Some(found) = rows.next()? {
        for (place, column) in table.texts.iter().enumerate() {
            let mended = mended_text(&table.name, column, found.get_ref(place)?);
            unreadable.extend(mended.map(|mended| (column.as_str(), mended)));
        }
    }
    Ok(unreadable)
}

fn delete(conn: &Connection, table: &TextTable, row: &UnreadableRow) -> Result<bool, StoreError> {
    let sql = format!("delete from \"{}\" where {}", table.name, table.is_row());
    Ok(conn.prepare_cached(&sql)?.execute(params_from_iter(&row.key))? > 0)
}

/// Drops the texts of an entry if they can't be unpacked. Returns whether it did.
fn drop_packed(conn: &Connection, entry: i64) -> Result<bool, StoreError> {
    let read = conn
        .prepare_cached("select summary, content, packed from texts where entry_id = ?")?
        .query_row([entry], |row| texts::read_at(row, 0));
    match read {
        Err(error) if is_unreadable_value(&error) => {
            let sql = "update texts set packed = null where entry_id = ?";
            Ok(conn.prepare_cached(sql)?.execute([entry])? > 0)
        }
        Ok(_) | Err(rusqlite::Error::QueryReturnedNoRows) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Lets the next poll read the whole document of an entry's source, and write the entry anew if the document lists it. As the
/// hash of what readers see stays the same, that is no edit for them. Until then, the search index gets what is left.
fn read_again(conn: &Connection, entry: i64) -> Result<(), StoreError> {
    conn.prepare_cached("insert into search_queue (entry_id) values (?)")?.execute([entry])?;
    // Any other hash will do.
    conn.prepare_cached("update entries set content_hash = ~content_hash where id = ?")?.execute([entry])?;
    conn.prepare_cached(
        "update sources set etag = null, last_modified = null, body_hash = null, read_anew = claimed_until is not null
         where id = (select source_id from entries where id = ?)",
    )?
    .execute([entry])?;
    Ok(())
}

/// Resets what polls learnt of a source if it can't be read. Its pause, and that it is gone, stay in force. Returns whether it
/// was reset.
fn learn_anew(conn: &Connection, id: SourceId) -> Result<bool, StoreError> {
    let is_readable = match state::load(conn, id) {
        Ok(_) => true,
        Err(StoreError::Sqlite(error)) if is_unreadable_value(&error) => false,
        Err(error) => return Err(error),
    };
    if is_readable {
        return Ok(false);
    }
    let sql = "select polled_at, succeeded_at, not_before, gone_at, next_poll_at, claimed_until from sources where id = ?";
    let (state, next_poll_at, claimed_until) = conn.prepare_cached(sql)?.query_row([id.0], |row| {
        let state = SourceState {
            polled_at: state::time(row, "polled_at")?,
            succeeded_at: state::time(row, "succeeded_at")?,
            not_before: state::time(row, "not_before")?,
            gone_at: state::time(row, "gone_at")?,
            ..SourceState::default()
        };
        Ok((state, row.get("next_poll_at")?, row.get::<_, Option<i64>>("claimed_until")?))
    })?;
    let next = NextPoll { at: Timestamp::from_unix(next_poll_at), reason: NextPollReason::New };
    state::write(conn, id, &state, &next, None)?;
    state::write_stated(conn, id, &state)?;
    conn.prepare_cached("update sources set claimed_until = ? where id = ?")?
        .execute(params![claimed_until, id.0])?;
    Ok(true)
}
