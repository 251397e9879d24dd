//! Tests that a database of each earlier schema is upgraded without loss.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use riverd::store::backup::restore;
use riverd::store::{RiverSelection, Store};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::fixture::{START, exact, source};

/// Statements that fill the tables, each with the first schema that takes it and the first that does not.
const ROWS: &[(usize, usize, &str)] = &[
    (
        1,
        usize::MAX,
        "insert into sources (id, url, name, title, tags, priority, position, enabled, host, cadence, filters, etag, failures,
             filled_at, next_poll_at, next_poll_reason)
         values (1, 'https://a.example/feed', 'a', 'A', '[\"news\"]', 0, 0, 1, 'a.example', '{}', '{}', x'22', 0, 5, 9, 'every'),
                (2, 'https://b.example/feed', 'b', null, '[]', 3, 1, 1, 'b.example', '{}', '{}', null, 2, 5, 9, 'every');
         insert into source_tags (tag, source_id) values ('news', 1);
         insert into defects (source_id, name, count) values (1, 'bare-ampersand', 7);
         insert into articles (id, guid, representative, river_at, placed_at, published_at)
         values (1, 'urn:one', 1, 10, 10, 20), (2, 'urn:two', 3, 11, 11, 21), (3, 'urn:hidden', null, 12, 12, null);
         insert into entries (id, source_id, key, article_id, guid, url, canonical_url, own_site, own_guid, title, author,
             published_at, content_hash, arrived_at, river_at, placed_at, held_back)
         values (1, 1, 'k1', 1, 'g1', 'https://a.example/1', 'https://a.example/1', 1, 'urn:one', 'One', 'Ann', 9, -5, 10, 10, 10, null),
                (2, 2, 'k1', 1, null, 'https://a.example/1', 'https://a.example/1', 0, 'urn:uno', 'Uno', null, null, 6, 10, 10, 10, null),
                (3, 2, 'k2', 2, 'g3', null, null, 1, 'urn:two', 'Two', null, 8, 7, 11, 11, 11, null),
                (4, 1, 'k4', 3, 'g4', null, null, 1, 'urn:hidden', 'Hidden', null, 8, 8, 12, 12, 12, 'drop: ads');
         insert into texts (entry_id, summary, content, categories, enclosures, also_in)
         values (1, 'S', '<p>The first text</p>', '[\"c\"]', '[]', '[]'), (2, null, null, '[]', '[]', '[]'),
                (3, 'T', null, '[]', '[]', '[]'), (4, null, 'H', '[]', '[]', '[]');
         insert into edits (entry_id, number, edited_at, cause, title, content_hash) values (1, 1, 15, 'content', 'Once', 4);
         insert into links (entry_id, other_id, rule, score) values (2, 1, 'address', null);
         insert into sketches (entry_id, arrived_at, sketch) values (1, 10, x'0102');
         insert into tombstones (source_id, key, content_hash, title, arrived_at, pruned_at) values (1, 'old', 3, 'Old', 1, 2);
         insert into editions (path, digest, since) values ('', 'abc', 20)",
    ),
    (1, 12, "insert into bands (span, band, entry_id, source_id) values (1, 7, 1, 1), (1, 7, 2, 2)"),
    (12, usize::MAX, "insert into band_places (place, source_id) values ((7 << 34) | 1, 1), ((7 << 34) | 2, 2)"),
    (30, usize::MAX, "insert into recent_band_places (place, source_id) values ((7 << 34) | 4, 1)"),
    (
        2,
        usize::MAX,
        "insert into subscriptions (token, source_id, hub, topic, callback, secret, ask_at)
         values ('t', 1, 'https://hub.example/', 'https://a.example/feed', 'https://me.example/websub/t', 's', 99)",
    ),
    (4, usize::MAX, "insert into pauses (domain, until, asked_at) values ('a.example', 50, 40)"),
    (
        7,
        usize::MAX,
        "insert into left_out (source_id, number, reason, title, since) values (1, 0, 'max_age', 'Too old', 3);
         insert into left_out_counts (source_id, reason, count) values (1, 'max_age', 4)",
    ),
    (9, usize::MAX, "insert into hub_pauses (hub, until) values ('https://hub.example/', 60)"),
    (
        13,
        usize::MAX,
        "update articles set archive_number = id where published_at is not null; update views set last_number = 2;
         insert into views (id, name, definition, last_number, filled) values (1, 'v', 'd', 1, 1);
         insert into view_articles (view_id, number, article_id, placed_at) values (1, 1, 1, 10)",
    ),
    (
        15,
        usize::MAX,
        "insert into incidents (guid, source_id, source, kind, since, noticed_at, detail) values ('urn:i', 2, 'b', 'failing', 1, 2, 'd')",
    ),
    (16, usize::MAX, "insert into integrity_checks (id, checked_at, damage) values (1, 30, null)"),
    (17, usize::MAX, "insert into pages (entry_id, source_id, host, url) values (1, 1, 'a.example', 'https://a.example/1')"),
    (18, usize::MAX, "insert into kept_answers (url, asked_at, outcome, body) values ('https://c.example/', 1, '{}', x'00')"),
    (19, usize::MAX, "insert into robots (origin, rules, read_at) values ('https://a.example', '', 1)"),
    (21, usize::MAX, "insert into growth (source_id, day, new) values (1, 20000, 30)"),
    (
        23,
        usize::MAX,
        "insert into plain_servers (server, proofs, proved_at, first_source, is_shared, next_try_at)
         values ('https://a.example', 3, 1, 1, 1, 2)",
    ),
    (35, usize::MAX, "insert into backup_problems (id, since, cause) values (1, 30, 'no room')"),
];

