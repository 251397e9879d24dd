//! What a whole document says about one of its entries.

use std::collections::{HashMap, HashSet};

use crate::model::{Article, CanonicalUrl, DocumentArticles, Listing};
use crate::time::Timestamp;

/// What a whole document says about one of its entries.
pub(super) struct DocumentIndex<'a> {
    keys: HashSet<&'a str>,
    listing: Listing,
    /// The earliest entry of each address.
    first: HashMap<&'a CanonicalUrl, EntryOrder<'a>>,
}

impl<'a> DocumentIndex<'a> {
    pub(super) fn of(document: &'a DocumentArticles) -> Self {
        let mut first: HashMap<&CanonicalUrl, EntryOrder<'_>> = HashMap::new();
        for article in &document.articles {
            if let Some(url) = &article.canonical_url {
                let order = order(article);
                first.entry(url).and_modify(|first| *first = order.min(*first)).or_insert(order);
            }
        }
        let keys = document.articles.iter().map(|article| article.key.0.as_str());
        let keys = keys.chain(document.left_out.limited_keys().map(|key| key.0.as_str())).collect();
        Self { keys, listing: document.listing, first }
    }

    /// Whether it lists this key.
    pub(super) fn lists(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Whether the feed lists a stored entry of this key still. What a document of changes leaves out it lists as before.
    pub(super) fn still_lists(&self, key: &str, unlisted_at: Option<Timestamp>) -> bool {
        self.lists(key) || (self.listing == Listing::Delta && unlisted_at.is_none())
    }

    /// Whether none of its entries with this address is earlier than `article`: what came in one document must join as if
    /// it had come one by one.
    pub(super) fn has_first_on(&self, url: &CanonicalUrl, article: &Article) -> bool {
        self.first.get(url).is_none_or(|first| *first == order(article))
    }
}

/// What orders the entries of a document that have one address: undated ones last, then by key.
type EntryOrder<'a> = (bool, Option<Timestamp>, &'a str);

fn order(article: &Article) -> EntryOrder<'_> {
    (article.published_at.is_none(), article.published_at, article.key.0.as_str())
}
