//! Reads the articles of a merged feed, as the river shows them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::error::is_unreadable_value;
use super::members::Members;
use super::other_entries::{ShownEntry, also_in, chosen_title, others};
use super::placed_article::Part;
use super::selection::{PageOfArticles, RenderedFeed, RiverSelection};
use super::state::{json, time};
use super::{StoreError, source_lookups, texts, views};
use crate::article::completion::{self, TextChoice};
use crate::article::text_budget::TextBudget;
use crate::config::NearDuplicates;
use crate::model::{ArticleId, EntryPlace, Origin, RiverItem, RiverSource, SafeHtml, Show, SourceId};
use crate::time::{HOUR, Timestamp};

/// Stores the digest of a rendered feed, and returns since when the feed has looked like this.
pub(super) fn note_rendered_feed(
    conn: &Connection,
    feed: &RenderedFeed,
    now: Timestamp,
) -> Result<Timestamp, StoreError> {
    let last: Option<(String, i64)> = conn
        .prepare_cached("select digest, since from editions where path = ?")?
        .query_row([&feed.path], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let since = match last {
        Some((digest, since)) if digest == feed.digest => return Ok(Timestamp::from_unix(since)),
        // HTTP dates are whole seconds, and two versions of a feed must never have the same date.
        Some((_, since)) => now.unix().max(since + 1),
        None => now.unix(),
    };
    conn.prepare_cached("insert or replace into editions (path, digest, since) values (?, ?, ?)")?
        .execute(params![feed.path, feed.digest, since])?;
    Ok(Timestamp::from_unix(since))
}

/// Returns how many articles wait to be published.
pub(super) fn unpublished_count(conn: &Connection) -> Result<u64, StoreError> {
    let count: i64 = conn.query_row(
        "select count(*) from articles where published_at is null and representative is not null",
        [],
        |row| row.get(0),
    )?;
    Ok(count.cast_unsigned())
}

/// Returns the newest `limit` articles of a selection, ordered by river time, the newest first. Articles of the same
/// second are ordered by source, then as in their document.
pub(super) fn latest(
    conn: &Connection,
    selection: &RiverSelection,
    limit: usize,
    near: NearDuplicates,
) -> Result<Vec<RiverItem>, StoreError> {
    let ids = match selection {
        RiverSelection::River => newest(conn, limit)?,
        RiverSelection::View(name) => views::newest(conn, name, limit)?,
        RiverSelection::Tag(_) | RiverSelection::Source(_) | RiverSelection::Search(_) => {
            return Ok(page(conn, selection, None, limit, near)?.articles);
        }
    };
    items(conn, ids, ItemsOf::AllSources, near)
}

/// Returns at most `limit` articles of a tag, a source or a search: the newest ones, or the newest ones before a place. They
/// are ordered as in [`latest`]. The result is empty for the river and for views, because their older articles are in archives,
/// and for a source that is not stored.
pub(super) fn page(
    conn: &Connection,
    selection: &RiverSelection,
    before: Option<EntryPlace>,
    limit: usize,
    near: NearDuplicates,
) -> Result<PageOfArticles, StoreError> {
    let Some(members) = Members::of(conn, selection)? else { return Ok(PageOfArticles::default()) };
    let of = match &members {
        Members::Source(source) => ItemsOf::Source(*source),
        Members::Tag { .. } | Members::Search(_) => ItemsOf::AllSources,
    };
    // If one more article than `limit` is found, another page follows.
    let one_more = limit.saturating_add(1);
    let mut found = members.read(conn, before.map_or(Part::Newest, Part::Before), one_more)?;
    let is_last = found.len() <= limit;
    found.truncate(limit);
    let older_before = found.last().filter(|_| !is_last).map(|last| last.place);
    let newer_before = match before {
        Some(place) => members.read(conn, Part::From(place), one_more)?.get(limit).map(|next| next.place),
        None => None,
    };
    let ids = found.into_iter().map(|placed| placed.article).collect();
    Ok(PageOfArticles { articles: items(conn, ids, of, near)?, older_before, newer_before })
}

/// Which entry shows each article of a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ItemsOf {
    /// Each article is shown by its representative.
    AllSources,
    /// Each article is shown by its entry of this source.
    Source(SourceId),
}

