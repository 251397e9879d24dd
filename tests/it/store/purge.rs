//! Tests that a purged source takes along everything that only it brought.

use riverd::model::{Article, SafeHtml};
use riverd::store::{PurgeChoice, StoreError, SyncReport, note_purge_choice};

use super::fixture::{StoreFixture, entry, retention, source};

#[tokio::test]
async fn articles_of_a_purged_source_alone_are_deleted_and_shared_ones_keep_their_guid() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    let shared = entry("agency", "9");
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2"), shared.clone()]).await;
    fixture.poll("b", vec![entry("b", "1"), shared]).await;
    let guid = |river: &[riverd::model::RiverItem]| {
        river
            .iter()
            .find(|item| item.title == "9 of agency")
            .map(|item| (item.guid.clone(), item.source.name.clone()))
    };
    let (before, represents) = guid(&fixture.river(10).await).unwrap();
    assert_eq!(represents, "a");
    note_purge_choice(&fixture.path(), "https://a.example/feed", PurgeChoice::Purge).unwrap();
    assert_eq!(fixture.titles().await.len(), 4, "nothing happens while feeds.toml names the source");

    let report = fixture.follow(&[source("b")]).await;
    assert_eq!(report, SyncReport { added: 0, retired: 1, purged: 2 });
    let river = fixture.river(10).await;
    assert_eq!(river.len(), 2);
    assert_eq!(guid(&river), Some((before, "b".to_owned())));
    assert_eq!(fixture.store.statuses().await.unwrap().len(), 1);
    fixture.restart().await;
    assert_eq!(fixture.river(10).await.len(), 2);
}

#[tokio::test]
async fn a_source_that_comes_back_after_a_purge_is_a_new_one() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    note_purge_choice(&fixture.path(), "https://a.example/feed", PurgeChoice::Purge).unwrap();
    fixture.follow(&[]).await;
    assert!(fixture.river(10).await.is_empty());
    fixture.follow(&[source("a")]).await;
    assert_eq!(fixture.due().await, ["a"]);
    assert_eq!(fixture.poll("a", vec![entry("a", "1")]).await.added, 1);
}

#[tokio::test]
async fn a_purge_that_was_cancelled_or_that_no_source_matches_deletes_nothing() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let note = |choice| note_purge_choice(&fixture.path(), "https://a.example/feed", choice).unwrap();
    note(PurgeChoice::Purge);
    note(PurgeChoice::Keep);
    let path = fixture.path();
    assert_eq!(fixture.follow(&[]).await.purged, 0);
    fixture.follow(&[source("a")]).await;
    assert_eq!(fixture.river(10).await.len(), 1);
    note_purge_choice(&path, "https://nobody.example/", PurgeChoice::Purge).unwrap();
    assert!(matches!(
        note_purge_choice(&path.join("none"), "x", PurgeChoice::Purge),
        Err(StoreError::NotWritable { .. } | StoreError::Sqlite(_))
    ));
}

#[tokio::test]
async fn a_poll_that_ends_after_the_purge_brings_nothing_back() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let row = fixture.id("a").await;
    note_purge_choice(&fixture.path(), "https://a.example/feed", PurgeChoice::Purge).unwrap();
    fixture.follow(&[]).await;
    let late = fixture.try_poll(row, riverd::model::Listing::Whole, vec![entry("a", "2")]).await;
    assert!(matches!(late, Err(StoreError::NoSuchSource(_))), "{late:?}");
    assert!(fixture.river(10).await.is_empty());
}

#[tokio::test]
async fn after_a_large_purge_the_next_maintenance_gives_the_space_back_to_the_disk() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    // Random text, because compression would make anything else small.
    let mut random = fastrand::Rng::with_seed(7);
    let long = |n: usize, random: &mut fastrand::Rng| {
        let text: String = std::iter::repeat_with(|| random.alphanumeric()).take(1 << 20).collect();
        Article { content: Some(SafeHtml::assume_sanitised(text)), ..entry("a", &n.to_string()) }
    };
    let articles = (0..30).map(|n| long(n, &mut random)).collect();
    fixture.poll("a", articles).await;
    fixture.poll("b", vec![entry("b", "1")]).await;
    let maintain = async |fixture: &StoreFixture| {
        fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap()
    };
    let size = |fixture: &StoreFixture| std::fs::metadata(fixture.path()).unwrap().len();
    maintain(&fixture).await;
    let full = size(&fixture);
    assert!(full > 20 << 20, "{full}");
    note_purge_choice(&fixture.path(), "https://a.example/feed", PurgeChoice::Purge).unwrap();
    fixture.follow(&[source("b")]).await;
    maintain(&fixture).await;
    let left = size(&fixture);
    assert!(left < 10 << 20, "{left} of {full} bytes");
    assert_eq!(fixture.river(10).await.len(), 1);
}
