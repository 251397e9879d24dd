//! Keeps the articles of each view up to date: which articles belong to the view, and which number each has in its archive.
//!
//! Articles are compared with the views in steps, each a transaction of its own, so that polls get their turn.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::setting_texts::filters_text;
use super::state::{as_json, json};
use super::{StoreError, texts};
use crate::article::filter::{self, FilterSubject};
use crate::model::{EntryFilter, Source, SourceId, View};
use crate::text::html;

/// How many new and changed articles one step compares with the views, and how many stored articles it compares with a new or
/// changed view.
const ARTICLES: i64 = 300;
/// How many rows of a removed view one step deletes.
const DELETED_ROWS: i64 = 10_000;

/// What one step changed in the views of the store.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ViewProgress {
    /// Names of the views with articles that came, went or changed.
    pub changed: BTreeSet<String>,
    /// Whether there is more to do.
    pub more: bool,
}

impl ViewProgress {
    fn note_change(&mut self, view: &str) {
        if !self.changed.contains(view) {
            self.changed.insert(view.to_owned());
        }
    }
}

/// What decides which articles belong to a view.
#[derive(Clone, Debug)]
pub(super) struct ViewRules {
    name: String,
    /// The sources whose entries count; `None` for all.
    sources: Option<HashSet<i64>>,
    filter: EntryFilter,
    /// The filter without its `keep` patterns.
    drops: EntryFilter,
}

impl ViewRules {
    /// Returns the rules of `view`. `sources` are those of feeds.toml.
    pub(super) fn new<'s>(view: &View, sources: impl Iterator<Item = (SourceId, &'s Source)>) -> Self {
        let is_member = |source: &Source| {
            view.sources.contains(&source.name) || view.tags.iter().any(|tag| source.tags.contains(tag))
        };
        let members = || sources.filter(|(_, source)| is_member(source)).map(|(id, _)| id.0).collect();
        Self {
            name: view.name.clone(),
            sources: (!view.takes_all_sources()).then(members),
            filter: view.filter.clone(),
            drops: EntryFilter { keep: Vec::new(), ..view.filter.clone() },
        }
    }

    fn definition(&self) -> String {
        let mut sources: Option<Vec<i64>> = self.sources.as_ref().map(|ids| ids.iter().copied().collect());
        if let Some(ids) = &mut sources {
            ids.sort_unstable();
        }
        as_json(&(sources, filters_text(&self.filter)))
    }
}

/// Makes the views of the store follow feeds.toml. Articles are compared with new and changed views later, by [`step`].
pub(super) fn sync(conn: &Connection, rules: &[ViewRules]) -> Result<(), StoreError> {
    let names: Vec<&str> = rules.iter().map(|rules| rules.name.as_str()).collect();
    conn.prepare_cached(
        "update views set definition = null, compared_to = null, filled = 0
         where id > 0 and name not in (select value from json_each(?))",
    )?
    .execute([as_json(&names)])?;
    for rules in rules {
        conn.prepare_cached(
            "insert into views (name, definition, compared_to) values (?1, ?2, 0)
             on conflict (name) do update set definition = ?2, compared_to = 0 where definition is not ?2",
        )?
        .execute([&rules.name, &rules.definition()])?;
    }
    Ok(())
}

/// Brings the views up to date by one step. `rules` are those that [`sync`] got.
pub(super) fn step(conn: &Connection, rules: &[ViewRules]) -> Result<ViewProgress, StoreError> {
    let mut progress = ViewProgress::default();
    delete_removed(conn, &mut progress)?;
    let queued = ids(conn, QUEUED, ARTICLES)?;
    for article in &queued {
        let entries = visible_entries(conn, *article)?;
        for rules in rules {
            compare(conn, rules, *article, &entries, &mut progress)?;
        }
        conn.prepare_cached("delete from view_queue where article_id = ?")?.execute([article])?;
    }
    progress.more |= queued.len() as i64 == ARTICLES;
    for rules in rules {
        if fill(conn, rules, &mut progress)? {
            break;
        }
    }
    Ok(progress)
}