/// Returns these articles as the river shows them, ordered by river time, the newest first. Texts that are too long for one
/// document are cut.
pub(super) fn items(
    conn: &Connection,
    articles: Vec<i64>,
    of: ItemsOf,
    near: NearDuplicates,
) -> Result<Vec<RiverItem>, StoreError> {
    let source = match of {
        ItemsOf::AllSources => None,
        ItemsOf::Source(id) => Some(id),
    };
    let mut items = Vec::with_capacity(articles.len());
    let mut budget = TextBudget::of(articles.len());
    let mut unreadable = Vec::new();
    for id in articles {
        match item(conn, id, source, near) {
            Ok(Some((row, mut found))) => {
                budget.fit(&mut found);
                items.push((row, found));
            }
            Ok(None) => {}
            // One damaged row must not hide the other articles from all readers.
            Err(StoreError::Sqlite(error)) if is_unreadable_value(&error) => unreadable.push((id, error)),
            Err(error) => return Err(error),
        }
    }
    log_unreadable(&unreadable);
    // Within a source the row of an entry gives its position in the document, and does not depend on when other sources
    // were polled.
    items.sort_by(|(row, one), (other_row, other)| {
        let newest_first = other.river_at.cmp(&one.river_at);
        newest_first.then_with(|| one.source.name.cmp(&other.source.name)).then(other_row.cmp(row))
    });
    Ok(items.into_iter().map(|(_, item)| item).collect())
}

/// Logs that articles of a feed can't be read: once an hour, and when they are twice as many as the last time. Each feed is
/// read again and again.
fn log_unreadable(unreadable: &[(i64, Arc<rusqlite::Error>)]) {
    static LOGGED: Mutex<Option<(Instant, usize)>> = Mutex::new(None);
    let Some((first, error)) = unreadable.first() else { return };
    let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
    let is_known = |(at, articles): &(Instant, usize)| at.elapsed() < HOUR && unreadable.len() < 2 * articles;
    if logged.as_ref().is_some_and(is_known) {
        return;
    }
    *logged = Some((Instant::now(), unreadable.len()));
    tracing::error!(
        articles = unreadable.len(),
        first,
        %error,
        "articles can't be read and are left out: the database is damaged; \
         hint: while riverd is stopped, `riverd recover` mends them"
    );
}

