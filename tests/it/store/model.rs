//! Compares the store with a simple model, over any sequence of polls, reloads of feeds.toml, retention, restarts and kills.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use riverd::model::{Article, CanonicalUrl, EntryFilter, Key, Listing, Pattern, Source};
use riverd::store::{EntryHistory, History};
use riverd::text::search::SearchQuery;
use riverd::time::{DAY, HOUR, Timestamp};

use super::fixture::{START, StoreFixture, dated, entry, retention, source_at};

const SOURCES: usize = 3;
/// How many entries a source can list. Half of them link to the page of the entry with that number in the other sources.
const ENTRIES: usize = 6;

/// Something that happens to the store.
#[derive(Clone, Debug)]
enum Step {
    /// A source lists these entries, each in a version. A delta says nothing of the entries that it lacks.
    Poll { source: usize, versions: BTreeMap<usize, u64>, listing: Listing },
    /// feeds.toml names these sources, perhaps under new names, and perhaps with a filter.
    Reload { named: [bool; SOURCES], renamed: bool, filtered: bool },
    /// Maintenance deletes what is older than these days, except the newest of each source.
    Maintain { days: u32, at_least: usize },
    /// Hours go by.
    Wait(u32),
    /// riverd publishes what is stored.
    Publish,
    /// riverd stops and starts.
    Restart,
    /// riverd is killed and starts.
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    let versions = proptest::collection::btree_map(0..ENTRIES, 0..3_u64, 0..=ENTRIES);
    let listing = prop_oneof![4 => Just(Listing::Whole), 1 => Just(Listing::Delta)];
    let poll = (0..SOURCES, versions, listing).prop_map(|(source, versions, listing)| Step::Poll {
        source,
        versions,
        listing,
    });
    let reload = (
        proptest::array::uniform3(proptest::bool::weighted(0.7)),
        any::<bool>(),
        proptest::bool::weighted(0.3),
    )
        .prop_map(|(named, renamed, filtered)| Step::Reload { named, renamed, filtered });
    prop_oneof![
        8 => poll,
        3 => reload,
        3 => (1..15_u32, 0..3_usize).prop_map(|(days, at_least)| Step::Maintain { days, at_least }),
        5 => (1..150_u32).prop_map(Step::Wait),
        3 => Just(Step::Publish),
        1 => Just(Step::Restart),
        1 => Just(Step::Kill),
    ]
}

/// A source and the number of one of its entries.
type Identity = (usize, usize);

/// A stored entry as the model knows it.
#[derive(Clone, Debug)]
struct ModelEntry {
    version: u64,
    is_listed: bool,
    arrived_at: Timestamp,
}

/// What a published article keeps for ever.
#[derive(Clone, PartialEq, Debug)]
struct PublishedArticle {
    placed_at: Timestamp,
    river_at: Timestamp,
    published_at: Timestamp,
}

/// What the store should hold.
#[derive(Default)]
struct Model {
    named: [bool; SOURCES],
    renamed: bool,
    filtered: bool,
    stored: BTreeMap<Identity, ModelEntry>,
    pruned: BTreeSet<Identity>,
    /// The published articles by their guids, with their last entries and the one that represented them.
    published: BTreeMap<String, (PublishedArticle, BTreeSet<Identity>, Option<Identity>)>,
}

/// What the store holds of one entry, and the guid of its article.
type Observed = BTreeMap<Identity, (String, EntryHistory)>;

fn sources(model: &Model) -> Vec<Source> {
    let filter = EntryFilter { drop: vec![Pattern::Word("version 2".to_owned())], ..EntryFilter::default() };
    let numbers = (0..SOURCES).filter(|number| model.named[*number]);
    numbers
        .map(|number| Source {
            filter: if model.filtered { filter.clone() } else { EntryFilter::default() },
            ..source_at(&name(model, number), &format!("https://s{number}.example/feed"))
        })
        .collect()
}

fn name(model: &Model, source: usize) -> String {
    format!("{}{source}", if model.renamed { "renamed" } else { "s" })
}

/// Returns the source of a name: its last character is the number.
fn source_of(name: &str) -> usize {
    name.chars().last().unwrap().to_digit(10).unwrap() as usize
}

/// Returns the key of an entry. With the keys of another source, a source would count as that one under a new address.
fn key((source, number): Identity) -> String {
    format!("key {source} {number}")
}

fn title((source, number): Identity, version: u64) -> String {
    format!("Story {number} of {source} in version {version}")
}

/// Returns an entry in a version. Odd ones link to a page that other sources link to, and every third one has a date.
fn article(identity: Identity, version: u64) -> Article {
    let (source, number) = identity;
    let mut article = entry(&format!("s{source}"), &number.to_string());
    if number % 2 == 1 {
        let page = format!("https://hub.example/{number}");
        article.canonical_url = Some(CanonicalUrl(page.clone()));
        article.url = Some(page);
    }
    if number % 3 == 0 {
        article = dated(article, START.saturating_sub(number as u32 * DAY));
    }
    // Entries with equal texts would count as one whose key has changed.
    let hash = (source * 100 + number * 10) as u64 + version;
    Article {
        title: title(identity, version),
        content_hash: hash,
        seen_hash: hash,
        key: Key(key(identity)),
        guid: Some(format!("guid {source} {number}")),
        ..article
    }
}

