//! Keeps in memory the robots.txt files that were read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::policy::robots::{KEPT, ReadRobots, Robots};
use crate::time::Timestamp;

/// How long the robots.txt of a server is not requested again after a request for it failed.
const KEPT_UNREACHABLE: Duration = Duration::from_mins(10);
/// Largest memory of all rules together, in bytes. Beyond it, the rules that were read longest ago are dropped.
const MAX_SIZE: usize = 4 << 20;

/// The rules of servers, by their origin.
#[derive(Default, Debug)]
pub(super) struct RobotsCache(Mutex<HashMap<String, CachedRobots>>);

#[derive(Debug)]
struct CachedRobots {
    robots: Arc<Robots>,
    read_at: Timestamp,
    until: Timestamp,
}

impl RobotsCache {
    /// Returns the rules of an origin, if they were read lately.
    pub(super) fn get(&self, origin: &str, now: Timestamp) -> Option<Arc<Robots>> {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = cached.get(origin).filter(|found| (found.read_at..found.until).contains(&now))?;
        Some(Arc::clone(&found.robots))
    }

    /// Keeps the rules of an origin, and returns them.
    pub(super) fn put(&self, origin: String, read: ReadRobots) -> Arc<Robots> {
        let ReadRobots { robots, read_at } = read;
        let kept = if *robots == Robots::unreachable() { KEPT_UNREACHABLE } else { KEPT };
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cached.retain(|_, known| known.until > read_at);
        let until = read_at.saturating_add(kept);
        cached.insert(origin, CachedRobots { robots: Arc::clone(&robots), read_at, until });
        while cached.iter().map(|(origin, known)| origin.len() + known.robots.size()).sum::<usize>()
            > MAX_SIZE
        {
            let first =
                cached.iter().min_by_key(|(_, known)| known.read_at).map(|(origin, _)| origin.clone());
            let Some(first) = first else { break };
            cached.remove(&first);
        }
        robots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn rules_are_kept_for_a_day_and_a_missing_answer_for_ten_minutes() {
        let cache = RobotsCache::default();
        let read = |robots: Robots| ReadRobots { robots: Arc::new(robots), read_at: NOW };
        cache.put("https://a.example".to_owned(), read(Robots::default()));
        cache.put("https://b.example".to_owned(), read(Robots::unreachable()));
        let knows = |origin: &str, minutes: u64| {
            cache.get(origin, NOW.saturating_add(Duration::from_mins(minutes))).is_some()
        };
        assert!(knows("https://a.example", 1439) && !knows("https://a.example", 1440));
        assert!(knows("https://b.example", 9) && !knows("https://b.example", 10));
    }

    #[test]
    fn the_memory_of_all_rules_is_bounded() {
        let cache = RobotsCache::default();
        let file = format!("User-agent: *\n{}", format!("Disallow: /{}\n", "x".repeat(1000)).repeat(400));
        for n in 0..40 {
            let robots = Arc::new(Robots::parse(file.as_bytes()));
            let read_at = NOW.saturating_add(Duration::from_secs(n));
            cache.put(format!("https://{n}.example"), ReadRobots { robots, read_at });
        }
        let now = NOW.saturating_add(Duration::from_mins(1));
        assert!(
            cache.get("https://39.example", now).is_some() && cache.get("https://0.example", now).is_none()
        );
    }
}
