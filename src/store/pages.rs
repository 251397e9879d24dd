//! The web pages behind entries, for sources with `full_text`: which are due, and their articles.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use serde::Serialize;
use url::Url;

use super::growth::{self, NewText};
use super::state::time;
use super::storing_context::{self, StoringContext};
use super::{StoreError, plans, representative, texts};
use crate::article::arrival_time::ArrivalTime;
use crate::article::full_text::{self, DocumentAge};
use crate::article::placement::{self, AmongNew, Arrival, SourceHistory};
use crate::model::{Article, DocumentArticles, DuePage, PageRecord, SafeHtml, Source, SourceId};
use crate::policy::page_fetch::{self, LONGEST_WAIT, PUBLISHED_AFTER};
use crate::time::Timestamp;

/// How many due pages one claim reads, the earliest first. Of these pages, it claims at most one for each host.
const LOOKED_AT: i64 = 2000;

/// Why the article of a page is not stored although there is one.
const TOO_MUCH_TEXT: &str = "its source brings more text than riverd stores within a day";

/// Which pages may be claimed now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageClaim {
    /// How many pages to claim at most. Each host gets at most one.
    pub total: usize,
    /// Hosts that can't take another request now.
    pub busy_hosts: HashSet<String>,
}

/// What became of the page behind an entry, for `why`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PageHistory {
    /// Whether the article of the page is stored. It is shown if it is fuller than the text of the feed.
    pub has_article: bool,
    /// How many times the page was fetched. An attempt that was postponed, for example because of a pause, does not count.
    pub tries: u32,
    /// When the last of these fetches ended.
    pub fetched_at: Option<Timestamp>,
    /// When it is fetched next; `None` for never.
    pub next_try_at: Option<Timestamp>,
    /// Why its article is not used.
    pub failure: Option<String>,
}

