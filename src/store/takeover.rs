//! Recognises a source whose address the operator changed. Under its new address it lists the entries of a source that
//! feeds.toml no longer names. The stored entries are then moved to it, and keep their articles.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, params};

use super::storing_context::StoringContext;
use super::{StoreError, next_on_page};
use crate::article::identity;
use crate::article::placement::SourceHistory;
use crate::model::{Article, DocumentArticles};

/// How many entries of a document are looked up at most, and how many listed entries of a retired source count at most.
const LOOKED_UP: usize = 200;

/// Moves the entries of a retired source to the source of `context`, if this is its first document with entries and both
/// sources list the same entries. Returns whether entries were moved.
///
/// Two sources list the same entries if at least half of the entries of each are also listed by the other one, with the same
/// key, and with the same address or title. So an aggregator that carried a site is not taken for the site. An entry that has a
/// key which is neither its guid nor its address was recognised by more than its key. At most [`LOOKED_UP`] entries of each
/// source are counted.
pub(super) fn take_over_retired(
    conn: &Connection,
    context: &StoringContext<'_>,
    document: &DocumentArticles,
) -> Result<bool, StoreError> {
    if context.history == SourceHistory::Entries || document.articles.is_empty() || !has_retired(conn)? {
        return Ok(false);
    }
    let looked_up = document.articles.get(..LOOKED_UP).unwrap_or(&document.articles);
    let mut shared: HashMap<i64, usize> = HashMap::new();
    for article in looked_up {
        for source in retired_with(conn, article)? {
            *shared.entry(source).or_default() += 1;
        }
    }
    let mut candidates: Vec<(usize, i64)> =
        shared.into_iter().map(|(source, count)| (count, source)).collect();
    candidates.sort_unstable_by(|one, other| other.cmp(one));
    for (count, source) in candidates {
        let listed: i64 = conn
            .prepare_cached("select count(*) from entries where source_id = ? and unlisted_at is null")?
            .query_row([source], |row| row.get(0))?;
        let listed = usize::try_from(listed).unwrap_or_default();
        if 2 * count >= looked_up.len() && 2 * count >= listed.min(LOOKED_UP) {
            take_over(conn, source, context)?;
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_retired(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "select exists (select 1 from sources indexed by sources_retired where retired_at is not null and purge = 0)";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Returns the retired sources that have an entry with the key of `article` and with its address or its title, except those
/// that are being deleted. If it has the key of another guid, address and title may be other ones.
fn retired_with(conn: &Connection, article: &Article) -> Result<HashSet<i64>, StoreError> {
    // The query joins by source, so that the index on keys is used.
    let mut query = conn.prepare_cached(
        "select source_id from sources indexed by sources_retired cross join entries on entries.source_id = sources.id and entries.key = ?1
         where retired_at is not null and purge = 0
             and (?4 and (guid is not ?5 or guid is null) or canonical_url = ?2 or (entries.title = ?3 and entries.title <> '')) limit 64",
    )?;
    let url = article.canonical_url.as_ref().map(|url| &url.0);
    let is_recognised = !identity::may_have_key(&next_on_page::identity_of(article), &article.key);
    let rows = query
        .query_map(params![article.key.0, url, article.title, is_recognised, article.guid], |row| {
            row.get(0)
        })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Gives the entries, their pages, the tombstones and the record of left-out entries of the source in row `from` to the source
/// of `context`.
fn take_over(conn: &Connection, from: i64, context: &StoringContext<'_>) -> Result<(), StoreError> {
    for sql in [
        "update or ignore entries set source_id = ?1 where source_id = ?2",
        "update or ignore tombstones set source_id = ?1 where source_id = ?2",
        "update or ignore left_out set source_id = ?1 where source_id = ?2",
        "update pages set source_id = ?1
         where source_id = ?2 and entry_id in (select id from entries where source_id = ?1)",
    ] {
        conn.prepare_cached(sql)?.execute(params![context.source.0, from])?;
    }
    Ok(())
}
