//! Tests that the river of a batch of polls does not depend on their order, nor on restarts in between.

use std::sync::LazyLock;

use proptest::prelude::*;
use riverd::article::fingerprint::fingerprint;
use riverd::config::NearDuplicates;
use riverd::model::{Article, Source};
use riverd::time::HOUR;

use super::fixture::{START, StoreFixture, dated, entry, exact, source};

const STORY: &str = "The council of the small harbour town voted late on Tuesday to keep its old lighthouse burning through \
    the winter, after fishermen had brought letters from three generations who steered home by it. The mayor said that \
    electricity for the lamp costs less than one lost boat, and that the keeper, who is eighty, has agreed to teach two \
    pupils from the school on the hill how to clean the lens and wind the clockwork by hand.";

const LEAD: &str = "The council of the small harbour town voted late on Tuesday to keep its old lighthouse burning through \
    the winter, after fishermen had brought letters from three generations who steered home by it.";

fn article(host: &str, page: &str, title: &str, text: &str) -> Article {
    let article = Article {
        title: title.to_owned(),
        fingerprint: fingerprint(title, text, &[], Some(START)),
        ..entry(host, page)
    };
    dated(article, START.saturating_sub(HOUR))
}

/// Returns the documents of the batch: pages that others link to, one story in four sources, a template for two towns,
/// and entries that no other source has.
fn batch() -> Vec<(&'static str, Vec<Article>)> {
    let title = "Lighthouse stays lit through the winter";
    let forecast = |host, town| {
        let text = format!(
            "The weather service expects a mostly cloudy day in {town} with light rain from the west in the afternoon, \
             and a fresh wind that calms down after sunset."
        );
        article(host, town, &format!("Weather for {town} on Friday"), &text)
    };
    vec![
        ("a", vec![article("a", "lighthouse", title, STORY), entry("a", "alone"), forecast("a", "Arvik")]),
        ("b", vec![entry("a", "alone"), entry("c", "linked"), forecast("b", "Skagen")]),
        (
            "c",
            vec![article(
                "c",
                "light",
                "Keeper, 80, teaches pupils: old lighthouse burning through winter",
                STORY,
            )],
        ),
        (
            "d",
            vec![
                article("d", "short", "Harbour town keeps its lighthouse burning", LEAD),
                entry("c", "linked"),
            ],
        ),
        ("e", vec![article("e", "tagged", title, &format!("(APB) {STORY} By Ann Lund")), entry("e", "own")]),
    ]
}

/// Returns the river after the polls in this order, with restarts after the given ones. Row ids and arrivals are not
/// compared.
async fn river(order: &[usize], restart_after: &[bool]) -> Vec<String> {
    let mut dedup = exact();
    dedup.near_duplicates = NearDuplicates::Group;
    let sources = [source("a"), source("b"), Source { priority: 3, ..source("c") }, source("d"), source("e")];
    let mut fixture = StoreFixture::deduplicating(&sources, dedup).await;
    let batch = batch();
    for (number, restart) in order.iter().zip(restart_after) {
        let (name, articles) = &batch[*number];
        fixture.poll(name, articles.clone()).await;
        if *restart {
            fixture.restart().await;
        }
    }
    let shown = fixture.river(100).await;
    shown
        .iter()
        .map(|item| {
            let also: Vec<_> = item.also_in.iter().map(|place| (&place.source, &place.url)).collect();
            format!("{} {} {} {} {also:?}", item.guid, item.river_at, item.source.name, item.title)
        })
        .collect()
}

static IN_ORDER: LazyLock<Vec<String>> =
    LazyLock::new(|| tokio::runtime::Runtime::new().unwrap().block_on(river(&[0, 1, 2, 3, 4], &[false; 5])));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn any_order_of_arrival_gives_the_same_river(
        order in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle(),
        restart_after in proptest::collection::vec(any::<bool>(), 5),
    ) {
        let found = tokio::runtime::Runtime::new().unwrap().block_on(river(&order, &restart_after));
        prop_assert_eq!(&found, &*IN_ORDER);
    }
}

#[tokio::test]
async fn the_batch_holds_one_story_in_four_sources_and_two_pages_in_two() {
    let river = river(&[0, 1, 2, 3, 4], &[false; 5]).await;
    assert_eq!(river.len(), 6, "{river:#?}");
    let lighthouse =
        river.iter().find(|item| item.contains("Keeper, 80")).expect("the story with the title of `c`");
    assert_eq!(lighthouse.matches("https://").count(), 3, "{lighthouse}");
}
