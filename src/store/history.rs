//! What became of an article: everything that `why` tells.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;

use super::StoreError;
use super::left_out::{self, LeftOutHistory, Unrecorded};
use super::state::time;
use crate::model::LeftOutReason;
use crate::text::url::{self, TrackingParameters};
use crate::time::Timestamp;

/// Articles that one question tells of; a home page is the address of many.
const ARTICLES: i64 = 20;

/// Entries told of each article.
const ENTRIES: i64 = 200;

/// The answer to `why URL|KEY`. Empty where nothing is known of it.
#[derive(Clone, PartialEq, Default, Debug, Serialize)]
pub struct History {
    /// The articles that have an entry of this address, key, guid, or are published under this guid; newest first.
    pub articles: Vec<ArticleHistory>,
    /// Entries of it that retention deleted.
    pub pruned: Vec<Pruned>,
    /// Entries of it that the last documents listed and that did not reach the river.
    pub left_out: Vec<LeftOutHistory>,
    /// Where nothing is known of it: the sources whose last documents left out more entries than are recorded.
    pub may_be_among: Vec<Unrecorded>,
}

impl History {
    /// Returns whether nothing is known of what was asked for.
    pub fn is_unknown(&self) -> bool {
        self.articles.is_empty() && self.pruned.is_empty() && self.left_out.is_empty()
    }
}

/// One article.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ArticleHistory {
    /// The id under which it is published.
    pub guid: String,
    /// Dates it inside a document.
    pub river_at: Timestamp,
    /// Decides which documents hold it.
    pub placed_at: Timestamp,
    /// Since when guid, place and representative stand; `None` while it waits, or is held back.
    pub published_at: Option<Timestamp>,
    /// The guid of the article that turned out to be the same history after both were published.
    pub merged_into: Option<String>,
    /// Every sighting, the representative first, then by arrival.
    pub entries: Vec<EntryHistory>,
}

/// One sighting of an article.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct EntryHistory {
    /// The name of the source.
    pub source: String,
    /// Since when feeds.toml no longer names it.
    pub retired_at: Option<Timestamp>,
    /// Its priority and its place in feeds.toml, which decide who represents.
    pub priority: i64,
    /// From 0.
    pub position: i64,
    /// Whether the page is on the feed's own site, which comes before an aggregator.
    pub own_site: bool,
    /// Whether this sighting represents the article.
    pub represents: bool,
    /// Our identity of it.
    pub key: String,
    /// As published.
    pub guid: Option<String>,
    /// The page.
    pub url: Option<String>,
    /// The page, reduced to what is compared.
    pub canonical_url: Option<String>,
    /// Whether an earlier entry of its source has the same address, so that it is not compared.
    pub shared_url: bool,
    /// As it is now.
    pub title: String,
    /// As stated.
    pub published_at: Option<Timestamp>,
    /// As stated.
    pub updated_at: Option<Timestamp>,
    /// When it was first seen.
    pub arrived_at: Timestamp,
    /// Since when its feed lists it no more; `None` while it does.
    pub unlisted_at: Option<Timestamp>,
    /// The filter that keeps it out of the river.
    pub held_back: Option<String>,
    /// Why it belongs to the article: empty for the first sighting.
    pub joined: Vec<JoinedBy>,
    /// What it was before, oldest first.
    pub edits: Vec<Edit>,
}

/// A reason to belong together with another entry.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct JoinedBy {
    /// `same page`, `own guid`, or how the texts are alike.
    pub rule: String,
    /// How alike they are, from 0 to 1, where texts were compared.
    pub score: Option<f64>,
    /// The source of the other entry, while that is stored.
    pub source: Option<String>,
    /// The title of the other entry now.
    pub title: Option<String>,
}

/// A change that was seen.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Edit {
    /// When it was seen.
    pub at: Timestamp,
    /// `updated` (the feed says so), `content` (only the text shows it), `metadata` (only the address, categories or the
    /// like do) or `key` (a new id or address).
    pub cause: String,
    /// The title until then.
    pub title_before: String,
    /// The page until then.
    pub url_before: Option<String>,
    /// `updated` until then.
    pub updated_before: Option<Timestamp>,
    /// How the text read where it changed, at most a few lines; `None` where it did not, or only its markup did.
    pub text_before: Option<String>,
    /// How it reads there now.
    pub text_after: Option<String>,
}

