//! Reads one article with its edits and its neighbours, for the article's own page.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::edits::EDITS_KEPT;
use super::{StoreError, river};
use crate::config::NearDuplicates;
use crate::model::{ArticleEdit, FoundArticle, RiverItem, StoredArticle};
use crate::time::Timestamp;

/// The row of an article, and where it stands in the river.
struct ArticleRow {
    id: i64,
    placed_at: i64,
    /// The entry that represents the article, if the article is in the river.
    representative: Option<i64>,
    merged_into: Option<String>,
}

/// Finds what is published under `guid`. Returns `None` if no article has this guid, or if the article is not in the river and
/// was not merged into another one.
pub(super) fn find(
    conn: &Connection,
    guid: &str,
    near: NearDuplicates,
) -> Result<Option<FoundArticle>, StoreError> {
    let sql = "select one.id, one.placed_at, iif(one.published_at is not null, one.representative, null), root.guid
               from articles as one left join articles as root on root.id = one.merged_into where one.guid = ?";
    let row = conn.prepare_cached(sql)?.query_row([guid], |row| {
        Ok(ArticleRow {
            id: row.get(0)?,
            placed_at: row.get(1)?,
            representative: row.get(2)?,
            merged_into: row.get(3)?,
        })
    });
    let Some(row) = row.optional()? else { return Ok(None) };
    let Some(representative) = row.representative else {
        return Ok(row.merged_into.map(FoundArticle::MergedInto));
    };
    let Some(item) = river::article(conn, row.id, near)? else { return Ok(None) };
    let edits = edits(conn, representative, &item.title)?;
    let newer = neighbour(conn, &row, Side::Newer, near)?;
    let older = neighbour(conn, &row, Side::Older, near)?;
    Ok(Some(FoundArticle::Shown(Box::new(StoredArticle { item, edits, newer, older }))))
}

/// A direction in the river, as seen from an article.
#[derive(Clone, Copy)]
enum Side {
    Newer,
    Older,
}

fn neighbour(
    conn: &Connection,
    row: &ArticleRow,
    side: Side,
    near: NearDuplicates,
) -> Result<Option<Box<RiverItem>>, StoreError> {
    let (compares, order) = match side {
        Side::Newer => (">", "asc"),
        Side::Older => ("<", "desc"),
    };
    let sql = format!(
        "select id from articles indexed by articles_river
         where published_at is not null and representative is not null and (placed_at, id) {compares} (?1, ?2)
         order by placed_at {order}, id {order} limit 1"
    );
    let id: Option<i64> =
        conn.prepare_cached(&sql)?.query_row(params![row.placed_at, row.id], |row| row.get(0)).optional()?;
    let item = id.map(|id| river::article(conn, id, near)).transpose()?.flatten();
    Ok(item.map(Box::new))
}

/// Returns the edits of an entry that a reader could see, the newest first. `title` is the present title of the entry.
fn edits(conn: &Connection, entry: i64, title: &str) -> Result<Vec<ArticleEdit>, StoreError> {
    let mut query = conn.prepare_cached(
        "select edited_at, title, text_before, text_after from edits where entry_id = ? order by number desc limit ?",
    )?;
    let mut title_after = title.to_owned();
    let rows = query.query_map(params![entry, EDITS_KEPT], |row| {
        Ok(ArticleEdit {
            at: Timestamp::from_unix(row.get(0)?),
            title_before: row.get(1)?,
            title_after: String::new(),
            text_before: row.get(2)?,
            text_after: row.get(3)?,
        })
    })?;
    let mut edits = Vec::new();
    for row in rows {
        let mut edit: ArticleEdit = row?;
        edit.title_after = std::mem::replace(&mut title_after, edit.title_before.clone());
        if edit.title_after != edit.title_before || edit.text_before.is_some() || edit.text_after.is_some() {
            edits.push(edit);
        }
    }
    Ok(edits)
}
