//! Tests what holds for any order of arrival, any restarts, and any subscriber who reads often enough.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use riverd::article::fingerprint::fingerprint;
use riverd::config::{Dedup, NearDuplicates};
use riverd::model::{Article, RiverItem, Source};
use riverd::time::{HOUR, MINUTE, Timestamp};

use super::fixture::{START, StoreFixture, dated, edited, entry, exact, source};

/// How a source presents a story.
#[derive(Clone, Copy, Debug)]
enum Presentation {
    /// On a page of its own, in a few words of its own; it never joins another.
    Alone,
    /// On a page of its own, in words that other sources use too.
    Copied,
    /// As a link to a page that others link to, without a text.
    Linked,
    /// As a link to that page with the shared words; it joins both kinds.
    LinkedAndCopied,
}

/// The document of one poll: its source, and the stories that it lists, each with its presentation.
type RawDocument = (usize, Vec<(usize, Presentation)>);

const SOURCES: usize = 4;
const STORIES: [&str; 5] = [
    "harbour lighthouse keeper winter letters fishermen council lamp clockwork lens pupils school hill",
    "orchard frost blossom growers candles smoke valley night apples cooperative harvest sparrows ladder",
    "tram bridge engineers rust rivets river closure detour merchants market square timetable crane",
    "library flood manuscripts volunteers freezer drying monks cellar pumps insurance catalogue bishop",
    "glacier survey drone students meltwater turbine cabin supply helicopter avalanche map summit ropes",
];

fn documents() -> impl Strategy<Value = Vec<RawDocument>> {
    let presentation = prop_oneof![
        Just(Presentation::Alone),
        Just(Presentation::Copied),
        Just(Presentation::Linked),
        Just(Presentation::LinkedAndCopied)
    ];
    let stories = proptest::collection::btree_map(0..STORIES.len(), presentation, 1..=3);
    proptest::collection::btree_map(0..SOURCES, stories, 1..=SOURCES).prop_map(|documents| {
        documents.into_iter().map(|(source, stories)| (source, stories.into_iter().collect())).collect()
    })
}

fn sources(priorities: &[i64]) -> Vec<Source> {
    let named = |(number, priority): (usize, &i64)| Source { priority: *priority, ..source(&name(number)) };
    priorities.iter().enumerate().map(named).collect()
}

fn name(source: usize) -> String {
    format!("s{source}")
}

/// Returns an entry of `source`, dated so that no two sources have the same hour.
fn article_of(source: usize, story: usize, presentation: Presentation) -> Article {
    let mut article = entry(&name(source), &story.to_string());
    article = dated(article, START.saturating_sub((source as u32 * 5 + story as u32) * HOUR));
    if matches!(presentation, Presentation::Linked | Presentation::LinkedAndCopied) {
        let page = entry("hub", &story.to_string());
        (article.url, article.canonical_url) = (page.url, page.canonical_url);
    }
    if matches!(presentation, Presentation::Copied | Presentation::LinkedAndCopied) {
        article.fingerprint = fingerprint(&article.title, &text(story), &[], None);
    }
    article
}

/// Returns a text of which no two stories share five words in a row.
fn text(story: usize) -> String {
    let words: Vec<&str> = STORIES[story].split(' ').collect();
    let mut text = String::new();
    for turn in 0..6 {
        for word in 0..words.len() {
            text += words[(word * (turn + 1) + turn) % words.len()];
            text += " ";
        }
    }
    text
}

/// What a subscriber sees of an article, in an order that no arrival changes.
#[derive(Clone, PartialEq, Eq, Debug)]
struct ShownArticle {
    guid: String,
    source: String,
    title: String,
    river_at: Timestamp,
    also_in: BTreeSet<String>,
}

impl From<RiverItem> for ShownArticle {
    fn from(item: RiverItem) -> Self {
        Self {
            guid: item.guid,
            source: item.source.name,
            title: item.title,
            river_at: item.river_at,
            also_in: item.also_in.into_iter().map(|also| also.source).collect(),
        }
    }
}

async fn river(fixture: &StoreFixture) -> Vec<ShownArticle> {
    fixture.river(1000).await.into_iter().map(ShownArticle::from).collect()
}

/// Polls the documents in the order of `turns`, and restarts before those that `restarts` names.
async fn poll_all(
    fixture: &mut StoreFixture,
    documents: &[RawDocument],
    turns: &[usize],
    restarts: &[usize],
) {
    for turn in turns {
        if restarts.contains(turn) {
            fixture.restart().await;
        }
        let (source, stories) = &documents[*turn];
        let articles =
            stories.iter().map(|(story, presentation)| article_of(*source, *story, *presentation)).collect();
        fixture.poll(&name(*source), articles).await;
    }
}

