//! Reads what became of an article: everything that `why` shows.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;

use super::history_query::{self, HistoryQuery};
use super::left_out::{self, LeftOutHistory, Unrecorded};
use super::pages::{self, PageHistory};
use super::state::time;
use super::{StoreError, former_addresses, representative, texts};
use crate::model::LeftOutReason;
use crate::text::url::TrackingParameters;
use crate::time::Timestamp;

/// How many articles one answer holds. A home page may be the address of many.
const ARTICLES: i64 = 20;

/// How many entries of each article, and how many pruned entries, an answer holds.
const ENTRIES: i64 = 200;

/// How many sources with replaced lists an answer names.
const REPLACED_LISTS: i64 = 10;

/// The answer to `why URL|KEY`. It is empty if nothing is known of the address or key.
#[derive(Clone, PartialEq, Default, Debug, Serialize)]
pub struct History {
    /// Articles with an entry of this address (in the form that is compared) or key, and the article published under this guid,
    /// the newest first, at most twenty. If there are no such articles, these are the articles with an entry that has this
    /// guid, this address as the feed wrote it, or a file, its picture or its comments page at this address, or that had the
    /// guid or address before an edit.
    pub articles: Vec<ArticleHistory>,
    /// Matching entries that retention deleted (by their address in the form that is compared, or by key), at most two hundred.
    pub pruned: Vec<Pruned>,
    /// Matching entries that the last documents listed and that did not reach the river, at most two hundred. Entries in
    /// `pruned` are not repeated here. If there is neither an article nor a pruned entry, entries that have left their feeds
    /// are here, too.
    pub left_out: Vec<LeftOutHistory>,
    /// If nothing is known of what was asked for, these are the sources whose last documents left out more entries than are
    /// recorded.
    pub may_be_among: Vec<Unrecorded>,
    /// If nothing is known of what was asked for, these are the sources whose lists were replaced as a whole between two polls,
    /// the latest first, at most ten.
    pub may_be_missed: Vec<ReplacedList>,
}

/// A source that may have listed entries between two polls, which riverd then never saw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReplacedList {
    /// The name of the source.
    pub source: String,
    /// How many polls found a list of new entries only.
    pub polls: u32,
    /// The last such poll.
    pub last_at: Timestamp,
}

impl History {
    /// Returns whether nothing is known of what was asked for.
    pub fn is_unknown(&self) -> bool {
        self.articles.is_empty() && self.pruned.is_empty() && self.left_out.is_empty()
    }
}

/// What became of one article.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ArticleHistory {
    /// Guid under which it is published.
    pub guid: String,
    /// River time, which dates the article inside a document.
    pub river_at: Timestamp,
    /// Place in the river. It decides which documents hold the article.
    pub placed_at: Timestamp,
    /// Since when the article is published, so that its guid and place are fixed. `None` while it waits to be published, or
    /// while a filter holds it back.
    pub published_at: Option<Timestamp>,
    /// Guid of the article that turned out to tell the same story after both were published.
    pub merged_into: Option<String>,
    /// Its entries, the representative first, then by arrival, at most two hundred.
    pub entries: Vec<EntryHistory>,
}

/// One entry of an article.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct EntryHistory {
    /// Name of the source.
    pub source: String,
    /// Since when feeds.toml no longer names the source.
    pub retired_at: Option<Timestamp>,
    /// Priority of the source, which decides together with `position` who represents the article.
    pub priority: i64,
    /// Position of the source in feeds.toml, from 0.
    pub position: i64,
    /// Whether the source counts as the writer of the entry: the entry names no other feed, and its page, if it has one, is on
    /// the feed's site. A writer is preferred to an aggregator.
    #[serde(rename = "own_site")]
    pub source_is_writer: bool,
    /// Length of the text that a reader sees, as [`crate::article::placement::is_teaser`] takes it.
    #[serde(skip)]
    pub text_length: usize,
    /// Whether this entry represents the article.
    pub represents: bool,
    /// Key that riverd gave it.
    pub key: String,
    /// Guid that the publisher gave it.
    pub guid: Option<String>,
    /// Address of the page.
    pub url: Option<String>,
    /// Address of the page in the form that is compared.
    pub canonical_url: Option<String>,
    /// Whether an earlier entry of its source has the same address, so that this address is not compared.
    pub shared_url: bool,
    /// Title as it is now.
    pub title: String,
    /// Publication time that the feed states.
    pub published_at: Option<Timestamp>,
    /// Time of the last change that the feed states.
    pub updated_at: Option<Timestamp>,
    /// Time when riverd first read it.
    pub arrived_at: Timestamp,
    /// Since when the feed no longer lists the entry; `None` while the feed lists it.
    pub unlisted_at: Option<Timestamp>,
    /// Reason why a filter keeps it out of the river.
    pub held_back: Option<String>,
    /// Why the entry belongs to the article. Empty for an entry that matched no other entry when it arrived.
    pub joined: Vec<JoinedBy>,
    /// Its edits, the oldest first.
    pub edits: Vec<Edit>,
    /// Addresses that its files, its picture and its comments page had before, the latest last, at most sixteen.
    pub former_addresses: Vec<String>,
    /// What became of its page, if its source has `full_text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_text: Option<PageHistory>,
}

/// A reason why an entry belongs to the same article as another one.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct JoinedBy {
    /// `same page`, `own guid`, or how the texts are similar.
    pub rule: String,
    /// How similar the texts are, from 0 to 1, where texts were compared.
    pub score: Option<f64>,
    /// Source of the other entry, while that entry is stored.
    pub source: Option<String>,
    /// Title of the other entry now.
    pub title: Option<String>,
}