/// Notes that an article has a new entry, so that it is compared with the views, if there are any. (A trigger notes changes of
/// entries.)
pub(super) fn queue(conn: &Connection, article: i64) -> Result<(), StoreError> {
    if conn.prepare_cached(HAS_VIEWS)?.exists([])? {
        conn.prepare_cached("insert or ignore into view_queue (article_id) values (?)")?
            .execute([article])?;
    }
    Ok(())
}

/// Says whether there are views.
const HAS_VIEWS: &str = "select 1 from views where id > 0 limit 1";

/// Chooses the articles of the queue that can be compared. Articles that wait for their publication stay in the queue.
const QUEUED: &str = "select article_id from view_queue left join articles on id = article_id
     where id is null or published_at is not null or representative is null limit ?1";

fn ids(conn: &Connection, sql: &str, limit: i64) -> Result<Vec<i64>, StoreError> {
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map([limit], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn delete_removed(conn: &Connection, progress: &mut ViewProgress) -> Result<(), StoreError> {
    for view in ids(conn, "select id from views where definition is null limit ?1", 1)? {
        let deleted = conn
            .prepare_cached(
                "delete from view_articles where view_id = ?1 and number in
                     (select number from view_articles where view_id = ?1 limit ?2)",
            )?
            .execute(params![view, DELETED_ROWS])?;
        if deleted == 0 {
            conn.prepare_cached("delete from views where id = ?")?.execute([view])?;
        }
        progress.more = true;
    }
    if !conn.prepare_cached(HAS_VIEWS)?.exists([])? {
        conn.prepare_cached("delete from view_queue")?.execute([])?;
    }
    Ok(())
}

/// Compares the next articles with a view, if the view is new or changed and not all articles were compared with it yet.
/// Returns whether articles were compared.
fn fill(conn: &Connection, rules: &ViewRules, progress: &mut ViewProgress) -> Result<bool, StoreError> {
    let compared_to: Option<i64> = conn
        .prepare_cached("select compared_to from views where name = ? and definition is not null")?
        .query_row([&rules.name], |row| row.get(0))
        .optional()?
        .flatten();
    let Some(compared_to) = compared_to else { return Ok(false) };
    let mut query = conn.prepare_cached(
        "select id, archive_number from articles where archive_number > ? order by archive_number limit ?",
    )?;
    let rows = query.query_map([compared_to, ARTICLES], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    for (article, _) in &rows {
        compare(conn, rules, *article, &visible_entries(conn, *article)?, progress)?;
    }
    let next = rows.last().map(|(_, number)| *number).filter(|_| rows.len() as i64 == ARTICLES);
    conn.prepare_cached(
        "update views set compared_to = ?2, filled = max(filled, ?2 is null) where name = ?1",
    )?
    .execute(params![rules.name, next])?;
    // Another view may be new or changed too.
    progress.more = true;
    Ok(true)
}

/// An entry of an article that no filter of its source holds back.
struct VisibleEntry {
    source: i64,
    /// Whether it represents the article, which then has its title.
    represents: bool,
    title: String,
    author: Option<String>,
    url: Option<String>,
    placed_at: i64,
    article_placed_at: i64,
    summary: Option<String>,
    categories: Vec<String>,
}

/// Returns the visible entries of a published article.
fn visible_entries(conn: &Connection, article: i64) -> Result<Vec<VisibleEntry>, StoreError> {
    let mut query = conn.prepare_cached(
        "select source_id, entries.id = representative as represents, title, author, url, entries.placed_at, articles.placed_at as article_placed_at,
             summary, content, packed, categories
         from articles join entries on entries.article_id = articles.id join texts on texts.entry_id = entries.id
         where articles.id = ? and articles.published_at is not null and held_back is null",
    )?;
    let rows = query.query_map([article], |row| {
        let (summary, content) = texts::read(row)?;
        Ok(VisibleEntry {
            source: row.get("source_id")?,
            represents: row.get("represents")?,
            title: row.get("title")?,
            author: row.get("author")?,
            url: row.get("url")?,
            placed_at: row.get("placed_at")?,
            article_placed_at: row.get("article_placed_at")?,
            summary: summary.or(content),
            categories: json(row, "categories")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns when an article with these entries reached the view; `None` if the article does not belong to the view. What the
/// view drops is not shown either as the representative of an article whose other entries pass.
fn reached_at(rules: &ViewRules, entries: &[VisibleEntry]) -> Option<i64> {
    if entries.iter().any(|entry| entry.represents && !passes(&rules.drops, entry)) {
        return None;
    }
    let is_member =
        |entry: &&VisibleEntry| rules.sources.as_ref().is_none_or(|ids| ids.contains(&entry.source));
    let members = entries.iter().filter(is_member).filter(|entry| passes(&rules.filter, entry));
    members.map(|entry| if rules.sources.is_some() { entry.placed_at } else { entry.article_placed_at }).min()
}

fn passes(filter: &EntryFilter, entry: &VisibleEntry) -> bool {
    if filter.passes_all() {
        return true;
    }
    let summary = entry.summary.as_deref().map(html::to_plain).unwrap_or_default();
    let subject = FilterSubject {
        title: &entry.title,
        summary: &summary,
        author: entry.author.as_deref().unwrap_or_default(),
        categories: &entry.categories,
        url: entry.url.as_deref().unwrap_or_default(),
    };
    filter::held_back(filter, &subject).is_none()
}

/// Adds an article to a view or takes it out, depending on its entries.
fn compare(
    conn: &Connection,
    rules: &ViewRules,
    article: i64,
    entries: &[VisibleEntry],
    progress: &mut ViewProgress,
) -> Result<(), StoreError> {
    let known: Option<i64> = conn
        .prepare_cached(
            "select number from view_articles join views on views.id = view_id where article_id = ? and name = ?",
        )?
        .query_row(params![article, rules.name], |row| row.get(0))
        .optional()?;
    match (reached_at(rules, entries), known) {
        (Some(placed_at), None) => add(conn, &rules.name, article, placed_at)?,
        (None, Some(_)) => {
            conn.prepare_cached(
                "delete from view_articles where article_id = ? and view_id = (select id from views where name = ?)",
            )?
            .execute(params![article, rules.name])?;
        }
        // An edit of one of its articles changes the view too.
        (Some(_), Some(_)) => {}
        (None, None) => return Ok(()),
    }
    progress.note_change(&rules.name);
    Ok(())
}

fn add(conn: &Connection, view: &str, article: i64, placed_at: i64) -> Result<(), StoreError> {
    let (id, number): (i64, i64) = conn
        .prepare_cached(
            "update views set last_number = last_number + 1 where name = ? returning id, last_number",
        )?
        .query_row([view], |row| Ok((row.get(0)?, row.get(1)?)))?;
    conn.prepare_cached(
        "insert into view_articles (view_id, number, article_id, placed_at) values (?, ?, ?, ?)",
    )?
    .execute(params![id, number, article, placed_at])?;
    Ok(())
}

/// Returns whether all stored articles were compared with a view since it was added to feeds.toml.
pub(super) fn is_filled(conn: &Connection, view: &str) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("select 1 from views where name = ? and filled = 1")?.exists([view])?)
}

/// Returns the articles that reached a view last.
pub(super) fn newest(conn: &Connection, view: &str, limit: usize) -> Result<Vec<i64>, StoreError> {
    let mut query = conn.prepare_cached(
        "select article_id from view_articles join articles on articles.id = article_id
         where view_id = (select id from views where name = ?1 and id > 0) and representative is not null
         order by view_articles.placed_at desc, number desc limit ?2",
    )?;
    let rows = query.query_map(params![view, limit as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
