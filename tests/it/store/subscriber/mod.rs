//! Simulates readers of the river over weeks of publishers with odd habits: they miss nothing and see nothing twice.
//!
//! A reader recognises an item by its guid, as feed readers do. The simulation knows the story behind it. Whatever
//! publishers do to guids, dates, texts and addresses, a reader who fetches the newest N at least as often as N
//! articles arrive must meet each story under exactly one guid, and always find it in the same place.

mod publisher;

use std::collections::{HashMap, HashSet};

use riverd::article::normalize::{EntryLimits, NormalizeContext, NormalizedFeed, normalize};
use riverd::config::NearDuplicates;
use riverd::document::{RawDocument, parse};
use riverd::model::{Article, IdentityScheme, Listing, RiverItem, Source, SourceId};
use riverd::store::RiverSelection;
use riverd::text::url::TrackingParameters;
use riverd::time::{DAY, HOUR, Timestamp};

use self::publisher::{FeedPublisher, Habit, Story};
use super::fixture::{StoreFixture, exact, retention, source, source_at};

/// How many entries one poll can bring at most: as many as a feed lists.
const AT_ONCE: usize = 30;

#[tokio::test]
async fn readers_miss_no_article_and_see_none_twice() {
    Simulation::new(7).await.run(6).await;
}

#[tokio::test]
#[ignore = "a simulated year takes minutes: `make subscribers`"]
async fn readers_miss_no_article_and_see_none_twice_in_a_year() {
    for seed in 1..=2 {
        Simulation::new(seed).await.run(365).await;
    }
}

/// A reader who fetches the newest `newest` articles.
struct Reader {
    newest: usize,
    /// Chance out of 256 that it looks in an hour without need.
    looks_unasked: u8,
    /// How many articles arrived since it last looked.
    arrived: usize,
    /// What it has seen: the guid of each story, and the river time that it had.
    seen: HashMap<usize, (String, Timestamp)>,
}

struct Simulation {
    fixture: StoreFixture,
    publishers: Vec<FeedPublisher>,
    sources: Vec<Source>,
    rows: HashMap<String, SourceId>,
    schemes: HashMap<String, IdentityScheme>,
    polled: HashSet<String>,
    stories: Vec<Story>,
    /// Stories that a first poll brought. They are placed by their dates, and readers need not see them.
    old: HashSet<usize>,
    /// Stories that a later poll brought. Every reader must see them.
    owed: HashSet<usize>,
    readers: Vec<Reader>,
    rng: fastrand::Rng,
}