/// An edit that riverd saw.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Edit {
    /// Time when riverd saw it.
    pub at: Timestamp,
    /// `updated` (what a reader sees and the date of the last change changed), `content` (only what a reader sees changed),
    /// `metadata` (only the address, categories or similar changed) or `key` (the key and guid changed).
    pub cause: String,
    /// Title before the edit.
    pub title_before: String,
    /// Address of the page before the edit.
    pub url_before: Option<String>,
    /// Time of the last change that the feed stated before the edit.
    pub updated_before: Option<Timestamp>,
    /// The changed part of the text before the edit, at most a few lines; `None` if the text did not change, or only
    /// its markup did.
    pub text_before: Option<String>,
    /// The changed part of the text after the edit.
    pub text_after: Option<String>,
}

/// An entry that retention deleted.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Pruned {
    /// Name of the source.
    pub source: String,
    /// Key that riverd gave it.
    pub key: String,
    /// Address of its page.
    pub url: Option<String>,
    /// Last title.
    pub title: String,
    /// Time when riverd first read it.
    pub arrived_at: Timestamp,
    /// Time when retention deleted it.
    pub pruned_at: Timestamp,
    /// Time when the feed last listed the entry again. It may be up to a week too early.
    pub listed_at: Option<Timestamp>,
}

/// Returns what is known of `text`: an address, a key, or a guid (the publisher's or riverd's).
pub(super) fn of(
    conn: &Connection,
    text: &str,
    tracking: &TrackingParameters,
) -> Result<History, StoreError> {
    let question = HistoryQuery::new(text, tracking);
    let mut history = History {
        articles: Vec::new(),
        pruned: pruned(conn, &question)?,
        left_out: left_out::histories(conn, &question.text, &question.canonical)?,
        may_be_among: Vec::new(),
        may_be_missed: Vec::new(),
    };
    for id in articles(conn, &question)? {
        history.articles.extend(article(conn, id)?);
    }
    // The tombstone of a pruned entry says more than the record of what was left out.
    let pruned: HashSet<(&str, &str)> =
        history.pruned.iter().map(|pruned| (pruned.source.as_str(), pruned.key.as_str())).collect();
    history.left_out.retain(|left_out| {
        let key = left_out.entry.key.as_ref().map_or("", |key| key.0.as_str());
        left_out.entry.reason != LeftOutReason::Pruned || !pruned.contains(&(left_out.source.as_str(), key))
    });
    if !history.articles.is_empty() || !history.pruned.is_empty() {
        history.left_out.retain(|left_out| left_out.unlisted_at.is_none());
    }
    if history.is_unknown() {
        history.may_be_among = left_out::unrecorded(conn)?;
        history.may_be_missed = replaced_lists(conn)?;
    }
    Ok(history)
}

fn replaced_lists(conn: &Connection) -> Result<Vec<ReplacedList>, StoreError> {
    let mut query = conn.prepare_cached(
        "select name, lists_replaced, list_replaced_at from sources
         where lists_replaced > 0 and list_replaced_at is not null order by list_replaced_at desc, name limit ?",
    )?;
    let rows = query.query_map([REPLACED_LISTS], |row| {
        Ok(ReplacedList {
            source: row.get(0)?,
            polls: row.get(1)?,
            last_at: Timestamp::from_unix(row.get(2)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn articles(conn: &Connection, question: &HistoryQuery) -> Result<Vec<i64>, StoreError> {
    // The query joins by source, so that the index on keys is used.
    let mut query = conn.prepare_cached(
        "select article_id from entries where canonical_url = ?1
         union select entries.article_id from sources cross join entries
             on entries.source_id = sources.id and entries.key = ?2
         union select id from articles where guid in (?2, ?4)
         order by 1 desc limit ?3",
    )?;
    let wanted = params![question.canonical, question.text, ARTICLES, question.guid_of_page];
    let rows = query.query_map(wanted, |row| row.get(0))?;
    let found: Vec<i64> = rows.collect::<Result<_, _>>()?;
    if !found.is_empty() {
        return Ok(found);
    }
    let by_other_columns = history_query::entries_by_other_columns();
    let sql = format!(
        "select distinct article_id from entries where id in ({by_other_columns}) order by 1 desc limit ?3"
    );
    let mut query = conn.prepare_cached(&sql)?;
    let rows = query.query_map(params![question.text, question.canonical, ARTICLES], |row| row.get(0))?;
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
             entries.title, entries.published_at, updated_at, arrived_at, unlisted_at, held_back, former_addresses,
             summary, content, packed
         from entries join sources on sources.id = source_id join articles on articles.id = article_id
             left join texts on texts.entry_id = entries.id
         where article_id = ? order by represents desc, arrived_at, entries.id limit ?",
    )?;
    let rows = query.query_map(params![article, ENTRIES], |row| {
        let entry = EntryHistory {
            source: row.get("name")?,
            retired_at: time(row, "retired_at")?,
            priority: row.get("priority")?,
            position: row.get("position")?,
            source_is_writer: row.get("own_site")?,
            text_length: representative::text_length(texts::read(row)?),
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
            former_addresses: former_addresses::lines(
                row.get::<_, Option<String>>("former_addresses")?.as_deref(),
            )
            .map(str::to_owned)
            .collect(),
            full_text: None,
        };
        Ok((row.get::<_, i64>("id")?, entry))
    })?;
    let mut entries = Vec::new();
    for row in rows {
        let (id, mut entry) = row?;
        entry.joined = joined(conn, id)?;
        entry.edits = edits(conn, id)?;
        entry.full_text = pages::history(conn, id)?;
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
