//! What the publisher asks of the store: publications, the newest articles of a selection, views, archives, articles and
//! searches.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use tokio::sync::SemaphorePermit;

use super::Store;
use crate::model::{ArticleId, EntryPlace, FoundArticle, RiverItem, SubscriptionInfo};
use crate::store::archive::{self, ArchiveEnds, ArchivedArticles};
use crate::store::selection::{PageOfArticles, RenderedFeed, RiverSelection};
use crate::store::views::{self, ViewProgress};
use crate::store::{StoreError, article_page, river, source_lookups, status};
use crate::text::search::SearchQuery;
use crate::time::Timestamp;

/// How many articles are published in one transaction. A first start with ten thousand sources must not hold up its
/// polls.
const PUBLISHED_TOGETHER: usize = 1000;

impl Store {
    /// Compares new and changed articles with all views, and stored articles with new and changed views, as many as fit
    /// into one transaction. Call it after [`Store::publish`], because only published articles count.
    pub async fn update_views(&self) -> Result<ViewProgress, StoreError> {
        let update = || {
            let rules = Arc::clone(&self.current().views);
            self.write_in_turn(move |conn| views::step(conn, &rules))
        };
        self.mending(update).await
    }

    /// Returns whether all stored articles were compared with a view since it was added to feeds.toml. Until then its newest
    /// articles may be missing.
    pub async fn view_is_filled(&self, view: &str) -> Result<bool, StoreError> {
        let view = view.to_owned();
        self.readers.read(move |conn| views::is_filled(conn, &view)).await
    }

    /// Publishes all visible articles, except those that wait for a page. From now on the articles keep their guids and places
    /// for ever, and each keeps its representative as long as that entry is stored and visible. The publication is durable when
    /// the call returns. [`Store::latest`] shows only published articles, so no article is shown with a guid that may still
    /// change. Returns how many articles were published.
    pub async fn publish(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut published = 0;
        loop {
            let changed = self.write(move |conn| archive::publish(conn, now, PUBLISHED_TOGETHER)).await?;
            published += changed as u64;
            if changed < PUBLISHED_TOGETHER {
                return Ok(published);
            }
        }
    }

    /// Returns the newest `limit` published articles of a selection by arrival (those of a first poll by published
    /// time), ordered by river time, the newest first.
    pub async fn latest(
        &self,
        selection: &RiverSelection,
        limit: usize,
    ) -> Result<Vec<RiverItem>, StoreError> {
        let permit = self.search_permit(selection).await?;
        let selection = selection.clone();
        let near = self.dedup().near_duplicates;
        let articles = self.readers.read(move |conn| river::latest(conn, &selection, limit, near)).await;
        drop(permit);
        articles
    }

    /// Returns at most `limit` published articles of a tag, a source or a search: the newest articles, or the newest ones
    /// before a place. Also returns where the articles before and after them are. The result is empty for the river and for
    /// views, because their older articles are in archives, and for a source that is not stored.
    ///
    /// Fails like [`Store::search`] if the selection is a search.
    pub async fn page(
        &self,
        selection: &RiverSelection,
        before: Option<EntryPlace>,
        limit: usize,
    ) -> Result<PageOfArticles, StoreError> {
        let permit = self.search_permit(selection).await?;
        let selection = selection.clone();
        let near = self.dedup().near_duplicates;
        let page = self.readers.read(move |conn| river::page(conn, &selection, before, limit, near)).await;
        drop(permit);
        page
    }

    /// Waits until a search may run, if the selection is a search. Only one runs at a time.
    async fn search_permit(
        &self,
        selection: &RiverSelection,
    ) -> Result<Option<SemaphorePermit<'_>>, StoreError> {
        match selection {
            RiverSelection::Search(_) => {
                Ok(Some(self.searching.acquire().await.map_err(|_| StoreError::Closed)?))
            }
            _ => Ok(None),
        }
    }

    /// Returns the titles of the sources of feeds.toml, by their names. A source without a title is not among them.
    pub async fn source_titles(&self) -> Result<HashMap<String, String>, StoreError> {
        self.readers.read(source_lookups::titles).await
    }

    /// Returns what is published under this guid: an article with its edits and its neighbours in the river, or the guid of the
    /// article into which it was merged.
    pub async fn article(&self, guid: &str) -> Result<Option<FoundArticle>, StoreError> {
        let guid = guid.to_owned();
        let near = self.dedup().near_duplicates;
        self.readers.read(move |conn| article_page::find(conn, &guid, near)).await
    }

    /// Returns where the archive of a selection ends, with and without the articles in `shown`. Only the river and views have
    /// an archive.
    pub async fn archive_ends(
        &self,
        selection: &RiverSelection,
        shown: HashSet<ArticleId>,
    ) -> Result<ArchiveEnds, StoreError> {
        let selection = selection.clone();
        self.readers.read(move |conn| archive::ends(conn, &selection, &shown)).await
    }

    /// Returns the articles with these numbers in the archive of a selection. Returns `None` if the selection has no archive,
    /// or if the first number was not given yet.
    pub async fn archived(
        &self,
        selection: &RiverSelection,
        numbers: RangeInclusive<u64>,
    ) -> Result<Option<ArchivedArticles>, StoreError> {
        let selection = selection.clone();
        let near = self.dedup().near_duplicates;
        self.readers.read(move |conn| archive::articles(conn, &selection, &numbers, near)).await
    }

    /// Notes a rendered feed, and returns since when it has looked like this: the stored time if the digest is the same,
    /// otherwise `now` (at least a second after the last time), which is stored. So `Last-Modified` survives a restart, and
    /// changes with every visible change, also with an edit and with an article that has an old date.
    pub async fn note_rendered_feed(
        &self,
        feed: RenderedFeed,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        match self.write(move |conn| river::note_rendered_feed(conn, &feed, now)).await {
            // While the disk is full, readers and monitoring must still get their answers. The date is stored when the feed is
            // rendered again.
            Err(error) if error.concerns_all_writes() => Ok(now),
            noted => noted,
        }
    }

    /// Returns the newest `limit` published articles that match `query`, ordered like [`Store::latest`].
    ///
    /// Fails with [`StoreError::NoSuchTag`], [`StoreError::NoSourceNamed`] or [`StoreError::SearchTooSlow`] if the query can't
    /// be answered.
    pub async fn search(&self, query: &SearchQuery, limit: usize) -> Result<Vec<RiverItem>, StoreError> {
        self.latest(&RiverSelection::Search(query.clone()), limit).await
    }

    /// Returns how many stored articles wait to be published. A daemon publishes them within seconds; `poll` alone does not.
    pub async fn unpublished_count(&self) -> Result<u64, StoreError> {
        self.readers.read(river::unpublished_count).await
    }

    /// Returns the title and the site of each source's feed, by the name of the source.
    pub async fn feed_links(&self) -> Result<HashMap<String, SubscriptionInfo>, StoreError> {
        self.readers.read(status::feed_links).await
    }
}
