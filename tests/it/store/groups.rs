//! Several sources: what joins, who represents it, and what stays once it is published.

use riverd::model::{Origin, Source};
use riverd::time::HOUR;

use super::lab::{Lab, edited, entry, source};

#[tokio::test]
async fn one_page_in_two_sources_is_one_article_with_an_also_in() {
    let lab = Lab::with(&[source("a"), source("b")]).await;
    lab.poll("a", vec![entry("a", "1")]).await;
    let receipt = lab.poll("b", vec![edited(entry("a", "1"), "as b calls it")]).await;
    assert_eq!((receipt.added, receipt.grouped), (0, 1));
    let river = lab.river(10).await;
    assert_eq!(river.len(), 1);
    assert_eq!(river[0].source.name, "a");
    assert_eq!(river[0].also_in.len(), 1);
    assert_eq!(
        (river[0].also_in[0].source.as_str(), river[0].also_in[0].title.as_str()),
        ("b", "as b calls it")
    );
}

#[tokio::test]
async fn the_own_site_represents_before_an_aggregator_unless_priority_says_otherwise() {
    let aggregated = || {
        let mut article = edited(entry("site", "1"), "aggregated");
        article.origin = Some(Origin { title: Some("Site".to_owned()), url: None });
        article
    };
    let lab = Lab::with(&[source("aggregator"), source("site")]).await;
    lab.poll("aggregator", vec![aggregated()]).await;
    lab.poll("site", vec![entry("site", "1")]).await;
    assert_eq!(lab.river(10).await[0].source.name, "site");

    let preferred = Source { priority: 1, ..source("aggregator") };
    let lab = Lab::with(&[source("site"), preferred]).await;
    lab.poll("site", vec![entry("site", "1")]).await;
    lab.poll("aggregator", vec![aggregated()]).await;
    assert_eq!(lab.river(10).await[0].source.name, "aggregator");
}

#[tokio::test]
async fn once_published_the_representative_never_flips() {
    let mut lab = Lab::with(&[Source { priority: 9, ..source("late") }, source("early")]).await;
    lab.poll("early", vec![entry("early", "1")]).await;
    let before = lab.river(10).await.remove(0);
    lab.wait(HOUR);
    assert_eq!(lab.poll("late", vec![entry("early", "1")]).await.grouped, 1);
    let after = lab.river(10).await.remove(0);
    assert_eq!(
        (after.guid, after.river_at, after.source.name),
        (before.guid, before.river_at, before.source.name)
    );
    assert_eq!(after.also_in.len(), 1);
}

#[tokio::test]
async fn a_home_page_that_many_entries_link_to_makes_them_no_group() {
    let lab = Lab::with(&[source("a"), source("b")]).await;
    let home = |host: &str, page: &str| {
        let mut article = entry(host, page);
        article.canonical_url = entry("home", "").canonical_url;
        article
    };
    for (first, second) in [("a", "b"), ("b", "a")] {
        let lab = Lab::with(&[source("a"), source("b")]).await;
        lab.poll(first, vec![home(first, "1"), home(first, "2")]).await;
        lab.poll(second, vec![home(second, "3")]).await;
        assert_eq!(lab.river(10).await.len(), 3);
    }
    drop(lab);
}

#[tokio::test]
async fn our_own_river_subscribed_again_doubles_nothing() {
    let mut lab = Lab::with(&[source("a"), source("river")]).await;
    lab.poll("a", vec![entry("a", "1")]).await;
    let article = lab.river(10).await.remove(0);
    lab.wait(HOUR);
    let mut copy = entry("a", "1");
    copy.guid = Some(article.guid.clone());
    copy.canonical_url = None;
    let receipt = lab.poll("river", vec![copy]).await;
    assert_eq!((receipt.added, receipt.grouped, receipt.known), (0, 0, 1));
    let river = lab.river(10).await;
    assert_eq!((river.len(), river[0].also_in.len()), (1, 0));
}
