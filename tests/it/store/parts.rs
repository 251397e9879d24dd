//! Tests that a long document is stored in several transactions, and what is stored when that is interrupted.

use riverd::model::{Article, Listing};
use riverd::time::{DAY, HOUR};

use super::fixture::{START, StoreFixture, dated, document_articles, entry, source};

/// How many entries the long document has: enough for several transactions.
const ENTRIES: u32 = 1200;

/// Returns a long document, the newest entry first.
fn long_document() -> Vec<Article> {
    let page = |page: u32| dated(entry("a", &page.to_string()), START.saturating_sub((ENTRIES - page) * DAY));
    (0..ENTRIES).rev().map(page).collect()
}

fn newest_titles(count: u32) -> Vec<String> {
    (ENTRIES - count..ENTRIES).rev().map(|page| format!("{page} of a")).collect()
}

#[tokio::test]
async fn a_long_document_is_stored_whole_in_its_order() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let receipt = fixture.poll("a", long_document()).await;
    assert_eq!((receipt.added, receipt.known), (ENTRIES, 0));
    let titles: Vec<String> = fixture.titles().await;
    assert_eq!(titles, newest_titles(1000));
    fixture.wait(HOUR);
    let again = fixture.poll("a", long_document()).await;
    assert_eq!((again.added, again.updated, again.known), (0, 0, ENTRIES));
}

#[tokio::test]
async fn an_entry_that_a_long_document_no_longer_lists_is_unlisted_after_its_last_part() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "gone"), entry("a", "1199")]).await;
    fixture.wait(400 * DAY);
    fixture.poll("a", long_document()).await;
    let pruned =
        fixture.store.maintain(&super::fixture::retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    assert_eq!(pruned, 1, "only the entry that is not listed any more is pruned");
}

#[tokio::test]
async fn other_writes_get_their_turn_between_the_parts_of_a_long_document() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    let long = fixture.record(fixture.id("a").await, document_articles(Listing::Whole, long_document()));
    let (a, b) = (fixture.store.record_poll(long), async {
        fixture.poll("b", vec![entry("b", "1")]).await;
        fixture.store.statuses().await.unwrap()
    });
    let (stored, statuses) = tokio::join!(a, b);
    assert_eq!(stored.unwrap().added, ENTRIES);
    let long = statuses.iter().find(|status| status.name == "a").unwrap();
    assert!(long.articles < u64::from(ENTRIES), "the short document waited for the whole long one");
    assert_eq!(long.state.succeeded_at, None, "the validators come with the last part");
}

#[tokio::test]
async fn a_stop_between_two_parts_leaves_no_validators_and_the_next_poll_stores_the_rest() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let record = fixture.record(fixture.id("a").await, document_articles(Listing::Whole, long_document()));
    let store = fixture.store.clone();
    let (stored, ()) = tokio::join!(store.record_poll(record), async {
        store.ping().await.unwrap();
        store.close().await.unwrap();
    });
    stored.unwrap_err();
    fixture.store = riverd::store::Store::open(&fixture.path(), &fixture.dedup).unwrap();
    fixture.follow(&[source("a")]).await;
    let status = fixture.store.statuses().await.unwrap().remove(0);
    assert!((1..u64::from(ENTRIES)).contains(&status.articles), "{}", status.articles);
    assert_eq!(status.state.succeeded_at, None);

    let rest = fixture.poll("a", long_document()).await;
    assert_eq!(u64::from(rest.known), status.articles);
    assert_eq!(rest.added + rest.known, ENTRIES);
    assert_eq!(fixture.titles().await, newest_titles(1000));
}
