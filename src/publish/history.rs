//! Remembers which versions of a feed were served, and since which version each article has looked as it does now.
//!
//! So a reader that names the version that it has can be sent only what changed since then (RFC 3229, `A-IM: feed`).

use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use crate::model::MergedFeed;

/// How many documents are remembered for each feed. A river that changes every ten seconds is remembered for two hours in its
/// three formats, and a usual one for days.
const MAX_DOCUMENTS: usize = 2_048;
/// Memory for one remembered document or article with its key, in bytes.
const RECORD_SIZE: usize = 100;

/// The versions of a feed, up to that of the snapshot which holds this history.
#[derive(Debug)]
pub(super) struct FeedHistory {
    /// Number of this version.
    version: u64,
    articles: HashMap<String, KnownArticle>,
    /// The documents that were served, the oldest first. All versions of a feed share them.
    documents: Arc<Mutex<VecDeque<ServedDocument>>>,
}

#[derive(Clone, Copy, Debug)]
struct KnownArticle {
    /// Hash of everything that readers may see of the article.
    hash: u64,
    /// The first version in which the article looked like this.
    since: u64,
}

#[derive(Debug)]
struct ServedDocument {
    digest: String,
    version: u64,
}

impl FeedHistory {
    /// Returns the history of `feed`. `previous` is the history of the last version of the same feed.
    pub(super) fn after(previous: Option<&Self>, feed: &MergedFeed) -> Self {
        let version = previous.map_or(0, |previous| previous.version + 1);
        let article = |item| {
            let hash = hash(item);
            let known = previous.and_then(|previous| previous.articles.get(&item.article.guid));
            let since = known.filter(|known| known.hash == hash).map_or(version, |known| known.since);
            (item.article.guid.clone(), KnownArticle { hash, since })
        };
        Self {
            version,
            articles: feed.items.iter().map(article).collect(),
            documents: previous.map(|previous| Arc::clone(&previous.documents)).unwrap_or_default(),
        }
    }

    /// Notes that this version is served as a document with this digest.
    pub(super) fn note_document(&self, digest: &str) {
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        // A feed that looks again as an older version did has the digest of that version, which is replaced.
        documents.retain(|document| document.digest != digest);
        if documents.len() >= MAX_DOCUMENTS {
            documents.pop_front();
        }
        documents.push_back(ServedDocument { digest: digest.to_owned(), version: self.version });
    }

    /// Returns the version of the document with this digest, if it is remembered.
    pub(super) fn version_of(&self, digest: &str) -> Option<u64> {
        let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        documents.iter().rev().find(|document| document.digest == digest).map(|document| document.version)
    }

    /// Estimates the memory that the history needs, in bytes.
    pub(super) fn size(&self) -> usize {
        let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner).len();
        (documents + self.articles.len()) * RECORD_SIZE
    }

    /// Returns whether the article with this guid is new or changed since `version`.
    pub(super) fn has_changed_since(&self, guid: &str, version: u64) -> bool {
        self.articles.get(guid).is_none_or(|article| article.since > version)
    }
}

/// Returns a hash of everything that readers may see of an article.
fn hash(item: &crate::model::MergedItem) -> u64 {
    struct Hasher(Xxh3);
    impl fmt::Write for Hasher {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.update(text.as_bytes());
            Ok(())
        }
    }
    let mut hasher = Hasher(Xxh3::new());
    match write!(hasher, "{item:?}") {
        Ok(()) => hasher.0.digest(),
        // `Hasher` never returns an error.
        Err(fmt::Error) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Channel, FeedLinks, MergedItem, RiverItem};

    fn feed(titles: &[(&str, &str)]) -> MergedFeed {
        let item = |(guid, title): &(&str, &str)| MergedItem {
            headline: (*title).to_owned(),
            excerpt: String::new(),
            article: RiverItem { guid: (*guid).to_owned(), ..RiverItem::default() },
        };
        MergedFeed {
            channel: Channel {
                title: String::new(),
                description: String::new(),
                path: String::new(),
                query: String::new(),
                ttl_minutes: 1,
            },
            items: titles.iter().map(item).collect(),
            updated: None,
            show: None,
            links: FeedLinks::default(),
        }
    }

    #[test]
    fn what_is_new_edited_or_back_again_has_changed_since_a_version() {
        let first = FeedHistory::after(None, &feed(&[("a", "A"), ("b", "B"), ("c", "C")]));
        first.note_document("one");
        let second = FeedHistory::after(Some(&first), &feed(&[("d", "D"), ("a", "A"), ("b", "B!")]));
        second.note_document("two");
        let third =
            FeedHistory::after(Some(&second), &feed(&[("d", "D"), ("a", "A"), ("b", "B!"), ("c", "C")]));
        let changed = |digest: &str| {
            let version = third.version_of(digest).unwrap();
            ["a", "b", "c", "d"].map(|guid| third.has_changed_since(guid, version))
        };
        assert_eq!(changed("one"), [false, true, true, true]);
        assert_eq!(changed("two"), [false, false, true, false]);
        assert_eq!(third.version_of("other"), None);
    }

    #[test]
    fn only_the_newest_documents_are_remembered() {
        let history = FeedHistory::after(None, &feed(&[]));
        for number in 0..=MAX_DOCUMENTS {
            history.note_document(&number.to_string());
            history.note_document("again");
        }
        assert_eq!((history.version_of("0"), history.version_of("1")), (None, None));
        assert!(history.version_of(&MAX_DOCUMENTS.to_string()).is_some());
        assert_eq!(history.documents.lock().unwrap().len(), MAX_DOCUMENTS);
    }
}
