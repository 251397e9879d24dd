//! Reads the articles of a feed from the store.

use super::PublishError;
use super::plan::{FeedPart, SnapshotPlan, before_query};
use crate::article::archive::ArchivePage;
use crate::model::{EntryPlace, RiverItem};
use crate::render::page;
use crate::store::{ArchiveEnd, RiverSelection, Store};
use crate::time::Timestamp;

/// Publishes the stored articles (except for a search, and for a page of the archive or of older articles), reads those that
/// `plan` asks for, and adds the links to older and newer articles to `plan`. Returns `None` if the feed has no such part.
pub(super) async fn read(
    store: &Store,
    plan: &mut SnapshotPlan,
) -> Result<Option<Vec<RiverItem>>, PublishError> {
    if let RiverSelection::View(name) = &plan.selection
        && !store.view_is_filled(name).await?
    {
        return Err(PublishError::ViewIsNew(name.clone()));
    }
    let limit = match plan.part {
        FeedPart::Archive(page) => return read_archive_page(store, plan, page).await,
        FeedPart::Before(place) => return read_older_page(store, plan, place).await,
        FeedPart::Newest => plan.max_articles,
        FeedPart::Limited(limit) => limit,
    };
    if !matches!(plan.selection, RiverSelection::Search(_)) {
        store.publish(Timestamp::now()).await?;
    }
    if matches!(
        plan.selection,
        RiverSelection::Tag(_) | RiverSelection::Source(_) | RiverSelection::Search(_)
    ) {
        let page = store.page(&plan.selection, None, limit).await?;
        plan.links.older_query = page.older_before.map(before_query);
        return Ok(Some(page.articles));
    }
    let articles = store.latest(&plan.selection, limit).await?;
    let page_of = |end: ArchiveEnd| ArchivePage::containing(end.newest, end.last).path();
    let shown = articles.iter().map(|article| article.id).collect();
    let ends = store.archive_ends(&plan.selection, shown).await?;
    plan.links.previous_archive = ends.whole.map(page_of);
    plan.links.older_page = ends.without_shown.map(page_of);
    Ok(Some(articles))
}

/// Reads the articles before a place. Returns `None` if there are none.
async fn read_older_page(
    store: &Store,
    plan: &mut SnapshotPlan,
    before: EntryPlace,
) -> Result<Option<Vec<RiverItem>>, PublishError> {
    let page = store.page(&plan.selection, Some(before), page::ARTICLES_PER_PAGE).await?;
    plan.links.older_query = page.older_before.map(before_query);
    plan.links.newer_query = page.newer_before.map(before_query);
    Ok((!page.articles.is_empty()).then_some(page.articles))
}

async fn read_archive_page(
    store: &Store,
    plan: &mut SnapshotPlan,
    page: ArchivePage,
) -> Result<Option<Vec<RiverItem>>, PublishError> {
    let found = store.archived(&plan.selection, page.first()..=page.last()).await?;
    let Some(found) = found else { return Ok(None) };
    // An address like `12-37` states how many articles the page has. If it states more than were numbered, no page ever linked
    // to it.
    if page.last() > found.last && page.is_named_by_length() {
        return Ok(None);
    }
    plan.links.previous_archive = found.next_older.map(|number| ArchivePage::complete(number).path());
    plan.links.older_page.clone_from(&plan.links.previous_archive);
    let has_successor = found.last > page.last() && !page.is_named_by_length();
    plan.links.next_archive = has_successor.then(|| ArchivePage::complete(page.last() + 1).path());
    Ok(Some(found.articles))
}