async fn apply(step: &Step, model: &mut Model, fixture: &mut StoreFixture) {
    match step {
        Step::Poll { source, versions, listing } => poll(*source, versions, *listing, model, fixture).await,
        Step::Reload { named, renamed, filtered } => {
            (model.named, model.renamed, model.filtered) = (*named, *renamed, *filtered);
            fixture.follow(&sources(model)).await;
        }
        Step::Maintain { days, at_least } => maintain(*days, *at_least, model, fixture).await,
        Step::Wait(hours) => fixture.wait(*hours * HOUR),
        Step::Publish => drop(fixture.store.publish(fixture.now).await.unwrap()),
        Step::Restart => fixture.restart().await,
        Step::Kill => fixture.kill().await,
    }
}

async fn poll(
    source: usize,
    versions: &BTreeMap<usize, u64>,
    listing: Listing,
    model: &mut Model,
    fixture: &StoreFixture,
) {
    if !model.named[source] {
        return;
    }
    let articles = versions.iter().map(|(number, version)| article((source, *number), *version)).collect();
    let id = fixture.id(&name(model, source)).await;
    let receipt = fixture.try_poll(id, listing, articles).await.unwrap();
    let (mut new, mut edited) = (0, 0);
    for (number, version) in versions {
        let identity = (source, *number);
        if model.pruned.contains(&identity) {
            continue;
        }
        let arrived_at = fixture.now;
        let known = model.stored.entry(identity).or_insert_with(|| {
            new += 1;
            ModelEntry { version: *version, is_listed: true, arrived_at }
        });
        edited += u32::from(known.version != *version);
        (known.version, known.is_listed) = (*version, true);
    }
    if listing == Listing::Whole {
        for ((_, number), entry) in model.stored.iter_mut().filter(|((of, _), _)| *of == source) {
            entry.is_listed = versions.contains_key(number);
        }
    }
    if !model.filtered {
        assert_eq!((receipt.added + receipt.grouped, receipt.updated), (new, edited), "{receipt:?}");
    }
}

/// Runs maintenance, and checks that what it deleted might be deleted.
async fn maintain(days: u32, at_least: usize, model: &mut Model, fixture: &StoreFixture) {
    let articles = fixture.store.figures(fixture.now).await.unwrap().articles;
    let deleted = fixture.store.maintain(&retention(days, at_least), fixture.now, u64::MAX).await.unwrap();
    let left = fixture.store.figures(fixture.now).await.unwrap().articles;
    assert_eq!(articles - left, deleted);
    let observed = observe(fixture).await;
    let before = fixture.now.saturating_sub(days * DAY);
    for source in 0..SOURCES {
        let of = |identity: &Identity| identity.0 == source;
        let (had, has) = (
            model.stored.keys().filter(|key| of(key)).count(),
            observed.keys().filter(|key| of(key)).count(),
        );
        assert!(!model.named[source] || has >= had.min(at_least), "{has} of {had} entries of {source} stay");
    }
    let gone: Vec<Identity> =
        model.stored.keys().filter(|key| !observed.contains_key(key)).copied().collect();
    for identity in gone {
        let entry = model.stored.remove(&identity).unwrap();
        assert!(entry.arrived_at < before, "{identity:?} is too young to be deleted");
        assert!(!entry.is_listed || !model.named[identity.0], "{identity:?} is still listed");
        model.pruned.insert(identity);
    }
}

async fn why(fixture: &StoreFixture, question: &str) -> History {
    fixture.store.history(question).await.unwrap()
}

/// Asks `why` for each entry that there can be. Fails if one is stored twice.
async fn observe(fixture: &StoreFixture) -> Observed {
    let mut observed = Observed::new();
    for identity in (0..SOURCES).flat_map(|source| (0..ENTRIES).map(move |number| (source, number))) {
        for article in why(fixture, &key(identity)).await.articles {
            for entry in article.entries.into_iter().filter(|entry| entry.key == key(identity)) {
                assert_eq!(source_of(&entry.source), identity.0);
                let before = observed.insert(identity, (article.guid.clone(), entry));
                assert!(before.is_none(), "{identity:?} is stored twice: {before:?}");
            }
        }
    }
    observed
}

