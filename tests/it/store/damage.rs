//! Tests what becomes of a database with single damaged values: what can be read is served, and the damage is told.

use riverd::model::Listing;
use riverd::store::StoreError;
use riverd::time::DAY;
use rusqlite::Connection;

use super::fixture::{StoreFixture, entry, retention, source};

fn damage(fixture: &StoreFixture, sql: &str) {
    let conn = Connection::open(fixture.path()).unwrap();
    conn.execute_batch(&format!("pragma ignore_check_constraints = on; {sql}")).unwrap();
}

#[tokio::test]
async fn an_article_that_cant_be_read_is_left_out_and_the_others_stay() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2"), entry("a", "3")]).await;
    for sql in [
        "update entries set title = cast(x'ff' as text) where key = 'key 1'",
        "update texts set details = '[1]' where entry_id = (select id from entries where key = 'key 2')",
    ] {
        damage(&fixture, sql);
    }
    assert_eq!(fixture.titles().await, ["3 of a"]);
    fixture.restart().await;
    assert_eq!(fixture.titles().await, ["3 of a"]);
}

#[tokio::test]
async fn a_poll_that_meets_damage_fails_alone() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    damage(&fixture, "update entries set guid = cast(x'ff' as text)");
    let document = super::fixture::document_articles(Listing::Whole, vec![entry("a", "1")]);
    let error = fixture.store.record_poll(fixture.record(fixture.id("a").await, document)).await.unwrap_err();
    assert!(error.may_concern_one_record() && error.hint().is_some(), "{error}");
    assert_eq!(fixture.store.health().failure, None, "the other sources can be stored");
    fixture.poll("b", vec![entry("b", "1")]).await;
}

#[tokio::test]
async fn damage_that_hides_a_source_names_the_file_and_the_way_back() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    damage(&fixture, "update sources set name = cast(x'ff' as text)");
    let store = riverd::store::Store::open_read_only(&fixture.path(), &[], &fixture.dedup).unwrap();
    let error = store.statuses().await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }) && error.is_permanent(), "{error:?}");
    assert!(error.to_string().contains("riverd.db") && error.hint().unwrap().contains("backup"), "{error}");
}

#[tokio::test]
async fn maintenance_checks_the_whole_database_and_notes_the_outcome() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    assert_eq!(fixture.store.last_integrity_check().await.unwrap(), None);
    fixture.store.maintain(&retention(30, 0), fixture.now, 10).await.unwrap();
    let check = fixture.store.last_integrity_check().await.unwrap().unwrap();
    assert_eq!((check.at, check.damage), (fixture.now, None));

    damage(&fixture, "update texts set details = '{'");
    fixture.wait(DAY);
    let error = fixture.store.maintain(&retention(30, 0), fixture.now, 10).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    let check = fixture.store.last_integrity_check().await.unwrap().unwrap();
    assert!(check.at == fixture.now && check.damage.unwrap().contains("texts"));
}

#[tokio::test]
async fn maintenance_measures_what_fills_the_database() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", (0..50).map(|page| entry("a", &page.to_string())).collect()).await;
    fixture.poll("b", vec![entry("b", "1")]).await;
    assert_eq!(fixture.store.last_storage_report().await.unwrap(), None);
    fixture.store.maintain(&retention(30, 0), fixture.now, 10).await.unwrap();
    let report = fixture.store.last_storage_report().await.unwrap().unwrap();
    assert_eq!(report.measured_at, fixture.now);
    let sources: Vec<&str> = report.sources.iter().map(|share| share.name.as_str()).collect();
    assert_eq!(sources, ["a", "b"]);
    let size = fixture.store.figures(fixture.now).await.unwrap().database_bytes;
    let parts: u64 = report.parts.iter().map(|part| part.bytes).sum();
    assert!(parts <= size && parts > size / 2, "{parts} of {size}");
    assert!(report.parts.iter().any(|part| part.name == "texts" && part.bytes > 0), "{report:?}");
}

#[tokio::test]
async fn one_run_of_maintenance_prunes_no_more_than_it_may() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", (0..50).map(|page| entry("a", &page.to_string())).collect()).await;
    fixture.poll("a", vec![entry("a", "last")]).await;
    fixture.wait(400 * DAY);
    for (most, pruned) in [(20, 20), (20, 20), (20, 10)] {
        assert_eq!(fixture.store.maintain(&retention(30, 0), fixture.now, most).await.unwrap(), pruned);
    }
    assert_eq!(fixture.store.pruning_so_far(fixture.now).await.unwrap(), (1, 50));
}

/// Polls until the store takes what it reads: once after each refusal, as the poller does.
async fn poll_twice(fixture: &StoreFixture, name: &str, entries: Vec<riverd::model::Article>) {
    let id = fixture.id(name).await;
    if fixture.store.known_entries(id).await.is_ok()
        && fixture.try_poll(id, Listing::Whole, entries.clone()).await.is_ok()
    {
        return;
    }
    let error = match fixture.store.known_entries(id).await {
        Err(error) => error,
        Ok(_) => fixture.try_poll(id, Listing::Whole, entries.clone()).await.unwrap_err(),
    };
    assert!(fixture.store.mend_after(&error).await, "{error}");
    fixture.store.known_entries(id).await.unwrap();
    fixture.try_poll(id, Listing::Whole, entries).await.unwrap();
}

