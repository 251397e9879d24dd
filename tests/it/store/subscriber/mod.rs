//! Readers of the river over weeks of awkward publishers: they miss nothing and see nothing twice.
//!
//! A reader knows an item by its guid, as feed readers do. The world knows the story behind it. Whatever publishers do to
//! guids, dates, texts and addresses, a reader who fetches the newest N at least as often as N articles arrive must meet
//! each story under exactly one guid, and find it in its place ever after.

mod press;

use std::collections::{HashMap, HashSet};

use riverd::article::normalize::{EntryLimits, NormalizeContext, NormalizedFeed, normalize};
use riverd::config::NearDuplicates;
use riverd::document::{RawDocument, parse};
use riverd::model::{Article, IdentityScheme, Listing, RiverItem, Source, SourceId};
use riverd::store::RiverSelection;
use riverd::text::url::TrackingParameters;
use riverd::time::{DAY, HOUR, Timestamp};

use self::press::{Habit, Press, Story};
use super::lab::{Lab, exact, retention, source, source_at};

/// Entries that one poll can bring at most: what a feed lists.
const AT_ONCE: usize = 30;

#[tokio::test]
async fn readers_miss_nothing_and_see_nothing_twice() {
    World::new(7).await.live(6).await;
}

#[tokio::test]
#[ignore = "a simulated year takes minutes: `make subscribers`"]
async fn readers_miss_nothing_and_see_nothing_twice_in_a_year() {
    for seed in 1..=2 {
        World::new(seed).await.live(365).await;
    }
}

/// Someone who fetches the newest `newest` articles.
struct Reader {
    newest: usize,
    /// One in so many hours it looks without need.
    whim: u8,
    /// Articles that arrived since it last looked.
    arrived: usize,
    /// What it has seen: the guid of each story, and where that stood.
    seen: HashMap<usize, (String, Timestamp)>,
}

struct World {
    lab: Lab,
    presses: Vec<Press>,
    sources: Vec<Source>,
    rows: HashMap<String, SourceId>,
    schemes: HashMap<String, IdentityScheme>,
    polled: HashSet<String>,
    stories: Vec<Story>,
    /// Stories that a first poll brought: they are placed by their dates, and owed to nobody.
    old: HashSet<usize>,
    /// Stories that a later poll brought: owed to every reader.
    owed: HashSet<usize>,
    readers: Vec<Reader>,
    rng: fastrand::Rng,
}

