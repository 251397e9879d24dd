//! Finds the articles that match a query, in the order of the places of their entries.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};

use super::expression::{ExpandedQuery, ExpandedTerm, match_expression};
use super::{fill, words};
use crate::model::EntryPlace;
use crate::store::placed_article::{Part, PlacedArticle, placed_article};
use crate::store::{StoreError, source_lookups};
use crate::text::search::{SearchQuery, SearchTerm};

/// How long a search may take. A search of a million articles takes a few milliseconds.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// How many steps SQLite makes between two looks at the clock. They take about 0.1 ms.
const STEPS: i32 = 1000;

/// How many words replace the prefixes of a query at most, all prefixes together. FTS5 looks up each of them.
const PREFIX_WORDS: usize = 128;

/// How many sources are looked up in the index. If a query has more, each entry that is found is compared with them instead.
const INDEXED_SOURCES: usize = 64;

/// Returns the articles of a part of those that match `query`, at most `limit`.
///
/// Fails if the query names a tag or a source that does not exist, or if the search takes too long.
pub(in crate::store) fn find(
    conn: &Connection,
    query: &SearchQuery,
    part: Part,
    limit: usize,
) -> Result<Vec<PlacedArticle>, StoreError> {
    let deadline = Instant::now() + TIME_LIMIT;
    conn.progress_handler(STEPS, Some(move || Instant::now() > deadline))?;
    let found = find_until(conn, query, (part, limit), deadline);
    conn.progress_handler(0, None::<fn() -> bool>)?;
    found.map_err(|error| match error {
        StoreError::Sqlite(source) if source.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            StoreError::SearchTooSlow
        }
        other => other,
    })
}

fn find_until(
    conn: &Connection,
    query: &SearchQuery,
    (part, limit): (Part, usize),
    deadline: Instant,
) -> Result<Vec<PlacedArticle>, StoreError> {
    let (mut wanted, mut unwanted) = source_rows(conn, query)?;
    if wanted.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let compared_wanted = wanted.take_if(|rows| rows.len() > INDEXED_SOURCES);
    let compared_unwanted =
        if unwanted.len() > INDEXED_SOURCES { std::mem::take(&mut unwanted) } else { Vec::new() };
    let expression = match_expression(&expand(conn, query, wanted, unwanted)?);
    let (number, upwards) = match part {
        Part::Newest => (i64::MAX, false),
        Part::Before(place) => (number_at(conn, place)?, false),
        Part::From(place) => (number_at(conn, place)?, true),
    };
    let mut search = conn.prepare_cached(&sql(upwards))?;
    let list = |rows: &Vec<i64>| serde_json::Value::from(rows.clone()).to_string();
    let parameters =
        params![expression, compared_wanted.as_ref().map(list), list(&compared_unwanted), number];
    let mut rows = search.query(parameters)?;
    let mut found = Vec::new();
    while found.len() < limit {
        let Some(row) = rows.next()? else { break };
        found.push(placed_article(row)?);
        if Instant::now() > deadline {
            return Err(StoreError::SearchTooSlow);
        }
    }
    Ok(found)
}

/// Returns the statement that finds articles before a number in the index, or, if `upwards`, from that number on. An article is
/// found at the newest of its entries that match. If an article has a newer entry than the one that was found, the statement
/// looks up whether the newer one matches, too.
fn sql(upwards: bool) -> String {
    let (from, order) = if upwards { (">=", "asc") } else { ("<", "desc") };
    // `cross join` keeps the order of the tables, so the hits are read one by one until there are enough. With `not indexed`,
    // SQLite can find an article only by its row. Otherwise it could choose to scan the whole river, because by statistics from
    // before the first publication this seems to cost nothing.
    format!(
        "select entries.placed_at, entries.id, article_id from search_index
             cross join search_docs on search_docs.doc = search_index.rowid
             cross join entries on entries.id = search_docs.entry_id
             cross join articles not indexed on articles.id = article_id
         where search_index.search_index match ?1 and search_index.rowid {from} ?4
             and held_back is null and representative is not null and articles.published_at is not null
             and (?2 is null or source_id in (select value from json_each(?2)))
             and source_id not in (select value from json_each(?3))
             and not exists (select 1 from entries as other
                 cross join search_docs as later on later.entry_id = other.id
                 cross join search_index as again on again.rowid = later.doc
                 where other.article_id = entries.article_id and later.doc > search_docs.doc
                     and other.held_back is null and again.search_index match ?1
                     and (?2 is null or other.source_id in (select value from json_each(?2)))
                     and other.source_id not in (select value from json_each(?3)))
         order by search_index.rowid {order}"
    )
}

