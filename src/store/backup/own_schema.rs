//! Refuses a backup whose schema is not the one that riverd makes. A trigger or a view in a file from elsewhere would run with
//! riverd's rights whenever riverd writes, for as long as the database is used.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::store::{StoreError, migrate};

/// The objects of a schema: the statement that made each, by the kind and the name of the object.
type Objects = BTreeMap<(String, String), Option<String>>;

/// Returns a difference between the schema of a backup and the schema of `version` that riverd makes, in words. Returns `None`
/// if there is none, apart from tables that SQLite or Litestream made.
pub(super) fn difference(backup: &Connection, version: usize) -> Result<Option<String>, StoreError> {
    let (found, own) = (objects(backup)?, objects(&migrate::empty_database(version)?)?);
    for (object, statement) in &found {
        let (kind, name) = object;
        match own.get(object) {
            Some(known) if known == statement || is_part_of_index(name) => {}
            Some(_) => return Ok(Some(format!("its {kind} `{name}` is not the one that riverd makes"))),
            None if is_harmless(kind, name) => {}
            None => {
                return Ok(Some(format!(
                    "it has the {kind} `{name}`, which riverd did not make; `sqlite3` can drop it"
                )));
            }
        }
    }
    let missing = own.keys().find(|object| !found.contains_key(*object));
    Ok(missing.map(|(kind, name)| format!("it lacks the {kind} `{name}`")))
}

fn objects(conn: &Connection) -> Result<Objects, StoreError> {
    let mut query = conn.prepare("select type, name, sql from sqlite_schema")?;
    let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns whether a table belongs to the full-text index. SQLite makes these tables, each version in its own way.
fn is_part_of_index(name: &str) -> bool {
    name.starts_with("search_index_")
}

/// Returns whether SQLite or Litestream makes an object of this name in a database of riverd: the statistics of `optimize`, and
/// two tables in which Litestream counts.
fn is_harmless(kind: &str, name: &str) -> bool {
    kind == "table"
        && matches!(name, "sqlite_stat1" | "sqlite_stat4" | "_litestream_seq" | "_litestream_lock")
}