impl Simulation {
    async fn new(seed: u64) -> Self {
        let habits = [
            ("steady", Habit::Steady),
            ("backdated", Habit::Backdated),
            ("postdated", Habit::Postdated),
            ("undated", Habit::Undated),
            ("editing", Habit::Editing),
            ("newguids", Habit::NewGuids),
            ("bursts", Habit::Bursts),
            ("vanishing", Habit::Vanishing),
            ("linking", Habit::Linking),
            ("rewriting", Habit::Rewriting),
        ];
        let publishers = habits
            .iter()
            .zip(seed * 100..)
            .map(|((name, habit), seed)| FeedPublisher::new(name, *habit, seed));
        let sources: Vec<Source> = habits.iter().map(|(name, _)| source(name)).collect();
        let mut dedup = exact();
        dedup.near_duplicates = NearDuplicates::Group;
        let reader =
            |newest, looks_unasked| Reader { newest, looks_unasked, arrived: 0, seen: HashMap::new() };
        Self {
            fixture: StoreFixture::deduplicating(&sources, dedup).await,
            publishers: publishers.collect(),
            sources: Vec::new(),
            rows: HashMap::new(),
            schemes: HashMap::new(),
            polled: HashSet::new(),
            stories: Vec::new(),
            old: HashSet::new(),
            owed: HashSet::new(),
            readers: vec![reader(AT_ONCE + 10, 0), reader(100, 6), reader(150, 20)],
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    async fn run(mut self, days: u32) {
        for hour in 0..days * 24 {
            self.fixture.wait(HOUR);
            self.change_feeds_toml(f64::from(hour) / f64::from(days * 24)).await;
            for number in 0..self.publishers.len() {
                self.publishers[number].work(&mut self.stories, self.fixture.now);
                // Each source is polled every six hours, not all in the same hour.
                if (hour as usize + number).is_multiple_of(6) {
                    self.poll(number).await;
                }
            }
            if self.rng.u8(..) < 3 {
                self.fixture.restart().await;
            }
            if hour % (7 * 24) == 100 {
                self.fixture.store.maintain(&retention(10, 5), self.fixture.now, u64::MAX).await.unwrap();
            }
            self.look(|reader, rng| rng.u8(..) < reader.looks_unasked).await;
        }
        self.look(|_, _| true).await;
        for reader in &self.readers {
            let missed: Vec<&usize> =
                self.owed.iter().filter(|story| !reader.seen.contains_key(story)).collect();
            assert!(missed.is_empty(), "the reader of the newest {} never saw {missed:?}", reader.newest);
        }
        let owed = self.owed.len();
        assert!(owed > days as usize * 10, "too few stories to prove anything: {owed}");
    }

    /// One source is removed and comes back, one is added late, one moves to another address.
    async fn change_feeds_toml(&mut self, passed: f64) {
        let gone = (0.3..0.5).contains(&passed);
        let moved = passed >= 0.6;
        let wanted: Vec<Source> = self
            .publishers
            .iter()
            .filter(|publisher| match publisher.name.as_str() {
                "editing" => !gone,
                "vanishing" => passed >= 0.2,
                _ => true,
            })
            .map(|publisher| match publisher.name.as_str() {
                "steady" if moved => source_at("steady", "https://steady.example/moved"),
                name => source(name),
            })
            .collect();
        let addresses =
            |sources: &[Source]| sources.iter().map(|s| s.location.as_url_text()).collect::<Vec<_>>();
        if addresses(&wanted) != addresses(&self.sources) {
            self.fixture.follow(&wanted).await;
            let statuses = self.fixture.store.statuses().await.unwrap();
            let followed = statuses.into_iter().filter(|status| status.source.is_some());
            self.rows = followed.map(|status| (status.name, status.id)).collect();
            self.sources = wanted;
        }
    }

    async fn poll(&mut self, number: usize) {
        let name = self.publishers[number].name.clone();
        let Some(source) = self.sources.iter().find(|source| source.name == name) else { return };
        let address = source.location.as_url_text();
        let (feed, listed) = self.publishers[number].feed();
        let articles = self.normalized(&name, &feed).await;
        let has_entries = !articles.is_empty();
        let receipt = self.fixture.try_poll(self.rows[&name], Listing::Whole, articles).await.unwrap();
        // A source is new until it brought an entry.
        let is_first = !self.polled.contains(&address);
        if has_entries {
            self.polled.insert(address);
        }
        for story in listed {
            if is_first {
                self.old.insert(story);
            } else if !self.old.contains(&story) {
                self.owed.insert(story);
            }
        }
        for reader in &mut self.readers {
            reader.arrived += receipt.added as usize;
        }
        self.look(|reader, _| reader.arrived + AT_ONCE > reader.newest).await;
    }

    /// Normalizes a feed as polling does.
    async fn normalized(&mut self, name: &str, feed: &str) -> Vec<Article> {
        let known = self.fixture.store.known_entries(self.rows[name]).await.unwrap();
        let scheme = self.schemes.entry(name.to_owned()).or_default();
        let context = NormalizeContext {
            limits: EntryLimits::default(),
            url: None,
            identity: *scheme,
            known: &known,
            tracking: &TrackingParameters::with(&[]),
            now: self.fixture.now,
        };
        let parsed = parse(RawDocument { body: feed.as_bytes(), content_type: None, url: None }).unwrap();
        let NormalizedFeed { articles, identity, .. } = normalize(parsed, &context);
        *scheme = identity;
        articles
    }

    /// Lets those readers look for whom `time` says so.
    async fn look(&mut self, time: impl Fn(&Reader, &mut fastrand::Rng) -> bool) {
        for reader in &mut self.readers {
            if !time(reader, &mut self.rng) {
                continue;
            }
            self.fixture.store.publish(self.fixture.now).await.unwrap();
            let items = self.fixture.store.latest(&RiverSelection::River, reader.newest).await.unwrap();
            let guids: HashSet<&str> = items.iter().map(|item| item.guid.as_str()).collect();
            assert_eq!(guids.len(), items.len(), "a guid stands twice in one document");
            assert!(
                items.iter().all(|item| item.river_at <= self.fixture.now),
                "an article is dated in the future"
            );
            for item in &items {
                if let Some(why) = reader.see(item) {
                    let history = self.fixture.store.history(&item.guid).await.unwrap();
                    panic!("{why}: {history:#?}");
                }
            }
            reader.arrived = 0;
        }
    }
}

impl Reader {
    /// Reads an item, and returns what is wrong with it.
    fn see(&mut self, item: &RiverItem) -> Option<String> {
        let story = item.categories.iter().find_map(|tag| tag.strip_prefix("story-")?.parse().ok())?;
        let seen = (item.guid.clone(), item.river_at);
        match self.seen.insert(story, seen.clone()) {
            Some(before) if before.0 != seen.0 => {
                Some(format!("story {story} came again, first as {}", before.0))
            }
            Some(before) if before.1 != seen.1 => Some(format!("story {story} moved from {}", before.1)),
            _ => None,
        }
    }
}

#[test]
fn the_simulation_has_bursts_larger_than_a_feed() {
    let mut publisher = FeedPublisher::new("bursts", Habit::Bursts, 3);
    let mut stories = Vec::new();
    let start = Timestamp::from_unix(1_800_000_000);
    (0..400).for_each(|hour| publisher.work(&mut stories, start.saturating_add(hour * HOUR)));
    assert!(stories.len() >= 80, "several bursts of forty");
    assert_eq!(publisher.feed().1.len(), AT_ONCE);
    assert!(stories.iter().all(|story| story.at < start.saturating_add(20 * DAY)));
}
