//! Tests that the full-text index follows what is stored.

use riverd::model::Source;
use riverd::store::StoreError;
use riverd::text::search::SearchQuery;
use riverd::time::DAY;

use super::fixture::{StoreFixture, edited, entry, retention, source};

/// Fills the index, and returns the titles of the articles that match.
async fn found(fixture: &StoreFixture, query: &str) -> Vec<String> {
    fixture.store.publish(fixture.now).await.unwrap();
    while fixture.store.fill_search_index().await.unwrap() > 0 {}
    assert!(fixture.store.search_index_is_complete().await.unwrap());
    let query = SearchQuery::parse(query).unwrap();
    let mut titles: Vec<String> =
        fixture.store.search(&query, 100).await.unwrap().into_iter().map(|item| item.title).collect();
    titles.sort();
    titles
}

/// Returns how many entries are stored, and how many the index has.
fn counts(fixture: &StoreFixture) -> (i64, i64) {
    let conn = rusqlite::Connection::open(fixture.path()).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get(0)).unwrap();
    conn.execute("insert into search_index (search_index) values ('integrity-check')", []).unwrap();
    (count("select count(*) from entries"), count("select count(*) from search_docs"))
}

fn tagged(name: &str, tag: &str) -> Source {
    Source { tags: vec![tag.to_owned()], ..source(name) }
}

#[tokio::test]
async fn new_edited_and_pruned_articles_are_found_as_they_are_now() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    assert_eq!(found(&fixture, "of").await, ["1 of a", "2 of a"]);
    fixture.poll("a", vec![edited(entry("a", "1"), "Changed"), entry("a", "2")]).await;
    assert_eq!(found(&fixture, "title:changed").await, ["Changed"]);
    assert_eq!(found(&fixture, "title:of").await, ["2 of a"]);
    assert_eq!(counts(&fixture), (2, 2));

    fixture.wait(40 * DAY);
    fixture.poll("a", vec![entry("a", "3")]).await;
    fixture.wait(DAY);
    assert_eq!(fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap(), 2);
    assert_eq!(found(&fixture, "of").await, ["3 of a"]);
    assert_eq!(counts(&fixture), (1, 1));
}

#[tokio::test]
async fn a_renamed_source_is_found_by_its_new_name_and_a_filter_hides_without_a_new_index() {
    let mut fixture = StoreFixture::with(&[source("before")]).await;
    fixture.poll("before", vec![entry("a", "1"), entry("a", "2")]).await;
    assert_eq!(found(&fixture, "before").await.len(), 2);
    let mut renamed = Source { title: Some("Después".to_owned()), ..source("before") };
    fixture.follow(&[renamed.clone()]).await;
    assert_eq!(found(&fixture, "despues").await.len(), 2);
    renamed.filter.drop = vec![riverd::model::Pattern::Word("2 of".to_owned())];
    fixture.follow(&[renamed]).await;
    assert_eq!(found(&fixture, "despues").await, ["1 of a"]);
}

#[tokio::test]
async fn tags_and_sources_narrow_a_search_and_unknown_ones_are_named() {
    let mut fixture = StoreFixture::with(&[tagged("a", "x"), tagged("b", "x"), tagged("c", "y")]).await;
    for name in ["a", "b", "c"] {
        fixture.poll(name, vec![entry(name, "1")]).await;
    }
    assert_eq!(found(&fixture, "tag:x").await, ["1 of a", "1 of b"]);
    assert_eq!(found(&fixture, "of tag:x tag:y -source:b").await, ["1 of a", "1 of c"]);
    assert_eq!(found(&fixture, "tag:x source:c").await, Vec::<String>::new());
    let refused = |query: &str| SearchQuery::parse(query).unwrap();
    let error = fixture.store.search(&refused("tag:z"), 10).await.unwrap_err();
    assert!(matches!(&error, StoreError::NoSuchTag(tag) if tag == "z"), "{error}");
    let error = fixture.store.search(&refused("-source:z"), 10).await.unwrap_err();
    assert!(matches!(&error, StoreError::NoSourceNamed(name) if name == "z"), "{error}");
    // More sources than are looked up in the index.
    let many: Vec<Source> = (0..100).map(|number| tagged(&format!("m{number}"), "many")).collect();
    fixture.follow(&[many, vec![tagged("a", "x")]].concat()).await;
    fixture.poll("m7", vec![entry("m7", "1")]).await;
    assert_eq!(found(&fixture, "of tag:many").await, ["1 of m7"]);
    assert_eq!(found(&fixture, "of -tag:many source:a").await, ["1 of a"]);
}