/// Returns the sources that have pages, fetched or not.
pub(super) fn sources_with_pages(conn: &Connection) -> Result<Vec<SourceId>, StoreError> {
    let mut query = conn.prepare_cached("select distinct source_id from pages")?;
    let rows = query.query_map([], |row| row.get(0).map(SourceId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes the pages of these sources. Their entries have the text of the feed again, and no longer wait to be published.
pub(super) fn forget(conn: &Connection, sources: &[SourceId], now: Timestamp) -> Result<(), StoreError> {
    for id in sources {
        let sql = "select entry_id from pages where source_id = ? and waits_until is not null";
        let mut query = conn.prepare_cached(sql)?;
        let waiting: Vec<i64> = query.query_map([id.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for entry in waiting {
            end_wait(conn, entry, now)?;
        }
        // A search must no longer find the words of the pages, so their entries are indexed again.
        let sql = "insert into search_queue (entry_id)
                   select entry_id from pages where source_id = ? and content is not null";
        conn.prepare_cached(sql)?.execute([id.0])?;
        conn.prepare_cached("delete from pages where source_id = ?")?.execute([id.0])?;
    }
    Ok(())
}

/// Notes that the pages behind new entries of a document that no filter holds back are to be fetched, as far as
/// [`full_text::with_pages`] chooses them. The articles of these entries wait a while for their pages.
pub(super) fn want(
    conn: &Connection,
    context: &StoringContext<'_>,
    document: &DocumentArticles,
) -> Result<(), StoreError> {
    let age = if context.history == SourceHistory::Entries { DocumentAge::Later } else { DocumentAge::First };
    let mut new: Vec<&Article> = Vec::new();
    let mut rows = HashMap::new();
    for article in &document.articles {
        let row: Option<i64> = conn
            .prepare_cached(
                "select id from entries where source_id = ? and key = ? and arrived_at = ? and held_back is null",
            )?
            .query_row(params![context.source.0, article.key.0, context.now.unix()], |row| row.get(0))
            .optional()?;
        if let Some(row) = row {
            new.push(article);
            rows.insert(&article.key, row);
        }
    }
    for (article, url) in full_text::with_pages(&new, age, context.now) {
        let (Some(row), Some(host)) = (rows.get(&article.key), url.host_str()) else { continue };
        conn.prepare_cached(
            "insert or ignore into pages (entry_id, source_id, host, url, next_try_at, waits_until)
             values (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            row,
            context.source.0,
            host,
            url.as_str(),
            context.now.unix(),
            context.now.saturating_add(PUBLISHED_AFTER).unix()
        ])?;
    }
    Ok(())
}

/// Returns whether a page is due. If its next fetch is planned for later than [`LONGEST_WAIT`] from now, it was planned before
/// the clock was set back, so the page is due, too.
pub(super) fn any_due(conn: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "select 1 from pages where next_try_at <= ?1 or next_try_at > ?2 limit 1";
    let latest = now.saturating_add(LONGEST_WAIT);
    Ok(conn.prepare_cached(sql)?.exists(params![now.unix(), latest.unix()])?)
}

/// A due page, with the row of its entry and of its source. `page` is `None` if it can't be fetched.
struct DueRow {
    entry: i64,
    source: SourceId,
    host: String,
    page: Option<DuePage>,
}

/// Claims due pages, the earliest first and one of each host. Plans the next fetch of each, in case the fetch that begins now
/// is never recorded. `sources` are those with `full_text`; the pages of all other sources are no longer due.
pub(super) fn claim(
    conn: &Connection,
    claim: &PageClaim,
    sources: &HashMap<SourceId, Arc<Source>>,
    now: Timestamp,
) -> Result<Vec<DuePage>, StoreError> {
    let mut query = conn.prepare_cached(
        // Entries of one document are due together. The newest of them has the highest row.
        "select entry_id, source_id, host, url, tries from (
             select *, row_number() over (partition by host order by next_try_at, entry_id desc) as place from (
                 select * from pages where next_try_at <= ?1 or next_try_at > ?2
                 order by next_try_at, entry_id desc limit ?3
             )
         ) where place = 1 order by next_try_at",
    )?;
    let latest = now.saturating_add(LONGEST_WAIT);
    let rows = query.query_map(params![now.unix(), latest.unix(), LOOKED_AT], |row| due_row(row, sources))?;
    let mut pages = Vec::new();
    for row in rows {
        let row = row?;
        let Some(mut page) = row.page else {
            if sources.contains_key(&row.source) {
                // The address of the page can't be read.
                conn.prepare_cached("update pages set next_try_at = null where entry_id = ?")?
                    .execute([row.entry])?;
            } else {
                // The source was removed or disabled, or no longer has `full_text`, so none of its pages is fetched.
                conn.prepare_cached("update pages set next_try_at = null where source_id = ?")?
                    .execute([row.source.0])?;
            }
            continue;
        };
        if claim.busy_hosts.contains(&row.host) || pages.len() >= claim.total {
            continue;
        }
        (page.title, page.feed_text) = feed_text(conn, page.entry)?;
        conn.prepare_cached("update pages set tries = ?, next_try_at = ? where entry_id = ?")?.execute(
            params![
                page.tries.saturating_add(1),
                page_fetch::after_crash(page.tries, now).map(Timestamp::unix),
                page.entry
            ],
        )?;
        pages.push(page);
    }
    Ok(pages)
}

fn due_row(row: &Row<'_>, sources: &HashMap<SourceId, Arc<Source>>) -> rusqlite::Result<DueRow> {
    let source_id = SourceId(row.get("source_id")?);
    let url: String = row.get("url")?;
    let (entry, tries) = (row.get("entry_id")?, row.get("tries")?);
    let page = sources.get(&source_id).zip(Url::parse(&url).ok()).map(|(source, url)| DuePage {
        entry,
        source_id,
        source: Arc::clone(source),
        url,
        title: String::new(),
        feed_text: None,
        tries,
    });
    Ok(DueRow { entry, source: source_id, host: row.get("host")?, page })
}

/// Returns the title and the text that the feed gives an entry.
fn feed_text(conn: &Connection, entry: i64) -> Result<(String, Option<SafeHtml>), StoreError> {
    let found = conn
        .prepare_cached(
            "select title, summary, content, packed from entries left join texts on entry_id = id where id = ?",
        )?
        .query_row([entry], |row| {
            let (summary, content) = texts::read(row)?;
            Ok((row.get("title")?, content.or(summary).map(SafeHtml::assume_sanitised)))
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Stores how the fetch of a page ended: the article of the page, when the page is fetched next, the pause of its domain, and
/// until when no other page of its host is fetched. After this, the article of the entry can be published, unless it still
/// waits.
pub(super) fn record(conn: &Connection, record: &PageRecord, now: Timestamp) -> Result<(), StoreError> {
    if let Some(pause) = &record.pause {
        plans::pause_domain(conn, None, pause, now)?;
    }
    let fetched_at = (!record.still_waits).then_some(now.unix());
    let (text, message) = match &record.text {
        Some(text) if !has_room(conn, record, text, now)? => (None, Some(TOO_MUCH_TEXT)),
        text => (text.as_ref().map(SafeHtml::as_str), record.message.as_deref()),
    };
    conn.prepare_cached(
        "update pages set tries = :tries, next_try_at = :next, fetched_at = coalesce(:fetched, fetched_at),
             content = coalesce(:content, content), message = :message
         where entry_id = :entry",
    )?
    .execute(named_params! {
        ":tries": record.tries,
        ":next": record.next_try_at.map(Timestamp::unix),
        ":fetched": fetched_at,
        ":content": text,
        ":message": message,
        ":entry": record.entry,
    })?;
    if text.is_some() {
        // A search must find the words of the page, so its entry is indexed again.
        conn.prepare_cached("insert into search_queue (entry_id) values (?)")?.execute([record.entry])?;
    }
    if let Some(until) = record.host_until {
        conn.prepare_cached(
            "update pages set next_try_at = ?1
             where next_try_at < ?1 and host = (select host from pages where entry_id = ?2)",
        )?
        .execute(params![until.unix(), record.entry])?;
    }
    if record.still_waits { Ok(()) } else { end_wait(conn, record.entry, now) }
}

/// Returns whether the article of a page may be stored today, and counts its text if so.
fn has_room(
    conn: &Connection,
    record: &PageRecord,
    text: &SafeHtml,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let bytes = text.as_str().len() as u64;
    let text = NewText { source: record.source_id, bytes, now };
    let fits = growth::text_room(conn, record.source_id, now)? >= bytes;
    if fits {
        growth::note_text(conn, text)?;
    }
    Ok(fits)
}

/// Returns whether an article waits for its page.
pub(super) fn any_waiting(conn: &Connection) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("select 1 from pages where waits_until is not null limit 1")?.exists([])?)
}

/// Returns entries whose articles have waited long enough for their pages, at most `limit`. If a wait would still last longer
/// than [`PUBLISHED_AFTER`], it began before the clock was set back, so it is over, too.
pub(super) fn waited_enough(conn: &Connection, now: Timestamp, limit: usize) -> Result<Vec<i64>, StoreError> {
    let sql = "select entry_id from pages where waits_until <= ?1 or waits_until > ?2 limit ?3";
    let mut query = conn.prepare_cached(sql)?;
    let latest = now.saturating_add(PUBLISHED_AFTER);
    let rows = query.query_map(params![now.unix(), latest.unix(), limit as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Ends the wait of articles that have waited long enough for their pages, at most `limit`. They can be published then.
pub(super) fn end_long_waits(conn: &Connection, now: Timestamp, limit: usize) -> Result<(), StoreError> {
    for entry in waited_enough(conn, now, limit)? {
        end_wait(conn, entry, now)?;
    }
    Ok(())
}

/// Lets the article of an entry be published. Unless it came with a first poll, it is placed as if it had arrived now, so that
/// subscribers who have read newer articles meanwhile do not miss it.
fn end_wait(conn: &Connection, entry: i64, now: Timestamp) -> Result<(), StoreError> {
    let waited = conn
        .prepare_cached("update pages set waits_until = null where entry_id = ? and waits_until is not null")?
        .execute([entry])?;
    if waited == 0 {
        return Ok(());
    }
    let newest = storing_context::newest_place(conn)?;
    let time = ArrivalTime::new(now, newest, None);
    let place = placement::place(Arrival::Later, None, AmongNew::default(), &time);
    // The entries of a first poll are placed by their dates, before their arrival, and stay there.
    let article: Option<i64> = conn
        .prepare_cached(
            "update entries set placed_at = max(placed_at, ?1) where id = ?2 and placed_at >= arrived_at
                 and exists (select 1 from articles where articles.id = article_id and published_at is null)
             returning article_id",
        )?
        .query_row(params![place.placed_at.unix(), entry], |row| row.get(0))
        .optional()?;
    article.map_or(Ok(()), |article| representative::choose(conn, article))
}

/// Returns what became of the page behind an entry; `None` if none was to be fetched.
pub(super) fn history(conn: &Connection, entry: i64) -> Result<Option<PageHistory>, StoreError> {
    let read = |row: &Row<'_>| {
        Ok(PageHistory {
            has_article: row.get("has_article")?,
            tries: row.get("tries")?,
            fetched_at: time(row, "fetched_at")?,
            next_try_at: time(row, "next_try_at")?,
            failure: row.get("message")?,
        })
    };
    let sql = "select content is not null as has_article, tries, fetched_at, next_try_at, message
               from pages where entry_id = ?";
    Ok(conn.prepare_cached(sql)?.query_row([entry], read).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cadence, Location};

    #[test]
    fn a_page_whose_address_cannot_be_read_costs_no_other_page_of_its_source_its_fetch() {
        let conn = Connection::open_in_memory().unwrap();
        // Only what a claim reads of the tables.
        conn.execute_batch(
            "create table entries (id integer primary key, title, summary, content);
             create table texts (entry_id, packed);
             create table pages (entry_id, source_id, host, url, tries, next_try_at);
             insert into entries values (1, 'a', null, null), (2, 'b', null, null);
             insert into pages values (1, 1, 'a.example', 'https://a.example/1', 0, 10);
             insert into pages values (2, 1, 'b.example', 'no address', 0, 5);
             insert into pages values (3, 2, 'c.example', 'https://c.example/3', 0, 5);
             insert into pages values (4, 2, 'd.example', 'https://d.example/4', 0, 50);",
        )
        .unwrap();
        let location = Location::Http("https://a.example/feed".parse().unwrap());
        let source = Source::new("a", location, Cadence::Every(crate::time::HOUR));
        let sources = HashMap::from([(SourceId(1), Arc::new(source))]);
        let wanted = PageClaim { total: 8, busy_hosts: HashSet::new() };
        let claimed = claim(&conn, &wanted, &sources, Timestamp::from_unix(20)).unwrap();
        assert_eq!(claimed.iter().map(|page| page.entry).collect::<Vec<_>>(), [1]);
        let mut query = conn.prepare("select next_try_at is null from pages order by entry_id").unwrap();
        let given_up: Vec<bool> =
            query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(given_up, [false, true, true, true], "the second source has no `full_text` any more");
    }
}
