//! Tests the pages of articles of a tag, a source and a search: whatever their size, they hold each article once, in one order.

use riverd::model::{Article, EntryPlace, Source};
use riverd::store::RiverSelection;
use riverd::text::search::SearchQuery;
use riverd::time::DAY;

use super::fixture::{StoreFixture, dated, edited, entry, retention, source};

fn tagged(name: &str) -> Source {
    Source { tags: vec!["sea".to_owned()], ..source(name) }
}

/// Returns the titles on each page of this size, the newest page first.
async fn pages(fixture: &StoreFixture, selection: &RiverSelection, size: usize) -> Vec<Vec<String>> {
    let (mut pages, mut before) = (Vec::new(), None);
    loop {
        let page = fixture.store.page(selection, before, size).await.unwrap();
        pages.push(page.articles.into_iter().map(|item| item.title).collect());
        assert!(pages.len() < 1000, "{pages:?}");
        before = page.older_before;
        if before.is_none() {
            return pages;
        }
    }
}

/// Publishes what is stored, and fills the index.
async fn publish(fixture: &StoreFixture) {
    fixture.store.publish(fixture.now).await.unwrap();
    while fixture.store.fill_search_index().await.unwrap() > 0 {}
}

fn selections() -> [RiverSelection; 3] {
    [
        RiverSelection::Tag("sea".to_owned()),
        RiverSelection::Source("a".to_owned()),
        RiverSelection::Search(SearchQuery::parse("of").unwrap()),
    ]
}

/// Returns a store in which the sources `a` and `b` share some stories, which `b` has later; `other` has no tag.
async fn shared_stories() -> StoreFixture {
    let mut fixture = StoreFixture::with(&[tagged("a"), tagged("b"), source("other")]).await;
    let numbered = |from: usize, to: usize| -> Vec<Article> {
        (from..to).map(|number| entry("quay", &number.to_string())).collect()
    };
    let past = fixture.now.saturating_sub(20 * DAY);
    fixture.poll("b", Vec::new()).await;
    // All of the first poll have one date, so their rows order them.
    fixture.poll("a", numbered(0, 20).into_iter().map(|article| dated(article, past)).collect()).await;
    fixture.wait(DAY);
    fixture.poll("a", numbered(0, 25)).await;
    fixture.wait(DAY);
    fixture.poll("b", numbered(5, 8)).await;
    fixture.poll("other", numbered(10, 12)).await;
    publish(&fixture).await;
    fixture
}

#[tokio::test]
async fn pages_of_every_size_hold_each_article_once() {
    let fixture = shared_stories().await;
    for selection in selections() {
        let whole = pages(&fixture, &selection, 100).await.concat();
        assert_eq!(whole.len(), 25, "{selection:?}: {whole:?}");
        for size in [1, 2, 3, 7, 24, 25] {
            let pages = pages(&fixture, &selection, size).await;
            assert!(pages[..pages.len() - 1].iter().all(|page| page.len() == size), "{pages:?}");
            let mut titles = pages.concat();
            titles.sort();
            titles.dedup();
            assert_eq!(titles.len(), 25, "{selection:?}, {size} on a page");
        }
    }
    let [tag, of_a, _] = selections();
    let mut newest = pages(&fixture, &tag, 3).await[0].clone();
    newest.sort();
    assert_eq!(newest, ["5 of quay", "6 of quay", "7 of quay"], "they reached `b` last");
    assert!(pages(&fixture, &of_a, 3).await[0].iter().all(|title| title.starts_with('2')));
}

#[tokio::test]
async fn newer_leads_back_through_the_same_articles() {
    let fixture = shared_stories().await;
    for selection in selections() {
        let mut places: Vec<Option<EntryPlace>> = vec![None];
        while let Some(older) =
            fixture.store.page(&selection, *places.last().unwrap(), 4).await.unwrap().older_before
        {
            places.push(Some(older));
        }
        assert_eq!(places.len(), 7, "{selection:?}");
        for (place, newer) in places[1..].iter().zip(&places) {
            let page = fixture.store.page(&selection, *place, 4).await.unwrap();
            assert_eq!(page.newer_before, *newer, "{selection:?} at {place:?}");
        }
    }
}

#[tokio::test]
async fn no_article_is_left_out_when_the_one_at_the_end_of_a_page_is_edited_or_deleted() {
    let mut fixture = shared_stories().await;
    let [tag, of_a, search] = selections();
    let first = fixture.store.page(&search, None, 10).await.unwrap();
    let before = first.older_before.unwrap();
    let rest = fixture.store.page(&search, Some(before), 100).await.unwrap().articles;
    let row = |sql: &str| {
        let conn = rusqlite::Connection::open(fixture.path()).unwrap();
        conn.query_row(sql, [before.entry], |row| row.get::<_, String>(0)).unwrap()
    };
    let title = row("select title from entries where id = ?");
    let number = title.split(' ').next().unwrap().to_owned();
    fixture.poll("a", vec![edited(entry("quay", &number), "edited of quay")]).await;
    publish(&fixture).await;
    let after = fixture.store.page(&search, Some(before), 100).await.unwrap().articles;
    assert!(rest.iter().all(|item| after.iter().any(|other| other.id == item.id)));
    // Retention deletes what the feeds list no more.
    fixture.wait(400 * DAY);
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    publish(&fixture).await;
    for selection in [tag, of_a, search] {
        let whole = pages(&fixture, &selection, 100).await.concat();
        assert!((1..25).contains(&whole.len()), "{selection:?}: {whole:?}");
        assert_eq!(pages(&fixture, &selection, 1).await.concat().len(), whole.len());
    }
}
