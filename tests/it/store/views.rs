//! Which articles the store keeps for a view, as entries come, are edited and go, and as feeds.toml changes.

use std::sync::Arc;

use riverd::model::{ContentDepth, EntryFilter, Pattern, Source, View};
use riverd::store::RiverSelection;
use riverd::time::DAY;

use super::fixture::{StoreFixture, archive_end, edited, entry, retention, source};

fn view(name: &str) -> View {
    View {
        name: name.to_owned(),
        title: None,
        tags: Vec::new(),
        sources: Vec::new(),
        filter: EntryFilter::default(),
        articles: 10,
        content: ContentDepth::Full,
    }
}

fn tagged(name: &str, tag: &str) -> Source {
    Source { tags: vec![tag.to_owned()], ..source(name) }
}

fn keeping(word: &str) -> EntryFilter {
    EntryFilter { keep: vec![Pattern::Word(word.to_owned())], ..EntryFilter::default() }
}

async fn follow(fixture: &StoreFixture, views: &[View]) {
    let views: Vec<_> = views.iter().cloned().map(Arc::new).collect();
    fixture.store.sync_views(&views).await.unwrap();
}

/// Publishes, brings the views up to date, and returns the sorted titles of one.
async fn titles(fixture: &StoreFixture, view: &str) -> Vec<String> {
    fixture.store.publish(fixture.now).await.unwrap();
    while fixture.store.update_views().await.unwrap().more {}
    let selection = RiverSelection::View(view.to_owned());
    let mut titles: Vec<_> =
        fixture.store.latest(&selection, 100).await.unwrap().into_iter().map(|item| item.title).collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn a_view_follows_its_entries() {
    let mut fixture = StoreFixture::with(&[tagged("a", "x"), source("b"), source("c")]).await;
    let v = View { tags: vec!["x".to_owned()], sources: vec!["b".to_owned()], ..view("v") };
    let filtered = View { filter: keeping("plum"), ..view("plums") };
    follow(&fixture, &[v, filtered]).await;
    fixture.poll("a", vec![entry("a", "1"), entry("page", "shared")]).await;
    fixture.poll("c", vec![entry("c", "2"), entry("page", "other")]).await;
    assert_eq!(titles(&fixture, "v").await, ["1 of a", "shared of page"]);
    assert!(titles(&fixture, "plums").await.is_empty());

    // An article of another source reaches the view with an entry of one of its sources.
    fixture.poll("b", vec![entry("page", "other")]).await;
    assert_eq!(titles(&fixture, "v").await, ["1 of a", "other of page", "shared of page"]);
    fixture.poll("c", vec![edited(entry("c", "2"), "A plum"), entry("page", "other")]).await;
    assert_eq!(titles(&fixture, "plums").await, ["A plum"]);
    fixture.wait(DAY);
    fixture.poll("c", vec![edited(edited(entry("c", "2"), ""), "A pear"), entry("page", "other")]).await;
    assert!(titles(&fixture, "plums").await.is_empty());

    fixture.wait(100 * DAY);
    fixture.poll("a", vec![entry("a", "3")]).await;
    fixture.poll("b", vec![entry("b", "4")]).await;
    fixture.poll("c", Vec::new()).await;
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    assert_eq!(titles(&fixture, "v").await, ["3 of a", "4 of b"]);
}

#[tokio::test]
async fn what_a_view_drops_does_not_represent_an_article_in_it() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    let drop = EntryFilter { drop: vec![Pattern::Word("plum".to_owned())], ..EntryFilter::default() };
    follow(&fixture, &[View { filter: drop, ..view("v") }]).await;
    let page = |title| edited(entry("page", title), title);
    fixture.poll("a", vec![page("plum"), page("pear")]).await;
    let titled = |entry_title, title| edited(entry("page", entry_title), title);
    fixture.poll("b", vec![titled("plum", "A fruit"), titled("pear", "A plum, or a pear")]).await;
    assert_eq!(titles(&fixture, "v").await, ["pear"]);
}

#[tokio::test]
async fn a_new_view_is_compared_with_all_stored_articles_in_steps() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let numbered: Vec<_> = (0..1_000).map(|n| entry("a", &n.to_string())).collect();
    fixture.poll("a", numbered).await;
    fixture.store.publish(fixture.now).await.unwrap();
    follow(&fixture, &[View { filter: keeping("7"), ..view("v") }, view("all")]).await;
    assert!(!fixture.store.view_is_filled("v").await.unwrap());
    let first = fixture.store.update_views().await.unwrap();
    assert!(first.more && !fixture.store.view_is_filled("v").await.unwrap());
    // What comes meanwhile is compared at once.
    fixture.poll("a", vec![entry("a", "7 more")]).await;
    assert_eq!(titles(&fixture, "v").await, ["7 more of a", "7 of a"]);
    assert!(fixture.store.view_is_filled("v").await.unwrap());
    let all = RiverSelection::View("all".to_owned());
    assert_eq!(archive_end(&fixture, &all).await.unwrap().last, 1_001);
    let pages = [1..=100, 901..=1_000, 1_001..=1_100];
    let mut counts = Vec::new();
    for numbers in pages {
        counts.push(fixture.store.archived(&all, numbers).await.unwrap().unwrap().articles.len());
    }
    assert_eq!(counts, [100, 100, 1]);
}

#[tokio::test]
async fn a_view_that_is_taken_out_goes_and_a_changed_one_is_compared_again() {
    let mut fixture = StoreFixture::with(&[tagged("a", "x"), source("b")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.poll("b", vec![entry("b", "2")]).await;
    let v = View { tags: vec!["x".to_owned()], ..view("v") };
    follow(&fixture, std::slice::from_ref(&v)).await;
    assert_eq!(titles(&fixture, "v").await, ["1 of a"]);
    // The source loses its tag, and the other one gets it.
    fixture.follow(&[source("a"), tagged("b", "x")]).await;
    follow(&fixture, std::slice::from_ref(&v)).await;
    assert_eq!(titles(&fixture, "v").await, ["2 of b"]);
    follow(&fixture, &[]).await;
    assert!(titles(&fixture, "v").await.is_empty());
    assert!(!fixture.store.view_is_filled("v").await.unwrap());
    follow(&fixture, &[View { tags: Vec::new(), ..v }]).await;
    assert_eq!(titles(&fixture, "v").await, ["1 of a", "2 of b"]);
}