/// Checks that the store holds what the model says, and that published articles are as they were.
async fn check(model: &mut Model, fixture: &StoreFixture) {
    let observed = observe(fixture).await;
    let identities = |keys: Vec<&Identity>| keys.into_iter().copied().collect::<Vec<_>>();
    assert_eq!(identities(observed.keys().collect()), identities(model.stored.keys().collect()), "stored");
    for (identity, entry) in &model.stored {
        let (_, known) = &observed[identity];
        assert_eq!(known.title, title(*identity, entry.version));
        assert_eq!(known.arrived_at, entry.arrived_at);
        assert_eq!(known.unlisted_at.is_none(), entry.is_listed, "{identity:?} is listed");
        assert_eq!(known.retired_at.is_none(), model.named[identity.0], "{identity:?} is in feeds.toml");
        if model.named[identity.0] {
            assert_eq!(known.held_back.is_some(), model.filtered && entry.version == 2, "{identity:?}");
        }
    }
    for identity in &model.pruned {
        let (source, number) = identity;
        let pruned = why(fixture, &key(*identity)).await.pruned;
        assert!(
            pruned.iter().any(|pruned| source_of(&pruned.source) == *source),
            "{source} {number}: {pruned:?}"
        );
    }
    let figures = fixture.store.figures(fixture.now).await.unwrap();
    let articles: BTreeSet<&String> = observed.values().map(|(guid, _)| guid).collect();
    assert_eq!((figures.entries, figures.articles), (observed.len() as u64, articles.len() as u64));
    for status in fixture.store.statuses().await.unwrap() {
        let of = observed.iter().filter(|(key, _)| key.0 == source_of(&status.name));
        let articles: BTreeSet<&String> = of.map(|(_, (guid, _))| guid).collect();
        assert_eq!(status.articles, articles.len() as u64, "{}", status.name);
    }
    check_published(model, fixture, &observed).await;
}

async fn check_published(model: &mut Model, fixture: &StoreFixture, observed: &Observed) {
    for (guid, (article, entries, _)) in &model.published {
        if why(fixture, guid).await.articles.iter().any(|found| found.guid == *guid) {
            continue;
        }
        assert!(entries.is_subset(&model.pruned), "{guid} is gone, not pruned: {article:?}");
    }
    let guids: BTreeSet<&String> = observed.values().map(|(guid, _)| guid).collect();
    for guid in guids {
        let found = why(fixture, guid).await.articles.into_iter().find(|found| found.guid == *guid).unwrap();
        let Some(published_at) = found.published_at else {
            assert!(!model.published.contains_key(guid), "{guid} was published");
            continue;
        };
        let (placed_at, river_at) = (found.placed_at, found.river_at);
        let now = PublishedArticle { placed_at, river_at, published_at };
        let of_article = observed.iter().filter(|(_, (of, _))| of == guid);
        let entries: BTreeSet<Identity> = of_article.clone().map(|(identity, _)| *identity).collect();
        let represents =
            of_article.clone().find(|(_, (_, entry))| entry.represents).map(|(identity, _)| *identity);
        if let Some((known, known_entries, known_representative)) = model.published.get(guid) {
            assert_eq!(*known, now, "{guid} changed");
            assert!(
                known_entries.difference(&entries).all(|lost| model.pruned.contains(lost)),
                "{guid} was split"
            );
            let stays = known_representative.filter(|identity| {
                observed.get(identity).is_some_and(|(_, entry)| entry.held_back.is_none())
            });
            assert!(
                stays.is_none() || stays == represents,
                "{guid}: {known_representative:?} {represents:?}"
            );
        }
        model.published.insert(guid.clone(), (now, entries, represents));
    }
}

/// Checks that the river and a search show each published article once, in its present version.
async fn check_river(model: &Model, fixture: &StoreFixture) {
    let river = fixture.river(1000).await;
    let guids: BTreeSet<&String> = river.iter().map(|item| &item.guid).collect();
    assert_eq!(guids.len(), river.len(), "an article is in the river twice");
    let shown: BTreeSet<&String> = river.iter().map(|item| &item.title).collect();
    assert_eq!(shown.len(), river.len(), "an entry is in the river twice");
    let stored: BTreeSet<String> =
        model.stored.iter().map(|(identity, entry)| title(*identity, entry.version)).collect();
    assert!(shown.iter().all(|title| stored.contains(*title)), "{shown:?} {stored:?}");
    while fixture.store.fill_search_index().await.unwrap() > 0 {}
    let found = fixture.store.search(&SearchQuery::parse("story").unwrap(), 1000).await.unwrap();
    assert_eq!(found.iter().map(|item| &item.guid).collect::<BTreeSet<_>>(), guids);
}

async fn run(steps: &[Step]) {
    let mut model = Model { named: [true; SOURCES], ..Model::default() };
    let mut fixture = StoreFixture::with(&sources(&model)).await;
    for step in steps {
        apply(step, &mut model, &mut fixture).await;
        check(&mut model, &fixture).await;
    }
    check_river(&model, &fixture).await;
    check(&mut model, &fixture).await;
}

/// How many sequences are tried. `RIVERD_SEQUENCES` sets another number.
fn cases() -> u32 {
    std::env::var("RIVERD_SEQUENCES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_holds_what_a_simple_model_holds_after_any_sequence_of_steps(
        steps in proptest::collection::vec(step(), 5..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(&steps));
    }
}
