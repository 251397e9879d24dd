//! The archive of the river: numbers that are given once, and what retention leaves of its pages.

use riverd::model::Article;
use riverd::store::RiverSelection;
use riverd::time::DAY;

use super::fixture::{StoreFixture, archive_end, dated, entry, retention, source};

/// Returns the entries `range` of the source `a`, dated a second apart.
fn entries(fixture: &StoreFixture, range: std::ops::Range<u32>) -> Vec<Article> {
    let at = |n: u32| fixture.now.saturating_sub(std::time::Duration::from_secs(u64::from(1_000 - n)));
    range.rev().map(|n| dated(entry("a", &n.to_string()), at(n))).collect()
}

/// Returns how many articles have these numbers, and the number of the next older article.
async fn page(
    fixture: &StoreFixture,
    numbers: std::ops::RangeInclusive<u64>,
) -> Option<(usize, Option<u64>)> {
    let found = fixture.store.archived(&RiverSelection::River, numbers).await.unwrap();
    found.map(|found| (found.articles.len(), found.next_older))
}

#[tokio::test]
async fn pages_lose_what_retention_deletes_and_are_passed_over_once_they_are_empty() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    assert_eq!(archive_end(&fixture, &RiverSelection::River).await, None);
    assert_eq!(page(&fixture, 1..=100).await, None);
    fixture.poll("a", entries(&fixture, 0..150)).await;
    fixture.river(10).await;
    assert_eq!(page(&fixture, 1..=100).await, Some((100, None)));
    assert_eq!(page(&fixture, 101..=200).await, Some((50, Some(100))));
    assert_eq!(page(&fixture, 201..=300).await, None);

    // The newest of the old articles stay, because their feed still lists them.
    fixture.wait(100 * DAY);
    let mut listed = entries(&fixture, 200..260);
    listed.extend(entries(&fixture, 140..150));
    fixture.poll("a", listed).await;
    fixture.river(10).await;
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    assert_eq!(page(&fixture, 1..=100).await, Some((0, None)));
    assert_eq!(page(&fixture, 101..=200).await, Some((60, None)));
    assert_eq!(page(&fixture, 201..=300).await, Some((10, Some(200))));

    fixture.wait(100 * DAY);
    fixture.poll("a", entries(&fixture, 300..301)).await;
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    fixture.river(10).await;
    let end = archive_end(&fixture, &RiverSelection::River).await.unwrap();
    assert_eq!((end.newest, end.last), (211, 211));
    assert_eq!(page(&fixture, 201..=300).await, Some((1, None)));
}

#[tokio::test]
async fn the_number_of_a_deleted_article_is_never_given_again() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", entries(&fixture, 0..3)).await;
    fixture.river(10).await;
    riverd::store::note_purge_choice(
        &fixture.path(),
        "https://a.example/feed",
        riverd::store::PurgeChoice::Purge,
    )
    .unwrap();
    fixture.follow(&[source("b")]).await;
    fixture.restart().await;
    assert_eq!(archive_end(&fixture, &RiverSelection::River).await, None);
    fixture.poll("b", vec![entry("b", "1")]).await;
    fixture.river(10).await;
    let end = archive_end(&fixture, &RiverSelection::River).await.unwrap();
    assert_eq!((end.newest, end.last), (4, 4));
}