fn grouping() -> Dedup {
    Dedup { near_duplicates: NearDuplicates::Group, ..exact() }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_batch_gives_the_same_river_in_any_order_and_with_any_restarts(
        priorities in proptest::collection::vec(0..3_i64, SOURCES),
        (documents, turns) in documents().prop_flat_map(|documents| {
            let turns: Vec<usize> = (0..documents.len()).collect();
            (Just(documents), Just(turns).prop_shuffle())
        }),
        restarts in proptest::collection::vec(0..SOURCES, 0..2),
    ) {
        block_on(async {
            let mut in_order = StoreFixture::deduplicating(&sources(&priorities), grouping()).await;
            let straight: Vec<usize> = (0..documents.len()).collect();
            poll_all(&mut in_order, &documents, &straight, &[]).await;
            let mut shuffled = StoreFixture::deduplicating(&sources(&priorities), grouping()).await;
            poll_all(&mut shuffled, &documents, &turns, &restarts).await;
            assert_eq!(river(&in_order).await, river(&shuffled).await);
        });
    }

    #[test]
    fn over_several_batches_groups_are_the_same_and_published_articles_stay(
        priorities in proptest::collection::vec(0..3_i64, SOURCES),
        batches in proptest::collection::vec(documents().prop_flat_map(|documents| {
            let turns: Vec<usize> = (0..documents.len()).collect();
            (Just(documents), Just(turns).prop_shuffle())
        }), 2..4),
    ) {
        block_on(async {
            let mut in_order = StoreFixture::deduplicating(&sources(&priorities), grouping()).await;
            let mut shuffled = StoreFixture::deduplicating(&sources(&priorities), grouping()).await;
            let mut published: BTreeMap<String, ShownArticle> = BTreeMap::new();
            for (documents, turns) in &batches {
                let straight: Vec<usize> = (0..documents.len()).collect();
                poll_all(&mut in_order, documents, &straight, &[]).await;
                poll_all(&mut shuffled, documents, turns, turns.get(..1).unwrap_or_default()).await;
                let now = river(&in_order).await;
                assert_eq!(now, river(&shuffled).await);
                for seen in now {
                    let first = published.entry(seen.guid.clone()).or_insert_with(|| seen.clone());
                    assert_eq!((&first.source, first.river_at), (&seen.source, seen.river_at));
                    assert!(first.also_in.is_subset(&seen.also_in));
                }
                for fixture in [&mut in_order, &mut shuffled] {
                    fixture.wait(HOUR);
                }
            }
        });
    }

    #[test]
    fn a_subscriber_who_reads_the_newest_as_often_as_they_arrive_sees_each_once(
        arrivals in proptest::collection::vec(arrival(), 60),
        limit in 3..8_usize,
    ) {
        block_on(read_along(&arrivals, limit));
    }
}

/// A new entry of a source with odd habits.
#[derive(Clone, Debug)]
struct Arrival {
    source: usize,
    /// How far its own date lies from its arrival, in hours; `None` if it has none.
    dated: Option<i64>,
    /// How long it comes after the entry before it.
    after: Duration,
    /// Whether the clock is set back by an hour just before.
    clock_set_back: bool,
    /// Whether the entry before it is edited in the same poll.
    edits: bool,
}

fn arrival() -> impl Strategy<Value = Arrival> {
    let dated = proptest::option::of(prop_oneof![-20_000..20_000_i64, -26..26_i64]);
    let after = (0..3 * 24 * 60_u32).prop_map(|minutes| minutes * MINUTE);
    (0..3_usize, dated, after, proptest::bool::weighted(0.1), proptest::bool::ANY).prop_map(
        |(source, dated, after, clock_set_back, edits)| Arrival {
            source,
            dated,
            after,
            clock_set_back,
            edits,
        },
    )
}

/// Simulates a subscriber who reads whenever `limit` articles have arrived since the last time.
async fn read_along(arrivals: &[Arrival], limit: usize) {
    let mut fixture = StoreFixture::with(&sources(&[0, 0, 0])).await;
    let mut listed: Vec<Vec<Article>> = vec![Vec::new(); 3];
    for (source, document) in listed.iter_mut().enumerate() {
        document.push(entry(&name(source), "first"));
        fixture.poll(&name(source), document.clone()).await;
    }
    let mut seen: BTreeSet<String> = fixture.river(3).await.into_iter().map(|item| item.guid).collect();
    let mut unread = BTreeSet::new();
    for (number, arrival) in arrivals.iter().enumerate() {
        fixture.wait(arrival.after);
        if arrival.clock_set_back {
            fixture.now = fixture.now.saturating_sub(HOUR);
        }
        let document = &mut listed[arrival.source];
        if arrival.edits {
            let last = document.pop().unwrap();
            document.push(edited(last, &format!("edited {number}")));
        }
        let mut article = entry(&name(arrival.source), &number.to_string());
        article.published_at =
            arrival.dated.map(|hours| Timestamp::from_unix(fixture.now.unix() + hours * 3600));
        document.push(article);
        assert_eq!(fixture.poll(&name(arrival.source), document.clone()).await.added, 1);
        unread.insert(number.to_string());
        if unread.len() == limit || number + 1 == arrivals.len() {
            for item in fixture.river(limit).await {
                assert!(item.river_at <= fixture.now.saturating_add(HOUR), "dated in the future");
                if seen.insert(item.guid) {
                    let page = item.url.unwrap().rsplit('/').next().unwrap().to_owned();
                    assert!(unread.remove(&page), "{page} was seen twice");
                }
            }
            assert!(unread.is_empty(), "missed: {unread:?}");
        }
    }
}