/// Values that riverd never writes in a table of a database with a source `a` and its entries `1` to `3`.
const DAMAGED_ENTRIES: &[&str] = &[
    "update entries set title = cast(x'41ff42' as text) where key = 'key 1'",
    "update entries set url = cast(x'41ff42' as text) where key = 'key 1'",
    "update entries set key = cast(x'41ff42' as text) where key = 'key 1'",
    "update entries set guid = cast(x'ff' as text)",
    "update entries set own_guid = cast(x'ff' as text) where key = 'key 1'",
    "update entries set author = cast(x'ff' as text) where key = 'key 1'",
    "update entries set key = cast(x'ff' as text) where key = 'key 1'; update entries set key = cast(x'fe' as text) where key = 'key 2'",
    "update articles set guid = cast(x'41ff42' as text) where id = 1",
    "update texts set packed = x'0102030405060708090a' where entry_id = 1",
    "update texts set summary = cast(x'ff' as text) where entry_id = 1",
    "update texts set details = '[1]', enclosures = '5', also_in = '{}', categories = '7', origin = '3' where entry_id = 1",
    "insert into tombstones (source_id, key, content_hash, title, arrived_at, pruned_at) values (1, cast(x'ff' as text), 1, 'x', 1, 1)",
];

#[tokio::test]
async fn a_value_that_cant_be_read_stops_no_source_and_the_article_can_be_read_again() {
    for sql in DAMAGED_ENTRIES {
        let fixture = StoreFixture::with(&[source("a")]).await;
        let listed = |more: &[&str]| -> Vec<_> {
            ["1", "2", "3"].iter().chain(more).map(|page| entry("a", page)).collect()
        };
        fixture.poll("a", listed(&[])).await;
        assert_eq!(fixture.titles().await.len(), 3);
        damage(&fixture, sql);
        poll_twice(&fixture, "a", listed(&["4"])).await;
        // Whatever the poll met, the values that it did not need are mended, too.
        fixture.store.mend_after(&corrupt(&fixture)).await;
        poll_twice(&fixture, "a", listed(&["4", "5"])).await;
        let titles = fixture.titles().await;
        for page in ["1", "2", "3", "4", "5"] {
            assert!(titles.contains(&format!("{page} of a")), "{sql}: {titles:?}");
        }
        assert!(titles.len() <= 7, "{sql}: {titles:?}");
    }
}

fn corrupt(fixture: &StoreFixture) -> StoreError {
    StoreError::Corrupt { path: fixture.path(), detail: String::new() }
}

/// Values of the source `a` that riverd never writes.
const DAMAGED_SOURCES: &[&str] = &[
    "update sources set hours = x'00' where id = 1",
    "update sources set feed_show = '7' where id = 1",
    "update sources set hints = '7' where id = 1",
    "update sources set tags = '5', identity = 'zz' where id = 1",
    "update sources set failure_kind = 'zz', failures = -1 where id = 1",
    "update sources set refused_move = 'x', moved_to = 'y', moved_since = 1 where id = 1",
    "update sources set next_poll_reason = 'zz' where id = 1",
    "update sources set name = cast(x'ff' as text) where id = 1",
    "update sources set url = cast(x'ff' as text) where id = 1",
    "update sources set feed_title = cast(x'ff41' as text) where id = 1",
    "update sources set cadence = cast(x'ff41' as text), filters = cast(x'ff41' as text) where id = 1",
    "insert into subscriptions (token, source_id, hub, topic, callback, secret, ask_at) values ('t', 1, 'no address', 'b', 'c', 's', 1)",
];

#[tokio::test]
async fn a_source_whose_row_cant_be_read_learns_anew_and_all_sources_are_polled() {
    for sql in DAMAGED_SOURCES {
        for is_restarted in [false, true] {
            let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
            fixture.poll("a", vec![entry("a", "1")]).await;
            fixture.poll("b", vec![entry("b", "1")]).await;
            damage(&fixture, sql);
            fixture.wait(2 * DAY);
            if is_restarted {
                fixture.restart().await;
            } else if sql.contains("set name") || sql.contains("set url") || sql.contains("cadence") {
                // A running daemon reads these only when it follows feeds.toml.
                fixture.follow(&[source("a"), source("b")]).await;
            }
            let mut due = fixture.due().await;
            due.sort();
            assert_eq!(due, ["a", "b"], "{sql}");
            assert_eq!(fixture.store.statuses().await.unwrap().len(), 2, "{sql}");
            fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
            let mut titles = fixture.titles().await;
            titles.sort();
            assert_eq!(titles, ["1 of a", "1 of b", "2 of a"], "{sql}");
        }
    }
}

