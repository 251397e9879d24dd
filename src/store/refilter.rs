//! Applies changed filters to stored entries.

use rusqlite::{Connection, params};

use super::state::json;
use super::{StoreError, representative, texts};
use crate::article::filter::{self, FilterSubject};
use crate::model::{EntryFilter, SourceId};
use crate::text::html;

/// How many entries one transaction reads. Polls are stored between two of them.
const BATCH: i64 = 200;

/// Applies `filter` to the next [`BATCH`] entries of a source, which have ids above `after`. If the filter now holds back an
/// entry that it let through before, or the other way round, the representative of the article is chosen again. Returns the
/// last id that was read; `None` if no entry was left.
pub(super) fn batch(
    conn: &Connection,
    source: SourceId,
    filter: &EntryFilter,
    after: i64,
) -> Result<Option<i64>, StoreError> {
    let mut query = conn.prepare_cached(
        "select entries.id, article_id, title, author, url, held_back, summary, content, packed, categories
         from entries join texts on texts.entry_id = entries.id
         where source_id = ? and entries.id > ? order by entries.id limit ?",
    )?;
    let mut rows = query.query(params![source.0, after, BATCH])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get("id")?;
        last = Some(id);
        let title: String = row.get("title")?;
        let author: Option<String> = row.get("author")?;
        let url: Option<String> = row.get("url")?;
        let categories: Vec<String> = json(row, "categories")?;
        let (summary, content) = texts::read(row)?;
        let summary = summary.or(content).map(|text| html::to_plain(&text)).unwrap_or_default();
        let subject = FilterSubject {
            title: &title,
            summary: &summary,
            author: author.as_deref().unwrap_or_default(),
            categories: &categories,
            url: url.as_deref().unwrap_or_default(),
        };
        let held_back = filter::held_back(filter, &subject);
        if held_back != row.get::<_, Option<String>>("held_back")? {
            conn.prepare_cached("update entries set held_back = ? where id = ?")?
                .execute(params![held_back, id])?;
            representative::choose(conn, row.get("article_id")?)?;
        }
    }
    Ok(last)
}
