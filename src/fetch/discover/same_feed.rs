//! Tells whether two documents are the same feed, perhaps in two formats.

use std::collections::HashSet;

use super::FoundFeed;
use crate::model::ParsedFeed;

/// A feed whose document was read.
pub(super) struct ReadFeed {
    /// The feed.
    pub(super) feed: FoundFeed,
    /// The links of its entries, or their titles if they have no link.
    entries: HashSet<String>,
}

impl ReadFeed {
    /// Takes from a document what is needed to compare it with another one.
    pub(super) fn of(feed: FoundFeed, document: ParsedFeed) -> Self {
        let entries = document.entries.into_iter().filter_map(|entry| entry.link.or(entry.title)).collect();
        Self { feed, entries }
    }

    /// Returns whether two documents are one feed: at least half of the entries of the longer list are in both, or both lists
    /// are empty. A list of a section is shorter than that of the site, or has other entries.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let shared = self.entries.intersection(&other.entries).count();
        2 * shared >= self.entries.len().max(other.entries.len())
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn read(entries: impl IntoIterator<Item = u32>) -> ReadFeed {
        let feed = FoundFeed { url: Url::parse("https://example.org/feed").unwrap(), title: None };
        ReadFeed { feed, entries: entries.into_iter().map(|n| format!("https://example.org/{n}")).collect() }
    }

    #[test]
    fn two_formats_of_a_feed_are_the_same_and_the_feeds_of_two_sections_are_not() {
        for (one, other, expected) in [
            (0..10, 0..10, true),
            (0..10, 1..10, true),
            (0..20, 0..10, true),
            (0..0, 0..0, true),
            (0..10, 10..20, false),
            (0..30, 0..10, false),
            (0..10, 0..0, false),
        ] {
            assert_eq!(read(one.clone()).is_same_as(&read(other.clone())), expected, "{one:?} {other:?}");
        }
    }
}