/// Returns the number of an entry in the index. If the entry is no longer in the index, returns the end of its stretch of time.
/// A page that begins there may repeat articles, but leaves none out.
fn number_at(conn: &Connection, place: EntryPlace) -> Result<i64, StoreError> {
    let number: Option<i64> = conn
        .prepare_cached("select doc from search_docs where entry_id = ?")?
        .query_row([place.entry], |row| row.get(0))
        .optional()?;
    Ok(number.unwrap_or_else(|| fill::end_of_stretch(place.placed_at)))
}

/// Returns the rows of the sources that a query wants (`None` if it wants all), and the rows of those that it excludes.
fn source_rows(conn: &Connection, query: &SearchQuery) -> Result<(Option<Vec<i64>>, Vec<i64>), StoreError> {
    let tagged = |tags: &[String]| -> Result<HashSet<i64>, StoreError> {
        let mut rows = HashSet::new();
        for tag in tags {
            let found = source_lookups::tagged(conn, tag)?;
            if found.is_empty() {
                return Err(StoreError::NoSuchTag(tag.clone()));
            }
            rows.extend(found);
        }
        Ok(rows)
    };
    let named = |names: &[String]| -> Result<HashSet<i64>, StoreError> {
        let find = |name: &String| {
            source_lookups::find(conn, name)?
                .map(|id| id.0)
                .ok_or_else(|| StoreError::NoSourceNamed(name.clone()))
        };
        names.iter().map(find).collect()
    };
    let (of_tags, of_names) = (tagged(&query.tags)?, named(&query.sources)?);
    let wanted = match (query.tags.is_empty(), query.sources.is_empty()) {
        (true, true) => None,
        (false, true) => Some(of_tags),
        (true, false) => Some(of_names),
        (false, false) => Some(of_tags.intersection(&of_names).copied().collect()),
    };
    let mut unwanted = tagged(&query.without_tags)?;
    unwanted.extend(named(&query.without_sources)?);
    let sorted = |rows: HashSet<i64>| {
        let mut rows: Vec<i64> = rows.into_iter().collect();
        rows.sort_unstable();
        rows
    };
    Ok((wanted.map(sorted), sorted(unwanted)))
}

/// Replaces the prefixes of a query by the most frequent words that begin with them.
fn expand<'q>(
    conn: &Connection,
    query: &'q SearchQuery,
    of_sources: Option<Vec<i64>>,
    not_of_sources: Vec<i64>,
) -> Result<ExpandedQuery<'q>, StoreError> {
    let prefixes = query.wanted_terms().chain(&query.none_of).filter(|term| term.is_prefix).count();
    let words_each = PREFIX_WORDS / prefixes.max(1);
    let expand = |term: &'q SearchTerm| -> Result<ExpandedTerm<'q>, StoreError> {
        let last = term.words.last().cloned().unwrap_or_default();
        let mut last_words = Vec::new();
        if term.is_prefix {
            last_words = words::beginning_with(conn, &last, words_each)?;
        }
        // The list lacks numbers, single letters and very long words, so the last word is searched as it is, too.
        if !last_words.contains(&last) {
            last_words.push(last);
        }
        Ok(ExpandedTerm { term, last_words })
    };
    let group = |group: &'q Vec<SearchTerm>| group.iter().map(expand).collect::<Result<Vec<_>, _>>();
    Ok(ExpandedQuery {
        all_of: query.all_of.iter().map(group).collect::<Result<_, _>>()?,
        none_of: query.none_of.iter().map(expand).collect::<Result<_, _>>()?,
        of_sources,
        not_of_sources,
    })
}
