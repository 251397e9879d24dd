//! Makes the store follow feeds.toml at the start and at each reload.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use super::Store;
use crate::config::Dedup;
use crate::model::{Source, SourceId, View};
use crate::store::sources::{self, OverdueSources, SyncReport};
use crate::store::views::{self, ViewRules};
use crate::store::{StoreError, incidents, pages, purge, refilter};
use crate::time::Timestamp;

impl Store {
    /// Makes the sources of the store follow feeds.toml: adds, retires, revives, renames and moves them, and deletes those that
    /// are to be purged. Filters that changed are applied to the stored entries, and the web pages that were fetched for
    /// sources which are configured without `full_text` now are deleted. A changed interval brings a later `next_poll_at`
    /// forward, but never before the time that the publisher asked for.
    pub async fn sync_sources(
        &self,
        sources: &[Arc<Source>],
        dedup: &Dedup,
        now: Timestamp,
    ) -> Result<SyncReport, StoreError> {
        self.sync_with_overdue(sources, dedup, OverdueSources::Spread, now).await
    }

    /// Does the same as [`Store::sync_sources`]. `overdue` says when to poll the sources that a new interval makes overdue.
    pub async fn sync_with_overdue(
        &self,
        sources: &[Arc<Source>],
        dedup: &Dedup,
        overdue: OverdueSources,
        now: Timestamp,
    ) -> Result<SyncReport, StoreError> {
        let configured: Arc<[Arc<Source>]> = sources.into();
        let sync = || {
            let configured = Arc::clone(&configured);
            self.write(move |conn| sources::sync(conn, &configured, overdue, now))
        };
        let synced = self.mending(sync).await?;
        let by_row: HashMap<SourceId, Arc<Source>> = synced.rows.into_iter().collect();
        {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            (current.dedup, current.sources) = (dedup.clone(), by_row.clone());
        }
        if let Some(writer) = &self.writer {
            let enabled = by_row.iter().filter(|(_, source)| source.enabled).map(|(id, _)| *id);
            writer.health().poll_only(enabled.collect());
        }
        for id in synced.refilter {
            if let Some(source) = by_row.get(&id) {
                self.mending(|| self.refilter(id, source)).await?;
            }
        }
        self.forget_unwanted_pages(now).await?;
        let articles_waited = self.readers.read(pages::any_waiting).await?;
        self.current.write().unwrap_or_else(PoisonError::into_inner).articles_waited = articles_waited;
        Ok(SyncReport { purged: self.purge().await?, ..synced.report })
    }

    /// Deletes what is to be purged in steps, so that polls get their turn. After a stop, the next start continues.
    async fn purge(&self) -> Result<u64, StoreError> {
        let mut purged = 0;
        while let Some(step) = self.write_in_turn(purge::step).await? {
            purged += step;
        }
        // Following feeds.toml keeps the pauses that the former addresses of sources asked for.
        self.read_kept_addresses().await?;
        Ok(purged)
    }

    /// Applies changed filters in batches, so that polls get their turn. After a stop, the next start begins again.
    async fn refilter(&self, id: SourceId, source: &Arc<Source>) -> Result<(), StoreError> {
        let mut after = Some(0);
        while let Some(last) = after {
            let source = Arc::clone(source);
            after = self.write_in_turn(move |conn| refilter::batch(conn, id, &source.filter, last)).await?;
        }
        let source = Arc::clone(source);
        self.write(move |conn| sources::note_filtered(conn, id, &source.filter)).await
    }

    /// Deletes the web pages that were fetched for configured sources which no longer have `full_text`. Their entries have the
    /// text of the feed again.
    async fn forget_unwanted_pages(&self, now: Timestamp) -> Result<(), StoreError> {
        let with_pages = self.readers.read(pages::sources_with_pages).await?;
        let unwanted =
            with_pages.into_iter().filter(|id| self.source(*id).is_some_and(|source| !source.full_text));
        let unwanted: Vec<SourceId> = unwanted.collect();
        if unwanted.is_empty() {
            return Ok(());
        }
        self.write(move |conn| pages::forget(conn, &unwanted, now)).await
    }

    /// Makes the views of the store follow feeds.toml, after [`Store::sync_sources`]. [`Store::update_views`] then compares
    /// the stored articles with the views that are new or changed.
    pub async fn sync_views(&self, views: &[Arc<View>]) -> Result<(), StoreError> {
        let rules: Arc<[ViewRules]> = {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            let sources = || current.sources.iter().map(|(id, source)| (*id, &**source));
            let rules: Arc<[ViewRules]> = views.iter().map(|view| ViewRules::new(view, sources())).collect();
            current.views = Arc::clone(&rules);
            rules
        };
        self.write(move |conn| views::sync(conn, &rules)).await
    }

    /// Notes that feeds.toml has these errors, or that it has none.
    pub async fn note_config_errors(&self, errors: Option<String>, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |conn| incidents::note_config(conn, errors.as_deref(), now)).await
    }
}