impl World {
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
        let presses =
            habits.iter().zip(seed * 100..).map(|((name, habit), seed)| Press::new(name, *habit, seed));
        let sources: Vec<Source> = habits.iter().map(|(name, _)| source(name)).collect();
        let mut dedup = exact();
        dedup.near_duplicates = NearDuplicates::Group;
        let reader = |newest, whim| Reader { newest, whim, arrived: 0, seen: HashMap::new() };
        Self {
            lab: Lab::deduplicating(&sources, dedup).await,
            presses: presses.collect(),
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

    async fn live(mut self, days: u32) {
        for hour in 0..days * 24 {
            self.lab.wait(HOUR);
            self.change_feeds_toml(f64::from(hour) / f64::from(days * 24)).await;
            for number in 0..self.presses.len() {
                self.presses[number].work(&mut self.stories, self.lab.now);
                // Each source is asked every six hours, not all at the same hour.
                if (hour as usize + number).is_multiple_of(6) {
                    self.poll(number).await;
                }
            }
            if self.rng.u8(..) < 3 {
                self.lab.restart().await;
            }
            if hour % (7 * 24) == 100 {
                self.lab.store.upkeep(&retention(10, 5), self.lab.now).await.unwrap();
            }
            self.look(|reader, rng| rng.u8(..) < reader.whim).await;
        }
        self.look(|_, _| true).await;
        for reader in &self.readers {
            let missed: Vec<&usize> =
                self.owed.iter().filter(|story| !reader.seen.contains_key(story)).collect();
            assert!(missed.is_empty(), "the reader of {} never saw {missed:?}", reader.newest);
        }
        let owed = self.owed.len();
        assert!(owed > days as usize * 10, "too quiet a world to prove anything: {owed} stories");
    }

    /// A source goes and comes back, one comes late, one moves to another address.
    async fn change_feeds_toml(&mut self, passed: f64) {
        let gone = (0.3..0.5).contains(&passed);
        let moved = passed >= 0.6;
        let wanted: Vec<Source> = self
            .presses
            .iter()
            .filter(|press| match press.name.as_str() {
                "editing" => !gone,
                "vanishing" => passed >= 0.2,
                _ => true,
            })
            .map(|press| match press.name.as_str() {
                "steady" if moved => source_at("steady", "https://steady.example/moved"),
                name => source(name),
            })
            .collect();
        let addresses =
            |sources: &[Source]| sources.iter().map(|s| s.location.as_url_text()).collect::<Vec<_>>();
        if addresses(&wanted) != addresses(&self.sources) {
            self.lab.follow(&wanted).await;
            let statuses = self.lab.store.statuses().await.unwrap();
            let followed = statuses.into_iter().filter(|status| status.source.is_some());
            self.rows = followed.map(|status| (status.name, status.id)).collect();
            self.sources = wanted;
        }
    }

    async fn poll(&mut self, number: usize) {
        let name = self.presses[number].name.clone();
        let Some(source) = self.sources.iter().find(|source| source.name == name) else { return };
        let address = source.location.as_url_text();
        let (feed, listed) = self.presses[number].feed();
        let articles = self.make_ours(&name, &feed).await;
        let has_entries = !articles.is_empty();
        let receipt = self.lab.try_poll(self.rows[&name], Listing::Whole, articles).await.unwrap();
        // A source is new until it brought something.
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

    /// As polling does it.
    async fn make_ours(&mut self, name: &str, feed: &str) -> Vec<Article> {
        let known = self.lab.store.known_keys(self.rows[name]).await.unwrap();
        let scheme = self.schemes.entry(name.to_owned()).or_default();
        let context = NormalizeContext {
            limits: EntryLimits::default(),
            url: None,
            identity: *scheme,
            known: &known,
            tracking: &TrackingParameters::with(&[]),
            now: self.lab.now,
        };
        let parsed = parse(RawDocument { body: feed.as_bytes(), content_type: None, url: None }).unwrap();
        let NormalizedFeed { articles, identity, .. } = normalize(parsed, &context);
        *scheme = identity;
        articles
    }

    /// Those readers look for whom it is `time`.
    async fn look(&mut self, time: impl Fn(&Reader, &mut fastrand::Rng) -> bool) {
        for reader in &mut self.readers {
            if !time(reader, &mut self.rng) {
                continue;
            }
            self.lab.store.publish(self.lab.now).await.unwrap();
            let items = self.lab.store.latest(&RiverSelection::River, reader.newest).await.unwrap();
            let guids: HashSet<&str> = items.iter().map(|item| item.guid.as_str()).collect();
            assert_eq!(guids.len(), items.len(), "a guid stands twice in one document");
            assert!(
                items.iter().all(|item| item.river_at <= self.lab.now),
                "an article is dated in the future"
            );
            for item in &items {
                if let Some(why) = reader.see(item) {
                    let told = self.lab.store.history(&item.guid).await.unwrap();
                    panic!("{why}: {told:#?}");
                }
            }
            reader.arrived = 0;
        }
    }
}

impl Reader {
    /// Reads an item. Returns what is wrong with it.
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
fn the_world_holds_what_the_readers_are_tested_with() {
    let mut press = Press::new("bursts", Habit::Bursts, 3);
    let mut stories = Vec::new();
    let start = Timestamp::from_unix(1_800_000_000);
    (0..400).for_each(|hour| press.work(&mut stories, start.saturating_add(hour * HOUR)));
    assert!(stories.len() >= 80, "several bursts of forty");
    assert_eq!(press.feed().1.len(), AT_ONCE);
    assert!(stories.iter().all(|story| story.at < start.saturating_add(20 * DAY)));
}
