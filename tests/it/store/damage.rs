//! Tests what becomes of a database with single damaged values: what can be read is served, and the damage is told.

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
    let document = super::fixture::document_articles(riverd::model::Listing::Whole, vec![entry("a", "1")]);
    let error = fixture.store.record_poll(fixture.record(fixture.id("a").await, document)).await.unwrap_err();
    assert!(error.may_concern_one_record() && error.hint().is_some(), "{error}");
    assert_eq!(fixture.store.health().failure, None, "the other sources can be stored");
    fixture.poll("b", vec![entry("b", "1")]).await;
}

#[tokio::test]
async fn damage_that_hides_a_source_names_the_file_and_the_way_back() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    damage(&fixture, "update sources set name = cast(x'ff' as text)");
    let error = fixture.store.statuses().await.unwrap_err();
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