/// An entry that retention deleted.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Pruned {
    /// The name of the source.
    pub source: String,
    /// Our identity of it.
    pub key: String,
    /// Its page.
    pub url: Option<String>,
    /// As it was.
    pub title: String,
    /// When it was first seen.
    pub arrived_at: Timestamp,
    /// When it was deleted.
    pub pruned_at: Timestamp,
    /// When its feed was last seen to list it again, within a week.
    pub listed_at: Option<Timestamp>,
}

/// What a question is compared with.
struct HistoryQuery {
    text: String,
    canonical: String,
}

/// Tells what is known of `text`: an address, a key, or a guid, theirs or ours.
pub(super) fn of(
    conn: &Connection,
    text: &str,
    tracking: &TrackingParameters,
) -> Result<History, StoreError> {
    let canonical = url::canonical(text, None, tracking).map_or_else(|| text.to_owned(), |url| url.0);
    let question = HistoryQuery { text: text.to_owned(), canonical };
    let mut history = History {
        articles: Vec::new(),
        pruned: pruned(conn, &question)?,
        left_out: left_out::histories(conn, &question.text, &question.canonical)?,
        may_be_among: Vec::new(),
    };
    for id in articles(conn, &question)? {
        history.articles.extend(article(conn, id)?);
    }
    // Its tombstone says more.
    let pruned: HashSet<(&str, &str)> =
        history.pruned.iter().map(|pruned| (pruned.source.as_str(), pruned.key.as_str())).collect();
    history.left_out.retain(|left_out| {
        let key = left_out.entry.key.as_ref().map_or("", |key| key.0.as_str());
        left_out.entry.reason != LeftOutReason::Pruned || !pruned.contains(&(left_out.source.as_str(), key))
    });
    if history.is_unknown() {
        history.may_be_among = left_out::unrecorded(conn)?;
    }
    Ok(history)
}

