//! Migrates the schema of a database to the one of this riverd, with one transaction for each migration.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::StoreError;

/// All migrations in order. A released migration is never edited, because databases have run it. The schema version is the
/// number of entries in this list; the numbers of the files have a gap.
const MIGRATIONS: &[M<'_>] = &[
    M::up(include_str!("../../migrations/0001_initial.sql")),
    M::up(include_str!("../../migrations/0002_hubs.sql")),
    M::up(include_str!("../../migrations/0003_limits.sql")),
    M::up(include_str!("../../migrations/0004_pauses.sql")),
    M::up(include_str!("../../migrations/0005_first_document.sql")),
    M::up(include_str!("../../migrations/0006_edits.sql")),
    M::up(include_str!("../../migrations/0007_left_out.sql")),
    M::up(include_str!("../../migrations/0008_list_window.sql")),
    M::up(include_str!("../../migrations/0009_fetching.sql")),
    M::up(include_str!("../../migrations/0010_details.sql")),
    M::up(include_str!("../../migrations/0011_seen.sql")),
    M::up(include_str!("../../migrations/0012_compact.sql")),
    M::up(include_str!("../../migrations/0013_views.sql")),
    M::up(include_str!("../../migrations/0014_search.sql")),
    M::up(include_str!("../../migrations/0015_incidents.sql")),
    M::up(include_str!("../../migrations/0017_faults.sql")),
    M::up(include_str!("../../migrations/0018_pages.sql")),
    M::up(include_str!("../../migrations/0019_kept_answers.sql")),
    M::up(include_str!("../../migrations/0020_robots.sql")),
    M::up(include_str!("../../migrations/0021_seen_markup.sql")),
    M::up(include_str!("../../migrations/0022_growth.sql")),
    M::up(include_str!("../../migrations/0023_plain_proofs.sql")),
    M::up(include_str!("../../migrations/0024_plain_servers.sql")),
    M::up(include_str!("../../migrations/0025_list_life.sql")),
    M::up(include_str!("../../migrations/0026_left_out_memory.sql")),
    M::up(include_str!("../../migrations/0027_list_life_seen.sql")),
    M::up(include_str!("../../migrations/0028_stated_times.sql")),
    M::up(include_str!("../../migrations/0029_older_versions.sql")),
    M::up(include_str!("../../migrations/0030_retired_sources.sql")),
    M::up(include_str!("../../migrations/0031_recent_bands.sql")),
    M::up(include_str!("../../migrations/0032_poorer_versions.sql")),
    M::up(include_str!("../../migrations/0033_slow_polls.sql")),
    M::up(include_str!("../../migrations/0034_former_addresses.sql")),
    M::up(include_str!("../../migrations/0035_typed_letters.sql")),
    M::up(include_str!("../../migrations/0036_backup_problem.sql")),
    M::up(include_str!("../../migrations/0037_queued_by_code.sql")),
];

/// Schema version that this riverd reads and writes.
pub(super) const KNOWN: usize = MIGRATIONS.len();

/// Returns the schema version of a database; 0 for an empty one.
pub(super) fn version(conn: &Connection) -> rusqlite::Result<usize> {
    conn.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        // riverd never writes a negative version, so such a database counts as newer than any that this riverd knows.
        .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
}

/// Runs the pending migrations. After a kill or an error the schema is the one of the last migration that succeeded.
pub(super) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    run(conn, path, MIGRATIONS)
}

/// Makes an empty database in memory with the schema of this version, which must be known.
pub(super) fn empty_database(version: usize) -> Result<Connection, StoreError> {
    let mut conn = Connection::open_in_memory()?;
    run(&mut conn, Path::new(":memory:"), MIGRATIONS.get(..version).unwrap_or(MIGRATIONS))?;
    Ok(conn)
}

/// Returns the steps in which SQLite runs a query, for tests that a query uses the index that it needs.
#[cfg(test)]
pub(super) fn query_plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut explain = conn.prepare(&format!("explain query plan {sql}")).unwrap();
    let parameters = rusqlite::params_from_iter(vec![0; explain.parameter_count()]);
    let steps = explain.query_map(parameters, |row| row.get("detail")).unwrap();
    steps.collect::<Result<_, _>>().unwrap()
}

