//! Answers which entries a document lists, and which of several entries with one address is the earliest.

use std::collections::{HashMap, HashSet};

use super::entries::StoredEntry;
use crate::article::identity::{OnSamePage, OnlyListed};
use crate::model::{Article, CanonicalUrl, DocumentArticles, Listing};
use crate::text::words::on_one_line;
use crate::time::Timestamp;

/// The entries of a document, indexed by key and by address.
pub(super) struct DocumentIndex<'a> {
    /// The keys that the document lists, also those of entries that `max_entries` or `max_age` left out.
    keys: HashSet<&'a str>,
    listing: Listing,
    /// How many entries have each address, and the earliest of them.
    pages: HashMap<&'a CanonicalUrl, (usize, EntryOrder<'a>)>,
    /// The dates of the entries with each title.
    titled: HashMap<&'a str, Vec<Option<Timestamp>>>,
    /// The first date of all entries.
    oldest: Option<Timestamp>,
    articles: &'a [Article],
}

impl<'a> DocumentIndex<'a> {
    /// Indexes `document`.
    pub(super) fn of(document: &'a DocumentArticles) -> Self {
        let entries = document.articles.len();
        let mut pages: HashMap<&CanonicalUrl, (usize, EntryOrder<'_>)> = HashMap::with_capacity(entries);
        let mut titled: HashMap<&str, Vec<Option<Timestamp>>> = HashMap::with_capacity(entries);
        for article in &document.articles {
            titled.entry(&article.title).or_default().push(article.published_at);
            if let Some(url) = &article.canonical_url {
                let order = order(article);
                let (count, earliest) = pages.entry(url).or_insert((0, order));
                *count += 1;
                *earliest = order.min(*earliest);
            }
        }
        let keys = document.articles.iter().map(|article| article.key.0.as_str());
        let keys = keys.chain(document.left_out.limited_keys().map(|key| key.0.as_str())).collect();
        let oldest = document.articles.iter().filter_map(Article::dated_at).min();
        Self { keys, listing: document.listing, pages, titled, oldest, articles: &document.articles }
    }

    /// Returns the entries of the document that no limit left out, in order.
    pub(super) const fn articles(&self) -> &'a [Article] {
        self.articles
    }

    /// Returns how many entries of the document have this address.
    pub(super) fn count_on(&self, url: &CanonicalUrl) -> usize {
        self.pages.get(url).map_or(0, |(count, _)| *count)
    }

    /// Returns whether no other entry of the document has the title and the date of `article`.
    pub(super) fn is_only_one_titled(&self, article: &Article) -> bool {
        let dates = self.titled.get(article.title.as_str()).into_iter().flatten();
        dates.filter(|date| **date == article.published_at).count() <= 1
    }

    /// Returns whether an entry of the document has this title, which must not be empty.
    pub(super) fn has_title(&self, title: &str) -> bool {
        !title.is_empty() && self.titled.contains_key(title)
    }

    /// Returns whether no other entry of the document has this title.
    pub(super) fn has_title_once(&self, title: &str) -> bool {
        self.titled.get(title).is_none_or(|dates| dates.len() == 1)
    }

    /// Returns whether the document lists an entry that is dated before this date.
    pub(super) fn goes_back_before(&self, date: Option<Timestamp>) -> bool {
        self.oldest.is_some_and(|oldest| Some(oldest) < date)
    }

    /// Returns whether the document lists this key, also if a limit of feeds.toml left its entry out.
    pub(super) fn lists(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Returns whether the feed still lists a stored entry with this key. If the document contains only changes
    /// ([`Listing::Delta`]) and does not mention the entry, the entry is still listed if it was before.
    pub(super) fn still_lists(&self, key: &str, unlisted_at: Option<Timestamp>) -> bool {
        self.lists(key) || (self.listing == Listing::Delta && unlisted_at.is_none())
    }

    /// Returns whether a stored entry of the source, which the document no longer lists, is `article` under another key. There
    /// are two cases to tell apart. A feed may give an entry a new guid at every fetch; it must not be published again. And a
    /// feed may list another text under the same address each day; each of them is an entry of its own, and so is the next
    /// entry of a feed that lists only one ([`OnlyListed`]). `is_alone` says that only one stored entry of the source and only
    /// one entry of the document have the address.
    pub(super) fn is_same_under_new_key(
        &self,
        stored: &StoredEntry,
        article: &Article,
        is_alone: bool,
    ) -> bool {
        let same_title =
            !article.title.is_empty() && on_one_line(&stored.title) == on_one_line(&article.title);
        let same_text =
            stored.content_hash == article.content_hash || stored.seen_hash == Some(article.seen_hash);
        let dates = (stored.published_at, article.published_at);
        !self.lists(&stored.key)
            && !self.is_next_of_single(stored, article, same_text)
            && OnSamePage { dates, same_text, same_title, page_is_alone: is_alone, text_is_alone: is_alone }
                .is_same()
    }

    /// Returns whether the document has a single entry, `article`, and lists it after a stored entry with the same address.
    fn is_next_of_single(&self, stored: &StoredEntry, article: &Article, same_text: bool) -> bool {
        let own = |guid: &Option<String>, url: &Option<String>| guid.clone().filter(|_| guid != url);
        let (before, now) = (own(&stored.guid, &stored.url), own(&article.guid, &article.url));
        let only_listed = OnlyListed {
            key: &stored.key,
            guids: (before.as_deref(), now.as_deref()),
            dates: (stored.published_at, article.published_at),
            same_text,
        };
        self.keys.len() == 1 && self.listing == Listing::Whole && only_listed.is_next()
    }

    /// Returns whether no entry with this address in the document is earlier than `article`. The entries of one document
    /// must join their articles as if they had arrived one by one.
    pub(super) fn is_earliest_on(&self, url: &CanonicalUrl, article: &Article) -> bool {
        self.pages.get(url).is_none_or(|(_, earliest)| *earliest == order(article))
    }
}

/// Order of the entries of a document that have one address: by date, undated entries last, then by key.
type EntryOrder<'a> = (bool, Option<Timestamp>, &'a str);

fn order(article: &Article) -> EntryOrder<'_> {
    (article.published_at.is_none(), article.published_at, article.key.0.as_str())
}