fn articles(conn: &Connection, question: &HistoryQuery) -> Result<Vec<i64>, StoreError> {
    // Joined by source, so that the keys are found by their index.
    let mut query = conn.prepare_cached(
        "select article_id from entries where canonical_url = ?1
         union select entries.article_id from sources cross join entries
             on entries.source_id = sources.id and entries.key = ?2
         union select id from articles where guid = ?2
         order by 1 desc limit ?3",
    )?;
    let rows = query.query_map(params![question.canonical, question.text, ARTICLES], |row| row.get(0))?;
    let found: Vec<i64> = rows.collect::<Result<_, _>>()?;
    if !found.is_empty() {
        return Ok(found);
    }
    // What has no index is looked for last: a person asks, and waits a second at most.
    let mut query = conn.prepare_cached(
        "select article_id from entries where guid = ?1 or url = ?1
         union select article_id from edits join entries on entries.id = entry_id where edits.guid = ?1 or edits.url = ?1
         order by 1 desc limit ?2",
    )?;
    let rows = query.query_map(params![question.text, ARTICLES], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn article(conn: &Connection, id: i64) -> Result<Option<ArticleHistory>, StoreError> {
    let sql = "select articles.guid, articles.river_at, articles.placed_at, articles.published_at, root.guid as merged_into
               from articles left join articles as root on root.id = articles.merged_into where articles.id = ?";
    let read = |row: &Row<'_>| {
        Ok(ArticleHistory {
            guid: row.get("guid")?,
            river_at: Timestamp::from_unix(row.get("river_at")?),
            placed_at: Timestamp::from_unix(row.get("placed_at")?),
            published_at: time(row, "published_at")?,
            merged_into: row.get("merged_into")?,
            entries: Vec::new(),
        })
    };
    let Some(mut article) = conn.prepare_cached(sql)?.query_row([id], read).optional()? else {
        return Ok(None);
    };
    article.entries = entries(conn, id)?;
    Ok(Some(article))
}

fn entries(conn: &Connection, article: i64) -> Result<Vec<EntryHistory>, StoreError> {
    let mut query = conn.prepare_cached(
        "select entries.id, name, retired_at, priority, position, own_site,
             entries.id = representative as represents, key, entries.guid, entries.url, canonical_url, shared_url,
             entries.title, entries.published_at, updated_at, arrived_at, unlisted_at, held_back
         from entries join sources on sources.id = source_id join articles on articles.id = article_id
         where article_id = ? order by represents desc, arrived_at, entries.id limit ?",
    )?;
    let rows = query.query_map(params![article, ENTRIES], |row| {
        let entry = EntryHistory {
            source: row.get("name")?,
            retired_at: time(row, "retired_at")?,
            priority: row.get("priority")?,
            position: row.get("position")?,
            own_site: row.get("own_site")?,
            represents: row.get::<_, Option<bool>>("represents")?.unwrap_or(false),
            key: row.get("key")?,
            guid: row.get("guid")?,
            url: row.get("url")?,
            canonical_url: row.get("canonical_url")?,
            shared_url: row.get("shared_url")?,
            title: row.get("title")?,
            published_at: time(row, "published_at")?,
            updated_at: time(row, "updated_at")?,
            arrived_at: Timestamp::from_unix(row.get("arrived_at")?),
            unlisted_at: time(row, "unlisted_at")?,
            held_back: row.get("held_back")?,
            joined: Vec::new(),
            edits: Vec::new(),
        };
        Ok((row.get::<_, i64>("id")?, entry))
    })?;
    let mut entries = Vec::new();
    for row in rows {
        let (id, mut entry) = row?;
        entry.joined = joined(conn, id)?;
        entry.edits = edits(conn, id)?;
        entries.push(entry);
    }
    Ok(entries)
}

fn joined(conn: &Connection, entry: i64) -> Result<Vec<JoinedBy>, StoreError> {
    let mut query = conn.prepare_cached(
        "select rule, score, name, entries.title from links
         left join entries on entries.id = other_id left join sources on sources.id = source_id
         where entry_id = ? order by score desc, other_id",
    )?;
    let rows = query.query_map([entry], |row| {
        Ok(JoinedBy { rule: row.get(0)?, score: row.get(1)?, source: row.get(2)?, title: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn edits(conn: &Connection, entry: i64) -> Result<Vec<Edit>, StoreError> {
    let mut query = conn.prepare_cached(
        "select edited_at, cause, title, url, updated_at, text_before, text_after
         from edits where entry_id = ? order by number",
    )?;
    let rows = query.query_map([entry], |row| {
        Ok(Edit {
            at: Timestamp::from_unix(row.get("edited_at")?),
            cause: row.get("cause")?,
            title_before: row.get("title")?,
            url_before: row.get("url")?,
            updated_before: time(row, "updated_at")?,
            text_before: row.get("text_before")?,
            text_after: row.get("text_after")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn pruned(conn: &Connection, question: &HistoryQuery) -> Result<Vec<Pruned>, StoreError> {
    let mut query = conn.prepare_cached(
        "with found (source_id, key) as (
             select source_id, key from tombstones where canonical_url = ?1
             union select tombstones.source_id, tombstones.key from sources cross join tombstones
                 on tombstones.source_id = sources.id and tombstones.key = ?2
         )
         select name, key, tombstones.url, tombstones.title, arrived_at, pruned_at, listed_at
         from found join tombstones using (source_id, key) join sources on sources.id = source_id
         order by pruned_at desc, name limit ?3",
    )?;
    let rows = query.query_map(params![question.canonical, question.text, ENTRIES], |row| {
        Ok(Pruned {
            source: row.get("name")?,
            key: row.get("key")?,
            url: row.get(2)?,
            title: row.get(3)?,
            arrived_at: Timestamp::from_unix(row.get("arrived_at")?),
            pruned_at: Timestamp::from_unix(row.get("pruned_at")?),
            listed_at: time(row, "listed_at")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