fn run(conn: &mut Connection, path: &Path, migrations: &[M<'_>]) -> Result<(), StoreError> {
    let found = version(conn)?;
    let known = migrations.len();
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    let steps = Migrations::from_slice(migrations);
    for version in found + 1..=known {
        // By itself the library would run all pending migrations in one transaction. With one transaction for each, the log of
        // a long upgrade stays short.
        steps.to_version(conn, version).map_err(|source| failed(path, version, source))?;
    }
    if found > 0 && found < known {
        tracing::info!(from = found, to = known, "the database was upgraded from schema {found} to {known}");
    }
    Ok(())
}

/// Converts the error of a migration. A full disk or a damaged file is not the migration's fault, and gets its own
/// error.
fn failed(path: &Path, version: usize, source: rusqlite_migration::Error) -> StoreError {
    if let rusqlite_migration::Error::RusqliteError { err: source, query } = source {
        match StoreError::from(source).at(path) {
            // The disk, a limit or another program is at fault.
            unwritable if unwritable.concerns_all_writes() => unwritable,
            StoreError::Sqlite(source) => {
                StoreError::Migration { path: path.to_owned(), version, detail: reason(&source, &query) }
            }
            known => known,
        }
    } else {
        StoreError::Migration { path: path.to_owned(), version, detail: source.to_string() }
    }
}

/// Says why a migration failed, on one line. SQLite's own message has the text of all statements.
fn reason(source: &rusqlite::Error, query: &str) -> String {
    let message = match source {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    let statement = query.lines().find(|line| !line.trim_start().starts_with("--")).unwrap_or_default();
    format!("{message} (in `{statement}`)")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: M<'_> = M::up("create table one (a text) strict");
    // The second statement fails after the first one wrote.
    const BROKEN: M<'_> = M::up("-- Two.\ncreate table two (a text) strict;\ninsert into two values (1, 2)");
    const FIXED: M<'_> = M::up("create table two (a text) strict");

    fn tables(conn: &Connection) -> Vec<String> {
        let mut query =
            conn.prepare("select name from sqlite_schema where type = 'table' order by name").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_disk_that_fails_is_not_the_fault_of_a_migration() {
        let failure = |code| rusqlite_migration::Error::RusqliteError {
            query: "create table one (a)".to_owned(),
            err: rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None),
        };
        let error = failed(Path::new("riverd.db"), 1, failure(rusqlite::ffi::SQLITE_IOERR_WRITE));
        assert!(
            matches!(error, StoreError::Sqlite(_)) && !error.hint().unwrap().contains("report"),
            "{error}"
        );
        let error = failed(Path::new("riverd.db"), 1, failure(rusqlite::ffi::SQLITE_CONSTRAINT));
        assert!(matches!(error, StoreError::Migration { .. }), "{error}");
    }

    fn run_all(conn: &mut Connection, migrations: &[M<'_>]) -> Result<(), StoreError> {
        run(conn, Path::new("riverd.db"), migrations)
    }

    #[test]
    fn a_migration_that_fails_leaves_the_schema_before_it() {
        let mut conn = Connection::open_in_memory().unwrap();
        let error = run_all(&mut conn, &[FIRST, BROKEN]).unwrap_err();
        assert!(matches!(error, StoreError::Migration { version: 2, .. }), "{error}");
        assert!(error.is_permanent() && error.hint().is_some());
        assert!(!error.to_string().contains('\n'), "{error}");
        assert_eq!((version(&conn).unwrap(), tables(&conn)), (1, vec!["one".to_owned()]));
        run_all(&mut conn, &[FIRST, FIXED]).unwrap();
        assert_eq!((version(&conn).unwrap(), tables(&conn).len()), (2, 2));
    }

    #[test]
    fn the_index_of_near_duplicates_of_an_older_riverd_is_kept() {
        let mut conn = Connection::open_in_memory().unwrap();
        run_all(&mut conn, MIGRATIONS.get(..11).unwrap()).unwrap();
        conn.execute("insert into bands values (1, -5, 7, 3), (2, -5, 7, 3), (2, 9, 8, 4)", []).unwrap();
        run_all(&mut conn, MIGRATIONS.get(..12).unwrap()).unwrap();
        let mut query = conn.prepare("select place, source_id from band_places order by place").unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let rows: Vec<(i64, i64)> = rows.map(Result::unwrap).collect();
        assert_eq!(rows, [((-5 << 34) + 7, 3), ((9 << 34) + 8, 4)]);
    }

    #[test]
    fn a_newer_or_negative_schema_version_is_refused() {
        let mut conn = Connection::open_in_memory().unwrap();
        for version in [2, -1] {
            conn.pragma_update(None, "user_version", version).unwrap();
            let error = run_all(&mut conn, &[FIXED]).unwrap_err();
            assert!(matches!(error, StoreError::Newer { known: 1, .. }), "{error}");
            assert!(tables(&conn).is_empty());
        }
    }

    #[test]
    fn all_tables_are_strict_and_migrating_twice_changes_nothing() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, Path::new("riverd.db")).unwrap();
        migrate(&mut conn, Path::new("riverd.db")).unwrap();
        assert_eq!(version(&conn).unwrap(), KNOWN);
        let loose: Vec<String> = {
            let sql =
                "select name from pragma_table_list where schema = 'main' and type = 'table' and strict = 0
                           and name not like 'sqlite_%'";
            let mut query = conn.prepare(sql).unwrap();
            query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        assert!(loose.is_empty(), "not strict: {loose:?}");
    }

    #[test]
    fn published_articles_of_an_older_database_are_numbered_in_the_order_of_their_publication() {
        let mut conn = Connection::open_in_memory().unwrap();
        let path = Path::new("riverd.db");
        run(&mut conn, path, &MIGRATIONS[..11]).unwrap();
        let articles = "insert into articles (guid, river_at, placed_at, published_at) values
             ('late', 1, 1, 20), ('second', 2, 2, 10), ('first', 1, 1, 10), ('unpublished', 1, 1, null)";
        conn.execute_batch(articles).unwrap();
        migrate(&mut conn, path).unwrap();
        let mut query =
            conn.prepare("select guid, archive_number from articles order by archive_number").unwrap();
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).unwrap();
        let numbers: Vec<(String, Option<i64>)> = rows.map(Result::unwrap).collect();
        let numbered = |guid: &str, number| (guid.to_owned(), number);
        assert_eq!(
            numbers,
            [
                numbered("unpublished", None),
                numbered("first", Some(1)),
                numbered("second", Some(2)),
                numbered("late", Some(3))
            ]
        );
        let last: i64 =
            conn.query_row("select last_number from views where id = 0", [], |row| row.get(0)).unwrap();
        assert_eq!(last, 3);
    }
}