#[tokio::test]
async fn articles_from_before_the_index_are_indexed_from_the_newest_on() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let entries = (0..200).map(|number| entry("a", &format!("n{number}"))).collect();
    fixture.poll("a", entries).await;
    fixture.store.publish(fixture.now).await.unwrap();
    let conn = rusqlite::Connection::open(fixture.path()).unwrap();
    // As the migration leaves the progress in a database that has articles.
    conn.execute("update search_progress set newest = 200, oldest = 201", []).unwrap();
    drop(conn);
    fixture.restart().await;
    // The first entry of a document is its newest one.
    let newest = SearchQuery::parse("n0").unwrap();
    assert_eq!(fixture.store.fill_search_index().await.unwrap(), 64);
    assert_eq!(fixture.store.search(&newest, 10).await.unwrap().len(), 1);
    assert!(!fixture.store.search_index_is_complete().await.unwrap());
    assert_eq!(found(&fixture, "n199").await, ["n199 of a"]);
    assert_eq!(counts(&fixture), (200, 200));
}

#[tokio::test]
async fn the_newest_places_come_first_however_many_share_a_minute() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    for (name, count) in [("a", 3000), ("b", 3000)] {
        let entries = (0..count).map(|number| {
            let article = entry(name, &format!("n{number}"));
            super::fixture::dated(article, fixture.now.saturating_sub(10 * DAY))
        });
        fixture.poll(name, entries.collect()).await;
    }
    fixture.wait(DAY);
    let mut later = vec![entry("a", "later")];
    later.extend((0..20).map(|number| entry("a", &format!("n{number}"))));
    fixture.poll("a", later).await;
    found(&fixture, "later").await;
    assert_eq!(counts(&fixture), (6001, 6001));
    let first = fixture.store.search(&SearchQuery::parse("of").unwrap(), 1).await.unwrap();
    assert_eq!(first.first().map(|item| item.title.as_str()), Some("later of a"));
}

#[tokio::test]
async fn words_that_no_entry_has_any_more_leave_the_list_of_words() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let words = |fixture: &StoreFixture| -> Vec<String> {
        let conn = rusqlite::Connection::open(fixture.path()).unwrap();
        let mut query =
            conn.prepare("select word from search_words where word like 'odd%' order by word").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    // More words than one step looks up.
    let title = |edit: u32| (0..1500).map(|word| format!("odd{edit}w{word} ")).collect::<String>();
    fixture.poll("a", vec![entry("a", "1"), edited(entry("a", "2"), "oddity")]).await;
    fixture.poll("a", vec![edited(entry("a", "1"), &title(1)), edited(entry("a", "2"), "oddity")]).await;
    assert_eq!(found(&fixture, "odd1w7").await.len(), 1);
    let second = edited(edited(entry("a", "1"), ""), "odd ending");
    fixture.poll("a", vec![second, edited(entry("a", "2"), "oddity")]).await;
    // Words that are gone stand for the prefix, in the place of one that is there.
    assert_eq!(found(&fixture, "odd*").await, ["odd ending"]);
    assert_eq!(words(&fixture).len(), 1502);
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    assert_eq!(words(&fixture), ["odd", "oddity"]);
    assert_eq!(found(&fixture, "odd*").await, ["odd ending", "oddity"]);
}