/// Columns that an upgrade clears, because it computes them in another way.
const CLEARED: [&str; 2] = ["seen_hash", "metadata_hash"];

/// Returns the migrations in order. The numbers of the files have a gap.
fn migrations() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Makes a database as a riverd with this schema left it, with rows in all tables.
fn make(path: &Path, schema: usize) {
    let conn = Connection::open(path).unwrap();
    conn.pragma_update(None, "auto_vacuum", "incremental").unwrap();
    for file in migrations().iter().take(schema) {
        conn.execute_batch(&fs::read_to_string(file).unwrap()).unwrap();
    }
    for (_, _, rows) in ROWS.iter().filter(|(from, to, _)| (*from..*to).contains(&schema)) {
        conn.execute_batch(rows).unwrap_or_else(|error| panic!("schema {schema}: {error}: {rows}"));
    }
    conn.pragma_update(None, "user_version", i64::try_from(schema).unwrap()).unwrap();
}

/// A row: its values by the names of their columns.
type TableRow = BTreeMap<String, Value>;

/// Returns the rows of each table of riverd, without those of the search index and of the commit counter.
fn contents(path: &Path) -> BTreeMap<String, Vec<TableRow>> {
    let conn = Connection::open(path).unwrap();
    let mut tables = conn
        .prepare(
            "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like 'search%'
             and name <> 'commits'",
        )
        .unwrap();
    let names = tables.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    names
        .map(|name| {
            let mut query = conn.prepare(&format!("select * from {name}")).unwrap();
            let columns: Vec<String> = query.column_names().iter().map(ToString::to_string).collect();
            let rows = query.query_map([], |row| {
                columns.iter().enumerate().map(|(index, name)| Ok((name.clone(), row.get(index)?))).collect()
            });
            let rows = rows.unwrap().map(Result::unwrap).collect();
            (name, rows)
        })
        .collect()
}

/// Returns whether `new` has all values of `old`. The upgrade may add columns.
fn holds(new: &TableRow, old: &TableRow) -> bool {
    old.iter().all(|(column, value)| CLEARED.contains(&column.as_str()) || new.get(column) == Some(value))
}

#[tokio::test]
async fn a_database_of_each_earlier_schema_keeps_every_row_and_a_copy_is_made_before() {
    let known = migrations().len();
    for schema in 1..=known {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("riverd.db");
        make(&path, schema);
        let before = contents(&path);
        // A backup of each earlier schema can be restored.
        let restored = folder.path().join("restored").join("riverd.db");
        restore::restore(&path, &restored, START).unwrap_or_else(|error| panic!("schema {schema}: {error}"));
        let store = Store::open(&path, &exact()).unwrap();
        let sources: Vec<_> = ["a", "b"].map(|name| std::sync::Arc::new(source(name))).into();
        let after = contents(&path);
        for (table, rows) in before.iter().filter(|(table, _)| *table != "bands") {
            for row in rows {
                assert!(
                    after[table].iter().any(|new| holds(new, row)),
                    "schema {schema}: `{table}` lost {row:?}: {:?}",
                    after[table]
                );
            }
        }
        assert_eq!(after["band_places"].len(), 2, "schema {schema}");
        let river = store.latest(&RiverSelection::River, 10).await.unwrap();
        let titles: Vec<&str> = river.iter().map(|item| item.title.as_str()).collect();
        assert_eq!(titles, ["Two", "One"], "schema {schema}");
        assert_eq!(river[1].guid, "urn:one");
        // The upgraded database is written as any other one: its sources are no longer in feeds.toml.
        store.sync_sources(&sources, &exact(), START).await.unwrap();
        store.publish(START).await.unwrap();
        store.close().await.unwrap();
        let copy = folder.path().join(format!("riverd.db.schema-{schema}"));
        assert_eq!(copy.exists(), schema < known, "schema {schema}");
        if schema < known {
            assert_eq!(contents(&copy), before, "schema {schema}: the copy");
        }
    }
}
