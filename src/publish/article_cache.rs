//! Caches the pages of single articles. They are made on request, one at a time, and kept within a memory limit.

use std::sync::{Mutex, PoisonError};

use tokio::task::spawn_blocking;

use super::PublishError;
use crate::article::merge::merged_item;
use crate::model::{FoundArticle, RiverItem, StoredArticle};
use crate::render::Representation;
use crate::render::article_page::{self, ArticlePage, ArticlePageContext};
use crate::store::Store;
use crate::time::Timestamp;

/// Memory for cached pages, in bytes. It holds some hundred pages. Making a page takes a few milliseconds.
const MEMORY_LIMIT: usize = 8 << 20;

/// What is under the address of an article.
#[derive(Clone, Debug)]
pub enum ArticleAnswer {
    /// Its page, and when it was made.
    Page(Representation, Timestamp),
    /// The guid of the article that tells its story now.
    MovedTo(String),
}

/// The cached pages of articles.
#[derive(Default, Debug)]
pub(super) struct ArticleCache {
    /// The pages, the least recently requested first.
    pages: Mutex<Vec<CachedPage>>,
    /// Held while a page is made, so that clients that ask for many articles use one processor and one reader of the
    /// database at most.
    making: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct CachedPage {
    guid: String,
    /// Number of the last rebuild of the river before the page was made.
    generation: u64,
    page: Representation,
    made_at: Timestamp,
}

impl ArticleCache {
    /// Returns what is under `guid`. A page is taken from the cache if it was made at `generation` or later.
    pub(super) async fn get_or_make(
        &self,
        store: &Store,
        guid: String,
        generation: u64,
        context: ArticlePageContext,
    ) -> Result<Option<ArticleAnswer>, PublishError> {
        if let Some(answer) = self.find(&guid, generation) {
            return Ok(Some(answer));
        }
        let _one_at_a_time = self.making.lock().await;
        if let Some(answer) = self.find(&guid, generation) {
            return Ok(Some(answer));
        }
        let article = match store.article(&guid).await? {
            None => return Ok(None),
            Some(FoundArticle::MergedInto(guid)) => return Ok(Some(ArticleAnswer::MovedTo(guid))),
            Some(FoundArticle::Shown(article)) => *article,
        };
        let page = spawn_blocking(move || article_page::article_page(&merged(article, &context), &context))
            .await??;
        let made_at = Timestamp::now();
        self.insert(CachedPage { guid, generation, page: page.clone(), made_at });
        Ok(Some(ArticleAnswer::Page(page, made_at)))
    }

    /// Finds a current page and marks it as the most recently requested.
    fn find(&self, guid: &str, generation: u64) -> Option<ArticleAnswer> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let index = pages.iter().position(|page| page.guid == guid && page.generation >= generation)?;
        let cached = pages.remove(index);
        let answer = ArticleAnswer::Page(cached.page.clone(), cached.made_at);
        pages.push(cached);
        Some(answer)
    }

    fn insert(&self, new: CachedPage) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.retain(|old| old.guid != new.guid && old.generation >= new.generation);
        pages.push(new);
        let mut size: usize = pages.iter().map(|cached| cached.page.size()).sum();
        while size > MEMORY_LIMIT && pages.len() > 1 {
            size -= pages.remove(0).page.size();
        }
    }
}

/// Adds headlines and excerpts to an article and its neighbours, as in the river.
fn merged(article: StoredArticle, context: &ArticlePageContext) -> ArticlePage {
    let neighbour = |item: Box<RiverItem>| {
        let merged = merged_item(*item, context.depth);
        (merged.headline, merged.article.guid)
    };
    ArticlePage {
        item: merged_item(article.item, context.depth),
        edits: article.edits,
        newer: article.newer.map(neighbour),
        older: article.older.map(neighbour),
    }
}