fn newest(conn: &Connection, limit: usize) -> Result<Vec<i64>, StoreError> {
    let mut query = conn.prepare_cached(
        "select id from articles where published_at is not null and representative is not null
         order by placed_at desc, id desc limit ?",
    )?;
    let rows = query.query_map([limit as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns an article as the river shows it.
pub(super) fn article(
    conn: &Connection,
    id: i64,
    near: NearDuplicates,
) -> Result<Option<RiverItem>, StoreError> {
    Ok(item(conn, id, None, near)?.map(|(_, item)| item))
}

/// Returns an article as the river shows it, with the row of the entry that is shown. This entry is the representative, or, in
/// the feed of one source, the entry of that source.
fn item(
    conn: &Connection,
    id: i64,
    source: Option<SourceId>,
    near: NearDuplicates,
) -> Result<Option<(i64, RiverItem)>, StoreError> {
    let sql = "select articles.id, articles.guid, articles.river_at, entries.id as shown, entries.title, entries.url, author,
                   canonical_url, entries.published_at, arrived_at, updated_at, edited_at,
                   coalesce(unlisted_at, gone_at, retired_at) as unlisted_at, summary, content, packed, categories, enclosures,
                   (select pages.content from pages where pages.entry_id = entries.id) as page,
                   comments_url, language, origin, also_in, details, sources.name, sources.title as own_title, sources.url as feed_url, sources.private,
                   feed_title, feed_link, feed_rights, feed_language, feed_description, feed_show, tags
               from articles
               join entries on entries.id = coalesce(
                   (select min(own.id) from entries as own
                    where ?2 is not null and own.article_id = articles.id and +own.source_id = ?2 and own.held_back is null
                        and (select source_id from entries where id = representative) <> ?2),
                   representative)
               join texts on texts.entry_id = entries.id
               join sources on sources.id = entries.source_id
               where articles.id = ?1";
    let found = conn
        .prepare_cached(sql)?
        .query_row(params![id, source.map(|source| source.0)], |row| {
            let shown = ShownEntry {
                id: row.get("shown")?,
                page: row.get("canonical_url")?,
                unlisted_at: time(row, "unlisted_at")?,
                edited_at: time(row, "edited_at")?,
                arrived_at: Timestamp::from_unix(row.get("arrived_at")?),
            };
            Ok((read_item(row)?, shown))
        })
        .optional()?;
    let Some((mut item, shown)) = found else { return Ok(None) };
    let others = others(conn, id, &shown)?;
    item.also_in = also_in(&item, &shown, &others, near);
    let texts = if source.is_some() { TextChoice::Own } else { TextChoice::Fullest };
    completion::complete(&mut item, others.into_iter().map(|other| other.offers).collect(), texts);
    Ok(Some((shown.id, item)))
}

fn read_item(row: &Row<'_>) -> rusqlite::Result<RiverItem> {
    let arrived_at = Timestamp::from_unix(row.get("arrived_at")?);
    let html = |text: Option<String>| text.map(SafeHtml::assume_sanitised);
    let (summary, content) = texts::read(row)?;
    let (mut summary, mut content) = (html(summary), html(content));
    let picture_of_page = completion::use_page(&mut summary, &mut content, html(row.get("page")?));
    let stated = [time(row, "published_at")?, time(row, "updated_at")?];
    let mut item = RiverItem {
        id: ArticleId(row.get("id")?),
        guid: row.get("guid")?,
        title: row.get("title")?,
        url: row.get("url")?,
        author: row.get("author")?,
        river_at: Timestamp::from_unix(row.get("river_at")?),
        published_at: time(row, "published_at")?.map(|stated| stated.min(arrived_at)),
        updated_at: edited_at(row)?,
        is_dated_by_riverd: false,
        summary,
        content,
        categories: json(row, "categories")?,
        enclosures: json(row, "enclosures")?,
        comments_url: row.get("comments_url")?,
        language: row.get("language")?,
        source: river_source(row)?,
        also_in: json(row, "also_in")?,
        details: json(row, "details")?,
    };
    item.details.image = item.details.image.take().or(picture_of_page);
    item.is_dated_by_riverd = !stated.contains(&Some(item.changed_at()));
    Ok(item)
}

/// Returns when an article was last edited: at the time that the feed states, but not later than riverd saw the edit. If the
/// feed states no time, it is the time at which riverd saw the edit.
fn edited_at(row: &Row<'_>) -> rusqlite::Result<Option<Timestamp>> {
    let seen = time(row, "edited_at")?;
    let Some(stated) = time(row, "updated_at")? else { return Ok(seen) };
    let latest = Timestamp::from_unix(row.get("arrived_at")?);
    Ok(Some(stated.min(seen.unwrap_or(latest))))
}

fn river_source(row: &Row<'_>) -> rusqlite::Result<RiverSource> {
    let name: String = row.get("name")?;
    let feed_url: String = row.get("feed_url")?;
    let mut source = RiverSource {
        title: chosen_title(row.get("own_title")?, row.get("feed_title")?, &name),
        feed_url: source_lookups::published(&feed_url, &name, row.get("private")?),
        name,
        site_url: row.get("feed_link")?,
        rights: row.get("feed_rights")?,
        language: row.get("feed_language")?,
        description: row.get("feed_description")?,
        show: json::<Option<Show>>(row, "feed_show")?.map(Arc::new),
        tags: json(row, "tags")?,
    };
    // If an entry names its source itself, that source is shown.
    if let Some(origin) = json::<Option<Origin>>(row, "origin")? {
        source.title = origin.title.unwrap_or(source.title);
        if let Some(url) = origin.url {
            source.feed_url = url;
            source.site_url = None;
            source.rights = None;
            (source.language, source.description, source.show) = (None, None, None);
        }
    }
    Ok(source)
}
