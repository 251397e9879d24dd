//! Caches the feeds of tags, sources, views and searches, and parts of feeds. They are built on request, and again on the next
//! request once they are no longer current. They are kept within a limit of memory and number.

use std::sync::{Arc, Mutex, PoisonError};

use super::PublishError;
use super::plan::{FeedPart, SnapshotPlan};
use super::snapshot::Snapshot;
use crate::store::{RiverSelection, Store};

/// Maximum number of cached feeds. There are many parts of feeds and each is small, but each also holds the articles that it
/// was made of.
const MAX_FEEDS: usize = 64;

/// Cached feeds: those of tags, sources and views and parts of feeds, or those of searches.
#[derive(Debug)]
pub(super) struct SelectionCache {
    /// Memory for the feeds, in bytes.
    memory_limit: usize,
    /// The feeds, the least recently requested first.
    feeds: Mutex<Vec<CachedFeed>>,
    /// Held while a feed is built, so that only one is built at a time. Other requests for the same feed wait, and then
    /// find it in `feeds`.
    building: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct CachedFeed {
    selection: RiverSelection,
    part: FeedPart,
    /// How many times the river had been rebuilt when the feed was built. For a search, the number of changes of the full-text
    /// index is added.
    generation: u64,
    snapshot: Arc<Snapshot>,
}

impl SelectionCache {
    /// Returns an empty cache that keeps feeds of up to `memory_limit` bytes together.
    pub(super) fn new(memory_limit: usize) -> Self {
        Self { memory_limit, feeds: Mutex::default(), building: tokio::sync::Mutex::default() }
    }

    /// Returns the feed that `plan` describes. It is taken from the cache if it was built at `generation` or later. Returns
    /// `None` if the feed has no such part.
    pub(super) async fn get_or_build(
        &self,
        store: &Store,
        plan: SnapshotPlan,
        generation: u64,
    ) -> Result<Option<Arc<Snapshot>>, PublishError> {
        if let Some(snapshot) = self.find(&plan.selection, plan.part, generation) {
            return Ok(Some(snapshot));
        }
        let _one_at_a_time = self.building.lock().await;
        if let Some(snapshot) = self.find(&plan.selection, plan.part, generation) {
            return Ok(Some(snapshot));
        }
        let (selection, part) = (plan.selection.clone(), plan.part);
        let previous = self.find(&selection, part, 0);
        let Some(snapshot) = Snapshot::build(store, plan, previous.as_deref()).await? else {
            return Ok(None);
        };
        let snapshot = Arc::new(snapshot);
        snapshot.note_served();
        self.insert(CachedFeed { selection, part, generation, snapshot: Arc::clone(&snapshot) });
        Ok(Some(snapshot))
    }

    /// Finds a feed that was built at `generation` or later, and marks it as the most recently requested. Removes other feeds
    /// if the cache exceeds its limits because documents and pages were rendered since the last request.
    fn find(&self, selection: &RiverSelection, part: FeedPart, generation: u64) -> Option<Arc<Snapshot>> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = |feed: &CachedFeed| {
            feed.selection == *selection && feed.part == part && feed.generation >= generation
        };
        let index = feeds.iter().position(is_current)?;
        let feed = feeds.remove(index);
        let snapshot = Arc::clone(&feed.snapshot);
        feeds.push(feed);
        self.make_room(&mut feeds);
        Some(snapshot)
    }

    /// Adds a feed, or replaces its older version. Removes other feeds if the cache then exceeds its limits.
    fn insert(&self, new: CachedFeed) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.retain(|old| old.selection != new.selection || old.part != new.part);
        feeds.push(new);
        self.make_room(&mut feeds);
    }

    /// Removes the least recently requested feed again and again while all feeds together exceed the limits. The feed that was
    /// requested last always stays.
    fn make_room(&self, feeds: &mut Vec<CachedFeed>) {
        let mut size: usize = feeds.iter().map(|feed| feed.snapshot.size()).sum();
        while (size > self.memory_limit || feeds.len() > MAX_FEEDS) && feeds.len() > 1 {
            size -= feeds.remove(0).snapshot.size();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::snapshot::tests::snapshot;
    use crate::render::Format;

    #[tokio::test]
    async fn what_is_rendered_of_a_cached_feed_later_counts_at_the_next_request() {
        let cache = SelectionCache::new(20_000);
        let selection = |tag: &str| RiverSelection::Tag(tag.to_owned());
        for tag in ["a", "b", "c"] {
            let (selection, part, snapshot) = (selection(tag), FeedPart::Limited(9), Arc::new(snapshot(1)));
            cache.insert(CachedFeed { selection, part, generation: 1, snapshot });
        }
        let find = |tag: &str| cache.find(&selection(tag), FeedPart::Limited(9), 1);
        let feed = find("a").unwrap();
        let before = feed.size();
        while feed.size() < 20_000 {
            let base = format!("http://host{}.example/", feed.size()).parse().unwrap();
            let base = crate::render::BaseUrl::from_config(&base);
            for format in Format::ALL {
                feed.document(format, Some(&base)).await.unwrap();
            }
            feed.page(1).await.unwrap();
            assert!(feed.size() > before, "rendered documents and pages count");
        }
        assert!(find("a").is_some(), "the feed that was requested stays");
        assert!(find("b").is_none() && find("c").is_none(), "the others made room");
    }
}