#[tokio::test]
async fn recovery_names_and_mends_every_value_that_cant_be_read() {
    for sql in DAMAGED_ENTRIES.iter().chain(DAMAGED_SOURCES) {
        let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
        fixture.poll("a", vec![entry("a", "1"), entry("a", "2"), entry("a", "3")]).await;
        fixture.titles().await;
        fixture.store.close().await.unwrap();
        damage(&fixture, sql);
        let copy = fixture.path().with_extension("copy");
        let backup = riverd::store::backup::back_up(&fixture.path(), &copy).unwrap();
        assert!(backup.unreadable_rows > 0, "{sql}");
        let report = riverd::store::backup::salvage::recover(&fixture.path(), fixture.now).unwrap();
        assert!(!report.is_whole(), "{sql}: {report:?}");
        assert_eq!(report.rows("articles"), 3, "{sql}: {report:?}");
        std::fs::remove_file(&copy).unwrap();
        let backup = riverd::store::backup::back_up(&fixture.path(), &copy).unwrap();
        assert_eq!(backup.unreadable_rows, 0, "{sql}");
        fixture.restart().await;
        assert_eq!(fixture.store.statuses().await.unwrap().len(), 2, "{sql}");
        assert_eq!(fixture.titles().await.len(), 3, "{sql}");
        fixture.wait(2 * DAY);
        assert_eq!(fixture.due().await.len(), 2, "{sql}");
    }
}

#[tokio::test]
async fn an_entry_that_cant_be_read_is_left_out_of_the_search_index_until_it_is_mended() {
    for sql in [
        "update entries set title = cast(x'41ff42' as text) where key = 'key 1'",
        "update texts set packed = x'0102030405060708090a' where entry_id = 1",
        "update texts set summary = cast(x'ff' as text) where entry_id = 1",
        "update texts set origin = '3' where entry_id = 1",
    ] {
        let fixture = StoreFixture::with(&[source("a")]).await;
        fixture.poll("a", vec![entry("a", "1"), entry("a", "2"), entry("a", "3")]).await;
        damage(&fixture, sql);
        fixture.titles().await;
        while fixture.store.fill_search_index().await.unwrap() > 0 {}
        assert!(fixture.store.search_index_is_complete().await.unwrap(), "{sql}");
        let indexed = |fixture: &StoreFixture| -> i64 {
            let conn = Connection::open(fixture.path()).unwrap();
            conn.query_row("select count(*) from search_docs", [], |row| row.get(0)).unwrap()
        };
        assert_eq!(indexed(&fixture), 2, "{sql}");
        assert!(fixture.store.mend_after(&corrupt(&fixture)).await);
        while fixture.store.fill_search_index().await.unwrap() > 0 {}
        assert_eq!(indexed(&fixture), 3, "{sql}");
    }
}

/// Damage of the database as a whole, by which no start may succeed in part.
#[tokio::test]
async fn damage_that_a_restart_cant_help_names_the_way_back_which_works() {
    for sql in [
        "delete from commits",
        "update commits set count = 9223372036854775807",
        "pragma user_version = 0",
        "drop table pauses",
        "drop index sources_due",
        "delete from search_index_config",
    ] {
        let mut fixture = StoreFixture::with(&[source("a")]).await;
        fixture.poll("a", vec![entry("a", "1")]).await;
        fixture.titles().await;
        fixture.store.close().await.unwrap();
        damage(&fixture, sql);
        let error = use_all(&mut fixture).await.unwrap_err();
        assert!(error.is_permanent() && error.hint().unwrap().contains("recover"), "{sql}: {error:?}");
        drop(fixture.store.close().await);
        riverd::store::backup::salvage::recover(&fixture.path(), fixture.now).unwrap();
        use_all(&mut fixture).await.unwrap();
        assert_eq!(fixture.titles().await, ["1 of a"], "{sql}");
    }
}

/// Opens the database as a start does, and uses what a daemon uses.
async fn use_all(fixture: &mut StoreFixture) -> Result<(), StoreError> {
    let store = riverd::store::Store::open(&fixture.path(), &fixture.dedup)?;
    fixture.store = store;
    fixture.follow_again().await?;
    fixture.store.pauses(fixture.now).await?;
    fixture.store.count_due(fixture.now, 1).await?;
    while fixture.store.fill_search_index().await? > 0 {}
    Ok(())
}

#[tokio::test]
async fn maintenance_mends_values_that_cant_be_read_so_that_their_articles_are_shown_again() {
    for sql in DAMAGED_ENTRIES {
        let fixture = StoreFixture::with(&[source("a")]).await;
        fixture.poll("a", vec![entry("a", "1"), entry("a", "2"), entry("a", "3")]).await;
        fixture.titles().await;
        damage(&fixture, sql);
        fixture.store.maintain(&retention(30, 0), fixture.now, 10).await.unwrap();
        assert_eq!(fixture.titles().await.len(), 3, "{sql}");
    }
}
